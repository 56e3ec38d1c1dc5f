//! The way of the face into the network: who owns the sender, and what the audio thread holds of it.

use crate::bounce::{BounceFile, BounceTap};
use crate::channels::{FaceView, Shared};
use crate::memory::MemoryTap;
use crate::scope_tap::ScopeTap;
use crate::wire_state::WireState;
use psivox_core::engine::{ObservableFrame, PhoneMark, Telemetry};
use psivox_core::field::SurpriseEvent;
use psivox_core::grammar::Tally;
use psivox_core::{BlendshapeFrame, Score};
use psivox_wire::event::Notice;
use psivox_wire::{FaceFeed, FaceSender, SenderConfig, WireFrame, WireReport};
use rtrb::Producer;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Owns the sender's threads. Locked by worker, editor and the host's main thread, never by the audio thread.
#[derive(Debug, Default)]
pub struct FaceLink {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    sender: Option<FaceSender>,
    wire: Option<WireState>,
    error: Option<String>,
    bounce: Option<BounceFile>,
    /// What became of the last bounce's file.
    bounced: Option<Result<String, String>>,
}

/// The links of the standalone, for its end by a signal.
#[cfg(feature = "standalone")]
static LINKS: Mutex<Vec<std::sync::Weak<FaceLink>>> = Mutex::new(Vec::new());

/// Remembers a link for [`close_all`].
#[cfg(feature = "standalone")]
pub fn remember(link: &Arc<FaceLink>) {
    LINKS.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::downgrade(link));
}

/// Puts every receiver's face to rest before the program ends.
#[cfg(feature = "standalone")]
pub fn close_all() {
    let links = std::mem::take(&mut *LINKS.lock().unwrap_or_else(PoisonError::into_inner));
    links.iter().filter_map(std::sync::Weak::upgrade).for_each(|link| link.close());
}

/// How the link is doing, in words for the editor.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LinkStatus {
    /// What the sender counts.
    pub report: WireReport,
    /// Why there is no target or no sender.
    pub error: Option<String>,
    /// What became of the last bounce's file.
    pub bounced: Option<Result<String, String>>,
}

impl FaceLink {
    /// Opens the file of a bounce, if one is wanted; its tap goes to the rendering thread.
    pub fn start_bounce(&self, sample_rate_hz: f32) -> Option<BounceTap> {
        let mut inner = self.lock();
        let state = inner.wire.as_ref()?.bounce.clone().filter(|bounce| !bounce.path.is_empty())?;
        match BounceFile::open(&state, sample_rate_hz as u32) {
            Ok((tap, file)) => {
                inner.bounce = Some(file);
                Some(tap)
            }
            Err(error) => {
                inner.bounced = Some(Err(error));
                None
            }
        }
    }

    /// Completes the file of the bounce that has ended.
    pub fn finish_bounce(&self) {
        let Some(file) = self.lock().bounce.take() else { return };
        let written = file.finish();
        let mut inner = self.lock();
        let path =
            inner.wire.as_ref().and_then(|wire| wire.bounce.as_ref()).map(|bounce| bounce.path.clone());
        inner.bounced = match written {
            Ok(0) => None,
            Ok(count) => Some(Ok(format!("{count} faces are in {}", path.unwrap_or_default()))),
            Err(error) => Some(Err(error)),
        };
    }

    /// Starts the sender unless it runs; the feed of a new one goes to the audio thread.
    pub fn start(&self) -> Option<FaceFeed> {
        let mut inner = self.lock();
        if inner.sender.is_some() {
            return None;
        }
        let wire = inner.wire.clone();
        let config = SenderConfig {
            targets: wire.as_ref().map(|wire| wire.targets.clone()).unwrap_or_default(),
            latency_ms: wire.map_or(0.0, |wire| wire.latency_ms),
            playback: None,
        };
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

    /// Sends to these targets from now on; `error` is what the user should know about how they were read.
    pub fn retarget(&self, wire: WireState, error: Option<String>) {
        let mut inner = self.lock();
        inner.error = error;
        if let Some(sender) = &inner.sender {
            sender.set_latency_ms(wire.latency_ms);
            if let Err(error) = sender.set_targets(wire.targets.clone()) {
                inner.error = Some(error.to_string());
            }
        }
        inner.wire = Some(wire);
    }

    /// Ends the sender: every face is put to rest, and none is sent any more.
    pub fn close(&self) {
        let sender = self.lock().sender.take();
        drop(sender);
    }

    /// Puts the receivers' faces to rest.
    pub fn rest(&self) {
        if let Some(sender) = &self.lock().sender {
            sender.send_neutral();
        }
    }

    /// How it is going.
    pub fn status(&self) -> LinkStatus {
        let inner = self.lock();
        let report = inner.sender.as_ref().map(FaceSender::report).unwrap_or_default();
        LinkStatus { report, error: inner.error.clone(), bounced: inner.bounced.clone() }
    }

    /// Which targets are on, in their order.
    pub fn targets_on(&self) -> Vec<bool> {
        self.lock().wire.iter().flat_map(|wire| &wire.targets).map(|target| target.on).collect()
    }

    /// The last messages to a target, one a line.
    pub fn messages(&self, target: usize) -> Vec<String> {
        self.lock().sender.as_ref().map(|sender| sender.messages(target)).unwrap_or_default()
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
    /// Whether the face stays at rest until the next line.
    held: bool,
    /// What the grammar had done by the start of the block; kept while the editor looks.
    rules: Tally,
    sample_rate_hz: f32,
    /// How much earlier than its sound the face is shown, samples.
    lead_samples: i64,
    /// Faces so far: the editor gets every second one.
    faces: u64,
    /// The file of a bounce.
    bounce: Option<BounceTap>,
    /// What the editor sees besides faces.
    scope: ScopeTap,
    /// What the worker remembers.
    memory: MemoryTap,
}

impl FaceTap {
    /// A tap that sends nothing yet.
    pub fn new(views: Producer<FaceView>, scope: ScopeTap, memory: MemoryTap, shared: Arc<Shared>) -> Self {
        Self {
            feed: None,
            views,
            shared,
            sending: false,
            stands: false,
            held: false,
            rules: Tally::default(),
            sample_rate_hz: 0.0,
            lead_samples: 0,
            faces: 0,
            bounce: None,
            scope,
            memory,
        }
    }

    /// Connects the network. Frees an old feed: not for the audio thread.
    pub fn connect(&mut self, feed: FaceFeed) {
        self.feed = Some(feed);
    }

    /// Writes a bounce's faces from now on, or no longer. Frees the old tap: not for the audio thread.
    pub fn connect_bounce(&mut self, bounce: Option<BounceTap>) {
        self.bounce = bounce;
    }

    /// What the times of coming faces are counted in.
    pub fn set_sample_rate(&mut self, sample_rate_hz: f32) {
        self.sample_rate_hz = sample_rate_hz;
        self.scope.set_sample_rate(sample_rate_hz);
    }

    /// What the editor sees of sound and field.
    pub fn scope(&mut self) -> &mut ScopeTap {
        &mut self.scope
    }

    /// What the worker remembers.
    pub fn memory(&mut self) -> &mut MemoryTap {
        &mut self.memory
    }

    /// How much earlier than its sound the face is shown to the network, ms; as far as the face is known by then.
    pub fn set_lead(&mut self, lead_ms: f32) {
        self.lead_samples = (lead_ms / 1_000.0 * self.sample_rate_hz).round() as i64;
    }

    /// Takes note of what the grammar has done, if anybody looks; `read` is not called otherwise.
    pub fn note_rules(&mut self, read: impl FnOnce() -> Tally) {
        if self.shared.editor_open() {
            self.rules = read();
        }
    }

    /// A block begins at `start_samples` since the engine's reset: the network learns from it when a sample is heard.
    pub fn begin_block(&mut self, start_samples: u64, length: usize) {
        if let Some(feed) = self.feed.as_mut().filter(|_| self.sending) {
            feed.begin_block(start_samples, u32::try_from(length).unwrap_or(u32::MAX), self.sample_rate_hz);
        }
    }

    /// Opens or closes the way to the network; closing it puts the receiver's face to rest.
    pub fn set_sending(&mut self, sending: bool) {
        if self.sending && !sending {
            self.rest();
        }
        self.held &= sending;
        self.sending = sending;
    }

    /// Asks for the neutral face if another one stands.
    pub fn rest(&mut self) {
        if let Some(feed) = &self.feed
            && self.stands
        {
            feed.request_neutral();
            self.stands = false;
        }
    }

    /// Asks for the neutral face and leaves it there until the next line begins.
    pub fn hold_at_rest(&mut self) {
        self.rest();
        self.held = true;
    }

    /// One that does not fit is lost: it would come too late.
    fn notice(&mut self, time_samples: u64, notice: Notice) {
        if let Some(feed) = self.feed.as_mut().filter(|_| self.sending) {
            let _ = feed.notice(time_samples, notice);
        }
    }
}

impl Telemetry for FaceTap {
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        if let Some(feed) = self.feed.as_mut().filter(|_| self.sending && !self.held) {
            let time_samples = frame.time_samples.saturating_add_signed(-self.lead_samples);
            let led = BlendshapeFrame { time_samples, ..*frame };
            self.stands |= feed.push(&WireFrame::of(&led, field));
        }
        if let Some(bounce) = &mut self.bounce {
            bounce.push(frame);
        }
        self.faces += 1;
        if self.shared.editor_open() && self.faces.is_multiple_of(2) {
            // A full queue means that the editor hangs; it loses pictures, nobody else notices.
            let (rules, sample_rate_hz) = (self.rules, self.sample_rate_hz);
            let _ = self.views.push(FaceView { face: *frame, field: *field, rules, sample_rate_hz });
        }
    }

    fn line(&mut self, score: &Arc<Score>, time_samples: u64) {
        self.held = false;
        self.scope.line(score);
        // Only a count goes down if it does not fit: the worker's shelf keeps a twin.
        self.notice(time_samples, Notice::Line(Arc::clone(score)));
    }

    fn phone(&mut self, mark: PhoneMark) {
        self.scope.phone(mark);
        self.notice(mark.time_samples, Notice::Phone(mark.phone));
    }

    fn mark(&mut self, mark: u32, time_samples: u64) {
        self.notice(time_samples, Notice::Mark(mark));
    }

    fn surprise(&mut self, event: &SurpriseEvent) {
        self.notice(event.time_samples, Notice::Surprise(*event));
    }

    fn finished(&mut self, time_samples: u64) {
        self.scope.finished(time_samples);
        self.notice(time_samples, Notice::Finished);
    }
}
