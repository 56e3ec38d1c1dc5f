//! The mouth of the drawn face.

use super::{Canvas, clip};
use crate::decode::ReceivedFace;
use crate::moment::aperture;
use psivox_core::face::Shape;

/// What the mouth does, each 0..=1; `smile` is negative in a frown.
pub(super) struct Mouth {
    open: f32,
    round: f32,
    spread: f32,
    smile: f32,
    tongue: f32,
    aside: f32,
}

impl Mouth {
    pub(super) fn of(face: &ReceivedFace) -> Self {
        let get = |shape| face.get(shape);
        let pair = |left, right| 0.5 * (get(left) + get(right));
        let smile = pair(Shape::MouthSmileLeft, Shape::MouthSmileRight);
        let stretch = pair(Shape::MouthStretchLeft, Shape::MouthStretchRight);
        let parted = 0.3
            * (pair(Shape::MouthLowerDownLeft, Shape::MouthLowerDownRight)
                + pair(Shape::MouthUpperUpLeft, Shape::MouthUpperUpRight));
        let mut open = aperture(get(Shape::JawOpen), get(Shape::MouthClose)) + parted;
        let mut round = get(Shape::MouthPucker).max(get(Shape::MouthFunnel));
        let mut spread = stretch.max(smile);
        if face.shapes[Shape::JawOpen as usize].is_none() {
            let [a, i, u, e, o] = [["A", "aa"], ["I", "ih"], ["U", "ou"], ["E", "ee"], ["O", "oh"]]
                .map(|names| clip(face, &names));
            open = open.max(a + 0.6 * o + 0.5 * e + 0.2 * u + 0.1 * i);
            round = round.max(u.max(o));
            spread = spread.max(i.max(e));
        }
        Self {
            open: open.clamp(0.0, 1.0),
            round: round.clamp(0.0, 1.0),
            spread: spread.clamp(0.0, 1.0) * (1.0 - round.clamp(0.0, 1.0)),
            smile: smile - pair(Shape::MouthFrownLeft, Shape::MouthFrownRight),
            tongue: get(Shape::TongueOut),
            aside: get(Shape::MouthLeft) - get(Shape::MouthRight) + get(Shape::JawLeft)
                - get(Shape::JawRight),
        }
    }

    /// An aperture between lips around `[x, y]` on a head of `half` its size.
    pub(super) fn draw(&self, canvas: &mut Canvas, [x, y]: [i32; 2], half: [f32; 2]) {
        let x = x + (0.1 * half[0] * self.aside.clamp(-1.0, 1.0)).round() as i32;
        let wide = 0.3 * half[0] * (1.0 + 0.5 * self.spread - 0.7 * self.round);
        let reach = wide.round().max(1.0) as i32;
        let drop = (0.45 * half[1] * self.open).round() as i32;
        let rounded = self.round > 0.3;
        // Rounded lips are never a line; any other mouth without a gap is.
        if drop == 0 && self.open < 0.12 && !rounded {
            self.closed(canvas, [x, y], reach);
            return;
        }
        if drop == 0 {
            let inside = if rounded { 'o' } else { '=' };
            self.row(canvas, [x, y], reach, if rounded { ['(', inside, ')'] } else { ['<', inside, '>'] });
            return;
        }
        let corners = if rounded { ['.', '-', '.'] } else { ['╭', '─', '╮'] };
        self.row(canvas, [x, y - 1], (reach - 1).max(1), corners);
        for line in 0..drop {
            let tongue = self.tongue > 0.2 && line + 1 >= drop.max(2) / 2;
            let inside = if tongue {
                '~'
            } else if line == 0 && self.spread > 0.3 {
                '='
            } else {
                ' '
            };
            self.row(
                canvas,
                [x, y + line],
                reach,
                if rounded { ['(', inside, ')'] } else { ['│', inside, '│'] },
            );
        }
        let corners = if rounded { ['\'', '-', '\''] } else { ['╰', '─', '╯'] };
        self.row(canvas, [x, y + drop], (reach - 1).max(1), corners);
    }

    fn closed(&self, canvas: &mut Canvas, [x, y]: [i32; 2], reach: i32) {
        let ends = if self.smile > 0.2 {
            ['╰', '╯']
        } else if self.smile < -0.2 {
            ['╭', '╮']
        } else {
            ['╶', '╴']
        };
        let inside = if self.spread > 0.3 { '═' } else { '─' };
        self.row(canvas, [x, y], reach, [ends[0], inside, ends[1]]);
        if self.tongue > 0.2 {
            canvas.put(x, y + 1, 'U');
        }
    }

    fn row(&self, canvas: &mut Canvas, [x, y]: [i32; 2], reach: i32, [left, inside, right]: [char; 3]) {
        for offset in 1 - reach..reach {
            canvas.put(x + offset, y, inside);
        }
        canvas.put(x - reach, y, left);
        canvas.put(x + reach, y, right);
    }
}
