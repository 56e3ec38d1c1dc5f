//! Where the host is, and the other instances: what the clocks hear.

use super::{Block, To};
use crate::performance::Mode;
use crate::performer::Performer;
use crate::performer::following::Layout;
use psivox_core::engine::Event;
use psivox_core::field::Transport;
use std::sync::Arc;

impl Block<'_> {
    /// Follow mode: locks the speech to the host's place.
    pub(super) fn follow_host(&mut self) {
        let rules = self.performer.rules;
        if rules.mode != Mode::Follow || self.performer.bypassed_samples.is_some() {
            return;
        }
        let song = self.song.filter(|song| song.transport.playing);
        let Some(song) = song else {
            if self.performer.following.is_on() {
                self.performer.following.reset();
                self.add(0, To::Voice(0), Event::Follow(None));
            }
            return;
        };
        let sample_rate_hz = self.performer.sample_rate_hz();
        let layout = Layout { apart_bars: rules.follow_bars, rate: rules.rate, sample_rate_hz };
        let repertoire = Arc::clone(&self.performer.repertoire);
        let mut following = std::mem::take(&mut self.performer.following);
        following.follow(song, self.sound.len(), layout, &repertoire, |told| {
            self.performer.shared.note_unit(told.unit);
            self.add(told.offset, To::Voice(0), Event::Follow(told.place));
        });
        self.performer.following = following;
    }

    /// The engine itself ignores places that follow from the last one, so block sizes do not matter.
    pub(super) fn hear_transport(&mut self, transport: Option<Transport>) {
        let told = self.performer.transport_told;
        if !told && transport.is_some_and(|transport| transport.playing) {
            // The same playback says the same: from the first syllable and the line that the parameter names.
            self.performer.rewind_song();
            self.performer.turn.reset();
        }
        // A host that tells nothing any more stands.
        let standing = Transport { tempo_bpm: 120.0, beats: 0.0, playing: false };
        if let Some(transport) = transport.or(told.then_some(standing)) {
            self.add(0, To::All, Event::Transport(transport));
        }
        self.performer.transport_told = transport.is_some_and(|transport| transport.playing);
    }

    /// The other instances of the process, as one clock. Never in a bounce: what they do is no part of the project.
    pub(super) fn hear_others(&mut self, link: f32, transport: Option<Transport>) {
        if link <= 0.0 || self.performer.shared.offline() {
            return;
        }
        let block_s = self.sound.len() as f32 / self.performer.sample_rate_hz();
        let Performer { seat, ear, .. } = &mut *self.performer;
        let transport = transport.filter(|transport| transport.playing);
        if let Some(pulse) = ear.listen(seat.as_ref(), block_s, transport) {
            self.add(0, To::Voice(0), Event::Partner(pulse));
        }
    }
}
