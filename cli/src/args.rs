//! What can be typed after `psivox`.

use crate::field::FieldCommand;
use crate::memory::MemoryCommand;
use crate::observe::ObserveArgs;
use crate::osc::OscCommand;
use crate::recall::RecallArgs;
use crate::tracks::{FaceArgs, TrackArgs};
use crate::visemes::VisemeSet;
pub use crate::voice_args::{VoiceArgs, VoiceChoice};
use crate::wire_args::WireArgs;
use clap::{Args, Parser, Subcommand};
use psivox_wire::subtitle::SubtitleFormat;
use std::path::PathBuf;
use std::process::ExitCode;

const EXAMPLES: &str = "\
Examples:
  psivox say \"Hello there.\"                                   writes psivox.wav
  psivox say \"Well done!\" -o joy.wav --valence 0.8 --arousal 0.5
  psivox say \"Hello there.\" --face face.csv --phones phones.tsv
  psivox say \"Hello there.\" -o a.wav --subtitles a.srt --visemes a.tsv --viseme-set rhubarb
  psivox say \"Hello there.\" -o a.wav --face a.csv --face-format livelink-csv
  psivox say \"Hello there.\" --osc vmc:127.0.0.1:39539         moves an avatar (VSeeFace, Warudo, ...)
  echo \"Read this.\" | psivox say - -o read.wav
  psivox batch sentences.tsv out/                             one WAV, face and phone table per line
  psivox batch sentences.tsv out/ --subtitles srt --face-format jsonl --face-rate 120
  psivox say \"I am sorry.\" --memory lines.psm --remember sorry --mood sad
  psivox say --memory lines.psm --replay sorry                the same again, bit by bit
  psivox say \"It will rain.\" --memory lines.psm --like sorry  something else in that way
  psivox osc listen 39539                                     draws any face that is sent to this port";

/// Speaks text with a voice and the face that belongs to it.
#[derive(Debug, Parser)]
#[command(name = "psivox", version, about, arg_required_else_help = true)]
#[command(after_help = format!("{EXAMPLES}\n\n`psivox say --help` explains every option."))]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Speak one text into files, to an avatar or aloud
    #[command(after_help = EXAMPLES)]
    Say(Box<SayArgs>),
    /// Speak every line of a file into a folder, and print one line of figures as JSON
    Batch(BatchArgs),
    /// Sing a song file, or a scale
    Sing(crate::sing::SingArgs),
    /// Switch the field's mechanisms off one at a time and measure what each does
    #[command(after_help = crate::ablate::EXAMPLES)]
    Ablate(crate::ablate::AblateArgs),
    /// Let two speakers hear each other's rhythm, one on the left, one on the right
    #[command(after_help = crate::duet::EXAMPLES)]
    Duet(crate::duet::DuetArgs),
    /// Speak sentences in every mode of emotion and measure voice and face against what people do
    #[command(after_help = crate::emotion::EXAMPLES)]
    EmotionTable(crate::emotion::EmotionArgs),
    /// Remember twelve manners, say other sentences in them, blend them, and measure it
    #[command(after_help = crate::memory_bench::EXAMPLES)]
    MemoryBench(crate::memory_bench::MemoryBenchArgs),
    /// Look into the field that speaks, change it, or fit what it expects of speech
    #[command(subcommand)]
    Field(FieldCommand),
    /// Look at faces on the network: draw what arrives, watch what is sent, align it with the sound
    #[command(subcommand)]
    Osc(OscCommand),
    /// Look into files of memories, merge them, change them, forget
    #[command(subcommand, after_help = crate::memory::EXAMPLES)]
    Memory(MemoryCommand),
}

/// `psivox say`.
#[derive(Debug, Args)]
pub struct SayArgs {
    /// What to say, in quotes; `-` reads it from the standard input
    #[arg(required_unless_present = "replay", conflicts_with = "replay")]
    pub text: Option<String>,
    /// Write the sound here: WAV, mono, 16 bit. With no output option at all it goes to psivox.wav
    #[arg(short, long, value_name = "FILE.wav")]
    pub output: Option<PathBuf>,
    /// The files beside the sound.
    #[command(flatten)]
    pub tracks: TrackArgs,
    /// Play the sound through the default audio device
    #[arg(long)]
    pub play: bool,
    /// Where the face goes.
    #[command(flatten)]
    pub wire: WireArgs,
    /// What the field tells into files.
    #[command(flatten)]
    pub readings: ObserveArgs,
    /// What is remembered and recalled.
    #[command(flatten)]
    pub recall: RecallArgs,
    /// Who speaks and how.
    #[command(flatten)]
    pub voice: VoiceArgs,
}

/// `psivox batch`.
#[derive(Debug, Args)]
pub struct BatchArgs {
    /// One sentence a line: a name, a tab, the text. Alternatives after "||" are not spoken
    #[arg(value_name = "SENTENCES.tsv")]
    pub sentences: PathBuf,
    /// Folder for NAME.wav, NAME.face.csv and NAME.phones.tsv; made if it does not exist
    #[arg(value_name = "OUTDIR")]
    pub folder: PathBuf,
    /// How faces are made and written.
    #[command(flatten)]
    pub faces: FaceArgs,
    /// Write subtitles too: NAME.srt, NAME.vtt or NAME.lrc
    #[arg(long, value_name = "srt|vtt|lrc")]
    pub subtitles: Option<SubtitleFormat>,
    /// Write the mouth pictures of this set and their times too: NAME.visemes.tsv
    #[arg(long, value_enum, value_name = "NAME")]
    pub visemes: Option<VisemeSet>,
    /// Who speaks and how.
    #[command(flatten)]
    pub voice: VoiceArgs,
}

pub(crate) fn sample_rate(text: &str) -> Result<u32, String> {
    let expected = "expected whole samples per second from 44100 to 192000, such as 48000";
    text.parse().ok().filter(|rate| (44_100..=192_000).contains(rate)).ok_or(expected.to_owned())
}

/// Help and version as they are; any mistake as one sentence.
pub fn explain(error: &clap::Error) -> ExitCode {
    use clap::error::ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    if !error.use_stderr() || error.kind() == DisplayHelpOnMissingArgumentOrSubcommand {
        let _ = error.print();
    } else {
        crate::progress::say(&format!(
            "psivox: {}; `psivox --help` shows how",
            sentence(&error.render().to_string())
        ));
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

/// The statement of a report and its tip, without the lines on usage.
fn sentence(report: &str) -> String {
    let useful = |part: &&str| !part.starts_with("Usage:") && !part.starts_with("For more information");
    let joined = |part: &str| part.lines().map(str::trim).collect::<Vec<_>>().join(" ");
    let parts: Vec<String> = report.split("\n\n").map(str::trim).filter(useful).map(joined).collect();
    parts.join("; ").trim_start_matches("error: ").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use psivox_core::engine::{Ablation, Control};

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_persona_is_in_the_help() {
        let help = Cli::try_parse_from(["psivox", "say", "--help"]).expect_err("help").to_string();
        let personas = psivox_core::Persona::factory();
        assert!(!personas.is_empty());
        for persona in personas {
            assert!(help.contains(&persona.name), "{}", persona.name);
        }
    }

    #[test]
    fn negative_numbers_are_values() {
        let cli = Cli::try_parse_from(["psivox", "say", "hi", "--valence", "-0.6", "--dominance=-1"])
            .expect("parses");
        let Command::Say(args) = cli.command else { panic!("say") };
        assert_eq!(args.voice.controls(), [(Control::Valence, -0.6), (Control::Dominance, -1.0)]);
        assert_eq!(args.voice.ablation(), Ablation::default());
    }

    #[test]
    fn a_voice_is_shaped() {
        let line = ["psivox", "say", "hi", "--size=-10", "--tilt", "-2.5", "--eq", "low:200:-3,3000:4:1.5"];
        let Command::Say(args) = Cli::try_parse_from(line).expect("parses").command else { panic!("say") };
        let expected = [(Control::SizePercent, -10.0), (Control::TiltDbPerOctave, -2.5)];
        assert_eq!(args.voice.controls(), expected);
        assert_eq!(args.voice.shape.eq.len(), 2);
    }

    #[test]
    fn field_and_face_are_scaled_by_one_option_each() {
        let options = [
            ("--tremor=0.5", Control::TremorSt),
            ("--coupling=0.5", Control::FieldCoupling),
            ("--lag=0.5", Control::FieldLag),
            ("--grammar=0.5", Control::FieldGrammar),
            ("--learning=0.5", Control::FieldLearning),
            ("--prediction=0.5", Control::FieldPrediction),
            ("--face-strength=0.5", Control::FaceStrength),
            ("--face-jaw=0.5", Control::FaceJaw),
            ("--face-expression=0.5", Control::FaceExpression),
            ("--face-gaze=0.5", Control::FaceGaze),
            ("--blink-rate=0.5", Control::BlinkRate),
            ("--face-head=0.5", Control::FaceHead),
            ("--face-idle=0.5", Control::FaceIdle),
        ];
        let help = Cli::try_parse_from(["psivox", "say", "--help"]).expect_err("help").to_string();
        for (option, control) in options {
            let cli = Cli::try_parse_from(["psivox", "say", "hi", option]).expect("parses");
            let Command::Say(args) = cli.command else { panic!("say") };
            assert_eq!(args.voice.controls(), [(control, 0.5)], "{option}");
            assert!(help.contains(option.trim_end_matches("=0.5")), "{option}");
        }
    }

    #[test]
    fn every_voice_is_in_the_help() {
        let help = Cli::try_parse_from(["psivox", "say", "--help"]).expect_err("help").to_string();
        for person in psivox_core::Planner::people().expect("the voices that ship") {
            assert!(help.contains(&person.name), "{}", person.name);
        }
    }

    #[test]
    fn mechanisms_are_named_in_a_list() {
        let cli =
            Cli::try_parse_from(["psivox", "say", "hi", "--without", "coupling,micro"]).expect("parses");
        let Command::Say(args) = cli.command else { panic!("say") };
        assert_eq!(args.voice.ablation(), Ablation { coupling: true, micro: true, ..Ablation::default() });
    }

    #[test]
    fn numbers_out_of_range_are_refused() {
        for bad in [
            "--valence=2",
            "--arousal=nan",
            "--intensity=-0.1",
            "--rate=8000",
            "--rate=1e5",
            "--seed=-1",
            "--speed=9",
            "--range=2.1",
            "--size=-21",
            "--tension=nan",
            "--breath=-0.1",
            "--tilt=7",
            "--articulation=3",
            "--vibrato-hz=2",
            "--vibrato-st=2.5",
            "--f0-weight=0.5",
            "--eq=100",
            "--eq=1:2:3",
            "--formant-bandwidth=0.4",
            "--tremor=2.1",
            "--coupling=-0.1",
            "--lag=nan",
            "--grammar=1.5",
            "--learning=3",
            "--prediction=-1",
            "--face-strength=2.1",
            "--face-jaw=x",
            "--face-expression=-1",
            "--face-gaze=9",
            "--blink-rate=3.5",
            "--face-head=inf",
            "--face-idle=-0.5",
        ] {
            assert!(Cli::try_parse_from(["psivox", "say", "hi", bad]).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_report_becomes_one_sentence() {
        let report =
            |line: &[&str]| sentence(&Cli::try_parse_from(line).expect_err("wrong").render().to_string());
        let bad = report(&["psivox", "say", "hi", "--osc", "localhost:39539"]);
        assert!(bad.contains("vmc:HOST:PORT") && !bad.contains('\n') && !bad.contains("Usage"), "{bad}");
        assert!(report(&["psivox", "say"]).contains("TEXT"));
        assert!(report(&["psivox", "say", "hi", "--facs", "x"]).contains("--face"));
    }
}
