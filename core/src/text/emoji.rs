//! Spoken names of the commonest emoji.

const NAMES: [(char, &str); 66] = [
    ('😀', "grinning face"),
    ('😁', "beaming face"),
    ('😂', "tears of joy"),
    ('🤣', "rolling on the floor laughing"),
    ('😃', "smiling face"),
    ('😄', "smiling face"),
    ('😅', "nervous laugh"),
    ('😆', "laughing face"),
    ('😉', "winking face"),
    ('😊', "smiling face"),
    ('😋', "yummy face"),
    ('😎', "cool face"),
    ('😍', "heart eyes"),
    ('😘', "blowing a kiss"),
    ('🥰', "smiling face with hearts"),
    ('🙂', "smiling face"),
    ('🤗', "hugging face"),
    ('🤔', "thinking face"),
    ('😐', "neutral face"),
    ('😏', "smirking face"),
    ('🙄', "rolling eyes"),
    ('😴', "sleeping face"),
    ('😛', "tongue out"),
    ('😜', "winking with tongue out"),
    ('😞', "disappointed face"),
    ('😢', "crying face"),
    ('😭', "sobbing face"),
    ('😤', "huffing face"),
    ('😠', "angry face"),
    ('😡', "furious face"),
    ('🤯', "mind blown"),
    ('😱', "screaming face"),
    ('😳', "flushed face"),
    ('🥺', "pleading face"),
    ('😇', "angel face"),
    ('🤩', "starry eyes"),
    ('🥳', "party face"),
    ('🤦', "face palm"),
    ('🤷', "shrug"),
    ('💀', "skull"),
    ('👻', "ghost"),
    ('🤖', "robot"),
    ('👍', "thumbs up"),
    ('👎', "thumbs down"),
    ('👏', "clapping hands"),
    ('🙏', "folded hands"),
    ('👋', "waving hand"),
    ('💪', "flexed arm"),
    ('👀', "eyes"),
    ('❤', "heart"),
    ('💔', "broken heart"),
    ('💕', "two hearts"),
    ('💯', "one hundred"),
    ('🔥', "fire"),
    ('✨', "sparkles"),
    ('🎉', "party popper"),
    ('🎶', "musical notes"),
    ('🎵', "musical note"),
    ('⭐', "star"),
    ('🚀', "rocket"),
    ('☀', "sun"),
    ('🌈', "rainbow"),
    ('☕', "coffee"),
    ('🎂', "birthday cake"),
    ('✅', "check mark"),
    ('❌', "cross mark"),
];

/// The English name.
pub(crate) fn name(c: char) -> Option<&'static str> {
    NAMES.iter().find(|&&(emoji, _)| emoji == c).map(|&(_, name)| name)
}

/// Whether a character is drawn as a picture.
pub(crate) fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0x2B00..=0x2BFF | 0x2300..=0x23FF)
}

/// Skin tones and the selectors of the picture form.
pub(crate) fn is_modifier(c: char) -> bool {
    matches!(c as u32, 0x1F3FB..=0x1F3FF | 0xFE0E | 0xFE0F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_named_character_is_an_emoji_and_named_once() {
        for (i, &(c, spoken)) in NAMES.iter().enumerate() {
            assert!(is_emoji(c), "{c}");
            assert_eq!(name(c), Some(spoken));
            assert!(NAMES[..i].iter().all(|&(other, _)| other != c), "{c} twice");
        }
    }
}
