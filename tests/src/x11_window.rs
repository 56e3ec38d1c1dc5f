//! A plain X11 window of a host, as a place for the editor.

use std::error::Error;
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    AtomEnum, ConnectionExt as _, CreateWindowAux, EventMask, ImageFormat, InputFocus, PropMode, WindowClass,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

/// A mapped window; it goes away with this.
pub struct X11Window {
    connection: RustConnection,
    /// The window's number.
    pub id: u32,
}

impl X11Window {
    /// Opens one on the display of the environment.
    ///
    /// # Errors
    /// There is no display, or it refuses.
    pub fn open(title: &str, width: u16, height: u16) -> Result<Self, Box<dyn Error>> {
        let (connection, screen) = x11rb::connect(None)?;
        let screen = &connection.setup().roots[screen];
        let id = connection.generate_id()?;
        let mask = EventMask::KEY_PRESS | EventMask::STRUCTURE_NOTIFY | EventMask::FOCUS_CHANGE;
        let looks = CreateWindowAux::new().background_pixel(screen.black_pixel).event_mask(mask);
        let class = WindowClass::INPUT_OUTPUT;
        let visual = screen.root_visual;
        connection.create_window(
            screen.root_depth,
            id,
            screen.root,
            0,
            0,
            width,
            height,
            0,
            class,
            visual,
            &looks,
        )?;
        connection.change_property8(
            PropMode::REPLACE,
            id,
            AtomEnum::WM_NAME,
            AtomEnum::STRING,
            title.as_bytes(),
        )?;
        connection.map_window(id)?;
        connection.sync()?;
        Ok(Self { connection, id })
    }

    /// Gives it the keyboard, as a window manager does.
    ///
    /// # Errors
    /// The display is gone.
    pub fn focus(&self) -> Result<(), Box<dyn Error>> {
        self.connection.set_input_focus(InputFocus::POINTER_ROOT, self.id, x11rb::CURRENT_TIME)?;
        self.connection.sync()?;
        Ok(())
    }

    /// Counts the keys that came to this window instead of the editor since the last call.
    ///
    /// # Errors
    /// The display is gone.
    pub fn keys_left_over(&self) -> Result<usize, Box<dyn Error>> {
        let mut keys = 0;
        while let Some(event) = self.connection.poll_for_event()? {
            keys += usize::from(matches!(event, Event::KeyPress(_)));
        }
        Ok(keys)
    }

    /// What it shows, with all that sits in it: width, height, RGB bytes.
    ///
    /// # Errors
    /// The display is gone or counts colours in another way than 32-bit BGRX.
    pub fn picture(&self) -> Result<(u32, u32, Vec<u8>), Box<dyn Error>> {
        let shape = self.connection.get_geometry(self.id)?.reply()?;
        let image = self
            .connection
            .get_image(ImageFormat::Z_PIXMAP, self.id, 0, 0, shape.width, shape.height, u32::MAX)?
            .reply()?;
        if image.data.len() != usize::from(shape.width) * usize::from(shape.height) * 4 {
            return Err("the display does not count 32 bits for a pixel".into());
        }
        let rgb = image.data.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect();
        Ok((shape.width.into(), shape.height.into(), rgb))
    }
}

impl Drop for X11Window {
    fn drop(&mut self) {
        // A display that is gone has taken the window with it.
        let _ = self.connection.destroy_window(self.id);
        let _ = self.connection.sync();
    }
}
