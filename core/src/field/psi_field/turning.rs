//! How the field turns the syllable clock: score, drive, partner and the host's beat together.

use super::PsiField;
use crate::field::clock::SyllableClock;
use crate::field::pacemaker::Syllable;
use crate::field::roles::Role;
use crate::score::Score;
use std::f32::consts::TAU;

/// What turns the clock for one tick.
#[derive(Debug, Clone, Copy)]
pub struct Turning<'a> {
    /// What is said.
    pub score: &'a Score,
    /// Length of the tick in s.
    pub dt_s: f32,
    /// Sample at which it begins.
    pub sample: u64,
    /// Samples a second.
    pub sample_rate_hz: f32,
    /// Factor on the score's rate.
    pub rate_ratio: f32,
    /// Factor on the clock's rate while it is held, 0..=1.
    pub pace: f32,
    /// How much the host's beat pulls, 0..=1.
    pub beat_coupling: f32,
    /// Lines of the grid per beat; 0 for what suits.
    pub beat_division: u32,
    /// How much another engine pulls, 0..=1.
    pub partner_coupling: f32,
}

impl PsiField {
    /// Turns the syllable clock by one tick; returns its pace, 1 unless it is held or pauses.
    pub fn turn_clock(&mut self, turning: &Turning<'_>, clock: &mut SyllableClock) -> f32 {
        let score = turning.score;
        let own = clock.omega(score, 1.0);
        if own <= 0.0 {
            self.omega = 0.0;
            return turning.pace;
        }
        let mut pace = turning.pace;
        if !score.speaker.keeps_time {
            pace *= 1.0 - self.answer().min(1.0) * (1.0 - self.response.pace());
        }
        let omega = pace * self.paced(turning, clock, own);
        let kick = self.partner_kick(turning.partner_coupling);
        let push = if score.speaker.keeps_time { 1.0 } else { self.network.push(omega, kick) };
        let before = clock.beat_index();
        clock.turn(score, omega / own, push, turning.dt_s);
        self.syllables += (clock.beat_index() - before) as u64;
        (self.omega, self.speaking) = (omega, true);
        self.partner.step(turning.dt_s, turning.partner_coupling, omega, clock.sounds(score));
        pace
    }

    /// Puts the syllable clock at a place of the score that is told from outside, after one tick; returns its pace.
    pub fn lead_clock(&mut self, score: &Score, clock: &mut SyllableClock, place_s: f32, dt_s: f32) -> f32 {
        let own = clock.omega(score, 1.0);
        let (beat, from_s) = (clock.beat_index(), clock.position_s(score));
        clock.go_to(score, place_s);
        self.syllables += clock.beat_index().saturating_sub(beat) as u64;
        // A jump is no hurry: nothing in the field turns faster than hasty speech.
        let pace = ((place_s - from_s) / dt_s).clamp(0.0, 2.0);
        (self.omega, self.speaking) = (pace * own, true);
        self.partner.step(dt_s, 0.0, self.omega, clock.sounds(score));
        pace
    }

    /// Rate of the clock as the score, a drive, a partner and the host's beat want it, rad/s.
    fn paced(&mut self, turning: &Turning<'_>, clock: &SyllableClock, own: f32) -> f32 {
        if turning.score.speaker.keeps_time {
            // A song has notes to keep.
            return own * turning.rate_ratio;
        }
        let nominal = match self.network.driven_hz(Role::Syllable) {
            // Driven from outside every syllable lasts one turn.
            Some(hz) if clock.sounds(turning.score) => TAU * hz.max(0.1),
            _ => own * turning.rate_ratio,
        };
        let omega = nominal * self.partner.rate_factor();
        let pull = self.network.setup().beat;
        let k = pull.k_rad_per_s * turning.beat_coupling;
        let grid = self.beat.grid(turning.sample, turning.sample_rate_hz, turning.beat_division);
        match grid.filter(|_| k > 0.0) {
            Some(grid) => {
                self.network
                    .place(Role::Beat, (std::f64::consts::TAU * grid.position.rem_euclid(1.0)) as f32);
                self.network.set_r(Role::Beat, turning.beat_coupling);
                let syllable = Syllable { index: self.syllables, phase: clock.theta() / TAU, omega };
                self.pacemaker.omega(&syllable, &grid, k, pull.alpha_rad)
            }
            None => {
                self.network.set_r(Role::Beat, 0.0);
                omega
            }
        }
    }

    /// What the partner's phase adds to the clock's rate, rad/s.
    fn partner_kick(&mut self, coupling: f32) -> f32 {
        let pull = self.network.setup().partner;
        let strength = if self.partner.speaks() { coupling } else { 0.0 };
        self.network.place(Role::Partner, self.partner.theta());
        self.network.set_r(Role::Partner, strength);
        if strength == 0.0 {
            return 0.0;
        }
        let difference = self.partner.theta() - self.network.theta(Role::Syllable) - pull.alpha_rad;
        pull.k_rad_per_s * strength * difference.sin()
    }
}
