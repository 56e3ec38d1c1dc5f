//! What a project keeps of its window.

use serde::{Deserialize, Serialize};

/// Size of the editor in logical pixels, and its zoom.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EditorState {
    /// Width, 600 to 4096.
    pub width: f32,
    /// Height, 520 to 4096.
    pub height: f32,
    /// Zoom on top of the system's own, 0.75 to 2.
    #[serde(default = "one")]
    pub scale: f32,
}

const fn one() -> f32 {
    1.0
}

impl EditorState {
    /// Smallest size at which nothing is cut off.
    pub const MIN: Self = Self { width: 600.0, height: 520.0, scale: 0.75 };

    /// Everything within sensible bounds; nonsense becomes the default.
    pub fn sane(self) -> Self {
        let bound = |value: f32, low: f32, high: f32, or: f32| {
            if value.is_finite() { value.clamp(low, high) } else { or }
        };
        let default = Self::default();
        Self {
            width: bound(self.width, Self::MIN.width, 4096.0, default.width),
            height: bound(self.height, Self::MIN.height, 4096.0, default.height),
            scale: bound(self.scale, Self::MIN.scale, 2.0, default.scale),
        }
    }
}

impl Default for EditorState {
    fn default() -> Self {
        Self { width: 960.0, height: 680.0, scale: 1.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_are_bounded() {
        let absurd = EditorState { width: f32::NAN, height: 1e9, scale: -3.0 }.sane();
        assert_eq!((absurd.width, absurd.height, absurd.scale), (960.0, 4096.0, 0.75));
    }

    #[test]
    fn sizes_of_earlier_builds_load() {
        let read: EditorState =
            serde_json::from_str(r#"{"width":680.0,"height":600.0}"#).expect("an old one");
        assert_eq!((read.width, read.scale), (680.0, 1.0));
    }
}
