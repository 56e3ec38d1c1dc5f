//! One engine that speaks line after line, and what it told of each.

use super::automation::Lanes;
use super::place::interpolate;
use crate::args::VoiceArgs;
use crate::error::CliError;
use crate::interrupt;
use crate::render::{self, at_once};
use crate::usage::CpuWatch;
use psivox_core::engine::{Ablation, NoTelemetry, ObservableFrame, PhoneMark};
use psivox_core::field::SurpriseEvent;
use psivox_core::grammar::{FaceState, face_violations};
use psivox_core::memory::{Course, Impression, Memory, MemoryBank, Recall, Recollection};
use psivox_core::{BLENDSHAPE_COUNT, BlendshapeFrame, Control, Engine, Event, Score, Telemetry, TimedEvent};
use std::sync::Arc;

/// Rest between two lines.
const REST_S: f64 = 0.3;

/// What was told with a face.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// The face's own time in samples since the start of the line.
    pub at: f64,
    /// The face's place in the score in nominal s.
    pub face_place_s: f64,
    /// The tick's end, at which the field was read: samples since the start of the line.
    pub read_at: f64,
    /// The place in the score that it was read at, in nominal s.
    pub place_s: f64,
    /// The 52 shapes.
    pub shapes: [f32; BLENDSHAPE_COUNT],
    /// Yaw, pitch, roll.
    pub head_rad: [f32; 3],
    /// Fundamental frequency.
    pub f0_hz: f64,
    /// Phase of the jaw less that of the syllable clock.
    pub jaw_lead_rad: f64,
    /// Error of the forecast.
    pub epsilon: f64,
}

/// A spoken line.
#[derive(Debug, Default)]
pub struct Take {
    /// Its sound with the rest after it.
    pub sound: Vec<f32>,
    /// What was told while it was spoken.
    pub frames: Vec<Frame>,
    /// Start of each phone in samples since the line's.
    pub onsets: Vec<f64>,
    /// Length without the rest, in samples.
    pub spoken_samples: f64,
    /// Faces and knots of the sound that break a rule of the grammar.
    pub unlawful: u32,
    /// Surprises.
    pub surprises: u32,
    /// CPU time, if the system tells.
    pub cpu_s: Option<f64>,
}

/// An engine that goes on from line to line: what it learns and remembers acts on the next one.
#[derive(Debug)]
pub struct Player {
    engine: Engine,
    lanes: Arc<Lanes>,
    rate_hz: f64,
    /// Samples since the start.
    now: u64,
    /// Nominal length of the lines before.
    spoken_s: f64,
    /// Broken rules of the sound by now.
    unlawful_knots: u32,
    /// How the lines were said: the next one goes on in the last one's tone.
    bank: MemoryBank,
}

/// Share of the last line's tone in the next one.
const CARRIED: f32 = 0.5;
/// Time of the way there, s.
const CARRIED_S: f32 = 0.3;

impl Player {
    /// An engine at rest that is set to a voice, with the mechanisms of `ablation` off.
    ///
    /// # Errors
    /// See [`render::engine`].
    pub fn new(
        args: &VoiceArgs,
        seed: u64,
        ablation: Ablation,
        lanes: &Arc<Lanes>,
    ) -> Result<Self, CliError> {
        let mut engine = render::engine(args, seed, ablation)?;
        // Before the reset, so that they are in force from the first sample on.
        engine.process(&settings(lanes, 0.0).collect::<Vec<_>>(), &mut [], &mut NoTelemetry);
        engine.reset();
        let beat = args.field.transport().map(|transport| at_once(Event::Transport(transport)));
        engine.process(beat.as_slice(), &mut [], &mut NoTelemetry);
        let (lanes, rate_hz) = (Arc::clone(lanes), f64::from(args.rate));
        let mut bank = MemoryBank::default();
        bank.set_course(Course::Same);
        Ok(Self { engine, lanes, rate_hz, now: 0, spoken_s: 0.0, unlawful_knots: 0, bank })
    }

    /// Keeps the emotion where the lanes have their centre, from now on.
    pub fn hold(&mut self) {
        self.lanes = Arc::new(self.lanes.held());
        self.engine.process(&settings(&self.lanes, 0.0).collect::<Vec<_>>(), &mut [], &mut NoTelemetry);
    }

    /// Speaks a line and rests after it.
    ///
    /// # Errors
    /// [`CliError::Interrupted`]; [`CliError::Endless`] if the engine never finishes.
    pub fn speak(&mut self, score: &Arc<Score>) -> Result<Take, CliError> {
        let watch = CpuWatch::start();
        // Whole ticks: every line starts where a tick does, which keeps the ticks of all engines in step.
        let hop = self.engine.tick_samples();
        let rest = (REST_S * self.rate_hz / hop as f64).ceil() as u64 * hop as u64;
        let limit_s = 10.0 + 8.0 * f64::from(score.duration_s());
        let mut listener = Listener { start: self.now, hop: hop as u64, ..Listener::default() };
        let mut sound = Vec::new();
        let mut events = self.carried();
        events.extend([at_once(Event::Load(Arc::clone(score))), at_once(Event::Speak { velocity: 1.0 })]);
        while listener.finished.is_none_or(|end| self.now < end + rest) {
            interrupt::check()?;
            let done = sound.len();
            if done as f64 > limit_s * self.rate_hz {
                return Err(CliError::Endless { limit_s });
            }
            sound.resize(done + hop, 0.0);
            self.engine.process(&events, &mut sound[done..], &mut listener);
            self.now += hop as u64;
            events.clear();
            if let Some(place_s) = listener.moved_to_s.take().filter(|_| !self.lanes.are_still()) {
                events.extend(settings(&self.lanes, self.spoken_s + place_s));
            }
        }
        self.spoken_s += f64::from(score.duration_s());
        if let Some(impression) = listener.impression.take() {
            self.bank.advance(f64::from(impression.duration_s));
            // A line that left no numbers leaves no tone.
            let _ = self.bank.keep(Memory::of(&impression, "", &score.topic, ""));
        }
        let knots = self.engine.observables().sound_violations;
        let unlawful = listener.unlawful_faces + (knots - self.unlawful_knots);
        self.unlawful_knots = knots;
        place_faces(&mut listener.frames);
        Ok(Take {
            sound,
            frames: listener.frames,
            onsets: listener.onsets,
            spoken_samples: listener.finished.map_or(0.0, |end| (end - listener.start) as f64),
            unlawful,
            surprises: listener.surprises,
            cpu_s: watch.elapsed_s(),
        })
    }

    /// The tone of the line before.
    fn carried(&mut self) -> Vec<TimedEvent> {
        let next = self.bank.next_line();
        let recall =
            |(tone, share): (Recollection, f32)| Recall::one(Arc::new(tone), CARRIED * share, CARRIED_S);
        next.map(|next| at_once(Event::Recall(recall(next)))).into_iter().collect()
    }
}

fn settings(lanes: &Lanes, time_s: f64) -> impl Iterator<Item = TimedEvent> {
    let controls = [Control::Valence, Control::Arousal, Control::Dominance];
    controls.into_iter().zip(lanes.at(time_s)).map(|(control, value)| at_once(Event::Set { control, value }))
}

/// The field is read at the ends of ticks, a face belongs to a sample before: its place lies on the way there.
fn place_faces(frames: &mut [Frame]) {
    let start = std::iter::once((0.0, 0.0));
    let way: Vec<(f64, f64)> =
        start.chain(frames.iter().map(|frame| (frame.read_at, frame.place_s))).collect();
    for frame in frames {
        frame.face_place_s = interpolate(&way, frame.at);
    }
}

/// Writes down what the engine tells of a line.
#[derive(Debug, Default)]
struct Listener {
    start: u64,
    hop: u64,
    frames: Vec<Frame>,
    onsets: Vec<f64>,
    finished: Option<u64>,
    unlawful_faces: u32,
    surprises: u32,
    impression: Option<Impression>,
    /// Where in the score the last face was, until somebody takes it.
    moved_to_s: Option<f64>,
}

impl Telemetry for Listener {
    fn impression(&mut self, impression: &Impression, _time_samples: u64) {
        self.impression = Some(impression.clone());
    }

    fn face(&mut self, frame: &BlendshapeFrame, field: &ObservableFrame) {
        let [closure, labiodental] = field.lip_demands;
        let face = FaceState { pose: frame.shapes, closure, labiodental, head_rad: frame.head_rad };
        self.unlawful_faces += u32::from(!face_violations(&face).is_empty());
        if !field.speaking {
            return;
        }
        let at = frame.time_samples - self.start;
        self.moved_to_s = Some(f64::from(field.position_s));
        self.frames.push(Frame {
            at: at as f64,
            face_place_s: 0.0,
            read_at: ((at / self.hop + 1) * self.hop) as f64,
            place_s: f64::from(field.position_s),
            shapes: frame.shapes,
            head_rad: frame.head_rad,
            f0_hz: f64::from(field.f0_hz),
            jaw_lead_rad: f64::from(field.jaw_theta) - f64::from(field.syllable_theta),
            epsilon: f64::from(field.epsilon),
        });
    }

    fn phone(&mut self, mark: PhoneMark) {
        // Phones come in order, from the first one on.
        self.onsets.push((mark.time_samples - self.start) as f64);
    }

    fn surprise(&mut self, _event: &SurpriseEvent) {
        self.surprises += 1;
    }

    fn finished(&mut self, time_samples: u64) {
        self.finished.get_or_insert(time_samples);
    }
}
