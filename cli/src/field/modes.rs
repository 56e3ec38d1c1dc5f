//! Koopman modes in words, and tables of plain text.

use psivox_core::koopman::Operator;

/// Observables that are named of each mode.
const NAMED: usize = 4;
/// A weight below this share of the mode's largest is not named.
const LEAST_SHARE: f32 = 0.2;

/// A mode in words.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ModeNote {
    /// Seconds of one cycle; `None` if it does not oscillate.
    pub period_s: Option<f64>,
    /// Seconds in which it falls to 1/e; `None` if it stays.
    pub decay_time_s: Option<f64>,
    /// Observables that it moves most, with their weights relative to the largest.
    pub moves: Vec<(String, f32)>,
}

/// All modes but the constant's, slowest decay first.
pub fn modes(operator: &Operator) -> Vec<ModeNote> {
    (0..operator.mode_count()).map(|index| mode(operator, index)).collect()
}

fn mode(operator: &Operator, index: usize) -> ModeNote {
    let eigenvalue = operator.eigenvalues()[index];
    let weight = |i: usize| operator.mode(index).map_or(0.0, |mode| mode.amplitude(i));
    let mut weights: Vec<(usize, f32)> = (0..operator.names().len()).map(|i| (i, weight(i))).collect();
    weights.sort_by(|a, b| b.1.total_cmp(&a.1));
    let largest = weights.first().map_or(1.0, |(_, weight)| weight.max(f32::MIN_POSITIVE));
    let named =
        weights.into_iter().take(NAMED).map(|(i, weight)| (operator.names()[i].clone(), weight / largest));
    ModeNote {
        period_s: eigenvalue.period_s(),
        decay_time_s: eigenvalue.decay_time_s(),
        moves: named.filter(|(_, share)| *share >= LEAST_SHARE).collect(),
    }
}

/// A table of modes.
pub fn mode_table(modes: &[ModeNote]) -> String {
    let head = ["period", "decay", "moves"].map(str::to_owned).to_vec();
    let row = |note: &ModeNote| {
        let moves: Vec<String> =
            note.moves.iter().map(|(name, share)| format!("{name} {share:.2}")).collect();
        vec![duration(note.period_s, "-"), duration(note.decay_time_s, "stays"), moves.join("  ")]
    };
    table(&std::iter::once(head).chain(modes.iter().map(row)).collect::<Vec<_>>())
}

fn duration(seconds: Option<f64>, none: &str) -> String {
    match seconds {
        None => none.to_owned(),
        Some(s) if s >= 100.0 => format!("{s:.0} s"),
        Some(s) if s >= 1.0 => format!("{s:.1} s"),
        Some(s) => format!("{:.0} ms", 1e3 * s),
    }
}

/// Columns of equal width, two spaces apart, indented by two; cells that look like numbers stand to the right.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let right: Vec<bool> =
        (0..columns).map(|column| rows.iter().skip(1).any(|row| is_number(row, column))).collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::from(" ");
        for (column, cell) in row.iter().enumerate() {
            let room = " ".repeat(widths[column] - cell.chars().count());
            line += " ";
            line += &if right[column] { format!("{room}{cell} ") } else { format!("{cell}{room} ") };
        }
        text += line.trim_end();
        text.push('\n');
    }
    text
}

fn is_number(row: &[String], column: usize) -> bool {
    row.get(column)
        .is_some_and(|cell| cell.trim_start_matches(['-', '+']).starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::koopman::Edmd;

    #[test]
    fn columns_line_up() {
        let rows =
            [["name", "Hz"], ["jaw", "4.00"], ["sway", "12.00"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(table(&rows), "  name     Hz\n  jaw    4.00\n  sway  12.00\n");
    }

    #[test]
    fn the_mode_names_what_it_moves() {
        let mut edmd = Edmd::new(&["slow", "fast"], 0.1).expect("names");
        for i in 0..40 {
            let x = |i: i32| [0.99f64.powi(i), if i % 2 == 0 { 1.0 } else { -1.0 } * 0.8f64.powi(i)];
            edmd.add(&x(i), &x(i + 1)).expect("a pair");
        }
        let notes = modes(&edmd.fit(0.0).expect("an operator"));
        assert_eq!(notes[0].moves[0].0, "slow");
        assert!((notes[0].decay_time_s.expect("decays") - 0.1 / -(0.99f64.ln())).abs() < 0.05);
        assert_eq!(notes[1].moves[0].0, "fast");
        assert!((notes[1].period_s.expect("alternates") - 0.2).abs() < 1e-3);
    }
}
