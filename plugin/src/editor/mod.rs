//! The editor: one file per view, [`model`] as plain data between them and the instance.

mod app;
mod bounce_view;
mod controls_view;
mod coupling_view;
mod face_view;
mod field_view;
mod keys;
pub mod model;
mod osc_view;
mod target_view;
mod text_view;
mod theme;
pub mod trace;
mod trace_view;
mod window;
mod wire_view;

pub use window::{PsivoxEditor, PsivoxHandle};

use crate::channels::{EditorEnds, Shared};
use crate::face_link::FaceLink;
use crate::params::PsivoxParams;
use crate::remote::RemoteHub;
use crate::worker::ReportCell;
use std::sync::{Arc, Mutex};

/// Everything of the instance that the editor looks at.
#[derive(Clone)]
pub struct Sources {
    /// What the project keeps.
    pub params: Arc<PsivoxParams>,
    /// Flags of all threads.
    pub shared: Arc<Shared>,
    /// The way of the face into the network.
    pub link: Arc<FaceLink>,
    /// Orders from outside.
    pub remote: Arc<RemoteHub>,
    /// What the worker says about the line.
    pub report: ReportCell,
    /// Clicks out, faces in.
    pub ends: Arc<Mutex<EditorEnds>>,
}
