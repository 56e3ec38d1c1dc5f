//! The design language of the editor: colours with a meaning in a dark and a light set, type, spacing, the focus ring.
//!
//! Colours keep apart for every kind of colour vision, and none stands alone: beside it is always a word, a sign or
//! a shape. Sizes are logical pixels; egui scales them by the screen's `pixels_per_point`.

pub use super::palette::{Palette, SERIES, Skin};

use egui::style::WidgetVisuals;
use egui::{
    Color32, CornerRadius, FontFamily, FontId, Response, Rgba, Stroke, StrokeKind, TextStyle, Ui, Visuals,
    vec2,
};

/// Corners of groups and wells.
pub const CORNER: CornerRadius = CornerRadius::same(6);
/// Between things that stand apart.
pub const GAP: f32 = 10.0;
/// Between things that belong together.
pub const SMALL_GAP: f32 = 4.0;
/// Inside a group.
pub const MARGIN: f32 = 8.0;

/// Sizes of type, smallest first.
pub mod size {
    /// Figures inside drawings.
    pub const TINY: f32 = 10.5;
    /// Labels of drawings, remarks.
    pub const SMALL: f32 = 11.5;
    /// Names and values of controls.
    pub const CONTROL: f32 = 13.0;
    /// Running text.
    pub const BODY: f32 = 14.0;
    /// Titles.
    pub const HEADING: f32 = 20.0;
}

/// Which set of colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// Light on dark.
    #[default]
    Dark,
    /// Dark on light.
    Light,
}

impl Theme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Dark, Self::Light];

    /// Name on show and in settings.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// The set of that name.
    pub fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.name() == name)
    }

    /// Its colours.
    pub const fn palette(self) -> &'static Palette {
        match self {
            Self::Dark => &Palette::DARK,
            Self::Light => &Palette::LIGHT,
        }
    }
}

/// The colours in force.
pub fn palette(ui: &Ui) -> &'static Palette {
    if ui.visuals().dark_mode { &Palette::DARK } else { &Palette::LIGHT }
}

/// Type of drawings.
pub fn font(size: f32) -> FontId {
    FontId::proportional(size)
}

/// A group of things that belong together.
pub fn group(ui: &Ui) -> egui::Frame {
    egui::Frame::new()
        .fill(palette(ui).panel)
        .corner_radius(CORNER)
        .inner_margin(egui::Margin::same(MARGIN as i8))
}

/// Marks what has the keyboard; call last, so that nothing covers it.
pub fn focus_ring(ui: &Ui, response: &Response) {
    if response.has_focus() {
        let ring = Stroke::new(2.0, palette(ui).focus);
        ui.painter().rect_stroke(response.rect.expand(1.0), CORNER, ring, StrokeKind::Inside);
    }
}

/// Applies the look to a context.
pub fn apply(context: &egui::Context, theme: Theme) {
    let visuals = visuals(theme);
    let (kind, base) = match theme {
        Theme::Dark => (egui::ThemePreference::Dark, egui::Theme::Dark),
        Theme::Light => (egui::ThemePreference::Light, egui::Theme::Light),
    };
    context.set_theme(kind);
    context.set_visuals_of(base, visuals);
    context.all_styles_mut(|style| {
        style.spacing.item_spacing = vec2(8.0, 6.0);
        style.spacing.button_padding = vec2(10.0, 4.0);
        style.spacing.interact_size.y = 24.0;
        let font = |size: f32| FontId::new(size, FontFamily::Proportional);
        style.text_styles.insert(TextStyle::Heading, font(size::HEADING));
        style.text_styles.insert(TextStyle::Body, font(size::BODY));
        style.text_styles.insert(TextStyle::Button, font(size::BODY));
        style.text_styles.insert(TextStyle::Small, font(size::SMALL));
    });
}

fn visuals(theme: Theme) -> Visuals {
    let palette = theme.palette();
    let mut visuals = if theme == Theme::Dark { Visuals::dark() } else { Visuals::light() };
    visuals.panel_fill = palette.ground;
    visuals.window_fill = palette.panel;
    visuals.extreme_bg_color = palette.well;
    visuals.text_edit_bg_color = Some(palette.well);
    visuals.faint_bg_color = palette.panel;
    visuals.override_text_color = Some(palette.text);
    visuals.weak_text_color = Some(palette.muted);
    visuals.hyperlink_color = palette.field;
    visuals.warn_fg_color = palette.voice;
    visuals.error_fg_color = palette.alarm;
    visuals.selection.bg_fill = palette.voice_dim;
    visuals.selection.stroke = Stroke::new(1.0, palette.voice);
    visuals.window_stroke = Stroke::new(1.0, palette.line);
    visuals.text_cursor.stroke = Stroke::new(2.0, palette.voice);
    let widgets = &mut visuals.widgets;
    let set = |widget: &mut WidgetVisuals, fill: Color32, edge: Stroke| {
        widget.corner_radius = CORNER;
        widget.expansion = 0.0;
        (widget.bg_fill, widget.weak_bg_fill, widget.bg_stroke) = (fill, fill, edge);
        widget.fg_stroke = Stroke::new(1.5, palette.text);
    };
    let thin = Stroke::new(1.0, palette.line);
    set(&mut widgets.noninteractive, palette.panel, thin);
    set(&mut widgets.inactive, palette.button, thin);
    set(&mut widgets.hovered, palette.button_hot, Stroke::new(1.0, palette.muted));
    // egui shows what has the keyboard as active: the ring says which one that is.
    set(&mut widgets.active, palette.voice_dim, Stroke::new(2.0, palette.focus));
    set(&mut widgets.open, palette.button_hot, thin);
    visuals
}

/// Contrast of two colours, 1..=21 (WCAG 2.2, section 1.4.3).
pub fn contrast(a: Color32, b: Color32) -> f32 {
    let luminance = |colour: Color32| {
        let [red, green, blue, _] = Rgba::from(colour).to_array();
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::editor::palette::hex;

    /// Colour vision with all three kinds of cones, without L (protanopia) and without M (deuteranopia), on linear RGB;
    /// Machado, Oliveira and Fernandes 2009, table 1, severity 1.
    const EYES: [[[f32; 3]; 3]; 3] = [
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [
            [0.152_286, 1.052_583, -0.204_868],
            [0.114_503, 0.786_281, 0.099_216],
            [-0.003_882, -0.048_116, 1.051_998],
        ],
        [
            [0.367_322, 0.860_646, -0.227_968],
            [0.280_085, 0.672_501, 0.047_413],
            [-0.011_820, 0.042_940, 0.968_881],
        ],
    ];

    fn turn(matrix: &[[f32; 3]; 3], x: [f32; 3]) -> [f32; 3] {
        matrix.map(|row| row[0] * x[0] + row[1] * x[1] + row[2] * x[2])
    }

    /// Oklab of linear RGB (Ottosson 2020).
    fn oklab(rgb: [f32; 3]) -> [f32; 3] {
        let cones = turn(
            &[
                [0.412_221_46, 0.536_332_55, 0.051_445_995],
                [0.211_903_5, 0.680_699_5, 0.107_396_96],
                [0.088_302_46, 0.281_718_85, 0.629_978_7],
            ],
            rgb.map(|channel| channel.clamp(0.0, 1.0)),
        );
        turn(
            &[
                [0.210_454_26, 0.793_617_8, -0.004_072_047],
                [1.977_998_5, -2.428_592_2, 0.450_593_7],
                [0.025_904_037, 0.782_771_77, -0.808_675_77],
            ],
            cones.map(f32::cbrt),
        )
    }

    /// Distance for those who see it least.
    fn distance(a: Color32, b: Color32) -> f32 {
        let seen = |eyes: &[[f32; 3]; 3], colour: Color32| {
            let [red, green, blue, _] = Rgba::from(colour).to_array();
            oklab(turn(eyes, [red, green, blue]))
        };
        let apart = |eyes: &[[f32; 3]; 3]| {
            let (a, b) = (seen(eyes, a), seen(eyes, b));
            (0..3).map(|axis| (a[axis] - b[axis]).powi(2)).sum::<f32>().sqrt()
        };
        EYES.iter().map(apart).fold(f32::MAX, f32::min)
    }

    #[test]
    fn contrast_and_distance_are_the_published_ones() {
        assert!((contrast(Color32::WHITE, Color32::BLACK) - 21.0).abs() < 1e-3);
        assert!((contrast(hex(0x77_7777), Color32::WHITE) - 4.48).abs() < 0.01);
        assert!((distance(Color32::WHITE, Color32::BLACK) - 1.0).abs() < 1e-3);
        assert!(distance(hex(0x00_8000), hex(0xa5_5a00)) < 0.12, "a green and a brown that many confuse");
    }

    #[test]
    fn what_is_written_can_be_read() {
        for theme in Theme::ALL {
            let p = theme.palette();
            let under_text = [p.ground, p.panel, p.well, p.button, p.button_hot, p.voice_dim, p.field_dim];
            for ground in under_text {
                assert!(contrast(p.text, ground) >= 4.5, "{theme:?} text on {ground:?}");
            }
            for ground in [p.ground, p.panel, p.well] {
                for colour in [p.voice, p.field, p.alarm] {
                    assert!(contrast(colour, ground) >= 4.5, "{theme:?} {colour:?} on {ground:?}");
                }
                for colour in [p.muted, p.focus] {
                    assert!(contrast(colour, ground) >= 3.0, "{theme:?} {colour:?} on {ground:?}");
                }
                for colour in p.series {
                    assert!(contrast(colour, ground) >= 3.0, "{theme:?} {colour:?} on {ground:?}");
                }
            }
            for area in [p.voice, p.field, p.alarm] {
                assert!(contrast(p.on(area), area) >= 4.5, "{theme:?} on {area:?}");
            }
        }
    }

    #[test]
    fn colours_with_a_meaning_keep_apart_for_everybody() {
        for theme in Theme::ALL {
            let p = theme.palette();
            for set in [&[p.voice, p.field, p.alarm, p.muted][..], &p.series] {
                for (index, a) in set.iter().enumerate() {
                    for b in &set[index + 1..] {
                        assert!(distance(*a, *b) > 0.07, "{theme:?}: {a:?} {b:?} {}", distance(*a, *b));
                    }
                }
            }
        }
    }

    #[test]
    fn the_ramp_grows_in_contrast_to_its_ground() {
        for theme in Theme::ALL {
            let p = theme.palette();
            let steps = (0..=40).map(|step| contrast(p.ramp_at(step as f32 / 40.0), p.well));
            let steps: Vec<f32> = steps.collect();
            assert!(steps.windows(2).all(|pair| pair[1] > pair[0] - 0.02), "{steps:?}");
            assert_eq!((p.ramp_at(f32::NAN), p.ramp_at(7.0)), (p.ramp[0], p.ramp[4]));
        }
    }

    #[test]
    fn themes_are_found_by_name_and_applied() {
        let context = egui::Context::default();
        for theme in Theme::ALL {
            assert_eq!(Theme::by_name(theme.name()), Some(theme));
            apply(&context, theme);
            let mut seen = None;
            let mut picture = context.run_ui(egui::RawInput::default(), |ui| seen = Some(*palette(ui)));
            picture.textures_delta.clear();
            assert_eq!(seen, Some(*theme.palette()));
        }
        assert_eq!(Theme::by_name("sepia"), None);
    }
}
