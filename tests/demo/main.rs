//! The demonstration: the bundled plugin speaks in a host of this process while its face comes back over OSC.
//!
//! ```text
//! Psivox.clap ◄─ text, arousal, note ─ host ─► speech.wav, picture.png
//!      └─ UDP ─► receiver ─► face.csv, picture.png
//! ```
//!
//! Writes the files and says what it saw; the exit code is not 0 if anything was silent or missing.

mod canvas;
mod host;
mod picture;
mod pitch;
mod receive;
mod reference;
mod report;
mod script;
mod spectrogram;

use anyhow::{Context, Result, bail};
use host::Host;
use lexopt::prelude::*;
use receive::{Heard, Receiver};
use reference::Reference;
use report::Report;
use script::{BLOCK_SAMPLES, PERSONA, SAMPLE_RATE_HZ, SPEAK_BLOCK, TEXT};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

const USAGE: &str = "usage: demo --clap Psivox.clap [--out FOLDER]";

/// What the command line says.
struct Options {
    /// The bundle.
    clap: PathBuf,
    /// Where the files go.
    out: PathBuf,
}

/// What came out of the plugin.
struct Performance {
    sound: Vec<f32>,
    heard: Heard,
    /// Blocks that were rendered later than they would have been heard.
    late_blocks: usize,
}

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("demo: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<bool> {
    let options = read_options()?;
    std::fs::create_dir_all(&options.out).with_context(|| format!("no folder {}", options.out.display()))?;
    let reference = reference::perform().context("the engine alone fails")?;
    let performance = perform(&options.clap, &reference)?;
    let pitch = pitch::track(&performance.sound, SAMPLE_RATE_HZ as f32);
    let [wav, csv, png] = ["speech.wav", "face.csv", "picture.png"].map(|name| options.out.join(name));
    write_wav(&wav, &performance.sound)?;
    std::fs::write(&csv, performance.heard.to_csv())
        .with_context(|| format!("{} cannot be written", csv.display()))?;
    let jaw = performance.heard.curve("jawOpen");
    picture::Scene { sound: &performance.sound, jaw: &jaw, pitch: &pitch, reference: &reference, text: TEXT }
        .draw(&png)?;
    let report = Report {
        sound: &performance.sound,
        heard: &performance.heard,
        late_blocks: performance.late_blocks,
        pitch: &pitch,
        reference: &reference,
    };
    Ok(report.print(&[wav, csv, png]))
}

fn read_options() -> Result<Options> {
    let (mut clap, mut out) = (None, PathBuf::from("target/demo"));
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("clap") => clap = Some(PathBuf::from(parser.value()?)),
            Long("out") => out = parser.value()?.into(),
            Short('h') | Long("help") => {
                println!("{USAGE}");
                std::process::exit(0);
            }
            other => bail!("{}\n{USAGE}", other.unexpected()),
        }
    }
    Ok(Options { clap: clap.with_context(|| format!("no bundle was named\n{USAGE}"))?, out })
}

/// Plays the script through the plugin, block by block as a sound card would ask for them.
fn perform(clap: &Path, reference: &Reference) -> Result<Performance> {
    let receiver = Receiver::listen()?;
    let mut host = Host::load(clap)?;
    let arousal = host.lane("Arousal")?;
    host.set_line([("text", TEXT), ("persona", PERSONA), ("osc_target", &receiver.target())])?;
    let mut player = host.start(f64::from(SAMPLE_RATE_HZ), BLOCK_SAMPLES as u32)?;
    let mut sound = Vec::with_capacity(reference.sound.len());
    let mut late_blocks = 0;
    let began = Instant::now();
    for block in 0..reference.sound.len() / BLOCK_SAMPLES {
        let due = began + block_time(block);
        late_blocks += usize::from(Instant::now() > due + block_time(1));
        std::thread::sleep(due.saturating_duration_since(Instant::now()));
        let speak = (block == SPEAK_BLOCK).then_some(0);
        let value = f64::from(reference.rise.arousal_of_block(block));
        sound.extend(player.block(BLOCK_SAMPLES, speak, (arousal, script::arousal_range(), value))?);
        host.idle();
    }
    host.stop(player);
    drop(host);
    Ok(Performance { sound, heard: receiver.finish(began)?, late_blocks })
}

/// How long `blocks` blocks sound.
fn block_time(blocks: usize) -> Duration {
    Duration::from_secs_f64((blocks * BLOCK_SAMPLES) as f64 / f64::from(SAMPLE_RATE_HZ))
}

/// 24 bits: below them is nothing to hear.
fn write_wav(path: &Path, sound: &[f32]) -> Result<()> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SAMPLE_RATE_HZ,
        bits_per_sample: 24,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer =
        hound::WavWriter::create(path, spec).with_context(|| format!("no file {}", path.display()))?;
    for sample in sound {
        // NaN becomes 0 in the file; the report names it.
        writer.write_sample((sample.clamp(-1.0, 1.0) * 8_388_607.0) as i32)?;
    }
    writer.finalize().with_context(|| format!("{} cannot be completed", path.display()))
}
