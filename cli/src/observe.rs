//! What the field tells into files: surprises, and observables read at a rate of their own.

use crate::error::CliError;
use crate::notes::Told;
use crate::numbers::number;
use crate::output::{PendingFile, explain};
use clap::Args;
use psivox_core::engine::{MAX_PROBES, Probe};
use psivox_core::field::Observable;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

/// Readings a second unless told otherwise.
const DEFAULT_RATE_HZ: f32 = 100.0;

/// What the field tells into files.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Readings of the field")]
pub struct ObserveArgs {
    /// Write the field's surprises and the text's marks here: tab-separated time_s, source, epsilon, tau
    #[arg(long, value_name = "FILE.tsv")]
    pub events: Option<PathBuf>,
    /// Read these of the field, at most 8: a list such as theta.jaw,R.meso,V,K.jaw.syllable
    #[arg(long, value_delimiter = ',', value_parser = observable, requires = "observe_output", value_name = "NAMES")]
    pub observe: Vec<Named>,
    /// Readings a second [default: 100]
    #[arg(long, requires = "observe", value_parser = rate, value_name = "0.1..48000")]
    pub observe_rate: Option<f32>,
    /// Write the readings here: tab-separated time_s and a column for each
    #[arg(long, requires = "observe", value_name = "FILE.tsv")]
    pub observe_output: Option<PathBuf>,
}

/// An observable and the name that it was asked for by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    name: String,
    observable: Observable,
}

fn observable(text: &str) -> Result<Named, String> {
    Ok(Named { name: text.trim().to_owned(), observable: Observable::parse(text.trim())? })
}

fn rate(text: &str) -> Result<f32, String> {
    number(text, 0.1, 48_000.0)
}

impl ObserveArgs {
    /// The probes, in the order of the columns.
    ///
    /// # Errors
    /// More than the engine can read at once.
    pub fn probes(&self) -> Result<Vec<Probe>, CliError> {
        if self.observe.len() > MAX_PROBES {
            let (found, most) = (self.observe.len(), MAX_PROBES);
            return Err(CliError::Usage(format!(
                "--observe names {found} observables, at most {most} can be read at once; leave some out"
            )));
        }
        let rate_hz = self.observe_rate.unwrap_or(DEFAULT_RATE_HZ);
        Ok(self.observe.iter().map(|named| Probe { observable: named.observable, rate_hz }).collect())
    }

    /// Opens the files.
    ///
    /// # Errors
    /// [`CliError::Output`] if nothing can be written there.
    pub fn open(&self) -> Result<Readings, CliError> {
        Ok(Readings {
            names: self.observe.iter().map(|named| named.name.clone()).collect(),
            events: self.events.as_deref().map(PendingFile::create).transpose()?,
            table: self.observe_output.as_deref().map(PendingFile::create).transpose()?,
        })
    }
}

/// Files under construction.
pub struct Readings {
    names: Vec<String>,
    events: Option<(File, PendingFile)>,
    table: Option<(File, PendingFile)>,
}

impl Readings {
    /// Writes what was told by `end_samples` and puts the files in their places.
    ///
    /// # Errors
    /// [`CliError::Output`].
    pub fn finish(self, told: &Told, end_samples: u64, rate_hz: u32) -> Result<(), CliError> {
        let rate_hz = f64::from(rate_hz);
        write_to(self.events, |out| write_events(out, told, rate_hz))?;
        write_to(self.table, |out| write_table(out, &self.names, told, end_samples, rate_hz))
    }
}

fn write_to(
    place: Option<(File, PendingFile)>,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), CliError> {
    let Some((file, pending)) = place else { return Ok(()) };
    let mut writer = BufWriter::new(file);
    write(&mut writer).and_then(|()| writer.flush()).map_err(|error| explain(pending.path(), &error))?;
    drop(writer);
    pending.commit()
}

fn write_events(out: &mut impl Write, told: &Told, rate_hz: f64) -> io::Result<()> {
    writeln!(out, "time_s\tsource\tepsilon\ttau")?;
    let surprises = told.surprises.iter().map(|event| {
        (event.time_samples, format!("{}\t{:.3}\t{:.3}", event.source.name(), event.epsilon, event.tau))
    });
    let marks = told.marks.iter().map(|(time, name)| (*time, format!("mark:{name}\t\t")));
    let mut rows: Vec<(u64, String)> = surprises.chain(marks).collect();
    rows.sort_by_key(|(time, _)| *time);
    for (time_samples, row) in rows {
        writeln!(out, "{:.4}\t{row}", time_samples as f64 / rate_hz)?;
    }
    Ok(())
}

/// All probes are read at the same samples. The engine tells a few ms ahead of the sound; what lies past its end is
/// left out.
fn write_table(
    out: &mut impl Write,
    names: &[String],
    told: &Told,
    end_samples: u64,
    rate_hz: f64,
) -> io::Result<()> {
    writeln!(out, "time_s\t{}", names.join("\t"))?;
    let columns = &told.probes[..names.len().min(MAX_PROBES)];
    let Some(first) = columns.first() else { return Ok(()) };
    for (row, (time_samples, _)) in first.iter().enumerate().take_while(|(_, (time, _))| *time < end_samples)
    {
        // Microseconds: readings may come at every sample.
        write!(out, "{:.6}", *time_samples as f64 / rate_hz)?;
        for column in columns {
            write!(out, "\t{:.5}", column.get(row).map_or(f32::NAN, |(_, value)| *value))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::field::{SurpriseEvent, SurpriseSource};

    #[test]
    fn surprises_are_rows() {
        let event =
            SurpriseEvent { time_samples: 24_000, source: SurpriseSource::Prosody, epsilon: 4.0, tau: 2.5 };
        let marks = vec![(12_000, "here".to_owned())];
        let told = Told { surprises: vec![event], marks, ..Told::default() };
        let mut out = Vec::new();
        write_events(&mut out, &told, 48_000.0).expect("written");
        assert_eq!(
            String::from_utf8_lossy(&out),
            "time_s\tsource\tepsilon\ttau\n0.2500\tmark:here\t\t\n0.5000\tprosody\t4.000\t2.500\n"
        );
    }

    #[test]
    fn readings_past_the_end_are_left_out() {
        let mut told = Told::default();
        told.probes[0] = vec![(0, 1.0), (480, 2.0), (960, 3.0)];
        told.probes[1] = vec![(0, 0.5), (480, 0.25), (960, 0.0)];
        let mut out = Vec::new();
        let names = ["V".to_owned(), "R.meso".to_owned()];
        write_table(&mut out, &names, &told, 960, 48_000.0).expect("written");
        let expected = "time_s\tV\tR.meso\n0.000000\t1.00000\t0.50000\n0.010000\t2.00000\t0.25000\n";
        assert_eq!(String::from_utf8_lossy(&out), expected);
    }
}
