//! A portrait of the field as plain text.

use super::modes::{ModeNote, mode_table, table};
use super::portrait::{CouplingNote, Portrait, Series};

/// Cells of a sparkline.
const SPARKS: usize = 48;

/// The whole portrait.
pub fn report(portrait: &Portrait) -> String {
    let description =
        if portrait.description.is_empty() { String::new() } else { format!(": {}", portrait.description) };
    let mut text = format!("Field {}{description}\n", portrait.field);
    text += &format!("{} says in {:.1} s: {}\n", portrait.persona, portrait.speech_s, portrait.text);
    let sections = [
        ("Bands", bands(portrait)),
        ("Oscillators", roles(portrait)),
        (
            "Couplings (target follows source; K as a share of the target's own rate)",
            couplings(&portrait.couplings),
        ),
        ("Expectation: its modes, slowest first", expectation(&portrait.modes)),
        ("Order R and energy V while speaking", order(&portrait.order)),
        ("Surprises", surprises(portrait)),
        ("Grammar", rules(portrait)),
        ("Memory", memory(portrait)),
    ];
    for (title, body) in sections {
        text += &format!("\n{title}\n{body}");
    }
    text
}

fn with_head(head: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head = head.iter().map(|cell| (*cell).to_owned()).collect();
    table(&std::iter::once(head).chain(rows).collect::<Vec<_>>())
}

fn bands(portrait: &Portrait) -> String {
    let rows = portrait.bands.iter();
    with_head(
        &["band", "period ms", "oscillators"],
        rows.map(|band| vec![band.name.to_owned(), format!("{}", band.period_ms), band.count.to_string()]),
    )
}

fn roles(portrait: &Portrait) -> String {
    let rows = portrait.roles.iter();
    with_head(
        &["name", "band", "Hz", "noise rad/sqrt(s)"],
        rows.map(|role| {
            vec![
                role.name.to_owned(),
                role.band.to_owned(),
                format!("{:.3}", role.hz),
                format!("{:.3}", role.noise),
            ]
        }),
    )
}

fn couplings(couplings: &[CouplingNote]) -> String {
    with_head(
        &["target", "source", "K", "rad/s", "alpha rad", "p:q", "K learned"],
        couplings.iter().map(|coupling| {
            let learned = coupling.k_learned.map_or_else(|| "-".to_owned(), |k| format!("{k:.3}"));
            vec![
                coupling.target.to_owned(),
                coupling.source.to_owned(),
                format!("{:.3}", coupling.k),
                format!("{:.2}", coupling.k_rad_per_s),
                format!("{:.2}", coupling.alpha_rad),
                format!("{}:{}", coupling.p, coupling.q),
                learned,
            ]
        }),
    )
}

fn expectation(modes: &[ModeNote]) -> String {
    mode_table(modes)
}

fn order(series: &[Series]) -> String {
    with_head(
        &["", "mean", "min", "max", "over time"],
        series.iter().map(|series| {
            let range = if series.name == "V" { (series.min, series.max) } else { (0.0, 1.0) };
            vec![
                series.name.to_owned(),
                format!("{:.3}", series.mean),
                format!("{:.3}", series.min),
                format!("{:.3}", series.max),
                sparkline(&series.values, range),
            ]
        }),
    )
}

/// Means of equal parts of the time as blocks of eight heights.
fn sparkline(values: &[f32], (low, high): (f32, f32)) -> String {
    const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let cells = SPARKS.min(values.len());
    let height = |cell: usize| {
        let part = &values[cell * values.len() / cells..(cell + 1) * values.len() / cells];
        let mean = part.iter().sum::<f32>() / part.len() as f32;
        let share = (mean - low) / (high - low).max(f32::MIN_POSITIVE);
        BLOCKS[((share.clamp(0.0, 1.0) * 8.0) as usize).min(7)]
    };
    (0..cells).map(height).collect()
}

fn surprises(portrait: &Portrait) -> String {
    if portrait.surprises.is_empty() {
        return "  none: all came as expected\n".to_owned();
    }
    with_head(
        &["time s", "source", "epsilon", "tau", "word"],
        portrait.surprises.iter().map(|event| {
            let word = portrait.words.iter().rfind(|(start_s, _)| *start_s <= event.time_s);
            vec![
                format!("{:.2}", event.time_s),
                event.source.to_owned(),
                format!("{:.2}", event.epsilon),
                format!("{:.2}", event.tau),
                word.map_or_else(String::new, |(_, word)| word.clone()),
            ]
        }),
    )
}

fn rules(portrait: &Portrait) -> String {
    with_head(
        &["rule", "weight", "acted", "why"],
        portrait.rules.iter().map(|rule| {
            vec![
                rule.name.to_owned(),
                format!("{}", rule.weight),
                rule.acted.to_string(),
                rule.why.to_owned(),
            ]
        }),
    )
}

fn memory(portrait: &Portrait) -> String {
    let memory = &portrait.memory;
    let records =
        if memory.records == 1 { "1 record".to_owned() } else { format!("{} records", memory.records) };
    format!(
        "  strength {:.2}, {records}; coherence of what was spoken of {:.2}\n  mood: valence {:+.2}, arousal {:+.2}, dominance {:+.2}\n",
        memory.strength, memory.coherence, memory.valence, memory.arousal, memory.dominance
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sparks_rise() {
        let ramp: Vec<f32> = (0..480).map(|i| i as f32 / 479.0).collect();
        let line: Vec<char> = sparkline(&ramp, (0.0, 1.0)).chars().collect();
        assert_eq!((line.len(), line[0], line[47]), (SPARKS, '▁', '█'));
        assert!(line.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(sparkline(&[], (0.0, 1.0)), "");
        assert_eq!(sparkline(&[0.5, f32::NAN], (0.0, 0.0)).chars().count(), 2);
    }
}
