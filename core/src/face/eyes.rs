//! Lids and gaze: blinks that fall where a phrase ends, darts between the listener and elsewhere, by what is felt.

use super::{BLENDSHAPE_COUNT, FaceGains, Pose, Shape};
use crate::emotion::{Mode, Moods};
use crate::field::{FieldNetwork, Role, Turner};
use crate::sound::Noise;

/// A blink closes in 90 ms and opens in 160 ms (Caffier et al. 2003: mean duration about 250 ms).
const BLINK_CLOSING_S: f32 = 0.09;
const BLINK_OPENING_S: f32 = 0.16;
/// From this part of the way to the next blink on, the end of a phrase brings it at once (Nakano & Kitazawa 2010: listeners
/// and speakers blink at the ends and pauses of speech).
const BLINK_RIPE: f32 = 0.6;
/// Effort of the mouth above which a phrase is being spoken, and below which it has ended.
const SPEAKING: f32 = 0.5;
const SILENT: f32 = 0.2;
/// Time constant of a saccade with the lids' and lens' slower part, s, and its speed: saccades saturate at about 500
/// degrees a second (Bahill et al. 1975), a full look is about 35 degrees.
const SACCADE_TAU_S: f32 = 0.025;
const SACCADE_PER_S: f32 = 14.0;
/// Turns of the gaze's oscillator (0.41 Hz) that the shortest and the longest look take: 0.5 s and 3 s.
const DWELL_TURNS: [f32; 2] = [0.2, 1.23];
/// Mean size of a dart as a share of a full look: sizes fall off exponentially (Lee, Badler & Badler 2002).
const DART: f32 = 0.16;
/// Farthest that eyes look by themselves.
const REACH: f32 = 0.6;
/// Head angle in rad that a full look makes good: eyes stay on what they look at while the head moves.
const FULL_LOOK_RAD: f32 = 0.6;

/// How somebody looks.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Look {
    /// Factor on the rate of blinks, and on their length.
    blink_rate: f32,
    blink_length: f32,
    /// Factor on the rate of darts.
    dart_rate: f32,
    /// Share of looks at the listener.
    at_listener: f32,
    /// Where the eyes go otherwise: yaw (+ left) and pitch (+ up) as shares of a full look.
    away: [f32; 2],
    /// Factor on the size of darts.
    dart: f32,
}

impl Look {
    /// Half of all looks are at the listener; talkers blink as their oscillator does, 17 times a minute at rest (Bentivoglio
    /// et al. 1997).
    const NEUTRAL: Self = Self {
        blink_rate: 1.0,
        blink_length: 1.0,
        dart_rate: 1.0,
        at_listener: 0.5,
        away: [0.0, 0.0],
        dart: 1.0,
    };

    const fn new(blink: [f32; 2], dart_rate: f32, at_listener: f32, away: [f32; 2], dart: f32) -> Self {
        Self { blink_rate: blink[0], blink_length: blink[1], dart_rate, at_listener, away, dart }
    }

    /// Anger stares and fear looks away (Adams & Kleck 2005); anxiety blinks more (Harrigan & O'Connell 1996), drowsiness
    /// longer (Caffier et al. 2003); sad people look down and away from others (Fossi et al. 1984).
    const fn of(mode: Mode) -> Self {
        match mode {
            Mode::Neutral => Self::NEUTRAL,
            Mode::Happy => Self::new([1.1, 0.95], 1.1, 0.62, [0.0, 0.03], 1.0),
            Mode::Sad => Self::new([0.8, 1.4], 0.65, 0.28, [0.04, -0.3], 0.6),
            Mode::Angry => Self::new([0.6, 0.85], 0.5, 0.92, [0.0, -0.02], 0.5),
            Mode::Afraid => Self::new([1.4, 0.8], 1.9, 0.35, [-0.22, -0.06], 1.6),
            Mode::Disgusted => Self::new([1.1, 1.1], 0.9, 0.4, [0.24, -0.08], 0.8),
            Mode::Surprised => Self::new([0.55, 0.85], 0.8, 0.85, [0.0, 0.06], 0.8),
            Mode::Calm => Self::new([0.85, 1.25], 0.7, 0.6, [0.0, 0.0], 0.7),
            Mode::Tender => Self::new([0.9, 1.2], 0.6, 0.82, [0.0, -0.08], 0.5),
            Mode::Bored => Self::new([0.9, 1.6], 0.7, 0.22, [-0.12, 0.06], 1.5),
            Mode::Contempt => Self::new([0.8, 1.15], 0.65, 0.45, [-0.26, -0.14], 0.5),
            Mode::Excited => Self::new([1.35, 0.85], 1.4, 0.65, [0.0, 0.06], 1.2),
        }
    }

    /// The look of several modes: neutral is what they leave to 1.
    fn mixed(moods: &Moods) -> Self {
        let total = moods.total();
        let share = if total > 1.0 { 1.0 / total } else { 1.0 };
        let mut look = Self::NEUTRAL;
        for (mode, degree) in moods.iter() {
            let (own, w) = (Self::of(mode), degree * share);
            look.blink_rate += w * (own.blink_rate - 1.0);
            look.blink_length += w * (own.blink_length - 1.0);
            look.dart_rate += w * (own.dart_rate - 1.0);
            look.at_listener += w * (own.at_listener - 0.5);
            look.dart += w * (own.dart - 1.0);
            look.away[0] += w * own.away[0];
            look.away[1] += w * own.away[1];
        }
        look
    }
}

/// State of the eyes.
#[derive(Debug, Clone)]
pub(super) struct Eyes {
    seed: u64,
    noise: Noise,
    lid: Turner,
    drift: Turner,
    /// Part of the way to the next blink.
    ripeness: f32,
    /// Seconds since the last blink began, and its length against the usual one.
    blink_s: f32,
    blink_length: f32,
    /// Whether a phrase is being spoken.
    in_phrase: bool,
    /// Turns that the present look still lasts.
    dwell: f32,
    /// Where the eyes look, yaw and pitch as shares of a full look.
    gaze: [f32; 2],
    /// Where they are going: what is looked at, and the dart about it.
    goal: [f32; 2],
    dart: [f32; 2],
}

impl Eyes {
    /// Eyes straight ahead; the seed sets where they dart.
    pub(super) fn new(seed: u64) -> Self {
        Self {
            seed,
            noise: Noise::new(seed ^ 0x65_79_65),
            lid: Turner::new(),
            drift: Turner::new(),
            ripeness: 0.0,
            blink_s: 10.0,
            blink_length: 1.0,
            in_phrase: false,
            dwell: DWELL_TURNS[0],
            gaze: [0.0; 2],
            goal: [0.0; 2],
            dart: [0.0; 2],
        }
    }

    pub(super) fn reset(&mut self) {
        *self = Self::new(self.seed);
    }

    /// Advances by `dt_s`. `effort` in 0..=1 tells how much is being spoken, `head_rad` where the head points.
    /// Gains scale where the eyes go and not the pose, so that no eye is faster than a saccade.
    pub(super) fn step(
        &mut self,
        dt_s: f32,
        network: &FieldNetwork,
        moods: &Moods,
        effort: f32,
        head_rad: &[f32; 3],
        gains: &FaceGains,
    ) {
        let look = Look::mixed(moods);
        self.ripen(dt_s, network, &look, effort, gains.blink_rate);
        self.dart(network, &look);
        let held = [head_rad[0], head_rad[1]].map(|angle| angle / FULL_LOOK_RAD);
        let wander = [0.02 * network.sin(Role::Gaze), 0.0];
        let turn = gains.strength * gains.gaze;
        let follow = 1.0 - (-dt_s / SACCADE_TAU_S).exp();
        let most = SACCADE_PER_S * dt_s;
        for axis in 0..2 {
            let target = (self.goal[axis] + gains.idle * self.dart[axis]).clamp(-REACH, REACH);
            let to = (turn * (target + gains.idle * wander[axis] - held[axis])).clamp(-REACH, REACH);
            self.gaze[axis] += (follow * (to - self.gaze[axis])).clamp(-most, most);
        }
    }

    fn ripen(&mut self, dt_s: f32, network: &FieldNetwork, look: &Look, effort: f32, rate: f32) {
        self.blink_s += dt_s;
        self.ripeness += rate * (look.blink_rate * self.lid.advance(network, Role::Lid));
        let ends = self.in_phrase && effort < SILENT;
        self.in_phrase = if self.in_phrase { !ends } else { effort > SPEAKING };
        // Lids that are still on their way cannot start anew.
        let open = self.blink_s >= self.blink_length * (BLINK_CLOSING_S + BLINK_OPENING_S);
        let ripe = self.ripeness >= 1.0 || (ends && self.ripeness > BLINK_RIPE);
        if rate > 0.0 && open && ripe {
            self.ripeness = (self.ripeness - 1.0).max(0.0);
            (self.blink_s, self.blink_length) = (0.0, look.blink_length);
        }
    }

    fn dart(&mut self, network: &FieldNetwork, look: &Look) {
        self.dwell -= look.dart_rate * self.drift.advance(network, Role::Gaze);
        if self.dwell > 0.0 {
            return;
        }
        self.dwell = (0.5 * (0.6 * self.noise.gaussian()).exp()).clamp(DWELL_TURNS[0], DWELL_TURNS[1]);
        let share = 0.5 + 0.5 * self.noise.uniform();
        // Sizes by inverting the exponential law; directions all round, flatter than wide.
        let size = -(0.5 + 0.499 * self.noise.uniform()).ln() * DART * look.dart;
        let turn = std::f32::consts::PI * self.noise.uniform();
        let (sin, cos) = turn.sin_cos();
        (self.goal, self.dart) = if share < look.at_listener {
            ([0.0; 2], [0.2 * size * cos, 0.2 * size * sin])
        } else {
            // Who avoids somebody looks now to the one side, now to the other, but has one that is preferred.
            let side = if turn.abs() < 2.2 { 1.0 } else { -1.0 };
            ([side * look.away[0], look.away[1]], [size * cos, 0.6 * size * sin])
        };
    }

    /// How far a blink has closed the lids, 0..=1.
    pub(super) fn closure(&self) -> f32 {
        blink(self.blink_s, self.blink_length)
    }

    /// The gaze as shapes, with `turned` (yaw, pitch as shares of a full look) on top.
    pub(super) fn pose(&self, turned: [f32; 2]) -> Pose {
        let mut pose = [0.0; BLENDSHAPE_COUNT];
        let mut set = |shape: Shape, strength: f32| pose[shape as usize] = strength.clamp(0.0, 1.0);
        let (yaw, pitch) = (self.gaze[0] + turned[0], self.gaze[1] + turned[1]);
        set(Shape::EyeLookOutLeft, yaw);
        set(Shape::EyeLookInRight, yaw);
        set(Shape::EyeLookInLeft, -yaw);
        set(Shape::EyeLookOutRight, -yaw);
        for (up, down) in
            [(Shape::EyeLookUpLeft, Shape::EyeLookDownLeft), (Shape::EyeLookUpRight, Shape::EyeLookDownRight)]
        {
            set(up, pitch);
            set(down, -pitch);
        }
        pose
    }
}

/// Closure of the lids `t_s` after a blink of `length` times the usual duration began. Long blinks are slow, and rest shut.
fn blink(t_s: f32, length: f32) -> f32 {
    let half_cosine = |x: f32| 0.5 - 0.5 * (std::f32::consts::PI * x).cos();
    let shut_s = 0.12 * (length - 1.0).max(0.0);
    let (closing_s, opening_s) = (BLINK_CLOSING_S * length, BLINK_OPENING_S * length);
    if t_s < closing_s {
        half_cosine(t_s / closing_s)
    } else if t_s < closing_s + shut_s {
        1.0
    } else if t_s < closing_s + shut_s + opening_s {
        1.0 - half_cosine((t_s - closing_s - shut_s) / opening_s)
    } else {
        0.0
    }
}

crate::carry::carried!(
    Eyes { noise, lid, drift, ripeness, blink_s, blink_length, in_phrase, dwell, gaze, goal, dart } but { seed }
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::{FieldSetup, NetworkDrive};

    const DT_S: f32 = 1.0 / 240.0;

    /// Ten minutes of one mode: blinks a minute, mean seconds shut beyond a half, share of time near the listener, mean pitch,
    /// darts a second.
    fn watch(mode: Mode, effort: fn(f32) -> f32) -> [f32; 5] {
        let mut network = FieldNetwork::new(&FieldSetup::default(), 9);
        let drive = NetworkDrive {
            coupling_gain: 1.0,
            lag_gain: 1.0,
            syllable_omega: 0.0,
            prominence: 0.0,
            onset: 0.0,
        };
        let (mut eyes, moods) = (Eyes::new(9), Moods::one(mode, 1.0));
        let (mut blinks, mut shut, mut near, mut pitch, mut darts) = (0, 0, 0, 0.0, 0);
        let ticks = 240 * 600;
        for tick in 0..ticks {
            network.step(DT_S, &drive);
            let (before, target) = (eyes.closure(), [eyes.goal, eyes.dart]);
            eyes.step(DT_S, &network, &moods, effort(tick as f32 * DT_S), &[0.0; 3], &FaceGains::PLAIN);
            blinks += u32::from(before < 0.5 && eyes.closure() >= 0.5);
            shut += u32::from(eyes.closure() >= 0.5);
            near += u32::from(eyes.gaze[0].hypot(eyes.gaze[1]) < 0.1);
            pitch += eyes.gaze[1];
            darts += u32::from(target != [eyes.goal, eyes.dart]);
        }
        let time = ticks as f32;
        let per_blink = shut as f32 * DT_S / blinks as f32;
        [blinks as f32 / 10.0, per_blink, near as f32 / time, pitch / time, darts as f32 / 600.0]
    }

    #[test]
    fn eyes_behave_as_people_s_do() {
        let [neutral, sad, angry, afraid, bored, tender, excited] =
            [Mode::Neutral, Mode::Sad, Mode::Angry, Mode::Afraid, Mode::Bored, Mode::Tender, Mode::Excited]
                .map(|mode| watch(mode, |_| 0.0));
        assert!((10.0..25.0).contains(&neutral[0]), "{} blinks a minute", neutral[0]);
        assert!(sad[0] < neutral[0] && angry[0] < 0.8 * neutral[0] && afraid[0] > 1.2 * neutral[0]);
        assert!(excited[0] > 1.2 * neutral[0]);
        assert!(bored[1] > 1.3 * neutral[1] && sad[1] > 1.2 * neutral[1], "{bored:?} {neutral:?}");
        // Half of all looks are at the listener, and small darts from elsewhere come near.
        assert!((0.55..0.85).contains(&neutral[2]), "{neutral:?}");
        assert!(angry[2] > 0.85 && tender[2] > neutral[2] && afraid[2] < neutral[2]);
        assert!(sad[3] < -0.12 && neutral[3].abs() < 0.05);
        assert!((0.33..2.0).contains(&neutral[4]) && afraid[4] > 1.5 * angry[4]);
    }

    #[test]
    fn blinks_fall_where_phrases_end() {
        // Phrases of 1.7 s with pauses of 0.3 s.
        let effort = |t: f32| if t % 2.0 < 1.7 { 0.9 } else { 0.0 };
        let mut network = FieldNetwork::new(&FieldSetup::default(), 2);
        let drive = NetworkDrive {
            coupling_gain: 1.0,
            lag_gain: 1.0,
            syllable_omega: 0.0,
            prominence: 0.0,
            onset: 0.0,
        };
        let mut eyes = Eyes::new(2);
        let (mut at_ends, mut blinks) = (0, 0);
        for tick in 0..240 * 600 {
            let t = tick as f32 * DT_S;
            network.step(DT_S, &drive);
            eyes.step(DT_S, &network, &Moods::NONE, effort(t), &[0.0; 3], &FaceGains::PLAIN);
            if eyes.blink_s == 0.0 {
                blinks += 1;
                at_ends += u32::from(t % 2.0 >= 1.7);
            }
        }
        assert!((100..250).contains(&blinks), "{blinks} in ten minutes");
        assert!(at_ends * 2 > blinks, "{at_ends} of {blinks} in 15 % of the time");
    }

    #[test]
    fn eyes_stay_on_the_listener_while_the_head_turns() {
        let (network, mut eyes) = (FieldNetwork::new(&FieldSetup::default(), 2), Eyes::new(2));
        for _ in 0..240 {
            eyes.step(DT_S, &network, &Moods::NONE, 0.0, &[0.12, -0.06, 0.0], &FaceGains::PLAIN);
        }
        let pose = eyes.pose([0.0; 2]);
        assert!((pose[Shape::EyeLookInLeft as usize] - 0.2).abs() < 0.03);
        assert!((pose[Shape::EyeLookUpRight as usize] - 0.1).abs() < 0.01);
    }
}
