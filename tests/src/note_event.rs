//! The framework's events under one roof, so that tests need not name the framework.

pub use nice_plug::midi::sysex::SysExMessage;
pub use nice_plug::midi::{Channel, Key, VoiceID};
pub use nice_plug::params::persist::PersistentField;
pub use nice_plug::prelude::{
    EnumParam, FloatParam, FloatRange, IntParam, IntRange, NoteEvent, ParamPtr, Params,
};
