//! What happened, as OSC of our own beside the face: one message in a datagram of its own, so that receivers of VMC, which
//! skip addresses they do not know, lose nothing.
//!
//! | Address | Arguments | |
//! |---|---|---|
//! | `/psivox/surprise` | `s` source, `f` epsilon, `f` tau, `f` seconds | a forecast failed: whose, by how much, over which threshold, when on the clock of `/VMC/Ext/T` |

use psivox_core::field::SurpriseEvent;
use rosc::{OscError, OscMessage, OscPacket, OscType, encoder};

/// Address of a surprise.
pub const SURPRISE_ADDRESS: &str = "/psivox/surprise";

/// The datagram of a surprise at `time_s` seconds on the sender's clock.
///
/// # Errors
/// Those of the OSC library; none of the values sent here causes one.
pub fn encode(surprise: &SurpriseEvent, time_s: f32) -> Result<Vec<u8>, OscError> {
    // Receivers may draw what they get: numbers only.
    let number = |x: f32| OscType::Float(if x.is_finite() { x.max(0.0) } else { 0.0 });
    let args = vec![
        OscType::String(surprise.source.name().to_owned()),
        number(surprise.epsilon),
        number(surprise.tau),
        number(time_s),
    ];
    encoder::encode(&OscPacket::Message(OscMessage { addr: SURPRISE_ADDRESS.to_owned(), args }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::field::SurpriseSource;

    fn surprise(source: SurpriseSource, epsilon: f32) -> SurpriseEvent {
        SurpriseEvent { time_samples: 4_800, source, epsilon, tau: 2.5 }
    }

    #[test]
    fn a_surprise_as_osc_writes_it() {
        let bytes = encode(&surprise(SurpriseSource::Prosody, 4.0), 1.5).expect("encodes");
        let expected = b"/psivox/surprise\0\0\0\0,sfff\0\0\0prosody\0\x40\x80\0\0\x40\x20\0\0\x3f\xc0\0\0";
        assert_eq!(bytes, expected);
    }

    #[test]
    fn nonsense_becomes_a_number() {
        let of = |epsilon, time_s| {
            encode(&surprise(SurpriseSource::Automation, epsilon), time_s).expect("encodes")
        };
        assert_eq!(of(f32::NAN, f32::INFINITY), of(0.0, 0.0));
    }
}
