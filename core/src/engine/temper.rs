//! What the engine is in the mood for: lanes, text and persona together, and how they change.

use super::control::Control;
use super::controls::Controls;
use crate::emotion::{
    EmotionState, Feeling, Manner, Mode, Moods, STYLE_COUNT, Shake, Style, StyleShape, Styles, Valley,
    style_shape,
};
use crate::grammar::Weights;

/// Time constant of what a text asks for, s: from one word to the next without a jump.
const MANNER_TAU_S: f32 = 0.04;

/// What a tick is told.
pub(super) struct TemperInput<'a> {
    pub controls: &'a Controls,
    /// Sample at which the controls are read.
    pub at: u64,
    /// Persona's resting point and what memory adds: valence, arousal, dominance.
    pub resting: [f32; 3],
    /// Velocity of the trigger, 0..=1.
    pub velocity: f32,
    /// What the words ask for.
    pub manner: &'a Manner,
    /// Whether emotion is switched off.
    pub numb: bool,
}

/// The mood of one tick.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tempered {
    /// Valence, arousal, dominance and how much of them shows.
    pub emotion: EmotionState,
    /// What the lanes alone say, as it shows: what automation may surprise with.
    pub lanes: [f32; 3],
    /// Modes as they show.
    pub moods: Moods,
    /// What the styles do to the voice.
    pub shape: StyleShape,
    /// Styles that the face shows.
    pub acted: Styles,
    /// The shaking that comes with those.
    pub shake: Shake,
    /// Rate, pitch, range and level as the text asks for.
    pub manner: Manner,
}

/// State between ticks.
#[derive(Debug, Clone)]
pub(super) struct Temper {
    valley: Valley,
    feeling: Feeling,
    /// Place of what named lanes and the text say, on its way.
    told: [f32; 3],
    styles: [f32; STYLE_COUNT],
    acted: [f32; STYLE_COUNT],
    /// ln rate, pitch in st, ln range, level in dB.
    asked: [f32; 4],
    started: bool,
}

impl Temper {
    /// At rest.
    pub fn new(weights: &Weights) -> Self {
        Self::at_rest(Valley::new(weights))
    }

    /// Back to rest.
    pub fn reset(&mut self) {
        *self = Self::at_rest(self.valley);
    }

    fn at_rest(valley: Valley) -> Self {
        Self {
            valley,
            feeling: Feeling::default(),
            told: [0.0; 3],
            styles: [0.0; STYLE_COUNT],
            acted: [0.0; STYLE_COUNT],
            asked: [0.0; 4],
            started: false,
        }
    }

    /// Another grammar: other conflicts.
    pub fn adopt(&mut self, weights: &Weights) {
        self.valley = Valley::new(weights);
    }

    /// The valleys between moods.
    pub fn valley(&self) -> &Valley {
        &self.valley
    }

    /// The mood after `dt_s` more.
    pub fn step(&mut self, dt_s: f32, input: &TemperInput<'_>) -> Tempered {
        let at = |control| input.controls.at(control, input.at);
        let axes = [Control::Valence, Control::Arousal, Control::Dominance].map(at);
        let lanes: [f32; 3] = std::array::from_fn(|i| (axes[i] + input.resting[i]).clamp(-1.0, 1.0));
        let intensity =
            if input.numb { 0.0 } else { (at(Control::Intensity) * input.velocity).clamp(0.0, 1.0) };
        let mut named = Moods::NONE;
        for mode in Mode::ALL {
            if let Some(control) = Control::of_mode(mode) {
                named.set(mode, at(control));
            }
        }
        let performed = Moods::at(lanes).plus(&named);
        // What is performed on purpose takes the place of what the words suggest.
        let open = at(Control::EmotionFromText) * (1.0 - performed.total().min(1.0));
        let told = input.manner.asked.plus(&input.manner.suggested.scaled(open));
        let target = performed.plus(&told).shared().scaled(intensity);
        let tau_s = at(Control::EmotionGlideS);
        if self.started {
            self.feeling.step(&target, &self.valley, dt_s, tau_s);
        } else {
            // Nobody has seen the first moment's change.
            self.feeling.jump(&target);
            self.started = true;
        }
        ease(&mut self.told, &named.plus(&told).place(), dt_s, tau_s);
        let emotion = EmotionState {
            valence: (lanes[0] + self.told[0]).clamp(-1.0, 1.0),
            arousal: (lanes[1] + self.told[1]).clamp(-1.0, 1.0),
            dominance: (lanes[2] + self.told[2]).clamp(-1.0, 1.0),
            intensity,
        };
        let lanes = lanes.map(|axis| axis * intensity);
        let (styles, acted) = self.styles(dt_s, input);
        let manner = self.manner(dt_s, input.manner);
        let shape = style_shape(&styles);
        let shake = if acted == styles { shape.shake } else { style_shape(&acted).shake };
        Tempered { emotion, lanes, moods: *self.feeling.moods(), shape, acted, shake, manner }
    }

    fn styles(&mut self, dt_s: f32, input: &TemperInput<'_>) -> (Styles, Styles) {
        let mut wanted = input.manner.styles;
        for style in Style::ALL {
            wanted.set(style, wanted.of(style) + input.controls.at(Control::of_style(style), input.at));
        }
        ease(&mut self.styles, wanted.degrees(), dt_s, MANNER_TAU_S);
        ease(&mut self.acted, wanted.plus(&input.manner.acted).degrees(), dt_s, MANNER_TAU_S);
        (Styles::of_degrees(self.styles), Styles::of_degrees(self.acted))
    }

    fn manner(&mut self, dt_s: f32, wanted: &Manner) -> Manner {
        let to =
            [wanted.rate_ratio.ln(), wanted.pitch_st, wanted.range_ratio.max(1e-3).ln(), wanted.level_db];
        ease(&mut self.asked, &to, dt_s, MANNER_TAU_S);
        let [rate, pitch_st, range, level_db] = self.asked;
        Manner { rate_ratio: rate.exp(), pitch_st, range_ratio: range.exp(), level_db, ..*wanted }
    }
}

/// Relaxes towards `to` and arrives.
fn ease<const N: usize>(now: &mut [f32; N], to: &[f32; N], dt_s: f32, tau_s: f32) {
    if now == to {
        return;
    }
    let stays = (-dt_s / tau_s.max(1e-3)).exp();
    for (now, to) in now.iter_mut().zip(to) {
        let left = (*now - to) * stays;
        *now = if left.abs() < 1e-5 { *to } else { to + left };
    }
}

crate::carry::carried!(Temper { feeling, told, styles, acted, asked, started } but { valley });

#[cfg(test)]
mod tests {
    use super::*;

    fn tempered(controls: &Controls, manner: &Manner, seconds: f32) -> Tempered {
        let mut temper = Temper::new(&Weights::default());
        let input =
            TemperInput { controls, at: 480_000, resting: [0.0; 3], velocity: 1.0, manner, numb: false };
        let ticks = (seconds * 240.0) as usize;
        (0..ticks).map(|_| temper.step(1.0 / 240.0, &input)).last().expect("a tick")
    }

    #[test]
    fn a_lane_takes_the_place_of_what_the_text_suggests_but_not_of_what_it_asks() {
        let mut controls = Controls::new(48_000.0);
        controls.set(Control::EmotionFromText, 1.0, 0);
        let suggested = Manner { suggested: Moods::one(Mode::Happy, 0.6), ..Manner::PLAIN };
        let felt = tempered(&controls, &suggested, 3.0);
        assert!((felt.moods.of(Mode::Happy) - 0.6).abs() < 1e-3);
        assert!(felt.emotion.valence > 0.4 && felt.lanes == [0.0; 3]);
        controls.set(Control::Sad, 1.0, 0);
        let felt = tempered(&controls, &suggested, 3.0);
        assert!(felt.moods.of(Mode::Happy) < 1e-3 && (felt.moods.of(Mode::Sad) - 1.0).abs() < 1e-3);
        let asked = Manner { asked: Moods::one(Mode::Happy, 0.5), ..Manner::PLAIN };
        assert!(tempered(&controls, &asked, 3.0).moods.of(Mode::Happy) > 0.3);
        controls.set(Control::Sad, 0.0, 0);
        controls.set(Control::EmotionFromText, 0.0, 0);
        assert!(tempered(&controls, &suggested, 3.0).moods.is_none());
    }

    #[test]
    fn intensity_scales_everything_that_is_felt() {
        let mut controls = Controls::new(48_000.0);
        controls.set(Control::Intensity, 0.5, 0);
        controls.set(Control::Angry, 1.0, 0);
        let felt = tempered(&controls, &Manner::PLAIN, 3.0);
        assert!((felt.moods.of(Mode::Angry) - 0.5).abs() < 1e-3);
        let asked = Manner { asked: Moods::one(Mode::Calm, 1.0), ..Manner::PLAIN };
        controls.set(Control::Angry, 0.0, 0);
        assert!((tempered(&controls, &asked, 3.0).moods.of(Mode::Calm) - 0.5).abs() < 1e-3);
    }

    #[test]
    fn the_text_s_manner_arrives_exactly_and_without_a_jump() {
        let controls = Controls::new(48_000.0);
        let mut fast = Manner { rate_ratio: 1.4, pitch_st: 3.0, level_db: -6.0, ..Manner::PLAIN };
        fast.styles.set(Style::Whisper, 1.0);
        let soon = tempered(&controls, &fast, 0.02);
        assert!(soon.acted.of(Style::Whisper) < 0.6 && soon.manner.pitch_st < 2.0);
        let late = tempered(&controls, &fast, 2.0);
        assert_eq!((late.acted.of(Style::Whisper), late.manner.pitch_st), (1.0, 3.0));
        assert!(late.shape.whisper > soon.shape.whisper);
        assert!((late.manner.rate_ratio - 1.4).abs() < 1e-5);
    }
}
