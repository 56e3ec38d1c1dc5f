//! What a project keeps of performing: controllers that move parameters, and remembered manners.

use crate::params::{PARAMETER_RANGES, PsivoxParams};
use crate::performance::SLOT_COUNT;
use psivox_core::Control;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most controllers that can be learnt.
pub const MAX_CC_LINKS: usize = 64;
/// Letters of a slot's name.
pub const MAX_NAME: usize = 60;

/// A controller that moves a parameter.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CcLink {
    /// Number of the controller, 0..=119.
    pub controller: u8,
    /// Channel, 0..=15; any if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<u8>,
    /// Id of the parameter.
    pub parameter: String,
    /// Where the controller's 0 puts it, 0..=1 as hosts count.
    #[serde(default)]
    pub low: f32,
    /// Where its 127 does.
    #[serde(default = "one")]
    pub high: f32,
}

fn one() -> f32 {
    1.0
}

/// A remembered manner: values of parameters in their own units.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// Values by the parameter's id; what is missing is left as it is.
    #[serde(default)]
    pub values: BTreeMap<String, f32>,
    /// The psi-memory that it brings back, by its id in the project's memories.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory: Option<u64>,
}

/// Whether a manner has this control in it: those of level, time and outside pitch belong to the moment.
const fn is_remembered(control: Control) -> bool {
    !matches!(
        control,
        Control::GainDb
            | Control::F0Hz
            | Control::F0Weight
            | Control::Hold
            | Control::BeatCoupling
            | Control::BeatDivision
            | Control::PartnerCoupling
    )
}

impl Slot {
    /// Remembers how it is said now.
    pub fn of(name: &str, params: &PsivoxParams) -> Self {
        let kept =
            Control::ALL.into_iter().zip(PARAMETER_RANGES).filter(|(control, _)| is_remembered(*control));
        let values = kept
            .map(|(control, (id, low, high))| (id.to_owned(), params.of(control).value().clamp(low, high)));
        Self { name: name.chars().take(MAX_NAME).collect(), values: values.collect(), memory: None }
    }

    /// Whether nothing is remembered.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.memory.is_none()
    }
}

/// Everything about performing that is no parameter.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct PerformanceState {
    /// Controllers that were learnt.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub cc: Vec<CcLink>,
    /// Remembered manners, at most [`SLOT_COUNT`].
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub slots: Vec<Slot>,
}

impl PerformanceState {
    /// Whether it is as a new instance has it.
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// Whether everything is in its range.
    ///
    /// # Errors
    /// What is not, and what was expected.
    pub fn check(&self) -> Result<(), String> {
        if self.cc.len() > MAX_CC_LINKS {
            return Err(format!("{} controllers are linked, at most {MAX_CC_LINKS} can be", self.cc.len()));
        }
        if self.slots.len() > SLOT_COUNT {
            return Err(format!("there are {} memory slots, at most {SLOT_COUNT} can be", self.slots.len()));
        }
        for link in &self.cc {
            let CcLink { controller, channel, parameter, low, high } = link;
            if *controller > 119 || channel.is_some_and(|channel| channel > 15) {
                return Err(format!(
                    "controller {controller} on channel {} cannot be linked; expected 0 to 119, channels 0 to 15",
                    channel.map_or("any".to_owned(), |channel| channel.to_string())
                ));
            }
            if ![low, high].into_iter().all(|end| (0.0..=1.0).contains(end)) {
                return Err(format!("'{parameter}' is linked from {low} to {high}, expected 0 to 1"));
            }
            if crate::remote::index_of(parameter).is_none() {
                return Err(format!("controller {controller} moves '{parameter}', which is no parameter"));
            }
        }
        for (id, value) in self.slots.iter().flat_map(|slot| &slot.values) {
            let Some((_, low, high)) = PARAMETER_RANGES.iter().find(|row| row.0 == id) else {
                return Err(format!("a memory slot holds '{id}', which cannot be remembered"));
            };
            if !(*low..=*high).contains(value) {
                return Err(format!("a memory slot holds {value} for '{id}', expected {low} to {high}"));
            }
        }
        if self.slots.iter().any(|slot| slot.memory == Some(0)) {
            return Err(
                "a memory slot holds the memory 0, expected an id from 1 on; fill the slot again".to_owned()
            );
        }
        let long = self.slots.iter().find(|slot| slot.name.chars().count() > MAX_NAME);
        long.map_or(Ok(()), |_| {
            Err(format!("a memory slot's name has more than {MAX_NAME} letters; shorten it"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(controller: u8, parameter: &str) -> PerformanceState {
        let parameter = parameter.to_owned();
        let link = CcLink { controller, channel: None, parameter, low: 0.0, high: 1.0 };
        PerformanceState { cc: vec![link], ..PerformanceState::default() }
    }

    #[test]
    fn what_cannot_be_is_named() {
        assert_eq!(link(7, "gain").check(), Ok(()));
        assert!(link(120, "gain").check().expect_err("reserved").contains("119"));
        assert!(link(7, "gian").check().expect_err("unknown").contains("gian"));
        let slot = |id: &str, value: f32| PerformanceState {
            slots: vec![Slot { values: [(id.to_owned(), value)].into(), ..Slot::default() }],
            ..PerformanceState::default()
        };
        assert_eq!(slot("arousal", 0.5).check(), Ok(()));
        assert!(slot("arousal", f32::NAN).check().is_err());
        assert!(slot("bypass", 1.0).check().is_err());
        let memory = |id| PerformanceState {
            slots: vec![Slot { memory: Some(id), ..Slot::default() }],
            ..PerformanceState::default()
        };
        assert_eq!(memory(7).check(), Ok(()));
        assert!(!memory(7).slots[0].is_empty() && Slot::default().is_empty());
        assert!(memory(0).check().expect_err("no id").contains("from 1 on"));
        let text = serde_json::to_string(&memory(7)).expect("JSON");
        assert_eq!(serde_json::from_str::<PerformanceState>(&text).expect("its own"), memory(7));
    }

    #[test]
    fn nothing_is_written_for_nothing() {
        let text = serde_json::to_string(&PerformanceState::default()).expect("JSON");
        assert_eq!(text, "{}");
        assert_eq!(
            serde_json::from_str::<PerformanceState>("{}").expect("JSON"),
            PerformanceState::default()
        );
    }
}
