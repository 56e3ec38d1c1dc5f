//! The instance as this program plays it: state and switches for the host's thread, blocks for the sound card's.

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::events::*;
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::factory::plugin_factory::{CLAP_PLUGIN_FACTORY_ID, clap_plugin_factory};
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process};
use clap_sys::stream::{clap_istream, clap_ostream};
use rtrb::Consumer;
use std::ffi::c_void;
use std::ptr::{null, null_mut};

/// Samples in the largest block that is rendered at once.
pub(super) const MAX_BLOCK: usize = 4096;
/// Bytes of the longest MIDI message: a text by SysEx and its frame fit.
pub(super) const MESSAGE_BYTES: usize = 512;
/// Messages that are played in one block.
const MESSAGES_A_BLOCK: usize = 128;

/// A MIDI message.
#[derive(Clone, Copy)]
pub(super) struct Message {
    pub len: u16,
    pub bytes: [u8; MESSAGE_BYTES],
}

/// The instance. The host's thread owns it; the sound card's only calls [`Player::render`].
pub(super) struct Plugin {
    raw: *const clap_plugin,
    _host: Box<clap_host>,
}

impl Plugin {
    /// An instance in a host.
    ///
    /// # Errors
    /// It does not load.
    pub(super) fn new(host: Box<clap_host>) -> Result<Self, String> {
        let entry = &crate::clap_entry;
        // SAFETY: called as CLAP prescribes; the host outlives the plugin.
        unsafe {
            let path = c"/psivox-standalone";
            let started = entry.init.is_some_and(|init| init(path.as_ptr()));
            let factory = entry.get_factory.map_or(null(), |get| get(CLAP_PLUGIN_FACTORY_ID.as_ptr()));
            let factory = factory.cast::<clap_plugin_factory>();
            let create = factory.as_ref().and_then(|factory| factory.create_plugin).filter(|_| started);
            let id = c"org.psivox.psivox";
            let raw = create.map_or(null(), |create| create(factory, &raw const *host, id.as_ptr()));
            let made = raw.as_ref().and_then(|plugin| plugin.init).is_some_and(|init| init(raw));
            if !made {
                return Err(
                    "the instrument does not start; run it again from a terminal and report what it says"
                        .to_owned(),
                );
            }
            Ok(Self { raw, _host: host })
        }
    }

    fn table(&self) -> &clap_plugin {
        // SAFETY: alive as long as `self`.
        unsafe { &*self.raw }
    }

    /// What the instance asked for by `request_callback`.
    pub(super) fn on_main_thread(&self) {
        if let Some(act) = self.table().on_main_thread {
            // SAFETY: alive.
            unsafe { act(self.raw) };
        }
    }

    /// Activates it for a rate; false if it refuses.
    pub(super) fn start(&self, rate_hz: f64) -> bool {
        // SAFETY: alive.
        unsafe {
            let table = self.table();
            table.activate.is_some_and(|activate| activate(self.raw, rate_hz, 1, MAX_BLOCK as u32))
                && table.start_processing.is_some_and(|start| start(self.raw))
        }
    }

    /// Stops it: its face rests.
    pub(super) fn stop(&self) {
        // SAFETY: alive; nobody renders any more.
        unsafe {
            if let Some(stop) = self.table().stop_processing {
                stop(self.raw);
            }
            if let Some(deactivate) = self.table().deactivate {
                deactivate(self.raw);
            }
        }
    }

    fn state(&self) -> Option<&clap_plugin_state> {
        let get = self.table().get_extension?;
        // SAFETY: the type is the extension's.
        unsafe { get(self.raw, CLAP_EXT_STATE.as_ptr()).cast::<clap_plugin_state>().as_ref() }
    }

    /// Its state.
    pub(super) fn save(&self) -> Option<Vec<u8>> {
        unsafe extern "C" fn write(stream: *const clap_ostream, bytes: *const c_void, size: u64) -> i64 {
            // SAFETY: the context is the vector below; the plugin's bytes are as many as it says.
            unsafe {
                let blob = &mut *(*stream).ctx.cast::<Vec<u8>>();
                blob.extend_from_slice(std::slice::from_raw_parts(bytes.cast(), size as usize));
                size as i64
            }
        }
        let mut blob: Vec<u8> = Vec::new();
        let stream = clap_ostream { ctx: (&raw mut blob).cast(), write: Some(write) };
        // SAFETY: alive; the stream lives as long as the call.
        let saved = unsafe { self.state()?.save?(self.raw, &stream) };
        saved.then_some(blob)
    }

    /// Loads a state; false if it is none.
    pub(super) fn load(&self, blob: &[u8]) -> bool {
        unsafe extern "C" fn read(stream: *const clap_istream, to: *mut c_void, size: u64) -> i64 {
            // SAFETY: the context is the slice below; the plugin's buffer holds what it says.
            unsafe {
                let left = &mut *(*stream).ctx.cast::<&[u8]>();
                let count = left.len().min(size as usize);
                std::ptr::copy_nonoverlapping(left.as_ptr(), to.cast(), count);
                *left = &left[count..];
                count as i64
            }
        }
        let mut left = blob;
        let stream = clap_istream { ctx: (&raw mut left).cast(), read: Some(read) };
        // SAFETY: alive; the stream lives as long as the call.
        self.state().and_then(|state| state.load).is_some_and(|load| unsafe { load(self.raw, &stream) })
    }

    /// The sound card's end.
    ///
    /// # Safety
    /// It must not render any more when the instance is stopped or dropped.
    pub(super) unsafe fn player(&self, messages: Consumer<Message>) -> Player {
        Player {
            raw: self.raw,
            messages,
            taken: Vec::with_capacity(MESSAGES_A_BLOCK),
            sound: [vec![0.0; MAX_BLOCK], vec![0.0; MAX_BLOCK]],
        }
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        if let Some(destroy) = self.table().destroy {
            // SAFETY: alive until here.
            unsafe { destroy(self.raw) };
        }
    }
}

/// What the sound card's thread calls.
pub(super) struct Player {
    raw: *const clap_plugin,
    messages: Consumer<Message>,
    /// Messages of the block; never grows.
    taken: Vec<Message>,
    sound: [Vec<f32>; 2],
}

// SAFETY: CLAP's audio functions may be called by any one thread; the host's thread ends it before it stops the instance.
unsafe impl Send for Player {}

impl Player {
    /// Renders up to [`MAX_BLOCK`] samples and returns them, left and right.
    ///
    /// # Realtime
    /// Safe.
    pub(super) fn render(&mut self, frames: usize) -> [&[f32]; 2] {
        let frames = frames.min(MAX_BLOCK);
        self.taken.clear();
        while self.taken.len() < MESSAGES_A_BLOCK
            && let Ok(message) = self.messages.pop()
        {
            self.taken.push(message);
        }
        let mut channels = self.sound.each_mut().map(|channel| channel.as_mut_ptr());
        let mut output = clap_audio_buffer {
            data32: channels.as_mut_ptr(),
            data64: null_mut(),
            channel_count: 2,
            latency: 0,
            constant_mask: 0,
        };
        let mut events = Events { messages: &self.taken, short: clap_event_midi_zero(), long: sysex_zero() };
        let list = clap_input_events {
            ctx: (&raw mut events).cast(),
            size: Some(count_events),
            get: Some(get_event),
        };
        let block = clap_process {
            steady_time: -1,
            frames_count: frames as u32,
            transport: null(),
            audio_inputs: null(),
            audio_outputs: &raw mut output,
            audio_inputs_count: 0,
            audio_outputs_count: 1,
            in_events: &raw const list,
            out_events: null(),
        };
        // SAFETY: alive and active, as `Plugin::player` demands; all pointers live until the call returns.
        let status = unsafe {
            (*self.raw).process.map_or(CLAP_PROCESS_ERROR, |process| process(self.raw, &raw const block))
        };
        if status == CLAP_PROCESS_ERROR {
            self.sound.iter_mut().for_each(|channel| channel[..frames].fill(0.0));
        }
        [&self.sound[0][..frames], &self.sound[1][..frames]]
    }
}

/// The messages of a block as events at its first sample; room for the one that is looked at.
struct Events<'a> {
    messages: &'a [Message],
    short: clap_event_midi,
    long: clap_event_midi_sysex,
}

fn header<T>(kind: u16) -> clap_event_header {
    let size = size_of::<T>() as u32;
    clap_event_header {
        size,
        time: 0,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_: kind,
        flags: CLAP_EVENT_IS_LIVE,
    }
}

fn clap_event_midi_zero() -> clap_event_midi {
    clap_event_midi { header: header::<clap_event_midi>(CLAP_EVENT_MIDI), port_index: 0, data: [0; 3] }
}

fn sysex_zero() -> clap_event_midi_sysex {
    let header = header::<clap_event_midi_sysex>(CLAP_EVENT_MIDI_SYSEX);
    clap_event_midi_sysex { header, port_index: 0, buffer: null(), size: 0 }
}

unsafe extern "C" fn count_events(list: *const clap_input_events) -> u32 {
    // SAFETY: `render` made this list.
    unsafe {
        let own = &*(*list).ctx.cast::<Events>();
        own.messages.len() as u32
    }
}

unsafe extern "C" fn get_event(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    // SAFETY: `render` made this list.
    unsafe {
        let own = &mut *(*list).ctx.cast::<Events>();
        let Some(message) = own.messages.get(index as usize) else { return null() };
        if message.bytes[0] == 0xf0 {
            (own.long.buffer, own.long.size) = (message.bytes.as_ptr(), u32::from(message.len));
            &raw const own.long.header
        } else {
            own.short.data.copy_from_slice(&message.bytes[..3]);
            &raw const own.short.header
        }
    }
}
