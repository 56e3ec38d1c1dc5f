//! The British front-end against its table of cases, its spellings, and what holds for any text.

use proptest::prelude::*;
use psivox_core::phone::{Phone, is_length_mark};
use psivox_core::text::{Dialect, Frontend};
use std::sync::LazyLock;

const CASES: &str = include_str!("../data/british_cases.tsv");

/// What a British voice can be given: no flaps, none of the American vowels.
const ALPHABET: &str = ";:,.!?—…()“” ːˈˌAIQWYabdfhijklmnpstuvwzðŋɐɑɒɔəɛɜɡɪɹʃʊʌʒʤʧθᵊ";

static BRITISH: LazyLock<Frontend> =
    LazyLock::new(|| Frontend::new(Dialect::British).expect("the embedded data is well formed"));
static AMERICAN: LazyLock<Frontend> =
    LazyLock::new(|| Frontend::new(Dialect::American).expect("the embedded data is well formed"));

fn phones(frontend: &Frontend, text: &str) -> String {
    let utterance = frontend.analyse(text).unwrap_or_else(|e| panic!("{text:?}: {e}"));
    utterance.phrases.iter().map(|p| p.symbols()).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_case_of_the_table_is_read_as_it_says() {
    let mut failures = Vec::new();
    let mut seen = 0;
    for line in CASES.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (input, wanted) = line.split_once('\t').unwrap_or_else(|| panic!("no tab in {line:?}"));
        seen += 1;
        let found = phones(&BRITISH, input);
        if found != wanted {
            failures.push(format!("{input}\n  expected {wanted}\n  found    {found}"));
        }
    }
    assert!(seen >= 60, "only {seen} cases");
    assert!(failures.is_empty(), "{} of {seen} cases differ:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn british_and_american_spellings_sound_the_same() {
    let pairs = [
        ("colour", "color"),
        ("colourful", "colorful"),
        ("favourite", "favorite"),
        ("neighbourhood", "neighborhood"),
        ("organise", "organize"),
        ("organising", "organizing"),
        ("organisation", "organization"),
        ("realised", "realized"),
        ("apologises", "apologizes"),
        ("analyse", "analyze"),
        ("centre", "center"),
        ("theatre", "theater"),
        ("metres", "meters"),
        ("travelled", "traveled"),
        ("cancelling", "canceling"),
        ("defence", "defense"),
        ("catalogue", "catalog"),
        ("grey", "gray"),
    ];
    for (british, american) in pairs {
        let wanted = phones(&BRITISH, british);
        assert_eq!(phones(&BRITISH, american), wanted, "{american} for {british}, in British");
        assert_eq!(phones(&AMERICAN, british), phones(&AMERICAN, american), "{british} in American");
    }
}

#[test]
fn words_that_the_dialects_say_differently() {
    for (word, british, american) in [
        ("tomato", "təmˈɑːtQ", "təmˈATO"),
        ("dance", "dˈɑːns", "dˈæns"),
        ("schedule", "ʃˈɛdjuːl", "skˈɛʤˌul"),
        ("car", "kˈɑː", "kˈɑɹ"),
        ("water", "wˈɔːtə", "wˈɔTəɹ"),
        ("roses", "ɹˈQzɪz", "ɹˈOzᵻz"),
        ("Z", "zˈɛd", "zˈi"),
    ] {
        assert_eq!(phones(&BRITISH, word), british, "{word}");
        assert_eq!(phones(&AMERICAN, word), american, "{word}");
    }
}

#[test]
fn endings_of_made_up_words_keep_the_dialect() {
    assert!(phones(&BRITISH, "blortering").ends_with("əɹɪŋ"), "{}", phones(&BRITISH, "blortering"));
    assert!(phones(&BRITISH, "blick's").ends_with("blˈɪks"));
    assert!(phones(&BRITISH, "overeager").starts_with("ˌQvəɹˈiː"), "the r of over links");
    assert_eq!(phones(&BRITISH, "the NZ team").split(' ').nth(1), Some("ˌɛnzˈɛd"));
}

fn assert_british(text: &str) {
    let Ok(utterance) = BRITISH.analyse(text) else { return };
    for phrase in &utterance.phrases {
        let symbols: Vec<char> = phrase.tokens.iter().map(|t| t.symbol).collect();
        for (i, &symbol) in symbols.iter().enumerate() {
            assert!(ALPHABET.contains(symbol), "{symbol:?} in {:?} of {text:?}", phrase.symbols());
            if is_length_mark(symbol) {
                let long = i.checked_sub(1).and_then(|b| Phone::of(symbols[b]));
                assert!(long.is_some_and(|p| p.is_vowel()), "{:?} of {text:?}", phrase.symbols());
                assert_eq!(phrase.tokens[i].word, phrase.tokens[i - 1].word, "{text:?}");
            }
        }
    }
}

#[test]
fn contracted_and_hyphenated_words_stay_british() {
    for text in [
        "Bob'll've gone",
        "the dog's; the cats'; there're two",
        "McDonald",
        "anti-aircraft",
        "'twere",
        "y'all",
    ] {
        assert_british(text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read_in_british_symbols(text in "\\PC{0,150}") {
        assert_british(&text);
    }

    #[test]
    fn any_words_are_read_in_british_symbols(text in "([a-zA-Z]{1,12}('s|'d|n't|-|ing|ed|es)? ){1,12}") {
        assert_british(&text);
    }

    #[test]
    fn any_number_is_read_in_british_symbols(text in "[$£€]?[0-9]{1,9}([.,:/-][0-9]{1,4}){0,3}(st|th|kg|am|%)?") {
        assert_british(&text);
    }
}
