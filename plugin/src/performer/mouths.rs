//! One face for several voices: the first voice's, with the mouth of the voice that began last.
//!
//! Mouths of other voices are taken one control tick old: by then they are known whatever the block size.

use crate::face_link::FaceTap;
use crate::performance::MAX_VOICES;
use psivox_core::engine::{ObservableFrame, PhoneMark, Telemetry};
use psivox_core::face::BLENDSHAPE_NAMES;
use psivox_core::field::SurpriseEvent;
use psivox_core::memory::Impression;
use psivox_core::{BLENDSHAPE_COUNT, BlendshapeFrame, Score};
use std::sync::Arc;

/// Faces of a voice that are kept: some tens of ms.
const KEPT: usize = 8;
/// Time in which a mouth gives way to another, s.
const FADE_S: f32 = 0.06;

/// A face of a voice on the instance's clock.
#[derive(Debug, Clone, Copy)]
struct Pose {
    time_samples: u64,
    frame: BlendshapeFrame,
    field: ObservableFrame,
}

/// What one voice shows.
#[derive(Debug)]
struct Mouth {
    /// When its engine was reset, on the instance's clock.
    base_samples: u64,
    /// When it began last.
    began_samples: u64,
    poses: [Option<Pose>; KEPT],
    next: usize,
}

impl Mouth {
    const SILENT: Self = Self { base_samples: 0, began_samples: 0, poses: [None; KEPT], next: 0 };

    /// The newest face that is not younger than `time_samples`.
    fn at(&self, time_samples: u64) -> Option<&Pose> {
        let old = self.poses.iter().flatten().filter(|pose| pose.time_samples <= time_samples);
        old.max_by_key(|pose| pose.time_samples)
    }
}

/// The mouths of all voices.
#[derive(Debug)]
pub(super) struct Mouths {
    all: [Mouth; MAX_VOICES],
    hop_samples: u64,
    fade_samples: f32,
    /// Whose mouth is shown, whose was, and since when.
    lead: usize,
    before: usize,
    since_samples: u64,
    /// Which shapes belong to the mouth.
    owns: [bool; BLENDSHAPE_COUNT],
}

impl Mouths {
    /// Nobody speaks.
    pub fn new(hop_samples: usize, sample_rate_hz: f32) -> Self {
        let mut owns = [false; BLENDSHAPE_COUNT];
        for (own, name) in owns.iter_mut().zip(BLENDSHAPE_NAMES) {
            *own = ["jaw", "mouth", "tongue"].iter().any(|part| name.starts_with(part));
        }
        Self {
            all: [Mouth::SILENT; MAX_VOICES],
            hop_samples: hop_samples as u64,
            fade_samples: FADE_S * sample_rate_hz,
            lead: 0,
            before: 0,
            since_samples: 0,
            owns,
        }
    }

    /// Nobody speaks.
    pub fn reset(&mut self) {
        self.all = [Mouth::SILENT; MAX_VOICES];
        (self.lead, self.before, self.since_samples) = (0, 0, 0);
    }

    /// A voice begins: its mouth is shown from now on.
    pub fn start(&mut self, voice: usize, now: u64) {
        self.all[voice].began_samples = now;
        self.show(voice, now);
    }

    /// The voice begins from a reset engine.
    pub fn restart(&mut self, voice: usize, now: u64) {
        self.all[voice] = Mouth { base_samples: now, ..Mouth::SILENT };
    }

    fn show(&mut self, voice: usize, now: u64) {
        if self.lead != voice {
            (self.before, self.lead, self.since_samples) = (self.lead, voice, now);
        }
    }

    /// Puts the mouth of the leading voice into a face of the first one.
    fn mix(&mut self, frame: &mut BlendshapeFrame, field: &mut ObservableFrame) {
        let known = frame.time_samples.saturating_sub(self.hop_samples);
        self.pass_on(known, frame.time_samples, field.speaking);
        if self.lead == 0 && self.before == 0 {
            return;
        }
        let along = (frame.time_samples.saturating_sub(self.since_samples)) as f32 / self.fade_samples;
        let share = 0.5 - 0.5 * (std::f32::consts::PI * along.clamp(0.0, 1.0)).cos();
        let own = frame.shapes;
        let of = |voice: usize| match voice {
            0 => own,
            _ => self.all[voice].at(known).map_or(own, |pose| pose.frame.shapes),
        };
        let (from, to) = (of(self.before), of(self.lead));
        for (index, shape) in frame.shapes.iter_mut().enumerate().filter(|(index, _)| self.owns[*index]) {
            *shape = from[index] + share * (to[index] - from[index]);
        }
        if let Some(pose) = self.all[self.lead].at(known).filter(|_| self.lead > 0) {
            field.speaking |= pose.field.speaking;
            (field.position_s, field.f0_hz) = (pose.field.position_s, pose.field.f0_hz);
            (field.syllable, field.lip_demands) = (pose.field.syllable, pose.field.lip_demands);
        }
        if share >= 1.0 {
            self.before = self.lead;
        }
    }

    /// A leading voice that has ended gives the mouth to the one that began last among those that speak.
    fn pass_on(&mut self, known: u64, now: u64, first_speaks: bool) {
        let speaks = |voice: usize| match voice {
            0 => first_speaks,
            _ => self.all[voice].at(known).is_some_and(|pose| pose.field.speaking),
        };
        let fresh = self.all[self.lead].began_samples + 2 * self.hop_samples > known;
        if fresh || speaks(self.lead) {
            return;
        }
        let other =
            (0..MAX_VOICES).filter(|voice| speaks(*voice)).max_by_key(|voice| self.all[*voice].began_samples);
        self.show(other.unwrap_or(0), now);
    }
}

/// What a voice other than the first one tells.
pub(super) struct VoiceTap<'a> {
    mouths: &'a mut Mouths,
    tap: &'a mut FaceTap,
    voice: usize,
}

impl<'a> VoiceTap<'a> {
    /// Listens to that voice.
    pub fn new(mouths: &'a mut Mouths, tap: &'a mut FaceTap, voice: usize) -> Self {
        Self { mouths, tap, voice }
    }

    fn leads(&self) -> bool {
        self.mouths.lead == self.voice
    }

    fn time(&self, own: u64) -> u64 {
        own + self.mouths.all[self.voice].base_samples
    }
}

impl Telemetry for VoiceTap<'_> {
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        let pose = Pose { time_samples: self.time(frame.time_samples), frame: *frame, field: *field };
        let own = &mut self.mouths.all[self.voice];
        own.poses[own.next % KEPT] = Some(pose);
        own.next += 1;
    }

    fn line(&mut self, score: &Arc<Score>, time_samples: u64) {
        if self.leads() {
            self.tap.line(score, self.time(time_samples));
        }
    }

    fn phone(&mut self, mark: PhoneMark) {
        if self.leads() {
            let time_samples = self.time(mark.time_samples);
            self.tap.phone(PhoneMark { time_samples, ..mark });
        }
    }

    fn mark(&mut self, mark: u32, time_samples: u64) {
        if self.leads() {
            self.tap.mark(mark, self.time(time_samples));
        }
    }

    fn finished(&mut self, time_samples: u64) {
        if self.leads() {
            self.tap.finished(self.time(time_samples));
        }
    }
}

/// What the first voice tells: the face of all.
pub(super) struct FaceMix<'a> {
    mouths: &'a mut Mouths,
    tap: &'a mut FaceTap,
}

impl<'a> FaceMix<'a> {
    /// Listens to the first voice.
    pub fn new(mouths: &'a mut Mouths, tap: &'a mut FaceTap) -> Self {
        Self { mouths, tap }
    }

    fn leads(&self) -> bool {
        self.mouths.lead == 0
    }
}

impl Telemetry for FaceMix<'_> {
    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        let (mut frame, mut field) = (*frame, *field);
        self.mouths.mix(&mut frame, &mut field);
        self.tap.face(&frame, &field);
    }

    fn line(&mut self, score: &Arc<Score>, time_samples: u64) {
        if self.leads() {
            self.tap.line(score, time_samples);
        }
    }

    fn phone(&mut self, mark: PhoneMark) {
        if self.leads() {
            self.tap.phone(mark);
        }
    }

    fn mark(&mut self, mark: u32, time_samples: u64) {
        if self.leads() {
            self.tap.mark(mark, time_samples);
        }
    }

    fn surprise(&mut self, event: &SurpriseEvent) {
        self.tap.surprise(event);
    }

    fn impression(&mut self, impression: &Impression, _time_samples: u64) {
        self.tap.memory().impression(impression);
    }

    fn finished(&mut self, time_samples: u64) {
        if self.leads() {
            self.tap.finished(time_samples);
        }
    }
}
