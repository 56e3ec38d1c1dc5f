//! How the next line follows from the last one.

use super::bank::MemoryBank;
use super::manner::{FieldPattern, MannerCoefficients, half};
use super::recollection::Recollection;
use super::record::Memory;
use super::streams::{FACE_OBSERVABLES, FaceObservable, FaceStream, Harmonics, VOICE_OBSERVABLES};
use super::streams::{VoiceObservable, VoiceStream};

/// Share of a line's very end in the tone that it leaves; the rest is its mean. A line's end is also its grammar's: the
/// voice sinks at every full stop, whatever the tone.
const END_SHARE: f32 = 0.5;

/// How the next lines follow from the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Course {
    /// Every line is said for itself.
    #[default]
    Free,
    /// The tone in which the last line ended goes on.
    Same,
    /// From that tone in so many lines to the plain one, then [`Self::Free`].
    Calm {
        /// Lines, 1 or more; the last of them is plain.
        lines: u32,
    },
}

/// The tone that a line left.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Tone {
    /// The line's memory.
    pub id: u64,
    pub voice: VoiceStream,
    pub face: FaceStream,
}

impl Tone {
    fn of(memory: &Memory) -> Self {
        let (mut voice, mut face) = (memory.manner.voice_at(1.0), memory.manner.face_at(1.0));
        let mix = |end: &mut f32, own: &Harmonics| *end = half(END_SHARE * *end + (1.0 - END_SHARE) * own[0]);
        voice.iter_mut().zip(&memory.manner.voice).for_each(|(end, own)| mix(end, own));
        face.iter_mut().zip(&memory.manner.face).for_each(|(end, own)| mix(end, own));
        Self { id: memory.id, voice, face }
    }

    /// What a persona's own voice and face do.
    fn plain() -> Self {
        let (mut voice, mut face) = ([0.0; VOICE_OBSERVABLES], [0.0; FACE_OBSERVABLES]);
        voice[VoiceObservable::Lags as usize] = 1.0;
        use FaceObservable::{BlinkRate, Expression, Gaze, Head, Idle, Jaw};
        for factor in [Jaw, Expression, Gaze, BlinkRate, Head, Idle] {
            face[factor as usize] = 1.0;
        }
        Self { id: 0, voice, face }
    }

    /// The share `rest` of this tone, the others plain, held over a whole line.
    fn held(&self, rest: f32) -> Recollection {
        let plain = Self::plain();
        let hold = |own: &[f32], plain: &[f32]| -> Vec<Harmonics> {
            own.iter()
                .zip(plain)
                .map(|(own, plain)| [rest * own + (1.0 - rest) * plain, 0.0, 0.0, 0.0])
                .collect()
        };
        let manner = MannerCoefficients {
            voice: hold(&self.voice, &plain.voice),
            face: hold(&self.face, &plain.face),
            ..MannerCoefficients::default()
        };
        // The melody's shape and the field belong to what was said.
        Recollection { manner, field: FieldPattern::default(), melody: 0.0 }
    }
}

/// A course and how far it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct CourseState {
    pub course: Course,
    /// Lines of [`Course::Calm`] that were said.
    pub said: u32,
    /// Where it began.
    pub from: Option<Tone>,
}

impl CourseState {
    /// How much of the tone is left in the line that was asked for last, 0..=1; below 0 past the end.
    fn rest(&self) -> f32 {
        match self.course {
            Course::Calm { lines } => 1.0 - self.said as f32 / lines.max(1) as f32,
            _ => 1.0,
        }
    }

    pub fn forget(&mut self, id: u64) {
        self.from = self.from.take().filter(|tone| tone.id != id);
    }
}

impl MemoryBank {
    /// How lines follow each other now.
    pub fn course(&self) -> Course {
        self.session.course.course
    }

    /// Sets the course, from the tone in which the last line ended; one that runs already runs on.
    pub fn set_course(&mut self, course: Course) {
        if course != self.course() {
            let from = self.latest().map(Tone::of).filter(|_| course != Course::Free);
            self.session.course = CourseState { course, said: 0, from };
        }
    }

    /// The manner of the next line as the course has it, and the share that it has in the line, 0..=1; none where every
    /// line is said for itself or nothing was said yet. Call it once for each line: [`Course::Calm`] counts.
    pub fn next_line(&mut self) -> Option<(Recollection, f32)> {
        if self.course() == Course::Free {
            return None;
        }
        let from = self.session.course.from.take().or_else(|| self.latest().map(Tone::of))?;
        let state = &mut self.session.course;
        if let Course::Calm { .. } = state.course {
            state.said = state.said.saturating_add(1);
        }
        let rest = state.rest();
        let recollection = from.held(rest.max(0.0));
        if rest > 0.0 {
            state.from = Some(from);
        } else {
            *state = CourseState::default();
        }
        Some((recollection, 1.0))
    }

    /// What [`Self::next_line`] told last, for a session that was read and goes on: the line that it was told for has not
    /// been said yet. None where it was never asked.
    pub fn awaited_line(&self) -> Option<(Recollection, f32)> {
        let CourseState { course, said, from } = &self.session.course;
        let asked = *course != Course::Free && (*said > 0 || *course == Course::Same);
        let from = from.as_ref().filter(|_| asked)?;
        Some((from.held(self.session.course.rest().max(0.0)), 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::super::samples::said;
    use super::*;

    const PITCH: usize = VoiceObservable::PitchSt as usize;

    /// Pitch begins at 7 and ends at 1, about 4.
    fn falling() -> MemoryBank {
        let mut bank = MemoryBank::default();
        let mut memory = said(1, "It falls.");
        memory.manner.voice[PITCH] = [4.0, 3.0, 0.0, 0.0];
        bank.keep(memory).expect("kept");
        bank
    }

    fn pitch(recollection: &Recollection) -> Vec<f32> {
        [0.0, 0.5, 1.0].map(|along| recollection.manner.voice_at(along)[PITCH]).to_vec()
    }

    #[test]
    fn the_same_tone_is_the_last_ones_end_held() {
        let mut bank = falling();
        assert_eq!(bank.next_line(), None);
        bank.set_course(Course::Same);
        for _ in 0..5 {
            let (recollection, share) = bank.next_line().expect("a tone");
            assert_eq!((pitch(&recollection), share, recollection.melody), (vec![2.5; 3], 1.0, 0.0));
            bank.keep(said(2, "Something else.")).expect("kept");
        }
        bank.set_course(Course::Free);
        assert_eq!(bank.next_line(), None);
    }

    #[test]
    fn it_calms_down_line_by_line_and_is_free_then() {
        let mut bank = falling();
        bank.set_course(Course::Calm { lines: 4 });
        let lags = VoiceObservable::Lags as usize;
        let mut said = Vec::new();
        while let Some((recollection, _)) = bank.next_line() {
            said.push(pitch(&recollection)[1]);
            if said.len() == 4 {
                assert_eq!(recollection.manner.voice_at(0.3)[lags], 1.0);
                assert_eq!(recollection.manner.face_at(0.3)[FaceObservable::Jaw as usize], 1.0);
            }
            // Set again and again, as a parameter is, it goes on.
            if said.len() < 4 {
                bank.set_course(Course::Calm { lines: 4 });
            }
        }
        assert_eq!(said, [1.875, 1.25, 0.625, 0.0]);
        assert_eq!(bank.course(), Course::Free);
        bank.set_course(Course::Calm { lines: 0 });
        assert!(bank.next_line().is_some() && bank.next_line().is_none());
    }

    #[test]
    fn the_line_that_was_asked_for_can_be_asked_for_again() {
        let mut bank = falling();
        assert_eq!(bank.awaited_line(), None);
        for course in [Course::Calm { lines: 4 }, Course::Same] {
            bank.set_course(course);
            assert_eq!(bank.awaited_line().is_some(), course == Course::Same, "the same tone counts nothing");
            for _ in 0..3 {
                let told = bank.next_line();
                let (read, losses) = MemoryBank::from_texts(bank.to_texts(true).iter().map(String::as_str));
                assert!(losses.is_empty() && told.is_some());
                let [told, read] = [told, read.awaited_line()].map(|line| pitch(&line.expect("a line").0));
                assert!(told.iter().zip(&read).all(|(a, b)| (a - b).abs() < 1e-2), "{told:?} {read:?}");
            }
        }
    }

    #[test]
    fn a_course_waits_for_a_first_line_and_survives_what_fades() {
        let mut bank = MemoryBank::default();
        bank.set_course(Course::Same);
        assert_eq!(bank.next_line(), None);
        let mut memory = said(1, "High.");
        memory.manner.voice[PITCH] = [3.0, 0.0, 0.0, 0.0];
        let id = bank.keep(memory).expect("kept");
        assert_eq!(bank.next_line().map(|line| pitch(&line.0)[0]), Some(3.0));
        bank.forget(id).expect("there");
        assert_eq!(bank.next_line(), None, "of what was forgotten nothing goes on");
    }
}
