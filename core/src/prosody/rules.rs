//! How strongly each rule of prosody acts.

use serde::{Deserialize, Serialize};

/// Strengths of the rules: 0 leaves everything to the voice, 1 is ordinary reading, 2 twice that. Unknown keys are
/// refused, so that a typing error is noticed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ProsodyRules {
    /// Breath pauses at clauses of sentences that are too long for one breath.
    pub phrasing: f32,
    /// Pauses at semicolons, colons, dashes, parentheses and between paragraphs.
    pub pauses: f32,
    /// The rise at the end of yes/no questions, and on the first choice of alternative ones.
    pub questions: f32,
    /// The smaller rise of tag questions.
    pub tags: f32,
    /// The wider range of exclamations.
    pub exclamations: f32,
    /// The rises on the items of a list.
    pub lists: f32,
    /// Emphasised words: longer, higher, louder, and a low stretch after them.
    pub focus: f32,
    /// The step up into a quotation.
    pub quotation: f32,
    /// The step down into a parenthesis.
    pub parenthesis: f32,
    /// The course of a paragraph: its first sentence high, later ones lower.
    pub declination: f32,
}

impl Default for ProsodyRules {
    fn default() -> Self {
        Self::all(1.0)
    }
}

/// A strength out of range.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("prosody rule '{name}' has strength {value}, expected 0 (off) to 2")]
pub struct RulesError {
    /// The rule.
    pub name: &'static str,
    /// What was found.
    pub value: f32,
}

impl ProsodyRules {
    /// Everything is left to the voice.
    pub const OFF: Self = Self::all(0.0);

    const fn all(strength: f32) -> Self {
        Self {
            phrasing: strength,
            pauses: strength,
            questions: strength,
            tags: strength,
            exclamations: strength,
            lists: strength,
            focus: strength,
            quotation: strength,
            parenthesis: strength,
            declination: strength,
        }
    }

    /// Names and strengths, in the order of the fields.
    pub fn strengths(&self) -> [(&'static str, f32); 10] {
        [
            ("phrasing", self.phrasing),
            ("pauses", self.pauses),
            ("questions", self.questions),
            ("tags", self.tags),
            ("exclamations", self.exclamations),
            ("lists", self.lists),
            ("focus", self.focus),
            ("quotation", self.quotation),
            ("parenthesis", self.parenthesis),
            ("declination", self.declination),
        ]
    }

    /// Refuses strengths outside 0..=2.
    ///
    /// # Errors
    /// Names the first rule whose strength is out of range.
    pub fn check(&self) -> Result<(), RulesError> {
        let good = |value: f32| (0.0..=2.0).contains(&value);
        match self.strengths().into_iter().find(|(_, value)| !good(*value)) {
            Some((name, value)) => Err(RulesError { name, value }),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strengths_are_checked_and_named() {
        assert!(ProsodyRules::default().check().is_ok() && ProsodyRules::OFF.check().is_ok());
        let wild = ProsodyRules { lists: f32::NAN, ..ProsodyRules::OFF };
        assert!(wild.check().unwrap_err().to_string().contains("'lists'"));
        let json = serde_json::to_value(ProsodyRules::default()).expect("serialises");
        let fields = json.as_object().expect("an object");
        assert_eq!(fields.len(), ProsodyRules::OFF.strengths().len());
        assert!(ProsodyRules::OFF.strengths().iter().all(|(name, _)| fields.contains_key(*name)));
        let one: ProsodyRules = serde_json::from_str(r#"{"focus": 0.5}"#).expect("a part is enough");
        assert_eq!(one, ProsodyRules { focus: 0.5, ..ProsodyRules::default() });
        assert!(serde_json::from_str::<ProsodyRules>(r#"{"fokus": 0.5}"#).is_err());
    }
}
