//! Files of memories, read and written so that nothing is lost on the way.

use crate::error::CliError;
use crate::output::{PendingFile, explain};
use crate::progress;
use psivox_core::memory::{MAX_FILE_BYTES, MemoryBank, MemoryError};
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};

/// A file's bank, and whether all of it could be read.
#[derive(Debug)]
pub struct Opened {
    pub bank: MemoryBank,
    path: PathBuf,
    /// The file as it was found, where not all of it could be read.
    damaged: Option<Vec<u8>>,
}

/// Reads a file; tells what of it cannot be read.
///
/// # Errors
/// There is no such file, or it is no file of memories.
pub fn open(path: &Path) -> Result<Opened, CliError> {
    let failed = |reason: String| CliError::Input { path: path.to_owned(), reason };
    let refused = |error: MemoryError| failed(error.to_string());
    let advice = |error: std::io::Error| {
        failed(match error.kind() {
            ErrorKind::NotFound => "there is no such file; `psivox memory import` makes one".to_owned(),
            ErrorKind::PermissionDenied => "no permission; choose a file of your own".to_owned(),
            _ => format!("{error}; give the path of a memory file"),
        })
    };
    let file = File::open(path).map_err(advice)?;
    let place = file.metadata().map_err(advice)?;
    if place.is_dir() {
        return Err(failed("it is a folder; name a memory file in it".to_owned()));
    }
    MemoryBank::check_file_size(place.len()).map_err(refused)?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(advice)?;
    let (bank, errors) = MemoryBank::from_bytes(&bytes).map_err(refused)?;
    for error in &errors {
        progress::say(&format!("note: {}: {error}", path.display()));
    }
    Ok(Opened { bank, path: path.to_owned(), damaged: (!errors.is_empty()).then_some(bytes) })
}

/// As [`open`]; a file that does not exist holds nothing yet.
///
/// # Errors
/// It is there and cannot be read.
pub fn open_or_new(path: &Path) -> Result<Opened, CliError> {
    if path.exists() {
        return open(path);
    }
    Ok(Opened { bank: MemoryBank::default(), path: path.to_owned(), damaged: None })
}

impl Opened {
    /// Writes the bank back. If it was read with losses, the file as it was found is kept beside it.
    ///
    /// # Errors
    /// It cannot be written; the file is as it was then.
    pub fn save(&self) -> Result<(), CliError> {
        self.save_with("")
    }

    /// The same for a bank from which something was forgotten: tells that a kept copy may still hold it.
    ///
    /// # Errors
    /// It cannot be written; the file is as it was then.
    pub fn save_forgetting(&self) -> Result<(), CliError> {
        self.save_with("; delete that too, it may still hold what you forgot")
    }

    fn save_with(&self, advice: &str) -> Result<(), CliError> {
        if let Some(bytes) = &self.damaged {
            let copy = free_copy(&self.path);
            write(&copy, bytes)?;
            let (own, copy) = (self.path.display(), copy.display());
            progress::say(&format!(
                "note: {own} could not be read wholly; as it was, it is kept in {copy}{advice}"
            ));
        }
        write(&self.path, &self.bank.to_bytes(true))
    }
}

/// Writes a file that appears complete or not at all.
///
/// # Errors
/// It cannot be written.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), CliError> {
    let (mut file, pending) = PendingFile::create(path)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(|error| explain(path, &error))?;
    drop(file);
    pending.commit()
}

/// `FILE.damaged`, or with a number where that is a copy from before.
fn free_copy(path: &Path) -> PathBuf {
    let ending = |ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    let numbered = (2..1000).map(|number| ending(&format!(".damaged{number}")));
    let mut names = std::iter::once(ending(".damaged")).chain(numbered);
    names.find(|name| fs::symlink_metadata(name).is_err()).unwrap_or_else(|| ending(".damaged"))
}
