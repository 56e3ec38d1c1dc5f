//! Orders on their way from the sockets to whoever acts on them: bounded, and what ends something goes first.

use super::Inbound;
use std::collections::VecDeque;
use std::sync::mpsc::{RecvTimeoutError, TryRecvError};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Orders that wait at most.
pub(super) const MAX_WAITING: usize = 1_024;

#[derive(Debug, Default)]
struct Waiting {
    /// What ends something: two ends are one, and a panic is more than a stop.
    end: Option<Inbound>,
    /// Everything else, in the order in which it came.
    rest: VecDeque<Inbound>,
    /// How many listen.
    senders: usize,
    /// Nobody takes orders any more.
    left: bool,
}

#[derive(Debug, Default)]
struct Shared {
    waiting: Mutex<Waiting>,
    came: Condvar,
}

impl Shared {
    fn hold(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A new queue; further senders are copies of the first.
pub(super) fn orders() -> (OrderSender, OrderReceiver) {
    let shared = Arc::new(Shared::default());
    shared.hold().senders = 1;
    (OrderSender(Arc::clone(&shared)), OrderReceiver(shared))
}

/// The end of those that listen.
#[derive(Debug)]
pub(super) struct OrderSender(Arc<Shared>);

impl OrderSender {
    /// Whether the order will be seen. A stop and a panic always are while anybody takes orders; what was to be spoken
    /// before them is forgotten, as they would end it.
    pub(super) fn send(&self, order: Inbound) -> bool {
        let mut waiting = self.0.hold();
        if waiting.left {
            return false;
        }
        if order.ends() {
            waiting.rest.retain(|one| !one.brings_speech());
            if waiting.end != Some(Inbound::Panic) {
                waiting.end = Some(order);
            }
        } else if waiting.rest.len() < MAX_WAITING {
            waiting.rest.push_back(order);
        } else {
            return false;
        }
        self.0.came.notify_one();
        true
    }
}

impl Clone for OrderSender {
    fn clone(&self) -> Self {
        self.0.hold().senders += 1;
        Self(Arc::clone(&self.0))
    }
}

impl Drop for OrderSender {
    fn drop(&mut self) {
        self.0.hold().senders -= 1;
        self.0.came.notify_all();
    }
}

/// The orders that have come, at most 1,024 of them, with a stop or a panic before all others. Once it is dropped, what
/// comes is counted as over the limit.
#[derive(Debug)]
pub struct OrderReceiver(Arc<Shared>);

impl OrderReceiver {
    /// The next order, without waiting.
    ///
    /// # Errors
    /// None has come, or none will: the server is gone.
    pub fn try_recv(&self) -> Result<Inbound, TryRecvError> {
        let mut waiting = self.0.hold();
        let senders = waiting.senders;
        let gone = if senders == 0 { TryRecvError::Disconnected } else { TryRecvError::Empty };
        waiting.next().ok_or(gone)
    }

    /// The next order; waits for it at most so long.
    ///
    /// # Errors
    /// None has come in that time, or none will: the server is gone.
    pub fn recv_timeout(&self, patience: Duration) -> Result<Inbound, RecvTimeoutError> {
        let until = Instant::now() + patience;
        let mut waiting = self.0.hold();
        loop {
            if let Some(order) = waiting.next() {
                return Ok(order);
            }
            if waiting.senders == 0 {
                return Err(RecvTimeoutError::Disconnected);
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(RecvTimeoutError::Timeout);
            }
            waiting = self.0.came.wait_timeout(waiting, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// All that have come.
    pub fn try_iter(&self) -> impl Iterator<Item = Inbound> + '_ {
        std::iter::from_fn(|| self.try_recv().ok())
    }
}

impl Drop for OrderReceiver {
    fn drop(&mut self) {
        let mut waiting = self.0.hold();
        waiting.left = true;
        waiting.rest.clear();
    }
}

impl Waiting {
    fn next(&mut self) -> Option<Inbound> {
        self.end.take().or_else(|| self.rest.pop_front())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inbound::Cue;

    fn set(value: f32) -> Inbound {
        Inbound::Set { id: "rate".into(), value }
    }

    fn speak(text: &str) -> Inbound {
        Inbound::Speak { text: text.into(), now: false }
    }

    #[test]
    fn a_stop_gets_into_a_full_queue_and_comes_out_first() {
        let (sender, receiver) = orders();
        let taken = (0..2_000).filter(|_| sender.send(set(1.0))).count();
        assert_eq!(taken, MAX_WAITING);
        assert!(sender.send(Inbound::Stop) && sender.send(Inbound::Panic) && sender.send(Inbound::Stop));
        assert_eq!(receiver.try_recv(), Ok(Inbound::Panic), "the stronger of the two, once");
        assert_eq!(receiver.try_iter().count(), MAX_WAITING);
    }

    #[test]
    fn a_stop_ends_what_was_to_be_spoken_before_it_and_nothing_else() {
        let (sender, receiver) = orders();
        let line = Inbound::Line { text: "a".into() };
        let before = [
            speak("a"),
            set(1.0),
            Inbound::Cue(Cue::Number(1)),
            line.clone(),
            Inbound::Trigger { velocity: 1.0 },
        ];
        assert!(before.into_iter().all(|order| sender.send(order)));
        assert!(sender.send(Inbound::Stop) && sender.send(speak("b")));
        let found: Vec<Inbound> = receiver.try_iter().collect();
        assert_eq!(found, [Inbound::Stop, set(1.0), line, speak("b")]);
    }

    #[test]
    fn either_end_learns_that_the_other_is_gone() {
        let (sender, receiver) = orders();
        let second = sender.clone();
        drop(sender);
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Empty));
        assert!(second.send(Inbound::Stop));
        drop(second);
        assert_eq!(receiver.recv_timeout(Duration::ZERO), Ok(Inbound::Stop));
        assert_eq!(receiver.recv_timeout(Duration::from_secs(60)), Err(RecvTimeoutError::Disconnected));
        assert_eq!(receiver.try_recv(), Err(TryRecvError::Disconnected));
        let (sender, receiver) = orders();
        drop(receiver);
        assert!(!sender.send(Inbound::Stop) && !sender.send(set(1.0)));
    }

    #[test]
    fn who_waits_is_woken() {
        let (sender, receiver) = orders();
        let thread = std::thread::spawn(move || receiver.recv_timeout(Duration::from_secs(60)));
        assert!(sender.send(set(2.0)));
        assert_eq!(thread.join().expect("no panic"), Ok(set(2.0)));
    }
}
