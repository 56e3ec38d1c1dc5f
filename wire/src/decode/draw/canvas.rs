//! Characters on their way to a terminal.

/// Characters in rows; what lies outside is not drawn.
pub(super) struct Canvas {
    width: usize,
    cells: Vec<char>,
}

impl Canvas {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, cells: vec![' '; width * height] }
    }

    pub(super) fn put(&mut self, x: i32, y: i32, letter: char) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if x < self.width
            && let Some(cell) = self.cells.get_mut(y * self.width + x)
        {
            *cell = letter;
        }
    }

    /// Letters of one column each; others become a question mark.
    pub(super) fn text(&mut self, x: i32, y: i32, text: &str, most: usize) {
        for (offset, letter) in (0..).zip(text.chars().take(most)) {
            let narrow = !letter.is_control() && (letter as u32) < 0x300 || "█░═…ʃʒʧʤθŋɡɹ".contains(letter);
            self.put(x + offset, y, if narrow { letter } else { '?' });
        }
    }

    pub(super) fn write(&self) -> String {
        let rows = self.cells.chunks(self.width).map(|row| row.iter().collect::<String>());
        rows.collect::<Vec<_>>().join("\n")
    }
}
