//! Keeps what crosses to the audio thread alive, so that it never frees any of it.

use std::sync::Arc;

/// Owned by the thread that plans. Everything handed to an engine by handle (scores, fields) is put on a shelf too;
/// [`Shelf::tidy`] drops what nobody uses any more.
#[derive(Debug)]
pub struct Shelf<T> {
    kept: Vec<Arc<T>>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { kept: Vec::new() }
    }
}

impl<T> Shelf<T> {
    /// Shares something new: the returned handle goes to the engine, a twin stays here.
    pub fn share(&mut self, item: T) -> Arc<T> {
        self.tidy();
        let item = Arc::new(item);
        self.kept.push(Arc::clone(&item));
        item
    }

    /// Drops everything of which only the shelf's own handle is left. Call it now and then.
    pub fn tidy(&mut self) {
        self.kept.retain(|item| Arc::strong_count(item) > 1);
    }

    /// How much is kept alive.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }
}

/// The shelf of planned lines.
pub type ScoreShelf = Shelf<crate::score::Score>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_stays_and_the_rest_goes() {
        let mut shelf = Shelf::default();
        let (first, second) = (shelf.share(1), shelf.share(2));
        drop(first);
        shelf.tidy();
        assert_eq!((shelf.len(), *second), (1, 2));
        drop(second);
        shelf.tidy();
        assert!(shelf.is_empty());
    }
}
