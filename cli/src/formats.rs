//! The files that are written: sound (WAV), face, phones (TSV). All times are in seconds of the sound.

use crate::error::CliError;
use crate::output::{PendingFile, explain};
use crate::render::{Block, Performance, Sink};
use crate::tracks::complete;
use hound::{SampleFormat, WavSpec, WavWriter};
use psivox_wire::record::{FaceFormat, FaceWriter};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// WAV, 16-bit PCM: what every tool reads, with 96 dB of room for a voice.
pub struct WavFile {
    writer: WavWriter<BufWriter<File>>,
    pending: PendingFile,
}

impl WavFile {
    /// Opens the file of one voice: mono.
    ///
    /// # Errors
    /// [`CliError::Output`] if nothing can be written there.
    pub fn create(path: &Path, sample_rate_hz: u32) -> Result<Self, CliError> {
        Self::with_channels(path, sample_rate_hz, 1)
    }

    /// Opens the file of two voices: stereo.
    ///
    /// # Errors
    /// [`CliError::Output`] if nothing can be written there.
    pub fn stereo(path: &Path, sample_rate_hz: u32) -> Result<Self, CliError> {
        Self::with_channels(path, sample_rate_hz, 2)
    }

    fn with_channels(path: &Path, sample_rate_hz: u32, channels: u16) -> Result<Self, CliError> {
        let (file, pending) = PendingFile::create(path)?;
        let spec = WavSpec {
            channels,
            sample_rate: sample_rate_hz,
            bits_per_sample: 16,
            sample_format: SampleFormat::Int,
        };
        let writer = WavWriter::new(BufWriter::new(file), spec).map_err(|error| wav_error(path, error))?;
        Ok(Self { writer, pending })
    }

    /// Writes a block of both voices to a file that is stereo.
    ///
    /// # Errors
    /// [`CliError::Output`].
    pub fn take_pair(&mut self, left: &[f32], right: &[f32]) -> Result<(), CliError> {
        for sample in left.iter().zip(right).flat_map(|(left, right)| [left, right]) {
            self.writer
                .write_sample(pcm16(*sample))
                .map_err(|error| wav_error(self.pending.path(), error))?;
        }
        Ok(())
    }

    /// Completes the file and puts it in its place.
    ///
    /// # Errors
    /// [`CliError::Output`].
    pub fn finish(self) -> Result<(), CliError> {
        let Self { writer, pending } = self;
        writer.finalize().map_err(|error| wav_error(pending.path(), error))?;
        pending.commit()
    }
}

impl Sink for WavFile {
    fn take(&mut self, block: &Block) -> Result<(), CliError> {
        let count = u32::try_from(block.sound.len()).unwrap_or(u32::MAX);
        // Block by block: writing sample by sample costs as much as a tenth of the synthesis.
        let mut samples = self.writer.get_i16_writer(count);
        for sample in &block.sound[..count as usize] {
            samples.write_sample(pcm16(*sample));
        }
        samples.flush().map_err(|error| wav_error(self.pending.path(), error))
    }
}

fn wav_error(path: &Path, error: hound::Error) -> CliError {
    match error {
        hound::Error::IoError(error) => explain(path, &error),
        other => CliError::Output { path: path.to_owned(), reason: format!("{other}; use a shorter text") },
    }
}

/// -1..=1 to 16 bit, rounded; beyond that it is clipped.
fn pcm16(sample: f32) -> i16 {
    let scaled = sample.clamp(-1.0, 1.0) * f32::from(i16::MAX);
    // Rounded by cutting: `round` is a call where the processor's baseline lacks the instruction.
    (scaled + 0.5f32.copysign(scaled)) as i16
}

/// The face, one entry per face.
pub struct FaceFile {
    writer: FaceWriter<BufWriter<File>>,
    pending: PendingFile,
}

impl FaceFile {
    /// Opens the file and writes what comes first in it.
    ///
    /// # Errors
    /// [`CliError::Output`] if nothing can be written there.
    pub fn create(
        path: &Path,
        format: FaceFormat,
        sample_rate_hz: u32,
        face_rate_hz: u32,
    ) -> Result<Self, CliError> {
        let (file, pending) = PendingFile::create(path)?;
        let writer = FaceWriter::new(format, BufWriter::new(file), sample_rate_hz, face_rate_hz)
            .map_err(|error| explain(path, &error))?;
        Ok(Self { writer, pending })
    }

    /// Completes the file and puts it in its place.
    ///
    /// # Errors
    /// [`CliError::Output`].
    pub fn finish(self) -> Result<(), CliError> {
        let Self { writer, pending } = self;
        drop(writer.finish().map_err(|error| explain(pending.path(), &error))?);
        pending.commit()
    }
}

impl Sink for FaceFile {
    fn take(&mut self, block: &Block) -> Result<(), CliError> {
        for face in block.faces {
            self.writer.write(face).map_err(|error| explain(self.pending.path(), &error))?;
        }
        Ok(())
    }
}

/// Writes the phones of a performance: `start_s end_s phone word viseme`, tab-separated, by the clock of the
/// sound. A pause is the phone `_` with an empty word.
///
/// # Errors
/// [`CliError::Output`].
pub fn write_phone_file(
    pending: (File, PendingFile),
    spoken: &Performance,
    rate_hz: u32,
) -> Result<(), CliError> {
    complete(pending, |out| write_phones(out, spoken, f64::from(rate_hz)))
}

fn write_phones(out: &mut impl Write, spoken: &Performance, rate_hz: f64) -> io::Result<()> {
    writeln!(out, "start_s\tend_s\tphone\tword\tviseme")?;
    let seconds = |samples: u64| samples as f64 / rate_hz;
    for (index, mark) in spoken.marks.iter().enumerate() {
        let Some(score) = spoken.lines.get(mark.line) else { continue };
        let Some(phone) = score.phones.get(mark.phone as usize) else { continue };
        let end = spoken.marks.get(index + 1).map_or(spoken.finished_samples, |next| next.time_samples);
        let word = phone.word.and_then(|word| score.words.get(word as usize)).map_or("", String::as_str);
        let (start_s, end_s) = (seconds(mark.time_samples), seconds(end));
        writeln!(out, "{start_s:.5}\t{end_s:.5}\t{}\t{word}\t{}", phone.symbol, phone.viseme.name())?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_are_rounded_and_clipped() {
        assert_eq!(
            [-2.0, -1.0, 0.0, 0.5, 1.0, 3.0].map(pcm16),
            [-32_767, -32_767, 0, 16_384, 32_767, 32_767]
        );
        assert_eq!(pcm16(f32::NAN), 0);
    }
}
