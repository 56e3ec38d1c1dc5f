//! The coefficients of an utterance: from an impression by least squares.

use super::impression::Impression;
use super::streams::{
    FACE_OBSERVABLES, FaceStream, HARMONICS, Harmonics, VOICE_OBSERVABLES, VoiceStream, eigenfunctions,
    value_at,
};
use nalgebra::{Matrix4, Vector4};
use serde::{Deserialize, Serialize};

/// Weight of the wish for small coefficients against a second of observation: what was cut short has no tail to invent.
const RIDGE_S: f32 = 0.01;

/// How something was said and shown, apart from what was said. All values are kept at the precision of half floats, so that
/// they are the same before and after they were saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MannerCoefficients {
    /// Of each observable of the voice.
    pub voice: Vec<Harmonics>,
    /// Of each observable of the face.
    pub face: Vec<Harmonics>,
    /// Of the melody that was planned: st above the speaker's mean.
    pub melody: Harmonics,
}

/// What the field was like: phases when it began, couplings when it ended.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct FieldPattern {
    /// Phase in rad and amplitude of each slow oscillator, in the order of slots; empty if unknown.
    pub phasors: Vec<(f32, f32)>,
    /// What each coupling had learned, rad/s beyond its setup, in the order of the setup's couplings.
    pub learned: Vec<f32>,
}

impl Default for MannerCoefficients {
    fn default() -> Self {
        Self {
            voice: vec![[0.0; HARMONICS]; VOICE_OBSERVABLES],
            face: vec![[0.0; HARMONICS]; FACE_OBSERVABLES],
            melody: [0.0; HARMONICS],
        }
    }
}

impl MannerCoefficients {
    /// Solves for the coefficients. Allocates.
    pub fn of(impression: &Impression) -> Self {
        let solve = |sums: &Harmonics| least_squares(&impression.gram, sums).map(half);
        Self {
            voice: impression.voice.iter().map(solve).collect(),
            face: impression.face.iter().map(solve).collect(),
            melody: impression.melody.map(half),
        }
    }

    /// Whether it has the shape that this version knows, and all of it is finite.
    pub fn is_sound(&self) -> bool {
        self.voice.len() == VOICE_OBSERVABLES
            && self.face.len() == FACE_OBSERVABLES
            && self.all().all(|value| value.is_finite())
    }

    /// All coefficients: of the voice, the face, the melody.
    pub fn all(&self) -> impl Iterator<Item = f32> + '_ {
        self.voice.iter().chain(&self.face).chain(std::iter::once(&self.melody)).flatten().copied()
    }

    /// The weighted sum of several: interpolation in the space of Koopman coefficients. Weights are taken as they are.
    pub fn blend<'a>(parts: impl IntoIterator<Item = (&'a Self, f32)>) -> Self {
        let mut sum = Self::default();
        for (part, weight) in parts {
            let add = |to: &mut Harmonics, from: &Harmonics| {
                to.iter_mut().zip(from).for_each(|(to, from)| *to += weight * from);
            };
            sum.voice.iter_mut().zip(&part.voice).for_each(|(to, from)| add(to, from));
            sum.face.iter_mut().zip(&part.face).for_each(|(to, from)| add(to, from));
            add(&mut sum.melody, &part.melody);
        }
        sum
    }

    /// The voice at the share `along` of an utterance.
    pub fn voice_at(&self, along: f32) -> VoiceStream {
        let phi = eigenfunctions(along);
        let mut stream = [0.0; VOICE_OBSERVABLES];
        stream.iter_mut().zip(&self.voice).for_each(|(to, own)| *to = value_at(own, &phi));
        stream
    }

    /// The face at the share `along` of an utterance.
    pub fn face_at(&self, along: f32) -> FaceStream {
        let phi = eigenfunctions(along);
        let mut stream = [0.0; FACE_OBSERVABLES];
        stream.iter_mut().zip(&self.face).for_each(|(to, own)| *to = value_at(own, &phi));
        stream
    }
}

/// Coefficients whose sums over the Gram matrix of the eigenfunctions, in s, these are.
pub(crate) fn least_squares(gram: &[Harmonics; HARMONICS], sums: &Harmonics) -> Harmonics {
    let mut a = Matrix4::from_fn(|row, column| gram[row][column]);
    for k in 0..HARMONICS {
        // The mean is not held back.
        a[(k, k)] += if k == 0 { 1e-6 } else { RIDGE_S };
    }
    let solved = a.cholesky().map(|own| own.solve(&Vector4::from_column_slice(sums)));
    solved.map_or([0.0; HARMONICS], |own| std::array::from_fn(|k| own[k]))
}

/// At the precision at which it is kept.
pub(super) fn half(x: f32) -> f32 {
    let x = if x.is_finite() { x.clamp(-60_000.0, 60_000.0) } else { 0.0 };
    half::f16::from_f32(x).to_f32()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::streams::{FaceObservable, VoiceObservable};

    /// Pitch falls from +3 to -1 st, valence swells once.
    fn observed(ticks: usize) -> Impression {
        let mut impression = Impression::default();
        for tick in 0..ticks {
            let along = tick as f32 / (ticks - 1) as f32;
            let theta = std::f32::consts::PI * along;
            let (mut voice, mut face) = ([0.0; VOICE_OBSERVABLES], [0.0; FACE_OBSERVABLES]);
            voice[VoiceObservable::PitchSt as usize] = 1.0 + 2.0 * theta.cos();
            face[FaceObservable::Valence as usize] = 0.4 - 0.3 * (2.0 * theta).cos();
            impression.add(1.0 / 240.0, along, &voice, &face);
        }
        impression
    }

    #[test]
    fn what_is_made_of_eigenfunctions_has_their_coefficients() {
        let manner = MannerCoefficients::of(&observed(480));
        let near = |found: Harmonics, expected: Harmonics| {
            found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.03)
        };
        let pitch = manner.voice[VoiceObservable::PitchSt as usize];
        assert!(near(pitch, [1.0, 2.0, 0.0, 0.0]), "{pitch:?}");
        let valence = manner.face[FaceObservable::Valence as usize];
        assert!(near(valence, [0.4, 0.0, -0.3, 0.0]), "{valence:?}");
        assert!((manner.voice_at(0.0)[VoiceObservable::PitchSt as usize] - 3.0).abs() < 0.05);
        assert!(manner.is_sound());
    }

    #[test]
    fn nothing_observed_is_nothing_remembered() {
        assert_eq!(MannerCoefficients::of(&Impression::default()), MannerCoefficients::default());
    }

    #[test]
    fn blends_are_linear() {
        let (a, b) = (MannerCoefficients::of(&observed(480)), MannerCoefficients::default());
        let quarter = MannerCoefficients::blend([(&a, 0.25), (&b, 0.75)]);
        for (mixed, own) in quarter.all().zip(a.all()) {
            assert!((mixed - 0.25 * own).abs() < 1e-6);
        }
    }
}
