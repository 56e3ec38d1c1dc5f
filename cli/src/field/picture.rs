//! A portrait of the field as a picture: couplings, phases, order and energy. SVG, which needs no fonts to be made.

use super::portrait::{CouplingNote, Portrait};
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::f64::consts::PI;
use std::ops::Range;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type OverSpeech<'a, 'b> = ChartContext<'b, SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;

const WIDTH: u32 = 1400;
const HEIGHT: u32 = 1200;
const INK: RGBColor = RGBColor(33, 37, 41);
const FAINT: RGBColor = RGBColor(134, 142, 150);
const RULE: RGBColor = RGBColor(222, 226, 230);
const ALARM: RGBColor = RGBColor(224, 49, 49);

/// Order parameters by name, label and colour (Okabe and Ito's, told apart by everybody).
const ORDERS: [(&str, &str, RGBColor); 4] = [
    ("R.micro", "micro (transients)", RGBColor(86, 180, 233)),
    ("R.meso", "meso (syllables)", RGBColor(0, 114, 178)),
    ("R.macro", "macro (phrases)", RGBColor(0, 158, 115)),
    ("R.voice_face", "voice and face", RGBColor(213, 94, 0)),
];

/// Phases against each other: across, up, colour.
const PAIRS: [(&str, &str, RGBColor); 3] = [
    ("syllable", "jaw", RGBColor(0, 114, 178)),
    ("stress", "nod", RGBColor(213, 94, 0)),
    ("stress", "brow", RGBColor(0, 158, 115)),
];

/// The picture as the text of an SVG file.
///
/// # Errors
/// What the drawing says.
pub fn draw(portrait: &Portrait) -> Result<String, String> {
    let mut svg = String::new();
    {
        let root = SVGBackend::with_string(&mut svg, (WIDTH, HEIGHT)).into_drawing_area();
        panels(&root, portrait).and_then(|()| root.present()).map_err(|error| error.to_string())?;
    }
    Ok(svg)
}

fn panels(root: &Area, portrait: &Portrait) -> Drawn {
    root.fill(&WHITE)?;
    let root = root.margin(16, 16, 20, 20);
    let (head, rest) = root.split_vertically(58);
    write_at(&head, &format!("Field \u{201c}{}\u{201d}", portrait.field), (0, 0), 24.0, &INK)?;
    let said = format!("{} says: {}", portrait.persona, shortened(&portrait.text, 140));
    write_at(&head, &said, (0, 31), 15.0, &FAINT)?;
    let (top, bottom) = rest.split_vertically(560);
    let (left, right) = top.split_horizontally(930);
    matrix(&left, &portrait.couplings)?;
    write_at(&right, "Phases: who moves with whom", (30, 0), 17.0, &INK)?;
    for (area, pair) in right.margin(34, 8, 30, 0).split_evenly((3, 1)).iter().zip(PAIRS) {
        phases(area, portrait, pair)?;
    }
    let (order_area, energy_area) = bottom.margin(14, 0, 0, 0).split_vertically(300);
    order(&order_area, portrait)?;
    energy(&energy_area, portrait)
}

fn shortened(text: &str, most: usize) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.chars().count() <= most {
        return text;
    }
    text.chars().take(most - 1).chain(['\u{2026}']).collect()
}

fn font(size: f64, colour: &RGBColor) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(colour)
}

fn write_at(area: &Area, text: &str, at: (i32, i32), size: f64, colour: &RGBColor) -> Drawn {
    area.draw_text(text, &font(size, colour), at)
}

/// Names in the order of their first appearance.
fn axis(names: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut seen = Vec::new();
    for name in names {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

/// From white to blue for what attracts, to red for what repels; by the root, so that weak couplings are seen.
fn shade(k: f32) -> RGBColor {
    let share = (k.abs() / 1.6).min(1.0).sqrt();
    let (red, green, blue) = if k < 0.0 { (201.0, 42.0, 42.0) } else { (24.0, 100.0, 171.0) };
    let mix = |full: f32| (255.0 + (full - 255.0) * share) as u8;
    RGBColor(mix(red), mix(green), mix(blue))
}

fn matrix(area: &Area, couplings: &[CouplingNote]) -> Drawn {
    write_at(area, "Couplings K: the row follows the column", (0, 0), 17.0, &INK)?;
    write_at(
        area,
        "share of the row's own rate; an arrow leads to what was learned",
        (330, 3),
        13.0,
        &FAINT,
    )?;
    let (rows, columns) =
        (axis(couplings.iter().map(|c| c.target)), axis(couplings.iter().map(|c| c.source)));
    let (x0, y0) = (104, 54);
    let (width, height) = area.dim_in_pixel();
    let cell_w = (width as i32 - x0 - 4) / columns.len().max(1) as i32;
    let cell_h = ((height as i32 - y0 - 20) / rows.len().max(1) as i32).min(40);
    let place = |row: usize, column: usize| (x0 + column as i32 * cell_w, y0 + row as i32 * cell_h);
    let right = font(14.0, &INK).pos(anchor(HPos::Right, VPos::Center));
    let above = font(14.0, &INK).pos(anchor(HPos::Center, VPos::Bottom));
    for (index, name) in rows.iter().enumerate() {
        let (x, y) = place(index, 0);
        area.draw_text(&readable(name), &right, (x - 8, y + cell_h / 2))?;
    }
    for (index, name) in columns.iter().enumerate() {
        let (x, y) = place(0, index);
        area.draw_text(&readable(name), &above, (x + cell_w / 2, y - 5))?;
    }
    for (row, target) in rows.iter().enumerate() {
        for (column, source) in columns.iter().enumerate() {
            let known = couplings.iter().find(|c| c.target == *target && c.source == *source);
            let (x, y) = place(row, column);
            let corners = [(x + 1, y + 1), (x + cell_w - 1, y + cell_h - 1)];
            let colour = known.map_or(RGBColor(250, 251, 252), |coupling| shade(coupling.k));
            area.draw(&Rectangle::new(corners, colour.filled()))?;
            if let Some(coupling) = known {
                cell(area, coupling, (x + cell_w / 2, y + cell_h / 2))?;
            }
        }
    }
    Ok(())
}

fn cell(area: &Area, coupling: &CouplingNote, at: (i32, i32)) -> Drawn {
    let ink = if coupling.k.abs() > 0.45 { WHITE } else { INK };
    let middle = anchor(HPos::Center, VPos::Center);
    let learned = coupling.k_learned.filter(|learned| (learned - coupling.k).abs() >= 0.005);
    let text = match learned {
        Some(learned) => format!("{:.2} \u{2192} {learned:.2}", coupling.k),
        None => format!("{:.2}", coupling.k),
    };
    area.draw_text(&text, &font(13.0, &ink).pos(middle), at)
}

fn anchor(horizontal: HPos, vertical: VPos) -> Pos {
    Pos::new(horizontal, vertical)
}

fn readable(name: &str) -> String {
    name.replace('_', " ")
}

/// One phase against another in a square, words beside it: a line along the diagonal is locking, its place below it lag.
fn phases(area: &Area, portrait: &Portrait, (across, up, colour): (&str, &str, RGBColor)) -> Drawn {
    let values = |role: &str| portrait.series(&format!("theta.{role}")).iter().map(|theta| f64::from(*theta));
    let (locking, lag_rad) = locking(values(across), values(up));
    let side = area.dim_in_pixel().1.saturating_sub(18);
    let (square, words) = area.split_horizontally(side + 30);
    let lines =
        [(format!("{up} against {across}"), 16.0, INK), (format!("locked to {locking:.2}"), 14.0, colour)];
    let way = if lag_rad >= 0.0 { "behind" } else { "ahead" };
    let lag = (format!("{:.0}\u{b0} {way} on average", lag_rad.abs().to_degrees()), 14.0, FAINT);
    for (row, (text, size, ink)) in lines.into_iter().chain([lag]).enumerate() {
        write_at(&words, &text, (14, side as i32 / 2 - 32 + 24 * row as i32), size, &ink)?;
    }
    let frame = [(26, 0), (26 + side as i32, side as i32)];
    square.draw(&Rectangle::new(frame, RULE))?;
    let place = |across: f64, up: f64| {
        let share = |theta: f64| (theta + PI) / (2.0 * PI) * f64::from(side);
        (26 + share(across) as i32, (f64::from(side) - share(up)) as i32)
    };
    square.draw(&PathElement::new(vec![place(-PI, -PI), place(PI, PI)], FAINT))?;
    for (text, at) in [("-\u{3c0}", -PI + 0.15), ("0", 0.0), ("\u{3c0}", PI - 0.15)] {
        let (x, y) = place(at, at);
        let (below, left) = (anchor(HPos::Center, VPos::Top), anchor(HPos::Right, VPos::Center));
        square.draw_text(text, &font(12.0, &FAINT).pos(below), (x, side as i32 + 3))?;
        square.draw_text(text, &font(12.0, &FAINT).pos(left), (21, y))?;
    }
    for (across, up) in values(across).zip(values(up)) {
        square.draw(&Circle::new(place(across, up), 2, colour.mix(0.45).filled()))?;
    }
    Ok(())
}

/// Phase-locking value, 0..=1 (Lachaux et al. 1999), and how far `b` is behind `a` on average, in rad.
fn locking(a: impl Iterator<Item = f64>, b: impl Iterator<Item = f64>) -> (f64, f64) {
    let (re, im, count) = a.zip(b).fold((0.0, 0.0, 0.0), |(re, im, count), (a, b)| {
        (re + (a - b).cos(), im + (a - b).sin(), count + 1.0)
    });
    (f64::hypot(re, im) / f64::max(count, 1.0), f64::atan2(im, re))
}

fn over_time(portrait: &Portrait, name: &str) -> Vec<(f64, f64)> {
    let rate_hz = f64::from(portrait.rate_hz);
    let values = portrait.series(name).iter().enumerate();
    values.map(|(index, value)| (index as f64 / rate_hz, f64::from(*value))).collect()
}

/// Axes over the time of the speech.
fn over_speech<'a, 'b>(
    area: &'b Area<'a>,
    portrait: &Portrait,
    range: Range<f64>,
    label: &dyn Fn(&f64) -> String,
) -> Result<OverSpeech<'a, 'b>, DrawingAreaErrorKind<std::io::Error>> {
    let mut chart = ChartBuilder::on(area)
        .margin_top(26)
        .margin_right(8)
        .x_label_area_size(22)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..portrait.speech_s.max(0.1), range)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(RULE)
        .axis_style(FAINT)
        .y_labels(6)
        .label_style(font(13.0, &FAINT))
        .y_label_formatter(label)
        .x_label_formatter(&|s| format!("{s:.1} s"))
        .draw()?;
    Ok(chart)
}

fn order(area: &Area, portrait: &Portrait) -> Drawn {
    write_at(area, "Order R: how much the oscillators agree", (0, 0), 17.0, &INK)?;
    for (index, (_, label, colour)) in ORDERS.iter().enumerate() {
        let x = 520 + 190 * index as i32;
        area.draw(&Rectangle::new([(x, 9), (x + 18, 12)], colour.filled()))?;
        write_at(area, label, (x + 24, 3), 14.0, &INK)?;
    }
    let mut chart = over_speech(area, portrait, 0.0..1.12, &|r| format!("{r:.1}"))?;
    let words = portrait.words.iter();
    chart.draw_series(words.map(|(s, _)| PathElement::new(vec![(*s, 0.0), (*s, 1.12)], RULE)))?;
    for (name, _, colour) in ORDERS {
        // The fastest of them flickers with the phones: a thin line keeps it behind the others.
        let stroke = if name == "R.micro" { 1 } else { 3 };
        chart.draw_series(LineSeries::new(over_time(portrait, name), colour.stroke_width(stroke)))?;
    }
    let label = |(s, word): &(f64, String)| {
        EmptyElement::at((*s, 1.12)) + Text::new(word.clone(), (3, 1), font(12.0, &FAINT))
    };
    chart.draw_series(apart(&portrait.words, portrait.speech_s).into_iter().map(label)).map(|_| ())
}

/// The words whose labels have room: of two that would run into each other the longer one says more.
fn apart(words: &[(f64, String)], speech_s: f64) -> Vec<&(f64, String)> {
    let px_per_s = f64::from(WIDTH - 100) / speech_s.max(0.1);
    let width_px = |word: &str| 6.5 * word.chars().count() as f64 + 4.0;
    let mut kept: Vec<&(f64, String)> = Vec::new();
    for word in words {
        match kept.last() {
            Some((start_s, before)) if (word.0 - start_s) * px_per_s < width_px(before) => {
                if word.1.chars().count() > before.chars().count() {
                    kept.pop();
                    kept.push(word);
                }
            }
            _ => kept.push(word),
        }
    }
    kept
}

fn energy(area: &Area, portrait: &Portrait) -> Drawn {
    write_at(area, "Energy V in rad/s: low where the field has its way", (0, 0), 17.0, &INK)?;
    let note = match portrait.surprises.len() {
        0 => "no surprise".to_owned(),
        1 => "1 surprise".to_owned(),
        count => format!("{count} surprises"),
    };
    let colour = if portrait.surprises.is_empty() { FAINT } else { ALARM };
    write_at(area, &note, (520, 3), 14.0, &colour)?;
    let line = over_time(portrait, "V");
    let (low, high) = line.iter().fold((0.0f64, 0.1f64), |(a, b), (_, v)| (a.min(*v), b.max(*v)));
    let room = 0.12 * (high - low);
    let mut chart = over_speech(area, portrait, low - room..high + room, &|v| format!("{v:.0}"))?;
    chart.draw_series(AreaSeries::new(line.clone(), low - room, ORDERS[1].2.mix(0.12)))?;
    chart.draw_series(LineSeries::new(line, ORDERS[1].2.stroke_width(2)))?;
    let marks = portrait.surprises.iter();
    let bar = |s: f64| PathElement::new(vec![(s, low - room), (s, high + room)], ALARM.stroke_width(2));
    chart.draw_series(marks.clone().map(|event| bar(event.time_s)))?;
    let label = |event: &super::portrait::SurpriseNote| {
        let text = format!("{} \u{3b5} {:.1} > \u{3c4} {:.1}", event.source, event.epsilon, event.tau);
        EmptyElement::at((event.time_s, high + room)) + Text::new(text, (5, 2), font(13.0, &ALARM))
    };
    chart.draw_series(marks.map(label)).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_tell_strength_and_sign() {
        assert_eq!(shade(0.0), RGBColor(255, 255, 255));
        assert!(shade(0.1).0 > shade(1.0).0 && shade(1.0).2 > shade(1.0).0);
        assert!(shade(-1.0).0 > shade(-1.0).2);
    }

    #[test]
    fn locking_is_one_at_any_constant_lag() {
        let turn = |hz: f64, lag: f64| {
            (0..500).map(move |i| std::f64::consts::TAU * hz * f64::from(i) / 100.0 + lag)
        };
        let (locked, lag_rad) = locking(turn(4.0, 0.0), turn(4.0, -0.7));
        assert!((locked - 1.0).abs() < 1e-12 && (lag_rad - 0.7).abs() < 1e-12);
        assert!(locking(turn(4.0, 0.0), turn(5.0, 0.0)).0 < 1e-9);
    }

    #[test]
    fn labels_do_not_run_into_each_other() {
        let words = [(0.0, "every".to_owned()), (0.1, "a".to_owned()), (1.0, "stress".to_owned())];
        let kept: Vec<&str> = apart(&words, 10.0).into_iter().map(|(_, word)| word.as_str()).collect();
        assert_eq!(kept, ["every", "stress"]);
        let words = [(0.0, "the".to_owned()), (0.1, "voice".to_owned())];
        assert_eq!(apart(&words, 10.0), [&words[1]]);
    }

    #[test]
    fn long_texts_are_shortened() {
        assert_eq!(shortened("a\n b", 10), "a b");
        assert_eq!(shortened("abcdef", 4), "abc\u{2026}");
    }
}
