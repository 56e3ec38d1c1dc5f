//! The colours of the editor by what they mean, in a dark and a light set.

use super::theme::contrast;
use egui::Color32;

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

pub(super) const fn hex(rgb: u32) -> Color32 {
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
