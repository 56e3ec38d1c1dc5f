//! What a view asks for; the open editor grants it after the picture.

use super::memory_wish::MemoryWish;
use super::preset_bar::PresetWish;
use crate::channels::Request;
use crate::performance_state::PerformanceState;
use crate::wire_state::WireState;
use psivox_core::Persona;
use psivox_core::field::FieldSpec;

/// What a view asks for.
#[derive(Debug, Clone, PartialEq)]
pub enum Wish {
    /// Speak, stop, or speak one unit.
    Request(Request),
    /// Presets, undo, A and B, the dice.
    Preset(Box<PresetWish>),
    /// The text has changed in the box.
    Text,
    /// Another persona.
    Persona(String),
    /// A persona of the project's own, or the one that ships again.
    OwnPersona(Option<Box<Persona>>),
    /// Another second voice, or none.
    SecondVoice(Option<String>),
    /// Another network: targets, latency.
    Wire(Box<WireState>),
    /// Another field, or the one that ships.
    Field(Option<Box<FieldSpec>>),
    /// Another number in the field: its path and value.
    Coupling(String, f32),
    /// Other controllers or remembered manners.
    Performance(Box<PerformanceState>),
    /// What only the worker can do with memories.
    Memory(MemoryWish),
    /// The next controller that moves is to move this parameter; none gives up waiting.
    Learn(Option<usize>),
    /// Dark or light.
    Dark(bool),
    /// Everything so many times as large.
    Zoom(f32),
    /// The hint of the first run has been seen.
    HintSeen,
    /// What the text is in the system's own editor: begin or end.
    Outside(bool),
}
