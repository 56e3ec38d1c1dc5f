//! Memory as the project's state holds it.

use serde::{Deserialize, Serialize};

/// Layout of [`SavedMemory`].
pub const MEMORY_VERSION: u32 = 1;

/// What is saved.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SavedMemory {
    /// [`MEMORY_VERSION`].
    pub version: u32,
    /// Whether what was said is kept beside how it was said.
    #[serde(default = "yes")]
    pub keeps_texts: bool,
    /// One text for each memory, each with a checksum of its own ([`psivox_core::memory::MemoryBank::to_texts`]).
    #[serde(default)]
    pub records: Vec<String>,
}

fn yes() -> bool {
    true
}

impl Default for SavedMemory {
    fn default() -> Self {
        Self { version: MEMORY_VERSION, keeps_texts: true, records: Vec::new() }
    }
}

impl SavedMemory {
    /// Whether this version can read it.
    ///
    /// # Errors
    /// A newer version wrote it.
    pub fn check(&self) -> Result<(), String> {
        if self.version > MEMORY_VERSION {
            return Err(format!(
                "its memory is of version {}, this Psivox reads up to {MEMORY_VERSION}; update Psivox",
                self.version
            ));
        }
        Ok(())
    }
}
