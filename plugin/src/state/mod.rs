//! What a project keeps besides the parameters: the line, who speaks it, where the face goes, the editor's size.
//!
//! The host's blob is `u64` little-endian length + JSON `{version, params, fields}`; `fields.line` and
//! `fields.editor` are JSON texts of [`LineState`] and [`EditorState`]. [`prepare_blob`] looks at a blob before
//! anything is taken over, so that a malformed one changes nothing, and brings an older one up to date.

mod blob;
mod cell;
mod editor;
mod error;
mod line;
mod migration;

pub use blob::{BLOB_LIMIT_BYTES, prepare_blob, with_preset};
pub use cell::{LineCell, PLAN_PATIENCE};
pub use editor::EditorState;
pub use error::StateError;
pub use line::{LineState, TEXT_LIMIT_BYTES};
pub use migration::{LINE_VERSION, complete};
