//! The guard against an instrument that panics wherever it can, behind the real framework and our own entry.

use super::guarded::{Alarm, Watched};
use super::instance;
use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::host::clap_host;
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process};
use clap_sys::version::CLAP_VERSION;
use nice_plug::context::gui::AsyncExecutor;
use nice_plug::prelude::*;
use std::ffi::{c_char, c_void};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Where it panics: a bit for each place.
static FUSE: AtomicU32 = AtomicU32::new(0);
/// How often its user was told.
static ALARMS: AtomicU32 = AtomicU32::new(0);

const ACTIVATE: u32 = 1;
const RESET: u32 = 2;
const PROCESS: u32 = 4;
const STOP: u32 = 8;
const DEACTIVATE: u32 = 16;
const EDITOR: u32 = 32;
const DROP: u32 = 64;
const MAKE: u32 = 128;

fn burn(place: u32) {
    assert!(FUSE.load(Ordering::SeqCst) & place == 0, "place {place}");
}

struct Bomb;

#[derive(Params)]
struct NoParams {}

impl Default for Bomb {
    fn default() -> Self {
        burn(MAKE);
        Self
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        burn(DROP);
    }
}

impl Plugin for Bomb {
    const NAME: &'static str = "Bomb";
    const VENDOR: &'static str = "";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = crate::Psivox::AUDIO_IO_LAYOUTS;
    type Editor = crate::editor::PsivoxEditor;
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        Arc::new(NoParams {})
    }
    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        burn(EDITOR);
        None
    }
    fn activate(
        &mut self,
        _layout: &AudioIOLayout,
        _config: &BufferConfig,
        _context: &mut impl ActivateContext<Self>,
    ) -> bool {
        burn(ACTIVATE);
        true
    }
    fn reset(&mut self) {
        burn(RESET);
    }
    fn process(
        &mut self,
        buffer: &mut Buffer,
        _aux: &mut AuxiliaryBuffers,
        _context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        buffer.as_slice().iter_mut().for_each(|channel| channel.fill(0.5));
        burn(PROCESS);
        ProcessStatus::KeepAlive
    }
    fn stop_processing(&mut self) {
        burn(STOP);
    }
    fn deactivate(&mut self) {
        burn(DEACTIVATE);
    }
}

impl ClapPlugin for Bomb {
    const CLAP_ID: &'static str = "bomb";
    const CLAP_DESCRIPTION: Option<&'static str> = None;
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[];
}

impl Watched for Bomb {
    fn alarm(&self) -> Alarm {
        Arc::new(|| _ = ALARMS.fetch_add(1, Ordering::SeqCst))
    }
}

unsafe extern "C" fn no_extension(_host: *const clap_host, _id: *const c_char) -> *const c_void {
    std::ptr::null()
}

unsafe extern "C" fn ignore(_host: *const clap_host) {}

fn host() -> clap_host {
    clap_host {
        clap_version: CLAP_VERSION,
        host_data: std::ptr::null_mut(),
        name: c"test".as_ptr(),
        vendor: c"test".as_ptr(),
        url: c"".as_ptr(),
        version: c"0".as_ptr(),
        get_extension: Some(no_extension),
        request_restart: Some(ignore),
        request_process: Some(ignore),
        request_callback: Some(ignore),
    }
}

/// Status and left channel of a block that starts full of ones.
unsafe fn block(plugin: *const clap_plugin) -> (i32, Vec<f32>) {
    let mut sound = [vec![1.0f32; 64], vec![1.0f32; 64]];
    let mut channels = sound.each_mut().map(|channel| channel.as_mut_ptr());
    let mut output = clap_audio_buffer {
        data32: channels.as_mut_ptr(),
        data64: std::ptr::null_mut(),
        channel_count: 2,
        latency: 0,
        constant_mask: 0,
    };
    let block = clap_process {
        steady_time: 0,
        frames_count: 64,
        transport: std::ptr::null(),
        audio_inputs: std::ptr::null(),
        audio_outputs: &raw mut output,
        audio_inputs_count: 0,
        audio_outputs_count: 1,
        in_events: std::ptr::null(),
        out_events: std::ptr::null(),
    };
    let status = unsafe { (*plugin).process.expect("there")(plugin, &block) };
    let [left, _] = sound;
    (status, left)
}

#[test]
fn a_panic_anywhere_never_reaches_the_host() {
    let host = host();
    // SAFETY: the host outlives the plugin; everything is called as CLAP prescribes.
    unsafe {
        let make = || instance::assemble::<Bomb>(&raw const host, false);
        let light = |places: u32| FUSE.store(places, Ordering::SeqCst);
        light(EDITOR);
        let plugin = make();
        assert_eq!(ALARMS.load(Ordering::SeqCst), 1, "an editor that cannot be made is told");
        let table = &*plugin;
        assert!(table.init.expect("there")(plugin));
        light(ACTIVATE);
        assert!(!table.activate.expect("there")(plugin, 48_000.0, 1, 64), "a refusal");
        assert_eq!(block(plugin), (CLAP_PROCESS_ERROR, vec![0.0; 64]), "not active: silence and an error");
        light(0);
        assert!(table.activate.expect("there")(plugin, 48_000.0, 1, 64));
        assert!(table.start_processing.expect("there")(plugin));
        assert_eq!(block(plugin).1, vec![0.5; 64]);
        light(PROCESS);
        let before = ALARMS.load(Ordering::SeqCst);
        assert_eq!(block(plugin).1, vec![0.0; 64], "silence instead of half a block");
        assert_eq!(ALARMS.load(Ordering::SeqCst), before + 1, "told");
        light(0);
        assert_eq!(block(plugin).1, vec![0.0; 64], "and silence until the next reset");
        table.reset.expect("there")(plugin);
        assert_eq!(block(plugin).1, vec![0.5; 64], "then it plays again");
        light(RESET);
        table.reset.expect("there")(plugin);
        assert_eq!(block(plugin).1, vec![0.0; 64], "a failed reset is none");
        light(STOP | DEACTIVATE | DROP);
        table.stop_processing.expect("there")(plugin);
        table.deactivate.expect("there")(plugin);
        table.destroy.expect("there")(plugin);
        light(MAKE);
        assert!(super::guard::caught(make).is_none(), "the factory turns this into null");
        light(0);
    }
}
