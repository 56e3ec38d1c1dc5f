//! The pitch of live notes: the song's melody in closed form, from notes as they come.

use crate::song::{Step, VIBRATO_END_S, drift, vibrato_depth_st};

/// Tones that are kept: what is older has settled, or nobody could hear it.
const TONES: usize = 12;
/// MIDI note number and frequency of A4.
const A4_MIDI: f32 = 69.0;
const A4_HZ: f32 = 440.0;
/// Strength goes over to a note's so long before its beat, s, with this time constant.
const VELOCITY_BEFORE_S: f64 = 0.02;
const VELOCITY_TAU_S: f32 = 0.015;
/// Deepest vibrato, for the slew of its depth, st.
const DEEPEST_ST: f32 = 0.5;

/// A note on the sample clock.
#[derive(Debug, Clone, Copy)]
struct Tone {
    /// Sample at which it is in tune.
    beat: f64,
    /// Sample at which its vowel begins.
    vowel: f64,
    midi: f32,
    velocity: f32,
    step: Step,
}

/// The notes of a voice.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tones {
    tones: [Option<Tone>; TONES],
    sample_rate_hz: f64,
    /// Depth of the natural vibrato, st.
    depth_st: f32,
    /// Strength as it is heard.
    velocity: f32,
}

/// A note's pitch as a MIDI note number.
pub(super) fn midi_of(f0_hz: f32) -> f32 {
    A4_MIDI + 12.0 * (f0_hz / A4_HZ).log2()
}

/// ln Hz of a MIDI note number.
pub(super) fn ln_hz_of(midi: f32) -> f32 {
    A4_HZ.ln() + (midi - A4_MIDI) * std::f32::consts::LN_2 / 12.0
}

impl Tones {
    /// The first note of a breath, scooped into.
    pub fn new(midi: f32, velocity: f32, vowel: f64, sample_rate_hz: f32) -> Self {
        let mut tones = [None; TONES];
        tones[0] = Some(Tone { beat: vowel, vowel, midi, velocity, step: Step::scoop() });
        Self { tones, sample_rate_hz: f64::from(sample_rate_hz), depth_st: 0.0, velocity }
    }

    fn last(&self) -> Option<&Tone> {
        self.tones.iter().flatten().next_back()
    }

    /// Steps to a note that is in tune at `beat`; the step begins no earlier than `now`. `glide_s` is its length, 0 for a
    /// singer's own.
    pub fn step_to(&mut self, midi: f32, velocity: f32, (now, beat, vowel): (f64, f64, f64), glide_s: f32) {
        let Some(last) = self.last().copied() else { return };
        let size_st = midi - last.midi;
        let step = if glide_s > 0.0 {
            Step::gliding(size_st, glide_s)
        } else {
            Step::natural(size_st, false, f32::INFINITY)
        };
        let earliest = now + f64::from(step.begins_before_s()) * self.sample_rate_hz;
        let beat = beat.max(earliest).max(last.beat);
        let tone = Tone { beat, vowel: vowel.max(last.vowel), midi, velocity, step };
        match self.tones.iter_mut().find(|slot| slot.is_none()) {
            Some(slot) => *slot = Some(tone),
            None => {
                self.tones.rotate_left(1);
                self.tones[TONES - 1] = Some(tone);
            }
        }
    }

    /// The notes' pitch at a sample as a MIDI note number, without vibrato.
    pub fn midi(&self, sample: f64) -> f32 {
        let lacks = |tone: &Tone| tone.step.lacks_st(((sample - tone.beat) / self.sample_rate_hz) as f32);
        let Some(last) = self.last() else { return A4_MIDI };
        let lacking: f32 = self.tones.iter().flatten().map(lacks).sum();
        last.midi + lacking + drift((sample / self.sample_rate_hz) as f32)
    }

    /// Moves vibrato and strength on to a sample and forgets what has settled. `held` tells whether the note's vowel is
    /// still held.
    pub fn step(&mut self, sample: f64, dt_s: f32, held: bool) {
        let since_s = |from: f64| ((sample - from) / self.sample_rate_hz) as f32;
        let sung = self.tones.iter().flatten().rfind(|tone| tone.vowel <= sample);
        let wanted_st = sung.filter(|_| held).map_or(0.0, |tone| vibrato_depth_st(since_s(tone.vowel)));
        let most_st = dt_s / VIBRATO_END_S * DEEPEST_ST;
        self.depth_st += (wanted_st - self.depth_st).clamp(-most_st, most_st);
        let before = VELOCITY_BEFORE_S * self.sample_rate_hz;
        let loud = self.tones.iter().flatten().rfind(|tone| tone.beat - before <= sample);
        if let Some(tone) = loud {
            self.velocity += (tone.velocity - self.velocity) * (1.0 - (-dt_s / VELOCITY_TAU_S).exp());
        }
        let settled = self
            .tones
            .iter()
            .rposition(|tone| tone.is_some_and(|tone| since_s(tone.beat) > tone.step.settles_after_s()));
        if let Some(settled) = settled.filter(|settled| *settled > 0) {
            self.tones[..settled].fill(None);
            self.tones.rotate_left(settled);
        }
    }

    /// Depth of the vibrato that held notes have of themselves, st.
    pub fn vibrato_st(&self) -> f32 {
        self.depth_st
    }

    /// How strongly is sung, 0..=1.
    pub fn velocity(&self) -> f32 {
        self.velocity
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f64 = 48_000.0;

    fn at(tones: &Tones, time_s: f64) -> f32 {
        tones.midi(time_s * RATE)
    }

    #[test]
    fn notes_are_in_tune_and_steps_overshoot() {
        let mut tones = Tones::new(57.0, 0.8, 0.5 * RATE, 48_000.0);
        tones.step_to(64.0, 0.8, (0.9 * RATE, RATE, RATE), 0.0);
        tones.step_to(60.0, 0.8, (1.9 * RATE, 2.0 * RATE, 2.0 * RATE), 0.0);
        for (time_s, midi) in [(0.8, 57.0), (1.5, 64.0), (2.8, 60.0)] {
            assert!((at(&tones, time_s) - midi).abs() < 0.05, "{} at {time_s}", at(&tones, time_s));
        }
        assert!((at(&tones, 1.06) - 64.0).abs() < 0.5);
        let top = (0..60).map(|i| at(&tones, 1.0 + f64::from(i) * 0.005)).fold(f32::MIN, f32::max);
        assert!((64.05..64.4).contains(&top), "{top}");
        assert!(at(&tones, 0.3) < 56.5, "the first note is scooped into");
        for i in 0..2000 {
            tones.step(f64::from(i) * RATE / 240.0, 1.0 / 240.0, true);
        }
        assert_eq!(tones.tones.iter().flatten().count(), 1, "settled tones are forgotten");
        assert!((at(&tones, 9.0) - 60.0).abs() < 0.05);
    }

    #[test]
    fn steps_begin_after_they_are_known_and_take_their_glide() {
        let mut tones = Tones::new(57.0, 0.8, 0.0, 48_000.0);
        tones.step_to(69.0, 0.8, (RATE, RATE, RATE), 0.5);
        assert!((at(&tones, 0.999) - 57.0).abs() < 0.25, "only the preparation may come before");
        assert!((at(&tones, 1.25) - 63.0).abs() < 0.3 && at(&tones, 1.45) < 69.0);
        assert!((at(&tones, 2.2) - 69.0).abs() < 0.05);
    }

    #[test]
    fn vibrato_waits_grows_and_goes() {
        let mut tones = Tones::new(57.0, 0.8, 0.0, 48_000.0);
        let mut depth_at = |from: u32, to: u32, held: bool| {
            for i in from..to {
                tones.step(f64::from(i) * RATE / 240.0, 1.0 / 240.0, held);
            }
            tones.vibrato_st()
        };
        assert_eq!(depth_at(0, 60, true), 0.0);
        assert!((depth_at(60, 240, true) - 0.5).abs() < 1e-3);
        assert!(depth_at(240, 264, false) < 1e-3);
    }

    #[test]
    fn a_hundred_notes_at_once_stay_bounded() {
        let mut tones = Tones::new(57.0, 0.8, 0.0, 48_000.0);
        for i in 0..100 {
            tones.step_to(40.0 + (i % 30) as f32, 0.5, (f64::from(i), f64::from(i), f64::from(i)), 0.0);
        }
        assert!((0..100).all(|i| at(&tones, f64::from(i) * 0.01).is_finite()));
        assert!((at(&tones, 3.0) - 49.0).abs() < 0.05);
    }
}
