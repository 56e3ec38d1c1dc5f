//! `psivox sing`: a song file, or a scale, into sound, face and phones.

use crate::args::VoiceArgs;
use crate::error::CliError;
use crate::formats::WavFile;
use crate::output::check_distinct;
use crate::progress::{self, Progress};
use crate::render::{self, Block, Narrator, Sink};
use crate::script::OneLine;
use crate::song_file;
use crate::tracks::{TrackArgs, Tracks};
use clap::Args;
use psivox_core::song::{Song, SongError};
use std::path::PathBuf;

/// Where the scale starts before it is moved to the singer's octave: A3.
const SCALE_FROM_MIDI: f32 = 57.0;

/// How far above the mean of their speech people sing with ease, st.
const SINGING_ABOVE_SPEECH_ST: f32 = 3.0;

const EXAMPLES: &str = "\
Examples:
  psivox sing presets/songs/twinkle.song -o twinkle.wav
  psivox sing song.txt -o low.wav --persona ember --pitch -2
  psivox sing --scale -o scale.wav --phones scale.tsv
  psivox sing presets/songs/twinkle.song -o twinkle.wav --subtitles twinkle.lrc
  psivox sing score.musicxml -o aria.wav
  psivox sing project.ustx --part 2 --to-song aria.song   writes a song file that can be edited

docs/SONG.md describes song files, docs/IMPORT.md what is read of MusicXML, USTX and MIDI.";

/// `psivox sing`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub struct SingArgs {
    /// The song: a line a note, such as `C4 1 la`; or MusicXML (.musicxml, .xml, .mxl), OpenUtau's .ustx, MIDI with lyrics
    #[arg(value_name = "SONG", required_unless_present = "scale", conflicts_with = "scale")]
    pub song: Option<PathBuf>,
    /// Which part of a MusicXML, USTX or MIDI file, counted from 1 [default: the first one with words]
    #[arg(long, value_name = "N", conflicts_with = "scale")]
    pub part: Option<usize>,
    /// Write the song as a song file and sing nothing
    #[arg(long, value_name = "OUT.song")]
    pub to_song: Option<PathBuf>,
    /// Sing a major scale up and down in place of a song
    #[arg(long)]
    pub scale: bool,
    /// Sing in the octave that is written; otherwise the song moves by octaves to where the singer is at ease
    #[arg(long)]
    pub keep_octave: bool,
    /// Write the sound here: WAV, mono, 16 bit
    #[arg(short, long, value_name = "FILE.wav", default_value = "psivox.wav")]
    pub output: PathBuf,
    /// The files beside the sound.
    #[command(flatten)]
    pub tracks: TrackArgs,
    /// Who sings and how; --pitch transposes the song, --speed changes its tempo.
    #[command(flatten)]
    pub voice: VoiceArgs,
}

/// Runs the command.
///
/// # Errors
/// Whatever keeps the song from being sung or written; nothing half-written stays behind.
pub fn run(mut args: SingArgs) -> Result<(), CliError> {
    let song = match &args.song {
        Some(path) => song_file::read(path, args.part)?,
        None => Song::scale(SCALE_FROM_MIDI),
    };
    if let Some(path) = &args.to_song {
        return song_file::write(path, &song);
    }
    // A song has a pitch and a tempo of its own: they are changed there and not while it sounds.
    let transposed_st = args.voice.pitch.take().unwrap_or(0.0);
    let faster = args.voice.speed.take().unwrap_or(1.0);
    let song = Song { tempo_bpm: song.tempo_bpm * faster, ..song };
    let face_rate_hz = args.tracks.faces.rate_hz(&[]);
    let narrator = Narrator::load_with(&args.voice, render::config(&args.voice, face_rate_hz as f32))?;
    let planner = &narrator.planner;
    let at_ease_hz = planner.person().f0_mean_hz * (SINGING_ABOVE_SPEECH_ST / 12.0).exp2();
    let (song, octaves) = if args.keep_octave { (song, 0) } else { song.in_octave_of(at_ease_hz) };
    if octaves != 0 {
        let (count, way) = (octaves.abs(), if octaves < 0 { "lower" } else { "higher" });
        let plural = if count == 1 { "" } else { "s" };
        progress::say(&format!(
            "note: sung {count} octave{plural} {way} (--keep-octave keeps it as written)"
        ));
    }
    let sung = planner.sing(&song.transposed(transposed_st)).map_err(|error| refused(&args, &error))?;
    let mut outputs = Outputs::open(&args, face_rate_hz)?;
    let mut stage = narrator.stage;
    let mut bar = Progress::new("Singing");
    let performance =
        stage.perform(&mut OneLine::new(sung.score), &mut outputs, |share| bar.show(share, 1.0))?;
    drop(bar);
    outputs.sound.finish()?;
    // A song's words come without marks.
    outputs.tracks.finish(&performance, "")?;
    let length_s = performance.total_samples as f64 / f64::from(args.voice.rate);
    let first = sung.first_beat_s;
    progress::say(&format!(
        "{length_s:.1} s of song are in {}; beat 0 is at {first:.3} s",
        args.output.display()
    ));
    Ok(())
}

fn refused(args: &SingArgs, error: &SongError) -> CliError {
    let path = args.song.clone().unwrap_or_else(|| PathBuf::from("the scale"));
    CliError::Input { path, reason: error.to_string() }
}

/// Everything that the rendering feeds.
struct Outputs {
    sound: WavFile,
    tracks: Tracks,
}

impl Outputs {
    /// Opens all of them, so that what cannot work fails before any work is done.
    fn open(args: &SingArgs, face_rate_hz: u32) -> Result<Self, CliError> {
        let [face, phones, subtitles, visemes] = args.tracks.paths();
        check_distinct(&[Some(&args.output), face, phones, subtitles, visemes])?;
        let plan = args.tracks.plan(false)?;
        Ok(Self {
            sound: WavFile::create(&args.output, args.voice.rate)?,
            tracks: Tracks::open(&plan, args.voice.rate, face_rate_hz)?,
        })
    }
}

impl Sink for Outputs {
    fn take(&mut self, block: &Block) -> Result<(), CliError> {
        self.sound.take(block)?;
        self.tracks.take(block)
    }
}
