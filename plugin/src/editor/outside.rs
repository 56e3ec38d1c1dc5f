//! The text in the system's own editor: a file that is followed while it changes, so that every way of typing works.

use crate::state::TEXT_LIMIT_BYTES;
use std::fs::{self, File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// How often the file is looked at.
const EVERY: Duration = Duration::from_millis(400);
/// Files made by this process, so that two editors never share one.
static MADE: AtomicU32 = AtomicU32::new(0);

/// A text that is being edited elsewhere. The file goes away with it.
#[derive(Debug)]
pub struct Outside {
    path: PathBuf,
    text: String,
    looked: Instant,
}

impl Outside {
    /// Writes the text into a file of its own and lets `open` show it.
    ///
    /// # Errors
    /// The file cannot be written, or nothing opens it.
    pub fn begin(text: &str, open: impl FnOnce(&Path) -> std::io::Result<()>) -> Result<Self, String> {
        let number = MADE.fetch_add(1, Ordering::Relaxed);
        let name = format!("psivox-text-{}-{number}.txt", std::process::id());
        let path = std::env::temp_dir().join(name);
        let wrong = |error: std::io::Error| {
            format!("the text cannot be opened elsewhere ({error}); type it here, or load it from a file")
        };
        let outside = Self { path, text: text.to_owned(), looked: Instant::now() };
        let mut file = OpenOptions::new().write(true).create_new(true).open(&outside.path).map_err(wrong)?;
        file.write_all(text.as_bytes()).map_err(wrong)?;
        open(&outside.path).map_err(wrong)?;
        Ok(outside)
    }

    /// Where the file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The text, if it has changed since it was last looked at; at most a few times a second.
    ///
    /// # Errors
    /// The file is gone, too long or no text. It is followed on.
    pub fn poll(&mut self) -> Option<Result<String, String>> {
        if self.looked.elapsed() < EVERY {
            return None;
        }
        self.looked = Instant::now();
        self.look()
    }

    fn look(&mut self) -> Option<Result<String, String>> {
        match read_text(&self.path) {
            Ok(text) if text == self.text => None,
            Ok(text) => {
                self.text.clone_from(&text);
                Some(Ok(text))
            }
            Err(error) => Some(Err(error)),
        }
    }

    /// The last word: what stands in the file now.
    pub fn end(mut self) -> Option<String> {
        self.look().and_then(Result::ok)
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        // Somebody else has removed it already: all the better.
        let _ = fs::remove_file(&self.path);
    }
}

/// Opens a file with whatever the system has for it.
///
/// # Errors
/// There is nothing.
pub fn open_with_system(path: &Path) -> std::io::Result<()> {
    open::that_detached(path)
}

/// Reads a text of at most the length that is planned.
///
/// # Errors
/// Too long, not UTF-8, or not readable; the message tells what to do.
pub fn read_text(path: &Path) -> Result<String, String> {
    let wrong = |why: String| format!("'{}' cannot be read: {why}", path.display());
    let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
    let mut bytes = Vec::new();
    let limit = TEXT_LIMIT_BYTES as u64 + 1;
    file.take(limit).read_to_end(&mut bytes).map_err(|error| wrong(error.to_string()))?;
    if bytes.len() > TEXT_LIMIT_BYTES {
        return Err(wrong(format!("it has more than {TEXT_LIMIT_BYTES} bytes; shorten it")));
    }
    let text =
        String::from_utf8(bytes).map_err(|_| wrong("it is no UTF-8 text; save it as one".to_owned()))?;
    // What some editors put in front and at line ends.
    Ok(text.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_come_back_and_the_file_goes_away() {
        let mut outside = Outside::begin("One.", |_| Ok(())).expect("a file");
        let path = outside.path().to_owned();
        assert_eq!(outside.look(), None);
        fs::write(&path, "\u{feff}One.\r\nZwei \u{1f642}.").expect("written");
        assert_eq!(outside.look(), Some(Ok("One.\nZwei \u{1f642}.".to_owned())));
        assert_eq!(outside.look(), None, "told once");
        fs::write(&path, [0xff, 0xfe]).expect("written");
        assert!(outside.look().expect("told").expect_err("no text").contains("UTF-8"));
        fs::write(&path, "x".repeat(TEXT_LIMIT_BYTES + 1)).expect("written");
        assert!(outside.look().expect("told").expect_err("long").contains("65536"));
        fs::write(&path, "last").expect("written");
        assert_eq!(outside.end(), Some("last".to_owned()));
        assert!(!path.exists());
    }

    #[test]
    fn where_nothing_opens_it_no_file_stays() {
        let mut seen = PathBuf::new();
        let error = Outside::begin("One.", |path| {
            seen = path.to_owned();
            Err(std::io::ErrorKind::NotFound.into())
        });
        assert!(error.expect_err("nothing opens it").contains("type it here"));
        assert!(!seen.exists());
        assert!(read_text(Path::new("/nonexistent/x.txt")).expect_err("gone").contains("cannot be read"));
    }
}
