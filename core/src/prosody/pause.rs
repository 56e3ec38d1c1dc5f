//! How long the voice is silent at a mark, at a breath, between sentences and between paragraphs.
//!
//! Pauses of readers: 100-250 ms at commas, 300-500 ms at semicolons, colons and dashes, 500-700 ms between sentences,
//! 1.0 s and more between paragraphs (Zellner 1994; Campione & Véronis 2002; Goldman-Eisler 1968 for breaths). Commas and
//! sentence ends are the voice's own, which has them from its teacher; the others it makes much too short.

use super::reading::Reading;
use super::rules::ProsodyRules;

/// Units of duration per second (25 ms each).
const UNITS_PER_S: f32 = 40.0;

/// Least length of a mark in s at strength 1. The voice's silence before and after it comes on top: about 50 ms.
fn least_s(mark: char) -> Option<f32> {
    Some(match mark {
        ';' | ':' => 0.28,
        '—' => 0.22,
        '…' => 0.35,
        '(' | ')' => 0.15,
        _ => return None,
    })
}

/// A breath inside a sentence, s.
const BREATH_S: f32 = 0.22;
/// What a paragraph's end adds to a sentence's, s.
const PARAGRAPH_S: f32 = 0.45;
/// Silence at the start of a phrase that goes on with a sentence, s: the voice gives a third of a second.
const RESUMED_S: f32 = 0.15;

/// Where a phrase stands between others.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Neighbours {
    /// Whether it goes on with the sentence of the phrase before it.
    pub(super) resumes: bool,
    /// Whether a paragraph ends with it and another follows.
    pub(super) ends_paragraph: bool,
}

/// Lengthens marks, breaths and the silence at the end. `symbol_units` are pairs of symbol and the index of its token;
/// `units` are durations per token.
pub(super) fn lengthen(
    reading: &Reading,
    breaths: &[usize],
    neighbours: Neighbours,
    rules: &ProsodyRules,
    token_source: &[usize],
    units: &mut [f32],
) {
    for (i, symbol) in token_source.iter().enumerate() {
        let Some(slot) = units.get_mut(i + 1) else { return };
        if breaths.contains(symbol) {
            *slot = slot.max(BREATH_S * UNITS_PER_S);
        } else if let Some(least) = least_s(reading.symbols[*symbol]) {
            *slot = slot.max(least * rules.pauses * UNITS_PER_S);
        }
    }
    if neighbours.resumes
        && let Some(first) = units.first_mut()
    {
        *first = first.min(RESUMED_S * UNITS_PER_S);
    }
    if neighbours.ends_paragraph
        && let Some(last) = units.last_mut()
    {
        *last += PARAGRAPH_S * rules.pauses * UNITS_PER_S;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prosody::reading::tests::readings;

    #[test]
    fn marks_are_lengthened_and_commas_left() {
        let reading = readings("He came, he saw; he won.").remove(0);
        let source: Vec<usize> = (0..reading.symbols.len()).collect();
        let units_of = |rules: &ProsodyRules, neighbours| {
            let mut units = vec![2.0; source.len() + 2];
            lengthen(&reading, &[], neighbours, rules, &source, &mut units);
            units
        };
        let at = |mark: char| reading.symbols.iter().position(|s| *s == mark).expect("the mark") + 1;
        let alone = Neighbours::default();
        let units = units_of(&ProsodyRules::default(), alone);
        assert_eq!(units[at(',')], 2.0);
        assert!((units[at(';')] - 11.2).abs() < 1e-4);
        assert!(units_of(&ProsodyRules::OFF, alone).iter().all(|units| *units == 2.0));
        let between = Neighbours { resumes: true, ends_paragraph: true };
        let units = units_of(&ProsodyRules::default(), between);
        assert_eq!(units[0], 2.0, "what is short stays");
        assert!((units[units.len() - 1] - 20.0).abs() < 1e-4);
    }
}
