//! `psivox field`: look into the field that speaks, change it, fit what it expects of speech.

mod fit;
mod modes;
mod options;
mod picture;
mod portrait;
mod report;
mod set;
mod show;

pub use modes::table;
pub use options::{FieldArgs, read_field};

use crate::error::CliError;
use clap::Subcommand;

/// `psivox field`.
#[derive(Debug, Subcommand)]
pub enum FieldCommand {
    /// Speak a text and print what the field is and did
    #[command(after_help = show::EXAMPLES)]
    Show(show::ShowArgs),
    /// Fit what the field expects of speech to its own observations of spoken sentences
    #[command(after_help = fit::EXAMPLES)]
    Fit(fit::FitArgs),
    /// Change values of a preset
    #[command(after_help = set::EXAMPLES)]
    Set(set::SetArgs),
}

/// Runs the command.
///
/// # Errors
/// Whatever keeps it from being done; nothing half-written stays behind.
pub fn run(command: FieldCommand) -> Result<(), CliError> {
    match command {
        FieldCommand::Show(args) => show::run(&args),
        FieldCommand::Fit(args) => fit::run(args),
        FieldCommand::Set(args) => set::run(&args),
    }
}
