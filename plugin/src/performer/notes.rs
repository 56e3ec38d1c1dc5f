//! The notes that are held, and how each of them is bent.
//!
//! A note is known by its channel and key (and by the host's number, if it has one). Bend, pressure and timbre come by
//! channel (MIDI; with polyphonic expression every channel is one note's own) or by note (CLAP, VST3).

use nice_plug::midi::{Channel, Key, VoiceID};
use psivox_core::engine::Expression;

/// Notes that are remembered while they are held; a keyboard has more keys than a player fingers.
const MOST: usize = 32;
/// Reach of a member channel's bend in MIDI polyphonic expression, semitones (MPE 1.1, section 2.4).
const MPE_BEND_ST: f32 = 48.0;
/// What full pressure adds, dB, and how much brighter it is.
const PRESSURE_DB: f32 = 6.0;
const PRESSURE_BRIGHTNESS: f32 = 0.5;

/// A note as hosts name it; what is left out stands for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NoteName {
    /// The host's number of it.
    pub id: Option<i32>,
    /// 0..=15.
    pub channel: Option<u8>,
    /// 0..=127.
    pub key: Option<u8>,
}

impl NoteName {
    /// A note of nobody: of the editor, of OSC, of a MIDI message.
    pub const NOBODY: Self = Self { id: None, channel: Some(0xff), key: Some(0xff) };

    /// As the framework tells it.
    pub fn of(id: VoiceID, channel: Channel, key: Key) -> Self {
        Self { id: id.id(), channel: channel.number(), key: key.number() }
    }

    /// Whether this name means that note.
    pub fn means(&self, note: &Self) -> bool {
        let fits = |own: Option<u8>, other: Option<u8>| own.is_none() || other.is_none() || own == other;
        let by_number = self.id.is_none() || note.id.is_none() || self.id == note.id;
        by_number && fits(self.channel, note.channel) && fits(self.key, note.key)
    }

    /// The key; the middle C where the host names none.
    pub fn key_or_middle(&self) -> u8 {
        self.key.unwrap_or(60).min(127)
    }

    fn channel_index(&self) -> usize {
        usize::from(self.channel.unwrap_or(0).min(15))
    }
}

/// What an expression says about one note.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct NoteBend {
    /// Semitones.
    pub tuning_st: f32,
    /// 0..=1.
    pub pressure: f32,
    /// Dark -1 .. +1 bright.
    pub timbre: f32,
    /// dB.
    pub level_db: f32,
}

impl NoteBend {
    const NEUTRAL: Self = Self { tuning_st: 0.0, pressure: 0.0, timbre: 0.0, level_db: 0.0 };
}

/// A held note.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Held {
    /// Its name.
    pub name: NoteName,
    /// 0..=1.
    pub velocity: f32,
    /// The voice that sounds it.
    pub voice: usize,
    /// The syllable that it took, if it sings.
    pub syllable: u32,
    bend: NoteBend,
}

/// A channel's own expression.
#[derive(Debug, Clone, Copy)]
struct ChannelBend {
    /// -1..=1.
    bend: f32,
    pressure: f32,
    timbre: f32,
}

impl ChannelBend {
    const NEUTRAL: Self = Self { bend: 0.0, pressure: 0.0, timbre: 0.0 };
}

/// All of it.
#[derive(Debug)]
pub(super) struct Notes {
    held: [Option<Held>; MOST],
    count: usize,
    channels: [ChannelBend; 16],
    /// Reach of the wheel in semitones.
    pub bend_range_st: f32,
    /// Whether every channel but the first is one note's own.
    pub mpe: bool,
    /// Share of the notes' pitch in what is sung.
    pub pitch_weight: f32,
}

impl Default for Notes {
    fn default() -> Self {
        let channels = [ChannelBend::NEUTRAL; 16];
        Self { held: [None; MOST], count: 0, channels, bend_range_st: 2.0, mpe: false, pitch_weight: 1.0 }
    }
}

impl Notes {
    /// Nothing is held or bent.
    pub fn reset(&mut self) {
        self.held = [None; MOST];
        self.count = 0;
        self.channels = [ChannelBend::NEUTRAL; 16];
    }

    /// Nothing is held.
    pub fn let_go(&mut self) {
        self.held = [None; MOST];
        self.count = 0;
    }

    /// A note begins. The oldest is forgotten if there are too many.
    pub fn press(&mut self, name: NoteName, velocity: f32, voice: usize, syllable: u32) {
        while self.release(&name).is_some() {}
        if self.count == MOST {
            self.held.rotate_left(1);
            self.count -= 1;
        }
        self.held[self.count] = Some(Held { name, velocity, voice, syllable, bend: NoteBend::NEUTRAL });
        self.count += 1;
    }

    /// A note ends: what it was, if it was known, and whether it was its voice's newest.
    pub fn release(&mut self, name: &NoteName) -> Option<(Held, bool)> {
        let at = self.held.iter().flatten().position(|held| name.means(&held.name))?;
        let newest = self.held[at].and_then(|held| self.newest_of(held.voice));
        let gone = self.held[at].take()?;
        self.held[at..self.count].rotate_left(1);
        self.count -= 1;
        Some((gone, newest == Some(gone)))
    }

    /// The note that began last among those of a voice.
    pub fn newest_of(&self, voice: usize) -> Option<Held> {
        self.held.iter().flatten().rfind(|held| held.voice == voice).copied()
    }

    /// Changes what an expression says about the notes that are meant; a bit for each of their voices.
    pub fn bend_notes(&mut self, name: &NoteName, mut change: impl FnMut(&mut NoteBend)) -> u8 {
        let mut voices = 0;
        for held in self.held.iter_mut().flatten().filter(|held| name.means(&held.name)) {
            change(&mut held.bend);
            voices |= 1 << held.voice;
        }
        voices
    }

    /// The pitch wheel of a channel, 0..=1 with the middle at 0.5.
    pub fn bend_channel(&mut self, channel: u8, value: f32) {
        // 8,192 of 0..=16,383 is the middle, which is not quite a half.
        let step = (value.clamp(0.0, 1.0) * 16_383.0 - 8_192.0).round();
        self.channel(channel).bend = if step < 0.0 { step / 8_192.0 } else { step / 8_191.0 };
    }

    /// The pressure of a channel, 0..=1.
    pub fn press_channel(&mut self, channel: u8, value: f32) {
        self.channel(channel).pressure = value.clamp(0.0, 1.0);
    }

    /// The timbre of a channel, 0..=1 with 64 of 127 in the middle.
    pub fn tint_channel(&mut self, channel: u8, value: f32) {
        let step = value.clamp(0.0, 1.0) * 127.0 - 64.0;
        self.channel(channel).timbre = if step < 0.0 { step / 64.0 } else { step / 63.0 };
    }

    fn channel(&mut self, channel: u8) -> &mut ChannelBend {
        &mut self.channels[usize::from(channel.min(15))]
    }

    /// How a voice is bent: by its newest note, and by its channel or all channels.
    pub fn expression(&self, voice: usize) -> Expression {
        let note = self.newest_of(voice);
        let bend = note.map_or(NoteBend::NEUTRAL, |held| held.bend);
        let common = self.channels[0];
        let own = note.map_or(common, |held| self.channels[held.name.channel_index()]);
        let is_member = note.is_some_and(|held| held.name.channel_index() > 0);
        let channel_st = match self.mpe {
            true if is_member => own.bend * MPE_BEND_ST + common.bend * self.bend_range_st,
            true => common.bend * self.bend_range_st,
            false => self.any().bend * self.bend_range_st,
        };
        let own = if self.mpe { own } else { self.any() };
        let pressure = (bend.pressure + own.pressure).clamp(0.0, 1.0);
        Expression {
            bend_st: (bend.tuning_st + channel_st).clamp(-96.0, 96.0),
            level_db: (bend.level_db + PRESSURE_DB * pressure).clamp(-60.0, 12.0),
            brightness: (bend.timbre + own.timbre + PRESSURE_BRIGHTNESS * pressure).clamp(-1.0, 1.0),
            pitch_weight: self.pitch_weight,
        }
    }

    /// Without polyphonic expression a wheel on any channel bends all: the one that is moved.
    fn any(&self) -> ChannelBend {
        let by = |value: fn(&ChannelBend) -> f32| {
            self.channels.iter().map(value).fold(0.0, |a: f32, b| if b.abs() > a.abs() { b } else { a })
        };
        ChannelBend { bend: by(|c| c.bend), pressure: by(|c| c.pressure), timbre: by(|c| c.timbre) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn name(channel: u8, key: u8) -> NoteName {
        NoteName { id: None, channel: Some(channel), key: Some(key) }
    }

    #[test]
    fn the_newest_of_those_that_are_held_counts() {
        let mut notes = Notes::default();
        for key in [60, 64, 67] {
            notes.press(name(0, key), 0.8, 0, u32::from(key));
        }
        assert_eq!(notes.newest_of(0).map(|held| held.name.key_or_middle()), Some(67));
        assert_eq!(
            notes.release(&name(0, 67)).map(|(held, newest)| (held.syllable, newest)),
            Some((67, true))
        );
        assert_eq!(notes.newest_of(0).map(|held| held.name.key_or_middle()), Some(64));
        assert_eq!(notes.release(&name(0, 99)), None);
        notes.press(name(0, 60), 0.8, 0, 1);
        assert_eq!(notes.newest_of(0).map(|held| held.name.key_or_middle()), Some(60), "pressed anew");
        for key in 0..100 {
            notes.press(name(1, key), 0.8, 1, 0);
        }
        assert_eq!(notes.newest_of(1).map(|held| held.name.key_or_middle()), Some(99));
        assert_eq!(notes.newest_of(0), None, "the oldest are forgotten");
    }

    #[test]
    fn numbers_go_before_keys() {
        let with = |id| NoteName { id: Some(id), ..name(0, 60) };
        assert!(!with(1).means(&with(2)) && with(1).means(&name(0, 60)));
        let all = NoteName { id: None, channel: None, key: Some(60) };
        assert!(all.means(&name(7, 60)) && !all.means(&name(7, 61)));
    }

    #[test]
    fn wheels_bend_by_their_range() {
        let mut notes = Notes { bend_range_st: 12.0, ..Notes::default() };
        notes.press(name(3, 60), 0.8, 2, 0);
        notes.bend_channel(5, 1.0);
        assert_eq!(notes.expression(2).bend_st, 12.0, "any channel bends all");
        notes.mpe = true;
        assert_eq!(notes.expression(2).bend_st, 0.0, "not its own");
        notes.bend_channel(3, 0.0);
        notes.bend_channel(0, 1.0);
        assert_eq!(notes.expression(2).bend_st, -36.0);
        notes.bend_channel(3, 8_192.0 / 16_383.0);
        notes.bend_channel(0, 8_192.0 / 16_383.0);
        assert_eq!(notes.expression(2), Expression::NEUTRAL);
    }

    #[test]
    fn pressure_and_timbre_are_heard() {
        let mut notes = Notes::default();
        notes.press(name(0, 60), 0.8, 0, 0);
        notes.press_channel(0, 1.0);
        let pressed = notes.expression(0);
        assert_eq!((pressed.level_db, pressed.brightness), (6.0, 0.5));
        notes.tint_channel(0, 0.0);
        assert_eq!(notes.expression(0).brightness, -0.5);
        let tuned = notes.bend_notes(&name(0, 60), |bend| bend.tuning_st = 1.5);
        assert_eq!((tuned, notes.expression(0).bend_st), (1, 1.5));
        notes.reset();
        assert_eq!(notes.expression(0), Expression::NEUTRAL);
    }
}
