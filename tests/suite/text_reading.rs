//! The notation of `tests/data/frontend_cases.tsv`: readings with choices, and what counts as the same reading.

use psivox_core::text::Utterance;

/// One row of the table.
pub struct Case<'t> {
    /// `a`: written before the front-end was looked at.
    pub origin: &'t str,
    pub category: &'t str,
    pub text: &'t str,
    spoken: &'t str,
    phones: &'t str,
}

impl<'t> Case<'t> {
    /// Reads one line; panics with the line where a column is missing.
    pub fn parse(line: &'t str) -> Self {
        let mut columns = line.split('\t');
        let mut next = |name| columns.next().unwrap_or_else(|| panic!("no column {name:?} in {line:?}"));
        let case = Self {
            origin: next("origin"),
            category: next("category"),
            text: next("text"),
            spoken: next("spoken"),
            phones: columns.next().unwrap_or(""),
        };
        assert!(columns.next().is_none() && ["a", "b"].contains(&case.origin), "{line:?}");
        case
    }

    /// What is wrong with a reading, if anything.
    pub fn fault(&self, utterance: &Utterance) -> Option<String> {
        let found = plain(&utterance.words.iter().map(|w| w.spoken.as_str()).collect::<Vec<_>>().join(" "));
        let wanted = if self.spoken == "=" { self.text } else { self.spoken };
        let same = |reading: &str| alternatives(reading).iter().any(|words| plain(words) == found);
        if !wanted.split("||").any(same) {
            return Some(format!("expected {wanted}\n  found    {found}"));
        }
        let mut from = 0;
        for pair in self.phones.split(' ').filter(|p| !p.is_empty()) {
            let (word, wanted) = pair.split_once('=').unwrap_or_else(|| panic!("no `=` in {pair:?}"));
            let index = (from..utterance.words.len())
                .find(|&i| utterance.words[i].text.eq_ignore_ascii_case(word))
                .unwrap_or_else(|| panic!("no word {word:?} in {:?}", self.text));
            from = index + 1;
            let tokens = utterance.phrases.iter().flat_map(|p| &p.tokens);
            let found: String =
                tokens.filter(|t| t.word == Some(index as u32)).map(|t| broad(t.symbol)).collect();
            let same = |one: &str| one.chars().map(broad).collect::<String>() == found;
            if !wanted.split(',').any(same) {
                return Some(format!("expected {word} as {wanted}\n  found    {found}"));
            }
        }
        None
    }
}

/// Shades of one sound that no word is told from another by: the flap, the two reduced vowels.
fn broad(symbol: char) -> char {
    match symbol {
        'T' => 't',
        'ᵊ' => 'ə',
        'ᵻ' => 'ɪ',
        other => other,
    }
}

/// Small letters without accents, single spaces instead of hyphens and punctuation.
fn plain(text: &str) -> String {
    const ACCENTS: [(&str, &str); 14] = [
        ("é", "e"),
        ("è", "e"),
        ("ê", "e"),
        ("ë", "e"),
        ("á", "a"),
        ("à", "a"),
        ("ï", "i"),
        ("ö", "o"),
        ("ø", "o"),
        ("ü", "u"),
        ("ñ", "n"),
        ("ç", "c"),
        ("ř", "r"),
        ("ß", "ss"),
    ];
    let lower = ACCENTS.iter().fold(text.to_lowercase(), |all, (from, to)| all.replace(from, to));
    let spaced: String = lower
        .chars()
        .map(|c| if c == '’' { '\'' } else { c })
        .map(|c| if c.is_alphanumeric() || c == '\'' { c } else { ' ' })
        .collect();
    spaced.split_whitespace().map(|w| w.trim_matches('\'')).collect::<Vec<_>>().join(" ")
}

/// Every reading that `[x|y]` and `[x]` allow.
fn alternatives(reading: &str) -> Vec<String> {
    let Some((before, rest)) = reading.split_once('[') else { return vec![reading.to_owned()] };
    let (choice, after) = rest.split_once(']').unwrap_or_else(|| panic!("no `]` in {reading:?}"));
    let mut choices: Vec<&str> = choice.split('|').collect();
    if choices.len() == 1 {
        choices.push("");
    }
    let tails = alternatives(after);
    choices.iter().flat_map(|c| tails.iter().map(move |t| format!("{before}{c}{t}"))).collect()
}

#[test]
fn the_notation_is_read_as_it_is_described() {
    assert_eq!(alternatives("a [b|c] d[s]"), ["a b ds", "a b d", "a c ds", "a c d"]);
    assert_eq!(plain("“Café—Twenty-one,” she CAN’T 'n'."), "cafe twenty one she can't n");
}
