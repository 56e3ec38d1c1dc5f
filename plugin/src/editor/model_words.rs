//! How text, network and orders are doing, in words.

use super::model::EditorModel;
use crate::performance::Mode;
use crate::state::TEXT_LIMIT_BYTES;

impl EditorModel {
    /// What the reader of the text should know, the worst first, and whether it stops the line.
    pub fn messages(&self, mode: Mode) -> Vec<(bool, String)> {
        let hard = [
            self.refusal.as_ref(),
            self.edit_error.as_ref(),
            self.presets.error.as_ref(),
            self.report.error.as_ref(),
            self.report.midi_error.as_ref(),
        ];
        let mut messages: Vec<(bool, String)> =
            hard.into_iter().flatten().map(|message| (true, message.clone())).collect();
        if self.lost_chunks > 0 {
            messages.push((
                true,
                format!("{} text messages by MIDI came too fast and were lost", self.lost_chunks),
            ));
        }
        if let Some(error) = self.report.song_error.as_ref().filter(|_| mode == Mode::Sing) {
            messages.push((true, format!("it cannot be sung: {error}")));
        }
        messages.extend(self.report.notices.iter().map(|message| (false, message.clone())));
        messages
    }

    /// Length of the text in words and time, or how much is too much.
    pub fn summary(&self) -> String {
        if self.text.len() > TEXT_LIMIT_BYTES {
            return format!("{} of {TEXT_LIMIT_BYTES} bytes", self.text.len());
        }
        match (self.report.error.is_some(), self.report.words) {
            (true, _) | (_, 0) => String::new(),
            (_, 1) => format!("1 word, {:.1} s", self.report.duration_s),
            (_, words) => format!("{words} words, {:.1} s", self.report.duration_s),
        }
    }

    /// How listening for orders goes in words, and whether it is bad.
    pub fn remote_words(&self) -> (bool, String) {
        let report = &self.remote;
        if let Some(trouble) = &report.trouble {
            return (true, trouble.clone());
        }
        if !report.listening {
            return (false, "off".to_owned());
        }
        let left_alone = report.refused + report.limited;
        let counts = format!("{} done, {left_alone} not; OSCQuery on {}", report.acted, report.http_port);
        match (&report.last_error, &report.last_message) {
            (Some(error), _) => (true, format!("{counts}; {error}")),
            (None, Some(message)) => (false, format!("{counts}; {message}")),
            (None, None) => (false, counts),
        }
    }

    /// The state of the network in words, and whether it is bad.
    pub fn link_words(&self, sending: bool) -> (bool, String) {
        if let Some(error) = self.link.error.clone().or_else(|| self.link.report.complaint()) {
            return (true, error);
        }
        let sent = self.link.report.frames_sent();
        match sending {
            true => (false, format!("{sent} faces sent")),
            false => (false, format!("off, {sent} faces sent")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::remote::RemoteReport;
    use crate::state::LineState;

    fn model() -> EditorModel {
        EditorModel::new(LineState::default())
    }

    #[test]
    fn errors_come_before_notices() {
        let mut model = model();
        model.report.notices.push("spoken as far as it can be".into());
        model.report.error = Some("nothing to speak".into());
        let messages = model.messages(Mode::Speak);
        assert_eq!(messages.iter().map(|(hard, _)| *hard).collect::<Vec<_>>(), [true, false]);
        assert!(model.summary().is_empty(), "no length of what is not spoken");
    }

    #[test]
    fn listening_tells_trouble_then_refusals_then_the_last_order() {
        let mut model = model();
        assert_eq!(model.remote_words(), (false, "off".into()));
        model.remote =
            RemoteReport { listening: true, http_port: 9010, acted: 3, refused: 1, ..Default::default() };
        assert_eq!(model.remote_words(), (false, "3 done, 1 not; OSCQuery on 9010".into()));
        model.remote.last_message = Some("Stop".into());
        assert!(model.remote_words().1.ends_with("; Stop"));
        model.remote.last_error = Some("no such line".into());
        assert!(model.remote_words().0 && model.remote_words().1.ends_with("; no such line"));
        model.remote.trouble = Some("port taken".into());
        assert_eq!(model.remote_words(), (true, "port taken".into()));
    }

    #[test]
    fn the_link_tells_errors_first() {
        let mut model = model();
        assert_eq!(model.link_words(true), (false, "0 faces sent".into()));
        model.link.error = Some("no such host".into());
        assert_eq!(model.link_words(true), (true, "no such host".into()));
    }
}
