//! The decoder against packets written from the specifications, and against the encoder.

use psivox_core::emotion::Moods;
use psivox_core::face::{BlendshapeFrame, Shape, pascal_case};
use psivox_core::phone::Viseme;
use psivox_wire::Moment;
use psivox_wire::decode::{DecodeError, Decoder, Protocol};
use psivox_wire::encode::vmc::VmcEncoder;
use psivox_wire::encode::{Encoder, MAX_DATAGRAM_BYTES, OscBatch, Packets};
use psivox_wire::event::WireEvent;
use psivox_wire::osc_guard::{OscFault, Unsound};
use psivox_wire::target::{Clips, Mask, VmcOptions};
use rosc::OscType;

fn auto() -> Decoder {
    Decoder::new(None)
}

/// One OSC message by the library.
fn osc(address: &str, args: Vec<OscType>) -> Vec<u8> {
    let (mut batch, mut out) = (OscBatch::default(), Packets::default());
    batch.add(address, args);
    batch.write(false, &mut out).expect("encodes");
    out.iter().next().expect("a datagram").1.to_vec()
}

fn string(text: &str) -> OscType {
    OscType::String(text.to_owned())
}

fn moment() -> Moment {
    let mut face = BlendshapeFrame::NEUTRAL;
    face.shapes = std::array::from_fn(|index| index as f32 / 60.0);
    face.emotion = [0.8, 0.5, 0.0, 1.0];
    Moment { face, moods: Moods::NONE, ..Moment::rest(2.5, 7, Mask::default()) }
}

#[test]
fn vmc_by_the_specification_waits_for_apply() {
    let mut decoder = auto();
    let value = b"/VMC/Ext/Blend/Val\0\0,sf\0JawOpen\0\x3f\0\0\0";
    let apply = b"/VMC/Ext/Blend/Apply\0\0\0\0,\0\0\0";
    let taken = decoder.take(value).expect("sound");
    assert_eq!((taken.protocol, taken.understood, taken.applied), (Protocol::Vmc, 1, false));
    assert_eq!(decoder.face().shapes[Shape::JawOpen as usize], None);
    assert!(decoder.take(apply).expect("sound").applied);
    assert_eq!((decoder.face().get(Shape::JawOpen), decoder.face().applied), (0.5, 1));
    let clip = b"/VMC/Ext/Blend/Val\0\0,sf\0blinkLeft\0\0\0\x3f\x80\0\0";
    decoder.take(clip).expect("sound");
    decoder.take(apply).expect("sound");
    assert_eq!(decoder.face().clips.get("blinkLeft"), Some(&1.0));
    decoder.take(b"/VMC/Ext/OK\0,iiii\0\0\0\0\0\0\x01\0\0\0\x03\0\0\0\0\0\0\0\x01").expect("sound");
    decoder.take(b"#bundle\0\0\0\0\0\0\0\0\x01\0\0\0\x14/VMC/Ext/T\0\0,f\0\0\x40\x20\0\0").expect("sound");
    assert_eq!((decoder.face().ready, decoder.face().time_s), (Some(true), Some(2.5)));
    assert_eq!((decoder.count(Protocol::Vmc), decoder.malformed()), (6, 0));
}

#[test]
fn vmc_bones_and_thru() {
    let mut decoder = auto();
    let (sine, cosine) = 5f32.to_radians().sin_cos();
    for name in ["Head", "Neck", "LeftEye"] {
        let mut args = vec![string(name)];
        args.extend([0.0, 1.0, 0.0, 0.0, -sine, 0.0, cosine].map(OscType::Float));
        assert_eq!(decoder.take(&osc("/VMC/Ext/Bone/Pos", args)).expect("sound").understood, 1);
    }
    let [yaw, pitch, roll] = decoder.face().head_deg.expect("a head");
    assert!((yaw - 20.0).abs() < 0.01 && pitch.abs() < 0.01 && roll.abs() < 0.01);
    let mode = |name| osc("/VMC/Thru/psivox/mode", vec![string(name), OscType::Float(0.5)]);
    decoder.take(&mode("happy")).expect("sound");
    decoder.take(&mode("sad")).expect("sound");
    decoder
        .take(&osc("/VMC/Thru/psivox/valence", vec![string("valence"), OscType::Float(-0.5)]))
        .expect("sound");
    let felt: Vec<_> = decoder.face().emotion.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    assert_eq!(felt, [("mode/sad", 0.5), ("valence", -0.5)]);
}

#[test]
fn what_the_encoder_writes_is_what_is_read() {
    let moment = moment();
    for (bundles, clips) in [(true, Clips::Vrm0), (false, Clips::Vrm0), (true, Clips::None)] {
        let options = VmcOptions { bundles, clips, events: true, ..VmcOptions::default() };
        let mut encoder = VmcEncoder::new(options);
        let mut out = Packets::default();
        encoder.face(&moment, &mut out).expect("encodes");
        let phone = WireEvent::Phone { symbol: 'ə', viseme: Viseme::Aa, duration_s: 0.1 };
        encoder.event(&phone, 2.5, &mut out).expect("encodes");
        let mut decoder = auto();
        for (_, datagram) in out.iter() {
            assert!(datagram.len() <= MAX_DATAGRAM_BYTES);
            assert_eq!(decoder.take(datagram).expect("sound").unknown, 0);
        }
        let face = decoder.face();
        for shape in Shape::ALL {
            assert_eq!(face.shapes[shape as usize], Some(moment.face.get(shape)), "{}", shape.name());
        }
        assert_eq!((face.time_s, face.ready, face.applied), (Some(2.5), Some(true), 1));
        assert_eq!(face.clips.contains_key("Joy"), clips == Clips::Vrm0);
        assert_eq!((face.said.phone.as_deref(), face.viseme), (Some("ə"), Some(Viseme::Aa as usize)));
        // The face at rest leaves nothing standing.
        let mut out = Packets::default();
        encoder.face(&Moment::rest(3.0, 8, Mask::default()), &mut out).expect("encodes");
        for (_, datagram) in out.iter() {
            decoder.take(datagram).expect("sound");
        }
        assert!(decoder.face().shapes.iter().all(|value| *value == Some(0.0)));
        assert!(decoder.face().clips.values().all(|value| *value == 0.0));
    }
}

/// A Live Link packet, field by field.
fn livelink(values: &[f32; 61]) -> Vec<u8> {
    let mut bytes = vec![6, 0, 0, 0, 36];
    bytes.extend(b"01234567-89ab-cdef-0123-456789abcdef");
    bytes.extend([0, 0, 0, 4]);
    bytes.extend(b"Mira");
    bytes.extend([0, 0, 0, 90]);
    bytes.extend(0.5f32.to_be_bytes());
    bytes.extend([0, 0, 0, 60, 0, 0, 0, 1, 61]);
    bytes.extend(values.iter().flat_map(|value| value.to_be_bytes()));
    bytes
}

#[test]
fn live_link_by_its_layout() {
    let mut values: [f32; 61] =
        std::array::from_fn(|index| if index < 52 { index as f32 / 64.0 } else { 0.0 });
    (values[52], values[53], values[54]) = (0.5, -0.25, 0.125);
    let packet = livelink(&values);
    assert_eq!(packet.len(), 310);
    let mut decoder = auto();
    let taken = decoder.take(&packet).expect("sound");
    assert_eq!((taken.protocol, taken.applied), (Protocol::Livelink, true));
    let face = decoder.face();
    assert_eq!(face.get(Shape::JawOpen), 17.0 / 64.0);
    let expected = [-0.5f32, 0.25, 0.125].map(f32::to_degrees);
    assert_eq!((face.head_deg, face.subject.as_deref()), (Some(expected), Some("Mira")));
    assert!((face.time_s.expect("a time") - 90.5 / 60.0).abs() < 1e-6);
    let before = face.clone();
    let mut worse = packet.clone();
    worse[310 - 4..].copy_from_slice(&f32::NAN.to_be_bytes());
    assert!(decoder.take(&worse).is_err());
    assert!(
        decoder.take(&packet[..309]).is_err() && decoder.take(&[packet.as_slice(), b"x"].concat()).is_err()
    );
    let mut long = packet;
    long[41] = 0x7f;
    assert!(matches!(decoder.take(&long), Err(DecodeError::Livelink { name: "length of the name", .. })));
    assert_eq!((decoder.face(), decoder.malformed()), (&before, 4));
}

#[test]
fn ifacialmocap_in_both_versions() {
    for separator in ["-", "&"] {
        let text = "x@0|mouthSmile_R@50|jawOpen@25|eyeBlink_L@100|jawLeft@8|browInnerUp_L@30|browInnerUp_R@30|\
            =head#10.0,-20.0,5.0,0,0,0|rightEye#1,2,3|leftEye#1,2,3|";
        let mut decoder = auto();
        let taken = decoder.take(text.replace('@', separator).as_bytes()).expect("sound");
        assert_eq!((taken.protocol, taken.applied), (Protocol::Ifacialmocap, true));
        let face = decoder.face();
        assert_eq!((face.get(Shape::JawOpen), face.get(Shape::MouthSmileRight)), (0.25, 0.5));
        assert_eq!((face.get(Shape::EyeBlinkLeft), face.get(Shape::JawLeft)), (1.0, 0.08));
        assert_eq!((face.get(Shape::BrowInnerUp), face.head_deg), (0.3, Some([-20.0, -10.0, -5.0])));
    }
    let mut decoder = auto();
    let request = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719|sendDataVersion=v2";
    assert!(!decoder.take(request).expect("a request").applied);
    for bad in ["jawOpen-x|", "jawOpen-1e99|", "=head#1,2|", "a|b|c", "jawOpen-NaN|"] {
        assert!(decoder.take(bad.as_bytes()).is_err(), "{bad}");
    }
    assert_eq!((decoder.malformed(), decoder.face().applied), (5, 0));
}

#[test]
fn vrchat_parameters_eyes_blob_and_chatbox() {
    let mut decoder = auto();
    let float = |name: &str, value| osc(&format!("/avatar/parameters/{name}"), vec![OscType::Float(value)]);
    for (name, value) in [
        ("FT/v2/JawOpen", 0.5),
        ("v2/MouthUpperRight", 0.25),
        ("v2/MouthLowerRight", 0.75),
        ("v2/BrowExpressionLeft", -0.5),
        ("psivox/viseme_ou", 0.75),
        ("psivox/Voice", 0.5),
    ] {
        let taken = decoder.take(&float(name, value)).expect("sound");
        assert_eq!((taken.protocol, taken.understood), (Protocol::Vrchat, 1), "{name}");
    }
    decoder.take(b"/avatar/parameters/v2/JawX1\0,T\0\0").expect("sound");
    let face = decoder.face();
    assert_eq!((face.get(Shape::JawOpen), face.get(Shape::MouthRight)), (0.5, 0.5));
    assert_eq!((face.get(Shape::BrowDownLeft), face.get(Shape::JawRight)), (0.5, 1.0));
    assert_eq!(face.visemes[Viseme::Ou as usize], Some(0.75));
    let blob: Vec<u8> = (0..102).map(|index| if index == 36 || index == 9 { 255 } else { 0 }).collect();
    let packet = osc("/tracking/face/v1", vec![OscType::Blob(blob)]);
    assert_eq!(packet.len(), 132);
    decoder.take(&packet).expect("sound");
    let face = decoder.face();
    assert_eq!((face.get(Shape::JawOpen), face.get(Shape::EyeBlinkLeft)), (1.0, 1.0));
    assert_eq!((face.get(Shape::EyeBlinkRight), face.get(Shape::MouthRight)), (0.0, 0.0));
    decoder
        .take(&osc("/tracking/eye/CenterPitchYaw", vec![OscType::Float(-14.9), OscType::Float(29.8)]))
        .expect("sound");
    let face = decoder.face();
    assert_eq!((face.get(Shape::EyeLookUpLeft), face.get(Shape::EyeLookInLeft)), (0.5, 1.0));
    assert_eq!((face.get(Shape::EyeLookOutRight), face.get(Shape::EyeLookOutLeft)), (1.0, 0.0));
    let chat = vec![string("Hi\u{1b}[2J"), OscType::Bool(true), OscType::Bool(false)];
    decoder.take(&osc("/chatbox/input", chat)).expect("sound");
    assert_eq!(decoder.face().said.line.as_deref(), Some("Hi [2J"));
    let short =
        decoder.take(&osc("/tracking/face/v1", vec![OscType::Blob(vec![0; 101])])).expect("sound OSC");
    assert_eq!((short.understood, short.unknown, decoder.unknown()), (0, 1, 1));
}

#[test]
fn face_cap_and_addresses_of_ones_own() {
    let mut decoder = auto();
    decoder.take(b"/W\0\0,if\0\0\0\0\x18\x3f\0\0\0").expect("sound");
    decoder.take(&osc("/HR", [10.0, 20.0, 5.0].map(OscType::Float).to_vec())).expect("sound");
    assert_eq!((decoder.count(Protocol::Facecap), decoder.face().get(Shape::JawOpen)), (2, 0.5));
    assert_eq!(decoder.face().head_deg, Some([20.0, -10.0, -5.0]));
    for shape in Shape::ALL {
        for name in [shape.name().to_owned(), pascal_case(shape.name())] {
            let taken =
                decoder.take(&osc(&format!("/my/rig/{name}"), vec![OscType::Float(0.25)])).expect("sound");
            assert_eq!((taken.protocol, taken.applied), (Protocol::Osc, true), "{name}");
        }
        assert_eq!(decoder.face().get(shape), 0.25);
    }
    decoder.take(&osc("/head/yaw", vec![OscType::Float(-9.0)])).expect("sound");
    decoder.take(&osc("/emotion/happy", vec![OscType::Float(0.5)])).expect("sound");
    decoder.take(&osc("/viseme/aa", vec![OscType::Float(0.5)])).expect("sound");
    let voice = decoder.take(&osc("/voice/f0_hz", vec![OscType::Float(120.0)])).expect("sound");
    assert_eq!((voice.understood, voice.unknown), (1, 0));
    let face = decoder.face();
    assert_eq!((face.head_deg.map(|head| head[0]), face.emotion.get("happy")), (Some(-9.0), Some(&0.5)));
    assert_eq!(face.visemes[Viseme::Aa as usize], Some(0.5));
    for (address, args) in [
        ("/my/jawOpen", vec![string("x")]),
        ("/mixer/1/fader", vec![OscType::Float(0.5)]),
        ("/my/jawOpen", vec![]),
    ] {
        assert_eq!(decoder.take(&osc(address, args)).expect("sound OSC").unknown, 1, "{address}");
    }
}

#[test]
fn words_are_told_and_end() {
    let mut decoder = Decoder::new(Some(Protocol::Vmc));
    let time = OscType::Float(0.0);
    decoder.take(&osc("/psivox/line", vec![string("Good day"), time.clone(), time.clone()])).expect("sound");
    decoder
        .take(&osc("/psivox/word", vec![string("Good"), OscType::Int(0), time.clone(), time.clone()]))
        .expect("sound");
    decoder.take(b"/psivox/viseme\0\0,isf\0\0\0\0\0\0\0\x0aaa\0\0\x3f\x80\0\0").expect("sound");
    let face = decoder.face();
    assert_eq!((face.said.line.as_deref(), face.said.word.as_deref()), (Some("Good day"), Some("Good")));
    assert_eq!((face.viseme, decoder.count(Protocol::Events)), (Some(10), 3));
    decoder.take(&osc("/psivox/end", vec![time])).expect("sound");
    assert_eq!(decoder.face().said.line, None);
}

#[test]
fn a_decoder_of_one_language_leaves_others_alone() {
    let mut decoder = Decoder::new(Some(Protocol::Vrchat));
    let taken = decoder.take(b"/W\0\0,if\0\0\0\0\x18\x3f\0\0\0").expect("sound OSC");
    assert_eq!((taken.understood, taken.unknown), (0, 1));
    assert!(decoder.take(&livelink(&[0.0; 61])).is_err());
    assert!(Decoder::new(Some(Protocol::Livelink)).take(&livelink(&[0.0; 61])).is_ok());
    assert!("vmc".parse::<Protocol>() == Ok(Protocol::Vmc) && "midi".parse::<Protocol>().is_err());
}

#[test]
fn garbage_is_counted_and_shown_and_changes_nothing() {
    let mut decoder = auto();
    let large = vec![b'/'; 9_000];
    for (index, bad) in [
        b"".as_slice(),
        b"hello",
        b"\xff\xfe\x00",
        b"/abc",
        b"/a\0\0,i\0\0",
        b"#bundle\0\0\0\0\0\0\0\0\x01\0\0\xff\xff",
        &large,
    ]
    .into_iter()
    .enumerate()
    {
        let fault = decoder.take(bad).expect_err("garbage");
        assert!(fault.to_string().len() < 160, "{fault}");
        assert_eq!((decoder.malformed(), decoder.last_fault()), (index as u64 + 1, Some(&fault)));
    }
    assert_eq!(decoder.face(), auto().face());
    let fault = OscFault::Tag { found: '[', taken: "ifsbdhtTFNI" };
    assert_eq!(decoder.take(b"/a\0\0,[]\0"), Err(DecodeError::Osc(Unsound { fault, at: 5 })));
}
