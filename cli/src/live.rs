//! The live performance: sound to the audio device, faces to the receivers, both on one clock.

use crate::args::SayArgs;
use crate::error::CliError;
use crate::interrupt;
use crate::play::Player;
use crate::render::{Block, Sink};
use psivox_wire::{FaceFeed, FaceSender, PlaybackClock, SenderConfig, Target, WireReport};
use std::time::Duration;

/// How often the clock is looked at.
const TICK: Duration = Duration::from_millis(1);

/// How far the rendering runs ahead of the wall clock when nothing is played: at least, and at most.
const LOOKAHEAD_S: (f64, f64) = (0.2, 2.0);

/// How much sooner a face is there than the target that wants it first, s.
const SPARE_S: f64 = 0.1;

/// Time for the receivers to take the last faces before all rest, s.
const TAIL_S: f64 = 0.05;

/// Paces what is rendered. Rendering waits inside [`Sink::take`].
pub struct Live {
    clock: PlaybackClock,
    player: Option<Player>,
    avatars: Option<(FaceFeed, FaceSender)>,
    lookahead_s: f64,
    sample_rate_hz: f64,
    /// Samples taken so far.
    taken: u64,
}

impl Live {
    /// Opens the device and the ways to the receivers; `None` if neither is asked for.
    ///
    /// # Errors
    /// No audio device, no thread for the sender, targets that cannot be. An absent receiver is no error.
    pub fn open(args: &SayArgs, targets: Vec<Target>) -> Result<Option<Self>, CliError> {
        if !args.play && targets.is_empty() {
            return Ok(None);
        }
        let clock = PlaybackClock::new(args.voice.rate);
        let player = args.play.then(|| Player::open(args.voice.rate, clock.clone())).transpose()?;
        let playback = Some(clock.clone());
        let (sends, lookahead_s) = (!targets.is_empty(), lookahead_s(&targets));
        let config = SenderConfig { targets, latency_ms: args.wire.latency_ms, playback };
        let avatars = sends.then(|| FaceSender::spawn(config)).transpose()?;
        let sample_rate_hz = f64::from(args.voice.rate);
        Ok(Some(Self { clock, player, avatars, lookahead_s, sample_rate_hz, taken: 0 }))
    }

    /// Waits for the end of the performance, puts the faces to rest, and tells how the sending went.
    ///
    /// # Errors
    /// [`CliError::Interrupted`], or the device's.
    pub fn finish(mut self) -> Result<Option<WireReport>, CliError> {
        if let Some(player) = &mut self.player {
            player.end();
        }
        let end = self.taken as f64 + TAIL_S * self.sample_rate_hz;
        self.wait_until(|live| live.heard() >= end)?;
        Ok(self.avatars.map(|(feed, sender)| {
            drop(feed);
            sender.finish()
        }))
    }

    fn wait_until(&mut self, mut done: impl FnMut(&mut Self) -> bool) -> Result<(), CliError> {
        loop {
            interrupt::check()?;
            if let Some(player) = &mut self.player {
                player.check()?;
            }
            if done(self) {
                return Ok(());
            }
            std::thread::sleep(TICK);
        }
    }

    /// The sample that is heard now; minus infinity before anything is.
    fn heard(&self) -> f64 {
        self.clock.position().unwrap_or(f64::NEG_INFINITY)
    }
}

/// How far the rendering runs ahead, so that the target that is earliest before its sound has its face in time.
fn lookahead_s(targets: &[Target]) -> f64 {
    let ahead_s = |target: &Target| 1e-3 * f64::from(target.lead_ms - target.offset_ms);
    let earliest_s = targets.iter().filter(|target| target.on).map(ahead_s).fold(0.0, f64::max);
    (earliest_s + SPARE_S).clamp(LOOKAHEAD_S.0, LOOKAHEAD_S.1)
}

impl Sink for Live {
    fn take(&mut self, block: &Block) -> Result<(), CliError> {
        self.taken = block.start_samples + block.sound.len() as u64;
        if let Some((feed, _)) = &mut self.avatars {
            for frame in block.frames {
                feed.push(frame);
            }
            for timed in block.notices {
                feed.notice(timed.time_samples, timed.notice.clone());
            }
        }
        if self.player.is_none() {
            self.clock.start();
            let lookahead = self.lookahead_s * self.sample_rate_hz;
            return self.wait_until(|live| live.taken as f64 <= live.heard() + lookahead);
        }
        let mut rest = block.sound;
        self.wait_until(|live| {
            let taken = live.player.as_mut().map_or(rest.len(), |player| player.push(rest));
            rest = &rest[taken..];
            rest.is_empty()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rendering_is_as_far_ahead_as_the_earliest_receiver() {
        let target = |query: &str| format!("vmc:127.0.0.1?{query}").parse::<Target>().expect("a target");
        let near = |targets: &[Target], expected_s: f64| (lookahead_s(targets) - expected_s).abs() < 1e-6;
        assert!(near(&[], 0.2) && near(&[target("lead_ms=20")], 0.2));
        assert!(near(&[target("lead_ms=20"), target("lead_ms=500&offset_ms=-1000")], 1.6));
        assert!(near(&[target("lead_ms=500&offset_ms=200")], 0.4));
        assert!(near(&[target("lead_ms=500&on=false")], 0.2));
    }
}
