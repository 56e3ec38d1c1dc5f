//! MusicXML (W3C Community Group, 4.0), partwise: notes, ties, lyrics, tempos. Repeats are told and not unrolled.

use super::assemble::{Piece, RawNote, RawPart, Words};
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::BTreeMap;

/// Most elements and texts of a file.
const MOST_NODES: u32 = 1_000_000;

type Element<'a> = Node<'a, 'a>;

/// Reads a score.
pub(super) fn read(bytes: &[u8]) -> Result<Piece, String> {
    let text = decoded(bytes)?;
    let options = ParsingOptions { allow_dtd: true, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    let document = Document::parse_with_options(&text, options).map_err(|error| error.to_string())?;
    let root = document.root_element();
    match root.tag_name().name() {
        "score-partwise" => {}
        "score-timewise" => {
            return Err(
                "it is written measure by measure (score-timewise); export it part by part (score-partwise)"
                    .to_owned(),
            );
        }
        other => return Err(format!("its root is <{other}>; expected <score-partwise>")),
    }
    let title = child(root, "work").and_then(|work| text_of(work, "work-title"));
    let mut piece = Piece {
        title: title.or_else(|| text_of(root, "movement-title")).unwrap_or_default(),
        ..Piece::default()
    };
    let names: BTreeMap<&str, String> = child(root, "part-list")
        .into_iter()
        .flat_map(|list| elements(list, "score-part"))
        .filter_map(|part| Some((part.attribute("id")?, text_of(part, "part-name")?)))
        .collect();
    for (i, part) in elements(root, "part").enumerate() {
        let name = part.attribute("id").and_then(|id| names.get(id)).filter(|name| !name.is_empty());
        let name = name.cloned().unwrap_or_else(|| format!("Part {}", i + 1));
        let mut reader = Reader::default();
        for measure in elements(part, "measure") {
            reader.measure(measure);
        }
        piece.tempos.append(&mut reader.tempos);
        piece.parts.push(reader.finish(name));
    }
    Ok(piece)
}

/// UTF-8, or UTF-16 as some programs write it.
fn decoded(bytes: &[u8]) -> Result<String, String> {
    let wide = |read: fn([u8; 2]) -> u16, bytes: &[u8]| {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| read([pair[0], pair[1]])).collect();
        String::from_utf16(&units).map_err(|_| "it is not UTF-16 text".to_owned())
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => wide(u16::from_le_bytes, rest),
        [0xfe, 0xff, rest @ ..] => wide(u16::from_be_bytes, rest),
        _ => {
            let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
            let text = std::str::from_utf8(bytes);
            text.map(|text| text.trim_start().to_owned())
                .map_err(|_| "it is not UTF-8 text; convert it first".to_owned())
        }
    }
}

fn elements<'a>(node: Element<'a>, name: &'a str) -> impl Iterator<Item = Element<'a>> {
    node.children().filter(move |child| child.tag_name().name() == name)
}

fn child<'a>(node: Element<'a>, name: &'a str) -> Option<Element<'a>> {
    elements(node, name).next()
}

fn text_of(node: Element, name: &str) -> Option<String> {
    let found = node.children().find(|child| child.tag_name().name() == name)?;
    found.text().map(|text| text.trim().to_owned())
}

fn number(node: Element, name: &str) -> Option<f64> {
    text_of(node, name)?.parse().ok().filter(|x: &f64| x.is_finite())
}

fn attribute(node: Element, name: &str) -> Option<f64> {
    node.attribute(name)?.trim().parse().ok().filter(|x: &f64| x.is_finite())
}

/// A note of a part with what decides whether it is sung.
struct Written {
    voice: String,
    note: RawNote,
    /// It begins where a tie ends.
    tied: bool,
}

/// One part while it is read. Times are quarter notes.
struct Reader {
    now: f64,
    divisions: f64,
    transpose_st: f64,
    velocity: f32,
    /// Where the last note began: notes of a chord begin there too.
    last_start: f64,
    notes: Vec<Written>,
    tempos: Vec<(f64, f64)>,
    repeats: bool,
    verses: bool,
}

impl Default for Reader {
    fn default() -> Self {
        Self {
            now: 0.0,
            divisions: 1.0,
            transpose_st: 0.0,
            velocity: 0.8,
            last_start: 0.0,
            notes: Vec::new(),
            tempos: Vec::new(),
            repeats: false,
            verses: false,
        }
    }
}

impl Reader {
    fn measure(&mut self, measure: Element) {
        let mut end = self.now;
        for node in measure.children().filter(Node::is_element) {
            match node.tag_name().name() {
                "attributes" => self.attributes(node),
                "note" => self.note(node),
                "backup" => self.now = (self.now - self.duration(node)).max(0.0),
                "forward" => self.now += self.duration(node),
                "direction" => self.direction(node),
                "sound" => self.sound(node),
                "barline" => {
                    self.repeats |= child(node, "repeat").is_some() || child(node, "ending").is_some()
                }
                _ => {}
            }
            end = end.max(self.now);
        }
        // Voices may stop short: the measure is as long as its longest one.
        self.now = end;
    }

    fn duration(&self, node: Element) -> f64 {
        number(node, "duration").map_or(0.0, |duration| (duration / self.divisions).clamp(0.0, 10_000.0))
    }

    fn attributes(&mut self, node: Element) {
        if let Some(divisions) = number(node, "divisions").filter(|divisions| *divisions > 0.0) {
            self.divisions = divisions;
        }
        if let Some(transpose) = child(node, "transpose") {
            let octaves = number(transpose, "octave-change").unwrap_or(0.0);
            self.transpose_st = number(transpose, "chromatic").unwrap_or(0.0) + 12.0 * octaves;
        }
    }

    fn direction(&mut self, node: Element) {
        let told = child(node, "sound").and_then(|sound| attribute(sound, "tempo"));
        if let Some(sound) = child(node, "sound") {
            self.sound(sound);
        }
        let kinds = elements(node, "direction-type").filter_map(|kind| child(kind, "metronome"));
        for metronome in kinds.filter(|_| told.is_none()) {
            let unit = match text_of(metronome, "beat-unit").as_deref() {
                Some("whole") => 4.0,
                Some("half") => 2.0,
                Some("eighth") => 0.5,
                Some("16th") => 0.25,
                _ => 1.0,
            };
            let dotted = if child(metronome, "beat-unit-dot").is_some() { 1.5 } else { 1.0 };
            if let Some(per_minute) = number(metronome, "per-minute") {
                self.tempos.push((self.now, unit * dotted * per_minute));
            }
        }
    }

    fn sound(&mut self, node: Element) {
        if let Some(bpm) = attribute(node, "tempo") {
            self.tempos.push((self.now, bpm));
        }
        if let Some(percent) = attribute(node, "dynamics") {
            self.velocity = loudness(percent);
        }
        self.repeats |= ["dacapo", "dalsegno", "tocoda"].iter().any(|jump| node.attribute(*jump).is_some());
    }

    fn note(&mut self, node: Element) {
        // Grace and cue notes have no time or no singer.
        if child(node, "grace").is_some() || child(node, "cue").is_some() {
            return;
        }
        let length = self.duration(node);
        let start = if child(node, "chord").is_some() { self.last_start } else { self.now };
        self.last_start = start;
        self.now = self.now.max(start + length);
        let Some(pitch) = child(node, "pitch").and_then(pitch) else { return };
        let ties: Vec<&str> = elements(node, "tie").filter_map(|tie| tie.attribute("type")).collect();
        let lyrics: Vec<Element> = elements(node, "lyric").collect();
        self.verses |= lyrics.len() > 1;
        let first = lyrics.iter().copied().find(|lyric| lyric.attribute("number").is_none_or(|n| n == "1"));
        let words = first.or(lyrics.first().copied()).map_or(Words::None, words);
        self.notes.push(Written {
            voice: text_of(node, "voice").unwrap_or_default(),
            note: RawNote {
                start,
                length,
                pitch: pitch + self.transpose_st,
                velocity: attribute(node, "dynamics").map_or(self.velocity, loudness),
                words,
            },
            tied: ties.contains(&"stop"),
        });
    }

    fn finish(self, name: String) -> RawPart {
        let mut notices = Vec::new();
        if self.repeats {
            notices.push("repeats and jumps are not unrolled: everything is sung once".to_owned());
        }
        if self.verses {
            notices.push("there are several verses; the first one is sung".to_owned());
        }
        // The voice with the most words sings; without words the first one does.
        let mut voices: BTreeMap<&str, usize> = BTreeMap::new();
        for written in &self.notes {
            *voices.entry(&written.voice).or_default() += usize::from(written.note.words != Words::None);
        }
        let sings = voices.iter().max_by_key(|(voice, count)| (**count, std::cmp::Reverse(**voice)));
        let sings = sings.map(|(voice, _)| (*voice).to_owned()).unwrap_or_default();
        if voices.len() > 1 {
            notices.push(format!("the part has {} voices; voice {sings} is sung", voices.len()));
        }
        let mut notes: Vec<RawNote> = Vec::new();
        for Written { voice, note, tied } in self.notes {
            if voice != sings {
                continue;
            }
            // A tie joins what it ends with the note of that pitch that ends here; chords are few.
            let joins = |last: &&mut RawNote| {
                last.pitch == note.pitch && (last.start + last.length - note.start).abs() < 1e-6
            };
            match notes.iter_mut().rev().take(16).find(joins).filter(|_| tied) {
                Some(last) => last.length += note.length,
                None => notes.push(note),
            }
        }
        RawPart { name, notes, notices }
    }
}

/// Percent of a usual forte as a strength.
fn loudness(percent: f64) -> f32 {
    (0.8 * percent as f32 / 100.0).clamp(0.05, 1.0)
}

/// MIDI number of a written pitch.
fn pitch(node: Element) -> Option<f64> {
    let step = match text_of(node, "step")?.as_str() {
        "C" => 0.0,
        "D" => 2.0,
        "E" => 4.0,
        "F" => 5.0,
        "G" => 7.0,
        "A" => 9.0,
        "B" => 11.0,
        _ => return None,
    };
    let (alter, octave) = (number(node, "alter").unwrap_or(0.0), number(node, "octave")?);
    Some(12.0 * (octave + 1.0) + step + alter)
}

/// A lyric: its texts, joined where one note carries several.
fn words(lyric: Element) -> Words {
    let mut text = String::new();
    for part in lyric.children() {
        match part.tag_name().name() {
            "text" => text.push_str(part.text().unwrap_or_default()),
            "elision" => text.push(' '),
            _ => {}
        }
    }
    let kinds: Vec<&str> =
        elements(lyric, "syllabic").filter_map(|kind| kind.text()).map(str::trim).collect();
    let text = text.replace('\u{a0}', " ").trim().to_owned();
    if text.is_empty() {
        return Words::Hold;
    }
    let continues = kinds.first().is_some_and(|kind| matches!(*kind, "middle" | "end"));
    let goes_on = kinds.last().is_some_and(|kind| matches!(*kind, "begin" | "middle"));
    Words::Syllable { text, continues, goes_on }
}
