//! `psivox`: the engine without a host. Text and emotion in; sound, face and phones out.

mod ablate;
mod args;
mod batch;
mod contour;
mod duet;
mod emotion;
mod error;
mod field;
mod formats;
mod gains;
mod interrupt;
mod live;
mod mechanism;
mod memory;
mod memory_bench;
mod mood;
mod notes;
mod numbers;
mod observe;
mod osc;
mod output;
#[cfg(feature = "play")]
mod play;
#[cfg(not(feature = "play"))]
#[path = "play_missing.rs"]
mod play;
mod progress;
mod recall;
mod render;
mod say;
mod script;
mod sentence_table;
mod sentences;
mod shape;
mod sing;
mod song_file;
mod tracks;
mod usage;
mod visemes;
mod voice_args;
mod window;
mod wire_args;
mod words;

use args::{Cli, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return args::explain(&error),
    };
    interrupt::listen();
    let outcome = match cli.command {
        Command::Say(args) => say::run(&args),
        Command::Batch(args) => batch::run(&args),
        Command::Sing(args) => sing::run(args),
        Command::Ablate(args) => ablate::run(args),
        Command::Duet(args) => duet::run(&args),
        Command::EmotionTable(args) => emotion::run(&args),
        Command::MemoryBench(args) => memory_bench::run(&args),
        Command::Field(command) => field::run(command),
        Command::Osc(command) => osc::run(command),
        Command::Memory(command) => memory::run(command),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress::say(&format!("psivox: {error}"));
            ExitCode::from(error.exit_code())
        }
    }
}
