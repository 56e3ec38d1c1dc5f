//! Styles that words are spoken in, and gestures that stand between words.

/// A way of speaking that words keep going through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Style {
    /// Without voice.
    Whisper,
    /// Low, close to the mouth, half swallowed.
    Murmur,
    /// At the top of the voice.
    Shout,
    /// Laughing while the words go on.
    Laugh,
    /// Crying while the words go on.
    Sob,
    /// Lips closed: the melody of the words.
    Hum,
}

/// How many styles there are.
pub const STYLE_COUNT: usize = Style::ALL.len();

impl Style {
    /// Every style, in index order.
    pub const ALL: [Style; 6] =
        [Style::Whisper, Style::Murmur, Style::Shout, Style::Laugh, Style::Sob, Style::Hum];

    /// Name as written in texts and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Style::Whisper => "whisper",
            Style::Murmur => "murmur",
            Style::Shout => "shout",
            Style::Laugh => "laugh",
            Style::Sob => "sob",
            Style::Hum => "hum",
        }
    }

    /// The style of that name, or of a word that people use for it; case does not matter.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let known = Self::ALL.into_iter().find(|style| style.name() == name);
        known.or(match name.as_str() {
            "whispering" | "whispered" => Some(Style::Whisper),
            "murmuring" | "mumble" | "mutter" => Some(Style::Murmur),
            "shouting" | "yell" | "scream" => Some(Style::Shout),
            "laughing" | "laughs" | "giggling" => Some(Style::Laugh),
            "sobbing" | "crying" | "cry" | "sobs" => Some(Style::Sob),
            "humming" => Some(Style::Hum),
            _ => None,
        })
    }
}

/// How much of each style is there, 0..=1 each.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Styles([f32; STYLE_COUNT]);

impl Styles {
    /// Plain speech.
    pub const NONE: Self = Self([0.0; STYLE_COUNT]);

    /// How much of a style.
    pub const fn of(&self, style: Style) -> f32 {
        self.0[style as usize]
    }

    /// Sets how much of a style; what is no number is 0.
    pub fn set(&mut self, style: Style, degree: f32) {
        self.0[style as usize] = if degree.is_finite() { degree.clamp(0.0, 1.0) } else { 0.0 };
    }

    /// Both together, each at most 1.
    pub fn plus(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|i| (self.0[i] + other.0[i]).min(1.0)))
    }

    /// Whether the speech is plain.
    pub fn is_none(&self) -> bool {
        self.0.iter().all(|degree| *degree == 0.0)
    }

    /// All degrees, in the order of [`Style::ALL`].
    pub const fn degrees(&self) -> &[f32; STYLE_COUNT] {
        &self.0
    }

    /// Styles of these degrees, each 0..=1.
    pub(crate) fn of_degrees(degrees: [f32; STYLE_COUNT]) -> Self {
        Self(degrees.map(|degree| degree.clamp(0.0, 1.0)))
    }
}

/// What the voice does between words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum VoiceGesture {
    /// A bout of laughter.
    Laugh,
    /// Sobs.
    Sob,
    /// A sigh.
    Sigh,
    /// A gasp: breath drawn in fast.
    Gasp,
    /// A hummed "mm-hm".
    Hum,
}

impl VoiceGesture {
    /// Every gesture, in index order.
    pub const ALL: [VoiceGesture; 5] =
        [VoiceGesture::Laugh, VoiceGesture::Sob, VoiceGesture::Sigh, VoiceGesture::Gasp, VoiceGesture::Hum];

    /// Name as written in texts and tables.
    pub const fn name(self) -> &'static str {
        match self {
            VoiceGesture::Laugh => "laugh",
            VoiceGesture::Sob => "sob",
            VoiceGesture::Sigh => "sigh",
            VoiceGesture::Gasp => "gasp",
            VoiceGesture::Hum => "hum",
        }
    }

    /// The gesture of that name, or of a word that people use for it; case does not matter.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let known = Self::ALL.into_iter().find(|gesture| gesture.name() == name);
        known.or(match name.as_str() {
            "laughs" | "chuckle" | "chuckles" | "giggle" | "giggles" | "laughter" => {
                Some(VoiceGesture::Laugh)
            }
            "sobs" | "cries" | "cry" => Some(VoiceGesture::Sob),
            "sighs" => Some(VoiceGesture::Sigh),
            "gasps" | "inhale" | "inhales" => Some(VoiceGesture::Gasp),
            "hums" | "hm" | "hmm" => Some(VoiceGesture::Hum),
            _ => None,
        })
    }
}

/// What the face does at one place, besides speaking.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum FaceGesture {
    /// One eye.
    Wink,
    /// The head leans to one side and comes back.
    Tilt,
    /// The head goes down and up.
    Nod,
    /// The head goes left and right.
    Shake,
    /// The brows flash up.
    Brows,
    /// The eyes turn up.
    RollEyes,
}

impl FaceGesture {
    /// Every gesture, in index order.
    pub const ALL: [FaceGesture; 6] = [
        FaceGesture::Wink,
        FaceGesture::Tilt,
        FaceGesture::Nod,
        FaceGesture::Shake,
        FaceGesture::Brows,
        FaceGesture::RollEyes,
    ];

    /// Name as written in texts and presets.
    pub const fn name(self) -> &'static str {
        match self {
            FaceGesture::Wink => "wink",
            FaceGesture::Tilt => "tilt",
            FaceGesture::Nod => "nod",
            FaceGesture::Shake => "shake",
            FaceGesture::Brows => "brows",
            FaceGesture::RollEyes => "roll-eyes",
        }
    }

    /// The gesture of that name, or of a word that people use for it; case does not matter.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase().replace([' ', '_'], "-");
        let known = Self::ALL.into_iter().find(|gesture| gesture.name() == name);
        known.or(match name.as_str() {
            "winks" => Some(FaceGesture::Wink),
            "tilts" | "head-tilt" => Some(FaceGesture::Tilt),
            "nods" => Some(FaceGesture::Nod),
            "shakes" | "shake-head" | "headshake" => Some(FaceGesture::Shake),
            "raise-brows" | "eyebrows" | "brow" => Some(FaceGesture::Brows),
            "eye-roll" | "eyeroll" | "rolls-eyes" => Some(FaceGesture::RollEyes),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_found_again() {
        for style in Style::ALL {
            assert_eq!(Style::by_name(style.name()), Some(style));
            assert_eq!(Style::ALL[style as usize], style);
        }
        for gesture in VoiceGesture::ALL {
            assert_eq!(VoiceGesture::by_name(gesture.name()), Some(gesture));
        }
        for gesture in FaceGesture::ALL {
            assert_eq!(FaceGesture::by_name(gesture.name()), Some(gesture));
        }
        assert_eq!(FaceGesture::by_name("Roll eyes"), Some(FaceGesture::RollEyes));
        assert_eq!(Style::by_name("polka"), None);
    }

    #[test]
    fn degrees_stay_within_bounds() {
        let mut styles = Styles::NONE;
        styles.set(Style::Whisper, 3.0);
        styles.set(Style::Shout, f32::INFINITY);
        assert_eq!((styles.of(Style::Whisper), styles.of(Style::Shout)), (1.0, 0.0));
        assert!(!styles.is_none() && Styles::NONE.is_none());
    }
}
