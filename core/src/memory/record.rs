//! One memory.

use super::impression::Impression;
use super::manner::{FieldPattern, MannerCoefficients, half};
use super::streams::{FaceObservable, Harmonics};
use crate::field::{MAX_EDGES, SLOTS};
use crate::text::{MEANING, Meaning};

/// How one thing was said.
#[derive(Debug, Clone, PartialEq)]
pub struct Memory {
    /// What tells it from all others of its bank.
    pub id: u64,
    /// What the user calls it; empty for what nobody has named.
    pub name: String,
    /// The user's own tags.
    pub tags: Vec<String>,
    /// What was said; none where it must not be kept.
    pub text: Option<String>,
    /// Who said it.
    pub persona: String,
    /// When, in s since 1970; 0 if nobody knew.
    pub unix_s: i64,
    /// Session time at its end, s at whole ms; the bank sets it.
    pub at_s: f64,
    /// Session time when it was made or last called back, s; the bank sets it.
    pub used_s: f64,
    /// How long it took, s.
    pub duration_s: f32,
    /// Syllables that were said.
    pub syllables: u32,
    /// What it was about: unit length or all zero.
    pub meaning: Meaning,
    /// How.
    pub manner: MannerCoefficients,
    /// What the field was like.
    pub field: FieldPattern,
    /// Valence, arousal, dominance of the slow manifold at its end: what the session felt like by then.
    pub felt: [f32; 3],
    /// All that is needed to say it again bit by bit, as bytes ([`super::Take`]); none once it has faded.
    pub take: Option<Vec<u8>>,
    /// How often it was called back.
    pub uses: u32,
    /// Never fades.
    pub pinned: bool,
}

impl Memory {
    /// What an utterance leaves. `id` is given by the bank.
    pub fn of(impression: &Impression, text: &str, meaning: &Meaning, persona: &str) -> Self {
        Self {
            id: 0,
            name: String::new(),
            tags: Vec::new(),
            text: Some(text.to_owned()),
            persona: persona.to_owned(),
            unix_s: 0,
            at_s: 0.0,
            used_s: 0.0,
            duration_s: half(impression.duration_s),
            syllables: impression.syllables,
            meaning: meaning.map(half),
            manner: MannerCoefficients::of(impression),
            field: FieldPattern {
                phasors: impression.phasors.iter().map(|(theta, r)| (half(*theta), half(*r))).collect(),
                learned: impression.learned.map(half).to_vec(),
            },
            felt: impression.felt.map(half),
            take: None,
            uses: 0,
            pinned: false,
        }
    }

    /// At the precision at which it is kept, so that it is the same before and after it was saved.
    pub(super) fn rounded(mut self) -> Self {
        let rows = self.manner.voice.iter_mut().chain(&mut self.manner.face).flatten();
        let rows = rows.chain(&mut self.manner.melody).chain(&mut self.felt).chain(&mut self.meaning);
        let field = self.field.phasors.iter_mut().flat_map(|(theta, r)| [theta, r]);
        rows.chain(field).chain(&mut self.field.learned).for_each(|x| *x = half(*x));
        self.duration_s = half(self.duration_s);
        self
    }

    /// Coefficients of valence, arousal and dominance: the course of its emotion.
    pub fn emotion(&self) -> [Harmonics; 3] {
        let first = FaceObservable::Valence as usize;
        std::array::from_fn(|axis| self.manner.face.get(first + axis).copied().unwrap_or_default())
    }

    /// Valence, arousal and dominance as they showed, as a mean over it, -1..=1.
    pub fn mean_emotion(&self) -> [f32; 3] {
        self.emotion().map(|axis| axis[0].clamp(-1.0, 1.0))
    }

    /// Whether every number is one and every vector has its length.
    pub fn is_sound(&self) -> bool {
        self.manner.is_sound()
            && self.meaning.len() == MEANING
            && self.meaning.iter().chain(&self.felt).all(|x| x.is_finite())
            && [f64::from(self.duration_s), self.at_s, self.used_s].iter().all(|x| x.is_finite())
            && self.field.phasors.len() <= SLOTS
            && self.field.learned.len() <= MAX_EDGES
            && self.field.phasors.iter().all(|(theta, r)| theta.is_finite() && r.is_finite())
            && self.field.learned.iter().all(|k| k.is_finite())
    }
}
