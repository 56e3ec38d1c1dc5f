//! What an emotion does to a voice, by measured human amounts.
//!
//! The slopes are a least-squares reading of RAVDESS "normal" intensity and EMO-DB (change of f0 mean in st,
//! f0 SD ratio, level in dB, duration ratio, 1-5 kHz balance in dB, HNR) at the usual places of angry
//! (-.6, .7, .6), happy (.8, .5, .4), sad (-.7, -.4, -.5), afraid (-.6, .7, -.7) and calm (.3, -.7, .1) in the
//! valence-arousal-dominance space. RAVDESS "strong" is shouting and is not reached.

use super::EmotionState;

/// Changes of a voice relative to its own neutral.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct VoiceSignature {
    /// Shift of the mean f0 in semitones.
    pub f0_shift_st: f32,
    /// Factor on f0's excursions about the mean (in the log domain).
    pub f0_range_ratio: f32,
    /// Factor on the speaking rate.
    pub rate_ratio: f32,
    /// Change of level in dB.
    pub level_db: f32,
    /// Change of 1-5 kHz against below 1 kHz in dB.
    pub balance_db: f32,
    /// Strength of the partials' locking to the glottal phase, in nats of kappa; below 0 is breathy.
    pub locking: f32,
    /// Depth of the 8-10 Hz tremor of f0, in semitones.
    pub tremor_st: f32,
    /// Factor on the vocal-tract resonances: a smile shortens the tract.
    pub formant_ratio: f32,
}

impl VoiceSignature {
    /// No change.
    pub const NEUTRAL: Self = Self {
        f0_shift_st: 0.0,
        f0_range_ratio: 1.0,
        rate_ratio: 1.0,
        level_db: 0.0,
        balance_db: 0.0,
        locking: 0.0,
        tremor_st: 0.0,
        formant_ratio: 1.0,
    };

    /// The signature of an emotional state.
    pub fn of(emotion: &EmotionState) -> Self {
        let [valence, arousal, dominance] = emotion.shown();
        let distress = (-valence).max(0.0) * (-dominance).max(0.0);
        Self {
            f0_shift_st: 3.4 * arousal + 0.6 * valence - 0.7 * dominance,
            f0_range_ratio: (0.28 * arousal + 0.12 * dominance + 0.05 * valence).exp(),
            rate_ratio: (0.14 * arousal + 0.04 * valence - 0.04 * dominance).exp(),
            level_db: 5.0 * arousal + 2.0 * dominance - 0.5 * valence,
            balance_db: 2.2 * arousal + 1.4 * dominance,
            locking: 0.6 * arousal + 0.9 * dominance - 0.5 * distress,
            tremor_st: 0.35 * distress * arousal.abs().max(0.4),
            formant_ratio: 1.0 + 0.03 * valence,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(valence: f32, arousal: f32, dominance: f32) -> EmotionState {
        EmotionState { valence, arousal, dominance, intensity: 1.0 }
    }

    #[test]
    fn neutral_changes_nothing() {
        assert_eq!(VoiceSignature::of(&EmotionState::default()), VoiceSignature::NEUTRAL);
        let hidden = EmotionState { intensity: 0.0, ..state(1.0, 1.0, 1.0) };
        assert_eq!(VoiceSignature::of(&hidden), VoiceSignature::NEUTRAL);
    }

    /// Signs and rough sizes of the RAVDESS "normal" column.
    #[test]
    fn human_directions() {
        let angry = VoiceSignature::of(&state(-0.6, 0.7, 0.6));
        assert!((1.0..4.0).contains(&angry.f0_shift_st) && (3.0..9.0).contains(&angry.level_db));
        assert!(angry.balance_db > 2.0 && angry.f0_range_ratio > 1.2);
        let sad = VoiceSignature::of(&state(-0.7, -0.4, -0.5));
        assert!(sad.level_db < -1.0 && sad.rate_ratio < 0.97 && sad.locking < 0.0);
        let afraid = VoiceSignature::of(&state(-0.6, 0.7, -0.7));
        assert!(afraid.f0_shift_st > angry.f0_shift_st, "fear sits above anger");
        let calm = VoiceSignature::of(&state(0.3, -0.7, 0.1));
        assert!(calm.f0_shift_st < -0.9 && calm.rate_ratio < 0.95);
    }
}
