//! Regular endings: the sound of -s, -ed and -ing after a stem's phones (American flapping included).

/// Sounds after which American t is a flap.
fn flaps_t(c: char) -> bool {
    "AIOWYiuæɑəɛɪɹʊʌ".contains(c)
}

/// Plural, third person, possessive.
pub(crate) fn with_s(stem: &str) -> String {
    match stem.chars().last() {
        Some(c) if "ptkfθ".contains(c) => format!("{stem}s"),
        Some(c) if "szʃʒʧʤ".contains(c) => format!("{stem}ᵻz"),
        _ => format!("{stem}z"),
    }
}

/// Past tense.
pub(crate) fn with_ed(stem: &str) -> String {
    let mut back = stem.chars().rev();
    match (back.next(), back.next()) {
        (Some(c), _) if "pkfθʃsʧ".contains(c) => format!("{stem}t"),
        (Some('d'), _) => format!("{stem}ᵻd"),
        (Some('t'), Some(before)) if flaps_t(before) => format!("{}ɾᵻd", &stem[..stem.len() - 1]),
        (Some('t'), Some(_)) => format!("{stem}ᵻd"),
        (Some('t'), None) => format!("{stem}ɪd"),
        _ => format!("{stem}d"),
    }
}

/// Present participle.
pub(crate) fn with_ing(stem: &str) -> String {
    let mut back = stem.chars().rev();
    match (back.next(), back.next()) {
        (Some('t'), Some(before)) if flaps_t(before) => format!("{}ɾɪŋ", &stem[..stem.len() - 1]),
        _ => format!("{stem}ɪŋ"),
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
    stems
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
    let tail = &stem.as_bytes()[stem.len() - 2..];
    let doubled = tail[0] == tail[1] && b"bcdgklmnprstvxz".contains(&tail[0]);
    if stem.len() > 2 && (doubled || tail == b"ck") {
        stems.push(stem[..stem.len() - 1].to_owned());
    }
    stems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_assimilate() {
        assert_eq!(with_s("kˈæt"), "kˈæts");
        assert_eq!(with_s("dˈɔɡ"), "dˈɔɡz");
        assert_eq!(with_s("hˈɔɹs"), "hˈɔɹsᵻz");
        assert_eq!(with_ed("wˈɔk"), "wˈɔkt");
        assert_eq!(with_ed("nˈOt"), "nˈOɾᵻd");
        assert_eq!(with_ed("plˈænt"), "plˈæntᵻd");
        assert_eq!(with_ing("sˈɪt"), "sˈɪɾɪŋ");
    }

    #[test]
    fn stems_are_found() {
        assert!(stems_of_s("berries").contains(&"berry".to_owned()));
        assert!(stems_of_s("boss").is_empty());
        assert!(stems_of_s("Bob's").contains(&"Bob".to_owned()));
        assert_eq!(stems_of_ed("hoped"), ["hope", "hop"]);
        assert!(stems_of_ed("denied").contains(&"deny".to_owned()));
        assert_eq!(stems_of_ing("running"), ["runn", "runne", "run"]);
        assert!(stems_of_ing("king").is_empty());
        assert!(stems_of_ing("été").is_empty());
    }
}
