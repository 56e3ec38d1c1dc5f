//! Everything that the audio thread performs, made ready by the worker: planned units, the sheet to sing from, controllers
//! and remembered manners.

use crate::params::{Knob, PsivoxParams};
use crate::performance::SLOT_COUNT;
use crate::performance_state::{CcLink, PerformanceState, Slot};
use crate::remote::{index_of, parameter};
use psivox_core::{Control, Score};
use std::sync::Arc;

/// Positions of a 7-bit controller.
const STEPS: usize = 128;

/// How far a unit is.
#[derive(Debug, Clone, Default)]
pub enum Ready {
    /// The worker has not come to it.
    #[default]
    Waiting,
    /// It cannot be spoken.
    Refused,
    /// It can be spoken.
    Planned(Arc<Score>),
}

/// One unit of the text.
#[derive(Debug, Clone, Default)]
pub struct UnitCue {
    /// Its score.
    pub ready: Ready,
    /// The key that the text gives it.
    pub key: Option<u8>,
    /// The bar that the text gives it, counted from 1.
    pub bar: Option<f64>,
    /// Where its first beat lies in the score, s: a song's first consonants come before it.
    pub first_beat_s: f64,
}

/// The values that a slot remembers, in the controls' own units; NaN where it remembers nothing.
pub type SlotValues = [f32; Control::ALL.len()];

/// A controller that moves a parameter.
#[derive(Debug, Clone)]
pub struct Link {
    controller: u8,
    channel: Option<u8>,
    /// Index of the parameter.
    pub parameter: usize,
    /// The control behind it, if there is one.
    pub control: Option<Control>,
    /// For each position of the controller: where hosts see the parameter, and the control's value.
    places: [(f32, f32); STEPS],
}

impl Link {
    /// A link with its table of values.
    fn new(link: &CcLink, params: &PsivoxParams) -> Option<Self> {
        let index = index_of(&link.parameter)?;
        let (control, moved) = (Control::ALL.get(index).copied(), parameter(params, index));
        let place = |step: usize| {
            let along = step as f32 / (STEPS - 1) as f32;
            let normalized = link.low + (link.high - link.low) * along;
            let value = match control.map(|control| params.of(control)) {
                Some(Knob::Grid(_)) => grid_lines(moved.plain_of(normalized)),
                _ => moved.plain_of(normalized),
            };
            (normalized, value)
        };
        Some(Self {
            controller: link.controller,
            channel: link.channel,
            parameter: index,
            control,
            places: std::array::from_fn(place),
        })
    }

    /// Whether this controller moves it.
    pub fn hears(&self, channel: u8, controller: u8) -> bool {
        self.controller == controller && self.channel.is_none_or(|own| own == channel)
    }

    /// Where hosts see the parameter and the control's value, at a position of the controller, 0..=1.
    pub fn at(&self, value: f32) -> (f32, f32) {
        let step = (value.clamp(0.0, 1.0) * (STEPS - 1) as f32).round() as usize;
        self.places[step.min(STEPS - 1)]
    }
}

/// Lines per beat of a grid's number.
fn grid_lines(number: f32) -> f32 {
    use nice_plug::prelude::Enum;
    f32::from(crate::beat_grid::BeatGrid::from_index(number.max(0.0) as usize).lines_per_beat())
}

/// All of it.
#[derive(Debug, Clone)]
pub struct Repertoire {
    /// The units, in the order of the text.
    pub units: Vec<UnitCue>,
    /// The text as syllables that notes can take.
    pub sheet: Ready,
    /// Controllers.
    pub links: Vec<Link>,
    /// Remembered manners.
    pub slots: Box<[SlotValues; SLOT_COUNT]>,
    /// Whether nothing is left to be planned.
    pub complete: bool,
}

impl Default for Repertoire {
    fn default() -> Self {
        Self {
            units: Vec::new(),
            sheet: Ready::Waiting,
            links: Vec::new(),
            slots: Box::new([[f32::NAN; Control::ALL.len()]; SLOT_COUNT]),
            complete: false,
        }
    }
}

impl Repertoire {
    /// What a project keeps of performing, as the audio thread needs it; nothing is planned yet.
    pub fn of(state: &PerformanceState, params: &PsivoxParams) -> Self {
        let links = state.cc.iter().filter_map(|link| Link::new(link, params)).collect();
        let mut own = Self { links, ..Self::default() };
        for (values, slot) in own.slots.iter_mut().zip(&state.slots) {
            *values = slot_values(slot);
        }
        own
    }

    /// The unit that a key speaks: the one that the text gives it, else those without a key in their order, from `base` up.
    pub fn unit_of_key(&self, key: u8, base: u8) -> Option<usize> {
        let named = self.units.iter().position(|unit| unit.key == Some(key));
        let free = || self.units.iter().enumerate().filter(|(_, unit)| unit.key.is_none());
        let nth = || free().nth(usize::from(key.checked_sub(base)?)).map(|(index, _)| index);
        named.or_else(nth)
    }

    /// The unit that stands at a place of the song and where it begins, both in beats, and where the next one does.
    /// `bar_beats` is the length of a bar, `apart_bars` what lies between units to which the text gives no bar.
    pub fn unit_at(&self, beats: f64, bar_beats: f64, apart_bars: f64) -> Placed {
        let mut placed = Placed { unit: None, start_beats: 0.0, next_beats: f64::INFINITY };
        let mut free = 0.0;
        for (index, unit) in self.units.iter().enumerate() {
            let start = unit.bar.map_or(free, |bar| (bar - 1.0) * bar_beats);
            free = start + apart_bars * bar_beats;
            if start <= beats {
                // Of two at one place the later one of the text, else the one that began last.
                if placed.unit.is_none() || start >= placed.start_beats {
                    (placed.unit, placed.start_beats) = (Some(index), start);
                }
            } else {
                placed.next_beats = placed.next_beats.min(start);
            }
        }
        placed
    }
}

/// What stands at a place of the song.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placed {
    /// The unit, none before the first one.
    pub unit: Option<usize>,
    /// Where it begins, in beats.
    pub start_beats: f64,
    /// Where the next one does, in beats.
    pub next_beats: f64,
}

/// A slot's values by control.
fn slot_values(slot: &Slot) -> SlotValues {
    let mut values = [f32::NAN; Control::ALL.len()];
    for (id, value) in &slot.values {
        if let Some(own) = index_of(id).and_then(|index| values.get_mut(index)) {
            *own = *value;
        }
    }
    values
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(addresses: &[(Option<u8>, Option<f64>)]) -> Repertoire {
        let unit =
            |(key, bar): &(Option<u8>, Option<f64>)| UnitCue { key: *key, bar: *bar, ..UnitCue::default() };
        Repertoire { units: addresses.iter().map(unit).collect(), ..Repertoire::default() }
    }

    #[test]
    fn keys_find_their_units() {
        let own = with(&[(None, None), (Some(40), None), (None, None)]);
        assert_eq!(own.unit_of_key(36, 36), Some(0));
        assert_eq!(own.unit_of_key(37, 36), Some(2), "those without a key of their own follow each other");
        assert_eq!(own.unit_of_key(40, 36), Some(1));
        assert_eq!((own.unit_of_key(38, 36), own.unit_of_key(35, 36)), (None, None));
    }

    #[test]
    fn bars_place_units() {
        let own = with(&[(None, None), (None, None), (None, Some(9.0)), (None, None)]);
        let at = |beats| own.unit_at(beats, 4.0, 2.0);
        assert_eq!(at(-1.0).unit, None);
        assert_eq!(at(0.0), Placed { unit: Some(0), start_beats: 0.0, next_beats: 8.0 });
        assert_eq!(at(8.0), Placed { unit: Some(1), start_beats: 8.0, next_beats: 32.0 });
        assert_eq!(at(31.9).unit, Some(1));
        assert_eq!(at(33.0), Placed { unit: Some(2), start_beats: 32.0, next_beats: 40.0 });
        assert_eq!(at(1e6), Placed { unit: Some(3), start_beats: 40.0, next_beats: f64::INFINITY });
    }

    #[test]
    fn controllers_reach_their_ends() {
        let params = PsivoxParams::default();
        let link = |parameter: &str, low, high| CcLink {
            controller: 20,
            channel: Some(3),
            parameter: parameter.to_owned(),
            low,
            high,
        };
        let state = PerformanceState {
            cc: vec![link("gain", 1.0, 0.0), link("beat_division", 0.0, 1.0)],
            ..PerformanceState::default()
        };
        let own = Repertoire::of(&state, &params);
        assert!(own.links[0].hears(3, 20) && !own.links[0].hears(2, 20) && !own.links[0].hears(3, 21));
        assert_eq!((own.links[0].at(0.0).1, own.links[0].at(1.0).1), (12.0, -60.0));
        assert_eq!(own.links[1].at(1.0), (1.0, 8.0), "lines per beat, not the number of the choice");
    }
}
