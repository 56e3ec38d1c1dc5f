//! What tags set, from the words and numbers people write: degrees, silences, rate, pitch, level and range.

use super::amount::{self, Amount, Unit};
use super::fault::Kind;

/// What a value is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Setting {
    /// How much of a mood or a style, 0..=1.
    Degree,
    /// Seconds of silence.
    Pause,
    /// Factor on the speaking rate.
    Rate,
    /// Semitones.
    Pitch,
    /// Decibels.
    Volume,
    /// Factor on f0's excursions.
    Range,
}

/// Words for values, as SSML has them (W3C, Speech Synthesis Markup Language 1.1, sections 3.2.3 and 3.2.4) and a few
/// more that people write.
const WORDS: [(Setting, &str, f32); 40] = [
    (Setting::Degree, "slightly", 0.3),
    (Setting::Degree, "somewhat", 0.4),
    (Setting::Degree, "quite", 0.7),
    (Setting::Degree, "very", 1.0),
    (Setting::Pause, "none", 0.0),
    (Setting::Pause, "x-weak", 0.1),
    (Setting::Pause, "weak", 0.2),
    (Setting::Pause, "short", 0.25),
    (Setting::Pause, "medium", 0.5),
    (Setting::Pause, "strong", 0.8),
    (Setting::Pause, "long", 1.0),
    (Setting::Pause, "x-strong", 1.2),
    (Setting::Rate, "x-slow", 0.6),
    (Setting::Rate, "slow", 0.8),
    (Setting::Rate, "medium", 1.0),
    (Setting::Rate, "normal", 1.0),
    (Setting::Rate, "default", 1.0),
    (Setting::Rate, "fast", 1.25),
    (Setting::Rate, "x-fast", 1.5),
    (Setting::Pitch, "x-low", -6.0),
    (Setting::Pitch, "low", -3.0),
    (Setting::Pitch, "medium", 0.0),
    (Setting::Pitch, "default", 0.0),
    (Setting::Pitch, "high", 3.0),
    (Setting::Pitch, "x-high", 6.0),
    (Setting::Volume, "silent", -24.0),
    (Setting::Volume, "x-soft", -12.0),
    (Setting::Volume, "soft", -6.0),
    (Setting::Volume, "quiet", -6.0),
    (Setting::Volume, "medium", 0.0),
    (Setting::Volume, "default", 0.0),
    (Setting::Volume, "loud", 6.0),
    (Setting::Volume, "x-loud", 10.0),
    (Setting::Range, "x-low", 0.5),
    (Setting::Range, "low", 0.75),
    (Setting::Range, "medium", 1.0),
    (Setting::Range, "default", 1.0),
    (Setting::Range, "normal", 1.0),
    (Setting::Range, "high", 1.35),
    (Setting::Range, "x-high", 1.7),
];

/// How much of a mood or style a tag asks for that does not say.
pub(super) const WHOLE: f32 = 1.0;
/// A pause that does not say how long, s.
pub(super) const PLAIN_PAUSE_S: f32 = 0.5;

impl Setting {
    /// The least and the most.
    const fn limits(self) -> (f32, f32) {
        match self {
            Setting::Degree => (0.0, 1.0),
            Setting::Pause => (0.0, 10.0),
            Setting::Rate => (0.5, 2.0),
            Setting::Pitch => (-12.0, 12.0),
            Setting::Volume => (-24.0, 12.0),
            Setting::Range => (0.0, 3.0),
        }
    }

    const fn limits_text(self) -> &'static str {
        match self {
            Setting::Degree => "0 to 1",
            Setting::Pause => "0 to 10 s",
            Setting::Rate => "0.5 to 2",
            Setting::Pitch => "-12 to +12 semitones",
            Setting::Volume => "-24 to +12 dB",
            Setting::Range => "0 to 3",
        }
    }

    const fn expected(self) -> &'static str {
        match self {
            Setting::Degree => "a degree such as 0.6 or 60%",
            Setting::Pause => "a time such as 300ms or 1.5 s",
            Setting::Rate => "a rate such as 1.2, 80% or slow",
            Setting::Pitch => "a change of pitch such as +2st, -10% or low",
            Setting::Volume => "a change of level such as -6dB or soft",
            Setting::Range => "a factor such as 1.5, 80% or low",
        }
    }

    /// What is taken where nothing can be read.
    pub(super) const fn rest(self) -> f32 {
        match self {
            Setting::Degree => WHOLE,
            Setting::Pause => PLAIN_PAUSE_S,
            Setting::Rate | Setting::Range => 1.0,
            Setting::Pitch | Setting::Volume => 0.0,
        }
    }

    const fn rest_text(self) -> &'static str {
        match self {
            Setting::Degree => "the whole is taken",
            Setting::Pause => "0.5 s is taken",
            _ => "nothing is changed",
        }
    }

    /// The value of an amount, unlimited; `None` where its unit says nothing here.
    fn of(self, Amount { value, unit, signed }: Amount) -> Option<f32> {
        let share = value / 100.0;
        Some(match (self, unit) {
            // "[happy 60]" is a percentage: nobody is sixty times happy.
            (Setting::Degree, Unit::None) if value > 10.0 && value <= 100.0 => share,
            (Setting::Degree, Unit::None | Unit::Times) => value,
            (Setting::Degree, Unit::Percent) => share,
            // "[pause 300]" are milliseconds.
            (Setting::Pause, Unit::None) if value > 30.0 => value / 1000.0,
            (Setting::Pause, Unit::None | Unit::Second) => value,
            (Setting::Pause, Unit::Millisecond) => value / 1000.0,
            (Setting::Rate | Setting::Range, Unit::Percent) if signed => 1.0 + share,
            (Setting::Rate | Setting::Range, Unit::Percent) => share,
            (Setting::Rate | Setting::Range, Unit::None) if value > 10.0 => share,
            (Setting::Rate | Setting::Range, Unit::None) if signed => 1.0 + value,
            (Setting::Rate | Setting::Range, Unit::None | Unit::Times) => value,
            (Setting::Pitch, Unit::None | Unit::Semitone) => value,
            (Setting::Pitch, Unit::Percent) => {
                let ratio = if signed { 1.0 + share } else { share };
                12.0 * ratio.max(1e-3).log2()
            }
            // A level without a sign and unit is a part of a hundred.
            (Setting::Volume, Unit::None) if !signed && value > 12.0 => 20.0 * share.log10(),
            (Setting::Volume, Unit::None | Unit::Decibel) => value,
            (Setting::Volume, Unit::Percent) => {
                let ratio = if signed { 1.0 + share } else { share };
                20.0 * ratio.max(1e-3).log10()
            }
            _ => return None,
        })
    }

    fn word(self, text: &str) -> Option<f32> {
        let own =
            |(setting, word, _): &&(Setting, &str, f32)| *setting == self && text.eq_ignore_ascii_case(word);
        WORDS.iter().find(own).map(|(_, _, value)| *value)
    }

    /// Whether a text is a value, be it a good one or not.
    pub(super) fn knows(self, text: &str) -> bool {
        amount::read(text).is_some() || self.word(text.trim()).is_some()
    }

    /// Reads a value and keeps it within the limits; says what was wrong with it.
    pub(super) fn read(self, text: &str) -> (f32, Option<Kind>) {
        let text = text.trim();
        if let Some(value) = self.word(text) {
            return (value, None);
        }
        let value = amount::read(text).and_then(|amount| self.of(amount)).filter(|value| !value.is_nan());
        let Some(value) = value else {
            let (expected, used) = (self.expected(), self.rest_text());
            return (self.rest(), Some(Kind::BadAmount { found: text.to_owned(), expected, used }));
        };
        let (low, high) = self.limits();
        let kept = value.clamp(low, high);
        let outside = kept != value;
        let found = text.chars().take(24).collect();
        let fault = Kind::OutOfRange { found, limits: self.limits_text(), used: format!("{kept}") };
        (kept, outside.then_some(fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_people_write_them() {
        let cases = [
            (Setting::Degree, "0.6", 0.6),
            (Setting::Degree, "60%", 0.6),
            (Setting::Degree, "60", 0.6),
            (Setting::Degree, "very", 1.0),
            (Setting::Pause, "300ms", 0.3),
            (Setting::Pause, "300", 0.3),
            (Setting::Pause, "1.5 s", 1.5),
            (Setting::Pause, "2", 2.0),
            (Setting::Pause, "x-strong", 1.2),
            (Setting::Rate, "80%", 0.8),
            (Setting::Rate, "+10%", 1.1),
            (Setting::Rate, "1.2", 1.2),
            (Setting::Rate, "Fast", 1.25),
            (Setting::Pitch, "+2", 2.0),
            (Setting::Pitch, "-3st", -3.0),
            (Setting::Pitch, "+100%", 12.0),
            (Setting::Volume, "-6", -6.0),
            (Setting::Volume, "+6dB", 6.0),
            (Setting::Volume, "soft", -6.0),
            (Setting::Range, "1.5", 1.5),
        ];
        for (setting, text, value) in cases {
            let (read, fault) = setting.read(text);
            assert!((read - value).abs() < 1e-5 && fault.is_none(), "{setting:?} {text}: {read} {fault:?}");
        }
    }

    #[test]
    fn absurd_values_are_kept_within_limits_and_told() {
        for (setting, text, value) in [
            (Setting::Degree, "-5", 0.0),
            (Setting::Degree, "1e999", 1.0),
            (Setting::Degree, "150%", 1.0),
            (Setting::Degree, "NaN", 1.0),
            (Setting::Pause, "20 s", 10.0),
            (Setting::Pause, "-1", 0.0),
            (Setting::Pause, "1e999", 10.0),
            (Setting::Pause, "soon", 0.5),
            (Setting::Rate, "0", 0.5),
            (Setting::Rate, "3 s", 1.0),
            (Setting::Pitch, "-1e9", -12.0),
            (Setting::Pitch, "-100%", -12.0),
            (Setting::Volume, "inf", 12.0),
        ] {
            let (read, fault) = setting.read(text);
            assert!(read == value && fault.is_some(), "{setting:?} {text}: {read} {fault:?}");
        }
    }
}
