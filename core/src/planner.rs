//! The worker's half: from text to a score.

use crate::persona::{Persona, PersonaError};
use crate::score::{MAX_SCORE_S, Score, ScoreBuilder, Speaker};
use crate::text::{Frontend, Notice, TextError, Utterance};
use crate::voice::{VoiceFileError, VoiceModel};

/// The voices that ship: name and file.
const VOICES: [(&str, &[u8]); 1] = [("af_heart", include_bytes!("../voices/af_heart.psv"))];

/// Why a text could not be planned.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The text cannot be read.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The voice file is damaged.
    #[error(transparent)]
    Voice(#[from] VoiceFileError),
    /// The persona cannot be used.
    #[error(transparent)]
    Persona(#[from] PersonaError),
    /// The persona asks for a voice that is not there.
    #[error("there is no voice '{name}'; choose one of: {known}")]
    UnknownVoice {
        /// What the persona asks for.
        name: String,
        /// The voices that exist.
        known: String,
    },
}

/// A planned text.
#[derive(Debug, Clone)]
pub struct Plan {
    /// What the engine speaks.
    pub score: Score,
    /// What the reader of the text should know.
    pub notices: Vec<Notice>,
}

/// Text front-end and voice of one persona. Lives on a worker.
#[derive(Debug)]
pub struct Planner {
    frontend: Frontend,
    voice: VoiceModel,
    speaker: Speaker,
}

impl Planner {
    /// Loads the persona's voice and the text front-end (tens of milliseconds).
    ///
    /// # Errors
    /// The persona's voice does not exist, or a data file is damaged.
    pub fn new(persona: &Persona) -> Result<Self, PlanError> {
        let file = VOICES.iter().find(|(name, _)| *name == persona.voice).ok_or_else(|| {
            PlanError::UnknownVoice {
                name: persona.voice.clone(),
                known: VOICES.map(|(name, _)| name).join(", "),
            }
        })?;
        Self::with_voice(persona, file.1)
    }

    /// As [`Planner::new`], with the bytes of a voice file in place of the persona's own voice.
    ///
    /// # Errors
    /// The voice file or a data file is damaged.
    pub fn with_voice(persona: &Persona, psv: &[u8]) -> Result<Self, PlanError> {
        let voice = VoiceModel::from_bytes(psv)?;
        let speaker = Speaker {
            pitch_st: persona.pitch_st,
            rate_ratio: persona.rate_ratio,
            formant_ratio: persona.formant_ratio,
            resting_emotion: persona.resting_emotion,
            resting_shapes: persona.resting_shapes(),
            f0_mean_hz: voice.meta().f0_mean_hz,
            axis: voice.axis(),
            noise_gain: voice.meta().noise_gain,
        };
        Ok(Self { frontend: Frontend::new()?, voice, speaker })
    }

    /// Plans a text, at most [`MAX_SCORE_S`] of it; what does not fit is told in the notices.
    ///
    /// # Errors
    /// The text is empty, too long, or holds nothing that can be spoken.
    pub fn plan(&self, text: &str) -> Result<Plan, PlanError> {
        let utterance = self.frontend.analyse(text)?;
        let mut builder = ScoreBuilder::new(self.speaker);
        let mut notices = utterance.notices.clone();
        for phrase in &utterance.phrases {
            if builder.duration_s() > MAX_SCORE_S {
                notices.extend(too_long(&utterance, phrase.tokens.iter().find_map(|token| token.word)));
                break;
            }
            builder.add_phrase(&self.voice, &phrase.tokens);
        }
        let words = utterance.words.into_iter().map(|word| word.text).collect();
        Ok(Plan { score: builder.finish(words), notices })
    }
}

fn too_long(utterance: &Utterance, from_word: Option<u32>) -> Option<Notice> {
    let start = utterance.words.get(from_word? as usize)?;
    let end = utterance.words.last()?.source.end;
    let minutes = MAX_SCORE_S / 60.0;
    let message = format!(
        "spoken up to '{}': a line holds about {minutes} minutes of speech; put the rest into another line",
        start.text
    );
    Some(Notice { source: start.source.start..end, message })
}
