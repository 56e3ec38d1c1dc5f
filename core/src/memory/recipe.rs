//! A recipe: all that a score was planned from, so that it can be planned again.

use super::error::MemoryError;
use super::rendition::shortened;
use crate::delivery::Delivery;
use crate::persona::Persona;
use crate::planner::Planner;
use crate::score::Score;
use crate::song::Song;
use serde::{Deserialize, Serialize};
use std::fmt::Display;

/// What a text is planned as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecipeKind {
    /// To be spoken: [`Planner::plan_as`].
    Line,
    /// To be sung note by note: [`Planner::sheet`].
    Sheet,
    /// A song, as [`Song`] writes it: [`Planner::sing`].
    Song,
}

/// How a score came about.
#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    /// As what.
    pub kind: RecipeKind,
    /// The text.
    pub text: String,
    /// Who speaks.
    pub persona: Box<Persona>,
    /// The second voice that the planner was given ([`Planner::with_partner`]).
    pub voice_b: Option<String>,
    /// Pace and pitch; lines only.
    pub delivery: Delivery,
}

impl Recipe {
    /// The planner that it needs.
    ///
    /// # Errors
    /// A voice of its persona is not there any more.
    pub fn planner(&self) -> Result<Planner, MemoryError> {
        let planner = Planner::new(&self.persona).map_err(unplannable)?;
        match &self.voice_b {
            Some(name) => planner.with_partner(name).map_err(unplannable),
            None => Ok(planner),
        }
    }

    /// Plans it.
    ///
    /// # Errors
    /// The text cannot be planned as what it is said to be.
    pub fn plan(&self, planner: &Planner) -> Result<Score, MemoryError> {
        match self.kind {
            RecipeKind::Line => {
                planner.plan_as(&self.text, self.delivery).map(|plan| plan.score).map_err(unplannable)
            }
            RecipeKind::Sheet => planner.sheet(&self.text).map(|sheet| sheet.score).map_err(unplannable),
            RecipeKind::Song => {
                let song = Song::parse(&self.text).map_err(unplannable)?;
                planner.sing(&song).map(|sung| sung.score).map_err(unplannable)
            }
        }
    }

    /// Whether the same planner plans both.
    pub(super) fn shares_planner(&self, other: &Self) -> bool {
        self.persona == other.persona && self.voice_b == other.voice_b
    }

    /// The beginning of its text.
    pub(super) fn title(&self) -> String {
        shortened(&self.text)
    }
}

fn unplannable(reason: impl Display) -> MemoryError {
    MemoryError::Unplannable { reason: reason.to_string() }
}

/// A persona by the name under which it ships, or at length.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum Cast {
    Shipped(String),
    Own(Box<Persona>),
}

/// A recipe as it is written.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct WrittenRecipe {
    kind: RecipeKind,
    text: String,
    persona: Cast,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    voice_b: Option<String>,
    /// Bits of rate and pitch: they have to come back exactly.
    delivery: [u32; 2],
}

impl From<&Recipe> for WrittenRecipe {
    fn from(own: &Recipe) -> Self {
        let ships = Persona::named(&own.persona.name).is_ok_and(|shipped| shipped == *own.persona);
        Self {
            kind: own.kind,
            text: own.text.clone(),
            persona: if ships {
                Cast::Shipped(own.persona.name.clone())
            } else {
                Cast::Own(own.persona.clone())
            },
            voice_b: own.voice_b.clone(),
            delivery: [own.delivery.rate_ratio, own.delivery.pitch_st].map(f32::to_bits),
        }
    }
}

impl WrittenRecipe {
    pub(super) fn read(self) -> Result<Recipe, MemoryError> {
        let persona = match self.persona {
            Cast::Shipped(name) => Box::new(Persona::named(&name).map_err(unplannable)?),
            Cast::Own(persona) => persona,
        };
        persona.check().map_err(unplannable)?;
        let [rate_ratio, pitch_st] = self.delivery.map(f32::from_bits);
        let delivery = Delivery { rate_ratio, pitch_st }.tamed();
        Ok(Recipe { kind: self.kind, text: self.text, persona, voice_b: self.voice_b, delivery })
    }
}
