//! The way of the face into the network: who owns the sender, and what the audio thread holds of it.

use crate::channels::{FaceView, Shared};
use psivox_core::BlendshapeFrame;
use psivox_core::engine::{ObservableFrame, Telemetry};
use psivox_core::field::SurpriseEvent;
use psivox_core::grammar::Tally;
use psivox_wire::{FaceFeed, FaceSender, SenderConfig, SenderStatus, Target};
use rtrb::Producer;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Owns the sender's thread. Locked by worker, editor and the host's main thread, never by the audio thread.
#[derive(Debug, Default)]
pub struct FaceLink {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    sender: Option<FaceSender>,
    target: Option<Target>,
    error: Option<String>,
}

/// How the link is doing, in words for the editor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LinkStatus {
    /// What the sender counts.
    pub sender: SenderStatus,
    /// Why there is no target or no sender.
    pub error: Option<String>,
}

impl FaceLink {
    /// Starts the sender unless it runs; the feed of a new one goes to the audio thread.
    pub fn start(&self) -> Option<FaceFeed> {
        let mut inner = self.lock();
        if inner.sender.is_some() {
            return None;
        }
        let config = SenderConfig { target: inner.target.clone(), ..SenderConfig::default() };
        match FaceSender::spawn(config) {
            Ok((feed, sender)) => {
                inner.sender = Some(sender);
                Some(feed)
            }
            Err(error) => {
                inner.error = Some(error.to_string());
                None
            }
        }
    }

    /// Sends to another target from now on; an unreadable one sends nowhere and is told in the status.
    pub fn retarget(&self, text: &str) {
        let mut inner = self.lock();
        let parsed = text.parse::<Target>();
        inner.error = parsed.as_ref().err().map(ToString::to_string);
        inner.target = parsed.ok();
        if let Some(sender) = &inner.sender {
            sender.set_target(inner.target.clone());
        }
    }

    /// Puts the receiver's face to rest.
    pub fn rest(&self) {
        if let Some(sender) = &self.lock().sender {
            sender.send_neutral();
        }
    }

    /// How it is going.
    pub fn status(&self) -> LinkStatus {
        let inner = self.lock();
        let sender = inner.sender.as_ref().map(FaceSender::status).unwrap_or_default();
        LinkStatus { sender, error: inner.error.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The audio thread's end: takes every face from the engine and hands it on. Wait-free.
pub struct FaceTap {
    /// The network, once the sender runs.
    feed: Option<FaceFeed>,
    /// The editor.
    views: Producer<FaceView>,
    /// Whether the editor looks.
    shared: Arc<Shared>,
    /// Whether faces go to the network.
    sending: bool,
    /// Whether a face was sent since the last neutral one.
    stands: bool,
    /// What the grammar had done by the start of the block; kept while the editor looks.
    rules: Tally,
    sample_rate_hz: f32,
}

impl FaceTap {
    /// A tap that sends nothing yet.
    pub fn new(views: Producer<FaceView>, shared: Arc<Shared>) -> Self {
        Self {
            feed: None,
            views,
            shared,
            sending: false,
            stands: false,
            rules: Tally::default(),
            sample_rate_hz: 0.0,
        }
    }

    /// Connects the network. Frees an old feed: not for the audio thread.
    pub fn connect(&mut self, feed: FaceFeed) {
        self.feed = Some(feed);
    }

    /// What the times of coming faces are counted in.
    pub fn set_sample_rate(&mut self, sample_rate_hz: f32) {
        self.sample_rate_hz = sample_rate_hz;
    }

    /// Takes note of what the grammar has done, if anybody looks; `read` is not called otherwise.
    pub fn note_rules(&mut self, read: impl FnOnce() -> Tally) {
        if self.shared.editor_open() {
            self.rules = read();
        }
    }

    /// Opens or closes the way to the network; closing it puts the receiver's face to rest.
    pub fn set_sending(&mut self, sending: bool) {
        if self.sending && !sending {
            self.rest();
        }
        self.sending = sending;
    }

    /// Asks for one neutral face if one stands.
    pub fn rest(&mut self) {
        if let Some(feed) = &self.feed
            && self.stands
        {
            feed.request_neutral();
            self.stands = false;
        }
    }
}

impl Telemetry for FaceTap {
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        if let Some(feed) = &mut self.feed
            && self.sending
        {
            self.stands |= feed.push(frame);
        }
        if self.shared.editor_open() {
            // A full queue means that the editor hangs; it loses pictures, nobody else notices.
            let (rules, sample_rate_hz) = (self.rules, self.sample_rate_hz);
            let _ = self.views.push(FaceView { face: *frame, field: *field, rules, sample_rate_hz });
        }
    }

    fn surprise(&mut self, event: &SurpriseEvent) {
        if let Some(feed) = &mut self.feed
            && self.sending
        {
            // One that does not fit is lost: it would come too late to be one.
            let _ = feed.push_surprise(event);
        }
    }
}
