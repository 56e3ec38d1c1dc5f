//! `psivox batch`: every line of a file into a folder, and the cost of it as one line of JSON.

use crate::args::BatchArgs;
use crate::error::CliError;
use crate::formats::WavFile;
use crate::output::make_folder;
use crate::progress::Progress;
use crate::render::{self, Block, Narrator, Sink};
use crate::script::OneLine;
use crate::sentences::{self, Sentence};
use crate::tracks::{TrackPlan, Tracks};
use crate::usage::{CpuWatch, peak_memory_mb};
use psivox_wire::record::FaceFormat;
use serde::Serialize;
use std::io::Write;
use std::path::Path;
use std::time::Instant;

/// What is printed on the standard output. Figures that the system does not tell are `null`.
#[derive(Debug, Serialize)]
struct Report {
    /// Length of all sound written, in s.
    audio_s: f64,
    /// CPU time of the process from the loaded voice to the last file, in s: planning, rendering, writing.
    cpu_s: Option<f64>,
    /// `audio_s / cpu_s`.
    x_realtime: Option<f64>,
    /// Peak resident memory of the process in MB (2^20 bytes).
    rss_mb: Option<f64>,
    /// Median over the sentences of the time from the text to the first 64 samples, in ms.
    first_sample_ms: f64,
}

/// Runs the command.
///
/// # Errors
/// A damaged sentence file is refused before anything is spoken. A text that cannot be spoken ends the run;
/// the lines before it are complete, nothing of it is left.
pub fn run(args: &BatchArgs) -> Result<(), CliError> {
    let sentences = sentences::read(&args.sentences)?;
    make_folder(&args.folder)?;
    let face_rate_hz = args.faces.rate_hz(&[]);
    let mut narrator = Narrator::load_with(&args.voice, render::config(&args.voice, face_rate_hz as f32))?;
    let watch = CpuWatch::start();
    let mut bar = Progress::new("Speaking");
    let mut first_samples_ms = Vec::with_capacity(sentences.len());
    let mut audio_samples = 0;
    for (index, sentence) in sentences.iter().enumerate() {
        let share = |part: f64| (index as f64 + part.min(1.0), sentences.len() as f64);
        let spoken = speak(args, &mut narrator, sentence, |part| bar.show(share(part).0, share(part).1))?;
        first_samples_ms.push(spoken.first_sample_ms);
        audio_samples += spoken.total_samples;
    }
    drop(bar);
    let audio_s = audio_samples as f64 / f64::from(args.voice.rate);
    let cpu_s = watch.elapsed_s();
    print(&Report {
        audio_s: rounded(audio_s, 3),
        cpu_s: cpu_s.map(|cpu_s| rounded(cpu_s, 6)),
        x_realtime: cpu_s.filter(|cpu_s| *cpu_s > 0.0).map(|cpu_s| rounded(audio_s / cpu_s, 2)),
        rss_mb: peak_memory_mb().map(|rss_mb| rounded(rss_mb, 1)),
        first_sample_ms: rounded(median(&mut first_samples_ms), 3),
    })
}

struct Spoken {
    first_sample_ms: f64,
    total_samples: u64,
}

fn speak(
    args: &BatchArgs,
    narrator: &mut Narrator,
    sentence: &Sentence,
    progress: impl FnMut(f64),
) -> Result<Spoken, CliError> {
    let place = |ending: &str| args.folder.join(format!("{}.{ending}", sentence.name));
    let rate_hz = args.voice.rate;
    let face_format = args.faces.face_format.unwrap_or(FaceFormat::Csv);
    let plan = TrackPlan {
        face: Some((place(&format!("face.{}", face_format.extension())), face_format)),
        phones: Some(place("phones.tsv")),
        subtitles: args.subtitles.map(|format| (place(format.name()), format)),
        visemes: args.visemes.map(|set| (place("visemes.tsv"), set)),
    };
    let mut files = Files {
        sound: WavFile::create(&place("wav"), rate_hz)?,
        tracks: Tracks::open(&plan, rate_hz, args.faces.rate_hz(&[]))?,
    };
    let start = Instant::now();
    let plan = narrator.plan(&sentence.text).map_err(|error| at_line(&args.sentences, sentence, &error))?;
    let spoken = narrator.perform(&mut OneLine::new(plan.score), &mut files, progress)?;
    files.sound.finish()?;
    files.tracks.finish(&spoken, &sentence.text)?;
    let first_sample_ms = 1e3 * spoken.first_block.duration_since(start).as_secs_f64();
    Ok(Spoken { first_sample_ms, total_samples: spoken.total_samples })
}

fn at_line(path: &Path, sentence: &Sentence, error: &CliError) -> CliError {
    CliError::Line { path: path.to_owned(), line: sentence.line, reason: error.to_string() }
}

struct Files {
    sound: WavFile,
    tracks: Tracks,
}

impl Sink for Files {
    fn take(&mut self, block: &Block) -> Result<(), CliError> {
        self.sound.take(block)?;
        self.tracks.take(block)
    }
}

fn print(report: &Report) -> Result<(), CliError> {
    let line = serde_json::to_string(report).map_err(|error| CliError::Stdout(error.into()))?;
    writeln!(std::io::stdout(), "{line}").map_err(CliError::Stdout)
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10f64.powi(digits);
    (value * scale).round() / scale
}

/// The middle value, or the mean of the two middle ones; 0 of none.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        length if length % 2 == 1 => values[middle],
        _ => 0.5 * (values[middle - 1] + values[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians() {
        assert_eq!(median(&mut []), 0.0);
        assert_eq!(median(&mut [3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(&mut [4.0, 1.0, 2.0, 3.0]), 2.5);
    }

    #[test]
    fn the_report_has_its_five_keys_in_order() {
        let report = Report {
            audio_s: 1.5,
            cpu_s: Some(0.5),
            x_realtime: Some(3.0),
            rss_mb: None,
            first_sample_ms: 2.25,
        };
        let expected = r#"{"audio_s":1.5,"cpu_s":0.5,"x_realtime":3.0,"rss_mb":null,"first_sample_ms":2.25}"#;
        assert_eq!(serde_json::to_string(&report).expect("JSON"), expected);
    }
}
