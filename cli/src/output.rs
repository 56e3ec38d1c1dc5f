//! Files that appear complete or not at all.
//!
//! A [`PendingFile`] is written as a [`Draft`] beside its place and put there by [`PendingFile::commit`]; dropped before
//! that, it vanishes.

use crate::error::CliError;
use psivox_wire::Draft;
use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// A file under construction.
#[derive(Debug)]
pub struct PendingFile {
    /// Where it will stand.
    path: PathBuf,
    /// What is written until then; `None` for a device, which is written directly.
    draft: Option<Draft>,
}

impl PendingFile {
    /// Opens the file that will stand at `path`.
    ///
    /// # Errors
    /// [`CliError::Output`] if nothing can be written there.
    pub fn create(path: &Path) -> Result<(File, Self), CliError> {
        // A link is followed, not replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        if let Ok(place) = fs::metadata(&path) {
            if place.is_dir() {
                return Err(refuse(&path, "it is a folder; name a file in it"));
            }
            if !place.is_file() {
                let file =
                    OpenOptions::new().write(true).open(&path).map_err(|error| explain(&path, &error))?;
                return Ok((file, Self { path, draft: None }));
            }
            if place.permissions().readonly() {
                return Err(refuse(&path, "it is write-protected; choose another name"));
            }
        }
        let Ok(draft) = Draft::beside(&path) else {
            return Err(refuse(&path, "it names no file; write a file name such as speech.wav"));
        };
        let file = File::create(draft.path()).map_err(|error| explain(&path, &error))?;
        Ok((file, Self { path, draft: Some(draft) }))
    }

    /// Where it will stand.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Puts the finished file in its place. Its writer must have been flushed.
    ///
    /// # Errors
    /// [`CliError::Output`] if it cannot be renamed.
    pub fn commit(self) -> Result<(), CliError> {
        self.draft.map_or(Ok(()), Draft::commit).map_err(|error| explain(&self.path, &error))
    }
}

/// Makes a folder unless it exists.
///
/// # Errors
/// [`CliError::Output`] if it cannot be made, or a file stands there.
pub fn make_folder(path: &Path) -> Result<(), CliError> {
    if path.exists() && !path.is_dir() {
        return Err(refuse(path, "a file of this name exists; choose another folder"));
    }
    fs::create_dir_all(path).map_err(|error| explain(path, &error))
}

/// Two outputs in one file would overwrite each other.
///
/// # Errors
/// [`CliError::Output`] for a file that is named twice.
pub fn check_distinct(paths: &[Option<&PathBuf>]) -> Result<(), CliError> {
    let given: Vec<&PathBuf> = paths.iter().copied().flatten().collect();
    match given.iter().enumerate().find(|(index, path)| given[..*index].contains(path)) {
        None => Ok(()),
        Some((_, path)) => Err(refuse(path, "it is named twice; give every output its own file")),
    }
}

fn refuse(path: &Path, reason: &str) -> CliError {
    CliError::Output { path: path.to_owned(), reason: reason.to_owned() }
}

/// An error of the file system in words that say what to do.
pub fn explain(path: &Path, error: &std::io::Error) -> CliError {
    let advice = match error.kind() {
        ErrorKind::NotFound | ErrorKind::NotADirectory => {
            "its folder does not exist; make it first".to_owned()
        }
        ErrorKind::PermissionDenied => "no permission; choose a folder of your own".to_owned(),
        ErrorKind::StorageFull => "the disk is full; make room and try again".to_owned(),
        ErrorKind::ReadOnlyFilesystem => "the disk is read-only; choose another folder".to_owned(),
        ErrorKind::InvalidFilename => "the name is not allowed; choose a shorter, plain one".to_owned(),
        _ => format!("{error}; choose another place"),
    };
    refuse(path, &advice)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("psivox-output-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn one_file_cannot_hold_two_outputs() {
        let [a, b, c] = ["a", "b", "c"].map(PathBuf::from);
        assert!(check_distinct(&[Some(&a), None, Some(&b), Some(&a)]).is_err());
        assert!(check_distinct(&[Some(&a), Some(&b), None, None, Some(&c)]).is_ok());
    }

    #[test]
    fn only_a_commit_makes_a_file() {
        let folder = folder("commit");
        let path = folder.join("speech.wav");
        fs::write(&path, "old").expect("written");
        let (mut file, pending) = PendingFile::create(&path).expect("writable");
        file.write_all(b"new").expect("written");
        assert_eq!(fs::read(&path).expect("readable"), b"old");
        drop(pending);
        assert_eq!(names(&folder), ["speech.wav"]);
        let (mut file, pending) = PendingFile::create(&path).expect("writable");
        file.write_all(b"new").expect("written");
        pending.commit().expect("renamed");
        assert_eq!(fs::read(&path).expect("readable"), b"new");
        assert_eq!(names(&folder), ["speech.wav"]);
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn impossible_places_say_what_to_do() {
        let folder = folder("places");
        let message = |path: &Path| PendingFile::create(path).expect_err("refused").to_string();
        assert!(message(&folder).contains("folder; name a file"));
        assert!(message(&folder.join("no/such.wav")).contains("does not exist"));
        fs::write(folder.join("file"), "").expect("written");
        assert!(message(&folder.join("file/x.wav")).contains("does not exist"));
        assert!(
            make_folder(&folder.join("file"))
                .expect_err("refused")
                .to_string()
                .contains("a file of this name")
        );
        fs::remove_dir_all(folder).expect("removed");
    }
}
