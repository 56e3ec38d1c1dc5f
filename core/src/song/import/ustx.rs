//! OpenUtau's projects (USTX 0.5 to 0.7): tracks of voice parts, notes in ticks, `+` for the next syllable.

use super::assemble::{Piece, RawNote, RawPart, Words};
use super::yaml::{self, Yaml};
use crate::song::phonemes;

/// Ticks of a quarter note where the project does not say.
const RESOLUTION: f64 = 480.0;

/// Reads a project.
pub(super) fn read(bytes: &[u8]) -> Result<Piece, String> {
    let text = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes))
        .map_err(|_| "it is not UTF-8 text".to_owned())?;
    let project = yaml::parse(text)?;
    if !matches!(project, Yaml::Map(_)) || project.get("voice_parts").is_none() {
        return Err("it has no voice_parts; expected an OpenUtau project".to_owned());
    }
    let ticks =
        project.number("resolution").filter(|ticks| (1.0..=100_000.0).contains(ticks)).unwrap_or(RESOLUTION);
    let mut piece = Piece { title: project.text("name").unwrap_or_default().to_owned(), ..Piece::default() };
    if piece.title == "New Project" {
        piece.title.clear();
    }
    let tempos = project.get("tempos").map_or(&[][..], Yaml::list);
    let at = |tempo: &Yaml| Some((tempo.number("position")? / ticks, tempo.number("bpm")?));
    piece.tempos = tempos.iter().filter_map(at).collect();
    if let Some(bpm) = project.number("bpm").filter(|_| piece.tempos.is_empty()) {
        piece.tempos.push((0.0, bpm));
    }
    let names = project.get("tracks").map_or(&[][..], Yaml::list);
    // Parts of one track are sung by one voice.
    let mut tracks: Vec<(usize, RawPart)> = Vec::new();
    for part in project.get("voice_parts").map_or(&[][..], Yaml::list) {
        let track = part.number("track_no").map_or(0, |number| number.max(0.0) as usize);
        let index = tracks.iter().position(|(known, _)| *known == track).unwrap_or_else(|| {
            let own = names.get(track).and_then(|track| track.text("track_name"));
            let name = own.or(part.text("name")).filter(|name| !name.is_empty());
            let name = name.map_or_else(|| format!("Track {}", track + 1), str::to_owned);
            tracks.push((track, RawPart { name, ..RawPart::default() }));
            tracks.len() - 1
        });
        read_part(part, ticks, &mut tracks[index].1);
        if tracks.len() > 1_000 {
            return Err("it has more than 1000 tracks".to_owned());
        }
    }
    tracks.sort_by_key(|(track, _)| *track);
    piece.parts = tracks.into_iter().map(|(_, part)| part).collect();
    Ok(piece)
}

fn read_part(part: &Yaml, ticks: f64, out: &mut RawPart) {
    let from = part.number("position").unwrap_or(0.0);
    let mut odd = 0;
    for note in part.get("notes").map_or(&[][..], Yaml::list) {
        let numbers = ["position", "duration", "tone"].map(|key| note.number(key));
        let [Some(position), Some(duration), Some(tone)] = numbers else { continue };
        let Some(words) = words(note.text("lyric").unwrap_or_default(), &mut odd) else { continue };
        out.notes.push(RawNote {
            start: (from + position) / ticks,
            length: duration / ticks,
            pitch: tone,
            velocity: 0.8,
            words,
        });
    }
    if odd > 0 {
        out.notices
            .push(format!("{odd} phoneme hints in [ ] are of another alphabet; the words are read instead"));
    }
}

/// What a lyric says; none for a rest. Counts hints that are not understood.
fn words(lyric: &str, odd: &mut usize) -> Option<Words> {
    let lyric = lyric.trim();
    Some(match lyric {
        "R" | "r" | "rest" | "AP" | "SP" | "br" => return None,
        "" => Words::None,
        "-" | "+~" | "+*" | "ー" => Words::Hold,
        // `+` and `+2`: a syllable of the word before.
        _ if lyric.strip_prefix('+').is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit())) => {
            Words::Next
        }
        _ => {
            let (text, hint) = match lyric.split_once('[') {
                Some((text, hint)) => (text.trim(), hint.strip_suffix(']')),
                None => (lyric, None),
            };
            if let Some(hint) = hint {
                match phonemes::read(hint) {
                    Ok(phonemes) => return Some(Words::Phonemes(phonemes)),
                    Err(_) => *odd += 1,
                }
            }
            let (bare, goes_on) = (text.trim_end_matches('-'), text.ends_with('-'));
            let continues = bare.starts_with('-');
            Words::Syllable { text: bare.trim_start_matches('-').to_owned(), continues, goes_on }
        }
    })
}
