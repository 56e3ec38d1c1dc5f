//! Tests of what texts suggest.

use super::*;
use crate::text::{Dialect, Frontend};

const EVERYDAY: [&str; 22] = [
    "The colt reared and threw the tall rider.",
    "Take the winding path to reach the lake.",
    "Note closely the size of the gas tank.",
    "The meal was cooked before the bell rang.",
    "A king ruled the state in the early days.",
    "The ship was torn apart on the sharp reef.",
    "Lift the square stone over the fence.",
    "My appointment is at 3:30 p.m. on Tuesday, March 14th.",
    "The invoice came to $1,249.99, plus 8% tax.",
    "Is it true that the concert was moved to Sunday?",
    "In 1999, about 2,300 people lived on the island.",
    "Mr. and Mrs. Brown moved to 14 Elm Street.",
    "Could you pass me the salt, please?",
    "The patient weighed 68 kg and was 5 feet 11 inches tall.",
    "Joy and Grace flew from Boston to Dublin.",
    "The FBI and the CIA refused to comment on the case.",
    "The gross domestic product grew by two percent.",
    "Good morning, this is the help desk.",
    "Although it was late, the children were still playing outside in the garden.",
    "He has to tire the horse before the race.",
    "The kind of paper does not matter.",
    "The bus leaves at ten; the next one leaves at noon.",
];

/// Reads texts; opened once for a test.
struct Reader {
    frontend: Frontend,
    resonance: Resonance,
}

impl Reader {
    fn open() -> Self {
        Self {
            frontend: Frontend::new(Dialect::American).expect("embedded"),
            resonance: Resonance::embedded(),
        }
    }

    fn moods(&self, text: &str) -> Vec<Moods> {
        self.resonance.suggest(&self.frontend.analyse(text).expect(text))
    }

    /// Mean over the words.
    fn mean(&self, text: &str) -> Moods {
        let moods = self.moods(text);
        let mut mean = Moods::NONE;
        for mode in Mode::ALL {
            mean.set(mode, moods.iter().map(|m| m.of(mode)).sum::<f32>() / moods.len() as f32);
        }
        mean
    }

    /// The strongest mode; neutral where none is clear.
    fn mode(&self, text: &str) -> Mode {
        const CLEAR: f32 = 0.1;
        self.mean(text)
            .strongest()
            .filter(|(_, degree)| *degree >= CLEAR)
            .map_or(Mode::Neutral, |(mode, _)| mode)
    }

    fn degree(&self, text: &str, mode: Mode) -> f32 {
        self.mean(text).of(mode)
    }

    fn most(&self, text: &str) -> f32 {
        self.moods(text).iter().filter_map(Moods::strongest).map(|(_, degree)| degree).fold(0.0, f32::max)
    }
}

#[test]
fn sentences_suggest_their_modes() {
    let reader = Reader::open();
    let cases = [
        (Mode::Happy, "I am happy."),
        (Mode::Happy, "What joy there is in living."),
        (Mode::Happy, "She laughed cheerfully, and we were glad."),
        (Mode::Happy, "Haha, that is funny."),
        (Mode::Happy, "The sun is out 😀"),
        (Mode::Excited, "I can't wait for the concert!"),
        (Mode::Excited, "Hooray, we won!"),
        (Mode::Excited, "This is so exciting!"),
        (Mode::Excited, "Yippee!"),
        (Mode::Sad, "I'm so sorry for your loss."),
        (Mode::Sad, "He was lonely and in tears."),
        (Mode::Sad, "Alas, she is gone forever."),
        (Mode::Sad, "It is a tragedy."),
        (Mode::Sad, "My grandfather passed away 😭"),
        (Mode::Angry, "How dare you!"),
        (Mode::Angry, "I hate you, you liar!"),
        (Mode::Angry, "I am sick and tired of this."),
        (Mode::Angry, "Get out of my house, right now!"),
        (Mode::Angry, "SHUT UP, YOU IDIOT!"),
        (Mode::Afraid, "I'm scared of the dark."),
        (Mode::Afraid, "Help! Somebody help me!"),
        (Mode::Afraid, "I'm afraid of spiders."),
        (Mode::Sad, "I'm afraid that we are closed today."),
        (Mode::Afraid, "She was trembling with fear."),
        (Mode::Afraid, "We panicked, it was terrifying."),
        (Mode::Disgusted, "Ugh, that is disgusting."),
        (Mode::Disgusted, "The meat was rotten and full of maggots."),
        (Mode::Disgusted, "Yuck, it stinks!"),
        (Mode::Disgusted, "Ewww, gross!"),
        (Mode::Surprised, "Wow!"),
        (Mode::Surprised, "What?!"),
        (Mode::Surprised, "I can't believe it."),
        (Mode::Surprised, "Oh my god, you startled me."),
        (Mode::Surprised, "He was astonished by the result."),
        (Mode::Calm, "Breathe in, and relax."),
        (Mode::Calm, "The evening was calm and peaceful."),
        (Mode::Calm, "No problem, take your time."),
        (Mode::Tender, "I love you, darling."),
        (Mode::Tender, "She hugged the baby tenderly."),
        (Mode::Tender, "Aww, you are adorable."),
        (Mode::Bored, "This lecture is so boring."),
        (Mode::Bored, "Yawn, who cares."),
        (Mode::Bored, "It was a dull and tedious day."),
        (Mode::Contempt, "You are pathetic."),
        (Mode::Contempt, "Pfft, amateurs."),
        (Mode::Contempt, "I despise his ridiculous little schemes."),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(mode, text)| reader.mode(text) != *mode)
        .map(|(mode, text)| {
            format!("{text} is {}: {:?}", mode.name(), reader.mean(text).iter().collect::<Vec<_>>())
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// None of these lines was used to choose words or constants.
#[test]
fn other_sentences_suggest_their_modes_mostly() {
    let reader = Reader::open();
    let (mut right, mut all) = (0, 0);
    for line in include_str!("held_out.tsv").lines() {
        let (mode, text) = line.split_once('\t').expect("two columns");
        let found = reader.mode(text);
        all += 1;
        if found.name() == mode {
            right += 1;
        } else {
            println!("{text}\n  {mode}, found {:?}", reader.mean(text).iter().collect::<Vec<_>>());
        }
    }
    println!("held out: {right} of {all}");
    assert!(right * 10 >= all * 7, "{right} of {all}");
}

#[test]
fn everyday_texts_suggest_nothing_strong() {
    let reader = Reader::open();
    for text in EVERYDAY {
        assert!(reader.most(text) < 0.16, "{text}: {:?}", reader.moods(text));
    }
    for text in ["What joy there is in living.", "Whether we win or lose, I'm proud of every one of you."] {
        assert!((0.1..=0.25).contains(&reader.most(text)), "{text}: {:?}", reader.mean(text));
    }
    for text in EVERYDAY.iter().take(5) {
        assert!(reader.moods(text).iter().all(Moods::is_none), "{text}: {:?}", reader.moods(text));
    }
}

#[test]
fn what_is_denied_is_not_felt() {
    let reader = Reader::open();
    for text in [
        "I am not happy.",
        "I am not very happy.",
        "Nothing good came of it.",
        "I don't think that this is a good idea.",
        "I'm NOT amused.",
        "Nobody is laughing.",
    ] {
        assert_eq!(reader.degree(text, Mode::Happy), 0.0, "{text}");
        assert!((0.04..0.4).contains(&reader.degree(text, Mode::Sad)), "{text}: {:?}", reader.mean(text));
    }
    for (text, mode) in [
        ("I'm not afraid.", Mode::Afraid),
        ("She was never angry.", Mode::Angry),
        ("It isn't disgusting.", Mode::Disgusted),
    ] {
        assert_eq!(reader.degree(text, mode), 0.0, "{text}");
    }
    assert!(reader.degree("I'm not afraid.", Mode::Calm) > 0.0);
    assert_eq!(reader.mode("No, I am happy."), Mode::Happy, "a mark ends a negation");
    assert_eq!(reader.mode("I have never been so happy."), Mode::Happy);
    assert_eq!(reader.mode("Isn't it wonderful?"), Mode::Happy);
    assert_eq!(reader.mode("Not only was it boring."), Mode::Bored);
}

#[test]
fn degree_words_and_marks_raise_and_damp() {
    let reader = Reader::open();
    let rising: [(Mode, &[&str]); 4] = [
        (Mode::Sad, &["I'm a bit sad.", "I'm sad.", "I'm very sad.", "I'm extremely sad."]),
        (Mode::Angry, &["Are you angry?", "You are angry.", "You are ANGRY.", "You are ANGRY!!!"]),
        (
            Mode::Happy,
            &["I would be glad if he is happy.", "I am glad he is happy.", "I am *so* glad he is happy."],
        ),
        (Mode::Excited, &["It is thrilling.", "It is thrilling!", "It is sooo thrilling!!"]),
    ];
    for (mode, texts) in rising {
        let degrees: Vec<f32> = texts.iter().map(|text| reader.degree(text, mode)).collect();
        assert!(degrees.is_sorted_by(|a, b| a < b), "{texts:?} {degrees:?}");
    }
    assert!((0.05..0.25).contains(&reader.degree("The train is here!", Mode::Excited)));
    assert!((0.05..0.25).contains(&reader.degree("You never listen to me!", Mode::Angry)));
    assert!((0.05..0.3).contains(&reader.degree("Really?", Mode::Surprised)));
    let hesitating = reader.mean("I saw the train...");
    assert!((0.05..0.2).contains(&hesitating.of(Mode::Sad)), "{hesitating:?}");
    assert!(
        reader.degree("The treaty is a scandal!", Mode::Angry)
            > reader.degree("The treaty is a scandal.", Mode::Angry)
    );
}

#[test]
fn but_turns_and_although_grants() {
    let reader = Reader::open();
    assert_eq!(reader.mode("The food was disgusting, but I am happy."), Mode::Happy);
    assert_eq!(reader.mode("I am happy, but the food was disgusting."), Mode::Disgusted);
    assert_eq!(reader.mode("Although I was afraid, the view was wonderful."), Mode::Happy);
    assert_eq!(reader.mode("It was nothing but wonderful."), Mode::Happy);
    assert_eq!(reader.mode("It was anything but wonderful."), Mode::Sad);
}

#[test]
fn a_mood_holds_through_its_clause_and_fades_after_it() {
    let reader = Reader::open();
    let text = "My heart was full of joy when I came home. Then I put the bag on the chair, \
                looked at the clock, and read the paper. The tram went by the house at ten.\n\nThe shop opens at noon.";
    let happy: Vec<f32> = reader.moods(text).iter().map(|m| m.of(Mode::Happy)).collect();
    let first = happy[0];
    assert!(
        first > 0.1 && happy[..10].iter().all(|h| *h == first),
        "the clause has it from its first word: {happy:?}"
    );
    assert!(happy[10] < 0.75 * first && happy[10] > 0.0, "less after the sentence: {happy:?}");
    assert!(happy[10..].is_sorted_by(|a, b| a >= b), "never back up: {happy:?}");
    assert_eq!(happy.last(), Some(&0.0));
    let near = reader.moods("I am ecstatic. The door is green.");
    let far = reader.moods("I am ecstatic.\n\nThe door is green.");
    assert!(far[3].of(Mode::Excited) < 0.3 * near[3].of(Mode::Excited), "a paragraph begins anew");
    let again = reader.moods("I am glad, and the day was merry, and the night was jolly.");
    assert!(again.last().expect("words").of(Mode::Happy) > again[0].of(Mode::Happy), "moods build up");
}

#[test]
fn the_strongest_texts_stay_below_the_ceiling() {
    let reader = Reader::open();
    let total = |text: &str| reader.moods(text).iter().map(Moods::total).fold(0.0, f32::max);
    let elated = total("I am so incredibly happy! This is the best day of my life! I love you all! 😀");
    assert!((0.6..=CEILING + 1e-5).contains(&elated), "{elated}");
    let furious = reader.degree("I am absolutely furious, and I hate you so much!", Mode::Angry);
    assert!((0.6..=CEILING).contains(&furious), "{furious}");
    let most = [
        "furious ".repeat(8_000),
        "I AM SO TERRIFIED!!! ".repeat(3_000),
        "happy sad angry afraid ".repeat(2_500),
        "not ".repeat(16_000),
        "😭".repeat(4_000),
        "but ".repeat(16_000),
        "ha".repeat(30_000),
        "\"!?...\" ( wow ) — ; ".repeat(2_000),
    ];
    for text in most {
        let utterance = reader.frontend.analyse(&text).expect("spoken");
        let moods = reader.resonance.suggest(&utterance);
        assert_eq!(moods.len(), utterance.words.len());
        for moods in &moods {
            assert!(moods.degrees().iter().all(|d| (0.0..=CEILING).contains(d)), "{moods:?}");
            assert!(moods.total() <= CEILING + 1e-5, "{moods:?}");
        }
    }
}

#[test]
fn the_same_text_suggests_the_same() {
    let text = "Wow, I am happy! But she is sad, angry and afraid... 😍";
    let (a, b) = (Reader::open().moods(text), Reader::open().moods(text));
    assert_eq!(a, b);
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_is_felt_within_bounds(
        text in "(([a-z]{1,7}|happy|NOT|sad|but|wow|😀|\\PC)([ .,!?…\"()'-]{1,3}|\n\n)){1,40}",
    ) {
        thread_local!(static READER: Reader = Reader::open());
        READER.with(|reader| {
            if let Ok(utterance) = reader.frontend.analyse(&text) {
                let moods = reader.resonance.suggest(&utterance);
                assert_eq!(moods.len(), utterance.words.len());
                assert!(moods.iter().all(|m| m.total() <= CEILING + 1e-5));
            }
        });
    }
}
