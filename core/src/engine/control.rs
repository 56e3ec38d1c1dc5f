//! The performer's controls and how they move: exact in time, free of clicks.

use crate::emotion::{Mode, Style};

/// A control of the engine. Ranges are enforced by [`Control::clamp`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Control {
    /// Unpleasant -1 .. +1 pleasant.
    Valence,
    /// Drowsy -1 .. +1 excited.
    Arousal,
    /// Submissive -1 .. +1 in charge.
    Dominance,
    /// How much of the emotion shows, 0..=1.
    Intensity,
    /// Speaking rate relative to the voice's own, 0.5..=2.
    RateRatio,
    /// Transposition in semitones, -12..=12.
    PitchSt,
    /// Output gain in dB, -60..=12.
    GainDb,
    /// Factor on f0's excursions about the voice's mean (in the log domain), 0..=2: 0 is a monotone.
    PitchRangeRatio,
    /// Length of the vocal tract against the voice's own in percent, -20..=20: longer is a larger person.
    SizePercent,
    /// Lax -1 .. +1 pressed: tilt, 2-4 kHz and locking of the partials.
    Tension,
    /// How far the partials let go of the glottal phase, 0..=1.
    Breath,
    /// Spectral tilt about 1 kHz, from 300 Hz to 4 kHz, in dB per octave, -4..=4, at equal loudness.
    TiltDbPerOctave,
    /// Mumbled 0 .. 1 neutral .. 2 over-articulated, in sound and mouth.
    Articulation,
    /// f0 from outside in Hz, 20..=2000; anything lower is none.
    F0Hz,
    /// How much of the f0 from outside replaces the spoken one (in the log domain), 0..=1.
    F0Weight,
    /// Rate of the vibrato in Hz, 3..=9.
    VibratoHz,
    /// Depth of the vibrato to either side in semitones, 0..=2.
    VibratoSt,
    /// From 0.5 on the syllable clock comes to rest in the present or next vowel and stays there.
    Hold,
    /// Share of the second voice of a line that knows two, 0..=1.
    VoiceMix,
    /// How much the host's beat draws the syllables, 0..=1.
    BeatCoupling,
    /// Lines of the grid that syllables are drawn to, per beat: 1..=8, or 0 for what suits speech.
    BeatDivision,
    /// How much another engine's clock draws this one's, 0..=1.
    PartnerCoupling,
    /// How happy, 0..=1. The named modes add to what valence, arousal and dominance say; Intensity scales all.
    Happy,
    /// How sad, 0..=1.
    Sad,
    /// How angry, 0..=1.
    Angry,
    /// How afraid, 0..=1.
    Afraid,
    /// How disgusted, 0..=1.
    Disgusted,
    /// How surprised, 0..=1.
    Surprised,
    /// How calm, 0..=1.
    Calm,
    /// How tender, 0..=1.
    Tender,
    /// How bored, 0..=1.
    Bored,
    /// How contemptuous, 0..=1.
    Contempt,
    /// How excited, 0..=1.
    Excited,
    /// How much is whispered, 0..=1.
    Whisper,
    /// How much is murmured, 0..=1.
    Murmur,
    /// How much is shouted, 0..=1.
    Shout,
    /// How much the words are laughed, 0..=1.
    Laugh,
    /// How much the words are sobbed, 0..=1.
    Sob,
    /// How much is hummed with closed lips, 0..=1.
    Hum,
    /// Vocal fry, 0..=1.
    Creak,
    /// The thin register above the modal one, 0..=1.
    Falsetto,
    /// How much of the emotion that the text suggests is taken, 0..=1; lanes that say something take its place.
    EmotionFromText,
    /// Time constant with which moods change, in s, 0.02..=5.
    EmotionGlideS,
    /// How much mood and pitch of earlier lines carry over, 0..=1.
    MoodCarry,
    /// Tremor of the larynx to either side in semitones, 0..=2: 5 to 10 Hz, never regular, in pitch, level, chin and head.
    TremorSt,
    /// Factor on all couplings K of the field, 0..=2: 0 leaves every oscillator to itself.
    FieldCoupling,
    /// Factor on all lags alpha of the field, 0..=2.
    FieldLag,
    /// How much the grammar acts, 0..=1: 0 lets every conflict be seen and heard; ranges of numbers hold all the same.
    FieldGrammar,
    /// Factor on the pace of Hebbian learning, 0..=2: 0 keeps what has been learned.
    FieldLearning,
    /// Factor on what a surprise does (brows, pause, couplings, care), 0..=2.
    FieldPrediction,
    /// Factor on all shapes about the persona's resting face, 0..=2.
    FaceStrength,
    /// Factor on how far the mouth opens, 0..=2; lips that must touch do.
    FaceJaw,
    /// Factor on what the face shows of feelings and styles, 0..=2.
    FaceExpression,
    /// Factor on how far the eyes turn, 0..=2.
    FaceGaze,
    /// Factor on blinks per minute, 0..=3: 0 is none.
    BlinkRate,
    /// Factor on how far the head turns, 0..=2.
    FaceHead,
    /// Factor on the life that nothing asks for, 0..=2: breath, sways, darts of the eyes, swallows.
    FaceIdle,
}

impl Control {
    /// Every control, in index order.
    pub const ALL: [Control; 57] = [
        Control::Valence,
        Control::Arousal,
        Control::Dominance,
        Control::Intensity,
        Control::RateRatio,
        Control::PitchSt,
        Control::GainDb,
        Control::PitchRangeRatio,
        Control::SizePercent,
        Control::Tension,
        Control::Breath,
        Control::TiltDbPerOctave,
        Control::Articulation,
        Control::F0Hz,
        Control::F0Weight,
        Control::VibratoHz,
        Control::VibratoSt,
        Control::Hold,
        Control::VoiceMix,
        Control::BeatCoupling,
        Control::BeatDivision,
        Control::PartnerCoupling,
        Control::Happy,
        Control::Sad,
        Control::Angry,
        Control::Afraid,
        Control::Disgusted,
        Control::Surprised,
        Control::Calm,
        Control::Tender,
        Control::Bored,
        Control::Contempt,
        Control::Excited,
        Control::Whisper,
        Control::Murmur,
        Control::Shout,
        Control::Laugh,
        Control::Sob,
        Control::Hum,
        Control::Creak,
        Control::Falsetto,
        Control::EmotionFromText,
        Control::EmotionGlideS,
        Control::MoodCarry,
        Control::TremorSt,
        Control::FieldCoupling,
        Control::FieldLag,
        Control::FieldGrammar,
        Control::FieldLearning,
        Control::FieldPrediction,
        Control::FaceStrength,
        Control::FaceJaw,
        Control::FaceExpression,
        Control::FaceGaze,
        Control::BlinkRate,
        Control::FaceHead,
        Control::FaceIdle,
    ];

    /// The control of a named mode; none for neutral.
    pub fn of_mode(mode: Mode) -> Option<Self> {
        let index = (mode as usize).checked_sub(1)?;
        Self::ALL.get(Control::Happy as usize + index).copied()
    }

    /// The control of a style.
    pub fn of_style(style: Style) -> Self {
        match style {
            Style::Whisper => Control::Whisper,
            Style::Murmur => Control::Murmur,
            Style::Shout => Control::Shout,
            Style::Laugh => Control::Laugh,
            Style::Sob => Control::Sob,
            Style::Hum => Control::Hum,
        }
    }

    /// Smallest and largest value.
    pub const fn range(self) -> (f32, f32) {
        match self {
            Control::Valence | Control::Arousal | Control::Dominance | Control::Tension => (-1.0, 1.0),
            Control::Intensity | Control::Breath | Control::F0Weight | Control::Hold | Control::VoiceMix => {
                (0.0, 1.0)
            }
            Control::BeatCoupling | Control::PartnerCoupling => (0.0, 1.0),
            Control::EmotionGlideS => (0.02, 5.0),
            Control::BeatDivision => (0.0, 8.0),
            Control::PitchRangeRatio | Control::Articulation | Control::VibratoSt => (0.0, 2.0),
            Control::TremorSt | Control::FieldCoupling | Control::FieldLag => (0.0, 2.0),
            Control::FieldLearning | Control::FieldPrediction => (0.0, 2.0),
            Control::FaceStrength | Control::FaceJaw | Control::FaceExpression => (0.0, 2.0),
            Control::FaceGaze | Control::FaceHead | Control::FaceIdle => (0.0, 2.0),
            Control::BlinkRate => (0.0, 3.0),
            Control::RateRatio => (0.5, 2.0),
            Control::PitchSt => (-12.0, 12.0),
            Control::GainDb => (-60.0, 12.0),
            Control::SizePercent => (-20.0, 20.0),
            Control::TiltDbPerOctave => (-4.0, 4.0),
            Control::F0Hz => (0.0, 2_000.0),
            Control::VibratoHz => (3.0, 9.0),
            // Modes, styles, registers and shares.
            _ => (0.0, 1.0),
        }
    }

    /// The value after `reset`.
    pub const fn default_value(self) -> f32 {
        match self {
            Control::Intensity | Control::RateRatio | Control::F0Weight => 1.0,
            Control::PitchRangeRatio | Control::Articulation => 1.0,
            // Singers' vibrato lies at 5 to 6.5 Hz (Prame 1994).
            Control::VibratoHz => 5.5,
            Control::MoodCarry => 1.0,
            Control::FieldCoupling | Control::FieldLag | Control::FieldGrammar => 1.0,
            Control::FieldLearning | Control::FieldPrediction => 1.0,
            Control::FaceStrength | Control::FaceJaw | Control::FaceExpression => 1.0,
            Control::FaceGaze | Control::BlinkRate | Control::FaceHead | Control::FaceIdle => 1.0,
            Control::EmotionFromText => 0.5,
            Control::EmotionGlideS => 0.12,
            _ => 0.0,
        }
    }

    /// `value` inside the range, or `None` if it is not finite.
    pub fn clamp(self, value: f32) -> Option<f32> {
        let (low, high) = self.range();
        value.is_finite().then(|| value.clamp(low, high))
    }

    /// Time constant of the smoothing in s: short enough to be felt as immediate, long enough not to click.
    pub const fn time_constant_s(self) -> f32 {
        match self {
            // A face that snaps within one frame looks broken; 40 ms is under the 60 ms of the fastest brow raise.
            Control::Valence | Control::Arousal | Control::Dominance | Control::Intensity => 0.04,
            Control::VibratoHz | Control::VibratoSt | Control::Articulation | Control::TremorSt => 0.04,
            Control::FieldCoupling | Control::FieldLag => 0.04,
            // Scales of a face: from nothing to twice its strength no faster than an expression comes.
            Control::FieldGrammar | Control::FaceStrength | Control::FaceJaw | Control::FaceExpression => {
                0.12
            }
            Control::FaceGaze | Control::FaceHead | Control::FaceIdle => 0.12,
            // The timbre of a throat does not change faster than its muscles do.
            Control::SizePercent
            | Control::Tension
            | Control::Breath
            | Control::TiltDbPerOctave
            | Control::VoiceMix => 0.02,
            Control::RateRatio | Control::PitchSt | Control::PitchRangeRatio | Control::F0Weight => 0.01,
            Control::GainDb | Control::F0Hz | Control::Hold | Control::BeatDivision => 0.005,
            Control::BeatCoupling | Control::PartnerCoupling => 0.04,
            // Feeling and styles have time constants of their own behind this one.
            _ => 0.02,
        }
    }
}

/// A value that relaxes to its target, `x' = (target - x) / tau`, advanced by the closed form
/// `x(t + dt) = target + (x(t) - target) e^{-dt / tau}`: the path does not depend on the step size, so an
/// event counts from its own sample on whatever the block size.
#[derive(Debug, Clone, Copy)]
pub struct Smoothed {
    value: f32,
    target: f32,
    time_samples: u64,
    tau_samples: f32,
}

impl Smoothed {
    /// At rest at `value`, with a time constant in samples.
    pub fn new(value: f32, tau_samples: f32) -> Self {
        Self { value, target: value, time_samples: 0, tau_samples: tau_samples.max(1.0) }
    }

    /// Sets a new target from `time_samples` on.
    pub fn set_target(&mut self, target: f32, time_samples: u64) {
        self.value = self.at(time_samples);
        self.time_samples = time_samples;
        self.target = target;
    }

    /// Jumps to `value` at once.
    pub fn jump(&mut self, value: f32, time_samples: u64) {
        *self = Self { value, target: value, time_samples, tau_samples: self.tau_samples };
    }

    /// Whether it rests at a value; `None` is where it is anyway.
    pub(super) fn rests_at(&self, value: Option<f32>) -> bool {
        value.is_none_or(|value| self.value == value && self.target == value)
    }

    /// Where it is heading.
    pub fn target(&self) -> f32 {
        self.target
    }

    /// Value at `time_samples` (not before the last event).
    pub fn at(&self, time_samples: u64) -> f32 {
        let elapsed = time_samples.saturating_sub(self.time_samples) as f32;
        self.target + (self.value - self.target) * (-elapsed / self.tau_samples).exp()
    }
}

crate::carry::carried!(Smoothed { value, target, time_samples } but { tau_samples });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relaxation_follows_the_closed_form() {
        let mut x = Smoothed::new(0.0, 100.0);
        x.set_target(1.0, 50);
        assert_eq!(x.at(50), 0.0);
        assert!((x.at(150) - (1.0 - (-1.0f32).exp())).abs() < 1e-6);
        assert!((x.at(5_000) - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_later_event_starts_where_the_path_is() {
        let mut x = Smoothed::new(0.0, 100.0);
        x.set_target(1.0, 0);
        let before = x.at(70);
        x.set_target(-1.0, 70);
        assert!((x.at(70) - before).abs() < 1e-6);
    }

    #[test]
    fn every_mode_and_style_has_its_control() {
        assert_eq!(Control::of_mode(Mode::Neutral), None);
        assert_eq!(Control::of_mode(Mode::Happy), Some(Control::Happy));
        assert_eq!(Control::of_mode(Mode::Excited), Some(Control::Excited));
        assert_eq!(Control::of_mode(Mode::Tender), Some(Control::Tender));
        for (index, control) in Control::ALL.into_iter().enumerate() {
            assert_eq!(control as usize, index);
            let (low, high) = control.range();
            assert!((low..=high).contains(&control.default_value()), "{control:?}");
        }
        assert_eq!(Control::of_style(Style::Hum), Control::Hum);
    }

    #[test]
    fn absurd_values_are_clamped_or_ignored() {
        assert_eq!(Control::PitchSt.clamp(1e30), Some(12.0));
        assert_eq!(Control::PitchSt.clamp(f32::NAN), None);
        assert_eq!(Control::GainDb.clamp(f32::NEG_INFINITY), None);
    }
}
