//! The rendering loop: a text goes through the planner and the engine, block by block, into a [`Sink`].

use crate::args::VoiceArgs;
use crate::error::CliError;
use crate::interrupt;
use psivox_core::engine::{ObservableFrame, PhoneMark};
use psivox_core::planner::Plan;
use psivox_core::{
    BlendshapeFrame, Engine, EngineConfig, Event, Persona, Planner, Score, Telemetry, TimedEvent,
};
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// The first block: what a host with a small buffer would wait for.
const FIRST_BLOCK_SAMPLES: usize = 64;

/// The blocks after it: large enough to be efficient, small enough to pace a face with.
const BLOCK_SAMPLES: usize = 512;

/// Rest after the end of the line, so that the last sound dies away and the lips come to rest.
const TAIL_S: f64 = 0.1;

/// What the engine made of one block.
#[derive(Debug)]
pub struct Block<'a> {
    /// Time of its first sample since the start.
    pub start_samples: u64,
    /// The sound, mono, about -1..=1.
    pub sound: &'a [f32],
    /// The faces that fall into it, in order of time.
    pub faces: &'a [BlendshapeFrame],
}

/// Takes what is rendered.
pub trait Sink {
    /// Takes one block; blocks come in order and without gaps.
    ///
    /// # Errors
    /// Whatever keeps the result from being written.
    fn take(&mut self, block: &Block) -> Result<(), CliError>;
}

/// What is known once a line has been spoken.
#[derive(Debug)]
pub struct Performance {
    /// What was spoken.
    pub score: Arc<Score>,
    /// When each phone really started.
    pub marks: Vec<PhoneMark>,
    /// When the line came to its end.
    pub finished_samples: u64,
    /// Length of the sound including the rest after the line.
    pub total_samples: u64,
    /// When the first block had been rendered.
    pub first_block: Instant,
}

/// No voice is larger; what is, is something else.
const MAX_VOICE_BYTES: u64 = 64 << 20;

fn read_voice(path: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |error: std::io::Error| CliError::Input {
        path: path.to_owned(),
        reason: format!("{error}; give the path of a .psv file"),
    };
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_VOICE_BYTES).read_to_end(&mut bytes)).map_err(failed)?;
    Ok(bytes)
}

/// A voice that is ready to speak.
#[derive(Debug)]
pub struct Narrator {
    planner: Planner,
    engine: Engine,
    sample_rate_hz: u32,
}

impl Narrator {
    /// Loads the persona's voice.
    ///
    /// # Errors
    /// An unknown persona, a damaged voice, a rate that the engine refuses.
    pub fn load(args: &VoiceArgs) -> Result<Self, CliError> {
        let persona = Persona::named(&args.persona)?;
        let (seed, ablation) = (args.seed, args.ablation());
        let config = EngineConfig { seed, ablation, ..EngineConfig::new(args.rate as f32) };
        let planner = match &args.voice {
            None => Planner::new(&persona)?,
            Some(path) => Planner::with_voice(&persona, &read_voice(path)?)
                .map_err(|error| CliError::Input { path: path.clone(), reason: error.to_string() })?,
        };
        let mut engine = Engine::new(config)?;
        // Set before the `reset` that opens every performance, the emotion is in force from its first sample on.
        let controls = args.controls().into_iter().map(|(control, value)| Event::Set { control, value });
        engine.process(&controls.map(at_once).collect::<Vec<_>>(), &mut [], &mut Notes::default());
        Ok(Self { planner, engine, sample_rate_hz: args.rate })
    }

    /// Plans a text.
    ///
    /// # Errors
    /// The text cannot be spoken.
    pub fn plan(&self, text: &str) -> Result<Plan, CliError> {
        Ok(self.planner.plan(text)?)
    }

    /// Speaks a score from the engine's start into `sink`. `progress` is told the share done, 0..=1.
    ///
    /// # Errors
    /// The sink's; [`CliError::Interrupted`]; [`CliError::Endless`] if the engine never finishes.
    pub fn perform(
        &mut self,
        score: Score,
        sink: &mut dyn Sink,
        mut progress: impl FnMut(f64),
    ) -> Result<Performance, CliError> {
        let score = Arc::new(score);
        let rate_hz = f64::from(self.sample_rate_hz);
        let nominal_samples = f64::from(score.duration_s()) * rate_hz;
        // The slowest emotion and rate stretch a line less than fourfold.
        let limit_samples = 4.0 * nominal_samples + 10.0 * rate_hz;
        let mut events =
            vec![at_once(Event::Load(Arc::clone(&score))), at_once(Event::Speak { velocity: 1.0 })];
        let mut notes = Notes::default();
        let mut sound = [0.0f32; BLOCK_SAMPLES];
        let mut first_block = None;
        let mut position = 0u64;
        self.engine.reset();
        loop {
            interrupt::check()?;
            let length = notes.next_block(position, rate_hz, first_block.is_none());
            if length == 0 {
                break;
            }
            let block = &mut sound[..length];
            notes.faces.clear();
            self.engine.process(&events, block, &mut notes);
            events.clear();
            notes.trim(rate_hz);
            first_block.get_or_insert_with(Instant::now);
            sink.take(&Block { start_samples: position, sound: block, faces: &notes.faces })?;
            position += length as u64;
            progress(position as f64 / nominal_samples.max(1.0));
            if position as f64 > limit_samples {
                return Err(CliError::Endless { limit_s: limit_samples / rate_hz });
            }
        }
        Ok(Performance {
            score,
            marks: notes.marks,
            finished_samples: notes.finished_samples.unwrap_or(position),
            total_samples: position,
            first_block: first_block.unwrap_or_else(Instant::now),
        })
    }
}

fn at_once(event: Event) -> TimedEvent {
    TimedEvent { offset_samples: 0, event }
}

/// What the engine tells, kept until it is written.
#[derive(Debug, Default)]
struct Notes {
    faces: Vec<BlendshapeFrame>,
    marks: Vec<PhoneMark>,
    finished_samples: Option<u64>,
}

impl Notes {
    /// Samples until the next look: a whole block, or what is left of the rest after the line.
    fn next_block(&self, position: u64, rate_hz: f64, first: bool) -> usize {
        let block = if first { FIRST_BLOCK_SAMPLES } else { BLOCK_SAMPLES };
        let Some(end) = self.end(rate_hz) else { return block };
        usize::try_from(end.saturating_sub(position)).map_or(block, |left| left.min(block))
    }

    /// Where the sound ends, once it is known.
    fn end(&self, rate_hz: f64) -> Option<u64> {
        self.finished_samples.map(|finished| finished + (TAIL_S * rate_hz).round() as u64)
    }

    /// The engine tells faces a few ms ahead; those past the end of the sound belong to nothing.
    fn trim(&mut self, rate_hz: f64) {
        if let Some(end) = self.end(rate_hz) {
            self.faces.retain(|face| face.time_samples < end);
        }
    }
}

impl Telemetry for Notes {
    fn face(&mut self, frame: &BlendshapeFrame, _field: &ObservableFrame) {
        self.faces.push(*frame);
    }

    fn phone(&mut self, mark: PhoneMark) {
        self.marks.push(mark);
    }

    fn finished(&mut self, time_samples: u64) {
        self.finished_samples.get_or_insert(time_samples);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tail_is_exact() {
        let mut notes = Notes::default();
        assert_eq!(notes.next_block(0, 48_000.0, true), 64);
        assert_eq!(notes.next_block(64, 48_000.0, false), 512);
        notes.finished_samples = Some(10_000);
        assert_eq!(notes.next_block(10_048, 48_000.0, false), 512);
        assert_eq!(notes.next_block(14_700, 48_000.0, false), 100);
        assert_eq!(notes.next_block(14_800, 48_000.0, false), 0);
    }
}
