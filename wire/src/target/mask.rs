//! Which parts of a face a target gets: groups of shapes and movements.

use psivox_core::face::Shape;
use serde::{Deserialize, Serialize};

/// A part of the face that is sent or left to somebody else, such as a camera tracker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(usize)]
pub enum Group {
    /// Jaw and lips.
    Mouth,
    /// Brows.
    Brows,
    /// Lids and gaze.
    Eyes,
    /// Cheeks and nose.
    Cheeks,
    /// Tongue.
    Tongue,
    /// Turning and tilting of the head.
    Head,
}

impl Group {
    /// Every group, in order.
    pub const ALL: [Self; 6] = [Self::Mouth, Self::Brows, Self::Eyes, Self::Cheeks, Self::Tongue, Self::Head];

    /// As written in targets.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mouth => "mouth",
            Self::Brows => "brows",
            Self::Eyes => "eyes",
            Self::Cheeks => "cheeks",
            Self::Tongue => "tongue",
            Self::Head => "head",
        }
    }

    /// The group that a shape belongs to.
    pub fn of(shape: Shape) -> Self {
        let name = shape.name();
        let starts = |prefix: &str| name.starts_with(prefix);
        match () {
            () if starts("eye") => Self::Eyes,
            () if starts("brow") => Self::Brows,
            () if starts("cheek") || starts("nose") => Self::Cheeks,
            () if starts("tongue") => Self::Tongue,
            () => Self::Mouth,
        }
    }
}

/// What speech alone moves of the mouth: with this mask a camera tracker keeps smile, frown, eyes and brows. The list is
/// that of the hybrid lip sync of VSeeFace. The tongue is a group of its own.
pub const SPEECH_SHAPES: [Shape; 10] = [
    Shape::JawOpen,
    Shape::MouthFunnel,
    Shape::MouthPucker,
    Shape::MouthShrugUpper,
    Shape::MouthShrugLower,
    Shape::MouthClose,
    Shape::MouthUpperUpLeft,
    Shape::MouthUpperUpRight,
    Shape::MouthLowerDownLeft,
    Shape::MouthLowerDownRight,
];

/// Which parts are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mask {
    /// Jaw and lips.
    pub mouth: bool,
    /// Brows.
    pub brows: bool,
    /// Lids and gaze.
    pub eyes: bool,
    /// Cheeks and nose.
    pub cheeks: bool,
    /// Tongue.
    pub tongue: bool,
    /// Head (and neck, and the eyes' bones go with the eyes).
    pub head: bool,
    /// Of the mouth only what speech moves ([`SPEECH_SHAPES`]): "the voice owns the mouth".
    pub speech_only: bool,
}

impl Default for Mask {
    fn default() -> Self {
        Self {
            mouth: true,
            brows: true,
            eyes: true,
            cheeks: true,
            tongue: true,
            head: true,
            speech_only: false,
        }
    }
}

impl Mask {
    /// The voice owns the mouth; a camera keeps the rest.
    pub const VOICE_OWNS_THE_MOUTH: Self = Self {
        mouth: true,
        brows: false,
        eyes: false,
        cheeks: false,
        tongue: true,
        head: false,
        speech_only: true,
    };

    /// Whether a group is sent.
    pub fn has(&self, group: Group) -> bool {
        match group {
            Group::Mouth => self.mouth,
            Group::Brows => self.brows,
            Group::Eyes => self.eyes,
            Group::Cheeks => self.cheeks,
            Group::Tongue => self.tongue,
            Group::Head => self.head,
        }
    }

    /// What either sends.
    pub(crate) fn union(&self, other: &Self) -> Self {
        let whole = |mask: &Self| mask.mouth && !mask.speech_only;
        Self {
            mouth: self.mouth || other.mouth,
            brows: self.brows || other.brows,
            eyes: self.eyes || other.eyes,
            cheeks: self.cheeks || other.cheeks,
            tongue: self.tongue || other.tongue,
            head: self.head || other.head,
            speech_only: !whole(self) && !whole(other) && (self.speech_only || other.speech_only),
        }
    }

    /// Whether a shape is sent.
    pub fn sends(&self, shape: Shape) -> bool {
        let group = Group::of(shape);
        self.has(group) && (group != Group::Mouth || !self.speech_only || SPEECH_SHAPES.contains(&shape))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_has_the_group_of_its_name() {
        let count = |group| Shape::ALL.into_iter().filter(|shape| Group::of(*shape) == group).count();
        assert_eq!(Group::ALL.map(count), [27, 5, 14, 5, 1, 0]);
    }

    #[test]
    fn the_voice_owns_the_mouth_and_nothing_else() {
        let sent: Vec<Shape> =
            Shape::ALL.into_iter().filter(|shape| Mask::VOICE_OWNS_THE_MOUTH.sends(*shape)).collect();
        assert_eq!(sent.len(), SPEECH_SHAPES.len() + 1);
        assert!(sent.contains(&Shape::TongueOut) && !SPEECH_SHAPES.contains(&Shape::TongueOut));
        let no_tongue = Mask { tongue: false, ..Mask::VOICE_OWNS_THE_MOUTH };
        assert!(!no_tongue.sends(Shape::TongueOut));
        assert!(!sent.contains(&Shape::MouthSmileLeft) && sent.contains(&Shape::JawOpen));
        assert!(Shape::ALL.into_iter().all(|shape| Mask::default().sends(shape)));
    }

    #[test]
    fn two_masks_together_send_what_either_sends() {
        let flags = |bits: u32| Mask {
            mouth: bits & 1 != 0,
            brows: bits & 2 != 0,
            eyes: bits & 4 != 0,
            cheeks: bits & 8 != 0,
            tongue: bits & 16 != 0,
            head: bits & 32 != 0,
            speech_only: bits & 64 != 0,
        };
        for a in (0..128).map(flags) {
            for b in (0..128).map(flags) {
                let both = a.union(&b);
                assert!(
                    Shape::ALL
                        .into_iter()
                        .all(|shape| both.sends(shape) == (a.sends(shape) || b.sends(shape)))
                );
                assert_eq!(both.head, a.head || b.head);
            }
        }
    }
}
