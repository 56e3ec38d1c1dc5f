//! Kinds of parameters: their way from end to end, and their values in words and back.

use nice_plug::prelude::{FloatParam, FloatRange};
use psivox_core::Control;
use std::sync::Arc;

/// The engine takes a lower f0 for none.
const LOWEST_F0_HZ: f32 = 20.0;

/// A text such as `+0.50`, without "-0.00".
fn signed(value: f32, decimals: usize) -> String {
    let text = format!("{value:+.decimals$}");
    if text.trim_start_matches(['-', '+', '0', '.']).is_empty() {
        format!("{:.decimals$}", 0.0)
    } else {
        text
    }
}

/// The number in front of a unit, whatever the unit's case or spacing; a decimal comma is understood.
pub fn number(text: &str) -> Option<f32> {
    let digits = text.trim().trim_end_matches(|letter: char| !letter.is_ascii_digit() && letter != '.');
    digits.trim().replace(',', ".").parse::<f32>().ok().filter(|value| value.is_finite())
}

/// From one end to the other of a range about 0.
pub fn axis(name: &str, control: Control) -> FloatParam {
    linear(name, control, "", 1.0, 2)
}

/// A share in percent.
pub fn percent(name: &str, control: Control) -> FloatParam {
    linear(name, control, "%", 100.0, 0)
}

/// A time, fine where it is short.
pub fn seconds(name: &str, control: Control) -> FloatParam {
    let (min, max) = control.range();
    FloatParam::new(name, control.default_value(), FloatRange::Skewed { min, max, factor: 0.3 })
        .with_unit(" s")
        .with_value_to_string(Arc::new(|value| format!("{value:.2}")))
        .with_string_to_value(Arc::new(move |text| number(text).map(|value| value.clamp(min, max))))
}

/// A control's whole range, linear, shown as `scale` times its value.
pub fn linear(name: &str, control: Control, unit: &'static str, scale: f32, decimals: usize) -> FloatParam {
    scaled(name, control.default_value(), control.range(), (unit, scale, decimals))
}

/// A share of 0..=1 that is no control's, in percent.
pub fn share(name: &str, default: f32) -> FloatParam {
    scaled(name, default, (0.0, 1.0), ("%", 100.0, 0))
}

fn scaled(
    name: &str,
    default: f32,
    (min, max): (f32, f32),
    (unit, scale, decimals): (&'static str, f32, usize),
) -> FloatParam {
    FloatParam::new(name, default, FloatRange::Linear { min, max })
        .with_unit(unit)
        .with_value_to_string(Arc::new(move |value| match min < 0.0 {
            true => signed(value * scale, decimals),
            false => format!("{:.decimals$}", value * scale),
        }))
        .with_string_to_value(Arc::new(move |text| number(text).map(|value| (value / scale).clamp(min, max))))
}

/// The rate: its middle position is the voice's own pace, because `(1/3)^f = 1/2` for `f = ln 2 / ln 3`.
pub fn rate() -> FloatParam {
    let (min, max) = Control::RateRatio.range();
    let factor = std::f32::consts::LN_2 / 3.0f32.ln();
    FloatParam::new("Rate", Control::RateRatio.default_value(), FloatRange::Skewed { min, max, factor })
        .with_unit("x")
        .with_value_to_string(Arc::new(|value| format!("{value:.2}")))
        .with_string_to_value(Arc::new(move |text| number(text).map(|value| value.clamp(min, max))))
}

/// The f0 from outside: its lowest position is none, A4 is in the middle.
pub fn f0() -> FloatParam {
    let (min, max) = Control::F0Hz.range();
    let factor = std::f32::consts::LN_2 / (max / 440.0).ln();
    FloatParam::new("F0", Control::F0Hz.default_value(), FloatRange::Skewed { min, max, factor })
        .with_value_to_string(Arc::new(|value| match value < LOWEST_F0_HZ {
            true => "off".to_owned(),
            false => format!("{value:.1} Hz"),
        }))
        .with_string_to_value(Arc::new(move |text| match off(text) {
            true => Some(min),
            false => number(text).map(|value| value.clamp(min, max)),
        }))
}

/// A switch that the engine reads as a control.
pub fn hold() -> FloatParam {
    let (min, max) = Control::Hold.range();
    FloatParam::new("Hold", Control::Hold.default_value(), FloatRange::Linear { min, max })
        .with_step_size(1.0)
        .with_value_to_string(Arc::new(|value| if value < 0.5 { "off" } else { "on" }.to_owned()))
        .with_string_to_value(Arc::new(move |text| match text.trim().eq_ignore_ascii_case("on") {
            true => Some(max),
            false if off(text) => Some(min),
            false => number(text).map(|value| value.clamp(min, max)),
        }))
}

fn off(text: &str) -> bool {
    text.trim().eq_ignore_ascii_case("off")
}
