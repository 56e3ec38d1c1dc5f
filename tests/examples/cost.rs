//! What a voice costs: share of a core and the slowest blocks, from the plug-in's own `process`.
//!
//! `cargo run --release -p psivox-tests --example cost -- [--voices N] [--seconds N] [--block N] [--rate HZ] [--paced]
//! [--instances N]`
//!
//! `--voices` sets the parameter of that name where there is one; `--instances` plays several plug-ins one after the
//! other in each block. `--paced` waits for real time between blocks, as a sound card does: caches are cold then and
//! the clock of the processor low.

use clack_host::prelude::EventBuffer;
use lexopt::prelude::*;
use psivox_tests::clap_rig::{ClapRig, Cue};
use std::error::Error;
use std::time::{Duration, Instant};

const TEXT: &str = "This is one voice that speaks for as long as it is asked to. It counts what every block costs, \
    and what the slowest of them cost. Then it begins again, with the same words and the same melody.";

struct Wanted {
    voices: u32,
    instances: usize,
    seconds: f64,
    block: usize,
    rate_hz: f64,
    paced: bool,
}

fn wanted() -> Result<Wanted, Box<dyn Error>> {
    let mut wanted =
        Wanted { voices: 1, instances: 1, seconds: 20.0, block: 128, rate_hz: 48_000.0, paced: false };
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("voices") => wanted.voices = parser.value()?.parse()?,
            Long("instances") => wanted.instances = parser.value()?.parse()?,
            Long("seconds") => wanted.seconds = parser.value()?.parse()?,
            Long("block") => wanted.block = parser.value()?.parse()?,
            Long("rate") => wanted.rate_hz = parser.value()?.parse()?,
            Long("paced") => wanted.paced = true,
            _ => return Err(argument.unexpected().into()),
        }
    }
    Ok(wanted)
}

fn main() -> Result<(), Box<dyn Error>> {
    let wanted = wanted()?;
    let block_s = wanted.block as f64 / wanted.rate_hz;
    let blocks = (wanted.seconds / block_s) as usize;
    let mut rigs: Vec<_> = (0..wanted.instances)
        .map(|_| {
            let mut rig = ClapRig::new();
            assert!(rig.load_line(&[("text", TEXT)]), "the text is refused");
            let facts = rig.param_facts();
            let voices = facts.iter().find(|fact| fact.name.eq_ignore_ascii_case("voices")).cloned();
            let audio = rig.start(wanted.rate_hz, wanted.block as u32);
            (rig, audio, voices)
        })
        .collect();
    let mut sound = [vec![0.0; wanted.block], vec![0.0; wanted.block]];
    let mut taken = Vec::with_capacity(blocks);
    let mut quiet_blocks = 0usize;
    let beginning = Instant::now();
    for block in 0..blocks {
        let mut whole = Duration::ZERO;
        let mut peak = 0.0f32;
        for (_, audio, voices) in &mut rigs {
            let mut events = EventBuffer::new();
            if block == 0
                && let Some(voices) = voices
            {
                let value = voices.range[0] + f64::from(wanted.voices - 1);
                Cue::Param(voices.id, value).push(&mut events, 0);
            }
            // Often enough that the voices never fall silent, and each of them has its note.
            if block % (2 * blocks.min((1.0 / block_s) as usize)).max(1) < wanted.voices as usize {
                Cue::On(0.8).push(&mut events, 0);
            }
            whole += audio.fill(&mut sound, &events);
            peak = sound[0].iter().fold(peak, |peak, sample| peak.max(sample.abs()));
        }
        quiet_blocks += usize::from(peak < 1e-4);
        taken.push((whole, block));
        if wanted.paced {
            let due = Duration::from_secs_f64((block + 1) as f64 * block_s);
            std::thread::sleep(due.saturating_sub(beginning.elapsed()));
        }
    }
    let total: Duration = taken.iter().map(|(time, _)| *time).sum();
    let first = taken[0].0;
    taken.sort_unstable();
    let us = |time: Duration| time.as_secs_f64() * 1e6;
    let at = |share: f64| taken[((taken.len() - 1) as f64 * share) as usize].0;
    let budget_us = block_s * 1e6;
    println!(
        "{} instances, {} voices, {} Hz, blocks of {} ({budget_us:.0} us), {}",
        wanted.instances,
        wanted.voices,
        wanted.rate_hz,
        wanted.block,
        if wanted.paced { "paced" } else { "as fast as possible" }
    );
    println!("share of a core {:.2} %", 100.0 * total.as_secs_f64() / (blocks as f64 * block_s));
    println!(
        "block: mean {:.1} us, P50 {:.1}, P99 {:.1}, P99.9 {:.1}, slowest {:.1}, first {:.1}",
        us(total) / blocks as f64,
        us(at(0.5)),
        us(at(0.99)),
        us(at(0.999)),
        us(at(1.0)),
        us(first)
    );
    let slowest: Vec<String> =
        taken.iter().rev().take(8).map(|(time, block)| format!("{block}: {:.0} us", us(*time))).collect();
    println!("slowest blocks: {}", slowest.join(", "));
    println!("silent blocks: {:.1} %", 100.0 * quiet_blocks as f64 / blocks as f64);
    rigs.into_iter().for_each(|(mut rig, audio, _)| rig.stop(audio));
    Ok(())
}
