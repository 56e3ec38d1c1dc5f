//! Gestures of the face that happen once: a wink, a nod, a roll of the eyes.

use super::{ActionUnit, Pose};
use crate::carry::{Carried, Ledger};
use crate::emotion::FaceGesture;
use std::f32::consts::{PI, TAU};

/// Most gestures at a time; one more takes the place of the oldest.
const MAX_AT_ONCE: usize = 4;

/// What gestures do at one instant.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Gesticulation {
    /// Closure of the person's right lid, and of both, 0..=1.
    pub(super) wink: f32,
    pub(super) lids: f32,
    /// Yaw, pitch and roll of the head in rad.
    pub(super) head_rad: [f32; 3],
    /// Yaw and pitch of the eyes as shares of a full look.
    pub(super) gaze: [f32; 2],
    /// Raise of the brows, and what a wink takes along.
    pub(super) brows: f32,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Playing {
    gesture: FaceGesture,
    strength: f32,
    age_s: f32,
}

/// Length of a gesture in s. A wink is about as long as a slow blink; the brow flash of greetings takes a third of a second
/// (Grammer et al. 1988); nods and shakes turn at 2-3 Hz (Hadar et al. 1983).
const fn length_s(gesture: FaceGesture) -> f32 {
    match gesture {
        FaceGesture::Wink => 0.35,
        FaceGesture::Tilt => 1.2,
        FaceGesture::Nod => 0.6,
        FaceGesture::Shake => 1.1,
        FaceGesture::Brows => 0.45,
        FaceGesture::RollEyes => 1.0,
    }
}

/// Head roll of a tilt (8 degrees), pitch of a nod and yaw of a shake, rad.
const TILT_RAD: f32 = 0.14;
const NOD_RAD: f32 = 0.12;
const SHAKE_RAD: f32 = 0.14;

/// From 0 to 1 in `rise` of the way, on top until `1 - fall`, and back, without kinks.
fn plateau(along: f32, rise: f32, fall: f32) -> f32 {
    let ease = |x: f32| {
        let x = x.clamp(0.0, 1.0);
        x * x * (3.0 - 2.0 * x)
    };
    ease(along / rise) * ease((1.0 - along) / fall)
}

/// The gestures that are being made.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct OneShots {
    playing: [Option<Playing>; MAX_AT_ONCE],
}

impl OneShots {
    /// Begins a gesture; `strength` in 0..=1, what is no number is not made.
    pub(super) fn start(&mut self, gesture: FaceGesture, strength: f32) {
        let strength = if strength.is_finite() { strength.clamp(0.0, 1.0) } else { 0.0 };
        if strength == 0.0 {
            return;
        }
        let age = |slot: &Option<Playing>| slot.map_or(f32::INFINITY, |playing| playing.age_s);
        let mut at = 0;
        for index in 1..MAX_AT_ONCE {
            if age(&self.playing[index]) > age(&self.playing[at]) {
                at = index;
            }
        }
        self.playing[at] = Some(Playing { gesture, strength, age_s: 0.0 });
    }

    /// Moves on by `dt_s` and tells what all of them do together.
    pub(super) fn step(&mut self, dt_s: f32) -> Gesticulation {
        let mut sum = Gesticulation::default();
        for slot in &mut self.playing {
            let Some(playing) = slot else { continue };
            playing.age_s += dt_s;
            let along = playing.age_s / length_s(playing.gesture);
            if along >= 1.0 {
                *slot = None;
            } else {
                playing.add_to(&mut sum, along);
            }
        }
        sum
    }
}

impl Playing {
    fn add_to(&self, sum: &mut Gesticulation, along: f32) {
        let by = self.strength;
        match self.gesture {
            FaceGesture::Wink => sum.wink = sum.wink.max(by * plateau(along, 0.3, 0.4)),
            FaceGesture::Tilt => sum.head_rad[2] += by * TILT_RAD * plateau(along, 0.35, 0.45),
            // Down, and a little over the rest on the way back.
            FaceGesture::Nod => {
                sum.head_rad[1] -= by * NOD_RAD * (PI * along).sin() * (1.25 * PI * along).sin() * 1.1;
            }
            FaceGesture::Shake => {
                sum.head_rad[0] += by * SHAKE_RAD * (2.0 * TAU * along).sin() * plateau(along, 0.3, 0.4);
            }
            FaceGesture::Brows => sum.brows = sum.brows.max(by * plateau(along, 0.35, 0.5)),
            FaceGesture::RollEyes => {
                let raised = plateau(along, 0.25, 0.35);
                sum.gaze[0] += by * 0.45 * raised * (PI * along).cos();
                sum.gaze[1] += by * 0.7 * raised;
                sum.lids = sum.lids.max(0.15 * by * raised);
                sum.head_rad[1] += 0.04 * by * raised;
                sum.brows = sum.brows.max(0.2 * by * raised);
            }
        }
    }
}

impl Gesticulation {
    /// Brows, and the cheek, corner and brow of the winking side, `strength` times.
    pub(super) fn add_to(&self, pose: &mut Pose, strength: f32) {
        let (brows, wink) = (strength * self.brows, strength * self.wink);
        ActionUnit::InnerBrowRaiser.add_to(pose, 0.45 * brows, false);
        ActionUnit::OuterBrowRaiser.add_to(pose, 0.5 * brows, false);
        ActionUnit::CheekRaiser.add_to(pose, 0.45 * wink, true);
        ActionUnit::LipCornerPuller.add_to(pose, 0.2 * wink, true);
        ActionUnit::BrowLowerer.add_to(pose, 0.15 * wink, true);
    }
}

impl Carried for Playing {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self { gesture, strength, age_s } = self;
        ledger.one_of(gesture, &FaceGesture::ALL);
        strength.carry(ledger);
        age_s.carry(ledger);
    }
}

impl Carried for OneShots {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self { playing } = self;
        for slot in playing {
            ledger.maybe(slot, Playing { gesture: FaceGesture::Wink, strength: 0.0, age_s: 0.0 });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DT_S: f32 = 1.0 / 240.0;

    /// The largest of a reading, and how long it is not 0.
    fn course(gesture: FaceGesture, read: fn(&Gesticulation) -> f32) -> (f32, f32) {
        let mut shots = OneShots::default();
        shots.start(gesture, 1.0);
        let readings: Vec<f32> = (0..480).map(|_| read(&shots.step(DT_S))).collect();
        let most = readings.iter().fold(0.0f32, |most, x| if x.abs() > most.abs() { *x } else { most });
        (most, readings.iter().filter(|x| **x != 0.0).count() as f32 * DT_S)
    }

    #[test]
    fn each_gesture_moves_what_it_should_and_ends() {
        for (gesture, read, most, length) in [
            (FaceGesture::Wink, (|g| g.wink) as fn(&Gesticulation) -> f32, 1.0, 0.35),
            (FaceGesture::Tilt, |g| g.head_rad[2], 0.14, 1.2),
            (FaceGesture::Nod, |g| g.head_rad[1], -0.12, 0.6),
            (FaceGesture::Shake, |g| g.head_rad[0], 0.14, 1.1),
            (FaceGesture::Brows, |g| g.brows, 1.0, 0.45),
            (FaceGesture::RollEyes, |g| g.gaze[1], 0.7, 1.0),
        ] {
            let (found, lasted) = course(gesture, read);
            assert!(
                (found.abs() - f32::abs(most)).abs() < 0.15 * f32::abs(most),
                "{}: {found}",
                gesture.name()
            );
            assert!(gesture != FaceGesture::Nod || found < 0.0);
            assert!((lasted - length).abs() < 0.03, "{} lasts {lasted} s", gesture.name());
        }
    }

    #[test]
    fn one_too_many_takes_the_place_of_the_oldest_and_nonsense_is_not_made() {
        let mut shots = OneShots::default();
        shots.start(FaceGesture::Wink, f32::NAN);
        shots.start(FaceGesture::Wink, -1.0);
        assert!(shots.playing.iter().all(Option::is_none));
        for gesture in FaceGesture::ALL {
            shots.start(gesture, 5.0);
            shots.step(DT_S);
        }
        let left: Vec<FaceGesture> = shots.playing.iter().flatten().map(|playing| playing.gesture).collect();
        assert_eq!(left.len(), 4);
        assert!(!left.contains(&FaceGesture::Wink) && left.contains(&FaceGesture::RollEyes));
    }
}
