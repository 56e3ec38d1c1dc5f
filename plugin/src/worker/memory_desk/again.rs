//! What can be said again: bit by bit, or where the engine is another one than it was, in its manner.

use super::{MemoryDesk, Wanted};
use crate::memory::Again;
use crate::performer::engine_config;
use psivox_core::memory::{RecipeKind, Rendition, StoredTake};
use std::sync::Arc;

/// Something that can be said again.
#[derive(Clone)]
pub(super) struct Said {
    rendition: Arc<Rendition>,
    /// Whether it is a line or a song of its own, which can be said without a note for each syllable.
    alone: bool,
}

impl MemoryDesk {
    pub(super) fn forget_replays(&mut self) {
        self.replays.clear();
        self.misfits.clear();
    }

    /// A memory, to be said again at a sample rate, and what its user should know of how.
    pub(super) fn again(&mut self, id: u64, rate_hz: Option<f32>) -> Result<(Again, Option<String>), String> {
        let said = self.said(id)?;
        let fits = rate_hz.map_or(Ok(()), |rate_hz| said.rendition.fits(&engine_config(rate_hz)));
        let Err(error) = fits else { return Ok((Again::Replay(said.rendition), None)) };
        let score = said.rendition.scores().last().filter(|_| said.alone);
        let (Some(score), Some(manner)) = (score, self.manner(id)) else { return Err(error.to_string()) };
        let score = self.scores.share(psivox_core::Score::clone(score));
        let other = "its words are said in the remembered manner instead; say it anew to replay it here";
        Ok((Again::Alike { score, manner }, Some(format!("no replay: {error}; {other}"))))
    }

    /// A memory with all that it takes to say it again.
    fn said(&mut self, id: u64) -> Result<Said, String> {
        if let Some(Some(known)) = self.replays.get(&id) {
            return Ok(known.clone());
        }
        let bytes = self.cell.lock().bank.get(id).and_then(|memory| memory.take.clone());
        let bytes = bytes.ok_or("it cannot be said again bit by bit any more; recall its manner instead")?;
        let stored = StoredTake::from_bytes(&bytes).map_err(|error| error.to_string())?;
        let alone = stored.recipes.last().is_some_and(|recipe| recipe.kind != RecipeKind::Sheet);
        let rendition = self.renditions.share(stored.rendition().map_err(|error| error.to_string())?);
        let said = Said { rendition, alone };
        self.replays.insert(id, Some(said.clone()));
        Ok(said)
    }

    /// What a slot says again. What is amiss is told once.
    pub(super) fn slot_again(&mut self, id: u64, wanted: &Wanted) -> Option<Again> {
        if matches!(self.replays.get(&id), Some(None)) {
            return None;
        }
        let made = self.again(id, wanted.rate_hz);
        let news = match &made {
            Ok((_, None)) => None,
            Ok((_, notice)) => notice.clone(),
            Err(error) => Some(error.clone()),
        };
        let rate = wanted.rate_hz.unwrap_or(0.0).to_bits();
        if wanted.replays && news.is_some() && self.misfits.insert((id, rate)) {
            self.cell.lock().message = news;
        }
        // Of a bounce nothing is told: who wants to replay it afterwards has to be.
        if made.is_err() && wanted.replays && !self.replays.contains_key(&id) {
            self.replays.insert(id, None);
        }
        made.ok().map(|(again, _)| again)
    }
}
