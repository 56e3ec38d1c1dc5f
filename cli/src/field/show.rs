//! `psivox field show`: what the field is, and what it did while it spoke.

use crate::args::VoiceArgs;
use crate::error::CliError;
use crate::field::picture;
use crate::field::portrait::Portrait;
use crate::field::report::report;
use crate::output::{PendingFile, explain};
use crate::progress::Progress;
use crate::render::Narrator;
use clap::Args;
use psivox_core::Persona;
use psivox_core::field::FieldSpec;
use std::io::Write;
use std::path::PathBuf;

pub const EXAMPLES: &str = "\
Examples:
  psivox field show                                           the field that ships, saying a sentence of its own
  psivox field show \"Stop! Who is there?\" -o field.svg        with a picture
  psivox field show --field tight --json > tight.json
  psivox field show \"On the beat.\" --bpm 120 --beat 0.8";

/// What is said if nothing else is.
const SENTENCE: &str =
    "One clock moves the voice and the face, so every syllable opens the jaw, and every stress can nod.";

/// `psivox field show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// What to say [default: a sentence of its own]
    pub text: Option<String>,
    /// Draw couplings, phases, order and energy here: SVG
    #[arg(short, long, value_name = "PICTURE.svg")]
    pub output: Option<PathBuf>,
    /// Print everything as one JSON object
    #[arg(long)]
    pub json: bool,
    /// Who speaks and how.
    #[command(flatten)]
    pub voice: VoiceArgs,
}

/// Runs the command.
///
/// # Errors
/// Whatever keeps the text from being spoken or the picture from being written; nothing half-written stays behind.
pub fn run(args: &ShowArgs) -> Result<(), CliError> {
    let persona = Persona::named(&args.voice.persona)?;
    let suits = || Ok::<_, CliError>(persona.field_spec()?.map_or_else(|| FieldSpec::named("default"), Ok)?);
    let spec = args.voice.field.spec()?.map_or_else(suits, Ok)?;
    let text = args.text.as_deref().unwrap_or(SENTENCE);
    let narrator = Narrator::load(&args.voice)?;
    let output = args.output.as_deref().map(PendingFile::create).transpose()?;
    let mut bar = Progress::new("Speaking");
    let portrait = Portrait::take(narrator, &spec, &args.voice.persona, text, |share| bar.show(share, 1.0))?;
    drop(bar);
    if let Some((mut file, pending)) = output {
        let svg = picture::draw(&portrait).map_err(|reason| CliError::Output {
            path: pending.path().to_owned(),
            reason: format!("{reason}; leave the picture out and report this"),
        })?;
        file.write_all(svg.as_bytes()).map_err(|error| explain(pending.path(), &error))?;
        drop(file);
        pending.commit()?;
    }
    let printed = if args.json {
        serde_json::to_string(&portrait).map_err(|error| CliError::Stdout(error.into()))? + "\n"
    } else {
        report(&portrait)
    };
    std::io::stdout().write_all(printed.as_bytes()).map_err(CliError::Stdout)
}
