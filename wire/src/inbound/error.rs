//! Why an order from outside was not acted on, in words that say what to send instead.

use crate::osc_guard::OscFault;

/// A datagram that was refused as a whole. Parts that came from outside have been shortened.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum InboundError {
    /// More than is read at once.
    #[error("a datagram of more than {most} bytes is not read; send less text at once")]
    Long {
        /// Most bytes that are read.
        most: usize,
    },
    /// Bytes that are no OSC.
    #[error("not an OSC packet: {fault} at byte {at}")]
    Malformed {
        /// What is wrong.
        fault: OscFault,
        /// Where.
        at: usize,
    },
    /// Bytes that the OSC library refuses, although they are sound.
    #[error("not an OSC packet: a message that cannot be decoded")]
    Undecodable,
    /// Bundles within bundles.
    #[error("bundles inside bundles are read {most} deep; send the messages in one bundle")]
    Deep {
        /// How deep is read.
        most: usize,
    },
    /// A bundle of too many.
    #[error("a bundle of more than {most} messages is not read; send several bundles")]
    Many {
        /// Most messages that are read.
        most: usize,
    },
    /// Type tags that nothing here takes.
    #[error("the type tag '{tag}' is not taken; send i, f, s, T or F")]
    Tag {
        /// The tag.
        tag: char,
    },
    /// An address that nothing listens to.
    #[error(
        "nothing listens to '{address}'; there are /psivox/speak, /psivox/speak/now, /psivox/line, /psivox/cue, /psivox/trigger, /psivox/stop, /psivox/panic, /psivox/memory/..., /psivox/param/ID and /psivox/target/N/on"
    )]
    Address {
        /// The address, shortened.
        address: String,
    },
    /// An address with wildcards.
    #[error("'{address}' is a pattern; write each address out")]
    Pattern {
        /// The address, shortened.
        address: String,
    },
    /// A parameter that does not exist.
    #[error("there is no parameter '{id}'; ask this server for /psivox/param by OSCQuery to see them all")]
    Parameter {
        /// The name, shortened.
        id: String,
    },
    /// Arguments of the wrong kind or number.
    #[error("{address} takes {expected}, not '{found}'")]
    Arguments {
        /// The address, shortened.
        address: String,
        /// What it takes.
        expected: String,
        /// The type tags found, shortened.
        found: String,
    },
    /// A number outside its range, or none at all.
    #[error("{address} takes {low} to {high}{unit}, not {found}")]
    Range {
        /// The address, shortened.
        address: String,
        /// What was found.
        found: f64,
        /// Smallest allowed.
        low: f32,
        /// Largest allowed.
        high: f32,
        /// The unit behind a blank, or nothing.
        unit: String,
    },
    /// A choice that a parameter does not have.
    #[error("{address} takes one of {known}, not '{found}'")]
    Choice {
        /// The address, shortened.
        address: String,
        /// What was found, shortened.
        found: String,
        /// What there is.
        known: String,
    },
    /// No words where words are needed.
    #[error("{address} needs a text with at least one letter")]
    Empty {
        /// The address.
        address: String,
    },
}
