//! The English front-end against its table of cases, and properties that hold for any text.

mod text_reading;

use std::collections::BTreeMap;
use std::ops::Range;

use proptest::prelude::*;
use psivox_core::text::{
    Dialect, Frontend, MAX_PHRASE_TOKENS, MAX_TEXT_BYTES, TextError, UserLexicon, Utterance,
};

const CASES: &str = include_str!("../data/text_cases.tsv");
const READINGS: &str = include_str!("../data/frontend_cases.tsv");
const TORTURE: &str = include_str!("../data/torture.txt");

/// Everything the voice can be given: the alphabet of the teacher that the front-end has to stay within.
const ALPHABET: &str = ";:,.!?—…()“” AIOTWYabdfhijklmnpstuvwzæðŋɑɐɔəɛɜɡɪɹʃʊʌʒʤʧˈˌθᵊᵻ";

fn frontend() -> Frontend {
    Frontend::new(Dialect::American).expect("the embedded data is well formed")
}

fn phones(utterance: &Utterance) -> String {
    utterance.phrases.iter().map(|p| p.symbols()).collect::<Vec<_>>().join(" | ")
}

fn spoken(utterance: &Utterance) -> String {
    utterance.words.iter().map(|w| w.spoken.as_str()).collect::<Vec<_>>().join(" ")
}

/// What must hold of every utterance, whatever the text.
fn assert_sound(text: &str, utterance: &Utterance) {
    assert!(!utterance.phrases.is_empty());
    for word in &utterance.words {
        assert_eq!(text.get(word.source.clone()), Some(word.text.as_str()), "{word:?} of {text:?}");
    }
    for notice in &utterance.notices {
        assert!(text.get(notice.source.clone()).is_some_and(|s| !s.is_empty()), "{notice:?} of {text:?}");
    }
    for phrase in &utterance.phrases {
        assert!((1..=MAX_PHRASE_TOKENS).contains(&phrase.tokens.len()), "{text:?}");
        assert_ne!(phrase.tokens[0].symbol, ' ', "{text:?}");
        for pair in phrase.tokens.windows(2) {
            assert!(
                pair[0].symbol != ' ' || pair[1].symbol != ' ',
                "two spaces in {:?} of {text:?}",
                phrase.symbols()
            );
        }
        for token in &phrase.tokens {
            assert!(
                ALPHABET.contains(token.symbol),
                "{:?} in {:?} of {text:?}",
                token.symbol,
                phrase.symbols()
            );
            assert!(token.word.is_none_or(|w| (w as usize) < utterance.words.len()), "{text:?}");
            let silent = ";:,.!?—…()“” ".contains(token.symbol);
            assert_eq!(token.word.is_none(), silent, "{:?} of {text:?}", token.symbol);
        }
    }
}

/// Source words with a letter or a digit that are neither spoken nor named in a notice.
fn skipped<'t>(text: &'t str, utterance: &Utterance, counts: fn(char) -> bool) -> Vec<&'t str> {
    let meets = |a: &Range<usize>, b: &Range<usize>| a.start < b.end && b.start < a.end;
    let place = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.split_whitespace()
        .filter(|word| word.contains(counts))
        .filter(|word| {
            let source = place(word)..place(word) + word.len();
            let spoken =
                utterance.words.iter().any(|w| !w.spoken.trim().is_empty() && meets(&w.source, &source));
            !spoken && !utterance.notices.iter().any(|n| meets(&n.source, &source))
        })
        .collect()
}

/// Whether a word of the text begins inside a tag of SSML: that is markup, which is not read.
fn in_ssml_tag(text: &str, word: &str) -> bool {
    let before = &text[..word.as_ptr() as usize - text.as_ptr() as usize];
    let is_ssml = ["<speak>", "<say-as ", "<phoneme ", "<p "].iter().any(|tag| text.contains(tag));
    is_ssml && (word.starts_with('<') || before.rfind('<') > before.rfind('>'))
}

/// The words of the text in order, each after the one before it.
fn assert_in_order(text: &str, utterance: &Utterance) {
    for pair in utterance.words.windows(2) {
        assert!(pair[0].source.end <= pair[1].source.start, "{pair:?} of {text:?}");
    }
}

#[test]
fn nothing_is_skipped_in_what_people_write() {
    let frontend = frontend();
    let lines: Vec<&str> = TORTURE.lines().filter(|l| !l.is_empty()).collect();
    assert!(lines.len() >= 200, "{} lines", lines.len());
    let mut faults = Vec::new();
    for text in lines {
        let utterance = frontend.analyse(text).unwrap_or_else(|e| panic!("{text:?}: {e}"));
        assert_sound(text, &utterance);
        assert_in_order(text, &utterance);
        let mut words = skipped(text, &utterance, char::is_alphanumeric);
        words.retain(|word| !in_ssml_tag(text, word));
        if !words.is_empty() {
            faults.push(format!("{words:?} of {text:?}"));
        }
    }
    assert!(faults.is_empty(), "skipped in {} lines:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn the_users_words_win_over_dictionary_and_rules() {
    let entries = "Psivox\tˈsIvɑks\nGIF\t=jif\nkubectl\t=cube control\nlive\tlˈɑv\nC3PO\t=see three pee oh\nNew York\tnˈu jˈɔk";
    let lexicon = UserLexicon::parse(entries, Dialect::American).expect("well formed");
    let frontend = frontend().with_user_lexicon(lexicon).expect("the same dialect");
    let phones_of = |text: &str| phones(&frontend.analyse(text).expect("readable"));
    let cases = [
        ("Psivox.", "ˈsIvɑks."),
        ("PSIVOX!", "ˈsIvɑks!"),
        ("They live.", "ðˌA lˈɑv."),
        ("Psivox's voices.", "ˈsIvɑksᵻz vˈYsᵻz."),
        ("Two Psivoxes.", "tˈu ˈsIvɑksᵻz."),
        ("He lived.", "hˌi lˈɑvd."),
        ("Living here.", "lˈɑvɪŋ hˈɪɹ."),
        ("In New York now.", "ɪn nˈu jˈɔk nˈW."),
    ];
    for (text, expected) in cases {
        assert_eq!(phones_of(text), expected, "{text}");
    }
    let spoken_of = |text: &str| spoken(&frontend.analyse(text).expect("readable"));
    assert_eq!(spoken_of("The GIFs and a gif."), "The jif's and a gif");
    assert_eq!(spoken_of("Run kubectl, C3PO."), "Run cube control see three pee oh");
    assert_eq!(phones_of("The psivox."), phones(&self::frontend().analyse("The psivox.").expect("readable")));
    let utterance = frontend.analyse("A Psivox-based tool.").expect("readable");
    assert_sound("A Psivox-based tool.", &utterance);
    assert!(utterance.phrases[0].symbols().contains("sIvɑks"));
}

#[test]
fn a_lexicon_of_another_dialect_is_refused_and_an_empty_one_changes_nothing() {
    let british = UserLexicon::parse("bath\tbˈɑːθ", Dialect::British).expect("well formed");
    let refused = frontend().with_user_lexicon(british).expect_err("British phones").to_string();
    assert!(refused.contains("British") && refused.contains("American"), "{refused}");
    let mut changed = frontend();
    changed
        .set_user_lexicon(UserLexicon::parse("cat\tdˈɔɡ", Dialect::American).expect("well formed"))
        .expect("set");
    assert_eq!(phones(&changed.analyse("Cat.").expect("readable")), "dˈɔɡ.");
    changed.set_user_lexicon(UserLexicon::default()).expect("set");
    assert_eq!(changed.analyse("Cat."), frontend().analyse("Cat."));
}

#[test]
fn phones_in_the_text_are_spoken_as_written() {
    let frontend = frontend();
    let read = |text: &str| frontend.analyse(text).expect("readable");
    assert_eq!(phones(&read("Say {ˈsIvɑks}, now.")), "sˈA ˈsIvɑks, nˈW.");
    assert_eq!(phones(&read("{hˈɛlO wˈɜɹld}'s end")), "hˈɛlO wˈɜɹldz ˈɛnd");
    let text = "Say {ˈsIvorks} now.";
    let utterance = read(text);
    assert_eq!(phones(&utterance), "sˈA ˈsIvks nˈW.");
    let places: Vec<&str> = utterance.notices.iter().map(|n| &text[n.source.clone()]).collect();
    assert_eq!(places, ["o", "r"]);
    assert!(utterance.notices[0].message.contains("\"O\""), "{:?}", utterance.notices[0]);
    assert!(utterance.notices[1].message.contains("\"ɹ\""), "{:?}", utterance.notices[1]);
    assert_eq!(spoken(&read("Use {name} here.")), "Use name here");
}

#[test]
fn every_case_of_the_table_is_read_as_it_says() {
    let frontend = frontend();
    let mut failures = Vec::new();
    let mut seen = 0;
    for line in CASES.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (input, expected) = line.split_once('\t').unwrap_or_else(|| panic!("no tab in {line:?}"));
        seen += 1;
        let utterance = frontend.analyse(input).unwrap_or_else(|e| panic!("{input:?}: {e}"));
        assert_sound(input, &utterance);
        let (found, wanted) = match expected.strip_prefix('/').and_then(|e| e.strip_suffix('/')) {
            Some(wanted) => (phones(&utterance), wanted),
            None => (spoken(&utterance), expected),
        };
        if found != wanted {
            failures.push(format!("{input}\n  expected {wanted}\n  found    {found}"));
        }
    }
    assert!(seen >= 200, "only {seen} cases");
    assert!(failures.is_empty(), "{} of {seen} cases differ:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn every_text_is_read_as_an_english_reader_would() {
    let frontend = frontend();
    let mut failures = Vec::new();
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    let mut homographs = 0;
    for line in READINGS.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let case = text_reading::Case::parse(line);
        let utterance = frontend.analyse(case.text).unwrap_or_else(|e| panic!("{:?}: {e}", case.text));
        assert_sound(case.text, &utterance);
        homographs += usize::from(case.category == "homograph");
        let fault = case.fault(&utterance);
        let [seen, read] = counts.entry(case.origin).or_default();
        *seen += 1;
        *read += usize::from(fault.is_none());
        failures.extend(
            fault.map(|fault| format!("{} {}: {}\n  {fault}", case.origin, case.category, case.text)),
        );
    }
    let enough = ["a", "b"].iter().all(|&origin| counts.get(origin).is_some_and(|c| c[0] >= 220));
    assert!(enough && homographs >= 60, "rows by origin: {counts:?}, homographs: {homographs}");
    assert!(failures.is_empty(), "seen and read by origin: {counts:?}\n{}", failures.join("\n"));
}

#[test]
fn empty_and_unreadable_texts_say_what_was_found() {
    let frontend = frontend();
    for text in ["", "   \n ", "...", "—", "こんにちは", "\u{0}\u{200B}", "⌂", "* * *"] {
        match frontend.analyse(text) {
            Err(TextError::NothingToSay { found }) => assert!(!found.is_empty(), "{text:?}"),
            other => panic!("{text:?} gave {other:?}"),
        }
    }
    let error = frontend.analyse("こんにちは").expect_err("nothing to say").to_string();
    assert!(error.contains("cannot read") && error.contains("こんにちは"), "{error}");
}

#[test]
fn too_long_a_text_names_its_length_and_the_limit() {
    let text = "a".repeat(MAX_TEXT_BYTES + 1);
    let error = frontend().analyse(&text).expect_err("too long");
    assert_eq!(error, TextError::TooLong { bytes: MAX_TEXT_BYTES + 1, limit: MAX_TEXT_BYTES });
    assert!(error.to_string().contains("split"));
}

#[test]
fn the_longest_texts_are_read_whole() {
    let frontend = frontend();
    let prose = "It was late, and the colonel had read all 23 of the letters. ";
    let nonsense = "blixo frumtastic wug ";
    for unit in [prose, nonsense, "a", ".", "1", "-", "'", "$", "(", "a.", "1,", "I'", "X-", "\n"] {
        let text = unit.repeat(MAX_TEXT_BYTES / unit.len());
        match frontend.analyse(&text) {
            Ok(utterance) => assert_sound(&text, &utterance),
            Err(TextError::NothingToSay { .. }) => {
                assert!(!unit.contains(|c: char| c.is_alphanumeric()), "{unit:?} has something to say");
            }
            Err(error) => panic!("{unit:?}: {error}"),
        }
    }
}

#[test]
fn notices_point_at_what_was_skipped() {
    let text = "Say こんに to Ann ⌂ now.";
    let utterance = frontend().analyse(text).expect("readable");
    let skipped: Vec<&str> = utterance.notices.iter().map(|n| &text[n.source.clone()]).collect();
    assert_eq!(skipped, ["こんに", "⌂"]);
    assert_eq!(
        utterance.notices[0].message,
        "skipped 3 characters in a script this voice cannot read: こんに"
    );
}

#[test]
fn tokens_lead_back_to_their_words() {
    let text = "At 3:30 p.m. the FBI didn't pay $5.";
    let utterance = frontend().analyse(text).expect("readable");
    let words: Vec<&str> = utterance.words.iter().map(|w| w.text.as_str()).collect();
    assert_eq!(words, ["At", "3:30 p.m.", "the", "FBI", "didn't", "pay", "$5"]);
    let order: Vec<u32> = utterance.phrases.iter().flat_map(|p| &p.tokens).filter_map(|t| t.word).collect();
    assert!(order.len() > 20 && order.windows(2).all(|w| w[0] <= w[1]), "{order:?}");
    assert_eq!(order.last(), Some(&6));
}

#[test]
fn the_same_text_is_always_read_the_same() {
    let text = "Read the record, then record what you read; don't object to the object.";
    assert_eq!(frontend().analyse(text), frontend().analyse(text));
}

#[test]
fn a_frontend_can_be_shared_between_threads() {
    fn shared<T: Send + Sync>(_: &T) {}
    shared(&frontend());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_or_refused(text in "\\PC{0,200}") {
        if let Ok(utterance) = frontend().analyse(&text) {
            assert_sound(&text, &utterance);
        }
    }

    #[test]
    fn any_characters_are_read_or_refused(text in proptest::collection::vec(any::<char>(), 0..120)) {
        let text: String = text.into_iter().collect();
        if let Ok(utterance) = frontend().analyse(&text) {
            assert_sound(&text, &utterance);
        }
    }

    #[test]
    fn any_mix_of_what_the_rules_look_for(text in "([0-9]{1,4}|[$£€%°#@&+=/:.,'\"“”() -]|Dr|St|No|Mar|may|am|p\\.m\\.|kg|in|th|s|XIV|http://|www\\.|é|½|word|\\n){0,40}") {
        if let Ok(utterance) = frontend().analyse(&text) {
            assert_sound(&text, &utterance);
        }
    }

    #[test]
    fn no_word_of_any_text_is_skipped(text in "([a-zA-Z]{1,9}|[0-9]{1,5}|[-$£°#@&+=/:.,'\"!?%()*_~^é—…😀\n]|  ?){1,40}") {
        if let Ok(utterance) = frontend().analyse(&text) {
            assert_sound(&text, &utterance);
            assert_in_order(&text, &utterance);
            let words = skipped(&text, &utterance, |c| c.is_ascii_alphanumeric());
            prop_assert!(words.is_empty(), "{words:?}");
        }
    }

    #[test]
    fn any_user_lexicon_is_read_or_refused(text in "([a-zA-Zé#' .]{1,8}(\t|=|\n)[ˈˌsIvɑktərgː= a-z]{0,8}\n){0,6}") {
        if let Ok(lexicon) = UserLexicon::parse(&text, Dialect::American) {
            let spoken = frontend().with_user_lexicon(lexicon).expect("the same dialect");
            if let Ok(utterance) = spoken.analyse(&text) {
                assert_sound(&text, &utterance);
            }
        }
    }

    #[test]
    fn any_word_has_a_sound(word in "[a-zA-Z]{1,40}") {
        let utterance = frontend().analyse(&word).expect("a word");
        assert_sound(&word, &utterance);
        prop_assert!(utterance.phrases[0].tokens.iter().any(|t| t.word.is_some()));
    }

    #[test]
    fn any_number_has_a_sound(number in "-?[0-9]{1,50}([.,:/-][0-9]{1,6}){0,4}") {
        let utterance = frontend().analyse(&number).expect("a number");
        assert_sound(&number, &utterance);
    }
}
