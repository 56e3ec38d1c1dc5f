//! Measures of recorded speech: pitch, harmonicity, periods, level, spectrum.

mod harmonicity;
mod level;
mod period;
mod pitch;

pub use level::{active_level_db, balance_db};
pub use period::{Variation, variation};
pub use pitch::{PitchFrame, follow};

/// Offset and height of the vertex of the parabola through three neighbours whose middle one is highest.
fn vertex(before: f64, at: f64, after: f64) -> (f64, f64) {
    let bend = before - 2.0 * at + after;
    if bend >= 0.0 {
        return (0.0, at);
    }
    let offset = 0.5 * (before - after) / bend;
    (offset, at - 0.25 * (before - after) * offset)
}
