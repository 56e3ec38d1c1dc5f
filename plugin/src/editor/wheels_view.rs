//! One wheel for each band: every oscillator's phase as a point, the mean of all as an arrow.

use super::theme::{self, Palette};
use crate::scope_tap::FieldPicture;
use egui::{
    Align2, Painter, Pos2, Rect, Response, Role as Kind, Sense, Shape, Stroke, Ui, Vec2, WidgetInfo, vec2,
};
use psivox_core::field::{Band, Role, SLOTS};

/// A deviation of the micro band that reaches the rim: what reads it is in nepers.
const MICRO_FULL: f32 = 0.5;

/// Shows the wheels of micro, meso and macro beside each other in `size`; `order` is R of each.
pub fn show(ui: &mut Ui, picture: &FieldPicture, order: [f32; 3], size: Vec2) -> Response {
    let (rect, response) = ui.allocate_exact_size(size, Sense::hover());
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(Kind::Image, true, "Phases");
        info.current_text_value =
            Some(format!("order: micro {:.2}, meso {:.2}, macro {:.2}", order[0], order[1], order[2]));
        info
    });
    let palette = theme::palette(ui);
    let painter = ui.painter_at(rect);
    let third = vec2(rect.width() / 3.0, rect.height());
    for (index, band) in Band::ALL.into_iter().enumerate() {
        let place =
            Rect::from_min_size(rect.min + vec2(index as f32 * third.x, 0.0), third).shrink2(vec2(3.0, 0.0));
        wheel(&painter, place, band, picture, order[index], palette);
    }
    let hot = response.hover_pos().and_then(|pointer| role_at(rect, picture, pointer));
    response.on_hover_text_at_pointer(match hot {
        Some(role) => {
            let (theta, size) = picture.slow[role as usize];
            let what = if role.is_of_the_face() { "face" } else { "voice" };
            format!("{} ({what}): {:.0}\u{b0}, amplitude {size:.2}", role.name(), theta.to_degrees())
        }
        None => "Phase 0 is up and phases turn clockwise; the farther out, the stronger. The arrow is the mean: as long as the band is ordered"
            .to_owned(),
    })
}

fn wheel(painter: &Painter, place: Rect, band: Band, picture: &FieldPicture, order: f32, palette: &Palette) {
    let (center, radius) = hub(place);
    painter.circle_filled(center, radius, palette.well);
    painter.circle_stroke(center, radius, Stroke::new(1.0, palette.line));
    painter.circle_stroke(center, 0.5 * radius, Stroke::new(1.0, palette.line.gamma_multiply(0.6)));
    painter.vline(
        center.x,
        center.y - radius - 3.0..=center.y - radius + 3.0,
        Stroke::new(1.5, palette.muted),
    );
    let named: Vec<Role> = Role::ALL.into_iter().filter(|role| role.band() == band).collect();
    for (theta, size) in oscillators(picture, band) {
        painter.circle_filled(on(center, radius * size, theta), 2.0, palette.muted.gamma_multiply(0.65));
    }
    let font = theme::font(theme::size::TINY);
    let mut written: Vec<Rect> = Vec::new();
    for role in named {
        let (theta, size) = picture.slow[role as usize];
        if picture.used & (1 << role as usize) == 0 {
            continue;
        }
        let at = on(center, radius * size.clamp(0.0, 1.0), theta);
        // Voice is round, face is square.
        if role.is_of_the_face() {
            painter.rect_filled(Rect::from_center_size(at, Vec2::splat(7.0)), 1.0, palette.field);
        } else {
            painter.circle_filled(at, 4.0, palette.voice);
        }
        // Towards the middle, where there is room.
        let away = if at.x < center.x { (Align2::LEFT_CENTER, 6.0) } else { (Align2::RIGHT_CENTER, -6.0) };
        let galley = painter.layout_no_wrap(role.name().to_owned(), font.clone(), palette.text);
        let label = away.0.anchor_size(at + vec2(away.1, 0.0), galley.size());
        let label = label.translate(vec2(
            (place.left() - label.left()).max(0.0) + (place.right() - label.right()).min(0.0),
            0.0,
        ));
        // A name that would lie on another is left to the tooltip.
        if size > 0.15 && radius > 45.0 && written.iter().all(|other| !other.intersects(label)) {
            painter.galley(label.min, galley, palette.text);
            written.push(label);
        }
    }
    let mean = mean(picture, band);
    let length = mean[0].hypot(mean[1]);
    if length > 1e-3 {
        let order = if order.is_finite() { order.clamp(0.0, 1.0) } else { 0.0 };
        let tip = center + radius * order * vec2(mean[1], -mean[0]) / length;
        arrow(painter, center, tip, palette);
    }
    let words = format!("{}  R {order:.2}", band.name());
    painter.text(
        place.center_bottom(),
        Align2::CENTER_BOTTOM,
        words,
        theme::font(theme::size::SMALL),
        palette.text,
    );
}

fn arrow(painter: &Painter, from: Pos2, to: Pos2, palette: &Palette) {
    let way = to - from;
    painter.line_segment([from, to], Stroke::new(2.5, palette.text));
    if way.length() > 8.0 {
        let (along, aside) = (way.normalized() * 7.0, way.normalized().rot90() * 4.0);
        let head = vec![to, to - along + aside, to - along - aside];
        painter.add(Shape::convex_polygon(head, palette.text, Stroke::NONE));
    }
}

/// Middle and radius of a wheel in its place; below it is a line of text.
fn hub(place: Rect) -> (Pos2, f32) {
    let radius = (0.5 * place.width().min(place.height() - 18.0) - 5.0).max(4.0);
    (place.center() - vec2(0.0, 9.0), radius)
}

/// Phase 0 is up, a growing phase goes clockwise.
fn on(center: Pos2, radius: f32, theta: f32) -> Pos2 {
    center + radius * vec2(theta.sin(), -theta.cos())
}

/// Phase and amplitude, 0..=1, of the band's oscillators without a name.
fn oscillators(picture: &FieldPicture, band: Band) -> Vec<(f32, f32)> {
    if band == Band::Micro {
        let modes = &picture.micro[..usize::from(picture.micro_count).min(picture.micro.len())];
        return modes
            .iter()
            .map(|(theta, size)| (*theta, (size / MICRO_FULL).sqrt().clamp(0.0, 1.0)))
            .collect();
    }
    let named = |slot: usize| Role::ALL.into_iter().any(|role| role as usize == slot);
    let in_band = |slot: usize| (slot < psivox_core::field::MESO_CAPACITY) == (band == Band::Meso);
    (0..SLOTS)
        .filter(|slot| picture.used & (1 << slot) != 0 && !named(*slot) && in_band(*slot))
        .map(|slot| (picture.slow[slot].0, picture.slow[slot].1.clamp(0.0, 1.0)))
        .collect()
}

/// Mean of `r e^{i theta}` of a band, [cos, sin]; the meso band's is that of its population.
fn mean(picture: &FieldPicture, band: Band) -> [f32; 2] {
    let mut all = oscillators(picture, band);
    if band == Band::Macro {
        all.extend(
            Role::ALL.into_iter().filter(|role| role.band() == band).map(|role| picture.slow[role as usize]),
        );
    }
    let count = all.len().max(1) as f32;
    let sum =
        all.iter().fold([0.0, 0.0], |[x, y], (theta, size)| [x + size * theta.cos(), y + size * theta.sin()]);
    sum.map(|axis| axis / count)
}

/// The named oscillator under the pointer.
fn role_at(rect: Rect, picture: &FieldPicture, pointer: Pos2) -> Option<Role> {
    let third = vec2(rect.width() / 3.0, rect.height());
    Role::ALL
        .into_iter()
        .filter(|role| picture.used & (1 << *role as usize) != 0)
        .map(|role| {
            let index = role.band() as usize as f32;
            let place =
                Rect::from_min_size(rect.min + vec2(index * third.x, 0.0), third).shrink2(vec2(3.0, 0.0));
            let (center, radius) = hub(place);
            let (theta, size) = picture.slow[role as usize];
            (on(center, radius * size.clamp(0.0, 1.0), theta).distance(pointer), role)
        })
        .filter(|(apart, _)| *apart < 9.0)
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, role)| role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use egui::pos2;
    use std::f32::consts::FRAC_PI_2;

    fn picture() -> FieldPicture {
        let mut picture = FieldPicture::NONE;
        for slot in [Role::Jaw as usize, 20, 21] {
            picture.slow[slot] = (FRAC_PI_2, 1.0);
            picture.used |= 1 << slot;
        }
        picture
    }

    #[test]
    fn phases_go_clockwise_from_the_top() {
        let center = pos2(100.0, 100.0);
        assert!((on(center, 50.0, 0.0) - pos2(100.0, 50.0)).length() < 1e-3);
        assert!((on(center, 50.0, FRAC_PI_2) - pos2(150.0, 100.0)).length() < 1e-3);
    }

    #[test]
    fn the_mean_is_that_of_the_population() {
        let picture = picture();
        assert_eq!(oscillators(&picture, Band::Meso).len(), 2, "the named one is drawn by itself");
        let [cos, sin] = mean(&picture, Band::Meso);
        assert!(cos.abs() < 1e-6 && (sin - 1.0).abs() < 1e-6);
        assert_eq!(mean(&FieldPicture::NONE, Band::Micro), [0.0, 0.0]);
    }

    #[test]
    fn the_pointer_finds_a_role() {
        let rect = Rect::from_min_size(pos2(0.0, 0.0), vec2(600.0, 220.0));
        let (center, radius) =
            hub(Rect::from_min_size(pos2(200.0, 0.0), vec2(200.0, 220.0)).shrink2(vec2(3.0, 0.0)));
        assert_eq!(role_at(rect, &picture(), on(center, radius, FRAC_PI_2)), Some(Role::Jaw));
        assert_eq!(role_at(rect, &picture(), center), None);
    }
}
