//! Every encoder from outside: whatever a face may be, what goes out is lawful, says what it should, and comes to rest.

mod encoded;

use encoded::numbers;
use psivox_core::emotion::{Mode, Moods};
use psivox_core::face::{BLENDSHAPE_NAMES, BlendshapeFrame, Shape, pascal_case};
use psivox_wire::encode::clips::{VRM0_NAMES, VRM1_NAMES};
use psivox_wire::encode::{Encoder, MAX_DATAGRAM_BYTES, Packets, encoder_of};
use psivox_wire::target::{
    Clips, Dialect, FacecapOptions, GenericOptions, IfacialmocapOptions, LivelinkOptions, Mask, VmcOptions,
};
use psivox_wire::{Moment, Shaper, Target};
use std::collections::BTreeMap;

/// Numbers that are the same in every run (xorshift64).
struct Seeded(u64);

impl Seeded {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u64 << 24) as f32
    }

    fn yes(&mut self) -> bool {
        self.next() & 1 == 1
    }

    /// A number that nobody should send: now and then none at all.
    fn absurd(&mut self) -> f32 {
        const BAD: [f32; 8] =
            [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, -1.0, 1e-40, -0.0];
        let index = self.next() as usize % 16;
        BAD.get(index).copied().unwrap_or_else(|| 4.0 * self.unit() - 2.0)
    }

    fn mask(&mut self) -> Mask {
        Mask {
            mouth: self.yes(),
            brows: self.yes(),
            eyes: self.yes(),
            cheeks: self.yes(),
            tongue: self.yes(),
            head: self.yes(),
            speech_only: self.yes(),
        }
    }

    fn face(&mut self, absurd: bool) -> BlendshapeFrame {
        let mut number = |low: f32| if absurd { self.absurd() } else { low + (1.0 - low) * self.unit() };
        BlendshapeFrame {
            time_samples: 0,
            shapes: std::array::from_fn(|_| number(0.0)),
            head_rad: std::array::from_fn(|_| number(-1.0)),
            emotion: std::array::from_fn(|_| number(-1.0)),
        }
    }

    /// A moment as the sender makes it of a frame.
    fn moment(&mut self, target: &Target, absurd: bool) -> Moment {
        let face = Shaper::new(target).shape(&self.face(absurd));
        let mut moods = Moods::NONE;
        for mode in Mode::ALL {
            moods.set(mode, if absurd { self.absurd() } else { 0.3 * self.unit() });
        }
        let mut visemes = [0.0; 15];
        visemes[self.next() as usize % 15] = 1.0;
        Moment {
            time_s: f64::from(self.unit()) * 1e5,
            face,
            moods,
            visemes,
            rest: false,
            ..Moment::rest(0.0, self.next(), target.mask)
        }
    }
}

/// Every language that is spoken in plain datagrams, with every option either way.
fn dialects() -> Vec<Dialect> {
    let mut all = Vec::new();
    for bits in 0..16 {
        let on = |bit: u32| bits & (1 << bit) != 0;
        for clips in [Clips::Vrm0, Clips::Vrm1, Clips::None] {
            all.push(Dialect::Vmc(VmcOptions {
                bundles: on(0),
                clips,
                perfect_sync: on(1),
                performer: on(2),
                thru: on(3),
                events: false,
            }));
        }
    }
    for subject in ["P", "Psivox", &"x".repeat(64)] {
        all.push(Dialect::Livelink(LivelinkOptions { subject: subject.to_owned() }));
    }
    for version in [1, 2] {
        all.push(Dialect::Ifacialmocap(IfacialmocapOptions { version, answer: false, push: true }));
    }
    for bundles in [false, true] {
        all.push(Dialect::Facecap(FacecapOptions { bundles }));
        let long = |tail: &str| format!("/{}{tail}", "a".repeat(110));
        all.push(Dialect::Osc(GenericOptions { bundles, ..GenericOptions::default() }));
        all.push(Dialect::Osc(GenericOptions {
            shape: long("s/{Name}"),
            head: long("h/{name}"),
            emotion: long("e/{name}"),
            viseme: long("v/{index}"),
            voice: long("o/{name}"),
            bundles,
            events: false,
        }));
    }
    all
}

fn encoder(target: &Target) -> Box<dyn Encoder> {
    target.check().expect("a lawful target");
    encoder_of(target).expect("a language of datagrams")
}

fn datagrams(encoder: &mut dyn Encoder, moment: &Moment) -> Vec<Vec<u8>> {
    let mut out = Packets::default();
    encoder.face(moment, &mut out).expect("a face can be written");
    out.iter().map(|(_, datagram)| datagram.to_vec()).collect()
}

#[test]
fn any_face_gives_lawful_datagrams() {
    let mut seeded = Seeded(0x5eed);
    for dialect in dialects() {
        for _ in 0..40 {
            let mut target = Target::new(dialect.clone(), "127.0.0.1", 1);
            (target.mask, target.strength) = (seeded.mask(), 2.0 * seeded.unit());
            let mut encoder = encoder(&target);
            for _ in 0..3 {
                let moment = seeded.moment(&target, true);
                let sent = datagrams(&mut *encoder, &moment);
                assert!(sent.iter().all(|one| one.len() <= MAX_DATAGRAM_BYTES), "{dialect:?}");
                for (name, value) in numbers(&dialect, &sent) {
                    assert!(value.is_finite() && value.abs() < 2e5, "{name} is {value} in {dialect:?}");
                }
            }
        }
    }
}

/// What a number is when nothing moves.
fn at_rest(name: &str) -> f32 {
    match name {
        // Alive, calibrated, tracking.
        "/VMC/Ext/OK 0" | "/VMC/Ext/OK 3" => 1.0,
        "/VMC/Ext/OK 1" => 3.0,
        // What is left when nothing is felt or said.
        _ if name.ends_with("/neutral 0") || name.ends_with("v/0 0") => 1.0,
        // The real part of a turn by nothing.
        "/HRQ 3" => 1.0,
        _ if name.starts_with("/VMC/Ext/Root/Pos") || name.starts_with("/VMC/Ext/Bone/Pos") => {
            if name.ends_with(" 7") { 1.0 } else { place_m(name) }
        }
        "/VMC/Ext/Set/Eye 3" => 10.0,
        _ => 0.0,
    }
}

/// Where a bone stands.
fn place_m(name: &str) -> f32 {
    match name.trim_start_matches("/VMC/Ext/Bone/Pos ") {
        "Neck 2" => 0.1,
        "Head 2" => 0.08,
        "LeftEye 1" => -0.03,
        "RightEye 1" => 0.03,
        "LeftEye 2" | "RightEye 2" => 0.06,
        "LeftEye 3" | "RightEye 3" => 0.08,
        _ => 0.0,
    }
}

#[test]
fn rest_takes_back_all_that_was_ever_sent() {
    let mut seeded = Seeded(77);
    for dialect in dialects() {
        let mut target = Target::new(dialect.clone(), "127.0.0.1", 1);
        let mut encoder = encoder(&target);
        let mut standing = BTreeMap::new();
        for _ in 0..5 {
            target.mask = seeded.mask();
            let moment = seeded.moment(&target, false);
            standing.append(&mut numbers(&dialect, &datagrams(&mut *encoder, &moment)));
        }
        let moved = standing.iter().filter(|(name, value)| (**value - at_rest(name)).abs() > 0.01).count();
        assert!(moved > 0 || silent(&dialect), "{dialect:?}");
        let rest = Moment::rest(0.0, 9, target.mask);
        standing.append(&mut numbers(&dialect, &datagrams(&mut *encoder, &rest)));
        // The strongest mode has its name in the message: only the last one counts.
        standing.retain(|name, _| !name.starts_with("/VMC/Thru/psivox/mode") || name.contains("neutral"));
        for (name, value) in standing {
            assert_eq!(value, at_rest(&name), "{name} stands in {dialect:?}");
        }
    }
}

/// Nothing of the face but signs of life.
fn silent(dialect: &Dialect) -> bool {
    matches!(dialect, Dialect::Vmc(own) if own.clips == Clips::None && !own.perfect_sync && !own.performer)
}

/// A face whose every shape is another.
fn ladder(mask: Mask) -> Moment {
    let mut moment = Moment { rest: false, ..Moment::rest(2.5, 0, mask) };
    for (index, shape) in Shape::ALL.into_iter().enumerate() {
        moment.face.set(shape, if mask.sends(shape) { index as f32 / 64.0 } else { 0.0 });
    }
    moment
}

fn ladder_of(dialect: Dialect, mask: Mask) -> BTreeMap<String, f32> {
    let target = Target::new(dialect.clone(), "127.0.0.1", 1);
    numbers(&dialect, &datagrams(&mut *encoder(&target), &ladder(mask)))
}

#[test]
fn every_shape_arrives_under_its_name() {
    let mask = Mask::default();
    let vmc = ladder_of(Dialect::Vmc(VmcOptions::default()), mask);
    let osc = ladder_of(Dialect::Osc(GenericOptions::default()), mask);
    let livelink = ladder_of(Dialect::Livelink(LivelinkOptions::default()), mask);
    for (index, name) in BLENDSHAPE_NAMES.into_iter().enumerate() {
        let expected = Some(&(index as f32 / 64.0));
        assert_eq!(vmc.get(&format!("/VMC/Ext/Blend/Val {} 1", pascal_case(name))), expected);
        assert_eq!(osc.get(&format!("/face/{name} 0")), expected);
        assert_eq!(livelink.get(&format!("{index:02}")), expected);
    }
    let facecap = ladder_of(Dialect::Facecap(FacecapOptions::default()), mask);
    let of = |shape: Shape| Some(shape as usize as f32 / 64.0);
    for (index, shape) in [(0, Shape::BrowInnerUp), (24, Shape::JawOpen), (36, Shape::MouthClose)] {
        assert_eq!(facecap.get(&format!("/W {index} 1")).copied(), of(shape));
    }
    let ifacialmocap = ladder_of(Dialect::Ifacialmocap(IfacialmocapOptions::default()), mask);
    for (name, percent) in
        [("eyeLookDown_L", 2.0), ("jawOpen", 27.0), ("browInnerUp_R", 67.0), ("tongueOut", 80.0)]
    {
        assert_eq!(ifacialmocap.get(name), Some(&percent), "{name}");
    }
}

#[test]
fn names_that_are_masked_out_are_not_sent() {
    let voice = Mask::VOICE_OWNS_THE_MOUTH;
    let vmc = ladder_of(Dialect::Vmc(VmcOptions { performer: true, ..VmcOptions::default() }), voice);
    let named = |start: &str| vmc.keys().filter(|name| name.starts_with(start)).count();
    assert_eq!(named("/VMC/Ext/Blend/Val"), 5 + 11);
    assert_eq!(named("/VMC/Ext/Bone"), 0);
    let osc = ladder_of(Dialect::Osc(GenericOptions::default()), voice);
    assert_eq!(
        osc.keys().filter(|name| name.starts_with("/face/") || name.starts_with("/head/")).count(),
        11
    );
    let facecap = ladder_of(Dialect::Facecap(FacecapOptions::default()), voice);
    assert_eq!((facecap.len(), facecap.contains_key("/W 24 1")), (11, true));
    let ifacialmocap = ladder_of(Dialect::Ifacialmocap(IfacialmocapOptions::default()), voice);
    assert_eq!(ifacialmocap.len(), 11 + 12);
    let livelink = ladder_of(Dialect::Livelink(LivelinkOptions::default()), voice);
    assert_eq!(livelink.values().filter(|value| **value != 0.0).count(), 11);
}

#[test]
fn clips_are_spelled_as_the_model_has_them() {
    let of = |clips| {
        let dialect = Dialect::Vmc(VmcOptions { clips, perfect_sync: false, ..VmcOptions::default() });
        let found = ladder_of(dialect, Mask::default());
        let clip = |name: &String| {
            let rest = name.strip_prefix("/VMC/Ext/Blend/Val ")?;
            Some(rest.trim_end_matches(" 1").to_owned())
        };
        found.keys().filter_map(clip).collect::<Vec<_>>()
    };
    let sorted = |names: &[&str]| {
        let mut names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        names.sort();
        names
    };
    assert_eq!(of(Clips::Vrm0), sorted(&VRM0_NAMES));
    assert_eq!(of(Clips::Vrm1), sorted(&VRM1_NAMES));
    assert!(of(Clips::None).is_empty());
}

#[test]
fn whatever_comes_in_few_are_answered() {
    const REQUEST: &[u8] = b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719|sendDataVersion=v2";
    let mut seeded = Seeded(4);
    let options = IfacialmocapOptions { version: 1, answer: true, push: false };
    let target = Target::new(Dialect::Ifacialmocap(options), "127.0.0.1", 49983);
    let mut encoder = encoder(&target);
    let (mut most, mut answered) = (0, 0);
    for turn in 0..100_000u32 {
        let mut datagram = REQUEST[..seeded.next() as usize % (REQUEST.len() + 1)].to_vec();
        for _ in 0..seeded.next() % 3 {
            let at = seeded.next() as usize % (datagram.len() + 1);
            datagram.insert(at, seeded.next() as u8);
        }
        let address = std::net::Ipv4Addr::from(seeded.next() as u32);
        encoder.hear(&datagram, (address, seeded.next() as u16).into());
        if turn % 1_000 == 0 {
            let count = datagrams(&mut *encoder, &Moment::rest(0.0, 0, target.mask)).len();
            (most, answered) = (most.max(count), count);
        }
    }
    assert_eq!((most, answered), (8, 8));
}

#[test]
fn every_language_of_datagrams_has_an_encoder() {
    for dialect in Dialect::all() {
        let other = matches!(dialect, Dialect::Vrchat(_) | Dialect::Vts(_));
        assert_eq!(encoder_of(&Target::new(dialect, "h", 1)).is_none(), other);
    }
}
