//! Short-time spectrum of a sound, one column per pixel, in dB below the loudest bin.

use anyhow::{Context, Result};
use realfft::RealFftPlanner;

/// 32 ms: fine enough in frequency to show the harmonics of a voice, in time to show its stops.
const WINDOW: usize = 1_536;
/// Zero-padded length: a bin every 5.9 Hz, so that rows of pixels need no interpolation.
const FFT: usize = 8_192;

/// Levels of `columns x rows` points.
pub struct Spectrogram {
    /// Level in dB, 0 at the loudest point; column by column, lowest frequency first.
    pub levels_db: Vec<Vec<f32>>,
}

/// Analyses `sound` in `columns` equally spaced windows, `rows` frequencies from 0 to `top_hz`.
///
/// # Errors
/// The transform refuses its buffers, which is a defect.
pub fn analyse(
    sound: &[f32],
    sample_rate_hz: f32,
    columns: usize,
    rows: usize,
    top_hz: f32,
) -> Result<Spectrogram> {
    let transform = RealFftPlanner::<f32>::new().plan_fft_forward(FFT);
    let mut input = transform.make_input_vec();
    let mut output = transform.make_output_vec();
    let mut levels_db = Vec::with_capacity(columns);
    for column in 0..columns {
        let middle = (column as f32 + 0.5) * sound.len() as f32 / columns as f32;
        fill(&mut input, sound, middle as isize - WINDOW as isize / 2);
        transform.process(&mut input, &mut output).context("the spectrum cannot be computed")?;
        let level = |row: usize| {
            let frequency_hz = (row as f32 + 0.5) * top_hz / rows as f32;
            let bin = (frequency_hz * FFT as f32 / sample_rate_hz).round() as usize;
            let magnitude = output.get(bin).map_or(0.0, |value| value.norm());
            20.0 * magnitude.max(1e-9).log10() + tilt_db(frequency_hz)
        };
        levels_db.push((0..rows).map(level).collect::<Vec<f32>>());
    }
    let loudest = levels_db.iter().flatten().copied().fold(f32::NEG_INFINITY, f32::max);
    levels_db.iter_mut().flatten().for_each(|level| *level -= loudest);
    Ok(Spectrogram { levels_db })
}

/// A Hann window of the sound at `start`, zero outside the sound.
fn fill(input: &mut [f32], sound: &[f32], start: isize) {
    input.fill(0.0);
    for (index, slot) in input.iter_mut().take(WINDOW).enumerate() {
        let sample = usize::try_from(start + index as isize).ok().and_then(|at| sound.get(at));
        let phase = std::f32::consts::TAU * (index as f32 + 0.5) / WINDOW as f32;
        *slot = sample.copied().unwrap_or(0.0) * 0.5 * (1.0 - phase.cos());
    }
}

/// +6 dB per octave between 0.5 and 4 kHz: speech falls that much, and the eye should see its formants.
fn tilt_db(frequency_hz: f32) -> f32 {
    6.0 * (frequency_hz.clamp(500.0, 4_000.0) / 500.0).log2()
}
