//! The parts of a preset that are plain numbers with a range each.

use super::values::{hertz, noise};
use serde::{Deserialize, Serialize};

/// What one named oscillator does by itself.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OscillatorSpec {
    /// Intrinsic frequency in Hz in place of its share of the band's.
    #[serde(deserialize_with = "hertz", skip_serializing_if = "Option::is_none")]
    pub hz: Option<f32>,
    /// Phase noise in rad per square root of a second.
    #[serde(deserialize_with = "noise", skip_serializing_if = "Option::is_none")]
    pub noise: Option<f32>,
}

/// Names, values, and the least and the greatest that they may be.
pub(super) type Numbers<'a> = Vec<(&'static str, &'a mut f32, f32, f32)>;

macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident $key:literal = $default:literal, $low:literal..=$high:literal;)* })*) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct $name {
            $($(#[$field_doc])* #[serde(rename = $key)] pub $field: f32,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)* }
            }
        }

        impl $name {
            /// Names, values and ranges of all numbers.
            pub(super) fn numbers(&mut self) -> Numbers<'_> {
                vec![$(($key, &mut self.$field, $low, $high),)*]
            }
        }
    )* };
}

numbers! {
    /// How couplings towards slower bands learn (Hebb).
    LearningSpec {
        /// Time constant of learning and forgetting in s; 0 learns nothing.
        time_constant_s "time_constant_s" = 20.0, 0.0..=3600.0;
        /// Bound on a learned K.
        k_max "k_max" = 0.45, 0.0..=2.0;
        /// How far a learned lag may move from its own, rad.
        alpha_reach "alpha_reach" = 0.5, 0.0..=1.5;
        /// How much of a word's phases is learned at once, 0..=1.
        rate "rate" = 0.6, 0.0..=1.0;
        /// Strength with which a word that comes back calls them back.
        recall "recall" = 1.0, 0.0..=4.0;
    }
    /// How emotion acts on the couplings: `gain = exp(sum)`, `lags = 1 + sum`.
    MoodSpec {
        /// ln of the gain on K at arousal 1.
        k_arousal "K_arousal" = 0.6, -1.0..=1.0;
        /// ln of the gain on K at dominance 1.
        k_dominance "K_dominance" = 0.3, -1.0..=1.0;
        /// Change of the factor on lags at arousal 1.
        alpha_arousal "alpha_arousal" = -1.2, -2.0..=2.0;
    }
    /// How strongly surprise is answered.
    SurpriseSpec {
        /// Factor on the answer: gain on K, brow, pause.
        gain "gain" = 1.0, 0.0..=2.0;
    }
    /// How strongly the slow manifold colours what is said next.
    MemorySpec {
        /// Factor on the bias.
        gain "gain" = 1.0, 0.0..=2.0;
    }
}
