use crate::emotion::{FaceGesture, Mode, Style, VoiceGesture};
use crate::text::{Dialect, Frontend, Inserted, TextError, Utterance};

fn frontend() -> Frontend {
    Frontend::new(Dialect::American).expect("the embedded data is well formed")
}

fn analysed(text: &str) -> Utterance {
    frontend().analyse(text).unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

fn phones(utterance: &Utterance) -> String {
    utterance.phrases.iter().map(|phrase| phrase.symbols()).collect::<Vec<_>>().join(" | ")
}

fn messages(text: &str) -> Vec<String> {
    analysed(text).notices.into_iter().map(|notice| notice.message).collect()
}

/// The words for which `test` holds.
fn words(text: &str, test: impl Fn(&crate::text::Word) -> bool) -> String {
    let utterance = analysed(text);
    let held: Vec<&str> =
        utterance.words.iter().filter(|word| test(word)).map(|word| word.text.as_str()).collect();
    held.join(" ")
}

fn mood(text: &str, mode: Mode) -> String {
    words(text, |word| word.manner.asked.of(mode) > 0.0)
}

fn style(text: &str, style: Style) -> String {
    words(text, |word| word.manner.styles.of(style) > 0.0)
}

#[test]
fn marked_texts_sound_as_the_same_texts_without_marks() {
    let frontend = frontend();
    let phones_of = |text: &str| phones(&frontend.analyse(text).unwrap_or_else(|e| panic!("{text}: {e}")));
    for (marked, plain) in [
        ("I am [happy]so glad[/].", "I am so glad."),
        ("I am [happy] so glad [/] .", "I am so glad."),
        ("[happy] Hello there.", "Hello there."),
        ("[happy]\nHello there.\n[sad]\nGoodbye now.", "Hello there.\nGoodbye now."),
        ("Hello[happy]world.", "Hello world."),
        ("Go.[pause]Now we wait.", "Go. Now we wait."),
        ("Go. [sad] Now we wait.", "Go. Now we wait."),
        ("It costs [angry]$5.50[/], no more.", "It costs $5.50, no more."),
        ("I [whisper]live[/] here and read [sad]it[/] yesterday.", "I live here and read it yesterday."),
        ("She said, [shout]\"Stop!\"[/] and left.", "She said, \"Stop!\" and left."),
        ("A well[happy]-known[/] dog[/]'s bone.", "A well-known dog's bone."),
        ("See the note [12] below.", "See the note below."),
        ("\\[happy] you.", "(happy) you."),
        ("He left [at noon].", "He left (at noon)."),
        ("Dr. [happy] Smith came.", "Dr. Smith came."),
        (
            "<speak>\n  <p>\n    <s>Hello there</s>\n    <s>goodbye now</s>\n  </p>\n</speak>",
            "Hello there\nGoodbye now",
        ),
        ("<speak><p>One day.</p><p>Another day.</p></speak>", "One day.\n\nAnother day."),
        ("Hello <break time=\"500ms\"/> world.", "Hello world."),
        ("Hello<break/>world.", "Hello world."),
        ("Hello.<emphasis>World</emphasis> here.", "Hello. World here."),
        ("<b>un</b>believable", "unbelievable"),
        ("<prosody rate='slow'>Take care", "Take care"),
        ("<s>R &amp; B</s>", "R & B"),
        ("The <sub alias=\"World Wide Web Consortium\">W3C</sub> met.", "The World Wide Web Consortium met."),
        (
            "In <say-as interpret-as=\"cardinal\">1999</say-as> cases.",
            "In one thousand nine hundred ninety nine cases.",
        ),
        ("The <say-as interpret-as='ordinal'>3</say-as> man.", "The third man."),
        ("<foo>Hello</foo> there.", "Hello there."),
        ("<!-- a note -->Hello there.", "Hello there."),
        ("a < b and 5 <3 <- x", "a < b and 5 <3 <- x"),
    ] {
        assert_eq!(phones_of(marked), phones_of(plain), "{marked}");
    }
}

#[test]
fn moods_hold_until_they_end() {
    let text = "One [happy] two [sad 0.5] three [/] four.";
    assert_eq!(mood(text, Mode::Happy), "two");
    assert_eq!(mood(text, Mode::Sad), "three");
    assert_eq!(mood("One [HAPPY 60%] two [neutral] three.", Mode::Happy), "two");
    assert_eq!(mood("[happy]One two. Three.", Mode::Happy), "One two Three");
    assert_eq!(mood("[happy]One [whisper]two [sad]three[/] four[/] five.", Mode::Happy), "One two four five");
    assert_eq!(mood("[happy]One [laugh] two [sad] three.", Mode::Happy), "One two");
    let both = analysed("[happy 0.4, surprised 0.3] One.");
    let asked = both.words[0].manner.asked;
    assert!((asked.of(Mode::Happy) - 0.4).abs() < 1e-6 && (asked.of(Mode::Surprised) - 0.3).abs() < 1e-6);
    assert!(both.notices.is_empty());
    assert_eq!(mood("[happy]One[/happy] two.", Mode::Happy), "One");
    assert_eq!(mood("[happy]One[/glad] two.", Mode::Happy), "One");
}

#[test]
fn styles_hold_for_their_span_and_gestures_stand_alone() {
    assert_eq!(style("One [whisper]two three[/] four.", Style::Whisper), "two three");
    assert_eq!(style("One [whisper]two[/whisper] three.", Style::Whisper), "two");
    let open = "One [whisper]two three.";
    assert_eq!(style(open, Style::Whisper), "two three");
    assert_eq!(messages(open), ["'[whisper]' (character 5) is never closed: it holds to the end"]);
    assert_eq!(style("One [laugh]two[/] three.", Style::Laugh), "two");
    assert_eq!(style("One [shout]two [whisper]three[/] four[/].", Style::Shout), "two four");
    let alone = analysed("One [laugh] two.");
    assert_eq!((alone.insertions.len(), alone.insertions[0].before_word), (1, 1));
    assert_eq!(alone.insertions[0].what, Inserted::Voice(VoiceGesture::Laugh, 1.0));
    assert!(alone.notices.is_empty() && alone.words.iter().all(|word| word.manner.styles.is_none()));
    let inside = "[whisper]One [laugh] two[/] three.";
    assert_eq!(style(inside, Style::Whisper), "One two");
    assert_eq!(analysed(inside).insertions.len(), 1);
    let nested = "[whisper]One [laugh]two[/laugh] three[/] four.";
    assert_eq!(
        (style(nested, Style::Whisper), style(nested, Style::Laugh)),
        ("One two three".into(), "two".into())
    );
    assert_eq!(style("[whisper][happy]One[/whisper] two[/] three.", Style::Whisper), "One");
}

#[test]
fn numbers_change_rate_pitch_level_and_range() {
    let utterance = analysed("[rate 1.2][pitch +2]One [volume -6][range 150%]two[/][/][/][/] three.");
    let [one, two, three] = [0, 1, 2].map(|i| utterance.words[i].manner);
    assert_eq!((one.rate_ratio, one.pitch_st, one.level_db, one.range_ratio), (1.2, 2.0, 0.0, 1.0));
    assert_eq!((two.rate_ratio, two.pitch_st, two.level_db, two.range_ratio), (1.2, 2.0, -6.0, 1.5));
    assert_eq!(three, crate::emotion::Manner::PLAIN);
    let ssml = analysed("<prosody rate='80%' pitch=\"+2st\" volume='+6dB'>One</prosody> two.");
    let manner = ssml.words[0].manner;
    assert!((manner.rate_ratio - 0.8).abs() < 1e-6 && manner.pitch_st == 2.0 && manner.level_db == 6.0);
    assert!(ssml.notices.is_empty() && ssml.words[1].manner == crate::emotion::Manner::PLAIN);
}

#[test]
fn what_stands_between_words_knows_its_place() {
    let text = "[gasp]One [pause 300ms] two [wink 0.5][sigh] three<mark name=\"here\"/> four.[pause]";
    let utterance = analysed(text);
    let found: Vec<(u32, Inserted)> =
        utterance.insertions.iter().map(|i| (i.before_word, i.what.clone())).collect();
    assert_eq!(
        found,
        [
            (0, Inserted::Voice(VoiceGesture::Gasp, 1.0)),
            (1, Inserted::Pause(0.3)),
            (2, Inserted::Face(FaceGesture::Wink, 0.5)),
            (2, Inserted::Voice(VoiceGesture::Sigh, 1.0)),
            (3, Inserted::Mark("here".into())),
            (4, Inserted::Pause(0.5)),
        ]
    );
    assert_eq!(&text[utterance.insertions[1].source.clone()], "[pause 300ms]");
    assert!(utterance.notices.is_empty());
    assert_eq!(phones(&utterance), phones(&analysed("One two three four.")));
}

#[test]
fn emphasis_of_ssml_is_that_of_stars() {
    let text = "I said <emphasis level='strong'>this one</emphasis> and <emphasis level='none'>*that*</emphasis> too.";
    assert_eq!(words(text, |word| word.emphasis), "this one that");
    assert_eq!(words("A <em>b</em> c.", |word| word.emphasis), "b");
    let open = "I said <emphasis>this one now.";
    assert_eq!(words(open, |word| word.emphasis), "");
    assert!(messages(open)[0].ends_with("is never closed: nothing is emphasised"), "{:?}", messages(open));
    let reduced = analysed("A <emphasis level='reduced'>dog</emphasis>.");
    assert!(reduced.words[1].manner.level_db < 0.0 && !reduced.words[1].emphasis);
}

#[test]
fn sounds_that_ssml_gives_are_spoken() {
    let tomato = analysed("A <phoneme alphabet='ipa' ph='təˈmeɪtoʊ'>tomato</phoneme> here.");
    assert_eq!(phones(&tomato), "ɐ təˈmAtO hˈɪɹ.");
    assert_eq!(tomato.words[1].text, "tomato");
    let odd = analysed("A <phoneme ph=\"tə☃\">tomato</phoneme>.");
    assert_eq!(phones(&odd), "ɐ tə.");
    assert!(odd.notices[0].message.starts_with("left out '☃'"), "{:?}", odd.notices);
    let other = analysed("A <phoneme alphabet='x-sampa' ph='t@'>tomato</phoneme>.");
    assert_eq!(phones(&other), phones(&analysed("A tomato.")));
    assert!(other.notices[0].message.contains("expected the alphabet ipa, found 'x-sampa'"));
    let spelled = analysed("The <say-as interpret-as='characters'>abc1</say-as> file?");
    assert_eq!(phones(&spelled), phones(&analysed("The A.B.C. one file?")));
    assert_eq!((spelled.words[1].text.as_str(), spelled.words.len()), ("abc1", 3));
    let digits = analysed("Dial <say-as interpret-as='telephone'>555-1234</say-as>.");
    assert_eq!(phones(&digits), phones(&analysed("Dial five five five, one two three four.")));
}

#[test]
fn mistakes_are_told() {
    for (text, message) in [
        ("[hapy] you.", "there is no tag '[hapy]' (character 1), it is left out; did you mean 'happy'?"),
        (
            "Ünder [sic] it.",
            "there is no tag '[sic]' (character 7), it is left out; write '\\[sic]' to have it spoken",
        ),
        (
            "As shown [12].",
            "left out '[12]' (character 10), a number in brackets; write '\\[12]' to have it spoken",
        ),
        ("[happy 7] you.", "'[happy 7]' (character 1): 7 is out of the range 0 to 1; 1 is taken"),
        (
            "You [pause 20s] me.",
            "'[pause 20s]' (character 5): 20s is out of the range 0 to 10 s; 10 is taken",
        ),
        ("You[/] me.", "'[/]' (character 4) closes nothing: no such tag is open there"),
        ("You[/sad] me.", "'[/sad]' (character 4) closes nothing: no such tag is open there"),
        (
            "[happy you.",
            "'[happy you.' (character 1) has no ']' on its line: it is read as text, not as a tag",
        ),
        ("<foo>You.", "there is no tag '<foo>' (character 1), it is left out"),
        (
            "<emphasys>You.",
            "there is no tag '<emphasys>' (character 1), it is left out; did you mean '<emphasis>'?",
        ),
        (
            "<voice name='x'>You</voice>.",
            "the tag '<voice>' (character 1) is not supported: what stands inside it is spoken as usual",
        ),
        (
            "<break time='1s' You.",
            "'<break time='1s'' (character 1) has no '>': it is taken as if it had one",
        ),
    ] {
        assert_eq!(messages(text), [message], "{text}");
    }
}

#[test]
fn gestures_alone_can_be_spoken_and_tags_alone_cannot() {
    let laugh = analysed("[laugh]");
    assert!(laugh.phrases.is_empty() && laugh.words.is_empty() && laugh.insertions.len() == 1);
    for text in ["[happy]", "[pause 1s]", "[hapy]", "<speak></speak>", "[wink]"] {
        let error = frontend().analyse(text).expect_err(text);
        assert!(
            matches!(&error, TextError::NothingToSay { found } if found.contains("only tags")),
            "{text}: {error}"
        );
    }
}

#[test]
fn depth_and_number_of_notices_are_bounded() {
    let deep = format!("{}Hello.{}", "[whisper]".repeat(3_000), "[/]".repeat(3_000));
    let utterance = analysed(&deep);
    assert_eq!(utterance.words.len(), 1);
    assert_eq!(utterance.notices.len(), super::fault::MOST_NOTICES + 1);
    assert!(utterance.notices[50].message.starts_with("and "), "{}", utterance.notices[50].message);
    assert_eq!(utterance.words[0].manner.styles.of(Style::Whisper), 1.0);
}
