//! Orders that come in over OSC: what can be asked for, how it is read, and the server that listens.
//!
//! | Address | Arguments | What it does |
//! |---|---|---|
//! | `/psivox/speak` | `s` text | speaks the text, after what is being said |
//! | `/psivox/speak/now` | `s` text | speaks the text at once |
//! | `/psivox/line` | `s` text | makes it the project's text, without a sound |
//! | `/psivox/cue` | `i` number from 1, or `s` beginning | speaks one line of the project's text |
//! | `/psivox/trigger` | nothing, a button, or `f` velocity 0 to 1 | speaks the project's text |
//! | `/psivox/stop` | nothing or a button | ends what is being said |
//! | `/psivox/panic` | nothing or a button | ends it at once, and the face rests |
//! | `/psivox/param/<id>` | `f i d h T F s` | sets a parameter, in its own unit or by the name of a choice |
//! | `/psivox/param/<id>/normalized` | `f i d h` 0 to 1 | sets a parameter by its share of its range |
//! | `/psivox/memory/remember` | `s` name | keeps the last line under a name |
//! | `/psivox/memory/recall` | `s` name or words, `f` share | speaks like it from now on; empty words let go |
//! | `/psivox/memory/replay` | `s` name or words | says it again, bit by bit |
//! | `/psivox/memory/forget` | `s` name or number | forgets it |
//! | `/psivox/target/<n>/on` | `T F i f` | switches a target (number from 1, or name with `_` for what no address can have) on or off |
//!
//! OSC 1.0 lets an address either act or hold others, and some controllers insist on it. For them the two that stand
//! below another have a second name: `/psivox/speak_now` and `/psivox/normalized/<id>`, which OSCQuery shows.
//!
//! A button is what a control surface sends: `T`, `I`, `N` or a number above 0 when it is pressed, `F` or 0 when it
//! is let go, which does nothing. Integers stand for floats everywhere. Time tags are ignored: all acts at once.

mod error;
mod limit;
mod orders;
mod parameter;
pub mod parse;
mod schema;
mod server;

pub use error::InboundError;
pub use limit::Allowance;
pub use orders::OrderReceiver;
pub use parameter::{ParameterBoard, ParameterInfo};
pub use parse::{MAX_DATAGRAM_BYTES, MAX_DEPTH, MAX_MESSAGES};
pub use schema::{Cue, Inbound, MemoryCommand, TargetName};
pub use server::{InboundConfig, InboundServer, InboundStatus};
