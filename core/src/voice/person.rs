//! Who speaks: one of the people in a voice file, or a blend of them.
//!
//! All people of a file share the networks. What tells them apart is a row of numbers each, added to the embeddings and
//! to the scales and shifts of the layer norms; a person is a weight on every row, so people blend continuously.

use super::file::{VoiceFile, VoiceFileError};
use serde::Deserialize;

/// What the file says of one of its people.
#[derive(Debug, Clone, Deserialize)]
pub struct PersonMeta {
    /// Stable short name, such as `af_heart`.
    pub name: String,
    /// Name for people to read.
    pub display_name: String,
    /// Language tag, such as `en-US`.
    pub language: String,
    /// `female` or `male`.
    pub register: String,
    /// A few words on how they speak.
    pub manner: String,
    /// What the voice was fitted to.
    pub origin: String,
    /// Geometric mean of f0 in Hz.
    pub f0_mean_hz: f32,
    /// Standard deviation of f0 in semitones.
    pub f0_sd_st: f32,
    /// Amount of sharpening along the knots.
    pub sharpen: f32,
}

/// A speaker: weights on the people of one file, adding up to 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Person {
    /// Name of the person with the largest share.
    pub name: String,
    /// Language tag of the person with the largest share: whose accent the text is read in.
    pub language: String,
    /// Geometric mean of f0 in Hz.
    pub f0_mean_hz: f32,
    /// Amount of sharpening along the knots.
    pub sharpen: f32,
    weights: Vec<f32>,
}

impl Person {
    /// Person `index` of `people`.
    pub(super) fn single(people: &[PersonMeta], index: usize) -> Self {
        let own = &people[index];
        Self {
            name: own.name.clone(),
            language: own.language.clone(),
            f0_mean_hz: own.f0_mean_hz,
            sharpen: own.sharpen,
            weights: (0..people.len()).map(|i| if i == index { 1.0 } else { 0.0 }).collect(),
        }
    }

    /// `self` at `mix` 0, `other` at 1, both of the same file; f0 moves geometrically.
    #[must_use]
    pub fn blend(&self, other: &Self, mix: f32) -> Self {
        let mix = if mix.is_finite() { mix.clamp(0.0, 1.0) } else { 0.0 };
        let between = |a: f32, b: f32| a + (b - a) * mix;
        let nearer = if mix > 0.5 { other } else { self };
        Self {
            name: nearer.name.clone(),
            language: nearer.language.clone(),
            f0_mean_hz: between(self.f0_mean_hz.ln(), other.f0_mean_hz.ln()).exp(),
            sharpen: between(self.sharpen, other.sharpen),
            weights: self.weights.iter().zip(&other.weights).map(|(a, b)| between(*a, *b)).collect(),
        }
    }
}

/// A row for each person of the file.
#[derive(Debug)]
pub(super) struct VoiceTable {
    /// [people x width], row-major.
    rows: Vec<f32>,
    width: usize,
}

impl VoiceTable {
    /// Reads `NAME.voices`, [people of the file x width].
    pub(super) fn load(file: &mut VoiceFile, name: &str, width: usize) -> Result<Self, VoiceFileError> {
        Self::named(file, &format!("{name}.voices"), width)
    }

    /// Reads the tensor `name`, [people of the file x width].
    pub(super) fn named(file: &mut VoiceFile, name: &str, width: usize) -> Result<Self, VoiceFileError> {
        let people = file.meta.voices.len();
        Ok(Self { rows: file.take(name, &[people, width])?, width })
    }

    /// The weighted sum of the rows.
    pub(super) fn of(&self, person: &Person) -> Vec<f32> {
        let mut sum = vec![0.0; self.width];
        for (row, weight) in self.rows.chunks_exact(self.width).zip(&person.weights) {
            if *weight != 0.0 {
                sum.iter_mut().zip(row).for_each(|(sum, value)| *sum += weight * value);
            }
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people() -> Vec<PersonMeta> {
        let meta = |name: &str, f0_mean_hz| PersonMeta {
            name: name.into(),
            display_name: name.into(),
            language: "en-US".into(),
            register: "female".into(),
            manner: String::new(),
            origin: String::new(),
            f0_mean_hz,
            f0_sd_st: 3.0,
            sharpen: 0.4,
        };
        vec![meta("a", 100.0), meta("b", 400.0)]
    }

    #[test]
    fn a_blend_lies_on_the_line_between() {
        let (people, table) = (people(), VoiceTable { rows: vec![1.0, 2.0, 3.0, 6.0], width: 2 });
        let (a, b) = (Person::single(&people, 0), Person::single(&people, 1));
        assert_eq!(table.of(&a), [1.0, 2.0]);
        assert_eq!(table.of(&a.blend(&b, 0.25)), [1.5, 3.0]);
        let half = a.blend(&b, 0.5);
        assert!((half.f0_mean_hz - 200.0).abs() < 1e-3, "an octave either way: {}", half.f0_mean_hz);
        assert!((a.blend(&b, f32::NAN).f0_mean_hz - 100.0).abs() < 1e-3, "what is not a number is none");
        assert_eq!(a.blend(&b, 7.0), a.blend(&b, 1.0));
        assert_eq!(a.blend(&b, 0.9).name, "b");
    }
}
