//! From the channels of the score to what the bank plays: the observables' readout.

use super::Ablation;
use crate::emotion::VoiceSignature;
use crate::field::{FieldNetwork, MicroTuning, Role};
use crate::score::{LN_F0, ScoreFrame, Speaker};
use crate::sound::{SoundKnot, coherence_after_pull};
use crate::voice::{ENVELOPE_KNOTS, KnotAxis};

/// Brings a neutral line to about -22 dBFS rms while it sounds, with peaks near -6 dBFS: loud enough beside other
/// instruments, with room for anger's 8 dB before the guard's knee.
const BASE_GAIN: f32 = 1.25;
/// Slow drift of pitch with the phrase oscillator, st: heard as life, too small to hurt (0.2 st would).
const DRIFT_ST: f32 = 0.06;
/// Below and above these values of the predicted gate a sound is fully unvoiced and voiced: a little noise in the low
/// harmonics is heard as hoarseness at once.
const GATE_LOW: f32 = 0.2;
const GATE_SPAN: f32 = 0.6;

/// How the micro modes are read at an arousal in -1..=1: excitement sharpens, calm slurs.
pub(super) fn micro_tuning(ablation: &Ablation, arousal: f32) -> MicroTuning {
    if ablation.micro {
        return MicroTuning::FROZEN;
    }
    let neutral = MicroTuning::NEUTRAL;
    MicroTuning {
        sound_onset: neutral.sound_onset + 0.12 * arousal,
        sound_release: neutral.sound_release + 0.08 * arousal,
        mouth_release: (neutral.mouth_release + 0.35 * arousal).min(0.0),
    }
}

/// What the bank plays for a frame of the score.
pub(super) fn knot_of(
    frame: &ScoreFrame,
    speaker: &Speaker,
    presence: &[f32; ENVELOPE_KNOTS],
    signature: &VoiceSignature,
    network: &FieldNetwork,
    locked: bool,
) -> SoundKnot {
    let drift_st = DRIFT_ST * network.theta(Role::Phrase).sin()
        + signature.tremor_st * network.theta(Role::Tremor).sin();
    let shift_st = speaker.pitch_st + signature.f0_shift_st + drift_st;
    let mean = speaker.f0_mean_hz.ln();
    let f0_hz = (mean + (frame[LN_F0] - mean) * signature.f0_range_ratio).exp() * (shift_st / 12.0).exp2();
    let mut envelope = [0.0; ENVELOPE_KNOTS];
    let balance = signature.balance_db * DB_TO_NEPER;
    for ((slot, level), share) in envelope.iter_mut().zip(frame).zip(presence) {
        *slot = level + balance * share;
    }
    SoundKnot {
        f0_hz,
        envelope,
        coherence: if locked { [1.0; 4] } else { coherence(frame, signature.locking) },
        formant_ratio: speaker.formant_ratio * signature.formant_ratio,
        gain: BASE_GAIN * (shift_st / 24.0).exp2() * 10f32.powf(signature.level_db / 20.0),
    }
}

const DB_TO_NEPER: f32 = 0.115_129_25;

/// Share of the 1-5 kHz balance that each knot takes: 0 below 600 Hz, 1 from 1.2 to 5 kHz, 0.7 above 7 kHz.
pub(super) fn presence(axis: &KnotAxis) -> [f32; ENVELOPE_KNOTS] {
    std::array::from_fn(|j| {
        let f_hz = axis.knot_hz(j as f32);
        let rise = ((f_hz - 600.0) / 600.0).clamp(0.0, 1.0);
        let fall = ((f_hz - 5_000.0) / 2_000.0).clamp(0.0, 1.0);
        rise * (1.0 - 0.3 * fall)
    })
}

/// h at 800, 1200, 3500 and 7500 Hz after emotion has acted on the coupling.
fn coherence(frame: &ScoreFrame, pull: f32) -> [f32; 4] {
    let gate = ((frame[ENVELOPE_KNOTS] - GATE_LOW) / GATE_SPAN).clamp(0.0, 1.0);
    let band = |i: usize| gate * frame[ENVELOPE_KNOTS + i].clamp(0.0, 1.0);
    [gate, band(1), band(2), band(3)].map(|h| coherence_after_pull(h, pull))
}
