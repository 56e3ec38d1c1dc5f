//! What VRChat gets: bytes written from its documentation.

mod vrchat_sent;

use psivox_core::face::Shape;
use psivox_wire::encode::vrchat::VrchatEncoder;
use psivox_wire::encode::{Encoder, Packets};
use psivox_wire::event::WireEvent;
use psivox_wire::oscquery::{Avatar, AvatarParameter, AvatarReader, ParameterType};
use psivox_wire::target::{Mask, VrchatOptions};
use psivox_wire::{Moment, Target};
use rosc::OscType;
use std::collections::BTreeMap;
use vrchat_sent::{datagrams, messages, moment, parameter, sent};

fn none() -> VrchatOptions {
    VrchatOptions {
        discover: false,
        base: false,
        combined: false,
        eyes: false,
        visemes: false,
        ..VrchatOptions::default()
    }
}

fn avatar(full_face: bool, parameters: &[(&str, ParameterType)]) -> Avatar {
    let parameters =
        parameters.iter().map(|(name, kind)| AvatarParameter { name: (*name).to_owned(), kind: *kind });
    Avatar { id: "avtr_test".to_owned(), full_face, parameters: parameters.collect() }
}

#[test]
fn the_native_face_byte_for_byte() {
    let mut expected = b"/tracking/face/v1\0\0\0,b\0\0\0\0\0\x66".to_vec();
    let mut blob = [0u8; 102];
    blob[0] = 25; // EyeLookOutRight 0.1
    blob[9] = 255; // EyeClosedLeft 1
    blob[19] = 127; // BrowPinchLeft 0.5
    blob[21] = 127; // BrowLowererLeft 0.5
    blob[32] = 51; // CheekPuffRight 0.2
    blob[33] = 51; // CheekPuffLeft 0.2
    blob[36] = 191; // JawOpen 0.75
    blob[50..54].fill(102); // LipFunnel 0.4
    blob[71] = 204; // MouthCornerPullLeft 0.8
    blob[73] = 204; // MouthCornerSlantLeft 0.8
    blob[86] = 255; // TongueOut 1
    expected.extend(blob);
    expected.extend([0, 0]);
    let face = [
        (Shape::EyeLookOutRight, 0.1),
        (Shape::EyeBlinkLeft, 1.0),
        (Shape::BrowDownLeft, 0.5),
        (Shape::CheekPuff, 0.2),
        (Shape::JawOpen, 0.75),
        (Shape::MouthFunnel, 0.4),
        (Shape::MouthSmileLeft, 0.8),
        (Shape::TongueOut, 1.0),
    ];
    let mut encoder = VrchatEncoder::new(&VrchatOptions { native_face: true, ..none() }, None);
    let found = datagrams(&mut encoder, &moment(0.0, &face));
    assert_eq!(found[0].len(), 132);
    assert_eq!(found[0], expected);
}

#[test]
fn the_native_face_waits_for_an_avatar_that_takes_it() {
    let options = VrchatOptions { native_face: true, discover: true, base: true, ..none() };
    let face = moment(0.0, &[(Shape::JawOpen, 0.5)]);
    let kinds = |discovery: Option<AvatarReader>| {
        let found = sent(&mut VrchatEncoder::new(&options, discovery), &face);
        (found.contains_key("/tracking/face/v1"), found.contains_key(&parameter("v2/JawOpen")))
    };
    let jaw = [("v2/JawOpen", ParameterType::Float)];
    assert_eq!(kinds(None), (true, false));
    assert_eq!(kinds(Some(AvatarReader::fixed(None))), (false, true));
    assert_eq!(kinds(Some(AvatarReader::fixed(Some(avatar(false, &jaw))))), (false, true));
    assert_eq!(kinds(Some(AvatarReader::fixed(Some(avatar(true, &jaw))))), (true, false));
    let unasked = VrchatOptions { discover: false, ..options };
    let found = sent(&mut VrchatEncoder::new(&unasked, Some(AvatarReader::fixed(None))), &face);
    assert!(found.contains_key("/tracking/face/v1"));
}

#[test]
fn floats_and_what_becomes_of_them() {
    let options = VrchatOptions { base: true, combined: true, prefix: "FT/".to_owned(), ..none() };
    let mut encoder = VrchatEncoder::new(&options, None);
    let first = sent(&mut encoder, &moment(0.0, &[(Shape::JawOpen, 0.5), (Shape::MouthLeft, 1.0)]));
    assert_eq!(first[&parameter("FT/v2/JawOpen")], [OscType::Float(0.5)]);
    assert_eq!(first[&parameter("FT/v2/MouthX")], [OscType::Float(-1.0)]);
    assert_eq!(first[&parameter("FT/v2/EyeLidLeft")], [OscType::Float(0.75)]);
    for name in ["EyeTrackingActive", "LipTrackingActive", "ExpressionTrackingActive"] {
        assert_eq!(first[&parameter(name)], [OscType::Bool(true)]);
    }
    let still = sent(&mut encoder, &moment(0.1, &[(Shape::JawOpen, 0.5), (Shape::MouthLeft, 1.0)]));
    assert!(still.is_empty(), "{still:?}");
    let moved = sent(&mut encoder, &moment(0.2, &[(Shape::JawOpen, 0.6), (Shape::MouthLeft, 1.0)]));
    assert_eq!(moved.into_keys().collect::<Vec<_>>(), [parameter("FT/v2/JawOpen")]);
    let whole = sent(&mut encoder, &moment(1.1, &[(Shape::JawOpen, 0.6), (Shape::MouthLeft, 1.0)]));
    assert_eq!(whole.len(), first.len());
    let rest = sent(&mut encoder, &Moment::rest(1.2, 9, Mask::default()));
    assert_eq!(rest.keys().collect::<Vec<_>>(), first.keys().collect::<Vec<_>>());
    assert_eq!(rest[&parameter("FT/v2/JawOpen")], [OscType::Float(0.0)]);
    assert_eq!(rest[&parameter("FT/v2/MouthX")], [OscType::Float(0.0)]);
    assert_eq!(rest[&parameter("FT/v2/EyeOpenLeft")], [OscType::Float(1.0)]);
    assert_eq!(rest[&parameter("LipTrackingActive")], [OscType::Bool(false)]);
}

#[test]
fn the_lists_of_parameters_can_be_chosen() {
    let has = |options: VrchatOptions, name: &str| {
        let mut encoder = VrchatEncoder::new(&options, None);
        sent(&mut encoder, &moment(0.0, &[])).contains_key(&parameter(name))
    };
    let [base, combined] = [true, false].map(|base| VrchatOptions { base, combined: !base, ..none() });
    assert!(has(base.clone(), "v2/JawOpen") && !has(base, "v2/JawX"));
    assert!(!has(combined.clone(), "v2/JawOpen") && has(combined, "v2/JawX"));
    assert!(!has(none(), "v2/JawOpen") && !has(none(), "psivox/Voice"));
}

#[test]
fn what_a_new_plan_leaves_behind_goes_to_rest() {
    let mut encoder = VrchatEncoder::new(&VrchatOptions { base: true, ..none() }, None);
    let shapes = [(Shape::JawOpen, 0.5), (Shape::BrowDownLeft, 0.5)];
    sent(&mut encoder, &moment(0.0, &shapes));
    let masked = Moment { mask: Mask::VOICE_OWNS_THE_MOUTH, ..moment(0.1, &shapes[..1]) };
    let found = sent(&mut encoder, &masked);
    assert_eq!(found[&parameter("v2/BrowLowererLeft")], [OscType::Float(0.0)]);
    assert_eq!(found[&parameter("EyeTrackingActive")], [OscType::Bool(false)]);
    assert_eq!(found[&parameter("v2/JawOpen")], [OscType::Float(0.5)]);
    assert!(!found.contains_key(&parameter("v2/BrowLowererRight")));
    assert!(sent(&mut encoder, &Moment { time_s: 0.2, ..masked }).is_empty());
}

#[test]
fn bits_of_a_value() {
    let mut encoder = VrchatEncoder::new(&VrchatOptions { combined: true, binary_bits: 3, ..none() }, None);
    let found = sent(&mut encoder, &moment(0.0, &[(Shape::JawLeft, 0.7)]));
    // floor(0.7 * 8) = 5 = 0b101.
    for (name, expected) in [("1", true), ("2", false), ("4", true), ("Negative", true)] {
        assert_eq!(found[&parameter(&format!("v2/JawX{name}"))], [OscType::Bool(expected)], "{name}");
    }
    assert!(!found.contains_key(&parameter("v2/JawX")));
}

#[test]
fn an_avatar_gets_only_what_it_has() {
    use ParameterType::{Bool, Float};
    let parameters = [
        ("Some Thing/v2/JawOpen", Float),
        ("v2/MouthX1", Bool),
        ("v2/MouthX2", Bool),
        ("v2/MouthClosed", Bool),
        ("v2/EyeLeftX", Float),
        ("v2/EyeLidLeft", Float),
        ("psivox/viseme_aa", Float),
        ("Unrelated", Float),
    ];
    let reader = AvatarReader::fixed(Some(avatar(false, &parameters)));
    let options = VrchatOptions { eyes: true, ..VrchatOptions::default() };
    let mut encoder = VrchatEncoder::new(&options, Some(reader));
    let face = [(Shape::JawOpen, 0.5), (Shape::MouthLeft, 1.0), (Shape::MouthClose, 0.6)];
    let found = sent(&mut encoder, &moment(0.0, &face));
    let expected = [
        ("Some_Thing/v2/JawOpen", OscType::Float(0.5)),
        ("psivox/viseme_aa", OscType::Float(0.0)),
        ("v2/EyeLeftX", OscType::Float(0.0)),
        ("v2/EyeLidLeft", OscType::Float(0.75)),
        ("v2/MouthClosed", OscType::Bool(true)),
        // Without a sign of its own a negative value is 0.
        ("v2/MouthX1", OscType::Bool(false)),
        ("v2/MouthX2", OscType::Bool(false)),
    ];
    let expected: BTreeMap<_, _> = expected.map(|(name, value)| (parameter(name), vec![value])).into();
    // Neither are the eyes moved twice.
    assert_eq!(found, expected);
}

#[test]
fn eyes_look_down_and_right_with_a_plus() {
    let mut encoder = VrchatEncoder::new(&VrchatOptions { eyes: true, ..none() }, None);
    let look = [
        (Shape::EyeLookDownLeft, 1.0),
        (Shape::EyeLookDownRight, 1.0),
        (Shape::EyeLookInLeft, 0.5),
        (Shape::EyeLookOutRight, 0.5),
        (Shape::EyeBlinkLeft, 1.0),
    ];
    let found = sent(&mut encoder, &moment(0.0, &look));
    assert_eq!(found.len(), 2);
    assert_eq!(found["/tracking/eye/EyesClosedAmount"], [OscType::Float(0.5)]);
    let angles: Vec<f32> = found["/tracking/eye/LeftRightPitchYaw"]
        .iter()
        .map(|arg| arg.clone().float().expect("a float"))
        .collect();
    let [pitch, yaw] = [0.52f32.to_degrees(), 0.26f32.to_degrees()];
    for (found, expected) in angles.iter().zip([pitch, yaw, pitch, yaw]) {
        assert!((found - expected).abs() < 1e-3, "{angles:?}");
    }
    assert!(sent(&mut encoder, &moment(0.5, &look)).is_empty());
    assert_eq!(sent(&mut encoder, &moment(1.5, &look)).len(), 2);
    let mut out = Packets::default();
    encoder.tend(2.0, &mut out).expect("encodes");
    assert!(out.is_empty());
    encoder.tend(8.0, &mut out).expect("encodes");
    assert_eq!(messages(&out.iter().map(|(_, one)| one.to_vec()).collect::<Vec<_>>()).len(), 2);
    let masked = Moment { mask: Mask::VOICE_OWNS_THE_MOUTH, ..moment(9.0, &[]) };
    assert!(sent(&mut encoder, &masked).is_empty());
}

#[test]
fn visemes_have_names_and_a_number() {
    let mut encoder = VrchatEncoder::new(&VrchatOptions { visemes: true, ..none() }, None);
    let mut face = moment(0.0, &[(Shape::JawOpen, 0.25)]);
    face.speaking = true;
    face.visemes = [0.0; 15];
    (face.visemes[1], face.visemes[10]) = (0.25, 0.75);
    let found = sent(&mut encoder, &face);
    assert_eq!(found.len(), 17);
    assert_eq!(found[&parameter("psivox/viseme_aa")], [OscType::Float(0.75)]);
    assert_eq!(found[&parameter("psivox/viseme_pp")], [OscType::Float(0.25)]);
    assert_eq!(found[&parameter("psivox/Viseme")], [OscType::Int(10)]);
    assert_eq!(found[&parameter("psivox/Voice")], [OscType::Float(0.65)]);
    let rest = sent(&mut encoder, &Moment::rest(0.1, 2, Mask::default()));
    assert_eq!(rest[&parameter("psivox/Viseme")], [OscType::Int(0)]);
    assert_eq!(rest[&parameter("psivox/Voice")], [OscType::Float(0.0)]);
}

#[test]
fn a_line_in_the_chatbox() {
    let line = WireEvent::Line { text: "Hi".to_owned(), duration_s: 1.0 };
    let mut out = Packets::default();
    VrchatEncoder::new(&none(), None).event(&line, 0.0, &mut out).expect("encodes");
    assert!(out.is_empty());
    let mut encoder = VrchatEncoder::new(&VrchatOptions { chatbox: true, ..none() }, None);
    encoder.event(&line, 0.0, &mut out).expect("encodes");
    let expected = b"/chatbox/input\0\0,sTF\0\0\0\0Hi\0\0";
    assert_eq!(out.iter().map(|(_, one)| one).collect::<Vec<_>>(), [expected]);
}

#[test]
fn options_are_checked_with_the_target() {
    let message = |text: &str| text.parse::<Target>().expect_err(text).to_string();
    assert!("vrchat:h?oscquery=127.0.0.1:50000&prefix=FT".parse::<Target>().is_ok());
    for place in ["nowhere", "127.0.0.1", "127.0.0.1:0", "a b:1", "h:99999"] {
        assert!(message(&format!("vrchat:h?oscquery={place}")).contains("HOST:PORT"), "{place}");
    }
    assert!(message("vrchat:h?prefix=a b").contains("printable"));
    assert!(message("vrchat:h?binary_bits=9").contains("0 to 8"));
}
