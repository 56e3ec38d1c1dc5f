//! `psivox emotion-table`: sentences in every mode of emotion and every style, and what that does to voice and face, beside
//! what people do.

mod choice;
pub mod face;
pub mod features;
mod human;
mod measure;
mod mood;
mod recognise;
mod row;
mod table;
pub mod take;
pub mod units;
pub mod voice;

use crate::args::VoiceArgs;
use crate::error::CliError;
use crate::output::make_folder;
use crate::progress::Progress;
use crate::sentence_table::{self, TableFile};
use crate::sentences::{self, Sentence};
use choice::Choice;
use clap::Args;
use face::Faces;
use features::Sample;
use mood::Mood;
use psivox_core::Score;
use recognise::Recognition;
use row::{Gathered, HUMAN_INTENSITY};
use std::path::PathBuf;
use std::sync::Arc;
use table::{Report, Summary};
use voice::Voice;

pub const EXAMPLES: &str = "\
Examples:
  psivox emotion-table sentences.tsv                          prints a table
  psivox emotion-table sentences.tsv --json -o table.md       prints JSON, writes the table as well
  psivox emotion-table sentences.tsv --modes happy,sad --intensities 0.25,0.5,1 --keep out/
  psivox emotion-table sentences.tsv --styles whisper,shout   prints these two and no modes";

/// `psivox emotion-table`.
#[derive(Debug, Args)]
pub struct EmotionArgs {
    /// One sentence a line: a name, a tab, the text
    #[arg(value_name = "SENTENCES.tsv")]
    pub sentences: PathBuf,
    /// Which modes, in a list, or none [default: all, unless styles are named]
    #[arg(long, value_delimiter = ',', value_parser = choice::mode, value_name = "NAMES")]
    pub modes: Vec<Choice>,
    /// Which styles and registers, in a list, or none [default: all, unless modes are named]
    #[arg(long, value_delimiter = ',', value_parser = choice::style, value_name = "NAMES")]
    pub styles: Vec<Choice>,
    /// How much of them, in a list
    #[arg(long, value_delimiter = ',', default_value = "0.5,1", allow_negative_numbers = true, value_parser = intensity, value_name = "0..1")]
    pub intensities: Vec<f32>,
    /// Print an object in place of the table
    #[arg(long)]
    pub json: bool,
    /// Write the table here: Markdown
    #[arg(short, long, value_name = "TABLE.md")]
    pub output: Option<PathBuf>,
    /// Keep every sound and face in this folder, as happy_0.5/NAME.wav and whisper_1/NAME.face.csv
    #[arg(long, value_name = "FOLDER")]
    pub keep: Option<PathBuf>,
    /// Who speaks and how.
    #[command(flatten)]
    pub voice: VoiceArgs,
}

fn intensity(text: &str) -> Result<f32, String> {
    let found = text.trim().parse().ok().filter(|value| *value > 0.0 && *value <= 1.0);
    found.ok_or("expected a number above 0 up to 1".to_owned())
}

/// Runs the command.
///
/// # Errors
/// A damaged sentence file, a text that cannot be spoken, a voice or field that cannot be, a file that cannot be
/// written.
pub fn run(args: &EmotionArgs) -> Result<(), CliError> {
    check(&args.voice)?;
    let moods = moods(args)?;
    let sentences = sentences::read(&args.sentences)?;
    let scores = sentence_table::plan(&args.voice, &args.sentences, &sentences)?;
    let file = TableFile::create(args.output.as_deref(), &args.sentences)?;
    if let Some(folder) = &args.keep {
        moods.iter().try_for_each(|mood| make_folder(&folder.join(mood.folder())))?;
    }
    let report = measure(args, &sentences, &scores, &moods)?;
    let conditions = conditions(args, &scores);
    let json = args.json.then(|| table::json(&report));
    file.publish(&table::markdown(&report, &conditions), &conditions, json)
}

/// What the table sets itself cannot be given.
fn check(voice: &VoiceArgs) -> Result<(), CliError> {
    let given = [
        ("--valence", voice.valence.is_some()),
        ("--arousal", voice.arousal.is_some()),
        ("--dominance", voice.dominance.is_some()),
        ("--intensity", voice.intensity.is_some()),
        ("--f0", voice.shape.f0.is_some()),
    ];
    let Some((option, _)) = given.into_iter().find(|(_, given)| *given) else { return Ok(()) };
    let reason = format!("{option} does not go with emotion-table, which sets it itself; leave it out");
    Err(CliError::Usage(reason))
}

/// Neutral, every mode from weak to strong, and every style likewise.
fn moods(args: &EmotionArgs) -> Result<Vec<Mood>, CliError> {
    let mut intensities = args.intensities.clone();
    intensities.sort_by(f32::total_cmp);
    intensities.dedup();
    let colours = choice::chosen(&args.modes, &args.styles)?;
    let of_colour = |colour| intensities.iter().map(move |intensity| Mood { colour, intensity: *intensity });
    Ok(std::iter::once(Mood::NEUTRAL).chain(colours.into_iter().flat_map(of_colour)).collect())
}

/// Speaks everything and measures it.
fn measure(
    args: &EmotionArgs,
    sentences: &[Sentence],
    scores: &[Arc<Score>],
    moods: &[Mood],
) -> Result<Report, CliError> {
    let rate_hz = f64::from(args.voice.rate);
    let mut bar = Progress::new("Speaking");
    let work = (moods.len() * scores.len()) as f64;
    let mut all: Vec<Gathered> = Vec::with_capacity(moods.len());
    let mut samples: Vec<Sample> = Vec::new();
    let strongest = moods.iter().map(|mood| mood.intensity).fold(0.0, f32::max);
    for mood in moods {
        let mut gathered = Gathered { mood: *mood, voices: Vec::new(), faces: Faces::default() };
        for (index, (sentence, score)) in sentences.iter().zip(scores).enumerate() {
            bar.show((all.len() * scores.len() + index) as f64, work);
            // Each sentence has a life of its own, the same in every mood.
            let take = take::speak(&args.voice, args.voice.seed.wrapping_add(index as u64), *mood, score)?;
            let voice = Voice::of(&take, rate_hz);
            let told_apart = *mood == Mood::NEUTRAL || mood.intensity == strongest;
            if let Some(mode) = mood.colour.mode().filter(|_| told_apart) {
                samples.push(Sample::of(mode, index, &voice, &take));
            }
            gathered.voices.push(voice);
            gathered.faces.add(&take);
            if let Some(folder) = &args.keep {
                take.write(&folder.join(mood.folder()), &sentence.name, args.voice.rate)?;
            }
        }
        all.push(gathered);
    }
    let (neutral, others) = all.split_at(1);
    Ok(report(args, &neutral[0], others, &samples))
}

fn report(args: &EmotionArgs, neutral: &Gathered, others: &[Gathered], samples: &[Sample]) -> Report {
    let rows = row::rows(neutral, others);
    Report {
        persona: args.voice.persona.clone(),
        seed: args.voice.seed,
        rate_hz: args.voice.rate,
        sentences: neutral.voices.len(),
        neutral: row::levels(neutral),
        neutral_face: row::face(Mood::NEUTRAL.colour, &neutral.faces, &neutral.faces),
        summary: Summary::of(&rows),
        rows,
        recognition: Recognition::of(samples),
    }
}

fn conditions(args: &EmotionArgs, scores: &[Arc<Score>]) -> String {
    let name = args.sentences.file_name().unwrap_or_default().to_string_lossy();
    let text_s: f64 = scores.iter().map(|score| f64::from(score.duration_s())).sum();
    let VoiceArgs { persona, seed, rate, .. } = &args.voice;
    format!(
        "{} lines of {name} ({text_s:.1} s), each spoken by an engine of its own that has been in its mood for a second; \
         persona {persona}, seed {seed} and up, {rate} Hz. Human figures are of intensity {HUMAN_INTENSITY}.",
        scores.len(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::{Cli, Command};
    use clap::Parser;

    fn parse(line: &[&str]) -> EmotionArgs {
        let line = [&["psivox", "emotion-table", "x.tsv"], line].concat();
        let Command::EmotionTable(args) = Cli::try_parse_from(line).expect("parses").command else {
            panic!("emotion-table")
        };
        args
    }

    #[test]
    fn neutral_comes_first_and_modes_from_weak_to_strong() {
        let all = moods(&parse(&[])).expect("moods");
        assert_eq!((all.len(), all[0]), (39, Mood::NEUTRAL));
        let risen = |pair: &[Mood]| pair[0].colour == pair[1].colour && pair[0].intensity < pair[1].intensity;
        assert!(all[1..].chunks(2).all(risen));
        assert!(all[1..23].iter().all(|mood| mood.colour.mode().is_some()), "styles come last");
        let some = ["--modes", "angry,neutral,joy", "--styles", "fry,yell", "--intensities", "1,0.2,1"];
        let names: Vec<String> =
            moods(&parse(&some)).expect("moods").iter().map(|mood| mood.folder()).collect();
        let expected = [
            "neutral",
            "happy_0.2",
            "happy_1",
            "angry_0.2",
            "angry_1",
            "shout_0.2",
            "shout_1",
            "creak_0.2",
            "creak_1",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn what_the_table_sets_is_refused() {
        assert!(check(&parse(&["--pitch", "2", "--speed", "1.1"]).voice).is_ok());
        for option in ["--valence", "--arousal", "--dominance", "--intensity"] {
            let found = check(&parse(&[option, "0.5"]).voice).expect_err("refused").to_string();
            assert!(found.contains(option), "{found}");
        }
    }
}
