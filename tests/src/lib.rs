//! What the test binaries share: measures of sound, and hosts in this process.

pub mod child;
#[cfg(feature = "hosts")]
pub mod clap_rig;
pub mod heap;
#[cfg(feature = "hosts")]
pub mod host;
pub mod listener;
pub mod measure;
#[cfg(feature = "hosts")]
pub mod note_event;
#[cfg(feature = "hosts")]
pub mod osc_ear;
#[cfg(feature = "hosts")]
pub mod parameters;
pub mod process;
#[cfg(feature = "hosts")]
pub mod raw_clap;
#[cfg(feature = "hosts")]
pub mod remembering;
#[cfg(feature = "hosts")]
pub mod surface;
#[cfg(feature = "hosts")]
pub mod vst3_rig;
#[cfg(all(feature = "hosts", target_os = "linux"))]
pub mod x11_window;
