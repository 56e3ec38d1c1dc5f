//! What comes by MIDI and changes the project: texts, lines, cues, tags, programs, controllers to be learnt.

use super::Desk;
use crate::channels::{AudioMessage, ChunkUse, TextChunk};
use crate::midi;
use crate::performance_state::{CcLink, MAX_CC_LINKS};
use crate::remote::{id, index_of};
use crate::script::{MAX_UNITS, key_name, key_of};
use crate::state::LineState;
use psivox_core::Persona;

impl Desk {
    /// Does what came by MIDI.
    pub(super) fn take_messages(&mut self) {
        let mut came = false;
        while let Ok(message) = self.messages.pop() {
            let done = match message {
                AudioMessage::Text(chunk) => self.take_text(&chunk),
                AudioMessage::Program(program) => self.change_persona(program),
                AudioMessage::Controller { channel, controller } => self.learn(channel, controller),
            };
            self.midi_error = done.err();
            came = true;
        }
        if came {
            self.tell();
        }
    }

    fn take_text(&mut self, chunk: &TextChunk) -> Result<(), String> {
        let text = midi::decode(chunk.payload()).map_err(|error| error.to_string())?;
        match chunk.purpose {
            ChunkUse::Replace => self.amend(|line| line.text = text),
            ChunkUse::Append => self.amend(|line| line.text.push_str(&text)),
            ChunkUse::Line(number) => {
                if usize::from(number) > MAX_UNITS {
                    return Err(format!("line {number} was sent by MIDI, there can be {MAX_UNITS}"));
                }
                self.amend(|line| line.text = with_line(&line.text, usize::from(number), &text))
            }
            ChunkUse::Cue(key) => self.amend(|line| line.text = with_cue(&line.text, key, &text)),
            ChunkUse::Tag => self.tag(text.trim()),
        }
    }

    /// A parameter's id and value; anything else is said at once as a tag.
    fn tag(&mut self, text: &str) -> Result<(), String> {
        let (name, value) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let Some(index) = index_of(name) else { return self.remote.say_now(format!("[{text}]")) };
        self.remote.set_words(index, value.trim())
    }

    fn change_persona(&mut self, program: u8) -> Result<(), String> {
        let personas = Persona::factory();
        let found = personas.get(usize::from(program)).map(|persona| persona.name.clone());
        let name = found.ok_or_else(|| {
            format!("program {} was chosen by MIDI, there are {}", u16::from(program) + 1, personas.len())
        })?;
        self.amend(|line| (line.persona, line.own_persona) = (name, None))
    }

    /// Links the controller to the parameter that waits for one, in place of the one that moved it before.
    fn learn(&mut self, _channel: u8, controller: u8) -> Result<(), String> {
        let Some(parameter) = self.shared.learning().map(id) else { return Ok(()) };
        self.shared.set_learning(None);
        let link = CcLink { controller, channel: None, parameter: parameter.to_owned(), low: 0.0, high: 1.0 };
        if self.line.get().performance.cc.len() >= MAX_CC_LINKS {
            return Err(format!("{MAX_CC_LINKS} controllers are linked already; remove one"));
        }
        self.amend(|line| {
            line.performance.cc.retain(|other| other.parameter != link.parameter);
            line.performance.cc.push(link);
        })
    }

    fn amend(&mut self, change: impl FnOnce(&mut LineState)) -> Result<(), String> {
        self.line.amend(change).map_err(|error| error.to_string())?;
        self.remote.mark_dirty();
        Ok(())
    }
}

/// A text with another line of that number, counted from 1.
fn with_line(text: &str, number: usize, own: &str) -> String {
    let mut lines: Vec<&str> = text.split('\n').collect();
    lines.resize(lines.len().max(number), "");
    lines[number - 1] = own;
    lines.join("\n")
}

/// A text in which a key has that line.
fn with_cue(text: &str, key: u8, own: &str) -> String {
    let line = format!("[key {}] {own}", key_name(key));
    let names = |line: &&str| {
        let inner = line.trim_start().strip_prefix("[key ")?;
        key_of(inner.split_once(']')?.0.trim())
    };
    let mut lines: Vec<&str> = text.split('\n').collect();
    match lines.iter().position(|line| names(line) == Some(key)) {
        Some(at) => lines[at] = &line,
        None => lines.push(&line),
    }
    lines.join("\n").trim_start_matches('\n').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_cues_find_their_places() {
        assert_eq!(with_line("a\nb", 2, "c"), "a\nc");
        assert_eq!(with_line("a", 3, "c"), "a\n\nc");
        assert_eq!(with_cue("", 36, "Boo."), "[key C2] Boo.");
        let text = with_cue("[key 36] Boo.\nrest", 36, "Ha.");
        assert_eq!(text, "[key C2] Ha.\nrest");
        assert_eq!(with_cue(&text, 37, "Hm."), "[key C2] Ha.\nrest\n[key C#2] Hm.");
    }
}
