//! A song from a file, of our own format or another program's, and a song into one.

use crate::error::CliError;
use crate::output::{PendingFile, explain};
use crate::progress;
use psivox_core::song::Song;
use psivox_core::song::import::{MAX_IMPORT_BYTES, import, is_foreign};
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;

/// Reads a song. `part` counts from 1 and belongs to the files of other programs.
///
/// # Errors
/// The file cannot be read, is too large, or holds no song.
pub fn read(path: &Path, part: Option<usize>) -> Result<Song, CliError> {
    let failed = |reason: String| CliError::Input { path: path.to_owned(), reason };
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_IMPORT_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| failed(format!("{error}; give the path of a song file (docs/SONG.md)")))?;
    if is_foreign(&bytes) {
        let index = match part {
            Some(0) => return Err(CliError::Usage("--part counts from 1".to_owned())),
            part => part.map(|part| part - 1),
        };
        let found = import(&bytes, index).map_err(|error| failed(error.to_string()))?;
        for notice in &found.notices {
            progress::say(&format!("note: {notice}"));
        }
        return Ok(found.song);
    }
    if part.is_some() {
        return Err(CliError::Usage(
            "--part is for MusicXML, USTX and MIDI files; a song file has one".to_owned(),
        ));
    }
    let text = String::from_utf8(bytes).map_err(|_| {
        failed("it is neither a song file nor MusicXML, USTX or MIDI; see docs/IMPORT.md".to_owned())
    })?;
    Song::parse(&text).map_err(|error| failed(error.to_string()))
}

/// Writes a song file.
///
/// # Errors
/// The file cannot be written.
pub fn write(path: &Path, song: &Song) -> Result<(), CliError> {
    let (mut file, pending) = PendingFile::create(path)?;
    file.write_all(song.to_text().as_bytes()).map_err(|error| explain(path, &error))?;
    pending.commit()?;
    progress::say(&format!("{} notes are in {}", song.notes.len(), path.display()));
    Ok(())
}
