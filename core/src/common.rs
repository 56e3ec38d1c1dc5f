//! Data that all instances of a process have in common: made by the first that needs it, gone with the last.

use std::sync::{Arc, Mutex, PoisonError, Weak};

/// The place of one such value. Not for the audio thread: whoever comes first makes it while the others wait.
#[derive(Debug)]
pub(crate) struct Common<T>(Mutex<Weak<T>>);

impl<T> Common<T> {
    /// An empty place.
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Weak::new()))
    }

    /// The value that others have, or a new one.
    pub(crate) fn get<E>(&self, make: impl FnOnce() -> Result<T, E>) -> Result<Arc<T>, E> {
        // A maker that panicked has left the place as it was.
        let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(there) = place.upgrade() {
            return Ok(there);
        }
        let made = Arc::new(make()?);
        *place = Arc::downgrade(&made);
        Ok(made)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_for_all_and_none_when_nobody_needs_it() {
        let place = Common::new();
        let first = place.get(|| Ok::<_, ()>(1)).expect("made");
        let second = place.get(|| Err(())).expect("there already");
        assert!(Arc::ptr_eq(&first, &second));
        drop((first, second));
        assert!(place.get(|| Err(())).is_err(), "gone with the last");
        assert_eq!(place.get(|| Ok::<_, ()>(2)).as_deref(), Ok(&2));
    }

    #[test]
    fn a_maker_that_fails_or_panics_leaves_the_place_usable() {
        let place: Common<u8> = Common::new();
        assert_eq!(place.get(|| Err("no")), Err("no"));
        let panics = || place.get(|| -> Result<u8, ()> { panic!("in the middle") });
        assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(panics)).is_err());
        assert_eq!(place.get(|| Ok::<_, ()>(3)).as_deref(), Ok(&3));
    }
}
