//! Where words and units of the text stand on the screen: the gutter beside the box, the ticks under its words.

use super::model::EditorModel;
use super::theme::{self, Palette};
use super::wish::Wish;
use crate::channels::Request;
use crate::performance::Mode;
use crate::script::key_name;
use egui::text::CCursor;
use egui::text_edit::TextEditOutput;
use egui::{Align2, Color32, FontId, Id, Pos2, Rect, Role, Sense, Stroke, Ui, WidgetInfo, pos2, vec2};
use psivox_core::emotion::{Manner, Mode as Mood, Moods};

/// Width of the gutter, logical pixels.
pub const GUTTER: f32 = 34.0;
/// Words of which ticks are drawn at once: more do not fit on a screen.
const MOST_TICKS: usize = 600;

/// The byte of a letter.
pub fn byte_of(text: &str, letter: usize) -> usize {
    text.char_indices().nth(letter).map_or(text.len(), |(at, _)| at)
}

/// What is seen of the text, in screen coordinates.
pub struct Places {
    /// Unit and the middle of its first line.
    units: Vec<(usize, Pos2)>,
    /// Both ends of a line under a word, and its colour; whether a tag asks for it.
    ticks: Vec<(Pos2, Pos2, Color32, bool)>,
}

/// Counts letters while bytes only grow.
struct Letters<'a> {
    text: &'a str,
    byte: usize,
    letter: usize,
}

impl Letters<'_> {
    fn of(&mut self, byte: usize) -> Option<CCursor> {
        if byte < self.byte {
            (self.byte, self.letter) = (0, 0);
        }
        let between = self.text.get(self.byte..byte)?;
        self.letter += between.chars().count();
        self.byte = byte;
        Some(CCursor::new(self.letter))
    }
}

impl Places {
    /// Looks only at what is inside the clip rectangle.
    pub fn of(ui: &Ui, model: &EditorModel, output: &TextEditOutput) -> Self {
        let (galley, at) = (&output.galley, output.galley_pos.to_vec2());
        let seen = ui.clip_rect();
        let byte_at =
            |pos: Pos2| byte_of(&model.text, galley.cursor_from_pos(pos - output.galley_pos).index.0);
        let shown = byte_at(seen.left_top())..=byte_at(seen.right_bottom());
        let mut places = Self { units: Vec::new(), ticks: Vec::new() };
        if !model.is_report_fresh {
            return places;
        }
        let mut letters = Letters { text: &model.text, byte: 0, letter: 0 };
        for (index, unit) in model.report.units.iter().enumerate() {
            if unit.range.end < *shown.start() || unit.range.start > *shown.end() {
                continue;
            }
            let Some(cursor) = letters.of(unit.range.start) else { continue };
            let rect = galley.pos_from_cursor(cursor).translate(at);
            if seen.y_range().contains(rect.center().y) {
                places.units.push((index, rect.center()));
            }
            for word in &unit.words {
                if !shown.contains(&word.source.start) || places.ticks.len() >= MOST_TICKS {
                    continue;
                }
                let Some((colour, asked)) = tick(theme::palette(ui), &word.manner) else { continue };
                let (Some(start), Some(end)) = (letters.of(word.source.start), letters.of(word.source.end))
                else {
                    continue;
                };
                let (start, end) = (galley.pos_from_cursor(start), galley.pos_from_cursor(end));
                // A word that is wrapped gets its tick on its first line.
                let end = if end.top() > start.top() {
                    start.right_bottom() + vec2(24.0, 0.0)
                } else {
                    end.left_bottom()
                };
                places.ticks.push((start.left_bottom() + at, end + at, colour, asked));
            }
        }
        places
    }

    /// Draws the ticks: a full line for what a tag asks, a dotted one for what the words suggest.
    pub fn ticks(&self, ui: &Ui) {
        for (start, end, colour, asked) in &self.ticks {
            let line = [*start - vec2(0.0, 1.0), *end - vec2(0.0, 1.0)];
            let stroke = Stroke::new(2.0, *colour);
            match asked {
                true => drop(ui.painter().line_segment(line, stroke)),
                false => drop(ui.painter().add(egui::Shape::dashed_line(&line, stroke, 2.0, 3.0))),
            }
        }
    }

    /// What each unit goes by in this mode; a click speaks it.
    pub fn gutter(&self, ui: &Ui, model: &EditorModel, mode: Mode, gutter: Rect, wishes: &mut Vec<Wish>) {
        let mut above = f32::NEG_INFINITY;
        for (index, at) in &self.units {
            // Words of one line share a line of the gutter.
            if at.y - above < 14.0 {
                continue;
            }
            above = at.y;
            let rect = Rect::from_center_size(pos2(gutter.center().x, at.y), vec2(GUTTER, 18.0));
            let rect = rect.intersect(ui.clip_rect());
            let button = ui.interact(rect, Id::unique(("psivox unit", index)), Sense::click());
            let name = format!("Speak unit {}", index + 1);
            button.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
            let speaks = model.speaking.is_some_and(|(unit, _)| unit == *index);
            let colour = match speaks || button.hovered() || button.has_focus() {
                true => theme::palette(ui).voice,
                false => theme::palette(ui).muted,
            };
            let words = label(model, *index, mode);
            ui.painter().text(
                rect.center(),
                Align2::CENTER_CENTER,
                words,
                FontId::proportional(11.5),
                colour,
            );
            if button.on_hover_text(name).clicked() {
                wishes.push(Wish::Request(Request::Unit(*index as u16)));
            }
        }
    }
}

/// Number, key or bar.
fn label(model: &EditorModel, index: usize, mode: Mode) -> String {
    let unit = &model.report.units[index];
    match mode {
        Mode::Cue => unit.key.map_or(String::new(), key_name),
        Mode::Follow => unit.bar.map_or(String::new(), |bar| format!("{bar}|")),
        Mode::Speak | Mode::Sing => (index + 1).to_string(),
    }
}

/// Colour of a word's mood and whether a tag asks for it; none for what is said plainly.
pub fn tick(p: &Palette, manner: &Manner) -> Option<(Color32, bool)> {
    let of = |moods: &Moods| moods.strongest().filter(|(_, degree)| *degree > 0.05);
    let asked = of(&manner.asked).map(|(mood, degree)| (mood, degree, true));
    let suggested = || of(&manner.suggested).map(|(mood, degree)| (mood, degree, false));
    let (mood, degree, asked) = asked.or_else(suggested)?;
    Some((ink(p, mood).gamma_multiply(0.5 + 0.5 * degree.min(1.0)), asked))
}

/// Moods of one kind share a colour: pleasant and lively, pleasant and still, hostile, low.
fn ink(p: &Palette, mood: Mood) -> Color32 {
    match mood {
        Mood::Neutral => p.muted,
        Mood::Happy | Mood::Excited | Mood::Surprised => p.voice,
        Mood::Calm | Mood::Tender => p.field,
        Mood::Angry | Mood::Disgusted | Mood::Contempt => p.alarm,
        Mood::Sad | Mood::Bored => p.series[1],
        Mood::Afraid => p.series[4],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_counted_forwards_and_back() {
        let mut letters = Letters { text: "aé🙂b", byte: 0, letter: 0 };
        for (byte, letter) in [(3, 2), (7, 3), (1, 1), (8, 4)] {
            assert_eq!(letters.of(byte), Some(CCursor::new(letter)));
        }
        assert_eq!(letters.of(2), None, "inside a letter");
        assert_eq!((byte_of("aé🙂b", 3), byte_of("aé", 9)), (7, 3));
    }

    #[test]
    fn a_tag_goes_before_what_the_words_suggest() {
        let manner = Manner { suggested: Moods::one(Mood::Sad, 0.5), ..Manner::PLAIN };
        assert!(tick(&Palette::DARK, &manner).is_some_and(|(_, asked)| !asked));
        let manner = Manner { asked: Moods::one(Mood::Happy, 0.5), ..manner };
        assert!(tick(&Palette::DARK, &manner).is_some_and(|(_, asked)| asked));
        assert_eq!(tick(&Palette::DARK, &Manner::PLAIN), None);
    }
}
