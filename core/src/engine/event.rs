//! What a caller can ask of the engine at one sample.

use super::{Control, Probe};
use crate::field::{FieldSetup, Pulse, Role, RoleDrive, Transient, Transport};
use crate::memory::{Recall, Rendition, Weights};
use crate::score::Score;
use std::sync::Arc;

/// A request to the engine.
#[derive(Debug, Clone)]
pub enum Event {
    /// The line that the next [`Event::Speak`] speaks. What is being spoken goes on.
    Load(Arc<Score>),
    /// Speak the loaded line from its start, at this sample. `velocity` in 0..=1 scales emotional intensity.
    Speak {
        /// Strength of the trigger in 0..=1 (MIDI velocity / 127).
        velocity: f32,
    },
    /// Speak this line directly after the present one and those that wait already, without a gap: field, bank and face
    /// go on as they are. Begins at once if nothing is being spoken. At most [`QUEUE_CAPACITY`](super::QUEUE_CAPACITY)
    /// lines wait; more are refused and counted in [`ObservableFrame`](super::ObservableFrame). [`Event::Speak`] and
    /// [`Event::Stop`] forget all that wait.
    Queue(Arc<Score>),
    /// Fall silent within 20 ms and let the face come to rest.
    Stop,
    /// Move a control. Values outside its range are clamped, non-finite ones ignored.
    Set {
        /// Which control moves.
        control: Control,
        /// Its new value in the control's own unit.
        value: f32,
    },
    /// From now on the field is another one: bands, couplings, learning, emotion's map, the grammar's weights. Phases go on,
    /// what was learned is forgotten.
    Field(Arc<FieldSetup>),
    /// Drives a role of the field.
    Drive {
        /// Which one.
        role: Role,
        /// Where to.
        drive: RoleDrive,
    },
    /// Puts a transient into the field.
    Inject(Transient),
    /// The host's tempo and position at this sample; what follows from the last one may be told or left out.
    Transport(Transport),
    /// Another engine's clock at this sample ([`super::Engine::pulse`]).
    Partner(Pulse),
    /// Sing a syllable on a note. What is spoken or followed ends with it; a note that still sounds is left legato.
    Sing(SungNote),
    /// The note ends: the consonants after its vowel are sung, then the voice fades. A [`Event::Sing`] before that is
    /// legato. Without a note nothing happens.
    Release {
        /// Samples from the event to the end of its last consonant; earlier than a syllable can be sung to its end it is
        /// sung in its own time.
        after_samples: u32,
    },
    /// Bends the voice from this sample on, within some ms.
    Express(Expression),
    /// Locks the line to a time from outside, or (`None`) stops as [`Event::Stop`] does. A new place in the same score
    /// within 30 ms of where the voice is steers it there within 100 ms; any other is gone to at once, under a crossfade of
    /// 12 ms. While a line is followed neither coupling nor emotion, rate, beat or [`Control::Hold`] move its clock.
    ///
    /// [`Event::Speak`], [`Event::Sing`] and [`Event::Stop`] end the following: the line goes on only if another place is
    /// told. [`Event::Queue`] waits for the end of the followed line and is spoken in its own time.
    Follow(Option<Place>),
    /// Speaks in a remembered manner from this sample on, or no longer. Whoever sends it keeps the recollections, as it
    /// keeps scores.
    Recall(Recall),
    /// Moves how much of what is remembered acts.
    Weigh(Weights),
    /// From this sample on sound and faces are those of a take, bit by bit, whatever this engine has done before; what is
    /// being spoken fades under it. One that does not fit ([`Rendition::fits`]) is ignored. The caller keeps the rendition
    /// alive as it does scores ([`super::Shelf`]).
    ///
    /// While it runs, [`Event::Set`], [`Event::Express`], [`Event::Field`], [`Event::Drive`], [`Event::Transport`] and
    /// [`Event::Recall`] are put off until its end, [`Event::Inject`], [`Event::Partner`] and [`Event::Release`] come to
    /// nothing; what speaks, sings, follows, stops or replays ends it.
    Replay(Arc<Rendition>),
    /// Tells an observable again and again ([`super::Telemetry::probe`]), or no longer.
    Probe {
        /// One of [`MAX_PROBES`](super::MAX_PROBES).
        slot: usize,
        /// What and how often.
        probe: Option<Probe>,
    },
}

/// A note and what is sung on it.
#[derive(Debug, Clone)]
pub struct SungNote {
    /// A score with syllables ([`crate::Planner::sheet`]).
    pub score: Arc<Score>,
    /// Index in [`Score::syllables`]; one that does not exist is not sung.
    pub syllable: u32,
    /// Pitch in Hz, 20..=4000; what the speaker's larynx cannot reach is sung at its border.
    pub f0_hz: f32,
    /// How strongly, 0..=1; 0.8 is ordinary.
    pub velocity: f32,
    /// Samples from the event to the beginning of the vowel: consonants lie before it. They are hurried to no less than 60 %
    /// of their length if there is less time, what is still missing makes the vowel late.
    pub lead_samples: u32,
    /// Time of the step from the note before in s, 0..=5; 0 for a singer's own, 60 to 120 ms.
    pub glide_s: f32,
}

/// How a voice is bent, on top of all else.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Expression {
    /// Shift of f0 in semitones, -96..=96, as far as the larynx goes.
    pub bend_st: f32,
    /// Level in dB, -60..=12.
    pub level_db: f32,
    /// Dark -1 .. +1 bright: 4 dB per octave and some tension.
    pub brightness: f32,
    /// Share of the note's pitch in what is sung, 0..=1: 0 is the spoken melody of the words, 1 the note.
    pub pitch_weight: f32,
}

impl Expression {
    /// Nothing is bent, notes are in tune.
    pub const NEUTRAL: Self = Self { bend_st: 0.0, level_db: 0.0, brightness: 0.0, pitch_weight: 1.0 };
}

impl Default for Expression {
    fn default() -> Self {
        Self::NEUTRAL
    }
}

/// Where a line is, told from outside: from the event's sample on its place is `at_s + rate t`.
#[derive(Debug, Clone)]
pub struct Place {
    /// The line.
    pub score: Arc<Score>,
    /// Its place at the event's sample in nominal s. Before 0 the voice waits, beyond its end nothing is said.
    pub at_s: f64,
    /// Nominal s of the score per s, 0.25..=4.
    pub rate: f64,
}

/// An [`Event`] and the sample of the block at which it happens.
#[derive(Debug, Clone)]
pub struct TimedEvent {
    /// Offset from the first sample of the block; one past the end counts as the end.
    pub offset_samples: u32,
    /// What happens.
    pub event: Event,
}
