//! Live singing and following: notes and outer times lead the voice; vowels on their beats, pitches in tune, no clicks.

use psivox_core::engine::{Expression, ObservableFrame, PhoneMark, Place, SungNote};
use psivox_core::phone::Phone;
use psivox_core::score::{LN_F0, SCORE_RATE_HZ, Score, ScoreSyllable, read_channel};
use psivox_core::song::{Lyric, SheetPlan, Song};
use psivox_core::{
    BlendshapeFrame, Control, Engine, EngineConfig, Event, Persona, Planner, Telemetry, TimedEvent,
};
use psivox_tests::measure::{bands_db, largest_step, late_s, low_passed, median_f0_hz, peak, rms};
use std::sync::{Arc, LazyLock};

const RATE: f32 = 48_000.0;
const TWINKLE: &str = include_str!("../../presets/songs/twinkle.song");

static PLANNER: LazyLock<Planner> = LazyLock::new(|| {
    Planner::new(&Persona::named("heart").expect("a factory persona")).expect("the voice loads")
});
/// Open syllables with voiced and voiceless onsets, closed ones, a diphthong, a hold.
static SHEET: LazyLock<Arc<Score>> = LazyLock::new(|| sheet("la la la see my star - and stop tickle"));

fn plan(lyrics: &str) -> SheetPlan {
    PLANNER.sheet(lyrics).expect("lyrics that can be sung")
}

fn sheet(lyrics: &str) -> Arc<Score> {
    Arc::new(plan(lyrics).score)
}

fn hz(midi: f32) -> f32 {
    440.0 * ((midi - 69.0) / 12.0).exp2()
}

fn midi(f0_hz: f32) -> f32 {
    69.0 + 12.0 * (f0_hz / 440.0).log2()
}

/// What an engine tells.
#[derive(Default)]
struct Ear {
    phones: Vec<PhoneMark>,
    lines: usize,
    finished: Vec<u64>,
    fields: Vec<(u64, ObservableFrame)>,
    jaws: Vec<f32>,
}

impl Telemetry for Ear {
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        self.fields.push((frame.time_samples, *field));
        self.jaws.push(frame.shapes.iter().sum());
    }
    fn line(&mut self, _score: &Arc<Score>, _time_samples: u64) {
        self.lines += 1;
    }
    fn phone(&mut self, mark: PhoneMark) {
        self.phones.push(mark);
    }
    fn finished(&mut self, time_samples: u64) {
        self.finished.push(time_samples);
    }
}

/// An event and its time in s.
type Timed = (f32, Event);

fn at(time_s: f32, event: Event) -> Timed {
    (time_s, event)
}

fn note(score: &Arc<Score>, syllable: u32, midi: f32, lead_s: f32) -> Event {
    noted(score, syllable, midi, lead_s, RATE)
}

fn noted(score: &Arc<Score>, syllable: u32, midi: f32, lead_s: f32, rate: f32) -> Event {
    Event::Sing(SungNote {
        score: Arc::clone(score),
        syllable,
        f0_hz: hz(midi),
        velocity: 0.8,
        lead_samples: (lead_s * rate).round() as u32,
        glide_s: 0.0,
    })
}

fn release(after_s: f32) -> Event {
    Event::Release { after_samples: (after_s * RATE) as u32 }
}

fn play_at(rate: f32, block: usize, events: &[Timed], seconds: f32) -> (Vec<f32>, Ear, Engine) {
    let mut engine = Engine::new(EngineConfig::new(rate)).expect("a rate in range");
    let mut ear = Ear::default();
    let mut sound = vec![0.0; (seconds * rate) as usize];
    let mut start = 0;
    for part in sound.chunks_mut(block) {
        let own = events.iter().filter_map(|(time_s, event)| {
            let sample = (time_s * rate).round() as usize;
            let inside = (start..start + part.len()).contains(&sample);
            inside.then(|| TimedEvent { offset_samples: (sample - start) as u32, event: event.clone() })
        });
        let own: Vec<TimedEvent> = own.collect();
        engine.process(&own, part, &mut ear);
        start += part.len();
    }
    (sound, ear, engine)
}

fn play(events: &[Timed], seconds: f32) -> (Vec<f32>, Ear, Engine) {
    play_at(RATE, 512, events, seconds)
}

fn part(sound: &[f32], from_s: f32, to_s: f32) -> &[f32] {
    &sound[(from_s * RATE) as usize..(to_s * RATE) as usize]
}

/// When the vowels of a score were told, s.
fn vowels_s(ear: &Ear, score: &Score) -> Vec<f32> {
    let is_vowel = |mark: &&PhoneMark| {
        Phone::of(score.phones[mark.phone as usize].symbol).is_some_and(|phone| phone.is_vowel())
    };
    ear.phones.iter().filter(is_vowel).map(|mark| mark.time_samples as f32 / RATE).collect()
}

#[test]
fn a_sheet_stands_in_order_with_every_vowel_known() {
    let score = &*SHEET;
    assert_eq!(score.syllables.len(), 11);
    for (i, own) in score.syllables.iter().enumerate() {
        let ScoreSyllable { start_s, vowel_s, rest_s, release_s, coda_s, end_s, .. } = *own;
        let places = [start_s, vowel_s, rest_s, release_s, coda_s, end_s];
        assert!(places.windows(2).all(|pair| pair[0] <= pair[1]), "{i}: {places:?}");
        let told = score.phones.iter().find(|phone| (phone.start_s - vowel_s).abs() < 5e-3);
        let vowel = told.and_then(|phone| Phone::of(phone.symbol)).is_some_and(|phone| phone.is_vowel());
        assert!(vowel, "syllable {i} has no vowel at {vowel_s}");
        assert!(rest_s - vowel_s > 0.04 && end_s - vowel_s > 0.15, "{i}: {places:?}");
    }
    let words: Vec<&str> =
        score.syllables.iter().map(|own| score.words[own.word as usize].as_str()).collect();
    assert_eq!(words[5..], ["star", "star", "and", "stop", "tickle", "tickle"]);
    assert!(score.syllables[6].hold && score.syllables[6].vowel_s == score.syllables[5].vowel_s);
    let follow = score.syllables.windows(2).filter(|pair| !pair[1].hold);
    assert!(follow.clone().count() == 9);
    for pair in follow {
        assert!((pair[1].start_s - pair[0].end_s).abs() < 0.03, "they follow each other");
    }
}

#[test]
fn signs_say_which_note_takes_what() {
    let words = |lyrics: &str| -> Vec<(u32, bool)> {
        plan(lyrics).score.syllables.iter().map(|own| (own.word, own.hold)).collect()
    };
    assert_eq!(words("little star"), [(0, false), (0, false), (1, false)]);
    assert_eq!(words("little + star -"), [(0, false), (0, false), (1, false), (1, true)]);
    assert_eq!(words("lit - {r iy d} -"), [(0, false), (0, true), (1, false), (1, true)]);
    let alphabet = plan("wonderful + {t w ih1 ng k ax l}").score;
    assert_eq!(alphabet.syllables.len(), 4, "the last '+' takes what is left");
    let rest = plan("wonderful - + day");
    assert_eq!(
        rest.score.syllables.iter().map(|own| own.hold).collect::<Vec<_>>(),
        [false, true, false, false]
    );
    let extra = plan("star + +");
    assert!(extra.notices[0].message.contains("'star', which has 1"), "{:?}", extra.notices);
    assert!(extra.score.syllables[1].hold);
}

#[test]
fn lyrics_that_cannot_be_sung_say_why() {
    let refused = |lyrics: &str| PLANNER.sheet(lyrics).expect_err(lyrics).to_string();
    for empty in ["", "   \n", "...", "[happy]", "- + -"] {
        assert!(refused(empty).contains("nothing to sing"), "{empty:?}: {}", refused(empty));
    }
    assert!(refused(&"la ".repeat(3_500_000)).contains("at most 65536"));
    assert!(refused("la {r qq d}").contains("'qq'") && refused("la\n{r").contains("line 2"));
    let long = plan(&"la ".repeat(700));
    assert!((480..=512).contains(&long.score.syllables.len()), "{}", long.score.syllables.len());
    assert!(long.notices.iter().any(|notice| notice.message.contains("512 notes")));
    let odd = plan("la \u{1F600} xkcdqz ____ 12 la");
    assert!(odd.score.syllables.len() >= 3);
    let endless = PLANNER.sheet(&"ba".repeat(30_000));
    assert!(endless.is_err() || endless.is_ok_and(|plan| plan.score.syllables.len() <= 512));
}

/// A scale on "la", notes as they come from a keyboard: each is told `lead_s` before its beat.
fn scale(score: &Arc<Score>, from_midi: f32, lead_s: f32) -> (Vec<Timed>, Vec<(f32, f32)>) {
    const STEPS_ST: [f32; 15] =
        [0.0, 2.0, 4.0, 5.0, 7.0, 9.0, 11.0, 12.0, 14.0, 16.0, 17.0, 19.0, 21.0, 23.0, 24.0];
    let beats: Vec<(f32, f32)> =
        STEPS_ST.iter().enumerate().map(|(i, step)| (0.5 + 0.5 * i as f32, from_midi + step)).collect();
    let mut events: Vec<Timed> = beats
        .iter()
        .enumerate()
        .map(|(i, (beat_s, midi))| at(beat_s - lead_s, note(score, i as u32, *midi, lead_s)))
        .collect();
    events.push(at(8.0 - lead_s, release(lead_s)));
    (events, beats)
}

fn la() -> Arc<Score> {
    sheet(&"la ".repeat(15))
}

#[test]
fn every_vowel_begins_on_its_beat_in_telemetry_and_sound() {
    let score = sheet(&"sa ".repeat(15));
    let (events, beats) = scale(&score, 57.0, 0.2);
    let (sound, ear, _) = play(&events, 9.0);
    let vowels = vowels_s(&ear, &score);
    assert_eq!(vowels.len(), beats.len(), "one vowel a note");
    for ((beat_s, _), vowel_s) in beats.iter().zip(&vowels) {
        assert!((vowel_s - beat_s).abs() < 0.005, "told at {vowel_s}, beat at {beat_s}");
    }
    // Without the hiss of s.
    let low = low_passed(&sound, RATE, 700.0);
    let mut off_ms = Vec::new();
    for (beat_s, _) in &beats {
        let late_s = late_s(&low, RATE, *beat_s).expect("a consonant between the vowels");
        assert!(late_s.abs() < 0.025, "{:.0} ms at {beat_s:.2} s", 1e3 * late_s);
        off_ms.push((1e3 * late_s).abs().round());
    }
    // The voice sets in some 15 ms before what counts as the vowel's beginning, and always alike: the rhythm is even.
    off_ms.sort_by(f32::total_cmp);
    assert!(off_ms[off_ms.len() - 2] - off_ms[1] < 10.0, "{off_ms:?} ms");
}

#[test]
fn notes_are_in_tune_from_c3_to_c5() {
    let score = la();
    let (events, beats) = scale(&score, 48.0, 0.15);
    let (sound, ear, _) = play(&events, 9.0);
    for (beat_s, wanted) in &beats {
        // Two periods of vibrato in the note's middle, or before vibrato begins.
        let inside = |(sample, _): &&(u64, ObservableFrame)| {
            (beat_s + 0.10..beat_s + 0.40).contains(&(*sample as f32 / RATE))
        };
        let pitches: Vec<f32> =
            ear.fields.iter().filter(inside).map(|(_, field)| midi(field.f0_hz)).collect();
        let mean = pitches.iter().sum::<f32>() / pitches.len() as f32;
        assert!((mean - wanted).abs() < 0.10, "{mean:.3} for {wanted}");
        if *wanted <= 69.0 {
            let f0_hz = median_f0_hz(part(&sound, beat_s + 0.1, beat_s + 0.4), RATE).expect("voiced");
            assert!((midi(f0_hz) - wanted).abs() < 0.3, "{:.2} for {wanted}", midi(f0_hz));
        }
    }
}

#[test]
fn legato_is_neither_silent_nor_does_it_click() {
    let score = la();
    for lead_s in [0.0, 0.05, 0.2] {
        let (events, _) = scale(&score, 52.0, lead_s);
        let (sound, ear, _) = play(&events, 9.5);
        let levels: Vec<f32> = part(&sound, 0.9, 7.9).chunks(960).map(rms).collect();
        let loudest = levels.iter().copied().fold(0.0, f32::max);
        let softest = levels.iter().copied().fold(f32::MAX, f32::min);
        assert!(softest > 0.03 * loudest, "lead {lead_s}: {softest} of {loudest}");
        assert_eq!((ear.lines, ear.finished.len()), (1, 1), "one score, one end");
        no_click(&sound);
        assert!(peak(part(&sound, 9.0, 9.5)) < 1e-4);
    }
}

/// Nothing steps farther than hissing does, and no sample stands out of its neighbourhood.
fn no_click(sound: &[f32]) {
    assert!(sound.iter().all(|x| x.is_finite()));
    let (largest, loudest) = (largest_step(sound), peak(sound));
    assert!(largest < 1.6 * loudest, "a step of {largest} at a peak of {loudest}");
    // The third difference of a click stands out of its neighbourhood.
    let bend: Vec<f32> = sound.windows(4).map(|x| (x[3] - 3.0 * x[2] + 3.0 * x[1] - x[0]).abs()).collect();
    for (i, part) in bend.chunks(4_800).enumerate() {
        let mean = part.iter().sum::<f32>() / part.len() as f32;
        let worst = part.iter().copied().fold(0.0, f32::max);
        assert!(worst < 60.0 * mean + 1e-3, "at {:.1} s: {worst} among {mean}", i as f32 * 0.1);
    }
}

#[test]
fn a_held_note_lives_and_its_end_is_sung() {
    let score = sheet("star see");
    let events = [at(0.0, note(&score, 0, 57.0, 0.3)), at(3.0, release(0.3))];
    let (sound, ear, engine) = play(&events, 5.0);
    let symbols: Vec<char> = ear.phones.iter().map(|mark| score.phones[mark.phone as usize].symbol).collect();
    assert_eq!(symbols, ['s', 't', 'ɑ', 'ɹ']);
    let levels: Vec<f32> = part(&sound, 0.5, 3.0).chunks(2_400).map(rms).collect();
    let (low, high) = levels.iter().fold((f32::MAX, 0.0f32), |(low, high), x| (low.min(*x), high.max(*x)));
    assert!(low > 0.5 * high && low < 0.98 * high, "held from {low} to {high}");
    let coda_s = ear.phones[3].time_samples as f32 / RATE;
    assert!((3.0..3.3).contains(&coda_s), "the r at {coda_s}");
    let ended_s = ear.finished[0] as f32 / RATE;
    assert!((3.25..3.5).contains(&ended_s), "silent at {ended_s}");
    assert!(peak(part(&sound, 3.6, 5.0)) < 1e-5 && engine.is_idle());
    let speaking = |time_s: f32| {
        ear.fields.iter().find(|(sample, _)| *sample as f32 / RATE >= time_s).map(|(_, field)| *field)
    };
    let (during, after) = (speaking(1.5).expect("a face"), speaking(4.0).expect("a face"));
    assert!(during.speaking && during.syllable == Some(0) && !after.speaking && after.syllable.is_none());
    // Vibrato begins after 0.25 s and is half a semitone either way; the mouth moves with the word.
    let swing = |from: f32, to: f32| {
        let inside = ear.fields.iter().filter(|(sample, _)| (from..to).contains(&(*sample as f32 / RATE)));
        let pitches: Vec<f32> = inside.map(|(_, field)| midi(field.f0_hz)).collect();
        pitches.iter().copied().fold(f32::MIN, f32::max) - pitches.iter().copied().fold(f32::MAX, f32::min)
    };
    assert!((0.7..1.3).contains(&swing(1.2, 2.8)), "{}", swing(1.2, 2.8));
    assert!(swing(0.45, 0.52) < 0.25);
    let jaw = |from: usize, to: usize| ear.jaws[from..to].iter().copied().fold(0.0, f32::max);
    assert!(jaw(60, 150) > 0.15, "the mouth is open");
}

#[test]
fn staccato_notes_are_short_syllables_with_silence_between() {
    let score = la();
    let mut events = Vec::new();
    for i in 0..6u32 {
        let beat_s = 0.4 + 0.6 * i as f32;
        events.push(at(beat_s - 0.1, note(&score, i, 57.0 + i as f32, 0.1)));
        events.push(at(beat_s + 0.02, release(0.1)));
    }
    let (sound, ear, _) = play(&events, 4.5);
    for i in 0..6 {
        let beat_s = 0.4 + 0.6 * i as f32;
        assert!(rms(part(&sound, beat_s, beat_s + 0.1)) > 0.02, "note {i} sounds");
        assert!(rms(part(&sound, beat_s + 0.33, beat_s + 0.44)) < 1e-3, "silence after note {i}");
    }
    assert_eq!((vowels_s(&ear, &score).len(), ear.lines, ear.finished.len()), (6, 1, 6));
    no_click(&sound);
}

#[test]
fn a_hold_changes_pitch_and_nothing_else() {
    let score = sheet("star - see");
    let events = [
        at(0.0, note(&score, 0, 57.0, 0.3)),
        at(1.0, note(&score, 1, 61.0, 0.1)),
        at(1.8, note(&score, 1, 64.0, 0.1)),
        at(2.6, release(0.1)),
    ];
    let (sound, ear, _) = play(&events, 3.5);
    let symbols: Vec<char> = ear.phones.iter().map(|mark| score.phones[mark.phone as usize].symbol).collect();
    assert_eq!(symbols, ['s', 't', 'ɑ', 'ɹ'], "one word");
    for (from, wanted) in [(0.6, 57.0), (1.4, 61.0), (2.2, 64.0)] {
        let f0_hz = median_f0_hz(part(&sound, from, from + 0.3), RATE).expect("voiced");
        assert!((midi(f0_hz) - wanted).abs() < 0.35, "{} for {wanted}", midi(f0_hz));
    }
    let levels: Vec<f32> = part(&sound, 0.5, 2.5).chunks(1_200).map(rms).collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    assert!(levels.iter().all(|level| *level > 0.3 * loudest));
    assert_eq!(ear.fields.iter().filter(|(_, field)| field.syllable == Some(1)).count() / 30, 3);
    no_click(&sound);
}

#[test]
fn a_lead_that_is_too_short_hurries_consonants_and_then_delays_the_vowel() {
    let score = sheet("street street");
    let onset_s = score.syllables[0].vowel_s - score.syllables[0].start_s;
    assert!(onset_s > 0.1, "str is long: {onset_s}");
    for lead_s in [0.0, 0.3 * onset_s, 0.8 * onset_s, 2.0 * onset_s] {
        let (_, ear, _) = play(&[at(0.5, note(&score, 0, 57.0, lead_s))], 1.5);
        let vowel_s = vowels_s(&ear, &score)[0] - 0.5;
        let expected_s = lead_s.max(0.6 * onset_s);
        assert!((vowel_s - expected_s).abs() < 0.005, "{vowel_s} for a lead of {lead_s}");
        let first_s = ear.phones[0].time_samples as f32 / RATE - 0.5;
        let begins_s = (lead_s - onset_s).max(0.0);
        assert!((first_s - begins_s).abs() < 0.005, "s at {first_s} for a lead of {lead_s}");
    }
}

#[test]
fn other_places_and_other_scores_are_jumped_to_without_a_click() {
    let (first, second) = (sheet("my la see no"), sheet("moon low day"));
    let order = [(&first, 0), (&first, 3), (&first, 1), (&second, 2), (&second, 0), (&first, 2), (&first, 2)];
    let mut events: Vec<Timed> = Vec::new();
    for (i, (score, syllable)) in order.iter().enumerate() {
        events.push(at(0.5 + 0.4 * i as f32 - 0.15, note(score, *syllable, 55.0 + 2.0 * i as f32, 0.15)));
    }
    events.push(at(3.8, release(0.0)));
    let (sound, ear, engine) = play(&events, 4.5);
    assert_eq!((ear.lines, ear.finished.len()), (3, 1), "a line is told with each score");
    no_click(&sound);
    let levels: Vec<f32> = part(&sound, 0.6, 3.7).chunks(1_440).map(rms).collect();
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    assert!(levels.iter().all(|level| *level > 0.01 * loudest), "no hole");
    assert!(engine.is_idle());
    // "my" begins on its beat, and so does "no" after a jump over two syllables.
    let onsets: Vec<f32> = ear.phones.iter().map(|mark| mark.time_samples as f32 / RATE).collect();
    for beat_s in [0.5, 0.9, 1.3, 1.7, 2.1, 2.5] {
        let nearest = onsets.iter().map(|at| (at - beat_s).abs()).fold(f32::MAX, f32::min);
        assert!(nearest < 0.01, "nothing begins at {beat_s}: {onsets:?}");
    }
}

/// A bar with everything in it.
fn bar(score: &Arc<Score>, rate: f32) -> Vec<Timed> {
    let bend =
        |bend_st| Event::Express(Expression { bend_st, level_db: -3.0, brightness: 0.4, pitch_weight: 0.8 });
    vec![
        at(0.0311, noted(score, 0, 57.0, 0.1, rate)),
        at(0.3123, noted(score, 1, 60.0, 0.09, rate)),
        at(0.5077, bend(1.5)),
        at(0.6011, noted(score, 5, 64.0, 0.0, rate)),
        at(0.9013, noted(score, 6, 62.0, 0.05, rate)),
        at(1.2017, Event::Release { after_samples: (0.1 * rate) as u32 }),
        at(1.3019, noted(score, 7, 62.0, 0.05, rate)),
        at(1.5021, Event::Follow(Some(Place { score: Arc::clone(score), at_s: 1.0, rate: 1.3 }))),
        at(1.8023, Event::Follow(Some(Place { score: Arc::clone(score), at_s: 1.4, rate: 1.3 }))),
        at(2.0029, Event::Stop),
    ]
}

#[test]
fn block_sizes_change_no_bit() {
    let score = &*SHEET;
    let (reference, ear, _) = play_at(RATE, 512, &bar(score, RATE), 2.5);
    assert!(peak(&reference) > 0.05);
    for block in [1, 37, 4_096] {
        let (sound, other, _) = play_at(RATE, block, &bar(score, RATE), 2.5);
        assert!(sound == reference, "blocks of {block}");
        assert_eq!(other.phones, ear.phones);
    }
}

#[test]
fn other_sample_rates_sound_alike() {
    let score = &*SHEET;
    let edges = [100.0, 400.0, 1_000.0, 3_000.0, 8_000.0];
    let reference = bands_db(&play_at(RATE, 512, &bar(score, RATE), 2.5).0, RATE, &edges);
    for rate in [44_100.0, 96_000.0] {
        let (sound, _, _) = play_at(rate, 512, &bar(score, rate), 2.5);
        let bands = bands_db(&sound, rate, &edges);
        // A window of 4096 samples has another length in s at another rate: its density differs by the ratio.
        for (a, b) in reference.iter().zip(&bands) {
            let difference = (a - b).abs();
            assert!(difference < 6.5, "{rate}: {reference:?} {bands:?}");
        }
    }
}

/// A small generator: the tests are the same on every machine.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % sides
    }
}

#[test]
fn ten_thousand_random_events_break_nothing() {
    let scores = [
        sheet("star - and stop tickle"),
        sheet("la, la. my oh"),
        Arc::new(PLANNER.plan("Hello there.").expect("a line").score),
    ];
    let mut dice = Dice(7);
    let mut engine = Engine::new(EngineConfig::new(RATE)).expect("a rate in range");
    let mut ear = Ear::default();
    let mut sound = vec![0.0; 512];
    let wild = [f32::NAN, f32::INFINITY, -1.0, 0.0, 1e30, 0.5];
    let mut sounded = 0;
    for _ in 0..2_500 {
        let mut events: Vec<TimedEvent> = Vec::new();
        for _ in 0..4 {
            let score = &scores[dice.roll(3) as usize];
            let odd = wild[dice.roll(6) as usize];
            let event = match dice.roll(12) {
                0..=4 => Event::Sing(SungNote {
                    score: Arc::clone(score),
                    syllable: dice.roll(9),
                    f0_hz: if dice.roll(10) == 0 { odd } else { hz(36.0 + dice.roll(60) as f32) },
                    velocity: if dice.roll(10) == 0 { odd } else { dice.roll(100) as f32 / 99.0 },
                    lead_samples: if dice.roll(20) == 0 { u32::MAX } else { dice.roll(9_600) },
                    glide_s: if dice.roll(5) == 0 { odd } else { 0.0 },
                }),
                5 => Event::Release { after_samples: dice.roll(9_600) },
                6 => Event::Express(Expression {
                    bend_st: if dice.roll(5) == 0 { odd } else { dice.roll(48) as f32 - 24.0 },
                    level_db: if dice.roll(5) == 0 { odd } else { -6.0 },
                    brightness: if dice.roll(5) == 0 { odd } else { 0.3 },
                    pitch_weight: if dice.roll(5) == 0 { odd } else { 1.0 },
                }),
                7 => Event::Follow(Some(Place {
                    score: Arc::clone(score),
                    at_s: if dice.roll(5) == 0 {
                        f64::from(odd)
                    } else {
                        f64::from(dice.roll(300)) * 0.01 - 0.2
                    },
                    rate: if dice.roll(5) == 0 { f64::from(odd) } else { 1.0 },
                })),
                8 => Event::Follow(None),
                9 => Event::Stop,
                10 => Event::Queue(Arc::clone(score)),
                _ => Event::Set { control: Control::Hold, value: dice.roll(2) as f32 },
            };
            events.push(TimedEvent { offset_samples: dice.roll(513), event });
        }
        events.sort_by_key(|timed| timed.offset_samples);
        engine.process(&events, &mut sound, &mut ear);
        assert!(sound.iter().all(|x| x.is_finite() && x.abs() < 4.0));
        sounded += usize::from(peak(&sound) > 0.01);
    }
    assert!(sounded > 500, "{sounded} blocks sounded");
    let stop = TimedEvent { offset_samples: 0, event: Event::Stop };
    engine.process(&[stop], &mut sound, &mut ear);
    (0..60).for_each(|_| engine.process(&[], &mut sound, &mut ear));
    assert!(peak(&sound) == 0.0 && engine.is_idle(), "silence afterwards");
    assert_eq!(engine.observables().silenced_samples, 0);
}

fn place(score: &Arc<Score>, at_s: f64, rate: f64) -> Event {
    Event::Follow(Some(Place { score: Arc::clone(score), at_s, rate }))
}

#[test]
fn a_followed_line_keeps_to_the_outer_time() {
    let score = Arc::new(
        PLANNER.plan("The quick brown fox jumps over the lazy dog, again and again.").expect("a line").score,
    );
    // Whatever else would move the clock must not.
    let mut events: Vec<Timed> = [
        (Control::RateRatio, 1.8),
        (Control::Arousal, 1.0),
        (Control::BeatCoupling, 1.0),
        (Control::PartnerCoupling, 1.0),
        (Control::Hold, 1.0),
    ]
    .map(|(control, value)| at(0.0, Event::Set { control, value }))
    .into();
    // From 0.2 s of the score on, a correction, a loop back, a jump on, half the pace.
    let jumps = [(0.1, 0.2, 1.0), (0.6, 0.715, 1.0), (1.0, 0.2, 1.0), (1.6, 2.0, 1.0), (2.0, 2.4, 0.5)];
    events.extend(jumps.map(|(time_s, at_s, rate)| at(time_s, place(&score, at_s, rate))));
    let (sound, ear, _) = play(&events, 2.6);
    for (sample, field) in &ear.fields {
        let time_s = *sample as f64 / f64::from(RATE);
        let Some((from, at_s, rate)) = jumps.iter().rev().find(|jump| f64::from(jump.0) + 0.11 < time_s)
        else {
            continue;
        };
        if jumps.iter().any(|jump| (-0.006..0.11).contains(&(time_s - jump.0 as f64))) {
            continue;
        }
        let outer_s = at_s + rate * (time_s - *from as f64);
        let off_s = f64::from(field.position_s) - outer_s;
        // A face may lie up to a tick before the place that is read with it.
        assert!((-1e-4..0.0053).contains(&off_s), "{:.1} ms off at {time_s:.3} s", 1e3 * off_s);
    }
    assert!(rms(part(&sound, 0.3, 2.4)) > 0.01);
    no_click(&sound);
    // The loop says the same again, and nothing that lies before it.
    let within = |from: f32, to: f32| -> Vec<u32> {
        let inside = |mark: &&PhoneMark| (from..to).contains(&(mark.time_samples as f32 / RATE));
        ear.phones.iter().filter(inside).map(|mark| mark.phone).collect()
    };
    let (first, again) = (within(0.1, 0.59), within(1.0, 1.49));
    assert!(first.len() > 3 && first == again, "{first:?} {again:?}");
    assert!(score.phones[first[0] as usize].start_s >= 0.199);
    for mark in &ear.phones {
        let time_s = mark.time_samples as f32 / RATE;
        let jump = jumps.iter().rev().find(|jump| jump.0 <= time_s + 1e-4).expect("a place");
        if (0.0..0.11).contains(&(time_s - 0.6)) {
            continue;
        }
        let outer_s = jump.1 as f32 + jump.2 as f32 * (time_s - jump.0);
        let off_s = score.phones[mark.phone as usize].start_s - outer_s;
        assert!(off_s.abs() < 0.005, "phone {} told {:.1} ms off", mark.phone, 1e3 * off_s);
    }
}

#[test]
fn following_waits_for_the_beginning_and_ends_with_the_line() {
    let score = Arc::new(PLANNER.plan("Hello there.").expect("a line").score);
    let length_s = score.duration_s();
    let (sound, ear, engine) = play(&[at(0.1, place(&score, -0.5, 1.0))], 1.0 + length_s);
    // The tick in which it begins fades in from its start on.
    assert!(peak(part(&sound, 0.0, 0.595)) == 0.0);
    let first =
        ear.phones.iter().find(|mark| score.phones[mark.phone as usize].symbol != '_').expect("a phone");
    let expected_s = 0.6 + score.phones[first.phone as usize].start_s;
    assert!((first.time_samples as f32 / RATE - expected_s).abs() < 0.005);
    assert!((ear.finished[0] as f32 / RATE - 0.6 - length_s).abs() < 0.01 && engine.is_idle());
    // Beyond the end nothing is said; without a place all falls silent; a spoken line goes its own way.
    let (sound, ear, _) = play(&[at(0.1, place(&score, 1e9, 1.0))], 0.5);
    assert!(peak(&sound) == 0.0 && ear.lines == 0);
    let (sound, _, engine) = play(&[at(0.0, place(&score, 0.1, 1.0)), at(0.4, Event::Follow(None))], 1.0);
    assert!(rms(part(&sound, 0.1, 0.4)) > 0.01 && peak(part(&sound, 0.45, 1.0)) < 1e-4 && engine.is_idle());
    let spoken = [
        at(0.0, place(&score, 0.3, 1.0)),
        at(0.2, Event::Load(Arc::clone(&score))),
        at(0.2, Event::Speak { velocity: 1.0 }),
    ];
    let (_, ear, _) = play(&spoken, 2.0 + length_s);
    assert!(ear.phones.iter().filter(|mark| mark.phone == 1).count() == 1 && ear.finished.len() == 1);
}

#[test]
fn pitch_weight_goes_from_the_spoken_melody_to_the_note() {
    let score = sheet("hello there my friend?");
    let swing = |weight: f32| {
        let mut events =
            vec![at(0.0, Event::Express(Expression { pitch_weight: weight, ..Expression::NEUTRAL }))];
        for i in 0..5u32 {
            events.push(at(0.3 + 0.4 * i as f32, note(&score, i, 64.0, 0.15)));
        }
        let (_, ear, _) = play(&events, 2.6);
        let inside = ear.fields.iter().filter(|(sample, _)| (0.6..2.4).contains(&(*sample as f32 / RATE)));
        let pitches: Vec<f32> = inside.map(|(_, field)| midi(field.f0_hz)).collect();
        let (low, high) =
            pitches.iter().fold((f32::MAX, f32::MIN), |(low, high), x| (low.min(*x), high.max(*x)));
        (pitches.iter().sum::<f32>() / pitches.len() as f32, high - low)
    };
    let (sung, half, spoken) = (swing(1.0), swing(0.5), swing(0.0));
    assert!((sung.0 - 64.0).abs() < 0.15 && sung.1 < 1.4, "{sung:?}");
    let range_st = {
        let pitches = score.syllables.iter().map(|own| midi(read_channel(&score, own.rest_s, LN_F0).exp()));
        pitches.clone().fold(f32::MIN, f32::max) - pitches.fold(f32::MAX, f32::min)
    };
    assert!(range_st > 1.5, "speech has a melody: {range_st} st");
    assert!(spoken.1 > 0.8 * range_st && (spoken.0 - 64.0).abs() > 2.0, "{spoken:?} of {range_st} st");
    let middle = 0.5 * (sung.0 + spoken.0);
    assert!((half.0 - middle).abs() < 0.5, "{half:?} between {sung:?} and {spoken:?}");
}

#[test]
fn expression_bends_pitch_level_and_brightness_of_notes_and_speech() {
    let score = la();
    let line = Arc::new(PLANNER.plan("Mama may mow a lawn now.").expect("a line").score);
    let neutral = Expression::NEUTRAL;
    let heard = |events: &[Timed]| {
        let (sound, ear, _) = play(events, 1.2);
        let f0 = ear
            .fields
            .iter()
            .find(|(sample, _)| *sample as f32 / RATE > 0.35)
            .map_or(0.0, |(_, field)| midi(field.f0_hz));
        (part(&sound, 0.3, 1.1).to_vec(), f0)
    };
    let sung = |expression: Expression| {
        heard(&[at(0.0, Event::Express(expression)), at(0.0, note(&score, 0, 57.0, 0.1))])
    };
    let spoken = |expression: Expression| {
        heard(&[
            at(0.0, Event::Express(expression)),
            at(0.0, Event::Load(Arc::clone(&line))),
            at(0.0, Event::Speak { velocity: 1.0 }),
        ])
    };
    for voice in [&sung as &dyn Fn(Expression) -> (Vec<f32>, f32), &spoken] {
        let (plain, f0) = voice(neutral);
        let bent = voice(Expression { bend_st: 3.0, ..neutral }).1;
        assert!((bent - f0 - 3.0).abs() < 0.05, "bent from {f0} to {bent}");
        let far = voice(Expression { bend_st: 96.0, ..neutral });
        assert!(far.0.iter().all(|x| x.is_finite()) && far.1 > f0 + 12.0 && far.1 < 92.0, "{}", far.1);
        let soft = voice(Expression { level_db: -12.0, ..neutral }).0;
        let db = 20.0 * (rms(&soft) / rms(&plain)).log10();
        assert!((db + 12.0).abs() < 0.7, "{db} dB");
        let slope = |sound: &[f32]| {
            let bands = bands_db(sound, RATE, &[300.0, 900.0, 2_000.0, 4_000.0]);
            bands[2] - bands[0]
        };
        let (dark, bright) = (
            voice(Expression { brightness: -1.0, ..neutral }).0,
            voice(Expression { brightness: 1.0, ..neutral }).0,
        );
        assert!(slope(&bright) > slope(&plain) + 4.0 && slope(&dark) < slope(&plain) - 4.0);
    }
}

#[test]
fn velocity_is_loudness() {
    let score = la();
    let level = |velocity: f32| {
        let event = Event::Sing(SungNote {
            score: Arc::clone(&score),
            syllable: 0,
            f0_hz: hz(57.0),
            velocity,
            lead_samples: 4_800,
            glide_s: 0.0,
        });
        rms(part(&play(&[at(0.0, event)], 0.8).0, 0.2, 0.7))
    };
    let db = 20.0 * (level(0.4) / level(0.8)).log10();
    assert!((db + 6.0).abs() < 1.5, "half the velocity is {db} dB");
}

/// The song of `presets/songs` played by hand: notes as events against the planned song.
#[test]
fn a_song_played_by_hand_is_the_song() {
    const LEAD_S: f32 = 0.25;
    let (song, _) = Song::parse(TWINKLE).expect("a song that ships").in_octave_of(hz(57.0));
    let planned = PLANNER.sing(&song).expect("sung");
    let mut lyrics = String::new();
    for (i, note) in song.notes.iter().enumerate() {
        let rest = i > 0 && note.start_beats > song.notes[i - 1].end_beats() + 1e-3;
        let word = match &note.lyric {
            Lyric::Word(word) | Lyric::Phonemes(word) => word.as_str(),
            Lyric::NextSyllable => "+",
            Lyric::Hold => "-",
        };
        lyrics += &format!("{}{word}", if rest { ", " } else { " " });
    }
    let score = sheet(&lyrics);
    assert_eq!(score.syllables.len(), song.notes.len());
    let mut events = Vec::new();
    let start_s = |i: usize| 0.5 + song.notes[i].start_beats * song.beat_s();
    for (i, own) in song.notes.iter().enumerate() {
        events.push(at(start_s(i) - LEAD_S, note(&score, i as u32, own.pitch_midi, LEAD_S)));
        let end_s = 0.5 + own.end_beats() * song.beat_s();
        if song.notes.get(i + 1).is_none_or(|next| next.start_beats > own.end_beats() + 1e-3) {
            events.push(at(end_s - LEAD_S, release(LEAD_S)));
        }
    }
    events.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (_, ear, _) = play(&events, 1.5 + song.duration_s());
    let vowels = vowels_s(&ear, &score);
    let mut differences = Vec::new();
    for i in 0..song.notes.len() {
        let nearest = vowels.iter().map(|at| (at - start_s(i)).abs()).fold(f32::MAX, f32::min);
        assert!(nearest < 0.01, "vowel {i} is {:.0} ms off", 1e3 * nearest);
        // Away from the consonants, where the two renderings go through different scores.
        let inside = |(sample, _): &&(u64, ObservableFrame)| {
            let since_s = *sample as f32 / RATE - start_s(i);
            (0.12..0.6 * song.notes[i].length_beats * song.beat_s()).contains(&since_s)
        };
        for (sample, field) in ear.fields.iter().filter(inside) {
            let song_s = *sample as f32 / RATE - 0.5 + planned.first_beat_s;
            let frame = (song_s * SCORE_RATE_HZ) as usize;
            let wanted = midi(planned.score.frames[frame.min(planned.score.frames.len() - 1)][LN_F0].exp());
            differences.push((midi(field.f0_hz) - wanted).abs());
        }
    }
    differences.sort_by(f32::total_cmp);
    let (median, most) = (differences[differences.len() / 2], differences[differences.len() * 19 / 20]);
    // Vibratos of the same depth and rate with phases of their own.
    assert!(median < 0.35 && most < 1.1, "{median} st in the median, {most} st in 95 %");
}
