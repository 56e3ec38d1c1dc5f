//! VMC: one face as OSC datagrams (sh-akira/VirtualMotionCaptureProtocol, performer to marionette).
//!
//! Per face, in this order:
//!
//! | Address | Arguments | |
//! |---|---|---|
//! | `/VMC/Ext/Blend/Val` | `s` name, `f` 0..=1 | the 12 clips of [`crate::vrm0`], then the 52 ARKit shapes in PascalCase, always all |
//! | `/VMC/Ext/Blend/Apply` | none | the values above take effect |
//! | `/VMC/Ext/OK` | `i` 1 | the sender is alive |
//! | `/VMC/Ext/T` | `f` seconds | the sender's clock; once per face, as some receivers drop faces above 30 per picture |
//!
//! In bundles: `Val... | Val... Apply | OK T`, timetag "immediate", at most [`MAX_DATAGRAM_BYTES`] each.
//! Receivers that cannot read bundles get every message in a datagram of its own. Type tags are `s`, `f` and
//! `i` only: a receiver may lose its place in a packet at others.

use crate::vrm0::{self, CLIP_NAMES, unit};
use psivox_core::face::{BLENDSHAPE_NAMES, BlendshapeFrame, pascal_case};
use rosc::{OscBundle, OscError, OscMessage, OscPacket, OscTime, OscType, encoder};

/// Largest UDP payload of an Ethernet packet: 1,500 bytes less 20 of IP and 8 of UDP.
pub const MAX_DATAGRAM_BYTES: usize = 1472;

/// The OSC timetag "immediate": receivers ignore others, so timing is the sender's task.
const IMMEDIATELY: OscTime = OscTime { seconds: 0, fractional: 1 };

/// `#bundle`, its terminating zero and the timetag.
const BUNDLE_HEAD_BYTES: usize = 16;

/// The length that stands before each message of a bundle.
const ELEMENT_HEAD_BYTES: usize = 4;

/// What a receiver can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VmcOptions {
    /// Whether messages travel in bundles; off for receivers that cannot read them.
    pub bundles: bool,
    /// Whether the VRM 0 clips are sent too; off for a model that has both them and the ARKit clips and
    /// would move twice.
    pub vrm0_clips: bool,
}

impl Default for VmcOptions {
    fn default() -> Self {
        Self { bundles: true, vrm0_clips: true }
    }
}

/// The datagrams of one face at `time_s` seconds on the sender's clock.
///
/// # Errors
/// Those of the OSC library; none of the values sent here causes one.
pub fn encode(frame: &BlendshapeFrame, time_s: f32, options: VmcOptions) -> Result<Vec<Vec<u8>>, OscError> {
    let [face, status] = messages(frame, time_s, options);
    if !options.bundles {
        return face.into_iter().chain(status).map(|message| encoder::encode(&message)).collect();
    }
    let mut datagrams = bundles(face)?;
    datagrams.extend(bundles(status)?);
    Ok(datagrams)
}

/// The face up to its `Apply`, and what is said about the sender.
fn messages(frame: &BlendshapeFrame, time_s: f32, options: VmcOptions) -> [Vec<OscPacket>; 2] {
    let clips = CLIP_NAMES.iter().zip(vrm0::clips(frame)).filter(|_| options.vrm0_clips);
    let shapes = BLENDSHAPE_NAMES.iter().zip(frame.shapes);
    let mut face: Vec<OscPacket> = clips.map(|(name, value)| blend((*name).to_owned(), value)).collect();
    face.extend(shapes.map(|(name, value)| blend(pascal_case(name), value)));
    face.push(message("/VMC/Ext/Blend/Apply", Vec::new()));
    let time_s = if time_s.is_finite() { time_s.max(0.0) } else { 0.0 };
    let status = vec![
        message("/VMC/Ext/OK", vec![OscType::Int(1)]),
        message("/VMC/Ext/T", vec![OscType::Float(time_s)]),
    ];
    [face, status]
}

fn blend(name: String, value: f32) -> OscPacket {
    message("/VMC/Ext/Blend/Val", vec![OscType::String(name), OscType::Float(unit(value))])
}

fn message(addr: &str, args: Vec<OscType>) -> OscPacket {
    OscPacket::Message(OscMessage { addr: addr.to_owned(), args })
}

/// Packs messages into as few bundles as their order allows.
fn bundles(messages: Vec<OscPacket>) -> Result<Vec<Vec<u8>>, OscError> {
    let mut datagrams = Vec::new();
    let mut content = Vec::new();
    let mut size = BUNDLE_HEAD_BYTES;
    for message in messages {
        let element = ELEMENT_HEAD_BYTES + encoder::encode(&message)?.len();
        if size + element > MAX_DATAGRAM_BYTES {
            datagrams.push(bundle(std::mem::take(&mut content))?);
            size = BUNDLE_HEAD_BYTES;
        }
        size += element;
        content.push(message);
    }
    datagrams.push(bundle(content)?);
    Ok(datagrams)
}

fn bundle(content: Vec<OscPacket>) -> Result<Vec<u8>, OscError> {
    encoder::encode(&OscPacket::Bundle(OscBundle { timetag: IMMEDIATELY, content }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apply_has_an_empty_tag_string() {
        let bytes = encoder::encode(&message("/VMC/Ext/Blend/Apply", Vec::new())).expect("encodes");
        assert_eq!(bytes, b"/VMC/Ext/Blend/Apply\0\0\0\0,\0\0\0");
    }

    #[test]
    fn a_value_as_the_specification_writes_it() {
        let bytes = encoder::encode(&blend("JawOpen".to_owned(), 0.5)).expect("encodes");
        assert_eq!(bytes, b"/VMC/Ext/Blend/Val\0\0,sf\0JawOpen\0\x3f\0\0\0");
    }

    #[test]
    fn an_immediate_bundle_as_osc_writes_it() {
        let bytes = bundle(vec![message("/VMC/Ext/OK", vec![OscType::Int(1)])]).expect("encodes");
        let expected = b"#bundle\0\0\0\0\0\0\0\0\x01\0\0\0\x14/VMC/Ext/OK\0,i\0\0\0\0\0\x01";
        assert_eq!(bytes, expected);
    }

    #[test]
    fn sizes_are_counted_as_the_encoder_writes_them() {
        let parts = messages(&BlendshapeFrame::NEUTRAL, 1.0, VmcOptions::default()).concat();
        let elements: usize =
            parts.iter().map(|part| ELEMENT_HEAD_BYTES + encoder::encode(part).expect("encodes").len()).sum();
        assert_eq!(bundle(parts).expect("encodes").len(), BUNDLE_HEAD_BYTES + elements);
    }
}
