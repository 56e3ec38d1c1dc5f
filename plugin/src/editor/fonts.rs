//! Type beyond Latin letters: the signs of phones, Greek, Cyrillic and Hebrew, which the editor's own type lacks.

use egui::{FontData, FontDefinitions, FontFamily};
use std::sync::Arc;

/// See `assets/phones.txt` for where it comes from.
const PHONES: &[u8] = include_bytes!("../../assets/phones.ttf");

/// Puts it behind the type that is there.
pub fn install(context: &egui::Context) {
    let mut fonts = FontDefinitions::default();
    fonts.font_data.insert("phones".to_owned(), Arc::new(FontData::from_static(PHONES)));
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        fonts.families.entry(family).or_default().push("phones".to_owned());
    }
    context.set_fonts(fonts);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_phone_of_the_voice_has_its_glyph() {
        let context = egui::Context::default();
        install(&context);
        let mut picture = context.run_ui(egui::RawInput::default(), |ui| {
            let font = egui::FontId::proportional(14.0);
            for symbol in "ɪəʊθðŋʃʒɑɔʌɹɾˈˌːæɛɡʤʧɜɐʔᵊᵻAIOWYQТЖאβ\u{2192}\u{26a0}".chars()
            {
                assert!(ui.fonts_mut(|fonts| fonts.has_glyph(&font, symbol)), "{symbol}");
            }
        });
        picture.textures_delta.clear();
    }
}
