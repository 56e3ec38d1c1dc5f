//! One block of sound: the events that belong into it, in their order, and what they become.

mod expression;
mod memory;
mod orders;
mod place;
mod render;
mod song;

pub(super) use memory::Recalled;

use super::delay::To;
use super::notes::NoteName;
use super::rules::first_score;
use super::{Asked, Performer, SongPlace};
use crate::channels::AudioMessage;
use crate::controls::{CC_ALL_SOUND_OFF, controller_event};
use crate::midi::TextSysEx;
use crate::params::PsivoxParams;
use crate::performance::Mode;
use crate::repertoire::Ready;
use nice_plug::prelude::NoteEvent;
use psivox_core::engine::Event;
use std::sync::Arc;

/// How long a bypassed instance still lets the engine's fade-out be heard, in s (the engine needs 20 ms).
const BYPASS_FADE_S: f32 = 0.05;
/// Controllers from here on are channel mode messages and cannot be learnt.
const FIRST_MODE_MESSAGE: u8 = 120;
const NOBODY: NoteName = NoteName::NOBODY;

/// A block that is being filled. Events must come in order of time; [`Block::finish`] renders the rest.
pub struct Block<'a> {
    performer: &'a mut Performer,
    sound: &'a mut [f32],
    /// Sample of the block's start since the reset.
    start_samples: u64,
    /// Samples rendered so far.
    rendered: usize,
    /// Place of the host at the end of the block in beats, while it moves.
    end_beats: Option<f64>,
    /// Where units that are followed begin in this block: at most a few.
    song: Option<SongPlace>,
}

impl<'a> Block<'a> {
    /// Nothing of it is rendered yet.
    pub(super) fn of(
        performer: &'a mut Performer,
        sound: &'a mut [f32],
        start_samples: u64,
        end_beats: Option<f64>,
    ) -> Self {
        Self { performer, sound, start_samples, rendered: 0, end_beats, song: None }
    }

    /// Collects what belongs to the block's first sample; `link` is how strongly other instances are heard.
    pub(super) fn start(&mut self, params: &PsivoxParams, song: Option<SongPlace>, bypass: bool, link: f32) {
        let transport = song.map(|song| song.transport);
        self.song = song;
        self.switch_bypass(bypass);
        self.load_field();
        self.move_controls(params);
        self.hear_memory();
        self.settle();
        self.hear_rules();
        self.hear_transport(transport);
        self.hear_others(link, transport);
        self.load();
        self.speak_pending();
        self.take_requests();
        self.take_orders();
        self.follow_host();
    }

    /// Takes one event of the host.
    pub fn host_event(&mut self, event: NoteEvent<TextSysEx>) {
        let offset = event.timing() as usize;
        match event {
            NoteEvent::NoteOn { voice_id, channel, key, velocity, .. } => {
                self.note_on(offset, NoteName::of(voice_id, channel, key), velocity);
            }
            NoteEvent::NoteOff { voice_id, channel, key, .. } => {
                self.note_off(offset, NoteName::of(voice_id, channel, key));
            }
            NoteEvent::Choke { voice_id, channel, key, .. } => {
                self.choke(offset, NoteName::of(voice_id, channel, key));
            }
            NoteEvent::MidiCC { channel, cc, value, .. } => self.controller(offset, channel, cc, value),
            NoteEvent::MidiProgramChange { program, .. } => self.tell(AudioMessage::Program(program)),
            NoteEvent::MidiSysEx { message, .. } => self.message(offset, message),
            other => self.express(offset, &other),
        }
    }

    /// Renders what is left and ends the block.
    pub fn finish(mut self) {
        let end = self.sound.len();
        self.render_to(end);
        self.silence_bypassed();
        self.performer.publish(self.end_beats);
        let Performer { tap, ensemble, position_samples, .. } = &mut *self.performer;
        tap.scope().hear(self.sound, *position_samples);
        if let Some(ensemble) = ensemble {
            tap.scope().look(ensemble.first().field(), self.sound.len());
            tap.memory().collect(ensemble.first_mut());
        }
        if let Some(engine) = self.performer.first_engine() {
            self.performer.shared.note_queue(self.performer.lines_taken, engine.lines_waiting());
        }
    }

    fn note_on(&mut self, offset: usize, name: NoteName, velocity: f32) {
        match self.performer.rules.mode {
            Mode::Speak => self.speak(offset, Asked::Next, velocity, name),
            Mode::Cue => self.speak(offset, Asked::Key(name.key_or_middle()), velocity, name),
            Mode::Sing => self.sing(offset, name, velocity),
            // The host's place says what is said.
            Mode::Follow => {}
        }
    }

    /// A line is finished, not cut: its note is a trigger. A sung note ends.
    fn note_off(&mut self, offset: usize, name: NoteName) {
        while let Some((held, newest)) = self.performer.notes.release(&name) {
            if self.performer.rules.mode == Mode::Sing {
                self.let_go(offset, &held, newest);
            }
        }
    }

    fn choke(&mut self, offset: usize, name: NoteName) {
        match self.performer.notes.release(&name) {
            Some((held, _)) if self.performer.rules.voices > 1 => {
                self.add(offset, To::Voice(held.voice), Event::Stop);
            }
            _ => self.stop(offset),
        }
    }

    fn controller(&mut self, offset: usize, channel: u8, cc: u8, value: f32) {
        let learnable = cc < FIRST_MODE_MESSAGE;
        if learnable && self.performer.shared.learning().is_some() {
            return self.tell(AudioMessage::Controller { channel, controller: cc });
        }
        let repertoire = Arc::clone(&self.performer.repertoire);
        let mut linked = false;
        for link in repertoire.links.iter().filter(|link| learnable && link.hears(channel, cc)) {
            linked = true;
            let (normalized, value) = link.at(value);
            if let Some(control) = link.control {
                self.move_control(offset, Event::Set { control, value });
            }
            // A bounce does not write back into the project.
            if link.control.is_none() || !self.performer.shared.offline() {
                self.performer.values.post(link.parameter, normalized);
            }
        }
        if linked || self.tint(offset, channel, cc, value) {
            return;
        }
        match controller_event(cc, value) {
            Some(Event::Stop) => {
                // The host's panic button: no expression may be left either.
                if cc == CC_ALL_SOUND_OFF { self.panic(offset) } else { self.stop(offset) }
            }
            Some(event) => self.move_control(offset, event),
            None => {}
        }
    }

    /// A controller moves a control, until its parameter moves again.
    fn move_control(&mut self, offset: usize, event: Event) {
        self.performer.watch.override_with(&event);
        self.add(offset, To::All, event);
    }

    fn message(&mut self, offset: usize, message: TextSysEx) {
        match message {
            TextSysEx::Text(chunk) => self.tell(AudioMessage::Text(chunk)),
            TextSysEx::Speak(velocity) => {
                self.speak(offset, Asked::Next, f32::from(velocity) / 127.0, NOBODY);
            }
            TextSysEx::SpeakLine(line, velocity) => {
                let unit = usize::from(line).saturating_sub(1);
                self.speak(offset, Asked::Unit(unit), f32::from(velocity) / 127.0, NOBODY);
            }
            TextSysEx::Cue(key, velocity) => {
                self.speak(offset, Asked::Key(key), f32::from(velocity) / 127.0, NOBODY);
            }
            TextSysEx::Stop => self.stop(offset),
        }
    }

    /// Tells the worker; what finds no room is counted.
    fn tell(&mut self, message: AudioMessage) {
        match self.performer.messages.push(message) {
            // In this order: who sees the request finds the message in the queue.
            Ok(()) => _ = self.performer.shared.request(),
            Err(_) => self.performer.shared.count_lost_chunk(),
        }
    }

    /// Speaks a unit, or as soon as it is planned.
    fn speak(&mut self, offset: usize, asked: Asked, velocity: f32, name: NoteName) {
        if self.performer.bypassed_samples.is_some() {
            return;
        }
        if self.performer.is_current() && self.replay(offset, asked, velocity) {
            return;
        }
        if !self.performer.is_current() {
            return self.performer.set_pending(Some((asked, velocity)));
        }
        let repertoire = Arc::clone(&self.performer.repertoire);
        if repertoire.units.is_empty() && !repertoire.complete {
            return self.performer.set_pending(Some((asked, velocity)));
        }
        let rules = self.performer.rules;
        let unit = match asked {
            Asked::Next => self.performer.turn.take(rules.advance, repertoire.units.len()),
            Asked::Unit(unit) => Some(unit),
            Asked::Key(key) => repertoire.unit_of_key(key, rules.cue_key),
        };
        let Some(unit) = unit else { return };
        match repertoire.units.get(unit).map(|unit| &unit.ready) {
            Some(Ready::Planned(score)) => {
                let voice = self.take_voice(offset);
                self.recall_for_line(offset, voice, Some(unit));
                self.add(offset, To::Voice(voice), Event::Load(Arc::clone(score)));
                self.add(offset, To::Voice(voice), Event::Speak { velocity });
                if name != NOBODY {
                    self.performer.notes.press(name, velocity, voice, 0);
                }
                self.bend(offset, voice);
                self.performer.shared.note_unit(Some(unit));
            }
            Some(Ready::Waiting) => self.performer.set_pending(Some((Asked::Unit(unit), velocity))),
            Some(Ready::Refused) | None => {}
        }
    }

    /// The voice of a new note, ready at its sample.
    fn take_voice(&mut self, offset: usize) -> usize {
        // Who is idle shows only when everything before has been rendered.
        self.render_to(offset.clamp(self.rendered, self.sound.len()));
        let Performer { ensemble, watch, rules, recalled, .. } = &mut *self.performer;
        let Some(ensemble) = ensemble else { return 0 };
        let voice = if rules.voices == 1 { 0 } else { ensemble.choose(rules.voices) };
        ensemble.wake(voice, watch, recalled.as_event());
        voice
    }

    fn stop(&mut self, offset: usize) {
        let performer = &mut *self.performer;
        performer.set_pending(None);
        performer.notes.let_go();
        performer.following.reset();
        performer.delay.forget_speech();
        self.add_now(offset, To::All, Event::Stop);
    }

    /// Falls silent; the face rests until the next line. What came before in the block is rendered first: a line of
    /// it that began later would end the rest.
    fn panic(&mut self, offset: usize) {
        self.stop(offset);
        self.render_to(offset.clamp(self.rendered, self.sound.len()));
        self.performer.tap.hold_at_rest();
    }

    fn load(&mut self) {
        if std::mem::take(&mut self.performer.load_line)
            && let Some(score) = first_score(&self.performer.repertoire).cloned()
        {
            self.add_now(0, To::Voice(0), Event::Load(score));
        }
    }

    /// Before the controls settle, so that a first block begins with its own field.
    fn load_field(&mut self) {
        if std::mem::take(&mut self.performer.load_field)
            && let Some(field) = self.performer.field.clone()
        {
            if let Some(ensemble) = &mut self.performer.ensemble {
                ensemble.set_field(Arc::clone(&field));
            }
            self.add_now(0, To::All, Event::Field(field));
        }
    }

    /// What the performance parameters say.
    fn hear_rules(&mut self) {
        let rules = self.performer.rules;
        self.performer.turn.hear(rules.line);
        if std::mem::replace(&mut self.performer.mode, rules.mode) != rules.mode {
            // What is held was pressed for something else.
            self.performer.notes.let_go();
            self.performer.rewind_song();
        }
        if let Some(ensemble) = &mut self.performer.ensemble {
            ensemble.set_voices(rules.voices);
        }
        if self.performer.following.is_on() && rules.mode != Mode::Follow {
            self.performer.following.reset();
            self.add(0, To::Voice(0), Event::Follow(None));
        }
        self.hear_bend_rules(&rules);
    }

    fn move_controls(&mut self, params: &PsivoxParams) {
        let mut watch = std::mem::take(&mut self.performer.watch);
        let repertoire = Arc::clone(&self.performer.repertoire);
        let manner = self.performer.rules.manner;
        let manner =
            manner.and_then(|(slot, blend)| repertoire.slots.get(slot).map(|values| (values, blend)));
        let fresh = self.performer.fresh;
        for event in watch.moved(params, manner) {
            // Before the first sample nothing is late.
            if fresh { self.add_now(0, To::All, event) } else { self.add(0, To::All, event) }
        }
        self.performer.watch = watch;
    }

    /// In the first block after a reset the controls are where the parameters are, without a glide from
    /// wherever they were: the engine's reset jumps to its controls' targets.
    fn settle(&mut self) {
        if std::mem::take(&mut self.performer.fresh)
            && let Some(ensemble) = &mut self.performer.ensemble
        {
            ensemble.settle();
        }
    }

    fn switch_bypass(&mut self, bypass: bool) {
        match (bypass, self.performer.bypassed_samples) {
            (true, None) => {
                self.stop(0);
                self.performer.bypassed_samples = Some(0);
            }
            (false, Some(_)) => self.performer.bypassed_samples = None,
            _ => {}
        }
    }

    /// Once the fade-out is over a bypassed instance is silent to the bit.
    fn silence_bypassed(&mut self) {
        let sample_rate_hz = self.performer.sample_rate_hz();
        let Some(samples) = &mut self.performer.bypassed_samples else { return };
        let fade = (BYPASS_FADE_S * sample_rate_hz) as u64;
        let audible = (fade.saturating_sub(*samples) as usize).min(self.sound.len());
        self.sound[audible..].fill(0.0);
        *samples += self.sound.len() as u64;
    }
}
