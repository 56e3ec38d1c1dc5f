//! Life that goes on whether or not somebody speaks: blinks, glances, breath, sway. All of it reads field phases.

use super::{BLENDSHAPE_COUNT, Pose, Shape};
use crate::field::{FieldNetwork, Role};
use crate::sound::Noise;

/// A blink closes in 90 ms and opens in 160 ms (Caffier et al. 2003: mean duration about 250 ms).
const BLINK_CLOSING_S: f32 = 0.09;
const BLINK_OPENING_S: f32 = 0.16;
/// Time constant of a saccade with the lids' and lens' slower part, s.
const SACCADE_TAU_S: f32 = 0.025;

/// State of the eyes.
#[derive(Debug, Clone)]
pub struct IdleLife {
    seed: u64,
    noise: Noise,
    blink_turns: u32,
    gaze_turns: u32,
    /// Seconds since the last blink began.
    blink_s: f32,
    /// Where the eyes look, yaw and pitch as shares of a full look.
    gaze: [f32; 2],
    gaze_target: [f32; 2],
}

impl IdleLife {
    /// Eyes straight ahead; the seed sets where they dart.
    pub fn new(seed: u64) -> Self {
        let noise = Noise::new(seed ^ 0x65_79_65);
        Self {
            seed,
            noise,
            blink_turns: 0,
            gaze_turns: 0,
            blink_s: 10.0,
            gaze: [0.0; 2],
            gaze_target: [0.0; 2],
        }
    }

    /// Back to the start.
    pub fn reset(&mut self) {
        *self = Self::new(self.seed);
    }

    /// Advances by `dt_s` and returns lids and gaze. `arousal` in -1..=1 widens and quickens the glances.
    pub fn step(&mut self, dt_s: f32, network: &FieldNetwork, arousal: f32) -> Pose {
        self.blink_s += dt_s;
        let turns = network.turns(Role::Lid);
        if turns != self.blink_turns {
            self.blink_turns = turns;
            self.blink_s = 0.0;
        }
        let turns = network.turns(Role::Gaze);
        if turns != self.gaze_turns {
            self.gaze_turns = turns;
            let reach = 0.16 + 0.1 * arousal.max(0.0);
            // Half of all glances come back to the listener.
            let away = if self.noise.uniform() > 0.0 { reach } else { 0.04 };
            self.gaze_target = [self.noise.gaussian() * away, self.noise.gaussian() * 0.6 * away];
        }
        let follow = 1.0 - (-dt_s / SACCADE_TAU_S).exp();
        for (eye, target) in self.gaze.iter_mut().zip(self.gaze_target) {
            *eye += follow * (target.clamp(-0.6, 0.6) - *eye);
        }
        self.pose(network)
    }

    fn pose(&self, network: &FieldNetwork) -> Pose {
        let mut pose = [0.0; BLENDSHAPE_COUNT];
        let mut add = |shape: Shape, strength: f32| pose[shape as usize] += strength;
        let lid = blink(self.blink_s);
        add(Shape::EyeBlinkLeft, lid);
        add(Shape::EyeBlinkRight, lid * 0.98);
        // A slow wander on top of the darts.
        let yaw = self.gaze[0] + 0.02 * network.sin(Role::Gaze);
        let pitch = self.gaze[1];
        let (left, right) = (yaw.max(0.0), (-yaw).max(0.0));
        add(Shape::EyeLookOutLeft, left);
        add(Shape::EyeLookInRight, left);
        add(Shape::EyeLookInLeft, right);
        add(Shape::EyeLookOutRight, right);
        for (up, down) in
            [(Shape::EyeLookUpLeft, Shape::EyeLookDownLeft), (Shape::EyeLookUpRight, Shape::EyeLookDownRight)]
        {
            add(up, pitch.max(0.0));
            add(down, (-pitch).max(0.0));
        }
        // Nostrils widen a little with the breath in.
        let breath = 0.5 + 0.5 * network.cos(Role::Breath);
        add(Shape::NoseSneerLeft, 0.02 * breath);
        add(Shape::NoseSneerRight, 0.02 * breath);
        pose
    }
}

/// Closure of the lids `t_s` after a blink began.
fn blink(t_s: f32) -> f32 {
    let half_cosine = |x: f32| 0.5 - 0.5 * (std::f32::consts::PI * x).cos();
    if t_s < BLINK_CLOSING_S {
        half_cosine(t_s / BLINK_CLOSING_S)
    } else if t_s < BLINK_CLOSING_S + BLINK_OPENING_S {
        1.0 - half_cosine((t_s - BLINK_CLOSING_S) / BLINK_OPENING_S)
    } else {
        0.0
    }
}
