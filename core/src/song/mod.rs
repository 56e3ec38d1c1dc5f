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
pub mod import;
mod layout;
mod lyric;
mod lyrics;
mod melody;
mod notation;
mod notation_out;
mod note;
mod phonemes;
mod shaping;
mod sheet;
mod singer;
mod spoken;
mod warp;

pub use error::SongError;
pub(crate) use melody::{Step, VIBRATO_END_S, drift, ease, vibrato_depth_st};
pub use note::{Lyric, Note, Song};
pub(crate) use sheet::sheet;
pub use sheet::{MAX_SYLLABLES, SheetPlan};
pub use singer::Sung;
pub(crate) use singer::{Singer, sing};
