//! The rendering loop: a text goes through the planner and the engine, block by block, into a [`Sink`].

use crate::args::{VoiceArgs, VoiceChoice};
use crate::contour::Contour;
use crate::error::CliError;
use crate::interrupt;
use crate::notes::{BLOCK_SAMPLES, LineMark, Notes, Told};
use crate::script::{Cue, Script};
use psivox_core::engine::{Ablation, NoTelemetry, Probe};
use psivox_core::field::{FieldSetup, FieldSpec, Transport};
use psivox_core::memory::{RawTake, Rendition};
use psivox_core::persona::PersonaError;
use psivox_core::planner::Plan;
use psivox_core::text::MAX_USER_LEXICON_BYTES;
use psivox_core::{
    BlendshapeFrame, Control, Delivery, Engine, EngineConfig, Event, Persona, Planner, Score, TimedEvent,
};
use psivox_wire::WireFrame;
use psivox_wire::event::TimedNotice;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

/// What the engine made of one block.
#[derive(Debug)]
pub struct Block<'a> {
    /// Time of its first sample since the start.
    pub start_samples: u64,
    /// The sound, mono, about -1..=1.
    pub sound: &'a [f32],
    /// The faces that fall into it, in order of time.
    pub faces: &'a [BlendshapeFrame],
    /// The same faces with what receivers want to know besides.
    pub frames: &'a [WireFrame],
    /// What begins and ends in it, in order of time.
    pub notices: &'a [TimedNotice],
}

/// Takes what is rendered.
pub trait Sink {
    /// Takes one block; blocks come in order and without gaps.
    ///
    /// # Errors
    /// Whatever keeps the result from being written.
    fn take(&mut self, block: &Block) -> Result<(), CliError>;
}

/// What is known once everything has been spoken.
#[derive(Debug)]
pub struct Performance {
    /// What was spoken, in order.
    pub lines: Vec<Arc<Score>>,
    /// When each phone really started.
    pub marks: Vec<LineMark>,
    /// When the last line came to its end.
    pub finished_samples: u64,
    /// Length of the sound including the rest after the line.
    pub total_samples: u64,
    /// When the first block had been rendered.
    pub first_block: Instant,
    /// What the field told.
    pub told: Told,
}

/// No voice is larger; what is, is something else.
const MAX_VOICE_BYTES: u64 = 64 << 20;

fn read_voice(path: &Path) -> Result<Vec<u8>, CliError> {
    let failed = |error: std::io::Error| CliError::Input {
        path: path.to_owned(),
        reason: format!("{error}; give the path of a .psv file"),
    };
    read(path, MAX_VOICE_BYTES).map_err(failed)
}

/// At most `limit` bytes of a file.
pub(crate) fn read(path: &Path, limit: u64) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Who speaks, as the options have changed him.
///
/// # Errors
/// An unknown persona, a voiceprint that cannot be.
pub fn cast(args: &VoiceArgs) -> Result<Persona, CliError> {
    let mut persona = args.cast(Persona::named(&args.persona)?);
    args.shape.imprint(&mut persona.voiceprint);
    let name = &persona.name;
    persona.voiceprint.check().map_err(|reason| PersonaError::Voiceprint { name: name.clone(), reason })?;
    Ok(persona)
}

/// The engine that speaks with this voice.
pub fn config(args: &VoiceArgs, face_rate_hz: f32) -> EngineConfig {
    let (seed, ablation) = (args.seed, args.ablation());
    EngineConfig { face_rate_hz, seed, ablation, ..EngineConfig::new(args.rate as f32) }
}

/// The field that speaks.
///
/// # Errors
/// A field that cannot be.
pub fn field(args: &VoiceArgs) -> Result<FieldSpec, CliError> {
    let own = || Ok::<_, CliError>(Persona::named(&args.persona)?.field_spec()?);
    let spec = args.field.spec()?.map_or_else(own, |spec| Ok(Some(spec)))?;
    Ok(spec.unwrap_or_default())
}

/// What turns texts into lines for this voice.
///
/// # Errors
/// An unknown persona, a damaged voice or lexicon.
pub fn planner(args: &VoiceArgs) -> Result<Planner, CliError> {
    let persona = cast(args)?;
    let planner = match &args.voice {
        None | Some(VoiceChoice::Person(_)) => Planner::new(&persona)?,
        Some(VoiceChoice::File(path)) => Planner::with_voice(&persona, &read_voice(path)?)
            .map_err(|error| CliError::Input { path: path.clone(), reason: error.to_string() })?,
    };
    match &args.lexicon {
        None => Ok(planner),
        Some(path) => {
            let input = |reason: String| CliError::Input { path: path.clone(), reason };
            let bytes = read(path, MAX_USER_LEXICON_BYTES as u64 + 1)
                .map_err(|error| input(format!("{error}; give the path of a text file")))?;
            planner.with_lexicon(&bytes).map_err(|error| input(error.to_string()))
        }
    }
}

/// An engine that is set to this voice, with the mechanisms of `ablation` off. Set before the `reset` that opens every
/// performance, its controls are in force from the first sample on.
///
/// # Errors
/// A rate that the engine refuses, a field that cannot be.
pub fn engine(args: &VoiceArgs, seed: u64, ablation: Ablation) -> Result<Engine, CliError> {
    configured(args, EngineConfig { seed, ablation, ..EngineConfig::new(args.rate as f32) })
}

fn configured(args: &VoiceArgs, config: EngineConfig) -> Result<Engine, CliError> {
    let mut engine = Engine::new(config)?;
    let controls = args.controls().into_iter().map(|(control, value)| Event::Set { control, value });
    engine.process(&controls.map(at_once).collect::<Vec<_>>(), &mut [], &mut Notes::default());
    let own = || Ok::<_, CliError>(Persona::named(&args.persona)?.field_spec()?);
    if let Some(spec) = args.field.spec()?.map_or_else(own, |spec| Ok(Some(spec)))? {
        let setup = Arc::new(FieldSetup::compile(&spec)?);
        engine.process(&[at_once(Event::Field(setup))], &mut [], &mut Notes::default());
    }
    Ok(engine)
}

/// A voice that is ready to speak.
#[derive(Debug)]
pub struct Narrator {
    /// Turns texts into lines.
    pub planner: Planner,
    /// Pace and pitch at which they are planned.
    pub delivery: Delivery,
    /// Speaks lines.
    pub stage: Stage,
}

impl Narrator {
    /// Loads the persona's voice.
    ///
    /// # Errors
    /// An unknown persona, a damaged voice, a rate that the engine refuses, a contour that cannot be read.
    pub fn load(args: &VoiceArgs) -> Result<Self, CliError> {
        Self::load_with(args, config(args, EngineConfig::new(args.rate as f32).face_rate_hz))
    }

    /// As [`Narrator::load`], with an engine of this kind.
    ///
    /// # Errors
    /// As [`Narrator::load`].
    pub fn load_with(args: &VoiceArgs, config: EngineConfig) -> Result<Self, CliError> {
        let contour = args.shape.contour()?;
        let (planner, engine) = (planner(args)?, configured(args, config)?);
        let transport = args.field.transport();
        Ok(Self {
            planner,
            delivery: args.delivery(),
            stage: Stage {
                engine,
                contour,
                sample_rate_hz: args.rate,
                transport,
                listens: false,
                overture: Vec::new(),
            },
        })
    }

    /// Plans a text.
    ///
    /// # Errors
    /// The text cannot be spoken.
    pub fn plan(&self, text: &str) -> Result<Plan, CliError> {
        Ok(self.planner.plan_as(text, self.delivery)?)
    }

    /// See [`Stage::perform`].
    ///
    /// # Errors
    /// See [`Stage::perform`].
    pub fn perform(
        &mut self,
        script: &mut dyn Script,
        sink: &mut dyn Sink,
        progress: impl FnMut(f64),
    ) -> Result<Performance, CliError> {
        self.stage.perform(script, sink, progress)
    }
}

/// The engine and what is imposed on it.
#[derive(Debug)]
pub struct Stage {
    engine: Engine,
    contour: Option<Contour>,
    sample_rate_hz: u32,
    /// The beat that runs from the start of every performance.
    transport: Option<Transport>,
    /// Whether what the field observes of itself is kept.
    listens: bool,
    /// What happens before the first line.
    overture: Vec<Event>,
}

impl Stage {
    /// The engine: field, rules, memory as the last performance left them.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Samples a second.
    pub fn sample_rate_hz(&self) -> u32 {
        self.sample_rate_hz
    }

    /// Keeps what the field observes of itself while it speaks ([`Told::observations`]).
    pub fn listen(&mut self) {
        self.listens = true;
    }

    /// Lets something happen at the first sample of every performance, before the first line.
    pub fn open_with(&mut self, event: Event) {
        self.overture.push(event);
    }

    /// What the engine has kept of the last performance, if it keeps takes. Lets it rest until all of it is there.
    pub fn take(&mut self) -> Option<RawTake> {
        let mut rest = [0.0f32; BLOCK_SAMPLES];
        let mut left = self.sample_rate_hz as usize;
        while left > 0 {
            if let Some(take) = self.engine.finished_take() {
                return Some(take.clone());
            }
            self.engine.process(&[], &mut rest, &mut NoTelemetry);
            left = left.saturating_sub(BLOCK_SAMPLES);
        }
        None
    }

    /// Reads observables during every performance ([`Told::probes`]), as many as it can take at once.
    pub fn probe(&mut self, probes: &[Probe]) {
        let events =
            probes.iter().enumerate().map(|(slot, probe)| Event::Probe { slot, probe: Some(*probe) });
        self.engine.process(&events.map(at_once).collect::<Vec<_>>(), &mut [], &mut Notes::default());
    }

    /// Speaks the lines of a script from the engine's start into `sink`, without gaps between them. `progress` is told
    /// the share done of what is known, 0..=1.
    ///
    /// # Errors
    /// The script's and the sink's; [`CliError::Interrupted`]; [`CliError::Endless`] if the engine never finishes.
    pub fn perform(
        &mut self,
        script: &mut dyn Script,
        sink: &mut dyn Sink,
        mut progress: impl FnMut(f64),
    ) -> Result<Performance, CliError> {
        let rate_hz = f64::from(self.sample_rate_hz);
        let (mut nominal_samples, mut limit_samples) = (0.0, 10.0 * rate_hz);
        let mut lines: Vec<Arc<Score>> = Vec::new();
        let mut events = Vec::new();
        let mut notes = Notes { listens: self.listens, ..Notes::default() };
        let mut sound = [0.0f32; BLOCK_SAMPLES];
        let mut first_block = None;
        let mut position = 0u64;
        self.reset();
        events.extend(self.transport.map(|transport| at_once(Event::Transport(transport))));
        events.extend(self.overture.iter().cloned().map(at_once));
        for rendition in self.overture.iter().filter_map(replayed) {
            limit_samples += 2.0 * rendition.length_samples() as f64;
            nominal_samples += rendition.length_samples() as f64;
            lines.extend(rendition.scores().iter().cloned());
        }
        loop {
            interrupt::check()?;
            // One line ahead is enough: the engine turns to it without a gap.
            if notes.more && lines.len() < notes.line + 2 {
                match script.next()? {
                    Cue::Line(score) => {
                        let score = Arc::new(*score);
                        nominal_samples += f64::from(score.duration_s()) * rate_hz;
                        // The slowest emotion, style, tag and rate together stretch a line less than twelvefold.
                        limit_samples += 12.0 * f64::from(score.duration_s()) * rate_hz;
                        notes.expect(lines.len());
                        events.push(at_once(Event::Queue(Arc::clone(&score))));
                        lines.push(score);
                    }
                    Cue::Later => limit_samples += BLOCK_SAMPLES as f64,
                    Cue::End => notes.more = false,
                }
            }
            let length = notes.next_block(position, rate_hz, first_block.is_none());
            if length == 0 {
                break;
            }
            if let Some(contour) = &self.contour {
                events.extend(contour.events(position, length, rate_hz));
            }
            let block = &mut sound[..length];
            notes.clear();
            self.engine.process(&events, block, &mut notes);
            events.clear();
            notes.trim(rate_hz);
            first_block.get_or_insert_with(Instant::now);
            let (faces, frames, notices) = (&notes.faces, &notes.frames, &notes.notices);
            sink.take(&Block { start_samples: position, sound: block, faces, frames, notices })?;
            position += length as u64;
            progress(position as f64 / nominal_samples.max(1.0));
            if position as f64 > limit_samples {
                return Err(CliError::Endless { limit_s: limit_samples / rate_hz });
            }
        }
        notes.name_marks(&lines);
        Ok(Performance {
            lines,
            marks: notes.marks,
            finished_samples: notes.finished_samples.unwrap_or(position),
            total_samples: position,
            first_block: first_block.unwrap_or_else(Instant::now),
            told: notes.told,
        })
    }

    /// Silence, time 0, every control where it is wanted.
    fn reset(&mut self) {
        let f0_hz = self.contour.as_ref().map_or(0.0, |contour| contour.f0_hz(0.0));
        let start = at_once(Event::Set { control: Control::F0Hz, value: f0_hz });
        self.engine.process(&[start], &mut [], &mut Notes::default());
        self.engine.reset();
    }
}

fn replayed(event: &Event) -> Option<&Rendition> {
    if let Event::Replay(rendition) = event { Some(rendition) } else { None }
}

/// An event at the start of a block.
pub fn at_once(event: Event) -> TimedEvent {
    TimedEvent { offset_samples: 0, event }
}
