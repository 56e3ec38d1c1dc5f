//! The stream: one thread takes what the audio thread pushes, one thread for each target sends it.

use super::clock::PlaybackClock;
use super::feed::{BlockMark, FaceFeed, FeedSignals, Outgoing};
use super::hub::Hub;
use super::lane::Lane;
use super::status::WireReport;
use crate::target::{MAX_TARGETS, Target};
use crate::{TargetError, WireError};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle, sleep};
use std::time::Duration;

/// How often the feed is looked at while something comes. The audio thread must not wake this one with a call of the
/// operating system; 4 ms is far below the 16.7 ms between faces and costs next to nothing.
const POLL: Duration = Duration::from_millis(4);

/// The same while nothing comes, s after which that is.
const IDLE_POLL: (Duration, f64) = (Duration::from_millis(20), 1.0);

/// Most that a device's latency can be set to, ms.
pub const MAX_LATENCY_MS: f32 = 1_000.0;

/// How a stream starts.
#[derive(Debug, Clone, Default)]
pub struct SenderConfig {
    /// Where faces go at first.
    pub targets: Vec<Target>,
    /// From the end of the host's block (or from the player's clock) to the ear, ms, 0..=1000.
    pub latency_ms: f32,
    /// The player's own clock; none where blocks of a host tell the time ([`FaceFeed::begin_block`]).
    pub playback: Option<PlaybackClock>,
}

/// Owns the stream's threads. Dropping it puts every face to rest and joins the threads, so that no code of an unloaded
/// plug-in goes on running. That takes milliseconds, or as long as a name server lets a host name wait for its answer;
/// addresses and `localhost` need none.
pub struct FaceSender {
    hub: Arc<Hub>,
    lanes: Mutex<Lanes>,
    signals: Arc<FeedSignals>,
    /// `None` only while dropping: closing the channel is the order to stop.
    alive: Option<Sender<()>>,
    intake: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Lanes {
    current: Vec<Lane>,
    /// Lanes of targets that were taken away and have not ended yet.
    leaving: Vec<Lane>,
}

impl FaceSender {
    /// Starts the threads; the feed goes to the audio thread.
    ///
    /// # Errors
    /// [`WireError::Thread`] if the operating system gives no thread; [`WireError::Target`] for targets that cannot be.
    /// An unreachable target is no error: it shows in [`FaceSender::report`] and is tried again.
    pub fn spawn(config: SenderConfig) -> Result<(FaceFeed, FaceSender), WireError> {
        let (feed, outgoing) = FaceFeed::new();
        let signals = Arc::clone(&outgoing.signals);
        let latency_s = 1e-3 * f64::from(sane_latency_ms(config.latency_ms));
        let hub = Arc::new(Hub::new(config.playback, latency_s));
        let (alive, life) = channel();
        let intake =
            Intake { outgoing, hub: Arc::clone(&hub), blocks: Vec::new(), busy_s: 0.0, popped: (0, 0) };
        let thread = Builder::new()
            .name("psivox-wire".to_owned())
            .spawn(move || intake.run(&life))
            .map_err(WireError::Thread)?;
        let lanes = Mutex::default();
        let sender = Self { hub, lanes, signals, alive: Some(alive), intake: Some(thread) };
        sender.set_targets(config.targets)?;
        Ok((feed, sender))
    }

    /// Sends to these targets from now on. One that is unchanged goes on undisturbed, one that keeps its place and
    /// language keeps its source port; the face of one that is gone is put to rest.
    ///
    /// # Errors
    /// Too many, or one that cannot be: then nothing changes.
    pub fn set_targets(&self, targets: Vec<Target>) -> Result<(), WireError> {
        if targets.len() > MAX_TARGETS {
            return Err(TargetError::TooMany { found: targets.len(), most: MAX_TARGETS }.into());
        }
        targets.iter().try_for_each(Target::check)?;
        let mut lanes = self.lanes();
        let mut old: Vec<Option<Lane>> = std::mem::take(&mut lanes.current).into_iter().map(Some).collect();
        let mut next: Vec<Option<Lane>> = targets
            .iter()
            .map(|target| take(&mut old, |lane| lane.target == *target && !lane.has_left()))
            .collect();
        let mut failure = Ok(());
        for (slot, target) in next.iter_mut().zip(targets) {
            if slot.is_none() {
                *slot = take(&mut old, |lane| lane.can_become(&target) && !lane.has_left());
                match slot {
                    Some(lane) => lane.become_target(target),
                    None => match Lane::spawn(target, Arc::clone(&self.hub)) {
                        Ok(lane) => *slot = Some(lane),
                        Err(error) => failure = Err(error),
                    },
                }
            }
        }
        lanes.current = next.into_iter().flatten().collect();
        for mut lane in old.into_iter().flatten() {
            lane.leave();
            lanes.leaving.push(lane);
        }
        lanes.leaving.retain(|lane| !lane.has_left());
        failure
    }

    /// From the end of the host's block to the ear, ms, 0..=1000.
    pub fn set_latency_ms(&self, latency_ms: f32) {
        self.hub.set_latency_s(1e-3 * f64::from(sane_latency_ms(latency_ms)));
    }

    /// Puts every face to rest now.
    pub fn send_neutral(&self) {
        self.signals.neutral_now.store(true, Ordering::Release);
    }

    /// How it is going.
    pub fn report(&self) -> WireReport {
        let now_s = self.hub.now_s();
        let targets = self.lanes().current.iter().map(|lane| lane.status(now_s)).collect();
        let overflowed = self.signals.overflowed.load(Ordering::Relaxed);
        WireReport { targets, overflowed, clock: self.hub.report() }
    }

    /// The last messages to a target, one a line: events, then the last face.
    pub fn messages(&self, target: usize) -> Vec<String> {
        self.lanes().current.get(target).map(|lane| lane.record.messages()).unwrap_or_default()
    }

    /// Puts every face to rest, ends the threads, and tells how it all went.
    pub fn finish(mut self) -> WireReport {
        let records: Vec<_> = self.lanes().current.iter().map(|lane| Arc::clone(&lane.record)).collect();
        self.join();
        let now_s = self.hub.now_s();
        let targets = records.iter().map(|record| record.status(now_s)).collect();
        let overflowed = self.signals.overflowed.load(Ordering::Relaxed);
        WireReport { targets, overflowed, clock: self.hub.report() }
    }

    fn join(&mut self) {
        self.alive = None;
        if let Some(intake) = self.intake.take() {
            let _ = intake.join();
        }
        let mut lanes = self.lanes();
        let Lanes { current, leaving } = &mut *lanes;
        // All are told first, so that they end side by side.
        current.iter_mut().for_each(Lane::leave);
        current.clear();
        leaving.clear();
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for FaceSender {
    fn drop(&mut self) {
        self.join();
    }
}

impl std::fmt::Debug for FaceSender {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("FaceSender").field("report", &self.report()).finish_non_exhaustive()
    }
}

fn take(lanes: &mut [Option<Lane>], fits: impl Fn(&Lane) -> bool) -> Option<Lane> {
    lanes.iter_mut().find(|slot| slot.as_ref().is_some_and(&fits)).and_then(Option::take)
}

fn sane_latency_ms(latency_ms: f32) -> f32 {
    if latency_ms.is_finite() { latency_ms.clamp(0.0, MAX_LATENCY_MS) } else { 0.0 }
}

/// What lives on the stream's own thread.
struct Intake {
    outgoing: Outgoing,
    hub: Arc<Hub>,
    blocks: Vec<BlockMark>,
    /// When something came last, s.
    busy_s: f64,
    /// Faces and notices that were taken so far.
    popped: (u64, u64),
}

impl Intake {
    fn run(mut self, life: &Receiver<()>) {
        while !matches!(life.try_recv(), Err(TryRecvError::Disconnected)) {
            let idle = self.hub.now_s() - self.busy_s > IDLE_POLL.1;
            sleep(if idle { IDLE_POLL.0 } else { POLL });
            self.take();
        }
        self.take();
    }

    fn take(&mut self) {
        let now_s = self.hub.now_s();
        self.heed_rest();
        let Outgoing { faces, notices, blocks, .. } = &mut self.outgoing;
        self.blocks.clear();
        while let Ok(block) = blocks.pop() {
            self.blocks.push(block);
        }
        if self.blocks.is_empty() && faces.is_empty() && notices.is_empty() {
            return;
        }
        self.busy_s = now_s;
        let popped = &mut self.popped;
        self.hub.take(&self.blocks, now_s, |timeline| {
            while let Ok(frame) = faces.pop() {
                popped.0 += 1;
                timeline.push(frame);
            }
            while let Ok(notice) = notices.pop() {
                popped.1 += 1;
                timeline.note(notice);
            }
        });
    }

    /// What was pushed before the face was asked to rest is forgotten; what came after it goes on.
    fn heed_rest(&mut self) {
        let Outgoing { faces, notices, signals, .. } = &mut self.outgoing;
        let now = signals.neutral_now.swap(false, Ordering::AcqRel);
        if !signals.neutral_wanted.swap(false, Ordering::AcqRel) && !now {
            return;
        }
        let of = |count: &AtomicU64| if now { u64::MAX } else { count.load(Ordering::Relaxed) };
        let (last_face, last_notice) = (of(&signals.faces_before), of(&signals.notices_before));
        while self.popped.0 < last_face && faces.pop().is_ok() {
            self.popped.0 += 1;
        }
        while self.popped.1 < last_notice && notices.pop().is_ok() {
            self.popped.1 += 1;
        }
        self.hub.rest();
    }
}
