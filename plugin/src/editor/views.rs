//! What the drawn views remember between pictures: sound, phases, memory, levels.

use super::memory_trace::MemoryTrace;
use super::memory_view::MemoryState;
use super::meters::{FaceRate, Levels};
use super::psi_trace::PsiTrace;
use super::psi_view::PsiState;
use super::scope_view::ScopeState;
use super::sound_trace::SoundTrace;
use crate::channels::FaceView;
use crate::scope_tap::ScopeEnd;

/// All of it.
#[derive(Default)]
pub struct Views {
    /// The sound of the last seconds and its phones.
    pub sound: SoundTrace,
    /// How it is shown.
    pub scope: ScopeState,
    /// The field's phases, orders and energy.
    pub psi: PsiTrace,
    /// What of it is chosen.
    pub psi_state: PsiState,
    /// The course of the session.
    pub memory: MemoryTrace,
    /// How the memories are looked at, and what is typed for them.
    pub memory_state: MemoryState,
    /// Peak and mean.
    pub levels: Levels,
    /// Faces a second that leave for the network.
    pub faces: FaceRate,
}

impl Views {
    /// Takes over what the audio thread has sent.
    pub fn hear(&mut self, scope: &mut ScopeEnd) {
        while let Ok(chunk) = scope.sounds.pop() {
            self.sound.hear(&chunk);
            self.levels.hear(&chunk.samples, chunk.rate_hz);
        }
        while let Ok(phone) = scope.phones.pop() {
            self.sound.speak(phone);
        }
        while let Ok(picture) = scope.pictures.pop() {
            self.psi.see_phases(picture);
        }
    }

    /// Takes over a face.
    pub fn see(&mut self, view: &FaceView) {
        let second = view.face.time_samples as f64 / f64::from(view.sample_rate_hz.max(1.0));
        self.sound.sing(second, &view.field);
        self.psi.see(second, &view.field);
        self.memory.see(second, &view.face, &view.field);
    }
}
