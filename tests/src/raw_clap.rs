//! A CLAP host of bare pointers: for calls that no decent host would make.

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::events::*;
use clap_sys::ext::gui::{CLAP_EXT_GUI, clap_host_gui};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::clap_process;
use clap_sys::version::CLAP_VERSION;
use std::ffi::{CStr, c_char, c_void};
use std::ptr::{null, null_mut};

unsafe extern "C" fn no_extension(_host: *const clap_host, _id: *const c_char) -> *const c_void {
    null()
}

unsafe extern "C" fn windows(_host: *const clap_host, id: *const c_char) -> *const c_void {
    static GUI: clap_host_gui = clap_host_gui {
        resize_hints_changed: Some(ignore),
        request_resize: Some(refuse_size),
        request_show: Some(refuse),
        request_hide: Some(refuse),
        closed: Some(closed),
    };
    // SAFETY: the plugin passes a terminated string.
    if unsafe { CStr::from_ptr(id) } == CLAP_EXT_GUI { (&raw const GUI).cast() } else { null() }
}

unsafe extern "C" fn ignore(_host: *const clap_host) {}
unsafe extern "C" fn refuse(_host: *const clap_host) -> bool {
    false
}
unsafe extern "C" fn refuse_size(_host: *const clap_host, _width: u32, _height: u32) -> bool {
    false
}
unsafe extern "C" fn closed(_host: *const clap_host, _destroyed: bool) {}

/// A host of a kind.
pub fn host(has_windows: bool) -> Box<clap_host> {
    Box::new(clap_host {
        clap_version: CLAP_VERSION,
        host_data: null_mut(),
        name: c"hostile".as_ptr(),
        vendor: c"psivox-tests".as_ptr(),
        url: null(),
        version: c"0".as_ptr(),
        get_extension: Some(if has_windows { windows } else { no_extension }),
        request_restart: Some(ignore),
        request_process: Some(ignore),
        request_callback: Some(ignore),
    })
}

/// The factory of the plugin that is linked into this binary.
///
/// # Panics
/// If there is none.
pub fn factory() -> &'static clap_plugin_factory {
    let entry = &psivox_plugin::clap_entry;
    // SAFETY: called as CLAP prescribes.
    unsafe {
        assert!(entry.init.expect("there")(c"/linked/Psivox.clap".as_ptr()));
        let factory = entry.get_factory.expect("there")(CLAP_PLUGIN_FACTORY_ID.as_ptr());
        factory.cast::<clap_plugin_factory>().as_ref().expect("a factory")
    }
}

/// One instance.
pub struct RawClap {
    /// The host's pointer.
    pub plugin: *const clap_plugin,
    _host: Box<clap_host>,
}

impl RawClap {
    /// An instance in a host with or without windows, initialised.
    ///
    /// # Panics
    /// If it does not load.
    pub fn new(has_windows: bool) -> Self {
        let host = host(has_windows);
        // SAFETY: the host outlives the plugin.
        unsafe {
            let create = factory().create_plugin.expect("there");
            let plugin = create(factory(), &raw const *host, c"org.psivox.psivox".as_ptr());
            assert!(!plugin.is_null());
            assert!((*plugin).init.expect("there")(plugin));
            Self { plugin, _host: host }
        }
    }

    /// The plugin's functions.
    pub fn table(&self) -> &clap_plugin {
        // SAFETY: alive as long as `self`.
        unsafe { &*self.plugin }
    }

    /// An extension of the plugin.
    ///
    /// # Safety
    /// `T` must be its type.
    pub unsafe fn extension<T>(&self, id: &CStr) -> Option<&T> {
        unsafe { self.table().get_extension.expect("there")(self.plugin, id.as_ptr()).cast::<T>().as_ref() }
    }

    /// Activates and starts; false if the plugin refuses either.
    pub fn start(&self, rate_hz: f64, least: u32, most: u32) -> bool {
        // SAFETY: the plugin is alive.
        unsafe {
            self.table().activate.expect("there")(self.plugin, rate_hz, least, most)
                && self.table().start_processing.expect("there")(self.plugin)
        }
    }

    /// Stops and deactivates.
    pub fn stop(&self) {
        // SAFETY: the plugin is alive.
        unsafe {
            self.table().stop_processing.expect("there")(self.plugin);
            self.table().deactivate.expect("there")(self.plugin);
        }
    }

    /// Hands a block to the plugin as it is.
    ///
    /// # Safety
    /// What is not null in it must be as long as it says.
    pub unsafe fn process(&self, block: &clap_process) -> i32 {
        unsafe { self.table().process.expect("there")(self.plugin, block) }
    }

    /// A well-formed block with these events; status, left and right.
    pub fn block(&self, frames: usize, events: &RawEvents) -> (i32, [Vec<f32>; 2]) {
        let mut sound = [vec![f32::NAN; frames], vec![f32::NAN; frames]];
        let mut channels = sound.each_mut().map(|channel| channel.as_mut_ptr());
        let mut output = buffer(&mut channels);
        let list = events.list();
        let mut block = empty_block(frames as u32);
        (block.audio_outputs, block.audio_outputs_count) = (&raw mut output, 1);
        block.in_events = &raw const list;
        // SAFETY: all pointers live until the call returns.
        let status = unsafe { self.process(&block) };
        (status, sound)
    }
}

impl Drop for RawClap {
    fn drop(&mut self) {
        // SAFETY: alive until here.
        unsafe { self.table().destroy.expect("there")(self.plugin) };
    }
}

/// A buffer of 32-bit channels.
pub fn buffer(channels: &mut [*mut f32]) -> clap_audio_buffer {
    clap_audio_buffer {
        data32: channels.as_mut_ptr(),
        data64: null_mut(),
        channel_count: channels.len() as u32,
        latency: 0,
        constant_mask: 0,
    }
}

/// A block with nothing in it.
pub fn empty_block(frames: u32) -> clap_process {
    clap_process {
        steady_time: -1,
        frames_count: frames,
        transport: null(),
        audio_inputs: null(),
        audio_outputs: null_mut(),
        audio_inputs_count: 0,
        audio_outputs_count: 0,
        in_events: null(),
        out_events: null(),
    }
}

/// The header of an event.
pub fn header<T>(time: u32, kind: u16) -> clap_event_header {
    clap_event_header {
        size: size_of::<T>() as u32,
        time,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_: kind,
        flags: 0,
    }
}

/// A note-on.
pub fn note_on(time: u32, velocity: f64) -> clap_event_note {
    let header = header::<clap_event_note>(time, CLAP_EVENT_NOTE_ON);
    clap_event_note { header, note_id: 1, port_index: 0, channel: 0, key: 60, velocity }
}

/// A parameter value.
pub fn value(time: u32, param_id: u32, value: f64) -> clap_event_param_value {
    clap_event_param_value {
        header: header::<clap_event_param_value>(time, CLAP_EVENT_PARAM_VALUE),
        param_id,
        cookie: null_mut(),
        note_id: -1,
        port_index: -1,
        channel: -1,
        key: -1,
        value,
    }
}

/// A list of pointers to events, null ones too.
#[derive(Default)]
pub struct RawEvents(pub Vec<*const clap_event_header>);

impl RawEvents {
    /// Adds an event, which must outlive the list.
    pub fn push<T>(&mut self, event: &T) {
        self.0.push(std::ptr::from_ref(event).cast());
    }

    /// The list. It points into `self`.
    pub fn list(&self) -> clap_input_events {
        unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
            // SAFETY: made below.
            let own = unsafe { &*(*list).ctx.cast::<RawEvents>() };
            own.0.len() as u32
        }
        unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
            // SAFETY: made below.
            let own = unsafe { &*(*list).ctx.cast::<RawEvents>() };
            own.0[index as usize]
        }
        let ctx = std::ptr::from_ref(self).cast_mut().cast();
        clap_input_events { ctx, size: Some(size), get: Some(get) }
    }
}
