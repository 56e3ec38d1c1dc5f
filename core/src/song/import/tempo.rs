//! One tempo out of many.

use super::assemble::RawNote;
use crate::song::note::TEMPO_BPM;

/// Tempo of a file that has none.
const DEFAULT_BPM: f64 = 120.0;

/// Seconds at a place in quarter notes.
fn seconds(tempos: &[(f64, f64)], at: f64) -> f64 {
    let mut sum = 0.0;
    for (i, (from, bpm)) in tempos.iter().enumerate() {
        let to = tempos.get(i + 1).map_or(at, |next| next.0.min(at));
        if to > *from {
            sum += (to - from) * 60.0 / bpm;
        }
    }
    sum
}

/// A song has one tempo: that of its first note. Where the piece goes at another, lengths change instead.
pub(super) fn one_tempo(
    notes: &mut [RawNote],
    mut tempos: Vec<(f64, f64)>,
    notices: &mut Vec<String>,
) -> f64 {
    tempos
        .retain(|(at, bpm)| at.is_finite() && *at >= 0.0 && bpm.is_finite() && *bpm > 1.0 && *bpm < 10_000.0);
    tempos.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Of several at one place the last one counts.
    tempos.reverse();
    tempos.dedup_by(|a, b| a.0 == b.0);
    tempos.reverse();
    if tempos.first().is_none_or(|first| first.0 > 0.0) {
        let first = tempos.first().map_or(DEFAULT_BPM, |first| first.1);
        tempos.insert(0, (0.0, first));
    }
    tempos.dedup_by(|a, b| a.1 == b.1);
    let start = notes.first().map_or(0.0, |note| note.start);
    let own = tempos.iter().rev().find(|(at, _)| *at <= start).map_or(DEFAULT_BPM, |(_, bpm)| *bpm);
    let (low, high) = (f64::from(TEMPO_BPM.0), f64::from(TEMPO_BPM.1));
    // Half and twice are the same music in other note values.
    let mut bpm = own;
    while bpm < low {
        bpm *= 2.0;
    }
    while bpm > high {
        bpm *= 0.5;
    }
    if tempos.len() == 1 && bpm == own {
        return bpm;
    }
    if tempos.len() > 1 {
        notices.push(format!(
            "the tempo changes {} times; the song keeps {bpm:.1} and its lengths change instead",
            tempos.len() - 1
        ));
    }
    for note in notes {
        let (from, to) = (seconds(&tempos, note.start), seconds(&tempos, note.start + note.length));
        (note.start, note.length) = (from * bpm / 60.0, (to - from) * bpm / 60.0);
    }
    bpm
}
