//! `psivox memory show`: all that is known about one memory.

use super::choice::{printable, title};
use super::store::open;
use crate::error::CliError;
use clap::Args;
use psivox_core::memory::streams::{VoiceObservable, eigenfunctions, value_at};
use psivox_core::memory::{Memory, MemoryBank};
use std::fmt::Write as _;
use std::io::Write;
use std::path::PathBuf;

/// `psivox memory show`.
#[derive(Debug, Args)]
pub struct ShowArgs {
    /// A file of memories
    #[arg(value_name = "FILE.psm")]
    pub file: PathBuf,
    /// Its name, or # and its number
    #[arg(value_name = "NAME|#ID")]
    pub memory: String,
}

/// Runs the command.
///
/// # Errors
/// The file cannot be read, or there is no such memory.
pub fn run(args: &ShowArgs) -> Result<(), CliError> {
    let bank = open(&args.file)?.bank;
    let text = described(&bank, bank.choose(&args.memory)?);
    write!(std::io::stdout(), "{text}").map_err(CliError::Stdout)
}

fn described(bank: &MemoryBank, memory: &Memory) -> String {
    let mut text = format!("Memory {}\n", title(memory));
    let mut row = |name: &str, value: String| {
        let _ = writeln!(text, "  {name:<12} {value}");
    };
    row("text", memory.text.as_deref().map_or_else(|| "not kept".to_owned(), printable));
    if !memory.tags.is_empty() {
        row("tags", printable(&memory.tags.join(", ")));
    }
    row("persona", printable(&memory.persona));
    if memory.unix_s != 0 {
        row("said", moment(memory.unix_s));
    }
    row("session", format!("at {:.1} s of {:.1} s", memory.at_s, bank.now_s()));
    row("length", format!("{:.2} s, {} syllables", memory.duration_s, memory.syllables));
    let fades = if memory.pinned { "pinned: never fades" } else { "fades" };
    row("strength", format!("{:.2}, called back {} times, {fades}", bank.strength(memory), memory.uses));
    row(
        "replay",
        match &memory.take {
            Some(take) => format!("bit by bit, from {} bytes", take.len()),
            None => "no; its manner can be recalled".to_owned(),
        },
    );
    row("bytes", memory.to_chunk(true).len().to_string());
    let _ = writeln!(text, "  course       start   1/4   half   3/4    end");
    for (name, own) in ["valence", "arousal", "dominance"].iter().zip(memory.emotion()) {
        let _ = writeln!(text, "    {name:<10}{}", course(|along| value_at(&own, &eigenfunctions(along))));
    }
    for (name, observable) in [
        ("pitch st", VoiceObservable::PitchSt),
        ("level dB", VoiceObservable::LevelDb),
        ("tension", VoiceObservable::Tension),
        ("breath", VoiceObservable::Breath),
        ("whisper", VoiceObservable::Whisper),
        ("ln rate", VoiceObservable::LnRate),
    ] {
        let value = |along: f32| memory.manner.voice_at(along)[observable as usize];
        let _ = writeln!(text, "    {name:<10}{}", course(value));
    }
    text
}

/// A time as a date, UTC.
fn moment(unix_s: i64) -> String {
    match time::UtcDateTime::from_unix_timestamp(unix_s) {
        Ok(at) => format!("{} {:02}:{:02} UTC", at.date(), at.hour(), at.minute()),
        // A number that no calendar has.
        Err(_) => format!("{unix_s} s after 1970"),
    }
}

fn course(value: impl Fn(f32) -> f32) -> String {
    [0.0, 0.25, 0.5, 0.75, 1.0].map(|along| format!("{:+7.2}", value(along))).concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_dates_as_far_as_there_are() {
        assert_eq!(moment(0), "1970-01-01 00:00 UTC");
        assert_eq!(moment(1_700_000_000), "2023-11-14 22:13 UTC");
        assert_eq!(moment(i64::MAX), format!("{} s after 1970", i64::MAX));
    }
}
