//! What emotion does to people's voices, and how near is near enough.
//!
//! Mean changes from each speaker's own neutral. RAVDESS: 24 actors, normal intensity (Livingstone & Russo 2018; means
//! of measurements, nothing of the recordings is here). EMO-DB: ten actors, German (Burkhardt
//! et al. 2005), which has boredom and no levels.

use super::voice::Voice;
use psivox_core::emotion::Mode;

/// How a change is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// What is there less what neutral speech has.
    Difference,
    /// What is there over what neutral speech has.
    Ratio,
}

/// A figure of the table.
#[derive(Debug)]
pub struct Figure {
    /// Name in JSON.
    pub key: &'static str,
    /// Head of its column.
    pub head: &'static str,
    /// How it is compared.
    pub change: Change,
    /// Half of the least width of the band that counts as human: speakers differ by more than the two columns do.
    pub tolerance: f64,
    /// Digits after the point.
    pub digits: usize,
    /// What is measured.
    pub of: fn(&Voice) -> Option<f64>,
}

/// How many figures there are.
pub const FIGURE_COUNT: usize = 8;

/// All figures, in order of the columns.
pub const FIGURES: [Figure; FIGURE_COUNT] = [
    Figure {
        key: "f0_mean_st",
        head: "f0 st",
        change: Change::Difference,
        tolerance: 2.0,
        digits: 1,
        of: |voice| voice.f0_mean_st,
    },
    Figure {
        key: "f0_sd_ratio",
        head: "f0 SD x",
        change: Change::Ratio,
        tolerance: 0.15,
        digits: 2,
        of: |voice| voice.f0_sd_st,
    },
    Figure {
        key: "level_db",
        head: "level dB",
        change: Change::Difference,
        tolerance: 3.0,
        digits: 1,
        of: |voice| voice.level_db,
    },
    Figure {
        key: "duration_ratio",
        head: "length x",
        change: Change::Ratio,
        tolerance: 0.1,
        digits: 2,
        of: |voice| Some(voice.duration_s),
    },
    Figure {
        key: "hnr_db",
        head: "HNR dB",
        change: Change::Difference,
        tolerance: 1.0,
        digits: 1,
        of: |voice| voice.hnr_db,
    },
    Figure {
        key: "balance_db",
        head: "1-5 kHz dB",
        change: Change::Difference,
        tolerance: 1.5,
        digits: 1,
        of: |voice| voice.balance_db,
    },
    Figure {
        key: "jitter_ratio",
        head: "jitter x",
        change: Change::Ratio,
        tolerance: 0.15,
        digits: 2,
        of: |voice| voice.jitter_percent,
    },
    Figure {
        key: "shimmer_ratio",
        head: "shimmer x",
        change: Change::Ratio,
        tolerance: 0.15,
        digits: 2,
        of: |voice| voice.shimmer_percent,
    },
];

/// One column of human figures, in the order of [`FIGURES`]; NaN where nothing was measured.
type Column = [f64; FIGURE_COUNT];

const NO: f64 = f64::NAN;
const NOTHING: Column = [NO; FIGURE_COUNT];

/// RAVDESS at normal intensity, and EMO-DB.
const fn columns(mode: Mode) -> [Column; 2] {
    //                 f0   SD    level length HNR  balance jitter shimmer
    match mode {
        Mode::Angry => {
            [[2.7, 1.32, 8.7, 1.11, -1.6, 2.9, 1.13, NO], [9.7, 1.21, NO, 1.07, -1.7, 10.6, 0.75, NO]]
        }
        Mode::Happy => {
            [[2.3, 1.25, 4.9, 0.98, -0.6, 1.5, 1.08, NO], [8.9, 1.34, NO, 1.00, -0.3, 7.2, 0.75, NO]]
        }
        Mode::Sad => {
            [[0.0, 0.92, -2.3, 1.16, 0.2, -1.1, 1.05, NO], [-0.6, 1.14, NO, 1.61, -1.1, -1.7, 1.38, NO]]
        }
        Mode::Afraid => [[3.4, 0.96, 4.7, 1.12, -0.1, 0.1, 1.09, NO], NOTHING],
        Mode::Disgusted => [[0.4, 1.31, 1.3, 1.24, -1.7, 0.6, 1.14, NO], NOTHING],
        Mode::Surprised => [[5.1, 1.69, 5.3, 0.96, -2.1, 1.0, 1.32, NO], NOTHING],
        Mode::Calm => [[-0.9, 1.01, -3.2, 1.27, 0.6, -1.7, 1.01, NO], NOTHING],
        Mode::Bored => [NOTHING, [0.2, NO, NO, 1.21, NO, NO, NO, NO]],
        Mode::Neutral | Mode::Tender | Mode::Contempt | Mode::Excited => [NOTHING; 2],
    }
}

/// What people do, in one figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Human {
    /// RAVDESS at normal intensity.
    pub ravdess: Option<f64>,
    /// EMO-DB.
    pub emodb: Option<f64>,
    /// Half of the least width of the band.
    tolerance: f64,
}

impl Human {
    /// What people do in a mode, in the figure of that index.
    pub fn of(mode: Mode, figure: usize) -> Self {
        let [ravdess, emodb] =
            columns(mode).map(|column| Some(column[figure]).filter(|value| !value.is_nan()));
        Self { ravdess, emodb, tolerance: FIGURES[figure].tolerance }
    }

    /// What counts as human: all between the two columns, and at least the tolerance to either side of their middle. None
    /// where nobody was measured.
    pub fn band(&self) -> Option<[f64; 2]> {
        let (a, b) = (self.ravdess.or(self.emodb)?, self.emodb.or(self.ravdess)?);
        let half = (0.5 * (a - b).abs()).max(self.tolerance);
        let middle = 0.5 * (a + b);
        Some([middle - half, middle + half])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(mode: Mode, key: &str) -> Option<[f64; 2]> {
        let figure = FIGURES.iter().position(|figure| figure.key == key).expect("a figure");
        Human::of(mode, figure).band()
    }

    #[test]
    fn bands_reach_from_column_to_column_and_are_never_narrow() {
        let near = |found: Option<[f64; 2]>, expected: [f64; 2]| {
            let found = found.expect("measured");
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-9), "{found:?} {expected:?}");
        };
        near(band(Mode::Angry, "f0_mean_st"), [2.7, 9.7]);
        near(band(Mode::Happy, "duration_ratio"), [0.89, 1.09]);
        near(band(Mode::Angry, "level_db"), [5.7, 11.7]);
        near(band(Mode::Bored, "f0_mean_st"), [-1.8, 2.2]);
        assert_eq!(band(Mode::Bored, "level_db"), None);
        assert_eq!(band(Mode::Tender, "f0_mean_st"), None);
        assert_eq!(band(Mode::Sad, "shimmer_ratio"), None);
    }
}
