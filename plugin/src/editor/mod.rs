//! The editor: one file per view, [`model`] as plain data between them and the instance.

pub mod activity;
mod app;
mod bar;
mod bounce_view;
mod bring_in;
mod controls_view;
mod coupling_view;
pub mod eigen_view;
mod emotion_bar;
pub mod emotion_pad;
pub mod emotion_trail;
mod face_lips;
mod face_parts;
pub mod face_view;
mod fonts;
#[cfg(test)]
mod harness;
mod head;
mod header_view;
mod help_view;
mod hint_view;
pub mod key_steps;
mod keyboard_view;
mod keys;
mod links_view;
pub mod matrix_view;
pub mod memory_blend;
pub mod memory_board;
pub mod memory_chosen;
pub mod memory_course;
pub mod memory_labels;
pub mod memory_list;
pub mod memory_live;
pub mod memory_map;
pub mod memory_pad;
pub mod memory_paint;
pub mod memory_place;
#[cfg(test)]
mod memory_sample;
pub mod memory_side;
pub mod memory_sign;
pub mod memory_slots;
#[cfg(test)]
mod memory_tests;
pub mod memory_trace;
pub mod memory_view;
pub mod memory_wish;
pub mod memory_words;
pub mod meters;
pub mod model;
mod model_words;
mod outside;
pub mod page;
mod pages;
pub mod palette;
mod perform_view;
mod persona_file;
mod persona_lists;
mod persona_view;
pub mod phone_sign;
mod phones_view;
#[cfg(test)]
mod pictures;
mod preset_bar;
pub mod psi_trace;
pub mod psi_view;
#[cfg(test)]
mod raster;
pub mod scope_view;
pub mod settings;
mod shortcuts;
mod slide;
mod slots_view;
pub mod sound_trace;
mod sounds;
mod stage_view;
mod tag_menu;
mod target_view;
mod text_marks;
mod text_paint;
mod text_place;
mod text_view;
pub mod theme;
mod transport_view;
mod views;
pub mod wheels_view;
mod window;
#[cfg(test)]
mod window_tests;
mod wire_view;
mod wish;

pub use memory_board::WindowDesk;
pub use window::{PsivoxEditor, PsivoxHandle};

use crate::channels::{EditorEnds, Shared};
use crate::face_link::FaceLink;
use crate::history::HistoryCell;
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
    /// The memories: what the worker shows of them, and what a hand wants of them.
    pub memory: WindowDesk,
    /// What can be taken back.
    pub history: HistoryCell,
    /// Clicks out, faces in.
    pub ends: Arc<Mutex<EditorEnds>>,
}
