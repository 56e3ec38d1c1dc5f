//! What the text says about how it is to be spoken, made explicit: edits between the voice's networks.
//!
//! ```text
//! phrase ─► phrasing ─► tokens ─► durations ──┬──► units ─► contours ──┬──► frames ─► decoder
//!           breath pauses         of the net  │             of the net │
//!                          focus, parenthesis,│       declination, quotation, parenthesis,
//!                          pauses ────────────┘       exclamation, list, focus, question
//! ```
//! The voice already does most of prosody (accents, declination inside a sentence, final lengthening); each rule adds
//! one thing that it leaves out, tops it up rather than doing it twice, and can be switched off. A neutral statement
//! that stands alone passes untouched, bit for bit. Accents and boundary tones are those of autosegmental-metrical
//! phonology (Pierrehumbert 1980; Ladd 2008, "Intonational Phonology", chapters 3 and 4).

mod contour;
mod declination;
mod exclamation;
mod focus;
mod list;
mod parenthesis;
mod part;
mod pause;
mod phrasing;
mod question;
mod quotation;
mod reading;
mod register;
mod rules;
mod shaping;
mod timeline;

pub use part::Part;
pub use phrasing::{LONGEST_RUN_WORDS, first_part, with_breaths};
pub use rules::{ProsodyRules, RulesError};
pub use shaping::PhraseShaping;
