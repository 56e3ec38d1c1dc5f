//! The table: one row a mechanism, as JSON or as Markdown.

use serde::Serialize;
use std::fmt::Write;

/// What switching a mechanism off does. Differences are from the reference; the rest are figures of the row's own
/// speech.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What is off.
    pub mechanism: String,
    /// Mean distance of log spectra, 25 ms windows at equal places of the score.
    pub log_spectral_distance_db: f64,
    /// The same in bands of a third of an octave.
    pub band_distance_db: f64,
    /// Rms of the difference of the samples over the reference's rms.
    pub sample_difference_percent: f64,
    /// Change of the length.
    pub duration_change_percent: f64,
    /// Rms shift of phone onsets within a line.
    pub onset_shift_ms: f64,
    /// Rms change of f0 where both are voiced.
    pub f0_change_st: f64,
    /// Rms change of the level of 25 ms windows.
    pub level_change_db: f64,
    /// Sum over 52 shapes of the change, mean over frames.
    pub face_change: f64,
    /// Rms change of the head's angles.
    pub head_change_deg: f64,
    /// Circular standard deviation of jaw against syllable clock.
    pub jaw_voice_jitter_rad: Option<f64>,
    /// Lag of the opening jaw behind the sound's envelope.
    pub jaw_envelope_lag_ms: Option<f64>,
    /// Change of the head's angles, summed, from one time to the next that a line is said in a row.
    pub repeat_head_deg: f64,
    /// The same of the 38 shapes that are not the eyes'.
    pub repeat_face: f64,
    /// Faces and sound knots that break a rule.
    pub grammar_violations: u32,
    /// Mean error of the forecasts; none where nothing is foretold.
    pub prediction_error: Option<f64>,
    /// Surprises.
    pub surprises: u32,
    /// CPU time in percent of the reference's.
    pub cost_percent: Option<f64>,
}

/// A column of the Markdown table.
struct Column {
    head: &'static str,
    meaning: &'static str,
    digits: usize,
    value: fn(&Row) -> Option<f64>,
}

const COLUMNS: [Column; 17] = [
    Column {
        head: "spectrum dB",
        meaning: "mean rms distance of log spectra (25 ms, 50 Hz to 12 kHz, 60 dB deep) at equal places of the score",
        digits: 2,
        value: |row| Some(row.log_spectral_distance_db),
    },
    Column {
        head: "bands dB",
        meaning: "the same in bands of a third of an octave, at least 200 Hz wide: less of it is chance",
        digits: 2,
        value: |row| Some(row.band_distance_db),
    },
    Column {
        head: "samples %",
        meaning: "rms of the difference of the samples over the reference's rms, lines starting together",
        digits: 1,
        value: |row| Some(row.sample_difference_percent),
    },
    Column {
        head: "length %",
        meaning: "change of the length of all lines",
        digits: 2,
        value: |row| Some(row.duration_change_percent),
    },
    Column {
        head: "onsets ms",
        meaning: "rms shift of phone onsets, counted from the start of their line",
        digits: 1,
        value: |row| Some(row.onset_shift_ms),
    },
    Column {
        head: "f0 st",
        meaning: "rms change of f0 where both are voiced, at equal places",
        digits: 2,
        value: |row| Some(row.f0_change_st),
    },
    Column {
        head: "level dB",
        meaning: "rms change of the level of 25 ms windows, at equal places",
        digits: 2,
        value: |row| Some(row.level_change_db),
    },
    Column {
        head: "face",
        meaning: "sum over 52 shapes of the change, mean over frames at equal places",
        digits: 3,
        value: |row| Some(row.face_change),
    },
    Column {
        head: "head deg",
        meaning: "rms change of yaw, pitch and roll together, at equal places",
        digits: 2,
        value: |row| Some(row.head_change_deg),
    },
    Column {
        head: "jaw jitter rad",
        meaning: "circular standard deviation of the jaw's phase about the syllable clock's, while syllables sound",
        digits: 3,
        value: |row| row.jaw_voice_jitter_rad,
    },
    Column {
        head: "jaw lag ms",
        meaning: "lag of the jaw's opening behind the sound's envelope, by cross-correlation; negative where it leads",
        digits: 1,
        value: |row| row.jaw_envelope_lag_ms,
    },
    Column {
        head: "repeat head deg",
        meaning: "change of yaw, pitch and roll, summed, from one time to the next that the same line is said in a row",
        digits: 2,
        value: |row| Some(row.repeat_head_deg),
    },
    Column {
        head: "repeat face",
        meaning: "the same of the 38 shapes that are not the eyes', whose glances and blinks are drawn",
        digits: 3,
        value: |row| Some(row.repeat_face),
    },
    Column {
        head: "unlawful",
        meaning: "faces (60 a second) and knots of the sound (240 a second) that break a rule of the grammar",
        digits: 0,
        value: |row| Some(f64::from(row.grammar_violations)),
    },
    Column {
        head: "epsilon",
        meaning: "mean error of the forecast of the melody 50 ms ahead, in units of 4 st; 0 where nothing is voiced",
        digits: 3,
        value: |row| row.prediction_error,
    },
    Column {
        head: "surprises",
        meaning: "how often something came otherwise than foretold",
        digits: 0,
        value: |row| Some(f64::from(row.surprises)),
    },
    Column {
        head: "CPU %",
        meaning: "CPU time of the engine without planning, in percent of the reference's, median of the rounds",
        digits: 1,
        value: |row| row.cost_percent,
    },
];

/// The rows as a list of objects, numbers to four decimals.
///
/// # Errors
/// Never in practice: a row has nothing that JSON has not.
pub fn json(rows: &[Row]) -> serde_json::Result<String> {
    let objects: Vec<String> = rows.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
    Ok(format!("[\n{}\n]", objects.join(",\n")))
}

/// The rows as a Markdown table with `conditions` above and the meaning of the columns below.
pub fn markdown(rows: &[Row], conditions: &str) -> String {
    let mut cells = vec![vec!["Without".to_owned()]];
    cells[0].extend(COLUMNS.iter().map(|column| column.head.to_owned()));
    for row in rows {
        let mut line = vec![row.mechanism.clone()];
        line.extend(COLUMNS.iter().map(|column| cell((column.value)(row), column.digits)));
        cells.push(line);
    }
    let widths: Vec<usize> = (0..=COLUMNS.len())
        .map(|column| cells.iter().map(|line| line[column].len()).max().unwrap_or(0).max(3))
        .collect();
    let mut text = format!("{conditions}\n\n");
    for (index, line) in cells.iter().enumerate() {
        write_line(&mut text, line, &widths);
        if index == 0 {
            let rule = |(column, width): (usize, &usize)| {
                if column == 0 { "-".repeat(*width) } else { format!("{}:", "-".repeat(width - 1)) }
            };
            let rules: Vec<String> = widths.iter().enumerate().map(rule).collect();
            write_line(&mut text, &rules, &widths);
        }
    }
    text.push('\n');
    for column in &COLUMNS {
        let _ = writeln!(text, "- {}: {}.", column.head, column.meaning);
    }
    text
}

fn write_line(text: &mut String, cells: &[String], widths: &[usize]) {
    for (column, (cell, width)) in cells.iter().zip(widths).enumerate() {
        // Names to the left, numbers to the right.
        let _ =
            if column == 0 { write!(text, "| {cell:<width$} ") } else { write!(text, "| {cell:>width$} ") };
    }
    text.push_str("|\n");
}

/// A number with a dash for none. Zero is exact: what is not, but too small to be shown, is told so.
fn cell(value: Option<f64>, digits: usize) -> String {
    let Some(value) = value else { return "-".to_owned() };
    let least = 0.5 * 10f64.powi(-(digits as i32));
    if value == 0.0 {
        "0".to_owned()
    } else if value.abs() < least {
        format!("<{:.digits$}", 2.0 * least)
    } else {
        format!("{value:.digits$}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(mechanism: &str) -> Row {
        Row {
            mechanism: mechanism.to_owned(),
            log_spectral_distance_db: 1.25,
            band_distance_db: 0.75,
            sample_difference_percent: 0.0,
            duration_change_percent: -0.5,
            onset_shift_ms: 0.01,
            f0_change_st: 0.5,
            level_change_db: 0.5,
            face_change: 0.125,
            head_change_deg: 2.0,
            jaw_voice_jitter_rad: Some(0.25),
            jaw_envelope_lag_ms: Some(-12.0),
            repeat_head_deg: 1.5,
            repeat_face: 0.25,
            grammar_violations: 7,
            prediction_error: None,
            surprises: 3,
            cost_percent: Some(100.0),
        }
    }

    #[test]
    fn every_line_of_the_table_has_every_column() {
        let text = markdown(&[row("none"), row("coupling")], "What was said.");
        let lines: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
        assert_eq!(lines.len(), 4);
        for line in &lines {
            assert_eq!(line.matches('|').count(), COLUMNS.len() + 2, "{line}");
            assert_eq!(line.len(), lines[0].len());
        }
        assert!(lines[3].starts_with("| coupling |"), "{}", lines[3]);
        assert!(text.starts_with("What was said.\n\n|"));
    }

    #[test]
    fn cells_tell_nothing_from_little() {
        assert_eq!(cell(None, 2), "-");
        assert_eq!(cell(Some(0.0), 2), "0");
        assert_eq!(cell(Some(-0.001), 2), "<0.01");
        assert_eq!(cell(Some(-1.5), 1), "-1.5");
        assert_eq!(cell(Some(3.0), 0), "3");
    }

    #[test]
    fn json_is_a_list_of_objects_of_numbers() {
        let text = json(&[row("none"), row("lags")]).expect("JSON");
        let found: serde_json::Value = serde_json::from_str(&text).expect("parses");
        assert_eq!(found[1]["mechanism"], "lags");
        assert_eq!(found[0]["jaw_envelope_lag_ms"], -12.0);
        assert!(found[0]["prediction_error"].is_null());
        assert_eq!(found[0].as_object().expect("an object").len(), COLUMNS.len() + 1);
    }
}
