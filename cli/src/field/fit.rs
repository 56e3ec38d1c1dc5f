//! `psivox field fit`: sentences are spoken, the field observes itself, Koopman's operator is fitted to what it saw.

use crate::args::VoiceArgs;
use crate::error::CliError;
use crate::field::modes::{mode_table, modes, table};
use crate::mechanism::Mechanism;
use crate::output::{PendingFile, explain};
use crate::progress::Progress;
use crate::render::{Block, Narrator, Sink};
use crate::script::OneLine;
use crate::sentences::{self, Sentence};
use clap::Args;
use psivox_core::Persona;
use psivox_core::field::{OBSERVABLE_NAMES, OBSERVABLES, OBSERVATION_HZ, Observation, expectation};
use psivox_core::koopman::Operator;
use std::io::Write;
use std::path::PathBuf;

pub const EXAMPLES: &str = "\
Examples:
  psivox field fit sentences.tsv                              prints what there is to expect
  psivox field fit sentences.tsv -o expectation.json --all-personas
  psivox field fit sentences.tsv --personas heart,michael --speed 1.2";

/// Observations from one forecast to its hour of truth: 50 ms.
const AHEAD: usize = 3;

/// `psivox field fit`.
#[derive(Debug, Args)]
pub struct FitArgs {
    /// One sentence a line: a name, a tab, the text
    #[arg(value_name = "SENTENCES.tsv")]
    pub sentences: PathBuf,
    /// Write the operator here: JSON
    #[arg(short, long, value_name = "OPERATOR.json")]
    pub output: Option<PathBuf>,
    /// Speak every sentence as each of these personas, a list such as heart,michael
    #[arg(long, value_delimiter = ',', value_name = "NAMES", conflicts_with = "persona")]
    pub personas: Vec<String>,
    /// Speak every sentence as every persona that ships
    #[arg(long, conflicts_with_all = ["personas", "persona"])]
    pub all_personas: bool,
    /// Who speaks and how.
    #[command(flatten)]
    pub voice: VoiceArgs,
}

impl FitArgs {
    fn cast(&self) -> Vec<String> {
        if self.all_personas {
            return Persona::factory().into_iter().map(|persona| persona.name).collect();
        }
        if self.personas.is_empty() { vec![self.voice.persona.clone()] } else { self.personas.clone() }
    }
}

/// Runs the command.
///
/// # Errors
/// A damaged sentence file, a text that cannot be spoken, too little to fit, a file that cannot be written.
pub fn run(mut args: FitArgs) -> Result<(), CliError> {
    let sentences = sentences::read(&args.sentences)?;
    let output = args.output.as_deref().map(PendingFile::create).transpose()?;
    let cast = args.cast();
    // What the field expected until now must not act on what it expects from now on.
    args.voice.without.push(Mechanism::Prediction);
    let mut bar = Progress::new("Speaking");
    let mut runs = Vec::with_capacity(cast.len() * sentences.len());
    for (index, persona) in cast.iter().enumerate() {
        args.voice.persona.clone_from(persona);
        let done = |sentence: usize| (index * sentences.len() + sentence) as f64;
        gather(&args, &sentences, &mut runs, |s| bar.show(done(s), (cast.len() * sentences.len()) as f64))?;
    }
    drop(bar);
    let operator = expectation::fit(&runs)?;
    if let Some((mut file, pending)) = output {
        writeln!(file, "{}", operator.to_json()).map_err(|error| explain(pending.path(), &error))?;
        drop(file);
        pending.commit()?;
    }
    report(&operator, &runs, cast.len())
}

/// Speaks every sentence and keeps what the field observed of each.
fn gather(
    args: &FitArgs,
    sentences: &[Sentence],
    runs: &mut Vec<Vec<Observation>>,
    mut progress: impl FnMut(usize),
) -> Result<(), CliError> {
    let mut narrator = Narrator::load(&args.voice)?;
    narrator.stage.listen();
    for (index, sentence) in sentences.iter().enumerate() {
        progress(index);
        let plan = narrator.plan(&sentence.text).map_err(|error| CliError::Line {
            path: args.sentences.clone(),
            line: sentence.line,
            reason: error.to_string(),
        })?;
        let spoken = narrator.perform(&mut OneLine::new(plan.score), &mut Silence, |_| {})?;
        runs.push(
            spoken.told.observations.into_iter().map(|(_, observation)| at_rest(observation)).collect(),
        );
    }
    Ok(())
}

/// Without the performer, who moves nothing here: what the moods of two personas differ by explains nothing in time,
/// and would be taken for a cause of what their voices differ by.
fn at_rest(mut observation: Observation) -> Observation {
    let performed = OBSERVABLE_NAMES.iter().position(|name| *name == "valence").unwrap_or(OBSERVABLES);
    observation[performed..].fill(0.0);
    observation
}

/// Takes the sound and does nothing with it.
pub struct Silence;

impl Sink for Silence {
    fn take(&mut self, _block: &Block) -> Result<(), CliError> {
        Ok(())
    }
}

fn report(operator: &Operator, runs: &[Vec<Observation>], speakers: usize) -> Result<(), CliError> {
    let observations: usize = runs.iter().map(Vec::len).sum();
    let speech_s = observations as f32 / OBSERVATION_HZ;
    let errors = Errors::of(operator, runs);
    let mut text = format!("{} lines, {speakers} speakers, {speech_s:.0} s of speech\n\n", runs.len());
    text += "Modes, slowest first\n";
    text += &mode_table(&modes(operator));
    text += "\nError of a forecast of 50 ms (root mean square), and of none: all stays as it is\n";
    let rows =
        OBSERVABLE_NAMES.iter().zip(errors.forecast.iter().zip(&errors.persistence)).map(|(name, (f, p))| {
            let gain = if *p > 1e-6 { format!("{:+.0} %", 100.0 * (f / p - 1.0)) } else { String::new() };
            vec![(*name).to_owned(), format!("{f:.3}"), format!("{p:.3}"), gain]
        });
    let head = ["observable", "forecast", "persistence", "change"].map(str::to_owned).to_vec();
    text += &table(&std::iter::once(head).chain(rows).collect::<Vec<_>>());
    let (f, p) = (rms(&errors.forecast), rms(&errors.persistence));
    text += &format!("\nall: {f:.4} against {p:.4}, {:+.1} %\n", 100.0 * (f / p.max(1e-9) - 1.0));
    std::io::stdout().write_all(text.as_bytes()).map_err(CliError::Stdout)
}

fn rms(parts: &[f32]) -> f32 {
    (parts.iter().map(|part| part * part).sum::<f32>() / parts.len().max(1) as f32).sqrt()
}

/// Root mean square errors by observable.
struct Errors {
    forecast: [f32; OBSERVABLES],
    persistence: [f32; OBSERVABLES],
}

impl Errors {
    fn of(operator: &Operator, runs: &[Vec<Observation>]) -> Self {
        let (mut forecast, mut persistence) = ([0.0f64; OBSERVABLES], [0.0f64; OBSERVABLES]);
        let mut count = 0.0;
        for pair in runs.iter().flat_map(|run| run.windows(AHEAD + 1)) {
            let (now, then) = (&pair[0], &pair[AHEAD]);
            let mut foretold = [0.0; OBSERVABLES];
            operator.predict(now, AHEAD as f32 / OBSERVATION_HZ, &mut foretold);
            for i in 0..OBSERVABLES {
                forecast[i] += f64::from(foretold[i] - then[i]).powi(2);
                persistence[i] += f64::from(now[i] - then[i]).powi(2);
            }
            count += 1.0;
        }
        let root = |sums: [f64; OBSERVABLES]| sums.map(|sum| (sum / f64::max(count, 1.0)).sqrt() as f32);
        Self { forecast: root(forecast), persistence: root(persistence) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A turning phasor in the syllable's place; everything else stands still.
    fn turning(turns_hz: f32, count: usize) -> Vec<Observation> {
        let turn = |step: usize| {
            let angle = std::f32::consts::TAU * turns_hz * step as f32 / OBSERVATION_HZ;
            let mut observation = [0.25; OBSERVABLES];
            (observation[11], observation[10]) = angle.sin_cos();
            observation
        };
        (0..count).map(turn).collect()
    }

    #[test]
    fn the_performer_is_left_out_and_nobody_else() {
        let left = at_rest([1.0; OBSERVABLES]);
        for (name, value) in OBSERVABLE_NAMES.iter().zip(left) {
            let performed = ["valence", "arousal", "dominance", "pitch", "gain", "rate"].contains(name);
            assert_eq!(value, f32::from(u8::from(!performed)), "{name}");
        }
    }

    #[test]
    fn what_turns_is_foretold_better_than_by_persistence() {
        let runs = vec![turning(4.0, 240)];
        let operator = expectation::fit(&runs).expect("an operator");
        let errors = Errors::of(&operator, &runs);
        // Over 50 ms a phasor of 4 Hz turns by 72 degrees: a chord of 2 sin 36 degrees, of which each part has 1/sqrt 2.
        assert!((errors.persistence[10] - 0.831).abs() < 0.01, "{}", errors.persistence[10]);
        assert!(errors.forecast[10] < 0.1 * errors.persistence[10], "{}", errors.forecast[10]);
        assert!(errors.persistence[0] == 0.0 && errors.forecast[0] < 1e-4);
    }
}
