//! What is printed.

use super::blend::Blended;
use super::manner::SOURCES;
use super::profile::Ranking;
use super::turn::Turn;
use crate::sentence_table::rounded;
use serde_json::json;
use std::fmt::Write;

/// What a step may be larger by chance.
const JUMP_SLACK: f64 = 1.05;

/// All that was measured.
pub struct Report {
    pub ranking: Ranking,
    pub blends: Vec<Blended>,
    pub turn: Turn,
}

fn percent(part: u32, whole: u32) -> f64 {
    100.0 * f64::from(part) / f64::from(whole.max(1))
}

/// As Markdown.
pub fn markdown(report: &Report, conditions: &str) -> String {
    let Report { ranking, blends, turn } = report;
    let (right, total) = (ranking.right(), ranking.total());
    let mut text = format!("{conditions}\n\n");
    let by = ranking.right_by.map(|right| percent(right, total));
    // Writing into a string does not fail.
    _ = writeln!(
        text,
        "In the style of: the right source comes first for {right} of {total} lines, {:.1} % (chance {:.1} %); by the voice \
         alone {:.1} %, by the face alone {:.1} %.\n",
        percent(right, total),
        100.0 / SOURCES.len() as f64,
        by[0],
        by[1],
    );
    text.push_str("| source | right | mistaken for |\n|---|---|---|\n");
    for (source, found) in ranking.found.iter().enumerate() {
        let mistaken = found.iter().enumerate().filter(|(other, count)| *other != source && **count > 0);
        let mistaken: Vec<String> =
            mistaken.map(|(other, count)| format!("{} {count}", SOURCES[other].name)).collect();
        let of: u32 = found.iter().sum();
        _ = writeln!(
            text,
            "| {} | {} of {of} | {} |",
            SOURCES[source].name,
            found[source],
            if mistaken.is_empty() { "-".to_owned() } else { mistaken.join(", ") }
        );
    }
    let sum = |which: usize| blends.iter().map(|blend| blend.measures[which]).sum::<usize>();
    let louder = |blend: &&Blended| blend.jumps_db[1] > blend.jumps_db[0] * JUMP_SLACK;
    _ = writeln!(
        text,
        "\nBlends of all {} pairs at 25, 50 and 75 %: of {} measures that differ between the ends {} move one way only. In {} \
         pairs a large step of the spectrum (99.5 % are smaller) is more than {:.0} % above the larger one of the ends.",
        blends.len(),
        sum(0),
        sum(1),
        blends.iter().filter(louder).count(),
        100.0 * (JUMP_SLACK - 1.0),
    );
    let told = |blend: &&Blended| !blend.turning.is_empty() || louder(blend);
    if blends.iter().any(|blend| told(&blend)) {
        text.push_str("\n| blend | turn back | steps at the ends, dB | between |\n|---|---|---|---|\n");
    }
    for Blended { ends, turning, jumps_db, .. } in blends.iter().filter(told) {
        let turning = if turning.is_empty() { "-".to_owned() } else { turning.join("; ") };
        let [at_ends, between] = jumps_db;
        _ = writeln!(text, "| {} to {} | {turning} | {at_ends:.1} | {between:.1} |", ends[0], ends[1]);
    }
    _ = writeln!(
        text,
        "\nThe next turn without memory: f0 differs by {:.2} st, pace by {:.1} %, tilt by {:.2} dB, the action units by {:.2} \
         in sum.",
        turn.f0_st, turn.pace_percent, turn.tilt_db, turn.units
    );
    text
}

/// As JSON.
pub fn json(report: &Report) -> serde_json::Result<String> {
    let Report { ranking, blends, turn } = report;
    let total = ranking.total();
    let sources: Vec<_> = (SOURCES.iter().zip(&ranking.found))
        .map(|(source, found)| json!({ "source": source.name, "found": found }))
        .collect();
    let blends: Vec<_> = blends
        .iter()
        .map(|blend| {
            json!({
                "ends": blend.ends, "differing": blend.measures[0], "monotonic": blend.measures[1],
                "turning": blend.turning, "jump_ends_db": rounded(blend.jumps_db[0]),
                "jump_between_db": rounded(blend.jumps_db[1]),
            })
        })
        .collect();
    serde_json::to_string_pretty(&json!({
        "right_percent": rounded(percent(ranking.right(), total)),
        "right_by_voice_percent": rounded(percent(ranking.right_by[0], total)),
        "right_by_face_percent": rounded(percent(ranking.right_by[1], total)),
        "lines": total,
        "sources": sources,
        "blends": blends,
        "next_turn": {
            "f0_st": rounded(turn.f0_st), "pace_percent": rounded(turn.pace_percent),
            "tilt_db": rounded(turn.tilt_db), "units": rounded(turn.units),
        },
    }))
}
