//! The laws of the sound: what the bank is about to play, as excesses, checks and a projection.

use super::TOLERANCE;
use super::rule::{RuleId, Violations, Weights};
use crate::sound::SoundKnot;

/// Factors on a voice's own resonances: of grown people's tracts of 14 to 17 cm they make 10 cm, a child's (Fitch & Giedd
/// 1999), to 27 cm, a giant's.
const TRACT_RATIO: [f32; 2] = [0.62, 1.45];
/// Most linear gain: a neutral line's 1.25, anger's 7.5 dB and the 12 dB of the gain control.
const GAIN_CEILING: f32 = 12.0;
/// Least and most ln amplitude of a partial. The voices keep to -16..0; below -40 nothing is heard, and 4 leave 35 dB for
/// tilt, pressing and equaliser.
const ENVELOPE_NEPER: [f32; 2] = [-40.0, 4.0];
/// Most linear gain of the oscillators above the partials, on top of the envelope's level.
const HIGH_GAIN_CEILING: f32 = 64.0;

/// What the grammar reads of a sound.
#[derive(Debug, Clone, Copy)]
pub struct SoundState<'a> {
    /// What the bank is about to play.
    pub knot: &'a SoundKnot,
    /// Lowest and highest f0 of the speaker in Hz.
    pub f0_range_hz: [f32; 2],
}

/// By how much `x` lies outside `low..=high`; what is no number lies 1 outside.
fn outside(x: f32, [low, high]: [f32; 2]) -> f32 {
    if x.is_finite() { (low - x).max(x - high).max(0.0) } else { 1.0 }
}

fn most(excesses: impl Iterator<Item = f32>) -> f32 {
    excesses.fold(0.0, f32::max)
}

impl SoundState<'_> {
    /// g_c of a sound: by how much a rule is broken, 0 where all is lawful and for rules of the face. f0, tract and gain
    /// in nepers, coherence as a share, levels in nepers. Continuous over positive finite knots.
    pub fn penalty(&self, rule: RuleId) -> f32 {
        let knot = self.knot;
        // A ratio that is 0 or negative is as far off as e^-20.
        let ln = |x: f32| if x.is_finite() { x.max(2e-9).ln() } else { f32::NAN };
        match rule {
            RuleId::F0Range => outside(ln(knot.f0_hz), self.f0_range_hz.map(ln)),
            RuleId::TractSize => outside(ln(knot.formant_ratio), TRACT_RATIO.map(ln)),
            RuleId::LevelCeiling if knot.gain < 0.0 => -knot.gain,
            RuleId::LevelCeiling => outside(ln(knot.gain), [f32::NEG_INFINITY, ln(GAIN_CEILING)]),
            RuleId::Coherence => most(knot.coherence.iter().map(|h| outside(*h, [0.0, 1.0]))),
            RuleId::Envelope => {
                let levels = most(knot.envelope.iter().map(|level| outside(*level, ENVELOPE_NEPER)));
                levels.max(most(knot.high_gain.iter().map(|gain| outside(*gain, [0.0, HIGH_GAIN_CEILING]))))
            }
            _ => 0.0,
        }
    }
}

/// The rules that a sound breaks by more than [`TOLERANCE`], whatever their weights.
pub fn sound_violations(state: &SoundState<'_>) -> Violations {
    let mut broken = Violations::NONE;
    for rule in
        [RuleId::F0Range, RuleId::TractSize, RuleId::LevelCeiling, RuleId::Coherence, RuleId::Envelope]
    {
        broken.note(rule, state.penalty(rule) > TOLERANCE);
    }
    broken
}

/// Clamps one number; what is none becomes `instead`. Tells whether it acted.
#[inline(always)]
fn clamp(x: &mut f32, [low, high]: [f32; 2], instead: f32) -> bool {
    let lawful = (low..=high).contains(x);
    if !lawful {
        *x = if x.is_finite() { x.clamp(low, high) } else { instead };
    }
    !lawful
}

fn clamp_all(numbers: &mut [f32], range: [f32; 2], instead: f32) -> bool {
    numbers.iter_mut().fold(false, |acted, x| acted | clamp(x, range, instead))
}

/// Brings f0 and tract a share of the way to the lawful ones, 0..=1, and tells which rules were broken. Level, coherence and
/// envelope guard ears and arithmetic: they hold whatever the share.
///
/// # Realtime
/// Safe.
pub fn project_sound_partly(
    knot: &mut SoundKnot,
    f0_range_hz: [f32; 2],
    weights: &Weights,
    share: f32,
) -> Violations {
    let free = [knot.f0_hz, knot.formant_ratio];
    let acted = project_sound(knot, f0_range_hz, weights);
    if share < 1.0 {
        for (lawful, free) in [&mut knot.f0_hz, &mut knot.formant_ratio].into_iter().zip(free) {
            if free.is_finite() && free > 0.0 {
                // In the log domain, where both are heard.
                *lawful = free * (*lawful / free).powf(share.max(0.0));
            }
        }
    }
    acted
}

/// Makes a sound lawful and tells which rules had to act. Idempotent; a lawful knot passes bit-unchanged. What is no
/// number becomes silence (gain, levels), noise (coherence) or the middle (f0, tract). `f0_range_hz` is ordered.
///
/// # Realtime
/// Safe.
pub fn project_sound(knot: &mut SoundKnot, f0_range_hz: [f32; 2], weights: &Weights) -> Violations {
    let mut acted = Violations::NONE;
    let [low, high] = f0_range_hz;
    if weights.acts(RuleId::F0Range) {
        acted.note(RuleId::F0Range, clamp(&mut knot.f0_hz, f0_range_hz, (low * high).sqrt()));
    }
    if weights.acts(RuleId::TractSize) {
        acted.note(RuleId::TractSize, clamp(&mut knot.formant_ratio, TRACT_RATIO, 1.0));
    }
    if weights.acts(RuleId::LevelCeiling) {
        acted.note(RuleId::LevelCeiling, clamp(&mut knot.gain, [0.0, GAIN_CEILING], 0.0));
    }
    if weights.acts(RuleId::Coherence) {
        acted.note(RuleId::Coherence, clamp_all(&mut knot.coherence, [0.0, 1.0], 0.0));
    }
    if weights.acts(RuleId::Envelope) {
        let levels = clamp_all(&mut knot.envelope, ENVELOPE_NEPER, ENVELOPE_NEPER[0]);
        let highs = clamp_all(&mut knot.high_gain, [0.0, HIGH_GAIN_CEILING], 0.0);
        acted.note(RuleId::Envelope, levels | highs);
    }
    acted
}
