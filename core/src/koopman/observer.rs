//! Drift correction: a state that runs by itself and is pulled to what is seen.

use super::operator::{MAX_OBSERVABLES, Operator, Row, project};

/// `e^{s delta_t}` of every mode, kept for as long as the same time is asked for again.
#[derive(Debug, Clone)]
struct Stride {
    /// Of which operator, and for how many seconds.
    key: Option<(u64, f32)>,
    re: [f64; MAX_OBSERVABLES],
    im: [f64; MAX_OBSERVABLES],
}

impl Stride {
    const NONE: Self = Self { key: None, re: [1.0; MAX_OBSERVABLES], im: [0.0; MAX_OBSERVABLES] };

    fn prepare(&mut self, operator: &Operator, delta_t_s: f32) {
        let key = Some((operator.fingerprint(), delta_t_s));
        if self.key == key {
            return;
        }
        for (k, eigenvalue) in operator.eigenvalues()[..operator.mode_count()].iter().enumerate() {
            (self.re[k], self.im[k]) = eigenvalue.factor(delta_t_s);
        }
        self.key = key;
    }
}

/// The eigenfunctions' values `z`, moved by the operator and corrected by what is seen (Luenberger 1971).
///
/// Between two observations it forecasts alone; each one pulls it back by a share, so an operator that is a little off
/// stays in step for ever. Audio thread: arrays of fixed size, no heap, cannot fail. An observer that has not settled on
/// the operator it is given (never, after [`Observer::reset`], or because the operator is another one) stands at rest,
/// and the next [`Observer::correct`] settles it.
#[derive(Debug, Clone)]
pub struct Observer {
    /// In f64: a state that is multiplied 240 times a second for hours must keep its size and phase.
    re: [f64; MAX_OBSERVABLES],
    im: [f64; MAX_OBSERVABLES],
    step: Stride,
    lead: Stride,
    /// The operator that it settled on.
    settled: Option<u64>,
}

impl Default for Observer {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer {
    /// An observer that has not settled.
    pub const fn new() -> Self {
        Self {
            re: [0.0; MAX_OBSERVABLES],
            im: [0.0; MAX_OBSERVABLES],
            step: Stride::NONE,
            lead: Stride::NONE,
            settled: None,
        }
    }

    /// Forgets what it has seen.
    pub fn reset(&mut self) {
        self.settled = None;
    }

    /// Whether it follows this operator.
    pub fn is_settled_on(&self, operator: &Operator) -> bool {
        self.settled == Some(operator.fingerprint())
    }

    /// Takes observables, in their units, for the state. An entry that is missing or not finite counts as at rest.
    pub fn settle(&mut self, operator: &Operator, x: &[f32]) {
        let (re, im) = eigenfunctions(operator, x);
        for k in 0..operator.mode_count() {
            (self.re[k], self.im[k]) = (f64::from(re[k]), f64::from(im[k]));
        }
        self.settled = Some(operator.fingerprint());
    }

    /// Moves on by `dt_s` seconds in closed form; a time that is negative or not finite is none.
    pub fn advance(&mut self, operator: &Operator, dt_s: f32) {
        if !self.is_settled_on(operator) {
            return;
        }
        self.step.prepare(operator, dt_s);
        for k in 0..operator.mode_count() {
            let (re, im) = (self.re[k], self.im[k]);
            self.re[k] = awake(re * self.step.re[k] - im * self.step.im[k]);
            self.im[k] = awake(re * self.step.im[k] + im * self.step.re[k]);
        }
    }

    /// Pulls the state to what is seen, by `gain` of the way: 0 not at all, 1 all of it; held to that range.
    ///
    /// Returns whether the observation was used: one that is too short or not finite is not, nor is an undefined gain.
    pub fn correct(&mut self, operator: &Operator, observed: &[f32], gain: f32) -> bool {
        let n = operator.names().len();
        if gain.is_nan() || observed.len() < n || !observed[..n].iter().all(|x| x.is_finite()) {
            return false;
        }
        if !self.is_settled_on(operator) {
            self.settle(operator, observed);
            return true;
        }
        let gain = f64::from(gain.clamp(0.0, 1.0));
        let (re, im) = eigenfunctions(operator, observed);
        for k in 0..operator.mode_count() {
            self.re[k] += gain * (f64::from(re[k]) - self.re[k]);
            self.im[k] += gain * (f64::from(im[k]) - self.im[k]);
        }
        true
    }

    /// Where the observables will be in `delta_t_s` seconds from the state (a time that is negative or not finite counts
    /// as 0); at rest if it has not settled. Entries of `out` beyond the names stay as they are; what it writes is finite.
    pub fn read(&mut self, operator: &Operator, delta_t_s: f32, out: &mut [f32]) {
        let (mut re, mut im) = ([0.0; MAX_OBSERVABLES], [0.0; MAX_OBSERVABLES]);
        if self.is_settled_on(operator) {
            self.lead.prepare(operator, delta_t_s);
            for k in 0..operator.mode_count() {
                re[k] = (self.re[k] * self.lead.re[k] - self.im[k] * self.lead.im[k]) as f32;
                im[k] = (self.re[k] * self.lead.im[k] + self.im[k] * self.lead.re[k]) as f32;
            }
        }
        operator.forecast(operator.rest(), &re, &im, out);
    }
}

/// Values too small to matter are 0: denormal numbers are slow.
fn awake(x: f64) -> f64 {
    if x.abs() < 1e-30 { 0.0 } else { x }
}

/// `w_k (x - rest)` of every mode.
fn eigenfunctions(operator: &Operator, x: &[f32]) -> (Row, Row) {
    let mut deviation = [0.0; MAX_OBSERVABLES];
    for ((deviation, rest), x) in deviation.iter_mut().zip(operator.rest()).zip(x) {
        *deviation = if x.is_finite() { x - rest } else { 0.0 };
    }
    let (mut re, mut im) = ([0.0; MAX_OBSERVABLES], [0.0; MAX_OBSERVABLES]);
    project(operator, &deviation, &mut re, &mut im);
    (re, im)
}

#[cfg(test)]
mod tests {
    use super::super::edmd::Edmd;
    use super::*;
    use std::f64::consts::TAU;

    const DT_S: f32 = 1.0 / 64.0;

    /// Two oscillators of 1 Hz and 0.3 Hz, their frequencies off by `detune`, about `offset`.
    fn world(t_s: f64, detune: f64, offset: f64) -> [f32; 4] {
        let (a, b) = (TAU * detune * t_s, 0.3 * TAU * detune * t_s);
        [a.cos() + 0.3 * b.sin(), a.sin(), 0.7 * b.cos(), 0.7 * b.sin() - 0.2 * a.cos()]
            .map(|x| (x + offset) as f32)
    }

    fn operator() -> Operator {
        let mut edmd = Edmd::new(&["jaw", "lips", "brow", "lid"], f64::from(DT_S)).expect("names");
        for step in 0..1000 {
            let at = |step: i32| world(f64::from(step) * f64::from(DT_S), 1.0, 0.0).map(f64::from);
            edmd.add(&at(step), &at(step + 1)).expect("a pair");
        }
        edmd.fit(0.0).expect("an operator")
    }

    /// The worst forecast error, 40 ms ahead, in each of ten minutes of a world that is 3 % faster and 0.05 off.
    fn worst_by_minute(gain: f32) -> [f32; 10] {
        let (operator, mut observer, mut out) = (operator(), Observer::new(), [0.0; 4]);
        observer.settle(&operator, &world(0.0, 1.03, 0.05));
        let mut worst = [0.0f32; 10];
        for step in 1..600 * 64 {
            let t_s = f64::from(step) * f64::from(DT_S);
            observer.advance(&operator, DT_S);
            observer.correct(&operator, &world(t_s, 1.03, 0.05), gain);
            observer.read(&operator, 0.04, &mut out);
            for (out, x) in out.iter().zip(world(t_s + 0.04, 1.03, 0.05)) {
                let minute = &mut worst[(t_s / 60.0) as usize];
                *minute = minute.max((out - x).abs());
            }
        }
        worst
    }

    #[test]
    fn correction_keeps_a_drifting_world_in_step_for_ten_minutes() {
        let (blind, seeing) = (worst_by_minute(0.0), worst_by_minute(0.2));
        // Steady state of dz = (1 - gain) e^{..} z + gain z_seen: a lag of (1 - gain) / gain steps of the 3 % (0.012 rad),
        // the lead's own 3 % (0.008 rad) and the offset, which the operator takes for motion.
        assert!(seeing.iter().all(|worst| *worst < 0.08), "{seeing:?}");
        assert!(seeing[9] < 1.05 * seeing[1], "{seeing:?}");
        // 3 % of 600 s at 1 Hz are 18 turns: in opposition the error is the swing there and back.
        assert!(blind[1..].iter().all(|worst| *worst > 1.0), "{blind:?}");
    }

    #[test]
    fn one_long_step_is_ten_short_ones() {
        let operator = operator();
        let (mut long, mut short) = (Observer::new(), Observer::new());
        long.settle(&operator, &[0.3, -0.8, 0.5, 0.1]);
        short.settle(&operator, &[0.3, -0.8, 0.5, 0.1]);
        long.advance(&operator, 10.0 * DT_S);
        (0..10).for_each(|_| short.advance(&operator, DT_S));
        let (mut a, mut b) = ([0.0; 4], [0.0; 4]);
        long.read(&operator, 0.1, &mut a);
        short.read(&operator, 0.1, &mut b);
        assert!(a.iter().zip(b).all(|(a, b)| (a - b).abs() < 1e-6), "{a:?} {b:?}");
    }

    #[test]
    fn it_agrees_with_the_operator_and_a_full_gain_sees_all() {
        let operator = operator();
        let x = [0.3, -0.8, 0.5, 0.1];
        let mut observer = Observer::new();
        observer.settle(&operator, &[1.0; 4]);
        assert!(observer.correct(&operator, &x, 1.0));
        let (mut read, mut predicted) = ([0.0; 4], [0.0; 4]);
        for lead_s in [0.0, 0.04, 0.5] {
            observer.read(&operator, lead_s, &mut read);
            operator.predict(&x, lead_s, &mut predicted);
            assert!(read.iter().zip(predicted).all(|(a, b)| (a - b).abs() < 1e-5));
        }
    }

    #[test]
    fn unsettled_it_rests_and_settles_on_what_it_sees() {
        let operator = operator();
        let (mut observer, mut out) = (Observer::default(), [9.0; 5]);
        observer.advance(&operator, 1.0);
        observer.read(&operator, 0.1, &mut out);
        assert_eq!(out[..4], *operator.rest());
        assert_eq!(out[4], 9.0);
        assert!(observer.correct(&operator, &[0.3, -0.8, 0.5, 0.1], 0.01));
        observer.read(&operator, 0.0, &mut out);
        assert!((out[1] + 0.8).abs() < 1e-5);
        observer.reset();
        assert!(!observer.is_settled_on(&operator));
    }

    #[test]
    fn what_was_not_measured_is_not_believed() {
        let operator = operator();
        let (mut observer, mut before, mut after) = (Observer::new(), [0.0; 4], [0.0; 4]);
        observer.settle(&operator, &[0.3, -0.8, 0.5, 0.1]);
        observer.read(&operator, 0.0, &mut before);
        assert!(!observer.correct(&operator, &[0.0, f32::NAN, 0.0, 0.0], 0.5));
        assert!(!observer.correct(&operator, &[0.0; 3], 0.5));
        assert!(!observer.correct(&operator, &[0.0; 4], f32::NAN));
        assert!(observer.correct(&operator, &[0.0; 4], -3.0));
        observer.advance(&operator, f32::NAN);
        observer.read(&operator, -1.0, &mut after);
        assert_eq!(before, after);
    }

    #[test]
    fn another_operator_is_noticed() {
        let first = operator();
        let mut edmd = Edmd::new(&["jaw"], 0.1).expect("a name");
        (0..20).for_each(|i| edmd.add(&[0.5f64.powi(i)], &[0.5f64.powi(i + 1)]).expect("a pair"));
        let second = edmd.fit(0.0).expect("an operator");
        let mut observer = Observer::new();
        observer.settle(&first, &[1.0; 4]);
        assert!(observer.is_settled_on(&first) && !observer.is_settled_on(&second));
        observer.advance(&second, 0.1);
        let mut out = [0.0];
        observer.correct(&second, &[1.0], 0.1);
        observer.advance(&second, 0.1);
        observer.read(&second, 0.0, &mut out);
        assert!((out[0] - 0.5).abs() < 1e-6);
    }
}
