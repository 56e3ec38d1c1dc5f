//! The engine: the one door to everything that runs in the audio callback.
//!
//! [`Engine::new`] allocates; [`Engine::reset`] and [`Engine::process`] never do. The caller hands over
//! planned scores as [`Event::Load`] or [`Event::Queue`] and must keep a clone of every `Arc<Score>` until its own is the only
//! one left ([`ScoreShelf`] does that), so that the audio thread never frees one.

mod articulate;
mod choir;
mod config;
mod control;
mod controls;
mod event;
mod express;
mod follow;
mod gains;
mod hold;
mod instrument;
mod line;
mod path;
mod performing;
mod remembering;
mod schedule;
mod shaking;
mod shelf;
mod sung;
mod telemetry;
mod temper;
mod tones;
mod tuning;

pub use config::{Ablation, EngineConfig, EngineError};
pub use control::{Control, Smoothed};
pub use event::{Event, Expression, Place, SungNote, TimedEvent};
pub use instrument::{ENGINE_LAYOUT, Engine};
pub use line::QUEUE_CAPACITY;
pub use schedule::{MAX_PROBES, Probe};
pub use shelf::{ScoreShelf, Shelf};
pub use telemetry::{NoTelemetry, ObservableFrame, PhoneMark, Telemetry};
