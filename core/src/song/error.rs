//! Why a song cannot be sung.

use crate::text::TextError;

/// Why a song was refused; says where and what to do.
#[derive(Debug, thiserror::Error)]
pub enum SongError {
    /// A line of a song file that cannot be read.
    #[error("song line {line}: {problem}")]
    Line {
        /// Counted from 1.
        line: usize,
        /// What is wrong and what is expected.
        problem: String,
    },
    /// A note that cannot be sung.
    #[error("song note {note}{}: {problem}", place(*line))]
    Note {
        /// Counted from 1, rests left out.
        note: usize,
        /// The line of the file it came from, counted from 1; 0 if it came from no file.
        line: usize,
        /// What is wrong and what is expected.
        problem: String,
    },
    /// Nothing to sing.
    #[error("the song has no notes; a note is a line such as 'C4 1 la'")]
    Empty,
    /// Lyrics without a syllable.
    #[error(
        "there is nothing to sing in the lyrics; write words, of which every syllable takes a note, or {{phonemes}}"
    )]
    NoLyrics,
    /// Too much to sing.
    #[error("the song lasts {found_s:.0} s, at most {limit_s:.0} s can be sung in one go; cut it into parts")]
    TooLong {
        /// Its length.
        found_s: f32,
        /// The limit.
        limit_s: f32,
    },
    /// A lyric that cannot be read.
    #[error("the words of the song: {0}")]
    Text(#[from] TextError),
}

fn place(line: usize) -> String {
    if line == 0 { String::new() } else { format!(" (line {line})") }
}
