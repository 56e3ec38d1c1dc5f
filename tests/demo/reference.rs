//! The same performance by the engine alone, without plugin and host: it tells when each phone starts, which a
//! plugin does not. The engine is deterministic, so its clock is the plugin's; the demo compares both sounds.

use crate::script::{BLOCK_SAMPLES, PERSONA, Rise, SAMPLE_RATE_HZ, SPEAK_BLOCK, TAIL_S, TEXT, time_s};
use anyhow::{Context, Result, bail, ensure};
use psivox_core::engine::{ObservableFrame, PhoneMark};
use psivox_core::{
    BlendshapeFrame, Control, Engine, EngineConfig, Event, Persona, Planner, Score, Telemetry, TimedEvent,
};
use std::sync::Arc;

/// The longest performance in s; a line that has not ended by then never will.
const LONGEST_S: f32 = 60.0;

/// A stretch of the line in real time.
#[derive(Debug, Clone)]
pub struct Span {
    /// Phone symbol or word.
    pub label: String,
    /// Start in s.
    pub start_s: f32,
    /// End in s.
    pub end_s: f32,
    /// Which word of the line it belongs to; none for pauses.
    pub word: Option<u32>,
}

/// What the engine did, and when.
pub struct Reference {
    /// Mono sound, whole blocks.
    pub sound: Vec<f32>,
    /// Number of faces that were due.
    pub faces: usize,
    /// The phones.
    pub phones: Vec<Span>,
    /// The words.
    pub words: Vec<Span>,
    /// How arousal was automated.
    pub rise: Rise,
}

#[derive(Default)]
struct Notes {
    faces: usize,
    marks: Vec<PhoneMark>,
    finished: Option<u64>,
}

impl Telemetry for Notes {
    fn face(&mut self, _frame: &BlendshapeFrame, _field: &ObservableFrame) {
        self.faces += 1;
    }
    fn phone(&mut self, mark: PhoneMark) {
        self.marks.push(mark);
    }
    fn finished(&mut self, time_samples: u64) {
        self.finished = Some(time_samples);
    }
}

/// Performs the script offline.
///
/// # Errors
/// The text cannot be planned, or the engine never ends the line.
pub fn perform() -> Result<Reference> {
    let planner = Planner::new(&Persona::named(PERSONA)?).context("no planner")?;
    let score = Arc::new(planner.plan(TEXT).context("the text cannot be planned")?.score);
    let rise = Rise::within(score.duration_s());
    let mut engine = Engine::new(EngineConfig::new(SAMPLE_RATE_HZ as f32)).context("no engine")?;
    let mut notes = Notes::default();
    let mut sound = Vec::new();
    prepare(&mut engine, &score, rise);
    for block in 0.. {
        if notes.finished.is_some_and(|end| time_s(sound.len()) >= time_s(end as usize) + TAIL_S) {
            break;
        }
        if time_s(sound.len()) > LONGEST_S {
            bail!("the engine has not finished the line within {LONGEST_S} s");
        }
        let start = sound.len();
        sound.resize(start + BLOCK_SAMPLES, 0.0);
        // Told only when it moves, as the plugin does.
        let moved = block > 0 && rise.arousal_of_block(block) != rise.arousal_of_block(block - 1);
        let mut events = Vec::from_iter(moved.then(|| arousal_event(rise, block)));
        if block == SPEAK_BLOCK {
            events.push(TimedEvent { offset_samples: 0, event: Event::Speak { velocity: 1.0 } });
        }
        engine.process(&events, &mut sound[start..], &mut notes);
    }
    ensure!(!notes.marks.is_empty(), "the engine has not told of any phone");
    let finished_s = time_s(notes.finished.unwrap_or(0) as usize);
    let phones = spans(&score, &notes.marks, finished_s);
    let words = words(&score, &phones);
    Ok(Reference { sound, faces: notes.faces, phones, words, rise })
}

/// As the plugin starts: line and controls are there before the first sample, without a glide.
fn prepare(engine: &mut Engine, score: &Arc<Score>, rise: Rise) {
    let load = TimedEvent { offset_samples: 0, event: Event::Load(Arc::clone(score)) };
    engine.process(&[load, arousal_event(rise, 0)], &mut [], &mut Notes::default());
    engine.reset();
}

fn arousal_event(rise: Rise, block: usize) -> TimedEvent {
    let event = Event::Set { control: Control::Arousal, value: rise.arousal_of_block(block) };
    TimedEvent { offset_samples: 0, event }
}

/// Each phone lasts until the next one starts.
fn spans(score: &Score, marks: &[PhoneMark], finished_s: f32) -> Vec<Span> {
    let ends = marks.iter().skip(1).map(|mark| time_s(mark.time_samples as usize)).chain([finished_s]);
    marks
        .iter()
        .zip(ends)
        .filter_map(|(mark, end_s)| {
            let phone = score.phones.get(mark.phone as usize)?;
            let start_s = time_s(mark.time_samples as usize);
            Some(Span { label: phonetic(phone.symbol), start_s, end_s, word: phone.word })
        })
        .collect()
}

/// Each word lasts from its first phone to its last one.
fn words(score: &Score, phones: &[Span]) -> Vec<Span> {
    let of = |index: usize| phones.iter().filter(move |phone| phone.word == Some(index as u32));
    score
        .words
        .iter()
        .enumerate()
        .filter_map(|(index, word)| {
            let (first, last) = (of(index).next()?, of(index).next_back()?);
            let word_index = Some(index as u32);
            Some(Span { label: word.clone(), start_s: first.start_s, end_s: last.end_s, word: word_index })
        })
        .collect()
}

/// A symbol of the voice's alphabet in that of the International Phonetic Association.
fn phonetic(symbol: char) -> String {
    match symbol {
        psivox_core::phone::PAUSE => String::new(),
        'A' => "eɪ".to_owned(),
        'I' => "aɪ".to_owned(),
        'O' => "oʊ".to_owned(),
        'Q' => "əʊ".to_owned(),
        'W' => "aʊ".to_owned(),
        'Y' => "ɔɪ".to_owned(),
        'T' => "ɾ".to_owned(),
        other => other.to_string(),
    }
}
