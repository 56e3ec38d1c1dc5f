//! The mouth pictures of a performance as a table, in the set that an animator's program reads.

use crate::render::Performance;
use clap::ValueEnum;
use psivox_core::phone::{PAUSE, Viseme, rhubarb, sapi};
use std::io::{self, Write};

/// A set of mouth pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum VisemeSet {
    /// The fifteen of Oculus and VRChat: sil, PP, FF, ... ou
    #[default]
    Oculus,
    /// The 22 of SAPI and Azure, 0 to 21
    Sapi,
    /// The nine of Rhubarb Lip Sync, A to H and X, in the layout of its own TSV files
    Rhubarb,
}

impl VisemeSet {
    fn name(self, symbol: char, viseme: Viseme) -> String {
        match self {
            Self::Oculus => viseme.name().to_owned(),
            Self::Sapi => sapi(symbol).to_string(),
            Self::Rhubarb => rhubarb(symbol).to_string(),
        }
    }

    fn silence(self) -> String {
        self.name(PAUSE, Viseme::Sil)
    }
}

/// A mouth picture that stands from here on, in samples of the sound.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Run {
    start_samples: u64,
    name: String,
}

/// The pictures from the first sample of the sound on; equal neighbours are one.
fn runs(spoken: &Performance, set: VisemeSet) -> Vec<Run> {
    let phones = spoken.marks.iter().filter_map(|mark| {
        let phone = spoken.lines.get(mark.line)?.phones.get(mark.phone as usize)?;
        Some(Run { start_samples: mark.time_samples, name: set.name(phone.symbol, phone.viseme) })
    });
    let rest = |start_samples| Run { start_samples, name: set.silence() };
    let last = spoken.finished_samples.min(spoken.total_samples);
    let all = std::iter::once(rest(0)).chain(phones).chain(std::iter::once(rest(last)));
    let mut runs: Vec<Run> = Vec::new();
    for run in all {
        // A picture that stands for no time is none.
        if runs.last().is_some_and(|before| before.start_samples >= run.start_samples) {
            runs.pop();
        }
        if runs.last().is_none_or(|before| before.name != run.name) {
            runs.push(run);
        }
    }
    runs
}

/// Writes `start_s end_s viseme` under a header, or what Rhubarb writes: `start_s shape`, and X at the end of the sound.
///
/// # Errors
/// The file's.
pub fn write_visemes(
    out: &mut impl Write,
    spoken: &Performance,
    set: VisemeSet,
    rate_hz: f64,
) -> io::Result<()> {
    let runs = runs(spoken, set);
    let end_s = |index: usize| {
        runs.get(index + 1).map_or(spoken.total_samples, |next| next.start_samples) as f64 / rate_hz
    };
    if set != VisemeSet::Rhubarb {
        writeln!(out, "start_s\tend_s\tviseme")?;
    }
    for (index, run) in runs.iter().enumerate() {
        let (start_s, end_s) = (run.start_samples as f64 / rate_hz, end_s(index));
        match set {
            VisemeSet::Rhubarb => writeln!(out, "{start_s:.2}\t{}", run.name)?,
            _ => writeln!(out, "{start_s:.5}\t{end_s:.5}\t{}", run.name)?,
        }
    }
    if set == VisemeSet::Rhubarb {
        writeln!(out, "{:.2}\t{}", spoken.total_samples as f64 / rate_hz, set.silence())?;
    }
    Ok(())
}
