//! News of the host's track, taken only from a host that can be asked about it.

use super::extension::inner_call;
use super::guard::edge;
use super::instance::Instance;
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, clap_host_track_info, clap_plugin_track_info};
use clap_sys::plugin::clap_plugin;

/// The extension.
pub(super) static TRACK_INFO: clap_plugin_track_info = clap_plugin_track_info { changed: Some(changed) };

unsafe extern "C" fn changed(plugin: *const clap_plugin) {
    // SAFETY: hosts pass the pointer that `create` gave them.
    edge((), || unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        let asked = instance.host_extension::<clap_host_track_info>(CLAP_EXT_TRACK_INFO);
        if instance.is_on_its_thread() && asked.is_some_and(|host| host.get.is_some()) {
            inner_call!(plugin, CLAP_EXT_TRACK_INFO, clap_plugin_track_info, changed());
        }
    });
}
