//! The voices of an instance: up to eight engines on one clock, of which the first shows the face.
//!
//! The first voice runs always, because a face breathes and blinks when nobody speaks. The others sleep until a note wakes
//! them, from a reset at the very sample, so that what they do depends on the notes alone and not on block sizes.

use super::EVENT_CAPACITY;
use super::mouths::{FaceMix, Mouths, VoiceTap};
use crate::bounce;
use crate::controls::ControlWatch;
use crate::face_link::FaceTap;
use crate::performance::MAX_VOICES;
use psivox_core::engine::{EngineError, NoTelemetry, Smoothed, TimedEvent};
use psivox_core::field::FieldSetup;
use psivox_core::memory::Recall;
use psivox_core::{Engine, EngineConfig, Event};
use std::sync::Arc;

/// Longest piece that is rendered at once, samples.
const PIECE: usize = 1_024;
/// Exponent of the number of voices by which all are turned down: eight of them are 5 dB softer each.
const HEADROOM: f32 = -0.3;
/// Time constant of that, s.
const HEADROOM_S: f32 = 0.05;

/// How the voices of an instance are built, but for their seeds.
pub(crate) fn engine_config(sample_rate_hz: f32) -> EngineConfig {
    EngineConfig { face_rate_hz: bounce::ENGINE_RATE_HZ as f32, ..EngineConfig::new(sample_rate_hz) }
}

/// One voice.
struct Voice {
    engine: Engine,
    /// Its events of the piece that is being collected; never grows beyond its capacity.
    events: Vec<TimedEvent>,
    awake: bool,
    /// Counts the starts: the highest is the newest.
    started: u64,
}

/// All voices.
pub(super) struct Ensemble {
    voices: Vec<Voice>,
    sample_rate_hz: f32,
    /// Samples rendered since the reset.
    now: u64,
    starts: u64,
    /// The field that voices are woken with.
    field: Option<Arc<FieldSetup>>,
    mouths: Mouths,
    level: Smoothed,
    scratch: Vec<f32>,
    mix: Vec<f32>,
}

impl Ensemble {
    /// Builds the voices. Allocates.
    ///
    /// # Errors
    /// A rate that the engine refuses.
    pub fn new(sample_rate_hz: f32) -> Result<Self, EngineError> {
        let config = engine_config(sample_rate_hz);
        let voice = |index: usize| {
            // Voices that breathed alike would sound as one.
            let seed = config.seed ^ (index as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            // Of a choir the first voice is remembered.
            let engine = Engine::new(EngineConfig { seed, keeps_takes: index == 0, ..config })?;
            let events = Vec::with_capacity(EVENT_CAPACITY);
            Ok(Voice { engine, events, awake: index == 0, started: 0 })
        };
        let voices = (0..MAX_VOICES).map(voice).collect::<Result<Vec<Voice>, EngineError>>()?;
        Ok(Self {
            mouths: Mouths::new(voices[0].engine.tick_samples(), sample_rate_hz),
            voices,
            sample_rate_hz,
            now: 0,
            starts: 0,
            field: None,
            level: Smoothed::new(1.0, HEADROOM_S * sample_rate_hz),
            scratch: vec![0.0; PIECE],
            mix: vec![0.0; PIECE],
        })
    }

    /// Samples a second.
    pub fn sample_rate_hz(&self) -> f32 {
        self.sample_rate_hz
    }

    /// The voice that shows the face.
    pub fn first(&self) -> &Engine {
        &self.voices[0].engine
    }

    /// The same, to collect what it has kept.
    pub fn first_mut(&mut self) -> &mut Engine {
        &mut self.voices[0].engine
    }

    /// Silent, time 0.
    pub fn reset(&mut self) {
        for (index, voice) in self.voices.iter_mut().enumerate() {
            voice.engine.reset();
            voice.events.clear();
            voice.awake = index == 0;
            voice.started = 0;
        }
        (self.now, self.starts) = (0, 0);
        self.level.jump(self.level.target(), 0);
        self.mouths.reset();
    }

    /// The controls are where they shall be at once, in the first block after a reset.
    pub fn settle(&mut self) {
        let first = &mut self.voices[0];
        first.engine.process(&first.events, &mut [], &mut NoTelemetry);
        first.events.clear();
        first.engine.reset();
        self.level.jump(self.level.target(), 0);
    }

    /// How many voices share the loudness.
    pub fn set_voices(&mut self, count: usize) {
        let level = (count.clamp(1, MAX_VOICES) as f32).powf(HEADROOM);
        if self.level.target() != level {
            self.level.set_target(level, self.now);
        }
    }

    /// The field of voices that are woken; those that are awake hear of it by an event.
    pub fn set_field(&mut self, field: Arc<FieldSetup>) {
        self.field = Some(field);
    }

    /// Room for one more event of a voice.
    pub fn has_room(&self, voice: usize) -> bool {
        self.voices[voice].events.len() < EVENT_CAPACITY
    }

    /// Whether every voice that is awake has room for one more.
    pub fn all_have_room(&self) -> bool {
        self.voices.iter().all(|voice| voice.events.len() < EVENT_CAPACITY)
    }

    /// An event of one voice. It must have room.
    pub fn add(&mut self, voice: usize, offset_samples: u32, event: Event) {
        let own = &mut self.voices[voice];
        if own.awake && own.events.len() < EVENT_CAPACITY {
            own.events.push(TimedEvent { offset_samples, event });
        }
    }

    /// An event of every voice that is awake. All must have room.
    pub fn add_all(&mut self, offset_samples: u32, event: &Event) {
        for voice in 0..self.voices.len() {
            self.add(voice, offset_samples, event.clone());
        }
    }

    /// Whether a voice says nothing and sounds no more, now that everything before was rendered.
    pub fn is_idle(&self, voice: usize) -> bool {
        let own = &self.voices[voice];
        !own.awake || own.engine.is_idle()
    }

    /// The voice among the first `count` that a new note gets: the first that is idle, else the one that began first.
    pub fn choose(&self, count: usize) -> usize {
        let among = 0..count.clamp(1, self.voices.len());
        let idle = among.clone().find(|voice| self.is_idle(*voice));
        idle.or_else(|| among.min_by_key(|voice| self.voices[*voice].started)).unwrap_or(0)
    }

    /// Makes a voice ready for a note at this very sample: everything before was rendered. One that was idle begins anew,
    /// with the controls and the field as they are.
    pub fn wake(&mut self, voice: usize, watch: &ControlWatch, recalled: Option<Recall>) {
        self.starts += 1;
        let (starts, field) = (self.starts, self.field.clone());
        let idle = voice > 0 && self.is_idle(voice);
        let own = &mut self.voices[voice];
        own.started = starts;
        if idle {
            own.awake = true;
            own.events.clear();
            let at_once = |event| TimedEvent { offset_samples: 0, event };
            own.events.extend(field.map(|field| at_once(Event::Field(field))));
            own.events.extend(watch.last().map(at_once));
            own.events.extend(recalled.map(|recall| at_once(Event::Recall(recall))));
            own.engine.process(&own.events, &mut [], &mut NoTelemetry);
            own.events.clear();
            own.engine.reset();
            self.mouths.restart(voice, self.now);
        }
        self.mouths.start(voice, self.now);
    }

    /// What the first voice says now is what the face shows.
    pub fn lead_with_first(&mut self) {
        self.mouths.start(0, self.now);
    }

    /// Renders the events collected, into all of `sound`.
    pub fn render(&mut self, sound: &mut [f32], tap: &mut FaceTap) {
        let mut done = 0;
        while done < sound.len() {
            let end = sound.len().min(done + PIECE);
            // What lies behind the piece waits; with the last piece everything is taken.
            let length = if end == sound.len() { usize::MAX } else { end - done };
            self.render_piece(&mut sound[done..end], length, tap);
            done = end;
        }
        if sound.is_empty() {
            self.render_piece(sound, usize::MAX, tap);
        }
    }

    fn render_piece(&mut self, sound: &mut [f32], length: usize, tap: &mut FaceTap) {
        let Self { voices, mouths, scratch, mix, level, now, .. } = self;
        let Some((first, others)) = voices.split_first_mut() else { return };
        let (scratch, mix) = (&mut scratch[..sound.len()], &mut mix[..sound.len()]);
        let mut sounding = false;
        for (index, voice) in others.iter_mut().enumerate().filter(|(_, voice)| voice.awake) {
            let mut own = VoiceTap::new(mouths, tap, index + 1);
            voice.perform(length, scratch, &mut own);
            if !std::mem::replace(&mut sounding, true) {
                mix.fill(0.0);
            }
            mix.iter_mut().zip(&*scratch).for_each(|(sum, own)| *sum += own);
        }
        tap.note_rules(|| first.engine.grammar_tally());
        first.perform(length, sound, &mut FaceMix::new(mouths, tap));
        if sounding {
            sound.iter_mut().zip(&*mix).for_each(|(sum, own)| *sum += own);
        }
        let settled = level.target() == 1.0 && level.at(*now) == 1.0;
        if !settled {
            for (sample, own) in sound.iter_mut().enumerate() {
                *own *= level.at(*now + sample as u64);
            }
        }
        *now += sound.len() as u64;
        for voice in others {
            voice.awake &= !voice.engine.is_idle();
        }
    }
}

impl Voice {
    /// Renders the events before `length`, all of them if it lies beyond the sound, and shifts the rest.
    fn perform(
        &mut self,
        length: usize,
        sound: &mut [f32],
        telemetry: &mut dyn psivox_core::engine::Telemetry,
    ) {
        let due = self.events.partition_point(|event| (event.offset_samples as usize) < length);
        self.engine.process(&self.events[..due], sound, telemetry);
        self.events.drain(..due);
        for event in &mut self.events {
            event.offset_samples -= length as u32;
        }
    }
}
