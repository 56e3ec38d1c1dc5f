//! Where emotion comes from and where it goes: text, tags, lanes, personas, gestures, earlier lines; voice and face together.

use psivox_core::emotion::{FaceGesture, Mode};
use psivox_core::face::Shape;
use psivox_core::score::Score;
use psivox_core::{Control, EngineConfig, Event, Persona, Planner};
use psivox_tests::listener::{Heard, at, engine, plan, run, set};
use psivox_tests::measure::{median_f0_hz, rms};
use std::sync::Arc;

const RATE: f32 = 48_000.0;

fn speak(score: &Arc<Score>, controls: &[(Control, f32)]) -> Heard {
    let mut events = vec![at(0, Event::Load(Arc::clone(score)))];
    events.extend(controls.iter().map(|(control, value)| at(0, set(*control, *value))));
    events.push(at(1, Event::Speak { velocity: 1.0 }));
    let samples = ((1.5 * score.duration_s() + 0.5) * RATE) as usize;
    run(&mut engine(EngineConfig::new(RATE)), &events, samples, &[512])
}

/// Most of a mode that is felt while a text is spoken.
fn felt(heard: &Heard, mode: Mode) -> f32 {
    heard.fields.iter().map(|field| field.moods.of(mode)).fold(0.0, f32::max)
}

fn most(heard: &Heard, shape: Shape) -> f32 {
    heard.faces.iter().map(|face| face.get(shape)).fold(0.0, f32::max)
}

#[test]
fn words_suggest_a_mood_which_lanes_scale_and_replace() {
    let score = plan("I am so happy to see you, this is wonderful!");
    let taken = |share, controls: &[(Control, f32)]| {
        speak(&score, &[&[(Control::EmotionFromText, share)], controls].concat())
    };
    let (none, half, whole) = (taken(0.0, &[]), taken(0.5, &[]), taken(1.0, &[]));
    let joy = |heard: &Heard| felt(heard, Mode::Happy) + felt(heard, Mode::Excited);
    // The share glides to 0 in the first 20 ms.
    assert!(joy(&none) < 0.01);
    assert!(joy(&half) > 0.2 && joy(&whole) > 1.8 * joy(&half), "{} {}", joy(&half), joy(&whole));
    assert!(most(&whole, Shape::CheekSquintLeft) > most(&none, Shape::CheekSquintLeft) + 0.1);
    assert!(none.sound != half.sound);
    let angry = taken(1.0, &[(Control::Angry, 1.0)]);
    assert!(joy(&angry) < 0.05 && felt(&angry, Mode::Angry) > 0.95);
    let plain = plan("The report has three parts and an index.");
    assert_eq!(felt(&speak(&plain, &[(Control::EmotionFromText, 1.0)]), Mode::Happy), 0.0);
}

#[test]
fn tags_are_heard_and_seen_where_they_stand() {
    let text = |tag: &str| {
        plan(&format!(
            "We begin here. {tag}And now we go on like this.{}",
            if tag.is_empty() { "" } else { "[/]" }
        ))
    };
    let controls = [(Control::EmotionFromText, 0.0)];
    let (plain, angry) = (speak(&text(""), &controls), speak(&text("[angry]"), &controls));
    // The first sentence is the same to the bit; of the second, f0, level and brows move.
    assert_eq!(plain.sound[..40_000], angry.sound[..40_000]);
    let second = |heard: &Heard| heard.sound[72_000..150_000.min(heard.sound.len())].to_vec();
    assert!(rms(&second(&angry)) > 1.6 * rms(&second(&plain)));
    assert!(most(&angry, Shape::BrowDownLeft) > most(&plain, Shape::BrowDownLeft) + 0.3);
    let whispered = second(&speak(&text("[whisper]"), &controls));
    assert!(rms(&whispered) < 0.5 * rms(&second(&plain)));
    let high = second(&speak(&text("[pitch +5]"), &controls));
    let f0 = |sound: &[f32]| median_f0_hz(sound, RATE).expect("voiced");
    let up_st = 12.0 * (f0(&high) / f0(&second(&plain))).log2();
    assert!((up_st - 5.0).abs() < 1.0, "{up_st} st");
}

#[test]
fn a_laugh_between_words_is_voice_and_face() {
    let (plain, laughed) = (plan("Hello there. So it is."), plan("Hello there. [laugh] So it is."));
    assert!(laughed.duration_s() > plain.duration_s() + 0.8);
    let controls = [(Control::EmotionFromText, 0.0)];
    let (without, with) = (speak(&plain, &controls), speak(&laughed, &controls));
    assert!(most(&with, Shape::MouthSmileLeft) > most(&without, Shape::MouthSmileLeft) + 0.1);
    assert!(felt(&with, Mode::Happy) > 0.3 && felt(&without, Mode::Happy) == 0.0);
    let last = with.fields.last().expect("a field").moods;
    assert!(last.of(Mode::Happy) < 0.1, "it passes");
    // A text of a laugh alone can be spoken.
    assert!(rms(&speak(&plan("[laugh]"), &controls).sound) > 0.003);
}

#[test]
fn personas_have_their_trademarks() {
    let planned = |persona: &str, text: &str| {
        let planner = Planner::new(&Persona::named(persona).expect("it ships")).expect("it loads");
        Arc::new(planner.plan(text).expect("readable").score)
    };
    let question = planned("creature", "It rains. Are you there?");
    assert!(question.gestures.iter().any(|cue| cue.gesture == FaceGesture::Tilt));
    let joke = planned("creature", "[joke]Two cats walk into a bar.[/joke] Well.");
    assert!(joke.gestures.iter().any(|cue| cue.gesture == FaceGesture::Wink));
    let (news, plain) = ("Your grandmother died last night.", "Your grandmother called last night.");
    let longer_s = planned("elder", news).duration_s() - planned("elder", plain).duration_s();
    assert!(longer_s > 0.6, "a sigh before bad news takes time: {longer_s} s");
    let tilted = speak(&question, &[]);
    let roll = |heard: &Heard| heard.faces.iter().map(|face| face.head_rad[2].abs()).fold(0.0, f32::max);
    assert!(roll(&tilted) > roll(&speak(&planned("creature", "It rains. You are there."), &[])) + 0.03);
}

#[test]
fn personas_differ_in_voice_and_resting_face() {
    let text = "Nine lions are in the long yellow meadow.";
    let heard: Vec<(String, f32, [f32; 52])> =
        ["presenter", "narrator", "elder", "creature", "anxious", "singer"]
            .into_iter()
            .map(|name| {
                let persona = Persona::named(name).expect("it ships");
                let score =
                    Arc::new(Planner::new(&persona).expect("it loads").plan(text).expect("readable").score);
                let f0_hz = median_f0_hz(&speak(&score, &[]).sound, RATE).expect("voiced");
                (name.to_owned(), f0_hz, persona.resting_shapes())
            })
            .collect();
    for (i, (a, f0_a, face_a)) in heard.iter().enumerate() {
        for (b, f0_b, face_b) in &heard[i + 1..] {
            let face: f32 = face_a.iter().zip(face_b).map(|(x, y)| (x - y).abs()).sum();
            let st = 12.0 * (f0_a / f0_b).log2().abs();
            assert!(face > 0.1 && (st > 0.4 || face > 0.5), "{a} and {b}: {st} st, face {face}");
        }
    }
}

/// The second line is the same; what went before it was sad or glad.
#[test]
fn mood_carries_from_line_to_line_and_can_be_switched_off() {
    let (first, second) = (
        plan(
            "The river runs through a green valley to the harbour, and ships carry coffee, cotton and timber from there.",
        ),
        plan("The report has three parts."),
    );
    let after = |valence: f32, carry: f32| {
        let events = [
            at(0, set(Control::MoodCarry, carry)),
            at(0, set(Control::Valence, valence)),
            at(1, Event::Queue(Arc::clone(&first))),
            at(320_000, set(Control::Valence, 0.0)),
            at(384_000, Event::Queue(Arc::clone(&second))),
        ];
        let heard = run(&mut engine(EngineConfig::new(RATE)), &events, 480_000, &[512]);
        let line =
            heard.faces.iter().filter(|face| face.time_samples > 400_000 && face.time_samples < 460_000);
        line.map(|face| face.emotion[0]).sum::<f32>()
    };
    assert!(after(0.9, 1.0) > after(-0.9, 1.0) + 1.0, "{} {}", after(0.9, 1.0), after(-0.9, 1.0));
    assert!((after(0.9, 0.0) - after(-0.9, 0.0)).abs() < 1e-2);
}
