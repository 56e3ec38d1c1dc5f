//! The editor behind a guard, for the same reason as the instrument.

use super::guard::{caught, edge};
use super::guarded::Alarm;
use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{
    Editor, EditorHandle, HostMethods, Modifiers, ParentWindowHandle, ResizeHint, SpawnedEditor,
    VirtualKeyCode,
};
use nice_plug_egui::baseview::{HandlerError, WindowSize};
use nice_plug_egui::{Frame, NiceEguiApp};
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::mem::ManuallyDrop;

/// Size of a window whose own one cannot be asked, in pixels.
const FALLBACK: NativeSize<u32> = NativeSize { width: 640, height: 480 };

/// An editor that cannot take the host with it.
pub(crate) struct GuardedEditor<E> {
    inner: E,
    alarm: Alarm,
}

impl<E> GuardedEditor<E> {
    /// Puts a guard around an editor.
    pub(super) fn new(inner: E, alarm: Alarm) -> Self {
        Self { inner, alarm }
    }
}

impl<E: Editor> Editor for GuardedEditor<E> {
    type Handle = GuardedHandle<E::Handle>;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn Error>> {
        let spawn = || self.inner.spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host);
        let spawned = caught(spawn).unwrap_or_else(|| {
            (self.alarm)();
            Err(Failed::<Never>::Panic.into())
        })?;
        let handle = GuardedHandle(ManuallyDrop::new(spawned.handle));
        Ok(SpawnedEditor { handle, window: spawned.window })
    }

    fn size(&self) -> NativeSize<u32> {
        edge(FALLBACK, || self.inner.size())
    }

    fn resize_hint(&self) -> ResizeHint {
        caught(|| self.inner.resize_hint()).unwrap_or_default()
    }

    unsafe fn assume_standalone_in_process(&self) {
        // SAFETY: the caller promises the same.
        unsafe { self.inner.assume_standalone_in_process() };
    }
}

/// What cannot be.
#[derive(Debug)]
enum Never {}

impl Display for Never {
    fn fmt(&self, _: &mut Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}

impl Error for Never {}

/// Why the editor did not do what it was asked to.
#[derive(Debug)]
pub(crate) enum Failed<E> {
    /// It says why.
    Told(E),
    /// It met a defect of its own.
    Panic,
}

impl<E: Display> Display for Failed<E> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Told(error) => error.fmt(formatter),
            Self::Panic => formatter.write_str("the editor met a defect; close its window and open it again"),
        }
    }
}

impl<E: Error> Error for Failed<E> {}

fn told<T, E>(attempt: Option<Result<T, E>>) -> Result<T, Failed<E>> {
    attempt.map_or(Err(Failed::Panic), |done| done.map_err(Failed::Told))
}

/// An open window behind the guard.
pub(crate) struct GuardedHandle<H>(ManuallyDrop<H>);

impl<H> Drop for GuardedHandle<H> {
    fn drop(&mut self) {
        // SAFETY: it is dropped here and nowhere else.
        edge((), || unsafe { ManuallyDrop::drop(&mut self.0) });
    }
}

impl<H: EditorHandle> EditorHandle for GuardedHandle<H> {
    type Window = H::Window;
    type Error = Failed<H::Error>;

    fn run_until_closed(window: H::Window) -> Result<(), Self::Error> {
        told(caught(|| H::run_until_closed(window)))
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &H::Window) -> Result<(), Self::Error> {
        told(caught(|| self.0.set_parent(parent, window)))
    }

    fn show(&self, window: &H::Window) -> Result<(), Self::Error> {
        told(caught(|| self.0.show(window)))
    }

    fn hide(&self, window: &H::Window) -> Result<(), Self::Error> {
        told(caught(|| self.0.hide(window)))
    }

    fn set_size(&self, size: NativeSize<u32>, window: &H::Window) -> Result<(), Self::Error> {
        told(caught(|| self.0.set_size(size, window)))
    }

    fn host_main_thread_callback(&self, window: &H::Window) {
        edge((), || self.0.host_main_thread_callback(window));
    }

    fn adjust_size(&self, size: NativeSize<u32>, window: &H::Window) -> Option<NativeSize<u32>> {
        caught(|| self.0.adjust_size(size, window)).flatten()
    }

    fn set_fallback_scale_factor(&self, factor: f64, window: &H::Window) -> Result<(), Self::Error> {
        told(caught(|| self.0.set_fallback_scale_factor(factor, window)))
    }

    fn on_virtual_key_from_host(&self, code: VirtualKeyCode, down: bool, held: Modifiers) -> bool {
        edge(false, || self.0.on_virtual_key_from_host(code, down, held))
    }

    fn state_changed(&self) {
        edge((), || self.0.state_changed());
    }

    fn param_value_changed(&self, id: &str, value: f32) {
        edge((), || self.0.param_value_changed(id, value));
    }

    fn param_modulation_changed(&self, id: &str, offset: f32) {
        edge((), || self.0.param_modulation_changed(id, offset));
    }
}

/// The editor's drawing behind the guard: the window system calls it, from C on some systems.
pub(crate) struct GuardedApp<A> {
    inner: ManuallyDrop<A>,
    broken: bool,
}

impl<A> GuardedApp<A> {
    /// Puts a guard around what draws.
    pub(crate) fn new(inner: A) -> Self {
        Self { inner: ManuallyDrop::new(inner), broken: false }
    }

    fn attempt<T>(&mut self, work: impl FnOnce(&mut A) -> T) -> Option<T> {
        if self.broken {
            return None;
        }
        let done = caught(|| work(&mut self.inner));
        self.broken = done.is_none();
        done
    }
}

impl<A> Drop for GuardedApp<A> {
    fn drop(&mut self) {
        // SAFETY: it is dropped here and nowhere else.
        edge((), || unsafe { ManuallyDrop::drop(&mut self.inner) });
    }
}

impl<A: NiceEguiApp> NiceEguiApp for GuardedApp<A> {
    fn build(
        &mut self,
        context: egui::Context,
        gui: GuiContext,
        frame: &mut Frame,
    ) -> Result<(), HandlerError> {
        self.attempt(|inner| inner.build(context, gui, frame)).unwrap_or(Ok(()))
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut Frame) {
        if self.attempt(|inner| inner.ui(ui, frame)).is_none() {
            ui.label("The editor met a defect. The sound goes on; close this window and open it again.");
        }
    }

    fn resized(&mut self, size: WindowSize) {
        self.attempt(|inner| inner.resized(size));
    }

    fn zoom_factor_changed(&mut self, factor: f32) {
        self.attempt(|inner| inner.zoom_factor_changed(factor));
    }

    fn editor_closed(&mut self) {
        self.attempt(A::editor_closed);
    }
}
