//! The rules by name: why each is there, how much it weighs, and how often it was broken.

use super::face::{VARIABLES, curvature};

macro_rules! rules {
    ($($variant:ident, $name:literal, $weight:literal, $why:literal;)*) => {
        /// One rule of the grammar; those of the face first, then those of the sound.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum RuleId {
            $(#[doc = $why] $variant),*
        }

        /// How many rules there are.
        pub const RULE_COUNT: usize = [$($name),*].len();

        const NAMES: [&str; RULE_COUNT] = [$($name),*];
        const WHYS: [&str; RULE_COUNT] = [$($why),*];
        const DEFAULT_WEIGHTS: [f32; RULE_COUNT] = [$($weight),*];

        impl RuleId {
            /// Every rule in the order of their indices.
            pub const ALL: [RuleId; RULE_COUNT] = [$(RuleId::$variant),*];
        }
    };
}

rules! {
    Range, "range", 1.0,
        "a blendshape is a share of a pose: below 0 and above 1 meshes tear";
    ClosedLips, "closed-lips", 2.0,
        "in p b m the lips touch: no opening is left, whatever the expression wants";
    TeethOnLip, "teeth-on-lip", 2.0,
        "in f v the lower lip lies under the upper teeth, and these are seen";
    JawOverLips, "jaw-over-lips", 1.0,
        "mouthClose undoes an opening of the jaw; more than the opening turns the lips inside out";
    JawWithLips, "jaw-with-lips", 1.0,
        "clenched teeth can be bared by one lip wholly or by both in part; lips that part further take the jaw along";
    TongueNeedsGap, "tongue-needs-gap", 1.0,
        "a tongue comes out where the mouth is open, else it goes through the teeth";
    PuffedCheeks, "puffed-cheeks", 1.0,
        "cheeks are blown up by air that open lips let out";
    RoundingOverSmile, "rounding-over-smile", 1.5,
        "lips cannot be protruded and drawn back at once; the phone wins";
    OneCornerDirection, "one-corner-direction", 1.0,
        "a mouth corner goes up or down, not both";
    OneSide, "one-side", 1.0,
        "jaw and mouth go to one side at a time";
    OneGaze, "one-gaze", 1.0,
        "an eye looks in one direction, both to the same height, and eyes do not point apart";
    Lids, "lids", 1.0,
        "an eye cannot be wide and closed, nor squint once it is shut";
    Brows, "brows", 1.0,
        "the corrugator draws brows down, the frontalis up: together they reach only so far";
    HeadRange, "head-range", 1.0,
        "a neck turns, nods and tilts by so much";
    F0Range, "f0-range", 1.0,
        "a larynx reaches from vocal fry to two and a half octaves above where it speaks";
    TractSize, "tract-size", 1.0,
        "resonances keep their order under any one factor, so the law is its size: from giant to child";
    LevelCeiling, "level-ceiling", 1.0,
        "anger at full gain is as loud as a voice gets: more only saturates";
    Coherence, "coherence", 1.0,
        "the coherence of a partial is a share of its power";
    Envelope, "envelope", 1.0,
        "levels are finite, and no resonance is louder than a throat makes it";
}

impl RuleId {
    /// Stable name in kebab-case.
    pub const fn name(self) -> &'static str {
        NAMES[self as usize]
    }

    /// Why it is there.
    pub const fn why(self) -> &'static str {
        WHYS[self as usize]
    }

    /// What it weighs in G if nobody says otherwise.
    pub const fn default_weight(self) -> f32 {
        DEFAULT_WEIGHTS[self as usize]
    }

    /// The rule of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|rule| rule.name() == name)
    }

    /// Whether it is a rule of the face, else of the sound.
    pub const fn is_of_face(self) -> bool {
        (self as u8) < Self::F0Range as u8
    }
}

/// Why a weight was refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum WeightError {
    /// No rule of that name.
    #[error("there is no rule '{name}' in the grammar; choose one of: {known}")]
    Unknown {
        /// What was asked for.
        name: String,
        /// The names that exist.
        known: String,
    },
    /// A weight out of range.
    #[error("the weight of rule '{name}' is {found}, expected 0 (off) to 10")]
    Range {
        /// The rule.
        name: String,
        /// What was asked for.
        found: f32,
    },
}

/// Weight of each rule in G, 0..=10; 0 takes the rule out of energy, gradient and projection.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Weights {
    rules: [f32; RULE_COUNT],
    /// 1 / (bound of G's curvature) along each variable of a face: longer steps of the gradient could overshoot.
    pub(super) longest_step: [f32; VARIABLES],
}

impl Default for Weights {
    fn default() -> Self {
        Self::from_array(DEFAULT_WEIGHTS)
    }
}

impl Weights {
    /// Largest weight.
    pub const MAX: f32 = 10.0;

    /// Weights in the order of [`RuleId::ALL`]; what is not finite counts as 0, the rest is clamped to 0..=10.
    pub fn from_array(rules: [f32; RULE_COUNT]) -> Self {
        let rules = rules.map(|weight| if weight.is_finite() { weight.clamp(0.0, Self::MAX) } else { 0.0 });
        Self { rules, longest_step: curvature(&rules).map(|bound| 1.0 / bound.max(1e-6)) }
    }

    /// Sets the weight of a rule by its name.
    ///
    /// # Errors
    /// No rule is called so, or the weight lies outside 0..=10.
    pub fn set(&mut self, name: &str, weight: f32) -> Result<(), WeightError> {
        let rule = RuleId::by_name(name)
            .ok_or_else(|| WeightError::Unknown { name: name.to_owned(), known: NAMES.join(", ") })?;
        if !(0.0..=Self::MAX).contains(&weight) {
            return Err(WeightError::Range { name: name.to_owned(), found: weight });
        }
        let mut rules = self.rules;
        rules[rule as usize] = weight;
        *self = Self::from_array(rules);
        Ok(())
    }

    /// Weight of a rule.
    #[inline]
    pub const fn of(&self, rule: RuleId) -> f32 {
        self.rules[rule as usize]
    }

    /// Whether a rule acts.
    #[inline]
    pub fn acts(&self, rule: RuleId) -> bool {
        self.of(rule) > 0.0
    }
}

/// A set of rules that are broken, or that had to act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Violations(u32);

impl Violations {
    /// None.
    pub const NONE: Self = Self(0);

    /// Whether all is lawful.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many rules.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether a rule is among them.
    pub const fn contains(self, rule: RuleId) -> bool {
        self.0 >> rule as u8 & 1 == 1
    }

    /// Adds a rule if `broken`.
    #[inline]
    pub(super) fn note(&mut self, rule: RuleId, broken: bool) {
        self.0 |= u32::from(broken) << rule as u8;
    }

    /// The rules in order.
    pub fn iter(self) -> impl Iterator<Item = RuleId> {
        RuleId::ALL.into_iter().filter(move |rule| self.contains(*rule))
    }
}

/// How often each rule was broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally([u32; RULE_COUNT]);

impl Tally {
    /// Counts each of the rules once more.
    pub fn add(&mut self, broken: Violations) {
        let mut left = broken.0;
        while left != 0 {
            let count = &mut self.0[left.trailing_zeros() as usize % RULE_COUNT];
            *count = count.saturating_add(1);
            left &= left - 1;
        }
    }

    /// What both have counted.
    pub fn joined(&self, other: &Self) -> Self {
        Self(std::array::from_fn(|rule| self.0[rule].saturating_add(other.0[rule])))
    }

    /// How often a rule was broken.
    pub const fn of(&self, rule: RuleId) -> u32 {
        self.0[rule as usize]
    }

    /// How often any rule was broken.
    pub fn total(&self) -> u32 {
        self.0.iter().fold(0, |sum, count| sum.saturating_add(*count))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_kebab_case_unique_and_found() {
        for rule in RuleId::ALL {
            assert_eq!(RuleId::by_name(rule.name()), Some(rule));
            assert!(rule.name().chars().all(|c| c.is_ascii_lowercase() || c == '-' || c.is_ascii_digit()));
            assert!(rule.why().len() > 20 && rule.default_weight() > 0.0);
        }
        assert!(RuleId::HeadRange.is_of_face() && !RuleId::F0Range.is_of_face());
    }

    #[test]
    fn refused_weights_say_what_is_expected() {
        let mut weights = Weights::default();
        let unknown = weights.set("smile-more", 1.0).unwrap_err().to_string();
        assert!(
            unknown.contains("smile-more") && unknown.contains("closed-lips") && unknown.contains("f0-range")
        );
        for bad in [-0.1, 10.5, f32::NAN, f32::INFINITY] {
            assert!(weights.set("lids", bad).unwrap_err().to_string().contains("0 (off) to 10"));
        }
        assert_eq!(weights, Weights::default());
        weights.set("lids", 0.0).unwrap();
        assert!(!weights.acts(RuleId::Lids) && weights.acts(RuleId::Brows));
    }

    #[test]
    fn a_tally_counts_each_rule_and_saturates() {
        let (mut broken, mut tally) = (Violations::NONE, Tally::default());
        broken.note(RuleId::Lids, true);
        broken.note(RuleId::Envelope, true);
        broken.note(RuleId::Brows, false);
        assert_eq!(broken.iter().collect::<Vec<_>>(), [RuleId::Lids, RuleId::Envelope]);
        tally.add(broken);
        tally.add(broken);
        assert_eq!((tally.of(RuleId::Lids), tally.of(RuleId::Brows), tally.total()), (2, 0, 4));
        assert_eq!(tally.joined(&tally).of(RuleId::Envelope), 4);
        tally.0[RuleId::Lids as usize] = u32::MAX;
        tally.add(broken);
        assert_eq!((tally.of(RuleId::Lids), tally.total()), (u32::MAX, u32::MAX));
    }
}
