//! Colours and spacing of the editor.

use egui::{Color32, CornerRadius, FontFamily, FontId, Stroke, TextStyle, Visuals, vec2};

/// Behind everything.
pub const GROUND: Color32 = Color32::from_rgb(0x15, 0x17, 0x1e);
/// Behind a group.
pub const PANEL: Color32 = Color32::from_rgb(0x1e, 0x21, 0x2b);
/// Behind what can be moved or typed in.
pub const WELL: Color32 = Color32::from_rgb(0x11, 0x13, 0x19);
/// Thin lines.
pub const LINE: Color32 = Color32::from_rgb(0x33, 0x38, 0x47);
/// What is read first.
pub const TEXT: Color32 = Color32::from_rgb(0xec, 0xe9, 0xe2);
/// What is read second.
pub const MUTED: Color32 = Color32::from_rgb(0x9a, 0xa0, 0xb2);
/// The voice: everything that speaks.
pub const VOICE: Color32 = Color32::from_rgb(0xf0, 0xb0, 0x60);
/// The voice where it fills an area under text.
pub const VOICE_DIM: Color32 = Color32::from_rgb(0x7a, 0x57, 0x2c);
/// The field.
pub const FIELD: Color32 = Color32::from_rgb(0x5f, 0xc9, 0xc0);
/// Something is wrong.
pub const ALARM: Color32 = Color32::from_rgb(0xff, 0x85, 0x74);

/// Corners of groups and wells.
pub const CORNER: CornerRadius = CornerRadius::same(6);

/// Applies the look to a context.
pub fn apply(context: &egui::Context) {
    let mut visuals = Visuals::dark();
    visuals.panel_fill = GROUND;
    visuals.window_fill = PANEL;
    visuals.extreme_bg_color = WELL;
    visuals.text_edit_bg_color = Some(WELL);
    visuals.override_text_color = Some(TEXT);
    visuals.selection.bg_fill = VOICE_DIM;
    visuals.selection.stroke = Stroke::new(1.0, VOICE);
    visuals.window_stroke = Stroke::new(1.0, LINE);
    for widget in [
        &mut visuals.widgets.noninteractive,
        &mut visuals.widgets.inactive,
        &mut visuals.widgets.hovered,
        &mut visuals.widgets.active,
        &mut visuals.widgets.open,
    ] {
        widget.corner_radius = CORNER;
        widget.expansion = 0.0;
        widget.bg_stroke = Stroke::new(1.0, LINE);
    }
    visuals.widgets.inactive.weak_bg_fill = Color32::from_rgb(0x2a, 0x2e, 0x3b);
    visuals.widgets.hovered.weak_bg_fill = Color32::from_rgb(0x36, 0x3b, 0x4b);
    visuals.widgets.hovered.bg_stroke = Stroke::new(1.0, MUTED);
    visuals.widgets.active.weak_bg_fill = VOICE_DIM;
    context.set_visuals(visuals);
    context.all_styles_mut(|style| {
        style.spacing.item_spacing = vec2(8.0, 6.0);
        style.spacing.button_padding = vec2(10.0, 4.0);
        style.spacing.interact_size.y = 24.0;
        let font = |size: f32| FontId::new(size, FontFamily::Proportional);
        style.text_styles.insert(TextStyle::Heading, font(20.0));
        style.text_styles.insert(TextStyle::Body, font(14.0));
        style.text_styles.insert(TextStyle::Button, font(14.0));
        style.text_styles.insert(TextStyle::Small, font(11.5));
    });
}

/// A group of things that belong together.
pub fn group() -> egui::Frame {
    egui::Frame::new().fill(PANEL).corner_radius(CORNER).inner_margin(egui::Margin::same(8))
}
