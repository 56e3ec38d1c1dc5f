//! Colours of the text in the box: markup, what is wrong, what is being spoken.

use super::model::EditorModel;
use super::text_marks::{Mark, marks};
use super::theme::Palette;
use egui::text::{LayoutJob, TextFormat};
use egui::{Color32, FontId, Stroke};
use std::ops::Range;

/// What a byte of the text is: the kind of markup in the lower bits, one bit for everything else.
const KIND: u8 = 0b0111;
const NOTICE: u8 = 0b0001_0000;
const ERROR: u8 = 0b0010_0000;
const UNIT: u8 = 0b0100_0000;
const WORD: u8 = 0b1000_0000;

/// The text as egui lays it out, wrapped nowhere yet.
pub fn job(model: &EditorModel, p: &Palette, text: &str, font: &FontId) -> LayoutJob {
    let mut job = LayoutJob { text: text.to_owned(), ..LayoutJob::default() };
    for (range, look) in runs(text, &looks(model, text)) {
        job.sections.push(egui::text::LayoutSection {
            leading_space: 0.0,
            byte_range: egui::text::ByteIndex(range.start)..egui::text::ByteIndex(range.end),
            format: format(look, p, font),
        });
    }
    job
}

fn looks(model: &EditorModel, text: &str) -> Vec<u8> {
    let mut looks = vec![0; text.len()];
    let mut set = |range: Range<usize>, bits: u8| {
        let end = range.end.min(looks.len());
        looks[range.start.min(end)..end].iter_mut().for_each(|look| *look |= bits);
    };
    for (range, mark) in marks(text) {
        set(range, mark as u8 + 1);
    }
    if model.is_report_fresh {
        for unit in &model.report.units {
            if unit.error.is_some() {
                set(unit.range.clone(), ERROR);
            }
            for (range, _) in &unit.notices {
                set(range.clone(), NOTICE);
            }
        }
        if let Some((unit, word)) = model.speaking
            && let Some(unit) = model.report.units.get(unit)
        {
            set(unit.range.clone(), UNIT);
            if let Some(word) = word.and_then(|word| unit.words.get(word)) {
                set(word.source.clone(), WORD);
            }
        }
    }
    looks
}

/// Stretches that look alike, cut between letters only.
fn runs(text: &str, looks: &[u8]) -> Vec<(Range<usize>, u8)> {
    let mut runs: Vec<(Range<usize>, u8)> = Vec::new();
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        match runs.last_mut() {
            Some((range, look)) if *look == looks[at] => range.end = end,
            _ => runs.push((at..end, looks[at])),
        }
    }
    runs
}

fn format(look: u8, p: &Palette, font: &FontId) -> TextFormat {
    let kinds = [Mark::Tag, Mark::Address, Mark::Element, Mark::Phones, Mark::Emphasis];
    let kind = kinds.into_iter().find(|kind| *kind as u8 + 1 == look & KIND);
    let color = match kind {
        Some(Mark::Tag) => p.voice,
        Some(Mark::Address | Mark::Phones) => p.field,
        Some(Mark::Element) => p.muted,
        Some(Mark::Emphasis) | None => p.text,
    };
    let background = match look {
        look if look & WORD != 0 => p.voice_dim,
        look if look & UNIT != 0 => p.panel,
        _ => Color32::TRANSPARENT,
    };
    let underline = match look {
        look if look & ERROR != 0 => Stroke::new(1.5, p.alarm),
        look if look & NOTICE != 0 => Stroke::new(1.5, p.voice),
        _ => Stroke::NONE,
    };
    let italics = kind == Some(Mark::Emphasis);
    TextFormat { font_id: font.clone(), color, background, underline, italics, ..TextFormat::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::harness::plan;
    use crate::state::LineState;

    fn painted(text: &str, speaking: Option<(usize, Option<usize>)>) -> LayoutJob {
        let mut model = EditorModel::new(LineState { text: text.to_owned(), ..LineState::default() });
        model.report = plan(text, 1);
        (model.is_report_fresh, model.speaking) = (true, speaking);
        job(&model, &Palette::DARK, text, &FontId::proportional(14.0))
    }

    fn section<'a>(job: &'a LayoutJob, words: &str) -> &'a TextFormat {
        let at = job.text.find(words).expect("there");
        let inside = |section: &&egui::text::LayoutSection| {
            section.byte_range.start.0 <= at && at < section.byte_range.end.0
        };
        &job.sections.iter().find(inside).expect("laid out").format
    }

    #[test]
    fn the_sections_are_the_whole_text() {
        for text in ["", "plain", "[happy]日本 🙂[/] *so*\nשלום {é}", &"[sad]x ".repeat(300)] {
            let job = painted(text, None);
            let mut at = 0;
            for section in &job.sections {
                assert_eq!(section.byte_range.start.0, at);
                at = section.byte_range.end.0;
            }
            assert_eq!(at, text.len());
        }
    }

    #[test]
    fn what_is_wrong_is_underlined_in_place() {
        let job = painted("Good day.\n[hapy] Indeed so.", None);
        assert_eq!(section(&job, "Good").underline, Stroke::NONE);
        assert_ne!(section(&job, "[hapy]").underline, Stroke::NONE);
        assert_eq!(section(&job, "Indeed").underline, Stroke::NONE);
    }

    #[test]
    fn the_spoken_word_stands_out_of_the_spoken_unit() {
        let job = painted("One two.\nThree four.", Some((1, Some(1))));
        assert_eq!(section(&job, "One").background, Color32::TRANSPARENT);
        assert_eq!(section(&job, "Three").background, Palette::DARK.panel);
        assert_eq!(section(&job, "four").background, Palette::DARK.voice_dim);
    }
}
