//! Orders that come over OSC: who listens for them, what they do, and how incoming values reach host and engine.
//!
//! ```text
//! network ─► RemoteServer ─► RemoteDesk (worker) ─ scores, stops ─► Performer ─► Engine
//!                               │  └─ text, targets ─► LineCell
//!                               └─ values ─► RemoteValues ─► process or flush ─► host and framework
//! ```
//!
//! Everything but the two arrows to the right runs on the worker's thread, so that one order follows the other.

mod desk;
mod ears;
mod monitor;
mod parameters;
mod values;

pub use desk::RemoteDesk;
pub use monitor::monitor;
pub use parameters::{MEMORY, PARAMETER_COUNT, Parameter, id, index_of, info, parameter, plain};
pub use values::{RemoteValues, hand_over, take_over};

use crate::params::PsivoxParams;
use psivox_wire::inbound::ParameterBoard;
use serde::Serialize;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How listening goes, in numbers and words: for the editor and for the wire monitor.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct RemoteReport {
    /// Whether the ports are open.
    pub listening: bool,
    /// The UDP port that is wanted or had; 0 where nobody is to listen.
    pub osc_port: u16,
    /// The TCP port of OSCQuery, 0 while there is none.
    pub http_port: u16,
    /// Where orders come in.
    pub addresses: Vec<SocketAddr>,
    /// How the announcement stands; `None` where none was wanted.
    pub announced: Option<String>,
    /// Why nobody listens although somebody should, and when it is tried again.
    pub trouble: Option<String>,
    /// Datagrams that came.
    pub received: u64,
    /// Orders that were acted on.
    pub acted: u64,
    /// Datagrams that were no orders, and orders that could not be acted on.
    pub refused: u64,
    /// Datagrams and orders over the rates, and texts that found no room.
    pub limited: u64,
    /// Texts that wait to be spoken.
    pub waiting: usize,
    /// Why the last one was refused.
    pub last_error: Option<String>,
    /// The last order, shortened.
    pub last_message: Option<String>,
    /// Who sent the last datagram.
    pub last_from: Option<SocketAddr>,
}

/// What the worker, the editor and the audio thread share about orders from outside.
#[derive(Debug)]
pub struct RemoteHub {
    /// Values on their way to the host.
    pub values: Arc<RemoteValues>,
    /// The parameters as others see them.
    pub board: Arc<ParameterBoard>,
    report: Mutex<RemoteReport>,
    /// Lines that were typed and that the worker has not taken.
    typed: Mutex<VecDeque<String>>,
}

/// Typed lines that may wait.
const MAX_TYPED: usize = 16;

impl RemoteHub {
    /// Nobody listens yet.
    pub fn new(params: &PsivoxParams) -> Arc<Self> {
        let board = ParameterBoard::new((0..PARAMETER_COUNT).map(|index| info(params, index)).collect());
        Arc::new(Self {
            values: Arc::new(RemoteValues::new(params)),
            board,
            report: Mutex::default(),
            typed: Mutex::default(),
        })
    }

    /// How it goes. Not for the audio thread.
    pub fn report(&self) -> RemoteReport {
        self.lock().clone()
    }

    /// Speaks a line that was typed after those before it. Not for the audio thread.
    pub fn type_text(&self, text: String) {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).push_back(text);
    }

    /// Whether another typed line finds room.
    pub fn has_room(&self) -> bool {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).len() < MAX_TYPED
    }

    /// Whether the worker has taken all lines that were typed.
    pub fn is_idle(&self) -> bool {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }

    /// The next line that was typed.
    fn next_typed(&self) -> Option<String> {
        self.typed.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }

    fn lock(&self) -> MutexGuard<'_, RemoteReport> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
