//! Action units of the face (FACS, Ekman, Friesen & Hager 2002), the shapes that show them, and which of them emotions
//! move (EMFACS).

use psivox_core::emotion::Mode;
use psivox_core::face::{BLENDSHAPE_COUNT, Shape};

/// An action unit and its shapes; of a left and a right one the stronger side counts, for some moods are one-sided.
pub struct Unit {
    /// FACS number, or several that show in the same shapes.
    pub name: &'static str,
    shapes: &'static [Shape],
}

/// The units that the 52 shapes can tell apart.
pub const UNITS: [Unit; 21] = [
    Unit { name: "1", shapes: &[Shape::BrowInnerUp] },
    Unit { name: "2", shapes: &[Shape::BrowOuterUpLeft, Shape::BrowOuterUpRight] },
    Unit { name: "4", shapes: &[Shape::BrowDownLeft, Shape::BrowDownRight] },
    Unit { name: "5", shapes: &[Shape::EyeWideLeft, Shape::EyeWideRight] },
    Unit { name: "6", shapes: &[Shape::CheekSquintLeft, Shape::CheekSquintRight] },
    Unit { name: "7", shapes: &[Shape::EyeSquintLeft, Shape::EyeSquintRight] },
    Unit { name: "9", shapes: &[Shape::NoseSneerLeft, Shape::NoseSneerRight] },
    Unit { name: "10", shapes: &[Shape::MouthUpperUpLeft, Shape::MouthUpperUpRight] },
    Unit { name: "12", shapes: &[Shape::MouthSmileLeft, Shape::MouthSmileRight] },
    Unit { name: "14", shapes: &[Shape::MouthDimpleLeft, Shape::MouthDimpleRight] },
    Unit { name: "15", shapes: &[Shape::MouthFrownLeft, Shape::MouthFrownRight] },
    Unit { name: "16", shapes: &[Shape::MouthLowerDownLeft, Shape::MouthLowerDownRight] },
    Unit { name: "17", shapes: &[Shape::MouthShrugLower] },
    Unit { name: "18", shapes: &[Shape::MouthPucker] },
    Unit { name: "20", shapes: &[Shape::MouthStretchLeft, Shape::MouthStretchRight] },
    Unit { name: "22", shapes: &[Shape::MouthFunnel] },
    Unit { name: "23/24", shapes: &[Shape::MouthPressLeft, Shape::MouthPressRight] },
    Unit { name: "26", shapes: &[Shape::JawOpen] },
    Unit { name: "28", shapes: &[Shape::MouthRollLower, Shape::MouthRollUpper] },
    Unit { name: "29", shapes: &[Shape::JawForward] },
    Unit { name: "34", shapes: &[Shape::CheekPuff] },
];

impl Unit {
    /// How much of it a face shows.
    pub fn weight(&self, shapes: &[f64; BLENDSHAPE_COUNT]) -> f64 {
        self.shapes.iter().map(|shape| shapes[*shape as usize]).fold(f64::MIN, f64::max)
    }
}

/// What EMFACS expects of an emotion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    /// Each entry is one unit, or several of which one is enough.
    pub units: &'static [&'static [&'static str]],
    /// May be there as well.
    pub optional: &'static [&'static str],
}

impl Expected {
    /// Units of a mode; none of what EMFACS does not know.
    pub const fn of(mode: Mode) -> Option<Self> {
        let (units, optional): (&[&[&str]], &[&str]) = match mode {
            // Parted lips (25) have no shape of their own: they show in 10, 16 and 26.
            Mode::Happy => (&[&["6"], &["12"]], &["7", "10", "16", "26"]),
            Mode::Sad => (&[&["1"], &["4"], &["15"]], &["17"]),
            Mode::Angry => (&[&["4"], &["5"], &["7"], &["23/24"]], &["17"]),
            Mode::Afraid => (&[&["1"], &["2"], &["4"], &["5"], &["7"], &["20"], &["26"]], &["16"]),
            Mode::Disgusted => (&[&["9", "10"], &["15"], &["17"]], &["9", "10", "16"]),
            Mode::Surprised => (&[&["1"], &["2"], &["5"], &["26"]], &["16"]),
            Mode::Contempt => (&[&["12"], &["14"]], &[]),
            _ => return None,
        };
        Some(Self { units, optional })
    }

    /// As written in the table.
    pub fn name(&self) -> String {
        self.units.iter().map(|unit| unit.join(" or ")).collect::<Vec<_>>().join("+")
    }

    /// How many of the expected units are among as many of the strongest ones; optional ones take no place.
    pub fn found(&self, strongest: &[(&'static str, f64)]) -> usize {
        let asked = |name: &str| self.units.iter().any(|unit| unit.contains(&name));
        let counted = strongest.iter().filter(|(name, _)| asked(name) || !self.optional.contains(name));
        let mut met = vec![false; self.units.len()];
        let mut places = self.units.len();
        for (name, _) in counted {
            if places == 0 {
                break;
            }
            // A second one of a choice takes no place either.
            match self.units.iter().position(|unit| unit.contains(name)) {
                Some(unit) if met[unit] => {}
                Some(unit) => {
                    met[unit] = true;
                    places -= 1;
                }
                None => places -= 1,
            }
        }
        met.iter().filter(|met| **met).count()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expected_units_exist() {
        for mode in Mode::ALL {
            let Some(expected) = Expected::of(mode) else { continue };
            for name in expected.units.concat().iter().chain(expected.optional) {
                assert!(UNITS.iter().any(|unit| unit.name == *name), "{mode:?} {name}");
            }
        }
    }

    #[test]
    fn the_strongest_units_are_counted() {
        let rank = |names: &[&'static str]| names.iter().map(|name| (*name, 0.5)).collect::<Vec<_>>();
        let found = |mode, names: &[&'static str]| Expected::of(mode).expect("known").found(&rank(names));
        assert_eq!(found(Mode::Happy, &["12", "26", "6", "1"]), 2, "parted lips take no place");
        assert_eq!(found(Mode::Happy, &["12", "1", "6"]), 1);
        assert_eq!(found(Mode::Disgusted, &["9", "10", "17", "15"]), 3);
        assert_eq!(found(Mode::Sad, &[]), 0);
    }

    #[test]
    fn the_stronger_side_counts() {
        let mut shapes = [0.0; BLENDSHAPE_COUNT];
        shapes[Shape::MouthSmileRight as usize] = 0.4;
        let smile = UNITS.iter().find(|unit| unit.name == "12").expect("a unit");
        assert_eq!(smile.weight(&shapes), 0.4);
    }
}
