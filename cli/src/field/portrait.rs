//! What a field is and what it did during one utterance: gathered once, then printed, drawn or written as JSON.

use crate::error::CliError;
use crate::field::fit::Silence;
use crate::field::modes::{ModeNote, modes};
use crate::render::{Narrator, Performance, Stage};
use crate::script::OneLine;
use psivox_core::Engine;
use psivox_core::engine::Probe;
use psivox_core::field::{Band, FieldSpec, Observable, Pair, Role, Sink};
use psivox_core::grammar::RuleId;
use psivox_core::score::Score;
use serde::Serialize;
use std::f32::consts::TAU;

/// Readings a second.
pub const RATE_HZ: f32 = 100.0;

/// What is read, in passes: the engine reads eight observables at once, and speaks the same twice.
const PASSES: [[&str; 5]; 2] = [
    ["R.micro", "R.meso", "R.macro", "R.voice_face", "V"],
    ["theta.syllable", "theta.jaw", "theta.stress", "theta.nod", "theta.brow"],
];

/// One band.
#[derive(Debug, Serialize)]
pub struct BandNote {
    pub name: &'static str,
    pub period_ms: f32,
    pub count: u32,
}

/// One named oscillator.
#[derive(Debug, Serialize)]
pub struct RoleNote {
    pub name: &'static str,
    pub band: &'static str,
    pub hz: f32,
    /// Phase noise in rad per square root of a second.
    pub noise: f32,
}

/// One coupling, as the preset has it and as it was after the utterance.
#[derive(Debug, Serialize)]
pub struct CouplingNote {
    pub target: &'static str,
    pub source: &'static str,
    /// Share of the target's own rate.
    pub k: f32,
    pub k_rad_per_s: f32,
    pub alpha_rad: f32,
    /// Turns of the source.
    pub p: u32,
    /// Turns of the target in the same time.
    pub q: u32,
    /// K after the utterance; `None` of one that does not learn.
    pub k_learned: Option<f32>,
}

/// One observable over the utterance.
#[derive(Debug, Serialize)]
pub struct Series {
    pub name: &'static str,
    pub mean: f32,
    pub min: f32,
    pub max: f32,
    pub values: Vec<f32>,
}

/// One surprise.
#[derive(Debug, Serialize)]
pub struct SurpriseNote {
    pub time_s: f64,
    pub source: &'static str,
    pub epsilon: f32,
    pub tau: f32,
}

/// One rule of the grammar.
#[derive(Debug, Serialize)]
pub struct RuleNote {
    pub name: &'static str,
    pub weight: f32,
    /// How often it had to act.
    pub acted: u32,
    pub why: &'static str,
}

/// What the slow manifold holds after the utterance.
#[derive(Debug, Serialize)]
pub struct MemoryNote {
    pub strength: f32,
    pub valence: f32,
    pub arousal: f32,
    pub dominance: f32,
    /// Centroids kept, one every 2 s.
    pub records: usize,
    /// Length of the mean direction of what was spoken of, 0..=1: 1 if every word pointed the same way.
    pub coherence: f32,
}

/// Everything together.
#[derive(Debug, Serialize)]
pub struct Portrait {
    pub field: String,
    pub description: String,
    pub persona: String,
    pub text: String,
    pub speech_s: f64,
    pub bands: Vec<BandNote>,
    pub roles: Vec<RoleNote>,
    pub couplings: Vec<CouplingNote>,
    pub modes: Vec<ModeNote>,
    /// Readings a second of `order` and `phases`.
    pub rate_hz: f32,
    /// R of the bands and of voice and face, and V.
    pub order: Vec<Series>,
    pub surprises: Vec<SurpriseNote>,
    pub rules: Vec<RuleNote>,
    pub memory: MemoryNote,
    /// Phases of named oscillators.
    pub phases: Vec<Series>,
    /// Words and when they begin.
    pub words: Vec<(f64, String)>,
}

impl Portrait {
    /// Speaks `text` and gathers.
    ///
    /// # Errors
    /// The text cannot be spoken.
    pub fn take(
        mut narrator: Narrator,
        spec: &FieldSpec,
        persona: &str,
        text: &str,
        mut progress: impl FnMut(f64),
    ) -> Result<Self, CliError> {
        let score = narrator.plan(text)?.score;
        let rate_hz = f64::from(narrator.stage.sample_rate_hz());
        let (mut series, mut spoken) = (Vec::new(), None);
        for (pass, names) in PASSES.iter().enumerate() {
            let share = |part: f64| (pass as f64 + part) / PASSES.len() as f64;
            let told = read(&mut narrator.stage, names, &score, |part| progress(share(part)))?;
            let last = told.finished_samples;
            series.push((0..names.len()).map(|i| one_series(names[i], &told.told.probes[i], last)).collect());
            spoken = Some(told);
        }
        let engine = narrator.stage.engine();
        let Some(spoken) = spoken else { return Err(CliError::Usage("nothing was spoken".to_owned())) };
        let mut series = series.into_iter();
        Ok(Self {
            field: spec.name.clone(),
            description: spec.description.clone(),
            persona: persona.to_owned(),
            text: text.to_owned(),
            speech_s: spoken.finished_samples as f64 / rate_hz,
            bands: bands(spec),
            roles: Role::ALL.iter().map(|role| role_note(spec, *role)).collect(),
            couplings: couplings(spec, engine),
            modes: modes(engine.field().operator()),
            rate_hz: RATE_HZ,
            order: series.next().unwrap_or_default(),
            surprises: surprises(&spoken, rate_hz),
            rules: rules(engine),
            memory: memory(engine),
            phases: series.next().unwrap_or_default(),
            words: words(&spoken, rate_hz),
        })
    }

    /// A series by its name.
    pub fn series(&self, name: &str) -> &[f32] {
        let mut all = self.order.iter().chain(&self.phases);
        all.find(|series| series.name == name).map_or(&[], |series| &series.values)
    }
}

fn read(
    stage: &mut Stage,
    names: &[&str],
    score: &Score,
    progress: impl FnMut(f64),
) -> Result<Performance, CliError> {
    let probe =
        |name: &&str| Observable::parse(name).map(|observable| Probe { observable, rate_hz: RATE_HZ });
    let probes: Result<Vec<Probe>, String> = names.iter().map(probe).collect();
    stage.probe(&probes.map_err(CliError::Usage)?);
    stage.perform(&mut OneLine::new(score.clone()), &mut Silence, progress)
}

fn one_series(name: &'static str, told: &[(u64, f32)], end_samples: u64) -> Series {
    let spoken = told.iter().take_while(|(time_samples, _)| *time_samples < end_samples);
    let values: Vec<f32> = spoken.map(|(_, value)| *value).collect();
    let (min, max) =
        values.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), x| (a.min(*x), b.max(*x)));
    let mean = values.iter().sum::<f32>() / values.len().max(1) as f32;
    let or_zero = |x: f32| if x.is_finite() { x } else { 0.0 };
    Series { name, mean, min: or_zero(min), max: or_zero(max), values }
}

fn bands(spec: &FieldSpec) -> Vec<BandNote> {
    let note = |band: Band| {
        let known = spec.bands.of(band);
        BandNote { name: band.name(), period_ms: known.period_ms, count: known.count }
    };
    Band::ALL.into_iter().map(note).collect()
}

fn role_note(spec: &FieldSpec, role: Role) -> RoleNote {
    RoleNote { name: role.name(), band: role.band().name(), hz: spec.hz(role), noise: spec.noise(role) }
}

fn couplings(spec: &FieldSpec, engine: &Engine) -> Vec<CouplingNote> {
    spec.pairs().into_iter().map(|pair| coupling(spec, engine, pair)).collect()
}

fn coupling(spec: &FieldSpec, engine: &Engine, pair: Pair) -> CouplingNote {
    let network = engine.field().network();
    let edge = network.edges().find(|edge| edge.pair == pair);
    let learns =
        edge.map_or_else(|| network.pulls().any(|pull| pull.pair == pair && pull.learns), |edge| edge.learns);
    let own_hz = match pair.target {
        Sink::Role(role) => spec.hz(role),
        other => 1e3 / spec.bands.of(other.band()).period_ms,
    };
    CouplingNote {
        target: pair.target.name(),
        source: pair.source.name(),
        k: spec.k(pair),
        k_rad_per_s: spec.k(pair) * TAU * own_hz,
        alpha_rad: spec.alpha(pair),
        p: edge.map_or(1, |edge| edge.p as u32),
        q: edge.map_or(1, |edge| edge.q as u32),
        k_learned: network.k(pair.target, pair.source).filter(|_| learns),
    }
}

fn surprises(spoken: &Performance, rate_hz: f64) -> Vec<SurpriseNote> {
    let note = |event: &psivox_core::field::SurpriseEvent| SurpriseNote {
        time_s: event.time_samples as f64 / rate_hz,
        source: event.source.name(),
        epsilon: event.epsilon,
        tau: event.tau,
    };
    spoken.told.surprises.iter().map(note).collect()
}

fn rules(engine: &Engine) -> Vec<RuleNote> {
    let (weights, tally) = (engine.field().setup().grammar, engine.grammar_tally());
    let note = |rule: RuleId| RuleNote {
        name: rule.name(),
        weight: weights.of(rule),
        acted: tally.of(rule),
        why: rule.why(),
    };
    RuleId::ALL.into_iter().map(note).collect()
}

fn memory(engine: &Engine) -> MemoryNote {
    let manifold = engine.field().manifold();
    let centroid = manifold.centroid();
    let [valence, arousal, dominance] = centroid.emotion;
    let coherence = centroid.meaning.iter().map(|x| x * x).sum::<f32>().sqrt();
    let records = manifold.records().count();
    MemoryNote { strength: centroid.strength, valence, arousal, dominance, records, coherence }
}

fn words(spoken: &Performance, rate_hz: f64) -> Vec<(f64, String)> {
    let mut words = Vec::new();
    let mut last = None;
    for mark in &spoken.marks {
        let Some(score) = spoken.lines.get(mark.line) else { continue };
        let word = score.phones.get(mark.phone as usize).and_then(|phone| phone.word);
        if word != last
            && let Some(text) = word.and_then(|word| score.words.get(word as usize))
        {
            words.push((mark.time_samples as f64 / rate_hz, text.clone()));
        }
        last = word;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_exists() {
        for name in PASSES.iter().flatten() {
            assert!(Observable::parse(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn a_series_ends_with_the_speech() {
        let series = one_series("V", &[(0, 1.0), (480, 3.0), (960, 9.0)], 960);
        assert_eq!(
            (series.values.as_slice(), series.mean, series.min, series.max),
            (&[1.0, 3.0][..], 2.0, 1.0, 3.0)
        );
        let nothing = one_series("V", &[], 960);
        assert_eq!((nothing.mean, nothing.min, nothing.max), (0.0, 0.0, 0.0));
    }

    #[test]
    fn strengths_are_shares_of_the_targets_own_rate() {
        let engine = Engine::new(psivox_core::EngineConfig::new(48_000.0)).expect("an engine");
        let spec = FieldSpec::default();
        let note = coupling(&spec, &engine, Pair::of(Role::Jaw, Role::Syllable));
        assert_eq!((note.target, note.source), ("jaw", "syllable"));
        assert!((note.k_rad_per_s - note.k * TAU * 4.0).abs() < 1e-4);
        assert_eq!(note.k_learned, None, "no coupling within a band learns");
        let upward = coupling(&spec, &engine, Pair::of(Role::Phrase, Role::Stress));
        assert_eq!(upward.k_learned.map(|k| (k - spec.coupling.upward_gain).abs() < 1e-5), Some(true));
    }
}
