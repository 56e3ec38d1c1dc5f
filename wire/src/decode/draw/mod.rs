//! A received face as text for a terminal: pure, so that it can be tested and drawn anywhere.
//!
//! The face looks at the viewer: its left is on the right of the picture. Models that get only the vowels of VRM (`A`/`aa`
//! and so on) move their mouths too.

mod canvas;
mod mouth;
mod panel;

use super::ReceivedFace;
use super::received::unit;
use canvas::Canvas;
use mouth::Mouth;
use psivox_core::face::Shape;

/// Columns of the panel, and the smallest picture that has one.
const PANEL_COLUMNS: usize = 30;
const PANEL_FROM: usize = 56;
/// Largest picture.
const MOST_COLUMNS: usize = 400;
const MOST_LINES: usize = 200;

/// The picture: `height` lines of `width` characters.
pub fn draw(face: &ReceivedFace, width: usize, height: usize) -> String {
    draw_with(face, &[], width, height)
}

/// The picture, with lines of the caller's (rates, counts) at the end of the panel.
pub fn draw_with(face: &ReceivedFace, notes: &[String], width: usize, height: usize) -> String {
    let (width, height) = (width.clamp(1, MOST_COLUMNS), height.clamp(1, MOST_LINES));
    let mut canvas = Canvas::new(width, height);
    let panel = width >= PANEL_FROM;
    // The last line is for what is said.
    let room = (if panel { width - PANEL_COLUMNS } else { width }, height.saturating_sub(1));
    Sketch::new(face, room).draw(&mut canvas);
    if panel {
        for (line, text) in panel::lines(face, notes).iter().enumerate().take(height.saturating_sub(1)) {
            canvas.text((width - PANEL_COLUMNS + 1) as i32, line as i32, text, PANEL_COLUMNS - 1);
        }
    }
    canvas.text(0, height as i32 - 1, &subtitle(face), width);
    canvas.write()
}

/// A face's measures in cells.
struct Sketch<'a> {
    face: &'a ReceivedFace,
    /// Middle of the head, and half its width and height.
    middle: [i32; 2],
    half: [f32; 2],
    /// How far the features move as the head turns.
    turn: [i32; 2],
}

impl<'a> Sketch<'a> {
    fn new(face: &'a ReceivedFace, (columns, lines): (usize, usize)) -> Self {
        let (columns, lines) = (columns as f32, lines as f32);
        // A cell is about twice as high as wide.
        let tall = (0.46 * lines).min(0.22 * columns).max(1.0);
        let half = [1.8 * tall, tall];
        let [yaw, pitch, _] = face.head_deg.unwrap_or_default();
        let part = |angle: f32| (angle / 45.0).clamp(-1.0, 1.0);
        let turn =
            [(0.3 * half[0] * part(yaw)).round() as i32, (-0.25 * half[1] * part(pitch)).round() as i32];
        Self { face, middle: [(0.5 * columns) as i32, (0.5 * lines) as i32], half, turn }
    }

    /// A place on the face: 1 is the edge of the head.
    fn at(&self, x: f32, y: f32) -> [i32; 2] {
        let roll = self.face.head_deg.map_or(0.0, |angles| angles[2]).clamp(-45.0, 45.0).to_radians();
        let tilt = 0.5 * roll * y;
        [
            self.middle[0] + self.turn[0] + ((x - tilt) * self.half[0]).round() as i32,
            self.middle[1] + self.turn[1] + (y * self.half[1]).round() as i32,
        ]
    }

    fn draw(&self, canvas: &mut Canvas) {
        self.outline(canvas);
        for side in [Side::LEFT, Side::RIGHT] {
            self.brow(canvas, &side);
            self.eye(canvas, &side);
            self.cheek(canvas, &side);
        }
        self.nose(canvas);
        Mouth::of(self.face).draw(canvas, self.at(0.0, 0.5), self.half);
    }

    fn outline(&self, canvas: &mut Canvas) {
        for step in 0..720 {
            let (sine, cosine) = (step as f32 * 0.5).to_radians().sin_cos();
            let x = self.middle[0] + (self.half[0] * cosine).round() as i32;
            let y = self.middle[1] + (self.half[1] * sine).round() as i32;
            canvas.put(x, y, '·');
        }
    }

    fn brow(&self, canvas: &mut Canvas, side: &Side) {
        let down = self.face.get(side.brow_down);
        let inner = self.face.get(Shape::BrowInnerUp);
        let raised = self.face.get(side.brow_outer).max(inner) - down;
        let [x, y] = self.at(side.sign * 0.42, -0.5 - 0.16 * raised);
        let reach = (0.16 * self.half[0]).round().max(1.0) as i32;
        for offset in -reach..=reach {
            canvas.put(x + offset, y, '━');
        }
        // The inner end leads down in a frown and up in worry.
        let left_on_screen = side.sign < 0.0;
        let end = if left_on_screen { x + reach } else { x - reach };
        if down > 0.3 {
            canvas.put(end, y, if left_on_screen { '╲' } else { '╱' });
        } else if inner > 0.3 {
            canvas.put(end, y, if left_on_screen { '╱' } else { '╲' });
        }
    }

    fn eye(&self, canvas: &mut Canvas, side: &Side) {
        let get = |shape| self.face.get(shape);
        let [x, y] = self.at(side.sign * 0.42, -0.2);
        let reach = (0.16 * self.half[0]).round().max(1.0) as i32;
        let blink = get(side.blink).max(clip(self.face, side.blink_clips));
        let squint = get(side.squint);
        let shut = blink > 0.7;
        let half_shut = blink > 0.35 || squint > 0.5;
        for offset in -reach..=reach {
            canvas.put(
                x + offset,
                y,
                if shut {
                    '─'
                } else if half_shut {
                    '▁'
                } else {
                    ' '
                },
            );
        }
        if shut {
            return;
        }
        canvas.put(x - reach, y, '(');
        canvas.put(x + reach, y, ')');
        if get(side.wide) > 0.3 {
            for offset in 1 - reach..reach {
                canvas.put(x + offset, y - 1, '_');
            }
        }
        // Outwards is away from the nose, which is to the person's own side.
        let across = side.sign * (get(side.look_out) - get(side.look_in));
        let pupil = (across * (reach - 1).max(0) as f32).round() as i32;
        let lift = get(side.look_up) - get(side.look_down);
        let letter = if lift > 0.35 {
            '°'
        } else if lift < -0.35 {
            '.'
        } else {
            '●'
        };
        canvas.put(x + pupil, y, letter);
    }

    fn cheek(&self, canvas: &mut Canvas, side: &Side) {
        let [x, y] = self.at(side.sign * 0.68, 0.22);
        if self.face.get(Shape::CheekPuff) > 0.3 {
            canvas.put(x, y, if side.sign < 0.0 { '(' } else { ')' });
        } else if self.face.get(side.cheek) > 0.3 {
            canvas.put(x, y, '~');
        }
    }

    fn nose(&self, canvas: &mut Canvas) {
        let sneer = self.face.get(Shape::NoseSneerLeft).max(self.face.get(Shape::NoseSneerRight));
        let [x, y] = self.at(0.0, 0.12);
        canvas.put(x, y, if sneer > 0.3 { '^' } else { 'v' });
    }
}

/// The shapes of one half of the face.
struct Side {
    /// 1 on the right of the picture.
    sign: f32,
    brow_down: Shape,
    brow_outer: Shape,
    blink: Shape,
    blink_clips: &'static [&'static str],
    squint: Shape,
    wide: Shape,
    look_out: Shape,
    look_in: Shape,
    look_up: Shape,
    look_down: Shape,
    cheek: Shape,
}

impl Side {
    const LEFT: Self = Self {
        sign: 1.0,
        brow_down: Shape::BrowDownLeft,
        brow_outer: Shape::BrowOuterUpLeft,
        blink: Shape::EyeBlinkLeft,
        blink_clips: &["Blink", "blink", "Blink_L", "blinkLeft"],
        squint: Shape::EyeSquintLeft,
        wide: Shape::EyeWideLeft,
        look_out: Shape::EyeLookOutLeft,
        look_in: Shape::EyeLookInLeft,
        look_up: Shape::EyeLookUpLeft,
        look_down: Shape::EyeLookDownLeft,
        cheek: Shape::CheekSquintLeft,
    };
    const RIGHT: Self = Self {
        sign: -1.0,
        brow_down: Shape::BrowDownRight,
        brow_outer: Shape::BrowOuterUpRight,
        blink: Shape::EyeBlinkRight,
        blink_clips: &["Blink", "blink", "Blink_R", "blinkRight"],
        squint: Shape::EyeSquintRight,
        wide: Shape::EyeWideRight,
        look_out: Shape::EyeLookOutRight,
        look_in: Shape::EyeLookInRight,
        look_up: Shape::EyeLookUpRight,
        look_down: Shape::EyeLookDownRight,
        cheek: Shape::CheekSquintRight,
    };
}

/// Sum of clips in 0..=1.
fn clip(face: &ReceivedFace, names: &[&str]) -> f32 {
    unit(names.iter().filter_map(|name| face.clips.get(*name)).sum::<f32>())
}

/// The line with the word in brackets, or what there is of them.
fn subtitle(face: &ReceivedFace) -> String {
    match (&face.said.line, &face.said.word) {
        (Some(line), Some(word)) => format!("{line}  [{word}]"),
        (Some(text), None) | (None, Some(text)) => text.clone(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn face(shapes: &[(Shape, f32)]) -> ReceivedFace {
        let mut face = ReceivedFace::default();
        for (shape, value) in shapes {
            face.set(*shape, *value);
        }
        face
    }

    /// Lines of the lower half, where the mouth is.
    fn mouth(face: &ReceivedFace) -> String {
        let picture = draw(face, 50, 24);
        picture.lines().skip(14).collect::<Vec<_>>().join("\n")
    }

    use Shape::*;

    #[test]
    fn mouths_can_be_told_apart() {
        let closed = mouth(&face(&[(JawOpen, 0.0)]));
        let open = mouth(&face(&[(JawOpen, 0.4)]));
        let rounded = mouth(&face(&[(JawOpen, 0.1), (MouthPucker, 0.8)]));
        let spread = mouth(&face(&[(JawOpen, 0.08), (MouthStretchLeft, 0.8), (MouthStretchRight, 0.8)]));
        let all = [&closed, &open, &rounded, &spread];
        for (index, one) in all.iter().enumerate() {
            assert!(all[..index].iter().all(|other| other != one), "{one}");
        }
        assert!(closed.contains("╶─") && closed.contains("─╴"), "{closed}");
        assert!(open.contains("╭─") && open.contains("╰─") && open.contains('│'), "{open}");
        assert!(rounded.contains('(') && rounded.contains(')'), "{rounded}");
        assert!(spread.contains('=') || spread.contains('═'), "{spread}");
        let width = |picture: &str| {
            let signs = |letter: char| "╶─╴(o)<=>│╭╮".contains(letter);
            picture.lines().map(|line| line.chars().filter(|letter| signs(*letter)).count()).max()
        };
        assert!(width(&rounded) < width(&closed) && width(&closed) < width(&spread), "{rounded}\n{spread}");
    }

    #[test]
    fn closing_the_lips_hides_the_open_jaw() {
        assert_eq!(mouth(&face(&[(JawOpen, 0.3), (MouthClose, 0.3)])), mouth(&face(&[(JawOpen, 0.0)])));
        assert!(mouth(&face(&[(JawOpen, 0.5), (TongueOut, 0.9)])).contains('~'));
        assert!(mouth(&face(&[(MouthSmileLeft, 0.9), (MouthSmileRight, 0.9)])).contains('╰'));
        assert!(mouth(&face(&[(MouthFrownLeft, 0.9), (MouthFrownRight, 0.9)])).contains('╭'));
    }

    #[test]
    fn vowels_alone_move_the_mouth() {
        let mut only_clips = ReceivedFace::default();
        only_clips.clips.insert("aa".to_owned(), 1.0);
        assert!(mouth(&only_clips).contains('│'));
    }

    #[test]
    fn eyes_brows_and_head_move() {
        let rest = draw(&face(&[]), 50, 24);
        assert_eq!(rest.matches('●').count(), 2);
        let shut = draw(&face(&[(EyeBlinkLeft, 1.0), (EyeBlinkRight, 1.0)]), 50, 24);
        assert!(!shut.contains('●'));
        let column = |picture: &str| {
            let line = picture.lines().find(|line| line.contains('●')).expect("eyes").to_owned();
            line.chars().position(|letter| letter == '●').expect("a pupil")
        };
        let to_left = draw(&face(&[(EyeLookOutLeft, 1.0), (EyeLookInRight, 1.0)]), 50, 24);
        assert!(column(&to_left) > column(&rest), "the person's left is on the right");
        let row = |picture: &str| picture.lines().position(|line| line.contains('━')).expect("brows");
        let raised = draw(&face(&[(BrowOuterUpLeft, 1.0), (BrowOuterUpRight, 1.0)]), 50, 24);
        let lowered = draw(&face(&[(BrowDownLeft, 1.0), (BrowDownRight, 1.0)]), 50, 24);
        assert!(row(&raised) < row(&rest) && row(&rest) < row(&lowered));
        let mut turned = face(&[]);
        turned.head_deg = Some([40.0, 0.0, 0.0]);
        assert!(column(&draw(&turned, 50, 24)) > column(&rest));
    }

    #[test]
    fn the_panel_tells_the_strongest_and_what_is_said() {
        let mut full = face(&[(JawOpen, 0.5), (CheekPuff, 0.25)]);
        full.said.line = Some("Good day".to_owned());
        full.said.word = Some("day".to_owned());
        full.emotion.insert("happy".to_owned(), 0.5);
        full.applied = 7;
        let picture = draw_with(&full, &["60.0 faces/s".to_owned()], 90, 24);
        for expected in
            ["jawOpen           █████░░░░░", "happy +0.50", "faces 7", "60.0 faces/s", "Good day  [day]"]
        {
            assert!(picture.contains(expected), "{expected}\n{picture}");
        }
        assert!(picture.find("jawOpen") < picture.find("cheekPuff"));
    }

    #[test]
    fn every_size_is_kept_whatever_comes() {
        let mut wild = face(&[]);
        wild.shapes =
            std::array::from_fn(|index| Some([f32::NAN, 1e30, -1e30, f32::INFINITY, 0.7][index % 5]));
        wild.head_deg = Some([f32::NAN, 1e30, f32::NEG_INFINITY]);
        wild.said.line = Some("日本\u{1b}[2J\n".repeat(50));
        wild.clips.insert("x".repeat(60), f32::NAN);
        for face in [&wild, &face(&[(JawOpen, 1.0), (MouthPucker, 1.0)])] {
            for width in (20..=200).step_by(3) {
                for height in (10..=60).step_by(5) {
                    let picture = draw(face, width, height);
                    assert_eq!(picture.lines().count(), height);
                    assert!(picture.lines().all(|line| line.chars().count() == width), "{width}x{height}");
                    assert!(!picture.contains('\u{1b}'));
                }
            }
        }
        assert_eq!(draw(&wild, 0, 0).chars().count(), 1);
    }
}
