//! `psivox say`: one text into files, to an avatar, or aloud.

use crate::args::SayArgs;
use crate::error::CliError;
use crate::formats::WavFile;
use crate::live::Live;
use crate::observe::ObserveArgs;
use crate::output::check_distinct;
use crate::progress::{self, Progress};
use crate::recall::Remembrance;
use crate::render::{self, Block, Narrator, Performance, Sink, Stage};
use crate::script::{OneLine, Script, Silence, TextStream};
use crate::tracks::Tracks;
use psivox_core::{EngineConfig, Event};
use psivox_wire::{Target, WireReport};
use std::io::Read;
use std::path::PathBuf;

/// Where the sound goes when nothing else is asked for.
const DEFAULT_OUTPUT: &str = "psivox.wav";

/// More than the planner reads, so that its own limit is the one that users meet.
const MAX_STDIN_BYTES: u64 = 1 << 20;

/// Remarks on one text that are shown; a long text in the wrong script would fill the screen.
const MAX_NOTICES: usize = 5;

/// Runs the command.
///
/// # Errors
/// Whatever keeps the text from being spoken or written; nothing half-written stays behind.
pub fn run(args: &SayArgs) -> Result<(), CliError> {
    let mut memory = Remembrance::open(&args.recall)?;
    let targets = args.wire.targets()?;
    let face_rate_hz = args.tracks.faces.rate_hz(&targets);
    let config =
        EngineConfig { keeps_takes: memory.keeps(), ..render::config(&args.voice, face_rate_hz as f32) };
    let rendition = memory.rendition(&args.voice, face_rate_hz as f32)?;
    let text = match (&rendition, args.text.as_deref()) {
        (Some(rendition), _) => rendition.texts().join("\n"),
        (None, Some("-")) => read_stdin()?,
        (None, text) => text.unwrap_or_default().to_owned(),
    };
    let narrator = Narrator::load_with(&args.voice, config)?;
    let (mut script, mut stage) = match rendition {
        Some(rendition) => {
            let mut stage = narrator.stage;
            stage.open_with(Event::Replay(rendition));
            (Box::new(Silence) as Box<dyn Script>, stage)
        }
        None => script(args, &text, narrator, &mut memory)?,
    };
    stage.probe(&args.readings.probes()?);
    let mut outputs = Outputs::open(args, targets, face_rate_hz)?;
    let readings = args.readings.open()?;
    let mut bar = Progress::new("Speaking");
    let spoken = stage.perform(&mut *script, &mut outputs, |share| bar.show(share, 1.0))?;
    drop(bar);
    let status = outputs.finish(&spoken, &text)?;
    readings.finish(&spoken.told, spoken.total_samples, args.voice.rate)?;
    if memory.keeps() {
        memory.keep(&spoken, stage.take().as_ref(), &text, &args.voice)?;
    }
    if let Some(path) = default_output(args) {
        let length_s = spoken.total_samples as f64 / f64::from(args.voice.rate);
        progress::say(&format!("{length_s:.1} s of speech are in {}", path.display()));
    }
    if let Some(trouble) = status.as_ref().and_then(trouble) {
        progress::say(&format!("psivox: {trouble}"));
    }
    Ok(())
}

/// Heard live, a text is planned while it is spoken, so that it begins at once; into files it is planned whole, and so it is
/// where it is to be remembered.
fn script(
    args: &SayArgs,
    text: &str,
    narrator: Narrator,
    memory: &mut Remembrance,
) -> Result<(Box<dyn Script>, Stage), CliError> {
    if (args.play || args.wire.sends()) && args.recall.memory.is_none() {
        let Narrator { planner, delivery, stage } = narrator;
        let remark = |remarks: &[String]| show_notices(remarks.iter().map(String::as_str));
        return Ok((Box::new(TextStream::start(text, planner, delivery, remark)?), stage));
    }
    let plan = narrator.plan(text)?;
    show_notices(plan.notices.iter().map(|notice| notice.message.as_str()));
    let mut stage = narrator.stage;
    if let Some(recall) = memory.recall(&plan.score.topic)? {
        stage.open_with(Event::Recall(recall));
    }
    Ok((Box::new(OneLine::new(plan.score)), stage))
}

/// The file that is written although none was named.
fn default_output(args: &SayArgs) -> Option<PathBuf> {
    let ObserveArgs { events, observe_output, .. } = &args.readings;
    let beside = args.tracks.paths().iter().any(Option::is_some);
    let named = beside || [&args.output, events, observe_output].iter().any(|path| path.is_some());
    (!named && !args.play && !args.wire.sends()).then(|| PathBuf::from(DEFAULT_OUTPUT))
}

fn read_stdin() -> Result<String, CliError> {
    let mut bytes = Vec::new();
    let failed = |error: std::io::Error| CliError::Stdin {
        reason: format!("{error}; check the command before the pipe"),
    };
    std::io::stdin().lock().take(MAX_STDIN_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 == MAX_STDIN_BYTES {
        return Err(CliError::Stdin { reason: "it is longer than 1 MB; speak it in parts".to_owned() });
    }
    String::from_utf8(bytes)
        .map_err(|_| CliError::Stdin { reason: "it is not UTF-8; convert it first".to_owned() })
}

fn show_notices<'a>(messages: impl ExactSizeIterator<Item = &'a str>) {
    let more = messages.len().saturating_sub(MAX_NOTICES);
    for message in messages.take(MAX_NOTICES) {
        progress::say(&format!("note: {message}"));
    }
    if more > 0 {
        progress::say(&format!("note: {more} more remarks of this kind"));
    }
}

/// What the user should know about the way to the avatar.
fn trouble(report: &WireReport) -> Option<String> {
    let dropped = report.frames_dropped();
    let lost = (dropped > 0).then(|| format!("{dropped} faces did not reach the avatar"));
    match (report.complaint(), lost) {
        (Some(error), Some(lost)) => Some(format!("{error} ({lost})")),
        (error, lost) => error.or(lost),
    }
}

/// Everything that the rendering feeds.
struct Outputs {
    sound: Option<WavFile>,
    tracks: Tracks,
    live: Option<Live>,
}

impl Outputs {
    /// Opens all of them, so that what cannot work fails before any work is done.
    fn open(args: &SayArgs, targets: Vec<Target>, face_rate_hz: u32) -> Result<Self, CliError> {
        let sound = args.output.clone().or_else(|| default_output(args));
        let ObserveArgs { events, observe_output, .. } = &args.readings;
        let [face, phones, subtitles, visemes] = args.tracks.paths();
        let (events, readings) = (events.as_ref(), observe_output.as_ref());
        check_distinct(&[sound.as_ref(), face, phones, subtitles, visemes, events, readings])?;
        let plan = args.tracks.plan(args.wire.sends())?;
        let create = |path: &PathBuf| WavFile::create(path, args.voice.rate);
        Ok(Self {
            sound: sound.as_ref().map(create).transpose()?,
            tracks: Tracks::open(&plan, args.voice.rate, face_rate_hz)?,
            live: Live::open(args, targets)?,
        })
    }

    fn finish(self, spoken: &Performance, text: &str) -> Result<Option<WireReport>, CliError> {
        let status = self.live.map(Live::finish).transpose()?.flatten();
        self.sound.map(WavFile::finish).transpose()?;
        self.tracks.finish(spoken, text)?;
        Ok(status)
    }
}

impl Sink for Outputs {
    fn take(&mut self, block: &Block) -> Result<(), CliError> {
        if let Some(sound) = &mut self.sound {
            sound.take(block)?;
        }
        self.tracks.take(block)?;
        if let Some(live) = &mut self.live {
            live.take(block)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use psivox_wire::TargetStatus;

    #[test]
    fn trouble_is_told_once() {
        let status = |frames_dropped, error: Option<&str>| {
            let target = TargetStatus {
                frames_dropped,
                last_error: error.map(str::to_owned),
                ..TargetStatus::default()
            };
            WireReport { targets: vec![target], ..WireReport::default() }
        };
        assert_eq!(trouble(&status(0, None)), None);
        assert_eq!(trouble(&status(2, None)).as_deref(), Some("2 faces did not reach the avatar"));
        assert_eq!(
            trouble(&status(2, Some("why"))).as_deref(),
            Some("why (2 faces did not reach the avatar)")
        );
    }
}
