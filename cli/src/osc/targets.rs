//! `psivox osc targets`: a file of targets, checked.

use crate::error::CliError;
use crate::wire_args::read_list;
use clap::Args;
use std::path::PathBuf;

pub const EXAMPLES: &str = "\
Examples:
  psivox osc targets studio.json                        shows the targets, one a line
  psivox osc targets studio.json --check                says nothing unless something is wrong
  psivox say \"Hello there.\" --targets studio.json       sends to all of them";

/// `psivox osc targets`.
#[derive(Debug, Args)]
pub struct TargetsArgs {
    /// A JSON list of targets, as the plug-in and `psivox osc calibrate` write them
    #[arg(value_name = "FILE.json")]
    pub file: PathBuf,
    /// Only check it: no output where all is well
    #[arg(long)]
    pub check: bool,
}

/// Runs the command.
///
/// # Errors
/// A file that cannot be read, or a target that cannot be.
pub fn run(args: &TargetsArgs) -> Result<(), CliError> {
    let targets = read_list(&args.file)?;
    if args.check {
        return Ok(());
    }
    for target in &targets {
        let state = if target.on { "on " } else { "off" };
        if !super::print_line(&format!("{state}  {}  {}", target.label(), target.line()))? {
            break;
        }
    }
    Ok(())
}
