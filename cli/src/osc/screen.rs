//! The terminal as a screen that is drawn in place (ECMA-48 sequences), and given back as it was.

use std::io::Write;

/// What is drawn where the terminal does not tell its size.
const USUAL: (usize, usize) = (80, 24);

/// Limits of a size that is believed.
const LEAST: (usize, usize) = (20, 10);
const MOST: (usize, usize) = (400, 200);

/// The alternate screen without a cursor. Dropped, also by an error or a panic, it brings back what was there before.
#[derive(Debug)]
pub struct Screen(());

impl Screen {
    /// Turns to the alternate screen.
    pub fn open() -> Self {
        let _ = write!(std::io::stdout(), "\x1b[?1049h\x1b[?25l\x1b[2J");
        Self(())
    }

    /// Columns and lines, as they are by now.
    pub fn size(&self) -> (usize, usize) {
        size(terminal_size::terminal_size().map(|(width, height)| (width.0.into(), height.0.into())))
    }

    /// Shows a picture; its lines must have no control characters.
    ///
    /// # Errors
    /// The terminal is gone.
    pub fn show(&self, picture: &str) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        write!(out, "{}", frame(picture, self.size().1))?;
        out.flush()
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        let mut out = std::io::stdout().lock();
        let _ = write!(out, "\x1b[?25h\x1b[?1049l");
        let _ = out.flush();
    }
}

/// The picture from the upper left corner on, in one piece; what was behind its lines is wiped.
fn frame(picture: &str, lines: usize) -> String {
    let rows: Vec<String> = picture.lines().take(lines).map(|line| format!("{line}\x1b[K")).collect();
    format!("\x1b[H{}\x1b[J", rows.join("\r\n"))
}

fn size(told: Option<(usize, usize)>) -> (usize, usize) {
    let (columns, lines) = told.unwrap_or(USUAL);
    (columns.clamp(LEAST.0, MOST.0), lines.clamp(LEAST.1, MOST.1))
}

/// A text from outside on its way to a terminal: shortened, and without what moves the cursor.
pub fn plain(text: &str, most: usize) -> String {
    let visible = |letter: char| if letter.is_control() { '?' } else { letter };
    let mut short: String = text.chars().take(most).map(visible).collect();
    if text.chars().nth(most).is_some() {
        short.pop();
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_fits_and_wipes_what_was_before() {
        assert_eq!(frame("a\nb\nc", 2), "\x1b[Ha\x1b[K\r\nb\x1b[K\x1b[J");
    }

    #[test]
    fn sizes_are_bounded() {
        assert_eq!(size(None), (80, 24));
        assert_eq!(size(Some((120, 40))), (120, 40));
        assert_eq!(size(Some((0, 999_999))), (20, 200));
    }

    #[test]
    fn texts_from_outside_cannot_draw() {
        assert_eq!(plain("a\x1b[2Jb", 40), "a?[2Jb");
        assert_eq!((plain("abcdef", 4), plain("abcd", 4)), ("abc…".to_owned(), "abcd".to_owned()));
    }
}
