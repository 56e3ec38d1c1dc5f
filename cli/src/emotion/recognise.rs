//! Whether the modes can be told apart, from the sound alone and from the face alone, and whether the two agree.

use super::features::Sample;
use super::table::grid;
use nalgebra::{DMatrix, DVector};
use psivox_core::emotion::Mode;
use serde::Serialize;

/// Fewer sentences leave nothing to learn from.
const LEAST_SENTENCES: usize = 4;
/// Added to the variance of each standardised feature: what hardly varies shall not decide.
const FLOOR: f64 = 1e-3;

/// How one stream was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Stream {
    /// Share of the tested sentences whose mode was found.
    pub accuracy: f64,
    /// How often a mode (row) was taken for another (column), in the order of [`Recognition::modes`].
    pub confusion: Vec<Vec<usize>>,
}

/// What a linear discriminant finds, learned from one half of the sentences and tested on the other.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Recognition {
    /// The modes, neutral among them.
    pub modes: Vec<&'static str>,
    /// What guessing would find.
    pub chance: f64,
    /// Sentences, in each mode, that were learned from, and that were tested.
    pub halves: [usize; 2],
    /// From the sound alone.
    pub sound: Stream,
    /// From the face alone.
    pub face: Stream,
    /// Share of the tested sentences for which both name the same mode, right or wrong.
    pub agreement: f64,
    /// The same beyond chance (Cohen 1960).
    pub kappa: f64,
}

impl Recognition {
    /// Learns from the sentences of even number, tests with the others. None if there are too few of them, or fewer than
    /// two modes.
    pub fn of(samples: &[Sample]) -> Option<Self> {
        let modes: Vec<Mode> =
            Mode::ALL.into_iter().filter(|mode| samples.iter().any(|sample| sample.mode == *mode)).collect();
        let sentences = samples.iter().map(|sample| sample.sentence + 1).max().unwrap_or(0);
        if modes.len() < 2 || sentences < LEAST_SENTENCES {
            return None;
        }
        let class = |sample: &Sample| modes.iter().position(|mode| *mode == sample.mode).unwrap_or(0);
        let (learned, tested): (Vec<&Sample>, Vec<&Sample>) =
            samples.iter().partition(|sample| sample.sentence % 2 == 0);
        let truth: Vec<usize> = tested.iter().map(|sample| class(sample)).collect();
        let read = |stream: fn(&Sample) -> &[f64]| -> Option<Vec<usize>> {
            let known: Vec<(usize, &[f64])> =
                learned.iter().map(|sample| (class(sample), stream(sample))).collect();
            let discriminant = Discriminant::learn(&known, modes.len())?;
            Some(tested.iter().map(|sample| discriminant.class(stream(sample))).collect())
        };
        let (sound, face) = (read(|sample| &sample.sound)?, read(|sample| &sample.face)?);
        let both = confusion(&sound, &face, modes.len());
        Some(Self {
            modes: modes.iter().map(|mode| mode.name()).collect(),
            chance: 1.0 / modes.len() as f64,
            halves: [sentences.div_ceil(2), sentences / 2],
            sound: stream(&truth, &sound, modes.len()),
            face: stream(&truth, &face, modes.len()),
            agreement: share(&both),
            kappa: kappa(&both),
        })
    }

    /// For people.
    pub fn text(&self) -> String {
        let cell = |value: f64| format!("{value:.2}");
        let mut lines = vec![["", "sound", "face"].map(str::to_owned).to_vec()];
        lines.push(vec!["all".to_owned(), cell(self.sound.accuracy), cell(self.face.accuracy)]);
        for (index, mode) in self.modes.iter().enumerate() {
            let hit = |stream: &Stream| {
                let row = &stream.confusion[index];
                cell(row[index] as f64 / row.iter().sum::<usize>().max(1) as f64)
            };
            lines.push(vec![(*mode).to_owned(), hit(&self.sound), hit(&self.face)]);
        }
        format!(
            "{}\nShare of sentences whose mode a linear discriminant finds from the sound alone and from the face alone at the \
             highest intensity, learned from {} sentences in each mode and tested with {} others; chance is {:.2}. The two \
             name the same mode in {:.2} of the sentences (Cohen's kappa {:.2}).\n",
            grid(&lines),
            self.halves[0],
            self.halves[1],
            self.chance,
            self.agreement,
            self.kappa,
        )
    }
}

fn stream(truth: &[usize], found: &[usize], classes: usize) -> Stream {
    let confusion = confusion(truth, found, classes);
    Stream { accuracy: share(&confusion), confusion }
}

fn confusion(a: &[usize], b: &[usize], classes: usize) -> Vec<Vec<usize>> {
    let mut counts = vec![vec![0; classes]; classes];
    a.iter().zip(b).for_each(|(a, b)| counts[*a][*b] += 1);
    counts
}

/// Share on the diagonal.
fn share(counts: &[Vec<usize>]) -> f64 {
    let all: usize = counts.iter().flatten().sum();
    let same: usize = (0..counts.len()).map(|class| counts[class][class]).sum();
    same as f64 / all.max(1) as f64
}

/// Agreement beyond what both would have by their habits alone.
fn kappa(counts: &[Vec<usize>]) -> f64 {
    let all = counts.iter().flatten().sum::<usize>().max(1) as f64;
    let by_chance: f64 = (0..counts.len())
        .map(|class| {
            let row = counts[class].iter().sum::<usize>() as f64;
            let column = counts.iter().map(|row| row[class]).sum::<usize>() as f64;
            row * column / (all * all)
        })
        .sum();
    if by_chance >= 1.0 { 1.0 } else { (share(counts) - by_chance) / (1.0 - by_chance) }
}

/// Linear discriminant: the nearest mean of a class where the spread within classes is one in every direction.
struct Discriminant {
    /// Standardises.
    scale: Vec<f64>,
    means: Vec<DVector<f64>>,
    /// Means times the inverse covariance.
    weights: Vec<DVector<f64>>,
}

impl Discriminant {
    /// From samples with their classes; none if a class has none.
    fn learn(known: &[(usize, &[f64])], classes: usize) -> Option<Self> {
        let size = known.first()?.1.len();
        let means: Option<Vec<DVector<f64>>> = (0..classes).map(|class| centre(known, class, size)).collect();
        let means = means?;
        let offsets =
            || known.iter().map(|(class, values)| DVector::from_column_slice(values) - &means[*class]);
        let freedom = known.len().saturating_sub(classes).max(1) as f64;
        let scale: Vec<f64> = (0..size)
            .map(|axis| (offsets().map(|offset| offset[axis].powi(2)).sum::<f64>() / freedom).sqrt())
            .map(|deviation| 1.0 / deviation.max(1e-4))
            .collect();
        let scaled = |values: DVector<f64>| values.component_mul(&DVector::from_column_slice(&scale));
        let mut spread = DMatrix::zeros(size, size);
        for offset in offsets().map(scaled) {
            spread.ger(1.0 / freedom, &offset, &offset, 1.0);
        }
        // The fewer the samples for the number of features, the less their correlations can be believed.
        let doubt = size as f64 / (size as f64 + freedom);
        let diagonal = spread.diagonal();
        spread *= 1.0 - doubt;
        for axis in 0..size {
            spread[(axis, axis)] += doubt * diagonal[axis] + FLOOR;
        }
        let means: Vec<DVector<f64>> = means.into_iter().map(scaled).collect();
        let factors = spread.cholesky()?;
        let weights = means.iter().map(|mean| factors.solve(mean)).collect();
        Some(Self { scale, means, weights })
    }

    /// The class of a sample.
    fn class(&self, values: &[f64]) -> usize {
        let point =
            DVector::from_column_slice(values).component_mul(&DVector::from_column_slice(&self.scale));
        let score = |class: usize| {
            self.weights[class].dot(&point) - 0.5 * self.weights[class].dot(&self.means[class])
        };
        (0..self.means.len()).max_by(|a, b| score(*a).total_cmp(&score(*b))).unwrap_or(0)
    }
}

fn centre(known: &[(usize, &[f64])], class: usize, size: usize) -> Option<DVector<f64>> {
    let own = known.iter().filter(|(other, _)| *other == class);
    let count = own.clone().count();
    let sum = own.fold(DVector::zeros(size), |sum, (_, values)| sum + DVector::from_column_slice(values));
    (count > 0).then(|| sum / count as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::sound::Noise;

    /// Two features of sound whose noise is shared, so that only their difference tells the mode; a face of one feature.
    fn samples(sound: f64, face: f64) -> Vec<Sample> {
        let mut noise = Noise::new(4);
        let modes = [Mode::Neutral, Mode::Happy, Mode::Sad];
        let mut sample = |sentence: usize, class: usize| {
            let mut draw = || f64::from(noise.gaussian());
            let (shared, class_place) = (draw(), class as f64);
            let heard = vec![shared + sound * class_place + 0.1 * draw(), shared + 0.1 * draw(), 1.0];
            Sample {
                mode: modes[class],
                sentence,
                sound: heard,
                face: vec![face * class_place + 0.1 * draw()],
            }
        };
        (0..20)
            .flat_map(|sentence| [0, 1, 2].map(|class| (sentence, class)))
            .map(|(s, c)| sample(s, c))
            .collect()
    }

    #[test]
    fn what_differs_is_told_apart_and_what_does_not_is_not() {
        let found = Recognition::of(&samples(2.0, 0.0)).expect("enough");
        assert_eq!((found.modes.len(), found.halves), (3, [10, 10]));
        assert!(found.sound.accuracy > 0.9, "{found:?}");
        assert!(found.face.accuracy < 0.6 && found.kappa.abs() < 0.4, "{found:?}");
        assert_eq!(found.sound.confusion.iter().flatten().sum::<usize>(), 30);
        let both = Recognition::of(&samples(2.0, 1.0)).expect("enough");
        assert!(both.agreement > 0.9 && both.kappa > 0.8, "{both:?}");
    }

    #[test]
    fn too_little_is_not_judged() {
        assert_eq!(Recognition::of(&[]), None);
        let few: Vec<Sample> = samples(2.0, 1.0).into_iter().filter(|sample| sample.sentence < 3).collect();
        assert_eq!(Recognition::of(&few), None);
        let one: Vec<Sample> =
            samples(2.0, 1.0).into_iter().filter(|sample| sample.mode == Mode::Happy).collect();
        assert_eq!(Recognition::of(&one), None);
    }

    #[test]
    fn kappa_is_agreement_beyond_chance() {
        // Cohen's example of two who agree in 0.7 of the cases and would by chance in 0.5.
        assert!((kappa(&[vec![20, 5], vec![10, 15]]) - 0.4).abs() < 1e-9);
        assert_eq!(kappa(&[vec![10, 0], vec![0, 10]]), 1.0);
        assert_eq!(kappa(&[vec![5, 5], vec![5, 5]]), 0.0);
    }
}
