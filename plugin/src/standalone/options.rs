//! The command line of the program.

use lexopt::prelude::*;
use std::path::PathBuf;

/// What `--help` prints.
pub(super) const USAGE: &str = "\
Psivox: a voice and the face that belongs to it, without a host

usage: psivox-standalone [OPTIONS]

  --list-devices        list what can be played to and from, and end
  --audio-device NAME   play to this device: a part of its name or its whole id; 'none' plays to nobody
  --midi-in NAME        take notes from this port: a part of its name; 'none' for none
  --sample-rate HZ      samples a second that are asked of the device
  --period N            samples in a block that are asked of the device
  --forget              forget what was chosen in earlier runs
  --project FILE        keep text, persona and parameters in FILE instead of the last session's
  --no-gui              open no window
  --quit-at-end         end when standard input has ended and its last line is spoken
  -h, --help            this

Devices, rate and period are remembered. Where the system has virtual MIDI ports, other programs find one
called 'Psivox'. When standard input is no terminal each line of it is spoken as it comes:
echo Hello | psivox-standalone";

/// What was asked for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Options {
    /// List devices and end.
    pub list_devices: bool,
    /// Device to play to.
    pub audio_device: Option<String>,
    /// Port that notes come from.
    pub midi_in: Option<String>,
    /// Samples a second.
    pub sample_rate_hz: Option<u32>,
    /// Samples in a block.
    pub period_samples: Option<u32>,
    /// Forget what is remembered.
    pub forget: bool,
    /// Where the state is kept.
    pub project: Option<PathBuf>,
    /// No window.
    pub no_gui: bool,
    /// End with standard input.
    pub quit_at_end: bool,
}

impl Options {
    /// Reads the command line; `None` if help was asked for.
    ///
    /// # Errors
    /// An argument that does not exist, or a number that cannot be.
    pub(super) fn parse(mut parser: lexopt::Parser) -> Result<Option<Self>, String> {
        let mut options = Self::default();
        let told = |error: lexopt::Error| format!("{error}; --help lists what there is");
        while let Some(argument) = parser.next().map_err(told)? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("list-devices") => options.list_devices = true,
                Long("audio-device") => options.audio_device = Some(text(&mut parser).map_err(told)?),
                Long("midi-in") => options.midi_in = Some(text(&mut parser).map_err(told)?),
                Long("sample-rate") => {
                    options.sample_rate_hz = Some(within(&mut parser, "--sample-rate", 8_000, 384_000)?);
                }
                Long("period") => {
                    options.period_samples = Some(within(&mut parser, "--period", 16, 8_192)?);
                }
                Long("forget") => options.forget = true,
                Long("project") => options.project = Some(parser.value().map_err(told)?.into()),
                Long("no-gui") => options.no_gui = true,
                Long("quit-at-end") => options.quit_at_end = true,
                other => return Err(told(other.unexpected())),
            }
        }
        Ok(Some(options))
    }
}

fn text(parser: &mut lexopt::Parser) -> Result<String, lexopt::Error> {
    parser.value()?.string()
}

fn within(parser: &mut lexopt::Parser, name: &str, low: u32, high: u32) -> Result<u32, String> {
    let value = text(parser).map_err(|error| error.to_string())?;
    match value.parse() {
        Ok(number) if (low..=high).contains(&number) => Ok(number),
        _ => Err(format!("{name} is '{value}', expected a whole number from {low} to {high}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Option<Options>, String> {
        Options::parse(lexopt::Parser::from_args(arguments))
    }

    #[test]
    fn every_option_is_read() {
        let options = parse(&[
            "--audio-device=hw",
            "--midi-in",
            "Keys",
            "--sample-rate",
            "44100",
            "--period",
            "128",
            "--forget",
            "--project",
            "a.psivox",
            "--no-gui",
            "--quit-at-end",
            "--list-devices",
        ]);
        let expected = Options {
            list_devices: true,
            audio_device: Some("hw".to_owned()),
            midi_in: Some("Keys".to_owned()),
            sample_rate_hz: Some(44_100),
            period_samples: Some(128),
            forget: true,
            project: Some("a.psivox".into()),
            no_gui: true,
            quit_at_end: true,
        };
        assert_eq!(options, Ok(Some(expected)));
        assert_eq!(parse(&["--help"]), Ok(None));
        assert_eq!(parse(&[]), Ok(Some(Options::default())));
    }

    #[test]
    fn what_cannot_be_is_told() {
        for (arguments, word) in [
            (&["--nonsense"][..], "nonsense"),
            (&["--period", "7"], "16 to 8192"),
            (&["--sample-rate", "many"], "'many'"),
            (&["--midi-in"], "midi-in"),
            (&["file.psivox"], "file.psivox"),
        ] {
            let error = parse(arguments).expect_err(word);
            assert!(error.contains(word), "{error}");
        }
    }
}
