//! Text on standard input: each line is spoken as it comes.

use super::host::Command;
use std::io::{BufRead, Read};
use std::sync::mpsc::SyncSender;

/// Longest line in bytes; what is over is spoken as a line of its own.
const MAX_LINE_BYTES: u64 = 8_192;

/// Reads on until the end. The thread is not joined: nothing can wake it but input.
///
/// # Errors
/// The system gives no thread.
pub(super) fn read_lines(to: SyncSender<Command>, quit_at_end: bool) -> Result<(), String> {
    let run = move || {
        let mut input = std::io::stdin().lock();
        read(&mut input, |line| to.send(Command::Say(line)).is_ok());
        if quit_at_end {
            _ = to.send(Command::QuitWhenSpoken);
        }
    };
    let thread = std::thread::Builder::new().name("psivox-stdin".to_owned()).spawn(run);
    thread.map(|_| ()).map_err(|error| format!("no thread: {error}"))
}

/// Hands on each line that holds something, until the end or until nobody takes any more.
fn read(input: &mut impl BufRead, mut take: impl FnMut(String) -> bool) {
    let mut line = Vec::new();
    loop {
        line.clear();
        match input.by_ref().take(MAX_LINE_BYTES).read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) => {}
        }
        let text = String::from_utf8_lossy(&line).trim().to_owned();
        if !text.is_empty() && !take(text) {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(mut input: &[u8]) -> Vec<String> {
        let mut lines = Vec::new();
        read(&mut input, |line| {
            lines.push(line);
            lines.len() < 4
        });
        lines
    }

    #[test]
    fn lines_are_taken_one_by_one() {
        assert_eq!(lines(b"one\r\n\n  \ntwo\nlast without end"), ["one", "two", "last without end"]);
        assert_eq!(lines(b"bad \xff byte\n"), ["bad \u{fffd} byte"]);
        assert_eq!(lines(b""), [""; 0]);
        assert_eq!(lines(b"1\n2\n3\n4\n5\n6\n").len(), 4, "no more than are taken");
    }

    #[test]
    fn a_line_without_end_is_spoken_in_parts() {
        let long = vec![b'a'; 3 * MAX_LINE_BYTES as usize];
        assert_eq!(lines(&long).iter().map(String::len).collect::<Vec<_>>(), [8_192; 3]);
    }
}
