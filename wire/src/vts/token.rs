//! Keeps the tokens that VTube Studio has given, so that its user is asked once only.

use crate::{Draft, UserFolder};
use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

/// Longest file that is read.
const MAX_FILE_BYTES: u64 = 64 << 10;

/// Most places that are remembered.
const MAX_PLACES: usize = 64;

/// Longest token: what the API promises.
pub(super) const MAX_TOKEN_BYTES: usize = 64;

/// A file with a token for each `HOST:PORT`. Only its owner can read it, where the system knows owners.
#[derive(Debug, Clone, Default)]
pub struct TokenStore {
    path: Option<PathBuf>,
}

impl TokenStore {
    /// In the user's configuration folder; where there is none, nothing is kept.
    pub fn of_user() -> Self {
        Self { path: UserFolder::Config.path().map(|folder| folder.join("vtube-studio.json")) }
    }

    /// In a file of one's own.
    pub fn at(path: &Path) -> Self {
        Self { path: Some(path.to_owned()) }
    }

    /// The token of a place, if there is one.
    pub fn get(&self, place: &str) -> Option<String> {
        self.read().remove(place)
    }

    /// Keeps a token.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn set(&self, place: &str, token: &str) -> io::Result<()> {
        let mut all = self.read();
        all.insert(place.to_owned(), token.to_owned());
        while all.len() > MAX_PLACES {
            let other = all.keys().find(|key| *key != place).cloned();
            other.and_then(|key| all.remove(&key));
        }
        self.write(&all)
    }

    /// Forgets a token.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn forget(&self, place: &str) -> io::Result<()> {
        let mut all = self.read();
        if all.remove(place).is_none() {
            return Ok(());
        }
        self.write(&all)
    }

    /// What cannot be read is as if it were not there: the user is asked again.
    fn read(&self) -> BTreeMap<String, String> {
        let Some(path) = &self.path else { return BTreeMap::new() };
        let mut text = String::new();
        let file = std::fs::File::open(path);
        let read = file.and_then(|file| file.take(MAX_FILE_BYTES).read_to_string(&mut text));
        let all: BTreeMap<String, String> =
            read.ok().and_then(|_| serde_json::from_str(&text).ok()).unwrap_or_default();
        all.into_iter().filter(|(_, token)| is_token(token)).collect()
    }

    /// Whole or not at all.
    fn write(&self, all: &BTreeMap<String, String>) -> io::Result<()> {
        let Some(path) = &self.path else { return Ok(()) };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let draft = Draft::beside(path)?;
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let json = serde_json::to_string_pretty(all)?;
        options.open(draft.path()).and_then(|mut file| file.write_all(json.as_bytes()))?;
        draft.commit()
    }
}

/// Whether a text can be a token: ASCII, at most 64 characters.
pub(super) fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_TOKEN_BYTES && text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("psivox-token-{}-{name}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        folder
    }

    #[test]
    fn a_token_is_kept_for_its_place_and_forgotten() {
        let folder = folder("kept");
        let path = folder.join("deep").join("tokens.json");
        let store = TokenStore::at(&path);
        assert_eq!(store.get("a:1"), None);
        store.set("a:1", "one").expect("writes");
        store.set("b:2", "two").expect("writes");
        assert_eq!(TokenStore::at(&path).get("a:1").as_deref(), Some("one"));
        store.forget("a:1").expect("writes");
        assert_eq!((store.get("a:1"), store.get("b:2").as_deref()), (None, Some("two")));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(&path).expect("there").permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        std::fs::remove_dir_all(folder).expect("cleans up");
    }

    #[test]
    fn a_broken_file_is_no_file() {
        let folder = folder("broken");
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("tokens.json");
        for text in ["", "7", "{\"a:1\":7}", "{\"a:1\":\"two words\"}", "[[[["] {
            std::fs::write(&path, text).expect("writes");
            assert_eq!(TokenStore::at(&path).get("a:1"), None, "{text}");
        }
        TokenStore::at(&path).set("a:1", "x").expect("writes over it");
        assert_eq!(TokenStore::at(&path).get("a:1").as_deref(), Some("x"));
        std::fs::remove_dir_all(folder).expect("cleans up");
    }

    #[test]
    fn without_a_folder_nothing_is_kept() {
        let store = TokenStore::default();
        store.set("a:1", "x").expect("nothing to fail");
        assert_eq!(store.get("a:1"), None);
    }
}
