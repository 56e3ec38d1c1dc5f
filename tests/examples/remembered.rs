//! Says something in a host of this process and leaves a project in which a note says it again, and what was heard: for
//! other hosts to compare.
//!
//! `cargo run -p psivox-tests --example remembered -- FOLDER` writes `project.state` and `said.f32` (little-endian samples,
//! 48 kHz, from the line's first one).

use psivox_tests::host::{Act, Format, Host};
use serde_json::json;
use std::error::Error;
use std::path::PathBuf;

const RATE_HZ: f64 = 48_000.0;
const TEXT: &str =
    "[happy]Good evening, my dear friends![/]\nSomebody broke the old window, and nobody says who.";
/// Where the second line begins and is over.
const SECOND: [usize; 2] = [200_013, 460_000];
const SLOT: usize = 0;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("which folder?")?);
    std::fs::create_dir_all(&folder)?;
    let mut host = Host::new(Format::Clap);
    host.change(|project| {
        project.line["text"] = TEXT.into();
        project.line["wire"] = json!({"targets": [], "latency_ms": 0.0});
    });
    host.start(RATE_HZ, false);
    let mut sound = host.play_until(SECOND[0] - 13, 512, &[(480, Act::Note(0.8))]);
    host.await_saved(|project| project.takes() == 1);
    let acts = [(SECOND[0], Act::Note(0.9)), (SECOND[0] + 30_001, Act::Move("Angry", 0.7))];
    sound.extend(host.play_until(SECOND[1], 512, &acts));
    let project = host.await_saved(|project| project.takes() == 2);
    let memory = project.bank().latest().ok_or("nothing is remembered")?.id;
    let take = project.take(memory).take;
    host.change(|project| {
        project.put(SLOT, memory);
        project.set("memory_slot", "i32", SLOT as i32 + 1);
        project.set("memory_replay", "bool", true);
        project.set("angry", "f32", 0.0);
    });
    std::fs::write(folder.join("project.state"), host.save())?;
    let began = usize::try_from(take.began_at())?;
    let said = &sound[began..began + usize::try_from(take.length_samples())?];
    let bytes: Vec<u8> = said.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    std::fs::write(folder.join("said.f32"), bytes)?;
    Ok(())
}
