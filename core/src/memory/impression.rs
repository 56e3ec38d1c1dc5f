//! What the audio thread notes of an utterance: inner products with the eigenfunctions, added up tick by tick.

use super::streams::{
    FACE_OBSERVABLES, FaceStream, HARMONICS, Harmonics, VOICE_OBSERVABLES, VoiceStream, eigenfunctions,
};
use crate::field::{MAX_EDGES, SLOTS};
use crate::text::{MEANING, Meaning};

/// Running sums over one utterance; fixed in size, nothing in it allocates.
#[derive(Debug, Clone)]
pub struct Impression {
    /// [`crate::Score::id`] of what was said; 0 for a score without one.
    pub score: u64,
    /// `sum phi_j phi_k dt`.
    pub gram: [Harmonics; HARMONICS],
    /// `sum g phi_k dt` of the voice.
    pub voice: [Harmonics; VOICE_OBSERVABLES],
    /// The same of the face.
    pub face: [Harmonics; FACE_OBSERVABLES],
    /// Coefficients of the melody that was planned ([`crate::Score::melody`]).
    pub melody: Harmonics,
    /// Phase and amplitude of every oscillator of the slow bands at its start.
    pub phasors: [(f32, f32); SLOTS],
    /// What each coupling had learned at its end, rad/s beyond the setup's own.
    pub learned: [f32; MAX_EDGES],
    /// What the last seconds were about, at its end.
    pub meaning: Meaning,
    /// Valence, arousal, dominance as they showed at its end.
    pub felt: [f32; 3],
    /// How long it took, s.
    pub duration_s: f32,
    /// Share of it that was said, 0..=1.
    pub said: f32,
    /// Syllables that were said.
    pub syllables: u32,
}

impl Default for Impression {
    fn default() -> Self {
        Self {
            score: 0,
            gram: [[0.0; HARMONICS]; HARMONICS],
            voice: [[0.0; HARMONICS]; VOICE_OBSERVABLES],
            face: [[0.0; HARMONICS]; FACE_OBSERVABLES],
            melody: [0.0; HARMONICS],
            phasors: [(0.0, 0.0); SLOTS],
            learned: [0.0; MAX_EDGES],
            meaning: [0.0; MEANING],
            felt: [0.0; 3],
            duration_s: 0.0,
            said: 0.0,
            syllables: 0,
        }
    }
}

impl Impression {
    /// Adds one tick at the share `along` of the utterance.
    pub fn add(&mut self, dt_s: f32, along: f32, voice: &VoiceStream, face: &FaceStream) {
        let phi = eigenfunctions(along);
        let add = |sums: &mut Harmonics, value: f32| {
            if value.is_finite() {
                sums.iter_mut().zip(phi).for_each(|(sum, phi)| *sum += value * phi * dt_s);
            }
        };
        self.gram.iter_mut().zip(phi).for_each(|(row, value)| add(row, value));
        self.voice.iter_mut().zip(voice).for_each(|(sums, value)| add(sums, *value));
        self.face.iter_mut().zip(face).for_each(|(sums, value)| add(sums, *value));
        self.duration_s += dt_s;
        self.said = self.said.max(along);
    }
}
