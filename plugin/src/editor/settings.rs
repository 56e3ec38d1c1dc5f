//! What a user's machine keeps about the window: whether it has ever been used, and how it looks.

use psivox_wire::{UserFolder, write_whole};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// Longest file that is read, bytes.
const LIMIT_BYTES: u64 = 4_096;

/// The file's contents; what is missing is as at first.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Settings {
    /// Whether the hint of the first run has done its work.
    pub hint_seen: bool,
    /// Dark or light.
    pub dark: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { hint_seen: false, dark: true }
    }
}

impl Settings {
    /// Where they are kept.
    pub fn path() -> Option<PathBuf> {
        UserFolder::Data.path().map(|folder| folder.join("window.json"))
    }

    /// Reads them; a file that is none is as if there were none.
    pub fn read(path: &Path) -> Self {
        let short = fs::metadata(path).is_ok_and(|meta| meta.is_file() && meta.len() <= LIMIT_BYTES);
        let text = short.then(|| fs::read_to_string(path).ok()).flatten();
        text.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
    }

    /// Writes them.
    ///
    /// # Errors
    /// The folder or the file cannot be written.
    pub fn write(self, path: &Path) -> std::io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        write_whole(path, serde_json::to_string_pretty(&self)?.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_kept_and_a_broken_file_is_none() {
        let folder = std::env::temp_dir().join(format!("psivox-settings-{}", std::process::id()));
        let path = folder.join("deep/window.json");
        assert_eq!(Settings::read(&path), Settings::default());
        let own = Settings { hint_seen: true, dark: false };
        own.write(&path).expect("written");
        assert_eq!(Settings::read(&path), own);
        for broken in ["{", "[1]", &"9".repeat(5_000)] {
            fs::write(&path, broken).expect("written");
            assert_eq!(Settings::read(&path), Settings::default());
        }
        fs::remove_dir_all(&folder).expect("there");
    }
}
