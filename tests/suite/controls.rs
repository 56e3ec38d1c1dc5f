//! The performer's controls: neutral ones change no bit, the others do what they say and never click; lines of a queue
//! join without a seam.

use proptest::prelude::*;
use psivox_core::face::Shape;
use psivox_core::score::Score;
use psivox_core::sound::{EqBand, EqShape, Voiceprint};
use psivox_core::{Control, EngineConfig, Event, Persona, Planner, TimedEvent};
use psivox_tests::listener::{Heard, at, engine, plan, run, set};
use psivox_tests::measure::{bands_db, hnr_db, largest_step, peak, rms};
use std::sync::{Arc, OnceLock};

const RATE: f32 = 48_000.0;

/// Nearly all voiced.
fn score() -> Arc<Score> {
    static SCORE: OnceLock<Arc<Score>> = OnceLock::new();
    Arc::clone(SCORE.get_or_init(|| plan("Nine lions are lying in the long yellow meadow.")))
}

fn length() -> usize {
    ((1.25 * score().duration_s() + 0.5) * RATE) as usize
}

fn said(controls: &[(Control, f32)]) -> Heard {
    let mut events = vec![at(0, Event::Load(score()))];
    events.extend(controls.iter().map(|(control, value)| at(0, set(*control, *value))));
    events.push(at(24_000, Event::Speak { velocity: 1.0 }));
    run(&mut engine(EngineConfig::new(RATE)), &events, length() + 24_000, &[512])
}

/// The first vowel, held from its middle for `seconds` at 120 Hz, after `controls`.
fn held(controls: &[TimedEvent], seconds: f32) -> Heard {
    let mut events = vec![
        at(0, Event::Load(score())),
        at(0, set(Control::Hold, 1.0)),
        at(0, set(Control::F0Hz, 120.0)),
        at(1, Event::Speak { velocity: 1.0 }),
    ];
    events.extend(controls.iter().cloned());
    events.sort_by_key(|event| event.offset_samples);
    run(&mut engine(EngineConfig::new(RATE)), &events, (seconds * RATE) as usize, &[512])
}

/// One second of the vowel held with these controls.
fn vowel(controls: &[(Control, f32)]) -> Vec<f32> {
    let events: Vec<TimedEvent> =
        controls.iter().map(|(control, value)| at(0, set(*control, *value))).collect();
    held(&events, 2.0).sound[48_000..].to_vec()
}

fn speaking_f0(heard: &Heard) -> Vec<f32> {
    heard.fields.iter().filter(|field| field.f0_hz > 0.0).map(|field| field.f0_hz).collect()
}

fn deviation_st(f0: &[f32]) -> f32 {
    let st: Vec<f32> = f0.iter().map(|f0_hz| 12.0 * f0_hz.log2()).collect();
    let mean = st.iter().sum::<f32>() / st.len() as f32;
    (st.iter().map(|st| (st - mean).powi(2)).sum::<f32>() / st.len() as f32).sqrt()
}

/// Distance in st from the median to the highest tenth: below, in creak and pauses, the grammar keeps f0 inside a larynx.
fn spread_st(f0: &[f32]) -> f32 {
    let mut st: Vec<f32> = f0.iter().map(|f0_hz| 12.0 * f0_hz.log2()).collect();
    st.sort_by(f32::total_cmp);
    st[st.len() * 9 / 10] - st[st.len() / 2]
}

#[test]
fn neutral_values_change_no_bit() {
    let plain = said(&[]);
    let neutral: Vec<(Control, f32)> = Control::ALL.map(|control| (control, control.default_value())).into();
    let told = said(&neutral);
    assert!(plain.sound == told.sound && plain.faces == told.faces);
    // Neither a pace of no vibrato nor a share of no f0 is heard.
    let idle = said(&[(Control::VibratoHz, 8.0), (Control::F0Weight, 0.3)]);
    assert!(plain.sound == idle.sound && plain.faces == idle.faces);
}

#[test]
fn pitch_range_scales_the_melody() {
    let spread = |range| spread_st(&speaking_f0(&said(&[(Control::PitchRangeRatio, range)])));
    let own = spread(1.0);
    assert!(own > 1.0);
    for range in [0.5, 1.5, 2.0] {
        let ratio = spread(range) / own;
        assert!((ratio - range).abs() < 0.06, "range {range} gives {ratio}");
    }
    assert!(spread(0.0) < 0.2, "a monotone");
}

#[test]
fn breath_lowers_the_harmonics_to_noise_ratio() {
    let hnr = |breath| hnr_db(&vowel(&[(Control::Breath, breath)]), RATE, 120.0);
    let ratios = [0.0, 0.25, 0.5, 0.75, 1.0].map(hnr);
    println!("HNR at breath 0, 1/4 .. 1: {ratios:?} dB");
    assert!(ratios.windows(2).all(|pair| pair[1] < pair[0] - 0.5), "{ratios:?}");
    assert!(ratios[0] < ratios[2] + 6.5, "half-way the low harmonics still sing: {ratios:?}");
    assert!(ratios[0] > ratios[4] + 7.0);
}

#[test]
fn tilt_turns_the_spectrum() {
    // A harmonic of 120 Hz in the middle of each.
    let edges = [420.0, 540.0, 900.0, 1_020.0, 2_820.0, 2_940.0];
    let own = bands_db(&vowel(&[]), RATE, &edges);
    for tilt in [-4.0, -2.0, 2.0, 4.0] {
        let turned = bands_db(&vowel(&[(Control::TiltDbPerOctave, tilt)]), RATE, &edges);
        let change: Vec<f32> = turned.iter().zip(&own).map(|(a, b)| a - b).collect();
        let slope = (change[4] - change[0]) / (2_880f32 / 480.0).log2();
        assert!((slope - tilt).abs() < 0.8, "{slope} dB per octave for {tilt}");
        let level = 20.0 * (rms(&vowel(&[(Control::TiltDbPerOctave, tilt)])) / rms(&vowel(&[]))).log10();
        assert!(level.abs() < 4.0, "level moves by {level} dB for {tilt}");
    }
}

/// Log spectra on a log axis, of which one is the other moved.
#[test]
fn size_moves_the_formants() {
    let per_octave = 24.0f32;
    let edges: Vec<f32> = (0..=90).map(|i| 600.0 * 2f32.powf(i as f32 / per_octave)).collect();
    let spectrum = |size| {
        // A low f0: the closer the harmonics, the better they show the formants.
        let mut bands =
            bands_db(&vowel(&[(Control::F0Hz, 60.0), (Control::SizePercent, size)]), RATE, &edges);
        // Without the ripple of the harmonics.
        bands = bands.windows(9).map(|w| w.iter().sum::<f32>() / 9.0).collect();
        bands
    };
    let own = spectrum(0.0);
    for size in [-20.0f32, -10.0, 10.0, 20.0] {
        let moved = spectrum(size);
        let apart = |shift: i32| {
            let pairs = (15..67).map(|i| (own[i as usize], moved[(i + shift) as usize]));
            let differences: Vec<f32> = pairs.map(|(a, b)| b - a).collect();
            let mean = differences.iter().sum::<f32>() / differences.len() as f32;
            differences.iter().map(|d| (d - mean).powi(2)).sum::<f32>()
        };
        let best = (-15..=15).min_by(|a, b| apart(*a).total_cmp(&apart(*b))).unwrap_or(0);
        let expected = -(1.0 + size / 100.0).log2() * per_octave;
        assert!((best as f32 - expected).abs() < 2.0, "size {size}: formants move by {best}/24 octave");
    }
}

#[test]
fn tension_changes_the_balance_and_hardly_the_level() {
    let edges = [100.0, 1_000.0, 2_000.0, 4_000.0];
    let balance = |tension| {
        let bands = bands_db(&vowel(&[(Control::Tension, tension)]), RATE, &edges);
        bands[2] - bands[0]
    };
    let steps: Vec<f32> = [-1.0, -0.5, 0.0, 0.5, 1.0].map(balance).into();
    assert!(steps.windows(2).all(|pair| pair[1] > pair[0] + 1.0), "{steps:?}");
    let own = rms(&said(&[]).sound);
    for tension in [-1.0, 1.0] {
        let level = 20.0 * (rms(&said(&[(Control::Tension, tension)]).sound) / own).log10();
        assert!(level.abs() < 3.0, "tension {tension} changes the level by {level} dB");
    }
}

#[test]
fn articulation_is_heard_and_seen() {
    let jaw = |heard: &Heard| {
        let mut jaw: Vec<f32> = heard.faces.iter().map(|face| face.get(Shape::JawOpen)).collect();
        jaw.sort_by(f32::total_cmp);
        jaw[jaw.len() * 9 / 10]
    };
    // How fast the spectrum moves: mean change of third-octave levels from one 43 ms window to the next.
    let movement = |heard: &Heard| {
        let edges: Vec<f32> = (0..=12).map(|i| 250.0 * 2f32.powf(i as f32 / 3.0)).collect();
        let frames: Vec<Vec<f32>> = heard.sound[28_000..80_000]
            .chunks(4_096)
            .filter(|c| c.len() == 4_096)
            .map(|c| bands_db(c, RATE, &edges))
            .collect();
        let moves = frames
            .windows(2)
            .flat_map(|w| w[0].iter().zip(&w[1]).map(|(a, b)| (a - b).abs()).collect::<Vec<_>>());
        moves.sum::<f32>() / (12 * frames.len()) as f32
    };
    let takes = [0.0, 0.5, 1.0, 1.5, 2.0].map(|value| said(&[(Control::Articulation, value)]));
    let (jaws, moves): (Vec<f32>, Vec<f32>) = takes.iter().map(|take| (jaw(take), movement(take))).unzip();
    println!("jaw {jaws:?}, movement {moves:?}");
    assert!(jaws.windows(2).all(|pair| pair[1] > pair[0] + 0.01), "{jaws:?}");
    assert!(moves.windows(2).all(|pair| pair[1] > pair[0]), "{moves:?}");
}

#[test]
fn an_f0_from_outside_is_followed_and_vibrato_swings() {
    let mut events = vec![at(0, Event::Load(score())), at(0, Event::Speak { velocity: 1.0 })];
    let scale = [110.0, 220.0, 440.0, 880.0];
    for (i, f0_hz) in scale.into_iter().enumerate() {
        events.push(at(i * 24_000, set(Control::F0Hz, f0_hz)));
    }
    let heard = run(&mut engine(EngineConfig::new(RATE)), &events, 96_000, &[512]);
    for (face, field) in heard.faces.iter().zip(&heard.fields) {
        let (note, into) = (face.time_samples as usize / 24_000, face.time_samples % 24_000);
        if into > 3_600 && field.f0_hz > 0.0 {
            let off = 12.0 * (field.f0_hz / scale[note]).log2();
            assert!(off.abs() < 0.1, "{off} st off at {}", scale[note]);
        }
    }
    let swing = |depth| {
        let vibrato = [at(0, set(Control::VibratoSt, depth)), at(0, set(Control::VibratoHz, 6.0))];
        deviation_st(&speaking_f0(&held(&vibrato, 4.0))[60..])
    };
    let (none, shallow, deep) = (swing(0.0), swing(0.5), swing(1.5));
    assert!(
        none < 0.3 && (shallow - 0.5 / 2f32.sqrt()).abs() < 0.12 && (deep - 1.5 / 2f32.sqrt()).abs() < 0.2
    );
}

#[test]
fn a_held_vowel_lasts_lives_and_goes_on() {
    let release = 4 * 48_000;
    let heard = held(&[at(release, set(Control::Hold, 0.0))], 9.0);
    let during = |t: u64| (60_000..release as u64).contains(&t);
    let held_fields: Vec<_> = heard
        .faces
        .iter()
        .zip(&heard.fields)
        .filter(|(face, _)| during(face.time_samples))
        .map(|(_, f)| f)
        .collect();
    let places: Vec<f32> = held_fields.iter().map(|field| field.position_s).collect();
    assert!(places.iter().all(|place| (place - places[0]).abs() < 1e-3), "the clock rests");
    let drift = deviation_st(&held_fields.iter().map(|field| field.f0_hz).collect::<Vec<_>>());
    assert!((0.05..0.35).contains(&drift), "f0 drifts by {drift} st");
    let levels: Vec<f32> =
        heard.sound[60_000..release].chunks(4_800).map(|part| 20.0 * rms(part).log10()).collect();
    let mean = levels.iter().sum::<f32>() / levels.len() as f32;
    assert!(mean > -40.0 && levels.iter().all(|level| (level - mean).abs() < 4.0), "{levels:?}");
    assert!(levels.windows(2).any(|pair| (pair[0] - pair[1]).abs() > 0.05), "not a loop");
    assert_eq!(heard.finished.len(), 1, "it goes on when released");
    assert!(heard.finished[0] as usize > release && heard.phones.len() == score().phones.len());
    let jaws: Vec<f32> = heard
        .faces
        .iter()
        .filter(|face| (96_000..release as u64).contains(&face.time_samples))
        .map(|face| face.get(Shape::JawOpen))
        .collect();
    let spread = jaws.iter().fold(0.0f32, |m, x| m.max(*x)) - jaws.iter().fold(1.0f32, |m, x| m.min(*x));
    assert!(spread < 0.05, "the jaw stays open: it moves by {spread}");
}

/// From one end of its range to the other in the middle of a held vowel: no step larger than the sound's own.
#[test]
fn no_control_clicks() {
    for control in Control::ALL {
        if matches!(control, Control::Hold | Control::F0Hz) {
            continue;
        }
        let (low, high) = control.range();
        let moved = held(&[at(0, set(control, low)), at(72_000, set(control, high))], 2.5).sound;
        let (before, after) = (largest_step(&moved[48_000..71_000]), largest_step(&moved[96_000..]));
        let change = largest_step(&moved[71_900..84_000]);
        assert!(
            change < 1.6 * before.max(after) + 0.01,
            "{control:?}: {change} between {before} and {after}"
        );
    }
}

/// Every lane there and back within one bar of two seconds: no step that the sound does not make with the lane at rest
/// somewhere, twice over (6 dB), and afterwards all is as before.
#[test]
fn every_lane_may_go_there_and_back_within_a_bar() {
    for control in Control::ALL {
        if matches!(control, Control::Hold | Control::F0Hz) {
            continue;
        }
        let (low, high) = control.range();
        let base = [at(0, set(Control::GainDb, QUIET_DB)), at(0, set(Control::EmotionFromText, 0.0))];
        let resting = |value: f32| {
            let events = [base[0].clone(), base[1].clone(), at(0, set(control, value))];
            largest_step(&held(&events, 3.0).sound[48_000..])
        };
        let at_rest = [low, 0.5 * (low + high), high, control.default_value()].map(resting);
        let most = at_rest.into_iter().fold(0.0, f32::max);
        let mut events = base.to_vec();
        for step in 0..=200u32 {
            let along = 1.0 - (f64::from(step) / 100.0 - 1.0).abs() as f32;
            events.push(at(48_000 + 480 * step as usize, set(control, low + along * (high - low))));
        }
        events.push(at(48_000 + 97_000, set(control, control.default_value())));
        let moved = held(&events, 4.5);
        let step = largest_step(&moved.sound[48_000..]);
        assert!(step < 2.0 * most + 1e-3, "{control:?}: a step of {step}, at rest {most}");
        let last = moved.faces.last().expect("a face");
        assert!(last.shapes.iter().all(|x| (0.0..=1.0).contains(x)));
        let moods = moved.fields.last().expect("a field").moods;
        // The words suggest a little, and what was felt is remembered.
        assert!(moods.total() < 0.2, "{control:?} leaves {moods:?}");
    }
}

#[test]
fn the_equaliser_and_the_formants_of_a_voiceprint_are_heard() {
    let spoken = |voiceprint: Voiceprint| {
        let persona = Persona { voiceprint, ..Persona::named("heart").expect("a persona") };
        let planner = Planner::new(&persona).expect("the voice that ships");
        let score = Arc::new(planner.plan("She sells sea shells by the shore.").expect("a plan").score);
        let events = [at(0, Event::Load(score)), at(0, Event::Speak { velocity: 1.0 })];
        run(&mut engine(EngineConfig::new(RATE)), &events, 120_000, &[512]).sound
    };
    let own = spoken(Voiceprint::default());
    let edges =
        [60.0, 150.0, 900.0, 1_100.0, 2_500.0, 3_500.0, 9_000.0, 11_500.0, 13_000.0, 15_000.0, 19_000.0];
    let change = |eq: Vec<EqBand>| -> Vec<f32> {
        let sound = spoken(Voiceprint { eq, formant_bandwidth: 1.0 });
        bands_db(&sound, RATE, &edges).iter().zip(bands_db(&own, RATE, &edges)).map(|(a, b)| a - b).collect()
    };
    let band = |shape, hz, gain_db, q| EqBand { shape, hz, gain_db, q };
    let bell = change(vec![band(EqShape::Bell, 3_000.0, -12.0, 1.5)]);
    assert!((bell[4] + 11.0).abs() < 1.5 && bell[0].abs() < 1.0 && bell[9].abs() < 1.5, "{bell:?}");
    // Above the partials within 3 dB: how sibilant a sound is, which sets its slope there, is read off what is left of it.
    // Downwards: upwards the sibilants would meet the output's ceiling.
    let high = change(vec![band(EqShape::HighShelf, 6_000.0, -9.0, 0.7)]);
    assert!((high[6] + 8.2).abs() < 1.0 && (high[9] + 9.0).abs() < 3.2 && high[1].abs() < 1.0, "{high:?}");
    let air = change(vec![band(EqShape::Bell, 16_500.0, -12.0, 1.5)]);
    assert!(
        air[9] < -7.0 && air[7] > air[9] + 3.0 && air[1].abs() < 1.0,
        "the band above the partials is shaped too: {air:?}"
    );
    let sharp = spoken(Voiceprint { formant_bandwidth: 0.6, ..Voiceprint::default() });
    assert!((20.0 * (rms(&sharp) / rms(&own)).log10()).abs() < 2.0);
}

fn halves() -> [Arc<Score>; 2] {
    ["The first half is said.", "And the second one follows it."].map(plan)
}

#[test]
fn queued_lines_join_without_a_seam() {
    let [first, second] = halves();
    let start = first.duration_s() * RATE;
    let events = [
        at(100, Event::Queue(first.clone())),
        at(20_000, Event::Queue(second.clone())),
        at(30_000, set(Control::Arousal, 0.2)),
    ];
    let samples = ((first.duration_s() + second.duration_s() + 1.0) * RATE) as usize;
    let heard = run(&mut engine(EngineConfig::new(RATE)), &events, samples, &[512]);
    assert_eq!((heard.next_lines.len(), heard.finished.len()), (1, 1));
    assert_eq!(heard.phones.len(), first.phones.len() + second.phones.len());
    let join = heard.next_lines[0] as usize;
    assert!((join as f32 - start).abs() < 0.05 * start, "it begins where the first one ends");
    let own = largest_step(&heard.sound);
    assert!(largest_step(&heard.sound[join - 2_000..join + 2_000]) < 0.3 * own, "no click");
    for pair in heard.faces.windows(2).filter(|pair| pair[0].time_samples.abs_diff(join as u64) < 9_600) {
        for shape in [Shape::JawOpen, Shape::MouthFunnel, Shape::MouthClose] {
            assert!((pair[0].get(shape) - pair[1].get(shape)).abs() < 0.12, "{shape:?} jumps");
        }
    }
    let speaking = heard
        .fields
        .iter()
        .zip(&heard.faces)
        .filter(|(_, face)| (100..heard.finished[0]).contains(&face.time_samples));
    assert!(speaking.clone().filter(|(field, _)| !field.speaking).count() <= 2);
    for blocks in [&[1][..], &[333], &[4096, 64]] {
        let other = run(&mut engine(EngineConfig::new(RATE)), &events, samples, blocks);
        assert!(heard.sound == other.sound && heard.faces == other.faces && heard.phones == other.phones);
        assert_eq!(heard.next_lines, other.next_lines);
    }
}

#[test]
fn the_queue_is_bounded_and_forgotten_by_speak_and_stop() {
    let [first, second] = halves();
    let mut events = vec![at(0, Event::Load(first.clone()))];
    events.extend((0..10).map(|_| at(10, Event::Queue(second.clone()))));
    events.push(at(9_000, Event::Stop));
    let heard = run(&mut engine(EngineConfig::new(RATE)), &events, 48_000, &[512]);
    let waiting = heard.fields.iter().map(|field| field.lines_waiting).max();
    assert_eq!((waiting, heard.fields[heard.fields.len() - 1].lines_refused), (Some(8), 1));
    assert_eq!(heard.finished.len(), 1, "stopped for good");
    events.pop();
    events.push(at(9_000, Event::Speak { velocity: 1.0 }));
    let samples = (first.duration_s() * RATE) as usize + 20_000;
    let heard = run(&mut engine(EngineConfig::new(RATE)), &events, samples, &[512]);
    assert!(heard.next_lines.is_empty() && heard.finished.len() == 1, "the trigger speaks its line alone");
    // Queued while the line before is fading: it is spoken after that.
    let late = [at(0, Event::Queue(first)), at(9_000, Event::Stop), at(9_100, Event::Queue(second))];
    let heard = run(&mut engine(EngineConfig::new(RATE)), &late, 30_000, &[512]);
    assert!(rms(&heard.sound[20_000..]) > 0.005 && heard.finished.len() == 1);
}

#[test]
fn every_control_moving_the_blocks_do_not_matter() {
    let [first, second] = halves();
    let mut events = vec![at(0, Event::Queue(first)), at(0, Event::Queue(second))];
    for (i, control) in Control::ALL.into_iter().enumerate() {
        let (low, high) = control.range();
        for step in 0..8 {
            let along = ((step * 5 + i * 3) % 8) as f32 / 7.0;
            events.push(at(4_000 + 7_919 * step + 131 * i, set(control, low + along * (high - low))));
        }
    }
    events.sort_by_key(|event| event.offset_samples);
    let whole = run(&mut engine(EngineConfig::new(RATE)), &events, 96_000, &[4_096]);
    assert!(peak(&whole.sound) > 0.01);
    for blocks in [&[1][..], &[64], &[441, 7, 512]] {
        let other = run(&mut engine(EngineConfig::new(RATE)), &events, 96_000, blocks);
        assert!(whole.sound == other.sound, "sound differs at {blocks:?}");
        assert!(whole.faces == other.faces && whole.phones == other.phones, "faces or phones at {blocks:?}");
    }
}

/// Below the output's ceiling whatever the timbre.
const QUIET_DB: f32 = -18.0;

/// The largest step of the speech itself when all that brightens it is at its end.
fn brightest_step() -> f32 {
    static STEP: OnceLock<f32> = OnceLock::new();
    *STEP.get_or_init(|| {
        let controls = [
            (Control::GainDb, QUIET_DB),
            (Control::TiltDbPerOctave, 4.0),
            (Control::Tension, 1.0),
            (Control::Articulation, 2.0),
            (Control::Breath, 0.5),
            (Control::Shout, 1.0),
            (Control::Excited, 1.0),
        ];
        largest_step(&said(&controls).sound)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Any automation within the ranges: nothing but numbers, and no step that the speech itself could not make.
    #[test]
    fn automation_never_clicks(
        moves in prop::collection::vec((2_000usize..60_000, 7usize..Control::ALL.len(), 0.0f32..=1.0), 1..40),
    ) {
        let mut events = vec![
            at(0, Event::Load(score())),
            at(0, set(Control::GainDb, QUIET_DB)),
            at(1, Event::Speak { velocity: 1.0 }),
        ];
        events.extend(moves.iter().map(|(sample, control, along)| {
            let control = Control::ALL[*control];
            let (low, high) = control.range();
            at(*sample, set(control, low + along * (high - low)))
        }));
        events.sort_by_key(|event| event.offset_samples);
        let heard = run(&mut engine(EngineConfig::new(RATE)), &events, 64_000, &[333]);
        prop_assert!(heard.sound.iter().all(|x| x.is_finite() && x.abs() <= 1.0));
        let step = largest_step(&heard.sound);
        prop_assert!(step < 1.25 * brightest_step(), "a step of {step} against {}", brightest_step());
        for face in &heard.faces {
            prop_assert!(face.shapes.iter().all(|x| (0.0..=1.0).contains(x)));
        }
        prop_assert_eq!(heard.fields.last().map(|field| field.silenced_samples), Some(0));
    }
}

/// A line that knows two voices moves from the one to the other while it is spoken.
#[test]
fn the_voice_mix_moves_between_two_people() {
    let planner = Planner::new(&Persona::named("heart").expect("a persona"))
        .and_then(|planner| planner.with_partner("am_michael"))
        .expect("voices that ship");
    let score =
        Arc::new(planner.plan("Nine lions are lying in the long yellow meadow.").expect("a plan").score);
    assert_eq!(score.blend.len(), 2);
    assert!(score.blend.iter().all(|layer| layer.frames.len() == score.frames.len()));
    let length = (1.3 * score.duration_s() * RATE) as usize;
    let spoken = |mixes: &[(usize, f32)]| {
        let mut events = vec![at(0, Event::Load(Arc::clone(&score)))];
        events.push(at(1, Event::Speak { velocity: 1.0 }));
        events.extend(mixes.iter().map(|(when, mix)| at(*when, set(Control::VoiceMix, *mix))));
        events.sort_by_key(|event| event.offset_samples);
        run(&mut engine(EngineConfig::new(RATE)), &events, length, &[512])
    };
    let mean_hz = |heard: &Heard| {
        let f0 = speaking_f0(heard);
        (f0.iter().map(|f0_hz| f0_hz.ln()).sum::<f32>() / f0.len() as f32).exp()
    };
    let [heart, half, michael] = [0.0, 0.5, 1.0].map(|mix| spoken(&[(0, mix)]));
    let means = [&heart, &half, &michael].map(mean_hz);
    assert!(means[0] > 160.0 && means[2] < 140.0, "{means:?}");
    assert!(means[1] < 0.92 * means[0] && means[1] > 1.08 * means[2], "{means:?}");
    // A jump of the mix in the middle of the line is as smooth as its voices are.
    let jump = spoken(&[(0, 0.0), (48_000, 1.0), (72_000, 0.3)]);
    let smooth = largest_step(&heart.sound).max(largest_step(&michael.sound));
    assert!(largest_step(&jump.sound) < 1.5 * smooth);
    assert!(planner_error("nobody").contains("af_heart"));
}

fn planner_error(partner: &str) -> String {
    let planner = Planner::new(&Persona::named("heart").expect("a persona")).expect("a voice");
    planner.with_partner(partner).expect_err("nobody of that name").to_string()
}
