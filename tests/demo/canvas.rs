//! A picture to draw on: areas, lines and text in pixels, from the top left.

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};
use anyhow::{Context, Result};
use std::path::Path;
use tiny_skia::{
    FillRule, LineCap, LineJoin, Paint, PathBuilder, Pixmap, PremultipliedColorU8, Rect, Stroke, Transform,
};

/// Red, green, blue, and how opaque, each 0..=255.
pub type Rgba = [u8; 4];

/// Where a text stands relative to its point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Starts there.
    Start,
    /// Is centred there.
    Middle,
    /// Ends there.
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Height of the font in pixels.
    pub size: f32,
    /// Colour.
    pub colour: Rgba,
    /// Where it stands.
    pub anchor: Anchor,
    /// Whether it reads from bottom to top.
    pub upright: bool,
}

impl Style {
    /// Level text.
    pub fn new(size: f32, colour: Rgba, anchor: Anchor) -> Self {
        Self { size, colour, anchor, upright: false }
    }

    /// The same, reading from bottom to top.
    pub fn upright(self) -> Self {
        Self { upright: true, ..self }
    }
}

/// The picture.
pub struct Canvas {
    pixmap: Pixmap,
    font: FontRef<'static>,
}

impl Canvas {
    /// A picture of one colour.
    ///
    /// # Errors
    /// A size of zero.
    pub fn new(width: u32, height: u32, background: Rgba) -> Result<Self> {
        let mut pixmap = Pixmap::new(width, height).context("a picture needs a size")?;
        pixmap.fill(colour(background));
        let font = FontRef::try_from_slice(dejavu::sans::regular()).context("the font is unreadable")?;
        Ok(Self { pixmap, font })
    }

    /// Writes a PNG file.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn save(&self, path: &Path) -> Result<()> {
        self.pixmap.save_png(path).with_context(|| format!("{} cannot be written", path.display()))
    }

    /// One opaque pixel; nothing outside the picture.
    pub fn dot(&mut self, x: usize, y: usize, [red, green, blue]: [u8; 3]) {
        let (width, height) = (self.pixmap.width() as usize, self.pixmap.height() as usize);
        if let Some(pixel) = PremultipliedColorU8::from_rgba(red, green, blue, 255)
            && x < width
            && y < height
        {
            self.pixmap.pixels_mut()[y * width + x] = pixel;
        }
    }

    /// A filled area.
    pub fn area(&mut self, [x, y, width, height]: [f32; 4], fill: Rgba) {
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            self.pixmap.fill_rect(rect, &paint(fill), Transform::identity(), None);
        }
    }

    /// A line through points.
    pub fn line(&mut self, points: &[(f32, f32)], width: f32, ink: Rgba) {
        let mut path = PathBuilder::new();
        for (index, (x, y)) in points.iter().enumerate() {
            if index == 0 { path.move_to(*x, *y) } else { path.line_to(*x, *y) }
        }
        let stroke =
            Stroke { width, line_cap: LineCap::Round, line_join: LineJoin::Round, ..Stroke::default() };
        if let Some(path) = path.finish() {
            self.pixmap.stroke_path(&path, &paint(ink), &stroke, Transform::identity(), None);
        }
    }

    /// A filled circle.
    pub fn circle(&mut self, x: f32, y: f32, radius: f32, fill: Rgba) {
        if let Some(path) = PathBuilder::from_circle(x, y, radius) {
            self.pixmap.fill_path(&path, &paint(fill), FillRule::Winding, Transform::identity(), None);
        }
    }

    /// Width of a text in pixels.
    pub fn text_width(&self, text: &str, size: f32) -> f32 {
        let font = self.font.as_scaled(PxScale::from(size));
        text.chars().map(|letter| font.h_advance(font.glyph_id(letter))).sum()
    }

    /// A text, centred on `y` by the height of its capitals; upright text is centred on `x` so.
    pub fn text(&mut self, x: f32, y: f32, text: &str, style: Style) {
        let shift = match style.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -0.5 * self.text_width(text, style.size),
            Anchor::End => -self.text_width(text, style.size),
        };
        // Capitals of this font are 0.63 of its height as ab_glyph scales it.
        let baseline = 0.315 * style.size;
        let font = self.font.clone();
        let scaled = font.as_scaled(PxScale::from(style.size));
        let mut pen = shift;
        for letter in text.chars() {
            let id = scaled.glyph_id(letter);
            // Whole pixels along the way: letters of one kind then look alike.
            let origin = if style.upright { point(pen, baseline) } else { point(x + pen, y + baseline) };
            let glyph = id.with_scale_and_position(PxScale::from(style.size), origin);
            if let Some(outline) = font.outline_glyph(glyph) {
                let bounds = outline.px_bounds();
                outline.draw(|column, row, coverage| {
                    let (across, down) = (bounds.min.x + column as f32, bounds.min.y + row as f32);
                    let (px, py) = if style.upright { (x + down, y - across) } else { (across, down) };
                    self.blend(px, py, coverage, style.colour);
                });
            }
            pen += scaled.h_advance(id);
        }
    }

    /// Puts `ink` over a pixel, `coverage` of it.
    fn blend(&mut self, x: f32, y: f32, coverage: f32, ink: Rgba) {
        let (width, height) = (self.pixmap.width() as i32, self.pixmap.height() as i32);
        let (x, y) = (x.round() as i32, y.round() as i32);
        if !(0..width).contains(&x) || !(0..height).contains(&y) {
            return;
        }
        let pixel = &mut self.pixmap.pixels_mut()[(y * width + x) as usize];
        let strength = coverage.clamp(0.0, 1.0) * f32::from(ink[3]) / 255.0;
        let mix =
            |below: u8, above: u8| (f32::from(below) * (1.0 - strength) + f32::from(above) * strength) as u8;
        let mixed = [mix(pixel.red(), ink[0]), mix(pixel.green(), ink[1]), mix(pixel.blue(), ink[2])];
        // The background is opaque, so the result is.
        if let Some(mixed) = PremultipliedColorU8::from_rgba(mixed[0], mixed[1], mixed[2], 255) {
            *pixel = mixed;
        }
    }
}

fn colour([red, green, blue, opacity]: Rgba) -> tiny_skia::Color {
    tiny_skia::Color::from_rgba8(red, green, blue, opacity)
}

fn paint(ink: Rgba) -> Paint<'static> {
    let mut paint = Paint::default();
    paint.set_color(colour(ink));
    paint.anti_alias = true;
    paint
}
