//! Where this system keeps what belongs to the user: one place for all of Psivox.

use std::ffi::OsString;
use std::path::PathBuf;

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UserFolder {
    /// What the user makes: presets, personas, how the window looks.
    Data,
    /// What a program remembers: devices, the last session, tokens.
    Config,
}

impl UserFolder {
    /// The folder `psivox` of that kind, which need not exist; none on a system that tells no home. `PSIVOX_USER_DIR` names
    /// another one for both kinds.
    pub fn path(self) -> Option<PathBuf> {
        self.path_by(|name| std::env::var_os(name))
    }

    /// Only absolute paths count (XDG Base Directory Specification).
    fn path_by(self, variable: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
        if let Some(own) = variable("PSIVOX_USER_DIR").filter(|own| !own.is_empty()) {
            return Some(PathBuf::from(own));
        }
        let of = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let base = match (std::env::consts::OS, self) {
            ("windows", _) => of("APPDATA"),
            ("macos", _) => of("HOME").map(|home| home.join("Library").join("Application Support")),
            (_, Self::Data) => {
                of("XDG_DATA_HOME").or_else(|| of("HOME").map(|home| home.join(".local").join("share")))
            }
            (_, Self::Config) => {
                of("XDG_CONFIG_HOME").or_else(|| of("HOME").map(|home| home.join(".config")))
            }
        };
        base.map(|base| base.join("psivox"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(folder: UserFolder, set: &[(&str, &str)]) -> Option<PathBuf> {
        folder
            .path_by(|name| set.iter().find(|(own, _)| *own == name).map(|(_, value)| OsString::from(value)))
    }

    #[test]
    fn the_own_folder_wins_and_without_any_there_is_none() {
        for folder in [UserFolder::Data, UserFolder::Config] {
            assert_eq!(path(folder, &[("PSIVOX_USER_DIR", "here"), ("HOME", "/h")]), Some("here".into()));
            assert_eq!(path(folder, &[]), None);
            assert_eq!(path(folder, &[("HOME", "relative"), ("PSIVOX_USER_DIR", "")]), None);
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn linux_tells_data_from_configuration() {
        let home = [("HOME", "/h")];
        assert_eq!(path(UserFolder::Data, &home), Some("/h/.local/share/psivox".into()));
        assert_eq!(path(UserFolder::Config, &home), Some("/h/.config/psivox".into()));
        let named = [("HOME", "/h"), ("XDG_DATA_HOME", "/d"), ("XDG_CONFIG_HOME", "c")];
        assert_eq!(path(UserFolder::Data, &named), Some("/d/psivox".into()));
        assert_eq!(
            path(UserFolder::Config, &named),
            Some("/h/.config/psivox".into()),
            "relative ones do not count"
        );
    }
}
