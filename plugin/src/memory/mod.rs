//! The psi-memory of an instance: what the project keeps of how things were said, and the way of it between the threads.
//!
//! The audio thread tells what a line leaves ([`MemoryTap`]), the worker keeps it and makes ready what is to be recalled
//! ([`Remembered`]), the window and OSC give orders ([`MemoryOrder`]). Memory and board are locked by the host's main
//! thread, the worker and the window only.

mod cell;
mod order;
mod pad;
mod remembered;
mod saved;
mod tap;

pub use cell::{MemoryCell, MemoryState};
pub use order::{MemoryOrder, Which};
pub use pad::corners;
pub use remembered::{Again, LineRecall, Remembered};
pub use saved::{MEMORY_VERSION, SavedMemory};
pub use tap::{MemoryEnds, MemoryTap, open};
