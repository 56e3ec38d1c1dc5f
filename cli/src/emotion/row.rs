//! What a mode or a style does to voice and face, against neutral speech and, of a mode, against people.

use super::face::Faces;
use super::human::{Change, FIGURES, Figure, Human};
use super::mood::{Colour, Mood};
use super::units::Expected;
use super::voice::{Voice, mean};
use crate::sentence_table::rounded;
use psivox_core::emotion::{Mode, Style};
use serde::Serialize;
use std::collections::BTreeMap;

/// Units that are told.
const TOLD_UNITS: usize = 8;
/// A step back by less than this part of the tolerance is none.
const SLACK: f64 = 0.1;
/// Speech opens the jaw no further than this, a shout than that.
const JAW_OPEN_LIMIT: f64 = 0.35;
const SHOUT_JAW_OPEN_LIMIT: f64 = 0.8;
/// What people were measured at.
pub const HUMAN_INTENSITY: f32 = 1.0;

/// All sentences in one mood.
#[derive(Debug, Clone)]
pub struct Gathered {
    /// The mood.
    pub mood: Mood,
    /// The sentences' sounds, in order.
    pub voices: Vec<Voice>,
    /// Their faces.
    pub faces: Faces,
}

/// A figure of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Cell {
    /// Against neutral, mean over the sentences: of ratios the geometric one. None where nothing could be measured.
    pub change: Option<f64>,
    /// What people do: RAVDESS at normal intensity.
    pub ravdess: Option<f64>,
    /// What people do: EMO-DB.
    pub emodb: Option<f64>,
    /// What counts as human.
    pub band: Option<[f64; 2]>,
    /// Whether the change lies in it. Told at full intensity only.
    pub within: Option<bool>,
    /// Whether the change grows with the intensity. Told of the highest intensity only.
    pub monotonic: Option<bool>,
}

/// An action unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitWeight {
    /// Its FACS number.
    pub unit: &'static str,
    /// How far it comes up against neutral.
    pub weight: f64,
}

/// The faces of a row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FaceRow {
    /// The units that come up, strongest first.
    pub units: Vec<UnitWeight>,
    /// What EMFACS expects.
    pub expected: Option<String>,
    /// How many units that is.
    pub expected_count: Option<usize>,
    /// How many of them are among as many of the strongest.
    pub found_count: Option<usize>,
    /// 95th percentile of `jawOpen` while speaking.
    pub jaw_open_p95: f64,
    /// How far that may go. Told of plain speech and of a shout.
    pub jaw_open_limit: Option<f64>,
    /// Blinks a minute.
    pub blinks_per_min: f64,
    /// Largest jump of a shape from one frame to the next, blinks and the mouth in bursts left out.
    pub largest_jump: f64,
    /// Which shape that was.
    pub largest_jump_shape: &'static str,
}

/// One mode or style at one intensity.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// `mode` or `style`.
    pub kind: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How much of it.
    pub intensity: f32,
    /// The figures by their keys.
    pub figures: BTreeMap<&'static str, Cell>,
    /// The faces.
    pub face: FaceRow,
}

/// Rows of what was gathered; `all` holds the moods of a colour one after the other, weakest first.
pub fn rows(neutral: &Gathered, all: &[Gathered]) -> Vec<Row> {
    let of_colour = all.chunk_by(|a, b| a.mood.colour == b.mood.colour);
    of_colour.flat_map(|group| (0..group.len()).map(|place| row(neutral, group, place))).collect()
}

/// The row of `group[place]`, which knows the weaker ones before it.
fn row(neutral: &Gathered, group: &[Gathered], place: usize) -> Row {
    let own = &group[place];
    let is_last = place + 1 == group.len();
    let cell = |(index, figure): (usize, &Figure)| {
        let path: Vec<Option<f64>> = group[..=place]
            .iter()
            .map(|gathered| change(figure, &neutral.voices, &gathered.voices))
            .collect();
        let human = own.mood.colour.mode().map(|mode| Human::of(mode, index));
        let (change, band) = (path[place], human.and_then(|human| human.band()));
        let judged = change.zip(band).filter(|_| own.mood.intensity == HUMAN_INTENSITY);
        let cell = Cell {
            change: change.map(rounded),
            ravdess: human.and_then(|human| human.ravdess),
            emodb: human.and_then(|human| human.emodb),
            band: band.map(|band| band.map(rounded)),
            within: judged.map(|(change, [low, high])| (low..=high).contains(&change)),
            monotonic: path
                .into_iter()
                .collect::<Option<Vec<f64>>>()
                .filter(|_| is_last)
                .map(|path| grows(figure, &path)),
        };
        (figure.key, cell)
    };
    Row {
        kind: own.mood.colour.kind(),
        name: own.mood.name(),
        intensity: own.mood.intensity,
        figures: FIGURES.iter().enumerate().map(cell).collect(),
        face: face(own.mood.colour, &neutral.faces, &own.faces),
    }
}

/// Change of a figure, mean over the sentences in which both can be measured; none if these are fewer than half, for a few
/// that happen to be measured do not stand for the others.
fn change(figure: &Figure, neutral: &[Voice], voices: &[Voice]) -> Option<f64> {
    let pairs = neutral.iter().zip(voices);
    let changes = pairs.filter_map(|(neutral, voice)| {
        let (from, to) = ((figure.of)(neutral)?, (figure.of)(voice)?);
        match figure.change {
            Change::Difference => Some(to - from),
            Change::Ratio => (from > 0.0 && to > 0.0).then(|| (to / from).ln()),
        }
    });
    let changes: Vec<f64> = changes.collect();
    let mean = mean(&changes).filter(|_| 2 * changes.len() >= neutral.len())?;
    Some(if figure.change == Change::Ratio { mean.exp() } else { mean })
}

/// Whether the changes go one way, from none at no intensity.
fn grows(figure: &Figure, path: &[f64]) -> bool {
    let none = if figure.change == Change::Ratio { 1.0 } else { 0.0 };
    let total = path.last().map_or(0.0, |last| last - none);
    let steps = std::iter::once(none).chain(path.iter().copied()).zip(path);
    let slack = SLACK * figure.tolerance;
    steps.into_iter().all(|(from, to)| (to - from) * total.signum() >= -slack)
}

/// The faces of a colour against neutral ones.
pub fn face(colour: Colour, neutral: &Faces, own: &Faces) -> FaceRow {
    let units = own.units_above(neutral);
    let expected = colour.mode().and_then(Expected::of);
    let jump = own.jump();
    FaceRow {
        expected: expected.map(|expected| expected.name()),
        expected_count: expected.map(|expected| expected.units.len()),
        found_count: expected.map(|expected| expected.found(&units)),
        units: units
            .into_iter()
            .take(TOLD_UNITS)
            .map(|(unit, weight)| UnitWeight { unit, weight: rounded(weight) })
            .collect(),
        jaw_open_p95: rounded(own.jaw_open_p95()),
        jaw_open_limit: match colour {
            Colour::Mode(Mode::Neutral) => Some(JAW_OPEN_LIMIT),
            Colour::Style(Style::Shout) => Some(SHOUT_JAW_OPEN_LIMIT),
            _ => None,
        },
        blinks_per_min: rounded(own.blinks_per_min()),
        largest_jump: rounded(jump.map_or(0.0, |jump| jump.height)),
        largest_jump_shape: jump.map_or("", |jump| jump.shape.name()),
    }
}

/// Means over the sentences of the figures themselves, by their keys.
pub fn levels(gathered: &Gathered) -> BTreeMap<&'static str, Option<f64>> {
    let level = |figure: &Figure| mean(&gathered.voices.iter().filter_map(figure.of).collect::<Vec<_>>());
    FIGURES.iter().map(|figure| (figure.key, level(figure).map(rounded))).collect()
}

#[cfg(test)]
pub mod tests {
    use super::*;

    /// A voice like any.
    pub fn voice() -> Voice {
        Voice {
            f0_mean_st: Some(12.0),
            f0_sd_st: Some(2.0),
            f0_slope_st_per_s: Some(-2.0),
            level_db: Some(-25.0),
            duration_s: 2.0,
            phones_per_s: 12.0,
            pause_share: 0.1,
            voiced_share: 0.6,
            hnr_db: Some(14.0),
            balance_db: Some(-12.0),
            jitter_percent: Some(1.0),
            shimmer_percent: Some(5.0),
        }
    }

    /// A mode of two sentences that sound like `voice`.
    pub fn gathered(mode: Mode, intensity: f32, voice: Voice) -> Gathered {
        coloured(Colour::Mode(mode), intensity, voice)
    }

    /// A mode or style of two sentences that sound like `voice`.
    pub fn coloured(colour: Colour, intensity: f32, voice: Voice) -> Gathered {
        Gathered {
            mood: Mood { colour, intensity },
            voices: vec![voice.clone(), voice],
            faces: Faces::default(),
        }
    }

    #[test]
    fn changes_are_judged_against_people() {
        let neutral = gathered(Mode::Neutral, 0.0, voice());
        let angry = |st: f64, db: f64| Voice {
            f0_mean_st: Some(12.0 + st),
            level_db: Some(-25.0 + db),
            f0_sd_st: Some(2.6),
            duration_s: 1.0,
            ..voice()
        };
        let all = [gathered(Mode::Angry, 0.5, angry(6.0, 3.0)), gathered(Mode::Angry, 1.0, angry(5.0, 30.0))];
        let rows = rows(&neutral, &all);
        let cell = |row: usize, key: &str| rows[row].figures[key].clone();
        assert_eq!((rows.len(), rows[0].intensity, rows[1].name), (2, 0.5, "angry"));
        assert_eq!(cell(1, "f0_mean_st").change, Some(5.0));
        assert_eq!(
            (cell(1, "f0_mean_st").within, cell(1, "f0_mean_st").monotonic),
            (Some(true), Some(false))
        );
        assert_eq!((cell(1, "level_db").within, cell(1, "level_db").monotonic), (Some(false), Some(true)));
        assert_eq!((cell(1, "f0_sd_ratio").change, cell(1, "f0_sd_ratio").within), (Some(1.3), Some(true)));
        assert_eq!(
            (cell(1, "duration_ratio").change, cell(1, "duration_ratio").within),
            (Some(0.5), Some(false))
        );
        // Below full intensity nobody was measured, and below the highest nothing has grown yet.
        assert_eq!((cell(0, "f0_mean_st").within, cell(0, "f0_mean_st").monotonic), (None, None));
        assert_eq!(cell(1, "shimmer_ratio").within, None);
    }

    #[test]
    fn what_was_not_measured_is_no_change() {
        let neutral = gathered(Mode::Neutral, 0.0, voice());
        let silent = Voice { f0_mean_st: None, jitter_percent: None, ..voice() };
        let rows = rows(&neutral, &[gathered(Mode::Sad, 1.0, silent)]);
        let cell = &rows[0].figures["f0_mean_st"];
        assert_eq!((cell.change, cell.within, cell.monotonic), (None, None, None));
        assert!(cell.band.is_some());
        // One sentence of three is not what all are like.
        let mut three = gathered(Mode::Neutral, 0.0, voice());
        three.voices.push(voice());
        let silent = || Voice { f0_mean_st: None, ..voice() };
        let mut few = coloured(Colour::Style(Style::Whisper), 1.0, silent());
        few.voices.push(voice());
        assert_eq!(super::rows(&three, &[few.clone()])[0].figures["f0_mean_st"].change, None);
        few.voices[0] = voice();
        assert_eq!(super::rows(&three, &[few])[0].figures["f0_mean_st"].change, Some(0.0));
    }

    #[test]
    fn styles_have_no_human_figures() {
        let neutral = gathered(Mode::Neutral, 0.0, voice());
        let louder = |db: f64| Voice { level_db: Some(-25.0 + db), ..voice() };
        let shout = Colour::Style(Style::Shout);
        let rows = rows(&neutral, &[coloured(shout, 0.5, louder(4.0)), coloured(shout, 1.0, louder(3.0))]);
        assert_eq!((rows[1].kind, rows[1].name, rows[1].intensity), ("style", "shout", 1.0));
        let cell = &rows[1].figures["level_db"];
        assert_eq!((cell.change, cell.monotonic), (Some(3.0), Some(false)));
        assert_eq!((cell.band, cell.ravdess, cell.emodb, cell.within), (None, None, None, None));
        let face = &rows[1].face;
        assert_eq!((face.expected.as_ref(), face.found_count, face.jaw_open_limit), (None, None, Some(0.8)));
    }
}
