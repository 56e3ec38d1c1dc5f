//! Nothing in `process` touches the heap: counted by the global allocator of this test binary.

use psivox_core::field::{
    FieldSetup, FieldSpec, Observable, Pulse, Role, RoleDrive, SurpriseEvent, Transient, Transport,
};
use psivox_core::memory::{RawTake, Rendition, Take};
use psivox_core::{
    BlendshapeFrame, Control, Engine, EngineConfig, Event, Persona, Planner, Telemetry, TimedEvent,
    engine::{Expression, ObservableFrame, Place, Probe, ScoreShelf, SungNote},
};
use psivox_tests::heap::{CountingHeap, bytes_of, operations_of};
use std::sync::Arc;

#[global_allocator]
static HEAP: CountingHeap = CountingHeap;

#[derive(Default)]
struct Faces(u64, u64, u64);

impl Telemetry for Faces {
    fn face(&mut self, _frame: &BlendshapeFrame, _field: &ObservableFrame) {
        self.0 += 1;
    }
    fn surprise(&mut self, _event: &SurpriseEvent) {
        self.1 += 1;
    }
    fn probe(&mut self, _slot: usize, _time_samples: u64, _value: f32) {
        self.2 += 1;
    }
}

#[test]
fn the_counter_counts() {
    let planted = operations_of(|| drop(std::hint::black_box(vec![1u8; 100])));
    assert!(planted >= 2, "an allocation and its end are seen: {planted}");
}

#[test]
fn a_whole_line_with_automation_touches_the_heap_zero_times() {
    let planner = Planner::new(&Persona::named("heart").unwrap()).unwrap();
    let mut shelf = ScoreShelf::default();
    // The one with all that a text can ask for, the other by a persona with others beside it.
    let marked =
        "One [happy]two[/] [laugh] three, [whisper]four[/] <mark name=\"m\"/>five [wink] [pause 100ms] six.";
    let choir = Planner::new(&Persona::named("choir").unwrap()).unwrap();
    let lines: Vec<_> =
        [(&planner, marked), (&choir, "And now another line, a little longer than the first! Is it?")]
            .map(|(planner, text)| shelf.share(planner.plan(text).unwrap().score))
            .into();
    assert!(lines[0].marks.len() == 1 && lines[0].gestures.len() == 1 && lines[0].cues.len() > 4);
    let fields: Vec<Arc<FieldSetup>> =
        FieldSpec::factory().iter().map(|spec| Arc::new(FieldSetup::compile(spec).unwrap())).collect();
    let mut engine = Engine::new(EngineConfig::new(48_000.0)).unwrap();
    let mut sound = vec![0.0f32; 4096];
    let mut faces = Faces::default();
    let mut peak = 0.0f32;
    let mut events: Vec<TimedEvent> = Vec::with_capacity(64);
    let mut total = 0;
    for block in 0..400u32 {
        events.clear();
        let mut push = |offset_samples, event| events.push(TimedEvent { offset_samples, event });
        for (i, control) in Control::ALL.into_iter().enumerate() {
            let (low, high) = control.range();
            let swing = ((block * 7 + i as u32 * 13) % 100) as f32 / 99.0;
            push(i as u32 * 3, Event::Set { control, value: low + swing * (high - low) });
        }
        if block % 40 == 0 {
            push(30, Event::Load(lines[(block / 40) as usize % 2].clone()));
            push(31, Event::Speak { velocity: 0.9 });
        }
        if block % 97 == 96 {
            push(200, Event::Stop);
        }
        let role = Role::ALL[block as usize % Role::ALL.len()];
        let drive = RoleDrive { hz: (block % 3 == 0).then_some(2.5), amplitude: Some(0.4), over_s: 0.1 };
        push(210, Event::Drive { role, drive });
        push(211, Event::Inject(Transient::Scatter { rad: 1.0 }));
        push(
            212,
            Event::Transport(Transport {
                tempo_bpm: 90.0,
                beats: f64::from(block) * 0.3,
                playing: block % 50 != 0,
            }),
        );
        push(213, Event::Partner(Pulse { theta: block as f32, omega: 30.0, pace_hz: 5.0, speaking: true }));
        let probe = Probe { observable: Observable::Theta(role), rate_hz: 500.0 };
        push(214, Event::Probe { slot: block as usize % 9, probe: Some(probe) });
        if block % 20 == 10 {
            push(215, Event::Field(fields[(block / 20) as usize % fields.len()].clone()));
        }
        let length = [1usize, 7, 64, 441, 512, 4096][block as usize % 6];
        total += operations_of(|| engine.process(&events, &mut sound[..length], &mut faces));
        peak = sound[..length].iter().fold(peak, |peak, x| peak.max(x.abs()));
        if block % 150 == 149 {
            total += operations_of(|| engine.reset());
        }
    }
    assert!(peak > 0.05 && faces.0 > 200, "there was sound ({peak}) and there were faces ({})", faces.0);
    assert!(faces.1 > 3 && faces.2 > 1_000, "{} surprises and {} probed values", faces.1, faces.2);
    assert_eq!(total, 0, "heap operations in process and reset");
}

#[test]
fn an_engine_is_small_enough_to_have_eight_of() {
    let (engine, heap) = bytes_of(|| Engine::new(EngineConfig::new(48_000.0)).unwrap());
    let bytes = heap + size_of_val(&engine) as i64;
    println!("an engine takes {bytes} bytes, {heap} of them on the heap");
    assert!((10_000..2_000_000).contains(&bytes), "{bytes} bytes");
}

#[test]
fn notes_bends_and_outer_times_touch_the_heap_zero_times() {
    let planner = Planner::new(&Persona::named("heart").unwrap()).unwrap();
    let mut shelf = ScoreShelf::default();
    let sheets = ["star - and stop", "la, my oh la la"]
        .map(|lyrics| shelf.share(planner.sheet(lyrics).unwrap().score));
    let mut engine = Engine::new(EngineConfig::new(48_000.0)).unwrap();
    let mut sound = vec![0.0f32; 1024];
    let mut faces = Faces::default();
    let (mut peak, mut total) = (0.0f32, 0);
    let mut events: Vec<TimedEvent> = Vec::with_capacity(16);
    for block in 0..400u32 {
        events.clear();
        let mut push = |offset_samples, event| events.push(TimedEvent { offset_samples, event });
        let score = &sheets[(block / 50) as usize % 2];
        if block % 7 == 0 {
            push(
                3,
                Event::Sing(SungNote {
                    score: Arc::clone(score),
                    syllable: block / 7 % 4,
                    f0_hz: 150.0 + (block % 100) as f32,
                    velocity: 0.7,
                    lead_samples: block * 13 % 9_000,
                    glide_s: 0.0,
                }),
            );
        }
        if block % 31 == 30 {
            push(100, Event::Release { after_samples: 2_000 });
        }
        let bend_st = (block % 9) as f32 - 4.0;
        push(200, Event::Express(Expression { bend_st, ..Expression::NEUTRAL }));
        if block % 61 > 50 {
            let at_s = f64::from(block % 61) * 0.02;
            push(300, Event::Follow(Some(Place { score: Arc::clone(score), at_s, rate: 1.1 })));
        }
        if block % 67 == 66 {
            push(400, Event::Follow(None));
        }
        total += operations_of(|| engine.process(&events, &mut sound, &mut faces));
        peak = sound.iter().fold(peak, |peak, x| peak.max(x.abs()));
    }
    assert!(peak > 0.05 && faces.0 > 100, "there was sound ({peak}) and there were faces ({})", faces.0);
    assert_eq!(total, 0, "heap operations");
}

#[test]
fn takes_and_replays_touch_the_heap_zero_times() {
    let planner = Planner::new(&Persona::named("heart").unwrap()).unwrap();
    let lines = ["Said once [laugh] and said again.", "Another."]
        .map(|text| Arc::new(planner.plan(text).unwrap().score));
    let sheet = Arc::new(planner.sheet("la la").unwrap().score);
    let config = EngineConfig { keeps_takes: true, ..EngineConfig::new(48_000.0) };
    let mut engine = Engine::new(config).unwrap();
    let mut kept = [RawTake::empty(), RawTake::empty(), RawTake::empty()];
    let (mut sound, mut faces) = (vec![0.0f32; 512], Faces::default());
    let (mut total, mut count) = (0, 0);
    let mut play = |engine: &mut Engine, events: &[Event]| {
        let events: Vec<TimedEvent> = events
            .iter()
            .enumerate()
            .map(|(i, event)| TimedEvent { offset_samples: 3 * i as u32, event: event.clone() })
            .collect();
        total += operations_of(|| engine.process(&events, &mut sound, &mut faces));
        total += operations_of(|| {
            if let Some(take) = engine.finished_take() {
                kept[count].copy_from(take);
                count += 1;
            }
            engine.close_take();
        });
        (total, count)
    };
    let note = |syllable| {
        let score = Arc::clone(&sheet);
        Event::Sing(SungNote {
            score,
            syllable,
            f0_hz: 220.0,
            velocity: 0.8,
            lead_samples: 2_000,
            glide_s: 0.0,
        })
    };
    for block in 0..1_200 {
        let value = (block % 10) as f32 / 9.0;
        let events: Vec<Event> = match block {
            5 => vec![Event::Load(Arc::clone(&lines[0])), Event::Speak { velocity: 0.9 }],
            10 => vec![Event::Queue(Arc::clone(&lines[1]))],
            600 => vec![note(0)],
            620 => vec![note(1), Event::Express(Expression { bend_st: 1.0, ..Expression::NEUTRAL })],
            650 => vec![Event::Release { after_samples: 100 }],
            900 => vec![Event::Follow(Some(Place { score: Arc::clone(&lines[1]), at_s: 0.1, rate: 1.0 }))],
            _ => vec![
                Event::Set { control: Control::Happy, value },
                Event::Inject(Transient::Scatter { rad: 0.1 }),
            ],
        };
        play(&mut engine, &events);
    }
    let (total, count) = play(&mut engine, &[]);
    assert_eq!(count, 3, "takes were kept");
    let mut scores = lines.to_vec();
    scores.push(sheet);
    let setup = Arc::new(FieldSetup::default());
    let renditions = kept.clone().map(|raw| {
        let take = Take::of(&raw).unwrap();
        Arc::new(Rendition::new(&take, scores.clone(), Arc::clone(&setup)).unwrap())
    });
    let other = Arc::new(FieldSetup::compile(&FieldSpec::factory()[1]).unwrap());
    let (mut sound, mut faces) = (vec![0.0f32; 512], Faces::default());
    let (mut operations, mut peak) = (0, 0.0f32);
    for block in 0..900usize {
        let event = match block % 100 {
            0 => Event::Replay(Arc::clone(&renditions[block / 100 % 3])),
            50 => Event::Field(Arc::clone(&other)),
            // Half of the replays are cut short.
            90 if block % 200 > 100 => Event::Stop,
            _ => Event::Set { control: Control::Sad, value: 0.5 },
        };
        let events = [TimedEvent { offset_samples: 100, event }];
        operations += operations_of(|| engine.process(&events, &mut sound, &mut faces));
        peak = sound.iter().fold(peak, |peak, x| peak.max(x.abs()));
    }
    operations += operations_of(|| engine.reset());
    drop(renditions);
    assert!(peak > 0.05 && faces.0 > 300);
    assert_eq!(total + operations, 0, "heap operations while takes are kept and replayed");
}
