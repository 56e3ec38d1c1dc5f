//! Keys that a host hands over instead of letting the window see them.

use nice_plug::editor::{Modifiers, VirtualKeyCode};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Between the host's key hook and the running editor.
#[derive(Default)]
pub struct KeyBridge {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    context: Option<egui::Context>,
    waiting: Vec<egui::Event>,
}

impl KeyBridge {
    /// Connects the open editor, or disconnects the closed one.
    pub fn connect(&self, context: Option<egui::Context>) {
        let mut inner = self.lock();
        inner.context = context;
        inner.waiting.clear();
    }

    /// The keys that have come since the last call.
    pub fn take(&self) -> Vec<egui::Event> {
        std::mem::take(&mut self.lock().waiting)
    }

    /// Offers a key; true if the editor is typing and took it.
    pub fn offer(&self, code: VirtualKeyCode, down: bool, held: Modifiers) -> bool {
        let mut inner = self.lock();
        let Some(context) = inner.context.clone() else { return false };
        if !context.egui_wants_keyboard_input() {
            return false;
        }
        let Some(events) = events_of(code, down, held) else { return false };
        inner.waiting.extend(events);
        context.request_repaint();
        true
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a key becomes; nothing for the release of a key that only types, none for a key that is the host's.
fn events_of(code: VirtualKeyCode, down: bool, held: Modifiers) -> Option<Vec<egui::Event>> {
    let modifiers = egui::Modifiers {
        alt: held.contains(Modifiers::ALT),
        ctrl: held.contains(Modifiers::CONTROL),
        shift: held.contains(Modifiers::SHIFT),
        mac_cmd: false,
        command: held.contains(Modifiers::COMMAND),
    };
    let press = |key| egui::Event::Key { key, physical_key: None, pressed: down, repeat: false, modifiers };
    let typed = |letter: &str| down.then(|| egui::Event::Text(letter.to_owned())).into_iter();
    let key = match code {
        // A space types in a box and presses a button.
        VirtualKeyCode::Space => return Some(typed(" ").chain([press(egui::Key::Space)]).collect()),
        VirtualKeyCode::Backspace => egui::Key::Backspace,
        VirtualKeyCode::Delete => egui::Key::Delete,
        VirtualKeyCode::Return | VirtualKeyCode::NumpadEnter => egui::Key::Enter,
        VirtualKeyCode::Tab => egui::Key::Tab,
        VirtualKeyCode::Escape => egui::Key::Escape,
        VirtualKeyCode::ArrowLeft => egui::Key::ArrowLeft,
        VirtualKeyCode::ArrowRight => egui::Key::ArrowRight,
        VirtualKeyCode::ArrowUp => egui::Key::ArrowUp,
        VirtualKeyCode::ArrowDown => egui::Key::ArrowDown,
        VirtualKeyCode::Home => egui::Key::Home,
        VirtualKeyCode::End => egui::Key::End,
        VirtualKeyCode::PageUp => egui::Key::PageUp,
        VirtualKeyCode::PageDown => egui::Key::PageDown,
        other => return Some(typed(keypad(other)?).collect()),
    };
    Some(vec![press(key)])
}

/// What a key of the numeric pad types. Hosts offer no other letters: those come as keys of the window or not at all.
fn keypad(code: VirtualKeyCode) -> Option<&'static str> {
    Some(match code {
        VirtualKeyCode::Numpad0 => "0",
        VirtualKeyCode::Numpad1 => "1",
        VirtualKeyCode::Numpad2 => "2",
        VirtualKeyCode::Numpad3 => "3",
        VirtualKeyCode::Numpad4 => "4",
        VirtualKeyCode::Numpad5 => "5",
        VirtualKeyCode::Numpad6 => "6",
        VirtualKeyCode::Numpad7 => "7",
        VirtualKeyCode::Numpad8 => "8",
        VirtualKeyCode::Numpad9 => "9",
        VirtualKeyCode::NumpadAdd => "+",
        VirtualKeyCode::NumpadSubtract => "-",
        VirtualKeyCode::NumpadMultiply => "*",
        VirtualKeyCode::NumpadDivide => "/",
        VirtualKeyCode::NumpadDecimal => ".",
        VirtualKeyCode::Equals => "=",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_the_host_type_and_press() {
        let of = |code, down| events_of(code, down, Modifiers::empty());
        assert_eq!(of(VirtualKeyCode::Numpad7, true), Some(vec![egui::Event::Text("7".into())]));
        assert_eq!(of(VirtualKeyCode::Numpad7, false), Some(vec![]));
        assert_eq!(of(VirtualKeyCode::Space, true).map(|events| events.len()), Some(2));
        let pressed = |code| match of(code, true).as_deref() {
            Some([egui::Event::Key { key, pressed: true, .. }]) => Some(*key),
            _ => None,
        };
        assert_eq!(pressed(VirtualKeyCode::NumpadEnter), Some(egui::Key::Enter));
        assert_eq!(pressed(VirtualKeyCode::Escape), Some(egui::Key::Escape));
        assert_eq!(of(VirtualKeyCode::F5, true), None, "the host's own");
    }
}
