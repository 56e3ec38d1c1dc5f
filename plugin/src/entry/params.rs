//! Parameters: the framework's, asked only what it can answer.

use super::extension::inner_call;
use super::guard::edge;
use super::process::flush;
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params};
use clap_sys::id::clap_id;
use clap_sys::plugin::clap_plugin;
use std::ffi::c_char;

/// The extension.
pub(super) static PARAMS: clap_plugin_params = clap_plugin_params {
    count: Some(count),
    get_info: Some(get_info),
    get_value: Some(get_value),
    value_to_text: Some(value_to_text),
    text_to_value: Some(text_to_value),
    flush: Some(flush),
};

unsafe extern "C" fn count(plugin: *const clap_plugin) -> u32 {
    // SAFETY: here and below: hosts pass the pointer that `create` gave them.
    edge(0, || unsafe { inner_call!(plugin, CLAP_EXT_PARAMS, clap_plugin_params, count()).unwrap_or(0) })
}

unsafe extern "C" fn get_info(plugin: *const clap_plugin, index: u32, info: *mut clap_param_info) -> bool {
    // The framework looks one too far: asked for the index that is the count it would panic.
    edge(false, || unsafe {
        index < count(plugin)
            && inner_call!(plugin, CLAP_EXT_PARAMS, clap_plugin_params, get_info(index, info)) == Some(true)
    })
}

unsafe extern "C" fn get_value(plugin: *const clap_plugin, id: clap_id, value: *mut f64) -> bool {
    edge(false, || unsafe {
        inner_call!(plugin, CLAP_EXT_PARAMS, clap_plugin_params, get_value(id, value)) == Some(true)
    })
}

unsafe extern "C" fn value_to_text(
    plugin: *const clap_plugin,
    id: clap_id,
    value: f64,
    display: *mut c_char,
    size: u32,
) -> bool {
    edge(false, || unsafe {
        let room = !display.is_null() && size > 0;
        room && value.is_finite()
            && inner_call!(
                plugin,
                CLAP_EXT_PARAMS,
                clap_plugin_params,
                value_to_text(id, value, display, size)
            ) == Some(true)
    })
}

unsafe extern "C" fn text_to_value(
    plugin: *const clap_plugin,
    id: clap_id,
    display: *const c_char,
    value: *mut f64,
) -> bool {
    edge(false, || unsafe {
        let understood =
            inner_call!(plugin, CLAP_EXT_PARAMS, clap_plugin_params, text_to_value(id, display, value));
        understood == Some(true) && value.as_ref().is_some_and(|value| value.is_finite())
    })
}
