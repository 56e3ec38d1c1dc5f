//! The parameters as projects and automation know them: frozen, new ones come at the end.

use Heard::{Alone, InCompany, Never};

/// Where a parameter is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// In a lone line that is spoken.
    Alone,
    /// Where there is what a lone line does not have: a song's beat, another instance, a second voice, a line before, a
    /// surprise, a broken rule, the next note, a filled slot, a memory. The suites of modes, of the field, of controls and
    /// of memory measure them.
    InCompany,
    /// Not in the sound: it acts on the face, which has tests of its own.
    Never,
}

/// Name on show, string id, the smallest, default and largest value as a CLAP host counts, and where it is heard; in the
/// plugin's order.
pub const PARAMETERS: &[(&str, &str, [f64; 3], Heard)] = &[
    ("Valence", "valence", [0.0, 0.5, 1.0], Alone),
    ("Arousal", "arousal", [0.0, 0.5, 1.0], Alone),
    ("Dominance", "dominance", [0.0, 0.5, 1.0], Alone),
    ("Intensity", "intensity", [0.0, 1.0, 1.0], Alone),
    ("Rate", "rate", [0.0, 0.5, 1.0], Alone),
    ("Pitch", "pitch", [0.0, 0.5, 1.0], Alone),
    ("Gain", "gain", [0.0, 60.0 / 72.0, 1.0], Alone),
    ("Send Face", "osc_on", [0.0, 1.0, 1.0], Never),
    ("Bypass", "bypass", [0.0, 0.0, 1.0], Alone),
    ("Pitch Range", "range", [0.0, 0.5, 1.0], Alone),
    ("Size", "size", [0.0, 0.5, 1.0], Alone),
    ("Tension", "tension", [0.0, 0.5, 1.0], Alone),
    ("Breath", "breath", [0.0, 0.0, 1.0], Alone),
    ("Tilt", "tilt", [0.0, 0.5, 1.0], Alone),
    ("Articulation", "articulation", [0.0, 0.5, 1.0], Alone),
    ("F0", "f0", [0.0, 0.0, 1.0], Alone),
    ("F0 Weight", "f0_weight", [0.0, 1.0, 1.0], Alone),
    ("Vibrato Rate", "vibrato_rate", [0.0, 2.5 / 6.0, 1.0], Alone),
    ("Vibrato Depth", "vibrato_depth", [0.0, 0.0, 1.0], Alone),
    ("Hold", "hold", [0.0, 0.0, 1.0], Alone),
    ("Voice Mix", "voice_mix", [0.0, 0.0, 1.0], InCompany),
    ("Beat", "beat_coupling", [0.0, 0.0, 1.0], InCompany),
    ("Beat Grid", "beat_division", [0.0, 0.0, 6.0], InCompany),
    ("Link", "partner_coupling", [0.0, 0.0, 1.0], InCompany),
    ("Tremor", "tremor", [0.0, 0.0, 1.0], Alone),
    ("Happy", "happy", [0.0, 0.0, 1.0], Alone),
    ("Sad", "sad", [0.0, 0.0, 1.0], Alone),
    ("Angry", "angry", [0.0, 0.0, 1.0], Alone),
    ("Afraid", "afraid", [0.0, 0.0, 1.0], Alone),
    ("Disgusted", "disgusted", [0.0, 0.0, 1.0], Alone),
    ("Surprised", "surprised", [0.0, 0.0, 1.0], Alone),
    ("Calm", "calm", [0.0, 0.0, 1.0], Alone),
    ("Tender", "tender", [0.0, 0.0, 1.0], Alone),
    ("Bored", "bored", [0.0, 0.0, 1.0], Alone),
    ("Contempt", "contempt", [0.0, 0.0, 1.0], Alone),
    ("Excited", "excited", [0.0, 0.0, 1.0], Alone),
    ("Whisper", "whisper", [0.0, 0.0, 1.0], Alone),
    ("Murmur", "murmur", [0.0, 0.0, 1.0], Alone),
    ("Shout", "shout", [0.0, 0.0, 1.0], Alone),
    ("Laugh", "laugh", [0.0, 0.0, 1.0], Alone),
    ("Sob", "sob", [0.0, 0.0, 1.0], Alone),
    ("Hum", "hum", [0.0, 0.0, 1.0], Alone),
    ("Creak", "creak", [0.0, 0.0, 1.0], Alone),
    ("Falsetto", "falsetto", [0.0, 0.0, 1.0], Alone),
    ("From Text", "emotion_from_text", [0.0, 0.5, 1.0], Alone),
    ("Glide", "emotion_glide", [0.0, 0.309_621_56, 1.0], Alone),
    ("Carry Over", "mood_carry", [0.0, 1.0, 1.0], InCompany),
    ("Coupling", "coupling", [0.0, 0.5, 1.0], Alone),
    ("Lag", "lag", [0.0, 0.5, 1.0], Alone),
    ("Grammar", "grammar", [0.0, 1.0, 1.0], InCompany),
    ("Learning", "learning", [0.0, 0.5, 1.0], Alone),
    ("Prediction", "prediction", [0.0, 0.5, 1.0], InCompany),
    ("Face", "face_strength", [0.0, 0.5, 1.0], Never),
    ("Jaw", "face_jaw", [0.0, 0.5, 1.0], Never),
    ("Expression", "face_expression", [0.0, 0.5, 1.0], Never),
    ("Gaze", "face_gaze", [0.0, 0.5, 1.0], Never),
    ("Blinks", "blink_rate", [0.0, 1.0 / 3.0, 1.0], Never),
    ("Head", "face_head", [0.0, 0.5, 1.0], Never),
    ("Idle Life", "face_idle", [0.0, 0.5, 1.0], Never),
    ("Mode", "mode", [0.0, 0.0, 3.0], InCompany),
    ("Line", "line", [0.0, 0.0, 127.0], InCompany),
    ("Advance", "advance", [0.0, 0.0, 2.0], InCompany),
    ("Phrase", "phrase", [0.0, 0.0, 3.0], InCompany),
    ("Voices", "voices", [0.0, 0.0, 7.0], Alone),
    ("Sing Lead", "sing_lead", [0.0, 0.48, 1.0], InCompany),
    ("Portamento", "portamento", [0.0, 0.0, 1.0], InCompany),
    ("Talk To Sing", "talk_to_sing", [0.0, 1.0, 1.0], InCompany),
    ("Bend Range", "bend_range", [0.0, 1.0, 47.0], InCompany),
    ("MPE", "mpe", [0.0, 0.0, 1.0], InCompany),
    ("Cue Key", "cue_key", [0.0, 36.0, 127.0], InCompany),
    ("Bars A Line", "follow_bars", [0.0, 1.0, 31.0], InCompany),
    ("Face Lead", "face_lead", [0.0, 0.5, 1.0], Never),
    ("Memory Slot", "memory_slot", [0.0, 0.0, 7.0], InCompany),
    ("Recall", "memory_recall", [0.0, 0.0, 1.0], InCompany),
    ("Memory Blend", "memory_blend", [0.0, 1.0, 1.0], InCompany),
    ("Remember", "memory_on", [0.0, 1.0, 1.0], InCompany),
    ("Replay", "memory_replay", [0.0, 0.0, 1.0], InCompany),
    ("Memory Voice", "memory_voice", [0.0, 1.0, 1.0], InCompany),
    ("Memory Face", "memory_face", [0.0, 1.0, 1.0], Never),
    ("Blend X", "memory_x", [0.0, 0.0, 1.0], InCompany),
    ("Blend Y", "memory_y", [0.0, 0.0, 1.0], InCompany),
    ("Memory Glide", "memory_glide", [0.0, 0.359_304_11, 1.0], InCompany),
    ("Topic Recall", "memory_topic", [0.0, 0.0, 1.0], InCompany),
    ("Course", "course", [0.0, 0.0, 2.0], InCompany),
    ("Calm Over", "course_lines", [0.0, 2.0, 15.0], InCompany),
];

/// The names on show.
pub fn names() -> Vec<&'static str> {
    PARAMETERS.iter().map(|row| row.0).collect()
}

/// Where the parameter of this name is heard; none if there is no such parameter.
pub fn heard(name: &str) -> Option<Heard> {
    PARAMETERS.iter().find(|row| row.0 == name).map(|row| row.3)
}
