//! Real time or a bounce: modes that do not exist are refused instead of taken for one that does.

use super::extension::inner_call;
use super::guard::edge;
use clap_sys::ext::render::{
    CLAP_EXT_RENDER, CLAP_RENDER_OFFLINE, CLAP_RENDER_REALTIME, clap_plugin_render, clap_plugin_render_mode,
};
use clap_sys::plugin::clap_plugin;

/// The extension.
pub(super) static RENDER: clap_plugin_render =
    clap_plugin_render { has_hard_realtime_requirement: Some(needs_real_time), set: Some(set) };

unsafe extern "C" fn needs_real_time(_plugin: *const clap_plugin) -> bool {
    false
}

unsafe extern "C" fn set(plugin: *const clap_plugin, mode: clap_plugin_render_mode) -> bool {
    // SAFETY: hosts pass the pointer that `create` gave them.
    edge(false, || unsafe {
        matches!(mode, CLAP_RENDER_REALTIME | CLAP_RENDER_OFFLINE)
            && inner_call!(plugin, CLAP_EXT_RENDER, clap_plugin_render, set(mode)) == Some(true)
    })
}
