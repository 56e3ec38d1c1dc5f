//! Does what the row of sounds asks for: presets, undo, A and B, the dice.

use super::Sources;
use super::preset_bar::{PresetBar, PresetWish};
use crate::history::{Compare, History, Snapshot};
use crate::preset::{Library, Preset, PresetError, set_all};
use crate::randomise::randomise;
use nice_plug::context::gui::GuiContext;
use std::path::Path;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

/// How late a host may deliver values that were set here.
const SETTLING: Duration = Duration::from_millis(600);

/// What is remembered between pictures.
#[derive(Default)]
pub struct Sounds {
    /// How everything was in the last picture.
    last: Option<Snapshot>,
    /// Counts the draws, so that each is another one.
    draws: u64,
    /// The preset that was loaded last.
    loaded: Option<Preset>,
    /// Until then what changes is the work of a click: hosts deliver values late.
    acts_until: Duration,
}

impl Sounds {
    /// Takes note of what has changed; `hand` says whether the user did something since the last picture.
    pub fn watch(&mut self, sources: &Sources, bar: &mut PresetBar, hand: bool, now: Duration) {
        let present = match &self.last {
            Some(last) => Snapshot::after(last, &sources.params),
            None => Snapshot::of(&sources.params),
        };
        let hand = hand || now < self.acts_until;
        let changed = self.last.as_ref() != Some(&present);
        let mut history = history(sources);
        match hand {
            true => history.note(present.clone(), now),
            false => history.follow(present.clone(), now),
        }
        (bar.undo, bar.redo) = (history.undo_words(), history.redo_words());
        drop(history);
        bar.side = compare(sources).side();
        if changed && let Some(loaded) = &self.loaded {
            bar.in_force = loaded.is_in_force(&sources.params, &sources.params.line.get());
        }
        self.last = Some(present);
    }

    /// Does it; what goes wrong is told in the row.
    pub fn grant(
        &mut self,
        wish: PresetWish,
        sources: &Sources,
        gui: &GuiContext,
        bar: &mut PresetBar,
        now: Duration,
    ) {
        let loads = matches!(
            wish,
            PresetWish::Load(_) | PresetWish::Step(_) | PresetWish::Random | PresetWish::Switch
        );
        if loads {
            history(sources).close_step();
            self.acts_until = now + SETTLING;
        }
        let done = self.try_grant(wish, sources, gui, bar, now);
        bar.error = done.err();
    }

    fn try_grant(
        &mut self,
        wish: PresetWish,
        sources: &Sources,
        gui: &GuiContext,
        bar: &mut PresetBar,
        now: Duration,
    ) -> Result<(), String> {
        let words = |error: PresetError| error.to_string();
        let setter = gui.param_setter();
        let params = &sources.params;
        match wish {
            PresetWish::Load(entry) => {
                let preset = bar.library.load(&entry).map_err(words)?;
                self.take(preset, sources, gui, bar)
            }
            PresetWish::Step(by) => {
                let good: Vec<usize> = (0..bar.library.entries.len())
                    .filter(|at| bar.library.entries[*at].result.is_ok())
                    .collect();
                if good.is_empty() {
                    return Err("there are no presets".to_owned());
                }
                let here = good.iter().position(|at| bar.library.entries[*at].name == bar.name);
                let count = good.len() as i32;
                let next =
                    here.map_or(if by > 0 { 0 } else { count - 1 }, |at| (at as i32 + by).rem_euclid(count));
                let entry = bar.library.entries[good[next as usize]].clone();
                let preset = bar.library.load(&entry).map_err(words)?;
                self.take(preset, sources, gui, bar)
            }
            PresetWish::Save(name, replace) => {
                let preset = Preset::of(&name, params, &params.line.get());
                match bar.library.save(&preset, replace) {
                    Err(PresetError::Exists(_)) => {
                        bar.replace = Some(name.clone());
                        Err(format!("'{name}' stands already; press again to replace it"))
                    }
                    Err(error) => Err(error.to_string()),
                    Ok(_) => {
                        (bar.name, bar.in_force, bar.replace) = (name, true, None);
                        self.loaded = Some(preset);
                        Ok(())
                    }
                }
            }
            PresetWish::Delete(entry) => bar.library.delete(&entry).map_err(words),
            PresetWish::Rename(entry, name) => {
                bar.library.rename(&entry, &name).map_err(words)?;
                bar.name = name;
                Ok(())
            }
            PresetWish::Import(path) => bar.library.import(Path::new(&path)).map(|_| ()).map_err(words),
            PresetWish::Export(path) => {
                let name = bar.name.clone();
                let preset = Preset::of(&name, params, &params.line.get());
                Library::export(&preset, Path::new(&path)).map_err(words)
            }
            PresetWish::Refresh => {
                bar.library.rescan();
                Ok(())
            }
            PresetWish::Undo | PresetWish::Redo => {
                let back = wish == PresetWish::Undo;
                let found = if back { history(sources).undo(now) } else { history(sources).redo(now) };
                let Some(snapshot) = found else { return Ok(()) };
                snapshot.apply(params, &setter, &params.line).map(|_| ()).map_err(|error| error.to_string())
            }
            PresetWish::Switch => {
                let snapshot = compare(sources).switch(params);
                snapshot.apply(params, &setter, &params.line).map(|_| ()).map_err(|error| error.to_string())
            }
            PresetWish::Copy => {
                compare(sources).copy(params, &params.line.get());
                Ok(())
            }
            PresetWish::Random => {
                self.draws += 1;
                set_all(randomise(params, self.draws, bar.amount, bar.groups), params, &setter);
                Ok(())
            }
        }
    }

    fn take(
        &mut self,
        preset: Preset,
        sources: &Sources,
        gui: &GuiContext,
        bar: &mut PresetBar,
    ) -> Result<(), String> {
        let params = &sources.params;
        params.line.edit(|line| preset.change(line)).map_err(|error| error.to_string())?;
        preset.apply(params, &gui.param_setter());
        bar.name.clone_from(&preset.name);
        bar.draft.clone_from(&preset.name);
        bar.in_force = true;
        self.loaded = Some(preset);
        Ok(())
    }
}

fn history(sources: &Sources) -> MutexGuard<'_, History> {
    sources.history.lock().unwrap_or_else(PoisonError::into_inner)
}

fn compare(sources: &Sources) -> MutexGuard<'_, Compare> {
    sources.params.compare.lock().unwrap_or_else(PoisonError::into_inner)
}
