//! Latin letters with marks, as plain letters; Greek letters by name.

/// Groups of letters that fold to the same ASCII text.
const FOLDS: [(&str, &str); 64] = [
    ("ÀÁÂÃÅĀĂĄǍ", "A"),
    ("àáâãåāăąǎ", "a"),
    ("Ä", "A"),
    ("ä", "a"),
    ("Æ", "Ae"),
    ("æ", "ae"),
    ("ÇĆĈĊČ", "C"),
    ("çćĉċč", "c"),
    ("ÐĎĐ", "D"),
    ("ðďđ", "d"),
    ("ÈÉÊËĒĔĖĘĚ", "E"),
    ("èéêëēĕėęě", "e"),
    ("ĜĞĠĢ", "G"),
    ("ĝğġģ", "g"),
    ("ĤĦ", "H"),
    ("ĥħ", "h"),
    ("ÌÍÎÏĨĪĬĮİǏ", "I"),
    ("ìíîïĩīĭįıǐ", "i"),
    ("Ĵ", "J"),
    ("ĵ", "j"),
    ("Ķ", "K"),
    ("ķĸ", "k"),
    ("ĹĻĽĿŁ", "L"),
    ("ĺļľŀł", "l"),
    ("ÑŃŅŇŊ", "N"),
    ("ñńņňŉŋ", "n"),
    ("ÒÓÔÕÖŌŎŐØƠǑ", "O"),
    ("òóôõöōŏőøơǒ", "o"),
    ("Œ", "Oe"),
    ("œ", "oe"),
    ("ŔŖŘ", "R"),
    ("ŕŗř", "r"),
    ("ŚŜŞŠȘ", "S"),
    ("śŝşšș", "s"),
    ("ß", "ss"),
    ("ŢŤŦȚ", "T"),
    ("ţťŧț", "t"),
    ("Þ", "Th"),
    ("þ", "th"),
    ("ÙÚÛÜŨŪŬŮŰŲƯǓ", "U"),
    ("ùúûüũūŭůűųưǔ", "u"),
    ("Ŵ", "W"),
    ("ŵ", "w"),
    ("ÝŶŸ", "Y"),
    ("ýÿŷ", "y"),
    ("ŹŻŽ", "Z"),
    ("źżž", "z"),
    ("ſ", "s"),
    ("ƒ", "f"),
    ("ﬁ", "fi"),
    ("ﬂ", "fl"),
    ("ﬀ", "ff"),
    ("ﬃ", "ffi"),
    ("ﬄ", "ffl"),
    ("Ĳ", "Ij"),
    ("ĳ", "ij"),
    ("ẞ", "SS"),
    ("ẠẢẤẦẨẪẬẮẰẲẴẶ", "A"),
    ("ạảấầẩẫậắằẳẵặ", "a"),
    ("ẹẻẽếềểễệ", "e"),
    ("ọỏốồổỗộớờởỡợ", "o"),
    ("ụủứừửữự", "u"),
    ("ỳỵỷỹ", "y"),
    ("ịỉ", "i"),
];

const GREEK: [(char, &str); 24] = [
    ('α', " alpha "),
    ('β', " beta "),
    ('γ', " gamma "),
    ('δ', " delta "),
    ('ε', " epsilon "),
    ('ζ', " zeta "),
    ('η', " eta "),
    ('θ', " theta "),
    ('ι', " iota "),
    ('κ', " kappa "),
    ('λ', " lambda "),
    ('μ', " mu "),
    ('ν', " nu "),
    ('ξ', " xi "),
    ('ο', " omicron "),
    ('π', " pi "),
    ('ρ', " rho "),
    ('σ', " sigma "),
    ('τ', " tau "),
    ('υ', " upsilon "),
    ('φ', " phi "),
    ('χ', " chi "),
    ('ψ', " psi "),
    ('ω', " omega "),
];

/// The plain letters of a Latin letter with marks, a ligature, or a letter outside the English alphabet.
pub(crate) fn to_ascii(c: char) -> Option<&'static str> {
    FOLDS.iter().find(|(letters, _)| letters.contains(c)).map(|&(_, ascii)| ascii)
}

/// The English name of a Greek letter, between spaces.
pub(crate) fn greek_name(c: char) -> Option<&'static str> {
    let lower = c.to_lowercase().next()?;
    GREEK.iter().find(|&&(letter, _)| letter == lower).map(|&(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds() {
        assert_eq!(to_ascii('é'), Some("e"));
        assert_eq!(to_ascii('ß'), Some("ss"));
        assert_eq!(to_ascii('Ж'), None);
        assert_eq!(greek_name('Ψ'), Some(" psi "));
    }
}
