//! The Rust forward pass against the fitting tool's, on a committed phrase; and damaged voice files.

use psivox_core::voice::{Person, VoiceFileError, VoiceModel};
use serde_json::Value;

const VOICE: &[u8] = include_bytes!("../../core/voices/people.psv");
const PARITY: &str = include_str!("../data/parity_people.json");

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().expect("an array").iter().map(|x| x.as_f64().expect("a number") as f32).collect()
}

/// Largest difference; the arrays must be equally long and not empty.
fn apart(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    assert!(!expected.is_empty());
    found.iter().zip(expected).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// The person that a take was spoken by.
fn person_of(voice: &VoiceModel, cast: &Value) -> Person {
    let cast = cast.as_object().expect("a cast");
    let mut people = cast.iter().map(|(name, weight)| {
        (voice.person(name).expect("a person of the file"), weight.as_f64().expect("a weight") as f32)
    });
    let (first, _) = people.next().expect("somebody");
    people.next().map_or(first.clone(), |(second, weight)| first.blend(&second, weight))
}

#[test]
fn forward_pass_equals_the_fitting_tool_s() {
    let document: Value = serde_json::from_str(PARITY).expect("the parity file is JSON");
    let voice = VoiceModel::from_bytes(VOICE).expect("the voice that ships loads");
    let takes = document["takes"].as_array().expect("takes");
    assert!(takes.len() >= 2, "a person and a blend");
    for take in takes {
        take_is_equal(&voice, take);
    }
}

fn take_is_equal(voice: &VoiceModel, parity: &Value) {
    let person = person_of(voice, &parity["cast"]);
    let symbols: Vec<char> = parity["symbols"].as_str().expect("symbols").chars().collect();
    let (ids, _) = voice.ids(&symbols);
    let expected: Vec<u16> = numbers(&parity["ids"]).iter().map(|id| *id as u16).collect();
    assert_eq!(ids, expected);

    let prosody = voice.prosody(&ids, &person);
    assert!(apart(&prosody.log_durations, &numbers(&parity["log_durations"])) < 2e-3);
    let units: Vec<u32> = numbers(&parity["durations"]).iter().map(|units| *units as u32).collect();
    assert_eq!(prosody.units, units);
    let column = |k: usize| prosody.frames.iter().map(|frame| frame[k]).collect::<Vec<f32>>();
    // The tool tells f0 relative to the speaker's mean.
    let reference = 3.0 * (person.f0_mean_hz / 200.0).ln();
    let relative: Vec<f32> = column(1).iter().map(|a| a - reference).collect();
    assert!(apart(&column(0), &numbers(&parity["voicing_logit"])) < 0.05, "voicing");
    assert!(apart(&relative, &numbers(&parity["log_f0"])) < 3e-3, "f0");
    assert!(apart(&column(2), &numbers(&parity["energy"])) < 1e-2, "energy");

    let frames = voice.decode(&ids, &prosody.units, &prosody.frames, &person);
    let expected: Vec<Vec<f32>> =
        parity["control_frames"].as_array().expect("frames").iter().map(numbers).collect();
    assert!(expected.len() >= 100 && frames.len() >= expected.len());
    let worst = frames.iter().zip(&expected).map(|(frame, row)| apart(frame, row)).fold(0.0, f32::max);
    assert!(worst < 2e-2, "control frames differ by {worst} nats");
}

#[test]
fn damaged_voices_are_refused_with_words() {
    let refused = |bytes: &[u8]| VoiceModel::from_bytes(bytes).expect_err("a damaged voice").to_string();
    assert!(refused(b"").contains("PSIVOICE"));
    assert!(refused(b"RIFFxxxxWAVE").contains(".psv"));
    assert!(refused(&VOICE[..200]).contains("checksum"));
    let mut flipped = VOICE.to_vec();
    flipped[VOICE.len() / 2] ^= 1;
    assert!(matches!(VoiceModel::from_bytes(&flipped), Err(VoiceFileError::Checksum { .. })));
    let mut newer = VOICE.to_vec();
    newer[8] = 9;
    assert!(refused(&newer).contains("version 9"));
    assert!(matches!(VoiceModel::from_bytes(b"PSIVOICE"), Err(VoiceFileError::Size { .. })));
}

/// A header that lies, with a right checksum: lengths and tensors are checked before they are believed.
#[test]
fn lying_headers_are_refused() {
    let sealed = |mut bytes: Vec<u8>| {
        let crc = crc32fast::hash(&bytes);
        bytes.extend(crc.to_le_bytes());
        bytes
    };
    let header = |json: &str, length: u32| {
        let mut bytes = b"PSIVOICE".to_vec();
        bytes.extend(2u32.to_le_bytes());
        bytes.extend(length.to_le_bytes());
        bytes.extend(json.as_bytes());
        bytes.resize(bytes.len().div_ceil(16) * 16, 0);
        bytes
    };
    for bytes in [header("{}", u32::MAX), header("{}", 2), header("not json", 8)] {
        assert!(VoiceModel::from_bytes(&sealed(bytes)).is_err());
    }
    // The real description with an empty payload: every tensor runs past the end.
    let length = u32::from_le_bytes(VOICE[12..16].try_into().expect("four bytes"));
    let json = std::str::from_utf8(&VOICE[16..16 + length as usize]).expect("JSON is UTF-8");
    let error = VoiceModel::from_bytes(&sealed(header(json, length))).expect_err("no payload").to_string();
    assert!(error.contains("past the end"), "{error}");
    let endless = json.replacen("\"sharpen\":0.", "\"sharpen\":1e30,\"_\":0.", 1);
    assert!(endless != json, "the description holds the amount of sharpening");
    assert!(VoiceModel::from_bytes(&sealed(header(&endless, endless.len() as u32))).is_err());
}
