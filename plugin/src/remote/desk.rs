//! The worker's end of the orders from outside: takes what comes, and does it or says why not.

mod acts;

use super::ears::Ears;
use super::{PARAMETER_COUNT, RemoteHub, parameter, plain};
use crate::channels::{RemoteOrder, Shared};
use crate::face_link::FaceLink;
use crate::memory::Again;
use crate::params::PsivoxParams;
use crate::wire_state::RemoteState;
use psivox_core::Score;
use psivox_core::engine::QUEUE_CAPACITY;
use rtrb::Producer;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Texts that wait to be planned and spoken; at the usual pace of speech a few minutes.
const MAX_TEXTS: usize = 32;
/// Orders that are looked at in one turn, so that the worker gets to its other work.
const ORDERS_A_TURN: usize = 256;
/// How often the report is brought up to date.
const REPORT_EVERY: Duration = Duration::from_millis(50);
/// How often a host that leaves values lying is asked again to fetch them.
const ASK_EVERY: Duration = Duration::from_millis(250);
/// Letters of an error on show.
const SHOWN: usize = 300;

/// A text that is to be spoken beside the project's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spoken {
    /// What to say.
    pub text: String,
    /// Whether what is being said ends for it.
    pub now: bool,
}

/// Everything about orders from outside that the worker keeps. Dropping it closes the ports, which takes below a second.
pub struct RemoteDesk {
    hub: Arc<RemoteHub>,
    params: Arc<PsivoxParams>,
    shared: Arc<Shared>,
    link: Arc<FaceLink>,
    ears: Ears,
    /// Texts in their order.
    texts: VecDeque<Spoken>,
    /// Lines handed to the audio thread so far.
    said: u64,
    /// A stop that found the queue full.
    owed: Option<RemoteOrder>,
    /// Orders that this desk has dealt with.
    handled: u64,
    /// What this desk refused and dropped, beyond what the server did.
    refused: u64,
    dropped: u64,
    last_error: Option<String>,
    /// What the server had refused when its last error was taken over.
    server_refused: u64,
    reported: Option<Instant>,
    asked: Option<Instant>,
}

impl RemoteDesk {
    /// A desk that does not listen yet.
    pub fn new(
        hub: Arc<RemoteHub>,
        params: Arc<PsivoxParams>,
        shared: Arc<Shared>,
        link: Arc<FaceLink>,
    ) -> Self {
        // What a loaded instance has taken before this desk began is none of its lines.
        let said = shared.queue().0;
        Self {
            ears: Ears::new(Arc::clone(&hub), Arc::clone(&link)),
            hub,
            params,
            shared,
            link,
            texts: VecDeque::new(),
            said,
            owed: None,
            handled: 0,
            refused: 0,
            dropped: 0,
            last_error: None,
            server_refused: 0,
            reported: None,
            asked: None,
        }
    }

    /// Whether orders may come.
    pub fn is_wanted(&self) -> bool {
        self.ears.wanted().is_some()
    }

    /// Listens so from now on. What listened otherwise is closed first.
    pub fn listen(&mut self, wanted: Option<RemoteState>) {
        if self.ears.listen(wanted) {
            self.texts.clear();
            (self.handled, self.refused, self.dropped) = (0, 0, 0);
            (self.server_refused, self.last_error) = (0, None);
            self.report();
        }
    }

    /// Opens the ports when it is time, and acts on what has come.
    pub fn turn(&mut self, orders: &mut Producer<RemoteOrder>) {
        if self.ears.wanted().is_some() {
            self.show_values();
        }
        if self.ears.open_if_due() {
            self.report();
        }
        if !self.is_heard() {
            // What waits for a host that plays is no part of what it does next, a bounce least of all.
            self.texts.clear();
            self.owed = None;
        }
        self.pay(orders);
        if self.texts.is_empty()
            && self.is_heard()
            && let Some(text) = self.hub.next_typed()
        {
            self.texts.push_back(Spoken { text, now: false });
        }
        if self.ears.are_open() {
            for _ in 0..ORDERS_A_TURN {
                let Some(order) = self.ears.next() else { break };
                if let Err(error) = self.act(order, orders) {
                    self.refuse(&error);
                }
                self.handled += 1;
            }
            if self.reported.is_none_or(|last| last.elapsed() >= REPORT_EVERY) {
                self.report();
            }
        }
        self.fetch();
    }

    /// The next text to be planned, if the engine has room for its line.
    pub fn next_text(&mut self) -> Option<Spoken> {
        let (taken, waiting) = self.shared.queue();
        let room = self.said.saturating_sub(taken) + waiting < QUEUE_CAPACITY as u64;
        let first = self.texts.front().filter(|_| self.is_heard())?;
        if self.owed.is_some() || !(room || first.now) {
            return None;
        }
        self.texts.pop_front()
    }

    /// Hands a planned line to the audio thread.
    pub fn say(&mut self, score: Arc<Score>, now: bool, orders: &mut Producer<RemoteOrder>) {
        if !self.is_heard() {
            return self.drop_one("the host stopped or began to bounce before the text was spoken");
        }
        match orders.push(RemoteOrder::Say { score, now }) {
            Ok(()) => self.said += 1,
            Err(_) => self.drop_one("the host does not fetch what is to be said; start its audio"),
        }
    }

    /// Hands a remembered line over, to be said again.
    pub fn replay(&mut self, again: Again, orders: &mut Producer<RemoteOrder>) {
        if !self.is_heard() || orders.push(RemoteOrder::Again(again)).is_err() {
            self.drop_one("the host does not play; start its audio, then replay");
        }
    }

    /// Says a text at once, for whoever asked otherwise than by OSC.
    ///
    /// # Errors
    /// The host has not switched the plug-in on.
    pub fn say_now(&mut self, text: String) -> Result<(), String> {
        self.wait(text, true)
    }

    /// Sets a parameter to a value in words or numbers.
    ///
    /// # Errors
    /// The words are none of its values.
    pub fn set_words(&self, index: usize, words: &str) -> Result<(), String> {
        let param = parameter(&self.params, index);
        let number = words.parse::<f32>().ok().filter(|number| number.is_finite());
        let own = number.map(|number| param.normalized_of(number)).or_else(|| param.of_words(words));
        let own = own.ok_or_else(|| format!("'{words}' is no value of '{}'", super::id(index)))?;
        self.hub.values.post(index, own.clamp(0.0, 1.0));
        Ok(())
    }

    /// Tells the host that the project has changed.
    pub fn mark_dirty(&self) {
        self.hub.values.mark_dirty();
    }

    /// Notes why an order was not acted on.
    pub fn refuse(&mut self, error: &str) {
        self.refused += 1;
        self.last_error = Some(error.chars().take(SHOWN).collect());
        self.reported = None;
    }

    fn drop_one(&mut self, error: &str) {
        self.dropped += 1;
        self.last_error = Some(error.to_owned());
        self.reported = None;
    }

    /// Whether what is said now is heard now.
    fn is_heard(&self) -> bool {
        self.shared.active() && !self.shared.offline()
    }

    fn expect_active(&self) -> Result<(), String> {
        match self.shared.active() {
            true => Ok(()),
            false => Err("the host has not switched the plug-in on; start its audio".to_owned()),
        }
    }

    /// Puts a text in the queue.
    fn wait(&mut self, text: String, now: bool) -> Result<(), String> {
        self.expect_active()?;
        if now {
            // What waited would come after a text that is to be the next.
            self.texts.clear();
        }
        if self.texts.len() >= MAX_TEXTS {
            self.drop_one(&format!("{MAX_TEXTS} texts wait already; send fewer, or /psivox/stop first"));
        } else {
            self.texts.push_back(Spoken { text, now });
        }
        Ok(())
    }

    /// Ends what is being said and forgets what waits.
    fn end(&mut self, order: RemoteOrder, orders: &mut Producer<RemoteOrder>) -> Result<(), String> {
        self.texts.clear();
        // A panic is more than a stop, so it is the one that stays owed.
        if !matches!(self.owed, Some(RemoteOrder::Panic)) {
            self.owed = Some(order);
        }
        self.pay(orders);
        Ok(())
    }

    fn pay(&mut self, orders: &mut Producer<RemoteOrder>) {
        if let Some(order) = self.owed.take()
            && let Err(rtrb::PushError::Full(order)) = orders.push(order)
        {
            self.owed = Some(order);
        }
    }

    /// What others see follows what is.
    fn show_values(&self) {
        for index in 0..PARAMETER_COUNT {
            self.hub.board.set(index, plain(&self.params, index));
        }
        self.hub.board.set_targets(&self.link.targets_on());
    }

    /// A host that does not process is asked to fetch values.
    fn fetch(&mut self) {
        if !self.hub.values.any() {
            self.asked = None;
        } else if self.asked.is_none_or(|last| last.elapsed() >= ASK_EVERY) {
            self.hub.values.request_flush();
            self.asked = Some(Instant::now());
        }
    }

    fn report(&mut self) {
        self.reported = Some(Instant::now());
        let status = self.ears.status();
        let mut report = self.hub.lock();
        report.listening = status.is_some();
        report.trouble = self.ears.trouble().cloned();
        report.osc_port = self.ears.wanted().map_or(0, |wanted| wanted.port);
        report.waiting = self.texts.len();
        let status = status.map(|status| (status.inbound, status.query.port, status.announced));
        let (inbound, http_port, announced) = status.unwrap_or_default();
        if inbound.refused > self.server_refused {
            self.server_refused = inbound.refused;
            self.last_error.clone_from(&inbound.last_error);
        }
        (report.http_port, report.announced) = (http_port, announced);
        report.received = inbound.received;
        report.acted = self.handled.saturating_sub(self.refused + self.dropped);
        report.refused = inbound.refused + self.refused;
        report.limited = inbound.limited + self.dropped;
        report.addresses = inbound.addresses;
        report.last_error.clone_from(&self.last_error);
        (report.last_message, report.last_from) = (inbound.last_message, inbound.last_from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::index_of;
    use crate::state::LineCell;
    use nice_plug::prelude::Param;
    use psivox_wire::inbound::Inbound;

    fn desk() -> (RemoteDesk, Arc<RemoteHub>, Producer<RemoteOrder>) {
        let shared = Arc::new(Shared::default());
        let params = Arc::new(PsivoxParams::new(LineCell::new(Arc::clone(&shared))));
        let hub = RemoteHub::new(&params);
        let desk = RemoteDesk::new(Arc::clone(&hub), params, shared, Arc::new(FaceLink::default()));
        // The other end is dropped: what is pushed stays.
        (desk, hub, rtrb::RingBuffer::new(2).0)
    }

    #[test]
    fn a_stop_that_finds_no_room_is_owed_and_holds_texts_back() {
        let (mut desk, _, _) = desk();
        let (mut orders, mut taken) = rtrb::RingBuffer::new(2);
        desk.shared.set_active(true);
        let trigger = || Inbound::Trigger { velocity: 1.0 };
        desk.act(trigger(), &mut orders).expect("room");
        desk.act(trigger(), &mut orders).expect("room");
        assert!(desk.act(trigger(), &mut orders).is_err(), "no room");
        desk.act(Inbound::Panic, &mut orders).expect("owed");
        desk.act(Inbound::Stop, &mut orders).expect("owed");
        desk.act(Inbound::Speak { text: "after it".into(), now: false }, &mut orders).expect("waits");
        assert_eq!(desk.next_text(), None);
        while taken.pop().is_ok() {}
        desk.turn(&mut orders);
        assert!(matches!(taken.pop(), Ok(RemoteOrder::Panic)), "the stronger of the two");
        assert_eq!(desk.next_text().map(|spoken| spoken.text).as_deref(), Some("after it"));
    }

    #[test]
    fn lines_are_held_back_while_the_engine_is_full() {
        let (mut desk, _, mut orders) = desk();
        desk.shared.set_active(true);
        desk.shared.note_queue(3, QUEUE_CAPACITY as u32);
        desk.said = 3;
        let speak = |now| Inbound::Speak { text: "one".into(), now };
        desk.act(speak(false), &mut orders).expect("waits");
        assert_eq!(desk.next_text(), None);
        desk.shared.note_queue(3, QUEUE_CAPACITY as u32 - 1);
        assert!(desk.next_text().is_some());
        desk.said = 4;
        desk.act(speak(false), &mut orders).expect("waits");
        assert_eq!(desk.next_text(), None, "one is on its way");
        desk.act(speak(true), &mut orders).expect("goes first");
        assert_eq!(desk.next_text(), Some(Spoken { text: "one".into(), now: true }));
        assert!(desk.texts.is_empty());
    }

    #[test]
    fn what_waits_is_forgotten_when_a_bounce_begins() {
        let (mut desk, _, mut orders) = desk();
        desk.shared.set_active(true);
        let speak = || Inbound::Speak { text: "one".into(), now: false };
        desk.act(speak(), &mut orders).expect("waits");
        desk.shared.set_offline(true);
        assert_eq!(desk.next_text(), None);
        desk.turn(&mut orders);
        desk.shared.set_offline(false);
        assert_eq!(desk.next_text(), None, "nor is it said afterwards");
        desk.act(speak(), &mut orders).expect("waits");
        desk.shared.set_active(false);
        assert_eq!(desk.next_text(), None);
        desk.turn(&mut orders);
        desk.shared.set_active(true);
        assert_eq!(desk.next_text(), None);
    }

    #[test]
    fn shares_are_linear_and_choices_whole() {
        let (mut desk, hub, mut orders) = desk();
        let value = |id: &str| {
            let index = index_of(id).expect("a parameter");
            hub.values.take().find(|(at, _)| *at == index).map(|(_, value)| value).expect("posted")
        };
        let share = |id: &str, value| Inbound::SetNormalized { id: id.into(), value };
        desk.act(share("rate", 0.5), &mut orders).expect("a share");
        let rate = desk.params.rate.preview_normalized(1.25);
        assert!((value("rate") - rate).abs() < 1e-6);
        desk.act(share("beat_division", 0.6), &mut orders).expect("a share");
        assert!((value("beat_division") - 4.0 / 6.0).abs() < 1e-6);
        assert!(desk.act(Inbound::Set { id: "nothing".into(), value: 0.0 }, &mut orders).is_err());
    }
}
