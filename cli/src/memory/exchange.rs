//! `psivox memory export` and `import`: memories from one file to another.

use super::choice::choose_all;
use super::store::{open, open_or_new, write};
use crate::error::CliError;
use crate::progress;
use clap::Args;
use psivox_core::memory::MergeReport;
use std::path::{Path, PathBuf};

/// `psivox memory export`.
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// A file of memories
    #[arg(value_name = "FILE.psm")]
    pub file: PathBuf,
    /// Which: names, or # and numbers
    #[arg(required = true, value_name = "NAME|#ID")]
    pub memories: Vec<String>,
    /// Write them here
    #[arg(short, long, value_name = "FILE.psm")]
    pub output: PathBuf,
    /// Leave out what was said, and with it what a bit-exact replay needs; names and tags stay
    #[arg(long)]
    pub no_text: bool,
}

/// `psivox memory import`.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The file that takes the others in; made if it does not exist
    #[arg(value_name = "FILE.psm")]
    pub file: PathBuf,
    /// The files that are taken in; they stay as they are
    #[arg(required = true, value_name = "OTHER.psm")]
    pub others: Vec<PathBuf>,
}

/// Runs `psivox memory export`.
///
/// # Errors
/// A file cannot be read or written, or there is no such memory.
pub fn export(args: &ExportArgs) -> Result<(), CliError> {
    let bank = open(&args.file)?.bank;
    let part = bank.subset(&choose_all(&bank, &args.memories)?)?;
    if same_file(&args.file, &args.output) {
        let reason = "it is the file that is read; choose another name".to_owned();
        return Err(CliError::Output { path: args.output.clone(), reason });
    }
    write(&args.output, &part.to_bytes(!args.no_text))?;
    progress::say(&format!("{} memories are in {}", part.len(), args.output.display()));
    Ok(())
}

fn same_file(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| std::fs::canonicalize(path).ok();
    place(a).is_some_and(|a| place(b) == Some(a))
}

/// Runs `psivox memory import`.
///
/// # Errors
/// A file cannot be read or written; nothing is imported then.
pub fn import(args: &ImportArgs) -> Result<(), CliError> {
    let mut own = open_or_new(&args.file)?;
    let mut reports = Vec::new();
    for path in &args.others {
        reports.push((path, own.bank.merge(open(path)?.bank)));
    }
    own.save()?;
    for (path, report) in reports {
        tell(path, &report);
    }
    Ok(())
}

fn tell(path: &Path, report: &MergeReport) {
    let known = if report.known > 0 { format!(", {} known already", report.known) } else { String::new() };
    progress::say(&format!("{}: {} taken in{known}", path.display(), report.taken));
    for (name, renamed) in &report.renamed {
        progress::say(&format!("note: there was a '{name}' already; the new one is '{renamed}'"));
    }
    if report.without_take > 0 {
        let count = report.without_take;
        progress::say(&format!("note: {count} of them cannot be replayed; there was no room for it"));
    }
    if let Some(loss) = report.loss() {
        progress::say(&format!("note: {loss}; forget some, and import again"));
    }
}
