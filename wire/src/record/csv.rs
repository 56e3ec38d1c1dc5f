//! CSV of the face: `time_s`, then the 52 ARKit blendshapes under their camelCase names, one row per face.

use psivox_core::BlendshapeFrame;
use psivox_core::face::{BLENDSHAPE_COUNT, BLENDSHAPE_NAMES};
use std::io::{self, Write};

pub(super) fn write_head(out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "time_s,{}", BLENDSHAPE_NAMES.join(","))
}

pub(super) fn write_face(
    out: &mut impl Write,
    face: &BlendshapeFrame,
    sample_rate_hz: u32,
) -> io::Result<()> {
    write!(out, "{:.5}", face.time_samples as f64 / f64::from(sample_rate_hz))?;
    let mut row = [0u8; 7 * BLENDSHAPE_COUNT];
    for (cell, shape) in row.chunks_exact_mut(7).zip(face.shapes) {
        cell.copy_from_slice(&cell_of(shape));
    }
    out.write_all(&row)?;
    writeln!(out)
}

/// `,0.0000` to `,1.0000`: what the general formatting writes, at a tenth of its cost.
fn cell_of(shape: f32) -> [u8; 7] {
    // Exact in f64, so that it is rounded once. An infinity is as little a strength as what is no number.
    let finite = if shape.is_finite() { shape.clamp(0.0, 1.0) } else { 0.0 };
    let steps = (f64::from(finite) * 1e4).round_ties_even() as u32;
    let digit = |unit: u32| b'0' + (steps / unit % 10) as u8;
    [b',', digit(10_000), b'.', digit(1_000), digit(100), digit(10), digit(1)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_what_formatting_writes() {
        let halves = (0..=16_384).map(|step| step as f32 / 16_384.0);
        let thirds = (0..=30_000).map(|step| step as f32 / 30_000.0);
        for shape in halves.chain(thirds) {
            assert_eq!(cell_of(shape), format!(",{shape:.4}").as_bytes(), "{shape}");
        }
        assert_eq!((&cell_of(7.0), &cell_of(f32::NAN), &cell_of(-1.0)), (b",1.0000", b",0.0000", b",0.0000"));
    }

    #[test]
    fn a_face_is_a_row_of_53() {
        let mut face = BlendshapeFrame { time_samples: 800, ..BlendshapeFrame::NEUTRAL };
        face.shapes[51] = 0.25;
        let mut row = Vec::new();
        write_face(&mut row, &face, 48_000).expect("written");
        let row = String::from_utf8(row).expect("text");
        let cells: Vec<&str> = row.trim_end().split(',').collect();
        assert_eq!((cells.len(), cells[0], cells[52]), (53, "0.01667", "0.2500"));
    }
}
