//! One sentence spoken in one mood, and what was seen and heard of it.

use super::mood::Mood;
use crate::args::VoiceArgs;
use crate::error::CliError;
use crate::formats::{FaceFile, WavFile};
use crate::interrupt;
use crate::render::{self, Block, Sink, at_once};
use psivox_core::engine::{NoTelemetry, ObservableFrame, PhoneMark};
use psivox_core::memory::Impression;
use psivox_core::phone::{Manner, PAUSE, Phone};
use psivox_core::{BlendshapeFrame, Event, Score, Telemetry};
use psivox_wire::record::FaceFormat;
use std::path::Path;
use std::sync::Arc;

/// Faces a second.
const FACE_RATE_HZ: u32 = 60;

/// The face is watched for so long before it speaks, so that a mood has come up.
const LEAD_S: f64 = 1.0;
/// Sound after the end, so that the last phone dies away.
const TAIL_S: f64 = 0.1;
/// Where a stop or an affricate ends, the mouth still flies for so long.
const BURST_S: f64 = 0.05;

/// A phone as it was spoken, since the start of the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpokenPhone {
    /// Its symbol.
    pub symbol: char,
    /// When it began.
    pub start_s: f64,
    /// When the next one began.
    pub end_s: f64,
}

impl SpokenPhone {
    /// Whether it is silence.
    pub fn is_pause(&self) -> bool {
        self.symbol == PAUSE
    }

    /// Whether the mouth bursts open at its end.
    fn bursts(&self) -> bool {
        Phone::of(self.symbol).is_some_and(|phone| matches!(phone.manner, Manner::Stop | Manner::Affricate))
    }
}

/// A spoken sentence.
#[derive(Debug, Clone, Default)]
pub struct Take {
    /// Its sound from the start of the line.
    pub sound: Vec<f32>,
    /// Its phones.
    pub phones: Vec<SpokenPhone>,
    /// The faces with their times since the start of the line; before it they are silent.
    pub faces: Vec<(f64, BlendshapeFrame)>,
}

impl Take {
    /// Start of the first and end of the last phone that is no pause.
    pub fn span_s(&self) -> [f64; 2] {
        let mut spoken = self.phones.iter().filter(|phone| !phone.is_pause());
        let Some(first) = spoken.next() else { return [0.0; 2] };
        [first.start_s, spoken.next_back().unwrap_or(first).end_s]
    }

    /// The sound of that span.
    pub fn speech(&self, rate_hz: f64) -> &[f32] {
        let [start, end] = self.span_s().map(|time_s| (time_s * rate_hz).round() as usize);
        let end = end.min(self.sound.len());
        &self.sound[start.min(end)..end]
    }

    /// Whether a stop holds or bursts at this time.
    pub fn bursts_at(&self, time_s: f64) -> bool {
        let near = |phone: &SpokenPhone| (phone.start_s..phone.end_s + BURST_S).contains(&time_s);
        self.phones.iter().any(|phone| phone.bursts() && near(phone))
    }

    /// Writes sound and face.
    ///
    /// # Errors
    /// [`CliError::Output`].
    pub fn write(&self, folder: &Path, name: &str, rate_hz: u32) -> Result<(), CliError> {
        let mut wav = WavFile::create(&folder.join(format!("{name}.wav")), rate_hz)?;
        let face = folder.join(format!("{name}.face.csv"));
        let mut csv = FaceFile::create(&face, FaceFormat::Csv, rate_hz, FACE_RATE_HZ)?;
        let timed = |(time_s, face): &(f64, BlendshapeFrame)| {
            (*time_s >= 0.0).then(|| BlendshapeFrame {
                time_samples: (time_s * f64::from(rate_hz)).round() as u64,
                ..*face
            })
        };
        let faces: Vec<BlendshapeFrame> = self.faces.iter().filter_map(timed).collect();
        let block = Block { start_samples: 0, sound: &self.sound, faces: &faces, frames: &[], notices: &[] };
        wav.take(&block)?;
        csv.take(&block)?;
        wav.finish()?;
        csv.finish()
    }
}

/// Speaks a line in a mood, by an engine of its own that has come to that mood before it begins.
///
/// # Errors
/// See [`render::engine`]; [`CliError::Interrupted`]; [`CliError::Endless`] if the engine never finishes.
pub fn speak(args: &VoiceArgs, seed: u64, mood: Mood, score: &Arc<Score>) -> Result<Take, CliError> {
    let settings = mood.settings().into_iter().map(|(control, value)| Event::Set { control, value });
    perform(args, seed, settings, |_| None, score).map(|(take, _)| take)
}

/// Speaks a line by an engine of its own that has heard `settings` before its first sample. `lane` tells what moves at a
/// share of the line, 0..=1. Also what the line leaves in memory.
///
/// # Errors
/// As [`speak`].
pub fn perform(
    args: &VoiceArgs,
    seed: u64,
    settings: impl IntoIterator<Item = Event>,
    lane: impl Fn(f32) -> Option<Event>,
    score: &Arc<Score>,
) -> Result<(Take, Option<Impression>), CliError> {
    let rate_hz = f64::from(args.rate);
    let mut engine = render::engine(args, seed, args.ablation())?;
    let settings = settings.into_iter().map(at_once);
    engine.process(&settings.collect::<Vec<_>>(), &mut [], &mut NoTelemetry);
    // What was set before it is in force from the first sample on.
    engine.reset();
    let beat = args.field.transport().map(|transport| at_once(Event::Transport(transport)));
    let hop = engine.tick_samples();
    let lead = (LEAD_S * rate_hz / hop as f64).ceil() as usize * hop;
    let mut listener = Listener::default();
    let mut silence = vec![0.0; lead];
    engine.process(beat.as_slice(), &mut silence, &mut listener);

    let limit_s = 10.0 + 8.0 * f64::from(score.duration_s());
    let tail = (TAIL_S * rate_hz).round() as u64;
    let mut events = vec![at_once(Event::Load(Arc::clone(score))), at_once(Event::Speak { velocity: 1.0 })];
    let mut sound = Vec::new();
    while listener.finished.is_none_or(|end| ((lead + sound.len()) as u64) < end + tail) {
        interrupt::check()?;
        let done = sound.len();
        if done as f64 > limit_s * rate_hz {
            return Err(CliError::Endless { limit_s });
        }
        sound.resize(done + hop, 0.0);
        engine.process(&events, &mut sound[done..], &mut listener);
        events.clear();
        let along = engine.observables().position_s / score.duration_s().max(1e-3);
        events.extend(lane(along).map(at_once));
    }
    let impression = listener.impression.take();
    Ok((listener.take(sound, score, lead as u64, rate_hz), impression))
}

/// Writes down what the engine tells.
#[derive(Debug, Default)]
struct Listener {
    faces: Vec<BlendshapeFrame>,
    marks: Vec<PhoneMark>,
    finished: Option<u64>,
    impression: Option<Impression>,
}

impl Listener {
    fn take(self, sound: Vec<f32>, score: &Score, start: u64, rate_hz: f64) -> Take {
        let seconds = |samples: u64| (samples as f64 - start as f64) / rate_hz;
        let finished = self.finished.unwrap_or(start + sound.len() as u64);
        let phone = |(index, mark): (usize, &PhoneMark)| {
            let end = self.marks.get(index + 1).map_or(finished, |next| next.time_samples);
            let symbol = score.phones.get(mark.phone as usize)?.symbol;
            Some(SpokenPhone { symbol, start_s: seconds(mark.time_samples), end_s: seconds(end) })
        };
        let phones = self.marks.iter().enumerate().filter_map(phone).collect();
        let end = start + sound.len() as u64;
        let faces = self.faces.iter().filter(|face| face.time_samples < end);
        Take { phones, faces: faces.map(|face| (seconds(face.time_samples), *face)).collect(), sound }
    }
}

impl Telemetry for Listener {
    fn face(&mut self, frame: &BlendshapeFrame, _field: &ObservableFrame) {
        self.faces.push(*frame);
    }

    fn phone(&mut self, mark: PhoneMark) {
        self.marks.push(mark);
    }

    fn impression(&mut self, impression: &Impression, _time_samples: u64) {
        self.impression = Some(impression.clone());
    }

    fn finished(&mut self, time_samples: u64) {
        self.finished.get_or_insert(time_samples);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn speech_reaches_from_the_first_to_the_last_phone() {
        let phone = |symbol, start_s, end_s| SpokenPhone { symbol, start_s, end_s };
        let phones =
            vec![phone('_', 0.0, 0.1), phone('p', 0.1, 0.2), phone('a', 0.2, 0.5), phone('_', 0.5, 0.7)];
        let take = Take { sound: (0..700).map(|i| i as f32).collect(), phones, faces: Vec::new() };
        assert_eq!(take.span_s(), [0.1, 0.5]);
        assert_eq!((take.speech(1_000.0)[0], take.speech(1_000.0).len()), (100.0, 400));
        assert!(
            take.bursts_at(0.15) && take.bursts_at(0.24) && !take.bursts_at(0.05) && !take.bursts_at(0.3)
        );
        assert_eq!(Take::default().span_s(), [0.0; 2]);
        assert!(Take::default().speech(1_000.0).is_empty());
    }
}
