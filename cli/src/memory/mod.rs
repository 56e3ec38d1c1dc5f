//! `psivox memory`: look into files of memories, merge them, change them, forget.

mod change;
mod choice;
mod exchange;
mod list;
mod show;
pub mod store;

use crate::error::CliError;
use clap::Subcommand;

pub const EXAMPLES: &str = "\
Examples:
  psivox memory list lines.psm                          what is remembered, oldest first
  psivox memory list lines.psm --like \"I am sorry\"      the ways in which that was said
  psivox memory list lines.psm --emotion 0.6,0.4,0      what felt most like joy
  psivox memory show lines.psm sorry
  psivox memory rename lines.psm '#-1' sorry            the newest; a named memory never fades
  psivox memory export lines.psm sorry '#14' -o some.psm --no-text
  psivox memory import lines.psm some.psm other.psm     merges; makes lines.psm if need be
  psivox memory forget lines.psm sorry
  psivox memory forget lines.psm --texts                how it was said stays, what was said goes

A memory is named by its name, by # and its number, or by how long ago it was said: #-1 is the newest.";

/// `psivox memory`.
#[derive(Debug, Subcommand)]
pub enum MemoryCommand {
    /// List what is remembered
    List(list::ListArgs),
    /// Print all that is known about one memory
    Show(show::ShowArgs),
    /// Write some memories to a file of their own
    Export(exchange::ExportArgs),
    /// Merge other files into one
    Import(exchange::ImportArgs),
    /// Forget memories, or what was said in all of them
    Forget(change::ForgetArgs),
    /// Give a memory a name; a named one never fades
    Rename(change::RenameArgs),
    /// Keep a memory from fading, or no longer
    Pin(change::PinArgs),
    /// Replace a memory's tags
    Tag(change::TagArgs),
}

/// Runs the command.
///
/// # Errors
/// Whatever keeps it from being done; the file is as it was then.
pub fn run(command: MemoryCommand) -> Result<(), CliError> {
    match command {
        MemoryCommand::List(args) => list::run(&args),
        MemoryCommand::Show(args) => show::run(&args),
        MemoryCommand::Export(args) => exchange::export(&args),
        MemoryCommand::Import(args) => exchange::import(&args),
        MemoryCommand::Forget(args) => change::forget(&args),
        MemoryCommand::Rename(args) => change::rename(&args),
        MemoryCommand::Pin(args) => change::pin(&args),
        MemoryCommand::Tag(args) => change::tag(&args),
    }
}
