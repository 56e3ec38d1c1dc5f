//! The factory of instances.

use super::guard::edge;
use super::instance;
use crate::Psivox;
use clap_sys::factory::plugin_factory::clap_plugin_factory;
use clap_sys::host::clap_host;
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use nice_plug::wrapper::clap::PluginDescriptor;
use std::ffi::{CStr, c_char};
use std::sync::OnceLock;

/// The factory.
pub(super) static FACTORY: clap_plugin_factory = clap_plugin_factory {
    get_plugin_count: Some(count_plugins),
    get_plugin_descriptor: Some(get_descriptor),
    create_plugin: Some(create),
};

fn descriptor() -> &'static PluginDescriptor {
    static DESCRIPTOR: OnceLock<PluginDescriptor> = OnceLock::new();
    DESCRIPTOR.get_or_init(PluginDescriptor::for_plugin::<Psivox>)
}

unsafe extern "C" fn count_plugins(_factory: *const clap_plugin_factory) -> u32 {
    1
}

unsafe extern "C" fn get_descriptor(
    _factory: *const clap_plugin_factory,
    index: u32,
) -> *const clap_plugin_descriptor {
    edge(
        std::ptr::null(),
        || if index == 0 { descriptor().clap_plugin_descriptor() } else { std::ptr::null() },
    )
}

unsafe extern "C" fn create(
    _factory: *const clap_plugin_factory,
    host: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    // SAFETY: hosts pass a terminated string, and a host that outlives the plugin.
    if host.is_null() || id.is_null() || unsafe { CStr::from_ptr(id) } != descriptor().clap_id() {
        return std::ptr::null();
    }
    edge(std::ptr::null(), || unsafe { instance::create(host) })
}
