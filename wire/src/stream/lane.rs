//! One target's thread: it shows the face at the target's own rate and time, and leaves none stuck.

use super::carrier::{Carrier, carrier_of};
use super::hub::{Hub, Look};
use super::status::{Record, TargetStatus, Trail};
use super::timeline::Visemes;
use crate::event::WireEvent;
use crate::target::{Dialect, Target};
use crate::{Moment, Shaper, WireError, WireFrame};
use psivox_core::emotion::Mode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::{Builder, JoinHandle, sleep};
use std::time::Duration;

/// How often a lane looks while nothing plays, s.
const IDLE_S: f64 = 0.025;

/// A face stands this long over a gap, s: a host that jumps or stumbles is no end, and a flash of the face at rest would be
/// seen.
const GAP_S: f64 = 0.3;

/// Longest sleep, s: orders are read between two.
const LONGEST_S: f64 = 0.034;

/// How often [`Carrier::tend`] is called, s.
const TEND_S: f64 = 0.1;

/// The face at rest is sent so often: a datagram may be lost on its way.
const REST_REPEATS: u32 = 3;

/// Faces that are later than asked for by less are not worth a word, s.
const MOST_SHORT_S: f64 = 0.04;

/// Where a target wants no life between lines: how long after a line the face stays, and how long it takes to rest, s.
const LINGER_S: f32 = 0.3;
const FADE_S: f32 = 0.4;

enum Order {
    /// The same place, shown otherwise.
    Change(Box<Target>),
}

/// The handle of a lane's thread. Dropping `orders` ends it; it rests the face first.
pub(crate) struct Lane {
    pub target: Target,
    pub record: Arc<Record>,
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<()>>,
}

impl Lane {
    /// Starts the thread.
    pub fn spawn(target: Target, hub: Arc<Hub>) -> Result<Self, WireError> {
        let record = Arc::new(Record::new(&target));
        let (orders, inbox) = channel();
        let worker = Worker::new(target.clone(), hub, Arc::clone(&record));
        let thread = Builder::new()
            .name("psivox-face".to_owned())
            .spawn(move || worker.run(&inbox))
            .map_err(WireError::Thread)?;
        Ok(Self { target, record, orders: Some(orders), thread: Some(thread) })
    }

    /// Whether the thread can go on with another target: the same place and language, so the same source port.
    pub fn can_become(&self, target: &Target) -> bool {
        let place = |target: &Target| (target.host.clone(), target.port, target.dialect.name());
        place(&self.target) == place(target)
    }

    /// Goes on with another target.
    pub fn become_target(&mut self, target: Target) {
        self.record.name(&target);
        self.target = target.clone();
        if let Some(orders) = &self.orders {
            // Fails only if the thread has died, which the status tells.
            let _ = orders.send(Order::Change(Box::new(target)));
        }
    }

    /// How it is doing.
    pub fn status(&self, now_s: f64) -> TargetStatus {
        let mut status = self.record.status(now_s);
        if self.has_left() {
            let words = "its thread has failed; switch the target off and on, and please report it";
            status.last_error = Some(words.to_owned());
        }
        status
    }

    /// Asks the thread to rest the face and end; it is joined when the handle is dropped.
    pub fn leave(&mut self) {
        self.orders = None;
    }

    /// Whether the thread has ended.
    pub fn has_left(&self) -> bool {
        self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for Lane {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// What lives on the thread.
struct Worker {
    target: Target,
    hub: Arc<Hub>,
    record: Arc<Record>,
    shaper: Shaper,
    carrier: Box<dyn Carrier>,
    visemes: Visemes,
    /// Number of the first event that was not told.
    next_event: u64,
    /// Rests that were heeded.
    rests: u64,
    /// Whether the last face sent was another than the one at rest.
    stands: bool,
    /// The last face that came, and when.
    last: Option<(WireFrame, f64)>,
    /// Times that the face at rest has still to be sent.
    rests_left: u32,
    /// Whether a line was told that has not ended.
    in_line: bool,
    frame: u64,
    /// When the next face is due, s.
    next_s: f64,
    /// When the last face was made, s.
    shown_s: f64,
    tended_s: f64,
    /// Since when nobody speaks, s of faces.
    quiet_s: f32,
    /// How much of the face is there, 0..=1.
    presence: f32,
    /// How much later than asked for faces are, s.
    short_s: f64,
}

impl Worker {
    fn new(target: Target, hub: Arc<Hub>, record: Arc<Record>) -> Self {
        let carrier = carrier_of(&target);
        let look = hub.look(hub.now_s(), 0.0, u64::MAX);
        let now_s = hub.now_s();
        Self {
            shaper: Shaper::new(&target),
            carrier,
            visemes: Visemes::new(),
            next_event: look.newest_event,
            rests: look.rests,
            stands: false,
            last: None,
            rests_left: 0,
            in_line: false,
            frame: 0,
            next_s: now_s,
            shown_s: now_s,
            tended_s: now_s,
            quiet_s: f32::MAX,
            presence: if target.idle { 1.0 } else { 0.0 },
            short_s: 0.0,
            target,
            hub,
            record,
        }
    }

    fn run(mut self, inbox: &Receiver<Order>) {
        loop {
            // Of several changes (a knob is being dragged) the last one counts.
            let mut change = None;
            let gone = loop {
                match inbox.try_recv() {
                    Ok(Order::Change(target)) => change = Some(target),
                    Err(TryRecvError::Empty) => break false,
                    Err(TryRecvError::Disconnected) => break true,
                }
            };
            if let Some(target) = change {
                self.change(*target);
            }
            if gone {
                break;
            }
            let wait_s = if self.target.on { self.turn() } else { LONGEST_S };
            sleep(Duration::from_secs_f64(wait_s.clamp(0.0, LONGEST_S)));
        }
        self.rest_for_good();
    }

    /// Does what is due; the time until something will be, s.
    fn turn(&mut self) -> f64 {
        let now_s = self.hub.now_s();
        let ahead_s = 1e-3 * f64::from(self.target.lead_ms - self.target.offset_ms);
        let look = self.hub.look(now_s, ahead_s, self.next_event);
        self.short_s = look.short_s;
        if look.rests != self.rests {
            self.rests = look.rests;
            self.rest();
        }
        self.tell(&look, now_s);
        if let Some(frame) = look.frame {
            self.last = Some((frame, now_s));
        }
        let frame = self.last.filter(|(_, came_s)| now_s - came_s < GAP_S).map(|(frame, _)| frame);
        let idle = frame.is_none();
        if idle && self.stands {
            self.rest();
        }
        if now_s >= self.next_s {
            match frame {
                Some(frame) => self.show(&frame, now_s),
                None if self.rests_left > 0 => self.send_rest(),
                None => {}
            }
            self.schedule(now_s, idle);
        }
        if now_s - self.tended_s >= TEND_S {
            self.tended_s = now_s;
            let mut trail = Trail::default();
            let tended = self.carrier.tend(now_s, &mut trail);
            self.record.upkeep(&trail);
            self.record.note(self.note());
            self.heed(tended.map(|()| true), now_s);
        }
        let until = self.next_s - self.hub.now_s();
        look.next_event_s.map_or(until, |event_s| until.min(event_s))
    }

    /// When the next face is due: on an even beat, faces that are too late left out.
    fn schedule(&mut self, now_s: f64, idle: bool) {
        let period_s = 1.0 / f64::from(self.target.rate_hz.max(1));
        if idle && self.rests_left == 0 {
            self.next_s = now_s + IDLE_S;
            return;
        }
        self.next_s += period_s;
        if self.next_s <= now_s {
            let missed = ((now_s - self.next_s) / period_s).floor() + 1.0;
            self.next_s += missed * period_s;
            // After a pause it is no loss but a beginning.
            if missed < f64::from(self.target.rate_hz) && self.stands {
                self.record.dropped(missed as u64);
            }
        }
    }

    fn show(&mut self, frame: &WireFrame, now_s: f64) {
        let dt_s = (now_s - self.shown_s).clamp(0.0, 0.1) as f32;
        self.shown_s = now_s;
        self.fade(frame.speaking, dt_s);
        let face = self.shaper.shape_in_part(&frame.face, self.presence);
        let mut moods = frame.moods;
        if self.presence < 1.0 {
            Mode::ALL.into_iter().for_each(|mode| moods.set(mode, self.presence * frame.moods.of(mode)));
        }
        let finite = |value: f32| if value.is_finite() { value } else { 0.0 };
        let moment = Moment {
            time_s: now_s,
            frame: self.frame,
            face,
            mask: self.shaper.mask(),
            moods,
            visemes: self.visemes.step(dt_s),
            f0_hz: finite(frame.f0_hz).max(0.0),
            speaking: frame.speaking,
            rest: false,
        };
        self.rests_left = 0;
        self.stands |= self.send(&moment);
    }

    /// What the user should know besides errors.
    fn note(&self) -> String {
        let words = self.carrier.note();
        if words.is_empty() && self.short_s > MOST_SHORT_S {
            return format!(
                "early by {:.0} ms less than asked for: the host makes faces no earlier",
                1e3 * self.short_s
            );
        }
        words
    }

    /// Between lines a face without life of its own comes to rest.
    fn fade(&mut self, speaking: bool, dt_s: f32) {
        self.quiet_s = if speaking { 0.0 } else { self.quiet_s + dt_s };
        let there = self.target.idle || self.quiet_s < LINGER_S;
        let step = dt_s / FADE_S;
        self.presence = (self.presence + if there { 4.0 * step } else { -step }).clamp(0.0, 1.0);
    }

    /// Sends the face at rest, and twice more with the next ones that would be due.
    fn rest(&mut self) {
        self.last = None;
        self.visemes = Visemes::new();
        if std::mem::take(&mut self.in_line) {
            self.say(&WireEvent::Finished, self.hub.now_s());
        }
        if std::mem::take(&mut self.stands) {
            self.rests_left = REST_REPEATS;
            self.send_rest();
            self.next_s = self.hub.now_s() + 1.0 / f64::from(self.target.rate_hz.max(1));
        }
    }

    /// The face at rest as often as it is ever sent, at once: what stands may change its shape or never be seen again.
    fn rest_for_good(&mut self) {
        if self.stands {
            self.rest();
        }
        while self.rests_left > 0 {
            self.send_rest();
        }
    }

    fn send_rest(&mut self) {
        self.rests_left = self.rests_left.saturating_sub(1);
        let face = self.shaper.resting();
        self.send(&Moment { face, ..Moment::rest(self.hub.now_s(), self.frame, self.shaper.mask()) });
    }

    /// Sends a face; whether it went out.
    fn send(&mut self, moment: &Moment) -> bool {
        self.frame += 1;
        let mut trail = Trail::default();
        let sent = self.carrier.show(moment, &mut trail);
        let out = matches!(sent, Ok(true));
        if out {
            self.record.face(trail, moment.time_s, !moment.rest);
        } else {
            self.record.dropped(1);
        }
        self.heed(sent, moment.time_s);
        out
    }

    fn heed(&mut self, outcome: Result<bool, WireError>, time_s: f64) {
        match outcome {
            Ok(true) => {}
            Ok(false) => self.record.keep_error(time_s),
            Err(error) => self.record.complain(error.to_string(), time_s),
        }
    }

    fn tell(&mut self, look: &Look, now_s: f64) {
        for happening in &look.events {
            self.next_event = happening.number + 1;
            match &happening.event {
                WireEvent::Phone { viseme, .. } => self.visemes.want(*viseme),
                WireEvent::Line { .. } => self.in_line = true,
                WireEvent::Finished => {
                    self.in_line = false;
                    self.visemes.want(psivox_core::phone::Viseme::Sil);
                }
                _ => {}
            }
            self.say(&happening.event, now_s);
        }
    }

    fn say(&mut self, event: &WireEvent, now_s: f64) {
        let mut trail = Trail::default();
        let told = self.carrier.tell(event, now_s, &mut trail);
        self.record.event(trail);
        self.heed(told.map(|()| true), now_s);
    }

    /// Goes on with another target at the same place: what the old one sent comes to rest first.
    fn change(&mut self, target: Target) {
        // Live Link's faces carry their rate.
        let timed = matches!(target.dialect, Dialect::Livelink(_)) && target.rate_hz != self.target.rate_hz;
        let spoken_otherwise = target.dialect != self.target.dialect || timed;
        if spoken_otherwise || target.mask != self.target.mask || !target.on {
            self.rest_for_good();
        }
        if spoken_otherwise {
            self.carrier.become_target(&target);
        }
        if target.on && !self.target.on {
            // What was said meanwhile is over.
            self.next_event = self.hub.look(self.hub.now_s(), 0.0, u64::MAX).newest_event;
        }
        self.shaper = Shaper::new(&target);
        self.next_s = self.hub.now_s();
        self.target = target;
    }
}
