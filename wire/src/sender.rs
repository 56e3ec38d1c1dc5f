//! The thread that sends faces: it polls the feed, owns the socket, and leaves no face stuck.

use crate::feed::{FeedSignals, Outgoing};
use crate::outlet::Outlet;
use crate::{FaceFeed, Target, VmcOptions, WireError};
use psivox_core::BlendshapeFrame;
use psivox_core::field::SurpriseEvent;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// How often the feed is looked at. The audio thread must not wake this one with a call of the operating
/// system; 2 ms is far below the 16.7 ms between faces and costs next to nothing.
const POLL: Duration = Duration::from_millis(2);

/// The same while there is nowhere to send to.
const IDLE_POLL: Duration = Duration::from_millis(50);

/// Faces older than this are skipped for the newest one: a late face is worse than a missing one.
const MAX_BACKLOG_S: f32 = 0.25;

/// An error is shown until the network has been quiet for this long: a closed port reports every second
/// datagram only.
const ERROR_MEMORY: Duration = Duration::from_secs(2);

/// Shortest time between two surprises on the network; what comes sooner is left out.
const SURPRISE_SPACING: Duration = Duration::from_millis(100);

/// How a sender starts.
#[derive(Debug, Clone)]
pub struct SenderConfig {
    /// Where faces go at first; `None` sends nothing until [`FaceSender::set_target`].
    pub target: Option<Target>,
    /// What the receiver can take.
    pub vmc: VmcOptions,
    /// Faces per second that will be pushed; sets how many make a backlog.
    pub face_rate_hz: f32,
}

impl Default for SenderConfig {
    fn default() -> Self {
        Self { target: None, vmc: VmcOptions::default(), face_rate_hz: 60.0 }
    }
}

/// How a sender is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SenderStatus {
    /// Faces that went out whole, neutral ones included.
    pub frames_sent: u64,
    /// Faces that were lost: the ring was full, they were too late, or the network refused them.
    pub frames_dropped: u64,
    /// What the network complains about at present.
    pub last_error: Option<String>,
}

#[derive(Debug)]
enum Command {
    SetTarget(Option<Target>),
    SetOptions(VmcOptions),
    Neutral,
}

/// Counts of the thread, read by [`FaceSender::status`]. The audio thread never touches the lock.
#[derive(Debug, Default)]
struct Tally {
    sent: AtomicU64,
    lost: AtomicU64,
    last_error: Mutex<Option<String>>,
}

impl Tally {
    fn set_error(&self, error: Option<String>) {
        *self.last_error.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }
}

/// Owns the sender's thread. Dropping it sends a neutral face if one stands, and joins the thread, so that no code
/// of an unloaded plug-in goes on running. That takes milliseconds, or as long as a name server lets a host name
/// wait for its answer; addresses and `localhost` need none.
#[derive(Debug)]
pub struct FaceSender {
    /// `None` only while dropping: closing the channel is the order to stop.
    commands: Option<Sender<Command>>,
    thread: Option<JoinHandle<()>>,
    tally: Arc<Tally>,
    signals: Arc<FeedSignals>,
}

impl FaceSender {
    /// Starts the thread; the feed goes to the audio thread.
    ///
    /// # Errors
    /// [`WireError::Thread`] if the operating system gives no thread. An unreachable target is no error: it
    /// shows in [`FaceSender::status`] and is tried again.
    pub fn spawn(config: SenderConfig) -> Result<(FaceFeed, FaceSender), WireError> {
        let (feed, outgoing) = FaceFeed::new();
        let signals = Arc::clone(&outgoing.signals);
        let tally = Arc::new(Tally::default());
        let (commands, orders) = channel();
        let courier = Courier::new(config, outgoing, Arc::clone(&tally));
        let thread = Builder::new()
            .name("psivox-face".to_owned())
            .spawn(move || courier.run(&orders))
            .map_err(WireError::Thread)?;
        Ok((feed, Self { commands: Some(commands), thread: Some(thread), tally, signals }))
    }

    /// Sends to another target from now on; the old one gets a neutral face. The same target again changes
    /// nothing.
    pub fn set_target(&self, target: Option<Target>) {
        self.order(Command::SetTarget(target));
    }

    /// Changes what the receiver is assumed to take.
    pub fn set_options(&self, options: VmcOptions) {
        self.order(Command::SetOptions(options));
    }

    /// Sends one neutral face after those already pushed.
    pub fn send_neutral(&self) {
        self.order(Command::Neutral);
    }

    /// How it is going.
    pub fn status(&self) -> SenderStatus {
        let lost = self.tally.lost.load(Ordering::Relaxed) + self.signals.overflowed.load(Ordering::Relaxed);
        SenderStatus {
            frames_sent: self.tally.sent.load(Ordering::Relaxed),
            frames_dropped: lost,
            last_error: self.tally.last_error.lock().unwrap_or_else(PoisonError::into_inner).clone(),
        }
    }

    /// Sends what is still waiting, puts the face to rest, ends the thread, and tells how it all went.
    pub fn finish(mut self) -> SenderStatus {
        self.join();
        self.status()
    }

    fn join(&mut self) {
        self.commands = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }

    fn order(&self, command: Command) {
        if let Some(commands) = &self.commands {
            // Fails only if the thread has died, which its join will not hide.
            let _ = commands.send(command);
        }
    }
}

impl Drop for FaceSender {
    fn drop(&mut self) {
        self.join();
    }
}

/// What lives on the thread.
struct Courier {
    faces: rtrb::Consumer<BlendshapeFrame>,
    surprises: rtrb::Consumer<SurpriseEvent>,
    /// When the last surprise went out.
    surprised: Option<Instant>,
    signals: Arc<FeedSignals>,
    tally: Arc<Tally>,
    options: VmcOptions,
    outlet: Option<Outlet>,
    max_backlog: usize,
    /// Zero of the clock in `/VMC/Ext/T`.
    start: Instant,
    /// When the error on show was last seen.
    error_seen: Option<Instant>,
}

impl Courier {
    fn new(config: SenderConfig, outgoing: Outgoing, tally: Arc<Tally>) -> Self {
        let Outgoing { faces, surprises, signals } = outgoing;
        Self {
            faces,
            surprises,
            surprised: None,
            signals,
            tally,
            options: config.vmc,
            outlet: config.target.map(|target| Outlet::new(target, config.vmc)),
            // At least one, whatever the rate; the cast saturates and takes NaN as 0.
            max_backlog: ((MAX_BACKLOG_S * config.face_rate_hz).ceil() as usize).max(1),
            start: Instant::now(),
            error_seen: None,
        }
    }

    fn run(mut self, orders: &Receiver<Command>) {
        loop {
            let wait = if self.outlet.is_some() { POLL } else { IDLE_POLL };
            let order = orders.recv_timeout(wait);
            self.forward();
            match order {
                Ok(Command::SetTarget(target)) => self.change_target(target),
                Ok(Command::SetOptions(options)) => self.change_options(options),
                Ok(Command::Neutral) => self.rest(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        self.leave();
    }

    /// Sends what the audio thread has pushed, the newest face only if it is late.
    fn forward(&mut self) {
        self.forward_surprises();
        // Read before the faces: those pushed before the request are then sure to be seen, and sent first.
        let neutral_wanted = self.signals.neutral_wanted.swap(false, Ordering::Acquire);
        let waiting = self.faces.slots();
        if self.outlet.is_none() {
            // The newest face waits, so that a new target shows it at once.
            self.discard(if neutral_wanted { waiting } else { waiting.saturating_sub(1) });
            return;
        }
        if waiting > self.max_backlog {
            let late = waiting - 1;
            self.discard(late);
            self.tally.lost.fetch_add(late as u64, Ordering::Relaxed);
        }
        while let Ok(frame) = self.faces.pop() {
            self.deliver(|outlet, time_s| outlet.send(&frame, time_s));
        }
        if neutral_wanted {
            self.rest();
        }
        self.forget_old_error();
    }

    /// A surprise that cannot be sent now is none later, so none waits.
    fn forward_surprises(&mut self) {
        while let Ok(surprise) = self.surprises.pop() {
            if self.surprised.is_some_and(|last| last.elapsed() < SURPRISE_SPACING) {
                continue;
            }
            let time_s = self.start.elapsed().as_secs_f32();
            let Some(outlet) = &mut self.outlet else { continue };
            match outlet.send_surprise(&surprise, time_s) {
                Ok(sent) => self.surprised = sent.then(Instant::now).or(self.surprised),
                Err(error) => self.complain(&error),
            }
        }
    }

    fn complain(&mut self, error: &WireError) {
        self.tally.set_error(Some(error.to_string()));
        self.error_seen = Some(Instant::now());
    }

    fn discard(&mut self, count: usize) {
        for _ in 0..count {
            let _ = self.faces.pop();
        }
    }

    fn rest(&mut self) {
        self.deliver(Outlet::send_neutral);
    }

    /// Counts what becomes of one face.
    fn deliver(&mut self, send: impl FnOnce(&mut Outlet, f32) -> Result<bool, WireError>) {
        let time_s = self.start.elapsed().as_secs_f32();
        let Some(outlet) = &mut self.outlet else { return };
        match send(outlet, time_s) {
            Ok(true) => {
                self.tally.sent.fetch_add(1, Ordering::Relaxed);
            }
            Ok(false) => {
                self.tally.lost.fetch_add(1, Ordering::Relaxed);
                // Nothing was tried, so the error on show still holds.
                self.error_seen = self.error_seen.map(|_| Instant::now());
            }
            Err(error) => {
                self.tally.lost.fetch_add(1, Ordering::Relaxed);
                self.complain(&error);
            }
        }
    }

    fn forget_old_error(&mut self) {
        if self.error_seen.is_some_and(|seen| seen.elapsed() > ERROR_MEMORY) {
            self.error_seen = None;
            self.tally.set_error(None);
        }
    }

    fn change_target(&mut self, target: Option<Target>) {
        if self.outlet.as_ref().map(Outlet::target) == target.as_ref() {
            return;
        }
        self.leave();
        self.error_seen = None;
        self.tally.set_error(None);
        self.outlet = target.map(|target| Outlet::new(target, self.options));
    }

    fn change_options(&mut self, options: VmcOptions) {
        if options == self.options {
            return;
        }
        // Names that are no longer sent must not stay where they are.
        self.leave();
        self.options = options;
        if let Some(outlet) = &mut self.outlet {
            outlet.set_options(options);
        }
    }

    /// Puts the face to rest before the target is left.
    fn leave(&mut self) {
        if self.outlet.as_ref().is_some_and(Outlet::face_stands) {
            self.rest();
        }
    }
}
