//! What is said, as pages of VRChat's chatbox: 144 characters each, and 1.5 s apart or they are thrown away.

use crate::WireError;
use crate::encode::{OscBatch, Packets};
use rosc::OscType;
use std::collections::VecDeque;

/// Longest page, in UTF-16 units: what VRChat counts. Pages are one paragraph, so its limit of nine lines is kept too.
pub const MAX_PAGE_UNITS: usize = 144;

/// Shortest time between two messages, s.
pub const PAGE_GAP_S: f64 = 1.5;

/// The last page may come so long after its line, s: better late than never.
const LAST_PAGE_S: f64 = 3.0;

/// Most pages of one line; what is longer is cut.
const MAX_PAGES: usize = 64;

/// Pages that wait.
#[derive(Debug, Default)]
pub(super) struct Chatbox {
    waiting: VecDeque<Page>,
    sent_s: Option<f64>,
}

#[derive(Debug)]
struct Page {
    text: String,
    /// From when on it is what is being said, and until when.
    from_s: f64,
    to_s: f64,
}

impl Chatbox {
    /// A line begins: its pages share its duration by their length, and take the place of those of the line before.
    pub(super) fn line(&mut self, text: &str, duration_s: f32, time_s: f64) {
        let duration_s = if duration_s.is_finite() { f64::from(duration_s.max(0.0)) } else { 0.0 };
        let pages = pages(text);
        let whole = pages.iter().map(|page| page.len()).sum::<usize>().max(1) as f64;
        self.waiting.clear();
        let mut before = 0;
        for text in pages {
            let from_s = time_s + duration_s * before as f64 / whole;
            before += text.len();
            let to_s = time_s + duration_s * before as f64 / whole;
            self.waiting.push_back(Page { text, from_s, to_s });
        }
        if let Some(last) = self.waiting.back_mut() {
            last.to_s += LAST_PAGE_S;
        }
    }

    /// The line has ended or was stopped: what has not been said is not shown.
    pub(super) fn finish(&mut self, time_s: f64) {
        self.waiting.retain(|page| page.from_s <= time_s);
    }

    /// Sends the page whose time has come, if the last is old enough. Pages whose time is over are left out.
    pub(super) fn tend(&mut self, time_s: f64, out: &mut Packets) -> Result<(), WireError> {
        if self.sent_s.is_some_and(|sent_s| (0.0..PAGE_GAP_S).contains(&(time_s - sent_s))) {
            return Ok(());
        }
        while self.waiting.front().is_some_and(|page| page.to_s <= time_s) {
            self.waiting.pop_front();
        }
        let Some(page) = self.waiting.pop_front_if(|page| page.from_s <= time_s) else { return Ok(()) };
        self.sent_s = Some(time_s);
        let mut batch = OscBatch::default();
        let text = OscType::String(page.text);
        // Sent at once rather than put into the keyboard; without the sound of a notification.
        batch.add("/chatbox/input", vec![text, OscType::Bool(true), OscType::Bool(false)]);
        batch.write(false, out)
    }
}

/// A text as pages, split between words where that is possible; white space and control characters become single
/// spaces.
pub fn pages(text: &str) -> Vec<String> {
    let mut pages: Vec<String> = Vec::new();
    let mut page = String::new();
    let mut units = 0;
    let parted = text.split(|letter: char| letter.is_whitespace() || letter.is_control());
    'words: for word in parted.filter(|word| !word.is_empty()) {
        // Counted no further than it matters: a word may be as long as the text.
        let long = word.encode_utf16().take(MAX_PAGE_UNITS + 1).count();
        if !page.is_empty() && units + 1 + long > MAX_PAGE_UNITS {
            pages.push(std::mem::take(&mut page));
            units = 0;
        }
        if !page.is_empty() {
            page.push(' ');
            units += 1;
        }
        for letter in word.chars() {
            if units + letter.len_utf16() > MAX_PAGE_UNITS {
                pages.push(std::mem::take(&mut page));
                units = 0;
            }
            if pages.len() >= MAX_PAGES {
                break 'words;
            }
            page.push(letter);
            units += letter.len_utf16();
        }
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages.truncate(MAX_PAGES);
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_break_between_words_and_lose_none() {
        let text = "one two three ".repeat(40);
        let parts = pages(&text);
        assert_eq!(parts.join(" "), text.trim());
        assert!(parts.len() == 4 && parts.iter().all(|page| page.chars().count() <= 144));
        assert_eq!(pages(" a\n\tb\0c "), ["a b c"]);
        assert!(pages("  \n").is_empty());
    }

    #[test]
    fn a_word_without_end_is_broken_between_letters() {
        let parts = pages(&"🎤".repeat(100));
        assert_eq!(parts.iter().map(|page| page.chars().count()).collect::<Vec<_>>(), [72, 28]);
        assert!(pages(&"x".repeat(1 << 20)).len() <= MAX_PAGES);
    }

    /// The times at which pages go out, when asked every 50 ms.
    fn times(chatbox: &mut Chatbox, from_s: f64, to_s: f64) -> Vec<(i64, String)> {
        let mut sent = Vec::new();
        for step in (from_s * 20.0) as i64..(to_s * 20.0) as i64 {
            let mut out = Packets::default();
            chatbox.tend(step as f64 / 20.0, &mut out).expect("encodes");
            for (_, datagram) in out.iter() {
                let Ok((_, rosc::OscPacket::Message(message))) = rosc::decoder::decode_udp(datagram) else {
                    panic!("no message")
                };
                assert_eq!(message.addr, "/chatbox/input");
                let [OscType::String(text), OscType::Bool(true), OscType::Bool(false)] = &message.args[..]
                else {
                    panic!("{:?}", message.args)
                };
                sent.push((step * 50, text.clone()));
            }
        }
        sent
    }

    #[test]
    fn pages_follow_the_voice() {
        let mut chatbox = Chatbox::default();
        chatbox.line(&format!("{} {}", "a".repeat(140), "b".repeat(140)), 10.0, 2.0);
        let sent = times(&mut chatbox, 2.0, 20.0);
        assert_eq!(sent.iter().map(|(at_ms, _)| *at_ms).collect::<Vec<_>>(), [2_000, 7_000]);
    }

    #[test]
    fn too_many_pages_are_skipped_and_the_last_is_not() {
        let mut chatbox = Chatbox::default();
        let text = ["a", "b", "c", "d", "e"].map(|letter| letter.repeat(140)).join(" ");
        chatbox.line(&text, 2.5, 0.0);
        let sent = times(&mut chatbox, 0.0, 20.0);
        let first = |text: &str| text.chars().next().unwrap();
        assert_eq!(sent.iter().map(|(_, text)| first(text)).collect::<String>(), "ade");
        assert!(sent.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 1_500));
    }

    #[test]
    fn a_stopped_line_shows_no_more_and_the_next_takes_over() {
        let mut chatbox = Chatbox::default();
        chatbox.line(&format!("{} {}", "a".repeat(140), "b".repeat(140)), 10.0, 0.0);
        assert_eq!(times(&mut chatbox, 0.0, 1.0).len(), 1);
        chatbox.finish(1.0);
        assert!(times(&mut chatbox, 1.0, 20.0).is_empty());
        chatbox.line("one", 1.0, 20.0);
        chatbox.tend(20.0, &mut Packets::default()).unwrap();
        chatbox.line("two", 1.0, 20.1);
        assert_eq!(times(&mut chatbox, 20.1, 30.0), [(21_500, "two".to_owned())]);
    }
}
