//! The audio thread's way in: the host's blocks and events, put right, with what came by OSC before them.

use super::events::{Lawful, is_transport};
use super::extension::inner_extension;
use super::guard::edge;
use super::instance::Instance;
use super::outputs;
use crate::remote_events::Arrived;
use clap_sys::events::{clap_input_events, clap_output_events};
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_plugin_params};
use clap_sys::plugin::clap_plugin;
use clap_sys::process::{CLAP_PROCESS_CONTINUE, CLAP_PROCESS_ERROR, clap_process, clap_process_status};

/// # Realtime
/// Safe.
pub(super) unsafe extern "C" fn process(
    plugin: *const clap_plugin,
    process: *const clap_process,
) -> clap_process_status {
    // SAFETY: the host's pointers are valid during the call, and so is the stack that ours lie on.
    edge(CLAP_PROCESS_ERROR, || unsafe {
        let (Some(instance), Some(block)) = (Instance::of(plugin), process.as_ref()) else {
            return CLAP_PROCESS_ERROR;
        };
        let mut voice = outputs::voice(block).filter(|_| instance.is_active());
        outputs::silence(block, voice.is_some());
        if !instance.is_active() {
            return CLAP_PROCESS_ERROR;
        }
        let Some(output) = &mut voice else {
            // Nowhere to sing: the parameters move all the same.
            flush(plugin, block.in_events, block.out_events);
            return CLAP_PROCESS_CONTINUE;
        };
        if block.frames_count == 0 {
            flush(plugin, block.in_events, block.out_events);
            return CLAP_PROCESS_CONTINUE;
        }
        let mut moved = *block;
        (moved.audio_outputs, moved.audio_outputs_count) = (output, 1);
        (moved.audio_inputs, moved.audio_inputs_count) = (std::ptr::null(), 0);
        if !is_transport(moved.transport.cast()) {
            moved.transport = std::ptr::null();
        }
        moved.out_events = usable(moved.out_events);
        let lawful = Lawful::of(moved.in_events, moved.frames_count);
        let lawful_list = lawful.as_ref().map(Lawful::list);
        moved.in_events = lawful_list.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let arrived = instance.values.as_ref().and_then(|values| Arrived::of(values, moved.in_events));
        let arrived_list = arrived.as_ref().map(Arrived::list);
        if let (Some(arrived), Some(list)) = (&arrived, &arrived_list) {
            arrived.tell(moved.out_events);
            moved.in_events = list;
        }
        (instance.inner.process)(plugin, &raw const moved)
    })
}

/// As `process`, for a host that does not play.
pub(super) unsafe extern "C" fn flush(
    plugin: *const clap_plugin,
    in_events: *const clap_input_events,
    out_events: *const clap_output_events,
) {
    // SAFETY: as in `process`.
    edge((), || unsafe {
        let Some(instance) = Instance::of(plugin) else { return };
        let inner = inner_extension::<clap_plugin_params>(plugin, CLAP_EXT_PARAMS);
        let Some(flush_inner) = inner.and_then(|params| params.flush) else { return };
        let out_events = usable(out_events);
        let lawful = Lawful::of(in_events, 1);
        let lawful_list = lawful.as_ref().map(Lawful::list);
        let in_events = lawful_list.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
        let arrived = instance.values.as_ref().and_then(|values| Arrived::of(values, in_events));
        match arrived {
            None => flush_inner(plugin, in_events, out_events),
            Some(arrived) => {
                arrived.tell(out_events);
                let list = arrived.list();
                flush_inner(plugin, &raw const list, out_events);
            }
        }
    });
}

/// A list that events can be pushed to, or null.
unsafe fn usable(list: *const clap_output_events) -> *const clap_output_events {
    // SAFETY: the host's list is null or valid.
    let pushes = unsafe { list.as_ref() }.is_some_and(|list| list.try_push.is_some());
    if pushes { list } else { std::ptr::null() }
}
