//! Where the threads meet over the line.

use super::{LINE_VERSION, LineState, StateError};
use crate::channels::Shared;
use nice_plug::params::persist::PersistentField;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

/// How long loading a state or activating waits for the worker. Planning a page takes well under a second;
/// after this the line simply speaks when it is ready.
pub const PLAN_PATIENCE: Duration = Duration::from_secs(5);

/// The line where threads meet: the host's load and save, the editor and the worker lock it; the audio thread
/// only ever reads [`Shared::requested`].
/// Clones are handles of the same line.
#[derive(Debug, Clone)]
pub struct LineCell {
    line: Arc<RwLock<LineState>>,
    shared: Arc<Shared>,
}

impl LineCell {
    /// A cell with the default line.
    pub fn new(shared: Arc<Shared>) -> Self {
        Self { line: Arc::default(), shared }
    }

    /// What the threads of its instance share.
    pub fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }

    /// A copy of the line.
    pub fn get(&self) -> LineState {
        self.line.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Changes the line and asks for a new plan.
    ///
    /// # Errors
    /// Too much text, or a field that cannot be: nothing is changed.
    pub fn edit(&self, change: impl FnOnce(&mut LineState)) -> Result<u64, StateError> {
        self.amend(change)?;
        let generation = self.shared.request();
        self.shared.wake();
        Ok(generation)
    }

    /// Changes the line without asking for a plan: for the worker, which is about to make one.
    ///
    /// # Errors
    /// Too much text, or a field that cannot be: nothing is changed.
    pub fn amend(&self, change: impl FnOnce(&mut LineState)) -> Result<(), StateError> {
        let mut line = self.line.write().unwrap_or_else(PoisonError::into_inner);
        let mut changed = line.clone();
        change(&mut changed);
        changed.check()?;
        *line = changed;
        Ok(())
    }
}

impl<'a> PersistentField<'a, LineState> for LineCell {
    /// The host loads a state. While active the load waits for the plan, because no framework call follows
    /// after which a first note could rely on it.
    fn set(&self, new_value: LineState) {
        if let Ok(generation) = self.edit(|line| *line = LineState { version: LINE_VERSION, ..new_value })
            && self.shared.active()
        {
            self.shared.wait_for(generation, PLAN_PATIENCE);
        }
    }

    fn map<F, R>(&self, f: F) -> R
    where
        F: Fn(&LineState) -> R,
    {
        f(&self.line.read().unwrap_or_else(PoisonError::into_inner))
    }
}
