//! How well the jaw keeps time with the voice: the spread of a phase, and the lag of a movement behind a sound.

/// Lags that are looked at, in frames to either side: half a syllable and more.
const MOST_LAG: usize = 18;

/// Angles, gathered as their mean direction.
#[derive(Debug, Clone, Copy, Default)]
pub struct Directions {
    re: f64,
    im: f64,
    count: f64,
}

impl Directions {
    /// Adds an angle.
    pub fn add(&mut self, angle_rad: f64) {
        self.re += angle_rad.cos();
        self.im += angle_rad.sin();
        self.count += 1.0;
    }

    /// Circular standard deviation sqrt(-2 ln R) (Mardia & Jupp 2000, section 2.3.1); `None` of no angle.
    pub fn deviation_rad(&self) -> Option<f64> {
        let length = (self.re.hypot(self.im) / self.count).min(1.0);
        (self.count > 0.0).then(|| (-2.0 * length.max(1e-9).ln()).max(0.0).sqrt())
    }
}

/// Cross-correlation of a movement and a sound's envelope, over any number of lines.
#[derive(Debug, Clone)]
pub struct LagMeter {
    /// Sums of products at lags of -MOST_LAG..=MOST_LAG frames.
    products: [f64; 2 * MOST_LAG + 1],
}

impl Default for LagMeter {
    fn default() -> Self {
        Self { products: [0.0; 2 * MOST_LAG + 1] }
    }
}

impl LagMeter {
    /// Adds a line: both at the same rate, as many values of each. Means are taken off.
    pub fn add(&mut self, movement: &[f64], envelope: &[f64]) {
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len().max(1) as f64;
        let (still, quiet) = (mean(movement), mean(envelope));
        for (index, product) in self.products.iter_mut().enumerate() {
            // The movement `lag` frames after the sound.
            let (late, early) = (index.saturating_sub(MOST_LAG), MOST_LAG.saturating_sub(index));
            let pairs = movement.iter().skip(late).zip(envelope.iter().skip(early));
            *product += pairs.map(|(x, y)| (x - still) * (y - quiet)).sum::<f64>();
        }
    }

    /// The lag of the movement behind the sound at which they go together best, in frames: the top of the parabola
    /// through the highest value and its neighbours. `None` if they never do within the lags that are looked at.
    pub fn lag(&self) -> Option<f64> {
        let top = (0..self.products.len()).max_by(|a, b| self.products[*a].total_cmp(&self.products[*b]))?;
        let &[before, here, after] = self.products.get(top.checked_sub(1)?..top + 2)? else { return None };
        let bend = before - 2.0 * here + after;
        let beyond = if bend < 0.0 { 0.5 * (before - after) / bend } else { 0.0 };
        (here > 0.0).then_some(top as f64 - MOST_LAG as f64 + beyond)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_directions_have_a_known_spread() {
        for spread in [0.0f64, 0.1, 0.5, 1.2] {
            let mut directions = Directions::default();
            for turn in 0..200 {
                // At the mean plus and minus the spread: R is its cosine.
                directions.add(
                    2.0 + f64::from(turn % 2 * 2 - 1) * spread + std::f64::consts::TAU * f64::from(turn),
                );
            }
            let expected = (-2.0 * spread.cos().ln()).sqrt();
            let found = directions.deviation_rad().expect("angles");
            assert!((found - expected).abs() < 1e-6, "{spread}: {found} {expected}");
        }
        assert!(Directions::default().deviation_rad().is_none());
    }

    #[test]
    fn a_normal_spread_is_found() {
        let mut noise = psivox_core::sound::Noise::new(11);
        let mut directions = Directions::default();
        (0..100_000).for_each(|_| directions.add(3.0 + 0.4 * f64::from(noise.gaussian())));
        let found = directions.deviation_rad().expect("angles");
        assert!((found - 0.4).abs() < 0.005, "{found}");
    }

    #[test]
    fn a_shifted_envelope_is_found_between_frames() {
        let envelope = |shift: f64| -> Vec<f64> {
            let bump = |x: f64| (-0.5 * (x / 4.0).powi(2)).exp();
            (0..200)
                .map(|i| bump(f64::from(i) - 60.0 - shift) + 0.7 * bump(f64::from(i) - 130.0 - shift))
                .collect()
        };
        for shift in [-7.4, -1.0, 0.0, 0.3, 2.5, 11.0] {
            let mut meter = LagMeter::default();
            meter.add(&envelope(shift), &envelope(0.0));
            let found = meter.lag().expect("they go together");
            assert!((found - shift).abs() < 0.05, "{shift}: {found}");
        }
    }

    #[test]
    fn what_does_not_move_has_no_lag() {
        let mut meter = LagMeter::default();
        assert!(meter.lag().is_none());
        meter.add(&[0.5; 50], &[0.1; 50]);
        assert!(meter.lag().is_none());
    }
}
