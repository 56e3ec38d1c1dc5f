//! Keys on a drawing that has the keyboard: arrows are steps, Home and End the ends, Enter acts.

use egui::{EventFilter, Key, Modifiers, Response, Ui};

/// One step of an arrow key, and with shift.
pub const STEP: f32 = 0.05;
/// See [`STEP`].
pub const FINE_STEP: f32 = 0.01;

/// What was pressed since the last picture.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct KeySteps {
    /// Presses to the right less those to the left.
    pub right: i32,
    /// Presses up less those down.
    pub up: i32,
    /// Whether shift was held.
    pub fine: bool,
    /// Home.
    pub home: bool,
    /// End.
    pub end: bool,
    /// Enter.
    pub enter: bool,
    /// Delete or backspace.
    pub delete: bool,
}

impl KeySteps {
    /// Takes the keys if `response` has the keyboard: nobody else gets them then.
    pub fn take(ui: &Ui, response: &Response) -> Self {
        if !response.has_focus() {
            return Self::default();
        }
        let filter = EventFilter { horizontal_arrows: true, vertical_arrows: true, ..EventFilter::default() };
        ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, filter));
        Self::all(ui)
    }

    /// Takes Enter and Delete alone: arrows go from row to row of a list.
    pub fn take_acts(ui: &Ui) -> Self {
        let pressed = |key| ui.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        let enter = pressed(Key::Enter);
        let (delete, backspace) = (pressed(Key::Delete), pressed(Key::Backspace));
        Self { enter, delete: delete || backspace, ..Self::default() }
    }

    fn all(ui: &Ui) -> Self {
        ui.input_mut(|input| {
            let fine = input.modifiers.shift;
            let held = if fine { Modifiers::SHIFT } else { Modifiers::NONE };
            let mut count = |key| input.count_and_consume_key(held, key) as i32;
            Self {
                right: count(Key::ArrowRight) - count(Key::ArrowLeft),
                up: count(Key::ArrowUp) - count(Key::ArrowDown),
                fine,
                home: count(Key::Home) > 0,
                end: count(Key::End) > 0,
                enter: count(Key::Enter) > 0,
                delete: count(Key::Delete) + count(Key::Backspace) > 0,
            }
        })
    }

    /// A value moved along a range of this length by so many presses.
    pub fn moved(&self, value: f32, presses: i32, step: f32) -> f32 {
        let step = if self.fine { step * FINE_STEP / STEP } else { step };
        value + presses as f32 * step
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shift_makes_steps_fine() {
        let keys = KeySteps::default();
        assert!((keys.moved(0.5, 2, STEP) - 0.6).abs() < 1e-6);
        assert!((KeySteps { fine: true, ..keys }.moved(0.5, -2, STEP) - 0.48).abs() < 1e-6);
    }
}
