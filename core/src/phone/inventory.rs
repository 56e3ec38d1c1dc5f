//! Every symbol of the alphabet with its articulation.
//!
//! Lip and jaw targets follow what was measured on video (inner-lip gap and mouth width of GRID speakers:
//! bilabials close, W and UW are narrowest, IY and EY widest) and in Live Link Face captures (jawOpen 95th
//! percentile 0.24: faces are opened far less than one thinks).

use super::Viseme;

/// The symbol of silence in scores and tables.
pub const PAUSE: char = '_';

/// How a sound is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// Silence.
    Silence,
    /// Vowels and diphthongs: syllable nuclei.
    Vowel,
    /// l r w j.
    Approximant,
    /// m n ng.
    Nasal,
    /// s z f v th sh h.
    Fricative,
    /// p b t d k g, flaps and the glottal stop.
    Stop,
    /// ch j.
    Affricate,
}

/// Where the lips and the jaw want to be, each 0..=1 of the shape's own range.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LipGesture {
    /// Opening of the jaw.
    pub jaw: f32,
    /// Protrusion with a small opening (w, oo).
    pub pucker: f32,
    /// Protrusion with an open, flared mouth (sh, oh).
    pub funnel: f32,
    /// Spreading of the corners (ee).
    pub stretch: f32,
    /// Raising of the upper lip.
    pub upper_up: f32,
    /// Lowering of the lower lip.
    pub lower_down: f32,
    /// Tongue between or behind the teeth where it can be seen.
    pub tongue: f32,
    /// How firmly this phone claims the mouth against its neighbours (coarticulatory dominance).
    pub dominance: f32,
}

/// A phone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phone {
    /// Its symbol.
    pub symbol: char,
    /// How it is made.
    pub manner: Manner,
    /// Its mouth picture.
    pub viseme: Viseme,
    /// Lips and jaw while it lasts.
    pub gesture: LipGesture,
    /// For diphthongs: where they glide to.
    pub glide: Option<LipGesture>,
}

/// The mark of a long vowel (British "iː"). It is no phone: its time belongs to the phone before it.
pub fn is_length_mark(symbol: char) -> bool {
    symbol == 'ː'
}

/// Primary and secondary stress.
pub fn is_stress_mark(symbol: char) -> bool {
    matches!(symbol, 'ˈ' | 'ˌ')
}

#[allow(clippy::too_many_arguments)] // a table row: the columns are named in the header line below
const fn row(
    jaw: f32,
    pucker: f32,
    funnel: f32,
    stretch: f32,
    upper_up: f32,
    lower_down: f32,
    tongue: f32,
    dominance: f32,
) -> LipGesture {
    LipGesture { jaw, pucker, funnel, stretch, upper_up, lower_down, tongue, dominance }
}

//                        jaw   puck  funn  stre  upUp  loDn  tong  domi
const REST: LipGesture = row(0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 0.4);
const OPEN: LipGesture = row(0.30, 0.00, 0.00, 0.05, 0.10, 0.20, 0.00, 1.0);
const ASH: LipGesture = row(0.28, 0.00, 0.00, 0.25, 0.15, 0.22, 0.00, 1.0);
const MID: LipGesture = row(0.18, 0.00, 0.00, 0.10, 0.08, 0.14, 0.00, 0.7);
const SCHWA: LipGesture = row(0.12, 0.00, 0.00, 0.04, 0.04, 0.08, 0.00, 0.45);
const EH: LipGesture = row(0.22, 0.00, 0.00, 0.25, 0.12, 0.18, 0.00, 0.9);
const IH: LipGesture = row(0.12, 0.00, 0.00, 0.25, 0.08, 0.12, 0.00, 0.8);
const IY: LipGesture = row(0.09, 0.00, 0.00, 0.45, 0.10, 0.14, 0.00, 1.0);
const AO: LipGesture = row(0.24, 0.05, 0.35, 0.00, 0.05, 0.12, 0.00, 1.0);
const OW: LipGesture = row(0.17, 0.25, 0.45, 0.00, 0.03, 0.08, 0.00, 1.0);
const UH: LipGesture = row(0.11, 0.25, 0.20, 0.00, 0.02, 0.05, 0.00, 0.9);
const UW: LipGesture = row(0.08, 0.55, 0.25, 0.00, 0.00, 0.04, 0.00, 1.0);
const LOT: LipGesture = row(0.27, 0.03, 0.22, 0.00, 0.06, 0.15, 0.00, 1.0);
const GOAT: LipGesture = row(0.16, 0.10, 0.18, 0.02, 0.04, 0.08, 0.00, 0.9);
const NURSE: LipGesture = row(0.14, 0.00, 0.03, 0.12, 0.06, 0.12, 0.00, 0.8);
const ER: LipGesture = row(0.12, 0.20, 0.20, 0.00, 0.04, 0.08, 0.00, 0.9);
const BILABIAL: LipGesture = row(0.02, 0.00, 0.00, 0.00, 0.00, 0.00, 0.00, 1.6);
const LABIODENTAL: LipGesture = row(0.04, 0.00, 0.00, 0.05, 0.14, 0.00, 0.00, 1.5);
const DENTAL: LipGesture = row(0.09, 0.00, 0.00, 0.08, 0.06, 0.12, 0.35, 1.0);
const ALVEOLAR: LipGesture = row(0.07, 0.00, 0.00, 0.08, 0.05, 0.10, 0.05, 0.5);
const SIBILANT: LipGesture = row(0.04, 0.00, 0.05, 0.18, 0.10, 0.16, 0.00, 0.9);
const POSTALVEOLAR: LipGesture = row(0.06, 0.15, 0.45, 0.00, 0.12, 0.14, 0.00, 1.1);
const VELAR: LipGesture = row(0.10, 0.00, 0.00, 0.06, 0.03, 0.08, 0.00, 0.35);
const LATERAL: LipGesture = row(0.12, 0.00, 0.00, 0.08, 0.05, 0.10, 0.15, 0.6);
const RHOTIC: LipGesture = row(0.09, 0.25, 0.25, 0.00, 0.02, 0.06, 0.00, 0.9);
const LABIOVELAR: LipGesture = row(0.06, 0.65, 0.25, 0.00, 0.00, 0.02, 0.00, 1.3);
const PALATAL: LipGesture = row(0.07, 0.00, 0.00, 0.30, 0.06, 0.10, 0.00, 0.8);
const GLOTTAL: LipGesture = row(0.14, 0.00, 0.00, 0.05, 0.04, 0.08, 0.00, 0.15);

impl Phone {
    /// The phone of a symbol; `None` for stress marks, spaces, punctuation and what is not in the alphabet.
    pub fn of(symbol: char) -> Option<Self> {
        use Manner::*;
        use Viseme::*;
        let (manner, viseme, gesture, glide) = match symbol {
            PAUSE => (Silence, Sil, REST, None),
            'ɑ' => (Vowel, Aa, OPEN, None),
            'æ' | 'a' => (Vowel, Aa, ASH, None),
            'ʌ' | 'ɐ' => (Vowel, Aa, MID, None),
            'ə' | 'ᵊ' => (Vowel, Aa, SCHWA, None),
            'ɛ' => (Vowel, E, EH, None),
            'ɪ' | 'ᵻ' => (Vowel, Ih, IH, None),
            'i' => (Vowel, Ih, IY, None),
            'ɒ' => (Vowel, Oh, LOT, None),
            'ɔ' => (Vowel, Oh, AO, None),
            'ʊ' => (Vowel, Ou, UH, None),
            'u' => (Vowel, Ou, UW, None),
            'ɜ' => (Vowel, Rr, ER, None),
            'A' => (Vowel, E, EH, Some(IY)),
            'I' => (Vowel, Aa, OPEN, Some(IH)),
            'O' => (Vowel, Oh, OW, Some(UW)),
            'Q' => (Vowel, Oh, GOAT, Some(UW)),
            'W' => (Vowel, Aa, OPEN, Some(UH)),
            'Y' => (Vowel, Oh, AO, Some(IH)),
            'p' | 'b' => (Stop, Pp, BILABIAL, None),
            'm' => (Nasal, Pp, BILABIAL, None),
            'f' | 'v' => (Fricative, Ff, LABIODENTAL, None),
            'θ' | 'ð' => (Fricative, Th, DENTAL, None),
            't' | 'd' | 'ɾ' | 'T' => (Stop, Dd, ALVEOLAR, None),
            'ʔ' => (Stop, Kk, GLOTTAL, None),
            'n' => (Nasal, Nn, ALVEOLAR, None),
            'l' => (Approximant, Nn, LATERAL, None),
            's' | 'z' => (Fricative, Ss, SIBILANT, None),
            'ʃ' | 'ʒ' => (Fricative, Ch, POSTALVEOLAR, None),
            'ʧ' | 'ʤ' => (Affricate, Ch, POSTALVEOLAR, None),
            'k' | 'ɡ' | 'g' | 'x' => (Stop, Kk, VELAR, None),
            'ŋ' => (Nasal, Kk, VELAR, None),
            'ɹ' | 'r' => (Approximant, Rr, RHOTIC, None),
            'w' => (Approximant, Ou, LABIOVELAR, None),
            'j' => (Approximant, Ih, PALATAL, None),
            'h' => (Fricative, Aa, GLOTTAL, None),
            _ => return None,
        };
        Some(Self { symbol, manner, viseme, gesture, glide })
    }

    /// The phone with a length mark after it: the British vowel of "nurse" has no r and spreads the lips where the
    /// American one rounds them; other vowels keep their mouth.
    #[must_use]
    pub fn lengthened(self) -> Self {
        match self.symbol {
            'ɜ' | 'ə' => Self { viseme: Viseme::E, gesture: NURSE, ..self },
            _ => self,
        }
    }

    /// Whether it is a syllable's nucleus.
    pub fn is_vowel(&self) -> bool {
        self.manner == Manner::Vowel
    }

    /// Whether the lips must touch while it lasts.
    pub fn closes_lips(&self) -> bool {
        self.viseme == Viseme::Pp
    }

    /// Sonority (Selkirk 1984): a syllable's onset rises towards its vowel.
    pub fn sonority(&self) -> u8 {
        match self.manner {
            Manner::Silence => 0,
            Manner::Stop | Manner::Affricate => 1,
            Manner::Fricative => 2,
            Manner::Nasal => 3,
            Manner::Approximant => 4,
            Manner::Vowel => 5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bilabials_close_the_lips() {
        let closing: String =
            "pbmfvtdkɡnŋszwlɹjɑiu".chars().filter(|s| Phone::of(*s).unwrap().closes_lips()).collect();
        assert_eq!(closing, "pbm");
    }

    #[test]
    fn gestures_have_the_measured_order() {
        let g = |symbol| Phone::of(symbol).unwrap().gesture;
        assert!(g('u').pucker > g('ɑ').pucker && g('w').pucker >= g('u').pucker, "w and u are narrowest");
        assert!(g('i').stretch > g('ɛ').stretch && g('ɛ').stretch > g('ɑ').stretch, "ee is widest");
        assert!(g('ɑ').jaw > g('ɛ').jaw && g('ɛ').jaw > g('i').jaw && g('i').jaw > g('b').jaw);
        assert_eq!(Phone::of('ˈ'), None);
    }

    #[test]
    fn british_vowels_have_mouths_of_their_own() {
        let g = |symbol| Phone::of(symbol).unwrap().gesture;
        assert!(
            g('ɒ').funnel > g('ɑ').funnel && g('ɔ').funnel > g('ɒ').funnel,
            "lot is rounded, thought more so"
        );
        let goat = Phone::of('Q').unwrap();
        assert!(goat.glide.unwrap().pucker > goat.gesture.pucker && g('O').funnel > goat.gesture.funnel);
        let nurse = Phone::of('ɜ').unwrap();
        assert!(nurse.lengthened().gesture.pucker < nurse.gesture.pucker, "no r, no rounding");
        assert_eq!(Phone::of('i').unwrap().lengthened(), Phone::of('i').unwrap());
    }

    #[test]
    fn every_british_symbol_is_a_phone_or_a_mark() {
        for symbol in "aæɐɑɒɔəɛɜɪiʊuʌᵊAIQWYbdfhjklmnpstvwzðŋɡɹʃʒʤʧθ".chars() {
            assert!(Phone::of(symbol).is_some(), "{symbol}");
        }
        assert!(is_length_mark('ː') && Phone::of('ː').is_none());
        assert!(!is_length_mark(':'), "the length mark is no colon");
    }
}
