//! The CLAP entry point, written by hand where the framework's own would fall short:
//!
//! - A state is looked at before it is loaded: a malformed one is refused and changes nothing.
//! - Under the VST3 wrapper the note port does not offer the MIDI dialect. With it the wrapper would add some
//!   2,000 hidden parameters (one per controller and channel), which hosts take minutes to load. VST3 hosts
//!   automate the parameters themselves; text by SysEx arrives either way.
//! - A host without the GUI extension is not offered a GUI: the framework would panic when it is opened.
//! - A parameter change at the end of a block is not lost (see `late_events.rs`).
//! - Values that come by OSC act as the host's own would, and the host is told (see `remote_events.rs`).
//! - The VST3 class id is written down here instead of derived.

use crate::Psivox;
use crate::late_events::InTime;
use crate::remote::{RemoteValues, take_over};
use crate::remote_events::Arrived;
use crate::state::{BLOB_LIMIT_BYTES, check_blob};
use clap_sys::entry::clap_plugin_entry;
use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::gui::CLAP_EXT_GUI;
use clap_sys::ext::note_ports::{
    CLAP_EXT_NOTE_PORTS, CLAP_NOTE_DIALECT_CLAP, clap_note_port_info, clap_plugin_note_ports,
};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_plugin_params};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::{clap_plugin, clap_plugin_descriptor};
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process, clap_process_status};
use clap_sys::stream::{clap_istream, clap_ostream};
use clap_sys::version::CLAP_VERSION;
use nice_plug::nice_error;
use nice_plug::wrapper::clap::{PluginDescriptor, Wrapper};
use nice_plug::wrapper::setup_logger;
use std::ffi::{CStr, c_char, c_void};
use std::sync::{Arc, OnceLock};

/// `host.vendor` of the VST3 wrapper; its name is that of the host around it.
const WRAPPER_VENDOR: &CStr = c"The CLAP Wrapper Team";
/// The VST3 class id. Projects refer to it: never change it.
const VST3_CLASS_ID: [u8; 16] = *b"PsivoxVoiceFace1";

/// The functions of the framework that stand behind ours.
#[derive(Clone, Copy)]
struct Inner {
    get_extension: unsafe extern "C" fn(*const clap_plugin, *const c_char) -> *const c_void,
    destroy: unsafe extern "C" fn(*const clap_plugin),
    process: unsafe extern "C" fn(*const clap_plugin, *const clap_process) -> clap_process_status,
    on_main_thread: unsafe extern "C" fn(*const clap_plugin),
}

/// An instance as the host holds it: our functions, and by `plugin_data` the framework's instance, which is all that the
/// framework reads of it.
#[repr(C)]
struct Instance {
    /// First, so that the host's pointer to it is one to the whole.
    table: clap_plugin,
    inner: Inner,
    /// Whether the host is the VST3 wrapper.
    is_vst3: bool,
    /// Valid as long as the instance.
    host: *const clap_host,
    /// What comes by OSC.
    values: Option<Arc<RemoteValues>>,
}

impl Instance {
    /// The instance behind a host's pointer. Wait-free.
    ///
    /// # Safety
    /// The pointer is null or came from [`create`] and was not destroyed.
    unsafe fn of<'a>(plugin: *const clap_plugin) -> Option<&'a Self> {
        unsafe { plugin.cast::<Self>().as_ref() }
    }

    /// Whether the host has the GUI extension.
    fn host_has_gui(&self) -> bool {
        // SAFETY: the host keeps its `clap_host` alive as long as the plugin, which asks right now.
        unsafe {
            let get_extension = self.host.as_ref().and_then(|host| host.get_extension);
            get_extension.is_some_and(|get| !get(self.host, CLAP_EXT_GUI.as_ptr()).is_null())
        }
    }
}

unsafe extern "C" fn get_extension(plugin: *const clap_plugin, id: *const c_char) -> *const c_void {
    static STATE: clap_plugin_state = clap_plugin_state { save: Some(save_state), load: Some(load_state) };
    static NOTE_PORTS: clap_plugin_note_ports =
        clap_plugin_note_ports { count: Some(count_note_ports), get: Some(get_note_port) };
    static VST3: Vst3Traits =
        Vst3Traits { midi_channels: Some(midi_channels), note_expressions: Some(note_expressions) };
    static PARAMS: OnceLock<clap_plugin_params> = OnceLock::new();
    // SAFETY: hosts pass the pointer that `create` gave them, and a terminated string; the framework's function gets
    // what the host gave.
    let instance = unsafe { Instance::of(plugin) };
    let Some(instance) = instance.filter(|_| !id.is_null()) else { return std::ptr::null() };
    let name = unsafe { CStr::from_ptr(id) };
    if name == CLAP_EXT_STATE {
        (&raw const STATE).cast()
    } else if name == CLAP_EXT_NOTE_PORTS && instance.is_vst3 {
        (&raw const NOTE_PORTS).cast()
    } else if name == c"clap.plugin-info-as-vst3/0" {
        (&raw const VST3).cast()
    } else if name == CLAP_EXT_GUI && !instance.host_has_gui() {
        std::ptr::null()
    } else if name == CLAP_EXT_PARAMS
        && let Some(params) = unsafe { inner_extension::<clap_plugin_params>(plugin, CLAP_EXT_PARAMS) }
    {
        // Every instance has the same functions, so the first one's count.
        std::ptr::from_ref(PARAMS.get_or_init(|| clap_plugin_params { flush: Some(flush), ..*params })).cast()
    } else {
        unsafe { (instance.inner.get_extension)(plugin, id) }
    }
}

/// The framework's own version of an extension.
///
/// # Safety
/// `T` must be the extension's type and `plugin` alive.
unsafe fn inner_extension<T>(plugin: *const clap_plugin, id: &CStr) -> Option<&'static T> {
    unsafe {
        let inner = Instance::of(plugin)?.inner;
        (inner.get_extension)(plugin, id.as_ptr()).cast::<T>().as_ref()
    }
}

unsafe extern "C" fn save_state(plugin: *const clap_plugin, stream: *const clap_ostream) -> bool {
    unsafe {
        let inner = inner_extension::<clap_plugin_state>(plugin, CLAP_EXT_STATE);
        inner.and_then(|state| state.save).is_some_and(|save| save(plugin, stream))
    }
}

unsafe extern "C" fn load_state(plugin: *const clap_plugin, stream: *const clap_istream) -> bool {
    let Some(blob) = (unsafe { read_all(stream) }) else {
        nice_error!(
            "the state was not loaded: the host's stream failed or holds more than {BLOB_LIMIT_BYTES} bytes"
        );
        return false;
    };
    if let Err(error) = check_blob(&blob) {
        nice_error!("the state was not loaded, the one before it stays: {error}");
        return false;
    }
    let mut source = Source { blob: &blob, read: 0 };
    let checked = clap_istream { ctx: (&raw mut source).cast(), read: Some(read_source) };
    unsafe {
        let inner = inner_extension::<clap_plugin_state>(plugin, CLAP_EXT_STATE);
        inner.and_then(|state| state.load).is_some_and(|load| load(plugin, &checked))
    }
}

/// Everything that the host's stream holds; `None` if it fails or is too long.
unsafe fn read_all(stream: *const clap_istream) -> Option<Vec<u8>> {
    let read = unsafe { stream.as_ref() }?.read?;
    let mut blob = Vec::new();
    let mut part = [0u8; 16_384];
    loop {
        match unsafe { read(stream, part.as_mut_ptr().cast(), part.len() as u64) } {
            0 => return Some(blob),
            count if count < 0 || count as usize > part.len() => return None,
            count => blob.extend_from_slice(&part[..count as usize]),
        }
        if blob.len() > BLOB_LIMIT_BYTES {
            return None;
        }
    }
}

/// A checked blob as the framework reads it.
struct Source<'a> {
    blob: &'a [u8],
    read: usize,
}

unsafe extern "C" fn read_source(stream: *const clap_istream, buffer: *mut c_void, size: u64) -> i64 {
    // SAFETY: `load_state` made this stream; its source outlives the call; the caller's buffer holds `size`.
    unsafe {
        let source = &mut *(*stream).ctx.cast::<Source>();
        let left = &source.blob[source.read..];
        let count = left.len().min(usize::try_from(size).unwrap_or(usize::MAX));
        std::ptr::copy_nonoverlapping(left.as_ptr(), buffer.cast(), count);
        source.read += count;
        count as i64
    }
}

unsafe extern "C" fn count_note_ports(plugin: *const clap_plugin, is_input: bool) -> u32 {
    unsafe {
        let inner = inner_extension::<clap_plugin_note_ports>(plugin, CLAP_EXT_NOTE_PORTS);
        inner.and_then(|ports| ports.count).map_or(0, |count| count(plugin, is_input))
    }
}

unsafe extern "C" fn get_note_port(
    plugin: *const clap_plugin,
    index: u32,
    is_input: bool,
    info: *mut clap_note_port_info,
) -> bool {
    unsafe {
        let inner = inner_extension::<clap_plugin_note_ports>(plugin, CLAP_EXT_NOTE_PORTS);
        let known = inner.and_then(|ports| ports.get).is_some_and(|get| get(plugin, index, is_input, info));
        if known && let Some(info) = info.as_mut() {
            info.supported_dialects = CLAP_NOTE_DIALECT_CLAP;
        }
        known
    }
}

/// `clap_plugin_as_vst3` of the wrapper's `clapwrapper/vst3.h`.
#[repr(C)]
struct Vst3Traits {
    midi_channels: Option<unsafe extern "C" fn(*const clap_plugin, u32) -> u32>,
    note_expressions: Option<unsafe extern "C" fn(*const clap_plugin) -> u32>,
}

unsafe extern "C" fn midi_channels(_plugin: *const clap_plugin, _note_port: u32) -> u32 {
    16
}

unsafe extern "C" fn note_expressions(_plugin: *const clap_plugin) -> u32 {
    0
}

/// `clap_plugin_info_as_vst3` of the same header.
#[repr(C)]
struct Vst3ClassInfo {
    vendor: *const c_char,
    class_id: *const [u8; 16],
    features: *const c_char,
}

// SAFETY: it only points to constants.
unsafe impl Sync for Vst3ClassInfo {}

/// `clap_plugin_factory_as_vst3` of the same header.
#[repr(C)]
struct Vst3FactoryInfo {
    vendor: *const c_char,
    vendor_url: *const c_char,
    email_contact: *const c_char,
    get_vst3_info: Option<unsafe extern "C" fn(*const Vst3FactoryInfo, u32) -> *const Vst3ClassInfo>,
}

// SAFETY: it only points to constants.
unsafe impl Sync for Vst3FactoryInfo {}

unsafe extern "C" fn vst3_class(_factory: *const Vst3FactoryInfo, index: u32) -> *const Vst3ClassInfo {
    static CLASS: Vst3ClassInfo = Vst3ClassInfo {
        vendor: c"Psivox".as_ptr(),
        class_id: &VST3_CLASS_ID,
        features: c"Instrument|Synth|Stereo".as_ptr(),
    };
    if index == 0 { &raw const CLASS } else { std::ptr::null() }
}

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
    if index == 0 { descriptor().clap_plugin_descriptor() } else { std::ptr::null() }
}

unsafe extern "C" fn create(
    _factory: *const clap_plugin_factory,
    host: *const clap_host,
    id: *const c_char,
) -> *const clap_plugin {
    if host.is_null() || id.is_null() || unsafe { CStr::from_ptr(id) } != descriptor().clap_id() {
        return std::ptr::null();
    }
    // SAFETY: the host is valid for the plugin's lifetime, its vendor is null or terminated.
    let vendor = unsafe { (*host).vendor };
    let is_vst3 = !vendor.is_null() && unsafe { CStr::from_ptr(vendor) } == WRAPPER_VENDOR;
    let wrapper = unsafe { Wrapper::<Psivox>::new(host) };
    // Left there by the instance that the line above made.
    let values = take_over();
    let table = *wrapper.clap_plugin.borrow();
    let functions = (table.get_extension, table.destroy, table.process, table.on_main_thread);
    let (Some(get_inner), Some(destroy_inner), Some(process_inner), Some(main_inner)) = functions else {
        return std::ptr::null();
    };
    let inner = Inner {
        get_extension: get_inner,
        destroy: destroy_inner,
        process: process_inner,
        on_main_thread: main_inner,
    };
    if let Some(values) = &values {
        values.set_host(host);
    }
    let table = clap_plugin {
        get_extension: Some(get_extension),
        destroy: Some(destroy),
        process: Some(process),
        on_main_thread: Some(on_main_thread),
        ..table
    };
    // The framework's `destroy` turns what `plugin_data` points to back into an `Arc`, ours the box.
    let _ = Arc::into_raw(wrapper);
    Box::into_raw(Box::new(Instance { table, inner, is_vst3, host, values })).cast()
}

/// # Realtime
/// Safe.
unsafe extern "C" fn process(
    plugin: *const clap_plugin,
    process: *const clap_process,
) -> clap_process_status {
    let (Some(instance), Some(block)) = (unsafe { Instance::of(plugin) }, unsafe { process.as_ref() }) else {
        return CLAP_PROCESS_ERROR;
    };
    // SAFETY: the host's lists are valid during the call, and so is the stack that ours lie on.
    unsafe {
        let mut moved = *block;
        let in_time = InTime::of(moved.in_events, moved.frames_count);
        let in_time_list = in_time.as_ref().map(InTime::list);
        if let Some(list) = &in_time_list {
            moved.in_events = list;
        }
        let arrived = instance.values.as_ref().and_then(|values| Arrived::of(values, moved.in_events));
        let arrived_list = arrived.as_ref().map(Arrived::list);
        if let (Some(arrived), Some(list)) = (&arrived, &arrived_list) {
            arrived.tell(moved.out_events);
            moved.in_events = list;
        }
        (instance.inner.process)(plugin, &raw const moved)
    }
}

/// As `process`, for a host that does not play.
unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    in_events: *const clap_input_events,
    out_events: *const clap_output_events,
) {
    // SAFETY: as in `process`.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        let inner = inner_extension::<clap_plugin_params>(plugin, CLAP_EXT_PARAMS);
        let Some(flush_inner) = inner.and_then(|params| params.flush) else { return };
        let arrived = instance.values.as_ref().and_then(|values| Arrived::of(values, in_events));
        match arrived {
            None => flush_inner(plugin, in_events, out_events),
            Some(arrived) => {
                arrived.tell(out_events);
                let list = arrived.list();
                flush_inner(plugin, &raw const list, out_events);
            }
        }
    }
}

unsafe extern "C" fn on_main_thread(plugin: *const clap_plugin) {
    // SAFETY: the host's pointer, in its main thread.
    unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        if let Some(values) = &instance.values {
            values.tell_dirty();
        }
        (instance.inner.on_main_thread)(plugin);
    }
}

unsafe extern "C" fn destroy(plugin: *const clap_plugin) {
    if plugin.is_null() {
        return;
    }
    // SAFETY: `create` made the box, and a host destroys once. The framework's instance goes first: its worker may still
    // speak to the host.
    unsafe {
        let instance = plugin.cast_mut().cast::<Instance>();
        ((*instance).inner.destroy)(plugin);
        drop(Box::from_raw(instance));
    }
}

unsafe extern "C" fn init(_path: *const c_char) -> bool {
    setup_logger::<Psivox>();
    true
}

unsafe extern "C" fn deinit() {}

unsafe extern "C" fn get_factory(id: *const c_char) -> *const c_void {
    static FACTORY: clap_plugin_factory = clap_plugin_factory {
        get_plugin_count: Some(count_plugins),
        get_plugin_descriptor: Some(get_descriptor),
        create_plugin: Some(create),
    };
    static VST3: Vst3FactoryInfo = Vst3FactoryInfo {
        vendor: c"Psivox".as_ptr(),
        vendor_url: c"".as_ptr(),
        email_contact: c"".as_ptr(),
        get_vst3_info: Some(vst3_class),
    };
    if id.is_null() {
        return std::ptr::null();
    }
    let id = unsafe { CStr::from_ptr(id) };
    if id == CLAP_PLUGIN_FACTORY_ID {
        (&raw const FACTORY).cast()
    } else if id == c"clap.plugin-factory-info-as-vst3/0" {
        (&raw const VST3).cast()
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
