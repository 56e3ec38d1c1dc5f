//! Automation at the sample: whatever parameter moves at a sample, nothing changes before it and something does after.

use psivox_tests::clap_rig::{ClapRig, Cue, ParamFacts, Song};
use psivox_tests::parameters::{Heard, heard};

const RATE_HZ: f64 = 48_000.0;
/// When the parameter moves: no multiple of any block or control tick.
const AT: usize = 24_007;
const LENGTH: usize = 96_000;
const TEXT: &str = "Mama, are you serious? We all know how that ends!";

/// A line spoken offline while one parameter moves; with the `others` between their defaults and their highest values.
fn spoken(moved: Option<(&ParamFacts, f64)>, still: &[ParamFacts]) -> Vec<f32> {
    let mut rig = ClapRig::new();
    rig.set_offline(true);
    assert!(rig.load_line(&[("text", TEXT)]));
    let mut audio = rig.start(RATE_HZ, 512);
    let mut cues: Vec<(usize, Cue)> = Vec::new();
    for fact in still {
        let [_, default, high] = fact.range;
        cues.push((0, Cue::Param(fact.id, default + 0.5 * (high - default))));
    }
    cues.push((0, Cue::On(0.8)));
    cues.extend(moved.map(|(fact, value)| (AT, Cue::Param(fact.id, value))));
    let sound = audio.render(LENGTH, 512, &cues);
    rig.stop(audio);
    sound
}

/// Where renderings with a parameter at either end part from one without.
fn partings(fact: &ParamFacts, others: &[ParamFacts], reference: &[f32]) -> Vec<Option<usize>> {
    let [low, default, high] = fact.range;
    let ends = [high, low].into_iter().filter(|end| (end - default).abs() > 1e-9);
    let differ = |sound: Vec<f32>| sound.iter().zip(reference).position(|(a, b)| a.to_bits() != b.to_bits());
    ends.map(|end| differ(spoken(Some((fact, end)), others))).collect()
}

#[test]
fn every_parameter_acts_from_its_own_sample_on() {
    let facts = ClapRig::new().param_facts();
    let still = spoken(None, &[]);
    // A whole range of 1 in one step is a switch; hosts count other steps beyond 1. Those stay where they are.
    let awake = |but: &ParamFacts| -> Vec<ParamFacts> {
        let silencing = ["Bypass", "Mute"];
        let wanted = |fact: &&ParamFacts| {
            fact.id != but.id && fact.range[2] <= 1.0 && !silencing.contains(&fact.name.as_str())
        };
        facts.iter().filter(wanted).cloned().collect()
    };
    let (mut deaf, mut early) = (Vec::new(), Vec::new());
    for fact in &facts {
        let mut partings_found = partings(fact, &[], &still);
        if partings_found.iter().all(Option::is_none) {
            let others = awake(fact);
            partings_found = partings(fact, &others, &spoken(None, &others));
        }
        if partings_found.iter().flatten().any(|at| *at < AT) {
            early.push((fact.name.clone(), partings_found.clone()));
        }
        if partings_found.iter().all(Option::is_none) {
            deaf.push(fact.name.as_str());
        }
    }
    assert!(early.is_empty(), "changed something before they moved: {early:?}");
    let alone = |name: &&&str| !matches!(heard(name), Some(Heard::InCompany | Heard::Never));
    let unexplained: Vec<&&str> = deaf.iter().filter(alone).collect();
    assert!(unexplained.is_empty(), "changed nothing at all: {unexplained:?}");
}

/// Loops and locate points: the place jumps back in the middle of a line, between two blocks.
#[test]
fn a_song_that_jumps_back_is_followed() {
    let render = |jump: bool| {
        let mut rig = ClapRig::new();
        rig.set_offline(true);
        assert!(rig.load_line(&[("text", TEXT)]));
        let beat = rig.param("Beat");
        let mut audio = rig.start(RATE_HZ, 512);
        audio.song = Some(Song { tempo_bpm: 120.0, start_beats: 64.0, playing: true });
        let mut sound = audio.render(32_000, 512, &[(0, Cue::Param(beat, 1.0)), (0, Cue::On(0.8))]);
        if jump {
            audio.song = Some(Song { tempo_bpm: 120.0, start_beats: 1.3, playing: true });
        }
        sound.extend(audio.render(64_000, 512, &[]));
        rig.stop(audio);
        sound
    };
    let (straight, jumped) = (render(false), render(true));
    assert!(jumped.iter().all(|sample| sample.is_finite() && sample.abs() <= 1.0));
    assert_eq!(straight[..32_000], jumped[..32_000]);
    assert!(straight[32_000..] != jumped[32_000..], "the jump is heard");
    let loud = |sound: &[f32]| sound.iter().any(|sample| sample.abs() > 0.01);
    assert!(loud(&jumped[32_000..]), "the line goes on");
}
