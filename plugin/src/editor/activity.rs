//! What an instance is doing, as the window tells it.

/// What the instance is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activity {
    /// The host has not activated the instance.
    Inactive,
    /// Silent and ready.
    Ready,
    /// A note waits for its line to be planned.
    Planning,
    /// Speaking.
    Speaking,
    /// The engine met a defect and is silent until it is reset.
    Faulted,
}

impl Activity {
    /// The word on show.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Inactive => "waiting for the host",
            Self::Ready => "ready",
            Self::Planning => "planning",
            Self::Speaking => "speaking",
            Self::Faulted => "stopped by a defect: reset the host's audio",
        }
    }
}

/// What the flags of the instance say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// The host has activated the instance.
    pub active: bool,
    /// A note waits for its line.
    pub waiting: bool,
    /// The engine has failed.
    pub faulted: bool,
}
