//! Hosts of both formats driven alike: an instance, what happens at which sample, the sound of one channel.

use crate::clap_rig::{ClapAudio, ClapRig, Cue, ParamFacts, blob_of, json_of};
use crate::vst3_rig::{Vst3Block, Vst3Rig};
use clack_host::prelude::EventBuffer;
use psivox_core::memory::{MemoryBank, StoredTake};
use serde_json::Value;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What happens at a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Act {
    /// A note with this velocity, 0..=1.
    Note(f32),
    /// A parameter, by its name on show, takes a place in its range, 0..=1.
    Move(&'static str, f64),
}

/// What the instance is loaded as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// CLAP.
    Clap,
    /// VST3.
    Vst3,
}

impl Format {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Clap, Self::Vst3];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Clap => "clap",
            Self::Vst3 => "vst3",
        }
    }
}

/// VST3 hosts create and destroy on one thread.
static ONE_VST3: Mutex<()> = Mutex::new(());

// Few of them live at once.
#[allow(clippy::large_enum_variant)]
enum Instance {
    Clap { rig: ClapRig, audio: Option<ClapAudio>, facts: Vec<ParamFacts> },
    Vst3 { rig: Vst3Rig, _alone: MutexGuard<'static, ()> },
}

/// An instance in a host, and how many samples it has been asked for.
pub struct Host {
    instance: Instance,
    now: usize,
}

impl Host {
    /// A new instance. Of VST3 there is one at a time: a second one waits for the first to go.
    ///
    /// # Panics
    /// If it does not load.
    pub fn new(format: Format) -> Self {
        let instance = match format {
            Format::Clap => {
                let mut rig = ClapRig::new();
                let facts = rig.param_facts();
                Instance::Clap { rig, audio: None, facts }
            }
            Format::Vst3 => {
                let alone = ONE_VST3.lock().unwrap_or_else(PoisonError::into_inner);
                Instance::Vst3 { rig: Vst3Rig::new(), _alone: alone }
            }
        };
        Self { instance, now: 0 }
    }

    /// Saves as a project does.
    pub fn save(&mut self) -> Vec<u8> {
        match &mut self.instance {
            Instance::Clap { rig, .. } => rig.save(),
            Instance::Vst3 { rig, .. } => rig.save(),
        }
    }

    /// Loads as a project does; false if the plugin refuses.
    pub fn load(&mut self, blob: &[u8]) -> bool {
        match &mut self.instance {
            Instance::Clap { rig, .. } => rig.load(blob),
            Instance::Vst3 { rig, .. } => rig.load(blob),
        }
    }

    /// Loads the present state with something changed.
    ///
    /// # Panics
    /// If the plugin refuses.
    pub fn change(&mut self, change: impl FnOnce(&mut Project)) {
        let mut project = Project::of(&self.save());
        change(&mut project);
        assert!(self.load(&project.blob()), "the changed state is refused");
    }

    /// Activates and starts to process, at sample 0.
    ///
    /// # Panics
    /// If the plugin refuses.
    pub fn start(&mut self, sample_rate_hz: f64, offline: bool) {
        match &mut self.instance {
            Instance::Clap { rig, audio, .. } => {
                rig.set_offline(offline);
                *audio = Some(rig.start(sample_rate_hz, 4096));
            }
            Instance::Vst3 { rig, .. } => rig.start(sample_rate_hz, offline),
        }
        self.now = 0;
    }

    /// Stops and deactivates.
    pub fn stop(&mut self) {
        match &mut self.instance {
            Instance::Clap { rig, audio, .. } => audio.take().into_iter().for_each(|audio| rig.stop(audio)),
            Instance::Vst3 { rig, .. } => rig.stop(),
        }
    }

    /// Samples since the start.
    pub fn now(&self) -> usize {
        self.now
    }

    /// Plays until a sample, counted from the start, in blocks; acts are counted from the start, too.
    ///
    /// # Panics
    /// If the plugin fails, or an act lies in the past.
    pub fn play_until(&mut self, end: usize, block: usize, acts: &[(usize, Act)]) -> Vec<f32> {
        assert!(
            acts.iter().all(|(at, _)| (self.now..end).contains(at)),
            "{acts:?} from {} to {end}",
            self.now
        );
        let mut sound = Vec::with_capacity(end.saturating_sub(self.now));
        while self.now < end {
            let length = block.min(end - self.now);
            let inside = |at: usize| at.checked_sub(self.now).filter(|offset| *offset < length);
            let mut local: Vec<(usize, Act)> =
                acts.iter().filter_map(|(at, act)| Some((inside(*at)?, *act))).collect();
            local.sort_by_key(|(at, _)| *at);
            sound.extend(self.block(length, &local));
            self.now += length;
        }
        sound
    }

    /// As [`Host::play_until`], for so many samples more, without anything happening.
    pub fn play(&mut self, samples: usize) -> Vec<f32> {
        self.play_until(self.now + samples, 512, &[])
    }

    fn block(&mut self, samples: usize, acts: &[(usize, Act)]) -> Vec<f32> {
        match &mut self.instance {
            Instance::Clap { rig, audio, facts } => {
                let mut events = EventBuffer::new();
                for (at, act) in acts {
                    cue_of(act, facts).push(&mut events, *at as u32);
                }
                let [left, right] = audio.as_mut().expect("started").block(samples, &events);
                assert_eq!(left, right, "the voice is mono");
                rig.idle();
                left
            }
            Instance::Vst3 { rig, .. } => {
                let mut block = Vst3Block::default();
                for (at, act) in acts {
                    match act {
                        Act::Note(velocity) => block.notes.push((*at as i32, 60, *velocity)),
                        Act::Move(name, place) => {
                            block.automation.push((rig.param(name), *at as i32, *place));
                        }
                    }
                }
                rig.block(samples, &block)
            }
        }
    }

    /// Waits until what would be saved is as wanted, at most 30 s; nothing is played meanwhile.
    ///
    /// # Panics
    /// It never is.
    pub fn await_saved(&mut self, wanted: impl Fn(&Project) -> bool) -> Project {
        let start = Instant::now();
        loop {
            let project = Project::of(&self.save());
            if wanted(&project) {
                return project;
            }
            let texts: Vec<_> = project.bank().iter().map(|own| (own.id, own.text.clone())).collect();
            assert!(start.elapsed() < Duration::from_secs(30), "{texts:?}, {} takes", project.takes());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.stop();
    }
}

fn cue_of(act: &Act, facts: &[ParamFacts]) -> Cue {
    match act {
        Act::Note(velocity) => Cue::On(f64::from(*velocity)),
        Act::Move(name, place) => {
            let fact = facts.iter().find(|fact| fact.name == *name);
            let fact = fact.unwrap_or_else(|| panic!("there is no parameter '{name}'"));
            let [low, _, high] = fact.range;
            Cue::Param(fact.id, low + place * (high - low))
        }
    }
}

/// A saved project, opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Project {
    /// All of it; line and memory are texts in it.
    pub state: Value,
    /// The line.
    pub line: Value,
}

impl Project {
    /// Opens a state.
    ///
    /// # Panics
    /// It is not as documented.
    pub fn of(blob: &[u8]) -> Self {
        let state = json_of(blob);
        let line = serde_json::from_str(state["fields"]["line"].as_str().expect("a line")).expect("JSON");
        Self { state, line }
    }

    /// As the plugin reads it.
    pub fn blob(&self) -> Vec<u8> {
        let mut state = self.state.clone();
        state["fields"]["line"] = Value::from(self.line.to_string());
        blob_of(&state)
    }

    /// Gives a parameter a value: `("f32", 0.5)`.
    pub fn set(&mut self, id: &str, kind: &str, value: impl Into<Value>) {
        self.state["params"][id] = serde_json::json!({ kind: value.into() });
    }

    /// Puts a memory on a slot, counted from 0.
    pub fn put(&mut self, slot: usize, memory: u64) {
        let slots = &mut self.line["performance"]["slots"];
        let mut all = slots.as_array().cloned().unwrap_or_default();
        all.resize(all.len().max(slot + 1), serde_json::json!({}));
        all[slot] = serde_json::json!({ "memory": memory });
        *slots = Value::from(all);
    }

    /// What is remembered.
    ///
    /// # Panics
    /// It is damaged.
    pub fn bank(&self) -> MemoryBank {
        let Some(text) = self.state["fields"]["memory"].as_str() else { return MemoryBank::default() };
        let memory: Value = serde_json::from_str(text).expect("JSON");
        let records = memory["records"].as_array().expect("records");
        let (bank, losses) = MemoryBank::from_texts(records.iter().map(|own| own.as_str().expect("a text")));
        assert!(losses.is_empty(), "{losses:?}");
        bank
    }

    /// How many memories can be replayed.
    pub fn takes(&self) -> usize {
        self.bank().iter().filter(|memory| memory.take.is_some()).count()
    }

    /// The take of a memory.
    ///
    /// # Panics
    /// There is none.
    pub fn take(&self, memory: u64) -> StoredTake {
        let bank = self.bank();
        let bytes = bank.get(memory).and_then(|memory| memory.take.as_deref()).expect("a take");
        StoredTake::from_bytes(bytes).expect("a sound take")
    }
}
