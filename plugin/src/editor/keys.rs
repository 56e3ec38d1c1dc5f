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
        match event_of(code, down, held) {
            Some(Key::Press(event)) => inner.waiting.push(event),
            Some(Key::Nothing) => {}
            None => return false,
        }
        context.request_repaint();
        true
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Key {
    Press(egui::Event),
    /// Taken, but there is nothing to do: the release of a key that types.
    Nothing,
}

fn event_of(code: VirtualKeyCode, down: bool, held: Modifiers) -> Option<Key> {
    let modifiers = egui::Modifiers {
        alt: held.contains(Modifiers::ALT),
        ctrl: held.contains(Modifiers::CONTROL),
        shift: held.contains(Modifiers::SHIFT),
        mac_cmd: false,
        command: held.contains(Modifiers::COMMAND),
    };
    let key = match code {
        VirtualKeyCode::Space if down => return Some(Key::Press(egui::Event::Text(" ".into()))),
        VirtualKeyCode::Space => return Some(Key::Nothing),
        VirtualKeyCode::Backspace => egui::Key::Backspace,
        VirtualKeyCode::Delete => egui::Key::Delete,
        VirtualKeyCode::Return | VirtualKeyCode::NumpadEnter => egui::Key::Enter,
        VirtualKeyCode::Tab => egui::Key::Tab,
        VirtualKeyCode::ArrowLeft => egui::Key::ArrowLeft,
        VirtualKeyCode::ArrowRight => egui::Key::ArrowRight,
        VirtualKeyCode::ArrowUp => egui::Key::ArrowUp,
        VirtualKeyCode::ArrowDown => egui::Key::ArrowDown,
        VirtualKeyCode::Home => egui::Key::Home,
        VirtualKeyCode::End => egui::Key::End,
        _ => return None,
    };
    Some(Key::Press(egui::Event::Key { key, physical_key: None, pressed: down, repeat: false, modifiers }))
}
