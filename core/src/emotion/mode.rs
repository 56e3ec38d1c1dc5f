//! The named modes of emotion, and how much of each is there.

/// A named emotion. Each has a place in the valence-arousal-dominance space, a signature of the voice and one of the face.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(usize)]
pub enum Mode {
    /// None: what the others are counted from.
    Neutral,
    /// Joy, pleasure.
    Happy,
    /// Sorrow.
    Sad,
    /// Anger.
    Angry,
    /// Fear.
    Afraid,
    /// Disgust.
    Disgusted,
    /// Surprise.
    Surprised,
    /// At rest.
    Calm,
    /// Affection.
    Tender,
    /// Boredom.
    Bored,
    /// Contempt.
    Contempt,
    /// Elation.
    Excited,
}

/// How many modes there are.
pub const MODE_COUNT: usize = Mode::ALL.len();

/// Largest total of all modes.
pub const MOST: f32 = 1.15;

impl Mode {
    /// Every mode, in index order.
    pub const ALL: [Mode; 12] = [
        Mode::Neutral,
        Mode::Happy,
        Mode::Sad,
        Mode::Angry,
        Mode::Afraid,
        Mode::Disgusted,
        Mode::Surprised,
        Mode::Calm,
        Mode::Tender,
        Mode::Bored,
        Mode::Contempt,
        Mode::Excited,
    ];

    /// Name as written in texts, presets and tables.
    pub const fn name(self) -> &'static str {
        match self {
            Mode::Neutral => "neutral",
            Mode::Happy => "happy",
            Mode::Sad => "sad",
            Mode::Angry => "angry",
            Mode::Afraid => "afraid",
            Mode::Disgusted => "disgusted",
            Mode::Surprised => "surprised",
            Mode::Calm => "calm",
            Mode::Tender => "tender",
            Mode::Bored => "bored",
            Mode::Contempt => "contempt",
            Mode::Excited => "excited",
        }
    }

    /// The mode of that name, or of a word that people use for it; case does not matter.
    pub fn by_name(name: &str) -> Option<Self> {
        let name = name.trim().to_ascii_lowercase();
        let known = Self::ALL.into_iter().find(|mode| mode.name() == name);
        known.or(match name.as_str() {
            "none" | "normal" => Some(Mode::Neutral),
            "joy" | "joyful" | "glad" | "cheerful" | "happily" | "amused" => Some(Mode::Happy),
            "sadness" | "sorrow" | "sadly" | "depressed" | "grieving" | "unhappy" => Some(Mode::Sad),
            "anger" | "angrily" | "furious" | "mad" => Some(Mode::Angry),
            "fear" | "scared" | "fearful" | "anxious" | "frightened" | "nervous" => Some(Mode::Afraid),
            "disgust" => Some(Mode::Disgusted),
            "surprise" | "astonished" | "amazed" => Some(Mode::Surprised),
            "relaxed" | "calmly" | "serene" => Some(Mode::Calm),
            "tenderness" | "loving" | "affectionate" | "tenderly" | "warm" => Some(Mode::Tender),
            "boredom" | "tired" => Some(Mode::Bored),
            "contemptuous" | "scornful" | "scorn" | "smug" | "sarcastic" => Some(Mode::Contempt),
            "excitement" | "elated" | "thrilled" | "enthusiastic" => Some(Mode::Excited),
            _ => None,
        })
    }

    /// Valence, arousal and dominance at full intensity (after Russell & Mehrabian 1977, rounded so that neighbours stay
    /// apart).
    pub const fn place(self) -> [f32; 3] {
        match self {
            Mode::Neutral => [0.0, 0.0, 0.0],
            Mode::Happy => [0.8, 0.5, 0.4],
            Mode::Sad => [-0.7, -0.4, -0.5],
            Mode::Angry => [-0.6, 0.7, 0.6],
            Mode::Afraid => [-0.6, 0.7, -0.7],
            Mode::Disgusted => [-0.7, 0.25, 0.1],
            Mode::Surprised => [0.2, 0.8, -0.2],
            Mode::Calm => [0.3, -0.7, 0.1],
            Mode::Tender => [0.7, -0.3, -0.2],
            Mode::Bored => [-0.4, -0.7, -0.05],
            Mode::Contempt => [-0.5, -0.05, 0.6],
            Mode::Excited => [0.6, 0.9, 0.45],
        }
    }
}

/// How much of each mode is there, 0..=1 each. Neutral is what is left to 1 and not counted.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Moods([f32; MODE_COUNT]);

impl Moods {
    /// None of any.
    pub const NONE: Self = Self([0.0; MODE_COUNT]);

    /// One mode to a degree.
    pub fn one(mode: Mode, degree: f32) -> Self {
        let mut moods = Self::NONE;
        moods.set(mode, degree);
        moods
    }

    /// How much of a mode.
    pub const fn of(&self, mode: Mode) -> f32 {
        self.0[mode as usize]
    }

    /// Sets how much of a mode; what is no number is 0, [`Mode::Neutral`] stays at 0.
    pub fn set(&mut self, mode: Mode, degree: f32) {
        if mode != Mode::Neutral {
            self.0[mode as usize] = if degree.is_finite() { degree.clamp(0.0, 1.0) } else { 0.0 };
        }
    }

    /// Sum over the modes.
    pub fn total(&self) -> f32 {
        self.0.iter().sum()
    }

    /// Whether nothing is felt.
    pub fn is_none(&self) -> bool {
        self.0.iter().all(|degree| *degree == 0.0)
    }

    /// All by one factor, each at most 1.
    pub fn scaled(&self, factor: f32) -> Self {
        Self(self.0.map(|degree| (degree * factor).clamp(0.0, 1.0)))
    }

    /// Both together, each at most 1.
    pub fn plus(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|i| (self.0[i] + other.0[i]).min(1.0)))
    }

    /// A person feels no more than one whole, or a little over: a total above 1.15 is shared out.
    pub fn shared(&self) -> Self {
        let total = self.total();
        if total > MOST { self.scaled(MOST / total) } else { *self }
    }

    /// Sum of the modes' places: valence, arousal, dominance.
    pub fn place(&self) -> [f32; 3] {
        let mut place = [0.0; 3];
        for (mode, degree) in self.iter() {
            for (axis, at) in place.iter_mut().zip(mode.place()) {
                *axis += degree * at;
            }
        }
        place
    }

    /// The modes that are there, with their degrees.
    pub fn iter(&self) -> impl Iterator<Item = (Mode, f32)> {
        Mode::ALL.into_iter().zip(self.0).filter(|(_, degree)| *degree > 0.0)
    }

    /// The strongest mode.
    pub fn strongest(&self) -> Option<(Mode, f32)> {
        self.iter().max_by(|a, b| a.1.total_cmp(&b.1))
    }

    /// All degrees, in the order of [`Mode::ALL`].
    pub const fn degrees(&self) -> &[f32; MODE_COUNT] {
        &self.0
    }

    /// All degrees to be set, in the order of [`Mode::ALL`].
    pub(crate) fn degrees_mut(&mut self) -> &mut [f32; MODE_COUNT] {
        &mut self.0
    }
}

impl crate::carry::Carried for Moods {
    fn carry(&mut self, ledger: &mut crate::carry::Ledger<'_>) {
        self.0.carry(ledger);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_found_and_so_are_other_words() {
        for mode in Mode::ALL {
            assert_eq!(Mode::by_name(mode.name()), Some(mode));
            assert_eq!(Mode::ALL[mode as usize], mode);
        }
        assert_eq!(Mode::by_name(" FURIOUS "), Some(Mode::Angry));
        assert_eq!(Mode::by_name("purple"), None);
    }

    #[test]
    fn degrees_stay_within_bounds() {
        let mut moods = Moods::one(Mode::Happy, 7.0);
        moods.set(Mode::Sad, f32::NAN);
        moods.set(Mode::Neutral, 1.0);
        assert_eq!((moods.of(Mode::Happy), moods.of(Mode::Sad), moods.total()), (1.0, 0.0, 1.0));
        moods.set(Mode::Surprised, 1.0);
        let shared = moods.shared();
        assert!((shared.total() - MOST).abs() < 1e-6 && shared.of(Mode::Happy) == 0.5 * MOST);
        assert_eq!(Moods::one(Mode::Calm, 0.5).place(), [0.15, -0.35, 0.05]);
    }
}
