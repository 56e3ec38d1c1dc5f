//! Pictures of the editor without a GPU: what egui would hand to one, painted triangle by triangle. For tests only.

use egui::epaint::{ClippedPrimitive, ColorImage, ImageData, Mesh, Primitive, Vertex};
use egui::{Color32, Pos2, Rect, TextureId, TexturesDelta};
use egui_kittest::TestRenderer;
use image::{Rgba, RgbaImage};
use std::collections::HashMap;

/// Textures and nothing else: every picture is made anew.
#[derive(Default)]
pub struct Raster {
    textures: HashMap<TextureId, ColorImage>,
}

impl TestRenderer for Raster {
    fn handle_delta(&mut self, delta: &mut TexturesDelta) {
        for (id, changes) in std::mem::take(&mut delta.set) {
            for change in changes {
                let ImageData::Color(image) = change.image;
                match change.pos {
                    None => drop(self.textures.insert(id, (*image).clone())),
                    Some(at) => self.patch(id, at, &image),
                }
            }
        }
        for id in std::mem::take(&mut delta.free) {
            self.textures.remove(&id);
        }
    }

    fn render(&mut self, context: &egui::Context, output: &egui::FullOutput) -> Result<RgbaImage, String> {
        let scale = output.pixels_per_point;
        let size = context.content_rect().size() * scale;
        let mut picture = RgbaImage::from_pixel(size.x as u32, size.y as u32, Rgba([0, 0, 0, 255]));
        for ClippedPrimitive { clip_rect, primitive } in context.tessellate(output.shapes.clone(), scale) {
            if let Primitive::Mesh(mesh) = primitive {
                let texture = self.textures.get(&mesh.texture_id).ok_or("a texture was never uploaded")?;
                paint(&mut picture, &mesh, texture, clip_rect, scale);
            }
        }
        Ok(picture)
    }
}

impl Raster {
    fn patch(&mut self, id: TextureId, at: [usize; 2], image: &ColorImage) {
        let Some(texture) = self.textures.get_mut(&id) else { return };
        for (row, line) in image.pixels.chunks(image.size[0]).enumerate() {
            let start = (at[1] + row) * texture.size[0] + at[0];
            texture.pixels[start..start + line.len()].copy_from_slice(line);
        }
    }
}

fn paint(picture: &mut RgbaImage, mesh: &Mesh, texture: &ColorImage, clip: Rect, scale: f32) {
    let all = Rect::from_min_size(Pos2::ZERO, egui::vec2(picture.width() as f32, picture.height() as f32));
    let clip = (clip * scale).intersect(all);
    if !clip.is_positive() {
        return;
    }
    // Whole pixels, as the scissors of a GPU take them.
    let clip = Rect::from_min_max(clip.min.round(), clip.max.round());
    for corners in mesh.triangles() {
        triangle(picture, corners.map(|index| mesh.vertices[index as usize]), texture, clip, scale);
    }
}

/// Twice the signed area of the triangle `a`, `b`, `p`.
fn area(a: Pos2, b: Pos2, p: Pos2) -> f32 {
    (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x)
}

/// Whether a pixel's middle on this edge belongs to the triangle: one of two triangles that share the edge gets it.
fn owns(a: Pos2, b: Pos2) -> bool {
    (a.y == b.y && b.x > a.x) || b.y < a.y
}

fn triangle(picture: &mut RgbaImage, mut v: [Vertex; 3], texture: &ColorImage, clip: Rect, scale: f32) {
    for corner in &mut v {
        corner.pos = (corner.pos.to_vec2() * scale).to_pos2();
    }
    if area(v[0].pos, v[1].pos, v[2].pos) < 0.0 {
        v.swap(1, 2);
    }
    let whole = area(v[0].pos, v[1].pos, v[2].pos);
    let bounds = Rect::from_points(&v.map(|corner| corner.pos)).intersect(clip);
    if whole <= 0.0 || bounds.is_negative() {
        return;
    }
    let edges = [(1, 2), (2, 0), (0, 1)].map(|(a, b)| (v[a].pos, v[b].pos));
    let flat = v.iter().all(|corner| corner.uv == v[0].uv);
    let solid = flat.then(|| sample(texture, v[0].uv));
    let columns =
        bounds.left().floor().max(clip.left()) as u32..bounds.right().ceil().min(clip.right()) as u32;
    for y in bounds.top().floor().max(clip.top()) as u32..bounds.bottom().ceil().min(clip.bottom()) as u32 {
        for x in columns.clone() {
            let middle = egui::pos2(x as f32 + 0.5, y as f32 + 0.5);
            let weights = edges.map(|(a, b)| area(a, b, middle));
            let inside = weights.iter().zip(edges).all(|(w, (a, b))| *w > 0.0 || (*w == 0.0 && owns(a, b)));
            if inside {
                let weights = weights.map(|weight| weight / whole);
                let texel = solid.unwrap_or_else(|| sample(texture, mix_uv(&v, weights)));
                blend(picture.get_pixel_mut(x, y), mix_colour(&v, weights), texel);
            }
        }
    }
}

fn mix_uv(v: &[Vertex; 3], weights: [f32; 3]) -> Pos2 {
    let mut uv = egui::Vec2::ZERO;
    for (corner, weight) in v.iter().zip(weights) {
        uv += corner.uv.to_vec2() * weight;
    }
    uv.to_pos2()
}

fn mix_colour(v: &[Vertex; 3], weights: [f32; 3]) -> [f32; 4] {
    std::array::from_fn(|channel| {
        v.iter().zip(weights).map(|(corner, weight)| f32::from(corner.color[channel]) * weight).sum()
    })
}

/// Bilinear, clamped at the edges.
fn sample(texture: &ColorImage, uv: Pos2) -> [f32; 4] {
    let [width, height] = texture.size;
    let at = |uv: f32, size: usize| (uv * size as f32 - 0.5).clamp(0.0, size as f32 - 1.0);
    let (x, y) = (at(uv.x, width), at(uv.y, height));
    let (left, top) = (x as usize, y as usize);
    let (right, bottom) = ((left + 1).min(width - 1), (top + 1).min(height - 1));
    let (dx, dy) = (x - left as f32, y - top as f32);
    let texel = |x: usize, y: usize| -> Color32 { texture.pixels[y * width + x] };
    let corners = [
        (texel(left, top), (1.0 - dx) * (1.0 - dy)),
        (texel(right, top), dx * (1.0 - dy)),
        (texel(left, bottom), (1.0 - dx) * dy),
        (texel(right, bottom), dx * dy),
    ];
    std::array::from_fn(|channel| {
        corners.iter().map(|(c, weight)| f32::from(c[channel]) * weight / 255.0).sum()
    })
}

/// Both colours have their alpha multiplied in, as everything of egui has.
fn blend(pixel: &mut Rgba<u8>, colour: [f32; 4], texel: [f32; 4]) {
    let stays = 1.0 - colour[3] * texel[3] / 255.0;
    for channel in 0..3 {
        let value = colour[channel] * texel[channel] + f32::from(pixel[channel]) * stays;
        pixel[channel] = value.round().clamp(0.0, 255.0) as u8;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;

    fn white() -> ColorImage {
        ColorImage::filled([1, 1], Color32::WHITE)
    }

    fn picture_of(mesh: &Mesh, clip: Rect) -> RgbaImage {
        let mut picture = RgbaImage::from_pixel(8, 8, Rgba([0, 0, 0, 255]));
        paint(&mut picture, mesh, &white(), clip, 1.0);
        picture
    }

    #[test]
    fn two_triangles_of_a_rectangle_paint_every_pixel_once() {
        let mut mesh = Mesh::default();
        let half = Color32::from_rgba_premultiplied(100, 0, 0, 128);
        mesh.add_colored_rect(Rect::from_min_max(pos2(1.0, 2.0), pos2(6.0, 7.0)), half);
        let picture = picture_of(&mesh, Rect::EVERYTHING);
        for (x, y, pixel) in picture.enumerate_pixels() {
            let inside = (1..6).contains(&x) && (2..7).contains(&y);
            assert_eq!(pixel[0], if inside { 100 } else { 0 }, "{x} {y}");
        }
    }

    #[test]
    fn scissors_cut_and_colours_blend() {
        let mut mesh = Mesh::default();
        let all = Rect::from_min_max(pos2(-4.0, -4.0), pos2(40.0, 40.0));
        mesh.add_colored_rect(all, Color32::from_rgb(200, 0, 0));
        mesh.add_colored_rect(all, Color32::from_rgba_premultiplied(0, 100, 0, 128));
        let picture = picture_of(&mesh, Rect::from_min_max(pos2(0.0, 0.0), pos2(4.0, 8.0)));
        assert_eq!(picture.get_pixel(3, 3), &Rgba([100, 100, 0, 255]));
        assert_eq!(picture.get_pixel(4, 3), &Rgba([0, 0, 0, 255]));
    }

    #[test]
    fn textures_are_sampled_between_their_middles() {
        let mut texture = ColorImage::filled([2, 1], Color32::BLACK);
        texture.pixels[1] = Color32::WHITE;
        let grey = |u: f32| sample(&texture, pos2(u, 0.5))[0];
        assert_eq!((grey(0.0), grey(0.25), grey(0.5), grey(0.75), grey(1.0)), (0.0, 0.0, 0.5, 1.0, 1.0));
    }
}
