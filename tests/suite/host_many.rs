//! Fifty instances in one process, made and taken away in a random order while they play and their windows open and
//! close: what they took comes back.
#![cfg(target_os = "linux")]

use psivox_core::sound::Noise;
use psivox_tests::clap_rig::{ClapAudio, ClapRig, Cue};
use psivox_tests::heap::{CountingHeap, live_bytes};
use psivox_tests::process::{open_files, resident_bytes, thread_count};
use psivox_tests::remembering;
use psivox_tests::x11_window::X11Window;
use std::sync::OnceLock;

const RATE_HZ: f64 = 48_000.0;
const INSTANCES: usize = 50;
#[global_allocator]
static HEAP: CountingHeap = CountingHeap;

/// Instances at once.
const ALIVE: usize = 8;
/// What an instance beside others may take, without and with a window.
const FURTHER_BYTES: usize = 15 << 20;
/// What the first may.
const FIRST_BYTES: usize = 100 << 20;

/// A project with memories on its slots, one of which notes say again.
fn remembered() -> &'static [u8] {
    static BLOB: OnceLock<Vec<u8>> = OnceLock::new();
    BLOB.get_or_init(|| {
        let mut project = remembering::project();
        project.set("memory_replay", "bool", true);
        project.set("memory_recall", "bool", true);
        project.blob()
    })
}

/// An instance as a session holds it.
struct Seat {
    rig: ClapRig,
    audio: ClapAudio,
    window: Option<X11Window>,
}

impl Seat {
    fn open() -> Self {
        Self::of(ClapRig::with_windows())
    }

    /// With memories.
    fn open_remembered() -> Self {
        let mut rig = ClapRig::with_windows();
        assert!(rig.load(remembered()));
        Self::of(rig)
    }

    fn of(mut rig: ClapRig) -> Self {
        rig.set_offline(true);
        let mut audio = rig.start(RATE_HZ, 512);
        audio.render(2048, 512, &[(0, Cue::On(0.7))]);
        Self { rig, audio, window: None }
    }

    fn play(&mut self) {
        self.audio.render(1024, 512, &[(100, Cue::On(0.5))]);
        self.rig.idle();
    }

    fn toggle_window(&mut self) {
        match self.window.take() {
            Some(window) => {
                self.rig.close_window();
                drop(window);
            }
            None => {
                let window = X11Window::open("many", 680, 600).expect("a display");
                self.rig.open_window(window.id).expect("a window");
                self.window = Some(window);
            }
        }
    }

    fn close(mut self, while_open: bool) {
        if self.window.is_some() && !while_open {
            self.toggle_window();
        }
        self.rig.stop(self.audio);
        drop(self.rig);
        drop(self.window);
    }
}

/// Makes and takes away instances; returns threads, open files and resident bytes afterwards.
fn session(seed: u64, instances: usize, windows: bool) -> (usize, usize, usize, i64) {
    let mut dice = Noise::new(seed);
    let mut alive: Vec<Seat> = Vec::new();
    for _ in 0..instances {
        if alive.len() == ALIVE {
            let gone = alive.swap_remove(dice.below(ALIVE));
            gone.close(dice.below(2) == 0);
        }
        alive.push(Seat::open_remembered());
        for _ in 0..2 {
            let chosen = dice.below(alive.len());
            if windows && dice.below(2) == 0 {
                alive[chosen].toggle_window();
            }
            alive[chosen].play();
        }
    }
    while !alive.is_empty() {
        let gone = alive.swap_remove(dice.below(alive.len()));
        gone.close(dice.below(2) == 0);
    }
    settled()
}

/// Threads, open files and resident bytes once what is ending has ended.
fn settled() -> (usize, usize, usize, i64) {
    let counts = || (thread_count().expect("Linux"), open_files().expect("Linux").len());
    let mut least = counts();
    for _ in 0..40 {
        std::thread::sleep(std::time::Duration::from_millis(50));
        let now = counts();
        least = (least.0.min(now.0), least.1.min(now.1));
    }
    arena::trim();
    (least.0, least.1, resident_bytes().expect("Linux"), live_bytes())
}

#[cfg(target_env = "gnu")]
mod arena {
    unsafe extern "C" {
        fn mallopt(parameter: i32, value: i32) -> i32;
        fn malloc_trim(pad: usize) -> i32;
    }

    /// One heap for all threads. By default glibc gives each thread one of up to eight for each core, and what windows of
    /// many short threads scatter over them looks like a leak.
    pub fn unite() {
        const M_ARENA_MAX: i32 = -8;
        // SAFETY: before any other thread has one.
        unsafe { mallopt(M_ARENA_MAX, 1) };
    }

    /// Gives what is free back to the system, so that what is resident is what is held.
    pub fn trim() {
        // SAFETY: may be called at any time.
        unsafe { malloc_trim(0) };
    }
}

#[cfg(not(target_env = "gnu"))]
mod arena {
    pub fn unite() {}
    pub fn trim() {}
}

/// One test, so that nothing else of this process is counted.
#[test]
fn fifty_instances_leave_nothing_behind() {
    arena::unite();
    let windows = std::env::var_os("DISPLAY").is_some() && X11Window::open("probe", 8, 8).is_ok();
    if !windows {
        println!("no display: the windows are left out");
    }
    let start = resident_bytes().expect("Linux");
    let first = Seat::open();
    let one = resident_bytes().expect("Linux");
    let second = Seat::open();
    let two = resident_bytes().expect("Linux");
    println!("first {} kB, second {} kB", (one - start) >> 10, (two.saturating_sub(one)) >> 10);
    assert!(one - start < FIRST_BYTES, "{} bytes for the first", one - start);
    assert!(two.saturating_sub(one) < FURTHER_BYTES, "{} bytes for the second", two.saturating_sub(one));
    if windows {
        let mut seats = [first, second];
        let before = resident_bytes().expect("Linux");
        for seat in &mut seats {
            seat.toggle_window();
            (0..30).for_each(|_| {
                seat.play();
                std::thread::sleep(std::time::Duration::from_millis(10));
            });
        }
        let after = resident_bytes().expect("Linux");
        println!("two windows {} kB", after.saturating_sub(before) >> 10);
        seats.into_iter().for_each(|seat| seat.close(false));
    } else {
        [first, second].into_iter().for_each(|seat| seat.close(false));
    }
    // What the system's libraries keep for good they keep after the first rounds; a leak goes on.
    let first = session(1, INSTANCES, windows);
    let settled = session(2, INSTANCES, windows);
    let again = session(3, INSTANCES, windows);
    println!("threads, files, bytes: {first:?}, {settled:?}, then {again:?}");
    assert_eq!(again.0, settled.0, "threads");
    assert_eq!(again.1, settled.1, "open files");
    println!("our heap: {}, then {} bytes", settled.3, again.3);
    assert!(again.3 as f64 <= settled.3 as f64 * 1.05, "{} bytes of heap after {}", again.3, settled.3);
    // A software renderer keeps some of what each window took, which is not ours to give back.
    if !windows {
        assert!(again.2 as f64 <= settled.2 as f64 * 1.05, "{} bytes after {}", again.2, settled.2);
    }
}
