//! Seeded mutations of sound packets against everything that reads from the network: no panic, bounded memory.
//!
//! `PSIVOX_FUZZ_INPUTS` sets how many inputs each reader gets (50,000 without it).

use psivox_wire::Moment;
use psivox_wire::decode::draw::draw;
use psivox_wire::decode::{Decoder, MAX_NAMES, Protocol};
use psivox_wire::encode::vmc::VmcEncoder;
use psivox_wire::encode::{Encoder, Packets};
use psivox_wire::osc_guard::{Limits, messages};
use psivox_wire::target::{Dialect, Mask, Target, VmcOptions};

/// Inputs of each test.
fn inputs() -> usize {
    std::env::var("PSIVOX_FUZZ_INPUTS").ok().and_then(|count| count.parse().ok()).unwrap_or(50_000)
}

/// xorshift64*: small, seeded, the same everywhere.
struct Dice(u64);

impl Dice {
    fn throw(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.throw() >> 33) as usize % count.max(1)
    }
}

/// One to four changes: flips, cuts, splices with another, lengths that lie, repetitions.
fn mutate(dice: &mut Dice, corpus: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = corpus[dice.below(corpus.len())].clone();
    for _ in 0..=dice.below(4) {
        let at = dice.below(bytes.len() + 1);
        match dice.below(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
            1 if at < bytes.len() => bytes[at] = dice.throw() as u8,
            2 => bytes.truncate(at),
            3 => {
                let other = &corpus[dice.below(corpus.len())];
                bytes.truncate(at);
                bytes.extend(&other[dice.below(other.len() + 1)..]);
            }
            4 => {
                let start = at & !3;
                let lie = [0, 1, 3, 0x24, 0x7fff_ffff, u32::MAX, dice.throw() as u32][dice.below(7)];
                if let Some(word) = bytes.get_mut(start..start + 4) {
                    word.copy_from_slice(&lie.to_be_bytes());
                }
            }
            5 => {
                let piece = bytes[at..(at + dice.below(64)).min(bytes.len())].to_vec();
                for _ in 0..dice.below(40) {
                    bytes.extend(&piece);
                }
            }
            6 => {
                let inner = bytes.clone();
                bytes = b"#bundle\0\0\0\0\0\0\0\0\x01".to_vec();
                bytes.extend((inner.len() as u32).to_be_bytes());
                bytes.extend(inner);
            }
            _ => {
                let new: Vec<u8> = (0..dice.below(9)).map(|_| dice.throw() as u8).collect();
                bytes.splice(at..at, new);
            }
        }
        bytes.truncate(16_384);
    }
    bytes
}

fn corpus() -> Vec<Vec<u8>> {
    let mut corpus: Vec<Vec<u8>> = [
        b"/W\0\0,if\0\0\0\0\x18\x3f\0\0\0".as_slice(),
        b"/HR\0,fff\0\0\0\0\x3f\0\0\0\x3f\0\0\0\x3f\0\0\0",
        b"/avatar/parameters/v2/JawX1\0,T\0\0",
        b"/avatar/parameters/v2/JawOpen\0\0\0,f\0\0\x3f\0\0\0",
        b"/chatbox/input\0\0,sTF\0\0\0\0Hi there\0\0\0\0",
        b"/psivox/viseme\0\0,isf\0\0\0\0\0\0\0\x0aaa\0\0\x3f\x80\0\0",
        b"/psivox/line\0\0\0\0,sff\0\0\0\0abc\0\0\0\0\0\0\0\0\0",
        b"/VMC/Ext/Bone/Pos\0\0\0,sfffffff\0\0\0Head\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x3f\x80\0\0",
        b"/VMC/Thru/psivox/mode\0\0\0,sf\0sad\0\x3f\0\0\0",
        b"/face/jawOpen\0\0\0,f\0\0\x3f\0\0\0",
        b"/viseme/aa\0\0,f\0\0\x3f\0\0\0",
        b"/tracking/eye/LeftRightPitchYaw\0,ffff\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
        b"a-0|jawOpen-25|mouthSmile_R-50|=head#1,2,3,4,5,6|rightEye#1,2,3|leftEye#1,2,3|",
        b"a&0|jawOpen&25|mouthSmile_R&50|=head#1.5,-2e1,3|",
        b"iFacialMocap_sahuasouryya9218sauhuiayeta91555dy3719|sendDataVersion=v2",
    ]
    .iter()
    .map(|packet| packet.to_vec())
    .collect();
    let mut blob = b"/tracking/face/v1\0\0\0,b\0\0\0\0\0\x66".to_vec();
    blob.extend([0x80; 102]);
    blob.extend([0; 2]);
    corpus.push(blob);
    let mut livelink = vec![6, 0, 0, 0, 36];
    livelink.extend([b'x'; 36]);
    livelink.extend(b"\0\0\0\x04Mira\0\0\0\x5a\0\0\0\0\0\0\0\x3c\0\0\0\x01\x3d");
    livelink.extend([0x3e; 244]);
    corpus.push(livelink);
    let mut packets = Packets::default();
    for bundles in [true, false] {
        let mut encoder = VmcEncoder::new(VmcOptions { bundles, ..VmcOptions::default() });
        encoder.face(&Moment::rest(1.0, 1, Mask::default()), &mut packets).expect("encodes");
    }
    corpus.extend(packets.iter().map(|(_, one)| one.to_vec()));
    corpus
}

/// One decoder after another over the same long stream; what it holds stays small.
fn feed(only: Option<Protocol>, corpus: &[Vec<u8>], seed: u64) {
    let mut dice = Dice(seed);
    let mut decoder = Decoder::new(only);
    let (mut good, mut bad) = (0u64, 0u64);
    for round in 0..inputs() {
        match decoder.take(&mutate(&mut dice, corpus)) {
            Ok(_) => good += 1,
            Err(fault) => {
                bad += 1;
                if bad.is_multiple_of(1_000) {
                    assert!(fault.to_string().len() < 200, "{fault}");
                }
            }
        }
        if round % 5_000 == 0 {
            let face = decoder.face();
            assert!(face.clips.len() <= MAX_NAMES && face.emotion.len() <= MAX_NAMES);
            assert!(face.shapes.iter().flatten().all(|value| (0.0..=1.0).contains(value)));
            assert!(face.head_deg.is_none_or(|head| head.iter().all(|angle| angle.is_finite())));
            assert_eq!(draw(face, 80, 24).lines().count(), 24);
        }
    }
    assert_eq!(decoder.malformed(), bad);
    assert!(
        good * 50 > bad && bad * 50 > good,
        "{good} sound and {bad} malformed: the mutations are too weak or too wild"
    );
}

#[test]
fn the_decoder_survives() {
    feed(None, &corpus(), 0x5eed_0001);
}

#[test]
fn live_link_survives() {
    let livelink: Vec<Vec<u8>> = corpus().into_iter().filter(|packet| packet[0] == 6).collect();
    feed(Some(Protocol::Livelink), &livelink, 0x5eed_0002);
}

#[test]
fn the_text_of_ifacialmocap_survives() {
    let text: Vec<Vec<u8>> = corpus().into_iter().filter(|packet| matches!(packet[0], b'a' | b'i')).collect();
    feed(Some(Protocol::Ifacialmocap), &text, 0x5eed_0003);
}

#[test]
fn the_guard_lets_through_only_what_the_library_reads() {
    let (corpus, mut dice) = (corpus(), Dice(0x5eed_0004));
    let mut passed = 0;
    for _ in 0..inputs() {
        let bytes = mutate(&mut dice, &corpus);
        let Ok(messages) = messages(&bytes, &Limits::FACES) else { continue };
        passed += 1;
        assert!(messages.len() <= Limits::FACES.elements + 1);
        for message in messages {
            let (rest, packet) = rosc::decoder::decode_udp(message).expect("the guard is at least as strict");
            assert!(rest.is_empty() && matches!(packet, rosc::OscPacket::Message(_)), "{bytes:?}");
        }
    }
    assert!(passed * 100 > inputs(), "{passed} passed");
}

#[test]
fn targets_survive() {
    let mut texts: Vec<Vec<u8>> = Dialect::all()
        .into_iter()
        .map(|dialect| {
            format!("{}:[fe80::1%eth0]:39539?rate_hz=30&lead_ms=5.5&mask=mouth+head", dialect.name())
        })
        .map(String::into_bytes)
        .collect();
    texts.push(b"osc:stage?shape=/face/{name}&events=false&name=A".to_vec());
    let jsons: Vec<Vec<u8>> = Dialect::all()
        .into_iter()
        .map(|dialect| serde_json::to_vec(&Target::new(dialect, "stage", 9_000)).expect("writes"))
        .collect();
    let mut dice = Dice(0x5eed_0005);
    let mut lawful = [0u32; 2];
    for _ in 0..inputs() {
        let text = String::from_utf8_lossy(&mutate(&mut dice, &texts)).into_owned();
        if let Ok(target) = text.parse::<Target>() {
            target.check().expect("what is read is lawful");
            lawful[0] += 1;
        }
        if let Ok(target) = serde_json::from_slice::<Target>(&mutate(&mut dice, &jsons)) {
            let _ = target.check();
            lawful[1] += 1;
        }
    }
    assert!(lawful.iter().all(|count| *count > 0), "{lawful:?}");
}
