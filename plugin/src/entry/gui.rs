//! The window: the framework's, asked only what it can answer and only by the thread that opened it, because it panics
//! in any other.

use super::extension::inner_call;
use super::guard::edge;
use super::instance::Instance;
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_gui_resize_hints, clap_plugin_gui, clap_window};
use clap_sys::plugin::clap_plugin;
use std::ffi::{CStr, c_char};

/// The largest side of a window in pixels, and the largest scale, that are believed.
const MAX_SIDE: u32 = 16_384;
const MAX_SCALE: f64 = 16.0;

/// The extension.
pub(super) static GUI: clap_plugin_gui = clap_plugin_gui {
    is_api_supported: Some(is_api_supported),
    get_preferred_api: Some(get_preferred_api),
    create: Some(create),
    destroy: Some(destroy),
    set_scale: Some(set_scale),
    get_size: Some(get_size),
    can_resize: Some(can_resize),
    get_resize_hints: Some(get_resize_hints),
    adjust_size: Some(adjust_size),
    set_size: Some(set_size),
    set_parent: Some(set_parent),
    set_transient: Some(set_transient),
    suggest_title: Some(suggest_title),
    show: Some(show),
    hide: Some(hide),
};

/// Asks the framework; false if it has no such function.
macro_rules! ask {
    ($plugin:expr, $function:ident($($argument:expr),*)) => {
        inner_call!($plugin, CLAP_EXT_GUI, clap_plugin_gui, $function($($argument),*)) == Some(true)
    };
}

/// Whether the thread may speak to the window, or would be the first to.
unsafe fn may(plugin: *const clap_plugin) -> bool {
    // SAFETY: here and below: hosts pass the pointer that `create` of the factory gave them.
    unsafe { Instance::of(plugin) }.is_some_and(Instance::is_on_its_thread)
}

fn is_size(width: u32, height: u32) -> bool {
    (1..=MAX_SIDE).contains(&width) && (1..=MAX_SIDE).contains(&height)
}

unsafe extern "C" fn is_api_supported(
    plugin: *const clap_plugin,
    api: *const c_char,
    floating: bool,
) -> bool {
    edge(false, || unsafe { !api.is_null() && ask!(plugin, is_api_supported(api, floating)) })
}

unsafe extern "C" fn get_preferred_api(
    plugin: *const clap_plugin,
    api: *mut *const c_char,
    floating: *mut bool,
) -> bool {
    edge(false, || unsafe { ask!(plugin, get_preferred_api(api, floating)) })
}

unsafe extern "C" fn create(plugin: *const clap_plugin, api: *const c_char, floating: bool) -> bool {
    edge(false, || unsafe {
        if !may(plugin) || !is_api_supported(plugin, api, floating) {
            return false;
        }
        let created = ask!(plugin, create(api, floating));
        if created && let Some(instance) = Instance::of(plugin) {
            instance.note_window(true);
        }
        created
    })
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    edge((), || unsafe { close(plugin) });
}

/// Closes the window, if there is one that this thread may close.
///
/// # Safety
/// The plugin must be alive.
pub(super) unsafe fn close(plugin: *const clap_plugin) {
    unsafe {
        if may(plugin)
            && let Some(instance) = Instance::of(plugin).filter(|instance| instance.has_window())
        {
            inner_call!(plugin, CLAP_EXT_GUI, clap_plugin_gui, destroy());
            instance.note_window(false);
        }
    }
}

unsafe extern "C" fn set_scale(plugin: *const clap_plugin, scale: f64) -> bool {
    edge(false, || unsafe {
        scale > 0.0 && scale <= MAX_SCALE && may(plugin) && ask!(plugin, set_scale(scale))
    })
}

unsafe extern "C" fn get_size(plugin: *const clap_plugin, width: *mut u32, height: *mut u32) -> bool {
    edge(false, || unsafe { may(plugin) && ask!(plugin, get_size(width, height)) })
}

unsafe extern "C" fn can_resize(plugin: *const clap_plugin) -> bool {
    edge(false, || unsafe { may(plugin) && ask!(plugin, can_resize()) })
}

unsafe extern "C" fn get_resize_hints(plugin: *const clap_plugin, hints: *mut clap_gui_resize_hints) -> bool {
    edge(false, || unsafe { may(plugin) && ask!(plugin, get_resize_hints(hints)) })
}

unsafe extern "C" fn adjust_size(plugin: *const clap_plugin, width: *mut u32, height: *mut u32) -> bool {
    edge(false, || unsafe {
        let (Some(wide), Some(high)) = (width.as_mut(), height.as_mut()) else { return false };
        (*wide, *high) = ((*wide).clamp(1, MAX_SIDE), (*high).clamp(1, MAX_SIDE));
        may(plugin) && ask!(plugin, adjust_size(width, height))
    })
}

unsafe extern "C" fn set_size(plugin: *const clap_plugin, width: u32, height: u32) -> bool {
    edge(false, || unsafe { is_size(width, height) && may(plugin) && ask!(plugin, set_size(width, height)) })
}

unsafe extern "C" fn set_parent(plugin: *const clap_plugin, window: *const clap_window) -> bool {
    edge(false, || unsafe {
        let Some(parent) = window.as_ref().filter(|window| !window.api.is_null()) else { return false };
        // No window system has one of that number.
        let nowhere = match CStr::from_ptr(parent.api) {
            api if api == clap_sys::ext::gui::CLAP_WINDOW_API_X11 => parent.specific.x11 == 0,
            _ => parent.specific.ptr.is_null(),
        };
        !nowhere
            && is_api_supported(plugin, parent.api, false)
            && may(plugin)
            && ask!(plugin, set_parent(window))
    })
}

unsafe extern "C" fn set_transient(_plugin: *const clap_plugin, _window: *const clap_window) -> bool {
    // For windows of our own, which hosts are not offered.
    false
}

unsafe extern "C" fn suggest_title(_plugin: *const clap_plugin, _title: *const c_char) {}

unsafe extern "C" fn show(plugin: *const clap_plugin) -> bool {
    edge(false, || unsafe { may(plugin) && ask!(plugin, show()) })
}

unsafe extern "C" fn hide(plugin: *const clap_plugin) -> bool {
    edge(false, || unsafe { may(plugin) && ask!(plugin, hide()) })
}
