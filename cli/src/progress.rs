//! What people see while they wait. Everything goes to the standard error; the bar only to a terminal.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Work that takes less is over before a bar could be read.
const PATIENCE: Duration = Duration::from_secs(1);

/// Often enough to look alive, seldom enough to cost nothing.
const REDRAW: Duration = Duration::from_millis(100);

/// Cells of the bar.
const WIDTH: usize = 30;

/// One line for the user. A closed standard error is no reason to fail.
pub fn say(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// A bar that shows itself once the work has taken a second.
#[derive(Debug)]
pub struct Progress {
    label: &'static str,
    terminal: bool,
    next_draw: Instant,
    drawn: bool,
}

impl Progress {
    /// Starts the clock.
    pub fn new(label: &'static str) -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { label, terminal, next_draw: Instant::now() + PATIENCE, drawn: false }
    }

    /// Shows that `done` of `total` is done.
    pub fn show(&mut self, done: f64, total: f64) {
        if !self.terminal || Instant::now() < self.next_draw {
            return;
        }
        self.next_draw = Instant::now() + REDRAW;
        self.drawn = true;
        let _ = write!(std::io::stderr(), "\r{}", line(self.label, done / total.max(f64::MIN_POSITIVE)));
    }

    fn clear(&mut self) {
        if self.drawn {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
            self.drawn = false;
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn line(label: &str, share: f64) -> String {
    let share = share.clamp(0.0, 1.0);
    let full = (share * WIDTH as f64).round() as usize;
    format!("{label} [{}{}] {:3.0} %", "#".repeat(full), ".".repeat(WIDTH - full), 100.0 * share)
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn a_bar_fills_up() {
        assert_eq!(line("x", 0.0), format!("x [{}]   0 %", ".".repeat(30)));
        assert_eq!(line("x", 0.5), format!("x [{}{}]  50 %", "#".repeat(15), ".".repeat(15)));
        assert_eq!(line("x", 2.0), format!("x [{}] 100 %", "#".repeat(30)));
    }
}
