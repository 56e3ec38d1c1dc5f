//! The head: how a feeling holds it, sway, breath, nods on stressed syllables, and the bounce of laughing and sobbing.

use super::FaceGains;
use super::timing::Eased;
use crate::emotion::{Mode, Moods, Style, Styles};
use crate::field::{Band, FieldNetwork, Role};

/// Time in which nine tenths of a change of posture are made, s.
const POSTURE_S: f32 = 1.1;
/// Nod of a fully stressed syllable of an engaged speaker, rad.
const NOD_RAD: f32 = 0.06;
/// Swing of the head with each burst of laughter, and with each sob, rad.
const LAUGH_RAD: f32 = 0.05;
const SOB_RAD: f32 = 0.025;
/// Swing of the head for each semitone that the larynx trembles, rad: heads of tremulous voices shake along by a degree or two.
const TREMBLE_RAD_PER_ST: f32 = 0.008;

/// Yaw (+ left), pitch (+ up) and roll (+ to the left shoulder) in rad at full degree. Down in sadness and boredom, up in
/// contempt and elation (Wallbott 1998; Mignault & Chaudhuri 2003), aside in tenderness (head cants: Costa, Menzani & Ricci Bitti 2001),
/// back in fear and surprise, turned off in disgust, lowered at the opponent in anger (Witkower & Tracy 2019).
const fn posture(mode: Mode) -> [f32; 3] {
    match mode {
        Mode::Neutral => [0.0, 0.0, 0.0],
        Mode::Happy => [0.0, 0.02, 0.03],
        Mode::Sad => [0.03, -0.13, 0.03],
        Mode::Angry => [0.0, -0.06, 0.0],
        Mode::Afraid => [0.08, 0.05, -0.03],
        Mode::Disgusted => [-0.1, 0.03, -0.03],
        Mode::Surprised => [0.0, 0.07, 0.0],
        Mode::Calm => [0.0, 0.0, 0.02],
        Mode::Tender => [0.0, -0.03, 0.13],
        Mode::Bored => [0.05, -0.06, 0.1],
        Mode::Contempt => [0.06, 0.09, -0.04],
        Mode::Excited => [0.0, 0.05, 0.0],
    }
}

const fn lean(style: Style) -> [f32; 3] {
    match style {
        Style::Whisper => [0.0, -0.05, 0.03],
        Style::Murmur => [0.0, -0.06, 0.0],
        Style::Shout => [0.0, 0.05, 0.0],
        Style::Laugh => [0.0, 0.05, 0.02],
        Style::Sob => [0.02, -0.12, 0.02],
        Style::Hum => [0.0, 0.0, 0.03],
    }
}

/// What moves a head in one tick.
pub(super) struct HeadDrive<'a> {
    pub(super) network: &'a FieldNetwork,
    pub(super) moods: &'a Moods,
    pub(super) styles: &'a Styles,
    /// Drowsy -1 .. +1 excited.
    pub(super) arousal: f32,
    /// Bounce of the breath muscles, -1..=1.
    pub(super) bounce: f32,
    /// What gestures add, rad.
    pub(super) gesture_rad: [f32; 3],
    /// The trembling of the larynx that a neck follows, in st.
    pub(super) tremble_st: f32,
    pub(super) gains: &'a FaceGains,
}

/// State of the head.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Head {
    posture: [Eased; 3],
}

impl Head {
    /// Yaw, pitch and roll in rad after `dt_s` more.
    pub(super) fn step(&mut self, dt_s: f32, drive: &HeadDrive<'_>) -> [f32; 3] {
        let mut target = [0.0f32; 3];
        let mut add = |angles: [f32; 3], degree: f32| {
            target.iter_mut().zip(angles).for_each(|(axis, angle)| *axis += degree * angle);
        };
        drive.moods.iter().for_each(|(mode, degree)| add(posture(mode), degree));
        let styles = drive.styles;
        Style::ALL.into_iter().for_each(|style| add(lean(style), styles.of(style)));
        for (axis, to) in self.posture.iter_mut().zip(target) {
            axis.follow(to, dt_s, POSTURE_S);
        }
        let network = drive.network;
        let (re, im) = network.mean_field(Band::Meso);
        let engagement = re.hypot(im) * (1.0 + 0.5 * drive.arousal.clamp(-1.0, 1.0));
        let nod = network.r(Role::Nod) * engagement * (0.5 - 0.5 * network.cos(Role::Nod));
        let breath = 0.006 * (1.0 + 0.8 * drive.arousal.max(0.0)) * network.cos(Role::Breath);
        let bounce = drive.bounce * (LAUGH_RAD * styles.of(Style::Laugh) + SOB_RAD * styles.of(Style::Sob));
        let (idle, tremble) = (drive.gains.idle, TREMBLE_RAD_PER_ST * drive.tremble_st);
        let moving = [
            idle * (0.035 * network.sin(Role::SwayYaw)) + 0.6 * tremble,
            idle * (0.018 * network.sin(Role::SwayPitch)) + idle * breath - NOD_RAD * nod + bounce + tremble,
            idle * (0.022 * network.sin(Role::SwayRoll)),
        ];
        std::array::from_fn(|axis| {
            let held = drive.gains.expression * self.posture[axis].now();
            drive.gains.head * (held + moving[axis] + drive.gesture_rad[axis])
        })
    }
}

crate::carry::carried!(Head { posture } but {});
