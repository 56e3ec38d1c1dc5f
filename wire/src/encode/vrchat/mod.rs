//! VRChat, and what reads avatar parameters as it does.
//!
//! | Address | Arguments | |
//! |---|---|---|
//! | `/avatar/parameters/[prefix/]v2/<Name>` | `f` | Unified Expressions, see [`crate::unified`] |
//! | `/avatar/parameters/[prefix/]v2/<Name>1`, `2`, `4`, ... | `T` or `F` | the same as bits: those of floor(abs(v) 2^N), all set above 0.99999 |
//! | `/avatar/parameters/EyeTrackingActive`, `LipTrackingActive`, `ExpressionTrackingActive` | `T` or `F` | a face stands |
//! | `/tracking/face/v1` | `b` of 102 bytes | all shapes at once |
//! | `/tracking/eye/EyesClosedAmount` | `f` 0..=1 | |
//! | `/tracking/eye/LeftRightPitchYaw` | `ffff` degrees | + down, + right |
//! | `/avatar/parameters/psivox/viseme_<name>` | `f` 0..=1 | fifteen: sil, pp, ff, th, dd, kk, ch, ss, nn, rr, aa, e, i, o, u |
//! | `/avatar/parameters/psivox/Viseme` | `i` 0..=14 | the strongest |
//! | `/avatar/parameters/psivox/Voice` | `f` 0..=1 | how much is being said |
//! | `/chatbox/input` | `s`, `T`, `F` | what is said |
//!
//! VRChat passes on what changes to everybody in the room, and slows down who sends too much: a value goes out when it has
//! moved by [`STEP`] since it last did, and everything again once a second, as datagrams get lost.

mod chatbox;
mod eyes;
mod output;
mod plan;

pub use chatbox::{MAX_PAGE_UNITS, PAGE_GAP_S, pages};
pub use output::STEP;

use super::{Encoder, OscBatch, Packets};
use crate::event::WireEvent;
use crate::oscquery::{Avatar, AvatarReader};
use crate::target::{Mask, VrchatOptions};
use crate::unified::Weights;
use crate::{Moment, WireError};
use chatbox::Chatbox;
use eyes::Eyes;
use output::{Output, Scene};
use rosc::OscType;

/// After this time everything is sent again, s.
const REFRESH_S: f64 = 1.0;

/// A face at rest is sent whole this often, for receivers on a network that loses datagrams.
const REST_FACES: u32 = 3;

/// Writes what VRChat reads.
#[derive(Debug)]
pub struct VrchatEncoder {
    options: VrchatOptions,
    discovery: Option<AvatarReader>,
    /// What the plan was made of.
    planned: Option<(Option<u64>, Mask)>,
    outputs: Vec<Output>,
    native: bool,
    eyes: Eyes,
    chatbox: Chatbox,
    refreshed_s: f64,
    rests: u32,
}

impl VrchatEncoder {
    /// As the receiver takes it. With `discovery`, what an avatar has is sent as soon as one is found, and the whole of
    /// `options` until then.
    pub fn new(options: &VrchatOptions, discovery: Option<AvatarReader>) -> Self {
        Self {
            options: options.clone(),
            discovery: discovery.filter(|_| options.discover),
            planned: None,
            outputs: Vec::new(),
            native: false,
            eyes: Eyes::default(),
            chatbox: Chatbox::default(),
            refreshed_s: f64::NEG_INFINITY,
            rests: 0,
        }
    }

    /// Makes a new plan if the avatar or the mask has changed; what the new one no longer moves.
    fn plan(&mut self, mask: Mask) -> Vec<Output> {
        let generation = self.discovery.as_ref().map(AvatarReader::generation);
        if self.planned == Some((generation, mask)) {
            return Vec::new();
        }
        let avatar: Option<std::sync::Arc<Avatar>> = self.discovery.as_ref().and_then(AvatarReader::avatar);
        self.native = self.options.native_face
            && match (&self.discovery, &avatar) {
                (None, _) => true,
                (Some(_), Some(avatar)) => avatar.full_face,
                (Some(_), None) => false,
            };
        let outputs = plan::outputs(&self.options, avatar.as_deref(), self.native, &mask);
        let left = plan::left_behind(std::mem::take(&mut self.outputs), &outputs);
        self.outputs = outputs;
        // Eyes that the avatar moves by its own parameters would be moved twice.
        self.eyes = Eyes::new(
            self.options.eyes && mask.eyes && !(avatar.is_some() && plan::moves_gaze(&self.outputs)),
            self.options.eyes && mask.eyes && !(avatar.is_some() && plan::moves_lids(&self.outputs)),
        );
        self.planned = Some((generation, mask));
        self.refreshed_s = f64::NEG_INFINITY;
        left
    }

    /// Whether this face is sent whole.
    fn is_refresh(&mut self, moment: &Moment) -> bool {
        self.rests = if moment.rest { self.rests.saturating_add(1) } else { 0 };
        let since_s = moment.time_s - self.refreshed_s;
        let due = !(0.0..REFRESH_S).contains(&since_s);
        let due = due || (1..=REST_FACES).contains(&self.rests);
        if due {
            self.refreshed_s = moment.time_s;
        }
        due
    }
}

impl Encoder for VrchatEncoder {
    fn face(&mut self, moment: &Moment, out: &mut Packets) -> Result<(), WireError> {
        let left = self.plan(moment.mask);
        let refresh = self.is_refresh(moment);
        let weights = Weights::of(&moment.face);
        if self.native {
            let mut blob = OscBatch::default();
            blob.add("/tracking/face/v1", vec![OscType::Blob(weights.bytes().to_vec())]);
            blob.write(false, out)?;
        }
        let scene = Scene { moment, weights: &weights };
        let mut batch = OscBatch::default();
        let rest = Moment::rest(moment.time_s, moment.frame, moment.mask);
        let scene_at_rest = Scene { moment: &rest, weights: &Weights::of(&rest.face) };
        for mut output in left {
            if let Some(value) = output.due(&scene_at_rest, false) {
                batch.add(output.address(), vec![value]);
            }
        }
        for output in &mut self.outputs {
            if let Some(value) = output.due(&scene, refresh) {
                batch.add(output.address(), vec![value]);
            }
        }
        self.eyes.face(moment, refresh, &mut batch);
        batch.write(true, out)
    }

    fn event(&mut self, event: &WireEvent, time_s: f64, out: &mut Packets) -> Result<(), WireError> {
        if !self.options.chatbox {
            return Ok(());
        }
        match event {
            WireEvent::Line { text, duration_s } => self.chatbox.line(text, *duration_s, time_s),
            WireEvent::Finished => self.chatbox.finish(time_s),
            _ => return Ok(()),
        }
        self.chatbox.tend(time_s, out)
    }

    fn tend(&mut self, time_s: f64, out: &mut Packets) -> Result<(), WireError> {
        let mut batch = OscBatch::default();
        self.eyes.tend(time_s, &mut batch);
        batch.write(true, out)?;
        self.chatbox.tend(time_s, out)
    }
}
