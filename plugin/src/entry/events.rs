//! The host's events, put right before the framework reads them: it trusts pointers, sizes, numbers and the order of times.
//!
//! What cannot be an event becomes one of no meaning; a time that runs backwards becomes that of the event before; a time
//! beyond the block becomes the block's last sample. The last is also what VST3 hosts such as Ardour need, which write
//! the value that a lane reaches at the end of a block with an offset of the block's whole length.

use clap_sys::events::*;
use std::cell::{Cell, UnsafeCell};
use std::mem::MaybeUninit;

/// More events than this in one call are no music; the rest is not read.
const MAX_EVENTS: u32 = 65_536;
/// Longest SysEx message that is handed on, in bytes.
const MAX_SYSEX_BYTES: u32 = 65_536;
/// The type of an event of no meaning.
const NOTHING: u16 = u16::MAX;
/// Fastest tempo that is believed, in beats a minute.
const MAX_TEMPO_BPM: f64 = 10_000.0;

/// Room for a copy of any event that is read, aligned like all of them.
type Room = MaybeUninit<[u64; 16]>;

/// The list to hand on. Lives on the stack of `process` and `flush`; an event is valid until the next one is asked for.
pub(super) struct Lawful {
    inner: *const clap_input_events,
    count: u32,
    last: u32,
    /// The event after the one that was asked for last, and the time of that one.
    place: Cell<(u32, u32)>,
    copy: UnsafeCell<Room>,
}

impl Lawful {
    /// Puts a list right for a block of so many frames; `None` if there is no list.
    ///
    /// # Safety
    /// `inner` must be null or a list that stays valid for as long as the result is used. Its functions may be null.
    ///
    /// # Realtime
    /// Safe.
    pub(super) unsafe fn of(inner: *const clap_input_events, frames: u32) -> Option<Self> {
        // SAFETY: the caller vouches for the list.
        let count = unsafe {
            let list = inner.as_ref()?;
            list.get?;
            list.size?(inner).min(MAX_EVENTS)
        };
        Some(Self {
            inner,
            count,
            last: frames.saturating_sub(1),
            place: Cell::new((0, 0)),
            copy: UnsafeCell::new(MaybeUninit::uninit()),
        })
    }

    /// The list. It points into `self`.
    pub(super) fn list(&self) -> clap_input_events {
        clap_input_events {
            ctx: std::ptr::from_ref(self).cast_mut().cast(),
            size: Some(size),
            get: Some(get),
        }
    }

    /// The host's event, if it gives one.
    unsafe fn raw(&self, index: u32) -> Option<&clap_event_header> {
        // SAFETY: `of` has seen the list and its functions.
        unsafe { (*self.inner).get?(self.inner, index).as_ref() }
    }

    /// When an event acts: never before the one before it.
    unsafe fn time(&self, index: u32) -> u32 {
        let (next, time) = self.place.get();
        if index + 1 == next {
            return time;
        }
        let (first, mut time) = if index < next { (0, 0) } else { (next, time) };
        for index in first..=index {
            // SAFETY: as `raw`.
            let own = unsafe { self.raw(index) }.map_or(0, |event| event.time.min(self.last));
            time = time.max(own);
        }
        self.place.set((index + 1, time));
        time
    }

    unsafe fn event(&self, index: u32) -> *const clap_event_header {
        // SAFETY: `raw` as above; a copy is made of what the event's size covers; nobody else uses the room meanwhile.
        unsafe {
            let time = self.time(index);
            let room = self.copy.get().cast::<u8>();
            let event = self.raw(index).filter(|event| event.space_id == CLAP_CORE_EVENT_SPACE_ID);
            if let Some(event) = event {
                if event.type_ == CLAP_EVENT_TRANSPORT && event.time == time && is_transport(event) {
                    // The framework keeps the pointer until the next one comes, so no copy.
                    return event;
                }
                if let Some(size) = size_of_kind(event.type_).filter(|size| event.size as usize >= *size) {
                    std::ptr::copy_nonoverlapping(std::ptr::from_ref(event).cast::<u8>(), room, size);
                    let copy = room.cast::<clap_event_header>();
                    (*copy).time = time;
                    if tame(copy) {
                        return copy;
                    }
                }
            }
            let copy = room.cast::<clap_event_header>();
            let size = size_of::<clap_event_header>() as u32;
            copy.write(clap_event_header {
                size,
                time,
                space_id: CLAP_CORE_EVENT_SPACE_ID,
                type_: NOTHING,
                flags: 0,
            });
            copy
        }
    }
}

unsafe extern "C" fn size(list: *const clap_input_events) -> u32 {
    // SAFETY: `Lawful::list` made this list, and its `Lawful` is alive.
    unsafe { (*(*list).ctx.cast::<Lawful>()).count }
}

unsafe extern "C" fn get(list: *const clap_input_events, index: u32) -> *const clap_event_header {
    // SAFETY: as above.
    unsafe {
        let own = &*(*list).ctx.cast::<Lawful>();
        if index < own.count { own.event(index) } else { std::ptr::null() }
    }
}

/// How long an event of a kind that is copied must be, in bytes.
fn size_of_kind(kind: u16) -> Option<usize> {
    Some(match kind {
        CLAP_EVENT_NOTE_ON | CLAP_EVENT_NOTE_OFF | CLAP_EVENT_NOTE_CHOKE => size_of::<clap_event_note>(),
        CLAP_EVENT_NOTE_EXPRESSION => size_of::<clap_event_note_expression>(),
        CLAP_EVENT_PARAM_VALUE => size_of::<clap_event_param_value>(),
        CLAP_EVENT_PARAM_MOD => size_of::<clap_event_param_mod>(),
        CLAP_EVENT_MIDI => size_of::<clap_event_midi>(),
        CLAP_EVENT_MIDI_SYSEX => size_of::<clap_event_midi_sysex>(),
        _ => return None,
    })
}

const _: () = assert!(size_of::<clap_event_param_value>() <= size_of::<Room>());
const _: () = assert!(size_of::<clap_event_note_expression>() <= size_of::<Room>());

/// Puts the numbers of an event right; false if it means nothing.
///
/// # Safety
/// The event must be as long as its kind.
unsafe fn tame(event: *mut clap_event_header) -> bool {
    // SAFETY: the caller vouches for the length.
    unsafe {
        match (*event).type_ {
            CLAP_EVENT_NOTE_ON | CLAP_EVENT_NOTE_OFF | CLAP_EVENT_NOTE_CHOKE => {
                let velocity = &mut (*event.cast::<clap_event_note>()).velocity;
                *velocity = velocity.clamp(0.0, 1.0);
                velocity.is_finite()
            }
            CLAP_EVENT_NOTE_EXPRESSION => {
                let value = &mut (*event.cast::<clap_event_note_expression>()).value;
                // The widest range of any expression: tuning.
                *value = value.clamp(-120.0, 120.0);
                value.is_finite()
            }
            CLAP_EVENT_PARAM_VALUE => (*event.cast::<clap_event_param_value>()).value.is_finite(),
            CLAP_EVENT_PARAM_MOD => (*event.cast::<clap_event_param_mod>()).amount.is_finite(),
            CLAP_EVENT_MIDI => {
                let data = &mut (*event.cast::<clap_event_midi>()).data;
                data[1] &= 0x7f;
                data[2] &= 0x7f;
                data[0] & 0x80 != 0
            }
            CLAP_EVENT_MIDI_SYSEX => {
                let message = &*event.cast::<clap_event_midi_sysex>();
                !message.buffer.is_null() && (1..=MAX_SYSEX_BYTES).contains(&message.size)
            }
            _ => false,
        }
    }
}

/// Whether what stands at a pointer is a transport that can be believed.
///
/// # Safety
/// The pointer must be null or that of an event.
pub(super) unsafe fn is_transport(event: *const clap_event_header) -> bool {
    // SAFETY: the size is looked at before anything behind the header.
    unsafe {
        let Some(header) = event.as_ref() else { return false };
        if (header.size as usize) < size_of::<clap_event_transport>() {
            return false;
        }
        let transport = &*event.cast::<clap_event_transport>();
        let tempo = transport.flags & CLAP_TRANSPORT_HAS_TEMPO != 0;
        !tempo || (transport.tempo > 0.0 && transport.tempo <= MAX_TEMPO_BPM)
    }
}
