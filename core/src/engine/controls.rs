//! All controls of one engine on their way to their targets.

use super::control::{Control, Smoothed};

/// Time constant with which an f0 from outside appears and disappears, s.
const PRESENCE_S: f32 = 0.01;
/// An f0 from outside below this is none, Hz.
const LOWEST_F0_HZ: f32 = 20.0;
/// Less presence than this is not heard: a new f0 then starts where it is wanted instead of gliding there.
const INAUDIBLE: f32 = 1e-3;

/// Every control's path, and the one of the f0 from outside, which glides in octaves.
#[derive(Debug, Clone)]
pub(super) struct Controls {
    paths: [Smoothed; Control::ALL.len()],
    /// ln Hz of the f0 from outside.
    ln_f0: Smoothed,
    /// Whether there is one, 0..=1.
    presence: Smoothed,
}

impl Controls {
    /// All at their defaults.
    pub fn new(sample_rate_hz: f32) -> Self {
        let path = |control: Control| {
            Smoothed::new(control.default_value(), control.time_constant_s() * sample_rate_hz)
        };
        let f0_tau_samples = Control::F0Hz.time_constant_s() * sample_rate_hz;
        Self {
            paths: Control::ALL.map(path),
            ln_f0: Smoothed::new(LOWEST_F0_HZ.ln(), f0_tau_samples),
            presence: Smoothed::new(0.0, PRESENCE_S * sample_rate_hz),
        }
    }

    /// Every control at its target, at sample 0.
    pub fn settle(&mut self) {
        self.settle_at(0);
    }

    /// Every control at its target, at a sample.
    pub fn settle_at(&mut self, now: u64) {
        for path in &mut self.paths {
            path.jump(path.target(), now);
        }
        self.ln_f0.jump(self.ln_f0.target(), now);
        self.presence.jump(self.presence.target(), now);
    }

    /// Whether a control rests at a value, so that moving it there does nothing.
    pub fn rests_at(&self, control: Control, value: f32) -> bool {
        // The f0 from outside has a presence besides.
        control != Control::F0Hz && self.paths[control as usize].rests_at(control.clamp(value))
    }

    /// From sample `now` on all controls go where those of `other` are going.
    pub fn go_to(&mut self, other: &Self, now: u64) {
        for control in Control::ALL {
            let target = other.paths[control as usize].target();
            if !self.rests_at(control, target) {
                self.set(control, target, now);
            }
        }
    }

    /// Moves a control from sample `now` on. Values outside its range are clamped, non-finite ones ignored.
    pub fn set(&mut self, control: Control, value: f32, now: u64) {
        let Some(value) = control.clamp(value) else { return };
        self.paths[control as usize].set_target(value, now);
        if control == Control::F0Hz {
            self.set_f0(value, now);
        }
    }

    fn set_f0(&mut self, f0_hz: f32, now: u64) {
        if f0_hz < LOWEST_F0_HZ {
            self.presence.set_target(0.0, now);
            return;
        }
        if self.presence.at(now) < INAUDIBLE {
            self.ln_f0.jump(f0_hz.ln(), now);
        } else {
            self.ln_f0.set_target(f0_hz.ln(), now);
        }
        self.presence.set_target(1.0, now);
    }

    /// Value at a sample, not before the last event.
    pub fn at(&self, control: Control, sample: u64) -> f32 {
        self.paths[control as usize].at(sample)
    }

    /// Whether the clock is to rest in a vowel.
    pub fn holds(&self) -> bool {
        self.paths[Control::Hold as usize].target() >= 0.5
    }

    /// Lines of the grid per beat; 0 for what suits.
    pub fn beat_division(&self) -> u32 {
        self.paths[Control::BeatDivision as usize].target().round() as u32
    }

    /// ln Hz of the f0 from outside at a sample and its share in the spoken one, 0..=1.
    pub fn outside_f0(&self, sample: u64) -> (f32, f32) {
        let weight = self.presence.at(sample) * self.at(Control::F0Weight, sample);
        (self.ln_f0.at(sample), if weight < INAUDIBLE { 0.0 } else { weight })
    }
}

crate::carry::carried!(Controls { paths, ln_f0, presence } but {});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_f0_from_outside_starts_where_it_is_wanted_and_then_glides() {
        let mut controls = Controls::new(48_000.0);
        assert_eq!(controls.outside_f0(0).1, 0.0, "none by default");
        controls.set(Control::F0Hz, 220.0, 100);
        assert_eq!(controls.outside_f0(100), (220f32.ln(), 0.0));
        assert!(controls.outside_f0(10_000).1 > 0.999);
        controls.set(Control::F0Hz, 440.0, 10_000);
        let half_way = controls.outside_f0(10_000 + 166).0;
        assert!((half_way - 311f32.ln()).abs() < 0.02, "glides in octaves: {}", half_way.exp());
        controls.set(Control::F0Hz, 0.0, 20_000);
        assert_eq!(controls.outside_f0(40_000).1, 0.0);
        assert!((controls.outside_f0(40_000).0 - 440f32.ln()).abs() < 1e-4, "it fades where it was");
    }

    #[test]
    fn settling_jumps_to_the_targets() {
        let mut controls = Controls::new(48_000.0);
        controls.set(Control::Breath, 0.7, 5);
        controls.set(Control::F0Hz, 330.0, 5);
        controls.set(Control::F0Weight, 0.5, 5);
        controls.set(Control::Hold, 1.0, 5);
        controls.settle();
        assert_eq!(controls.at(Control::Breath, 0), 0.7);
        assert_eq!(controls.outside_f0(0), (330f32.ln(), 0.5));
        assert!(controls.holds());
    }
}
