//! MIDI files with words: a part is a channel of a track; it gets the texts that lie best on its notes.

use super::assemble::{Piece, RawNote, RawPart, Words};
use super::smf::{Smf, SmfNote, SmfText};
use super::{karaoke, smf};
use std::collections::BTreeMap;

/// Texts this far from a note belong to it, in quarter notes.
const REACH: f64 = 0.125;

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Result<Piece, String> {
    let smf = smf::parse(bytes)?;
    let mut parts: BTreeMap<(usize, u8), Vec<SmfNote>> = BTreeMap::new();
    for note in &smf.notes {
        parts.entry((note.track, note.channel)).or_default().push(*note);
    }
    let lines = lines(&smf);
    // Which part each line of words lies on best; a track's own words first.
    let mut owners: BTreeMap<(usize, u8), Vec<(u64, Words)>> = BTreeMap::new();
    for (track, words) in lines {
        let score = |key: &(usize, u8), notes: &[SmfNote]| {
            let hits = words.iter().filter(|(at, _)| nearest(notes, *at, smf.ticks).is_some()).count();
            (hits, key.0 == track, std::cmp::Reverse(*key))
        };
        let best = parts.iter().max_by_key(|(key, notes)| score(key, notes));
        if let Some((key, notes)) = best
            && score(key, notes).0 > 0
        {
            owners.entry(*key).or_insert(words);
        }
    }
    let several = |track: usize| parts.keys().filter(|key| key.0 == track).count() > 1;
    let mut piece = Piece::default();
    for (key, notes) in &parts {
        let mut name = smf.names.get(key.0).cloned().unwrap_or_default();
        if name.is_empty() {
            name = format!("Track {}", key.0 + 1);
        }
        if several(key.0) {
            name.push_str(&format!(", channel {}", key.1 + 1));
        }
        piece.parts.push(part(name, notes, owners.remove(key).unwrap_or_default(), smf.ticks));
    }
    piece.tempos = smf.tempos.iter().map(|(at, bpm)| (*at as f64 / smf.ticks, *bpm)).collect();
    piece.title = title(&smf);
    Ok(piece)
}

/// Each track's words: lyrics, or texts where no track has lyrics.
fn lines(smf: &Smf) -> Vec<(usize, Vec<(u64, Words)>)> {
    let lyrics = smf.texts.iter().any(|text| text.is_lyric);
    let mut tracks: BTreeMap<usize, Vec<&SmfText>> = BTreeMap::new();
    for text in smf.texts.iter().filter(|text| text.is_lyric == lyrics) {
        tracks.entry(text.track).or_default().push(text);
    }
    let words = tracks.into_iter().map(|(track, texts)| (track, karaoke::words(&texts)));
    words.filter(|(_, words)| !words.is_empty()).collect()
}

/// The name of the first track without notes is the piece's; karaoke files say it in a text.
fn title(smf: &Smf) -> String {
    if let Some(text) = smf.texts.iter().find_map(|text| text.text.strip_prefix("@T")) {
        return text.trim().to_owned();
    }
    let silent = |track: usize| smf.notes.iter().all(|note| note.track != track);
    let first = smf.names.first().filter(|_| silent(0));
    first.cloned().unwrap_or_default()
}

/// The note that a tick belongs to; notes are in order.
fn nearest(notes: &[SmfNote], at: u64, ticks: f64) -> Option<usize> {
    let after = notes.partition_point(|note| note.start < at);
    let candidates = [after.checked_sub(1), Some(after)].into_iter().flatten();
    let off = |index: &usize| notes.get(*index).map_or(u64::MAX, |note| note.start.abs_diff(at));
    let best = candidates.min_by_key(off)?;
    (off(&best) as f64 <= REACH * ticks).then_some(best)
}

fn part(name: String, notes: &[SmfNote], words: Vec<(u64, Words)>, ticks: f64) -> RawPart {
    let mut out: Vec<RawNote> = notes
        .iter()
        .map(|note| RawNote {
            start: note.start as f64 / ticks,
            length: (note.end - note.start) as f64 / ticks,
            pitch: f64::from(note.key),
            velocity: f32::from(note.velocity) / 127.0,
            words: Words::None,
        })
        .collect();
    let mut lost = 0;
    for (at, words) in words {
        match nearest(notes, at, ticks).filter(|index| out[*index].words == Words::None) {
            Some(index) => out[index].words = words,
            None => lost += 1,
        }
    }
    let mut notices = Vec::new();
    if lost > 0 {
        notices.push(format!("{lost} of the texts stand at no note and were left out"));
    }
    RawPart { name, notes: out, notices }
}
