//! Note ports: the framework's, without the MIDI dialect under the VST3 wrapper. It writes to what it is given unseen.

use super::extension::inner_extension;
use super::guard::edge;
use super::instance::Instance;
use clap_sys::ext::note_ports::{
    CLAP_EXT_NOTE_PORTS, CLAP_NOTE_DIALECT_CLAP, clap_note_port_info, clap_plugin_note_ports,
};
use clap_sys::plugin::clap_plugin;

/// The extension.
pub(super) static NOTE_PORTS: clap_plugin_note_ports =
    clap_plugin_note_ports { count: Some(count_note_ports), get: Some(get_note_port) };

unsafe extern "C" fn count_note_ports(plugin: *const clap_plugin, is_input: bool) -> u32 {
    edge(0, || unsafe {
        let inner = inner_extension::<clap_plugin_note_ports>(plugin, CLAP_EXT_NOTE_PORTS);
        inner.and_then(|ports| ports.count).map_or(0, |count| count(plugin, is_input))
    })
}

unsafe extern "C" fn get_note_port(
    plugin: *const clap_plugin,
    index: u32,
    is_input: bool,
    info: *mut clap_note_port_info,
) -> bool {
    edge(false, || unsafe {
        let inner = inner_extension::<clap_plugin_note_ports>(plugin, CLAP_EXT_NOTE_PORTS);
        let Some(told) = info.as_mut() else { return false };
        let known = inner.and_then(|ports| ports.get).is_some_and(|get| get(plugin, index, is_input, told));
        if known && Instance::of(plugin).is_some_and(|instance| instance.is_vst3) {
            told.supported_dialects = CLAP_NOTE_DIALECT_CLAP;
        }
        known
    })
}
