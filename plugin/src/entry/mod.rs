//! The CLAP entry point, written by hand where the framework's own would fall short:
//!
//! - A state is looked at before it is loaded: a malformed one is refused and changes nothing ([`state`]).
//! - Under the VST3 wrapper the note port does not offer the MIDI dialect. With it the wrapper would add some
//!   2,000 hidden parameters (one per controller and channel), which hosts take minutes to load. VST3 hosts
//!   automate the parameters themselves; text by SysEx arrives either way ([`note_ports`]).
//! - A panic never reaches the host. The framework's functions are `extern "C"`, where a panic ends the process: so the
//!   instrument, the editor and what draws stand behind guards ([`guarded`], [`guarded_editor`]), our own functions end
//!   in [`guard::edge`], and what would make the framework itself panic is put right or refused before it sees it
//!   ([`instance`], [`events`], [`outputs`], [`params`], [`gui`], [`render`], [`track`]).
//! - A host without the GUI extension is not offered a GUI: the framework would panic when it is opened.
//! - A parameter change at the end of a block is not lost ([`events`]).
//! - Values that come by OSC act as the host's own would, and the host is told (see `remote_events.rs`).
//! - The VST3 class id is written down instead of derived ([`vst3`]).
//!
//! What a host asks for goes through two tables: [`get_factory`] here and `get_extension` in [`extension`].

mod events;
mod extension;
mod factory;
pub(crate) mod guard;
mod guarded;
pub(crate) mod guarded_editor;
#[cfg(test)]
mod guarded_tests;
mod gui;
mod instance;
mod note_ports;
mod outputs;
mod params;
mod presets;
mod process;
mod render;
mod state;
mod track;
mod vst3;

use crate::Psivox;
use clap_sys::entry::clap_plugin_entry;
use clap_sys::factory::plugin_factory::CLAP_PLUGIN_FACTORY_ID;
use clap_sys::version::CLAP_VERSION;
use guard::edge;
use nice_plug::wrapper::setup_logger;
use std::ffi::{CStr, c_char, c_void};

unsafe extern "C" fn init(_path: *const c_char) -> bool {
    edge(false, || {
        setup_logger::<Psivox>();
        true
    })
}

unsafe extern "C" fn deinit() {}

/// What the library offers as a whole, by name.
unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    if id.is_null() {
        return std::ptr::null();
    }
    // SAFETY: hosts pass a terminated string.
    let id = unsafe { CStr::from_ptr(id) };
    if id == CLAP_PLUGIN_FACTORY_ID {
        (&raw const factory::FACTORY).cast()
    } else if presets::is_factory(id) {
        (&raw const presets::FACTORY).cast()
    } else if id == vst3::FACTORY_INFO_ID {
        (&raw const vst3::FACTORY_INFO).cast()
    } else {
        std::ptr::null()
    }
}

/// What CLAP hosts look for.
#[unsafe(no_mangle)]
#[used]
#[allow(non_upper_case_globals)]
pub static clap_entry: clap_plugin_entry = clap_plugin_entry {
    clap_version: CLAP_VERSION,
    init: Some(init),
    deinit: Some(deinit),
    get_factory: Some(get_factory),
};
