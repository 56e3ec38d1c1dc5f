//! Stands in for the audio device in builds without the feature `play`.

use crate::error::CliError;
use psivox_wire::PlaybackClock;
use std::convert::Infallible;

/// A player that cannot exist.
pub struct Player(Infallible);

impl Player {
    /// Says how to get a build that can play.
    ///
    /// # Errors
    /// Always.
    pub fn open(_sample_rate_hz: u32, _clock: PlaybackClock) -> Result<Self, CliError> {
        let how = if cfg!(target_os = "linux") { "install libasound2-dev, then " } else { "" };
        Err(CliError::Play(format!(
            "this psivox was built without audio; {how}run `cargo install --path cli --features play`, or write a file with -o"
        )))
    }

    /// Never called.
    pub fn push(&mut self, _sound: &[f32]) -> usize {
        match self.0 {}
    }

    /// Never called.
    pub fn end(&mut self) {
        match self.0 {}
    }

    /// Never called.
    pub fn check(&mut self) -> Result<(), CliError> {
        match self.0 {}
    }
}
