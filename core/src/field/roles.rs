//! The named oscillators of the meso and macro band, and the populations without names.

use std::f32::consts::TAU;

/// Modes of the micro band, if all are in use.
pub const MICRO: usize = 128;
/// Oscillators that the meso band can hold.
pub const MESO_CAPACITY: usize = 64;
/// Oscillators that the macro band can hold.
pub const MACRO_CAPACITY: usize = 16;
/// Slots of both slow bands: meso from 0, macro from [`MESO_CAPACITY`].
pub const SLOTS: usize = MESO_CAPACITY + MACRO_CAPACITY;

/// A time scale of the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Band {
    /// 25 ms: the voice's modes.
    Micro,
    /// 250 ms: syllables and what beats with them.
    Meso,
    /// 2 s and longer: breath, phrases, sways.
    Macro,
}

impl Band {
    /// Every band, fastest first.
    pub const ALL: [Band; 3] = [Band::Micro, Band::Meso, Band::Macro];

    /// Name in presets.
    pub const fn name(self) -> &'static str {
        match self {
            Band::Micro => "micro",
            Band::Meso => "meso",
            Band::Macro => "macro",
        }
    }
}

/// A named oscillator; `as usize` is its slot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(usize)]
pub enum Role {
    /// One turn per syllable; the clock of the score.
    Syllable = 0,
    /// Opens and closes the jaw with the syllables.
    Jaw = 1,
    /// One turn from stressed syllable to stressed syllable; placed by the clock.
    Stress = 2,
    /// Head nods on stressed syllables.
    Nod = 3,
    /// Brow beats on stressed syllables.
    Brow = 4,
    /// 8-10 Hz tremor of the larynx.
    Tremor = 5,
    /// Vibrato of the larynx.
    Vibrato = 6,
    /// The host's beat, or a division of it; placed from outside.
    Beat = 7,
    /// The syllable clock of another engine; placed from outside.
    Partner = 8,
    /// Breathing.
    Breath = MESO_CAPACITY,
    /// Slow drift of pitch over a phrase.
    Phrase = MESO_CAPACITY + 1,
    /// Bounce of the cheeks in happy speech.
    Cheek = MESO_CAPACITY + 2,
    /// Sway of the head about the vertical.
    SwayYaw = MESO_CAPACITY + 3,
    /// Sway of the head up and down.
    SwayPitch = MESO_CAPACITY + 4,
    /// Sway of the head to the shoulders.
    SwayRoll = MESO_CAPACITY + 5,
    /// Drift of the gaze.
    Gaze = MESO_CAPACITY + 6,
    /// A blink at every turn.
    Lid = MESO_CAPACITY + 7,
}

/// What a role is by itself.
struct Nature {
    role: Role,
    name: &'static str,
    /// Rate relative to the band's own.
    ratio: f32,
    /// Phase noise in rad per square root of a second.
    noise: f32,
}

/// Named oscillators of the meso band.
pub const MESO_ROLES: usize = 9;
/// Named oscillators of the macro band.
pub const MACRO_ROLES: usize = 8;

const fn nature(role: Role, name: &'static str, ratio: f32, noise: f32) -> Nature {
    Nature { role, name, ratio, noise }
}

/// At the default periods (250 ms, 2 s): breath 15 a minute, cheeks 0.5 Hz, blinks 17 a minute; sways incommensurate, so
/// that no pose repeats. The clocks keep time: their irregularity is the score's or the host's. Blink intervals of people
/// vary by half of their mean; sung vibrato keeps time to some percent of its period (Prame 1994).
const NATURES: [Nature; MESO_ROLES + MACRO_ROLES] = [
    nature(Role::Syllable, "syllable", 1.0, 0.0),
    nature(Role::Jaw, "jaw", 1.0, 0.3),
    nature(Role::Stress, "stress", 0.5, 0.0),
    nature(Role::Nod, "nod", 0.5, 0.3),
    nature(Role::Brow, "brow", 0.5, 0.3),
    nature(Role::Tremor, "tremor", 2.25, 3.0),
    nature(Role::Vibrato, "vibrato", 1.375, 0.6),
    nature(Role::Beat, "beat", 1.0, 0.0),
    nature(Role::Partner, "partner", 1.0, 0.0),
    nature(Role::Breath, "breath", 0.5, 0.15),
    nature(Role::Phrase, "phrase", 1.0, 0.15),
    nature(Role::Cheek, "cheek", 1.0, 0.15),
    nature(Role::SwayYaw, "sway_yaw", 0.226, 0.15),
    nature(Role::SwayPitch, "sway_pitch", 0.342, 0.15),
    nature(Role::SwayRoll, "sway_roll", 0.274, 0.15),
    nature(Role::Gaze, "gaze", 0.82, 0.15),
    nature(Role::Lid, "lid", 0.566, 0.467),
];

/// Phase noise of the populations, rad per square root of a second.
pub(super) const POPULATION_NOISE: f32 = 0.3;
pub(super) const TIDE_NOISE: f32 = 0.15;

impl Role {
    /// Every named oscillator, meso band first.
    pub const ALL: [Role; MESO_ROLES + MACRO_ROLES] = {
        let mut all = [Role::Syllable; MESO_ROLES + MACRO_ROLES];
        let mut i = 0;
        while i < all.len() {
            all[i] = NATURES[i].role;
            i += 1;
        }
        all
    };

    fn nature(self) -> &'static Nature {
        let slot = self as usize;
        &NATURES[if slot < MESO_CAPACITY { slot } else { slot - MESO_CAPACITY + MESO_ROLES }]
    }

    /// Name in presets, commands and messages.
    pub fn name(self) -> &'static str {
        self.nature().name
    }

    /// The role of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        NATURES.iter().find(|nature| nature.name == name).map(|nature| nature.role)
    }

    /// The band that it belongs to.
    pub const fn band(self) -> Band {
        if (self as usize) < MESO_CAPACITY { Band::Meso } else { Band::Macro }
    }

    /// Whether its phase is placed and not integrated: by the score, by the host or by another engine.
    pub const fn is_placed(self) -> bool {
        matches!(self, Role::Syllable | Role::Stress | Role::Beat | Role::Partner)
    }

    /// Whether the face shows it.
    pub const fn is_of_the_face(self) -> bool {
        let of_the_voice = matches!(self, Role::Syllable | Role::Stress | Role::Tremor | Role::Vibrato)
            || matches!(self, Role::Beat | Role::Partner | Role::Phrase | Role::Breath);
        !of_the_voice
    }

    /// Intrinsic frequency in Hz, for a period of its band in s.
    pub fn intrinsic_hz(self, band_period_s: f32) -> f32 {
        self.nature().ratio / band_period_s
    }

    /// Default phase noise in rad per square root of a second.
    pub fn noise_rad_per_sqrt_s(self) -> f32 {
        self.nature().noise
    }
}

/// Rate of an unnamed oscillator relative to its band's: the meso population spreads over the range of syllable rates
/// (3 to 5.5 Hz at 250 ms), the macro one ("tide") over an octave below the band's own rate.
pub(super) fn population_ratio(band: Band, index: usize, count: usize) -> f32 {
    let along = index as f32 / (count.max(2) - 1) as f32;
    if band == Band::Macro { 0.5 + 0.5 * along } else { 0.75 + 0.625 * along }
}

/// Where a pull comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// A named oscillator.
    Role(Role),
    /// Transients of the micro band: they pull to phase 0, the onset.
    Micro,
    /// Mean field of the meso population.
    Meso,
    /// Mean field of the macro band.
    Macro,
}

impl Source {
    /// Name in presets.
    pub fn name(self) -> &'static str {
        match self {
            Source::Role(role) => role.name(),
            Source::Micro => Band::Micro.name(),
            Source::Meso => Band::Meso.name(),
            Source::Macro => Band::Macro.name(),
        }
    }

    /// The band that it belongs to.
    pub fn band(self) -> Band {
        match self {
            Source::Role(role) => role.band(),
            Source::Micro => Band::Micro,
            Source::Meso => Band::Meso,
            Source::Macro => Band::Macro,
        }
    }
}

/// What is pulled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sink {
    /// A named oscillator.
    Role(Role),
    /// Every unnamed oscillator of the meso band.
    Population,
    /// Every unnamed oscillator of the macro band.
    Tide,
    /// Every mode of the micro band.
    Micro,
}

impl Sink {
    /// Name in presets.
    pub fn name(self) -> &'static str {
        match self {
            Sink::Role(role) => role.name(),
            Sink::Population => "population",
            Sink::Tide => "tide",
            Sink::Micro => Band::Micro.name(),
        }
    }

    /// The band that it belongs to.
    pub fn band(self) -> Band {
        match self {
            Sink::Role(role) => role.band(),
            Sink::Population => Band::Meso,
            Sink::Tide => Band::Macro,
            Sink::Micro => Band::Micro,
        }
    }
}

/// Who is pulled by whom, written `target.source` such as `jaw.syllable`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pair {
    /// What is pulled.
    pub target: Sink,
    /// What pulls.
    pub source: Source,
}

impl Pair {
    /// From one oscillator to another.
    pub const fn of(target: Role, source: Role) -> Self {
        Self { target: Sink::Role(target), source: Source::Role(source) }
    }

    /// Reads `target.source`.
    ///
    /// # Errors
    /// Which of the two is unknown or makes no sense, and what there is.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (target, source) = text
            .split_once('.')
            .ok_or_else(|| format!("'{text}' is not a pair: write target.source, such as jaw.syllable"))?;
        let roles = || Role::ALL.map(Role::name).join(", ");
        let sink = match target {
            "population" => Sink::Population,
            "tide" => Sink::Tide,
            "micro" => Sink::Micro,
            name => Sink::Role(Role::by_name(name).ok_or_else(|| {
                format!("there is no oscillator '{name}'; use population, tide, micro or one of: {}", roles())
            })?),
        };
        let from = match source {
            "micro" => Source::Micro,
            "meso" => Source::Meso,
            "macro" => Source::Macro,
            name => Source::Role(Role::by_name(name).ok_or_else(|| {
                format!("there is no oscillator '{name}'; use micro, meso, macro or one of: {}", roles())
            })?),
        };
        let pair = Self { target: sink, source: from };
        pair.check()?;
        Ok(pair)
    }

    fn check(self) -> Result<(), String> {
        match (self.target, self.source) {
            (Sink::Role(target), Source::Role(source)) if target == source => {
                Err(format!("{self} is a cycle of one: an oscillator cannot pull itself"))
            }
            (Sink::Role(target), _) if target.is_placed() && target != Role::Syllable => Err(format!(
                "{self}: '{}' is placed by the score, the host or another engine, nothing pulls it",
                target.name()
            )),
            (Sink::Micro, Source::Role(Role::Syllable)) => Ok(()),
            (Sink::Micro, _) => {
                Err(format!("{self}: the micro band follows the syllable clock only (micro.syllable)"))
            }
            _ => Ok(()),
        }
    }

    /// Whether the source's band is faster than the target's.
    pub fn is_upward(self) -> bool {
        self.source.band() < self.target.band()
    }

    /// Whether the source's band is slower than the target's.
    pub fn is_downward(self) -> bool {
        self.source.band() > self.target.band()
    }
}

impl std::fmt::Display for Pair {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}", self.target.name(), self.source.name())
    }
}

/// Rate in rad/s of a frequency in Hz.
pub(super) fn rate_of(hz: f32) -> f32 {
    TAU * hz
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_slots_agree() {
        for role in Role::ALL {
            assert_eq!(Role::by_name(role.name()), Some(role));
            assert_eq!(role.band() == Band::Meso, (role as usize) < MESO_CAPACITY);
        }
        assert_eq!(Role::by_name("tail"), None);
        assert!((Role::Breath.intrinsic_hz(2.0) - 0.25).abs() < 1e-6);
        assert!((Role::Tremor.intrinsic_hz(0.25) - 9.0).abs() < 1e-6);
    }

    #[test]
    fn pairs_are_read_and_nonsense_is_refused() {
        let pair = Pair::parse("jaw.syllable").expect("a pair");
        assert_eq!((pair, pair.to_string().as_str()), (Pair::of(Role::Jaw, Role::Syllable), "jaw.syllable"));
        assert!(Pair::parse("population.micro").expect("a pair").is_upward());
        assert!(Pair::parse("micro.syllable").expect("a pair").is_downward());
        for (bad, word) in [
            ("jaw", "target.source"),
            ("jaw.tail", "'tail'"),
            ("tail.jaw", "'tail'"),
            ("jaw.jaw", "cycle"),
            ("beat.jaw", "placed"),
            ("micro.jaw", "syllable clock only"),
        ] {
            assert!(
                Pair::parse(bad).is_err_and(|error| error.contains(word)),
                "{bad}: {:?}",
                Pair::parse(bad)
            );
        }
    }
}
