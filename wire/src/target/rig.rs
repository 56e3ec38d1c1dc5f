//! Targets that ship: one for every program that performers use, with the settings that work.

use super::Target;
use crate::TargetError;
use serde::Deserialize;
use std::sync::LazyLock;

/// A target with what its user has to do in the receiver.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rig {
    /// Short name, as on the command line.
    pub id: String,
    /// What to switch on in the receiver, in a sentence or two.
    pub setup: String,
    /// The target.
    pub target: Target,
}

const FILES: [&str; 15] = [
    include_str!("../../../presets/rigs/vseeface.json"),
    include_str!("../../../presets/rigs/warudo.json"),
    include_str!("../../../presets/rigs/vnyan.json"),
    include_str!("../../../presets/rigs/vmc-performer.json"),
    include_str!("../../../presets/rigs/marionette.json"),
    include_str!("../../../presets/rigs/unity-evmc4u.json"),
    include_str!("../../../presets/rigs/godot.json"),
    include_str!("../../../presets/rigs/vrchat.json"),
    include_str!("../../../presets/rigs/unreal.json"),
    include_str!("../../../presets/rigs/blender.json"),
    include_str!("../../../presets/rigs/ifacialmocap.json"),
    include_str!("../../../presets/rigs/facecap.json"),
    include_str!("../../../presets/rigs/touchdesigner.json"),
    include_str!("../../../presets/rigs/resonite.json"),
    include_str!("../../../presets/rigs/vtube-studio.json"),
];

/// Read once: the editor shows the list again and again.
static RIGS: LazyLock<Vec<Rig>> =
    LazyLock::new(|| FILES.iter().filter_map(|text| serde_json::from_str(text).ok()).collect());

impl Rig {
    /// Every rig, in the order of the list that users see. A file that cannot be read is left out; a test sees to it that
    /// there is none.
    pub fn all() -> &'static [Self] {
        &RIGS
    }

    /// The rig of a name.
    ///
    /// # Errors
    /// There is none; the names that there are.
    pub fn named(id: &str) -> Result<&'static Self, TargetError> {
        Self::all().iter().find(|rig| rig.id.eq_ignore_ascii_case(id)).ok_or_else(|| {
            let known = Self::all().iter().map(|rig| rig.id.as_str()).collect::<Vec<_>>().join(", ");
            TargetError::Rig { found: id.to_owned(), known }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rig_is_lawful_and_has_its_name() {
        let rigs = Rig::all();
        assert_eq!(rigs.len(), FILES.len());
        for rig in rigs {
            rig.target.check().expect(&rig.id);
            assert!(rig.setup.len() > 20 && !rig.target.name.is_empty(), "{}", rig.id);
            assert_eq!(Rig::named(&rig.id), Ok(rig));
        }
        assert!(Rig::named("hologram").expect_err("none").to_string().contains("vseeface"));
    }

    #[test]
    fn the_documentation_names_every_rig_and_its_target() {
        let page = include_str!("../../../docs/RECEIVERS.md");
        let cells = |line: &str| line.split('|').map(|cell| cell.trim().replace('`', "")).collect::<Vec<_>>();
        let rows: Vec<Vec<String>> = page.lines().map(cells).filter(|row| row.len() == 5).collect();
        for rig in Rig::all() {
            let row = rows.iter().find(|row| row[2] == rig.id).expect(&rig.id);
            let told = row[3].parse::<Target>().expect(&row[3]);
            assert_eq!(Target { name: rig.target.name.clone(), ..told }, rig.target);
        }
    }
}
