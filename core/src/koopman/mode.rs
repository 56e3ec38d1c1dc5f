//! One damped oscillator in closed form: the shape of a transient.

use super::operator::Eigenvalue;

/// Below this a mode is still: keeps denormal numbers out of the audio thread.
const STILL: f64 = 1e-18;

/// A damped oscillator `dz/dt = (-sigma + i omega) z`, advanced by `z(t + dt) = e^{(-sigma + i omega) dt} z(t)`.
///
/// Exact for any step, so ten steps are one step of ten times the length. [`DampedMode::re`] answers a kick at once,
/// [`DampedMode::im`] starts from 0 and swings a quarter period later. Audio thread: no heap, cannot fail.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DampedMode {
    eigenvalue: Eigenvalue,
    re: f64,
    im: f64,
}

impl DampedMode {
    /// A mode at rest: decay in 1/s, angular frequency in rad/s. A decay or a frequency that is negative or not finite
    /// counts as 0.
    pub fn new(decay_per_s: f32, omega_rad_per_s: f32) -> Self {
        let lawful = |x: f32| if x.is_finite() { f64::from(x.max(0.0)) } else { 0.0 };
        let eigenvalue =
            Eigenvalue { decay_per_s: lawful(decay_per_s), omega_rad_per_s: lawful(omega_rad_per_s) };
        Self { eigenvalue, re: 0.0, im: 0.0 }
    }

    /// Its decay and frequency.
    pub fn eigenvalue(&self) -> Eigenvalue {
        self.eigenvalue
    }

    /// Adds to the real part; kicks add up. One that is not finite is ignored.
    pub fn kick(&mut self, amplitude: f32) {
        if amplitude.is_finite() {
            self.re += f64::from(amplitude);
        }
    }

    /// Moves on by `dt_s` seconds; a negative or undefined step is none.
    pub fn advance(&mut self, dt_s: f32) {
        let (re, im) = self.eigenvalue.factor(dt_s);
        (self.re, self.im) = (self.re * re - self.im * im, self.re * im + self.im * re);
        if self.re.abs() + self.im.abs() < STILL {
            self.reset();
        }
    }

    /// The real part: `a e^{-sigma t} cos(omega t)` after a kick of `a`.
    pub fn re(&self) -> f32 {
        self.re as f32
    }

    /// The imaginary part: `a e^{-sigma t} sin(omega t)` after a kick of `a`.
    pub fn im(&self) -> f32 {
        self.im as f32
    }

    /// Back to rest.
    pub fn reset(&mut self) {
        (self.re, self.im) = (0.0, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kick_rings_as_its_closed_form() {
        let (sigma, omega) = (7.0f64, 40.0f64);
        let mut mode = DampedMode::new(7.0, 40.0);
        mode.kick(0.8);
        for step in 0..100 {
            let t = f64::from(0.01f32) * f64::from(step);
            let size = 0.8 * (-sigma * t).exp();
            assert!((f64::from(mode.re()) - size * (omega * t).cos()).abs() < 1e-6);
            assert!((f64::from(mode.im()) - size * (omega * t).sin()).abs() < 1e-6);
            mode.advance(0.01);
        }
    }

    #[test]
    fn one_long_step_is_ten_short_ones() {
        let mut long = DampedMode::new(3.0, 55.0);
        long.kick(1.0);
        let mut short = long;
        long.advance(0.078_125);
        (0..10).for_each(|_| short.advance(0.007_812_5));
        assert!((long.re() - short.re()).abs() < 1e-6 && (long.im() - short.im()).abs() < 1e-6);
    }

    #[test]
    fn kicks_add_up_and_die_away_to_nothing() {
        let mut mode = DampedMode::new(100.0, 0.0);
        mode.kick(0.25);
        mode.kick(0.5);
        assert_eq!(mode.re(), 0.75);
        mode.advance(10.0);
        assert_eq!((mode.re(), mode.im()), (0.0, 0.0));
        mode.kick(1.0);
        mode.reset();
        assert_eq!(mode.re(), 0.0);
    }

    #[test]
    fn absurd_arguments_do_nothing() {
        let mut mode = DampedMode::new(f32::NAN, -4.0);
        assert_eq!(mode.eigenvalue(), Eigenvalue { decay_per_s: 0.0, omega_rad_per_s: 0.0 });
        mode.kick(1.0);
        mode.kick(f32::INFINITY);
        for dt_s in [-1.0, f32::NAN, f32::INFINITY, f32::MAX] {
            mode.advance(dt_s);
            assert_eq!(mode.re(), 1.0);
        }
    }
}
