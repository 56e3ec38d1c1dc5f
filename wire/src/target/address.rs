//! Patterns of OSC addresses: `/face/{name}` stands for one address for each value.

use super::GenericOptions;
use crate::TargetError;
use psivox_core::emotion::Mode;
use psivox_core::face::{BLENDSHAPE_NAMES, pascal_case};
use psivox_core::phone::Viseme;
use std::collections::HashSet;

/// Names of [`psivox_core::face::BlendshapeFrame::emotion`].
pub(crate) const EMOTION_NAMES: [&str; 4] = ["valence", "arousal", "dominance", "intensity"];

/// What stands for a pattern's `{name}`, in the order of `{index}`.
pub(crate) struct Names;

impl Names {
    /// Of a shape's pattern.
    pub const SHAPES: [&str; 52] = BLENDSHAPE_NAMES;

    /// Of the head's: [`psivox_core::face::BlendshapeFrame::head_rad`].
    pub const HEAD: [&str; 3] = ["yaw", "pitch", "roll"];

    /// Of the emotion's: [`EMOTION_NAMES`], then the modes.
    pub fn emotion() -> Vec<&'static str> {
        EMOTION_NAMES.into_iter().chain(Mode::ALL.map(Mode::name)).collect()
    }

    /// Of the voice's.
    pub const VOICE: [&str; 2] = ["f0_hz", "speaking"];

    /// Of the visemes'.
    pub fn visemes() -> [&'static str; 15] {
        Viseme::ALL.map(Viseme::name)
    }
}

/// Longest pattern in bytes.
const MAX_PATTERN_BYTES: usize = 128;

/// The addresses of a pattern: `{name}` is a value's name, `{Name}` the same with a capital, `{index}` its place, from 0. None
/// for an empty pattern.
pub(crate) fn addresses(pattern: &str, names: &[&str]) -> Vec<String> {
    if pattern.is_empty() {
        return Vec::new();
    }
    let address = |(index, name): (usize, &&str)| {
        let named = pattern.replace("{name}", name).replace("{Name}", &pascal_case(name));
        named.replace("{index}", &index.to_string())
    };
    names.iter().enumerate().map(address).collect()
}

/// What an OSC address may be made of; braces name the place-holders.
pub(super) fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"#*,?[]".contains(&byte)
}

/// Whether every value gets an address of its own that OSC allows.
///
/// # Errors
/// The pattern that does not, and what was expected.
pub(super) fn check(options: &GenericOptions) -> Result<(), TargetError> {
    let (emotion, visemes) = (Names::emotion(), Names::visemes());
    let patterns: [(&'static str, &str, &[&str]); 5] = [
        ("shape", &options.shape, &Names::SHAPES),
        ("head", &options.head, &Names::HEAD),
        ("emotion", &options.emotion, &emotion),
        ("viseme", &options.viseme, &visemes),
        ("voice", &options.voice, &Names::VOICE),
    ];
    let mut taken = HashSet::new();
    for (name, pattern, names) in patterns {
        let wrong = |expected| Err(TargetError::Option { name, found: pattern.to_owned(), expected });
        let plain = pattern.bytes().all(is_plain);
        let sound = pattern.starts_with('/') && pattern.len() <= MAX_PATTERN_BYTES && plain;
        if !(sound || pattern.is_empty()) {
            return wrong("'/', then at most 127 printable characters but space # * , ? [ ]");
        }
        for address in addresses(pattern, names) {
            if address.contains(['{', '}']) {
                return wrong("no braces but {name}, {Name} and {index}");
            }
            if !taken.insert(address) {
                return wrong("an address of its own for every value: put {name}, {Name} or {index} into it");
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(shape: &str, head: &str, viseme: &str) -> Result<(), TargetError> {
        let text = str::to_owned;
        check(&GenericOptions {
            shape: text(shape),
            head: text(head),
            viseme: text(viseme),
            ..GenericOptions::default()
        })
    }

    #[test]
    fn a_pattern_stands_for_an_address_each() {
        let all = addresses("/a/{name}-{Name}.{index}", &["jawOpen", "tongueOut"]);
        assert_eq!(all, ["/a/jawOpen-JawOpen.0", "/a/tongueOut-TongueOut.1"]);
        assert!(addresses("", &["jawOpen"]).is_empty());
    }

    #[test]
    fn lawful_patterns() {
        for (shape, head, viseme) in [
            ("/face/{name}", "/head/{name}", ""),
            ("/{Name}", "", "/v{index}"),
            ("/x/{index}", "/x/{name}", "/x/v/{index}"),
            ("", "", ""),
        ] {
            assert_eq!(with(shape, head, viseme), Ok(()), "{shape} {head} {viseme}");
        }
        assert_eq!(check(&GenericOptions::default()), Ok(()));
        let voice = |pattern: &str| {
            check(&GenericOptions { voice: pattern.to_owned(), ..GenericOptions::default() })
                .map_err(|error| error.to_string())
        };
        assert_eq!(voice(""), Ok(()));
        assert!(voice("/voice").expect_err("one address for two").contains("voice"));
        assert!(voice("/head/{name}").is_ok() && voice("voice/{name}").is_err());
    }

    #[test]
    fn errors_name_the_pattern_and_what_to_write() {
        let long = format!("/{}{{name}}", "x".repeat(128));
        for (shape, head, viseme, words) in [
            ("/face", "", "", ["shape", "{name}"]),
            ("", "/head", "", ["head", "{name}"]),
            ("/x/{index}", "/y/{name}", "/x/{index}", ["viseme", "of its own"]),
            ("/face/{nmae}", "", "", ["/face/{nmae}", "{index}"]),
            ("/face/{name", "", "", ["shape", "braces"]),
            ("face/{name}", "", "", ["shape", "'/'"]),
            ("/fa ce/{name}", "", "", ["shape", "space"]),
            ("/face/*{name}", "", "", ["shape", "*"]),
            ("", "/kopf\u{e4}/{name}", "", ["head", "printable"]),
            (&long, "", "", ["shape", "127"]),
        ] {
            let message = with(shape, head, viseme).expect_err(shape).to_string();
            assert!(words.iter().all(|word| message.contains(word)), "{message}");
        }
    }
}
