//! Everything that a project keeps, at one moment.

use crate::params::PsivoxParams;
use crate::preset::set_all;
use crate::remote::{PARAMETER_COUNT, parameter};
use crate::state::{LineCell, LineState, StateError};
use nice_plug::params::persist::PersistentField;
use nice_plug::prelude::ParamSetter;
use std::sync::Arc;

/// Parameters and line.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Place of every parameter by its index, 0..=1, without modulation.
    pub params: Vec<f32>,
    /// Text, persona, field, network, controllers.
    pub line: Arc<LineState>,
}

impl Snapshot {
    /// How everything is now.
    pub fn of(params: &PsivoxParams) -> Self {
        Self { params: places(params), line: Arc::new(params.line.get()) }
    }

    /// The same, sharing the line with an earlier one where it has not changed: cheap enough for every frame.
    pub fn after(earlier: &Self, params: &PsivoxParams) -> Self {
        let same = params.line.map(|line: &LineState| *line == *earlier.line);
        let line = if same { Arc::clone(&earlier.line) } else { Arc::new(params.line.get()) };
        Self { params: places(params), line }
    }

    /// Brings it back: parameters as by hand, and the line. What is as it should be already is left alone.
    ///
    /// # Errors
    /// The line is refused, and then nothing is changed.
    pub fn apply(
        &self,
        params: &PsivoxParams,
        setter: &ParamSetter,
        line: &LineCell,
    ) -> Result<(), StateError> {
        if line.get() != *self.line {
            line.edit(|line| line.clone_from(&self.line))?;
        }
        set_all(self.params.iter().copied().enumerate().take(PARAMETER_COUNT), params, setter);
        Ok(())
    }
}

fn places(params: &PsivoxParams) -> Vec<f32> {
    (0..PARAMETER_COUNT).map(|index| parameter(params, index).set_normalized()).collect()
}
