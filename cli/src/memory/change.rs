//! `psivox memory forget`, `rename`, `pin` and `tag`.

use super::choice::{choose_all, title};
use super::store::open;
use crate::error::CliError;
use crate::progress;
use clap::Args;
use std::path::PathBuf;

/// `psivox memory forget`.
#[derive(Debug, Args)]
pub struct ForgetArgs {
    /// A file of memories
    #[arg(value_name = "FILE.psm")]
    pub file: PathBuf,
    /// Which: names, or # and numbers
    #[arg(conflicts_with_all = ["all", "texts"], value_name = "NAME|#ID")]
    pub memories: Vec<String>,
    /// All memories and the session's history
    #[arg(long, conflicts_with = "texts")]
    pub all: bool,
    /// What was said in all of them, but not how; they cannot be replayed then
    #[arg(long)]
    pub texts: bool,
}

/// `psivox memory rename`.
#[derive(Debug, Args)]
pub struct RenameArgs {
    /// A file of memories
    #[arg(value_name = "FILE.psm")]
    pub file: PathBuf,
    /// Its name, or # and its number
    #[arg(value_name = "NAME|#ID")]
    pub memory: String,
    /// Its new name; "" takes the name away
    #[arg(value_name = "NEW")]
    pub name: String,
}

/// `psivox memory pin`.
#[derive(Debug, Args)]
pub struct PinArgs {
    /// A file of memories
    #[arg(value_name = "FILE.psm")]
    pub file: PathBuf,
    /// Its name, or # and its number
    #[arg(value_name = "NAME|#ID")]
    pub memory: String,
    /// Let it fade again
    #[arg(long)]
    pub off: bool,
}

/// `psivox memory tag`.
#[derive(Debug, Args)]
pub struct TagArgs {
    /// A file of memories
    #[arg(value_name = "FILE.psm")]
    pub file: PathBuf,
    /// Its name, or # and its number
    #[arg(value_name = "NAME|#ID")]
    pub memory: String,
    /// Its tags from now on; none takes all away
    #[arg(value_name = "TAG")]
    pub tags: Vec<String>,
}

/// Runs `psivox memory forget`.
///
/// # Errors
/// The file cannot be read or written, or there is no such memory; nothing is forgotten then.
pub fn forget(args: &ForgetArgs) -> Result<(), CliError> {
    if args.memories.is_empty() && !args.all && !args.texts {
        let reason = "nothing is named to be forgotten; give names, # and numbers, --all or --texts";
        return Err(CliError::Usage(reason.to_owned()));
    }
    let mut own = open(&args.file)?;
    let before = own.bank.len();
    if args.all {
        own.bank.clear();
    } else if args.texts {
        own.bank.forget_texts();
    } else {
        for id in choose_all(&own.bank, &args.memories)? {
            own.bank.forget(id)?;
        }
    }
    own.save_forgetting()?;
    let (file, left) = (args.file.display(), own.bank.len());
    progress::say(&match args.texts {
        true => format!("{file}: the texts of {left} memories are forgotten"),
        false => format!("{file}: {} forgotten, {left} left", before - left),
    });
    Ok(())
}

/// Runs `psivox memory rename`.
///
/// # Errors
/// The file cannot be read or written, there is no such memory, or the name is taken.
pub fn rename(args: &RenameArgs) -> Result<(), CliError> {
    let mut own = open(&args.file)?;
    let memory = own.bank.choose(&args.memory)?;
    let (id, before) = (memory.id, title(memory));
    own.bank.rename(id, &args.name)?;
    own.save()?;
    let after = own.bank.get(id).map(title).unwrap_or_default();
    progress::say(&format!("{before} is now {after}"));
    Ok(())
}

/// Runs `psivox memory pin`.
///
/// # Errors
/// The file cannot be read or written, there is no such memory, or pinned ones fill it.
pub fn pin(args: &PinArgs) -> Result<(), CliError> {
    let mut own = open(&args.file)?;
    let memory = own.bank.choose(&args.memory)?;
    let (id, title) = (memory.id, title(memory));
    own.bank.pin(id, !args.off)?;
    own.save()?;
    progress::say(&format!("{title} {}", if args.off { "fades from now on" } else { "never fades" }));
    Ok(())
}

/// Runs `psivox memory tag`.
///
/// # Errors
/// The file cannot be read or written, there is no such memory, or the tags are too many or too long.
pub fn tag(args: &TagArgs) -> Result<(), CliError> {
    let mut own = open(&args.file)?;
    let memory = own.bank.choose(&args.memory)?;
    let (id, title) = (memory.id, title(memory));
    own.bank.tag(id, args.tags.clone())?;
    own.save()?;
    let tags = if args.tags.is_empty() { "none".to_owned() } else { args.tags.join(", ") };
    progress::say(&format!("{title}: tags {tags}"));
    Ok(())
}
