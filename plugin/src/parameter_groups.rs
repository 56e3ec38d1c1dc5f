//! Where hosts list a parameter: the groups of those that stand in no struct of their own.

use crate::params::PsivoxParams;
use nice_plug::prelude::{ParamPtr, Params};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Groups of the parameters that [`PsivoxParams`] itself holds. What is missing here stands on top.
const GROUPS: [(&str, &[&str]); 4] = [
    ("Emotion", &["valence", "arousal", "dominance", "intensity"]),
    (
        "Voice",
        &[
            "pitch",
            "range",
            "size",
            "tension",
            "breath",
            "tilt",
            "articulation",
            "f0",
            "f0_weight",
            "vibrato_rate",
            "vibrato_depth",
            "voice_mix",
            "tremor",
        ],
    ),
    ("Output", &["gain", "osc_on", "bypass"]),
    ("Time", &["rate", "hold", "beat_coupling", "beat_division", "partner_coupling"]),
];

/// The parameters as hosts see them: ids, order and fields are those of [`PsivoxParams`].
pub struct Grouped(pub Arc<PsivoxParams>);

// SAFETY: the pointers are those of the parameters that this keeps alive.
unsafe impl Params for Grouped {
    fn param_map(&self) -> Vec<(String, ParamPtr, String)> {
        let mut map = self.0.param_map();
        for (id, _, group) in map.iter_mut().filter(|(_, _, group)| group.is_empty()) {
            group.push_str(group_of(id));
        }
        map
    }

    fn serialize_fields(&self) -> BTreeMap<String, String> {
        self.0.serialize_fields()
    }

    fn deserialize_fields(&self, serialized: &BTreeMap<String, String>) {
        self.0.deserialize_fields(serialized);
    }
}

fn group_of(id: &str) -> &'static str {
    GROUPS.iter().find(|(_, ids)| ids.contains(&id)).map_or("", |(group, _)| group)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_parameter_has_a_group_and_nothing_else_changes() {
        let params = Arc::new(PsivoxParams::default());
        let (plain, grouped) = (params.param_map(), Grouped(Arc::clone(&params)).param_map());
        assert_eq!(plain.len(), grouped.len());
        for ((id, pointer, group), (same_id, same_pointer, listed)) in plain.into_iter().zip(grouped) {
            assert_eq!((&id, pointer), (&same_id, same_pointer));
            assert!(!listed.is_empty(), "{id}");
            assert!(group.is_empty() || group == listed, "{id}");
        }
        let ids = || params.param_map().into_iter().map(|(id, _, _)| id);
        assert!(GROUPS.iter().flat_map(|(_, ids)| ids.iter()).all(|known| ids().any(|id| id == *known)));
    }
}
