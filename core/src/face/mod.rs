//! The visual channel: ARKit-52 blendshapes as observables of the field (never of the rendered sound).

mod arkit;
mod expression;
mod frame;
mod idle;
mod lips;
mod visage;

pub use arkit::{BLENDSHAPE_COUNT, BLENDSHAPE_NAMES, Shape, pascal_case};
pub use expression::{expression_pose, mode_pose};
pub use frame::BlendshapeFrame;
pub use idle::IdleLife;
pub use lips::{lips_are_closed, mouth_pose};
pub use visage::{Visage, VisageDrive};

/// Strengths in frame order while they are being composed; not yet clamped.
pub type Pose = [f32; BLENDSHAPE_COUNT];
