//! Songs from other programs: MusicXML, OpenUtau's USTX and MIDI files with lyrics. See `docs/IMPORT.md`.
//!
//! ```text
//! bytes ─► format ─► musicxml | ustx | midi ─► parts of notes, tempos ─► assemble ─► Song, notices
//! ```
//! Readers only tell what stands in a file; `assemble` makes it something that can be sung and says what it had to do.

mod assemble;
mod fit;
mod karaoke;
mod midi;
mod musicxml;
mod mxl;
mod smf;
mod tempo;
mod ustx;
mod yaml;

use super::Song;

/// Largest file that is read, in bytes.
pub const MAX_IMPORT_BYTES: usize = 8 << 20;

/// A song out of another program's file.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportedSong {
    /// What can be sung.
    pub song: Song,
    /// Title of the piece; empty if the file has none.
    pub title: String,
    /// Names of the parts that have notes, in the order in which they are counted.
    pub parts: Vec<String>,
    /// Which of them this is.
    pub part: usize,
    /// What was left out or changed, for the user to read.
    pub notices: Vec<String>,
}

/// Why a file cannot be imported.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// More than anybody sings.
    #[error("the file has {found} bytes, at most {limit} are read; save the singing part alone")]
    TooLarge {
        /// Its size.
        found: usize,
        /// The limit.
        limit: usize,
    },
    /// Nothing that is known.
    #[error(
        "this is neither MusicXML (.musicxml, .xml, .mxl), nor USTX, nor a MIDI file; export one of these"
    )]
    Unknown,
    /// The file breaks the rules of its format.
    #[error("the {format} file cannot be read: {problem}")]
    Broken {
        /// Name of the format.
        format: &'static str,
        /// What is wrong, where, and what is expected.
        problem: String,
    },
    /// No such part.
    #[error("there is no part {asked}; the file has {}", listed(names))]
    NoPart {
        /// Counted from 1.
        asked: usize,
        /// The parts that there are.
        names: Vec<String>,
    },
    /// A file without notes.
    #[error("no part of the {format} file has notes that can be sung")]
    Silent {
        /// Name of the format.
        format: &'static str,
    },
    /// Notes that do not make a song.
    #[error("the notes do not make a song: {0}")]
    Song(String),
}

fn listed(names: &[String]) -> String {
    let each = names.iter().enumerate().map(|(i, name)| format!("{}: '{name}'", i + 1));
    each.collect::<Vec<_>>().join(", ")
}

/// A format that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Mxl,
    MusicXml,
    Midi,
    Ustx,
}

/// What bytes are, by their beginning.
fn format_of(bytes: &[u8]) -> Option<Format> {
    if bytes.starts_with(b"PK\x03\x04") {
        return Some(Format::Mxl);
    }
    if bytes.starts_with(b"MThd") {
        return Some(Format::Midi);
    }
    let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes).trim_ascii_start();
    if wide || text.starts_with(b"<") {
        return Some(Format::MusicXml);
    }
    let known = [&b"ustx_version"[..], b"voice_parts"];
    known.iter().any(|key| text.windows(key.len()).any(|part| part == *key)).then_some(Format::Ustx)
}

/// Whether bytes look like a file of another program: a song file of ours does not.
pub fn is_foreign(bytes: &[u8]) -> bool {
    format_of(bytes).is_some()
}

/// Reads a file and makes a song of one of its parts: `part` counts from 0, none takes the first one with words.
///
/// # Errors
/// The file is too large, of no known format, broken, or has no such part or no notes.
pub fn import(bytes: &[u8], part: Option<usize>) -> Result<ImportedSong, ImportError> {
    if bytes.len() > MAX_IMPORT_BYTES {
        return Err(ImportError::TooLarge { found: bytes.len(), limit: MAX_IMPORT_BYTES });
    }
    let (format, read) = match format_of(bytes).ok_or(ImportError::Unknown)? {
        Format::Mxl => ("MusicXML", mxl::unpack(bytes).and_then(|xml| musicxml::read(&xml))),
        Format::MusicXml => ("MusicXML", musicxml::read(bytes)),
        Format::Midi => ("MIDI", midi::read(bytes)),
        Format::Ustx => ("USTX", ustx::read(bytes)),
    };
    let piece = read.map_err(|problem| ImportError::Broken { format, problem })?;
    assemble::assemble(piece, part, format)
}
