//! One value on its way to an avatar: where it comes from, how it is written, and what was sent last.

use crate::Moment;
use crate::unified::{Parameter, Weights};
use rosc::OscType;

/// Half a step of the eight bits that other people see: smaller movements are not worth a message.
pub const STEP: f32 = 1.0 / 512.0;

/// Above this a value is written as all ones, since the floor of 1 times 2^N would be all zeros.
const FULL: f32 = 0.999_99;

/// What is looked at.
pub(super) struct Scene<'a> {
    pub(super) moment: &'a Moment,
    pub(super) weights: &'a Weights,
}

/// Where a value comes from.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source {
    /// Unified Expressions.
    Unified(&'static Parameter),
    /// Whether a face stands.
    Active,
    /// Weight of a viseme.
    Viseme(usize),
    /// Index of the strongest viseme.
    Strongest,
    /// How much is being said.
    Voice,
}

/// Where a bit stands in a value that is written as bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bits {
    /// 0 for `Name1`, 1 for `Name2`, 2 for `Name4`.
    pub(super) place: u32,
    /// How many bits the value has.
    pub(super) count: u32,
    /// Whether there is a `NameNegative`: without it negative values count as 0.
    pub(super) signed: bool,
}

impl Bits {
    /// Whether the bit is set: that of `floor(|value| 2^count)`, all ones above 0.99999.
    pub(super) fn read(self, value: f32) -> bool {
        if value < 0.0 && !self.signed {
            return false;
        }
        let size = value.abs();
        if size > FULL {
            return true;
        }
        let whole = (size * (1u32 << self.count.min(16)) as f32) as u32;
        whole >> self.place.min(31) & 1 == 1
    }
}

/// How a value is written.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form {
    Float,
    Int,
    /// True above one half.
    Bool,
    Bit(Bits),
    /// True below 0.
    Negative,
}

/// A value that an avatar has.
#[derive(Debug)]
pub(super) struct Output {
    address: String,
    pub(super) source: Source,
    form: Form,
    last: Option<f32>,
}

impl Output {
    /// `name` is what stands behind `/avatar/parameters/`.
    pub(super) fn new(name: &str, source: Source, form: Form) -> Self {
        // What VRChat does with names in which its editor allows spaces.
        let address = format!("/avatar/parameters/{}", name.replace(' ', "_"));
        Self { address, source, form, last: None }
    }

    pub(super) fn address(&self) -> &str {
        &self.address
    }

    /// The value if it is to be sent: it has changed, or everything is refreshed.
    pub(super) fn due(&mut self, scene: &Scene<'_>, refresh: bool) -> Option<OscType> {
        let value = self.source.value(scene);
        let written = match self.form {
            Form::Float => value,
            Form::Int => value.round(),
            Form::Bool => f32::from(value > 0.5),
            Form::Bit(bits) => f32::from(bits.read(value)),
            Form::Negative => f32::from(value < 0.0),
        };
        let moved = self.last.is_none_or(|last| (written - last).abs() > STEP);
        if !moved && !refresh {
            return None;
        }
        self.last = Some(written);
        Some(match self.form {
            Form::Float => OscType::Float(written),
            Form::Int => OscType::Int(written as i32),
            Form::Bool | Form::Bit(_) | Form::Negative => OscType::Bool(written > 0.5),
        })
    }
}

impl Source {
    fn value(self, Scene { moment, weights }: &Scene<'_>) -> f32 {
        match self {
            Self::Unified(parameter) => parameter.value(weights),
            Self::Active => f32::from(!moment.rest),
            Self::Viseme(index) => moment.visemes[index].clamp(0.0, 1.0),
            Self::Strongest => strongest(&moment.visemes) as f32,
            Self::Voice => moment.voice(),
        }
    }
}

fn strongest(visemes: &[f32]) -> usize {
    let better = |best: usize, index: usize| if visemes[index] > visemes[best] { index } else { best };
    (0..visemes.len()).fold(0, better)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Mask;

    /// `NameNegative` is apart; most significant bit first.
    fn bits(value: f32, count: u32, signed: bool) -> String {
        let bit = |place| Bits { place, count, signed }.read(value);
        (0..count).rev().map(|place| if bit(place) { '1' } else { '0' }).collect()
    }

    #[test]
    fn bits_are_rounded_down_and_full_is_full() {
        for (value, count, expected) in [
            (0.0, 3, "000"),
            (0.124_9, 3, "000"),
            (0.125, 3, "001"),
            (0.5, 3, "100"),
            (0.9, 3, "111"),
            (0.5, 1, "1"),
            (0.49, 1, "0"),
            (0.999_98, 4, "1111"),
            (1.0, 4, "1111"),
            (0.3, 8, "01001100"),
            (-0.5, 3, "100"),
            (-1.0, 3, "111"),
        ] {
            assert_eq!(bits(value, count, true), expected, "{value}");
        }
        assert_eq!(bits(-0.5, 3, false), "000");
        assert_eq!(bits(-1.0, 3, false), "000");
    }

    #[test]
    fn only_what_moves_is_sent() {
        let mut moment = Moment::rest(0.0, 0, Mask::default());
        let mut output = Output::new("psivox/viseme_aa", Source::Viseme(10), Form::Float);
        let mut send = |weight: f32, refresh: bool| {
            moment.visemes[10] = weight;
            let weights = Weights::of(&moment.face);
            output.due(&Scene { moment: &moment, weights: &weights }, refresh)
        };
        assert_eq!(send(0.5, false), Some(OscType::Float(0.5)));
        assert_eq!(send(0.501, false), None);
        assert_eq!(send(0.501, true), Some(OscType::Float(0.501)));
        assert_eq!(send(0.6, false), Some(OscType::Float(0.6)));
    }
}
