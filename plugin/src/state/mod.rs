//! What a project keeps besides the parameters: the line, who speaks it, where the face goes, the editor's size.
//!
//! The host's blob is `u64` little-endian length + JSON `{version, params, fields}`; `fields.line` and
//! `fields.editor` are JSON texts of [`LineState`] and [`EditorState`]. [`prepare_blob`] looks at a blob before
//! anything is taken over, so that a malformed one changes nothing, and brings an older one up to date. Behind the JSON stands
//! a checksum ([`seal()`]); what was damaged is read piece by piece ([`salvage()`]).

mod blob;
mod cell;
mod editor;
mod error;
mod line;
mod migration;
mod salvage;
mod seal;

pub use blob::{BLOB_LIMIT_BYTES, is_damaged, prepare_blob, with_preset};
pub use cell::{LineCell, PLAN_PATIENCE};
pub use editor::EditorState;
pub use error::StateError;
pub use line::{LineState, TEXT_LIMIT_BYTES};
pub use migration::{LINE_VERSION, complete};
pub use salvage::{Salvaged, TextFound, memory_texts, salvage};
pub use seal::{Seal, inspect, json_of, seal};
