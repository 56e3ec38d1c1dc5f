//! The parameters of the field. Their string ids are frozen like all others.

use crate::parameter_kinds::percent;
use nice_plug::prelude::*;
use psivox_core::Control;

/// Factors on what the field does.
#[derive(Params)]
pub struct FieldParams {
    /// Factor on all couplings.
    #[id = "coupling"]
    pub coupling: FloatParam,
    /// Factor on all lags.
    #[id = "lag"]
    pub lag: FloatParam,
    /// How much the grammar acts, 0..=1.
    #[id = "grammar"]
    pub grammar: FloatParam,
    /// Factor on the pace of learning.
    #[id = "learning"]
    pub learning: FloatParam,
    /// Factor on what a surprise does.
    #[id = "prediction"]
    pub prediction: FloatParam,
}

impl Default for FieldParams {
    fn default() -> Self {
        Self {
            coupling: percent("Coupling", Control::FieldCoupling),
            lag: percent("Lag", Control::FieldLag),
            grammar: percent("Grammar", Control::FieldGrammar),
            learning: percent("Learning", Control::FieldLearning),
            prediction: percent("Prediction", Control::FieldPrediction),
        }
    }
}

impl FieldParams {
    /// The parameter of a control that is one of these.
    pub fn of(&self, control: Control) -> Option<&FloatParam> {
        Some(match control {
            Control::FieldCoupling => &self.coupling,
            Control::FieldLag => &self.lag,
            Control::FieldGrammar => &self.grammar,
            Control::FieldLearning => &self.learning,
            Control::FieldPrediction => &self.prediction,
            _ => return None,
        })
    }
}
