//! The last stage: gain, a soft ceiling, and silence in place of what is not a number.

/// Below this the guard is exactly linear.
const KNEE: f32 = 0.7;

/// Soft ceiling at full scale and a counter of silenced samples.
#[derive(Debug, Clone, Copy, Default)]
pub struct OutputGuard {
    silenced: u32,
}

impl OutputGuard {
    /// Samples silenced because they were not finite.
    pub fn silenced(&self) -> u32 {
        self.silenced
    }

    /// `y = x` up to the knee, then `knee + (1 - knee) tanh((x - knee) / (1 - knee))`: |y| < 1 always.
    pub fn apply(&mut self, samples: &mut [f32]) {
        for x in samples {
            if !x.is_finite() {
                *x = 0.0;
                self.silenced = self.silenced.saturating_add(1);
            } else if x.abs() > KNEE {
                *x = (KNEE + (1.0 - KNEE) * ((x.abs() - KNEE) / (1.0 - KNEE)).tanh())
                    .min(0.999_9)
                    .copysign(*x);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quiet_sound_passes_and_nothing_gets_over_the_ceiling() {
        let mut samples = [0.5, -0.7, 3.0, -1e30, f32::NAN, f32::INFINITY];
        let mut guard = OutputGuard::default();
        guard.apply(&mut samples);
        assert_eq!(samples[..2], [0.5, -0.7]);
        assert!(samples.iter().all(|x| x.abs() < 1.0));
        assert_eq!((samples[4], guard.silenced()), (0.0, 2));
    }
}
