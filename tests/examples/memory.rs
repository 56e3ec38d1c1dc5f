//! What an instance, an engine and a planner hold: live heap bytes and resident memory.
//!
//! `cargo run -p psivox-tests --example memory -- [--instances N] [--windows]`

use lexopt::prelude::*;
use psivox_core::{Engine, EngineConfig, Persona, Planner};
use psivox_tests::clap_rig::{ClapRig, Cue};
use psivox_tests::process::{resident_bytes, thread_count};
use std::alloc::{GlobalAlloc, Layout, System};
use std::error::Error;
use std::sync::atomic::{AtomicIsize, Ordering};

static LIVE: AtomicIsize = AtomicIsize::new(0);

struct Weighed;

// SAFETY: every call is handed to the system's allocator unchanged.
unsafe impl GlobalAlloc for Weighed {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.fetch_add(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: the caller's contract is the system allocator's.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.fetch_sub(layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LIVE.fetch_add(size as isize - layout.size() as isize, Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static HEAP: Weighed = Weighed;

/// Live heap and resident memory, in kB.
fn now() -> (f64, f64) {
    (LIVE.load(Ordering::Relaxed) as f64 / 1024.0, resident_bytes().unwrap_or(0) as f64 / 1024.0)
}

/// Prints what `work` leaves behind.
fn weigh<T>(name: &str, work: impl FnOnce() -> T) -> T {
    let (heap, resident) = now();
    let kept = work();
    let (heap_after, resident_after) = now();
    println!(
        "{name:<34} heap {:>9.0} kB   resident {:>9.0} kB",
        heap_after - heap,
        resident_after - resident
    );
    kept
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut instances = 8;
    let mut parser = lexopt::Parser::from_env();
    while let Some(argument) = parser.next()? {
        match argument {
            Long("instances") => instances = parser.value()?.parse()?,
            _ => return Err(argument.unexpected().into()),
        }
    }
    println!("at the start: resident {:.0} kB", now().1);
    let engine = || Engine::new(EngineConfig::new(48_000.0)).expect("an engine");
    let engines = [weigh("first engine", engine), weigh("second engine", engine)];
    drop(engines);
    let heart = Persona::named("heart")?;
    let plan = || {
        let planner = Planner::new(&heart).expect("a planner");
        planner.plan("Hello there, this is a sentence to plan.").expect("a plan");
        planner
    };
    let planners = [weigh("first planner", plan), weigh("second planner", plan)];
    drop(planners);
    println!("after them: resident {:.0} kB", now().1);
    let mut running = Vec::new();
    for index in 0..instances {
        let speak = || {
            let mut rig = ClapRig::new();
            rig.set_offline(true);
            let mut audio = rig.start(48_000.0, 512);
            audio.render(48_000, 512, &[(0, Cue::On(0.8))]);
            (rig, audio)
        };
        running.push(weigh(&format!("instance {}", index + 1), speak));
    }
    println!("{} threads, resident {:.0} kB", thread_count().unwrap_or(0), now().1);
    for (mut rig, audio) in running {
        rig.stop(audio);
    }
    println!(
        "all gone: {} threads, heap {:.0} kB, resident {:.0} kB",
        thread_count().unwrap_or(0),
        now().0,
        now().1
    );
    Ok(())
}
