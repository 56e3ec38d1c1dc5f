//! Values from the network as CLAP events: put in front of what the host sends, so that they act at once, and told to
//! the host as gestures, so that it can record them.

use crate::remote::{PARAMETER_COUNT, RemoteValues};
use clap_sys::events::{
    CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_IS_LIVE, CLAP_EVENT_PARAM_GESTURE_BEGIN,
    CLAP_EVENT_PARAM_GESTURE_END, CLAP_EVENT_PARAM_VALUE, clap_event_header, clap_event_param_gesture,
    clap_event_param_value, clap_event_type, clap_input_events, clap_output_events,
};

/// The host's list of events behind those that came by the network. Lives on the stack of `process` and `flush`.
pub struct Arrived {
    inner: *const clap_input_events,
    /// How many of `values` count.
    count: usize,
    values: [clap_event_param_value; PARAMETER_COUNT],
}

impl Arrived {
    /// Takes what waits; `None` if nothing does.
    ///
    /// # Safety
    /// `inner` must be null or a valid list for as long as the result is used.
    ///
    /// # Realtime
    /// Safe.
    pub unsafe fn of(values: &RemoteValues, inner: *const clap_input_events) -> Option<Self> {
        // Most blocks have none: only for the others is the room laid out.
        if !values.any() {
            return None;
        }
        let mut arrived = Self { inner, count: 0, values: [value_event(0, 0.0); PARAMETER_COUNT] };
        for (slot, (index, normalized)) in arrived.values.iter_mut().zip(values.take()) {
            let (id, value) = values.as_clap(index, normalized);
            *slot = value_event(id, value);
            arrived.count += 1;
        }
        Some(arrived)
    }

    /// The list to hand on. It points into `self`.
    pub fn list(&self) -> clap_input_events {
        clap_input_events {
            ctx: std::ptr::from_ref(self).cast_mut().cast(),
            size: Some(size),
            get: Some(get),
        }
    }

    /// Tells the host, each value within a gesture of its own. What the host has no room for is not recorded.
    ///
    /// # Safety
    /// `out` must be null or a valid list.
    ///
    /// # Realtime
    /// Safe.
    pub unsafe fn tell(&self, out: *const clap_output_events) {
        // SAFETY: the caller vouches for the list, which copies what it takes.
        unsafe {
            let Some(push) = out.as_ref().and_then(|list| list.try_push) else { return };
            for value in &self.values[..self.count] {
                let begin = gesture_event(CLAP_EVENT_PARAM_GESTURE_BEGIN, value.param_id);
                let end = gesture_event(CLAP_EVENT_PARAM_GESTURE_END, value.param_id);
                push(out, &raw const begin.header);
                push(out, &raw const value.header);
                push(out, &raw const end.header);
            }
        }
    }
}

/// The header of an event at the block's first sample.
fn header<T>(kind: clap_event_type) -> clap_event_header {
    clap_event_header {
        size: size_of::<T>() as u32,
        time: 0,
        space_id: CLAP_CORE_EVENT_SPACE_ID,
        type_: kind,
        flags: CLAP_EVENT_IS_LIVE,
    }
}

fn gesture_event(kind: clap_event_type, param_id: u32) -> clap_event_param_gesture {
    clap_event_param_gesture { header: header::<clap_event_param_gesture>(kind), param_id }
}

fn value_event(param_id: u32, value: f64) -> clap_event_param_value {
    clap_event_param_value {
        header: header::<clap_event_param_value>(CLAP_EVENT_PARAM_VALUE),
        param_id,
        cookie: std::ptr::null_mut(),
        note_id: -1,
        port_index: -1,
        channel: -1,
        key: -1,
        value,
    }
}

unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
    // SAFETY: `Arrived::list` made this list, and its `Arrived` is alive.
    unsafe {
        let own = &*(*list).ctx.cast::<Arrived>();
        let behind = own.inner.as_ref().and_then(|inner| inner.size).map_or(0, |size| size(own.inner));
        own.count as u32 + behind
    }
}

unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    // SAFETY: as above.
    unsafe {
        let own = &*(*list).ctx.cast::<Arrived>();
        match own.values[..own.count].get(index as usize) {
            Some(value) => &raw const value.header,
            None => own
                .inner
                .as_ref()
                .and_then(|inner| inner.get)
                .map_or(std::ptr::null(), |get| get(own.inner, index - own.count as u32)),
        }
    }
}
