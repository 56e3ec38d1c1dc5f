//! The visual channel: ARKit-52 blendshapes as observables of the field (never of the rendered sound).

mod action_unit;
mod arkit;
mod eyes;
mod frame;
mod gains;
mod head;
mod lips;
mod one_shot;
mod signature;
mod stir;
mod timing;
mod visage;

pub use action_unit::ActionUnit;
pub use arkit::{BLENDSHAPE_COUNT, BLENDSHAPE_NAMES, Shape, pascal_case};
pub use frame::BlendshapeFrame;
pub use gains::FaceGains;
pub use lips::{lips_are_closed, mouth_pose};
pub use signature::{FacePart, expression_pose, face_parts, style_parts};
pub use visage::{Visage, VisageDrive};

/// Strengths in frame order while they are being composed; not yet clamped.
pub type Pose = [f32; BLENDSHAPE_COUNT];
