//! Mouth pictures of other sets than Oculus': the 22 of SAPI and Azure, the nine of Rhubarb.

use super::Phone;

/// Viseme of Microsoft's speech platforms, 0 (silence) to 21. Symbols that are no phones are silence.
///
/// After Azure's "Map phonemes to visemes" (en-US); SAPI 5 (`SPVISEMES`) differs in one sound, the voiceless "th", which
/// it counts to 17.
pub const fn sapi(symbol: char) -> u8 {
    match symbol {
        'æ' | 'a' | 'ʌ' | 'ɐ' | 'ə' | 'ᵊ' => 1,
        'ɑ' => 2,
        'ɔ' | 'ɒ' => 3,
        'ɛ' | 'A' | 'ʊ' => 4,
        'ɜ' => 5,
        'i' | 'ɪ' | 'ᵻ' | 'j' => 6,
        'u' | 'w' => 7,
        'O' | 'Q' => 8,
        'W' => 9,
        'Y' => 10,
        'I' => 11,
        'h' => 12,
        'ɹ' | 'r' => 13,
        'l' => 14,
        's' | 'z' => 15,
        'ʃ' | 'ʒ' | 'ʧ' | 'ʤ' => 16,
        'ð' => 17,
        'f' | 'v' => 18,
        't' | 'd' | 'ɾ' | 'T' | 'n' | 'θ' | 'ʔ' => 19,
        'k' | 'ɡ' | 'g' | 'x' | 'ŋ' => 20,
        'p' | 'b' | 'm' => 21,
        _ => 0,
    }
}

/// Mouth shape of Rhubarb Lip Sync (README, "Mouth shapes"), `A` to `H`, or `X` at rest. A diphthong has the shape that
/// it begins with, but for "show", which Rhubarb draws as its end.
pub const fn rhubarb(symbol: char) -> char {
    match symbol {
        'p' | 'b' | 'm' => 'A',
        'i' | 'ɪ' | 'ᵻ' | 'j' => 'B',
        't' | 'd' | 'ɾ' | 'T' | 'n' | 'θ' | 'ð' | 's' | 'z' | 'ʃ' | 'ʒ' | 'ʧ' | 'ʤ' => 'B',
        'k' | 'ɡ' | 'g' | 'x' | 'ŋ' | 'ʔ' | 'h' => 'B',
        'ɛ' | 'A' | 'æ' | 'a' | 'ʌ' | 'ɐ' | 'ə' | 'ᵊ' => 'C',
        'ɑ' | 'I' | 'W' => 'D',
        // The r of English is rounded as its vowel in "bird" is.
        'ɔ' | 'ɒ' | 'Y' | 'ɜ' | 'ɹ' | 'r' => 'E',
        'u' | 'ʊ' | 'O' | 'Q' | 'w' => 'F',
        'f' | 'v' => 'G',
        'l' => 'H',
        _ => 'X',
    }
}

impl Phone {
    /// Its viseme in SAPI's and Azure's set, see [`sapi`].
    pub const fn sapi(&self) -> u8 {
        sapi(self.symbol)
    }

    /// Its mouth shape in Rhubarb's set, see [`rhubarb`].
    pub const fn rhubarb(&self) -> char {
        rhubarb(self.symbol)
    }
}

#[cfg(test)]
mod tests {
    use super::super::PAUSE;
    use super::*;

    /// Every symbol of the alphabet, its SAPI viseme and its Rhubarb shape.
    const TABLE: [(&str, u8, char); 29] = [
        ("_", 0, 'X'),
        ("æaʌɐəᵊ", 1, 'C'),
        ("ɑ", 2, 'D'),
        ("ɔɒ", 3, 'E'),
        ("ɛA", 4, 'C'),
        ("ʊ", 4, 'F'),
        ("ɜ", 5, 'E'),
        ("iɪᵻj", 6, 'B'),
        ("u", 7, 'F'),
        ("w", 7, 'F'),
        ("OQ", 8, 'F'),
        ("W", 9, 'D'),
        ("Y", 10, 'E'),
        ("I", 11, 'D'),
        ("h", 12, 'B'),
        ("ɹr", 13, 'E'),
        ("l", 14, 'H'),
        ("sz", 15, 'B'),
        ("ʃʒ", 16, 'B'),
        ("ʧʤ", 16, 'B'),
        ("ð", 17, 'B'),
        ("fv", 18, 'G'),
        ("θ", 19, 'B'),
        ("tdɾT", 19, 'B'),
        ("n", 19, 'B'),
        ("ʔ", 19, 'B'),
        ("kɡgx", 20, 'B'),
        ("ŋ", 20, 'B'),
        ("pbm", 21, 'A'),
    ];

    #[test]
    fn every_symbol_has_its_picture_in_every_set() {
        for (symbols, sapi_id, shape) in TABLE {
            for symbol in symbols.chars() {
                let phone = Phone::of(symbol).expect("a phone");
                assert_eq!((phone.sapi(), phone.rhubarb()), (sapi_id, shape), "{symbol}");
            }
        }
    }

    #[test]
    fn the_table_has_every_phone_that_there_is() {
        let listed: String = TABLE.iter().map(|row| row.0).collect();
        for symbol in (0..=0x2_fff).filter_map(char::from_u32) {
            assert_eq!(Phone::of(symbol).is_some(), listed.contains(symbol), "{symbol}");
            let silent = (sapi(symbol) == 0, rhubarb(symbol) == 'X');
            let sounds = listed.contains(symbol) && symbol != PAUSE;
            assert_eq!(silent, (!sounds, !sounds), "{symbol}");
        }
    }

    #[test]
    fn every_picture_of_the_sets_is_used() {
        assert!((0..=21).all(|id| TABLE.iter().any(|row| row.1 == id)));
        assert!("ABCDEFGHX".chars().all(|shape| TABLE.iter().any(|row| row.2 == shape)));
    }

    #[test]
    fn lips_close_in_all_sets_together() {
        for phone in TABLE.iter().flat_map(|row| row.0.chars()).filter_map(Phone::of) {
            let closes = phone.closes_lips();
            assert_eq!((phone.sapi() == 21, phone.rhubarb() == 'A'), (closes, closes), "{}", phone.symbol);
        }
    }
}
