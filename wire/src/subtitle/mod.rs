//! Subtitles of what was said: words with their times become captions, captions become SRT, WebVTT or LRC.

mod caption;
mod format;

pub use caption::{Caption, TimedWord, captions};
pub use format::{SubtitleFormat, write_subtitles};
