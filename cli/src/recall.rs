//! `psivox say` with a memory: what is said is remembered, said again, or said as something else was.

use crate::args::VoiceArgs;
use crate::error::CliError;
use crate::memory::store;
use crate::numbers::share;
use crate::render::{self, Performance};
use clap::Args;
use psivox_core::memory::{
    BLENDED, Course, Memory, MemoryError, RawTake, Recall, Recipe, RecipeKind, Recollection, Rendition,
    StoredTake, Take,
};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

/// Time of the way into a remembered manner where a line goes on from another one, s.
const GLIDE_S: f32 = 0.3;

/// What `say` does with memory.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Memory")]
pub struct RecallArgs {
    /// Remember what is said in this file, which is made if it is not there, and find in it what the other options name
    #[arg(long, value_name = "FILE.psm")]
    pub memory: Option<PathBuf>,
    /// Remember this line under a name; a named memory never fades
    #[arg(long, requires = "memory", value_name = "NAME")]
    pub remember: Option<String>,
    /// Say a memory again, bit by bit; no text is given then
    #[arg(long, requires = "memory", conflicts_with_all = ["remember", "like"], value_name = "NAME")]
    pub replay: Option<String>,
    /// Say it in the manner of a memory, or of a blend of up to four: sorry or sorry:0.7,joy:0.3
    #[arg(long, requires = "memory", value_delimiter = ',', value_parser = weighted, value_name = "NAME[:WEIGHT],...")]
    pub like: Vec<(String, f32)>,
    /// How much of that manner, 0..=1 [default: 1]
    #[arg(long, requires = "like", value_parser = share, value_name = "0..1")]
    pub like_strength: Option<f32>,
    /// Go on in the tone in which the last line of the memory ended
    #[arg(long, requires = "memory", conflicts_with_all = ["replay", "like", "calm"])]
    pub same_tone: bool,
    /// Calm down over so many lines from the tone of the last one; this is the next of them
    #[arg(long, requires = "memory", conflicts_with_all = ["replay", "like"], value_parser = clap::value_parser!(u32).range(1..=16), value_name = "1..16")]
    pub calm: Option<u32>,
    /// How strongly a subject brings back the manner in which it was spoken about [default: 0]
    #[arg(long, requires = "memory", conflicts_with_all = ["replay", "like"], value_parser = share, value_name = "0..1")]
    pub topics: Option<f32>,
    /// Remember how it was said, but not what
    #[arg(long, requires = "memory")]
    pub forget_text: bool,
}

fn weighted(text: &str) -> Result<(String, f32), String> {
    // A name may hold a colon: only what follows the last one and is a number is a weight.
    if let Some((name, weight)) = text.rsplit_once(':')
        && let Ok(weight) = weight.trim().parse::<f32>()
    {
        let good = weight.is_finite() && weight > 0.0 && !name.is_empty();
        return good.then(|| (name.to_owned(), weight)).ok_or("expected a weight above 0".to_owned());
    }
    Ok((text.to_owned(), 1.0))
}

/// The memory while something is said.
pub struct Remembrance {
    args: RecallArgs,
    store: Option<store::Opened>,
}

impl Remembrance {
    /// Opens the file, if there is one.
    ///
    /// # Errors
    /// It cannot be read, or is none.
    pub fn open(args: &RecallArgs) -> Result<Self, CliError> {
        let store = match (&args.memory, &args.replay) {
            (Some(path), Some(_)) => Some(store::open(path)?),
            (Some(path), None) => Some(store::open_or_new(path)?),
            (None, _) => None,
        };
        if let (Some(store), Some(name)) = (&store, &args.remember)
            && store.bank.by_name(name).is_ok()
        {
            return Err(MemoryError::NameTaken { name: name.clone() }.into());
        }
        if args.like.len() > BLENDED {
            let found = args.like.len();
            return Err(CliError::Usage(format!("--like blends up to {BLENDED} memories, not {found}")));
        }
        Ok(Self { args: args.clone(), store })
    }

    /// Whether what is said is to be remembered.
    pub fn keeps(&self) -> bool {
        self.store.is_some() && self.args.replay.is_none()
    }

    /// What is to be said again.
    ///
    /// # Errors
    /// There is no such memory, it has faded, or another version made it.
    pub fn rendition(
        &mut self,
        voice: &VoiceArgs,
        face_rate_hz: f32,
    ) -> Result<Option<Arc<Rendition>>, CliError> {
        let (Some(store), Some(name)) = (&mut self.store, &self.args.replay) else { return Ok(None) };
        let memory = store.bank.choose_or_said(name)?;
        let id = memory.id;
        let Some(bytes) = &memory.take else {
            let reason = format!(
                "'{name}' has faded: it cannot be said again bit by bit; --like {name} speaks in its manner"
            );
            return Err(CliError::Usage(reason));
        };
        let rendition = StoredTake::from_bytes(bytes)?.rendition()?;
        rendition.fits(&render::config(voice, face_rate_hz))?;
        store.bank.touch(id)?;
        store.save()?;
        Ok(Some(Arc::new(rendition)))
    }

    /// The manner to speak in.
    ///
    /// # Errors
    /// There is no such memory.
    pub fn recall(&mut self, topic: &psivox_core::text::Meaning) -> Result<Option<Recall>, CliError> {
        let Some(store) = &mut self.store else { return Ok(None) };
        let bank = &mut store.bank;
        if !self.args.like.is_empty() {
            let mut parts = Vec::new();
            for (name, weight) in &self.args.like {
                parts.push((bank.choose_or_said(name)?.id, *weight));
            }
            let recollection = bank.recollect(&parts)?;
            parts.iter().try_for_each(|(id, _)| bank.touch(*id))?;
            return Ok(Some(one(recollection, self.args.like_strength.unwrap_or(1.0), 0.0)));
        }
        let course = match self.args.calm {
            Some(lines) => Some(Course::Calm { lines }),
            None => self.args.same_tone.then_some(Course::Same),
        };
        if let Some(course) = course {
            bank.set_course(course);
            return Ok(bank.next_line().map(|(recollection, share)| one(recollection, share, GLIDE_S)));
        }
        let Some(strength) = self.args.topics.filter(|strength| *strength > 0.0) else { return Ok(None) };
        let Some(topic) = bank.topic(topic) else { return Ok(None) };
        let recollection = bank.recollect(&topic.parts)?;
        Ok(Some(one(recollection, strength * topic.strength, GLIDE_S)))
    }

    /// Remembers what was said, and writes the file.
    ///
    /// # Errors
    /// The file cannot be written, or has no room.
    pub fn keep(
        &mut self,
        spoken: &Performance,
        raw: Option<&RawTake>,
        text: &str,
        voice: &VoiceArgs,
    ) -> Result<(), CliError> {
        let Some(store) = self.store.as_mut().filter(|_| self.args.replay.is_none()) else { return Ok(()) };
        let (Some(impression), Some(score)) = (spoken.told.impressions.last(), spoken.lines.last()) else {
            return Ok(());
        };
        let persona = render::cast(voice)?;
        let memory = Memory::of(impression, text, &score.topic, &persona.name);
        let recipe = Recipe {
            kind: RecipeKind::Line,
            text: text.to_owned(),
            persona: Box::new(persona),
            voice_b: None,
            delivery: voice.delivery(),
        };
        let field = render::field(voice)?;
        let stored = |raw: &RawTake| {
            let take = Take::of(raw)?;
            StoredTake { take, recipes: vec![recipe], field }.to_bytes()
        };
        let take = match raw.filter(|_| !self.args.forget_text).map(stored).transpose() {
            Ok(take) => take,
            Err(error) => {
                crate::progress::say(&format!("note: it is remembered, but cannot be replayed: {error}"));
                None
            }
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let name = self.args.remember.clone().unwrap_or_default();
        store.bank.advance(f64::from(impression.duration_s));
        store.bank.keep(Memory {
            pinned: !name.is_empty(),
            name,
            text: memory.text.clone().filter(|_| !self.args.forget_text),
            unix_s: i64::try_from(now).unwrap_or(0),
            take,
            ..memory
        })?;
        store.save()
    }
}

fn one(recollection: Recollection, share: f32, over_s: f32) -> Recall {
    Recall::one(Arc::new(recollection), share, over_s)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_follows_the_last_colon() {
        assert_eq!(weighted("sorry:0.25"), Ok(("sorry".to_owned(), 0.25)));
        assert_eq!(weighted("sorry"), Ok(("sorry".to_owned(), 1.0)));
        assert_eq!(weighted("10:30"), Ok(("10".to_owned(), 30.0)));
        assert_eq!(weighted("act 1: the end"), Ok(("act 1: the end".to_owned(), 1.0)));
        assert!(
            weighted("sorry:0").is_err() && weighted("sorry:-1").is_err() && weighted("sorry:inf").is_err()
        );
    }
}
