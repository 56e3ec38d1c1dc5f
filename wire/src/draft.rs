//! Files that appear complete or not at all: written under a name of their own beside their place, renamed when complete.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Two writers of one file each write a draft of their own, and the last one stands.
static DRAFTS: AtomicU64 = AtomicU64::new(0);

/// A file under construction: [`Self::commit`] puts it in its place; dropped before that, it vanishes.
#[derive(Debug)]
pub struct Draft {
    place: PathBuf,
    temporary: PathBuf,
}

impl Draft {
    /// Nothing is made yet: open [`Self::path`] and write there.
    ///
    /// # Errors
    /// The path names no file.
    pub fn beside(place: &Path) -> io::Result<Self> {
        if place.file_name().is_none() {
            return Err(io::Error::other("it names no file"));
        }
        // Not the name of the file itself: there may be no room behind it.
        let number = DRAFTS.fetch_add(1, Ordering::Relaxed);
        let temporary = place.with_file_name(format!(".psivox-{}-{number}.part", std::process::id()));
        Ok(Self { place: place.to_owned(), temporary })
    }

    /// Where it is written until it is complete.
    pub fn path(&self) -> &Path {
        &self.temporary
    }

    /// Puts the finished file in its place, instead of what may be there. Its writer must have been flushed, and closed.
    ///
    /// # Errors
    /// It cannot be renamed; what was there stays.
    pub fn commit(self) -> io::Result<()> {
        fs::rename(&self.temporary, &self.place)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // Once it is renamed there is nothing to remove.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Writes a file so that it is either the old or the new one, whatever happens in between.
///
/// # Errors
/// It cannot be written; what was there stays.
pub fn write_whole(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let draft = Draft::beside(place)?;
    let mut file = File::create(draft.path())?;
    file.write_all(bytes)?;
    file.sync_all()?;
    drop(file);
    draft.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).expect("a folder");
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn only_what_is_complete_takes_its_place() {
        let folder = std::env::temp_dir().join(format!("psivox-draft-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        // As long as file systems allow.
        let place = folder.join("x".repeat(255));
        write_whole(&place, b"old").expect("written");
        let drafts = [Draft::beside(&place).expect("a name"), Draft::beside(&place).expect("a name")];
        assert_ne!(drafts[0].path(), drafts[1].path());
        fs::write(drafts[0].path(), b"half").expect("written");
        drop(drafts);
        assert_eq!(fs::read(&place).expect("there"), b"old");
        write_whole(&place, b"new").expect("written");
        assert_eq!(fs::read(&place).expect("there"), b"new");
        assert_eq!(names(&folder).len(), 1, "nothing is left beside it");
        assert!(write_whole(&folder.join("none/x"), b"").is_err());
        assert!(write_whole(&folder, b"").is_err() && names(&folder).len() == 1);
        assert!(Draft::beside(Path::new("/")).is_err());
        fs::remove_dir_all(&folder).expect("there");
    }
}
