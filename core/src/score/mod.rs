//! The score: what will be said, written in syllables on the voice's own time.
//!
//! The seam of the house: a [`Score`] is built on a worker and read in the audio callback through a
//! [`ScoreCursor`], which neither allocates nor fails.

mod articulation;
mod assemble;
mod cursor;
mod direction;
mod frame;
mod melody;
mod timing;

pub(crate) use assemble::{LEAD_IN_S, held_ln_f0, ln_f0_at};
pub use assemble::{MAX_SCORE_S, ScoreBuilder};
pub use cursor::{ScoreCursor, read, read_channel, read_mixed};
pub(crate) use direction::VoiceAct;
pub use frame::{
    ARTICULATORS, Articulator, FIRST_ARTICULATOR, LN_F0, PROMINENCE, SCORE_CHANNELS, SCORE_RATE_HZ,
    ScoreFrame,
};

pub(crate) use timing::{TimedPhone, phone_times};

use crate::emotion::{FaceGesture, Manner};
use crate::face::BLENDSHAPE_COUNT;
use crate::memory::streams::{HARMONICS, Harmonics};
use crate::persona::{Ensemble, Throat};
use crate::phone::Viseme;
use crate::sound::VoiceprintGains;
use crate::text::{MEANING, Meaning};
use crate::voice::KnotAxis;

/// A phone on the voice's own time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScorePhone {
    /// Symbol of the voice's alphabet; [`crate::phone::PAUSE`] for silence.
    pub symbol: char,
    /// Start in nominal s.
    pub start_s: f32,
    /// End in nominal s.
    pub end_s: f32,
    /// Index in [`Score::words`]; `None` for pauses.
    pub word: Option<u32>,
    /// Mouth picture.
    pub viseme: Viseme,
}

/// One turn of the syllable clock: a syllable or a rest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Beat {
    /// Start in nominal s.
    pub start_s: f32,
    /// End in nominal s, after the start.
    pub end_s: f32,
    /// 0 rest, 0.4 unstressed, 0.7 secondary, 1 primary stress.
    pub prominence: f32,
}

/// Who speaks, as the audio thread needs it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Speaker {
    /// Transposition in semitones.
    pub pitch_st: f32,
    /// Factor on the speaking rate.
    pub rate_ratio: f32,
    /// Factor on the vocal-tract resonances.
    pub formant_ratio: f32,
    /// Resting valence, arousal, dominance.
    pub resting_emotion: [f32; 3],
    /// Resting strength of each blendshape.
    pub resting_shapes: [f32; BLENDSHAPE_COUNT],
    /// Mean f0 of the voice in Hz.
    pub f0_mean_hz: f32,
    /// Mean f0 in Hz of the second voice, if the line knows two; else the first one's.
    pub f0_mean_b_hz: f32,
    /// The envelope's axis.
    pub axis: KnotAxis,
    /// Gain on the free parts.
    pub noise_gain: f32,
    /// The post-stage.
    pub voiceprint: VoiceprintGains,
    /// Whether the clock keeps to the score alone. In speech the other oscillators may push and hold it a little; a song
    /// has beats to keep.
    pub keeps_time: bool,
    /// How the throat rests.
    pub throat: Throat,
    /// Who speaks along.
    pub ensemble: Ensemble,
}

impl Speaker {
    /// Lowest and highest f0 in Hz that this speaker's larynx reaches: three octaves below where the deeper voice speaks,
    /// for lines end in vocal fry, whose pulses come as slowly as 20 Hz (Hollien 1974), and 2.6 octaves above the higher
    /// one, at most 1600 Hz.
    pub fn f0_range_hz(&self) -> [f32; 2] {
        let number = |x: f32| if x.is_finite() { x.clamp(60.0, 600.0) } else { 150.0 };
        let (a, b) = (number(self.f0_mean_hz), number(self.f0_mean_b_hz));
        [(a.min(b) / 8.0).max(20.0), (a.max(b) * 6.0).min(1_600.0)]
    }
}

/// The same line, phone for phone, with another share of the second voice.
#[derive(Debug, Clone)]
pub struct BlendLayer {
    /// Share of the second voice, 0..=1.
    pub mix: f32,
    /// As [`Score::frames`], just as many.
    pub frames: Vec<ScoreFrame>,
}

/// A line, ready to be spoken. Immutable.
#[derive(Debug, Clone)]
pub struct Score {
    /// What tells it from other scores: a hash of the text, the speaker and the delivery that it was planned from; 0 where
    /// nobody asked for one.
    pub id: u64,
    /// The phones in order; they cover the score without gaps.
    pub phones: Vec<ScorePhone>,
    /// The words as written.
    pub words: Vec<String>,
    /// The beats in order; they cover the score without gaps.
    pub beats: Vec<Beat>,
    /// Frames at [`SCORE_RATE_HZ`], frame `c` at `c / 240` s.
    pub frames: Vec<ScoreFrame>,
    /// The line by other blends of two voices, in order of their `mix`; `frames` is the one at 0. Empty if the line knows
    /// one voice only.
    pub blend: Vec<BlendLayer>,
    /// Who speaks.
    pub speaker: Speaker,
    /// What each of the words is about, as far as words that come back can tell.
    pub meanings: Vec<Meaning>,
    /// What the whole is about.
    pub topic: Meaning,
    /// How the words are to be said, in order of their times. Before the first all is plain.
    pub cues: Vec<Cue>,
    /// What the face does besides, in order of the times.
    pub gestures: Vec<FaceCue>,
    /// Named places, in order of their times.
    pub marks: Vec<Mark>,
    /// Coefficients of the planned melody in st above the speaker's mean, in the eigenfunctions of
    /// [`crate::memory::streams`]: the shape that a memory keeps of it.
    pub melody: Harmonics,
    /// What notes can take, in order, if the score was made to be sung by hand ([`crate::Planner::sheet`]); else empty.
    pub syllables: Vec<ScoreSyllable>,
}

/// A syllable that a note can take: its places in the score, all in nominal s and in this order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScoreSyllable {
    /// Where its first consonant begins; [`Self::vowel_s`] if it has none.
    pub start_s: f32,
    /// Where its vowel begins: this is on the beat.
    pub vowel_s: f32,
    /// Where a held note rests.
    pub rest_s: f32,
    /// Where the end of the vowel begins: what lies between `rest_s` and this is held sound.
    pub release_s: f32,
    /// Where the vowel ends and the consonants after it begin.
    pub coda_s: f32,
    /// Where its last sound ends.
    pub end_s: f32,
    /// Index in [`Score::words`].
    pub word: u32,
    /// A `-` note: it holds the vowel of the syllable before it, and has all its places from it.
    pub hold: bool,
}

/// From here on the words are said so.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Cue {
    /// Nominal s.
    pub start_s: f32,
    /// How.
    pub manner: Manner,
}

/// A gesture of the face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FaceCue {
    /// Nominal s.
    pub start_s: f32,
    /// Which one.
    pub gesture: FaceGesture,
    /// How strongly, 0..=1.
    pub strength: f32,
}

/// A place with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// Nominal s.
    pub start_s: f32,
    /// As written in the text.
    pub name: String,
}

impl Score {
    /// A score in which nothing is said.
    pub fn empty(speaker: Speaker) -> Self {
        Self {
            id: 0,
            phones: Vec::new(),
            words: Vec::new(),
            beats: Vec::new(),
            frames: Vec::new(),
            blend: Vec::new(),
            speaker,
            meanings: Vec::new(),
            topic: [0.0; MEANING],
            cues: Vec::new(),
            gestures: Vec::new(),
            marks: Vec::new(),
            melody: [0.0; HARMONICS],
            syllables: Vec::new(),
        }
    }

    /// Length in s at the voice's own pace.
    pub fn duration_s(&self) -> f32 {
        self.beats.last().map_or(0.0, |beat| beat.end_s)
    }
}
