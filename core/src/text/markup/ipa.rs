//! From the alphabet of the International Phonetic Association to the voice's: its diphthongs and affricates are single
//! symbols there.

use crate::text::dialect::Dialect;

/// What is written with two letters and is one symbol to the voice.
const PAIRS: [(&str, &str); 15] = [
    ("t͡ʃ", "ʧ"),
    ("d͡ʒ", "ʤ"),
    ("tʃ", "ʧ"),
    ("dʒ", "ʤ"),
    ("eɪ", "A"),
    ("aɪ", "I"),
    ("aʊ", "W"),
    ("ɔɪ", "Y"),
    ("eɪ̯", "A"),
    ("aɪ̯", "I"),
    ("aʊ̯", "W"),
    ("ɔɪ̯", "Y"),
    ("ɚ", "əɹ"),
    ("ɝː", "ɜɹ"),
    ("ɝ", "ɜɹ"),
];

/// Phones in the voice's alphabet; symbols that it does not know are left as they are.
pub(super) fn read(ipa: &str, dialect: Dialect) -> String {
    let ipa = ipa.trim().trim_matches(['/', '[', ']']);
    let long_o = dialect.choose("O", "Q");
    let mut out = String::new();
    let mut rest = ipa;
    while let Some(c) = rest.chars().next() {
        let pair = PAIRS.iter().filter(|(own, _)| rest.starts_with(own)).max_by_key(|(own, _)| own.len());
        let o = ["oʊ̯", "əʊ̯", "oʊ", "əʊ"].into_iter().find(|own| rest.starts_with(own));
        let (symbol, length) = match (pair, o) {
            (_, Some(own)) => (long_o, own.len()),
            (Some((own, symbol)), None) => (*symbol, own.len()),
            (None, None) => match c {
                'r' => ("ɹ", 1),
                'g' => ("ɡ", 1),
                // Syllable breaks, ties and, where length says nothing, the mark of length.
                '.' | '‿' | '͡' | '̯' | '|' => ("", c.len_utf8()),
                'ː' if dialect == Dialect::American => ("", c.len_utf8()),
                _ => (&rest[..c.len_utf8()], c.len_utf8()),
            },
        };
        out.push_str(symbol);
        rest = &rest[length..];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn diphthongs_and_affricates_become_one_symbol() {
        assert_eq!(read("təˈmeɪtoʊ", Dialect::American), "təˈmAtO");
        assert_eq!(read("/təˈmɑːtəʊ/", Dialect::British), "təˈmɑːtQ");
        assert_eq!(read("ˈtʃɪ.kɪn", Dialect::American), "ˈʧɪkɪn");
        assert_eq!(read("ˈd͡ʒʌd͡ʒ", Dialect::American), "ˈʤʌʤ");
        assert_eq!(read("ˈsIvɑks", Dialect::American), "ˈsIvɑks", "the voice's own alphabet passes");
        assert_eq!(read("", Dialect::American), "");
    }
}
