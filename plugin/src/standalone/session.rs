//! The state of the program between runs: what a project of a host would keep.

use super::player::Plugin;
use super::settings::{folder, write_whole};
use std::path::{Path, PathBuf};

/// Where the state of this run is kept.
#[derive(Debug)]
pub(super) struct Session {
    path: Option<PathBuf>,
    /// Whether the user named the file.
    named: bool,
}

impl Session {
    /// The named project, or the last session.
    pub(super) fn new(project: Option<PathBuf>) -> Self {
        let named = project.is_some();
        Self { path: project.or_else(|| Some(folder()?.join("session.psivox"))), named }
    }

    /// Loads it, if there is one.
    ///
    /// # Errors
    /// The file that the user named cannot be read: it shall not be written over.
    pub(super) fn load(&self, plugin: &Plugin) -> Result<(), String> {
        let Some(path) = &self.path else { return Ok(()) };
        let refused = match std::fs::read(path) {
            Ok(blob) if plugin.load(&blob) => {
                if crate::state::is_damaged(&blob) {
                    self.keep_damaged(path, &blob);
                }
                return Ok(());
            }
            Ok(_) => "it is no state of Psivox, or that of a newer one".to_owned(),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => error.to_string(),
        };
        if self.named {
            return Err(format!("{} cannot be loaded: {refused}; name another file", path.display()));
        }
        let mut aside = path.as_os_str().to_owned();
        aside.push(".unreadable");
        eprintln!("psivox: the last session cannot be loaded: {refused}; it is kept as {}", aside.display());
        _ = std::fs::rename(path, aside);
        Ok(())
    }

    /// What was damaged and read in part is written over at the end: a copy stays.
    fn keep_damaged(&self, path: &Path, blob: &[u8]) {
        let mut aside = path.as_os_str().to_owned();
        aside.push(".damaged");
        let aside = PathBuf::from(aside);
        match write_whole(&aside, blob) {
            Ok(()) => eprintln!(
                "psivox: {} was damaged and is read in part; it is kept as {}",
                path.display(),
                aside.display()
            ),
            Err(error) => eprintln!("psivox: {} was damaged and cannot be kept: {error}", path.display()),
        }
    }

    /// Saves it.
    pub(super) fn save(&self, plugin: &Plugin) {
        let Some(path) = &self.path else { return };
        let saved = plugin.save().ok_or_else(|| "the state cannot be told".to_owned());
        if let Err(error) = saved.and_then(|blob| write_whole(path, &blob)) {
            eprintln!("psivox: the session is not kept: {error}");
        }
    }
}
