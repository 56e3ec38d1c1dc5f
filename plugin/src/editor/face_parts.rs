//! Eyes, brows, nose and mouth of the drawn face. Every shape of a frame moves something here or on the skin.

use super::face_lips::{Lips, bow};
use super::head::{Head, ease};
use super::theme::Skin;
use egui::{Color32, Pos2};
use psivox_core::BlendshapeFrame;
use psivox_core::face::Shape;

/// Columns of an eye or a mouth.
pub(super) const COLUMNS: usize = 30;

/// A side of the face.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The person's left, on the viewer's right.
    Left,
    /// The person's right.
    Right,
}

macro_rules! sides {
    ($($name:ident: $left:ident, $right:ident;)*) => {
        impl Side {
            $(pub(super) fn $name(self) -> Shape {
                match self {
                    Side::Left => Shape::$left,
                    Side::Right => Shape::$right,
                }
            })*
        }
    };
}

sides! {
    blink: EyeBlinkLeft, EyeBlinkRight;
    wide: EyeWideLeft, EyeWideRight;
    squint: EyeSquintLeft, EyeSquintRight;
    look_in: EyeLookInLeft, EyeLookInRight;
    look_out: EyeLookOutLeft, EyeLookOutRight;
    look_up: EyeLookUpLeft, EyeLookUpRight;
    look_down: EyeLookDownLeft, EyeLookDownRight;
    brow_down: BrowDownLeft, BrowDownRight;
    brow_outer: BrowOuterUpLeft, BrowOuterUpRight;
    smile: MouthSmileLeft, MouthSmileRight;
    frown: MouthFrownLeft, MouthFrownRight;
    stretch: MouthStretchLeft, MouthStretchRight;
    dimple: MouthDimpleLeft, MouthDimpleRight;
    press: MouthPressLeft, MouthPressRight;
    lower_down: MouthLowerDownLeft, MouthLowerDownRight;
    upper_up: MouthUpperUpLeft, MouthUpperUpRight;
    cheek_squint: CheekSquintLeft, CheekSquintRight;
    sneer: NoseSneerLeft, NoseSneerRight;
}

impl Side {
    /// Both.
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];

    /// 1 on the viewer's right.
    pub fn sign(self) -> f32 {
        if self == Side::Left { 1.0 } else { -1.0 }
    }
}

/// What is drawn: a face on a head in some colours.
pub struct Parts<'a> {
    /// On what.
    pub head: &'a Head<'a>,
    /// Of what.
    pub face: &'a BlendshapeFrame,
    /// In what colours.
    pub skin: &'a Skin,
}

impl Parts<'_> {
    pub(super) fn get(&self, shape: Shape) -> f32 {
        let value = self.face.get(shape);
        if value.is_finite() { value.clamp(0.0, 1.0) } else { 0.0 }
    }

    /// All of them, from the back to the front.
    pub fn draw(&self) {
        self.forehead();
        for side in Side::BOTH {
            self.cheek(side);
            self.eye(side);
            self.brow(side);
        }
        self.nose();
        self.mouth();
    }

    fn forehead(&self) {
        let raised = self
            .get(Shape::BrowInnerUp)
            .max(0.6 * self.get(Shape::BrowOuterUpLeft).max(self.get(Shape::BrowOuterUpRight)));
        for (row, y) in [0.53, 0.61].into_iter().enumerate() {
            let lift = 0.02 * raised;
            let points = (0..=10).map(|step| {
                let x = -0.24 + 0.48 * step as f32 / 10.0;
                self.head.at(x, y + lift - 0.25 * x * x, 0.0)
            });
            let shade = self.skin.shade.gamma_multiply(0.45 * raised * (1.0 - 0.25 * row as f32));
            self.head.line(points.collect(), 0.014, shade);
        }
        for side in Side::BOTH {
            let down = self.get(side.brow_down());
            let x = 0.045 * side.sign();
            let points = vec![
                self.head.at(x, 0.36, 0.0),
                self.head.at(0.8 * x, 0.30, 0.0),
                self.head.at(x, 0.24, 0.0),
            ];
            self.head.line(points, 0.016, self.skin.shade.gamma_multiply(0.7 * down));
        }
    }

    fn cheek(&self, side: Side) {
        let (sign, head, skin) = (side.sign(), self.head, self.skin);
        let of = |name: fn(Side) -> Shape| self.get(name(side));
        let (smile, squint, puff) = (of(Side::smile), of(Side::cheek_squint), self.get(Shape::CheekPuff));
        let lifted = (0.7 * smile + squint).min(1.2);
        let y = -0.17 + 0.05 * lifted;
        head.glow([0.40 * sign, y], [0.20, 0.16], skin.lip, 0.16 + 0.10 * lifted);
        head.glow([0.37 * sign, y + 0.04], [0.17, 0.11], skin.light, 0.12 + 0.5 * lifted.min(1.0));
        head.glow([0.42 * sign, -0.40], [0.22, 0.24], skin.light, 0.6 * puff);
        head.glow([0.50 * sign, -0.36], [0.12, 0.26], skin.shade, 0.22 * (1.0 - puff));
        // The fold from the nose to the corner of the mouth.
        let fold =
            (0.12 + 0.75 * smile + 0.6 * of(Side::sneer) + 0.5 * squint + 0.35 * of(Side::upper_up)).min(1.0);
        let out = 0.05 * smile + 0.02 * of(Side::stretch);
        let points = curve([
            [0.155, -0.20 + 0.02 * of(Side::sneer)],
            [0.27 + out, -0.27],
            [0.315 + out, -0.44 + 0.05 * smile],
        ]);
        let line = points.map(|[x, y]| head.at(x * sign, y, 0.0)).collect();
        head.line(line, 0.016, skin.shade.gamma_multiply(0.55 * fold));
        let corner = self.corner(side);
        let dimple = of(Side::dimple).max(0.25 * smile);
        head.glow([corner[0] + 0.055 * sign, corner[1]], [0.06, 0.08], skin.shade, 0.9 * dimple);
        head.glow(
            [corner[0] + 0.03 * sign, corner[1] - 0.03],
            [0.07, 0.06],
            skin.shade,
            0.25 + 0.4 * of(Side::frown),
        );
        // Stretched lips draw the skin of the jaw tight.
        let stretch = of(Side::stretch);
        let tight = [[0.30, -0.60], [0.34, -0.72], [0.33, -0.82]];
        let line = curve(tight).map(|[x, y]| head.at(x * sign, y, 0.0)).collect();
        head.line(line, 0.014, skin.shade.gamma_multiply(0.6 * stretch));
    }

    fn eye(&self, side: Side) {
        let (sign, head, skin) = (side.sign(), self.head, self.skin);
        let of = |name: fn(Side) -> Shape| self.get(name(side));
        let (blink, wide, squint) = (of(Side::blink), of(Side::wide), of(Side::squint));
        let gaze = [sign * (of(Side::look_out) - of(Side::look_in)), of(Side::look_up) - of(Side::look_down)];
        let middle = [0.295 * sign, 0.10];
        head.glow([middle[0], middle[1] + 0.06], [0.22, 0.15], skin.shade, 0.45);
        head.glow([0.13 * sign, 0.13], [0.09, 0.13], skin.shade, 0.35);
        let lid = 0.085 * (1.0 + 0.42 * wide - 0.25 * squint) + 0.022 * gaze[1];
        let under = 0.048 * (1.0 + 0.15 * wide)
            - 0.030 * squint
            - 0.018 * of(Side::cheek_squint)
            - 0.008 * gaze[1].max(0.0);
        // A closing lid meets the lower one below the middle.
        let upper_peak = lid + (-under - 0.012 - lid) * blink;
        let (upper, lower) = (|t: f32| upper_peak * bow(t), |t: f32| -under * bow(t));
        let half = 0.142;
        let slant = 0.018;
        let columns =
            || (0..=COLUMNS).map(|step| (step as f32 / COLUMNS as f32 * std::f32::consts::PI).cos());
        let place = |t: f32, y: f32| head.at(middle[0] + half * t * sign, middle[1] + slant * t + y, 0.0);
        let above: Vec<Pos2> = columns().map(|t| place(t, upper(t).max(lower(t)))).collect();
        let below: Vec<Pos2> = columns().map(|t| place(t, lower(t))).collect();
        head.band(&above, &below, skin.eye.lerp_to_gamma(skin.shade, 0.35), skin.eye);
        let disc = |radius: f32, shift: [f32; 2], from: Color32, to: Color32| {
            let x0 = 0.058 * gaze[0] * sign + shift[0];
            let y0 = 0.012 + 0.048 * gaze[1] + shift[1];
            let (mut top, mut bottom) = (Vec::new(), Vec::new());
            for c in columns() {
                let t = ((x0 + radius * c) / half).clamp(-0.98, 0.98);
                let reach = radius * (1.0 - c * c).max(0.0).sqrt();
                let (roof, floor) = (upper(t).max(lower(t)), lower(t));
                let y = |edge: f32| (y0 - slant * t + edge).clamp(floor, roof);
                top.push(place(t, y(reach)));
                bottom.push(place(t, y(-reach)));
            }
            head.band(&top, &bottom, from, to);
        };
        disc(0.072, [0.0, 0.0], skin.dark, skin.iris);
        disc(
            0.064,
            [0.0, 0.0],
            skin.iris.lerp_to_gamma(skin.dark, 0.45),
            skin.iris.lerp_to_gamma(skin.eye, 0.25),
        );
        disc(0.031, [0.0, 0.0], skin.dark, skin.dark);
        // A window behind the viewer's left shoulder.
        disc(0.014, [-0.024 * sign, 0.026], Color32::WHITE, Color32::WHITE);
        head.line(below.clone(), 0.011, skin.shade);
        head.line(above.clone(), 0.026, skin.dark);
        let crease = (0.9 - 0.5 * blink).max(0.2);
        let fold: Vec<Pos2> = columns().map(|t| place(t, 0.028 + (0.95 * lid + 0.012) * bow(t))).collect();
        head.line(fold, 0.012, skin.shade.gamma_multiply(crease));
        let bag = (0.15 + 0.6 * squint + 0.5 * of(Side::cheek_squint)).min(1.0);
        let fold: Vec<Pos2> =
            columns().map(|t| place(0.9 * t, -0.035 - 1.25 * under.max(0.02) * bow(t))).collect();
        head.line(fold, 0.012, skin.shade.gamma_multiply(0.5 * bag));
    }

    fn brow(&self, side: Side) {
        let (sign, head) = (side.sign(), self.head);
        let (down, outer) = (self.get(side.brow_down()), self.get(side.brow_outer()));
        let inner = self.get(Shape::BrowInnerUp);
        let start = [0.115 - 0.025 * down, 0.325 + 0.095 * inner - 0.10 * down];
        let peak = [0.31, 0.425 + 0.03 * inner + 0.10 * outer - 0.075 * down];
        let end = [0.485, 0.315 + 0.07 * outer - 0.035 * down - 0.01 * inner];
        let middle =
            [2.0 * peak[0] - 0.5 * (start[0] + end[0]), 2.0 * peak[1] - 0.5 * (start[1] + end[1]) - 0.05];
        let (mut above, mut below) = (Vec::new(), Vec::new());
        for (step, [x, y]) in curve([start, middle, end]).enumerate() {
            let t = step as f32 / CURVE as f32;
            let thick = 0.034 * (1.0 - 0.75 * t) * ease(-0.15, 0.15, t);
            above.push(head.at(x * sign, y + thick, 0.01));
            below.push(head.at(x * sign, y - thick, 0.01));
        }
        head.band(&above, &below, self.skin.hair, self.skin.hair);
        head.line(above, 0.008, self.skin.hair);
        head.line(below, 0.008, self.skin.hair);
    }

    fn nose(&self) {
        let (head, skin) = (self.head, self.skin);
        head.glow([0.03, 0.02], [0.05, 0.26], skin.light, 0.55);
        head.glow([0.085, -0.02], [0.05, 0.22], skin.shade, 0.35);
        let tip = |x: f32, y: f32, out: f32| head.at(x, y, out);
        head.glow([0.0, -0.27], [0.16, 0.06], skin.shade, 0.5);
        let round: Vec<Pos2> =
            circle().map(|(sin, cos)| tip(0.085 * cos, -0.165 + 0.07 * sin, 0.10)).collect();
        head.fill(round, skin.middle.lerp_to_gamma(skin.light, 0.25));
        for side in Side::BOTH {
            let sneer = self.get(side.sneer());
            let (x, y) = (0.095 * side.sign(), -0.195 + 0.05 * sneer);
            let wing: Vec<Pos2> = circle()
                .map(|(sin, cos)| tip(x + (0.048 + 0.008 * sneer) * cos, y + 0.045 * sin, 0.06))
                .collect();
            head.fill(wing, skin.middle);
            let nostril: Vec<Pos2> = circle()
                .map(|(sin, cos)| tip(0.6 * x + 0.026 * cos, y - 0.032 + 0.013 * sin, 0.09))
                .collect();
            head.fill(nostril, skin.dark.lerp_to_gamma(skin.shade, 0.35));
            let edge = curve([[0.128, y + 0.03], [0.165, y - 0.02], [0.115, y - 0.05]]);
            head.line(
                edge.map(|[x, y]| tip(x * side.sign(), y, 0.05)).collect(),
                0.014,
                skin.shade.gamma_multiply(0.8),
            );
            let crease = curve([[0.05, 0.12], [0.10, 0.06], [0.12, -0.04]]);
            let line = crease.map(|[x, y]| head.at(x * side.sign(), y, 0.02)).collect();
            head.line(line, 0.014, skin.shade.gamma_multiply(0.8 * sneer));
        }
        head.glow([-0.02, -0.15], [0.05, 0.045], skin.light, 0.9);
    }

    /// How far the lower jaw draws the lower lip down.
    fn drop(&self) -> f32 {
        0.30 * self.get(Shape::JawOpen)
    }

    /// How far the mouth lies to the viewer's right.
    fn aside(&self) -> f32 {
        0.09 * (self.get(Shape::MouthLeft) - self.get(Shape::MouthRight))
            + 0.035 * (self.get(Shape::JawLeft) - self.get(Shape::JawRight))
    }

    pub(super) fn corner(&self, side: Side) -> [f32; 2] {
        let of = |name: fn(Side) -> Shape| self.get(name(side));
        let (pucker, funnel) = (self.get(Shape::MouthPucker), self.get(Shape::MouthFunnel));
        let wide = 0.225 + 0.065 * of(Side::smile) + 0.07 * of(Side::stretch) + 0.03 * of(Side::dimple)
            - 0.015 * of(Side::frown)
            - 0.02 * of(Side::press);
        let x = wide * (1.0 - 0.48 * pucker) * (1.0 - 0.30 * funnel) - 0.035 * self.get(Shape::JawOpen);
        let y = -0.455 + 0.085 * of(Side::smile) - 0.065 * of(Side::frown) + 0.015 * of(Side::dimple)
            - 0.02 * of(Side::stretch)
            - 0.34 * self.drop();
        [side.sign() * x + self.aside(), y]
    }

    fn mouth(&self) {
        let (head, skin) = (self.head, self.skin);
        let lips = Lips::of(self);
        let out = 0.03 + 0.07 * self.get(Shape::MouthPucker) + 0.05 * self.get(Shape::MouthFunnel);
        let row = |y: &dyn Fn(f32) -> f32, out: f32| -> Vec<Pos2> {
            lips.columns().map(|t| head.at(lips.x(t), y(t), out)).collect()
        };
        let chin = 0.25 + 0.6 * self.get(Shape::MouthShrugLower) + 0.3 * self.get(Shape::JawForward);
        let below = lips.lower_outer(0.0);
        head.glow(
            [self.aside(), below - 0.05],
            [0.15, 0.05],
            skin.shade,
            0.55 + 0.3 * self.get(Shape::JawForward),
        );
        head.glow([self.aside(), below - 0.17], [0.15, 0.10], skin.light, chin);
        head.glow([0.0, -0.34], [0.04, 0.06], skin.shade, 0.3);
        let (upper, lower) = (row(&|t| lips.upper_inner(t), 0.0), row(&|t| lips.lower_inner(t), 0.0));
        head.band(&upper, &lower, skin.dark, skin.dark.lerp_to_gamma(skin.lip_dark, 0.35));
        let teeth = |t: f32| (lips.upper_inner(t) - 0.062 * bow(0.8 * t)).max(lips.lower_inner(t));
        head.band(&upper, &row(&teeth, 0.0), skin.teeth.lerp_to_gamma(skin.shade, 0.25), skin.teeth);
        let tongue_high = (0.035 + 0.13 * self.get(Shape::JawOpen)).max(0.16 * self.get(Shape::TongueOut));
        let tongue = |t: f32| (lips.lower_inner(t) + tongue_high * bow(1.25 * t)).min(teeth(t));
        head.band(&row(&tongue, 0.0), &lower, skin.tongue, skin.tongue.lerp_to_gamma(skin.dark, 0.35));
        let lower_teeth = |t: f32| {
            let high = 0.05 * self.get(Shape::MouthLowerDownLeft).max(self.get(Shape::MouthLowerDownRight));
            (lips.lower_inner(t) + high * bow(0.85 * t)).min(teeth(t))
        };
        head.band(&row(&lower_teeth, 0.0), &lower, skin.teeth, skin.teeth.lerp_to_gamma(skin.shade, 0.3));
        let light = skin.lip.lerp_to_gamma(skin.light, 0.30);
        head.band(
            &row(&|t| lips.upper_outer(t), out),
            &row(&|t| lips.upper_inner(t), out),
            skin.lip,
            skin.lip_dark,
        );
        let middle = |t: f32| 0.45 * lips.lower_outer(t) + 0.55 * lips.lower_inner(t);
        head.band(&row(&|t| lips.lower_inner(t), out), &row(&middle, out), skin.lip, light);
        head.band(&row(&middle, out), &row(&|t| lips.lower_outer(t), out), light, skin.lip);
        let edge = skin.lip_dark.gamma_multiply(0.7);
        head.line(row(&|t| lips.upper_outer(t), out), 0.008, edge);
        head.line(row(&|t| lips.lower_outer(t), out), 0.008, edge);
        let seam = skin.dark.lerp_to_gamma(skin.lip_dark, 0.4);
        head.line(row(&|t| lips.upper_inner(t), out), 0.014, seam);
        head.line(row(&|t| lips.lower_inner(t), out), 0.010, seam);
        self.tongue_out(&lips);
    }

    fn tongue_out(&self, lips: &Lips) {
        let length = 0.24 * self.get(Shape::TongueOut);
        if length < 0.01 {
            return;
        }
        let (head, skin) = (self.head, self.skin);
        let columns = || (0..=COLUMNS).map(|step| 2.0 * step as f32 / COLUMNS as f32 - 1.0);
        let x = |t: f32| self.aside() + 0.11 * t;
        let root = lips.lower_inner(0.0);
        let upper: Vec<Pos2> = columns().map(|t| head.at(x(t), root + 0.02 * bow(t), 0.06)).collect();
        let lower: Vec<Pos2> =
            columns().map(|t| head.at(x(t), root - length * bow(t).sqrt(), 0.12)).collect();
        head.band(&upper, &lower, skin.tongue.lerp_to_gamma(skin.lip_dark, 0.4), skin.tongue);
        let groove = vec![head.at(x(0.0), root, 0.09), head.at(x(0.0), root - 0.7 * length, 0.12)];
        head.line(groove, 0.012, skin.lip_dark);
    }
}

/// Points of a curve.
const CURVE: usize = 14;

/// Points along a quadratic Bézier curve.
fn curve([start, control, end]: [[f32; 2]; 3]) -> impl Iterator<Item = [f32; 2]> {
    (0..=CURVE).map(move |step| {
        let t = step as f32 / CURVE as f32;
        let mix = |axis: usize| {
            (1.0 - t) * (1.0 - t) * start[axis] + 2.0 * t * (1.0 - t) * control[axis] + t * t * end[axis]
        };
        [mix(0), mix(1)]
    })
}

/// Sines and cosines around a circle.
fn circle() -> impl Iterator<Item = (f32, f32)> {
    (0..18).map(|step| (step as f32 / 18.0 * std::f32::consts::TAU).sin_cos())
}
