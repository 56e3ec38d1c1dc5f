//! Irregular glottal cycles: noise of the glottal oscillator's own omega and amplitude, and its locking to half its rate.
//!
//! ```text
//! theta' = 2 pi f0 (1 + sigma n(t)),    y(t) = x(t) e^{s m_c - s^2} w(theta / 2),    w(p) = (1 + a cos p)^2 / norm(a)
//! ```
//! n is drawn anew every half hop. A period T then is the mean of T / h draws, so its local jitter (mean change from one
//! period to the next over the mean period, as Praat counts it) is `1.128 sigma sqrt(q(h / T))`, which is solved for
//! sigma. m_c is drawn anew every cycle, so local shimmer is 1.128 s. w has the period of two cycles: it is the
//! alternation of strong and weak pulses of a larynx that has locked 1:2 (Titze 1994, "Principles of Voice Production",
//! chapter 9; Gerratt & Kreiman 2001), and as a product with the bank's sum it is the partials at odd multiples of f0 / 2,
//! each a / norm times the two partials between which it lies.
//! Sanity: [`Glottis::STEADY`] changes no bit; w keeps the mean power of a sound of many partials.

use super::noise::Noise;
use crate::voice::{DB_TO_NEPER, fast_exp};
use std::f32::consts::PI;

/// Mean of |x - y| over the standard deviation of two independent Gaussians: 2 / sqrt(pi).
const LOCAL: f32 = std::f32::consts::FRAC_2_SQRT_PI;
/// The end of a cycle, in cycles, in which the amplitude goes over to the next one's.
const HAND_OVER: f32 = 0.2;
/// What the hand-over costs of the change from cycle to cycle.
const HAND_OVER_LOSS: f32 = 0.93;
/// Beyond it a voice is no oscillator any more.
const JITTER_MAX: f32 = 0.1;
const SHIMMER_MAX_DB: f32 = 6.0;
/// The oscillator never turns slower or faster than this, whatever is drawn.
const TURN: [f32; 2] = [0.4, 1.6];

/// How irregular the glottal cycles are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Glottis {
    /// Depth a of the alternation of strong and weak cycles, 0..=1: at 1 the pulse rate is f0 / 2.
    pub subharmonic: f32,
    /// Mean change of a period from one cycle to the next over the mean period, 0..=0.1.
    pub jitter: f32,
    /// Mean change of the amplitude from one cycle to the next in dB, 0..=6.
    pub shimmer_db: f32,
}

impl Glottis {
    /// Every cycle like the last.
    pub const STEADY: Self = Self { subharmonic: 0.0, jitter: 0.0, shimmer_db: 0.0 };

    /// Within its bounds; what is no number is 0.
    fn limited(&self) -> Self {
        let within = |x: f32, most: f32| if x.is_finite() { x.clamp(0.0, most) } else { 0.0 };
        Self {
            subharmonic: within(self.subharmonic, 1.0),
            jitter: within(self.jitter, JITTER_MAX),
            shimmer_db: within(self.shimmer_db, SHIMMER_MAX_DB),
        }
    }

    /// Whether the sound is left as it is.
    fn leaves_amplitude(&self) -> bool {
        self.subharmonic == 0.0 && self.shimmer_db == 0.0
    }
}

impl Default for Glottis {
    fn default() -> Self {
        Self::STEADY
    }
}

/// The irregular part of the glottal oscillator of a bank.
#[derive(Debug)]
pub(super) struct GlottalCycle {
    noise: Noise,
    seed: u64,
    from: Glottis,
    to: Glottis,
    /// Amplitude draws of the present cycle and the next.
    draws: [f32; 2],
    /// Whether the present cycle is the second of its pair.
    second: bool,
}

impl GlottalCycle {
    /// A steady one.
    pub(super) fn new(seed: u64) -> Self {
        // Its own stream: a rough voice must not change the noise of the partials.
        let noise = Noise::new(seed ^ 0x676c_6f74);
        Self { noise, seed, from: Glottis::STEADY, to: Glottis::STEADY, draws: [0.0; 2], second: false }
    }

    /// Steady, the noise from its start.
    pub(super) fn reset(&mut self) {
        *self = Self::new(self.seed);
    }

    /// Has the coming hop lead to this state.
    pub(super) fn aim(&mut self, glottis: &Glottis) {
        self.from = self.to;
        self.to = glottis.limited();
    }

    /// Cycles per sample of half a hop of `samples` whose own is `step_cycles`.
    pub(super) fn wander(&mut self, half: usize, step_cycles: f64, samples: usize) -> f64 {
        if self.from.jitter == 0.0 && self.to.jitter == 0.0 {
            return step_cycles;
        }
        let along = 0.25 + 0.5 * half as f32;
        let jitter = self.from.jitter + along * (self.to.jitter - self.from.jitter);
        let sigma = omega_deviation(jitter, step_cycles as f32 * samples as f32);
        step_cycles * f64::from((1.0 + sigma * self.noise.gaussian()).clamp(TURN[0], TURN[1]))
    }

    /// Shapes half a hop that starts `theta_cycles` into a glottal cycle. Call it for every half hop, before the phase
    /// moves on.
    pub(super) fn shape(&mut self, half: usize, theta_cycles: f64, step_cycles: f64, sound: &mut [f32]) {
        if self.from.leaves_amplitude() && self.to.leaves_amplitude() {
            return;
        }
        let per_sample = 0.5 / sound.len() as f32;
        let mut crossed = 0.0;
        for (n, x) in sound.iter_mut().enumerate() {
            let along = 0.5 * half as f32 + per_sample * n as f32;
            let between = |from: f32, to: f32| from + along * (to - from);
            let depth = between(self.from.subharmonic, self.to.subharmonic);
            let shimmer_db = between(self.from.shimmer_db, self.to.shimmer_db);
            let place = theta_cycles + step_cycles * n as f64;
            crossed = self.cross(crossed, place);
            let cycle = (place - crossed) as f32;
            *x *= self.swing(depth, cycle) * self.strength(shimmer_db, cycle);
        }
        // The same sum as the bank's own: no cycle is missed between two half hops.
        self.cross(crossed, theta_cycles + step_cycles * sound.len() as f64);
    }

    /// Begins the cycles up to a place, of which `crossed` have begun; returns how many have by then.
    fn cross(&mut self, mut crossed: f64, place: f64) -> f64 {
        while place >= crossed + 1.0 {
            crossed += 1.0;
            self.second = !self.second;
            self.draws = [self.draws[1], self.noise.gaussian()];
        }
        crossed
    }

    /// w at a place in the present cycle.
    fn swing(&self, depth: f32, cycle: f32) -> f32 {
        if depth == 0.0 {
            return 1.0;
        }
        let swing = 1.0 + depth * (PI * (cycle + f32::from(u8::from(self.second)))).cos();
        let square = depth * depth;
        swing * swing / (1.0 + 3.0 * square + 0.375 * square * square).sqrt()
    }

    /// e^{s m - s^2} at a place in the present cycle.
    fn strength(&self, shimmer_db: f32, cycle: f32) -> f32 {
        if shimmer_db == 0.0 {
            return 1.0;
        }
        let sigma = shimmer_db * DB_TO_NEPER / (LOCAL * HAND_OVER_LOSS);
        let over = ((cycle - (1.0 - HAND_OVER)) / HAND_OVER).clamp(0.0, 1.0);
        let over = over * over * (3.0 - 2.0 * over);
        let draw = self.draws[0] + over * (self.draws[1] - self.draws[0]);
        fast_exp(sigma * draw - sigma * sigma)
    }
}

/// Standard deviation of omega, drawn every h, for a local jitter: `h_per_period` is h / T.
///
/// A mean over T of steps of length h has the variance `x - x^2 / 3` and the covariance `x^2 / 6` with its neighbour, where
/// `x = h / T <= 1`; several periods in one step share its deviation: `2 / (3 x)` from x = 2 on.
fn omega_deviation(jitter: f32, h_per_period: f32) -> f32 {
    let x = h_per_period.max(1e-3);
    let spread = if x <= 1.0 {
        x - 0.5 * x * x
    } else if x < 2.0 {
        0.5 - (x - 1.0) / 6.0
    } else {
        2.0 / (3.0 * x)
    };
    jitter / (LOCAL * spread.sqrt())
}

crate::carry::carried!(Glottis { subharmonic, jitter, shimmer_db } but {});
crate::carry::carried!(GlottalCycle { noise, from, to, draws, second } but { seed });

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sound::{OscillatorBank, SoundKnot};
    use crate::voice::{ENVELOPE_KNOTS, KnotAxis};
    use std::f64::consts::TAU;

    const AXIS: KnotAxis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };
    const RATE_HZ: f32 = 48_000.0;
    const HOP: usize = 200;

    /// Three locked partials.
    fn knot(f0_hz: f32, glottis: Glottis) -> SoundKnot {
        let level = |f_hz: f32| if f_hz < 3.4 * f0_hz { -2.0 } else { -19.0 };
        SoundKnot {
            f0_hz,
            envelope: std::array::from_fn::<_, ENVELOPE_KNOTS, _>(|j| level(AXIS.knot_hz(j as f32))),
            coherence: [1.0; 4],
            gain: 1.0,
            glottis,
            ..SoundKnot::SILENT
        }
    }

    fn play(knots: impl Iterator<Item = SoundKnot>) -> Vec<f32> {
        let mut bank = OscillatorBank::new(RATE_HZ, AXIS, 1.15, HOP, 1);
        knots
            .flat_map(|knot| {
                let mut hop = vec![0.0; HOP];
                bank.render(&knot, &mut hop);
                hop
            })
            .collect()
    }

    fn steady(f0_hz: f32, glottis: Glottis, seconds: f32) -> Vec<f32> {
        play(std::iter::repeat_n(knot(f0_hz, glottis), (seconds * 240.0) as usize))
    }

    /// Amplitude of a frequency by correlation.
    fn amplitude(x: &[f32], f_hz: f64) -> f64 {
        let (mut re, mut im) = (0.0, 0.0);
        for (n, v) in x.iter().enumerate() {
            let (sin, cos) = (TAU * f_hz * n as f64 / f64::from(RATE_HZ)).sin_cos();
            re += f64::from(*v) * cos;
            im += f64::from(*v) * sin;
        }
        2.0 * re.hypot(im) / x.len() as f64
    }

    /// Periods in samples and peaks of the cycles of a tone, which crosses zero upwards once in each.
    fn cycles(x: &[f32], f0_hz: f32) -> (Vec<f32>, Vec<f32>) {
        let marks: Vec<f32> = x
            .windows(2)
            .enumerate()
            .filter(|(_, w)| w[0] < 0.0 && w[1] >= 0.0)
            .map(|(n, w)| n as f32 + w[0] / (w[0] - w[1]))
            .collect();
        let least = 0.5 * RATE_HZ / f0_hz;
        let mut kept: Vec<f32> = Vec::new();
        for mark in marks {
            if kept.last().is_none_or(|last| mark - last > least) {
                kept.push(mark);
            }
        }
        let periods = kept.windows(2).map(|pair| pair[1] - pair[0]).collect();
        let peaks = kept
            .windows(2)
            .map(|pair| x[pair[0] as usize..pair[1] as usize].iter().copied().fold(0.0, f32::max))
            .collect();
        (periods, peaks)
    }

    fn mean(x: impl ExactSizeIterator<Item = f32>) -> f32 {
        let count = x.len() as f32;
        x.sum::<f32>() / count
    }

    /// One partial, so that zero crossings are the oscillator's own period marks.
    fn tone(f0_hz: f32, glottis: Glottis) -> Vec<f32> {
        let mut knot = knot(f0_hz, glottis);
        knot.envelope =
            std::array::from_fn(|j| if AXIS.knot_hz(j as f32) < 1.3 * f0_hz { -2.0 } else { -19.0 });
        play(std::iter::repeat_n(knot, 240 * 8))[4_800..].to_vec()
    }

    #[test]
    fn measured_jitter_is_as_asked() {
        for f0_hz in [80.0, 120.0, 220.0, 400.0] {
            for asked in [0.005, 0.01, 0.02, 0.05] {
                let (periods, _) = cycles(&tone(f0_hz, Glottis { jitter: asked, ..Glottis::STEADY }), f0_hz);
                let change = mean(periods.windows(2).map(|pair| (pair[1] - pair[0]).abs()));
                let local = change / mean(periods.iter().copied());
                println!("jitter at {f0_hz} Hz: {:.2} % for {:.2} %", 100.0 * local, 100.0 * asked);
                assert!((local / asked - 1.0).abs() < 0.2, "{local} for {asked} at {f0_hz} Hz");
                let f0 = RATE_HZ / mean(periods.iter().copied());
                assert!((f0 / f0_hz - 1.0).abs() < 0.01, "the mean f0 stays: {f0}");
            }
        }
    }

    #[test]
    fn measured_shimmer_is_as_asked() {
        for f0_hz in [80.0, 120.0, 220.0, 400.0] {
            for asked in [0.25, 0.5, 1.0, 2.0] {
                let x = tone(f0_hz, Glottis { shimmer_db: asked, ..Glottis::STEADY });
                let (_, peaks) = cycles(&x, f0_hz);
                let local = mean(peaks.windows(2).map(|pair| (20.0 * (pair[1] / pair[0]).log10()).abs()));
                println!("shimmer at {f0_hz} Hz: {local:.2} dB for {asked:.2} dB");
                assert!((local / asked - 1.0).abs() < 0.3, "{local} for {asked} at {f0_hz} Hz");
            }
        }
    }

    /// The partial at f0 / 2 has a / norm times the first one's amplitude, and grows with every step of the depth.
    #[test]
    fn the_subharmonic_is_the_one_that_the_equation_says() {
        let f0_hz = 240.0;
        let of = |depth: f32, f_hz: f64| {
            let x = steady(f0_hz, Glottis { subharmonic: depth, ..Glottis::STEADY }, 0.5);
            amplitude(&x[12_000..12_000 + 40 * 200], f_hz)
        };
        let first = of(0.0, 240.0);
        assert!(of(0.0, 120.0) < 1e-3 * first);
        let mut before = 0.0;
        for step in 1..=10 {
            let a = f64::from(step) / 10.0;
            let found = of(step as f32 / 10.0, 120.0) / first;
            let expected = a / (1.0 + 3.0 * a * a + 0.375 * a.powi(4)).sqrt();
            assert!((found - expected).abs() < 0.02, "{found} for {expected} at depth {a}");
            assert!(found > before);
            before = found;
        }
    }

    #[test]
    fn the_mean_power_stays() {
        let rms =
            |x: &[f32]| (x[12_000..].iter().map(|v| v * v).sum::<f32>() / (x.len() - 12_000) as f32).sqrt();
        let own = rms(&steady(200.0, Glottis::STEADY, 4.0));
        for glottis in [
            Glottis { subharmonic: 1.0, ..Glottis::STEADY },
            Glottis { jitter: 0.05, ..Glottis::STEADY },
            Glottis { shimmer_db: 3.0, ..Glottis::STEADY },
        ] {
            let change_db = 20.0 * (rms(&steady(200.0, glottis, 4.0)) / own).log10();
            assert!(change_db.abs() < 2.0, "{glottis:?} changes the level by {change_db} dB");
        }
    }

    #[test]
    fn what_is_steady_again_is_as_if_nothing_had_been() {
        let rough = Glottis { subharmonic: 0.5, jitter: 0.0, shimmer_db: 2.0 };
        let during =
            |hop: usize, glottis: Glottis| if (60..120).contains(&hop) { glottis } else { Glottis::STEADY };
        let sound = |glottis| play((0..200).map(|hop| knot(150.0, during(hop, glottis))));
        let (plain, shaped) = (sound(Glottis::STEADY), sound(rough));
        assert!(plain[..60 * HOP] == shaped[..60 * HOP] && plain[121 * HOP..] == shaped[121 * HOP..]);
        assert!(plain[80 * HOP..100 * HOP] != shaped[80 * HOP..100 * HOP]);
    }

    #[test]
    fn absurd_states_stay_finite() {
        for absurd in [f32::NAN, f32::INFINITY, -1.0, 1e9] {
            let glottis = Glottis { subharmonic: absurd, jitter: absurd, shimmer_db: absurd };
            assert!(steady(f32::NAN, glottis, 0.2).iter().all(|x| x.is_finite()));
        }
    }
}
