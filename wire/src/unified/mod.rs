//! Unified Expressions: the shapes and parameters of face-tracking avatars, from the 52 ARKit shapes.
//!
//! Names and formulas are those of VRCFaceTracking's `v2` parameters. Pure: no network here.

mod base;
mod parameter;
mod table;

use base::FIRST_PARAMETER;
pub use base::{BASE_COUNT, Base, Weights};
pub use parameter::{Kind, Parameter, Term};
pub use table::all;
