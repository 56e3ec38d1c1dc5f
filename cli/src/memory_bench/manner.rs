//! The manners that are remembered.

use psivox_core::Event;
use psivox_core::engine::Control;

/// A manner: controls, and one that moves along the line.
pub struct Manner {
    /// As written in the table.
    pub name: &'static str,
    controls: &'static [(Control, f32)],
    /// What moves, from where to where.
    course: Option<(Control, f32, f32)>,
}

const fn still(name: &'static str, controls: &'static [(Control, f32)]) -> Manner {
    Manner { name, controls, course: None }
}

/// Twelve ways to say something: moods, styles, and ways that have no name.
pub const SOURCES: [Manner; 12] = [
    still("plain", &[]),
    still("happy", &[(Control::Happy, 0.9)]),
    still("sad", &[(Control::Sad, 0.9)]),
    still("angry", &[(Control::Angry, 0.9)]),
    still("afraid", &[(Control::Afraid, 0.9)]),
    still("tender", &[(Control::Tender, 0.9), (Control::Breath, 0.25)]),
    still("bored", &[(Control::Bored, 0.9)]),
    still("whispered", &[(Control::Whisper, 0.9)]),
    still("deep and slow", &[(Control::PitchSt, -3.0), (Control::RateRatio, 0.78), (Control::Contempt, 0.5)]),
    still("high and quick", &[(Control::PitchSt, 3.5), (Control::RateRatio, 1.3), (Control::Surprised, 0.6)]),
    still(
        "pressed",
        &[
            (Control::Tension, 0.8),
            (Control::TiltDbPerOctave, 1.5),
            (Control::Disgusted, 0.7),
            (Control::PitchRangeRatio, 0.5),
        ],
    ),
    Manner {
        name: "warming up",
        controls: &[(Control::PitchRangeRatio, 1.6)],
        course: Some((Control::Excited, 0.0, 1.0)),
    },
];

impl Manner {
    /// What is set before the first sample.
    pub fn settings(&self) -> Vec<Event> {
        let start = self.course.map(|(control, from, _)| (control, from));
        let all = self.controls.iter().copied().chain(start);
        all.map(|(control, value)| Event::Set { control, value }).collect()
    }

    /// What moves at a share of the line.
    pub fn lane(&self, along: f32) -> Option<Event> {
        let (control, from, to) = self.course?;
        Some(Event::Set { control, value: from + (to - from) * along.clamp(0.0, 1.0) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_manners_are_the_same() {
        for (index, manner) in SOURCES.iter().enumerate() {
            for other in &SOURCES[..index] {
                assert_ne!(manner.name, other.name);
                assert!(manner.controls != other.controls || manner.course != other.course);
            }
            for (control, value) in manner.controls {
                assert_eq!(control.clamp(*value), Some(*value), "{}", manner.name);
            }
        }
    }
}
