//! What lines leave: their memories, and all that is needed to say them again.

use super::{Around, MemoryDesk};
use crate::state::LineState;
use crate::worker::plans::Plans;
use psivox_core::memory::{Impression, Memory, MemoryError, StoredTake, Take};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Lines whose takes may still come.
const RECENT: usize = 16;

impl MemoryDesk {
    /// Keeps what lines have left.
    pub(super) fn keep_lines(&mut self, around: &Around<'_>, line: &LineState) -> bool {
        let mut kept = false;
        while let Ok((number, impression)) = self.ends.impressions.pop() {
            let elapsed_s = self.clock.elapsed().as_secs_f64();
            self.clock = Instant::now();
            let memory = self.memory_of(&impression, around.plans, line);
            let mut state = self.cell.lock();
            state.bank.advance(elapsed_s);
            let text = memory.text.clone().filter(|_| state.keeps_texts);
            match state.bank.keep(Memory { text, ..memory }) {
                Ok(id) => {
                    self.last.truncate(RECENT - 1);
                    self.last.push_front((number, id));
                }
                Err(error) => state.message = Some(error.to_string()),
            }
            kept = true;
        }
        if kept && let Some(wanted) = self.wanted.clone() {
            self.next_of_course(&wanted);
        }
        kept
    }

    fn memory_of(&self, impression: &Impression, plans: &Plans, line: &LineState) -> Memory {
        let recipe = plans.recipe_of(impression.score);
        let persona = recipe.as_ref().map_or(line.persona.as_str(), |recipe| recipe.persona.name.as_str());
        let text = recipe.as_ref().map_or("", |recipe| recipe.text.as_str());
        let meaning = psivox_core::text::utterance_meaning(text.split_whitespace());
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let memory = Memory::of(impression, text, &meaning, persona);
        let text = memory.text.clone().filter(|text| !text.is_empty());
        Memory { unix_s: i64::try_from(now).unwrap_or(0), text, ..memory }
    }

    /// Gives lines all that is needed to say them again; whether a slot waits for that.
    pub(super) fn keep_takes(&mut self, around: &Around<'_>, line: &LineState) -> bool {
        let mut awaited = false;
        while let Ok((number, raw)) = self.ends.takes.pop() {
            let stored = Take::of(&raw).and_then(|take| {
                let recipe = |id: &u64| {
                    let lost = || MemoryError::Unreplayable { why: "its text is not known any more" };
                    around.plans.recipe_of(*id).ok_or_else(lost)
                };
                let recipes = take.scores().iter().map(recipe).collect::<Result<Vec<_>, _>>()?;
                StoredTake { take, recipes, field: line.field_spec() }.to_bytes()
            });
            // There is room: as many are on their way as there are places.
            _ = self.ends.empty.push(raw);
            let mut state = self.cell.lock();
            let own = self.last.iter().find(|(own, _)| *own == number).map(|(_, id)| *id);
            let Some(id) = own.filter(|_| state.keeps_texts) else { continue };
            // What cannot be replayed can still be spoken like.
            let Ok(bytes) = stored else { continue };
            if let Err(error) = state.bank.give_take(id, bytes) {
                state.message = Some(error.to_string());
            }
            awaited |= self.replays.remove(&id).is_some();
        }
        awaited
    }
}
