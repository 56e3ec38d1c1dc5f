//! What happens besides the faces, as OSC: one message in a datagram of its own, never in a bundle.
//!
//! | Address | Arguments | When |
//! |---|---|---|
//! | `/psivox/line` | `s` text, `f` duration, `f` time | a line begins |
//! | `/psivox/word` | `s` word, `i` index in the line, `f` duration, `f` time | a word begins |
//! | `/psivox/phone` | `s` IPA symbol, `f` duration, `f` time | a phone begins |
//! | `/psivox/viseme` | `i` index, `s` name (Oculus), `f` time | the mouth picture changes |
//! | `/psivox/mark` | `s` name, `f` time | a mark of the text is reached |
//! | `/psivox/surprise` | `s` source, `f` error, `f` threshold, `f` time | something came otherwise than foretold |
//! | `/psivox/end` | `f` time | the last line has ended |
//!
//! Times are seconds on the sender's clock, durations seconds at the pace that the line was planned with.

use super::{OscBatch, Packets};
use crate::WireError;
use crate::event::WireEvent;
use rosc::OscType;

/// Longest text of a line or word in bytes: what fits a datagram with room to spare.
const MAX_TEXT_BYTES: usize = 1_200;

/// Writes an event.
///
/// # Errors
/// Those of the OSC library; none of the values sent here causes one.
pub fn write(event: &WireEvent, time_s: f64, out: &mut Packets) -> Result<(), WireError> {
    let number = |x: f32| OscType::Float(if x.is_finite() { x.max(0.0) } else { 0.0 });
    let time = number(time_s as f32);
    let mut tell = |address: &str, args: Vec<OscType>| {
        let mut one = OscBatch::default();
        one.add(address, args);
        one.write(false, out)
    };
    match event {
        WireEvent::Line { text, duration_s } => {
            tell("/psivox/line", vec![words(text), number(*duration_s), time])
        }
        WireEvent::Word { word, index, duration_s } => {
            let index = OscType::Int(i32::try_from(*index).unwrap_or(i32::MAX));
            tell("/psivox/word", vec![words(word), index, number(*duration_s), time])
        }
        WireEvent::Phone { symbol, viseme, duration_s } => {
            let symbol = OscType::String(symbol.to_string());
            tell("/psivox/phone", vec![symbol, number(*duration_s), time.clone()])?;
            let picture = vec![OscType::Int(*viseme as i32), OscType::String(viseme.name().to_owned()), time];
            tell("/psivox/viseme", picture)
        }
        WireEvent::Mark { name } => tell("/psivox/mark", vec![words(name), time]),
        WireEvent::Surprise(surprise) => {
            let source = OscType::String(surprise.source.name().to_owned());
            tell("/psivox/surprise", vec![source, number(surprise.epsilon), number(surprise.tau), time])
        }
        WireEvent::Finished => tell("/psivox/end", vec![time]),
    }
}

/// A text that fits, cut between two letters. OSC strings end at a zero, so there is none inside.
fn words(text: &str) -> OscType {
    let mut end = text.len().min(MAX_TEXT_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    OscType::String(text[..end].replace('\0', " "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::MAX_DATAGRAM_BYTES;
    use psivox_core::field::{SurpriseEvent, SurpriseSource};
    use psivox_core::phone::Viseme;

    fn written(event: &WireEvent, time_s: f64) -> Vec<Vec<u8>> {
        let mut out = Packets::default();
        write(event, time_s, &mut out).expect("encodes");
        out.iter().map(|(_, datagram)| datagram.to_vec()).collect()
    }

    fn surprise(source: SurpriseSource, epsilon: f32) -> WireEvent {
        WireEvent::Surprise(SurpriseEvent { time_samples: 4_800, source, epsilon, tau: 2.5 })
    }

    #[test]
    fn a_surprise_as_osc_writes_it() {
        let bytes = written(&surprise(SurpriseSource::Prosody, 4.0), 1.5);
        let expected = b"/psivox/surprise\0\0\0\0,sfff\0\0\0prosody\0\x40\x80\0\0\x40\x20\0\0\x3f\xc0\0\0";
        assert_eq!(bytes, [expected]);
    }

    #[test]
    fn a_phone_brings_its_viseme() {
        let bytes = written(&WireEvent::Phone { symbol: 'ə', viseme: Viseme::Aa, duration_s: 0.5 }, 1.0);
        assert_eq!(bytes.len(), 2);
        assert_eq!(bytes[0], b"/psivox/phone\0\0\0,sff\0\0\0\0\xc9\x99\0\0\x3f\0\0\0\x3f\x80\0\0");
        assert_eq!(bytes[1], b"/psivox/viseme\0\0,isf\0\0\0\0\0\0\0\x0aaa\0\0\x3f\x80\0\0");
    }

    #[test]
    fn nonsense_becomes_a_number_and_long_texts_fit() {
        let of = |epsilon, time_s| written(&surprise(SurpriseSource::Automation, epsilon), time_s);
        assert_eq!(of(f32::NAN, f64::INFINITY), of(0.0, 0.0));
        let long = WireEvent::Line { text: "ä\0".repeat(50_000), duration_s: 1.0 };
        let bytes = written(&long, 0.0);
        assert!(bytes[0].len() <= MAX_DATAGRAM_BYTES);
        assert!(rosc::decoder::decode_udp(&bytes[0]).is_ok());
    }
}
