//! Who pulls whom: sparse couplings by role. Strengths in rad/s, lags in rad.

use super::roles::{Band, MESO, Role, intrinsic_hz};
use std::f32::consts::TAU;

/// Coupling towards a slower band, relative to the target's own frequency (the blueprint's default).
const UP: f32 = 0.15;
/// Coupling towards a faster band.
const DOWN: f32 = 0.07;

/// `K sin(theta_source - theta_target - alpha)` added to the target's rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coupling {
    /// Index of the oscillator that is pulled.
    pub target: usize,
    /// Index of the oscillator that pulls.
    pub source: usize,
    /// Strength in rad/s.
    pub k_rad_per_s: f32,
    /// Lag in rad: the target settles this far behind the source.
    pub alpha_rad: f32,
}

/// As [`Coupling`], with the mean field `R e^{i psi}` of a whole band as source.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanFieldCoupling {
    /// Index of the oscillator that is pulled.
    pub target: usize,
    /// The band that pulls.
    pub band: Band,
    /// Strength in rad/s.
    pub k_rad_per_s: f32,
    /// Lag in rad.
    pub alpha_rad: f32,
}

/// The couplings between single oscillators.
pub fn default_couplings() -> Vec<Coupling> {
    let rate = |index: usize| TAU * intrinsic_hz(index);
    let pull = |target: usize, source: Role, share: f32, alpha_rad: f32| Coupling {
        target,
        source: source as usize,
        k_rad_per_s: share * rate(target),
        alpha_rad,
    };
    let mut couplings = vec![
        // Locking needs K above the difference of the rates: syllables come at 2 to 8 Hz, the jaw's own rate is 4.
        pull(Role::Jaw as usize, Role::Syllable, 1.2, 0.25),
        pull(Role::Nod as usize, Role::Syllable, 0.6, 0.4),
        pull(Role::Brow as usize, Role::Syllable, 0.5, 0.2),
        pull(Role::Tremor as usize, Role::Syllable, DOWN, 0.0),
        pull(Role::Jaw as usize, Role::Breath, DOWN, 0.0),
        pull(Role::Phrase as usize, Role::Jaw, UP, 0.0),
        pull(Role::Cheek as usize, Role::Jaw, UP, 0.0),
        pull(Role::SwayYaw as usize, Role::Phrase, UP, 0.0),
        pull(Role::SwayPitch as usize, Role::Nod, UP, 0.0),
        pull(Role::SwayRoll as usize, Role::Phrase, UP, 0.8),
        pull(Role::Gaze as usize, Role::Phrase, UP, 0.0),
        pull(Role::Lid as usize, Role::Phrase, UP, 0.0),
        pull(Role::Breath as usize, Role::Phrase, UP, 0.0),
    ];
    for index in Role::FIRST_OF_POOL..MESO {
        couplings.push(pull(index, Role::Syllable, 0.35, 0.0));
    }
    couplings
}

/// The couplings to mean fields.
pub fn default_mean_fields() -> Vec<MeanFieldCoupling> {
    let pull = |target: Role, band: Band, share: f32| {
        let target = target as usize;
        MeanFieldCoupling { target, band, k_rad_per_s: share * TAU * intrinsic_hz(target), alpha_rad: 0.0 }
    };
    let mut mean_fields = vec![
        // The clock leans on the population that follows it: rhythm has inertia.
        pull(Role::Syllable, Band::Meso, DOWN),
        pull(Role::Brow, Band::Micro, UP),
        pull(Role::Nod, Band::Micro, UP),
    ];
    for index in Role::FIRST_OF_POOL..MESO {
        let k_rad_per_s = UP * TAU * intrinsic_hz(index);
        mean_fields.push(MeanFieldCoupling { target: index, band: Band::Meso, k_rad_per_s, alpha_rad: 0.0 });
    }
    mean_fields
}
