//! The table, as JSON or as Markdown.

use super::human::{Change, FIGURES, Figure};
use super::recognise::Recognition;
use super::row::{FaceRow, HUMAN_INTENSITY, Row};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

const LEGEND: &str = "\
Changes against neutral, mean over the sentences (of ratios the geometric one). `human` is RAVDESS at normal intensity and \
EMO-DB. `!`: at intensity 1 outside of what counts as human, which is all between the two and at least 2 st, 0.15 (f0 SD, \
jitter), 3 dB (level), 0.1 (length), 1 dB (HNR), 1.5 dB (1-5 kHz) to either side of their middle. `~`: does not grow with \
the intensity. `-`: not measured in half of the sentences; what tells of voice is not, where less than a fifth is voiced at \
60 Hz and more. Styles and registers stand below the modes; they are compared with neutral speech alone.

- f0: mean over voiced frames (autocorrelation, Boersma 1993, within 0.75 of the lower and 1.75 of the upper quartile). f0 SD: their standard deviation in semitones.
- level: rms of the 25 ms windows within 35 dB of the loudest. length: from the first to the last phone, pauses included.
- HNR: harmonics-to-noise ratio (cross-correlation), mean over all frames that are not quiet. 1-5 kHz: long-term power there against that below 1 kHz.
- jitter, shimmer: mean difference of neighbouring periods, and of their amplitudes, over their mean.";

const FACE_LEGEND: &str = "\
Units: action units (FACS) that come up against neutral while speaking, mean weight of their shapes, strongest first. Found: \
how many of those that EMFACS expects are among as many of the strongest. jawOpen: 95th percentile while speaking; `!`: \
above 0.35 in neutral speech, 0.8 in a shout. Jump: largest change of a shape in one 60th of a second, blinks and the mouth \
in bursts left out.";

/// Everything that is told.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Who spoke.
    pub persona: String,
    /// From which the sentences' own are counted.
    pub seed: u64,
    /// Samples a second.
    pub rate_hz: u32,
    /// How many sentences.
    pub sentences: usize,
    /// What neutral speech has, by the figures' keys: no changes but values.
    pub neutral: BTreeMap<&'static str, Option<f64>>,
    /// Its faces.
    pub neutral_face: FaceRow,
    /// How much of it is as with people.
    pub summary: Summary,
    /// The modes and then the styles.
    pub rows: Vec<Row>,
    /// Whether the modes can be told apart; none of too few sentences.
    pub recognition: Option<Recognition>,
}

/// Counts over the rows of modes: how many, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Figures that lie where people's do.
    pub within: [usize; 2],
    /// Figures that grow with the intensity.
    pub monotonic: [usize; 2],
    /// Modes at full intensity whose strongest units are those that EMFACS expects.
    pub faces: [usize; 2],
}

impl Summary {
    /// Counts.
    pub fn of(rows: &[Row]) -> Self {
        let modes = || rows.iter().filter(|row| row.kind == "mode");
        let cells = || modes().flat_map(|row| row.figures.values());
        let faces = modes().filter(|row| row.intensity == HUMAN_INTENSITY);
        Self {
            within: count(cells().filter_map(|cell| cell.within)),
            monotonic: count(cells().filter_map(|cell| cell.monotonic)),
            faces: count(faces.filter_map(|row| Some(row.face.found_count? == row.face.expected_count?))),
        }
    }
}

fn count(verdicts: impl Iterator<Item = bool>) -> [usize; 2] {
    verdicts.fold([0, 0], |[good, all], verdict| [good + usize::from(verdict), all + 1])
}

/// The report as one object.
///
/// # Errors
/// Never in practice: it has nothing that JSON has not.
pub fn json(report: &Report) -> serde_json::Result<String> {
    serde_json::to_string_pretty(report)
}

/// The report as Markdown with `conditions` above.
pub fn markdown(report: &Report, conditions: &str) -> String {
    let Summary { within, monotonic, faces } = report.summary;
    let mut text = format!("{conditions}\n\n## Voice\n\n{}\n{LEGEND}\n\n", grid(&voice_lines(report)));
    // Where there is nobody to be like, there is nothing to count.
    if within[1] + monotonic[1] > 0 {
        let _ = writeln!(
            text,
            "{} of {} figures of modes are as with people, {} of {} grow with the intensity.\n",
            within[0], within[1], monotonic[0], monotonic[1],
        );
    }
    let _ = writeln!(text, "## Face\n\n{}\n{FACE_LEGEND}", grid(&face_lines(report)));
    if faces[1] > 0 {
        let _ = writeln!(text, "\n{} of {} modes show what EMFACS expects.", faces[0], faces[1]);
    }
    if let Some(recognition) = &report.recognition {
        let _ = write!(text, "\n## Told apart\n\n{}", recognition.text());
    }
    text
}

fn voice_lines(report: &Report) -> Vec<Vec<String>> {
    let mut lines = vec![vec!["mode".to_owned(), "intensity".to_owned()]];
    lines[0].extend(FIGURES.iter().map(|figure| figure.head.to_owned()));
    let plain = |figure: &Figure| number(report.neutral[figure.key], figure.digits, false);
    lines.push(
        ["neutral".to_owned(), "itself".to_owned()].into_iter().chain(FIGURES.iter().map(plain)).collect(),
    );
    for group in report.rows.chunk_by(|a, b| (a.kind, a.name) == (b.kind, b.name)) {
        for row in group {
            let head = [row.name.to_owned(), row.intensity.to_string()];
            lines.push(head.into_iter().chain(FIGURES.iter().map(|figure| told(row, figure))).collect());
        }
        let human = |figure: &Figure| group.first().map_or_else(String::new, |row| people(row, figure));
        let cells: Vec<String> = FIGURES.iter().map(human).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            lines.push([String::new(), "human".to_owned()].into_iter().chain(cells).collect());
        }
    }
    lines
}

/// A change with what is wrong with it.
fn told(row: &Row, figure: &Figure) -> String {
    let cell = &row.figures[figure.key];
    let mark = |verdict: Option<bool>, mark: &'static str| if verdict == Some(false) { mark } else { "" };
    let change = number(cell.change, figure.digits, figure.change == Change::Difference);
    format!("{}{}{change}", mark(cell.monotonic, "~"), mark(cell.within, "!"))
}

fn people(row: &Row, figure: &Figure) -> String {
    let cell = &row.figures[figure.key];
    let signed = figure.change == Change::Difference;
    let columns = [cell.ravdess, cell.emodb].into_iter().flatten();
    columns.map(|value| number(Some(value), figure.digits, signed)).collect::<Vec<_>>().join(" / ")
}

fn face_lines(report: &Report) -> Vec<Vec<String>> {
    let head = ["mode", "intensity", "units", "EMFACS", "found", "jawOpen", "blinks/min", "jump"];
    let mut lines = vec![head.map(str::to_owned).to_vec()];
    lines.push(face_line("neutral", "itself", &report.neutral_face));
    lines.extend(report.rows.iter().map(|row| face_line(row.name, &row.intensity.to_string(), &row.face)));
    lines
}

fn face_line(mode: &str, intensity: &str, face: &FaceRow) -> Vec<String> {
    let units = face.units.iter().map(|unit| format!("{} ({:.2})", unit.unit, unit.weight));
    let found = face.found_count.zip(face.expected_count);
    let too_far = face.jaw_open_limit.is_some_and(|limit| face.jaw_open_p95 > limit);
    vec![
        mode.to_owned(),
        intensity.to_owned(),
        units.collect::<Vec<_>>().join(" "),
        face.expected.clone().unwrap_or_default(),
        found.map_or_else(String::new, |(found, all)| format!("{found}/{all}")),
        format!("{}{:.2}", if too_far { "!" } else { "" }, face.jaw_open_p95),
        format!("{:.0}", face.blinks_per_min),
        format!("{:.2} {}", face.largest_jump, face.largest_jump_shape),
    ]
}

/// A number with a dash for none.
fn number(value: Option<f64>, digits: usize, signed: bool) -> String {
    match value {
        None => "-".to_owned(),
        Some(value) if signed => format!("{value:+.digits$}"),
        Some(value) => format!("{value:.digits$}"),
    }
}

/// A Markdown table, the first line its head.
pub fn grid(lines: &[Vec<String>]) -> String {
    let columns = lines.first().map_or(0, Vec::len);
    let width =
        |column: usize| lines.iter().map(|line| line[column].chars().count()).max().unwrap_or(0).max(3);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        for (cell, width) in line.iter().zip(&widths) {
            let _ = write!(text, "| {cell:<width$} ");
        }
        text.push_str("|\n");
        if index == 0 {
            widths.iter().for_each(|width| text.push_str(&format!("| {} ", "-".repeat(*width))));
            text.push_str("|\n");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::super::mood::{Colour, Mood};
    use super::super::row::{
        self,
        tests::{coloured, gathered, voice},
    };
    use super::super::voice::Voice;
    use super::*;
    use psivox_core::emotion::{Mode, Style};

    fn report() -> Report {
        let neutral = gathered(Mode::Neutral, 0.0, voice());
        let whisper = Voice { f0_mean_st: None, ..voice() };
        let all = [
            gathered(Mode::Happy, 0.5, voice()),
            gathered(Mode::Happy, 1.0, voice()),
            coloured(Colour::Style(Style::Whisper), 1.0, whisper),
        ];
        let rows = row::rows(&neutral, &all);
        Report {
            persona: "somebody".into(),
            seed: 0,
            rate_hz: 48_000,
            sentences: 2,
            neutral: row::levels(&neutral),
            neutral_face: row::face(Mood::NEUTRAL.colour, &neutral.faces, &neutral.faces),
            summary: Summary::of(&rows),
            rows,
            recognition: None,
        }
    }

    #[test]
    fn every_line_has_every_column() {
        let text = markdown(&report(), "What was said.");
        let tables: Vec<Vec<&str>> = text
            .split("\n\n")
            .map(|part| part.lines().filter(|line| line.starts_with('|')).collect())
            .filter(|lines: &Vec<&str>| !lines.is_empty())
            .collect();
        assert_eq!(tables.len(), 2, "{text}");
        for lines in &tables {
            for line in lines {
                assert_eq!(line.matches('|').count(), lines[0].matches('|').count(), "{line}");
            }
        }
        assert!(text.starts_with("What was said.\n"));
        let whisper = tables[0].iter().position(|line| line.starts_with("| whisper ")).expect("a style");
        let cells: Vec<&str> = tables[0][whisper].split('|').map(str::trim).collect();
        assert!(whisper > 2 && cells[2..5] == ["1", "-", "1.00"], "{cells:?}");
        assert_eq!(whisper + 1, tables[0].len(), "a style has no line of people");
        // Who does nothing is out of the band in f0, SD, level, balance; all the same it does not shrink.
        assert!(text.contains("!+0.0") && text.contains("+2.3 / +8.9") && !text.contains("| ~"), "{text}");
    }

    #[test]
    fn summaries_count_verdicts() {
        let Summary { within, monotonic, faces } = report().summary;
        assert_eq!((within[1], monotonic, faces), (7, [8, 8], [0, 1]));
        assert!((1..7).contains(&within[0]), "{within:?}");
    }

    #[test]
    fn json_has_every_figure() {
        let found: serde_json::Value = serde_json::from_str(&json(&report()).expect("JSON")).expect("parses");
        assert_eq!(found["rows"][1]["figures"]["f0_mean_st"]["emodb"], 8.9);
        assert_eq!(found["rows"][1]["figures"]["f0_mean_st"]["within"], false);
        assert!(found["rows"][0]["figures"]["f0_mean_st"]["within"].is_null());
        let kinds = [1, 2].map(|row| (&found["rows"][row]["kind"], &found["rows"][row]["name"]));
        assert!(kinds[0].0 == "mode" && kinds[1].0 == "style" && kinds[1].1 == "whisper", "{kinds:?}");
        assert!(found["rows"][2]["figures"]["f0_mean_st"]["change"].is_null());
        for figure in &FIGURES {
            assert!(found["neutral"][figure.key].is_number(), "{}", figure.key);
        }
    }
}
