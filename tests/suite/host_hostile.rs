//! What no decent host does: null pointers, absurd numbers, wrong orders. Nothing of it may end the process.

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::events::*;
use clap_sys::ext::audio_ports::{CLAP_EXT_AUDIO_PORTS, clap_plugin_audio_ports};
use clap_sys::ext::audio_ports_config::{CLAP_EXT_AUDIO_PORTS_CONFIG, clap_plugin_audio_ports_config};
use clap_sys::ext::gui::{CLAP_EXT_GUI, CLAP_WINDOW_API_X11, clap_plugin_gui, clap_window};
use clap_sys::ext::latency::{CLAP_EXT_LATENCY, clap_plugin_latency};
use clap_sys::ext::note_ports::{CLAP_EXT_NOTE_PORTS, clap_plugin_note_ports};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_param_info, clap_plugin_params};
use clap_sys::ext::remote_controls::{CLAP_EXT_REMOTE_CONTROLS, clap_plugin_remote_controls};
use clap_sys::ext::render::{CLAP_EXT_RENDER, CLAP_RENDER_OFFLINE, clap_plugin_render};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_plugin_state};
use clap_sys::ext::tail::{CLAP_EXT_TAIL, clap_plugin_tail};
use clap_sys::ext::track_info::{CLAP_EXT_TRACK_INFO, clap_plugin_track_info};
use clap_sys::host::clap_host;
use clap_sys::process::{CLAP_PROCESS_ERROR, clap_process};
use clap_sys::stream::{clap_istream, clap_ostream};
use psivox_tests::measure::peak;
use psivox_tests::raw_clap::*;
use std::ffi::c_void;
use std::ptr::{null, null_mut};

const RATE_HZ: f64 = 48_000.0;

/// An instance that bounces, so that its line stands before the first block.
fn bouncing() -> RawClap {
    let raw = RawClap::new(false);
    // SAFETY: the type is the extension's.
    let render = unsafe { raw.extension::<clap_plugin_render>(CLAP_EXT_RENDER) }.expect("render");
    assert!(unsafe { render.set.expect("there")(raw.plugin, CLAP_RENDER_OFFLINE) });
    raw
}

/// Whether it speaks when a note comes.
fn speaks(raw: &RawClap) -> bool {
    let note = note_on(0, 0.8);
    let mut events = RawEvents::default();
    events.push(&note);
    let mut loudest = peak(&raw.block(4096, &events).1[0]);
    for _ in 0..20 {
        loudest = loudest.max(peak(&raw.block(4096, &RawEvents::default()).1[0]));
    }
    loudest > 0.01
}

fn id_of(raw: &RawClap, index: u32) -> u32 {
    // SAFETY: the type is the extension's; a parameter's facts are numbers and letters.
    unsafe {
        let params = raw.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).expect("params");
        let mut info: clap_param_info = std::mem::zeroed();
        assert!(params.get_info.expect("there")(raw.plugin, index, &mut info));
        info.id
    }
}

#[test]
fn rates_and_block_sizes_that_cannot_be_are_refused() {
    let raw = RawClap::new(false);
    for rate_hz in [0.0, -48_000.0, f64::NAN, f64::INFINITY, 1.0, 1e12] {
        assert!(!raw.start(rate_hz, 1, 512), "{rate_hz} Hz");
    }
    for (least, most) in [(0, 0), (1, 0), (512, 64), (1, u32::MAX)] {
        assert!(!raw.start(RATE_HZ, least, most), "{least} to {most} samples");
    }
    assert!(raw.start(RATE_HZ, 0, 512), "some hosts announce 0 as the least");
    assert!(!raw.start(RATE_HZ, 1, 512), "active already");
    raw.stop();
    raw.stop();
}

#[test]
fn a_block_before_activation_is_an_error_and_silence() {
    let raw = RawClap::new(false);
    let (status, sound) = raw.block(64, &RawEvents::default());
    assert_eq!((status, sound), (CLAP_PROCESS_ERROR, [vec![0.0; 64], vec![0.0; 64]]));
    // SAFETY: the plugin is alive.
    unsafe {
        assert!(!raw.table().start_processing.expect("there")(raw.plugin), "not active");
        raw.table().reset.expect("there")(raw.plugin);
        raw.table().stop_processing.expect("there")(raw.plugin);
        assert_eq!(raw.table().process.expect("there")(raw.plugin, null()), CLAP_PROCESS_ERROR);
        assert_eq!(raw.table().process.expect("there")(null(), null()), CLAP_PROCESS_ERROR);
    }
    assert!(raw.start(RATE_HZ, 1, 512));
    raw.stop();
    let (status, _) = raw.block(64, &RawEvents::default());
    assert_eq!(status, CLAP_PROCESS_ERROR, "nor after it");
}

#[test]
fn buffers_that_are_missing_or_odd_get_silence() {
    let raw = bouncing();
    assert!(raw.start(RATE_HZ, 1, 512));
    let mut sound = [[1.0f32; 64]; 3];
    let mut wide = [[1.0f64; 64]; 2];
    let mut three = sound.each_mut().map(|channel| channel.as_mut_ptr());
    let mut doubles = wide.each_mut().map(|channel| channel.as_mut_ptr());
    let silent = |output: Option<clap_audio_buffer>, count: u32| {
        let mut output = output;
        let mut block = empty_block(64);
        block.audio_outputs = output.as_mut().map_or(null_mut(), std::ptr::from_mut);
        block.audio_outputs_count = count;
        // SAFETY: all that is not null is long enough.
        assert!(unsafe { raw.process(&block) } != CLAP_PROCESS_ERROR);
    };
    silent(None, 0);
    silent(None, 1);
    silent(Some(buffer(&mut [])), 1);
    silent(Some(buffer(&mut three[..1])), 1);
    assert_eq!(sound[0], [0.0; 64], "one channel");
    silent(Some(clap_audio_buffer { data32: null_mut(), ..buffer(&mut three) }), 1);
    silent(
        Some(clap_audio_buffer {
            data32: null_mut(),
            data64: doubles.as_mut_ptr(),
            ..buffer(&mut three[..2])
        }),
        1,
    );
    assert_eq!(wide, [[0.0; 64]; 2], "64 bits");
    let mut holes = [three[0], null_mut()];
    silent(Some(buffer(&mut holes)), 1);
    let mut twice = [three[0], three[0]];
    silent(Some(buffer(&mut twice)), 1);
    sound[2] = [1.0; 64];
    silent(Some(buffer(&mut three)), 1);
    assert_eq!(sound[2], [0.0; 64], "a third channel");
    assert!(speaks(&raw), "and afterwards all is well");
    raw.stop();
}

#[test]
fn blocks_of_no_length_and_of_more_than_announced_are_played() {
    let raw = bouncing();
    assert!(raw.start(RATE_HZ, 1, 64));
    let gain = id_of(&raw, 0);
    let change = value(0, gain, 0.25);
    let mut events = RawEvents::default();
    events.push(&change);
    raw.block(0, &events);
    // SAFETY: the type is the extension's.
    let params = unsafe { raw.extension::<clap_plugin_params>(CLAP_EXT_PARAMS) }.expect("params");
    let mut now = 0.0;
    assert!(unsafe { params.get_value.expect("there")(raw.plugin, gain, &mut now) });
    assert!((now - 0.25).abs() < 1e-6, "a block without frames moves parameters: {now}");
    let (_, sound) = raw.block(16_384, &RawEvents::default());
    assert!(sound.iter().flatten().all(|sample| sample.is_finite()));
    let mut block = empty_block(u32::MAX);
    let mut channels = [null_mut(), null_mut()];
    let mut output = buffer(&mut channels);
    (block.audio_outputs, block.audio_outputs_count) = (&raw mut output, 1);
    // SAFETY: the channels are null.
    unsafe { raw.process(&block) };
    assert!(speaks(&raw));
    raw.stop();
}

#[test]
fn event_lists_without_functions_are_none() {
    let raw = bouncing();
    assert!(raw.start(RATE_HZ, 1, 512));
    let mut sound = [[1.0f32; 64]; 2];
    let mut channels = sound.each_mut().map(|channel| channel.as_mut_ptr());
    let mut output = buffer(&mut channels);
    let input = clap_input_events { ctx: null_mut(), size: None, get: None };
    let no_push = clap_output_events { ctx: null_mut(), try_push: None };
    let mut block = empty_block(64);
    (block.audio_outputs, block.audio_outputs_count) = (&raw mut output, 1);
    (block.in_events, block.out_events) = (&raw const input, &raw const no_push);
    // SAFETY: all pointers live until the call returns.
    unsafe {
        raw.process(&block);
        block.in_events = null();
        raw.process(&block);
        let params = raw.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).expect("params");
        let flush = params.flush.expect("there");
        flush(raw.plugin, &raw const input, &raw const no_push);
        flush(raw.plugin, null(), null());
        flush(null(), null(), null());
    }
    assert!(sound.iter().flatten().all(|sample| sample.is_finite()));
    raw.stop();
}

/// One of every event, broken in one way.
#[test]
fn events_that_cannot_be_mean_nothing() {
    let raw = bouncing();
    assert!(raw.start(RATE_HZ, 1, 512));
    let arousal = id_of(&raw, 1);
    let before = {
        // SAFETY: the type is the extension's.
        let params = unsafe { raw.extension::<clap_plugin_params>(CLAP_EXT_PARAMS) }.expect("params");
        let mut now = 0.0;
        assert!(unsafe { params.get_value.expect("there")(raw.plugin, arousal, &mut now) });
        now
    };
    let mut short = note_on(0, 1.0);
    short.header.size = 8;
    let mut foreign = note_on(0, 1.0);
    foreign.header.space_id = 77;
    let mut unknown = note_on(0, 1.0);
    unknown.header.type_ = 4711;
    let velocities = [f64::NAN, f64::INFINITY].map(|velocity| note_on(0, velocity));
    let values = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY].map(|absurd| value(0, arousal, absurd));
    let nobody = value(0, 0xdead_beef, 0.5);
    let modulation = clap_event_param_mod {
        header: header::<clap_event_param_mod>(0, CLAP_EVENT_PARAM_MOD),
        param_id: arousal,
        cookie: null_mut(),
        note_id: 9,
        port_index: -1,
        channel: -1,
        key: -1,
        amount: f64::NAN,
    };
    let expression = clap_event_note_expression {
        header: header::<clap_event_note_expression>(0, CLAP_EVENT_NOTE_EXPRESSION),
        expression_id: 99,
        note_id: -7,
        port_index: 400,
        channel: 400,
        key: 400,
        value: f64::NAN,
    };
    let midi = |data: [u8; 3]| clap_event_midi {
        header: header::<clap_event_midi>(0, CLAP_EVENT_MIDI),
        port_index: 9,
        data,
    };
    let bytes =
        [midi([0xff; 3]), midi([0x00, 0x90, 0x40]), midi([0xb0, 0xff, 0xff]), midi([0xe0, 0xff, 0xff])];
    let sysex = |buffer: *const u8, size: u32| clap_event_midi_sysex {
        header: header::<clap_event_midi_sysex>(0, CLAP_EVENT_MIDI_SYSEX),
        port_index: 0,
        buffer,
        size,
    };
    let frame = [0xf0u8];
    let messages = [
        sysex(null(), 12),
        sysex(frame.as_ptr(), 0),
        sysex(frame.as_ptr(), u32::MAX),
        sysex(frame.as_ptr(), 1),
    ];
    let mut transport: clap_event_transport = unsafe { std::mem::zeroed() };
    transport.header = header::<clap_event_transport>(0, CLAP_EVENT_TRANSPORT);
    transport.flags = CLAP_TRANSPORT_HAS_TEMPO | CLAP_TRANSPORT_IS_PLAYING;
    let tempos = [f64::NAN, 0.0, -120.0, 1e300].map(|tempo| clap_event_transport { tempo, ..transport });

    let mut events = RawEvents(vec![null()]);
    events.push(&short);
    events.push(&foreign);
    events.push(&unknown);
    velocities.iter().for_each(|event| events.push(event));
    values.iter().for_each(|event| events.push(event));
    events.push(&nobody);
    events.push(&modulation);
    events.push(&expression);
    bytes.iter().for_each(|event| events.push(event));
    messages.iter().for_each(|event| events.push(event));
    tempos.iter().for_each(|event| events.push(event));
    events.0.push(null());
    let (_, sound) = raw.block(512, &events);
    assert!(sound.iter().flatten().all(|sample| sample.is_finite()));
    // SAFETY: the type is the extension's.
    let params = unsafe { raw.extension::<clap_plugin_params>(CLAP_EXT_PARAMS) }.expect("params");
    let mut now = 0.0;
    assert!(unsafe { params.get_value.expect("there")(raw.plugin, arousal, &mut now) });
    assert_eq!(now, before, "numbers that are none move nothing");
    assert!(speaks(&raw));
    raw.stop();
}

/// The framework subtracts times: backwards they would be a panic with overflow checks, and far away without.
#[test]
fn times_out_of_order_and_beyond_the_block_are_put_right() {
    let render = |times: [u32; 4]| {
        let raw = bouncing();
        assert!(raw.start(RATE_HZ, 1, 512));
        let arousal = id_of(&raw, 1);
        let note = note_on(times[0], 0.9);
        let changes =
            [(times[1], 0.9), (times[2], 0.1), (times[3], 0.6)].map(|(time, to)| value(time, arousal, to));
        let mut events = RawEvents::default();
        events.push(&note);
        changes.iter().for_each(|event| events.push(event));
        let mut sound = raw.block(512, &events).1[0].clone();
        sound.extend(&raw.block(4096, &RawEvents::default()).1[0]);
        raw.stop();
        sound
    };
    let good = render([100, 200, 200, 511]);
    assert_eq!(render([100, 200, 50, 511]), good, "a time that runs backwards is that of the one before");
    assert_eq!(render([100, 200, 200, 512]), good, "one at the end of the block is its last sample");
    assert_eq!(render([100, 200, 3, u32::MAX]), good, "and so is one beyond it");
}

#[test]
fn a_flood_of_events_is_played() {
    let raw = bouncing();
    assert!(raw.start(RATE_HZ, 1, 512));
    let arousal = id_of(&raw, 1);
    let notes: Vec<_> = (0..4000).map(|index| note_on(index / 8, 0.5)).collect();
    let off = clap_event_midi {
        header: header::<clap_event_midi>(511, CLAP_EVENT_MIDI),
        port_index: 0,
        data: [0xb0, 123, 0],
    };
    let changes: Vec<_> = (0..512).map(|time| value(time, arousal, f64::from(time % 2))).collect();
    let mut events = RawEvents::default();
    notes.iter().for_each(|event| events.push(event));
    (0..2000).for_each(|_| events.push(&off));
    assert!(raw.block(512, &events).1[0].iter().all(|sample| sample.is_finite()));
    let mut events = RawEvents::default();
    changes.iter().for_each(|event| events.push(event));
    assert!(raw.block(512, &events).1[0].iter().all(|sample| sample.is_finite()));
    assert!(speaks(&raw));
    raw.stop();
}

#[test]
fn parameters_that_do_not_exist_are_refused() {
    let raw = RawClap::new(false);
    // SAFETY: the type is the extension's; the pointers are null or large enough.
    unsafe {
        let params = raw.extension::<clap_plugin_params>(CLAP_EXT_PARAMS).expect("params");
        let count = params.count.expect("there")(raw.plugin);
        assert!(count > 10);
        assert_eq!(params.count.expect("there")(null()), 0);
        let mut info: clap_param_info = std::mem::zeroed();
        for index in [count, count + 1, u32::MAX] {
            assert!(
                !params.get_info.expect("there")(raw.plugin, index, &mut info),
                "index {index} of {count}"
            );
        }
        assert!(!params.get_info.expect("there")(raw.plugin, 0, null_mut()));
        let mut text = [0; 64];
        let say = params.value_to_text.expect("there");
        for index in 0..count {
            let id = id_of(&raw, index);
            for absurd in [f64::NAN, f64::INFINITY] {
                assert!(!say(raw.plugin, id, absurd, text.as_mut_ptr(), 64), "{absurd}");
            }
            for far in [-1e308, -1.0, 0.0, 0.5, 1.0, 7.0, 1e308] {
                say(raw.plugin, id, far, text.as_mut_ptr(), 64);
            }
            assert!(!say(raw.plugin, id, 0.5, null_mut(), 64));
            assert!(!say(raw.plugin, id, 0.5, text.as_mut_ptr(), 0));
            assert!(say(raw.plugin, id, 0.5, text.as_mut_ptr(), 1), "room for the end alone");
            assert_eq!(text[0], 0);
            let read = params.text_to_value.expect("there");
            let mut value = 0.0;
            for text in
                [c"", c"nan", c"inf", c"-1e999", c"\xff\xfe", c"zero", c"%%%", c"9999999999999999999999 st"]
            {
                if read(raw.plugin, id, text.as_ptr(), &mut value) {
                    assert!(value.is_finite(), "{text:?} is {value}");
                }
            }
            assert!(!read(raw.plugin, id, null(), &mut value));
        }
        let mut value = 0.0;
        assert!(!params.get_value.expect("there")(raw.plugin, 0xdead_beef, &mut value));
        assert!(!params.get_value.expect("there")(raw.plugin, id_of(&raw, 0), null_mut()));
    }
}

/// Everything that is handed on to the framework as it is: it looks at what it takes.
#[test]
fn the_other_extensions_refuse_what_is_not_there() {
    let raw = RawClap::new(false);
    // SAFETY: the types are the extensions'; null is part of the test.
    unsafe {
        let ports = raw.extension::<clap_plugin_audio_ports>(CLAP_EXT_AUDIO_PORTS).expect("ports");
        assert!(!ports.get.expect("there")(raw.plugin, 0, false, null_mut()));
        let mut port = std::mem::zeroed();
        assert!(!ports.get.expect("there")(raw.plugin, 1, false, &mut port));
        assert!(!ports.get.expect("there")(raw.plugin, 0, true, &mut port));
        if let Some(configs) = raw.extension::<clap_plugin_audio_ports_config>(CLAP_EXT_AUDIO_PORTS_CONFIG) {
            assert!(!configs.select.expect("there")(raw.plugin, 99));
            assert!(!configs.get.expect("there")(raw.plugin, 0, null_mut()));
        }
        let notes = raw.extension::<clap_plugin_note_ports>(CLAP_EXT_NOTE_PORTS).expect("note ports");
        let mut port = std::mem::zeroed();
        assert!(!notes.get.expect("there")(raw.plugin, 9, true, &mut port));
        assert!(!notes.get.expect("there")(raw.plugin, 0, true, null_mut()));
        let pages = raw.extension::<clap_plugin_remote_controls>(CLAP_EXT_REMOTE_CONTROLS).expect("pages");
        let mut page = std::mem::zeroed();
        assert!(!pages.get.expect("there")(raw.plugin, u32::MAX, &mut page));
        assert!(!pages.get.expect("there")(raw.plugin, 0, null_mut()));
        let render = raw.extension::<clap_plugin_render>(CLAP_EXT_RENDER).expect("render");
        assert!(!render.set.expect("there")(raw.plugin, 17), "no such mode");
        assert!(!render.has_hard_realtime_requirement.expect("there")(raw.plugin));
        let track = raw.extension::<clap_plugin_track_info>(CLAP_EXT_TRACK_INFO).expect("track");
        track.changed.expect("there")(raw.plugin);
        let latency = raw.extension::<clap_plugin_latency>(CLAP_EXT_LATENCY).expect("latency");
        assert_eq!(latency.get.expect("there")(raw.plugin), 0);
        let tail = raw.extension::<clap_plugin_tail>(CLAP_EXT_TAIL).expect("tail");
        tail.get.expect("there")(raw.plugin);
        assert!(raw.extension::<c_void>(c"clap.no-such-thing").is_none());
        assert!(raw.table().get_extension.expect("there")(raw.plugin, null()).is_null());
        assert!(raw.table().get_extension.expect("there")(null(), CLAP_EXT_PARAMS.as_ptr()).is_null());
        raw.table().on_main_thread.expect("there")(raw.plugin);
        raw.table().on_main_thread.expect("there")(null());
    }
}

#[test]
fn streams_that_fail_or_lie_are_refused() {
    unsafe extern "C" fn fail_read(_: *const clap_istream, _: *mut c_void, _: u64) -> i64 {
        -1
    }
    unsafe extern "C" fn lie_read(_: *const clap_istream, _: *mut c_void, size: u64) -> i64 {
        size as i64 + 1
    }
    unsafe extern "C" fn endless(_: *const clap_istream, _: *mut c_void, size: u64) -> i64 {
        size as i64
    }
    unsafe extern "C" fn fail_write(_: *const clap_ostream, _: *const c_void, _: u64) -> i64 {
        -1
    }
    unsafe extern "C" fn lie_write(_: *const clap_ostream, _: *const c_void, size: u64) -> i64 {
        size as i64 + 1
    }
    unsafe extern "C" fn full(_: *const clap_ostream, _: *const c_void, _: u64) -> i64 {
        0
    }
    unsafe extern "C" fn by_bytes(stream: *const clap_ostream, bytes: *const c_void, size: u64) -> i64 {
        // SAFETY: the context is a vector of this test.
        unsafe { (*(*stream).ctx.cast::<Vec<u8>>()).push(*bytes.cast::<u8>()) };
        i64::from(size > 0)
    }
    let raw = RawClap::new(false);
    // SAFETY: the type is the extension's; the streams live as long as the calls.
    unsafe {
        let state = raw.extension::<clap_plugin_state>(CLAP_EXT_STATE).expect("state");
        let (save, load) = (state.save.expect("there"), state.load.expect("there"));
        assert!(!load(raw.plugin, null()) && !save(raw.plugin, null()) && !save(null(), null()));
        for read in
            [None, Some(fail_read as unsafe extern "C" fn(_, _, _) -> _), Some(lie_read), Some(endless)]
        {
            assert!(!load(raw.plugin, &clap_istream { ctx: null_mut(), read }));
        }
        for write in
            [None, Some(fail_write as unsafe extern "C" fn(_, _, _) -> _), Some(lie_write), Some(full)]
        {
            assert!(!save(raw.plugin, &clap_ostream { ctx: null_mut(), write }));
        }
        let mut blob: Vec<u8> = Vec::new();
        let ctx = (&raw mut blob).cast();
        assert!(save(raw.plugin, &clap_ostream { ctx, write: Some(by_bytes) }), "byte by byte is allowed");
        assert!(blob.len() > 100);
    }
}

#[test]
fn windows_are_asked_for_in_any_order() {
    let without = RawClap::new(false);
    // SAFETY: the type is the extension's.
    assert!(unsafe { without.extension::<clap_plugin_gui>(CLAP_EXT_GUI) }.is_none());
    let raw = RawClap::new(true);
    // SAFETY: the type is the extension's; null is part of the test; no window is ever opened.
    unsafe {
        let gui = raw.extension::<clap_plugin_gui>(CLAP_EXT_GUI).expect("a window");
        assert!(!gui.is_api_supported.expect("there")(raw.plugin, null(), false));
        assert!(!gui.create.expect("there")(raw.plugin, null(), false));
        assert!(!gui.create.expect("there")(raw.plugin, c"wayland".as_ptr(), false));
        assert!(!gui.create.expect("there")(raw.plugin, CLAP_WINDOW_API_X11.as_ptr(), true), "floating");
        assert!(!gui.show.expect("there")(raw.plugin) && !gui.hide.expect("there")(raw.plugin));
        assert!(!gui.set_parent.expect("there")(raw.plugin, null()));
        let mut window: clap_window = std::mem::zeroed();
        assert!(!gui.set_parent.expect("there")(raw.plugin, &window), "no window system");
        window.api = CLAP_WINDOW_API_X11.as_ptr();
        assert!(!gui.set_parent.expect("there")(raw.plugin, &window), "window 0");
        for scale in [0.0, -1.0, f64::NAN, f64::INFINITY, 1e9] {
            assert!(!gui.set_scale.expect("there")(raw.plugin, scale), "{scale}");
        }
        for (width, height) in [(0, 0), (0, 100), (u32::MAX, 100), (100, u32::MAX)] {
            assert!(!gui.set_size.expect("there")(raw.plugin, width, height), "{width} x {height}");
        }
        let (mut width, mut height) = (0, 0);
        assert!(!gui.adjust_size.expect("there")(raw.plugin, null_mut(), null_mut()));
        gui.adjust_size.expect("there")(raw.plugin, &mut width, &mut height);
        assert!(!gui.get_size.expect("there")(raw.plugin, null_mut(), null_mut()));
        assert!(gui.get_size.expect("there")(raw.plugin, &mut width, &mut height));
        assert!(width > 100 && height > 100);
        assert!(!gui.get_resize_hints.expect("there")(raw.plugin, null_mut()));
        assert!(!gui.get_preferred_api.expect("there")(raw.plugin, null_mut(), null_mut()));
        gui.destroy.expect("there")(raw.plugin);
        gui.destroy.expect("there")(null());
    }
}

#[test]
fn hosts_without_their_functions_get_no_plugin() {
    let create = factory().create_plugin.expect("there");
    let id = c"org.psivox.psivox".as_ptr();
    // SAFETY: null is part of the test.
    unsafe {
        assert!(create(factory(), null(), id).is_null());
        let whole = host(false);
        assert!(create(factory(), &raw const *whole, null()).is_null());
        assert!(create(factory(), &raw const *whole, c"another.plugin".as_ptr()).is_null());
        let broken: [fn(&mut clap_host); 3] = [
            |host| host.get_extension = None,
            |host| host.request_callback = None,
            |host| host.request_restart = None,
        ];
        for break_it in broken {
            let mut host = host(false);
            break_it(&mut host);
            assert!(create(factory(), &raw const *host, id).is_null());
        }
        let get = psivox_plugin::clap_entry.get_factory.expect("there");
        assert!(get(null()).is_null() && get(c"clap.no-such-factory".as_ptr()).is_null());
        assert!(factory().get_plugin_descriptor.expect("there")(factory(), 1).is_null());
    }
}

/// A host that calls everything twice, and unloads while active.
#[test]
fn unloading_while_active_is_survived() {
    for _ in 0..3 {
        let raw = bouncing();
        assert!(raw.start(RATE_HZ, 1, 512));
        raw.block(512, &RawEvents::default());
        let process: clap_process = empty_block(512);
        // SAFETY: there are no buffers.
        unsafe { raw.process(&process) };
    }
}
