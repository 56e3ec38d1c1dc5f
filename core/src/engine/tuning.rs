//! From the channels of the score to what the bank plays: the observables' readout.

use super::Ablation;
use super::hold::Sway;
use crate::emotion::VoiceSignature;
use crate::field::{FieldNetwork, MicroTuning, Role};
use crate::grammar::{Violations, Weights, project_sound_partly};
use crate::score::{LN_F0, ScoreFrame, Speaker};
use crate::sound::{Glottis, Phonation, PhonationCurves, SoundKnot, coherence_after_pull, hum_shape};
use crate::voice::{DB_TO_NEPER, ENVELOPE_KNOTS, KnotAxis};

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

/// Makes a knot lawful for a speaker by a share of 0..=1; without weights nothing is touched. Tells the rules that were
/// broken.
pub(super) fn lawful_knot(
    knot: &mut SoundKnot,
    speaker: &Speaker,
    weights: Option<&Weights>,
    share: f32,
) -> Violations {
    weights
        .map_or(Violations::NONE, |weights| project_sound_partly(knot, speaker.f0_range_hz(), weights, share))
}

/// What depends on the speaker only.
#[derive(Debug, Clone)]
pub(super) struct SpeakerCurves {
    /// Share of the spectral balance that each knot takes.
    presence: [f32; ENVELOPE_KNOTS],
    phonation: PhonationCurves,
}

impl SpeakerCurves {
    /// The curves of a speaker's axis.
    pub fn new(axis: &KnotAxis) -> Self {
        Self { presence: presence(axis), phonation: PhonationCurves::new(axis) }
    }
}

/// What the performer does to the voice at one tick.
#[derive(Debug, Clone, Copy)]
pub(super) struct VoiceDrive {
    pub pitch_st: f32,
    pub gain_db: f32,
    /// Factor on f0's excursions.
    pub range_ratio: f32,
    /// Share of the second voice.
    pub voice_mix: f32,
    /// Factor on the length of the vocal tract.
    pub tract_ratio: f32,
    pub phonation: Phonation,
    /// How far the lips are closed to a hum, 0..=1.
    pub hum: f32,
    /// ln Hz of the f0 from outside and its share.
    pub outside_f0: (f32, f32),
    /// Shift of whatever is spoken or sung, in st.
    pub bend_st: f32,
    /// Vibrato and tremor at this instant.
    pub wave_st: f32,
    pub sway: Sway,
}

/// What the bank plays for a frame of the score.
pub(super) fn knot_of(
    frame: &ScoreFrame,
    speaker: &Speaker,
    curves: &SpeakerCurves,
    signature: &VoiceSignature,
    network: &FieldNetwork,
    drive: &VoiceDrive,
    locked: bool,
) -> SoundKnot {
    let (f0_hz, grown) = pitch(frame[LN_F0], speaker, signature, network, drive);
    let mut envelope = [0.0; ENVELOPE_KNOTS];
    let balance = signature.balance_db * DB_TO_NEPER;
    for ((slot, level), share) in envelope.iter_mut().zip(frame).zip(&curves.presence) {
        *slot = level + balance * share;
    }
    hum_shape(&mut envelope, &speaker.axis, drive.hum);
    let gate = ((frame[ENVELOPE_KNOTS] - GATE_LOW) / GATE_SPAN).clamp(0.0, 1.0);
    let pull = drive.phonation.pull();
    let level_db = drive.gain_db + drive.sway.level_db;
    let mut knot = SoundKnot {
        f0_hz,
        envelope,
        coherence: if locked { [1.0; 4] } else { coherence(frame, gate, &pull) },
        formant_ratio: speaker.formant_ratio * signature.formant_ratio * (1.0 + drive.sway.formants)
            / drive.tract_ratio,
        gain: BASE_GAIN * 10f32.powf(signature.level_db / 20.0) * grown * 10f32.powf(level_db / 20.0),
        high_gain: SoundKnot::SILENT.high_gain,
        glottis: Glottis::STEADY,
    };
    // Where all is locked by decree there is no noise to move.
    let hnr_db = if locked { 0.0 } else { drive.phonation.hnr_db };
    curves.phonation.phonate(&Phonation { hnr_db, ..drive.phonation }, gate, &mut knot);
    speaker.voiceprint.shape(&mut knot);
    knot
}

/// f0 in Hz, and the factor on the partials' amplitudes that comes with a transposition: fewer partials in the same
/// band grow with the root of their distance.
fn pitch(
    ln_f0: f32,
    speaker: &Speaker,
    signature: &VoiceSignature,
    network: &FieldNetwork,
    drive: &VoiceDrive,
) -> (f32, f32) {
    let life_st =
        DRIFT_ST * network.r(Role::Phrase) * network.sin(Role::Phrase) + drive.wave_st + drive.sway.f0_st;
    let shift_st = speaker.pitch_st + signature.f0_shift_st + drive.pitch_st;
    let (a, b) = (speaker.f0_mean_hz.ln(), speaker.f0_mean_b_hz.ln());
    let mean = a + (b - a) * drive.voice_mix;
    let range = signature.f0_range_ratio * drive.range_ratio;
    let spoken = mean + (ln_f0 - mean) * range + shift_st * ST_TO_LN;
    let (outside, share) = drive.outside_f0;
    let moved = share * (outside - spoken);
    let straight = spoken + moved + life_st * ST_TO_LN;
    let bend = bend(straight, drive.bend_st * ST_TO_LN, speaker);
    let ln_f0 = straight + bend;
    let fall = drive.phonation.fall(ln_f0);
    ((ln_f0 + fall).exp(), (0.5 * (shift_st * ST_TO_LN + moved + bend + fall)).exp())
}

/// What is left of a bend in ln Hz within a speaker's larynx.
fn bend(ln_f0: f32, wanted: f32, speaker: &Speaker) -> f32 {
    if wanted == 0.0 {
        return 0.0;
    }
    let [low, high] = speaker.f0_range_hz().map(f32::ln);
    let left = (ln_f0 + wanted).clamp(low, high) - ln_f0;
    // What is beyond already is not bent back.
    if wanted > 0.0 { left.clamp(0.0, wanted) } else { left.clamp(wanted, 0.0) }
}

/// ln 2 / 12.
const ST_TO_LN: f32 = 0.057_762_265;

/// Share of the 1-5 kHz balance that each knot takes: 0 below 600 Hz, 1 from 1.2 to 5 kHz, 0.7 above 7 kHz.
fn presence(axis: &KnotAxis) -> [f32; ENVELOPE_KNOTS] {
    std::array::from_fn(|j| {
        let f_hz = axis.knot_hz(j as f32);
        let rise = ((f_hz - 600.0) / 600.0).clamp(0.0, 1.0);
        let fall = ((f_hz - 5_000.0) / 2_000.0).clamp(0.0, 1.0);
        rise * (1.0 - 0.3 * fall)
    })
}

/// h at 800, 1200, 3500 and 7500 Hz after emotion and performer have acted on the coupling.
fn coherence(frame: &ScoreFrame, gate: f32, pull: &[f32; 4]) -> [f32; 4] {
    let band = |i: usize| gate * frame[ENVELOPE_KNOTS + i].clamp(0.0, 1.0);
    let own = [gate, band(1), band(2), band(3)];
    std::array::from_fn(|i| coherence_after_pull(own[i], pull[i]))
}
