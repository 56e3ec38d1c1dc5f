//! VMC: one face as OSC datagrams (sh-akira/VirtualMotionCaptureProtocol).
//!
//! Per face, in this order:
//!
//! | Address | Arguments | |
//! |---|---|---|
//! | `/VMC/Ext/Root/Pos` | `s` root, `fff` position, `ffff` quaternion | as a Performer |
//! | `/VMC/Ext/Bone/Pos` | `s` name, `fff` local position, `ffff` quaternion | as a Performer: neck, head; eyes without Perfect Sync |
//! | `/VMC/Ext/Set/Eye` | `i` 1, `fff` target seen from the head in m | as an Assistant without Perfect Sync |
//! | `/VMC/Ext/Blend/Val` | `s` name, `f` 0..=1 | the clips of [`super::clips`], then the 52 ARKit shapes in PascalCase |
//! | `/VMC/Ext/Blend/Apply` | none | the values above take effect |
//! | `/VMC/Ext/OK` | `i` 1; as a Performer `iiii` 1, 3, 0, 1 | the sender is alive, calibrated, tracking (version 2.7) |
//! | `/VMC/Ext/T` | `f` seconds | the sender's clock; once per face, as some receivers drop faces above 30 per picture |
//! | `/VMC/Thru/psivox/NAME` | `s` NAME, `f` value | valence, arousal, dominance, intensity |
//! | `/VMC/Thru/psivox/mode` | `s` name, `f` degree | the strongest mode; `neutral` 0 if there is none |
//!
//! In bundles: `... Val | Val... Apply | OK T Thru...`. Receivers that cannot read bundles get every message in a datagram
//! of its own.
//!
//! A Performer turns the eyes of its model to the target of `Set/Eye`, a Marionette takes the bones of the eyes. With Perfect
//! Sync the gaze is in the eyeLook shapes, and both together would look twice as far, so target and bones are sent only
//! where those shapes are not.

use super::clips::{self, unit};
use super::reach::Reach;
use super::{Encoder, OscBatch, Packets, event, vmc_bones};
use crate::event::WireEvent;
use crate::target::{EMOTION_NAMES, Group, VmcOptions};
use crate::{Moment, WireError};
use psivox_core::emotion::Mode;
use psivox_core::face::pascal_case;
use rosc::OscType;

/// Writes VMC.
#[derive(Debug)]
pub struct VmcEncoder {
    options: VmcOptions,
    reach: Reach,
}

impl VmcEncoder {
    /// As the receiver takes it.
    pub fn new(options: VmcOptions) -> Self {
        Self { options, reach: Reach::default() }
    }

    fn motion(&self, moment: &Moment) -> OscBatch {
        let mut batch = OscBatch::default();
        if self.options.performer {
            vmc_bones::root_and_bones(moment, !self.options.perfect_sync, &mut batch);
        } else if !self.options.perfect_sync && moment.mask.has(Group::Eyes) {
            vmc_bones::eye_target(moment, &mut batch);
        }
        for (name, value) in clips::sent(self.options.clips, moment) {
            blend(&mut batch, name.to_owned(), value);
        }
        if self.options.perfect_sync {
            for (shape, value) in moment.shapes() {
                blend(&mut batch, pascal_case(shape.name()), value);
            }
        }
        batch.add("/VMC/Ext/Blend/Apply", Vec::new());
        batch
    }

    fn status(&self, moment: &Moment) -> OscBatch {
        let mut batch = OscBatch::default();
        // Loaded; calibrated; in the normal mode of calibration; tracking.
        let status: &[i32] = if self.options.performer { &[1, 3, 0, 1] } else { &[1] };
        batch.add("/VMC/Ext/OK", status.iter().map(|part| OscType::Int(*part)).collect());
        batch.float("/VMC/Ext/T", moment.time_s.max(0.0) as f32);
        if self.options.thru {
            for (name, value) in EMOTION_NAMES.into_iter().zip(moment.face.emotion) {
                through(&mut batch, name, name, value);
            }
            let (mode, degree) = moment.moods.strongest().unwrap_or((Mode::Neutral, 0.0));
            through(&mut batch, "mode", mode.name(), degree);
        }
        batch
    }
}

impl Encoder for VmcEncoder {
    fn face(&mut self, moment: &Moment, out: &mut Packets) -> Result<(), WireError> {
        let moment = self.reach.cover(moment);
        self.motion(&moment).write(self.options.bundles, out)?;
        self.status(&moment).write(self.options.bundles, out)
    }

    fn event(&mut self, event: &WireEvent, time_s: f64, out: &mut Packets) -> Result<(), WireError> {
        if self.options.events { event::write(event, time_s, out) } else { Ok(()) }
    }
}

fn blend(batch: &mut OscBatch, name: String, value: f32) {
    batch.add("/VMC/Ext/Blend/Val", vec![OscType::String(name), OscType::Float(unit(value))]);
}

fn through(batch: &mut OscBatch, address: &str, name: &str, value: f32) {
    let value = if value.is_finite() { value } else { 0.0 };
    let args = vec![OscType::String(name.to_owned()), OscType::Float(value)];
    batch.add(format!("/VMC/Thru/psivox/{address}"), args);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::{Clips, Mask};
    use psivox_core::emotion::Moods;
    use psivox_core::face::Shape;

    fn written(options: VmcOptions, moment: &Moment) -> Vec<Vec<u8>> {
        let mut out = Packets::default();
        VmcEncoder::new(options).face(moment, &mut out).expect("encodes");
        out.iter().map(|(_, datagram)| datagram.to_vec()).collect()
    }

    fn silent() -> VmcOptions {
        VmcOptions { clips: Clips::None, perfect_sync: false, ..VmcOptions::default() }
    }

    /// Typed from the table of the protocol (version 2.7) and the OSC 1.0 specification.
    #[test]
    fn a_whole_performer_as_the_protocol_has_it() {
        let mask = Mask { eyes: false, head: false, ..Mask::default() };
        let mut moment = Moment::rest(1.5, 0, mask);
        moment.face.emotion = [-0.5, 0.25, 0.0, 1.0];
        moment.moods = Moods::one(Mode::Sad, 0.5);
        let options = VmcOptions { performer: true, thru: true, ..silent() };
        let motion = b"#bundle\0\0\0\0\0\0\0\0\x01\
            \0\0\0\x44/VMC/Ext/Root/Pos\0\0\0,sfffffff\0\0\0root\0\0\0\0\
            \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x3f\x80\0\0\
            \0\0\0\x1c/VMC/Ext/Blend/Apply\0\0\0\0,\0\0\0";
        let status = b"#bundle\0\0\0\0\0\0\0\0\x01\
            \0\0\0\x24/VMC/Ext/OK\0,iiii\0\0\0\0\0\0\x01\0\0\0\x03\0\0\0\0\0\0\0\x01\
            \0\0\0\x14/VMC/Ext/T\0\0,f\0\0\x3f\xc0\0\0\
            \0\0\0\x2c/VMC/Thru/psivox/valence\0\0\0\0,sf\0valence\0\xbf\0\0\0\
            \0\0\0\x2c/VMC/Thru/psivox/arousal\0\0\0\0,sf\0arousal\0\x3e\x80\0\0\
            \0\0\0\x30/VMC/Thru/psivox/dominance\0\0,sf\0dominance\0\0\0\0\0\0\0\
            \0\0\0\x30/VMC/Thru/psivox/intensity\0\0,sf\0intensity\0\0\0\x3f\x80\0\0\
            \0\0\0\x24/VMC/Thru/psivox/mode\0\0\0,sf\0sad\0\x3f\0\0\0";
        assert_eq!(written(options, &moment), [motion.to_vec(), status.to_vec()]);
    }

    #[test]
    fn one_message_a_datagram_for_those_who_cannot_read_bundles() {
        let mut moment = Moment::rest(0.25, 0, Mask::VOICE_OWNS_THE_MOUTH);
        moment.face.set(Shape::JawOpen, 0.25);
        (moment.visemes[0], moment.visemes[10]) = (0.5, 0.5);
        let options = VmcOptions { bundles: false, clips: Clips::Vrm1, ..VmcOptions::default() };
        let found = written(options, &moment);
        assert_eq!(found.len(), 5 + 11 + 3);
        assert_eq!(found[0], b"/VMC/Ext/Blend/Val\0\0,sf\0aa\0\0\x3f\0\0\0");
        assert_eq!(found[5], b"/VMC/Ext/Blend/Val\0\0,sf\0JawOpen\0\x3e\x80\0\0");
        assert_eq!(found[16], b"/VMC/Ext/Blend/Apply\0\0\0\0,\0\0\0");
        assert_eq!(found[17], b"/VMC/Ext/OK\0,i\0\0\0\0\0\x01");
        assert_eq!(found[18], b"/VMC/Ext/T\0\0,f\0\0\x3e\x80\0\0");
    }

    #[test]
    fn the_gaze_is_sent_once() {
        let names = |options: VmcOptions, mask| {
            let datagrams = written(VmcOptions { bundles: false, ..options }, &Moment::rest(0.0, 0, mask));
            let starts = |start: &[u8]| datagrams.iter().filter(|one| one.starts_with(start)).count();
            [
                starts(b"/VMC/Ext/Set/Eye"),
                starts(b"/VMC/Ext/Blend/Val\0\0,sf\0EyeLook"),
                starts(b"/VMC/Ext/Bone"),
            ]
        };
        let whole = Mask::default();
        assert_eq!(names(VmcOptions::default(), whole), [0, 8, 0]);
        assert_eq!(names(silent(), whole), [1, 0, 0]);
        assert_eq!(names(silent(), Mask { eyes: false, ..whole }), [0, 0, 0]);
        let performer = |options: VmcOptions| VmcOptions { performer: true, ..options };
        assert_eq!(names(performer(silent()), whole), [0, 0, 4]);
        assert_eq!(names(performer(VmcOptions::default()), whole), [0, 8, 2]);
        let no_eyes = Mask { eyes: false, ..whole };
        assert_eq!(names(performer(silent()), no_eyes), [0, 0, 2]);
    }

    #[test]
    fn events_only_where_they_are_wanted() {
        for events in [false, true] {
            let mut out = Packets::default();
            let mut encoder = VmcEncoder::new(VmcOptions { events, ..VmcOptions::default() });
            encoder.event(&WireEvent::Finished, 1.0, &mut out).expect("encodes");
            assert_eq!(out.is_empty(), !events);
        }
    }

    #[test]
    fn rest_reaches_what_a_mask_has_taken_away() {
        let mut encoder = VmcEncoder::new(VmcOptions { bundles: false, ..VmcOptions::default() });
        let mut count = |moment: &Moment| {
            let mut out = Packets::default();
            encoder.face(moment, &mut out).expect("encodes");
            out.iter().count()
        };
        let spoken = |mask| Moment { rest: false, ..Moment::rest(0.0, 0, mask) };
        let whole = count(&spoken(Mask::default()));
        assert!(count(&spoken(Mask::VOICE_OWNS_THE_MOUTH)) < whole);
        assert_eq!(count(&Moment::rest(0.0, 2, Mask::VOICE_OWNS_THE_MOUTH)), whole);
    }
}
