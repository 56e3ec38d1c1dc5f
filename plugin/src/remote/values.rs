//! Values on their way from the network to the host: the newest of each parameter, without locks.

use super::parameters::{PARAMETER_COUNT, clap_scale, id};
use crate::params::PsivoxParams;
use clap_sys::ext::params::{CLAP_EXT_PARAMS, clap_host_params};
use clap_sys::ext::state::{CLAP_EXT_STATE, clap_host_state};
use clap_sys::host::clap_host;
use std::cell::RefCell;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Words of 64 bits: one bit for each parameter.
const WORDS: usize = PARAMETER_COUNT.div_ceil(64);

/// The mailbox of one instance: the worker posts, whoever talks to the host takes. Wait-free at both ends.
#[derive(Debug)]
pub struct RemoteValues {
    /// Which parameters have a value that nobody has taken.
    pending: [AtomicU64; WORDS],
    /// The values, 0..=1 as hosts count.
    values: [AtomicU32; PARAMETER_COUNT],
    /// The host's numbers of the parameters.
    clap_ids: [u32; PARAMETER_COUNT],
    /// What stands for 1 in CLAP.
    clap_scales: [f32; PARAMETER_COUNT],
    /// The host, which outlives the instance; null without one.
    host: AtomicPtr<clap_host>,
    /// Whether the host should hear that the project has changed.
    dirty: AtomicBool,
    /// Why the state that the host loaded last was refused. Never locked by the audio thread.
    refusal: Mutex<Option<String>>,
}

impl RemoteValues {
    /// An empty one.
    pub fn new(params: &PsivoxParams) -> Self {
        Self {
            pending: std::array::from_fn(|_| AtomicU64::new(0)),
            values: std::array::from_fn(|_| AtomicU32::new(0)),
            clap_ids: std::array::from_fn(|index| clap_id(id(index))),
            clap_scales: std::array::from_fn(|index| clap_scale(params, index)),
            host: AtomicPtr::default(),
            dirty: AtomicBool::new(false),
            refusal: Mutex::default(),
        }
    }

    /// Leaves a value, 0..=1, in place of an older one of the same parameter. Wait-free.
    pub fn post(&self, index: usize, normalized: f32) {
        if let Some(slot) = self.values.get(index) {
            slot.store(normalized.to_bits(), Ordering::Relaxed);
            self.pending[index / 64].fetch_or(1 << (index % 64), Ordering::Release);
        }
    }

    /// Whether anything waits. Wait-free.
    pub fn any(&self) -> bool {
        self.pending.iter().any(|word| word.load(Ordering::Relaxed) != 0)
    }

    /// Takes all that waits: index and value, 0..=1. Wait-free. A value that is posted meanwhile may be seen twice, the
    /// newest one last.
    pub fn take(&self) -> impl Iterator<Item = (usize, f32)> + '_ {
        self.pending.iter().enumerate().flat_map(move |(word, pending)| {
            let mut pending = pending.swap(0, Ordering::Acquire);
            std::iter::from_fn(move || {
                let index = 64 * word + pending.trailing_zeros() as usize;
                let value = self.values.get(index).filter(|_| pending != 0)?;
                pending &= pending - 1;
                Some((index, f32::from_bits(value.load(Ordering::Relaxed))))
            })
        })
    }

    /// The host's number of a parameter and a value as CLAP counts it.
    pub fn as_clap(&self, index: usize, normalized: f32) -> (u32, f64) {
        let (id, scale) = (self.clap_ids[index], f64::from(self.clap_scales[index]));
        let value = f64::from(normalized) * scale;
        // Steps are whole; thirds of them are not in binary.
        (id, if scale > 1.0 { value.round() } else { value })
    }

    /// Names the host. It must outlive the instance.
    pub fn set_host(&self, host: *const clap_host) {
        self.host.store(host.cast_mut(), Ordering::Release);
    }

    /// Whether there is a host of CLAP or VST3: it takes the values, else the editor does.
    pub fn is_hosted(&self) -> bool {
        !self.host.load(Ordering::Acquire).is_null()
    }

    /// Notes why a state was refused, or that one was loaded.
    pub fn set_refusal(&self, reason: Option<String>) {
        *self.refusal.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }

    /// Why the state that the host loaded last was refused.
    pub fn refusal(&self) -> Option<String> {
        self.refusal.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Asks the host to fetch what waits although it does not process. Not for the audio thread.
    pub fn request_flush(&self) {
        let host: *const clap_host = self.host.load(Ordering::Acquire);
        // SAFETY: the host outlives the instance, whose worker calls this; both functions may be called by any thread.
        unsafe {
            let Some(params) = extension::<clap_host_params>(host, CLAP_EXT_PARAMS) else { return };
            if let Some(request) = params.request_flush {
                request(host);
            }
        }
    }

    /// Asks for a call in the main thread that tells the host of a changed project. Not for the audio thread.
    pub fn mark_dirty(&self) {
        self.dirty.store(true, Ordering::Release);
        let host: *const clap_host = self.host.load(Ordering::Acquire);
        // SAFETY: as above.
        if let Some(request) = unsafe { host.as_ref() }.and_then(|host| host.request_callback) {
            unsafe { request(host) };
        }
    }

    /// Tells the host of a changed project, if it has. For the host's main thread.
    pub fn tell_dirty(&self) {
        if !self.dirty.swap(false, Ordering::AcqRel) {
            return;
        }
        let host: *const clap_host = self.host.load(Ordering::Acquire);
        // SAFETY: as above, in the main thread.
        unsafe {
            let Some(state) = extension::<clap_host_state>(host, CLAP_EXT_STATE) else { return };
            if let Some(mark) = state.mark_dirty {
                mark(host);
            }
        }
    }
}

/// An extension of the host.
///
/// # Safety
/// `host` must be null or alive, `T` the extension's type.
unsafe fn extension<'a, T>(host: *const clap_host, name: &std::ffi::CStr) -> Option<&'a T> {
    unsafe { host.as_ref()?.get_extension?(host, name.as_ptr()).cast::<T>().as_ref() }
}

/// How CLAP hosts number a parameter: the framework's hash of its name, 31 bits.
fn clap_id(name: &str) -> u32 {
    name.bytes().fold(0u32, |hash, byte| hash.wrapping_mul(31).wrapping_add(u32::from(byte))) & 0x7fff_ffff
}

thread_local! {
    /// The mailbox of the instance that was made last in this thread.
    static MADE: RefCell<Weak<RemoteValues>> = const { RefCell::new(Weak::new()) };
}

/// Leaves the mailbox of a new instance for whoever makes it: the framework offers no way to it.
pub fn hand_over(values: &Arc<RemoteValues>) {
    MADE.with(|made| *made.borrow_mut() = Arc::downgrade(values));
}

/// The mailbox that [`hand_over`] left last in this thread.
pub fn take_over() -> Option<Arc<RemoteValues>> {
    MADE.with(|made| std::mem::take(&mut *made.borrow_mut())).upgrade()
}

#[cfg(test)]
mod tests {
    use super::super::parameters::index_of;
    use super::*;

    fn values() -> RemoteValues {
        RemoteValues::new(&PsivoxParams::default())
    }

    #[test]
    fn the_newest_of_each_is_taken_once() {
        let values = values();
        assert!(!values.any());
        values.post(3, 0.1);
        values.post(PARAMETER_COUNT - 1, 1.0);
        values.post(3, 0.2);
        values.post(PARAMETER_COUNT, 0.5);
        assert!(values.any());
        assert_eq!(values.take().collect::<Vec<_>>(), [(3, 0.2), (PARAMETER_COUNT - 1, 1.0)]);
        assert!(!values.any() && values.take().next().is_none());
    }

    #[test]
    fn clap_counts_steps() {
        let values = values();
        let grid = index_of("beat_division").expect("a parameter");
        assert_eq!(values.as_clap(grid, 4.0 / 6.0).1, 4.0);
        assert_eq!(values.as_clap(index_of("rate").expect("a parameter"), 0.5).1, 0.5);
    }

    #[test]
    fn a_mailbox_is_handed_over_once() {
        let values = Arc::new(values());
        hand_over(&values);
        assert!(take_over().is_some_and(|other| Arc::ptr_eq(&other, &values)));
        assert!(take_over().is_none());
        hand_over(&values);
        drop(values);
        assert!(take_over().is_none(), "nothing is kept alive");
    }
}
