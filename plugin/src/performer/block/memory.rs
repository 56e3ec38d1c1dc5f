//! What is recalled in a block: the slots' manners as the parameters say, the manner of a line, a line bit by bit.

use super::{Asked, Block, To};
use crate::memory::{Again, LineRecall};
use crate::performance::{Mode, SLOT_COUNT};
use psivox_core::engine::Event;
use psivox_core::memory::{BLENDED, Recall, Recollection, Weights};
use std::sync::Arc;

/// Time of the way into the manner of a line that goes on from another one, s.
const LINE_GLIDE_S: f32 = 0.3;

/// What the engines were told.
#[derive(Debug, Clone)]
pub(in crate::performer) struct Recalled {
    /// Of slots and of what was chosen by hand: acts on every line until it is let go.
    parts: [Option<Arc<Recollection>>; BLENDED],
    weights: Weights,
    /// Whether the first voice speaks in a manner that was recalled for its line alone.
    line: bool,
}

impl Default for Recalled {
    fn default() -> Self {
        Self { parts: [const { None }; BLENDED], weights: Weights::NONE, line: false }
    }
}

impl Recalled {
    fn acts(&self) -> bool {
        self.parts.iter().any(Option::is_some)
    }

    /// For a voice that has heard nothing of it.
    pub(in crate::performer) fn as_event(&self) -> Option<Recall> {
        Some(Recall { parts: self.parts.clone(), weights: self.weights, over_s: 0.0 })
    }
}

impl Block<'_> {
    /// Follows the parameters: which memories act, and how much.
    pub(super) fn hear_memory(&mut self) {
        let rules = self.performer.rules.memory;
        let remembered = Arc::clone(&self.performer.remembered);
        let mut parts: [Option<Arc<Recollection>>; BLENDED] = [const { None }; BLENDED];
        let mut weights = Weights { parts: [0.0; BLENDED], voice: rules.voice, face: rules.face };
        let acts = rules.voice > 0.0 || rules.face > 0.0;
        if let Some((chosen, share)) = remembered.chosen.as_ref().filter(|_| acts) {
            parts[0] = Some(Arc::clone(chosen));
            let [voice, face] = [rules.voice, rules.face].map(|own| own * share);
            weights = Weights { parts: [1.0, 0.0, 0.0, 0.0], voice, face };
        } else if acts {
            for (at, (slot, weight)) in rules.corners.iter().enumerate() {
                parts[at] = remembered.slots.get(*slot).and_then(Clone::clone);
                weights.parts[at] = if parts[at].is_some() { *weight } else { 0.0 };
            }
            if weights.parts.iter().sum::<f32>() <= 0.0 {
                // On a corner without a memory nothing is recalled.
                parts = [const { None }; BLENDED];
            }
        }
        let own = &self.performer.recalled;
        let same = |(a, b): (&Option<Arc<Recollection>>, &Option<Arc<Recollection>>)| match (a, b) {
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        let parts_stay = own.parts.iter().zip(&parts).all(same);
        if parts_stay && (own.weights == weights || !own.acts()) {
            return;
        }
        let event = match parts_stay {
            true => Event::Weigh(weights),
            false => Event::Recall(Recall { parts: parts.clone(), weights, over_s: rules.glide_s }),
        };
        self.performer.recalled = super::Recalled { parts, weights, line: false };
        self.add(0, To::All, event);
    }

    /// A line begins: it goes on in the tone of the last one, or in the manner that its subject brings back, where nothing
    /// else is recalled.
    pub(super) fn recall_for_line(&mut self, offset: usize, voice: usize, unit: Option<usize>) {
        if self.performer.recalled.acts() {
            return;
        }
        let remembered = Arc::clone(&self.performer.remembered);
        let rules = self.performer.rules.memory;
        let topic = || {
            let (manner, strength) = remembered.topics.get(unit?)?.as_ref()?;
            Some((Arc::clone(manner), strength * rules.topic))
        };
        self.recall_line(offset, voice, remembered.course.clone().or_else(topic));
    }

    /// A line begins in this manner, and without the one of the line before.
    fn recall_line(&mut self, offset: usize, voice: usize, recall: Option<LineRecall>) {
        if self.performer.recalled.acts() {
            return;
        }
        let event = match recall {
            Some((manner, share)) => {
                let [voice, face] = self.performer.rules.memory.shares.map(|own| own * share);
                let weights = Weights { parts: [1.0, 0.0, 0.0, 0.0], voice, face };
                Recall { parts: [Some(manner), None, None, None], weights, over_s: LINE_GLIDE_S }
            }
            None if self.performer.recalled.line => Recall::none(LINE_GLIDE_S),
            None => return,
        };
        self.performer.recalled.line = event.parts[0].is_some();
        self.add(offset, To::Voice(voice), Event::Recall(event));
    }

    /// Says a slot's memory again if that is what notes do; whether it did.
    pub(super) fn replay(&mut self, offset: usize, asked: Asked, velocity: f32) -> bool {
        let rules = self.performer.rules;
        if !rules.memory.replays {
            return false;
        }
        let slot = match asked {
            Asked::Key(key) if rules.mode == Mode::Cue => usize::from(key.wrapping_sub(rules.cue_key)),
            _ => rules.memory.corners[0].0,
        };
        let remembered = Arc::clone(&self.performer.remembered);
        let Some(again) = remembered.again.get(slot.min(SLOT_COUNT)).and_then(Option::as_ref) else {
            return false;
        };
        self.say_again(offset, again, velocity);
        true
    }

    /// Says something again from this sample on.
    pub(super) fn say_again(&mut self, offset: usize, again: &Again, velocity: f32) {
        if self.performer.bypassed_samples.is_some() {
            return;
        }
        if let Some(ensemble) = &mut self.performer.ensemble {
            ensemble.lead_with_first();
        }
        self.performer.shared.note_unit(None);
        match again {
            Again::Replay(rendition) => {
                self.add(offset, To::Voice(0), Event::Replay(Arc::clone(rendition)));
            }
            Again::Alike { score, manner } => {
                self.recall_line(offset, 0, Some((Arc::clone(manner), 1.0)));
                self.add(offset, To::Voice(0), Event::Load(Arc::clone(score)));
                self.add(offset, To::Voice(0), Event::Speak { velocity });
            }
        }
    }
}
