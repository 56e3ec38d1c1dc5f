//! A project that remembers lines said in very different manners, for tests to go on from.

use crate::host::{Act, Format, Host, Project};
use serde_json::json;
use std::sync::OnceLock;

/// The rate at which its lines were said.
pub const RATE_HZ: f64 = 48_000.0;
/// Three lines, and one to be said in their manners.
pub const TEXT: &str = "The river was cold and we went home.\nMy dear, the garden is full of roses.\n\
                        Nobody knows where the money has gone.\nThe river was warm and we went home.";
/// How each of the three is said: emotion and voice as places in their ranges.
const MANNERS: [[(&str, f64); 4]; 3] = [
    [("Happy", 0.9), ("Arousal", 0.95), ("Pitch", 0.75), ("Breath", 0.0)],
    [("Happy", 0.0), ("Arousal", 0.1), ("Pitch", 0.3), ("Breath", 0.8)],
    [("Happy", 0.0), ("Arousal", 0.8), ("Pitch", 0.55), ("Breath", 0.2)],
];

/// Memory 1 is on slot 1, memory 2 on slots 2 and 3, memory 3 on slot 4. The next note says the fourth line, plainly.
pub fn project() -> Project {
    static PROJECT: OnceLock<Project> = OnceLock::new();
    let made = || {
        let mut host = Host::new(Format::Clap);
        host.change(|project| {
            project.line["text"] = TEXT.into();
            project.line["wire"] = json!({"targets": [], "latency_ms": 0.0});
        });
        let plain = host.save();
        host.start(RATE_HZ, false);
        for (count, manner) in MANNERS.iter().enumerate() {
            let now = host.now();
            let mut acts: Vec<_> = manner.map(|(name, place)| (now, Act::Move(name, place))).to_vec();
            acts.push((now + 1, Act::Note(0.8)));
            host.play_until(now + 220_000, 512, &acts);
            host.await_saved(|project| project.takes() == count + 1);
        }
        let said = Project::of(&host.save());
        let mut project = Project::of(&plain);
        project.state["fields"]["memory"] = said.state["fields"]["memory"].clone();
        [(0, 1), (1, 2), (2, 2), (3, 3)].into_iter().for_each(|(slot, id)| project.put(slot, id));
        project.set("line", "i32", 4);
        project
    };
    PROJECT.get_or_init(made).clone()
}
