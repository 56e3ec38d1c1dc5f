//! Letters outside the English alphabet as plain letters, Greek letters and signs by name.

/// Latin letters (with marks, ligatures, Roman numerals of one character) that fold to the same ASCII text: the
/// compatibility decomposition of Unicode without its marks, and the letters that have none.
const FOLDS: [(&str, &str); 95] = [
    ("ÀÁÂÃÄÅĀĂĄƏǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶÅⒶ", "A"),
    ("ƁɃḂḄḆⒷ", "B"),
    ("ÇĆĈĊČḈⅭⒸ", "C"),
    ("ÐĎĐƊḊḌḎḐḒⅮⒹ", "D"),
    ("ÈÉÊËĒĔĖĘĚƐȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆⒺ", "E"),
    ("ḞⒻ", "F"),
    ("ĜĞĠĢǤǦǴḠⒼ", "G"),
    ("ĤĦȞḢḤḦḨḪⒽ", "H"),
    ("ÌÍÎÏĨĪĬĮİƗǏȈȊḬḮỈỊⅠⒾ", "I"),
    ("ĴⒿ", "J"),
    ("ĶƘǨḰḲḴKⓀ", "K"),
    ("ĹĻĽĿŁḶḸḺḼⅬⓁ", "L"),
    ("ḾṀṂⅯⓂ", "M"),
    ("ÑŃŅŇŊƝǸṄṆṈṊⓃ", "N"),
    ("ÒÓÔÕÖØŌŎŐƆƟƠǑǪǬǾȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢⓄ", "O"),
    ("ṔṖⓅ", "P"),
    ("Ⓠ", "Q"),
    ("ŔŖŘȐȒɌṘṚṜṞⓇ", "R"),
    ("ŚŜŞŠȘṠṢṤṦṨⓈ", "S"),
    ("ŢŤŦȚṪṬṮṰⓉ", "T"),
    ("ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖɄṲṴṶṸṺỤỦỨỪỬỮỰⓊ", "U"),
    ("ṼṾⅤⓋ", "V"),
    ("ŴẀẂẄẆẈⓌ", "W"),
    ("ẊẌⅩⓍ", "X"),
    ("ÝŶŸƳȲẎỲỴỶỸⓎ", "Y"),
    ("ŹŻŽƵẐẒẔⓏ", "Z"),
    ("àáâãäåāăąǎǟǡǻȁȃȧḁạảấầẩẫậắằẳẵặⓐə", "a"),
    ("ƀḃḅḇⓑɓ", "b"),
    ("çćĉċčḉⅽⓒ", "c"),
    ("ðďđḋḍḏḑḓⅾⓓɗ", "d"),
    ("èéêëēĕėęěȅȇȩḕḗḙḛḝẹẻẽếềểễệⓔ", "e"),
    ("ƒḟⓕ", "f"),
    ("ĝğġģǥǧǵḡⓖ", "g"),
    ("ĥħȟḣḥḧḩḫẖⓗ", "h"),
    ("ìíîïĩīĭįıǐȉȋḭḯỉịⅰⓘ", "i"),
    ("ĵǰⓙ", "j"),
    ("ķĸƙǩḱḳḵⓚ", "k"),
    ("ĺļľŀłḷḹḻḽⅼℓⓛ", "l"),
    ("ḿṁṃⅿⓜ", "m"),
    ("ñńņňŉŋǹṅṇṉṋⓝɲ", "n"),
    ("òóôõöøōŏőơǒǫǭǿȍȏȫȭȯȱṍṏṑṓọỏốồổỗộớờởỡợⓞ", "o"),
    ("ṕṗⓟ", "p"),
    ("ⓠ", "q"),
    ("ŕŗřȑȓɍṙṛṝṟⓡ", "r"),
    ("śŝşšſșṡṣṥṧṩẛⓢ", "s"),
    ("ţťŧțṫṭṯṱẗⓣ", "t"),
    ("ùúûüũūŭůűųưǔǖǘǚǜȕȗṳṵṷṹṻụủứừửữựⓤ", "u"),
    ("ṽṿⅴⓥ", "v"),
    ("ŵẁẃẅẇẉẘⓦ", "w"),
    ("ẋẍⅹⓧ", "x"),
    ("ýÿŷƴȳẏẙỳỵỷỹⓨ", "y"),
    ("źżžƶẑẓẕⓩ", "z"),
    ("ÆǢǼ", "Ae"),
    ("ǄǱ", "DZ"),
    ("ǅǲ", "Dz"),
    ("Ⅱ", "II"),
    ("Ĳ", "IJ"),
    ("Ⅳ", "IV"),
    ("Ⅸ", "IX"),
    ("Ǉ", "LJ"),
    ("ǈ", "Lj"),
    ("Ǌ", "NJ"),
    ("ǋ", "Nj"),
    ("Œ", "Oe"),
    ("ẞ", "SS"),
    ("Þ", "Th"),
    ("Ⅵ", "VI"),
    ("Ⅺ", "XI"),
    ("æǣǽ", "ae"),
    ("ǆǳ", "dz"),
    ("ﬀ", "ff"),
    ("ﬁ", "fi"),
    ("ﬂ", "fl"),
    ("ⅱ", "ii"),
    ("ĳ", "ij"),
    ("ⅳ", "iv"),
    ("ⅸ", "ix"),
    ("ǉ", "lj"),
    ("ǌ", "nj"),
    ("œ", "oe"),
    ("ß", "ss"),
    ("ﬅﬆ", "st"),
    ("þ", "th"),
    ("ⅵ", "vi"),
    ("ⅺ", "xi"),
    ("Ⅲ", "III"),
    ("Ⅶ", "VII"),
    ("Ⅻ", "XII"),
    ("ﬃ", "ffi"),
    ("ﬄ", "ffl"),
    ("ⅲ", "iii"),
    ("ⅶ", "vii"),
    ("ⅻ", "xii"),
    ("Ⅷ", "VIII"),
    ("ⅷ", "viii"),
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

/// Characters that stand for several, and signs that only a name can say.
const SIGNS: [(char, &str); 52] = [
    ('ª', "a"),
    ('º', "o"),
    ('℃', "°C"),
    ('℉', "°F"),
    ('⁄', "/"),
    ('∕', "/"),
    ('⁰', "^0"),
    ('¹', "^1"),
    ('⁴', "^4"),
    ('⁵', "^5"),
    ('⁶', "^6"),
    ('⁷', "^7"),
    ('⁸', "^8"),
    ('⁹', "^9"),
    ('⁺', "+"),
    ('⁻', "^-"),
    ('ⁿ', "^n"),
    ('₀', "0"),
    ('₁', "1"),
    ('₂', "2"),
    ('₃', "3"),
    ('₄', "4"),
    ('₅', "5"),
    ('₆', "6"),
    ('₇', "7"),
    ('₈', "8"),
    ('₉', "9"),
    ('√', " square root of "),
    ('∛', " cube root of "),
    ('∞', " infinity "),
    ('∑', " sum of "),
    ('∫', " integral of "),
    ('∂', " partial "),
    ('∆', " delta "),
    ('∈', " in "),
    ('∉', " not in "),
    ('∀', " for all "),
    ('∃', " there exists "),
    ('∩', " intersection "),
    ('∪', " union "),
    ('⇒', " implies "),
    ('⇔', " if and only if "),
    ('↔', " to and from "),
    ('∴', " therefore "),
    ('≡', " is identical to "),
    ('∝', " is proportional to "),
    ('⊂', " is a subset of "),
    ('‰', " per mille "),
    ('↑', " up "),
    ('↓', " down "),
    ('♯', " sharp "),
    ('♭', " flat "),
];

const CAPITALS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const SMALL: &str = "abcdefghijklmnopqrstuvwxyz";
const DIGITS: &str = "0123456789";

/// Bold, script, double-struck and other mathematical letters and digits, and digits in circles.
fn styled(c: char) -> Option<&'static str> {
    let pick = |row: &'static str, at: u32| row.get(at as usize..at as usize + 1);
    match c as u32 {
        code @ 0x1D400..=0x1D6A3 => {
            let at = (code - 0x1D400) % 52;
            if at < 26 { pick(CAPITALS, at) } else { pick(SMALL, at - 26) }
        }
        code @ 0x1D7CE..=0x1D7FF => pick(DIGITS, (code - 0x1D7CE) % 10),
        code @ 0x1F130..=0x1F149 => pick(CAPITALS, code - 0x1F130),
        code @ 0x1F150..=0x1F169 => pick(CAPITALS, code - 0x1F150),
        code @ 0x2460..=0x2468 => pick(DIGITS, code - 0x245F),
        _ => None,
    }
}

/// The plain letters of a Latin letter with marks, a ligature, a letter outside the English alphabet, a styled letter;
/// the name of a sign, between spaces.
pub(crate) fn to_ascii(c: char) -> Option<&'static str> {
    FOLDS
        .iter()
        .find(|(letters, _)| letters.contains(c))
        .map(|&(_, ascii)| ascii)
        .or_else(|| SIGNS.iter().find(|&&(sign, _)| sign == c).map(|&(_, text)| text))
        .or_else(|| styled(c))
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
        assert_eq!(to_ascii('ế'), Some("e"));
        assert_eq!(to_ascii('Ⅷ'), Some("VIII"));
        assert_eq!(to_ascii('𝓗'), Some("H"));
        assert_eq!(to_ascii('𝟘'), Some("0"));
        assert_eq!(to_ascii('③'), Some("3"));
        assert_eq!(greek_name('Ψ'), Some(" psi "));
    }
}
