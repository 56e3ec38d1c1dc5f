//! The extensions that an instance offers: ours, those that stand before the framework's, and the framework's own.
//!
//! Handed on as they are: audio ports, their configurations, latency, tail, remote controls, voice info. The framework
//! looks at every pointer and index that they take.

use super::guard::edge;
use super::instance::Instance;
use super::{gui, note_ports, params, presets, render, state, track, vst3};
use clap_sys::ext::gui::CLAP_EXT_GUI;
use clap_sys::ext::note_ports::CLAP_EXT_NOTE_PORTS;
use clap_sys::ext::params::CLAP_EXT_PARAMS;
use clap_sys::ext::render::CLAP_EXT_RENDER;
use clap_sys::ext::state::CLAP_EXT_STATE;
use clap_sys::ext::track_info::CLAP_EXT_TRACK_INFO;
use clap_sys::plugin::clap_plugin;
use std::ffi::{CStr, c_char, c_void};

/// What an instance offers, by name.
pub(super) unsafe extern "C" fn get_extension(
    plugin: *const clap_plugin,
    id: *const c_char,
) -> *const c_void {
    edge(std::ptr::null(), || {
        // SAFETY: hosts pass the pointer that `create` gave them, and a terminated string; the framework's function gets
        // what the host gave.
        let instance = unsafe { Instance::of(plugin) };
        let Some(instance) = instance.filter(|_| !id.is_null()) else { return std::ptr::null() };
        let name = unsafe { CStr::from_ptr(id) };
        if name == CLAP_EXT_STATE {
            (&raw const state::STATE).cast()
        } else if name == CLAP_EXT_PARAMS {
            (&raw const params::PARAMS).cast()
        } else if name == CLAP_EXT_RENDER {
            (&raw const render::RENDER).cast()
        } else if name == CLAP_EXT_TRACK_INFO {
            (&raw const track::TRACK_INFO).cast()
        } else if name == CLAP_EXT_GUI {
            if instance.host_has_gui() { (&raw const gui::GUI).cast() } else { std::ptr::null() }
        } else if name == CLAP_EXT_NOTE_PORTS {
            (&raw const note_ports::NOTE_PORTS).cast()
        } else if presets::is_load(name) {
            (&raw const presets::LOAD).cast()
        } else if name == vst3::TRAITS_ID {
            (&raw const vst3::TRAITS).cast()
        } else {
            unsafe { (instance.inner.get_extension)(plugin, id) }
        }
    })
}

/// The framework's own version of an extension.
///
/// # Safety
/// `T` must be the extension's type and `plugin` alive.
pub(super) unsafe fn inner_extension<T>(plugin: *const clap_plugin, id: &CStr) -> Option<&'static T> {
    unsafe {
        let inner = Instance::of(plugin)?.inner;
        (inner.get_extension)(plugin, id.as_ptr()).cast::<T>().as_ref()
    }
}

/// Calls a function of the framework's version of an extension; none if there is no such function.
macro_rules! inner_call {
    ($plugin:expr, $id:expr, $table:ty, $function:ident($($argument:expr),*)) => {
        $crate::entry::extension::inner_extension::<$table>($plugin, $id)
            .and_then(|table| table.$function)
            .map(|function| function($plugin $(, $argument)*))
    };
}
pub(super) use inner_call;
