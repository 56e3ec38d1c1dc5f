//! Bends of a voice while it sounds: pitch, level, brightness, and how much of a note's pitch is sung.

use super::control::Smoothed;
use super::event::Expression;
use super::tuning::VoiceDrive;

/// Time constant with which a bend is taken up, s: a tenth of a vibrato's period, too long to click.
const TAU_S: f32 = 0.007;
/// Farthest bend, st; least and most level, dB.
const MOST_BEND_ST: f32 = 96.0;
const LEVEL_DB: (f32, f32) = (-60.0, 12.0);
/// What full brightness does to the spectral tilt, dB per octave, and to tension.
const BRIGHT_DB_PER_OCTAVE: f32 = 4.0;
const BRIGHT_TENSION: f32 = 0.3;
/// Steepest tilt that phonation knows, dB per octave.
const STEEPEST: f32 = 6.0;

/// An expression on its way to where it is wanted.
#[derive(Debug, Clone)]
pub(super) struct Bending {
    bend_st: Smoothed,
    level_db: Smoothed,
    brightness: Smoothed,
    pitch_weight: Smoothed,
}

impl Bending {
    /// Nothing is bent.
    pub fn new(sample_rate_hz: f32) -> Self {
        let path = |value| Smoothed::new(value, TAU_S * sample_rate_hz);
        let rest = Expression::NEUTRAL;
        Self {
            bend_st: path(rest.bend_st),
            level_db: path(rest.level_db),
            brightness: path(rest.brightness),
            pitch_weight: path(rest.pitch_weight),
        }
    }

    /// All where they are wanted, at sample 0.
    pub fn settle(&mut self) {
        self.settle_at(0);
    }

    /// All where they are wanted, at a sample.
    pub fn settle_at(&mut self, now: u64) {
        for path in [&mut self.bend_st, &mut self.level_db, &mut self.brightness, &mut self.pitch_weight] {
            path.jump(path.target(), now);
        }
    }

    /// What is wanted.
    pub fn wanted(&self) -> Expression {
        Expression {
            bend_st: self.bend_st.target(),
            level_db: self.level_db.target(),
            brightness: self.brightness.target(),
            pitch_weight: self.pitch_weight.target(),
        }
    }

    /// Wants another expression from sample `now` on. Values outside their ranges are clamped, non-finite ones ignored.
    pub fn set(&mut self, wanted: &Expression, now: u64) {
        let Expression { bend_st, level_db, brightness, pitch_weight } = *wanted;
        for (path, value, (low, high)) in [
            (&mut self.bend_st, bend_st, (-MOST_BEND_ST, MOST_BEND_ST)),
            (&mut self.level_db, level_db, LEVEL_DB),
            (&mut self.brightness, brightness, (-1.0, 1.0)),
            (&mut self.pitch_weight, pitch_weight, (0.0, 1.0)),
        ] {
            let value = value.clamp(low, high);
            if value.is_finite() && value != path.target() {
                path.set_target(value, now);
            }
        }
    }

    /// Share of a note's pitch at a sample, 0..=1.
    pub fn pitch_weight(&self, at: u64) -> f32 {
        self.pitch_weight.at(at)
    }

    /// Bends what the voice does at a sample; nothing at all while nothing is bent.
    pub fn act(&self, at: u64, drive: &mut VoiceDrive) {
        drive.bend_st += self.bend_st.at(at);
        drive.gain_db += self.level_db.at(at);
        let brightness = self.brightness.at(at);
        let phonation = &mut drive.phonation;
        if brightness != 0.0 {
            let tilt = phonation.tilt_db_per_octave + BRIGHT_DB_PER_OCTAVE * brightness;
            phonation.tilt_db_per_octave = tilt.clamp(-STEEPEST, STEEPEST);
            phonation.tension = (phonation.tension + BRIGHT_TENSION * brightness).clamp(-1.0, 1.0);
        }
    }
}

crate::carry::carried!(Bending { bend_st, level_db, brightness, pitch_weight } but {});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_taken_up_within_ms_clamped_and_never_broken() {
        let mut bending = Bending::new(48_000.0);
        bending.set(&Expression { bend_st: 2.0, ..Expression::NEUTRAL }, 100);
        let after = |ms: u64, bending: &Bending| bending.bend_st.at(100 + 48 * ms);
        assert!(after(1, &bending) < 0.4 && after(10, &bending) > 1.4 && after(60, &bending) > 1.999);
        let wild = Expression { bend_st: f32::NAN, level_db: 1e9, brightness: -7.0, pitch_weight: f32::NAN };
        bending.set(&wild, 5_000);
        bending.settle();
        assert_eq!((bending.bend_st.at(0), bending.level_db.at(0)), (2.0, 12.0));
        assert_eq!((bending.brightness.at(0), bending.pitch_weight(0)), (-1.0, 1.0));
    }
}
