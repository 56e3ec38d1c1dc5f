//! Lines whose clock is led from outside: by notes, or by an outer time.

use super::{Engine, NOTHING_READ};
use crate::engine::control::Control;
use crate::engine::event::{Place, SungNote};
use crate::engine::follow::Following;
use crate::engine::line::Line;
use crate::engine::sung::{Note, Singing};
use crate::engine::telemetry::{PhoneMark, Telemetry};
use crate::engine::tuning::VoiceDrive;
use crate::field::{NetworkDrive, Role};
use crate::score::{Score, read_mixed};
use std::sync::Arc;

/// How much of a held voice's wandering of f0 is left in notes: they have a drift of their own, and are to be in tune.
const HELD_WANDER: f32 = 0.15;

impl Engine {
    /// A note begins.
    pub(super) fn sing(&mut self, note: &SungNote) {
        let Some(note) = Note::of(note, self.config.sample_rate_hz) else { return };
        let now = self.now as f64;
        self.queue.clear();
        if let Some(Line { score, singing: Some(singing), stopped_at: None, .. }) = &mut self.line {
            singing.sing(score, &note, now);
            return;
        }
        let mut line = Line::new(Arc::clone(&note.score));
        let entry_s = note.entry_s();
        let level = self.heard();
        line.singing = Some(Singing::new(&note, now, level, self.config.sample_rate_hz));
        self.take_up(line, entry_s);
    }

    /// The note ends.
    pub(super) fn release(&mut self, after_samples: u32) {
        let now = self.now as f64;
        if let Some(singing) = self.line.as_mut().and_then(|line| line.singing.as_mut()) {
            singing.release(f64::from(after_samples), now);
        }
    }

    /// The outer time tells its place.
    pub(super) fn go_along(&mut self, place: &Place) {
        let rate_hz = self.config.sample_rate_hz;
        let Some(new) = Following::new(place, self.now, rate_hz, 0.0) else { return };
        if let Some(line) = self.line.as_mut().filter(|line| line.stopped_at.is_none())
            && let Some(before) = &line.following
            && Arc::ptr_eq(&line.score, &place.score)
            && let Some(steered) = new.steered_from(before)
        {
            line.following = Some(steered);
            return;
        }
        let place_s = new.place_s(self.now as f64);
        if place_s >= f64::from(place.score.duration_s()) {
            // Beyond the end nothing is said; what is said of it ends.
            if self.line.as_ref().is_some_and(|line| line.following.is_some()) {
                self.stop();
            }
            return;
        }
        self.queue.clear();
        let mut line = Line::new(Arc::clone(&place.score));
        line.following = Following::new(place, self.now, rate_hz, self.heard());
        line.told = self.line.as_ref().is_some_and(|before| {
            before.told && before.following.is_some() && Arc::ptr_eq(&before.score, &line.score)
        });
        self.take_up(line, place_s.max(0.0) as f32);
    }

    /// How much of the present line is heard, 0..=1.
    fn heard(&self) -> f32 {
        let Some(line) = self.line.as_ref().filter(|_| self.sounding) else { return 0.0 };
        let left = 1.0 - line.faded(self.now, self.stop_samples());
        left * line.singing.as_ref().map_or(1.0, Singing::level)
    }

    /// Goes on with a line that is led, at a place of it: out of silence at once, out of what sounds under a crossfade.
    fn take_up(&mut self, mut line: Line, place_s: f32) {
        self.velocity.jump(1.0, self.now);
        if self.line.is_none() {
            self.keep_tail();
            self.taken = self.hop;
            self.adopt(&line.score.speaker);
            let voice_mix = self.controls.at(Control::VoiceMix, self.now);
            self.field.begin(&read_mixed(&line.score, place_s, voice_mix), &line.score.topic);
            self.visage.hand_over();
            self.bank.restart(self.speaker.f0_mean_hz);
        } else {
            self.change_speaker(&line.score);
            self.crossing.begin();
        }
        self.reading = NOTHING_READ;
        line.go_to(place_s);
        line.gain = 0.0;
        self.line = Some(line);
        self.begin_impression(false);
    }

    /// The present line is left: nothing of what led its clock goes on.
    pub(super) fn let_go(&mut self) {
        if self.line.as_ref().is_some_and(Line::is_led) {
            self.hold.free();
            self.crossing.end();
        }
    }

    fn change_speaker(&mut self, score: &Arc<Score>) {
        if self.speaker != score.speaker {
            self.adopt(&score.speaker);
        }
    }

    /// Turns the clock of a line that is led; false if it waits.
    pub(super) fn turn_led(
        &mut self,
        end: u64,
        drive: &mut NetworkDrive,
        telemetry: &mut dyn Telemetry,
    ) -> bool {
        self.jump(end, telemetry);
        let (from, to) = (self.now as f64, end as f64);
        let Some(line) = &mut self.line else { return false };
        line.gain = match (&mut line.singing, &mut line.following) {
            (Some(singing), _) => singing.step(to, self.hop_s),
            (None, Some(following)) => following.step(to, self.hop_s),
            (None, None) => 1.0,
        };
        self.observables.syllable = line.singing.as_ref().and_then(|singing| singing.syllable(to));
        if line.following.as_ref().is_some_and(|following| following.waits(to)) {
            return true;
        }
        let before = line.clock.beat_index();
        let to_s = line.led_s(to);
        let pace = self.field.lead_clock(&line.score, &mut line.clock, to_s, self.hop_s);
        if line.singing.is_some() {
            self.hold.lead(pace, self.hop_s);
        }
        drive.syllable_omega = self.field.omega();
        let prominence = line.clock.cursor.beat(&line.score).map_or(0.0, |beat| beat.prominence);
        drive.prominence = pace.min(1.0) * prominence;
        let known =
            line.singing.is_some() && self.sung.as_ref().is_some_and(|score| Arc::ptr_eq(score, &line.score));
        if !std::mem::replace(&mut line.told, true) && !known {
            telemetry.line(&line.score, self.now);
            self.sung = line.singing.is_some().then(|| Arc::clone(&line.score));
        }
        tell_led_phones(line, (from, to), telemetry);
        self.pass(before, telemetry);
        true
    }

    /// Jumps to where a note begins, if one begins elsewhere before sample `end`.
    fn jump(&mut self, end: u64, telemetry: &mut dyn Telemetry) {
        while let Some(line) = &mut self.line
            && let Some((leg, other)) =
                line.singing.as_mut().and_then(|singing| singing.take_jump(end as f64))
        {
            // What the voice comes to before it jumps.
            tell_led_phones(line, (self.now as f64, leg.from.max(self.now as f64) - 1e-3), telemetry);
            if let Some(score) = other {
                (line.score, line.told) = (score, false);
            }
            line.go_to(leg.from_s);
            let score = Arc::clone(&line.score);
            self.change_speaker(&score);
            self.crossing.begin();
            self.reading = NOTHING_READ;
        }
    }

    /// What expression and notes add to what the performer does to the voice at sample `end`.
    pub(super) fn bent(&self, end: u64, mut drive: VoiceDrive) -> VoiceDrive {
        self.bending.act(end, &mut drive);
        let Some(singing) = self.line.as_ref().and_then(|line| line.singing.as_ref()) else { return drive };
        let weight = self.bending.pitch_weight(end) * self.controls.at(Control::F0Weight, end);
        let [low, high] = self.speaker.f0_range_hz().map(f32::ln);
        let vibrato = self.field.network().sin(Role::Vibrato);
        let ln_f0 = singing.ln_f0(end as f64, vibrato).clamp(low, high);
        drive.outside_f0 = (ln_f0, weight);
        drive.sway.f0_st *= HELD_WANDER;
        drive.phonation.tilt_db_per_octave += singing.tilt_db_per_octave();
        drive
    }
}

/// Tells the phones that the clock comes to between two samples, each at the sample at which it does.
fn tell_led_phones(line: &mut Line, (from, to): (f64, f64), telemetry: &mut dyn Telemetry) {
    if to <= from {
        return;
    }
    let to_s = line.led_s(to);
    loop {
        let Some((phone, start_s)) = line.clock.cursor.pass_phone(&line.score, to_s) else { return };
        let (mut low, mut high) = (from, to);
        for _ in 0..12 {
            let middle = 0.5 * (low + high);
            if line.led_s(middle) < start_s { low = middle } else { high = middle }
        }
        telemetry.phone(PhoneMark { phone, time_samples: high as u64 });
    }
}
