//! Texts from outside, fit to be shown.

/// At most `most` letters, then `...` where there were more; nothing that moves a cursor.
pub(crate) fn shorten(text: &str, most: usize) -> String {
    let mut letters = text.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c });
    let mut short: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() {
        short.push_str("...");
    }
    short
}

/// The beginning of a text, in whole letters: at most `most` bytes.
pub(crate) fn beginning(text: &str, most: usize) -> &str {
    let end = (0..=most.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    &text[..end.unwrap_or_default()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_short_and_plain() {
        assert_eq!(shorten("hello", 5), "hello");
        assert_eq!(shorten("hello!", 5), "hello...");
        assert_eq!(shorten("a\u{1b}[2Jb\n", 80), "a\u{fffd}[2Jb\u{fffd}");
    }

    #[test]
    fn a_beginning_ends_with_a_whole_letter() {
        for (most, expected) in [(0, ""), (1, "a"), (2, "a"), (3, "aß"), (4, "aßb"), (9, "aßb")] {
            assert_eq!(beginning("aßb", most), expected);
        }
    }
}
