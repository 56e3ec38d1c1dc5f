//! The live performance: sound to the audio device, faces to an avatar, both on one clock.

use crate::args::SayArgs;
use crate::error::CliError;
use crate::interrupt;
use crate::pace::SoundClock;
use crate::play::Player;
use crate::render::{Block, Sink};
use psivox_core::BlendshapeFrame;
use psivox_core::field::SurpriseEvent;
use psivox_wire::{FaceFeed, FaceSender, SenderConfig, SenderStatus, VmcOptions};
use std::collections::VecDeque;
use std::time::Duration;

/// How often due faces are looked for.
const TICK: Duration = Duration::from_millis(1);

/// How far the rendering runs ahead of the wall clock when nothing is played.
const LOOKAHEAD_S: f64 = 0.05;

/// A face may be 45 ms late before it is noticed but should be early rather than late (ITU-R BT.1359-1);
/// receivers draw it up to a picture later.
const FACE_LEAD_S: f64 = 0.02;

/// Paces what is rendered. Rendering waits inside [`Sink::take`].
pub struct Live {
    clock: SoundClock,
    player: Option<Player>,
    avatar: Option<(FaceFeed, FaceSender)>,
    /// Rendered faces whose time has not come.
    waiting: VecDeque<BlendshapeFrame>,
    /// Surprises whose time has not come.
    surprises: VecDeque<SurpriseEvent>,
    sample_rate_hz: f64,
    /// Samples taken so far.
    taken: u64,
}

impl Live {
    /// Opens the device and the way to the avatar; `None` if neither is asked for.
    ///
    /// # Errors
    /// No audio device, or no thread for the sender. An absent avatar is no error.
    pub fn open(args: &SayArgs) -> Result<Option<Self>, CliError> {
        if !args.play && args.osc.is_none() {
            return Ok(None);
        }
        let clock = SoundClock::new(args.voice.rate);
        let player = args.play.then(|| Player::open(args.voice.rate, clock.clone())).transpose()?;
        let vmc = VmcOptions { bundles: !args.osc_no_bundles, vrm0_clips: !args.osc_no_clips };
        let config = SenderConfig { target: args.osc.clone(), vmc, ..SenderConfig::default() };
        let avatar = args.osc.is_some().then(|| FaceSender::spawn(config)).transpose()?;
        let (waiting, surprises) = (VecDeque::new(), VecDeque::new());
        let sample_rate_hz = f64::from(args.voice.rate);
        Ok(Some(Self { clock, player, avatar, waiting, surprises, sample_rate_hz, taken: 0 }))
    }

    /// Waits for the end of the performance, puts the face to rest, and tells how the sending went.
    ///
    /// # Errors
    /// [`CliError::Interrupted`], or the device's.
    pub fn finish(mut self) -> Result<Option<SenderStatus>, CliError> {
        if let Some(player) = &mut self.player {
            player.end();
        }
        let end = self.taken as f64;
        self.wait_until(|live| live.waiting.is_empty() && live.heard() >= end)?;
        Ok(self.avatar.map(|(feed, sender)| {
            drop(feed);
            sender.finish()
        }))
    }

    /// Sends the faces that are due until `done`.
    fn wait_until(&mut self, mut done: impl FnMut(&mut Self) -> bool) -> Result<(), CliError> {
        loop {
            interrupt::check()?;
            if let Some(player) = &mut self.player {
                player.check()?;
            }
            self.send_due();
            if done(self) {
                return Ok(());
            }
            std::thread::sleep(TICK);
        }
    }

    fn send_due(&mut self) {
        let lead_s = if self.player.is_some() { FACE_LEAD_S } else { 0.0 };
        let due = self.heard() + lead_s * self.sample_rate_hz;
        while let Some(face) = self.waiting.pop_front_if(|face| face.time_samples as f64 <= due) {
            if let Some((feed, _)) = &mut self.avatar {
                feed.push(&face);
            }
        }
        while let Some(event) = self.surprises.pop_front_if(|event| event.time_samples as f64 <= due) {
            if let Some((feed, _)) = &mut self.avatar {
                feed.push_surprise(&event);
            }
        }
    }

    /// The sample that is heard now; minus infinity before anything is.
    fn heard(&self) -> f64 {
        self.clock.position().unwrap_or(f64::NEG_INFINITY)
    }
}

impl Sink for Live {
    fn take(&mut self, block: &Block) -> Result<(), CliError> {
        self.taken = block.start_samples + block.sound.len() as u64;
        if self.avatar.is_some() {
            self.waiting.extend(block.faces);
            self.surprises.extend(block.surprises);
        }
        if self.player.is_none() {
            self.clock.start();
            let lookahead = LOOKAHEAD_S * self.sample_rate_hz;
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
