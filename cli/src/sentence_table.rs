//! What the commands that speak a file of sentences into a table have in common: plans, the table's file, what is printed.

use crate::args::VoiceArgs;
use crate::error::CliError;
use crate::output::{PendingFile, explain};
use crate::progress::{self, Progress};
use crate::render;
use crate::sentences::Sentence;
use psivox_core::Score;
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

/// Plans every sentence of the file at `path`, so that what cannot be spoken is refused before anything is.
///
/// # Errors
/// A text that cannot be spoken, a voice that cannot be, [`CliError::Interrupted`].
pub fn plan(voice: &VoiceArgs, path: &Path, sentences: &[Sentence]) -> Result<Vec<Arc<Score>>, CliError> {
    let planner = render::planner(voice)?;
    let mut bar = Progress::new("Planning");
    let mut scores = Vec::with_capacity(sentences.len());
    for (index, sentence) in sentences.iter().enumerate() {
        bar.show(index as f64, sentences.len() as f64);
        crate::interrupt::check()?;
        let plan = planner.plan_as(&sentence.text, voice.delivery()).map_err(|error| CliError::Line {
            path: path.to_owned(),
            line: sentence.line,
            reason: error.to_string(),
        })?;
        scores.push(Arc::new(plan.score));
    }
    Ok(scores)
}

/// Where the table goes.
pub struct TableFile(Option<(File, PendingFile)>);

impl TableFile {
    /// The table's file, if one is wanted, which is no file that it is made from.
    ///
    /// # Errors
    /// [`CliError::Output`].
    pub fn create(path: Option<&Path>, sentences: &Path) -> Result<Self, CliError> {
        let Some(path) = path else { return Ok(Self(None)) };
        let real = |path: &Path| path.canonicalize().ok();
        if real(path).is_some_and(|place| real(sentences) == Some(place)) {
            let reason = "it holds the sentences; choose another name".to_owned();
            return Err(CliError::Output { path: path.to_owned(), reason });
        }
        PendingFile::create(path).map(|file| Self(Some(file)))
    }

    /// Writes the table into its file and prints it, or the JSON in its place, under which conditions it came about told
    /// beside.
    ///
    /// # Errors
    /// [`CliError::Output`], [`CliError::Stdout`].
    pub fn publish(
        self,
        markdown: &str,
        conditions: &str,
        json: Option<serde_json::Result<String>>,
    ) -> Result<(), CliError> {
        if let Some((mut file, pending)) = self.0 {
            file.write_all(markdown.as_bytes()).map_err(|error| explain(pending.path(), &error))?;
            drop(file);
            pending.commit()?;
        }
        let mut out = std::io::stdout();
        let Some(json) = json else { return out.write_all(markdown.as_bytes()).map_err(CliError::Stdout) };
        progress::say(conditions);
        let json = json.map_err(|error| CliError::Stdout(error.into()))?;
        writeln!(out, "{json}").map_err(CliError::Stdout)
    }
}

/// To four decimals.
pub fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
