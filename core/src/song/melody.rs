//! Melody: f0 as a function of the song's time.
//!
//! `pitch(t) = steps + overshoot and preparation + vibrato + drift`, in semitones (MIDI). The four parts are those that
//! Saitou, Unoki & Akagi 2005 ("Development of an F0 control model based on F0 dynamic characteristics for singing-voice
//! synthesis") found to make singing: portamento with overshoot after a step, a small preparation against it, vibrato,
//! and a slow wandering.

use super::note::Song;
use std::f32::consts::TAU;

/// Duration of a step, s: a base and what each semitone adds, at most [`LONGEST_STEP_S`].
const STEP_S: f32 = 0.06;
const STEP_PER_ST_S: f32 = 0.008;
const LONGEST_STEP_S: f32 = 0.12;
/// Share of a step that lies before its note: pitch moves during the consonants.
const STEP_BEFORE: f32 = 0.6;
/// Overshoot of a step of 4 st and more.
const OVERSHOOT_ST: f32 = 0.25;
/// Its decay and period, s.
const OVERSHOOT_DECAY_S: f32 = 0.05;
const OVERSHOOT_PERIOD_S: f32 = 0.18;
/// Movement against a step before it begins, and how long it takes.
const PREPARATION_ST: f32 = 0.15;
const PREPARATION_S: f32 = 0.06;
/// Consonants before a vowel take no longer, s.
const LONGEST_ONSET_S: f32 = 0.35;
/// Where the voice comes from at the start of a breath.
const SCOOP_ST: f32 = -0.8;
const VIBRATO_HZ: f32 = 5.5;
const VIBRATO_ST: f32 = 0.5;
/// Time before vibrato begins, time in which it grows, time in which it goes before the note's end, s.
const VIBRATO_DELAY_S: f32 = 0.25;
const VIBRATO_GROWTH_S: f32 = 0.3;
pub(crate) const VIBRATO_END_S: f32 = 0.08;
/// Drift of pitch: the voice is no organ.
const DRIFT_ST: f32 = 0.04;
/// Two slow movements that have no common period, Hz.
const DRIFT_HZ: [f32; 2] = [0.71, 1.83];

/// A note in s.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Tone {
    start_s: f32,
    end_s: f32,
    midi: f32,
    /// Whether a rest lies before it.
    fresh: bool,
}

/// The f0 of a song.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Melody {
    tones: Vec<Tone>,
}

/// 0 to 1 along half a cosine.
pub(crate) fn ease(x: f32) -> f32 {
    0.5 - 0.5 * (0.5 * TAU * x.clamp(0.0, 1.0)).cos()
}

/// A step of pitch into a note, in a time whose 0 is where the note begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Step {
    /// From the pitch before to the note's, st.
    size_st: f32,
    /// How long it takes, s.
    length_s: f32,
    /// Whether nothing was sung right before it: then there is nothing to prepare.
    fresh: bool,
}

impl Step {
    /// A step in a singer's own time, at most `room_s`.
    pub(crate) fn natural(size_st: f32, fresh: bool, room_s: f32) -> Self {
        let length_s = (STEP_S + STEP_PER_ST_S * size_st.abs()).min(LONGEST_STEP_S).min(room_s.max(0.02));
        Self { size_st, length_s, fresh }
    }

    /// A step that takes so long, s.
    pub(crate) fn gliding(size_st: f32, length_s: f32) -> Self {
        Self { size_st, length_s, fresh: false }
    }

    /// The scoop into the first note of a breath.
    pub(crate) fn scoop() -> Self {
        Self::natural(-SCOOP_ST, true, LONGEST_STEP_S)
    }

    /// How long before its note it begins, s.
    pub(crate) fn begins_before_s(&self) -> f32 {
        STEP_BEFORE * self.length_s
    }

    /// How long after its note all of it is over, s: what is left of the overshoot is below a hundredth of a cent.
    pub(crate) fn settles_after_s(&self) -> f32 {
        self.length_s + 8.0 * OVERSHOOT_DECAY_S
    }

    /// What the note lacks at a time in s after its beginning, st: all of the step before it begins, nothing once it has
    /// arrived and settled.
    pub(crate) fn lacks_st(&self, t_s: f32) -> f32 {
        let Self { size_st: step, length_s, fresh } = *self;
        let from_start_s = t_s + self.begins_before_s();
        let arrived = ease(from_start_s / length_s);
        let size = step.signum() * (step.abs() / 4.0).min(1.0);
        let since_s = from_start_s - length_s;
        let overshoot = if since_s > 0.0 {
            OVERSHOOT_ST
                * size
                * (-since_s / OVERSHOOT_DECAY_S).exp()
                * (TAU * since_s / OVERSHOOT_PERIOD_S).sin()
        } else {
            0.0
        };
        let ahead = -from_start_s / PREPARATION_S;
        let preparation = if (0.0..1.0).contains(&ahead) && !fresh {
            -PREPARATION_ST * size * (0.5 * TAU * ahead).sin()
        } else {
            0.0
        };
        step * (arrived - 1.0) + overshoot + preparation
    }
}

/// How deep the vibrato of a held note is so long after its beginning, st.
pub(crate) fn vibrato_depth_st(since_s: f32) -> f32 {
    VIBRATO_ST * ease((since_s - VIBRATO_DELAY_S) / VIBRATO_GROWTH_S)
}

impl Melody {
    pub(super) fn new(song: &Song) -> Self {
        let beat_s = song.beat_s();
        let mut end_s = f32::NEG_INFINITY;
        let tone = |note: &super::Note| {
            let start_s = note.start_beats * beat_s;
            let fresh = start_s > end_s + 1e-3;
            end_s = note.end_beats() * beat_s;
            Tone { start_s, end_s, midi: note.pitch_midi, fresh }
        };
        Self { tones: song.notes.iter().map(tone).collect() }
    }

    /// One pitch throughout: nothing is ever stepped to.
    pub(super) fn steady(midi: f32) -> Self {
        let never_s = f32::INFINITY;
        Self { tones: vec![Tone { start_s: never_s, end_s: never_s, midi, fresh: true }] }
    }

    /// Pitch as a MIDI note number at a time of the song; the first tone's before it, the last one's after it.
    pub(super) fn midi(&self, t_s: f32) -> f32 {
        let at = self.tones.partition_point(|tone| tone.start_s <= t_s).saturating_sub(1);
        let Some(tone) = self.tones.get(at) else { return 69.0 };
        let mut pitch = tone.midi + self.vibrato(tone, t_s) + drift(t_s);
        pitch += self.step_into(at, t_s);
        if at + 1 < self.tones.len() {
            pitch += self.step_into(at + 1, t_s) + self.tones[at + 1].midi - tone.midi;
        }
        pitch
    }

    /// What tone `i` lacks at `t_s`: all of its step before it begins, nothing once it has arrived and settled.
    fn step_into(&self, i: usize, t_s: f32) -> f32 {
        let tone = &self.tones[i];
        let from = match i.checked_sub(1) {
            Some(before) if !tone.fresh => self.tones[before].midi,
            _ => tone.midi + SCOOP_ST,
        };
        let step = tone.midi - from;
        if tone.fresh && t_s < self.turn_s(i) {
            return self.before_rest(i) - tone.midi;
        }
        let room_s = 0.5 * (tone.end_s - tone.start_s);
        Step::natural(step, tone.fresh, room_s).lacks_st(t_s - tone.start_s)
    }

    /// When the tone before a rest is given up: before the consonants of tone `i`, where nobody hears the step.
    fn turn_s(&self, i: usize) -> f32 {
        let early_s = self.tones[i].start_s - LONGEST_ONSET_S;
        i.checked_sub(1).map_or(early_s, |before| early_s.max(self.tones[before].end_s))
    }

    /// The tone that is left when a rest begins.
    fn before_rest(&self, i: usize) -> f32 {
        self.tones[i.saturating_sub(1)].midi
    }

    fn vibrato(&self, tone: &Tone, t_s: f32) -> f32 {
        let since_s = t_s - tone.start_s - VIBRATO_DELAY_S;
        let left_s = tone.end_s - t_s;
        if since_s <= 0.0 || left_s <= 0.0 {
            return 0.0;
        }
        let depth = vibrato_depth_st(t_s - tone.start_s) * ease(left_s / VIBRATO_END_S);
        depth * (TAU * VIBRATO_HZ * since_s).sin()
    }
}

/// Slow wandering at a time in s, st.
pub(crate) fn drift(t_s: f32) -> f32 {
    0.5 * DRIFT_ST * DRIFT_HZ.iter().map(|hz| (TAU * hz * t_s).sin()).sum::<f32>()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn melody() -> Melody {
        Melody::new(&Song::parse("tempo: 60\nC4 1 a\nG4 2 a\nr 1\nC4 1 a\n").expect("a song"))
    }

    #[test]
    fn notes_are_in_tune_at_their_centres() {
        let melody = melody();
        for (from, to, midi) in [(0.3, 0.8, 60.0), (1.8, 2.8, 67.0), (4.4, 4.8, 60.0)] {
            // Whole periods of vibrato, so that it does not count.
            let periods = ((to - from) * VIBRATO_HZ) as usize;
            let span = periods as f32 / VIBRATO_HZ;
            let mean = (0..600).map(|i| melody.midi(from + span * i as f32 / 600.0)).sum::<f32>() / 600.0;
            assert!((mean - midi).abs() < 0.1, "{mean} for {midi}");
        }
    }

    #[test]
    fn steps_take_their_time_and_overshoot() {
        let melody = melody();
        let at = |t: f32| melody.midi(t);
        assert!((at(0.90) - 60.0).abs() < 0.6 && (at(1.06) - 67.0).abs() < 0.5, "{} {}", at(0.90), at(1.06));
        let top = (0..40).map(|i| at(1.0 + i as f32 * 0.005)).fold(f32::MIN, f32::max);
        assert!((67.05..67.4).contains(&top), "overshoot to {top}");
        let steepest = (0..5000).map(|i| (at((i + 1) as f32 * 0.001) - at(i as f32 * 0.001)).abs());
        // 7 st in 116 ms along half a cosine: at most 95 st/s, and no jumps outside rests.
        let rest = 3.0..4.0;
        let fast = steepest.enumerate().filter(|(i, _)| !rest.contains(&(*i as f32 * 0.001)));
        assert!(fast.map(|(_, step)| step).fold(0.0, f32::max) < 0.13);
    }

    #[test]
    fn a_steady_melody_only_drifts() {
        let steady = Melody::steady(57.0);
        assert!((0..1000).all(|i| (steady.midi(i as f32 * 0.3) - 57.0).abs() < DRIFT_ST + 1e-4));
    }

    #[test]
    fn vibrato_waits_and_swings() {
        let melody = melody();
        let range = |from: f32, to: f32| {
            let pitches = (0..200).map(|i| melody.midi(from + (to - from) * i as f32 / 200.0));
            pitches.clone().fold(f32::MIN, f32::max) - pitches.fold(f32::MAX, f32::min)
        };
        assert!(range(2.0, 2.8) > 0.8 && range(2.0, 2.8) < 1.15);
        assert!(range(0.16, 0.25) < 0.1);
    }
}
