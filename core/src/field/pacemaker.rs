//! Clocks from outside that the syllable clock can follow: the host's beat, and the clock of another engine.
//!
//! Beat: a syllable that would end between two lines of the grid is drawn to the nearest one. What it needs is another
//! rate, `omega_need = (2 pi - theta) / time to that line`; what it gets is `omega + clamp(omega_need - omega, -K, K)`: as
//! with any oscillator that is pulled with strength K, detuning up to K is followed (Adler 1946) and more is not.
//! Sanity: K = 0 changes no bit.
//!
//! Partner: phases attract by `K sin(theta_partner - theta - alpha)`, which the score's own pull keeps within a fraction
//! of a syllable; paces attract by `rho' = k (ln f_partner - ln f) - rho / tau`, rho being the log of a factor on the rate:
//! speakers who talk to each other come to speak at one pace (Street 1984; Levitan & Hirschberg 2011).

use super::network::wrap;
use crate::carry::{Carried, Ledger};
use std::f32::consts::TAU;

/// Tempos that make sense, beats a minute.
const TEMPO_BPM: (f32, f32) = (20.0, 400.0);
/// A beat position this far from where the tempo would have it is a jump of the host, in beats.
const JUMP_BEATS: f64 = 1e-3;
/// Grid period that suits syllables best, s.
const SYLLABLE_S: f32 = 0.22;

/// Where the host is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Transport {
    /// Beats (quarter notes) a minute, 20 to 400.
    pub tempo_bpm: f32,
    /// Position in beats since the start of the song.
    pub beats: f64,
    /// Whether it moves.
    pub playing: bool,
}

/// The host's beat on the engine's clock of samples.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BeatClock {
    anchor: Option<(u64, Transport)>,
    /// Counts the jumps: who aimed at a line of the grid has to aim anew.
    jumps: u32,
}

impl BeatClock {
    /// The host tells its place at a sample. Positions that follow from the last one leave everything as it is, so that
    /// it does not matter how often they are told; nonsense counts as a host that stands.
    pub fn hear(&mut self, transport: Transport, sample: u64, sample_rate_hz: f32) {
        let sound = transport.beats.is_finite() && (TEMPO_BPM.0..=TEMPO_BPM.1).contains(&transport.tempo_bpm);
        if !sound || !transport.playing {
            self.jumps += u32::from(self.anchor.is_some());
            self.anchor = None;
            return;
        }
        if let (Some((_, known)), Some(expected)) = (self.anchor, self.beats(sample, sample_rate_hz)) {
            let jumped = (expected - transport.beats).abs() > JUMP_BEATS;
            if !jumped && known.tempo_bpm == transport.tempo_bpm {
                return;
            }
            self.jumps += u32::from(jumped);
        }
        self.anchor = Some((sample, transport));
    }

    /// Position in beats at a sample; `None` while the host stands.
    pub fn beats(&self, sample: u64, sample_rate_hz: f32) -> Option<f64> {
        let (at, transport) = self.anchor?;
        let elapsed_s = (sample as f64 - at as f64) / sample_rate_hz as f64;
        Some(transport.beats + elapsed_s * transport.tempo_bpm as f64 / 60.0)
    }

    /// Lines of the grid per beat: as asked for, or the power of two whose period suits syllables best.
    fn lines_per_beat(tempo_bpm: f32, division: u32) -> f32 {
        if division > 0 {
            return division as f32;
        }
        let beat_s = 60.0 / tempo_bpm;
        let misfit = |lines: &f32| (beat_s / lines / SYLLABLE_S).ln().abs();
        [1.0, 2.0, 4.0, 8.0].into_iter().min_by(|a, b| misfit(a).total_cmp(&misfit(b))).unwrap_or(1.0)
    }

    /// Position in lines of the grid at a sample, lines a second, and how often the host has jumped. `division` is the
    /// number of lines per beat, 0 for the one that suits.
    pub fn grid(&self, sample: u64, sample_rate_hz: f32, division: u32) -> Option<Grid> {
        let (_, transport) = self.anchor?;
        let lines = Self::lines_per_beat(transport.tempo_bpm, division);
        let position = self.beats(sample, sample_rate_hz)? * lines as f64;
        Some(Grid { position, lines_per_s: lines * transport.tempo_bpm / 60.0, jumps: self.jumps })
    }
}

/// The grid at an instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grid {
    /// In lines since the start of the song.
    pub position: f64,
    /// Lines a second.
    pub lines_per_s: f32,
    /// Jumps of the host so far.
    pub jumps: u32,
}

/// The syllable under way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Syllable {
    /// Counts the beats of the line, and the lines: another syllable has another number.
    pub index: u64,
    /// Turned part, 0..1.
    pub phase: f32,
    /// Rate of the clock without any pull, rad/s.
    pub omega: f32,
}

/// Draws syllables to the lines of a grid.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pacemaker {
    /// Syllable, jumps of the host, line that it ends on.
    goal: Option<(u64, u32, f64)>,
}

impl Pacemaker {
    /// Rate of the clock in rad/s for a pull of `k_rad_per_s`, the grid being shifted by `alpha_rad` of a line.
    pub fn omega(&mut self, syllable: &Syllable, grid: &Grid, k_rad_per_s: f32, alpha_rad: f32) -> f32 {
        let Syllable { index, phase, omega } = *syllable;
        if k_rad_per_s <= 0.0 || omega <= 0.0 {
            self.goal = None;
            return omega;
        }
        let here = grid.position - (alpha_rad / TAU) as f64;
        let rest_lines = ((1.0 - phase) * TAU / omega * grid.lines_per_s) as f64;
        let goal = match self.goal {
            Some((known, jumps, goal)) if known == index && jumps == grid.jumps && goal > here => goal,
            _ => {
                let nearest = (here + rest_lines).round();
                // Half the time is hurry enough.
                if nearest - here < 0.5 * rest_lines { nearest + 1.0 } else { nearest }
            }
        };
        self.goal = Some((index, grid.jumps, goal));
        let left_s = ((goal - here) as f32 / grid.lines_per_s).max(1e-4);
        let need = (1.0 - phase) * TAU / left_s;
        (omega + (need - omega).clamp(-k_rad_per_s, k_rad_per_s)).clamp(0.1 * omega, 4.0 * omega)
    }
}

/// What an engine tells another one of its syllable clock.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Pulse {
    /// Phase of the syllable clock in rad.
    pub theta: f32,
    /// Its rate at this instant in rad/s.
    pub omega: f32,
    /// Its mean pace over the last seconds in syllables a second; 0 before any.
    pub pace_hz: f32,
    /// Whether it speaks.
    pub speaking: bool,
}

/// Gain of the attraction of paces, 1/s, and time constant of its fading, s. A larger gain overshoots: each measures the
/// other's pace over a second and a half.
const PACE_GAIN_PER_S: f32 = 0.3;
const PACE_TAU_S: f32 = 30.0;
/// Farthest that a pace is drawn, as a log of the rate.
const PACE_REACH: f32 = 0.35;
/// A partner that has told nothing for so long is gone, s.
const SILENT_S: f32 = 0.25;
/// Time over which a partner's phase is foretold, s.
const FORESIGHT_S: f32 = 0.05;
/// Time constant with which the own pace is measured, s.
const OWN_PACE_S: f32 = 1.5;

/// Another engine's clock as it is heard, and how far the own pace has gone towards it.
#[derive(Debug, Clone, Copy, Default)]
pub struct PartnerClock {
    pulse: Pulse,
    /// Seconds since it was heard.
    age_s: f32,
    heard: bool,
    /// Log of the factor on the own rate.
    rho: f32,
    /// The own pace, syllables a second.
    own_hz: f32,
    /// Phase and time of the foretelling.
    foretold: Option<(f32, f32)>,
    /// Latest error of a foretold phase in rad.
    error: f32,
}

impl PartnerClock {
    /// The other engine tells where it is. What is not finite is ignored.
    pub fn hear(&mut self, pulse: Pulse) {
        if [pulse.theta, pulse.omega, pulse.pace_hz].iter().all(|x| x.is_finite()) {
            let pulse = Pulse {
                theta: wrap(pulse.theta.clamp(-1e4, 1e4)),
                omega: pulse.omega.clamp(0.0, 200.0),
                pace_hz: pulse.pace_hz.clamp(0.0, 20.0),
                ..pulse
            };
            (self.pulse, self.age_s, self.heard) = (pulse, 0.0, true);
        }
    }

    /// Whether it is there and speaks.
    pub fn speaks(&self) -> bool {
        self.heard && self.pulse.speaking && self.age_s < SILENT_S
    }

    /// Its phase now, in rad.
    pub fn theta(&self) -> f32 {
        self.pulse.theta
    }

    /// The own pace, syllables a second.
    pub fn own_pace_hz(&self) -> f32 {
        self.own_hz
    }

    /// Factor on the own rate, 1 without a partner.
    pub fn rate_factor(&self) -> f32 {
        if self.rho == 0.0 { 1.0 } else { self.rho.exp() }
    }

    /// How far off the partner's phase was from what its pace foretold, rad, 0..=pi; taken once.
    pub fn take_error(&mut self) -> f32 {
        std::mem::take(&mut self.error)
    }

    /// Goes on by `dt_s`. `strength` in 0..=1 is how much the partner counts; `omega` the own clock's rate in rad/s, and
    /// `sounding` whether a syllable (no rest) is under way.
    pub fn step(&mut self, dt_s: f32, strength: f32, omega: f32, sounding: bool) {
        if sounding && omega > 0.0 {
            let hz = omega / TAU;
            let share = if self.own_hz == 0.0 { 1.0 } else { dt_s / OWN_PACE_S };
            self.own_hz += share * (hz - self.own_hz);
        }
        if !self.heard {
            return;
        }
        self.age_s += dt_s;
        self.pulse.theta = wrap(self.pulse.theta + self.pulse.omega * dt_s);
        self.foresee(dt_s);
        let both = self.speaks() && self.own_hz > 0.0 && self.pulse.pace_hz > 0.0;
        let draw =
            if both { strength * PACE_GAIN_PER_S * (self.pulse.pace_hz / self.own_hz).ln() } else { 0.0 };
        let draw = if sounding { draw } else { 0.0 };
        self.rho = (self.rho + dt_s * (draw - self.rho / PACE_TAU_S)).clamp(-PACE_REACH, PACE_REACH);
        if self.rho.abs() < 1e-6 {
            self.rho = 0.0;
        }
    }

    fn foresee(&mut self, dt_s: f32) {
        self.foretold = match self.foretold {
            _ if !self.speaks() => None,
            Some((theta, left_s)) if left_s <= dt_s => {
                self.error = self.error.max(wrap(self.pulse.theta - theta).abs());
                None
            }
            Some((theta, left_s)) => Some((theta, left_s - dt_s)),
            None => Some((wrap(self.pulse.theta + TAU * self.pulse.pace_hz * FORESIGHT_S), FORESIGHT_S)),
        };
    }

    /// The own clock as others may hear it.
    pub fn pulse(&self, theta: f32, omega: f32, speaking: bool) -> Pulse {
        Pulse { theta, omega, pace_hz: self.own_hz, speaking }
    }
}

crate::carry::carried!(Transport { tempo_bpm, beats, playing } but {});
crate::carry::carried!(PartnerClock { pulse, age_s, heard, rho, own_hz, foretold, error } but {});
crate::carry::carried!(Pulse { theta, omega, pace_hz, speaking } but {});

impl Carried for BeatClock {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self { anchor, jumps } = self;
        ledger.maybe(anchor, (0, Transport { tempo_bpm: 0.0, beats: 0.0, playing: false }));
        jumps.carry(ledger);
        let told =
            |(_, transport): &(u64, Transport)| (TEMPO_BPM.0..=TEMPO_BPM.1).contains(&transport.tempo_bpm);
        if !anchor.as_ref().is_none_or(told) {
            ledger.doubt();
        }
    }
}

impl Carried for Pacemaker {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self { goal } = self;
        let mut carried = goal.map(|(syllable, jumps, line)| (syllable, (jumps, line)));
        carried.carry(ledger);
        *goal = carried.map(|(syllable, (jumps, line))| (syllable, jumps, line));
    }
}

impl BeatClock {
    /// The same beat on another clock of samples, which shows `to` when this one's shows `from`.
    pub(crate) fn moved(self, from: u64, to: u64, sample_rate_hz: f32) -> Self {
        let here = self.beats(from, sample_rate_hz);
        let anchor =
            self.anchor.zip(here).map(|((_, transport), beats)| (to, Transport { beats, ..transport }));
        Self { anchor, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: f32 = 48_000.0;

    #[test]
    fn told_often_or_once_the_beat_is_the_same() {
        let mut clock = BeatClock::default();
        let at = |beats, tempo_bpm| Transport { tempo_bpm, beats, playing: true };
        clock.hear(at(3.0, 120.0), 1_000, RATE);
        let once = clock;
        clock.hear(at(4.0, 120.0), 1_000 + 24_000, RATE);
        assert_eq!(clock.beats(90_000, RATE), once.beats(90_000, RATE));
        clock.hear(at(0.0, 120.0), 50_000, RATE);
        assert_eq!(clock.beats(50_000 + 24_000, RATE), Some(1.0), "a jump is followed");
        for nonsense in [at(f64::NAN, 120.0), at(0.0, f32::NAN), at(0.0, 0.0), at(0.0, 1e9)] {
            clock.hear(nonsense, 60_000, RATE);
            assert_eq!(clock.beats(70_000, RATE), None);
        }
    }

    #[test]
    fn the_grid_that_suits_is_near_a_syllable() {
        for tempo in [60.0, 75.0, 90.0, 120.0, 140.0, 180.0] {
            let lines = BeatClock::lines_per_beat(tempo, 0);
            assert!((0.15..0.34).contains(&(60.0 / tempo / lines)), "{tempo} bpm: {lines} lines a beat");
        }
        assert_eq!(BeatClock::lines_per_beat(60.0, 3), 3.0);
    }

    /// Turns syllables of the given nominal lengths; returns where in the grid's period each one ended, in cycles.
    fn ends(k_rad_per_s: f32, lengths_s: &[f32]) -> Vec<f32> {
        let mut clock = BeatClock::default();
        clock.hear(Transport { tempo_bpm: 120.0, beats: 0.13, playing: true }, 0, RATE);
        let mut pacemaker = Pacemaker::default();
        let (mut sample, mut ends) = (0u64, Vec::new());
        for (i, length_s) in lengths_s.iter().enumerate() {
            let (mut phase, omega) = (0.0, TAU / length_s);
            while phase < 1.0 {
                let grid = clock.grid(sample, RATE, 2).expect("a beat");
                let syllable = Syllable { index: i as u64, phase, omega };
                phase += pacemaker.omega(&syllable, &grid, k_rad_per_s, 0.0) / TAU / RATE * 20.0;
                sample += 20;
            }
            let over = (phase - 1.0) * length_s * 2.0 * 2.0;
            ends.push(
                (clock.grid(sample, RATE, 2).expect("a beat").position - over as f64).rem_euclid(1.0) as f32
            );
        }
        ends
    }

    #[test]
    fn strong_pull_lands_every_syllable_on_the_grid_and_none_changes_nothing() {
        let lengths = [0.2, 0.12, 0.31, 0.18, 0.09, 0.45, 0.22];
        for end in ends(60.0, &lengths) {
            assert!(end.min(1.0 - end) < 0.02, "{end} of a line off");
        }
        let free = ends(0.0, &lengths);
        assert!(free.iter().any(|end| end.min(1.0 - end) > 0.2), "{free:?}");
        let mut pacemaker = Pacemaker::default();
        let grid = Grid { position: 0.3, lines_per_s: 4.0, jumps: 0 };
        assert_eq!(pacemaker.omega(&Syllable { index: 0, phase: 0.2, omega: 31.7 }, &grid, 0.0, 0.0), 31.7);
    }

    /// Adler: detuning within K is followed, beyond it is not.
    #[test]
    fn detuning_beyond_k_is_not_followed() {
        let grid = Grid { position: 0.0, lines_per_s: 4.0, jumps: 0 };
        let syllable = |omega| Syllable { index: 0, phase: 0.0, omega };
        let mut pacemaker = Pacemaker::default();
        assert!((pacemaker.omega(&syllable(TAU * 5.0), &grid, 7.0, 0.0) - TAU * 4.0).abs() < 1e-3);
        let mut pacemaker = Pacemaker::default();
        let followed = pacemaker.omega(&syllable(TAU * 5.0), &grid, 3.0, 0.0);
        assert!((followed - (TAU * 5.0 - 3.0)).abs() < 1e-3, "{followed}");
    }

    #[test]
    fn two_paces_meet() {
        let (mut a, mut b) = (PartnerClock::default(), PartnerClock::default());
        let (mut theta_a, mut theta_b) = (0.0, 1.0);
        let (own_a, own_b) = (TAU * 4.0, TAU * 5.0);
        let dt = 1.0 / 240.0;
        for _ in 0..(240 * 20) {
            let (omega_a, omega_b) = (own_a * a.rate_factor(), own_b * b.rate_factor());
            (theta_a, theta_b) = (wrap(theta_a + omega_a * dt), wrap(theta_b + omega_b * dt));
            let (pulse_a, pulse_b) = (a.pulse(theta_a, omega_a, true), b.pulse(theta_b, omega_b, true));
            a.hear(pulse_b);
            b.hear(pulse_a);
            a.step(dt, 1.0, omega_a, true);
            b.step(dt, 1.0, omega_b, true);
        }
        let apart = (own_a * a.rate_factor() / (own_b * b.rate_factor())).ln().abs();
        assert!(apart < 0.1 * (5.0f32 / 4.0).ln(), "paces are {apart} apart");
        a.hear(Pulse { theta: f32::NAN, ..Pulse::default() });
        for _ in 0..(240 * 120) {
            a.step(dt, 1.0, own_a, true);
        }
        assert!(!a.speaks() && (a.rate_factor() - 1.0).abs() < 0.01, "a partner that is gone is forgotten");
    }
}
