//! Onset, apex and offset of what a face shows: each mode comes and goes in its own time, and some of it leaks first.
//!
//! Felt expressions begin in 0.3-0.7 s and end more slowly (Hess & Kleck 1990; Schmidt et al. 2006 on smiles). Judges find
//! surprise, anger and fear real when they are fast and sadness when it is slow (Hoffmann et al. 2010). Surprise lasts a
//! second at most (Ekman 2003). Micro-expressions last 40-200 ms (Yan et al. 2013), mostly in the upper face, and are rare
//! (Porter & ten Brinke 2008).

use super::Pose;
use super::signature::{add_parts, face_of, face_parts};
use crate::carry::{Carried, Ledger};
use crate::emotion::{MODE_COUNT, Mode, Moods, STYLE_COUNT, Style, Styles};
use crate::sound::Noise;

/// Time in which nine tenths of an expression have come, and have gone, in s.
const fn onset_and_offset_s(mode: Mode) -> (f32, f32) {
    match mode {
        Mode::Neutral => (0.5, 0.5),
        Mode::Happy => (0.5, 1.0),
        Mode::Sad => (0.8, 1.6),
        Mode::Angry => (0.3, 0.9),
        Mode::Afraid => (0.25, 0.9),
        Mode::Disgusted => (0.4, 0.8),
        Mode::Surprised => (0.15, 0.5),
        Mode::Calm => (1.0, 1.0),
        Mode::Tender => (0.7, 1.2),
        Mode::Bored => (1.2, 1.0),
        Mode::Contempt => (0.45, 0.8),
        Mode::Excited => (0.35, 0.8),
    }
}

/// Two equal first-order lags in a row reach nine tenths after 3.89 of their time constants: they start without a kink.
const LAGS_TO_NINE_TENTHS: f32 = 3.89;
/// Styles of speaking come and go with the words, s.
const STYLE_S: f32 = 0.25;

/// What is left of a surprise that goes on, and the time constants with which it stales and is fresh again, s.
const STALE_SURPRISE: f32 = 0.6;
const STALING_S: f32 = 0.8;
const FRESHENING_S: f32 = 1.5;

/// A feeling leaks when it is asked to this degree and hardly shows yet.
const LEAKS_FROM: f32 = 0.2;
const UNSEEN_BELOW: f32 = 0.08;
/// Share of the upper face's units in a flash, and its bounds in s.
const FLASH_SHARE: f32 = 0.4;
const FLASH_S: [f32; 2] = [0.1, 0.2];
/// No flash follows another one within this time, s.
const FLASH_REST_S: f32 = 1.2;
/// Flashes a second while somebody speaks with full feeling.
const FLASH_HZ: f32 = 0.06;

/// A value that follows its target through two lags.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Eased {
    lagged: f32,
    now: f32,
}

impl Eased {
    pub(super) const fn now(&self) -> f32 {
        self.now
    }

    /// `nine_tenths_s` is the time after which nine tenths of a step have been made.
    pub(super) fn follow(&mut self, target: f32, dt_s: f32, nine_tenths_s: f32) {
        let share = 1.0 - (-dt_s * LAGS_TO_NINE_TENTHS / nine_tenths_s).exp();
        self.lagged += share * (target - self.lagged);
        self.now += share * (self.lagged - self.now);
        if target == 0.0 && self.now < 1e-4 && self.now > -1e-4 {
            // Nothing decays for ever.
            self.now = 0.0;
        }
    }
}

/// A micro-expression.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Flash {
    mode: Mode,
    degree: f32,
    age_s: f32,
    length_s: f32,
}

/// What the face shows of feelings and styles, between ticks.
#[derive(Debug, Clone)]
pub(super) struct Expression {
    modes: [Eased; MODE_COUNT],
    styles: [Eased; STYLE_COUNT],
    /// How new a surprise is: 1 new, 0 stale.
    fresh: f32,
    flash: Option<Flash>,
    since_flash_s: f32,
    noise: Noise,
    seed: u64,
}

impl Expression {
    pub(super) fn new(seed: u64) -> Self {
        Self {
            modes: [Eased::default(); MODE_COUNT],
            styles: [Eased::default(); STYLE_COUNT],
            fresh: 1.0,
            flash: None,
            since_flash_s: FLASH_REST_S,
            noise: Noise::new(seed ^ 0x66_6c_61_73_68),
            seed,
        }
    }

    pub(super) fn reset(&mut self) {
        *self = Self::new(self.seed);
    }

    /// Degrees of the modes as they show, without flashes.
    pub(super) fn moods(&self) -> Moods {
        let mut moods = Moods::NONE;
        for (mode, level) in Mode::ALL.into_iter().zip(&self.modes) {
            let stale = if mode == Mode::Surprised {
                STALE_SURPRISE + (1.0 - STALE_SURPRISE) * self.fresh
            } else {
                1.0
            };
            moods.set(mode, level.now() * stale);
        }
        moods
    }

    /// Degrees of the styles as they show.
    pub(super) fn styles(&self) -> Styles {
        let mut styles = Styles::NONE;
        for style in Style::ALL {
            styles.set(style, self.styles[style as usize].now());
        }
        styles
    }

    /// Moves on by `dt_s`. `effort` in 0..=1 tells how much is being spoken.
    pub(super) fn step(&mut self, dt_s: f32, moods: &Moods, styles: &Styles, effort: f32) {
        self.leak(dt_s, moods, effort);
        for mode in Mode::ALL {
            let (target, level) = (moods.of(mode), &mut self.modes[mode as usize]);
            let (onset_s, offset_s) = onset_and_offset_s(mode);
            level.follow(target, dt_s, if target > level.now() { onset_s } else { offset_s });
        }
        for style in Style::ALL {
            self.styles[style as usize].follow(styles.of(style), dt_s, STYLE_S);
        }
        let surprised = moods.of(Mode::Surprised) > 0.1;
        let (goal, tau_s) = if surprised { (0.0, STALING_S) } else { (1.0, FRESHENING_S) };
        self.fresh += (1.0 - (-dt_s / tau_s).exp()) * (goal - self.fresh);
    }

    fn leak(&mut self, dt_s: f32, moods: &Moods, effort: f32) {
        self.since_flash_s += dt_s;
        if let Some(flash) = &mut self.flash {
            flash.age_s += dt_s;
            if flash.age_s >= flash.length_s {
                self.flash = None;
            }
        }
        // Drawn at every step, so that what is felt changes no later draw.
        let (chance, length) = (0.5 + 0.5 * self.noise.uniform(), 0.5 + 0.5 * self.noise.uniform());
        if self.flash.is_some() || self.since_flash_s < FLASH_REST_S {
            return;
        }
        let rising = moods
            .iter()
            .find(|(mode, degree)| *degree > LEAKS_FROM && self.modes[*mode as usize].now() < UNSEEN_BELOW);
        let spoken = moods.strongest().filter(|(_, degree)| chance < FLASH_HZ * dt_s * effort * degree);
        if let Some((mode, degree)) = rising.or(spoken) {
            let length_s = FLASH_S[0] + (FLASH_S[1] - FLASH_S[0]) * length;
            self.flash = Some(Flash { mode, degree, age_s: 0.0, length_s });
            self.since_flash_s = 0.0;
        }
    }

    /// The shapes of all that shows now.
    pub(super) fn pose(&self) -> Pose {
        let mut pose = face_of(&self.moods(), &self.styles());
        if let Some(flash) = &self.flash {
            let swing = (std::f32::consts::PI * flash.age_s / flash.length_s).sin();
            add_parts(&mut pose, face_parts(flash.mode), FLASH_SHARE * flash.degree * swing * swing, true);
        }
        pose
    }
}

crate::carry::carried!(Eased { lagged, now } but {});
crate::carry::carried!(Expression { modes, styles, fresh, flash, since_flash_s, noise } but { seed });

impl Carried for Option<Flash> {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let mut there = self.is_some();
        there.carry(ledger);
        let mut flash =
            self.unwrap_or(Flash { mode: Mode::Neutral, degree: 0.0, age_s: 0.0, length_s: FLASH_S[0] });
        let Flash { mode, degree, age_s, length_s } = &mut flash;
        ledger.one_of(mode, &Mode::ALL);
        degree.carry(ledger);
        age_s.carry(ledger);
        ledger.f32_within(length_s, FLASH_S[0], FLASH_S[1]);
        *self = there.then_some(flash);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Shape;

    const DT_S: f32 = 1.0 / 240.0;

    /// Seconds until the mode has reached nine tenths, and until it is down to a tenth again.
    fn onset_and_offset(mode: Mode) -> (f32, f32) {
        let mut expression = Expression::new(1);
        let mut steps = |moods: Moods, done: fn(f32) -> bool| {
            let mut count = 0;
            while !done(expression.modes[mode as usize].now()) {
                expression.step(DT_S, &moods, &Styles::NONE, 0.0);
                count += 1;
            }
            count as f32 * DT_S
        };
        (steps(Moods::one(mode, 1.0), |level| level > 0.9), steps(Moods::NONE, |level| level < 0.1))
    }

    #[test]
    fn each_mode_takes_its_time() {
        for mode in Mode::ALL.into_iter().filter(|mode| *mode != Mode::Neutral) {
            let (onset, offset) = onset_and_offset(mode);
            let (onset_s, offset_s) = onset_and_offset_s(mode);
            assert!((onset - onset_s).abs() < 0.1 * onset_s, "{} comes in {onset}", mode.name());
            assert!((offset - offset_s).abs() < 0.15 * offset_s, "{} goes in {offset}", mode.name());
        }
        assert!(onset_and_offset(Mode::Surprised).0 < 0.2 * onset_and_offset(Mode::Sad).0);
    }

    #[test]
    fn a_surprise_that_goes_on_stales() {
        let mut expression = Expression::new(1);
        let mut brow = |seconds: f32| {
            (0..(seconds * 240.0) as usize)
                .for_each(|_| expression.step(DT_S, &Moods::one(Mode::Surprised, 1.0), &Styles::NONE, 0.0));
            expression.pose()[Shape::BrowOuterUpLeft as usize]
        };
        let (apex, held) = (brow(0.3), brow(2.0));
        assert!(held < 0.8 * apex && held > 0.5 * apex, "{apex} {held}");
    }

    #[test]
    fn a_new_feeling_leaks_first_and_only_in_the_upper_face() {
        let mut expression = Expression::new(3);
        let mut lead = 0.0f32;
        for _ in 0..60 {
            expression.step(DT_S, &Moods::one(Mode::Sad, 1.0), &Styles::NONE, 0.0);
            let (pose, slow) = (expression.pose(), face_of(&expression.moods(), &Styles::NONE));
            assert_eq!(pose[Shape::MouthFrownLeft as usize], slow[Shape::MouthFrownLeft as usize]);
            lead = lead.max(pose[Shape::BrowInnerUp as usize] - slow[Shape::BrowInnerUp as usize]);
        }
        assert!(
            lead > 0.15 && expression.flash.is_none(),
            "it leads by {lead} and is over in a quarter of a second"
        );
    }

    #[test]
    fn micro_expressions_of_speech_are_rare() {
        let mut expression = Expression::new(5);
        let (mut flashes, mut before) = (0, false);
        for _ in 0..240 * 300 {
            expression.step(DT_S, &Moods::one(Mode::Angry, 1.0), &Styles::NONE, 1.0);
            flashes += u32::from(expression.flash.is_some() && !before);
            before = expression.flash.is_some();
        }
        assert!((6..40).contains(&flashes), "{flashes} in five minutes");
    }
}
