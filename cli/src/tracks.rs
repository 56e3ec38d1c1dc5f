//! The files beside the sound, on its clock: face, phones, subtitles, mouth pictures.

use crate::error::CliError;
use crate::formats::{FaceFile, write_phone_file};
use crate::output::{PendingFile, explain};
use crate::render::{Block, Performance, Sink};
use crate::visemes::{VisemeSet, write_visemes};
use crate::words::timed_words;
use clap::Args;
use psivox_wire::Target;
use psivox_wire::record::FaceFormat;
use psivox_wire::subtitle::{SubtitleFormat, captions, write_subtitles};
use psivox_wire::target::RATES_HZ;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Faces a second unless told otherwise, and where a receiver wants more than that.
const USUAL_RATE_HZ: u32 = 60;
const FAST_RATE_HZ: u32 = 120;

/// How faces are made and written.
#[derive(Debug, Clone, Default, Args)]
pub struct FaceArgs {
    /// How the face is written: csv (52 columns), jsonl (an object a face, with head and emotion), or livelink-csv (as the
    /// app Live Link Face records) [default: jsonl where the file ends so, else csv]
    #[arg(long, value_name = "csv|jsonl|livelink-csv")]
    pub face_format: Option<FaceFormat>,
    /// Faces a second: 30, 60, 90 or 120 [default: 60, or 120 if a receiver takes more than 60]
    #[arg(long, value_parser = face_rate, value_name = "30|60|90|120")]
    pub face_rate: Option<u32>,
}

impl FaceArgs {
    /// Faces a second that the engine makes for these receivers.
    pub fn rate_hz(&self, targets: &[Target]) -> u32 {
        let fast = targets.iter().any(|target| target.rate_hz > USUAL_RATE_HZ);
        self.face_rate.unwrap_or(if fast { FAST_RATE_HZ } else { USUAL_RATE_HZ })
    }
}

fn face_rate(text: &str) -> Result<u32, String> {
    let rate = text.parse().ok().filter(|rate| RATES_HZ.contains(rate));
    rate.ok_or("expected 30, 60, 90 or 120 faces a second".to_owned())
}

/// The files of one performance.
#[derive(Debug, Clone, Default, Args)]
pub struct TrackArgs {
    /// Write the face here: CSV, 52 ARKit blendshapes from 0 to 1, 60 rows a second, or 120 if a receiver takes more than
    /// 60; or as --face-format and --face-rate say
    #[arg(long, value_name = "FILE.csv")]
    pub face: Option<PathBuf>,
    /// How faces are made and written.
    #[command(flatten)]
    pub faces: FaceArgs,
    /// Write the speech sounds and their times here: tab-separated, in seconds
    #[arg(long, value_name = "FILE.tsv")]
    pub phones: Option<PathBuf>,
    /// Write subtitles here, by the ending of the file: .srt, .vtt or .lrc
    #[arg(long, value_name = "FILE.srt|vtt|lrc")]
    pub subtitles: Option<PathBuf>,
    /// What the subtitles are, if the file's ending does not tell: srt, vtt or lrc
    #[arg(long, requires = "subtitles", value_name = "NAME")]
    pub subtitle_format: Option<SubtitleFormat>,
    /// Write the mouth pictures and their times here: tab-separated, in seconds
    #[arg(long, value_name = "FILE.tsv")]
    pub visemes: Option<PathBuf>,
    /// Which set of mouth pictures [default: oculus]
    #[arg(long, value_enum, requires = "visemes", value_name = "NAME")]
    pub viseme_set: Option<VisemeSet>,
}

impl TrackArgs {
    /// What is to be written; `sends` is whether faces go anywhere else.
    ///
    /// # Errors
    /// Options that do not go together.
    pub fn plan(&self, sends: bool) -> Result<TrackPlan, CliError> {
        if self.faces.face_rate.is_some() && self.face.is_none() && !sends {
            let needs = "--face-rate needs --face with the file to write, or a receiver of the face";
            return Err(CliError::Usage(needs.to_owned()));
        }
        if self.faces.face_format.is_some() && self.face.is_none() {
            return Err(CliError::Usage("--face-format needs --face with the file to write".to_owned()));
        }
        let format = |path: &PathBuf| (path.clone(), self.faces.face_format.unwrap_or(face_format_of(path)));
        Ok(TrackPlan {
            face: self.face.as_ref().map(format),
            phones: self.phones.clone(),
            subtitles: self.subtitles.as_ref().map(|path| self.subtitle(path)).transpose()?,
            visemes: self.visemes.clone().map(|path| (path, self.viseme_set.unwrap_or_default())),
        })
    }

    fn subtitle(&self, path: &Path) -> Result<(PathBuf, SubtitleFormat), CliError> {
        let by_ending = || ending(path).and_then(|ending| ending.parse().ok());
        let unknown = || CliError::Output {
            path: path.to_owned(),
            reason: "its ending is not .srt, .vtt or .lrc; add --subtitle-format".to_owned(),
        };
        let format = self.subtitle_format.or_else(by_ending).ok_or_else(unknown)?;
        Ok((path.to_owned(), format))
    }

    /// The files that are named.
    pub fn paths(&self) -> [Option<&PathBuf>; 4] {
        [&self.face, &self.phones, &self.subtitles, &self.visemes].map(Option::as_ref)
    }
}

fn ending(path: &Path) -> Option<&str> {
    path.extension()?.to_str()
}

fn face_format_of(path: &Path) -> FaceFormat {
    let jsonl = ending(path).is_some_and(|ending| ending.eq_ignore_ascii_case("jsonl"));
    if jsonl { FaceFormat::Jsonl } else { FaceFormat::Csv }
}

/// Which files are written, and as what.
#[derive(Debug, Clone, Default)]
pub struct TrackPlan {
    pub face: Option<(PathBuf, FaceFormat)>,
    pub phones: Option<PathBuf>,
    pub subtitles: Option<(PathBuf, SubtitleFormat)>,
    pub visemes: Option<(PathBuf, VisemeSet)>,
}

/// Files under construction.
pub struct Tracks {
    face: Option<FaceFile>,
    phones: Option<(File, PendingFile)>,
    subtitles: Option<((File, PendingFile), SubtitleFormat)>,
    visemes: Option<((File, PendingFile), VisemeSet)>,
    sample_rate_hz: u32,
}

impl Tracks {
    /// Opens all of them, so that what cannot work fails before any work is done.
    ///
    /// # Errors
    /// [`CliError::Output`] if one cannot be written.
    pub fn open(plan: &TrackPlan, sample_rate_hz: u32, face_rate_hz: u32) -> Result<Self, CliError> {
        let face = plan.face.as_ref();
        Ok(Self {
            face: face
                .map(|(path, format)| FaceFile::create(path, *format, sample_rate_hz, face_rate_hz))
                .transpose()?,
            phones: plan.phones.as_deref().map(PendingFile::create).transpose()?,
            subtitles: plan.subtitles.as_ref().map(create).transpose()?,
            visemes: plan.visemes.as_ref().map(create).transpose()?,
            sample_rate_hz,
        })
    }

    /// Completes all files and puts them in their places. `text` is what was spoken, with its punctuation.
    ///
    /// # Errors
    /// [`CliError::Output`].
    pub fn finish(self, spoken: &Performance, text: &str) -> Result<(), CliError> {
        let rate_hz = f64::from(self.sample_rate_hz);
        self.face.map(FaceFile::finish).transpose()?;
        if let Some(file) = self.phones {
            write_phone_file(file, spoken, self.sample_rate_hz)?;
        }
        if let Some((file, format)) = self.subtitles {
            let subtitles = write_subtitles(format, &captions(&timed_words(spoken, text, rate_hz)));
            complete(file, |out| out.write_all(subtitles.as_bytes()))?;
        }
        if let Some((file, set)) = self.visemes {
            complete(file, |out| write_visemes(out, spoken, set, rate_hz))?;
        }
        Ok(())
    }
}

impl Sink for Tracks {
    fn take(&mut self, block: &Block) -> Result<(), CliError> {
        match &mut self.face {
            Some(face) => face.take(block),
            None => Ok(()),
        }
    }
}

fn create<T: Copy>(wanted: &(PathBuf, T)) -> Result<((File, PendingFile), T), CliError> {
    Ok((PendingFile::create(&wanted.0)?, wanted.1))
}

/// Writes a whole file and puts it in its place.
///
/// # Errors
/// [`CliError::Output`].
pub fn complete(
    (file, pending): (File, PendingFile),
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> Result<(), CliError> {
    let mut out = BufWriter::new(file);
    write(&mut out).and_then(|()| out.flush()).map_err(|error| explain(pending.path(), &error))?;
    drop(out);
    pending.commit()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endings_tell_the_format() {
        let args = |face: &str, subtitles: &str| TrackArgs {
            face: Some(face.into()),
            subtitles: Some(subtitles.into()),
            ..TrackArgs::default()
        };
        let plan = args("a.jsonl", "a.VTT").plan(false).expect("sound");
        assert_eq!(plan.face.map(|face| face.1), Some(FaceFormat::Jsonl));
        assert_eq!(plan.subtitles.map(|file| file.1), Some(SubtitleFormat::Vtt));
        assert_eq!(
            args("a.csv", "a.srt").plan(false).expect("sound").face.map(|face| face.1),
            Some(FaceFormat::Csv)
        );
        let error = args("a", "a.txt").plan(false).expect_err("unknown").to_string();
        assert!(error.contains("--subtitle-format"), "{error}");
    }

    #[test]
    fn the_engine_is_as_fast_as_the_fastest_receiver() {
        let target: Target = "vmc:127.0.0.1:39539".parse().expect("a target");
        let fast = Target { rate_hz: 90, ..target.clone() };
        let (mut args, none) = (FaceArgs::default(), []);
        assert_eq!((args.rate_hz(&none), args.rate_hz(std::slice::from_ref(&target))), (60, 60));
        assert_eq!(args.rate_hz(&[target, fast.clone()]), 120);
        args.face_rate = Some(30);
        assert_eq!(args.rate_hz(&[fast]), 30);
        assert!(face_rate("50").is_err() && face_rate("90") == Ok(90));
    }
}
