//! The worker's part of memory: keeps what was said, does what is ordered, makes ready what can be recalled.

use super::memory_board::{board_of, on_the_pad};
use super::plans::Plans;
use crate::channels::Shared;
use crate::memory::{Again, LineRecall, MemoryCell, MemoryEnds, MemoryOrder, Remembered, Which};
use crate::params::PsivoxParams;
use crate::performance::{Course as Way, SLOT_COUNT};
use crate::performer::engine_config;
use crate::state::{LineCell, LineState};
use psivox_core::engine::{ScoreShelf, Shelf};
use psivox_core::memory::{
    Course, Impression, MAX_FILE_BYTES, Memory, MemoryBank, MemoryError, MemoryMap, RecipeKind, Recollection,
    Rendition, StoredTake, Take,
};
use psivox_core::text::MEANING;
use std::collections::{HashMap, HashSet, VecDeque};
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Memories that a search lights.
const FOUND: usize = 24;
/// Lines whose takes may still come.
const RECENT: usize = 16;
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

/// Something that can be said again.
#[derive(Clone)]
struct Said {
    rendition: Arc<Rendition>,
    /// Whether it is a line or a song of its own, which can be said without a note for each syllable.
    alone: bool,
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

    /// Keeps what lines have left.
    fn keep_lines(&mut self, around: &Around<'_>, line: &LineState) -> bool {
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
    fn keep_takes(&mut self, around: &Around<'_>, line: &LineState) -> bool {
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

    fn obey(&mut self, around: &Around<'_>) -> bool {
        let mut obeyed = false;
        let wishes = self.cell.desk().take_orders();
        let orders = wishes.into_iter().filter_map(MemoryOrder::of).collect::<Vec<_>>();
        let mut orders = orders.into_iter().map(|order| (order, false));
        while let Some((order, by_osc)) =
            orders.next().or_else(|| self.cell.next_order().map(|order| (order, true)))
        {
            self.ordered |=
                !matches!(order, MemoryOrder::Find(_) | MemoryOrder::Export(..) | MemoryOrder::Replay(_));
            let told = self.act(order, around);
            if by_osc && let Err(error) = &told {
                self.refusal = Some(error.clone());
            }
            self.cell.lock().message = match told {
                Ok(message) => message,
                Err(error) => Some(error),
            };
            obeyed = true;
        }
        obeyed
    }

    /// Does one thing; what the user should know of it.
    fn act(&mut self, order: MemoryOrder, around: &Around<'_>) -> Result<Option<String>, String> {
        let told = |error: MemoryError| error.to_string();
        match order {
            MemoryOrder::Remember(name) => {
                let mut state = self.cell.lock();
                let last = state.bank.latest().map(|memory| memory.id);
                let id = last.ok_or("nothing was said yet that could be remembered; speak first")?;
                state.bank.rename(id, &name).map_err(told)?;
                return Ok(Some(format!("the last line is remembered as '{name}'")));
            }
            MemoryOrder::Recall(id) => {
                (self.chosen, self.blend) = (None, None);
                self.cell.lock().bank.touch(id).map_err(told)?;
            }
            MemoryOrder::Blend(parts, share) => return self.choose(&parts, share).map(|()| None),
            MemoryOrder::Replay(which) => {
                let id = find(&self.cell.lock().bank, &which)?;
                let (again, notice) = self.again(id, around.shared.sample_rate_hz())?;
                self.replay = Some(again);
                return Ok(notice);
            }
            MemoryOrder::ToSlot(which, slot) => {
                let id = find(&self.cell.lock().bank, &which)?;
                put(around.line, slot, Some(id))?;
            }
            MemoryOrder::Rename(id, name) => self.cell.lock().bank.rename(id, &name).map_err(told)?,
            MemoryOrder::Tag(id, tags) => self.cell.lock().bank.tag(id, tags).map_err(told)?,
            MemoryOrder::Pin(id, pinned) => self.cell.lock().bank.pin(id, pinned).map_err(told)?,
            MemoryOrder::Forget(which) => {
                let id = find_named(&self.cell.lock().bank, &which)?;
                self.cell.lock().bank.forget(id).map_err(told)?;
                self.let_go(|own| own == id, around);
            }
            MemoryOrder::ForgetAll => {
                self.cell.lock().bank.clear();
                self.let_go(|_| true, around);
            }
            MemoryOrder::ResetSession => {
                self.cell.lock().bank.reset_session();
                self.course = None;
            }
            MemoryOrder::KeepTexts(keeps) => {
                let mut state = self.cell.lock();
                state.keeps_texts = keeps;
                if !keeps {
                    state.bank.forget_texts();
                    drop(state);
                    self.forget_replays();
                }
            }
            MemoryOrder::Export(path, texts) => {
                let bytes = self.cell.lock().bank.to_bytes(texts);
                write(&path, &bytes)?;
                return Ok(Some(format!("all memories are in {}", path.display())));
            }
            MemoryOrder::Import(path) => return self.import(&path).map(Some),
            MemoryOrder::Find(words) => {
                let found = self.cell.lock().bank.said_like(&words, None, FOUND);
                self.found = found.into_iter().map(|found| found.id).collect();
                self.search = words;
            }
        }
        Ok(None)
    }

    fn choose(&mut self, parts: &[(Which, f32)], share: f32) -> Result<(), String> {
        let state = self.cell.lock();
        let ids = parts.iter().map(|(which, weight)| Ok((find(&state.bank, which)?, *weight)));
        let ids = ids.collect::<Result<Vec<(u64, f32)>, String>>()?;
        if ids.is_empty() {
            (self.chosen, self.blend) = (None, None);
            return Ok(());
        }
        let recollection = state.bank.recollect(&ids).map_err(|error| error.to_string())?;
        drop(state);
        for (id, _) in &ids {
            // It was there a moment ago.
            _ = self.cell.lock().bank.touch(*id);
        }
        self.blend = Some((self.recollections.share(recollection), share.clamp(0.0, 1.0)));
        self.chosen = Some((ids, share));
        Ok(())
    }

    fn import(&mut self, path: &Path) -> Result<String, String> {
        let place = path.display();
        let other = read(path)?;
        let (other, losses) = MemoryBank::from_bytes(&other).map_err(|error| format!("{place}: {error}"))?;
        let report = self.cell.lock().bank.merge(other);
        // Memories may have got their takes back.
        self.forget_replays();
        let lost = losses
            .first()
            .map_or(String::new(), |first| format!("; {} could not be read ({first})", losses.len()));
        Ok(format!("{} memories came from {place}, {} were known{lost}", report.taken, report.known))
    }

    /// Nothing refers any more to what is gone.
    fn let_go(&mut self, gone: impl Fn(u64) -> bool, around: &Around<'_>) {
        self.manners.retain(|id, _| !gone(*id));
        self.replays.retain(|id, _| !gone(*id));
        if self.chosen.as_ref().is_some_and(|(ids, _)| ids.iter().any(|(id, _)| gone(*id))) {
            (self.chosen, self.blend) = (None, None);
        }
        self.last.retain(|(_, id)| !gone(*id));
        for slot in 0..SLOT_COUNT {
            let held = around.line.get().performance.slots.get(slot).and_then(|own| own.memory);
            if held.is_some_and(&gone) {
                // A slot that is emptied is within its bounds.
                _ = put(around.line, slot, None);
            }
        }
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

    fn forget_replays(&mut self) {
        self.replays.clear();
        self.misfits.clear();
    }

    /// A memory, to be said again at a sample rate, and what its user should know of how.
    fn again(&mut self, id: u64, rate_hz: Option<f32>) -> Result<(Again, Option<String>), String> {
        let said = self.said(id)?;
        let fits = rate_hz.map_or(Ok(()), |rate_hz| said.rendition.fits(&engine_config(rate_hz)));
        let Err(error) = fits else { return Ok((Again::Replay(said.rendition), None)) };
        let score = said.rendition.scores().last().filter(|_| said.alone);
        let (Some(score), Some(manner)) = (score, self.manner(id)) else { return Err(error.to_string()) };
        let score = self.scores.share(psivox_core::Score::clone(score));
        let other = "its words are said in the remembered manner instead; say it anew to replay it here";
        Ok((Again::Alike { score, manner }, Some(format!("no replay: {error}; {other}"))))
    }

    /// A memory with all that it takes to say it again.
    fn said(&mut self, id: u64) -> Result<Said, String> {
        if let Some(Some(known)) = self.replays.get(&id) {
            return Ok(known.clone());
        }
        let bytes = self.cell.lock().bank.get(id).and_then(|memory| memory.take.clone());
        let bytes = bytes.ok_or("it cannot be said again bit by bit any more; recall its manner instead")?;
        let stored = StoredTake::from_bytes(&bytes).map_err(|error| error.to_string())?;
        let alone = stored.recipes.last().is_some_and(|recipe| recipe.kind != RecipeKind::Sheet);
        let rendition = self.renditions.share(stored.rendition().map_err(|error| error.to_string())?);
        let said = Said { rendition, alone };
        self.replays.insert(id, Some(said.clone()));
        Ok(said)
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

    /// What a slot says again. What is amiss is told once.
    fn slot_again(&mut self, id: u64, wanted: &Wanted) -> Option<Again> {
        if matches!(self.replays.get(&id), Some(None)) {
            return None;
        }
        let made = self.again(id, wanted.rate_hz);
        let news = match &made {
            Ok((_, None)) => None,
            Ok((_, notice)) => notice.clone(),
            Err(error) => Some(error.clone()),
        };
        let rate = wanted.rate_hz.unwrap_or(0.0).to_bits();
        if wanted.replays && news.is_some() && self.misfits.insert((id, rate)) {
            self.cell.lock().message = news;
        }
        // Of a bounce nothing is told: who wants to replay it afterwards has to be.
        if made.is_err() && wanted.replays && !self.replays.contains_key(&id) {
            self.replays.insert(id, None);
        }
        made.ok().map(|(again, _)| again)
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

/// The memory that is meant.
fn find(bank: &MemoryBank, which: &Which) -> Result<u64, String> {
    match which {
        Which::Id(id) => {
            bank.get(*id).map(|memory| memory.id).ok_or_else(|| MemoryError::Gone { id: *id }.to_string())
        }
        Which::Words(words) => {
            bank.choose_or_said(words).map(|memory| memory.id).map_err(|error| error.to_string())
        }
    }
}

/// The memory that is to be forgotten: it has to be named, not merely resembled.
fn find_named(bank: &MemoryBank, which: &Which) -> Result<u64, String> {
    match which {
        Which::Id(_) => find(bank, which),
        Which::Words(name) => bank.choose(name).map(|memory| memory.id).map_err(|error| error.to_string()),
    }
}

/// Puts a memory on a slot, or takes it off.
fn put(line: &LineCell, slot: usize, memory: Option<u64>) -> Result<(), String> {
    if slot >= SLOT_COUNT {
        return Err(format!("there are slots 1 to {SLOT_COUNT}, not {}", slot + 1));
    }
    let change = |line: &mut LineState| {
        let slots = &mut line.performance.slots;
        if slots.len() <= slot {
            slots.resize(slot + 1, Default::default());
        }
        slots[slot].memory = memory;
        if memory.is_some() {
            // A slot holds one or the other.
            slots[slot].values.clear();
        }
    };
    line.amend(change).map_err(|error| error.to_string())
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    let place = path.display();
    let advice = |error: std::io::Error| format!("{place}: {error}; choose another file");
    let about = std::fs::metadata(path).map_err(advice)?;
    // Anything else, such as a pipe, may never end.
    if !about.is_file() {
        return Err(format!("{place}: it is no file; choose another file"));
    }
    let file = std::fs::File::open(path).map_err(advice)?;
    MemoryBank::check_file_size(about.len()).map_err(|error| format!("{place}: {error}"))?;
    let mut bytes = Vec::new();
    file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(advice)?;
    Ok(bytes)
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    psivox_wire::write_whole(path, bytes)
        .map_err(|error| format!("{}: {error}; choose another place", path.display()))
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
