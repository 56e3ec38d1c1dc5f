//! A take with all that it takes to say it again: what was said, by whom, in which field.

use super::bytes::{Reader, deflated, inflated};
use super::error::MemoryError;
use super::pack::Writer;
use super::recipe::{Recipe, WrittenRecipe};
use super::rendition::Rendition;
use super::take::Take;
use crate::field::{FieldSetup, FieldSpec};
use crate::planner::Planner;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Layout of the bytes.
const VERSION: u8 = 1;
/// Most bytes of what is written in words: texts may be long.
const MOST_BYTES: usize = 16 << 20;
/// Most recipes of a take.
const MOST_RECIPES: usize = 4096;

/// What a [`super::Memory`] keeps in its `take`.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTake {
    /// State and events.
    pub take: Take,
    /// What was said: a recipe for every one of [`Take::scores`], in any order.
    pub recipes: Vec<Recipe>,
    /// The field in force.
    pub field: FieldSpec,
}

#[derive(Debug, Serialize, Deserialize)]
struct Written {
    recipes: Vec<WrittenRecipe>,
    field: WrittenField,
}

/// A field by the name under which it ships, or at length.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
enum WrittenField {
    Shipped(String),
    Own(Box<FieldSpec>),
}

impl WrittenField {
    fn of(spec: &FieldSpec) -> Self {
        let ships = FieldSpec::named(&spec.name).is_ok_and(|shipped| shipped == *spec);
        if ships { Self::Shipped(spec.name.clone()) } else { Self::Own(Box::new(spec.clone())) }
    }

    fn read(self) -> Result<FieldSpec, MemoryError> {
        let spec = match self {
            Self::Shipped(name) => FieldSpec::named(&name).map_err(damaged)?,
            Self::Own(spec) => *spec,
        };
        spec.check().map_err(damaged)?;
        Ok(spec)
    }
}

fn damaged(reason: impl std::fmt::Display) -> MemoryError {
    MemoryError::DamagedTake { what: reason.to_string() }
}

impl StoredTake {
    /// Its bytes.
    ///
    /// # Errors
    /// Its texts are longer than can be kept.
    pub fn to_bytes(&self) -> Result<Vec<u8>, MemoryError> {
        let written = Written {
            recipes: self.recipes.iter().map(WrittenRecipe::from).collect(),
            field: WrittenField::of(&self.field),
        };
        let json = serde_json::to_vec(&written).map_err(damaged)?;
        if json.len() > MOST_BYTES {
            return Err(MemoryError::Unreplayable { why: "its text is longer than 16 MB" });
        }
        let mut to = Writer::default();
        to.byte(VERSION);
        to.block(&self.take.to_bytes());
        to.block(&deflated(&json));
        Ok(to.bytes)
    }

    /// Reads it back.
    ///
    /// # Errors
    /// The bytes are damaged or another version's.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MemoryError> {
        let mut from = Reader(bytes);
        let version = from.byte()?;
        if version != VERSION {
            return Err(MemoryError::OtherVersion { found: u32::from(version), known: u32::from(VERSION) });
        }
        let take = Take::from_bytes(from.block()?)?;
        let json = inflated(from.block()?, MOST_BYTES)?;
        from.end()?;
        let written: Written = serde_json::from_slice(&json).map_err(damaged)?;
        if written.recipes.len() > MOST_RECIPES {
            return Err(damaged(format!(
                "{} recipes, expected at most {MOST_RECIPES}",
                written.recipes.len()
            )));
        }
        let recipes = written.recipes.into_iter().map(WrittenRecipe::read).collect::<Result<_, _>>()?;
        Ok(Self { take, recipes, field: written.field.read()? })
    }

    /// Plans all of it anew, ready for [`crate::Event::Replay`]. As long as planning takes.
    ///
    /// # Errors
    /// Something is planned otherwise by this version, or cannot be planned; the state is damaged.
    pub fn rendition(&self) -> Result<Rendition, MemoryError> {
        let mut scores = Vec::new();
        let mut cast: Option<(&Recipe, Planner)> = None;
        for recipe in &self.recipes {
            let planner = match cast.take() {
                Some((known, planner)) if known.shares_planner(recipe) => planner,
                _ => recipe.planner()?,
            };
            let score = recipe.plan(&planner)?;
            cast = Some((recipe, planner));
            // What is no part of the take need not be as it was.
            scores.push(Arc::new(score));
        }
        let known = |id: &u64| scores.iter().any(|score| score.id == *id);
        if !self.take.scores().iter().all(known) {
            let stranger = |(_, score): &(&Recipe, &Arc<_>)| {
                let score: &Arc<crate::Score> = score;
                !self.take.scores().contains(&score.id)
            };
            let text = self.recipes.iter().zip(&scores).find(stranger).map(|(recipe, _)| recipe.title());
            return Err(MemoryError::OtherScore { text: text.unwrap_or_default() });
        }
        let setup = FieldSetup::compile(&self.field).map_err(damaged)?;
        Rendition::new(&self.take, scores, Arc::new(setup))
    }
}
