//! What is ordered by hand or by OSC.

use super::{Around, MemoryDesk};
use crate::memory::{MemoryOrder, Which};
use crate::performance::SLOT_COUNT;
use crate::state::{LineCell, LineState};
use psivox_core::memory::{MAX_FILE_BYTES, MemoryBank, MemoryError};
use std::io::Read;
use std::path::Path;

/// Memories that a search lights.
const FOUND: usize = 24;

impl MemoryDesk {
    pub(super) fn obey(&mut self, around: &Around<'_>) -> bool {
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
        for (slot, own) in around.line.get().performance.slots.iter().enumerate() {
            if own.memory.is_some_and(&gone) {
                // A slot that is emptied is within its bounds.
                _ = put(around.line, slot, None);
            }
        }
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
