//! `psivox osc`: what is on the wire, seen from both ends.

mod calibrate;
mod click;
mod face_json;
mod listen;
mod monitor;
mod monitor_view;
mod receiver;
mod rigs;
mod screen;
mod tally;
mod targets;

use crate::error::CliError;
use clap::Subcommand;

/// The commands.
#[derive(Debug, Subcommand)]
pub enum OscCommand {
    /// Receive a face from any sender, in any protocol, and draw it in the terminal: a set-up can be tested without a rig
    #[command(after_help = listen::EXAMPLES)]
    Listen(listen::ListenArgs),
    /// Watch what a running Psivox sends: rate, losses, errors and last messages of every receiver
    #[command(after_help = monitor::EXAMPLES)]
    Monitor(monitor::MonitorArgs),
    /// Click and open the mouth once a second, to find the offset at which both come together
    #[command(after_help = calibrate::EXAMPLES)]
    Calibrate(calibrate::CalibrateArgs),
    /// List the programs that Psivox knows the settings of, with what to switch on in each
    #[command(after_help = rigs::EXAMPLES)]
    Rigs(rigs::RigsArgs),
    /// Check a file of targets, and show what it holds
    #[command(after_help = targets::EXAMPLES)]
    Targets(targets::TargetsArgs),
}

/// Runs the command.
///
/// # Errors
/// The command's own.
pub fn run(command: OscCommand) -> Result<(), CliError> {
    match command {
        OscCommand::Listen(args) => listen::run(&args),
        OscCommand::Monitor(args) => monitor::run(&args),
        OscCommand::Calibrate(args) => calibrate::run(args),
        OscCommand::Rigs(args) => rigs::run(&args),
        OscCommand::Targets(args) => targets::run(&args),
    }
}

/// How long a command runs.
///
/// # Errors
/// No such time, in words.
fn seconds(text: &str) -> Result<f64, String> {
    let number = text.parse().ok().filter(|value| (0.1..=1e6).contains(value));
    number.ok_or("expected seconds from 0.1 to 1000000".to_owned())
}

/// One line for whatever reads the standard output; `false` once nobody does any more, which is the usual end of a pipe.
///
/// # Errors
/// [`CliError::Stdout`].
fn print_line(line: &str) -> Result<bool, CliError> {
    use std::io::{ErrorKind, Write};
    let mut out = std::io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(CliError::Stdout(error)),
    }
}
