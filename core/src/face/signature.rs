//! What each emotion does to a face: EMFACS action units with strengths that leave a mouth free to speak.
//!
//! Combinations of the seven basic emotions: Friesen & Ekman 1983 (EMFACS-7), Ekman, Friesen & Hager 2002. The others:
//! boredom is drooping lids (D'Mello & Graesser 2010), tenderness a mild smile with the inner brow of compassion
//! (Eisenberg et al. 1989; Campos et al. 2013), elation a smile with raised brows and lids (Scherer & Ellgring 2007), calm
//! relaxed lids and a trace of a smile (contentment in Campos et al. 2013).

use super::{ActionUnit, BLENDSHAPE_COUNT, Pose};
use crate::emotion::{Mode, Moods, Style, Styles};

/// One unit's part in an expression.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FacePart {
    /// The unit.
    pub unit: ActionUnit,
    /// Its strength at full degree, 0..=1.
    pub strength: f32,
    /// It grows as the degree to this power.
    pub power: f32,
    /// Whether it acts on the person's right side alone.
    pub right_only: bool,
}

impl FacePart {
    fn at(&self, degree: f32) -> f32 {
        // The weak part of a smile has no cheeks; all other units grow in proportion.
        self.strength * if self.power == 1.0 { degree } else { degree.max(0.0).powf(self.power) }
    }
}

const fn both(unit: ActionUnit, strength: f32) -> FacePart {
    FacePart { unit, strength, power: 1.0, right_only: false }
}

const fn right(unit: ActionUnit, strength: f32) -> FacePart {
    FacePart { unit, strength, power: 1.0, right_only: true }
}

/// Cheeks rise in felt smiles, later than the corners do: a slight, polite smile is without them (Ekman, Davidson &
/// Friesen 1990; Krumhuber & Manstead 2009 on intensity).
const fn duchenne(strength: f32) -> FacePart {
    FacePart { unit: ActionUnit::CheekRaiser, strength, power: 1.8, right_only: false }
}

use ActionUnit::{
    BrowLowerer, CheekRaiser, ChinRaiser, Dimpler, EyesClosed, InnerBrowRaiser, JawDrop, LidTightener,
    LipCornerDepressor, LipCornerPuller, LipPressor, LipStretcher, LipsPart, NoseWrinkler, OuterBrowRaiser,
    UpperLidRaiser, UpperLipRaiser,
};

/// The units of a mode at "normal" intensity: that of somebody who speaks, not of a posed photograph.
pub const fn face_parts(mode: Mode) -> &'static [FacePart] {
    match mode {
        Mode::Neutral => const { &[] },
        Mode::Happy => {
            const { &[both(LipCornerPuller, 0.55), duchenne(0.5), both(LidTightener, 0.1), both(LipsPart, 0.06)] }
        }
        Mode::Sad => {
            const {
                &[
                    both(InnerBrowRaiser, 0.55),
                    both(LipCornerDepressor, 0.42),
                    both(ChinRaiser, 0.3),
                    both(BrowLowerer, 0.22),
                    both(EyesClosed, 0.08),
                ]
            }
        }
        Mode::Angry => {
            const {
                &[
                    both(BrowLowerer, 0.62),
                    both(LidTightener, 0.36),
                    both(UpperLidRaiser, 0.28),
                    both(LipPressor, 0.3),
                    both(ChinRaiser, 0.1),
                    both(NoseWrinkler, 0.08),
                ]
            }
        }
        Mode::Afraid => {
            const {
                &[
                    both(UpperLidRaiser, 0.52),
                    both(InnerBrowRaiser, 0.52),
                    both(LipStretcher, 0.36),
                    both(BrowLowerer, 0.28),
                    both(OuterBrowRaiser, 0.28),
                    both(LidTightener, 0.14),
                    both(JawDrop, 0.1),
                ]
            }
        }
        Mode::Disgusted => {
            const {
                &[
                    both(NoseWrinkler, 0.5),
                    both(LipCornerDepressor, 0.36),
                    both(UpperLipRaiser, 0.3),
                    both(ChinRaiser, 0.3),
                    both(BrowLowerer, 0.1),
                    both(LidTightener, 0.08),
                ]
            }
        }
        Mode::Surprised => {
            const {
                &[
                    both(OuterBrowRaiser, 0.52),
                    both(InnerBrowRaiser, 0.5),
                    both(UpperLidRaiser, 0.46),
                    both(JawDrop, 0.2),
                ]
            }
        }
        Mode::Calm => const { &[both(EyesClosed, 0.2), both(LipCornerPuller, 0.1)] },
        Mode::Tender => {
            const {
                &[
                    both(LipCornerPuller, 0.3),
                    both(InnerBrowRaiser, 0.18),
                    FacePart { unit: CheekRaiser, strength: 0.2, power: 1.4, right_only: false },
                    both(EyesClosed, 0.1),
                ]
            }
        }
        Mode::Bored => {
            const { &[both(EyesClosed, 0.32), both(LipCornerDepressor, 0.14), both(ChinRaiser, 0.06)] }
        }
        Mode::Contempt => {
            const {
                &[
                    right(Dimpler, 0.45),
                    right(LipCornerPuller, 0.3),
                    both(EyesClosed, 0.1),
                    both(LidTightener, 0.08),
                ]
            }
        }
        Mode::Excited => {
            const {
                &[
                    both(LipCornerPuller, 0.62),
                    duchenne(0.5),
                    both(OuterBrowRaiser, 0.28),
                    both(InnerBrowRaiser, 0.22),
                    both(UpperLidRaiser, 0.2),
                    both(LipsPart, 0.1),
                ]
            }
        }
    }
}

/// The units of a style: crying and laughing squeeze the eyes (Darwin 1872, chapters 6 and 8; Ruch & Ekman 2001).
pub const fn style_parts(style: Style) -> &'static [FacePart] {
    match style {
        Style::Whisper => {
            const { &[both(OuterBrowRaiser, 0.1), both(InnerBrowRaiser, 0.14), both(UpperLidRaiser, 0.08)] }
        }
        Style::Murmur => const { &[both(EyesClosed, 0.14)] },
        Style::Shout => {
            const {
                &[
                    both(BrowLowerer, 0.3),
                    both(LidTightener, 0.2),
                    both(NoseWrinkler, 0.16),
                    both(UpperLipRaiser, 0.14),
                    both(LipStretcher, 0.12),
                ]
            }
        }
        Style::Laugh => {
            const {
                &[
                    both(LipCornerPuller, 0.65),
                    both(CheekRaiser, 0.45),
                    both(LidTightener, 0.28),
                    both(LipsPart, 0.12),
                ]
            }
        }
        Style::Sob => {
            const {
                &[
                    both(InnerBrowRaiser, 0.5),
                    both(LipCornerDepressor, 0.34),
                    both(ChinRaiser, 0.34),
                    both(LidTightener, 0.3),
                    both(BrowLowerer, 0.26),
                    both(LipStretcher, 0.16),
                ]
            }
        }
        Style::Hum => const { &[both(LipPressor, 0.2)] },
    }
}

/// Adds an expression to a degree; `upper_only` keeps brows, lids and cheeks.
pub(super) fn add_parts(pose: &mut Pose, parts: &[FacePart], degree: f32, upper_only: bool) {
    for part in parts.iter().filter(|part| !upper_only || part.unit.is_of_the_upper_face()) {
        part.unit.add_to(pose, part.at(degree), part.right_only);
    }
}

/// From here on strengths that add up yield: two feelings do not lift a brow twice as far.
const KNEE: f32 = 0.6;

/// Bounded by 1, unchanged up to the knee, smooth there.
fn yielding(x: f32) -> f32 {
    let over = (x - KNEE) / (1.0 - KNEE);
    if over > 0.0 { KNEE + (1.0 - KNEE) * over / (1.0 + over) } else { x }
}

/// Strengths of the shapes for what is felt and how it is spoken; zero when neither is there.
pub(super) fn face_of(moods: &Moods, styles: &Styles) -> Pose {
    let mut pose = [0.0; BLENDSHAPE_COUNT];
    for (mode, degree) in moods.iter() {
        add_parts(&mut pose, face_parts(mode), degree, false);
    }
    for style in Style::ALL.into_iter().filter(|style| styles.of(*style) > 0.0) {
        add_parts(&mut pose, style_parts(style), styles.of(style), false);
    }
    pose.map(yielding)
}

/// Strengths of the shapes, 0..=1 in frame order, for what is felt: the sum over the modes; zero when neutral.
pub fn expression_pose(moods: &Moods) -> Pose {
    face_of(moods, &Styles::NONE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Shape;
    use crate::grammar::{FaceState, face_violations};

    fn strongest(mode: Mode, count: usize) -> Vec<u8> {
        let pose = expression_pose(&Moods::one(mode, 1.0));
        let mut units: Vec<(u8, f32)> =
            ActionUnit::ALL.iter().map(|unit| (unit.number(), unit.seen_in(&pose))).collect();
        units.sort_by(|a, b| b.1.total_cmp(&a.1));
        let mut numbers: Vec<u8> = units[..count].iter().map(|unit| unit.0).collect();
        numbers.sort_unstable();
        numbers
    }

    #[test]
    fn the_strongest_units_are_those_of_emfacs() {
        for (mode, units) in [
            (Mode::Happy, vec![6, 12]),
            (Mode::Sad, vec![1, 4, 15, 17]),
            (Mode::Surprised, vec![1, 2, 5, 26]),
            (Mode::Afraid, vec![1, 2, 4, 5, 7, 20, 26]),
            (Mode::Angry, vec![4, 5, 7, 24]),
            (Mode::Disgusted, vec![9, 10, 15, 17]),
            (Mode::Contempt, vec![12, 14]),
            (Mode::Excited, vec![1, 2, 6, 12]),
            (Mode::Tender, vec![6, 12]),
            (Mode::Calm, vec![12, 43]),
            (Mode::Bored, vec![15, 43]),
        ] {
            let count = units.len();
            let found = strongest(mode, count);
            let tender = mode == Mode::Tender && found == [1, 12];
            assert!(found == units || tender, "{}: {found:?}", mode.name());
        }
    }

    #[test]
    fn neutral_is_still_and_every_mode_is_lawful_alone() {
        assert!(expression_pose(&Moods::NONE).iter().all(|strength| *strength == 0.0));
        for mode in Mode::ALL {
            for degree in [0.25, 0.5, 1.0] {
                let pose = expression_pose(&Moods::one(mode, degree));
                let state = FaceState { pose, ..FaceState::NEUTRAL };
                assert!(face_violations(&state).is_empty(), "{} at {degree}", mode.name());
                assert!(pose.iter().all(|x| *x <= 0.7), "{}: over-acted", mode.name());
            }
        }
        for style in Style::ALL {
            let mut styles = Styles::NONE;
            styles.set(style, 1.0);
            let state = FaceState { pose: face_of(&Moods::NONE, &styles), ..FaceState::NEUTRAL };
            assert!(face_violations(&state).is_empty(), "{}", style.name());
        }
    }

    #[test]
    fn a_polite_smile_has_less_of_the_cheeks_and_contempt_is_on_the_right() {
        let ratio = |degree: f32| {
            let pose = expression_pose(&Moods::one(Mode::Happy, degree));
            pose[Shape::CheekSquintLeft as usize] / pose[Shape::MouthSmileLeft as usize]
        };
        assert!(ratio(0.3) < 0.5 * ratio(1.0) && ratio(0.3) < ratio(0.6) && ratio(1.0) > 0.8);
        let contempt = expression_pose(&Moods::one(Mode::Contempt, 1.0));
        assert_eq!(contempt[Shape::MouthSmileLeft as usize] + contempt[Shape::MouthDimpleLeft as usize], 0.0);
    }

    #[test]
    fn all_feelings_at_once_stay_within_a_face() {
        let mut moods = Moods::NONE;
        Mode::ALL.into_iter().for_each(|mode| moods.set(mode, 1.0));
        assert!(expression_pose(&moods).iter().all(|x| (0.0..1.0).contains(x)));
    }
}
