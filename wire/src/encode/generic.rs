//! OSC with addresses of one's own: every value a message with one float, for TouchDesigner, extOSC, Resonite, Unreal's OSC,
//! Blender's NodeOSC and whatever else reads flat addresses.
//!
//! | Pattern | `{name}` | Value |
//! |---|---|---|
//! | shape | the 52 ARKit shapes | 0..=1 |
//! | head | yaw, pitch, roll | degrees, + to the person's left, up, to the left shoulder |
//! | emotion | valence, arousal, dominance | -1..=1 |
//! | emotion | intensity, and the twelve modes | 0..=1; `neutral` is what the others leave |
//! | viseme | the fifteen of Oculus | 0..=1, together 1 |
//! | voice | f0_hz | fundamental frequency in Hz, 0 while unvoiced or silent |
//! | voice | speaking | 1 while a line is being spoken, else 0 |
//!
//! The mask leaves out shapes one by one, the head, and the visemes with the mouth.

use super::reach::Reach;
use super::{Encoder, OscBatch, Packets, event};
use crate::event::WireEvent;
use crate::target::{GenericOptions, Group, Names, addresses};
use crate::{Moment, WireError};
use psivox_core::emotion::Mode;

/// Writes OSC with addresses of one's own.
#[derive(Debug)]
pub struct GenericEncoder {
    bundles: bool,
    events: bool,
    shapes: Vec<String>,
    head: Vec<String>,
    emotion: Vec<String>,
    visemes: Vec<String>,
    voice: Vec<String>,
    reach: Reach,
}

impl GenericEncoder {
    /// As the receiver takes it.
    pub fn new(options: &GenericOptions) -> Self {
        Self {
            bundles: options.bundles,
            events: options.events,
            shapes: addresses(&options.shape, &Names::SHAPES),
            head: addresses(&options.head, &Names::HEAD),
            emotion: addresses(&options.emotion, &Names::emotion()),
            visemes: addresses(&options.viseme, &Names::visemes()),
            voice: addresses(&options.voice, &Names::VOICE),
            reach: Reach::default(),
        }
    }
}

impl Encoder for GenericEncoder {
    fn face(&mut self, moment: &Moment, out: &mut Packets) -> Result<(), WireError> {
        let moment = self.reach.cover(moment);
        let mut batch = OscBatch::default();
        for (shape, value) in moment.shapes() {
            // No address where the pattern is empty.
            if let Some(address) = self.shapes.get(shape as usize) {
                batch.float(address, value);
            }
        }
        let mut all = |addresses: &[String], values: &[f32]| {
            for (address, value) in addresses.iter().zip(values) {
                batch.float(address, *value);
            }
        };
        if moment.mask.has(Group::Head) {
            all(&self.head, &moment.face.head_rad.map(f32::to_degrees));
        }
        all(&self.emotion, &emotion(&moment));
        if moment.mask.has(Group::Mouth) {
            all(&self.visemes, &moment.visemes);
        }
        all(&self.voice, &[moment.f0_hz, f32::from(moment.speaking)]);
        batch.write(self.bundles, out)
    }

    fn event(&mut self, event: &WireEvent, time_s: f64, out: &mut Packets) -> Result<(), WireError> {
        if self.events { event::write(event, time_s, out) } else { Ok(()) }
    }
}

/// In the order of [`Names::emotion`].
fn emotion(moment: &Moment) -> Vec<f32> {
    let neutral = (1.0 - moment.moods.total()).max(0.0);
    let mode = |mode| if mode == Mode::Neutral { neutral } else { moment.moods.of(mode) };
    moment.face.emotion.into_iter().chain(Mode::ALL.map(mode)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::target::Mask;
    use psivox_core::emotion::Moods;
    use psivox_core::face::Shape;

    fn written(options: &GenericOptions, moment: &Moment) -> Vec<Vec<u8>> {
        let mut out = Packets::default();
        GenericEncoder::new(options).face(moment, &mut out).expect("encodes");
        out.iter().map(|(_, bytes)| bytes.to_vec()).collect()
    }

    fn nothing() -> GenericOptions {
        let none = String::new;
        GenericOptions {
            shape: none(),
            head: none(),
            emotion: none(),
            viseme: none(),
            voice: none(),
            bundles: false,
            events: false,
        }
    }

    /// Typed from the OSC 1.0 specification.
    #[test]
    fn a_whole_bundle() {
        let mask = Mask { mouth: false, eyes: false, cheeks: false, brows: false, ..Mask::default() };
        let mut moment = Moment::rest(0.0, 0, mask);
        moment.face.set(Shape::TongueOut, 0.5);
        moment.face.head_rad = [0.0, std::f32::consts::PI, 0.0];
        let options = GenericOptions {
            shape: "/f/{Name}/{index}".to_owned(),
            head: "/h/{name}".to_owned(),
            bundles: true,
            ..nothing()
        };
        let expected = b"#bundle\0\0\0\0\0\0\0\0\x01\
            \0\0\0\x18/f/TongueOut/51\0,f\0\0\x3f\0\0\0\
            \0\0\0\x10/h/yaw\0\0,f\0\0\0\0\0\0\
            \0\0\0\x14/h/pitch\0\0\0\0,f\0\0\x43\x34\0\0\
            \0\0\0\x10/h/roll\0,f\0\0\0\0\0\0";
        assert_eq!(written(&options, &moment), [expected]);
    }

    #[test]
    fn modes_and_visemes_have_their_names() {
        let mut moment = Moment::rest(0.0, 0, Mask::default());
        moment.moods = Moods::one(Mode::Excited, 0.75);
        moment.face.emotion = [-1.0, 0.0, 0.0, 0.5];
        let emotion = written(&GenericOptions { emotion: "/e/{name}".to_owned(), ..nothing() }, &moment);
        assert_eq!(emotion.len(), 16);
        assert_eq!(emotion[0], b"/e/valence\0\0,f\0\0\xbf\x80\0\0");
        assert_eq!(emotion[4], b"/e/neutral\0\0,f\0\0\x3e\x80\0\0");
        assert_eq!(emotion[15], b"/e/excited\0\0,f\0\0\x3f\x40\0\0");
        let viseme = GenericOptions { viseme: "/v/{index}/{name}".to_owned(), ..nothing() };
        let visemes = written(&viseme, &moment);
        assert_eq!(visemes.len(), 15);
        assert_eq!(visemes[0], b"/v/0/sil\0\0\0\0,f\0\0\x3f\x80\0\0");
        assert_eq!(visemes[14], b"/v/14/ou\0\0\0\0,f\0\0\0\0\0\0");
        moment.mask.mouth = false;
        assert!(written(&viseme, &moment).is_empty());
    }

    #[test]
    fn the_voice_is_told_as_it_sounds() {
        let mut moment = Moment::rest(0.0, 0, Mask { mouth: false, ..Mask::default() });
        let voice = GenericOptions { voice: "/v/{name}".to_owned(), ..nothing() };
        let silent = [&b"/v/f0_hz\0\0\0\0,f\0\0\0\0\0\0"[..], b"/v/speaking\0,f\0\0\0\0\0\0"];
        assert_eq!(written(&voice, &moment), silent);
        (moment.f0_hz, moment.speaking) = (128.0, true);
        let spoken = [&b"/v/f0_hz\0\0\0\0,f\0\0\x43\0\0\0"[..], b"/v/speaking\0,f\0\0\x3f\x80\0\0"];
        assert_eq!(written(&voice, &moment), spoken);
    }

    #[test]
    fn what_is_empty_is_not_sent() {
        assert!(written(&nothing(), &Moment::rest(0.0, 0, Mask::default())).is_empty());
        let usual = GenericOptions { bundles: false, ..GenericOptions::default() };
        assert_eq!(written(&usual, &Moment::rest(0.0, 0, Mask::default())).len(), 52 + 3 + 16 + 2);
        assert_eq!(written(&usual, &Moment::rest(0.0, 0, Mask::VOICE_OWNS_THE_MOUTH)).len(), 11 + 16 + 2);
    }

    #[test]
    fn events_only_where_they_are_wanted() {
        for events in [false, true] {
            let mut out = Packets::default();
            let options = GenericOptions { events, ..nothing() };
            GenericEncoder::new(&options).event(&WireEvent::Finished, 1.0, &mut out).expect("encodes");
            assert_eq!(out.is_empty(), !events);
        }
    }
}
