//! What an emotion does to a voice, by measured human amounts.
//!
//! Change of f0 mean in st, ratio of f0's SD, level in dB, ratio of duration, HNR, 1-5 kHz balance and jitter are those of
//! RAVDESS at "normal" intensity (Livingstone & Russo 2018) and of EMO-DB (Burkhardt et al. 2005), as measured from the
//! recordings, each speaker against his own neutral; `psivox emotion-table` prints what comes out beside them. RAVDESS
//! "strong" is shouting and is not reached. Phonation after Burkhardt (2009): tense for anger, breathy or creaky for
//! sadness and boredom; pauses after SEMAINE. Modes without recordings (tender, contempt, excited) stand between their
//! neighbours.

use super::{Mode, Moods};

/// Changes of a voice relative to its own neutral.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoiceSignature {
    /// Shift of the mean f0 in semitones.
    pub f0_shift_st: f32,
    /// Factor on f0's excursions about the mean (in the log domain).
    pub f0_range_ratio: f32,
    /// Factor on the speaking rate.
    pub rate_ratio: f32,
    /// Factor on the length of pauses, beyond that of the rate.
    pub pause_ratio: f32,
    /// Change of level in dB.
    pub level_db: f32,
    /// Change of 1-5 kHz against below 1 kHz in dB.
    pub balance_db: f32,
    /// Change of the harmonics-to-noise ratio in dB.
    pub hnr_db: f32,
    /// Cycle-to-cycle noise of the glottal oscillator beyond the voice's own, percent.
    pub jitter_percent: f32,
    /// Cycle-to-cycle noise of its amplitude beyond the voice's own, dB.
    pub shimmer_db: f32,
    /// Lax below 0, pressed above.
    pub tension: f32,
    /// Breath, 0..=1.
    pub breath: f32,
    /// Vocal fry, 0..=1.
    pub creak: f32,
    /// Depth of the 8-10 Hz tremor of f0, in semitones.
    pub tremor_st: f32,
    /// Factor on the vocal-tract resonances: a smile shortens the tract.
    pub formant_ratio: f32,
    /// Change of articulation: the vowel space grows above 0.
    pub articulation: f32,
    /// Change of the last syllable's end, in semitones.
    pub final_st: f32,
}

/// One row of the table: as [`VoiceSignature`], ratios as percent of their logarithm.
struct Row {
    f0_st: f32,
    range: f32,
    rate: f32,
    pause: f32,
    level_db: f32,
    balance_db: f32,
    hnr_db: f32,
    jitter: f32,
    shimmer_db: f32,
    tension: f32,
    breath: f32,
    creak: f32,
    tremor_st: f32,
    formants: f32,
    articulation: f32,
    final_st: f32,
}

const PLAIN: Row = Row {
    f0_st: 0.0,
    range: 0.0,
    rate: 0.0,
    pause: 0.0,
    level_db: 0.0,
    balance_db: 0.0,
    hnr_db: 0.0,
    jitter: 0.0,
    shimmer_db: 0.0,
    tension: 0.0,
    breath: 0.0,
    creak: 0.0,
    tremor_st: 0.0,
    formants: 0.0,
    articulation: 0.0,
    final_st: 0.0,
};

/// A mode at full intensity.
const fn row(mode: Mode) -> Row {
    match mode {
        Mode::Neutral => PLAIN,
        Mode::Happy => Row {
            f0_st: 3.2,
            range: 24.0,
            rate: 2.0,
            level_db: 5.0,
            balance_db: 2.5,
            hnr_db: -0.2,
            formants: 2.5,
            articulation: 0.1,
            final_st: 0.5,
            ..PLAIN
        },
        Mode::Sad => Row {
            f0_st: -0.2,
            range: -4.0,
            rate: -20.0,
            pause: 35.0,
            level_db: -2.5,
            balance_db: -1.4,
            hnr_db: -3.0,
            jitter: 0.35,
            shimmer_db: 0.15,
            tension: -0.15,
            breath: 0.12,
            tremor_st: 0.1,
            formants: -1.0,
            articulation: -0.2,
            final_st: -0.6,
            ..PLAIN
        },
        Mode::Angry => Row {
            f0_st: 3.4,
            range: 22.0,
            rate: -8.0,
            level_db: 8.0,
            balance_db: 4.0,
            hnr_db: -0.2,
            shimmer_db: 0.3,
            tension: 0.25,
            articulation: 0.25,
            final_st: -0.8,
            ..PLAIN
        },
        Mode::Afraid => Row {
            f0_st: 3.4,
            range: -4.0,
            rate: -11.0,
            pause: 10.0,
            level_db: 4.5,
            balance_db: 0.2,
            hnr_db: -0.3,
            jitter: 0.9,
            breath: 0.08,
            tremor_st: 0.22,
            ..PLAIN
        },
        Mode::Disgusted => Row {
            f0_st: 0.4,
            range: 26.0,
            rate: -20.0,
            level_db: 1.3,
            balance_db: 0.2,
            hnr_db: -3.0,
            jitter: 0.2,
            shimmer_db: 0.25,
            tension: 0.1,
            formants: -1.5,
            final_st: -0.8,
            ..PLAIN
        },
        Mode::Surprised => Row {
            f0_st: 4.8,
            range: 54.0,
            rate: 3.0,
            level_db: 5.0,
            balance_db: 1.0,
            hnr_db: -2.4,
            jitter: 0.25,
            breath: 0.1,
            articulation: 0.1,
            final_st: 1.2,
            ..PLAIN
        },
        Mode::Calm => Row {
            f0_st: -0.9,
            rate: -23.0,
            pause: 10.0,
            level_db: -3.0,
            balance_db: -1.7,
            hnr_db: -1.2,
            tension: -0.1,
            articulation: -0.05,
            final_st: -0.3,
            jitter: 0.2,
            ..PLAIN
        },
        Mode::Tender => Row {
            f0_st: -0.3,
            range: -5.0,
            rate: -12.0,
            level_db: -3.5,
            balance_db: -1.5,
            tension: -0.2,
            breath: 0.2,
            formants: 1.5,
            articulation: -0.1,
            ..PLAIN
        },
        Mode::Bored => Row {
            f0_st: 0.0,
            range: -25.0,
            rate: -19.0,
            pause: 10.0,
            level_db: -1.5,
            balance_db: -0.8,
            tension: -0.1,
            creak: 0.03,
            articulation: -0.3,
            final_st: -0.6,
            hnr_db: -1.5,
            jitter: 0.25,
            ..PLAIN
        },
        Mode::Contempt => Row {
            f0_st: -0.8,
            range: 5.0,
            rate: -12.0,
            pause: 5.0,
            level_db: 0.5,
            balance_db: 0.6,
            hnr_db: -0.3,
            jitter: 0.1,
            tension: 0.15,
            creak: 0.03,
            articulation: 0.15,
            final_st: -1.2,
            ..PLAIN
        },
        Mode::Excited => Row {
            f0_st: 4.5,
            range: 36.0,
            rate: 8.0,
            pause: -15.0,
            level_db: 6.5,
            balance_db: 3.0,
            hnr_db: -0.3,
            jitter: 0.1,
            tension: 0.1,
            formants: 2.0,
            articulation: 0.15,
            final_st: 0.4,
            ..PLAIN
        },
    }
}

impl Row {
    /// Adds so much of another row.
    fn add(&mut self, other: &Self, degree: f32) {
        self.f0_st += degree * other.f0_st;
        self.range += degree * other.range;
        self.rate += degree * other.rate;
        self.pause += degree * other.pause;
        self.level_db += degree * other.level_db;
        self.balance_db += degree * other.balance_db;
        self.hnr_db += degree * other.hnr_db;
        self.jitter += degree * other.jitter;
        self.shimmer_db += degree * other.shimmer_db;
        self.tension += degree * other.tension;
        self.breath += degree * other.breath;
        self.creak += degree * other.creak;
        self.tremor_st += degree * other.tremor_st;
        self.formants += degree * other.formants;
        self.articulation += degree * other.articulation;
        self.final_st += degree * other.final_st;
    }
}

impl VoiceSignature {
    /// No change.
    pub const NEUTRAL: Self = Self {
        f0_shift_st: 0.0,
        f0_range_ratio: 1.0,
        rate_ratio: 1.0,
        pause_ratio: 1.0,
        level_db: 0.0,
        balance_db: 0.0,
        hnr_db: 0.0,
        jitter_percent: 0.0,
        shimmer_db: 0.0,
        tension: 0.0,
        breath: 0.0,
        creak: 0.0,
        tremor_st: 0.0,
        formant_ratio: 1.0,
        articulation: 0.0,
        final_st: 0.0,
    };

    /// The signature of moods: the sum of the modes' own, weighted by how much of each is there; ratios are summed as
    /// logarithms.
    pub fn of(moods: &Moods) -> Self {
        if moods.is_none() {
            return Self::NEUTRAL;
        }
        let mut sum = PLAIN;
        for (mode, degree) in moods.iter() {
            sum.add(&row(mode), degree);
        }
        let ratio = |percent: f32| (0.01 * percent).exp();
        Self {
            f0_shift_st: sum.f0_st,
            f0_range_ratio: ratio(sum.range),
            rate_ratio: ratio(sum.rate),
            pause_ratio: ratio(sum.pause),
            level_db: sum.level_db,
            balance_db: sum.balance_db,
            hnr_db: sum.hnr_db,
            jitter_percent: sum.jitter,
            shimmer_db: sum.shimmer_db,
            tension: sum.tension,
            breath: sum.breath,
            creak: sum.creak,
            tremor_st: sum.tremor_st,
            formant_ratio: ratio(sum.formants),
            articulation: sum.articulation,
            final_st: sum.final_st,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_felt_changes_nothing() {
        assert_eq!(VoiceSignature::of(&Moods::NONE), VoiceSignature::NEUTRAL);
    }

    #[test]
    fn half_a_mode_is_half_of_every_change() {
        for mode in Mode::ALL {
            let (half, whole) =
                (VoiceSignature::of(&Moods::one(mode, 0.5)), VoiceSignature::of(&Moods::one(mode, 1.0)));
            assert!((2.0 * half.f0_shift_st - whole.f0_shift_st).abs() < 1e-4, "{mode:?}");
            assert!((2.0 * half.level_db - whole.level_db).abs() < 1e-4);
            assert!((half.rate_ratio.powi(2) - whole.rate_ratio).abs() < 1e-4);
            assert!((half.formant_ratio.powi(2) - whole.formant_ratio).abs() < 1e-4);
        }
    }

    #[test]
    fn directions_are_human() {
        let of = |mode| VoiceSignature::of(&Moods::one(mode, 1.0));
        let (angry, happy, sad, calm) = (of(Mode::Angry), of(Mode::Happy), of(Mode::Sad), of(Mode::Calm));
        assert!(angry.level_db > happy.level_db && happy.level_db > 3.0 && sad.level_db < -1.0);
        assert!(angry.balance_db > 2.0 && calm.balance_db < -1.0);
        assert!(sad.rate_ratio < 0.9 && calm.rate_ratio < 0.9 && sad.pause_ratio > 1.2);
        assert!(of(Mode::Surprised).f0_range_ratio > happy.f0_range_ratio);
        assert!(happy.formant_ratio > 1.0, "a smile is heard");
    }
}
