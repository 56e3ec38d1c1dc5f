//! Who pulls whom: what a preset gives, and the couplings that ship.

use super::values::{by_pair, gain, lags, strengths};
use crate::field::roles::{Pair, Role, Sink, Source};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Who pulls whom.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct CouplingSpec {
    /// K of the pairs that lead from a faster band to a slower one, unless given in `K`.
    #[serde(deserialize_with = "gain")]
    pub upward_gain: f32,
    /// K of the pairs that lead from a slower band to a faster one, unless given in `K`.
    #[serde(deserialize_with = "gain")]
    pub downward_gain: f32,
    /// Strengths by pair as shares of the target's own rate; 0 takes a pair out, a new pair puts one in.
    #[serde(
        rename = "K",
        deserialize_with = "strengths",
        serialize_with = "by_pair",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub k: BTreeMap<Pair, f32>,
    /// Lags in rad by pair: the target settles this far behind the source.
    #[serde(
        deserialize_with = "lags",
        serialize_with = "by_pair",
        skip_serializing_if = "BTreeMap::is_empty"
    )]
    pub alpha: BTreeMap<Pair, f32>,
}

impl Default for CouplingSpec {
    fn default() -> Self {
        Self { upward_gain: 0.15, downward_gain: 0.07, k: BTreeMap::new(), alpha: BTreeMap::new() }
    }
}

/// What a pair of the field that ships has.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Strength {
    /// A K of its own.
    Own(f32),
    /// The gain of its direction.
    Band,
}

use Strength::{Band as ByBand, Own};

const fn wire(target: Role, source: Role, strength: Strength, alpha_rad: f32) -> (Pair, Strength, f32) {
    (Pair::of(target, source), strength, alpha_rad)
}

const fn from_band(target: Sink, source: Source, strength: Strength) -> (Pair, Strength, f32) {
    (Pair { target, source }, strength, 0.0)
}

/// The couplings that ship. Locking needs K above the detuning: syllables come at 2 to 8 Hz, the jaw's own rate is 4.
pub(super) const SHIPPED: [(Pair, Strength, f32); 23] = [
    wire(Role::Jaw, Role::Syllable, Own(2.0), 0.5),
    wire(Role::Nod, Role::Stress, Own(1.0), 0.3),
    wire(Role::Brow, Role::Stress, Own(0.9), 0.15),
    wire(Role::Tremor, Role::Syllable, Own(0.07), 0.0),
    // The clock leans on the population that follows it: rhythm has inertia.
    from_band(Sink::Role(Role::Syllable), Source::Meso, Own(0.07)),
    wire(Role::Syllable, Role::Beat, Own(3.0), 0.0),
    wire(Role::Syllable, Role::Partner, Own(0.6), 0.0),
    from_band(Sink::Population, Source::Role(Role::Syllable), Own(0.35)),
    from_band(Sink::Population, Source::Meso, Own(0.15)),
    // Onsets reset what beats with the syllables, as the edges of the envelope do in auditory cortex (Ghitza 2011).
    from_band(Sink::Population, Source::Micro, ByBand),
    from_band(Sink::Role(Role::Jaw), Source::Micro, ByBand),
    from_band(Sink::Role(Role::Nod), Source::Micro, ByBand),
    from_band(Sink::Role(Role::Brow), Source::Micro, ByBand),
    wire(Role::Phrase, Role::Stress, ByBand, 0.0),
    wire(Role::Cheek, Role::Jaw, ByBand, 0.0),
    wire(Role::SwayPitch, Role::Nod, ByBand, 0.0),
    wire(Role::SwayYaw, Role::Phrase, Own(0.15), 0.0),
    wire(Role::SwayRoll, Role::Phrase, Own(0.15), 0.8),
    wire(Role::Gaze, Role::Phrase, Own(0.15), 0.0),
    wire(Role::Lid, Role::Phrase, Own(0.15), 0.0),
    wire(Role::Breath, Role::Phrase, Own(0.15), 0.0),
    wire(Role::Jaw, Role::Breath, ByBand, 0.0),
    from_band(Sink::Micro, Source::Role(Role::Syllable), ByBand),
];
