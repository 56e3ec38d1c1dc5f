//! One instance as the host holds it: how it is made, switched and taken away.

use super::extension::get_extension;
use super::guard::edge;
use super::guarded::{Guarded, Watched};
use super::gui;
use super::process::process;
use super::vst3::WRAPPER_VENDOR;
use crate::Psivox;
use crate::remote::{RemoteValues, take_over};
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_host_gui};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_host_params};
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, clap_host_track_info};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use nice_plug::nice_error;
use nice_plug::wrapper::clap::Wrapper;
use std::ffi::CStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::ThreadId;

/// Highest sample rate that the host may ask for, in Hz; the engine has a range of its own within.
const MAX_RATE_HZ: f64 = 1e6;
/// Largest block that the host may announce, in samples.
const MAX_BLOCK: u32 = 1 << 24;

/// The framework's functions that stand behind ours.
#[derive(Clone, Copy)]
pub(super) struct Inner {
    table: clap_plugin,
    pub(super) get_extension:
        unsafe extern "C" fn(*const clap_plugin, *const std::ffi::c_char) -> *const std::ffi::c_void,
    pub(super) process: unsafe extern "C" fn(
        *const clap_plugin,
        *const clap_sys::process::clap_process,
    ) -> clap_sys::process::clap_process_status,
}

/// An instance as the host holds it: our functions, and by `plugin_data` the framework's instance, which is all that the
/// framework reads of it.
#[repr(C)]
pub(super) struct Instance {
    /// First, so that the host's pointer to it is one to the whole.
    table: clap_plugin,
    pub(super) inner: Inner,
    /// Whether the host is the VST3 wrapper.
    pub(super) is_vst3: bool,
    /// Valid as long as the instance.
    pub(super) host: *const clap_host,
    /// What comes by OSC.
    pub(super) values: Option<Arc<RemoteValues>>,
    /// Whether the host has activated it.
    active: AtomicBool,
    /// The thread that has opened a window.
    window: Mutex<Option<ThreadId>>,
}

impl Instance {
    /// The instance behind a host's pointer. Wait-free.
    ///
    /// # Safety
    /// The pointer is null or came from [`create`] and was not destroyed.
    pub(super) unsafe fn of<'a>(plugin: *const clap_plugin) -> Option<&'a Self> {
        unsafe { plugin.cast::<Self>().as_ref() }
    }

    /// Whether the host has activated it. Wait-free.
    pub(super) fn is_active(&self) -> bool {
        self.active.load(Ordering::Acquire)
    }

    /// An extension of the host.
    ///
    /// # Safety
    /// `T` must be the extension's type.
    pub(super) unsafe fn host_extension<T>(&self, name: &CStr) -> Option<&T> {
        // SAFETY: the host keeps its `clap_host` alive as long as the plugin, which asks right now.
        unsafe { self.host.as_ref()?.get_extension?(self.host, name.as_ptr()).cast::<T>().as_ref() }
    }

    /// Whether the host has the GUI extension.
    pub(super) fn host_has_gui(&self) -> bool {
        // SAFETY: the type is the extension's.
        unsafe { self.host_extension::<clap_host_gui>(CLAP_EXT_GUI) }.is_some()
    }

    /// Whether no window is open, or this thread opened it.
    pub(super) fn is_on_its_thread(&self) -> bool {
        let window = *self.window.lock().unwrap_or_else(PoisonError::into_inner);
        window.is_none_or(|thread| thread == std::thread::current().id())
    }

    /// Whether a window is open.
    pub(super) fn has_window(&self) -> bool {
        self.window.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// Notes that this thread has opened or closed the window.
    pub(super) fn note_window(&self, open: bool) {
        let thread = open.then(|| std::thread::current().id());
        *self.window.lock().unwrap_or_else(PoisonError::into_inner) = thread;
    }

    /// Whether every function is there that the framework calls without a look.
    fn host_is_whole(&self) -> bool {
        // SAFETY: the types are the extensions'.
        unsafe {
            let gui = self.host_extension::<clap_host_gui>(CLAP_EXT_GUI);
            let params = self.host_extension::<clap_host_params>(CLAP_EXT_PARAMS);
            let track = self.host_extension::<clap_host_track_info>(CLAP_EXT_TRACK_INFO);
            gui.is_none_or(|gui| gui.request_resize.is_some() && gui.closed.is_some())
                && params.is_none_or(|params| params.request_flush.is_some() && params.rescan.is_some())
                && track.is_none_or(|track| track.get.is_some())
        }
    }
}

/// A new instance for a host.
///
/// # Safety
/// The host must outlive what is returned.
pub(super) unsafe fn create(host: *const clap_host) -> *const clap_plugin {
    // SAFETY: the host is valid for the plugin's lifetime, its vendor is null or terminated.
    unsafe {
        let Some(told) = host.as_ref() else { return std::ptr::null() };
        // The framework calls them without a look.
        if told.get_extension.is_none() || told.request_callback.is_none() || told.request_restart.is_none() {
            nice_error!("the host offers no way to its extensions or its main thread; it cannot be used");
            return std::ptr::null();
        }
        let is_vst3 = !told.vendor.is_null() && CStr::from_ptr(told.vendor) == WRAPPER_VENDOR;
        assemble::<Psivox>(host, is_vst3)
    }
}

/// An instance of an instrument: the framework's around the guarded one, and our functions around the framework's.
///
/// # Safety
/// As for [`create`].
pub(super) unsafe fn assemble<P: Watched>(host: *const clap_host, is_vst3: bool) -> *const clap_plugin {
    let wrapper = unsafe { Wrapper::<Guarded<P>>::new(host) };
    // Left there by the instance that the line above made.
    let values = take_over();
    let table = *wrapper.clap_plugin.borrow();
    let (Some(get_inner), Some(process_inner)) = (table.get_extension, table.process) else {
        return std::ptr::null();
    };
    let inner = Inner { table, get_extension: get_inner, process: process_inner };
    if let Some(values) = &values {
        values.set_host(host);
    }
    let table = clap_plugin {
        init: Some(init),
        destroy: Some(destroy),
        activate: Some(activate),
        deactivate: Some(deactivate),
        start_processing: Some(start_processing),
        stop_processing: Some(stop_processing),
        reset: Some(reset),
        process: Some(process),
        get_extension: Some(get_extension),
        on_main_thread: Some(on_main_thread),
        ..table
    };
    // The framework's `destroy` turns what `plugin_data` points to back into an `Arc`, ours the box.
    let _ = Arc::into_raw(wrapper);
    let (active, window) = (AtomicBool::new(false), Mutex::new(None));
    Box::into_raw(Box::new(Instance { table, inner, is_vst3, host, values, active, window })).cast()
}

// SAFETY: in all that follow: hosts pass the pointer that `create` gave them.

unsafe extern "C" fn init(plugin: *const clap_plugin) -> bool {
    edge(false, || unsafe {
        let Some(instance) = Instance::of(plugin) else { return false };
        if !instance.host_is_whole() {
            nice_error!("the host offers an extension without its functions; it cannot be used");
            return false;
        }
        instance.inner.table.init.is_some_and(|init| init(plugin))
    })
}

unsafe extern "C" fn activate(plugin: *const clap_plugin, rate_hz: f64, least: u32, most: u32) -> bool {
    edge(false, || unsafe {
        let Some(instance) = Instance::of(plugin).filter(|instance| !instance.is_active()) else {
            return false;
        };
        if !(rate_hz > 0.0 && rate_hz <= MAX_RATE_HZ && most > 0 && least <= most && most <= MAX_BLOCK) {
            nice_error!("cannot play at {rate_hz} Hz in blocks of {least} to {most} samples");
            return false;
        }
        let activated = instance.inner.table.activate;
        let active = activated.is_some_and(|activate| activate(plugin, rate_hz, least, most));
        instance.active.store(active, Ordering::Release);
        active
    })
}

unsafe extern "C" fn deactivate(plugin: *const clap_plugin) {
    edge((), || unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        if !instance.is_active() {
            return;
        }
        // A latency that changed in the last block waits for the main thread. Now it becomes a wish to start anew;
        // afterwards the framework would tell the host in a state in which CLAP forbids it.
        on_main_thread(plugin);
        instance.active.store(false, Ordering::Release);
        if let Some(deactivate) = instance.inner.table.deactivate {
            deactivate(plugin);
        }
    });
}

unsafe extern "C" fn start_processing(plugin: *const clap_plugin) -> bool {
    edge(false, || unsafe {
        let instance = Instance::of(plugin).filter(|instance| instance.is_active());
        instance.and_then(|instance| instance.inner.table.start_processing).is_some_and(|start| start(plugin))
    })
}

unsafe extern "C" fn stop_processing(plugin: *const clap_plugin) {
    edge((), || unsafe {
        if let Some(stop) = Instance::of(plugin).and_then(|instance| instance.inner.table.stop_processing) {
            stop(plugin);
        }
    });
}

unsafe extern "C" fn reset(plugin: *const clap_plugin) {
    edge((), || unsafe {
        if let Some(reset) = Instance::of(plugin).and_then(|instance| instance.inner.table.reset) {
            reset(plugin);
        }
    });
}

unsafe extern "C" fn on_main_thread(plugin: *const clap_plugin) {
    edge((), || unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        if let Some(values) = &instance.values {
            values.tell_dirty();
        }
        if instance.is_on_its_thread()
            && let Some(act) = instance.inner.table.on_main_thread
        {
            act(plugin);
        }
    });
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    edge((), || unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        deactivate(plugin);
        gui::close(plugin);
        if instance.has_window() {
            nice_error!(
                "the host unloads in another thread than the one that opened the window; it stays loaded"
            );
            return;
        }
        // `create` made the box, and a host destroys once. The framework's instance goes first: its worker may still
        // speak to the host.
        if let Some(destroy) = instance.inner.table.destroy {
            destroy(plugin);
        }
        drop(Box::from_raw(plugin.cast_mut().cast::<Instance>()));
    });
}
