//! Golden digest of the sound: level per octave band and length of three lines, per persona and emotion.
//!
//! Levels and not a hash: the voice's matrix products may differ in their last bits from one kind of processor to the
//! next. `PSIVOX_BLESS=1 cargo test -p psivox-tests --test golden_sound` writes the digest anew.

use psivox_core::engine::NoTelemetry;
use psivox_core::{Control, Engine, EngineConfig, Event, Persona, Planner, TimedEvent};
use realfft::RealFftPlanner;
use serde_json::{Value, json};
use std::sync::Arc;

const RATE: f32 = 48_000.0;
const FRAME: usize = 2048;
/// Edges of the bands in Hz.
const BANDS_HZ: [f32; 9] = [60.0, 250.0, 500.0, 1_000.0, 2_000.0, 4_000.0, 8_000.0, 12_000.0, 20_000.0];
const GOLDEN: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/data/golden_sound.json");
/// A level that moves by more than this is another sound.
const TOLERANCE_DB: f64 = 0.7;

fn render(persona: &str, text: &str, valence: f32, arousal: f32) -> Vec<f32> {
    let planner =
        Planner::new(&Persona::named(persona).expect("a factory persona")).expect("the voice loads");
    let score = Arc::new(planner.plan(text).expect("a text that can be spoken").score);
    let mut engine = Engine::new(EngineConfig::new(RATE)).expect("a rate in range");
    let mut sound = vec![0.0; ((1.4 * score.duration_s() + 0.3) * RATE) as usize];
    let events = [
        Event::Load(score),
        Event::Set { control: Control::Valence, value: valence },
        Event::Set { control: Control::Arousal, value: arousal },
        Event::Speak { velocity: 1.0 },
    ];
    let events = events.map(|event| TimedEvent { offset_samples: 0, event });
    engine.process(&events, &mut sound, &mut NoTelemetry);
    sound
}

/// Mean level of each band in dB, by Hann frames with half overlap.
fn band_levels_db(sound: &[f32]) -> Vec<f64> {
    let fft = RealFftPlanner::<f32>::new().plan_fft_forward(FRAME);
    let (mut input, mut spectrum) = (fft.make_input_vec(), fft.make_output_vec());
    let mut power = vec![0.0f64; FRAME / 2 + 1];
    let mut frames = 0.0;
    for frame in sound.windows(FRAME).step_by(FRAME / 2) {
        for (n, (slot, x)) in input.iter_mut().zip(frame).enumerate() {
            *slot = x * (0.5 - 0.5 * (std::f32::consts::TAU * n as f32 / FRAME as f32).cos());
        }
        fft.process(&mut input, &mut spectrum).expect("lengths fit");
        power.iter_mut().zip(&spectrum).for_each(|(sum, c)| *sum += f64::from(c.norm_sqr()));
        frames += 1.0;
    }
    let bin = |f_hz: f32| (f_hz * FRAME as f32 / RATE) as usize;
    let level = |edge: &[f32]| power[bin(edge[0])..bin(edge[1])].iter().sum::<f64>() / frames;
    BANDS_HZ.windows(2).map(|edge| 10.0 * level(edge).log10()).collect()
}

fn length_s(sound: &[f32]) -> f64 {
    sound.iter().rposition(|x| *x != 0.0).map_or(0.0, |last| last as f64 / f64::from(RATE))
}

fn digest() -> Value {
    let lines = [
        ("heart", "Good morning, how are you today?", 0.0, 0.0),
        ("ember", "The sea was calm and the night was long.", -0.5, -0.4),
        ("spark", "Yes! We finally did it!", 0.8, 0.7),
    ];
    let entry = |(persona, text, valence, arousal): (&str, &str, f32, f32)| {
        let sound = render(persona, text, valence, arousal);
        json!({ "persona": persona, "text": text, "length_s": length_s(&sound), "bands_db": band_levels_db(&sound) })
    };
    json!({ "bands_hz": BANDS_HZ, "lines": lines.map(entry) })
}

#[test]
fn the_sound_is_the_blessed_one() {
    let found = digest();
    if std::env::var_os("PSIVOX_BLESS").is_some() {
        let text = serde_json::to_string_pretty(&found).expect("JSON");
        std::fs::write(GOLDEN, text + "\n").expect("the digest can be written");
    }
    let text = std::fs::read_to_string(GOLDEN).expect("tests/data/golden_sound.json; bless it first");
    let golden: Value = serde_json::from_str(&text).expect("the digest is JSON");
    let lines = |value: &Value| value["lines"].as_array().cloned().unwrap_or_default();
    assert_eq!(lines(&golden).len(), lines(&found).len());
    for (expected, found) in lines(&golden).iter().zip(&lines(&found)) {
        let number = |value: &Value| value.as_f64().expect("a number");
        let text = &expected["text"];
        assert_eq!(text, &found["text"]);
        assert!(
            (number(&expected["length_s"]) - number(&found["length_s"])).abs() < 0.02,
            "length of {text}"
        );
        for (band, edge) in BANDS_HZ.windows(2).enumerate() {
            let (a, b) = (number(&expected["bands_db"][band]), number(&found["bands_db"][band]));
            assert!(b > -60.0, "there is sound in {edge:?} Hz of {text}: {b} dB");
            assert!((a - b).abs() < TOLERANCE_DB, "{edge:?} Hz of {text}: {b} dB, blessed {a} dB");
        }
    }
}
