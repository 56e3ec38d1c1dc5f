//! The window side of the CLAP host: the plugin's editor inside an X11 window of somebody else.

use super::{ClapRig, Shared};
use clack_extensions::gui::{
    GuiApiType, GuiConfiguration, GuiError, GuiSize, HostGuiImpl, PluginGui, Window,
};
use clack_host::prelude::HostError;
use std::sync::atomic::Ordering;

impl HostGuiImpl for Shared {
    fn resize_hints_changed(&self) {}
    fn request_resize(&self, _new_size: GuiSize) -> Result<(), HostError> {
        self.window_calls.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
    fn request_show(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn request_hide(&self) -> Result<(), HostError> {
        Ok(())
    }
    fn closed(&self, _was_destroyed: bool) {
        self.window_calls.fetch_add(1, Ordering::Relaxed);
    }
}

/// What hosts of X11 ask for.
const X11: GuiConfiguration<'static> = GuiConfiguration { api_type: GuiApiType::X11, is_floating: false };

impl ClapRig {
    /// Whether the plugin has a window at all.
    pub fn has_window(&mut self) -> bool {
        self.gui().is_some()
    }

    /// Makes the editor and puts it into an X11 window, as hosts do: create, size, parent, show. Returns width and
    /// height.
    ///
    /// # Errors
    /// The plugin refuses one of the steps.
    ///
    /// # Panics
    /// If the plugin has no window.
    pub fn open_window(&mut self, parent: u32) -> Result<(u32, u32), GuiError> {
        let gui = self.gui().expect("a window");
        let handle = self.instance.plugin_handle();
        gui.create(&handle, X11)?;
        let size = gui.get_size(&handle).unwrap_or(GuiSize { width: 0, height: 0 });
        // SAFETY: the caller keeps its window until `close_window`.
        unsafe { gui.set_parent(&handle, Window::from_x11_handle(parent.into())) }?;
        gui.show(&handle)?;
        Ok((size.width, size.height))
    }

    /// Asks for another size, as a host does whose window the user drags.
    ///
    /// # Errors
    /// The plugin refuses.
    ///
    /// # Panics
    /// If the plugin has no window.
    pub fn resize_window(&mut self, width: u32, height: u32) -> Result<(), GuiError> {
        let gui = self.gui().expect("a window");
        gui.set_size(&self.instance.plugin_handle(), GuiSize { width, height })
    }

    /// Takes the editor out of its window.
    ///
    /// # Panics
    /// If the plugin has no window.
    pub fn close_window(&mut self) {
        let gui = self.gui().expect("a window");
        gui.destroy(&self.instance.plugin_handle());
    }

    fn gui(&mut self) -> Option<PluginGui> {
        self.instance.plugin_handle().get_extension()
    }
}
