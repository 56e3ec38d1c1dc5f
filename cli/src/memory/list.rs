//! `psivox memory list`: what is remembered, or what is most like something.

use super::choice::{printable, title};
use super::store::open;
use crate::error::CliError;
use clap::Args;
use psivox_core::memory::{Found, MAX_BYTES, Memory, MemoryBank};
use psivox_core::text::without_markup;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

/// Characters of a text that are printed.
const TEXT_CHARS: usize = 40;

/// `psivox memory list`.
#[derive(Debug, Args)]
pub struct ListArgs {
    /// A file of memories
    #[arg(value_name = "FILE.psm")]
    pub file: PathBuf,
    /// Best first: in which these words were said, or which are about the same
    #[arg(long, value_name = "TEXT")]
    pub like: Option<String>,
    /// Best first: which felt like this valence, arousal and dominance, -1 to 1 each
    #[arg(long, allow_hyphen_values = true, value_parser = emotion, value_name = "V,A,D")]
    pub emotion: Option<[f32; 3]>,
    /// How many are listed
    #[arg(long, value_name = "N")]
    pub limit: Option<usize>,
    /// Print one JSON object
    #[arg(long)]
    pub json: bool,
}

fn emotion(text: &str) -> Result<[f32; 3], String> {
    let number = |part: &str| part.trim().parse().ok().filter(|x: &f32| (-1.0..=1.0).contains(x));
    let numbers: Option<Vec<f32>> = text.split(',').map(number).collect();
    let three = numbers.and_then(|numbers| numbers.try_into().ok());
    three.ok_or_else(|| "expected valence, arousal and dominance from -1 to 1, such as 0.6,0.4,0".to_owned())
}

/// Runs the command.
///
/// # Errors
/// The file cannot be read.
pub fn run(args: &ListArgs) -> Result<(), CliError> {
    let bank = open(&args.file)?.bank;
    let listed = listed(&bank, args);
    let text = if args.json { as_json(&bank, &listed).to_string() } else { as_table(&bank, &listed) };
    writeln!(std::io::stdout(), "{}", text.trim_end()).map_err(CliError::Stdout)
}

fn listed<'a>(bank: &'a MemoryBank, args: &ListArgs) -> Vec<(&'a Memory, Option<Found>)> {
    let limit = args.limit.unwrap_or(usize::MAX);
    let found = match (&args.like, args.emotion) {
        (None, None) => return bank.iter().take(limit).map(|memory| (memory, None)).collect(),
        (Some(text), emotion) => bank.said_like(text, emotion, limit),
        (None, emotion) => bank.resembling(None, emotion, limit),
    };
    found.into_iter().filter_map(|found| Some((bank.get(found.id)?, Some(found)))).collect()
}

fn as_json(bank: &MemoryBank, listed: &[(&Memory, Option<Found>)]) -> Value {
    let memory = |(memory, found): &(&Memory, Option<Found>)| {
        json!({
            "id": memory.id,
            "name": memory.name,
            "tags": memory.tags,
            "text": memory.text,
            "persona": memory.persona,
            "unix_s": memory.unix_s,
            "at_s": memory.at_s,
            "duration_s": memory.duration_s,
            "felt": memory.felt,
            "mean_emotion": memory.mean_emotion(),
            "strength": bank.strength(memory),
            "uses": memory.uses,
            "pinned": memory.pinned,
            "replayable": memory.take.is_some(),
            "likeness": found.map(|found| found.likeness),
            "said": found.map(|found| found.said),
        })
    };
    json!({
        "memories": listed.iter().map(memory).collect::<Vec<_>>(),
        "count": bank.len(),
        "bytes": bank.bytes(),
        "most_bytes": MAX_BYTES,
        "session_s": bank.now_s(),
    })
}

fn as_table(bank: &MemoryBank, listed: &[(&Memory, Option<Found>)]) -> String {
    let mut text = String::from("    #  strength  like  v     a     d      s  what\n");
    for (memory, found) in listed {
        let [v, a, d] = memory.mean_emotion();
        let like = found.map_or_else(String::new, |found| format!("{:.2}", found.likeness));
        let _ = writeln!(
            text,
            "{:5}  {:8.2}  {like:>4}  {v:+.1}  {a:+.1}  {d:+.1}  {:5.1}  {}",
            memory.id,
            bank.strength(memory),
            memory.duration_s,
            what(memory)
        );
    }
    let share = format!("{} of {} kB", bank.bytes().div_ceil(1000), MAX_BYTES / 1000);
    let _ = writeln!(text, "{} memories, {share}", bank.len());
    text
}

fn what(memory: &Memory) -> String {
    let mut what = if memory.name.is_empty() { String::new() } else { format!("{}  ", title(memory)) };
    if let Some(text) = &memory.text {
        let line = printable(&without_markup(text));
        let short: String = line.chars().take(TEXT_CHARS).collect();
        let _ = write!(what, "\"{short}{}\"", if line.chars().count() > TEXT_CHARS { "..." } else { "" });
    }
    for tag in &memory.tags {
        let _ = write!(what, " [{}]", printable(tag));
    }
    if memory.take.is_some() {
        what.push_str(" (can be replayed)");
    }
    what
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_emotion_is_three_numbers() {
        assert_eq!(emotion("-0.5, 0,1"), Ok([-0.5, 0.0, 1.0]));
        for bad in ["", "1,1", "1,1,1,1", "2,0,0", "a,b,c", "nan,0,0"] {
            assert!(emotion(bad).is_err(), "{bad}");
        }
    }
}
