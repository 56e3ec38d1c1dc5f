//! Periods and sizes of the three bands.

use super::values::{count, period};
use crate::field::roles::{Band, MACRO_CAPACITY, MACRO_ROLES, MESO_CAPACITY, MESO_ROLES, MICRO};
use serde::{Deserialize, Serialize};

/// One band of a preset.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BandSpec {
    /// Intrinsic period in ms.
    #[serde(deserialize_with = "period")]
    pub period_ms: f32,
    /// How many oscillators it has, the named ones included.
    #[serde(deserialize_with = "count")]
    pub count: u32,
}

/// The three bands (blueprint: 25 ms and 128, 250 ms and 32, 2 s and 8).
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Bands {
    /// The voice's modes.
    pub micro: BandSpec,
    /// Syllables and what beats with them.
    pub meso: BandSpec,
    /// Breath, phrases, sways.
    #[serde(rename = "macro")]
    pub slow: BandSpec,
}

impl Default for Bands {
    fn default() -> Self {
        Self {
            micro: BandSpec { period_ms: 25.0, count: 128 },
            meso: BandSpec { period_ms: 250.0, count: 32 },
            slow: BandSpec { period_ms: 2_000.0, count: 8 },
        }
    }
}

impl Bands {
    /// One of them.
    pub fn of(&self, band: Band) -> &BandSpec {
        match band {
            Band::Micro => &self.micro,
            Band::Meso => &self.meso,
            Band::Macro => &self.slow,
        }
    }

    pub(super) fn of_mut(&mut self, name: &str) -> Option<&mut BandSpec> {
        match name {
            "micro" => Some(&mut self.micro),
            "meso" => Some(&mut self.meso),
            "macro" => Some(&mut self.slow),
            _ => None,
        }
    }

    pub(super) fn check(&self) -> Result<(), String> {
        type Rule = (Band, (f32, f32), (u32, u32));
        const RULES: [Rule; 3] = [
            (Band::Micro, (5.0, 100.0), (0, MICRO as u32)),
            (Band::Meso, (60.0, 2_000.0), (MESO_ROLES as u32, MESO_CAPACITY as u32)),
            (Band::Macro, (500.0, 60_000.0), (MACRO_ROLES as u32, MACRO_CAPACITY as u32)),
        ];
        for (band, (shortest, longest), (fewest, most)) in RULES {
            let BandSpec { period_ms, count } = *self.of(band);
            let name = band.name();
            if !(shortest..=longest).contains(&period_ms) {
                return Err(format!("{name} period_ms is {period_ms}, expected {shortest} to {longest}"));
            }
            if !(fewest..=most).contains(&count) {
                return Err(format!("{name} count is {count}, expected {fewest} to {most}"));
            }
        }
        for (fast, slow) in [(Band::Micro, Band::Meso), (Band::Meso, Band::Macro)] {
            let (a, b) = (self.of(fast).period_ms, self.of(slow).period_ms);
            if b < 2.0 * a {
                let (fast, slow) = (fast.name(), slow.name());
                return Err(format!(
                    "the bands run in a circle: {slow} ({b} ms) must be at least twice as slow as {fast} ({a} ms)"
                ));
            }
        }
        Ok(())
    }
}
