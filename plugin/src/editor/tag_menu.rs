//! Markup to choose from: it is put around what is selected, or where the caret stands.

use egui::Ui;
use psivox_core::emotion::{FaceGesture, Mode, Style, VoiceGesture};
use std::ops::Range;

/// What is put before and after the selection.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    before: String,
    after: String,
}

impl Tag {
    fn around(name: &str) -> Self {
        Self { before: format!("[{name}]"), after: "[/]".to_owned() }
    }

    fn alone(name: &str) -> Self {
        Self { before: format!("[{name}] "), after: String::new() }
    }

    fn pair(before: &str, after: &str) -> Self {
        Self { before: before.to_owned(), after: after.to_owned() }
    }

    /// Puts the tag around the letters of `range`; where the selection is then.
    pub fn put(&self, text: &mut String, range: Range<usize>) -> Range<usize> {
        let byte =
            |text: &str, letter: usize| text.char_indices().nth(letter).map_or(text.len(), |(at, _)| at);
        let (start, end) = (range.start.min(range.end), range.start.max(range.end));
        let (from, to) = (byte(text, start), byte(text, end));
        text.insert_str(to, &self.after);
        text.insert_str(from, &self.before);
        let shift = self.before.chars().count();
        start + shift..end + shift
    }
}

/// The menu's contents; what was chosen, if anything was.
pub fn show(ui: &mut Ui) -> Option<Tag> {
    let mut chosen = None;
    let mut offer = |ui: &mut Ui, name: &str, tag: Tag| {
        if ui.button(name).clicked() {
            chosen = Some(tag);
            ui.close();
        }
    };
    ui.menu_button("Mood", |ui| {
        for mode in Mode::ALL {
            offer(ui, mode.name(), Tag::around(mode.name()));
        }
    });
    ui.menu_button("Style", |ui| {
        for style in Style::ALL {
            offer(ui, style.name(), Tag::around(style.name()));
        }
    });
    ui.menu_button("Gesture", |ui| {
        for name in VoiceGesture::ALL.map(VoiceGesture::name) {
            offer(ui, name, Tag::alone(name));
        }
        for name in FaceGesture::ALL.map(FaceGesture::name) {
            let name = name.replace('-', " ");
            offer(ui, &name, Tag::alone(&name));
        }
    });
    ui.menu_button("Pause", |ui| {
        for length in ["200ms", "500ms", "1 s", "2 s"] {
            offer(ui, length, Tag::alone(&format!("pause {length}")));
        }
    });
    offer(ui, "Emphasis", Tag::pair("*", "*"));
    ui.menu_button("Melody and pace", |ui| {
        for name in [
            "pitch +2",
            "pitch -2",
            "rate 0.8",
            "rate 1.2",
            "volume -6",
            "volume 6",
            "range 0.5",
            "range 1.5",
        ] {
            offer(ui, name, Tag::around(name));
        }
    });
    ui.menu_button("Say as", |ui| {
        for kind in ["characters", "digits", "cardinal", "ordinal", "telephone"] {
            offer(ui, kind, Tag::pair(&format!("<say-as interpret-as=\"{kind}\">"), "</say-as>"));
        }
    });
    offer(ui, "Phones", Tag::pair("{", "}"));
    ui.menu_button("Address", |ui| {
        offer(ui, "key C3", Tag::alone("key C3"));
        offer(ui, "bar 5", Tag::alone("bar 5"));
    });
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_goes_around_what_is_selected() {
        let mut text = "日本 is far".to_owned();
        let selected = Tag::around("happy").put(&mut text, 0..2);
        assert_eq!((text.as_str(), selected), ("[happy]日本[/] is far", 7..9));
        // A selection made backwards is the same one.
        #[allow(clippy::reversed_empty_ranges)]
        let backwards = 16..13;
        let selected = Tag::pair("*", "*").put(&mut text, backwards);
        assert_eq!((text.as_str(), selected), ("[happy]日本[/] *is *far", 14..17));
    }

    #[test]
    fn without_a_selection_it_goes_where_the_caret_stands() {
        let mut text = "One.".to_owned();
        assert_eq!(Tag::alone("pause 1 s").put(&mut text, 99..99).start, 99 + 12);
        assert_eq!(text, "One.[pause 1 s] ");
    }
}
