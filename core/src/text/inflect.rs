//! Regular endings: the sound of -s, -ed and -ing after a stem's phones (American flapping, British linking r).

use super::dialect::Dialect;

/// Sounds after which American t is a flap.
fn flaps_t(c: char) -> bool {
    "AIOWYiuæɑəɛɪɹʊʌ".contains(c)
}

/// The vowel of -es and -ed.
fn weak_vowel(dialect: Dialect) -> char {
    dialect.choose('ᵻ', 'ɪ')
}

/// Plural, third person, possessive.
pub(crate) fn with_s(stem: &str, dialect: Dialect) -> String {
    match stem.chars().last() {
        Some(c) if "ptkfθ".contains(c) => format!("{stem}s"),
        Some(c) if "szʃʒʧʤ".contains(c) => format!("{stem}{}z", weak_vowel(dialect)),
        _ => format!("{stem}z"),
    }
}

/// Past tense.
pub(crate) fn with_ed(stem: &str, dialect: Dialect) -> String {
    let weak = weak_vowel(dialect);
    let flaps = dialect == Dialect::American;
    let mut back = stem.chars().rev();
    match (back.next(), back.next()) {
        (Some(c), _) if "pkfθʃsʧ".contains(c) => format!("{stem}t"),
        (Some('d'), _) => format!("{stem}{weak}d"),
        (Some('t'), Some(before)) if flaps && flaps_t(before) => format!("{}ɾᵻd", &stem[..stem.len() - 1]),
        (Some('t'), Some(_)) => format!("{stem}{weak}d"),
        (Some('t'), None) => format!("{stem}ɪd"),
        _ => format!("{stem}d"),
    }
}

/// Present participle of the word `written`.
pub(crate) fn with_ing(stem: &str, written: &str, dialect: Dialect) -> String {
    let flaps = dialect == Dialect::American;
    let mut back = stem.chars().rev();
    match (back.next(), back.next()) {
        (Some('t'), Some(before)) if flaps && flaps_t(before) => format!("{}ɾɪŋ", &stem[..stem.len() - 1]),
        _ => format!("{stem}{}ɪŋ", dialect.linking_r(written, stem)),
    }
}

/// The stems that a written form in -s (or 's) may come from, best guess first.
pub(crate) fn stems_of_s(word: &str) -> Vec<String> {
    let mut stems = Vec::new();
    if word.len() < 3 || !word.ends_with('s') {
        return stems;
    }
    if !word.ends_with("ss") {
        stems.push(word[..word.len() - 1].to_owned());
    }
    if let Some(stem) = word.strip_suffix("'s") {
        stems.push(stem.to_owned());
    } else if word.len() > 4 && word.ends_with("es") && !word.ends_with("ies") {
        stems.push(word[..word.len() - 2].to_owned());
    }
    if word.len() > 4
        && let Some(stem) = word.strip_suffix("ies")
    {
        stems.push(format!("{stem}y"));
    }
    stems
}

/// The stems that a written form in -ed may come from.
pub(crate) fn stems_of_ed(word: &str) -> Vec<String> {
    let mut stems = Vec::new();
    if word.len() < 4 || !word.ends_with('d') {
        return stems;
    }
    if !word.ends_with("dd") {
        stems.push(word[..word.len() - 1].to_owned());
    }
    if word.len() > 4 && word.ends_with("ed") && !word.ends_with("eed") {
        stems.push(word[..word.len() - 2].to_owned());
    }
    if word.len() > 4
        && let Some(stem) = word.strip_suffix("ied")
    {
        stems.push(format!("{stem}y"));
    }
    stems.extend(word.strip_suffix("ed").and_then(undoubled));
    stems
}

/// A stem of three letters or more without the doubling of its last consonant.
pub(super) fn undoubled(stem: &str) -> Option<String> {
    let tail = stem.as_bytes().get(stem.len().checked_sub(2)?..)?;
    let doubled = tail[0] == tail[1] && b"bcdgklmnprstvxz".contains(&tail[0]);
    (stem.len() > 2 && (doubled || tail == b"ck")).then(|| stem[..stem.len() - 1].to_owned())
}

/// The stems that a written form in -ing may come from.
pub(crate) fn stems_of_ing(word: &str) -> Vec<String> {
    let mut stems = Vec::new();
    let Some(stem) = word.strip_suffix("ing").filter(|s| s.len() >= 2) else {
        return stems;
    };
    if stem.len() > 2 {
        stems.push(stem.to_owned());
    }
    stems.push(format!("{stem}e"));
    stems.extend(undoubled(stem));
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_assimilate() {
        use Dialect::*;
        assert_eq!(with_s("kˈæt", American), "kˈæts");
        assert_eq!(with_s("dˈɔɡ", American), "dˈɔɡz");
        assert_eq!(with_s("hˈɔɹs", American), "hˈɔɹsᵻz");
        assert_eq!(with_s("hˈɔːs", British), "hˈɔːsɪz");
        assert_eq!(with_s("kˈɑː", British), "kˈɑːz");
        assert_eq!(with_ed("wˈɔk", American), "wˈɔkt");
        assert_eq!(with_ed("nˈOt", American), "nˈOɾᵻd");
        assert_eq!(with_ed("nˈQt", British), "nˈQtɪd");
        assert_eq!(with_ed("plˈænt", American), "plˈæntᵻd");
        assert_eq!(with_ing("sˈɪt", "sit", American), "sˈɪɾɪŋ");
        assert_eq!(with_ing("sˈɪt", "sit", British), "sˈɪtɪŋ");
        assert_eq!(with_ing("hˈɒvə", "hover", British), "hˈɒvəɹɪŋ");
        assert_eq!(with_ing("sˈiː", "see", British), "sˈiːɪŋ");
    }

    #[test]
    fn stems_are_found() {
        assert!(stems_of_s("berries").contains(&"berry".to_owned()));
        assert!(stems_of_s("boss").is_empty());
        assert!(stems_of_s("Bob's").contains(&"Bob".to_owned()));
        assert_eq!(stems_of_ed("hoped"), ["hope", "hop"]);
        assert_eq!(stems_of_ed("nodded"), ["nodde", "nodd", "nod"]);
        assert!(stems_of_ed("denied").contains(&"deny".to_owned()));
        assert_eq!(stems_of_ing("running"), ["runn", "runne", "run"]);
        assert!(stems_of_ing("king").is_empty());
        assert!(stems_of_ing("été").is_empty());
    }
}
