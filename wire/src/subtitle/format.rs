//! Captions as files: SRT, WebVTT with the time of every word, LRC with the time of every word.
//!
//! SRT has no escapes and no standard: players take `<i>` for style and `-->` for a time, so such brackets are written as
//! the angle quotation marks that look like them. WebVTT: W3C, "WebVTT cue text", "WebVTT cue timestamp". LRC: the
//! "enhanced" (A2) form, hundredths of a second.

use super::Caption;
use super::caption::milliseconds;
use crate::TargetError;
use std::fmt::Write;
use std::str::FromStr;

/// A kind of subtitle file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SubtitleFormat {
    /// SubRip.
    Srt,
    /// WebVTT.
    Vtt,
    /// Enhanced LRC.
    Lrc,
}

impl SubtitleFormat {
    /// Every format.
    pub const ALL: [Self; 3] = [Self::Srt, Self::Vtt, Self::Lrc];

    /// Its name, which is the usual ending of such a file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Srt => "srt",
            Self::Vtt => "vtt",
            Self::Lrc => "lrc",
        }
    }
}

impl FromStr for SubtitleFormat {
    type Err = TargetError;

    fn from_str(text: &str) -> Result<Self, TargetError> {
        Self::ALL.into_iter().find(|format| format.name().eq_ignore_ascii_case(text)).ok_or_else(|| {
            TargetError::Option {
                name: "subtitle format",
                found: text.chars().take(40).collect(),
                expected: "srt, vtt or lrc",
            }
        })
    }
}

/// The whole file. Captions that overlap are cut to follow each other; each lasts at least a millisecond.
pub fn write_subtitles(format: SubtitleFormat, captions: &[Caption]) -> String {
    let mut out = String::new();
    let cues = in_turn(captions);
    match format {
        SubtitleFormat::Srt => {
            for (number, cue) in (1..).zip(&cues) {
                let (from, to) = (clock(cue.start_ms, ','), clock(cue.end_ms, ','));
                let _ = write!(out, "{number}\n{from} --> {to}\n{}\n\n", srt_text(&cue.caption.text));
            }
        }
        SubtitleFormat::Vtt => {
            out.push_str("WEBVTT\n\n");
            for cue in &cues {
                let (from, to) = (clock(cue.start_ms, '.'), clock(cue.end_ms, '.'));
                let _ = write!(out, "{from} --> {to}\n{}\n\n", vtt_text(cue));
            }
        }
        SubtitleFormat::Lrc => {
            for (index, cue) in cues.iter().enumerate() {
                lrc_line(&mut out, cue, cues.get(index + 1).map(|next| next.start_ms));
            }
        }
    }
    out
}

/// A caption with lawful times.
struct Cue<'a> {
    start_ms: u64,
    end_ms: u64,
    caption: &'a Caption,
}

fn in_turn(captions: &[Caption]) -> Vec<Cue<'_>> {
    let mut cues: Vec<Cue> = Vec::with_capacity(captions.len());
    for caption in captions.iter().filter(|caption| !caption.text.trim().is_empty()) {
        let start_ms = milliseconds(caption.start_s);
        let start_ms = start_ms.max(cues.last().map_or(0, |last| last.start_ms + 1));
        if let Some(last) = cues.last_mut() {
            last.end_ms = last.end_ms.min(start_ms);
        }
        cues.push(Cue { start_ms, end_ms: milliseconds(caption.end_s).max(start_ms + 1), caption });
    }
    cues
}

/// `HH:MM:SS,mmm`.
fn clock(ms: u64, point: char) -> String {
    let (seconds, minutes, hours) = (ms / 1_000 % 60, ms / 60_000 % 60, ms / 3_600_000);
    format!("{hours:02}:{minutes:02}:{seconds:02}{point}{:03}", ms % 1_000)
}

/// An empty line would end the cue.
fn lines(text: &str) -> String {
    let lines = text.split(['\r', '\n']).map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

fn srt_text(text: &str) -> String {
    lines(text).replace('<', "‹").replace('>', "›")
}

fn vtt_escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The words with the time of each but the first, in the caption's lines. Times rise strictly within the cue, as WebVTT
/// demands; where two words share one, the later goes without.
fn vtt_text(cue: &Cue) -> String {
    let text = lines(&cue.caption.text);
    let joined =
        |words: &[(f64, f64, String)]| words.iter().map(|word| word.2.as_str()).collect::<Vec<_>>().join(" ");
    // Words that are not those of the text cannot be placed in its lines.
    if joined(&cue.caption.words) != text.replace('\n', " ") {
        return vtt_escaped(&text);
    }
    let breaks: Vec<usize> = text.match_indices('\n').map(|(at, _)| at).collect();
    let (mut out, mut at, mut last_ms) = (String::new(), 0, cue.start_ms);
    for (start_s, _, word) in &cue.caption.words {
        if at > 0 {
            out.push(if breaks.contains(&(at - 1)) { '\n' } else { ' ' });
        }
        let start_ms = milliseconds(*start_s);
        if start_ms > last_ms && start_ms < cue.end_ms {
            let _ = write!(out, "<{}>", clock(start_ms, '.'));
            last_ms = start_ms;
        }
        out.push_str(&vtt_escaped(word));
        at += word.len() + 1;
    }
    out
}

/// `mm:ss.xx`, rounded to the nearest hundredth.
fn hundredths(ms: u64) -> String {
    let all = (ms + 5) / 10;
    format!("{:02}:{:02}.{:02}", all / 6_000, all / 100 % 60, all % 100)
}

/// A line, and where the next is not at once an empty one that clears the screen.
fn lrc_line(out: &mut String, cue: &Cue, next_ms: Option<u64>) {
    let _ = write!(out, "[{}]", hundredths(cue.start_ms));
    let mut last_ms = cue.start_ms;
    for (start_s, _, word) in &cue.caption.words {
        last_ms = milliseconds(*start_s).clamp(last_ms, cue.end_ms.max(last_ms));
        let _ = write!(out, " <{}> {}", hundredths(last_ms), lrc_text(word));
    }
    if cue.caption.words.is_empty() {
        let _ = write!(out, " {}", lrc_text(&cue.caption.text));
    }
    out.push('\n');
    if next_ms.is_none_or(|next| hundredths(next) != hundredths(cue.end_ms)) {
        let _ = writeln!(out, "[{}]", hundredths(cue.end_ms));
    }
}

/// One line without what LRC takes for a time.
fn lrc_text(text: &str) -> String {
    lines(text).replace('\n', " ").replace('[', "(").replace(']', ")").replace('<', "‹").replace('>', "›")
}

#[cfg(test)]
mod tests {
    use super::super::{TimedWord, captions};
    use super::*;

    fn words() -> Vec<TimedWord> {
        let word = |start_s, end_s, text: &str| TimedWord { start_s, end_s, text: text.to_owned() };
        vec![
            word(0.5, 0.9, "Salt"),
            word(0.9, 1.0, "&"),
            word(1.0, 1.6, "pepper:"),
            word(1.6, 1.9, "a"),
            word(1.9, 2.2, "<b>"),
            word(2.2, 2.5, "-->"),
            word(2.5, 3.0, "[c]."),
            word(3_661.0, 3_661.25, "End!"),
        ]
    }

    fn written(format: SubtitleFormat) -> String {
        write_subtitles(format, &captions(&words()))
    }

    #[test]
    fn srt_as_players_read_it() {
        let expected = "1\n00:00:00,500 --> 00:00:03,000\nSalt & pepper: a ‹b› --› [c].\n\n\
            2\n01:01:01,000 --> 01:01:01,700\nEnd!\n\n";
        assert_eq!(written(SubtitleFormat::Srt), expected);
    }

    #[test]
    fn webvtt_has_a_time_for_every_word() {
        let expected = "WEBVTT\n\n00:00:00.500 --> 00:00:03.000\n\
            Salt <00:00:00.900>&amp; <00:00:01.000>pepper: <00:00:01.600>a <00:00:01.900>&lt;b&gt; \
            <00:00:02.200>--&gt; <00:00:02.500>[c].\n\n01:01:01.000 --> 01:01:01.700\nEnd!\n\n";
        assert_eq!(written(SubtitleFormat::Vtt), expected);
    }

    #[test]
    fn lrc_has_a_time_for_every_word_and_clears_the_screen() {
        let expected = "[00:00.50] <00:00.50> Salt <00:00.90> & <00:01.00> pepper: <00:01.60> a <00:01.90> ‹b› \
            <00:02.20> --› <00:02.50> (c).\n[00:03.00]\n[61:01.00] <61:01.00> End!\n[61:01.70]\n";
        assert_eq!(written(SubtitleFormat::Lrc), expected);
    }

    #[test]
    fn two_lines_break_where_the_text_does() {
        let text = "the quick brown fox jumps over the lazy dog again";
        let timed: Vec<TimedWord> = (0..)
            .zip(text.split(' '))
            .map(|(index, word)| TimedWord {
                start_s: f64::from(index),
                end_s: f64::from(index) + 0.6,
                text: word.to_owned(),
            })
            .take(7)
            .collect();
        let mut caption = captions(&timed[..6]);
        assert_eq!(caption.len(), 1);
        caption[0].text = "the quick brown\nfox jumps over".to_owned();
        let file = write_subtitles(SubtitleFormat::Vtt, &caption);
        assert!(file.contains("brown\n<00:00:03.000>fox"), "{file}");
        caption[0].text = "other words\r\n\r\n<than> those".to_owned();
        let file = write_subtitles(SubtitleFormat::Vtt, &caption);
        assert!(file.ends_with("\nother words\n&lt;than&gt; those\n\n"), "{file}");
    }

    #[test]
    fn captions_made_elsewhere_are_put_in_order() {
        let caption =
            |start_s, end_s, text: &str| Caption { start_s, end_s, text: text.to_owned(), words: vec![] };
        let odd = [
            caption(-1.0, 9.0, "one"),
            caption(2.0, 1.0, "two"),
            caption(f64::NAN, f64::INFINITY, "three"),
            caption(4.0, 5.0, " \n"),
        ];
        let expected = "1\n00:00:00,000 --> 00:00:02,000\none\n\n2\n00:00:02,000 --> 00:00:02,001\ntwo\n\n\
            3\n00:00:02,001 --> 00:00:02,002\nthree\n\n";
        assert_eq!(write_subtitles(SubtitleFormat::Srt, &odd), expected);
        let lrc = write_subtitles(SubtitleFormat::Lrc, &odd);
        assert_eq!(lrc, "[00:00.00] one\n[00:02.00] two\n[00:02.00] three\n[00:02.00]\n");
    }

    #[test]
    fn names_are_read() {
        for format in SubtitleFormat::ALL {
            assert_eq!(format.name().to_uppercase().parse(), Ok(format));
        }
        assert!("ass".parse::<SubtitleFormat>().is_err());
    }
}
