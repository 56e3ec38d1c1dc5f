//! What was said once is said again bit by bit: sound and faces, whatever the engine has done before.

use psivox_core::emotion::Mode;
use psivox_core::engine::{Expression, ObservableFrame, Place, SungNote};
use psivox_core::field::{FieldSetup, FieldSpec, Pulse, Role, RoleDrive, Transient, Transport};
use psivox_core::memory::streams::VoiceObservable;
use psivox_core::memory::{
    MemoryError, RawTake, Recall, Recipe, RecipeKind, Recollection, Rendition, StoredTake, Take, Weights,
};
use psivox_core::sound::Noise;
use psivox_core::{Control, Delivery, Engine, EngineConfig, Event, Persona, Score, TimedEvent};
use psivox_tests::listener::{Heard, at, engine, run, run_with, set};
use psivox_tests::measure::peak;
use std::sync::{Arc, OnceLock};

const BLOCKS: [usize; 5] = [480, 1, 64, 4096, 333];

fn persona(name: &str) -> Box<Persona> {
    Box::new(Persona::named(name).expect("sound"))
}

fn recipe(kind: RecipeKind, text: &str, name: &str) -> Recipe {
    Recipe {
        kind,
        text: text.to_owned(),
        persona: persona(name),
        voice_b: None,
        delivery: Delivery::default(),
    }
}

fn line(text: &str) -> Recipe {
    recipe(RecipeKind::Line, text, "heart")
}

fn planned(recipe: &Recipe) -> Arc<Score> {
    Arc::new(recipe.plan(&recipe.planner().expect("sound")).expect("sound"))
}

fn keeping(rate_hz: f32) -> EngineConfig {
    EngineConfig { keeps_takes: true, seed: 11, ..EngineConfig::new(rate_hz) }
}

/// Runs a session and gathers its takes, each through its bytes.
fn kept(config: EngineConfig, events: &[TimedEvent], samples: usize) -> (Heard, Vec<Take>) {
    let mut engine = engine(config);
    let (mut takes, mut copy) = (Vec::new(), RawTake::empty());
    let heard = run_with(&mut engine, events, samples, &BLOCKS, |engine| {
        if let Some(raw) = engine.finished_take() {
            copy.copy_from(raw);
            let take = Take::of(&copy).expect("sound");
            let bytes = take.to_bytes();
            println!("a take of {:.2} s: {} bytes", take.length_s(), bytes.len());
            assert_eq!(Take::from_bytes(&bytes).expect("sound"), take);
            takes.push(take);
        }
    });
    (heard, takes)
}

fn default_setup() -> Arc<FieldSetup> {
    static SETUP: OnceLock<Arc<FieldSetup>> = OnceLock::new();
    Arc::clone(SETUP.get_or_init(|| Arc::new(FieldSetup::default())))
}

fn rendition(take: &Take, scores: &[Arc<Score>]) -> Arc<Rendition> {
    Arc::new(Rendition::new(take, scores.to_vec(), default_setup()).expect("sound"))
}

/// Whether `again`, from sample `at` on, is what `heard` was from the take's beginning on. A tail of what was said before
/// and a face that goes over from another one are left out: so many samples of the sound, so many of the faces.
fn assert_same(take: &Take, heard: &Heard, again: &Heard, at: usize, (tail, crossing): (usize, u64)) {
    let (begin, length) = (take.began_at() as usize, take.length_samples() as usize);
    let was = &heard.sound[begin + tail..begin + length];
    let is = &again.sound[at + tail..at + length];
    let differs =
        was.iter().zip(is).position(|(a, b)| a.to_bits() != b.to_bits() && (*a != 0.0 || *b != 0.0));
    assert!(differs.is_none(), "the sound differs from sample {differs:?} of {length} on");
    assert!(peak(was) > 0.02, "something is said");
    let faces = |heard: &Heard, from: usize| {
        let span = from as u64 + crossing..(from + length) as u64;
        let told = heard.faces.iter().zip(&heard.fields);
        let inside = told.filter(|(frame, _)| span.contains(&frame.time_samples));
        inside.map(|(frame, field)| (frame.time_samples - from as u64, *frame, *field)).collect::<Vec<_>>()
    };
    let (was, is) = (faces(heard, begin), faces(again, at));
    assert_eq!(was.len(), is.len());
    assert!(was.len() as f32 > 50.0 * take.length_s() - 12.0);
    for ((due, was, was_field), (is_due, is, is_field)) in was.iter().zip(&is) {
        assert_eq!(due, is_due);
        let bits = |shapes: &[f32]| shapes.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&was.shapes), bits(&is.shapes), "the face differs at sample {due}");
        assert_eq!(bits(&was.head_rad), bits(&is.head_rad), "the head differs at sample {due}");
        assert_eq!(bits(&was.emotion), bits(&is.emotion));
        let field = |own: &ObservableFrame| {
            let numbers = [own.syllable_theta, own.jaw_theta, own.energy, own.epsilon, own.tau, own.memory];
            (own.order, own.observation, own.moods, own.f0_hz, own.position_s, own.syllable, numbers)
        };
        assert_eq!(field(was_field), field(is_field), "the field differs at sample {due}");
    }
    let phones = |heard: &Heard, from: usize| {
        let span = from as u64..(from + length) as u64;
        let inside = heard.phones.iter().filter(|mark| span.contains(&mark.time_samples));
        inside.map(|mark| (mark.phone, mark.time_samples - from as u64)).collect::<Vec<_>>()
    };
    assert_eq!(phones(heard, begin), phones(again, at));
    let ends = |list: &[u64], from: usize| {
        let span = from as u64..=(from + length) as u64;
        list.iter().filter(|time| span.contains(time)).map(|time| time - from as u64).collect::<Vec<_>>()
    };
    assert_eq!(ends(&heard.finished, begin), ends(&again.finished, at));
    assert_eq!(ends(&heard.next_lines, begin), ends(&again.next_lines, at));
    let surprises = |heard: &Heard, from: usize| {
        let times: Vec<u64> = heard.surprises.iter().map(|event| event.time_samples).collect();
        ends(&times, from)
    };
    assert_eq!(surprises(heard, begin), surprises(again, at));
}

/// Events that must not disturb a replay.
fn meddling(score: &Arc<Score>, from: usize, to: usize) -> Vec<TimedEvent> {
    let fields = FieldSpec::factory();
    let other = Arc::new(FieldSetup::compile(&fields[1]).expect("sound"));
    let mut events = Vec::new();
    for (i, sample) in (from..to).step_by(2_311).enumerate() {
        let control = Control::ALL[i * 7 % Control::ALL.len()];
        let (low, high) = control.range();
        events.push(at(sample, set(control, low + (high - low) * (i % 5) as f32 / 4.0)));
        events.push(at(sample + 1, Event::Express(Expression { bend_st: i as f32, ..Expression::NEUTRAL })));
        events.push(at(sample + 2, Event::Inject(Transient::Scatter { rad: 1.0 })));
        let transport = Transport { tempo_bpm: 80.0, beats: i as f64 * 0.77, playing: true };
        events.push(at(sample + 3, Event::Transport(transport)));
        events.push(at(
            sample + 4,
            Event::Partner(Pulse { theta: 1.0, omega: 30.0, pace_hz: 5.0, speaking: true }),
        ));
        let drive = RoleDrive { hz: Some(1.0), amplitude: Some(0.3), over_s: 0.1 };
        events.push(at(sample + 5, Event::Drive { role: Role::Breath, drive }));
        events.push(at(sample + 6, Event::Release { after_samples: 10 }));
        if i == 3 {
            events.push(at(sample + 7, Event::Field(Arc::clone(&other))));
            events.push(at(sample + 8, Event::Load(Arc::clone(score))));
            let recall = Recall::one(Arc::new(manner(3.0, 0.7)), 0.8, 0.1);
            events.push(at(sample + 9, Event::Recall(recall)));
            events.push(at(sample + 10, Event::Weigh(Weights::of_pad([0.0, 0.0], 0.3))));
        }
    }
    events
}

/// A manner of speaking higher and happier, more so at its end.
fn manner(pitch_st: f32, happy: f32) -> Recollection {
    let mut own = Recollection { melody: 0.5, ..Recollection::default() };
    own.manner.voice[VoiceObservable::PitchSt as usize] = [pitch_st, -1.0, 0.0, 0.0];
    own.manner.voice[VoiceObservable::Lags as usize][0] = 1.0;
    own.manner.face[Mode::Happy as usize][0] = happy;
    own.manner.melody = [0.0, 2.0, 0.0, 1.0];
    own.field.phasors = vec![(0.5, 1.0); 40];
    own.field.learned = vec![0.1; 8];
    own
}

#[test]
fn a_manner_that_was_recalled_is_said_again_with_it() {
    let lines: Vec<Arc<Score>> =
        ["As it was said before.", "And as it was after that."].map(|text| planned(&line(text))).to_vec();
    let [a, b] = [(3.0, 0.8), (-4.0, 0.1)].map(|(pitch, happy)| Some(Arc::new(manner(pitch, happy))));
    let weights = Weights::of_pad([0.3, 0.0], 0.9);
    let both = Recall { parts: [a.clone(), b.clone(), None, None], weights, over_s: 0.4 };
    let events = vec![
        // Recalled before it begins, its lane moved while it is said, let go in the middle of the second line.
        at(7, Event::Recall(both)),
        at(20_011, Event::Load(Arc::clone(&lines[0]))),
        at(20_011, Event::Speak { velocity: 0.8 }),
        at(40_003, Event::Weigh(Weights::of_pad([0.8, 0.0], 1.0))),
        at(150_001, Event::Load(Arc::clone(&lines[1]))),
        at(150_001, Event::Speak { velocity: 0.8 }),
        at(170_017, Event::Recall(Recall::one(Arc::new(manner(6.0, 0.0)), 0.7, 0.25))),
        at(190_019, Event::Recall(Recall::none(0.3))),
    ];
    let (heard, takes) = kept(keeping(48_000.0), &events, 320_000);
    assert_eq!(takes.len(), 2);
    for take in &takes {
        assert_replays(take, &heard, &lines, &other());
    }
}

/// An engine that has done other things: another seed, another field, other controls, another voice.
fn used(rate_hz: f32, other: &Arc<Score>) -> (Engine, Heard) {
    let mut engine = engine(EngineConfig { seed: 99, keeps_takes: true, ..EngineConfig::new(rate_hz) });
    let field = Arc::new(FieldSetup::compile(&FieldSpec::factory()[2]).expect("sound"));
    let events = [
        at(5, Event::Field(field)),
        at(7, set(Control::Sad, 0.8)),
        at(9, set(Control::GainDb, -7.0)),
        at(11, set(Control::RateRatio, 1.4)),
        at(13, Event::Express(Expression { bend_st: 2.0, ..Expression::NEUTRAL })),
        at(100, Event::Load(Arc::clone(other))),
        at(101, Event::Speak { velocity: 0.7 }),
    ];
    let samples = ((other.duration_s() + 0.6) * rate_hz) as usize;
    let heard = run(&mut engine, &events, samples, &[500]);
    (engine, heard)
}

/// Replays in a new engine, in a used one that is idle, and in one that is in the middle of a line, meddled with.
fn assert_replays(take: &Take, heard: &Heard, scores: &[Arc<Score>], other: &Arc<Score>) {
    let rendition = rendition(take, scores);
    let (rate_hz, length) = (take.config().sample_rate_hz, take.length_samples() as usize);
    let hop = engine(EngineConfig::new(rate_hz)).tick_samples();
    for (place, blocks) in [(0, &[4096][..]), (777, &[64, 1, 480])] {
        let mut events = vec![at(place, Event::Replay(Arc::clone(&rendition)))];
        events.extend(meddling(other, place, place + length));
        let mut fresh = engine(EngineConfig::new(rate_hz));
        let shown = if place == 0 { 0 } else { (0.12 * rate_hz) as u64 + 1 };
        let again = run(&mut fresh, &events, place + length + 2_000, blocks);
        assert_same(take, heard, &again, place, (0, shown));
    }
    let crossing = (0.12 * rate_hz) as u64 + 1;
    let (mut idle, before) = used(rate_hz, other);
    assert!(idle.is_idle());
    let events = [at(4_321, Event::Replay(Arc::clone(&rendition)))];
    let mut again = run(&mut idle, &events, 4_321 + length + 100, &[480]);
    rebase(&mut again, before.sound.len() as u64);
    assert_same(take, heard, &again, 4_321, (0, crossing));
    let (mut busy, before) = used(rate_hz, other);
    let begin = before.sound.len() as u64;
    let place = 20_001;
    let mut events =
        vec![at(3, Event::Speak { velocity: 1.0 }), at(place, Event::Replay(Arc::clone(&rendition)))];
    events.extend(meddling(other, place, place + length));
    let mut again = run(&mut busy, &events, place + length + (0.2 * rate_hz) as usize, &BLOCKS);
    rebase(&mut again, begin);
    assert!(peak(&again.sound[..place]) > 0.005, "it was saying something");
    assert_same(take, heard, &again, place, (hop, crossing));
    assert!(again.faces.windows(2).all(|pair| pair[0].time_samples < pair[1].time_samples), "faces in order");
    let jump = again.faces.windows(2).map(|pair| {
        pair[0].shapes.iter().zip(&pair[1].shapes).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
    });
    assert!(jump.fold(0.0, f32::max) < 0.6, "no face jumps");
    // Live again: the other voice, in the field and with the controls that were asked for meanwhile.
    let after = run(&mut busy, &[at(0, Event::Speak { velocity: 1.0 })], (0.7 * rate_hz) as usize, &[480]);
    assert!(peak(&after.sound) > 1e-3 && after.sound.iter().all(|x| x.is_finite()));
    assert_eq!(busy.field().setup(), &FieldSetup::compile(&FieldSpec::factory()[1]).expect("sound"));
}

/// Times from `begin` on.
fn rebase(heard: &mut Heard, begin: u64) {
    heard.faces.iter_mut().for_each(|frame| frame.time_samples -= begin);
    heard.phones.iter_mut().for_each(|mark| mark.time_samples -= begin);
    heard.finished.iter_mut().for_each(|time| *time -= begin);
    heard.next_lines.iter_mut().for_each(|time| *time -= begin);
    heard.surprises.iter_mut().for_each(|event| event.time_samples -= begin);
}

fn other() -> Arc<Score> {
    static OTHER: OnceLock<Arc<Score>> = OnceLock::new();
    Arc::clone(OTHER.get_or_init(|| planned(&recipe(RecipeKind::Line, "Quite another one.", "george"))))
}

#[test]
fn the_first_line_is_said_again_from_its_bytes() {
    let recipe = line("So it was, and so it is again.");
    let score = planned(&recipe);
    let events = [at(0, Event::Load(Arc::clone(&score))), at(4_801, Event::Speak { velocity: 0.8 })];
    let (heard, mut takes) = kept(keeping(48_000.0), &events, 180_000);
    assert_eq!(takes.len(), 1);
    let take = takes.remove(0);
    assert_eq!((take.began_at(), take.scores()), (4_801, &[score.id][..]));
    let unused = line("Nobody said this.");
    let stored = StoredTake { take, recipes: vec![recipe.clone(), unused], field: FieldSpec::default() };
    let bytes = stored.to_bytes().expect("sound");
    println!("a line of {:.2} s with its recipe: {} bytes", stored.take.length_s(), bytes.len());
    assert!(bytes.len() < 4_000, "{} bytes", bytes.len());
    let read = StoredTake::from_bytes(&bytes).expect("sound");
    assert_eq!(read, stored);
    let rendition = Arc::new(read.rendition().expect("sound"));
    let config = EngineConfig::new(48_000.0);
    rendition.fits(&config).expect("sound");
    for (place, blocks) in [(0, &[1usize][..]), (0, &[4096]), (0, &[64, 480])] {
        let events = [at(place, Event::Replay(Arc::clone(&rendition)))];
        let again = run(&mut engine(config), &events, place + 180_000, blocks);
        assert_same(&stored.take, &heard, &again, place, (0, 0));
    }
    assert_replays(&stored.take, &heard, rendition.scores(), &other());
    // What was planned otherwise, or is missing, is told.
    let changed = StoredTake { recipes: vec![line("So it was, and so it is not.")], ..stored.clone() };
    let error = changed.rendition().unwrap_err();
    assert!(matches!(&error, MemoryError::OtherScore { text } if text.contains("is not")), "{error}");
    assert!(StoredTake { recipes: vec![], ..stored.clone() }.rendition().is_err());
    let field = FieldSpec::factory().remove(1);
    assert!(StoredTake { field, ..stored }.rendition().unwrap_err().to_string().contains("field"));
    for misfit in [
        EngineConfig::new(44_100.0),
        EngineConfig { face_rate_hz: 30.0, ..config },
        EngineConfig {
            ablation: psivox_core::engine::Ablation { lags: true, ..Default::default() },
            ..config
        },
    ] {
        assert!(rendition.fits(&misfit).is_err());
        let events = [at(10, Event::Replay(Arc::clone(&rendition)))];
        let silent = run(&mut engine(misfit), &events, 20_000, &[512]);
        assert_eq!(peak(&silent.sound), 0.0, "a misfit is ignored");
    }
}

#[test]
fn all_that_a_session_does_is_said_again() {
    let marked = "One [happy]two[/] [laugh] three, [whisper]four[/] <mark name=\"m\"/>five [wink] [pause 100ms] *six*.";
    let texts = [
        "We had this before, had we not?",
        "And this, with all that moves.",
        marked,
        "A part,",
        "and its end.",
    ];
    let lines: Vec<Arc<Score>> = texts.iter().map(|text| planned(&line(text))).collect();
    let sheet = planned(&recipe(RecipeKind::Sheet, "star - and stop", "heart"));
    let choir = planned(&recipe(RecipeKind::Line, "All of us.", "choir"));
    let blended = Recipe { voice_b: Some("am_michael".to_owned()), ..line("Two in one.") };
    let blended = planned(&blended);
    let speak = Event::Speak { velocity: 0.9 };
    let second = 48_000;
    let mut events = vec![at(0, Event::Load(Arc::clone(&lines[0]))), at(1_001, speak.clone())];
    // Automation at odd samples, feelings, styles, the host's beat, drives and transients.
    let start = 4 * second + 13;
    events.extend([
        at(start - 5_000, set(Control::MoodCarry, 0.7)),
        at(start, Event::Load(Arc::clone(&lines[1]))),
    ]);
    events.push(at(start, speak.clone()));
    for i in 0..120 {
        let controls = [
            Control::Happy,
            Control::Laugh,
            Control::Sob,
            Control::Whisper,
            Control::PitchSt,
            Control::VibratoSt,
            Control::RateRatio,
            Control::Angry,
            Control::F0Hz,
            Control::BeatCoupling,
            Control::TremorSt,
            Control::Creak,
            Control::FaceJaw,
            Control::FieldCoupling,
        ];
        let control = controls[i % controls.len()];
        let (low, high) = control.range();
        let value = low + (high - low) * ((i * 37) % 100) as f32 / 99.0;
        events.push(at(start + 7 + 1_013 * i, set(control, value)));
    }
    events
        .push(at(start + 9_001, Event::Transport(Transport { tempo_bpm: 97.0, beats: 3.3, playing: true })));
    let drive = RoleDrive { hz: Some(0.7), amplitude: Some(0.9), over_s: 0.4 };
    events.push(at(start + 20_001, Event::Drive { role: Role::Breath, drive }));
    events.push(at(start + 30_001, Event::Inject(Transient::Scatter { rad: 1.0 })));
    events.push(at(start + 31_001, Event::Inject(Transient::Mode { channel: 12, amount: 0.4, slow: true })));
    let pulse = Pulse { theta: 1.0, omega: 30.0, pace_hz: 5.0, speaking: true };
    events.push(at(start + 40_001, Event::Partner(pulse)));
    // Back to where all was, but for what the field has become.
    let rest = start + 6 * second;
    events.extend(Control::ALL.map(|control| at(rest, set(control, control.default_value()))));
    // Markup, with a surprise: emotion turns round within a word.
    let start = rest + second;
    events.extend([at(start, Event::Load(Arc::clone(&lines[2]))), at(start + 3, speak.clone())]);
    events.extend([
        at(start + 60_001, set(Control::Valence, -0.9)),
        at(start + 60_001, set(Control::Arousal, 0.9)),
    ]);
    events.extend([
        at(start + 70_001, set(Control::Valence, 0.0)),
        at(start + 70_001, set(Control::Arousal, 0.0)),
    ]);
    // Two of the queue, to a beat and a partner that were there before.
    let start = start + 8 * second;
    events
        .push(at(start - 9_001, Event::Transport(Transport { tempo_bpm: 131.0, beats: 7.7, playing: true })));
    events.extend([
        at(start - 9_000, set(Control::BeatCoupling, 0.9)),
        at(start - 9_000, set(Control::PartnerCoupling, 0.8)),
        at(start - 3_000, Event::Partner(pulse)),
    ]);
    events.extend([
        at(start, Event::Queue(Arc::clone(&lines[3]))),
        at(start + 999, Event::Queue(Arc::clone(&lines[4]))),
    ]);
    // Notes.
    let start = start + 5 * second + 1;
    for (i, (syllable, f0_hz)) in [(0, 220.0), (1, 262.0), (2, 196.0), (3, 247.0)].into_iter().enumerate() {
        let score = Arc::clone(&sheet);
        let note = SungNote { score, syllable, f0_hz, velocity: 0.7, lead_samples: 4_000, glide_s: 0.0 };
        events.push(at(start + 20_011 * i, Event::Sing(note)));
    }
    let bent = Expression { bend_st: 1.5, level_db: -3.0, brightness: 0.4, pitch_weight: 0.9 };
    events.push(at(start + 33_333, Event::Express(bent)));
    events.push(at(start + 90_001, Event::Release { after_samples: 5_000 }));
    events.push(at(start + 3 * second, Event::Express(Expression::NEUTRAL)));
    // A line that is followed, steered once.
    let start = start + 4 * second;
    let place = |at_s| Event::Follow(Some(Place { score: Arc::clone(&lines[0]), at_s, rate: 1.1 }));
    events.extend([at(start, place(0.2)), at(start + 24_001, place(0.2 + 0.5 * 1.1 + 0.01))]);
    // Others: the choir, and a line that moves between two voices.
    let start = start + 4 * second;
    events.extend([at(start, Event::Load(Arc::clone(&choir))), at(start, speak.clone())]);
    let start = start + 3 * second;
    events.extend([at(start, Event::Load(Arc::clone(&blended))), at(start, speak.clone())]);
    events.push(at(start + 5_001, set(Control::VoiceMix, 1.0)));
    // And the choir again, whose voices have been somewhere.
    let start = start + 3 * second;
    events.extend([at(start, Event::Load(Arc::clone(&choir))), at(start + 77, speak)]);
    let (heard, takes) = kept(keeping(48_000.0), &events, start + 3 * second);
    assert_eq!(takes.len(), 9, "every utterance is a take");
    assert!(!heard.surprises.is_empty(), "something surprised");
    let mut scores = lines;
    scores.extend([sheet, choir, blended]);
    for (index, take) in takes.iter().enumerate() {
        println!("take {index}");
        assert_replays(take, &heard, &scores, &other());
    }
}

#[test]
fn it_is_the_same_at_every_sample_rate() {
    let score = planned(&line("At any rate."));
    for rate_hz in [44_100.0, 96_000.0] {
        let second = rate_hz as usize;
        let speak = |sample| {
            [at(sample, Event::Load(Arc::clone(&score))), at(sample, Event::Speak { velocity: 1.0 })]
        };
        let mut events = speak(333).to_vec();
        events.extend(speak(3 * second + 1));
        events.push(at(3 * second + 9_999, set(Control::Arousal, 0.8)));
        let (heard, takes) = kept(keeping(rate_hz), &events, 6 * second);
        assert_eq!(takes.len(), 2);
        for take in &takes {
            assert_replays(take, &heard, std::slice::from_ref(&score), &other());
        }
    }
}

#[test]
fn what_is_said_right_after_it_is_a_take_of_its_own() {
    let score = planned(&line("Again."));
    let speak =
        |sample| [at(sample, Event::Load(Arc::clone(&score))), at(sample, Event::Speak { velocity: 1.0 })];
    let (alone, takes) = kept(keeping(48_000.0), &speak(100), 96_000);
    let rest = alone.finished[0] + 4_800;
    assert!(rest < takes[0].began_at() + takes[0].length_samples(), "before the rest is over");
    let mut events = speak(100).to_vec();
    events.extend(speak(rest as usize));
    let (heard, takes) = kept(keeping(48_000.0), &events, 192_000);
    assert_eq!(takes.iter().map(Take::began_at).collect::<Vec<_>>(), [100, rest]);
    assert_eq!(takes[0].length_samples(), rest - 100);
    for take in &takes {
        assert_replays(take, &heard, std::slice::from_ref(&score), &other());
    }
}

#[test]
fn whatever_speaks_or_stops_ends_a_replay() {
    let score = planned(&line("This goes on for a while, and then it ends."));
    let events = [
        at(0, set(Control::GainDb, -12.0)),
        at(0, Event::Load(Arc::clone(&score))),
        at(100, Event::Speak { velocity: 1.0 }),
    ];
    let (_, takes) = kept(keeping(48_000.0), &events, 240_000);
    let replay = Event::Replay(rendition(&takes[0], std::slice::from_ref(&score)));
    let next = other();
    let ends: [(&str, Event); 4] = [
        ("speak", Event::Speak { velocity: 1.0 }),
        ("queue", Event::Queue(Arc::clone(&next))),
        ("follow", Event::Follow(Some(Place { score: Arc::clone(&next), at_s: 0.0, rate: 1.0 }))),
        ("replay", replay.clone()),
    ];
    for (name, end) in ends {
        let events = [at(0, Event::Load(Arc::clone(&next))), at(10, replay.clone()), at(48_001, end)];
        let mut engine = engine(EngineConfig::new(48_000.0));
        let heard = run(&mut engine, &events, 400_000, &[480]);
        assert!(peak(&heard.sound[60_000..]) > 0.02, "{name}");
        assert!(engine.is_idle(), "{name} comes to an end");
        assert!(heard.sound.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.5), "{name}");
    }
    let events = [at(10, replay.clone()), at(48_001, Event::Stop)];
    let mut stopped = engine(EngineConfig::new(48_000.0));
    let heard = run(&mut stopped, &events, 100_000, &[480]);
    assert!(peak(&heard.sound[..48_000]) > 0.01);
    assert_eq!(peak(&heard.sound[48_001 + 1_400..]), 0.0, "silent within 30 ms");
    assert!(stopped.is_idle());
    // Controls of the take are those of the take only.
    let loud = |before: &[TimedEvent]| {
        let mut events = before.to_vec();
        events.extend([
            at(200_000, Event::Load(Arc::clone(&score))),
            at(200_001, Event::Speak { velocity: 1.0 }),
        ]);
        let heard = run(&mut engine(EngineConfig::new(48_000.0)), &events, 260_000, &[480]);
        peak(&heard.sound[201_000..])
    };
    let (after, plain) = (loud(&[at(10, replay)]), loud(&[]));
    assert!((after / plain - 1.0).abs() < 0.3, "{after} after a replay, {plain} without one");
}

#[test]
fn what_cannot_be_kept_is_told() {
    let score = planned(&line("Short."));
    let speak = [at(0, Event::Load(Arc::clone(&score))), at(1, Event::Speak { velocity: 1.0 })];
    let refused = |more: Vec<TimedEvent>| {
        let mut events = speak.to_vec();
        events.extend(more);
        let mut engine = engine(keeping(48_000.0));
        run(&mut engine, &events, 96_000, &[4096]);
        let error = Take::of(engine.finished_take().expect("a take is told")).unwrap_err();
        assert!(engine.finished_take().is_none(), "and told once");
        error.to_string()
    };
    let field = Arc::new(FieldSetup::compile(&FieldSpec::factory()[1]).expect("sound"));
    assert!(refused(vec![at(900, Event::Field(field))]).contains("field"));
    let many = (0..5_000).map(|i| at(10 + i, set(Control::PitchSt, (i % 7) as f32))).collect();
    assert!(refused(many).contains("4096"));
    let nameless = Arc::new(Score { id: 0, ..Score::clone(&score) });
    assert!(refused(vec![at(900, Event::Queue(nameless))]).contains("planned"));
    let mut none = engine(EngineConfig::new(48_000.0));
    run(&mut none, &speak, 96_000, &[4096]);
    assert!(none.finished_take().is_none(), "nothing is kept unasked");
    // An engine that is put to sleep at once has a take all the same.
    let mut slept = engine(keeping(48_000.0));
    let mut blocks = 0;
    while blocks < 5 || !slept.is_idle() {
        run(&mut slept, if blocks == 0 { &speak } else { &[] }, 480, &[480]);
        blocks += 1;
    }
    assert!(slept.finished_take().is_none());
    slept.close_take();
    assert!(Take::of(slept.finished_take().expect("sound")).is_ok());
}

#[test]
fn damaged_bytes_are_refused_or_harmless() {
    let score = planned(&line("Nothing can break this."));
    let again = planned(&line("And again."));
    let events = [
        at(0, Event::Load(Arc::clone(&again))),
        at(0, Event::Speak { velocity: 1.0 }),
        at(120_000, Event::Load(Arc::clone(&score))),
        at(120_001, Event::Speak { velocity: 1.0 }),
        at(130_001, set(Control::Happy, 0.8)),
        at(140_001, Event::Inject(Transient::Scatter { rad: 1.0 })),
    ];
    let (_, takes) = kept(keeping(48_000.0), &events, 260_000);
    let bytes = takes[1].to_bytes();
    let mut noise = Noise::new(5);
    let mut engine = engine(EngineConfig::new(48_000.0));
    let (mut readable, mut played) = (0, 0);
    for _ in 0..10_000 {
        let mut damaged = bytes.clone();
        for _ in 0..1 + noise.bits() % 3 {
            let bit = noise.bits() as usize % (8 * damaged.len());
            damaged[bit / 8] ^= 1 << (bit % 8);
        }
        let Ok(take) = Take::from_bytes(&damaged) else { continue };
        readable += 1;
        if readable > 400 {
            continue;
        }
        let Ok(rendition) = Rendition::new(&take, vec![Arc::clone(&score)], default_setup()) else {
            continue;
        };
        played += 1;
        let rendition = Arc::new(rendition);
        let heard = run(&mut engine, &[at(7, Event::Replay(Arc::clone(&rendition)))], 12_000, &[480]);
        assert!(heard.sound.iter().all(|x| x.is_finite()));
        for frame in &heard.faces {
            let numbers = frame.shapes.iter().chain(&frame.head_rad).chain(&frame.emotion);
            assert!(numbers.into_iter().all(|x| x.is_finite()));
        }
        run(&mut engine, &[at(0, Event::Stop)], 4_000, &[480]);
    }
    println!("{readable} of 10000 can be read, {played} were played");
    assert!(played > 0);
    engine.reset();
    let speak = [at(0, Event::Load(score)), at(1, Event::Speak { velocity: 1.0 })];
    assert!(peak(&run(&mut engine, &speak, 48_000, &[480]).sound) > 0.02, "and the engine is well");
}
