//! What a receiver has been sent: at rest all of it goes back, also what a mask has meanwhile taken away.

use crate::Moment;
use crate::target::Mask;

/// Everything that was ever sent.
#[derive(Debug, Default)]
pub(super) struct Reach {
    ever: Option<Mask>,
}

impl Reach {
    /// The moment to write: one at rest covers every part that was sent before.
    pub fn cover(&mut self, moment: &Moment) -> Moment {
        let ever = self.ever.map_or(moment.mask, |ever| ever.union(&moment.mask));
        self.ever = Some(ever);
        if moment.rest { Moment { mask: ever, ..*moment } } else { *moment }
    }
}
