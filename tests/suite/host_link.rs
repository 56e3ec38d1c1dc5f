//! Instances of one process that hear each other. In a binary of its own: the board they meet on is the process's.

use psivox_plugin::link_board::{SEATS, taken};
use psivox_tests::clap_rig::{ClapAudio, ClapRig, Cue};
use psivox_tests::measure::{peak, rms};
use std::sync::{Mutex, MutexGuard, PoisonError};

const RATE_HZ: f64 = 48_000.0;
const SECOND: usize = 48_000;
const BLOCK: usize = 512;
const LINE: &str = "We walk along the river in the morning, and we talk about the weather and the people \
                    that we know, until the sun is high and everybody wants to go back home again.";

/// One test at a time: each one counts on nobody else being on the board.
static ALONE: Mutex<()> = Mutex::new(());

fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// An instance that sends no face, with a rate and a link as the host counts (0..=1).
fn instance(rate: f64, link: f64, offline: bool) -> (ClapRig, ClapAudio) {
    let mut rig = ClapRig::new();
    assert!(rig.load_line(&[("text", LINE)]));
    rig.set_offline(offline);
    let cues: Vec<(usize, Cue)> = [("Send Face", 0.0), ("Rate", rate), ("Link", link)]
        .map(|(name, value)| (0, Cue::Param(rig.param(name), value)))
        .into();
    let mut audio = rig.start(RATE_HZ, BLOCK as u32);
    audio.render(BLOCK, BLOCK, &cues);
    (rig, audio)
}

/// Seconds that each of two instances speaks, both started at once and rendered in turns.
fn durations_s(first: (f64, f64), second: (f64, f64), offline: bool) -> [f64; 2] {
    let mut pair = [first, second].map(|(rate, link)| instance(rate, link, offline));
    let mut last = [0; 2];
    for block in 0..24 * SECOND / BLOCK {
        for ((_, audio), last) in pair.iter_mut().zip(&mut last) {
            let cues = if block == 0 { vec![(0, Cue::On(0.8))] } else { Vec::new() };
            if peak(&audio.render(BLOCK, BLOCK, &cues)) > 1e-3 {
                *last = block * BLOCK;
            }
        }
    }
    for (mut rig, audio) in pair {
        rig.stop(audio);
    }
    last.map(|samples| samples as f64 / RATE_HZ)
}

/// Rate parameter of 0.8 and 1.25 of the voice's own pace: the middle is the own pace, the scale is a power.
fn rates() -> (f64, f64) {
    let mut rig = ClapRig::new();
    let id = rig.param("Rate");
    let value = |rig: &mut ClapRig, text: &std::ffi::CStr| rig.value_of_text(id, text).expect("a rate");
    (value(&mut rig, c"0.8"), value(&mut rig, c"1.25"))
}

#[test]
fn two_instances_come_to_one_pace() {
    let _alone = alone();
    let (slow, fast) = rates();
    let apart = |[a, b]: [f64; 2]| (a / b).ln().abs();
    let free = durations_s((slow, 0.0), (fast, 0.0), false);
    let linked = durations_s((slow, 1.0), (fast, 1.0), false);
    assert!(free[0] > 5.0 && apart(free) > 0.35, "unlinked they keep their own pace: {free:?}");
    assert!(apart(linked) < 0.7 * apart(free), "{linked:?} s linked, {free:?} s free");
    assert!(linked[0] < free[0] && linked[1] > free[1], "both give way: {linked:?} against {free:?}");
}

#[test]
fn only_who_listens_gives_way() {
    let _alone = alone();
    let (slow, fast) = rates();
    let free = durations_s((slow, 0.0), (fast, 0.0), false);
    let led = durations_s((slow, 0.0), (fast, 1.0), false);
    assert_eq!(led[0], free[0], "the one whose link is 0 hears nothing");
    assert!(led[1] > 1.02 * free[1], "{led:?} against {free:?}");
}

#[test]
fn a_bounce_hears_and_tells_nothing() {
    let _alone = alone();
    let (slow, fast) = rates();
    let free = durations_s((slow, 0.0), (fast, 0.0), true);
    assert_eq!(durations_s((slow, 1.0), (fast, 1.0), true), free);
    let (mut rig, audio) = instance(slow, 1.0, true);
    assert_eq!(taken(), 0, "an instance that bounces takes no seat");
    rig.stop(audio);
}

#[test]
fn seats_are_taken_while_active_and_more_instances_than_seats_speak_too() {
    let _alone = alone();
    assert_eq!(taken(), 0);
    let mut all: Vec<(ClapRig, ClapAudio)> = (0..SEATS + 3).map(|_| instance(0.5, 1.0, false)).collect();
    assert_eq!(taken(), SEATS);
    for (_, audio) in &mut all {
        audio.render(BLOCK, BLOCK, &[(0, Cue::On(0.8))]);
    }
    for (_, audio) in &mut all {
        assert!(rms(&audio.render(SECOND / 2, BLOCK, &[])) > 0.003);
    }
    let (rig, audio) = all.swap_remove(3);
    drop((audio, rig));
    assert_eq!(taken(), SEATS - 1, "a dropped instance frees its seat");
    let (mut rig, audio) = instance(0.5, 1.0, false);
    assert_eq!(taken(), SEATS);
    rig.stop(audio);
    assert_eq!(taken(), SEATS - 1, "so does a deactivated one");
    for (mut rig, audio) in all {
        rig.stop(audio);
    }
    assert_eq!(taken(), 0);
}
