//! Singing: the same voice under imposed pitch and time.
//!
//! ```text
//! text of a song ─► notes ─► syllables on notes ─► voice.speak ─► frames on the voice's time
//!      parse                     lyric             durations, f0       │ warp: every vowel starts on its beat
//!                                                  of the melody       ▼
//!                                                               score on the song's time, f0 = melody
//! ```
//! The score that comes out is an ordinary one. The file format is described in `docs/SONG.md`.

mod error;
mod layout;
mod lyric;
mod melody;
mod notation;
mod note;
mod phonemes;
mod shaping;
mod singer;
mod warp;

pub use error::SongError;
pub use note::{Lyric, Note, Song};
pub use singer::Sung;
pub(crate) use singer::{Singer, sing};
