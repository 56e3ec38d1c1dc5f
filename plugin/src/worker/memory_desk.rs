//! The worker's part of memory: keeps what was said, does what is ordered, makes ready what can be recalled.

mod again;
mod lines;
mod orders;

use super::memory_board::{board_of, on_the_pad};
use super::plans::Plans;
use crate::channels::Shared;
use crate::memory::{Again, LineRecall, MemoryCell, MemoryEnds, Remembered};
use crate::params::PsivoxParams;
use crate::performance::{Course as Way, SLOT_COUNT};
use crate::state::{LineCell, LineState};
use again::Said;
use psivox_core::engine::{ScoreShelf, Shelf};
use psivox_core::memory::{Course, MemoryMap, Recollection, Rendition};
use psivox_core::text::MEANING;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often the window's board is made anew while the window is open and nothing happens: what fades is seen fading.
const BOARD_EVERY: Duration = Duration::from_secs(2);

/// What was asked for in place of the slots: ids, their weights, and the share.
type Chosen = (Vec<(u64, f32)>, f32);

/// How memory is to act, as of the last look.
#[derive(Debug, Clone, PartialEq)]
struct Wanted {
    /// The slot that acts.
    slot: i32,
    replays: bool,
    topic: bool,
    way: Way,
    lines: u32,
    slots: [Option<u64>; SLOT_COUNT],
    /// The request that a bounce began with: all that its lanes may ask for is made ready then, and nothing changes
    /// until it is over, since the worker does not follow it at its pace.
    bounce: Option<u64>,
    /// The host's sample rate, for replays.
    rate_hz: Option<f32>,
}

impl Wanted {
    fn of(params: &PsivoxParams, line: &LineState, shared: &Shared) -> Self {
        let own = &params.performance;
        let slot = |index: usize| line.performance.slots.get(index).and_then(|slot| slot.memory);
        Self {
            slot: own.memory_slot.value(),
            replays: own.memory_replay.value(),
            topic: own.memory_topic.value() > 0.0,
            way: own.course.value(),
            lines: own.course_lines.value().max(1) as u32,
            slots: std::array::from_fn(slot),
            bounce: shared.offline().then(|| shared.requested()),
            rate_hz: shared.sample_rate_hz(),
        }
    }
}

/// See the module.
pub(super) struct MemoryDesk {
    cell: MemoryCell,
    ends: MemoryEnds,
    recollections: Shelf<Recollection>,
    renditions: Shelf<Rendition>,
    scores: ScoreShelf,
    remembered: Shelf<Remembered>,
    /// Made ready once for each memory.
    manners: HashMap<u64, Arc<Recollection>>,
    replays: HashMap<u64, Option<Said>>,
    /// Memories of which it was told that they cannot be replayed at this rate.
    misfits: HashSet<(u64, u32)>,
    chosen: Option<Chosen>,
    /// The same, made ready.
    blend: Option<LineRecall>,
    course: Option<LineRecall>,
    wanted: Option<Wanted>,
    /// Changes and loaded projects that were seen.
    seen: u64,
    loaded: u64,
    map: MemoryMap,
    found: Vec<u64>,
    search: String,
    /// Whether an order has changed the project.
    ordered: bool,
    /// Numbers of the last lines and their memories, until their takes have come.
    last: VecDeque<(u64, u64)>,
    clock: Instant,
    shown: Option<Instant>,
    /// What somebody wants said again.
    replay: Option<Again>,
    /// Why the last order that came by OSC was not done.
    refusal: Option<String>,
}

/// What memory needs to know of the rest.
pub(super) struct Around<'a> {
    pub params: &'a PsivoxParams,
    pub shared: &'a Shared,
    pub line: &'a LineCell,
    pub plans: &'a Plans,
}

impl MemoryDesk {
    pub fn new(cell: MemoryCell, ends: MemoryEnds) -> Self {
        Self {
            cell,
            ends,
            recollections: Shelf::default(),
            renditions: Shelf::default(),
            scores: ScoreShelf::default(),
            remembered: Shelf::default(),
            manners: HashMap::new(),
            replays: HashMap::new(),
            misfits: HashSet::new(),
            chosen: None,
            blend: None,
            course: None,
            wanted: None,
            seen: 0,
            loaded: 0,
            map: MemoryMap::default(),
            found: Vec::new(),
            search: String::new(),
            ordered: false,
            last: VecDeque::new(),
            clock: Instant::now(),
            shown: None,
            replay: None,
            refusal: None,
        }
    }

    /// Does what is to be done; true if there is something else to recall than before.
    pub fn turn(&mut self, around: &Around<'_>) -> bool {
        let line = around.line.get();
        let mut changed = self.take_over();
        changed |= self.keep_lines(around, &line);
        changed |= self.keep_takes(around, &line);
        changed |= self.obey(around);
        let wanted = Wanted::of(around.params, &around.line.get(), around.shared);
        let own = self.wanted.as_ref();
        let bounces = wanted.bounce.is_some() && own.is_some_and(|own| own.bounce == wanted.bounce);
        if !bounces && self.wanted.as_ref() != Some(&wanted) {
            self.follow_course(&wanted);
            if self.wanted.as_ref().is_some_and(|before| before.slot != wanted.slot) {
                // Who goes to another slot wants what is in it.
                (self.chosen, self.blend) = (None, None);
            }
            self.wanted = Some(wanted);
            changed = true;
        }
        self.recollections.tidy();
        self.renditions.tidy();
        self.scores.tidy();
        self.remembered.tidy();
        let looked_at = around.shared.editor_open() && self.cell.desk().is_shown();
        let due = self.shown.is_none_or(|shown| shown.elapsed() >= BOARD_EVERY);
        if looked_at && (changed || due) {
            self.show(around);
        } else if !looked_at {
            self.shown = None;
        }
        changed
    }

    /// Whether the project has changed since the last call by what somebody ordered.
    pub fn take_changed(&mut self) -> bool {
        std::mem::take(&mut self.ordered)
    }

    /// Makes the window's board.
    fn show(&mut self, around: &Around<'_>) {
        let rules = &around.params.performance;
        let acts = rules.memory_recall.value();
        let slots = self.wanted.as_ref().map_or([None; SLOT_COUNT], |wanted| wanted.slots);
        let at = [rules.memory_x.value(), rules.memory_y.value()];
        let active = match &self.chosen {
            _ if !acts => Vec::new(),
            Some((parts, _)) => parts.clone(),
            None => on_the_pad((rules.memory_slot.value() - 1).max(0) as usize, at, &slots),
        };
        let search = (self.search.as_str(), self.found.as_slice());
        let state = self.cell.lock();
        let board = board_of(&state, &mut self.map, active, slots, search, self.clock.elapsed());
        drop(state);
        self.cell.desk().show(board);
        self.shown = Some(Instant::now());
    }

    /// The line that somebody wants said again.
    pub fn take_replay(&mut self) -> Option<Again> {
        self.replay.take()
    }

    /// Why an order that came by OSC was not done.
    pub fn take_refusal(&mut self) -> Option<String> {
        self.refusal.take()
    }

    /// What came from outside the worker; where that is another project, nothing that was made ready counts any more.
    fn take_over(&mut self) -> bool {
        let (changes, loads) = (self.cell.changes(), self.cell.loads());
        if std::mem::replace(&mut self.loaded, loads) != loads {
            self.manners.clear();
            self.forget_replays();
            (self.chosen, self.blend, self.course, self.wanted) = (None, None, None, None);
            self.last.clear();
        }
        std::mem::replace(&mut self.seen, changes) != changes
    }

    /// The course as the parameters want it now.
    fn follow_course(&mut self, wanted: &Wanted) {
        let before = self.wanted.as_ref().map(|own| (own.way, own.lines));
        if before == Some((wanted.way, wanted.lines)) {
            return;
        }
        let course = match wanted.way {
            Way::Free => Course::Free,
            Way::Same => Course::Same,
            Way::Calm => Course::Calm { lines: wanted.lines },
        };
        let mut state = self.cell.lock();
        // A project that was loaded goes on where it was: its next line was counted when it was saved.
        let awaited = state.bank.awaited_line().filter(|_| before.is_none() && state.bank.course() == course);
        state.bank.set_course(course);
        drop(state);
        match awaited {
            Some((recollection, share)) => {
                self.course = Some((self.recollections.share(recollection), share));
            }
            None => self.next_of_course(wanted),
        }
    }

    fn next_of_course(&mut self, wanted: &Wanted) {
        let next = match wanted.way {
            Way::Free => None,
            _ => self.cell.lock().bank.next_line(),
        };
        self.course = next.map(|(recollection, share)| (self.recollections.share(recollection), share));
    }

    /// All that can be recalled, made ready for the audio thread.
    pub fn prepare(&mut self, plans: &Plans) -> Arc<Remembered> {
        let mut own =
            Remembered { course: self.course.clone(), chosen: self.blend.clone(), ..Remembered::default() };
        let Some(wanted) = self.wanted.clone() else { return self.remembered.share(own) };
        for (slot, id) in wanted.slots.iter().enumerate() {
            let Some(id) = *id else { continue };
            own.slots[slot] = self.manner(id);
            if wanted.replays || wanted.bounce.is_some() {
                own.again[slot] = self.slot_again(id, &wanted);
            }
        }
        if wanted.topic || wanted.bounce.is_some() {
            own.topics = self.topics(plans);
        }
        self.remembered.share(own)
    }

    fn manner(&mut self, id: u64) -> Option<Arc<Recollection>> {
        if !self.manners.contains_key(&id) {
            let recollection = self.cell.lock().bank.recollect(&[(id, 1.0)]).ok()?;
            self.manners.insert(id, self.recollections.share(recollection));
        }
        self.manners.get(&id).cloned()
    }

    fn topics(&mut self, plans: &Plans) -> Vec<Option<LineRecall>> {
        let state = self.cell.lock();
        let recollect = |meaning: [f32; MEANING]| {
            let topic = state.bank.topic(&meaning)?;
            Some((state.bank.recollect(&topic.parts).ok()?, topic.strength))
        };
        let found: Vec<Option<(Recollection, f32)>> = plans.subjects().map(recollect).collect();
        drop(state);
        let mut share = |(recollection, strength)| (self.recollections.share(recollection), strength);
        found.into_iter().map(|topic| topic.map(&mut share)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_that_changes_what_is_made_ready_is_looked_at() {
        let wanted = |set: &[(&str, f32)]| {
            Wanted::of(&PsivoxParams::with(set), &LineState::default(), &Shared::default())
        };
        for id in ["memory_slot", "memory_replay", "memory_topic", "course", "course_lines"] {
            assert_ne!(wanted(&[(id, 1.0)]), wanted(&[]), "{id}");
        }
    }
}
