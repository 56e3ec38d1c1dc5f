//! Parameter changes at the very end of a block.
//!
//! VST3 hosts such as Ardour write the value that a lane reaches at the end of a block with an offset of the block's
//! whole length, and the wrapper hands on that last point. The framework stops at the last sample and would lose
//! it, so a moving lane would stand still. Here such an event is moved to the last sample of its block.

use clap_sys::events::{CLAP_CORE_EVENT_SPACE_ID, CLAP_EVENT_PARAM_VALUE};
use clap_sys::events::{clap_event_header, clap_event_param_value, clap_input_events};

/// More parameters than the plug-in has cannot change at once; what is over keeps its time.
const CAPACITY: usize = 32;

/// The host's list of events with late parameter changes put on the last sample. Lives on the stack of `process`.
pub struct InTime {
    inner: *const clap_input_events,
    late: [Option<(u32, clap_event_param_value)>; CAPACITY],
}

impl InTime {
    /// Looks through a list; `None` if nothing in it is late.
    ///
    /// # Safety
    /// `inner` must be null or a valid list for as long as the result is used.
    ///
    /// # Realtime
    /// Safe.
    pub unsafe fn of(inner: *const clap_input_events, frames: u32) -> Option<Self> {
        // SAFETY: the caller vouches for the list; an event of this type has this size.
        unsafe {
            let list = inner.as_ref()?;
            let (size, get) = (list.size?, list.get?);
            let late = |index: u32| {
                let header = get(inner, index).as_ref()?;
                let parameter =
                    header.space_id == CLAP_CORE_EVENT_SPACE_ID && header.type_ == CLAP_EVENT_PARAM_VALUE;
                let late = parameter && header.time >= frames;
                late.then(|| (index, *std::ptr::from_ref(header).cast::<clap_event_param_value>()))
            };
            let mut events = (0..size(inner)).filter_map(late).peekable();
            // Most blocks have none: only for the others is the room for copies laid out.
            events.peek()?;
            let mut found = Self { inner, late: [None; CAPACITY] };
            for (slot, (index, mut event)) in found.late.iter_mut().zip(events) {
                event.header.time = frames.saturating_sub(1);
                *slot = Some((index, event));
            }
            Some(found)
        }
    }

    /// The list to hand on. It points into `self`.
    pub fn list(&self) -> clap_input_events {
        clap_input_events {
            ctx: std::ptr::from_ref(self).cast_mut().cast(),
            size: Some(size),
            get: Some(get),
        }
    }
}

unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
    // SAFETY: `InTime::list` made this list, and its `InTime` is alive.
    unsafe {
        let own = &*(*list).ctx.cast::<InTime>();
        (*own.inner).size.map_or(0, |size| size(own.inner))
    }
}

unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    // SAFETY: as above.
    unsafe {
        let own = &*(*list).ctx.cast::<InTime>();
        let late = own.late.iter().flatten().find(|(at, _)| *at == index);
        match late {
            Some((_, event)) => &raw const event.header,
            None => (*own.inner).get.map_or(std::ptr::null(), |get| get(own.inner, index)),
        }
    }
}
