//! The psi-core of Psivox: one dynamical system that makes a voice and the face that belongs to it.
//!
//! ```text
//! text ─► phones ─► score ─►  ψ field  ─►  sound
//! emotion, persona ────┘        └────────►  face
//! ```
//!
//! The modules stand in the order of the flow. [`score`] is the seam: everything above it runs on a
//! worker, may allocate and may fail ([`Planner::plan`]); everything from [`score::ScoreCursor`] down
//! runs in the audio callback and cannot fail ([`Engine::process`]). The core knows no hosts, windows,
//! sockets, clocks or threads.

mod carry;
mod common;
mod delivery;
mod digest;
pub mod emotion;
pub mod engine;
pub mod face;
pub mod field;
mod gesture;
pub mod grammar;
pub mod koopman;
pub mod memory;
pub mod persona;
pub mod phone;
mod plan_stream;
mod planned_word;
pub mod planner;
pub mod prosody;
pub mod score;
pub mod song;
pub mod sound;
pub mod text;
pub mod voice;
mod wide;

pub use delivery::Delivery;
pub use emotion::EmotionState;
pub use engine::{Control, Engine, EngineConfig, EngineError, Event, Telemetry, TimedEvent};
pub use face::{BLENDSHAPE_COUNT, BlendshapeFrame};
pub use persona::Persona;
pub use plan_stream::PlanStream;
pub use planned_word::PlannedWord;
pub use planner::{PlanError, Planner};
pub use score::Score;
