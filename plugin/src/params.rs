//! The parameters: what a host can automate. Their string ids are frozen: projects refer to them.

use crate::beat_grid::BeatGrid;
use crate::channels::Shared;
use crate::face_params::FaceParams;
use crate::field_params::FieldParams;
use crate::history::CompareCell;
use crate::memory::MemoryCell;
use crate::mood_params::MoodParams;
use crate::parameter_kinds::{axis, f0, hold, linear, rate};
use crate::performance::PerformanceParams;
use crate::state::{EditorState, LineCell};
use nice_plug::prelude::*;
use psivox_core::Control;
use std::sync::{Arc, RwLock};

/// Id of the one parameter that is a choice: its state is the id of a [`BeatGrid`], not a number.
pub const BEAT_DIVISION: &str = "beat_division";

/// The parameter behind a control.
#[derive(Clone, Copy)]
pub enum Knob<'a> {
    /// A number in the control's own unit.
    Number(&'a FloatParam),
    /// The choice of a grid.
    Grid(&'a EnumParam<BeatGrid>),
}

impl Knob<'_> {
    /// The control's value.
    pub fn value(self) -> f32 {
        match self {
            Self::Number(param) => param.value(),
            Self::Grid(param) => f32::from(param.value().lines_per_beat()),
        }
    }
}

/// Id of every parameter that moves a control and the control's range, in the order of [`Control::ALL`].
pub const PARAMETER_RANGES: [(&str, f32, f32); Control::ALL.len()] = {
    const fn row(id: &'static str, control: Control) -> (&'static str, f32, f32) {
        let (low, high) = control.range();
        (id, low, high)
    }
    [
        row("valence", Control::Valence),
        row("arousal", Control::Arousal),
        row("dominance", Control::Dominance),
        row("intensity", Control::Intensity),
        row("rate", Control::RateRatio),
        row("pitch", Control::PitchSt),
        row("gain", Control::GainDb),
        row("range", Control::PitchRangeRatio),
        row("size", Control::SizePercent),
        row("tension", Control::Tension),
        row("breath", Control::Breath),
        row("tilt", Control::TiltDbPerOctave),
        row("articulation", Control::Articulation),
        row("f0", Control::F0Hz),
        row("f0_weight", Control::F0Weight),
        row("vibrato_rate", Control::VibratoHz),
        row("vibrato_depth", Control::VibratoSt),
        row("hold", Control::Hold),
        row("voice_mix", Control::VoiceMix),
        row("beat_coupling", Control::BeatCoupling),
        row(BEAT_DIVISION, Control::BeatDivision),
        row("partner_coupling", Control::PartnerCoupling),
        row("happy", Control::Happy),
        row("sad", Control::Sad),
        row("angry", Control::Angry),
        row("afraid", Control::Afraid),
        row("disgusted", Control::Disgusted),
        row("surprised", Control::Surprised),
        row("calm", Control::Calm),
        row("tender", Control::Tender),
        row("bored", Control::Bored),
        row("contempt", Control::Contempt),
        row("excited", Control::Excited),
        row("whisper", Control::Whisper),
        row("murmur", Control::Murmur),
        row("shout", Control::Shout),
        row("laugh", Control::Laugh),
        row("sob", Control::Sob),
        row("hum", Control::Hum),
        row("creak", Control::Creak),
        row("falsetto", Control::Falsetto),
        row("emotion_from_text", Control::EmotionFromText),
        row("emotion_glide", Control::EmotionGlideS),
        row("mood_carry", Control::MoodCarry),
        row("tremor", Control::TremorSt),
        row("coupling", Control::FieldCoupling),
        row("lag", Control::FieldLag),
        row("grammar", Control::FieldGrammar),
        row("learning", Control::FieldLearning),
        row("prediction", Control::FieldPrediction),
        row("face_strength", Control::FaceStrength),
        row("face_jaw", Control::FaceJaw),
        row("face_expression", Control::FaceExpression),
        row("face_gaze", Control::FaceGaze),
        row("blink_rate", Control::BlinkRate),
        row("face_head", Control::FaceHead),
        row("face_idle", Control::FaceIdle),
    ]
};

/// Everything that a project keeps. No framework smoothers: the engine smooths in closed form.
#[derive(Params)]
pub struct PsivoxParams {
    /// Unpleasant -1 .. +1 pleasant.
    #[id = "valence"]
    pub valence: FloatParam,
    /// Drowsy -1 .. +1 excited.
    #[id = "arousal"]
    pub arousal: FloatParam,
    /// Submissive -1 .. +1 in charge.
    #[id = "dominance"]
    pub dominance: FloatParam,
    /// How much of the emotion shows, 0..=1.
    #[id = "intensity"]
    pub intensity: FloatParam,
    /// Speaking rate relative to the voice's own.
    #[id = "rate"]
    pub rate: FloatParam,
    /// Transposition in semitones.
    #[id = "pitch"]
    pub pitch: FloatParam,
    /// Output gain in dB.
    #[id = "gain"]
    pub gain: FloatParam,
    /// Whether the face is sent over OSC.
    #[id = "osc_on"]
    pub osc_on: BoolParam,
    /// The host's bypass switch: silent, and the face at rest.
    #[id = "bypass"]
    pub bypass: BoolParam,
    /// Factor on the melody's excursions.
    #[id = "range"]
    pub range: FloatParam,
    /// Length of the vocal tract in percent.
    #[id = "size"]
    pub size: FloatParam,
    /// Lax -1 .. +1 pressed.
    #[id = "tension"]
    pub tension: FloatParam,
    /// Breath in the voice, 0..=1.
    #[id = "breath"]
    pub breath: FloatParam,
    /// Spectral tilt in dB per octave.
    #[id = "tilt"]
    pub tilt: FloatParam,
    /// Mumbled 0 .. 2 over-articulated.
    #[id = "articulation"]
    pub articulation: FloatParam,
    /// f0 from outside in Hz.
    #[id = "f0"]
    pub f0: FloatParam,
    /// Share of the f0 from outside.
    #[id = "f0_weight"]
    pub f0_weight: FloatParam,
    /// Rate of the vibrato in Hz.
    #[id = "vibrato_rate"]
    pub vibrato_rate: FloatParam,
    /// Depth of the vibrato in semitones.
    #[id = "vibrato_depth"]
    pub vibrato_depth: FloatParam,
    /// Whether the speech rests in the present or next vowel.
    #[id = "hold"]
    pub hold: FloatParam,
    /// Share of the persona's second voice.
    #[id = "voice_mix"]
    pub voice_mix: FloatParam,
    /// How much the host's beat draws the syllables, 0..=1.
    #[id = "beat_coupling"]
    pub beat_coupling: FloatParam,
    /// Which lines of the beat draw them.
    #[id = "beat_division"]
    pub beat_division: EnumParam<BeatGrid>,
    /// How much the other instances draw the syllables, 0..=1.
    #[id = "partner_coupling"]
    pub partner_coupling: FloatParam,
    /// Tremor of the larynx in semitones.
    #[id = "tremor"]
    pub tremor: FloatParam,
    /// Named modes, styles, registers.
    #[nested(group = "Mood")]
    pub mood: MoodParams,
    /// What the field does.
    #[nested(group = "Field")]
    pub field: FieldParams,
    /// How much of the face is shown.
    #[nested(group = "Face")]
    pub face: FaceParams,
    /// What notes do.
    #[nested(group = "Performance")]
    pub performance: PerformanceParams,

    /// Text, persona and OSC target.
    #[persist = "line"]
    pub line: LineCell,
    /// How things were said.
    #[persist = "memory"]
    pub memory: MemoryCell,
    /// The other of the two sounds that are compared.
    #[persist = "compare"]
    pub compare: CompareCell,
    /// Size of the editor.
    #[persist = "editor"]
    pub editor_size: Arc<RwLock<EditorState>>,
}

impl Default for PsivoxParams {
    /// Around a line of their own.
    fn default() -> Self {
        Self::new(LineCell::new(Arc::new(Shared::default())))
    }
}

impl PsivoxParams {
    /// All parameters at their defaults, around the given line.
    pub fn new(line: LineCell) -> Self {
        Self {
            valence: axis("Valence", Control::Valence),
            arousal: axis("Arousal", Control::Arousal),
            dominance: axis("Dominance", Control::Dominance),
            intensity: linear("Intensity", Control::Intensity, "%", 100.0, 0),
            rate: rate(),
            pitch: linear("Pitch", Control::PitchSt, " st", 1.0, 2),
            gain: linear("Gain", Control::GainDb, " dB", 1.0, 1),
            osc_on: BoolParam::new("Send Face", true),
            bypass: BoolParam::new("Bypass", false).make_bypass(),
            range: linear("Pitch Range", Control::PitchRangeRatio, "%", 100.0, 0),
            size: linear("Size", Control::SizePercent, "%", 1.0, 1),
            tension: axis("Tension", Control::Tension),
            breath: linear("Breath", Control::Breath, "%", 100.0, 0),
            tilt: linear("Tilt", Control::TiltDbPerOctave, " dB/oct", 1.0, 2),
            articulation: linear("Articulation", Control::Articulation, "%", 100.0, 0),
            f0: f0(),
            f0_weight: linear("F0 Weight", Control::F0Weight, "%", 100.0, 0),
            vibrato_rate: linear("Vibrato Rate", Control::VibratoHz, " Hz", 1.0, 2),
            vibrato_depth: linear("Vibrato Depth", Control::VibratoSt, " st", 1.0, 2),
            hold: hold(),
            voice_mix: linear("Voice Mix", Control::VoiceMix, "%", 100.0, 0),
            beat_coupling: linear("Beat", Control::BeatCoupling, "%", 100.0, 0),
            beat_division: EnumParam::new("Beat Grid", BeatGrid::Auto),
            partner_coupling: linear("Link", Control::PartnerCoupling, "%", 100.0, 0),
            tremor: linear("Tremor", Control::TremorSt, " st", 1.0, 2),
            mood: MoodParams::default(),
            field: FieldParams::default(),
            face: FaceParams::default(),
            performance: PerformanceParams::default(),
            memory: MemoryCell::new(line.shared()),
            line,
            compare: CompareCell::default(),
            editor_size: Arc::default(),
        }
    }

    /// The parameter that moves a control.
    pub fn of(&self, control: Control) -> Knob<'_> {
        let nested = self.mood.of(control).or_else(|| self.field.of(control));
        if let Some(param) = nested.or_else(|| self.face.of(control)) {
            return Knob::Number(param);
        }
        Knob::Number(match control {
            Control::Valence => &self.valence,
            Control::Arousal => &self.arousal,
            Control::Dominance => &self.dominance,
            Control::Intensity => &self.intensity,
            Control::RateRatio => &self.rate,
            Control::PitchSt => &self.pitch,
            Control::GainDb => &self.gain,
            Control::PitchRangeRatio => &self.range,
            Control::SizePercent => &self.size,
            Control::Tension => &self.tension,
            Control::Breath => &self.breath,
            Control::TiltDbPerOctave => &self.tilt,
            Control::Articulation => &self.articulation,
            Control::F0Hz => &self.f0,
            Control::F0Weight => &self.f0_weight,
            Control::VibratoHz => &self.vibrato_rate,
            Control::VibratoSt => &self.vibrato_depth,
            Control::Hold => &self.hold,
            Control::VoiceMix => &self.voice_mix,
            Control::BeatCoupling => &self.beat_coupling,
            Control::BeatDivision => return Knob::Grid(&self.beat_division),
            Control::TremorSt => &self.tremor,
            // What is left: those of mood, field and face are told above.
            _ => &self.partner_coupling,
        })
    }
}

#[cfg(test)]
impl PsivoxParams {
    /// The defaults but for these: id and place, 0..=1.
    pub fn with(places: &[(&str, f32)]) -> Self {
        let params = Self::default();
        for (id, place) in places {
            let (_, pointer, _) =
                params.param_map().into_iter().find(|(own, ..)| own == id).expect("a parameter");
            // SAFETY: the parameters are alive.
            unsafe { pointer._internal_set_normalized_value(*place) };
        }
        params
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn params() -> PsivoxParams {
        PsivoxParams::default()
    }

    #[test]
    fn every_control_has_its_parameter_with_the_same_range_and_default() {
        let params = params();
        for (control, (id, low, high)) in Control::ALL.into_iter().zip(PARAMETER_RANGES) {
            let ends = match params.of(control) {
                Knob::Number(param) => {
                    [param.preview_plain(0.0), param.default_plain_value(), param.preview_plain(1.0)]
                }
                Knob::Grid(param) => {
                    let value = |grid: BeatGrid| f32::from(grid.lines_per_beat());
                    [param.preview_plain(0.0), param.default_plain_value(), param.preview_plain(1.0)]
                        .map(|index| value(BeatGrid::from_index(index as usize)))
                }
            };
            assert_eq!(ends, [low, control.default_value(), high], "{id}");
            assert_eq!((low, high), control.range(), "{id}");
        }
        assert!((params.rate.preview_normalized(1.0) - 0.5).abs() < 1e-6, "the own pace is in the middle");
    }

    #[test]
    fn the_grid_reads_as_note_values() {
        let params = params();
        let param = &params.beat_division;
        let steps = BeatGrid::variants().len() - 1;
        let found: Vec<(String, u8)> = (0..=steps)
            .map(|step| {
                let normalized = step as f32 / steps as f32;
                let text = param.normalized_value_to_string(normalized, true);
                assert_eq!(param.string_to_normalized_value(&text), Some(normalized), "{text}");
                (text, BeatGrid::from_index(step).lines_per_beat())
            })
            .collect();
        let agreed =
            [("Auto", 0), ("1/4", 1), ("1/8", 2), ("1/8T", 3), ("1/16", 4), ("1/16T", 6), ("1/32", 8)];
        assert_eq!(found, agreed.map(|(text, lines)| (text.to_owned(), lines)));
        assert_eq!(params.of(Control::BeatDivision).value(), 0.0);
    }

    #[test]
    fn text_goes_both_ways() {
        let params = params();
        for control in Control::ALL {
            let Knob::Number(param) = params.of(control) else { continue };
            for step in 0..=20 {
                let text = param.normalized_value_to_string(step as f32 / 20.0, true);
                let value = param.string_to_normalized_value(&text).expect("own text is understood");
                assert_eq!(param.normalized_value_to_string(value, true), text, "{control:?}");
            }
            assert_eq!(param.string_to_normalized_value("nonsense"), None);
            assert_eq!(param.string_to_normalized_value("nan"), None);
        }
        assert_eq!(params.f0.string_to_normalized_value("OFF"), Some(0.0));
        assert!((params.f0.preview_normalized(440.0) - 0.5).abs() < 1e-6);
        let tilt = params.tilt.string_to_normalized_value("-1.5 dB/oct").expect("the unit is cut");
        assert_eq!(params.tilt.preview_plain(tilt), -1.5);
        let pitch = params.pitch.string_to_normalized_value("  -3,5 ST ").expect("a comma is fine");
        assert_eq!(params.pitch.preview_plain(pitch), -3.5);
    }
}
