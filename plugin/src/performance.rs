//! The parameters of performing: what a note does. Their string ids are frozen like all others.

use crate::parameter_kinds::share;
use nice_plug::prelude::*;
use std::sync::Arc;

/// What notes do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Mode {
    /// A note speaks the next unit of the text.
    #[id = "speak"]
    #[name = "Speak"]
    Speak,
    /// Every key speaks a unit of its own.
    #[id = "cue"]
    #[name = "Cue"]
    Cue,
    /// A note sings the next syllable at its pitch.
    #[id = "sing"]
    #[name = "Sing"]
    Sing,
    /// Speech is locked to the host's song position.
    #[id = "follow"]
    #[name = "Follow"]
    Follow,
}

/// What counts as one unit of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Unit {
    /// A line.
    #[id = "line"]
    #[name = "Line"]
    Line,
    /// A sentence.
    #[id = "sentence"]
    #[name = "Sentence"]
    Sentence,
    /// A word.
    #[id = "word"]
    #[name = "Word"]
    Word,
    /// All of it.
    #[id = "text"]
    #[name = "Whole text"]
    Text,
}

/// Which unit a note speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Advance {
    /// The one after the last, from the first again at the end.
    #[id = "next"]
    #[name = "Next"]
    Next,
    /// The one that `line` names, again and again.
    #[id = "stay"]
    #[name = "Stay"]
    Stay,
    /// Any other one, by a seeded choice.
    #[id = "shuffle"]
    #[name = "Shuffle"]
    Shuffle,
}

/// Where the manner goes from line to line while nothing is recalled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum Course {
    /// Wherever text and parameters lead.
    #[id = "free"]
    #[name = "Free"]
    Free,
    /// It stays as it was in the line before.
    #[id = "same"]
    #[name = "Same tone"]
    Same,
    /// It comes to rest over some lines.
    #[id = "calm"]
    #[name = "Calm down"]
    Calm,
}

/// How notes become speech and song.
#[derive(Params)]
pub struct PerformanceParams {
    /// What notes do.
    #[id = "mode"]
    pub mode: EnumParam<Mode>,
    /// The unit that is spoken next, counted from 1: a change takes effect with the next note.
    #[id = "line"]
    pub line: IntParam,
    /// Which unit a note speaks.
    #[id = "advance"]
    pub advance: EnumParam<Advance>,
    /// What counts as one unit.
    #[id = "phrase"]
    pub phrase: EnumParam<Unit>,
    /// Voices that may sound at once.
    #[id = "voices"]
    pub voices: IntParam,
    /// Time that consonants get before the beat in sing mode, s; the plug-in's latency there.
    #[id = "sing_lead"]
    pub sing_lead_ms: FloatParam,
    /// Time of a step from note to note in sing mode, ms; 0 is a singer's own.
    #[id = "portamento"]
    pub portamento_ms: FloatParam,
    /// From the melody of speech (0) to that of the notes (1).
    #[id = "talk_to_sing"]
    pub talk_to_sing: FloatParam,
    /// Reach of the pitch wheel in semitones.
    #[id = "bend_range"]
    pub bend_range: IntParam,
    /// Whether every channel is a note of its own (MIDI polyphonic expression).
    #[id = "mpe"]
    pub mpe: BoolParam,
    /// The key of the first unit in cue mode.
    #[id = "cue_key"]
    pub cue_key: IntParam,
    /// Bars from one unit to the next in follow mode, where the text names none.
    #[id = "follow_bars"]
    pub follow_bars: IntParam,
    /// How much earlier than its sound the face is shown, ms.
    #[id = "face_lead"]
    pub face_lead_ms: FloatParam,
    /// The remembered manner that `memory_recall` brings back, counted from 1.
    #[id = "memory_slot"]
    pub memory_slot: IntParam,
    /// Whether the remembered manner acts.
    #[id = "memory_recall"]
    pub memory_recall: BoolParam,
    /// How much of the remembered manner replaces the present one.
    #[id = "memory_blend"]
    pub memory_blend: FloatParam,
    /// Whether what is said leaves a memory.
    #[id = "memory_on"]
    pub memory_on: BoolParam,
    /// Whether a note says the slot's memory again, bit by bit.
    #[id = "memory_replay"]
    pub memory_replay: BoolParam,
    /// How much of a recalled memory's voice acts.
    #[id = "memory_voice"]
    pub memory_voice: FloatParam,
    /// How much of its face does.
    #[id = "memory_face"]
    pub memory_face: FloatParam,
    /// Place on the pad between `memory_slot` and the three slots after it: across.
    #[id = "memory_x"]
    pub memory_x: FloatParam,
    /// The same: up.
    #[id = "memory_y"]
    pub memory_y: FloatParam,
    /// Time of the way into a remembered manner, s.
    #[id = "memory_glide"]
    pub memory_glide_s: FloatParam,
    /// How much a text brings back the manner in which its topic was spoken of before.
    #[id = "memory_topic"]
    pub memory_topic: FloatParam,
    /// Where the manner goes from line to line.
    #[id = "course"]
    pub course: EnumParam<Course>,
    /// Lines that calming down takes.
    #[id = "course_lines"]
    pub course_lines: IntParam,
}

/// Slots of remembered manners.
pub const SLOT_COUNT: usize = 8;
/// Most voices.
pub const MAX_VOICES: usize = 8;
/// Most lines over which a voice calms down.
pub const MAX_CALM_LINES: u32 = 16;
/// Longest way into a remembered manner, s.
pub const MAX_MEMORY_GLIDE_S: f32 = 30.0;
/// Longest lead of consonants, ms.
pub const MAX_SING_LEAD_MS: f32 = 250.0;

impl Default for PerformanceParams {
    fn default() -> Self {
        let ms = |name: &str, default: f32, min: f32, max: f32| {
            FloatParam::new(name, default, FloatRange::Linear { min, max })
                .with_unit(" ms")
                .with_value_to_string(Arc::new(|value| format!("{value:.0}")))
        };
        let count = |name: &str, default: i32, min: i32, max: i32| {
            IntParam::new(name, default, IntRange::Linear { min, max })
        };
        Self {
            mode: EnumParam::new("Mode", Mode::Speak),
            line: count("Line", 1, 1, 128),
            advance: EnumParam::new("Advance", Advance::Next),
            phrase: EnumParam::new("Phrase", Unit::Line),
            voices: count("Voices", 1, 1, MAX_VOICES as i32),
            sing_lead_ms: ms("Sing Lead", 120.0, 0.0, MAX_SING_LEAD_MS),
            portamento_ms: ms("Portamento", 0.0, 0.0, 500.0),
            talk_to_sing: share("Talk To Sing", 1.0),
            bend_range: count("Bend Range", 2, 1, 48).with_unit(" st"),
            mpe: BoolParam::new("MPE", false),
            cue_key: IntParam::new("Cue Key", 36, IntRange::Linear { min: 0, max: 127 })
                .with_value_to_string(Arc::new(|key| crate::script::key_name(key.clamp(0, 127) as u8)))
                .with_string_to_value(Arc::new(|text| crate::script::key_of(text.trim()).map(i32::from))),
            follow_bars: count("Bars A Line", 2, 1, 32),
            face_lead_ms: ms("Face Lead", 0.0, -200.0, 200.0),
            memory_slot: count("Memory Slot", 1, 1, SLOT_COUNT as i32),
            memory_recall: BoolParam::new("Recall", false),
            memory_blend: share("Memory Blend", 1.0),
            memory_on: BoolParam::new("Remember", true),
            memory_replay: BoolParam::new("Replay", false),
            memory_voice: share("Memory Voice", 1.0),
            memory_face: share("Memory Face", 1.0),
            memory_x: share("Blend X", 0.0),
            memory_y: share("Blend Y", 0.0),
            memory_glide_s: memory_glide(),
            memory_topic: share("Topic Recall", 0.0),
            course: EnumParam::new("Course", Course::Free),
            course_lines: count("Calm Over", 3, 1, MAX_CALM_LINES as i32).with_unit(" lines"),
        }
    }
}

/// Half of its way is below 2 s, where differences are felt most.
fn memory_glide() -> FloatParam {
    let range =
        FloatRange::Skewed { min: 0.0, max: MAX_MEMORY_GLIDE_S, factor: FloatRange::skew_factor(-2.0) };
    FloatParam::new("Memory Glide", 0.5, range)
        .with_unit(" s")
        .with_value_to_string(Arc::new(|value| format!("{value:.2}")))
}
