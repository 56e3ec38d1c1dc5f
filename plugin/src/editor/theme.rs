//! The design language of the editor: colours with a meaning in a dark and a light set, type, spacing, the focus ring.
//!
//! Colours keep apart for every kind of colour vision, and none stands alone: beside it is always a word, a sign or
//! a shape. Sizes are logical pixels; egui scales them by the screen's `pixels_per_point`.

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

/// Colours by what they mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Palette {
    /// Behind everything.
    pub ground: Color32,
    /// Behind a group.
    pub panel: Color32,
    /// Behind what can be moved or typed in.
    pub well: Color32,
    /// Behind a button.
    pub button: Color32,
    /// Behind a button under the pointer.
    pub button_hot: Color32,
    /// Thin lines.
    pub line: Color32,
    /// What is read first.
    pub text: Color32,
    /// What is read second.
    pub muted: Color32,
    /// The voice: everything that speaks.
    pub voice: Color32,
    /// The voice where it fills an area under text.
    pub voice_dim: Color32,
    /// The field.
    pub field: Color32,
    /// The field where it fills an area under text.
    pub field_dim: Color32,
    /// Something is wrong.
    pub alarm: Color32,
    /// Around what has the keyboard.
    pub focus: Color32,
    /// Curves that have no meaning of their own.
    pub series: [Color32; SERIES],
    /// From nothing to much: spectrograms.
    pub ramp: [Color32; 5],
    /// The face.
    pub skin: Skin,
}

/// How many curves without a meaning of their own keep apart.
pub const SERIES: usize = 5;

/// Colours of the head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skin {
    /// In the light.
    pub light: Color32,
    /// In between.
    pub middle: Color32,
    /// In the shade.
    pub shade: Color32,
    /// Lips.
    pub lip: Color32,
    /// Lips in the shade.
    pub lip_dark: Color32,
    /// Inside the mouth, pupils, lashes.
    pub dark: Color32,
    /// Tongue.
    pub tongue: Color32,
    /// Teeth.
    pub teeth: Color32,
    /// White of the eyes.
    pub eye: Color32,
    /// Irises.
    pub iris: Color32,
    /// Hair and brows.
    pub hair: Color32,
    /// Hair in the light.
    pub hair_light: Color32,
    /// Clothes.
    pub cloth: Color32,
}

const fn hex(rgb: u32) -> Color32 {
    Color32::from_rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

impl Palette {
    /// Light on dark.
    pub const DARK: Self = Self {
        ground: hex(0x15_171e),
        panel: hex(0x1e_212b),
        well: hex(0x11_131a),
        button: hex(0x2a_2e3b),
        button_hot: hex(0x36_3b4b),
        line: hex(0x3a_4050),
        text: hex(0xec_e9e2),
        muted: hex(0x9a_a0b2),
        voice: hex(0xf5_b554),
        voice_dim: hex(0x74_5227),
        field: hex(0x78_e0d3),
        field_dim: hex(0x1f_5953),
        alarm: hex(0xff_6b66),
        focus: hex(0xf4_f04a),
        series: [hex(0xd8_973c), hex(0x5f_9ff5), hex(0x8c_eac8), hex(0xf4_f04a), hex(0xc0_5a8c)],
        ramp: [hex(0x11_131a), hex(0x2c_2f5c), hex(0x8a_3f78), hex(0xe0_7b52), hex(0xff_f0b8)],
        skin: Skin::DARK,
    };

    /// Dark on light.
    pub const LIGHT: Self = Self {
        ground: hex(0xec_eae4),
        panel: hex(0xf8_f7f3),
        well: hex(0xff_ffff),
        button: hex(0xe4_e1d9),
        button_hot: hex(0xd8_d4c9),
        line: hex(0xc9_c5ba),
        text: hex(0x20_232c),
        muted: hex(0x65_6b7c),
        voice: hex(0x9a_5200),
        voice_dim: hex(0xf6_d9a6),
        field: hex(0x00_5a78),
        field_dim: hex(0xb5_dde8),
        alarm: hex(0xa3_123c),
        focus: hex(0x17_3a78),
        series: [hex(0x6b_3200), hex(0x17_3a78), hex(0x0b_6b4c), hex(0x85_7f2c), hex(0xb2_4aa0)],
        ramp: [hex(0xff_ffff), hex(0xf3_d9a8), hex(0xe0_8a55), hex(0x8a_3a72), hex(0x1d_1a3a)],
        skin: Skin::LIGHT,
    };

    /// A colour of the ramp, 0..=1; what is no number is 0.
    pub fn ramp_at(&self, share: f32) -> Color32 {
        let last = self.ramp.len() - 1;
        let place = if share.is_finite() { share.clamp(0.0, 1.0) } else { 0.0 } * last as f32;
        let lower = (place as usize).min(last - 1);
        self.ramp[lower].lerp_to_gamma(self.ramp[lower + 1], place - lower as f32)
    }

    /// What is read on an area of this colour.
    pub fn on(&self, area: Color32) -> Color32 {
        if contrast(self.text, area) >= contrast(self.ground, area) { self.text } else { self.ground }
    }
}

impl Skin {
    /// By lamp light.
    const DARK: Self = Self {
        light: hex(0xe8_b796),
        middle: hex(0xc9_8f70),
        shade: hex(0x7d_4f41),
        lip: hex(0xc4_6a62),
        lip_dark: hex(0x97_4a48),
        dark: hex(0x21_1116),
        tongue: hex(0xc7_6670),
        teeth: hex(0xf1_ece2),
        eye: hex(0xf3_efe8),
        iris: hex(0x3f_8f89),
        hair: hex(0x43_2c26),
        hair_light: hex(0x70_4c3c),
        cloth: hex(0x39_4058),
    };

    /// By day.
    const LIGHT: Self = Self {
        light: hex(0xf6_cdb0),
        middle: hex(0xdf_a886),
        shade: hex(0xa8_7159),
        lip: hex(0xcb_6f68),
        lip_dark: hex(0xa2_504e),
        dark: hex(0x2a_151a),
        tongue: hex(0xd0_707a),
        teeth: hex(0xfb_f8f0),
        eye: hex(0xfd_fbf7),
        iris: hex(0x2f_7f7c),
        hair: hex(0x4c_322a),
        hair_light: hex(0x83_5b48),
        cloth: hex(0x6a_7694),
    };
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
