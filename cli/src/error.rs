//! Everything that ends the program early, each in one sentence that says what to do.

use psivox_core::engine::EngineError;
use psivox_core::field::FieldError;
use psivox_core::koopman::KoopmanError;
use psivox_core::memory::MemoryError;
use psivox_core::persona::PersonaError;
use psivox_core::planner::PlanError;
use psivox_wire::WireError;
use std::path::PathBuf;

/// Why a command could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The text cannot be spoken.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The persona does not exist.
    #[error(transparent)]
    Persona(#[from] PersonaError),
    /// The engine does not run at this rate.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The field cannot be what was asked for.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// A memory is not there, or cannot be changed so.
    #[error(transparent)]
    Memory(#[from] MemoryError),
    /// What was gathered does not make an expectation.
    #[error("the expectation cannot be fitted: {0}")]
    Expectation(#[from] KoopmanError),
    /// The face cannot be sent.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// The text could not be read from the standard input.
    #[error("the text on the standard input cannot be read: {reason}")]
    Stdin {
        /// What is wrong and what to do.
        reason: String,
    },
    /// Options that do not go together.
    #[error("{0}")]
    Usage(String),
    /// A file or folder could not be read.
    #[error("{} cannot be read: {reason}", path.display())]
    Input {
        /// Which one.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A line of a sentence file is damaged, or its text cannot be spoken.
    #[error("{} line {line}: {reason}", path.display())]
    Line {
        /// The sentence file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// What is wrong and what to do.
        reason: String,
    },
    /// A file or folder could not be written.
    #[error("{} cannot be written: {reason}", path.display())]
    Output {
        /// Which one.
        path: PathBuf,
        /// What is wrong and what to do.
        reason: String,
    },
    /// The result could not be printed.
    #[error("the result could not be printed: {0}")]
    Stdout(std::io::Error),
    /// The engine did not come to an end.
    #[error("the engine did not finish within {limit_s:.0} s; try a shorter text, and report this one")]
    Endless {
        /// How long it was given.
        limit_s: f64,
    },
    /// A port cannot be listened on.
    #[error("{place} cannot be listened on: {reason}")]
    Listen {
        /// Address and port.
        place: String,
        /// What is wrong and what to do.
        reason: String,
    },
    /// No running Psivox answers.
    #[error("{0}")]
    Monitor(String),
    /// Datagrams that should have been sound were not.
    #[error("{count} of {all} datagrams were malformed; the last one: {reason}")]
    Malformed {
        /// How many.
        count: u64,
        /// Of how many.
        all: u64,
        /// What was wrong with the last one.
        reason: String,
    },
    /// The sound cannot be played.
    #[error("the sound cannot be played: {0}")]
    Play(String),
    /// The system gives no thread to plan on.
    #[error("the text cannot be planned while it is spoken: {0}; write a file with -o instead")]
    Thread(std::io::Error),
    /// The user pressed Ctrl-C.
    #[error("stopped; nothing unfinished was left behind")]
    Interrupted,
}

impl CliError {
    /// 130 after Ctrl-C as shells expect, 1 where what was examined is not sound, else 2.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Interrupted => 130,
            Self::Malformed { .. } => 1,
            _ => 2,
        }
    }
}
