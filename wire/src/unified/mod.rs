//! Unified Expressions: the shapes and parameters of face-tracking avatars, from the 52 ARKit shapes.
//!
//! Names and formulas are those of VRCFaceTracking's `v2` parameters. Pure: no network here.

mod base;
mod parameter;
mod table;

pub use base::{BASE_COUNT, Base, FIRST_PARAMETER, Weights};
pub use parameter::{Kind, Parameter, Term};
pub use table::all;
