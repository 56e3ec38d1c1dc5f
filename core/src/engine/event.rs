//! What a caller can ask of the engine at one sample.

use super::{Control, Probe};
use crate::field::{FieldSetup, Pulse, Role, RoleDrive, Transient, Transport};
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
    /// Tells an observable again and again ([`super::Telemetry::probe`]), or no longer.
    Probe {
        /// One of [`MAX_PROBES`](super::MAX_PROBES).
        slot: usize,
        /// What and how often.
        probe: Option<Probe>,
    },
}

/// An [`Event`] and the sample of the block at which it happens.
#[derive(Debug, Clone)]
pub struct TimedEvent {
    /// Offset from the first sample of the block; one past the end counts as the end.
    pub offset_samples: u32,
    /// What happens.
    pub event: Event,
}
