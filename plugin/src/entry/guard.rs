//! The edge of the library: a panic of ours ends here and becomes an answer that the host understands.

use std::panic::{AssertUnwindSafe, catch_unwind};

/// What `work` yields; none if it panicked.
pub(crate) fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(done) => Some(done),
        Err(panic) => {
            // What was thrown may panic again when it is dropped.
            std::mem::forget(panic);
            None
        }
    }
}

/// What `work` yields; `otherwise` if it panicked.
pub(crate) fn edge<T>(otherwise: T, work: impl FnOnce() -> T) -> T {
    caught(work).unwrap_or(otherwise)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Mean;

    impl Drop for Mean {
        fn drop(&mut self) {
            panic!("once more");
        }
    }

    #[test]
    fn a_panic_becomes_an_answer_even_if_it_comes_twice() {
        assert_eq!(edge(1, || 2), 2);
        assert_eq!(edge(1, || panic!("in the middle")), 1);
        assert_eq!(edge(1, || std::panic::panic_any(Mean)), 1);
    }
}
