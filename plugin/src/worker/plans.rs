//! Plans a text, unit by unit, and keeps what it has planned: a text in which one line has changed costs one line.

use super::{PlanReport, UnitReport};
use crate::performance::Unit;
use crate::repertoire::{Ready, Repertoire, UnitCue};
use crate::script::{self, MAX_UNITS, Span};
use crate::state::LineState;
use psivox_core::engine::ScoreShelf;
use psivox_core::memory::{Recipe, RecipeKind};
use psivox_core::song::{Lyric, Song};
use psivox_core::text::{MEANING, Meaning};
use psivox_core::{Delivery, Persona, PlannedWord, Planner, Score};
use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Messages of the text's reader that are kept.
const MAX_NOTICES: usize = 40;
/// Scores of which it is known how they were made: all units of a text, and what came by OSC.
const MAX_MADE: usize = 512;

/// Who speaks.
#[derive(Debug, Clone, PartialEq, Default)]
struct Cast {
    persona: String,
    own: Option<Box<Persona>>,
    voice_b: Option<String>,
}

impl Cast {
    fn of(line: &LineState) -> Self {
        let (persona, own) = (line.persona.clone(), line.own_persona.clone());
        Self { persona, own, voice_b: line.voice_b.clone() }
    }
}

/// How a score was made.
#[derive(Debug, Clone)]
struct Made {
    score: u64,
    kind: RecipeKind,
    text: String,
    cast: Arc<Cast>,
}

/// What became of a text.
#[derive(Debug, Clone)]
struct Planned {
    /// As what, and from which text: what a memory needs to plan it again.
    made: Option<(RecipeKind, String)>,
    ready: Ready,
    first_beat_s: f64,
    duration_s: f32,
    /// Sources count from the start of the unit.
    words: Vec<PlannedWord>,
    notices: Vec<(std::ops::Range<usize>, String)>,
    error: Option<String>,
}

impl Planned {
    fn refused(error: String) -> Self {
        let (words, notices) = (Vec::new(), Vec::new());
        Self {
            made: None,
            ready: Ready::Refused,
            first_beat_s: 0.0,
            duration_s: 0.0,
            words,
            notices,
            error: Some(error),
        }
    }
}

/// All plans of an instance.
#[derive(Default)]
pub(super) struct Plans {
    planner: Option<(Cast, Planner)>,
    /// Keeps scores alive for the audio thread.
    scores: ScoreShelf,
    /// What has been planned with the present cast, by its text.
    known: HashMap<String, Planned>,
    text: String,
    spans: Vec<Span>,
    /// Whether units were left out.
    cut_off: bool,
    /// The units that are planned, in order; the rest waits.
    done: Vec<Planned>,
    /// The text as syllables, and the words it was made of.
    sheet: Option<(String, Planned)>,
    /// Whether the sheet is planned before the units.
    sings: bool,
    complete: bool,
    /// Whether anything was begun at all.
    begun: bool,
    /// How the newest scores were made.
    made: VecDeque<Made>,
}

impl Plans {
    /// Another text, or another cast.
    pub fn begin(&mut self, line: &LineState, unit: Unit, sings: bool) {
        self.cast(line);
        self.begun = true;
        self.text.clone_from(&line.text);
        let is_song = is_song(&line.text);
        let unit = if is_song { Unit::Text } else { unit };
        (self.spans, self.cut_off) = script::split(&self.text, unit);
        self.sings = sings;
        self.done.clear();
        if self.sheet.as_ref().is_some_and(|(text, _)| *text != self.text) {
            self.sheet = None;
        }
        self.complete = false;
        // What is known costs nothing: it is there at once.
        self.take_known();
    }

    /// Makes `cast` the one that speaks; another one has planned nothing yet.
    fn cast(&mut self, line: &LineState) {
        let cast = Cast::of(line);
        if self.planner.as_ref().is_some_and(|(known, _)| *known == cast) {
            return;
        }
        self.known.clear();
        self.sheet = None;
        self.planner = None;
    }

    fn take_known(&mut self) {
        while let Some(span) = self.spans.get(self.done.len()) {
            let Some(planned) = self.known.get(&self.text[span.range.clone()]) else { break };
            self.done.push(planned.clone());
        }
    }

    /// Whether nothing is left to be planned.
    pub fn is_complete(&self) -> bool {
        self.complete || !self.begun
    }

    /// Plans for about that long; whether there is anything new.
    pub fn work(&mut self, slice: Duration, line: &LineState) -> bool {
        if self.is_complete() {
            return false;
        }
        let until = Instant::now() + slice;
        loop {
            let units_wait = self.done.len() < self.spans.len();
            if self.sheet.is_none() && (self.sings || !units_wait) {
                let lyrics = lyrics_of(&self.text);
                let planned = self.guarded(line, |planner, scores| plan_sheet(planner, scores, &lyrics));
                self.sheet = Some((self.text.clone(), planned));
            } else if units_wait {
                let text = self.text[self.spans[self.done.len()].range.clone()].to_owned();
                let planned = self.guarded(line, |planner, scores| plan_unit(planner, scores, &text));
                self.known.insert(text, planned.clone());
                self.done.push(planned);
                self.take_known();
            } else {
                self.complete = true;
                self.forget();
                return true;
            }
            if Instant::now() >= until {
                return true;
            }
        }
    }

    /// Forgets plans that the text no longer holds.
    fn forget(&mut self) {
        let spoken: std::collections::HashSet<&str> =
            self.spans.iter().map(|span| &self.text[span.range.clone()]).collect();
        self.known.retain(|text, _| spoken.contains(text.as_str()));
    }

    /// Drops scores that nobody uses any more.
    pub fn tidy(&mut self) {
        self.scores.tidy();
    }

    /// Plans a text that is no part of the project.
    ///
    /// # Errors
    /// Why it cannot be spoken.
    pub fn one(&mut self, line: &LineState, text: &str) -> Result<Arc<Score>, String> {
        let planned = self.guarded(line, |planner, scores| plan_unit(planner, scores, text));
        match planned.ready {
            Ready::Planned(score) => Ok(score),
            _ => Err(planned.error.unwrap_or_else(|| "there is nothing to speak".to_owned())),
        }
    }

    /// A defect in the front-end must not silence the instance for good.
    fn guarded(
        &mut self,
        line: &LineState,
        plan: impl FnOnce(&Planner, &mut ScoreShelf) -> Result<Planned, String>,
    ) -> Planned {
        let attempt = catch_unwind(AssertUnwindSafe(|| {
            self.planner_of(line)?;
            let Some((_, planner)) = &self.planner else { return Err("there is no planner".to_owned()) };
            plan(planner, &mut self.scores)
        }));
        let outcome = attempt.unwrap_or_else(|_| {
            self.planner = None;
            Err("the text met a defect of Psivox; change it a little, and please report it".to_owned())
        });
        let planned = outcome.unwrap_or_else(Planned::refused);
        self.note(&planned);
        planned
    }

    /// Notes how a score was made.
    fn note(&mut self, planned: &Planned) {
        let (Ready::Planned(score), Some((kind, text))) = (&planned.ready, &planned.made) else { return };
        let Some((cast, _)) = &self.planner else { return };
        if self.made.len() == MAX_MADE {
            self.made.pop_front();
        }
        let cast = self.made.back().map(|last| &last.cast).filter(|last| ***last == *cast).cloned();
        let cast = cast
            .unwrap_or_else(|| Arc::new(self.planner.as_ref().map(|own| own.0.clone()).unwrap_or_default()));
        self.made.push_back(Made { score: score.id, kind: *kind, text: text.clone(), cast });
    }

    /// How a score of this instance was made, if that was not too long ago.
    pub fn recipe_of(&self, score: u64) -> Option<Recipe> {
        let made = self.made.iter().rev().find(|made| made.score == score)?;
        let Cast { persona, own, voice_b } = &*made.cast;
        let persona = own.clone().or_else(|| Persona::named(persona).ok().map(Box::new))?;
        Some(Recipe {
            kind: made.kind,
            text: made.text.clone(),
            persona,
            voice_b: voice_b.clone(),
            delivery: Delivery::default(),
        })
    }

    /// What each unit is about; all zero for one that is not planned yet.
    pub fn subjects(&self) -> impl Iterator<Item = Meaning> + '_ {
        let subject = |planned: &Planned| match &planned.ready {
            Ready::Planned(score) => score.topic,
            _ => [0.0; MEANING],
        };
        self.done.iter().map(subject)
    }

    fn planner_of(&mut self, line: &LineState) -> Result<(), String> {
        let cast = Cast::of(line);
        if self.planner.as_ref().is_none_or(|(known, _)| *known != cast) {
            let persona = line.speaker().map_err(|error| error.to_string())?;
            let mut planner = Planner::new(&persona).map_err(|error| error.to_string())?;
            if let Some(name) = &line.voice_b {
                planner = planner.with_partner(name).map_err(|error| error.to_string())?;
            }
            self.planner = Some((cast, planner));
        }
        Ok(())
    }

    /// Puts what is ready into a repertoire.
    pub fn fill(&self, mut repertoire: Repertoire) -> Repertoire {
        let unit = |(index, span): (usize, &Span)| {
            let planned = self.done.get(index);
            UnitCue {
                ready: planned.map_or(Ready::Waiting, |planned| planned.ready.clone()),
                key: span.key,
                bar: span.bar,
                first_beat_s: planned.map_or(0.0, |planned| planned.first_beat_s),
            }
        };
        repertoire.units = self.spans.iter().enumerate().map(unit).collect();
        repertoire.sheet = self.sheet.as_ref().map_or(Ready::Waiting, |(_, planned)| planned.ready.clone());
        repertoire.complete = self.is_complete();
        repertoire
    }

    /// What the editor shows.
    pub fn report(&self) -> PlanReport {
        let units: Vec<UnitReport> =
            self.spans.iter().enumerate().map(|(index, span)| self.unit_report(index, span)).collect();
        let speakable = self.done.iter().any(|planned| matches!(planned.ready, Ready::Planned(_)));
        let error = match self.spans.is_empty() && self.begun {
            true => Some("there is nothing to speak; type a text".to_owned()),
            false => self.done.iter().find_map(|planned| planned.error.clone()).filter(|_| !speakable),
        };
        let mut notices: Vec<String> = Vec::new();
        if self.cut_off {
            notices
                .push(format!("only the first {MAX_UNITS} units are spoken; choose a larger one or shorten"));
        }
        let number = |index: usize| if units.len() > 1 { format!("{}: ", index + 1) } else { String::new() };
        for (index, unit) in units.iter().enumerate() {
            let told = unit.notices.iter().map(|(_, message)| message);
            let refused = unit.error.iter().filter(|_| speakable);
            notices.extend(told.chain(refused).map(|message| format!("{}{message}", number(index))));
        }
        notices.truncate(MAX_NOTICES);
        PlanReport {
            error,
            song_error: self.sheet.as_ref().and_then(|(_, planned)| planned.error.clone()),
            progress: (self.done.len(), self.spans.len()),
            notices,
            words: units.iter().map(|unit| unit.words.len()).sum(),
            duration_s: units.iter().map(|unit| unit.duration_s).sum(),
            units,
            ..PlanReport::default()
        }
    }

    fn unit_report(&self, index: usize, span: &Span) -> UnitReport {
        let blank =
            UnitReport { range: span.range.clone(), key: span.key, bar: span.bar, ..Default::default() };
        let Some(planned) = self.done.get(index) else { return blank };
        let shift =
            |range: &std::ops::Range<usize>| range.start + span.range.start..range.end + span.range.start;
        let word = |word: &PlannedWord| PlannedWord { source: shift(&word.source), ..word.clone() };
        UnitReport {
            duration_s: planned.duration_s,
            words: planned.words.iter().map(word).collect(),
            notices: planned.notices.iter().map(|(at, message)| (shift(at), message.clone())).collect(),
            error: planned.error.clone(),
            ..blank
        }
    }
}

/// Whether a text is the notation of a song: it begins with one of its headers.
fn is_song(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    ["title:", "tempo:"].iter().any(|header| first.to_lowercase().starts_with(header))
}

/// What notes sing: the text, or the words of its song.
fn lyrics_of(text: &str) -> String {
    let Some(song) = is_song(text).then(|| Song::parse(text).ok()).flatten() else { return plain(text) };
    let word = |lyric: &Lyric| match lyric {
        Lyric::Word(word) => word.clone(),
        Lyric::Phonemes(phonemes) => format!("{{{phonemes}}}"),
        Lyric::NextSyllable => "+".to_owned(),
        Lyric::Hold => "-".to_owned(),
    };
    song.notes.iter().map(|note| word(&note.lyric)).collect::<Vec<_>>().join(" ")
}

/// The text without the addresses of its units.
fn plain(text: &str) -> String {
    let (spans, _) = script::split(text, Unit::Line);
    spans.iter().map(|span| &text[span.range.clone()]).collect::<Vec<_>>().join("\n")
}

fn plan_unit(planner: &Planner, scores: &mut ScoreShelf, text: &str) -> Result<Planned, String> {
    if is_song(text) {
        let song = Song::parse(text).map_err(|error| error.to_string())?;
        let (song, _) = song.in_octave_of(planner.person().f0_mean_hz);
        let sung = planner.sing(&song).map_err(|error| error.to_string())?;
        let duration_s = sung.score.duration_s();
        let ready = Ready::Planned(scores.share(sung.score));
        let first_beat_s = f64::from(sung.first_beat_s);
        return Ok(Planned {
            made: Some((RecipeKind::Song, song.to_text())),
            ready,
            first_beat_s,
            duration_s,
            words: Vec::new(),
            notices: Vec::new(),
            error: None,
        });
    }
    let plan = planner.plan(text).map_err(|error| error.to_string())?;
    let notices = plan.notices.into_iter().map(|notice| (notice.source, notice.message)).collect();
    let duration_s = plan.score.duration_s();
    let ready = Ready::Planned(scores.share(plan.score));
    let made = Some((RecipeKind::Line, text.to_owned()));
    Ok(Planned { made, ready, first_beat_s: 0.0, duration_s, words: plan.words, notices, error: None })
}

fn plan_sheet(planner: &Planner, scores: &mut ScoreShelf, lyrics: &str) -> Result<Planned, String> {
    let plan = planner.sheet(lyrics).map_err(|error| error.to_string())?;
    let notices = plan.notices.into_iter().map(|notice| (notice.source, notice.message)).collect();
    let duration_s = plan.score.duration_s();
    let ready = Ready::Planned(scores.share(plan.score));
    let made = Some((RecipeKind::Sheet, lyrics.to_owned()));
    Ok(Planned { made, ready, first_beat_s: 0.0, duration_s, words: Vec::new(), notices, error: None })
}
