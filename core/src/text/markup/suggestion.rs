//! Names near a name that does not exist.

/// Longest name that is compared.
const LONGEST: usize = 24;

/// How many letters must be added, removed or changed (Levenshtein 1966).
fn distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// The nearest of `names`, if it is near enough to be meant.
pub(super) fn nearest<'n>(name: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let name: Vec<char> = name.to_lowercase().chars().take(LONGEST + 1).collect();
    if name.len() > LONGEST {
        return None;
    }
    let allowed = if name.len() < 5 { 1 } else { 2 };
    let near = |own: &str| distance(&name, &own.chars().collect::<Vec<_>>());
    names
        .map(|own| (near(own), own))
        .min_by_key(|(far, _)| *far)
        .filter(|(far, _)| *far <= allowed)
        .map(|(_, own)| own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let names = ["happy", "sad", "whisper"];
        assert_eq!(nearest("hapy", names.into_iter()), Some("happy"));
        assert_eq!(nearest("Wisper", names.into_iter()), Some("whisper"));
        assert_eq!(nearest("sat", names.into_iter()), Some("sad"));
        assert_eq!(nearest("xyz", names.into_iter()), None);
        assert_eq!(nearest(&"h".repeat(5000), names.into_iter()), None);
    }
}
