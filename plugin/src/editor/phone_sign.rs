//! Phones as they are written in the editor: fonts lack many signs of the phonetic alphabet.

use psivox_core::phone::PAUSE;

/// A phone in letters that every font has; where the alphabet's own sign would be missing, what English readers know it as.
pub const fn phone_sign(symbol: char) -> &'static str {
    match symbol {
        'ɐ' | 'ʌ' => "uh",
        'ɑ' => "ah",
        'ɒ' => "o",
        'ɔ' => "aw",
        'ə' | 'ᵊ' => "e",
        'ɛ' => "eh",
        'ɜ' => "er",
        'ɪ' | 'ᵻ' => "ih",
        'i' => "ee",
        'ʊ' => "oo",
        'u' => "uu",
        'æ' => "æ",
        'A' => "ay",
        'I' => "eye",
        'Q' | 'O' => "oh",
        'W' => "ow",
        'Y' => "oy",
        'a' => "a",
        'b' => "b",
        'd' => "d",
        'f' => "f",
        'h' => "h",
        'j' => "y",
        'k' => "k",
        'l' => "l",
        'm' => "m",
        'n' => "n",
        'p' => "p",
        's' => "s",
        't' | 'T' | 'ɾ' => "t",
        'v' => "v",
        'w' => "w",
        'x' => "kh",
        'z' => "z",
        'ð' => "dh",
        'θ' => "th",
        'ŋ' => "ng",
        'ɡ' | 'g' => "g",
        'ɹ' | 'r' => "r",
        'ʃ' => "sh",
        'ʒ' => "zh",
        'ʤ' => "j",
        'ʧ' => "ch",
        'ʔ' => "'",
        PAUSE | ' ' => "",
        _ => "?",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui_kittest::Harness;
    use psivox_core::phone::Phone;

    #[test]
    fn every_phone_has_letters_that_the_font_has() {
        let symbols: Vec<char> = (' '..'\u{2000}').filter(|symbol| Phone::of(*symbol).is_some()).collect();
        assert!(symbols.len() > 35);
        for symbol in &symbols {
            let sign = phone_sign(*symbol);
            assert!(
                !sign.contains('?') && sign.chars().all(|letter| letter.is_ascii() || letter == 'æ'),
                "{symbol}: {sign}"
            );
        }
        // The harness panics at a letter that no font has.
        let text: String = symbols.iter().map(|symbol| phone_sign(*symbol)).collect();
        Harness::new_ui(|ui| _ = ui.label(text.as_str())).run();
    }
}
