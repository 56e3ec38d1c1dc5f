//! Which modes and styles the table is asked for.

use super::mood::{Colour, Mood};
use crate::error::CliError;

/// An entry of `--modes` or `--styles`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Nothing of that list.
    Nothing,
    /// One of it.
    Of(Colour),
}

/// An entry of `--modes`.
pub fn mode(text: &str) -> Result<Choice, String> {
    let other = Colour::style_by_name(text).map(|style| ("style", "--styles", style));
    entry(
        text,
        Colour::mode_by_name(text),
        other,
        std::iter::once(Mood::NEUTRAL.colour).chain(Colour::modes()),
    )
}

/// An entry of `--styles`.
pub fn style(text: &str) -> Result<Choice, String> {
    let other = Colour::mode_by_name(text).map(|mode| ("mode", "--modes", mode));
    entry(text, Colour::style_by_name(text), other, Colour::styles())
}

fn entry(
    text: &str,
    found: Option<Colour>,
    other: Option<(&str, &str, Colour)>,
    known: impl Iterator<Item = Colour>,
) -> Result<Choice, String> {
    if text.trim().eq_ignore_ascii_case("none") {
        return Ok(Choice::Nothing);
    }
    found.map(Choice::Of).ok_or_else(|| match other {
        Some((kind, option, colour)) => {
            format!("{} is a {kind}; ask for it with {option} {}", colour.name(), colour.name())
        }
        None => {
            let names: Vec<&str> = known.map(Colour::name).collect();
            format!("expected none or one of {}", names.join(", "))
        }
    })
}

/// The modes and then the styles that are asked for, neutral left out. Who names some of one list and nothing of the other
/// wants these alone; a list that says none leaves the other whole.
///
/// # Errors
/// [`CliError::Usage`] where a list has names beside none.
pub fn chosen(modes: &[Choice], styles: &[Choice]) -> Result<Vec<Colour>, CliError> {
    for (option, list) in [("--modes", modes), ("--styles", styles)] {
        if list.len() > 1 && list.contains(&Choice::Nothing) {
            let reason = format!("{option} has none beside names; write none alone, or leave it out");
            return Err(CliError::Usage(reason));
        }
    }
    let names = |list: &[Choice]| list.iter().any(|choice| *choice != Choice::Nothing);
    let asked = |list: &[Choice], other: &[Choice], colour: &Colour| {
        let whole = list.is_empty() && !names(other);
        whole || list.contains(&Choice::Of(*colour))
    };
    let modes_asked = Colour::modes().filter(|colour| asked(modes, styles, colour));
    let styles_asked = Colour::styles().filter(|colour| asked(styles, modes, colour));
    Ok(modes_asked.chain(styles_asked).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(modes: &str, styles: &str) -> Vec<&'static str> {
        let read = |list: &str, entry: fn(&str) -> Result<Choice, String>| -> Vec<Choice> {
            list.split(',').filter(|name| !name.is_empty()).map(|name| entry(name).expect(name)).collect()
        };
        let found = chosen(&read(modes, mode), &read(styles, style)).expect("a choice");
        found.into_iter().map(Colour::name).collect()
    }

    #[test]
    fn who_names_some_wants_no_others() {
        let (modes, styles) = (Colour::modes().count(), Colour::styles().count());
        assert_eq!((modes, styles), (11, 8));
        assert_eq!(names("", "").len(), modes + styles);
        assert_eq!(names("happy", ""), ["happy"]);
        assert_eq!(names("neutral", ""), [""; 0]);
        assert_eq!(names("", "shout,whispering,falsetto"), ["whisper", "shout", "falsetto"]);
        assert_eq!(names("happy", "creak"), ["happy", "creak"]);
        assert_eq!((names("", "none").len(), names("none", "").len()), (modes, styles));
        assert_eq!((names("sad", "none"), names("none", "None")), (vec!["sad"], vec![]));
    }

    #[test]
    fn mistakes_tell_what_would_do() {
        let told = |found: Result<Choice, String>| found.expect_err("refused");
        assert!(told(mode("purple")).contains("neutral, happy"));
        assert!(told(style("purple")).contains("whisper, murmur") && told(style("")).contains("falsetto"));
        assert!(told(mode("yell")).contains("--styles shout"));
        assert!(told(style("joy")).contains("--modes happy"));
        let both = [Choice::Nothing, Choice::Of(Colour::Creak)];
        assert!(chosen(&[], &both).expect_err("refused").to_string().contains("--styles"));
    }
}
