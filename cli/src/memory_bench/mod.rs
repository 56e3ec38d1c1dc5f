//! `psivox memory-bench`: what memory does, measured from the sound and the face alone. Is a remembered manner told from
//! others in new texts? Does a blend lie between its ends? What does the next turn lose without memory?

mod blend;
mod manner;
mod profile;
mod table;
mod turn;

use crate::args::VoiceArgs;
use crate::emotion::take::{Take, perform};
use crate::error::CliError;
use crate::progress::Progress;
use crate::sentence_table::{self, TableFile};
use crate::sentences;
use clap::Args;
use manner::SOURCES;
use profile::{Profile, Ranking};
use psivox_core::memory::{Impression, Memory, MemoryBank, Recall, Recollection};
use psivox_core::{Event, Score};
use std::path::PathBuf;
use std::sync::Arc;

pub const EXAMPLES: &str = "\
Examples:
  psivox memory-bench sentences.tsv                 prints a table; the file holds 32 sentences or more
  psivox memory-bench sentences.tsv --json -o memory.md";

/// Texts that are said in the manner of each source.
const OTHERS: usize = 20;

/// `psivox memory-bench`.
#[derive(Debug, Args)]
pub struct MemoryBenchArgs {
    /// One sentence a line: a name, a tab, the text. The first 12 are said in as many manners, the next 20 in the manner of
    /// each
    #[arg(value_name = "SENTENCES.tsv")]
    pub sentences: PathBuf,
    /// Print an object in place of the table
    #[arg(long)]
    pub json: bool,
    /// Write the table here: Markdown
    #[arg(short, long, value_name = "TABLE.md")]
    pub output: Option<PathBuf>,
    /// Who speaks and how.
    #[command(flatten)]
    pub voice: VoiceArgs,
}

/// Runs the command.
///
/// # Errors
/// A damaged or short sentence file, a text that cannot be spoken, a voice that cannot be, a file that cannot be written.
pub fn run(args: &MemoryBenchArgs) -> Result<(), CliError> {
    let sentences = sentences::read(&args.sentences)?;
    let wanted = SOURCES.len() + OTHERS;
    if sentences.len() < wanted {
        let reason = format!("it holds {} sentences; memory-bench needs {wanted}", sentences.len());
        return Err(CliError::Input { path: args.sentences.clone(), reason });
    }
    let scores = sentence_table::plan(&args.voice, &args.sentences, &sentences[..wanted])?;
    let file = TableFile::create(args.output.as_deref(), &args.sentences)?;
    let (sources, others) = scores.split_at(SOURCES.len());
    let mut bench = Bench { voice: &args.voice, bar: Progress::new("Remembering"), done: 0, work: work() };
    let said = bench.say_sources(sources)?;
    let ranking = bench.rank(&said, sources, others)?;
    let blends = bench.blend(&said, others)?;
    let turn = bench.next_turn(&said, others)?;
    drop(bench.bar);
    let report = table::Report { ranking, blends, turn };
    let name = args.sentences.file_name().unwrap_or_default().to_string_lossy();
    let VoiceArgs { persona, seed, rate, .. } = &args.voice;
    let conditions = format!(
        "{} manners, each remembered from one sentence of {name}, and {OTHERS} other sentences of it; persona {persona}, \
         seed {seed} and up, {rate} Hz.",
        SOURCES.len()
    );
    let json = args.json.then(|| table::json(&report));
    file.publish(&table::markdown(&report, &conditions), &conditions, json)
}

/// How often something is said.
fn work() -> usize {
    let (sources, others) = (SOURCES.len(), OTHERS);
    2 * sources + others * (1 + sources) + blend::work() + turn::work()
}

/// What a source left.
struct Source {
    id: u64,
    profile: Profile,
}

/// The sources, and the memories that they left.
struct Said {
    bank: MemoryBank,
    sources: Vec<Source>,
}

impl Said {
    fn recollection(&self, parts: &[(usize, f32)]) -> Result<Arc<Recollection>, CliError> {
        let parts: Vec<(u64, f32)> =
            parts.iter().map(|(source, weight)| (self.sources[*source].id, *weight)).collect();
        self.bank.recollect(&parts).map(Arc::new).map_err(|error| CliError::Usage(error.to_string()))
    }
}

/// The measuring under way.
struct Bench<'a> {
    voice: &'a VoiceArgs,
    bar: Progress,
    done: usize,
    work: usize,
}

impl Bench<'_> {
    /// Says a line; every text has a life of its own, the same in every manner.
    fn say(
        &mut self,
        index: usize,
        settings: Vec<Event>,
        lane: impl Fn(f32) -> Option<Event>,
        score: &Arc<Score>,
    ) -> Result<(Take, Option<Impression>), CliError> {
        self.bar.show(self.done as f64, self.work as f64);
        self.done += 1;
        perform(self.voice, self.voice.seed.wrapping_add(index as u64), settings, lane, score)
    }

    fn say_plainly(&mut self, index: usize, score: &Arc<Score>) -> Result<Profile, CliError> {
        let (take, _) = self.say(index, Vec::new(), |_| None, score)?;
        Ok(Profile::of(&take, self.voice.rate))
    }

    fn say_like(
        &mut self,
        index: usize,
        recollection: &Arc<Recollection>,
        score: &Arc<Score>,
    ) -> Result<Take, CliError> {
        let recall = Event::Recall(Recall::one(Arc::clone(recollection), 1.0, 0.0));
        self.say(index, vec![recall], |_| None, score).map(|(take, _)| take)
    }

    /// Every manner once; a profile tells how it differs from the same words said plainly.
    fn say_sources(&mut self, scores: &[Arc<Score>]) -> Result<Said, CliError> {
        let mut said = Said { bank: MemoryBank::default(), sources: Vec::new() };
        for (index, (source, score)) in SOURCES.iter().zip(scores).enumerate() {
            let plain = self.say_plainly(index, score)?;
            let (take, impression) = self.say(index, source.settings(), |along| source.lane(along), score)?;
            let lost = || CliError::Usage(format!("'{}' left no memory", source.name));
            let impression = impression.ok_or_else(lost)?;
            let memory = Memory::of(&impression, source.name, &score.topic, &self.voice.persona);
            let kept = said.bank.keep(Memory { name: source.name.to_owned(), ..memory });
            let id = kept.map_err(|error| CliError::Usage(error.to_string()))?;
            said.sources.push(Source { id, profile: Profile::of(&take, self.voice.rate).beyond(&plain) });
        }
        Ok(said)
    }

    /// Every other text in every manner: which source is it nearest to?
    fn rank(
        &mut self,
        said: &Said,
        sources: &[Arc<Score>],
        others: &[Arc<Score>],
    ) -> Result<Ranking, CliError> {
        let known: Vec<&Profile> = said.sources.iter().map(|source| &source.profile).collect();
        let mut ranking = Ranking::new(&known);
        for (index, score) in others.iter().enumerate() {
            let index = sources.len() + index;
            let plain = self.say_plainly(index, score)?;
            for source in 0..said.sources.len() {
                let recollection = said.recollection(&[(source, 1.0)])?;
                let take = self.say_like(index, &recollection, score)?;
                ranking.add(source, &Profile::of(&take, self.voice.rate).beyond(&plain));
            }
        }
        Ok(ranking)
    }
}
