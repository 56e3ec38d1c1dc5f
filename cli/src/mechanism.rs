//! The mechanisms of the field that can be switched off, to hear and see what each does.

use clap::ValueEnum;
use psivox_core::engine::Ablation;

/// What `--without` can switch off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mechanism {
    /// All couplings between oscillators
    Coupling,
    /// The lags of the couplings
    Lags,
    /// The dynamics of the micro modes
    Micro,
    /// The letting go of partials: everything is voiced
    Locking,
    /// The rules of the face
    Grammar,
    /// What emotion does to voice and face
    Emotion,
    /// The meso band: jaw, nods, brows, tremor, vibrato, population
    Meso,
    /// The macro band: breath, phrase, cheeks, sways, gaze, lids
    Macro,
    /// The learning of couplings
    Learning,
    /// Expectation and surprise
    Prediction,
    /// The colouring of what is said by what was said before
    Memory,
}

impl Mechanism {
    /// The engine's switches with all of `without` off.
    pub fn ablation(without: &[Self]) -> Ablation {
        let off = |mechanism| without.contains(&mechanism);
        Ablation {
            coupling: off(Self::Coupling),
            lags: off(Self::Lags),
            micro: off(Self::Micro),
            locking: off(Self::Locking),
            grammar: off(Self::Grammar),
            emotion: off(Self::Emotion),
            meso: off(Self::Meso),
            slow: off(Self::Macro),
            learning: off(Self::Learning),
            prediction: off(Self::Prediction),
            memory: off(Self::Memory),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_switches_off_one_thing_of_its_own() {
        let all: Vec<Ablation> =
            Mechanism::value_variants().iter().map(|mechanism| Mechanism::ablation(&[*mechanism])).collect();
        for (index, ablation) in all.iter().enumerate() {
            assert_ne!(*ablation, Ablation::default());
            assert!(!all[..index].contains(ablation), "{:?}", Mechanism::value_variants()[index]);
        }
        let both = Mechanism::ablation(&[Mechanism::Meso, Mechanism::Macro]);
        assert_eq!(both, Ablation { meso: true, slow: true, ..Ablation::default() });
    }
}
