//! Markup of texts: a table of what is said for what is written, pauses timed on real plans, and texts that nobody should
//! write.

use psivox_core::emotion::{Mode, Style, VoiceGesture};
use psivox_core::phone::PAUSE;
use psivox_core::prosody::{Part, PhraseShaping, ProsodyRules};
use psivox_core::score::Score;
use psivox_core::text::{Dialect, Frontend, Inserted, MAX_TEXT_BYTES, TextError, Utterance};
use psivox_core::{Delivery, Persona, Planner};

const TABLE: &str = include_str!("../data/markup_cases.tsv");

fn frontend() -> Frontend {
    Frontend::new(Dialect::American).expect("the embedded data is well formed")
}

/// What an utterance comes to, on one line: words with their manners, insertions before them, the number of notices.
fn shown(utterance: &Utterance) -> String {
    let mut out: Vec<String> = Vec::new();
    let mut insertions = utterance.insertions.iter().peekable();
    for (i, word) in utterance.words.iter().map(Some).chain([None]).enumerate() {
        while let Some(own) = insertions.next_if(|own| own.before_word as usize <= i) {
            out.push(match &own.what {
                Inserted::Pause(seconds) => format!("({seconds} s)"),
                Inserted::Voice(gesture, strength) => format!("({} {strength})", gesture.name()),
                Inserted::Face(gesture, strength) => format!("({} {strength})", gesture.name()),
                Inserted::Mark(name) => format!("(mark {name})"),
            });
        }
        let Some(word) = word else { break };
        let manner = word.manner;
        let mut how: Vec<String> =
            manner.asked.iter().map(|(mode, x)| format!("{} {x}", mode.name())).collect();
        let styles = Style::ALL.into_iter().filter(|style| manner.styles.of(*style) > 0.0);
        how.extend(styles.map(|style| format!("{} {}", style.name(), manner.styles.of(style))));
        let numbers = [
            ("rate", manner.rate_ratio, 1.0),
            ("pitch", manner.pitch_st, 0.0),
            ("range", manner.range_ratio, 1.0),
            ("level", manner.level_db, 0.0),
        ];
        how.extend(
            numbers.iter().filter(|(_, x, rest)| x != rest).map(|(name, x, _)| format!("{name} {x:.3}")),
        );
        how.extend(word.emphasis.then(|| "emphasis".to_owned()));
        let how = if how.is_empty() { String::new() } else { format!("{{{}}}", how.join(", ")) };
        out.push(format!("{}{how}", word.spoken));
    }
    format!("{} #{}", out.join(" "), utterance.notices.len())
}

#[test]
fn what_is_written_is_what_is_meant() {
    let frontend = frontend();
    let mut faults = Vec::new();
    let rows: Vec<&str> = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert!(rows.len() >= 50, "{} rows", rows.len());
    for row in rows {
        let (text, expected) = row.split_once('\t').expect("two columns");
        let text = text.replace("\\n", "\n");
        let found = match frontend.analyse(&text) {
            Ok(utterance) => shown(&utterance),
            Err(error) => format!("error: {error}"),
        };
        if found != expected {
            faults.push(format!("{row}\n  found: {found}"));
        }
    }
    assert!(faults.is_empty(), "{} rows differ:\n{}", faults.len(), faults.join("\n"));
}

fn planner() -> Planner {
    let persona = Persona::named("heart").expect("a factory persona");
    Planner::new(&persona).expect("the voice loads")
}

fn score(planner: &Planner, text: &str) -> Score {
    planner.plan(text).unwrap_or_else(|error| panic!("{text}: {error}")).score
}

/// Silence in s before a word of the score, by its index; after the last one for their number.
fn silence_s(score: &Score, word: u32) -> f32 {
    let at = score.phones.iter().position(|phone| phone.word == Some(word)).unwrap_or(score.phones.len());
    let before = at.checked_sub(1).map(|at| &score.phones[at]).filter(|phone| phone.symbol == PAUSE);
    before.map_or(0.0, |pause| pause.end_s - pause.start_s)
}

#[test]
fn pauses_are_as_long_as_they_are_asked_for() {
    let planner = planner();
    let mut faults = Vec::new();
    let mut check = |text: String, word: u32, asked_s: f32, delivery: Delivery| {
        let plan = planner.plan_as(&text, delivery).unwrap_or_else(|error| panic!("{text}: {error}"));
        let found_s = silence_s(&plan.score, word);
        if (found_s - asked_s).abs() > 0.03 {
            faults.push(format!("{text}: {found_s:.3} s, asked for {asked_s} s"));
        }
    };
    let plain = Delivery::default();
    for (asked, asked_s) in [("0", 0.0), ("300ms", 0.3), ("0.7 s", 0.7), ("1.5 s", 1.5), ("4s", 4.0)] {
        for text in [
            "My brother [pause X] is a doctor in the town.",
            "My brother, [pause X] of course, is a doctor.",
            "She told \"him\" [pause X] and \"her\" to go.",
            "We went — [pause X] and stayed.",
        ] {
            // Quotation marks are silent for a while, whatever is asked for.
            if asked_s == 0.0 && text.contains('"') {
                continue;
            }
            let word = if text.starts_with("She") { 3 } else { 2 };
            check(text.replace('X', asked), word, asked_s, plain);
        }
        check(format!("[pause {asked}] My brother is a doctor."), 0, asked_s, plain);
        check(format!("[pause {asked}] \"Every\" day is new."), 0, asked_s, plain);
    }
    for (asked, asked_s) in [("400ms", 0.4), ("700ms", 0.7), ("1.5 s", 1.5), ("4s", 4.0)] {
        for text in [
            "He came home. [pause X] She left at once.",
            "Did he come? [pause X]\"Every\" day.",
            "He came home.\n\n[pause X]\n\nShe left at once.",
            "Go away! [pause X] At once.",
        ] {
            let word = if text.starts_with("Go") { 2 } else { 3 };
            check(text.replace('X', asked), word, asked_s, plain);
        }
        check(format!("He came home. [pause {asked}]"), 3, asked_s, plain);
    }
    for rate_ratio in [0.7, 1.5] {
        let delivery = Delivery { rate_ratio, ..plain };
        check("My brother [pause 1s] is a doctor.".into(), 2, 1.0, delivery);
        check("He came home. [pause 1s] She left.".into(), 3, 1.0, delivery);
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn short_pauses_between_sentences_are_as_short_as_the_voice_can() {
    let planner = planner();
    let silence = |text: &str| silence_s(&score(&planner, text), 3);
    let plain = silence("He came home. She left at once.");
    for asked in ["0", "100ms", "300ms"] {
        let found = silence(&format!("He came home. [pause {asked}] She left at once."));
        assert!(found < 0.42 && found < plain - 0.1, "{asked}: {found:.3} s, by itself {plain:.3} s");
    }
}

#[test]
fn a_pause_leaves_the_rest_of_the_line_alone() {
    let planner = planner();
    let with = score(&planner, "He came home. [pause 2 s] She left at once.");
    let without = score(&planner, "He came home. She left at once.");
    let sounds = |score: &Score| score.phones.iter().filter(|phone| phone.symbol != PAUSE).count();
    assert_eq!(sounds(&with), sounds(&without));
    let longer = with.duration_s() - without.duration_s();
    let expected = 2.0 - silence_s(&without, 3);
    assert!((longer - expected).abs() < 0.06, "{longer:.3} s, expected {expected:.3} s");
    assert_eq!(with.words, ["He", "came", "home", "She", "left", "at", "once"]);
}

#[test]
fn gestures_stand_between_the_parts_of_a_text() {
    let text = "I told him [laugh 0.7] that it was over. [sigh] Then he left.";
    let utterance = frontend().analyse(text).expect("readable");
    let parts = PhraseShaping::parts(&utterance, &ProsodyRules::default(), 190.0, None);
    let order: Vec<String> = parts
        .iter()
        .map(|part| match part {
            Part::Speech(speech) => {
                format!("{}", speech.tokens().iter().filter_map(|t| t.word).max().unwrap_or(0))
            }
            Part::Gesture { gesture, strength } => format!("{} {strength}", gesture.name()),
        })
        .collect();
    assert_eq!(order, ["2", "laugh 0.7", "6", "sigh 1", "9"]);
    let speech = PhraseShaping::of(&utterance, &ProsodyRules::default(), 190.0, None);
    assert_eq!(speech.len(), 3);
    assert!(matches!(parts[1], Part::Gesture { gesture: VoiceGesture::Laugh, .. }));
    // A text may hold nothing but gestures.
    let laugh = frontend().analyse("[laugh][laugh]").expect("speakable");
    assert_eq!(PhraseShaping::parts(&laugh, &ProsodyRules::default(), 190.0, Some(110)).len(), 2);
}

/// What must hold of every utterance, whatever the markup.
fn assert_sound(text: &str, utterance: &Utterance) {
    for word in &utterance.words {
        assert_eq!(text.get(word.source.clone()), Some(word.text.as_str()), "{word:?} of {text:?}");
        let manner = word.manner;
        let finite = [manner.rate_ratio, manner.pitch_st, manner.range_ratio, manner.level_db];
        assert!(finite.iter().all(|x| x.is_finite()), "{manner:?}");
        assert!((0.5..=2.0).contains(&manner.rate_ratio) && manner.pitch_st.abs() <= 12.0, "{manner:?}");
        assert!(Mode::ALL.iter().all(|mode| (0.0..=1.0).contains(&manner.asked.of(*mode))), "{manner:?}");
    }
    for pair in utterance.words.windows(2) {
        assert!(pair[0].source.end <= pair[1].source.start, "{pair:?} of {text:?}");
    }
    for pair in utterance.insertions.windows(2) {
        assert!(pair[0].before_word <= pair[1].before_word, "{pair:?} of {text:?}");
        assert!(pair[0].source.start <= pair[1].source.start, "{pair:?} of {text:?}");
    }
    for insertion in &utterance.insertions {
        assert!(
            text.get(insertion.source.clone()).is_some_and(|tag| !tag.is_empty()),
            "{insertion:?} of {text:?}"
        );
        assert!(insertion.before_word as usize <= utterance.words.len(), "{insertion:?} of {text:?}");
        match insertion.what {
            Inserted::Pause(seconds) => assert!((0.0..=10.0).contains(&seconds), "{insertion:?}"),
            Inserted::Voice(_, strength) | Inserted::Face(_, strength) => {
                assert!((0.0..=1.0).contains(&strength), "{insertion:?}");
            }
            Inserted::Mark(_) => {}
        }
    }
    for notice in &utterance.notices {
        assert!(text.get(notice.source.clone()).is_some_and(|s| !s.is_empty()), "{notice:?} of {text:?}");
        assert!(!notice.message.contains('\n'), "{notice:?}");
    }
    let tokens: usize = utterance.phrases.iter().map(|phrase| phrase.tokens.len()).sum();
    let parts = PhraseShaping::parts(utterance, &ProsodyRules::default(), 190.0, Some(110));
    let spoken: usize = parts
        .iter()
        .map(|part| match part {
            Part::Speech(speech) => speech.tokens().iter().filter(|token| token.word.is_some()).count(),
            Part::Gesture { .. } => 0,
        })
        .sum();
    let worded =
        utterance.phrases.iter().flat_map(|p| &p.tokens).filter(|token| token.word.is_some()).count();
    assert_eq!(spoken, worded, "no sound is lost in {text:?} of {tokens} tokens");
}

fn check(frontend: &Frontend, text: &str) {
    match frontend.analyse(text) {
        Ok(utterance) => assert_sound(text, &utterance),
        Err(TextError::NothingToSay { found }) => assert!(found.len() < 4_000, "{text:?}: {found}"),
        Err(error) => panic!("{text:?}: {error}"),
    }
}

const PIECES: [&str; 76] = [
    "[happy]",
    "[sad 0.5]",
    "[HAPPY 60%]",
    "[whisper]",
    "[/whisper]",
    "[/]",
    "[laugh]",
    "[/laugh]",
    "[sob]",
    "[hum 0.2]",
    "[pause]",
    "[pause 300ms]",
    "[pause 1e999]",
    "[pause -5]",
    "[pause NaN]",
    "[rate 1e999]",
    "[rate 0]",
    "[pitch +2]",
    "[pitch -1e30]",
    "[volume -6]",
    "[range 1.5]",
    "[hapy]",
    "[12]",
    "[sic]",
    "[the man]",
    "[",
    "]",
    "[]",
    "[[",
    "]]",
    "[/",
    "\\[",
    "\\",
    "[wink][nod]",
    "[happy 0.4, surprised 0.3]",
    "[happy",
    "happy]",
    "<speak>",
    "</speak>",
    "<p>",
    "</p>",
    "<s>",
    "</s>",
    "<break/>",
    "<break time='1s'/>",
    "<break time=\"",
    "<prosody rate='slow'>",
    "</prosody>",
    "<prosody pitch=+2st volume='loud'>",
    "<emphasis>",
    "</emphasis>",
    "<say-as interpret-as='characters'>",
    "</say-as>",
    "<say-as interpret-as=digits>",
    "<phoneme ph='tɑ'>",
    "</phoneme>",
    "<sub alias='x y'>",
    "</sub>",
    "<mark name='m'/>",
    "<foo>",
    "<",
    ">",
    "&amp;",
    "&#x41;",
    "&",
    "{ˈtɑ}",
    "{",
    "Hello",
    " there. ",
    ", ",
    "\n",
    "\n\n",
    "é",
    "日本",
    "12",
    "*so* ",
];

#[test]
fn any_mixture_of_markup_is_read() {
    let frontend = frontend();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % below
    };
    for _ in 0..1_500 {
        let count = 1 + random(40);
        let text: String = (0..count).map(|_| PIECES[random(PIECES.len())]).collect();
        check(&frontend, &text);
    }
}

#[test]
fn texts_of_nothing_but_markup_are_read_in_linear_time() {
    let frontend = frontend();
    for piece in PIECES.iter().chain(&[
        "[[[[",
        "<<<<",
        "<a ",
        "<a b='",
        "[happy ",
        "[a",
        "<!--",
        "&#",
        "<p",
        "</",
        "[happy]a[/]",
        "[laugh]a ",
    ]) {
        let text = piece.repeat(60_000 / piece.len());
        assert!(text.len() <= MAX_TEXT_BYTES);
        check(&frontend, &text);
    }
    let many = "[happy]a [sad 0.2]b[/] <prosody rate='slow'>c ".repeat(1_300);
    check(&frontend, &many);
}

/// A long script laughs more often than tags can be open.
#[test]
fn any_number_of_gestures_may_stand_in_a_text() {
    let frontend = Frontend::new(Dialect::American).expect("embedded");
    let utterance = frontend.analyse(&"Well. [laugh] ".repeat(200)).expect("readable");
    let laughs =
        utterance.insertions.iter().filter(|insertion| matches!(insertion.what, Inserted::Voice(..)));
    assert_eq!((laughs.count(), utterance.notices.len()), (200, 0));
    assert!(utterance.insertions.windows(2).all(|pair| pair[0].source.start < pair[1].source.start));
}
