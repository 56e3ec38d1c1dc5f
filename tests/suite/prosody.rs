//! What the rules of prosody do to the real voice: each is measured with and without, on the score that is spoken.

use psivox_core::prosody::ProsodyRules;
use psivox_core::score::{LN_F0, SCORE_RATE_HZ, Score};
use psivox_core::{Persona, Planner};

fn planner(rules: ProsodyRules) -> Planner {
    let persona = Persona::named("heart").expect("a factory persona");
    Planner::new(&persona).and_then(|planner| planner.with_rules(rules)).expect("the voice loads")
}

/// The planner with all rules and the one with none.
fn both() -> (Planner, Planner) {
    (planner(ProsodyRules::default()), planner(ProsodyRules::OFF))
}

fn score(planner: &Planner, text: &str) -> Score {
    planner.plan(text).expect("a text that can be spoken").score
}

/// Pitch in semitones above the speaker's mean at a time.
fn pitch_st(score: &Score, at_s: f32) -> f32 {
    let frame = ((at_s * SCORE_RATE_HZ) as usize).min(score.frames.len() - 1);
    12.0 * (score.frames[frame][LN_F0].exp() / score.speaker.f0_mean_hz).log2()
}

/// Start and end of a word.
fn span_s(score: &Score, word: &str) -> (f32, f32) {
    let index = score.words.iter().position(|own| own == word).unwrap_or_else(|| panic!("no word {word}"));
    let own = || score.phones.iter().filter(|phone| phone.word == Some(index as u32));
    let (first, last) = (own().next().expect("a phone"), own().next_back().expect("a phone"));
    (first.start_s, last.end_s)
}

/// Mean pitch of a word, and its pitch at the end of its last vowel.
fn word_pitch(score: &Score, word: &str) -> (f32, f32) {
    let (start_s, end_s) = span_s(score, word);
    let vowels: Vec<(f32, f32)> = score
        .phones
        .iter()
        .filter(|phone| phone.start_s >= start_s && phone.end_s <= end_s)
        .filter(|phone| psivox_core::phone::Phone::of(phone.symbol).is_some_and(|p| p.is_vowel()))
        .map(|phone| (phone.start_s, phone.end_s))
        .collect();
    let times = |(a, b): &(f32, f32)| (0..20).map(|i| a + (b - a) * i as f32 / 20.0).collect::<Vec<_>>();
    let pitches: Vec<f32> = vowels.iter().flat_map(times).map(|t| pitch_st(score, t)).collect();
    assert!(!pitches.is_empty(), "{word} has a vowel");
    let end_s = vowels[vowels.len() - 1].1 - 0.005;
    (pitches.iter().sum::<f32>() / pitches.len() as f32, pitch_st(score, end_s))
}

/// The longest silence after a word.
fn pause_after_s(score: &Score, word: &str) -> f32 {
    let (_, end_s) = span_s(score, word);
    let next = score.phones.iter().find(|phone| phone.start_s >= end_s - 1e-3);
    next.filter(|phone| phone.symbol == '_').map_or(0.0, |pause| pause.end_s - pause.start_s)
}

#[test]
fn neutral_sentences_are_the_voice_s_own() {
    let (on, off) = both();
    for text in [
        "The ship was torn apart on the sharp reef.",
        "Although it was late, the children were still playing outside in the garden.",
        "How long have you been waiting here?",
    ] {
        let (a, b) = (score(&on, text), score(&off, text));
        assert!(a.frames.len() > 300);
        assert!(a.frames == b.frames && a.phones == b.phones, "{text}");
    }
}

#[test]
fn yes_no_questions_rise_and_wh_questions_fall() {
    let (on, off) = both();
    for (text, last) in [
        ("Did she buy the red car yesterday?", "yesterday"),
        ("Are you coming to the party tonight?", "tonight"),
        ("Is it true that the concert was moved to Sunday?", "Sunday"),
        ("You are coming to the party tonight?", "tonight"),
    ] {
        let (_, asked) = word_pitch(&score(&on, text), last);
        let (_, flat) = word_pitch(&score(&off, text), last);
        assert!(asked > 2.5 && asked > flat + 4.0, "{text}: {asked:.1} st, without the rule {flat:.1} st");
    }
    let (_, end) = word_pitch(&score(&on, "Where did they go after the party?"), "party");
    assert!(end < -2.0, "a wh-question falls: {end:.1} st");
}

#[test]
fn tags_rise_less_and_choices_rise_then_fall() {
    let (on, off) = both();
    let tag = "You never called him, did you?";
    let (_, with) = word_pitch(&score(&on, tag), "you");
    let (_, without) = word_pitch(&score(&off, tag), "you");
    assert!(with > 1.0 && with < 5.0 && with > without + 3.0, "{with:.1} {without:.1}");
    let choice = "Would you like tea or coffee?";
    let (_, first) = word_pitch(&score(&on, choice), "tea");
    let (_, second) = word_pitch(&score(&on, choice), "coffee");
    let (_, before) = word_pitch(&score(&off, choice), "tea");
    assert!(first > before + 1.5 && second < first - 5.0, "{first:.1} then {second:.1}, was {before:.1}");
}

#[test]
fn emphasis_lengthens_lifts_and_compresses_what_follows() {
    let (on, off) = both();
    let text = "I will *never* forget this day.";
    let (a, b) = (score(&on, text), score(&off, text));
    let length = |score: &Score| {
        let (start_s, end_s) = span_s(score, "never");
        end_s - start_s
    };
    let ratio = length(&a) / length(&b);
    assert!((1.12..1.45).contains(&ratio), "longer by {ratio:.2}");
    let top = |score: &Score| {
        let (start_s, end_s) = span_s(score, "never");
        (0..60)
            .map(|i| pitch_st(score, start_s + (end_s - start_s) * i as f32 / 60.0))
            .fold(f32::MIN, f32::max)
    };
    assert!((1.5..5.0).contains(&(top(&a) - top(&b))), "higher by {:.1} st", top(&a) - top(&b));
    let after = |score: &Score| word_pitch(score, "forget").0;
    assert!(after(&a) < after(&b) - 0.8, "{:.1} st, was {:.1} st", after(&a), after(&b));
}

#[test]
fn list_items_rise() {
    let (on, off) = both();
    let text = "We need apples, pears, bananas, and oranges.";
    let (a, b) = (score(&on, text), score(&off, text));
    let (_, item) = word_pitch(&a, "bananas");
    let (_, was) = word_pitch(&b, "bananas");
    assert!(item >= was && item > 1.0, "{item:.1} st, was {was:.1} st");
    assert!(word_pitch(&a, "oranges").1 < -2.0, "the last item falls");
}

#[test]
fn parentheses_are_lower_faster_and_set_off() {
    let (on, off) = both();
    // The longer pauses alone make the voice start anew: the step down is measured with them on either side.
    let level = planner(ProsodyRules { parenthesis: 0.0, ..ProsodyRules::default() });
    let text = "My brother (who lives in Berlin) is a doctor.";
    let (a, b) = (score(&on, text), score(&level, text));
    for word in ["lives", "Berlin"] {
        let lower = word_pitch(&a, word).0 - word_pitch(&b, word).0;
        assert!((-4.0..-1.0).contains(&lower), "{word} by {lower:.1} st");
    }
    let length = |score: &Score| span_s(score, "Berlin").1 - span_s(score, "who").0;
    assert!(length(&a) < 0.98 * length(&b), "{:.2} s, was {:.2} s", length(&a), length(&b));
    assert!(pause_after_s(&a, "brother") > pause_after_s(&score(&off, text), "brother") + 0.05);
}

#[test]
fn pauses_are_human() {
    let (on, off) = both();
    let text = "He was late; the train had left.";
    let (with, without) =
        (pause_after_s(&score(&on, text), "late"), pause_after_s(&score(&off, text), "late"));
    assert!((0.3..0.5).contains(&with) && with > without + 0.1, "{with:.2} s, was {without:.2} s");
    let paragraphs = score(&on, "It was over.\n\nNobody spoke. They left.");
    let (paragraph, sentence) = (pause_after_s(&paragraphs, "over"), pause_after_s(&paragraphs, "spoke"));
    assert!((0.9..1.4).contains(&paragraph), "{paragraph:.2} s between paragraphs");
    assert!((0.4..0.85).contains(&sentence), "{sentence:.2} s between sentences");
    let long = "The old man who had lived there for years went down to the harbour every morning because he wanted to \
                see the boats come home.";
    let breath = pause_after_s(&score(&on, long), "morning");
    assert!((0.2..0.6).contains(&breath), "a breath of {breath:.2} s");
    assert_eq!(pause_after_s(&score(&off, long), "morning"), 0.0);
}

#[test]
fn paragraphs_come_down_and_start_anew() {
    let (on, off) = both();
    let text = "The garden was old. The house was empty. The door was open.\n\nThe river was high. The boat was gone.";
    let (a, b) = (score(&on, text), score(&off, text));
    let moved = |word| word_pitch(&a, word).0 - word_pitch(&b, word).0;
    let course = ["garden", "house", "door", "river", "boat"].map(moved);
    assert!(course[0] > 0.5 && course[0] > course[1] && course[1] > course[2], "{course:?}");
    assert!(course[3] > 0.5 && course[4] < course[3], "a new paragraph starts high: {course:?}");
}

#[test]
fn exclamations_and_quotations_widen() {
    let (on, off) = both();
    let range = |score: &Score| {
        let pitches = score.frames.iter().map(|frame| frame[LN_F0] * 12.0 / std::f32::consts::LN_2);
        pitches.clone().fold(f32::MIN, f32::max) - pitches.fold(f32::MAX, f32::min)
    };
    let cry = "What a lovely day!";
    assert!(range(&score(&on, cry)) > 1.03 * range(&score(&off, cry)));
    let quote = "She said, \"I will never forget this day.\"";
    let (a, b) = (score(&on, quote), score(&off, quote));
    assert!(word_pitch(&a, "never").0 > word_pitch(&b, "never").0 + 0.3);
    assert!((word_pitch(&a, "She").0 - word_pitch(&b, "She").0).abs() < 0.2, "the quoting voice stays");
}

/// Each rule alone changes the text that it is about, and its own switch takes the change away.
#[test]
fn every_rule_has_a_switch() {
    let off = planner(ProsodyRules::OFF);
    let long =
        "She went to the old market in the little town because she had to buy bread and milk for the week.";
    let cases: [(&str, &str); 10] = [
        ("phrasing", long),
        ("pauses", "Wait; he is here."),
        ("questions", "Is he here?"),
        ("tags", "He is here, isn't he?"),
        ("exclamations", "He is here!"),
        ("lists", "We saw dogs, cats, and horses."),
        ("focus", "He *is* here."),
        ("quotation", "She said, \"He is here now.\""),
        ("parenthesis", "He (my friend) is here."),
        ("declination", "He is here. She is there."),
    ];
    assert_eq!(cases.map(|(name, _)| name), ProsodyRules::OFF.strengths().map(|(name, _)| name));
    for (name, text) in cases {
        let json = format!("{{{}}}", {
            let zeros =
                ProsodyRules::OFF.strengths().map(|(own, _)| format!("\"{own}\":{}", u8::from(own == name)));
            zeros.join(",")
        });
        let only: ProsodyRules = serde_json::from_str(&json).expect("strengths");
        let with = score(&planner(only), text);
        assert!(with.frames != score(&off, text).frames, "{name} does nothing to {text:?}");
    }
}

#[test]
fn a_stream_is_the_text_as_planned_whole() {
    let planner = planner(ProsodyRules::default());
    let text = "It was over. Nobody spoke; they left.\n\nThe next day she came back. Did she find it?";
    let whole = score(&planner, text);
    let mut stream = planner.stream(text).expect("a text that can be spoken");
    assert_eq!(stream.len(), 4);
    let (mut frames, mut words, mut phones, mut at_s) = (Vec::new(), Vec::new(), Vec::new(), 0.0);
    while let Some(part) = {
        assert_eq!(stream.next_word(), words.len());
        stream.next()
    } {
        for phone in part.score.phones.iter().filter(|phone| phone.symbol != '_') {
            let word = phone.word.map(|word| part.score.words[word as usize].clone());
            phones.push((phone.symbol, at_s + phone.start_s, word));
        }
        at_s += part.score.duration_s();
        frames.extend(part.score.frames);
        words.extend(part.score.words);
    }
    assert_eq!(words, whole.words);
    let expected: Vec<_> = whole.phones.iter().filter(|phone| phone.symbol != '_').collect();
    assert_eq!(phones.len(), expected.len());
    for ((symbol, start_s, word), own) in phones.iter().zip(&expected) {
        assert_eq!(*symbol, own.symbol);
        assert!((start_s - own.start_s).abs() < 1e-2, "{symbol} at {start_s}, planned whole {}", own.start_s);
        assert_eq!(word.as_ref(), own.word.map(|word| &whole.words[word as usize]));
    }
    let sound = |frame: &psivox_core::score::ScoreFrame| frame[..=LN_F0].to_vec();
    let same = frames.iter().zip(&whole.frames).filter(|(a, b)| sound(a) == sound(b)).count();
    assert!(same + 8 > whole.frames.len(), "{same} of {} frames are the same", whole.frames.len());
}

#[test]
fn a_long_first_sentence_begins_soon() {
    let planner = planner(ProsodyRules::default());
    let text = "When the rain had stopped and the sun came out again over the hills, the whole family went for a walk \
                along the river, where the old mill stood, and stayed until it was dark.";
    let stream = planner.stream(text).expect("a text that can be spoken");
    let parts: Vec<Score> = stream.map(|plan| plan.score).collect();
    assert!(parts.len() >= 2);
    assert!(parts[0].duration_s() < 8.0, "{} s", parts[0].duration_s());
    let words: Vec<String> = parts.iter().flat_map(|part| part.words.clone()).collect();
    assert_eq!(words, score(&planner, text).words);
    // The silence at the join is a clause's, not a sentence's.
    let end = parts[0].phones.last().expect("phones");
    let start = parts[1].phones.first().expect("phones");
    let silence = |phone: &psivox_core::score::ScorePhone| {
        if phone.symbol == '_' { phone.end_s - phone.start_s } else { 0.0 }
    };
    let pause = silence(end) + silence(start);
    assert!((0.15..0.6).contains(&pause), "{pause:.2} s");
}
