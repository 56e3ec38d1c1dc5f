//! Opens the editor's window at the size that the project remembers, and passes the host's keys on.
//!
//! The framework's editor state cannot be stored, so each opening builds a fresh one from our own.

use super::app::EditorApp;
use super::keys::KeyBridge;
use super::settings::Settings;
use super::{Sources, app};
use crate::entry::guarded_editor::GuardedApp;
use crate::state::EditorState;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::{LogicalSize, NativeSize};
use nice_plug::editor::{
    Editor, EditorHandle, HostMethods, Modifiers, ParentWindowHandle, ResizeHint, SpawnedEditor,
    VirtualKeyCode,
};
use nice_plug_egui::{
    EguiEditorHandle, EguiEditorState, EguiNiceSettings, RepaintNotifier, create_egui_editor,
};
use std::sync::{Arc, Mutex, PoisonError};

/// The editor of one instance, open or not.
pub struct PsivoxEditor {
    sources: Sources,
    keys: Arc<KeyBridge>,
    /// State of the window that is open now or was last.
    state: Mutex<Option<Arc<EguiEditorState>>>,
}

impl PsivoxEditor {
    /// A closed editor.
    pub fn new(sources: Sources) -> Self {
        Self { sources, keys: Arc::default(), state: Mutex::new(None) }
    }

    fn stored_size(&self) -> EditorState {
        self.sources.params.editor_size.read().unwrap_or_else(PoisonError::into_inner).sane()
    }

    fn hint() -> ResizeHint {
        let EditorState { width, height, .. } = EditorState::MIN;
        ResizeHint::resizable().with_min_logical_size(LogicalSize { width, height })
    }
}

impl Editor for PsivoxEditor {
    type Handle = PsivoxHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn std::error::Error>> {
        let EditorState { width, height, .. } = self.stored_size();
        let size = LogicalSize { width: f64::from(width), height: f64::from(height) };
        let state = EguiEditorState::from_size(size, 1.0);
        *self.state.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::clone(&state));
        let app = EditorApp::new(self.sources.clone(), Arc::clone(&self.keys), Settings::path());
        let app = GuardedApp::new(app);
        let settings = EguiNiceSettings::new().with_tile(app::TITLE).with_resize_hint(Self::hint());
        let inner = create_egui_editor(state, RepaintNotifier::new(), settings, app)
            .ok_or("the editor could not be made; use the host's own parameter list")?;
        let spawned = inner.spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host)?;
        let handle = PsivoxHandle {
            inner: spawned.handle,
            keys: Arc::clone(&self.keys),
            shared: Arc::clone(&self.sources.shared),
        };
        Ok(SpawnedEditor { handle, window: spawned.window })
    }

    fn size(&self) -> NativeSize<u32> {
        let open = self.state.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match open {
            Some(state) => {
                let size = state.physical_size();
                NativeSize { width: size.width, height: size.height }
            }
            None => {
                let EditorState { width, height, .. } = self.stored_size();
                NativeSize { width: width as u32, height: height as u32 }
            }
        }
    }

    fn resize_hint(&self) -> ResizeHint {
        Self::hint()
    }

    unsafe fn assume_standalone_in_process(&self) {
        // SAFETY: the caller promises what the backend asks for.
        unsafe { nice_plug_egui::baseview::assume_standalone_in_process() };
    }
}

/// An open window.
pub struct PsivoxHandle {
    inner: EguiEditorHandle,
    keys: Arc<KeyBridge>,
    shared: Arc<crate::channels::Shared>,
}

type Window = <EguiEditorHandle as EditorHandle>::Window;
type Error = <EguiEditorHandle as EditorHandle>::Error;

impl EditorHandle for PsivoxHandle {
    type Window = Window;
    type Error = Error;

    fn run_until_closed(window: Window) -> Result<(), Error> {
        EguiEditorHandle::run_until_closed(window)
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Window) -> Result<(), Error> {
        self.inner.set_parent(parent, window)
    }

    fn show(&self, window: &Window) -> Result<(), Error> {
        self.inner.show(window)
    }

    fn hide(&self, window: &Window) -> Result<(), Error> {
        self.inner.hide(window)
    }

    fn set_size(&self, size: NativeSize<u32>, window: &Window) -> Result<(), Error> {
        self.inner.set_size(size, window)
    }

    fn host_main_thread_callback(&self, window: &Window) {
        self.inner.host_main_thread_callback(window);
    }

    fn adjust_size(&self, size: NativeSize<u32>, window: &Window) -> Option<NativeSize<u32>> {
        self.inner.adjust_size(size, window)
    }

    fn set_fallback_scale_factor(&self, factor: f64, window: &Window) -> Result<(), Error> {
        self.inner.set_fallback_scale_factor(factor, window)
    }

    fn on_virtual_key_from_host(&self, code: VirtualKeyCode, down: bool, held: Modifiers) -> bool {
        self.keys.offer(code, down, held)
    }

    fn state_changed(&self) {
        self.inner.state_changed();
    }

    fn param_value_changed(&self, id: &str, value: f32) {
        self.inner.param_value_changed(id, value);
    }

    fn param_modulation_changed(&self, id: &str, offset: f32) {
        self.inner.param_modulation_changed(id, offset);
    }
}

impl Drop for PsivoxHandle {
    fn drop(&mut self) {
        self.shared.set_editor_open(false);
        self.keys.connect(None);
    }
}
