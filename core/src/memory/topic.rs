//! A subject that comes back brings the manner back in which it was spoken about.

use super::bank::MemoryBank;
use super::find::cosine;
use crate::text::{MEANING, Meaning};

/// How often, at most, a line about something else may cue any memory: one line in a hundred.
const FALSE_ALARM: f64 = 0.01;
/// Memories that speak for a topic together.
const MOST: usize = 4;
/// Steps of the integration of the law of cosines.
const STEPS: usize = 128;

/// What a subject brings back.
#[derive(Debug, Clone, PartialEq)]
pub struct Topic {
    /// Memories and their weights, which sum to 1; the heaviest first, four at most.
    pub parts: Vec<(u64, f32)>,
    /// How sure and fresh it is, 0..=1: the best memory's cosine times its strength.
    pub strength: f32,
}

impl MemoryBank {
    /// Which memories' manner a subject brings back; none where no memory is more alike than chance has it.
    pub fn topic(&self, meaning: &Meaning) -> Option<Topic> {
        let threshold = self.chance_likeness();
        let alike = |own: &Meaning| Some(cosine(own, meaning)).filter(|cosine| *cosine > threshold);
        let mut found: Vec<(u64, f32)> = self
            .iter()
            .filter_map(|memory| Some((memory.id, alike(&memory.meaning)? * self.strength(memory))))
            .collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        found.truncate(MOST);
        let total: f32 = found.iter().map(|part| part.1).sum();
        let strength = found.first()?.1.min(1.0);
        if total < 1e-3 {
            // All of them have faded away.
            return None;
        }
        Some(Topic { parts: found.into_iter().map(|(id, weight)| (id, weight / total)).collect(), strength })
    }

    /// The cosine of meanings above which a memory is more alike than chance has it.
    pub(super) fn chance_likeness(&self) -> f32 {
        let known = self.iter().filter(|memory| memory.meaning.iter().any(|x| *x != 0.0)).count();
        chance(known.max(1))
    }
}

/// The cosine that the best of `count` unrelated memories exceeds in one case of a hundred. Unrelated directions in n
/// dimensions have a cosine x of density (1 - x^2)^((n - 3) / 2), so of deviation 1 / sqrt(n): 0.18.
fn chance(count: usize) -> f32 {
    let (wanted, (mut low, mut high)) = (FALSE_ALARM / count as f64, (0.0, 1.0));
    let all = 2.0 * tail(0.0);
    for _ in 0..24 {
        let middle = 0.5 * (low + high);
        if tail(middle) / all > wanted {
            low = middle;
        } else {
            high = middle;
        }
    }
    high as f32
}

/// Integral of the density from x to 1, not normalised, by Simpson's rule.
fn tail(x: f64) -> f64 {
    let density = |x: f64| (1.0 - x * x).max(0.0).powf((MEANING as f64 - 3.0) / 2.0);
    let step = (1.0 - x) / STEPS as f64;
    let weight = |at: usize| match at {
        0 | STEPS => 1.0,
        _ if at % 2 == 1 => 4.0,
        _ => 2.0,
    };
    (0..=STEPS).map(|at| weight(at) * density(x + at as f64 * step)).sum::<f64>() * step / 3.0
}

#[cfg(test)]
mod tests {
    use super::super::samples::said;
    use super::*;
    use crate::sound::Noise;
    use crate::text::{TOPICS, utterance_meaning};

    fn about(text: &str) -> Meaning {
        utterance_meaning(text.split_whitespace())
    }

    fn bank() -> MemoryBank {
        let mut bank = MemoryBank::default();
        for (seed, topic) in TOPICS.iter().enumerate() {
            bank.keep(said(seed as u64, topic[0])).expect("kept");
        }
        bank
    }

    #[test]
    fn chance_is_that_of_random_directions() {
        let mut noise = Noise::new(5);
        let threshold = chance(1);
        let first: Meaning = std::array::from_fn(|_| noise.gaussian());
        let alarms = (0..20_000).filter(|_| {
            let other: Meaning = std::array::from_fn(|_| noise.gaussian());
            cosine(&first, &other) > threshold
        });
        let share = alarms.count() as f64 / 20_000.0;
        assert!((share / FALSE_ALARM - 1.0).abs() < 0.2, "{share} above {threshold}");
        assert!(
            chance(1000) > chance(100) && chance(100) > threshold && chance(4000) < 0.8,
            "{}",
            chance(4000)
        );
    }

    #[test]
    fn subjects_that_come_back_bring_their_own_memory() {
        let bank = bank();
        let (mut own, mut other) = (0, 0);
        for (index, topic) in TOPICS.iter().enumerate() {
            let Some(topic) = bank.topic(&about(topic[1])) else { continue };
            let sum: f32 = topic.parts.iter().map(|part| part.1).sum();
            assert!((sum - 1.0).abs() < 1e-5 && (0.0..=1.0).contains(&topic.strength));
            if topic.parts[0].0 == index as u64 + 1 { own += 1 } else { other += 1 }
        }
        println!("{own} of {} topics came back, {other} wrongly", TOPICS.len());
        assert!(own >= 8 && other == 0, "{own} {other}");
    }

    #[test]
    fn other_subjects_bring_nothing() {
        let table = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/data/frontend_cases.tsv"));
        let text = |line: &'static str| line.split('\t').nth(2).filter(|text| text.split(' ').count() > 4);
        let lines: Vec<&str> = table.lines().filter(|line| !line.starts_with('#')).filter_map(text).collect();
        let bank = bank();
        let alarms: Vec<_> = lines.iter().filter(|line| bank.topic(&about(line)).is_some()).collect();
        println!("{} false alarms in {} lines: {alarms:?}", alarms.len(), lines.len());
        assert!(lines.len() >= 200 && alarms.len() * 50 <= lines.len());
        assert_eq!(bank.topic(&[0.0; MEANING]), None);
        assert_eq!(MemoryBank::default().topic(&about("the river")), None);
    }

    #[test]
    fn a_subject_fades_with_its_memory() {
        let mut bank = bank();
        let line = about("The river flooded the old mill last night.");
        let fresh = bank.topic(&line).expect("a topic").strength;
        bank.advance(60.0 + 1800.0);
        let faded = bank.topic(&line).expect("a topic").strength;
        assert!((fresh - 1.0).abs() < 1e-3 && (faded - (-1.0_f32).exp()).abs() < 1e-3, "{fresh} {faded}");
        bank.advance(1e6);
        assert_eq!(bank.topic(&line), None);
    }
}
