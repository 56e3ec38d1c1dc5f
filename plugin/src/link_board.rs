//! Where the instances of one process tell each other their syllable clocks: a board of fixed places, no locks.
//!
//! Each active instance claims a [`Seat`], writes its [`Pulse`] there at the end of every block and gives the seat up
//! when it is deactivated or dropped. Whoever wants to hear the others has an [`Ear`]: it reads all seats but the own
//! and hears the speaking ones as one clock. Hosts render their instances one after the other or at the same time, so
//! what an ear finds may be a block old or a block ahead: while the host moves, every pulse carries the host's place,
//! and the ear turns its phase to the own place. Instances in different processes do not see each other.

use psivox_core::field::{Pulse, Transport};
use std::array;
use std::f32::consts::TAU;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};

/// Instances that see each other. More run as well; they hear these and are not heard.
pub const SEATS: usize = 16;
/// A seat whose pulse has not changed for so long is silent: its host has stopped calling, s.
const STALE_S: f32 = 0.25;
/// Two places of the host further apart than this are no neighbours on one timeline (a loop has jumped), s.
const FURTHEST_S: f32 = 0.25;
/// Mean phasor below which the speaking ones have no common phase.
const NO_PHASE: f32 = 0.1;
/// Attempts to read a seat that is being written.
const ATTEMPTS: usize = 4;

/// One place. A sequence lock: odd while it is written.
struct Place {
    claimed: AtomicBool,
    sequence: AtomicU64,
    /// theta and omega; pace and whether it speaks; beats of the host as f64, NaN while it stands.
    words: [AtomicU64; 3],
}

impl Place {
    const fn new() -> Self {
        Self {
            claimed: AtomicBool::new(false),
            sequence: AtomicU64::new(0),
            words: [AtomicU64::new(0), AtomicU64::new(0), AtomicU64::new(0)],
        }
    }

    fn write(&self, words: [u64; 3]) {
        let sequence = self.sequence.load(Ordering::Relaxed);
        self.sequence.store(sequence | 1, Ordering::Relaxed);
        fence(Ordering::Release);
        for (place, word) in self.words.iter().zip(words) {
            place.store(word, Ordering::Relaxed);
        }
        self.sequence.store((sequence | 1) + 1, Ordering::Release);
    }

    /// Sequence and words; `None` if nobody sits here or the words were being written at every attempt.
    fn read(&self) -> Option<(u64, [u64; 3])> {
        if !self.claimed.load(Ordering::Acquire) {
            return None;
        }
        (0..ATTEMPTS).find_map(|_| {
            let before = self.sequence.load(Ordering::Acquire);
            let words = array::from_fn(|word| self.words[word].load(Ordering::Relaxed));
            fence(Ordering::Acquire);
            let after = self.sequence.load(Ordering::Relaxed);
            (before == after && before.is_multiple_of(2)).then_some((before, words))
        })
    }
}

static BOARD: [Place; SEATS] = [const { Place::new() }; SEATS];

/// How many seats are taken.
pub fn taken() -> usize {
    BOARD.iter().filter(|place| place.claimed.load(Ordering::Acquire)).count()
}

/// A claimed place; dropping it gives it up. Wait-free throughout.
#[derive(Debug)]
pub struct Seat {
    index: usize,
}

impl Seat {
    /// The first free place, or `None` if there is none.
    pub fn claim() -> Option<Self> {
        let claim = |place: &Place| {
            place.claimed.compare_exchange(false, true, Ordering::AcqRel, Ordering::Relaxed).is_ok()
        };
        let seat = Self { index: BOARD.iter().position(claim)? };
        seat.publish(Pulse::default(), None);
        Some(seat)
    }

    /// Tells the others where the clock is; `beats` is the host's place at the same instant, while it moves.
    pub fn publish(&self, pulse: Pulse, beats: Option<f64>) {
        BOARD[self.index].write([
            packed(pulse.theta, pulse.omega.to_bits()),
            packed(pulse.pace_hz, u32::from(pulse.speaking)),
            beats.unwrap_or(f64::NAN).to_bits(),
        ]);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.publish(Pulse::default(), None);
        BOARD[self.index].claimed.store(false, Ordering::Release);
    }
}

fn packed(high: f32, low: u32) -> u64 {
    u64::from(high.to_bits()) << 32 | u64::from(low)
}

fn unpacked(word: u64) -> (f32, u32) {
    (f32::from_bits((word >> 32) as u32), word as u32)
}

/// What is known of one seat.
#[derive(Debug, Clone, Copy, Default)]
struct Known {
    sequence: u64,
    pulse: Pulse,
    /// NaN while the host stands.
    beats: f64,
    /// Own time since it changed, s.
    age_s: f32,
}

/// Hears the others. Held by one audio thread.
#[derive(Debug, Default)]
pub struct Ear {
    known: [Option<Known>; SEATS],
}

impl Ear {
    /// The others that speak as one clock, at the start of a block of `block_s` seconds; `own` is the own place, which is
    /// not heard, and `transport` the host's place if it moves. Call it once a block. Wait-free.
    pub fn listen(
        &mut self,
        own: Option<&Seat>,
        block_s: f32,
        transport: Option<Transport>,
    ) -> Option<Pulse> {
        for (index, (place, known)) in BOARD.iter().zip(&mut self.known).enumerate() {
            let is_own = own.is_some_and(|seat| seat.index == index);
            update(known, if is_own { None } else { place.read() }, block_s);
        }
        let here = own.map_or(0, |seat| seat.index);
        mean(here, array::from_fn(|index| self.known[index].and_then(|known| turned(&known, transport))))
    }
}

/// Takes over what a seat says, or notes that it says nothing new.
fn update(known: &mut Option<Known>, read: Option<(u64, [u64; 3])>, block_s: f32) {
    let Some((sequence, [phase, pace, beats])) = read else {
        *known = None;
        return;
    };
    match known {
        Some(known) if known.sequence == sequence => known.age_s += block_s,
        _ => {
            let ((theta, omega), (pace_hz, speaking)) = (unpacked(phase), unpacked(pace));
            let pulse = Pulse { theta, omega: f32::from_bits(omega), pace_hz, speaking: speaking != 0 };
            *known = Some(Known { sequence, pulse, beats: f64::from_bits(beats), age_s: 0.0 });
        }
    }
}

/// The pulse at the own place; `None` if it says nothing.
fn turned(known: &Known, transport: Option<Transport>) -> Option<Pulse> {
    let pulse = known.pulse;
    let sound = [pulse.theta, pulse.omega, pulse.pace_hz].iter().all(|x| x.is_finite());
    if !pulse.speaking || !sound || known.age_s >= STALE_S {
        return None;
    }
    let apart_s = transport.map_or(f32::NAN, |transport| {
        ((transport.beats - known.beats) * 60.0 / f64::from(transport.tempo_bpm)) as f32
    });
    // Without a common timeline only the own time since the pulse was told is known.
    let elapsed_s = if apart_s.abs() < FURTHEST_S { apart_s } else { known.age_s };
    Some(Pulse { theta: pulse.theta + pulse.omega * elapsed_s, ..pulse })
}

/// Circular mean of the phases, mean rate, geometric mean of the paces. Phases that cancel each other have no mean: then
/// the nearest seat is heard.
fn mean(here: usize, pulses: [Option<Pulse>; SEATS]) -> Option<Pulse> {
    let nearest = pulses
        .iter()
        .enumerate()
        .filter_map(|(index, pulse)| Some((index.abs_diff(here), (*pulse)?)))
        .min_by_key(|(distance, _)| *distance);
    let (_, nearest) = nearest?;
    let count = pulses.iter().flatten().count() as f32;
    if count < 2.0 {
        return Some(nearest);
    }
    let sum = |of: fn(&Pulse) -> f32| pulses.iter().flatten().map(of).sum::<f32>() / count;
    let (cos, sin) = (sum(|pulse| pulse.theta.cos()), sum(|pulse| pulse.theta.sin()));
    if cos.hypot(sin) < NO_PHASE {
        return Some(nearest);
    }
    Some(Pulse {
        theta: sin.atan2(cos).rem_euclid(TAU),
        omega: sum(|pulse| pulse.omega),
        pace_hz: sum(|pulse| pulse.pace_hz.max(1e-3).ln()).exp(),
        speaking: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f32::consts::PI;
    use std::sync::{Mutex, MutexGuard, PoisonError};

    /// The board is the process's, so its tests take turns.
    static TURN: Mutex<()> = Mutex::new(());

    fn turn() -> MutexGuard<'static, ()> {
        TURN.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn speaking(theta: f32, omega: f32, pace_hz: f32) -> Pulse {
        Pulse { theta, omega, pace_hz, speaking: true }
    }

    #[test]
    fn one_other_is_heard_as_it_is_and_until_it_leaves() {
        let _turn = turn();
        let (own, other) = (Seat::claim().expect("a seat"), Seat::claim().expect("a seat"));
        let mut ear = Ear::default();
        let pulse = speaking(1.0, 25.0, 4.0);
        other.publish(pulse, None);
        own.publish(speaking(2.0, 30.0, 5.0), None);
        assert_eq!(ear.listen(Some(&own), 0.01, None), Some(pulse), "not the own one");
        other.publish(Pulse { speaking: false, ..pulse }, None);
        assert_eq!(ear.listen(Some(&own), 0.01, None), None);
        other.publish(pulse, None);
        drop(other);
        assert_eq!(ear.listen(Some(&own), 0.01, None), None, "an empty seat says nothing");
    }

    #[test]
    fn a_seat_that_says_nothing_new_is_foretold_and_then_forgotten() {
        let _turn = turn();
        let other = Seat::claim().expect("a seat");
        let mut ear = Ear::default();
        other.publish(speaking(0.0, 10.0, 4.0), None);
        let theta = |pulse: Option<Pulse>| pulse.map(|pulse| pulse.theta);
        assert_eq!(theta(ear.listen(None, 0.1, None)), Some(0.0));
        assert_eq!(theta(ear.listen(None, 0.1, None)), Some(1.0));
        assert_eq!(theta(ear.listen(None, 0.1, None)), Some(2.0));
        assert_eq!(ear.listen(None, 0.1, None), None, "silent for a quarter of a second");
    }

    #[test]
    fn the_host_s_place_aligns_a_block_ahead_and_a_block_behind() {
        let _turn = turn();
        let other = Seat::claim().expect("a seat");
        let mut ear = Ear::default();
        let transport = Transport { tempo_bpm: 120.0, beats: 8.0, playing: true };
        for (beats, theta) in [(8.02, 0.9), (7.98, 1.1), (8.0, 1.0), (99.0, 1.0)] {
            other.publish(speaking(1.0, 10.0, 4.0), Some(beats));
            let heard = ear.listen(None, 0.01, Some(transport)).expect("it speaks").theta;
            assert!((heard - theta).abs() < 1e-4, "at {beats}: {heard}, not {theta}");
        }
    }

    #[test]
    fn several_are_one_clock() {
        let at = |pulses: &[Pulse]| {
            mean(0, array::from_fn(|index| index.checked_sub(1).and_then(|index| pulses.get(index)).copied()))
        };
        let heard = at(&[speaking(0.2, 20.0, 3.0), speaking(TAU - 0.2, 30.0, 12.0)]).expect("two speak");
        assert!(
            heard.theta < 1e-3 || heard.theta > TAU - 1e-3,
            "the mean goes the short way: {}",
            heard.theta
        );
        assert!((heard.omega - 25.0).abs() < 1e-4 && (heard.pace_hz - 6.0).abs() < 1e-3);
        let first = speaking(0.5, 20.0, 3.0);
        assert_eq!(at(&[first, speaking(0.5 + PI, 20.0, 3.0)]), Some(first), "opposite ones: the nearest");
        assert_eq!(at(&[]), None);
    }

    #[test]
    fn the_board_is_finite_and_seats_are_free_again() {
        let _turn = turn();
        let before = taken();
        let seats: Vec<Seat> = std::iter::from_fn(Seat::claim).collect();
        assert_eq!(taken(), SEATS);
        assert!(Seat::claim().is_none());
        drop(seats);
        assert_eq!(taken(), before);
    }

    #[test]
    fn a_reader_never_sees_half_a_pulse() {
        let _turn = turn();
        let seat = Seat::claim().expect("a seat");
        let place = &BOARD[seat.index];
        let done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut x = 0.0f32;
                while !done.load(Ordering::Relaxed) {
                    x = (x + 1.0) % 1e6;
                    seat.publish(speaking(x, x, x), Some(f64::from(x)));
                }
            });
            let mut seen = 0;
            while seen < 10_000 {
                let Some((_, [phase, pace, beats])) = place.read() else { continue };
                let ((theta, omega), (pace_hz, speaks)) = (unpacked(phase), unpacked(pace));
                let whole = theta == f32::from_bits(omega) && theta == pace_hz;
                let whole = whole && f64::from(theta) == f64::from_bits(beats);
                seen += u32::from(speaks != 0);
                if speaks != 0 && !whole {
                    done.store(true, Ordering::Relaxed);
                    panic!("{theta} {pace_hz} {}", f64::from_bits(beats));
                }
            }
            done.store(true, Ordering::Relaxed);
        });
    }
}
