//! The worker's half: from text to a score.

use crate::common::Common;
use crate::delivery::{Delivered, Delivery};
use crate::digest::digest;
use crate::emotion::{Resonance, VoiceGesture};
use crate::gesture;
use crate::persona::{GestureRule, Persona, PersonaError};
use crate::plan_stream::{FIRST_PHRASE_TOKENS, PlanStream};
use crate::planned_word::PlannedWord;
use crate::prosody::{Part, PhraseShaping, ProsodyRules, RulesError};
use crate::score::{MAX_SCORE_S, Score, ScoreBuilder, Speaker, VoiceAct};
use crate::song::{self, SheetPlan, Singer, Song, SongError, Sung};
use crate::text::{Dialect, Frontend, Notice, TextError, UserLexicon, UserLexiconError, Utterance};
use crate::voice::{Person, PersonMeta, VoiceFileError, VoiceMeta, VoiceModel};
use std::sync::Arc;

/// The people that ship.
const PEOPLE: &[u8] = include_bytes!("../voices/people.psv");
/// Their networks, the same for all planners of the process.
static NETWORKS: Common<VoiceModel> = Common::new();

/// Why a text could not be planned.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    /// The text cannot be read.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The user's lexicon is damaged.
    #[error(transparent)]
    Lexicon(#[from] UserLexiconError),
    /// The voice file is damaged.
    #[error(transparent)]
    Voice(#[from] VoiceFileError),
    /// The persona cannot be used.
    #[error(transparent)]
    Persona(#[from] PersonaError),
    /// A rule of prosody cannot be used.
    #[error(transparent)]
    Rules(#[from] RulesError),
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
    /// The words, in order; a [`PlanStream`] tells none.
    pub words: Vec<PlannedWord>,
}

/// Text front-end and voice of one persona. Lives on a worker.
#[derive(Debug)]
pub struct Planner {
    /// What tells those who speak apart: persona, voice, pronunciations, rules.
    cast: u64,
    frontend: Frontend,
    voice: Arc<VoiceModel>,
    person: Person,
    speaker: Speaker,
    /// The persona's own pace.
    rate_ratio: f32,
    /// What the text says about how it is spoken.
    rules: ProsodyRules,
    /// What words are about, emotionally.
    resonance: Resonance,
    /// The persona's trademark gestures.
    gestures: Vec<GestureRule>,
    /// A second voice, if lines are to be blended while they are spoken.
    partner: Option<Person>,
}

impl Planner {
    /// Loads the persona's voice and the text front-end: tens of milliseconds for the first planner of the process,
    /// which the others share them with.
    ///
    /// # Errors
    /// The persona's voice does not exist, or a data file is damaged.
    pub fn new(persona: &Persona) -> Result<Self, PlanError> {
        let voice = NETWORKS.get(|| VoiceModel::from_bytes(PEOPLE))?;
        let person = cast(&voice, persona)?;
        Self::assemble(persona, voice, person)
    }

    /// As [`Planner::new`], with the bytes of a voice file in place of the voices that ship. If the persona's voice is
    /// not in that file, its first person speaks.
    ///
    /// # Errors
    /// The voice file or a data file is damaged.
    pub fn with_voice(persona: &Persona, psv: &[u8]) -> Result<Self, PlanError> {
        let voice = Arc::new(VoiceModel::from_bytes(psv)?);
        let person = cast(&voice, persona).unwrap_or_else(|_| voice.first_person());
        Self::assemble(persona, voice, person)
    }

    fn assemble(persona: &Persona, voice: Arc<VoiceModel>, person: Person) -> Result<Self, PlanError> {
        let speaker = Speaker {
            pitch_st: persona.pitch_st,
            rate_ratio: 1.0,
            formant_ratio: persona.formant_ratio,
            resting_emotion: persona.resting_emotion,
            resting_shapes: persona.resting_shapes(),
            f0_mean_hz: person.f0_mean_hz,
            f0_mean_b_hz: person.f0_mean_hz,
            axis: voice.axis(),
            noise_gain: voice.meta().noise_gain,
            keeps_time: false,
            throat: persona.throat,
            ensemble: persona.ensemble(),
            voiceprint: persona.voiceprint.compile(&voice.axis()),
        };
        let dialect = Dialect::from_language(&person.language).unwrap_or_default();
        let rules = ProsodyRules::default();
        let rate_ratio = persona.rate_ratio;
        let frontend = Frontend::new(dialect)?;
        let (resonance, gestures) = (Resonance::embedded(), persona.gestures.clone());
        let spelled = serde_json::to_vec(persona).unwrap_or_default();
        let cast = digest([spelled.as_slice(), person.name.as_bytes()]);
        Ok(Self {
            cast,
            frontend,
            voice,
            person,
            speaker,
            rate_ratio,
            rules,
            resonance,
            gestures,
            partner: None,
        })
    }

    /// The same planner with other rules of prosody.
    ///
    /// # Errors
    /// A rule's strength is out of range.
    pub fn with_rules(self, rules: ProsodyRules) -> Result<Self, PlanError> {
        rules.check()?;
        let cast = digest([&self.cast.to_le_bytes()[..], format!("{rules:?}").as_bytes()]);
        Ok(Self { rules, cast, ..self })
    }

    /// The same planner for lines that move between its own voice and a second one while they are spoken, by
    /// [`crate::Control::VoiceMix`]. Their timing is that of the voice half-way between.
    ///
    /// # Errors
    /// There is no such voice.
    pub fn with_partner(mut self, name: &str) -> Result<Self, PlanError> {
        let partner = find(&self.voice, name)?;
        self.speaker.f0_mean_b_hz = partner.f0_mean_hz;
        self.partner = Some(partner);
        self.cast = digest([&self.cast.to_le_bytes()[..], name.as_bytes()]);
        Ok(self)
    }

    /// The same planner with pronunciations that the user gives: the bytes of a file as [`UserLexicon`] reads it.
    ///
    /// # Errors
    /// The file is damaged; the message names the line.
    pub fn with_lexicon(mut self, bytes: &[u8]) -> Result<Self, PlanError> {
        let dialect = Dialect::from_language(&self.person.language).unwrap_or_default();
        self.frontend.set_user_lexicon(UserLexicon::from_bytes(bytes, dialect)?)?;
        self.cast = digest([&self.cast.to_le_bytes()[..], bytes]);
        Ok(self)
    }

    /// Who speaks.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The networks that speak.
    #[cfg(test)]
    pub(crate) fn voice(&self) -> &VoiceModel {
        &self.voice
    }

    /// Names and descriptions of the people that ship.
    ///
    /// # Errors
    /// The program was built with a damaged voice file.
    pub fn people() -> Result<Vec<PersonMeta>, PlanError> {
        Ok(VoiceMeta::read(PEOPLE)?.voices)
    }

    /// Plans a text in the persona's own delivery.
    ///
    /// # Errors
    /// See [`Planner::plan_as`].
    pub fn plan(&self, text: &str) -> Result<Plan, PlanError> {
        self.plan_as(text, Delivery::default())
    }

    /// Plans a text, at most [`MAX_SCORE_S`] of it; what does not fit is told in the notices.
    ///
    /// # Errors
    /// The text is empty, too long, or holds nothing that can be spoken.
    pub fn plan_as(&self, text: &str, delivery: Delivery) -> Result<Plan, PlanError> {
        let delivery = delivery.tamed();
        let utterance = self.read(text)?;
        let mut builder = ScoreBuilder::new(self.speaker(delivery));
        let mut notices = utterance.notices.clone();
        let mut acts = Vec::new();
        for mut part in PhraseShaping::parts(&utterance, &self.rules, self.person.f0_mean_hz, None) {
            if builder.duration_s() > MAX_SCORE_S {
                notices.push(too_long(&utterance, &part));
                break;
            }
            acts.extend(self.add_part(&mut builder, &mut part, delivery));
        }
        let mut score = builder.finish(utterance.words.iter().map(|word| word.text.clone()).collect());
        score.direct(&utterance.words, &utterance.insertions, 0, true);
        for act in acts {
            score.act(&act);
        }
        score.id = self.score_id("line", text, delivery);
        let words = PlannedWord::all(&utterance, &score);
        Ok(Plan { score, notices, words })
    }

    /// Plans a text phrase by phrase, in the persona's own delivery: the first phrase can sound while the next is
    /// prepared.
    ///
    /// # Errors
    /// The text is empty, too long, or holds nothing that can be spoken.
    pub fn stream(&self, text: &str) -> Result<PlanStream<'_>, PlanError> {
        self.stream_as(text, Delivery::default())
    }

    /// As [`Planner::stream`], in a delivery.
    ///
    /// # Errors
    /// See [`Planner::stream`].
    pub fn stream_as(&self, text: &str, delivery: Delivery) -> Result<PlanStream<'_>, PlanError> {
        let utterance = self.read(text)?;
        let first = Some(FIRST_PHRASE_TOKENS);
        let parts = PhraseShaping::parts(&utterance, &self.rules, self.person.f0_mean_hz, first);
        Ok(PlanStream::new(self, utterance, parts, delivery.tamed()))
    }

    /// The words of a text, what they suggest, and the gestures that the persona adds.
    fn read(&self, text: &str) -> Result<Utterance, TextError> {
        let mut utterance = self.frontend.analyse(text)?;
        let suggested = self.resonance.suggest(&utterance);
        for (word, moods) in utterance.words.iter_mut().zip(suggested) {
            word.manner.suggested = moods;
        }
        GestureRule::apply(&self.gestures, &mut utterance);
        Ok(utterance)
    }

    /// Plans a song.
    ///
    /// # Errors
    /// The song cannot be sung; says which note and why.
    pub fn sing(&self, song: &Song) -> Result<Sung, SongError> {
        let (frontend, voice, person) = (&self.frontend, &self.voice, &self.person);
        let mut sung = song::sing(&Singer { frontend, voice, person, speaker: self.speaker }, song)?;
        sung.score.id = self.score_id("song", &song.to_text(), Delivery::default());
        Ok(sung)
    }

    /// Plans lyrics to be sung note by note: `docs/SONG.md` tells how they are written. What cannot be sung is left out and
    /// told in the notices, as is what comes after [`crate::song::MAX_SYLLABLES`].
    ///
    /// # Errors
    /// Nothing can be sung, the text is too long, or phonemes in braces cannot be read; says where.
    pub fn sheet(&self, lyrics: &str) -> Result<SheetPlan, SongError> {
        let (frontend, voice, person) = (&self.frontend, &self.voice, &self.person);
        let mut sheet = song::sheet(&Singer { frontend, voice, person, speaker: self.speaker }, lyrics)?;
        sheet.score.id = self.score_id("sheet", lyrics, Delivery::default());
        Ok(sheet)
    }

    /// [`Score::id`] of what this planner makes of a text.
    fn score_id(&self, kind: &str, text: &str, delivery: Delivery) -> u64 {
        let own = self.cast.to_le_bytes();
        let delivery = [delivery.rate_ratio, delivery.pitch_st].map(f32::to_le_bytes).concat();
        digest([&own[..], kind.as_bytes(), text.as_bytes(), &delivery])
    }

    /// Who speaks, at a delivery.
    pub(crate) fn speaker(&self, delivery: Delivery) -> Speaker {
        // What the networks do not do themselves is left to the clock: nothing, if the rate stays as planned.
        Speaker { rate_ratio: 1.0 / delivery.rate_ratio, ..self.speaker }
    }

    /// Speaks one part into a score; tells where the voice did something of its own.
    pub(crate) fn add_part(
        &self,
        builder: &mut ScoreBuilder,
        part: &mut Part,
        delivery: Delivery,
    ) -> Option<VoiceAct> {
        match part {
            Part::Speech(phrase) => {
                self.add_phrase(builder, phrase, delivery);
                None
            }
            Part::Gesture { gesture, strength } => {
                let start_s = builder.duration_s();
                self.add_gesture(builder, *gesture, *strength, delivery);
                let end_s = builder.duration_s();
                Some(VoiceAct { gesture: *gesture, strength: *strength, start_s, end_s })
            }
        }
    }

    /// Adds a gesture of the voice to a score, by both voices if lines move between two.
    fn add_gesture(
        &self,
        builder: &mut ScoreBuilder,
        gesture: VoiceGesture,
        strength: f32,
        delivery: Delivery,
    ) {
        let shift_st = self.speaker.pitch_st + delivery.pitch_st;
        let by = |person: &Person| gesture::perform(&self.voice, person, gesture, strength, shift_st);
        let (tokens, spoken) = by(&self.person);
        builder.add_phrase(&self.voice, &tokens, spoken);
        if let Some(partner) = &self.partner {
            let middle = self.person.blend(partner, 0.5);
            builder.add_layer(0.5, middle.f0_mean_hz, &by(&middle).1);
            builder.add_layer(1.0, partner.f0_mean_hz, &by(partner).1);
        }
    }

    /// Speaks one phrase into a score.
    fn add_phrase(&self, builder: &mut ScoreBuilder, phrase: &mut PhraseShaping, delivery: Delivery) {
        let symbols = phrase.symbols().to_vec();
        builder.keep_rests(phrase.rests_s());
        let delivery = Delivery {
            rate_ratio: self.rate_ratio * delivery.rate_ratio,
            pitch_st: self.speaker.pitch_st + delivery.pitch_st,
        };
        let Some(partner) = &self.partner else {
            let spoken =
                self.voice.speak(&symbols, &self.person, &mut Delivered { shaping: phrase, delivery });
            builder.add_phrase(&self.voice, phrase.tokens(), spoken);
            return;
        };
        let middle = self.person.blend(partner, 0.5);
        phrase.set_mean_f0(middle.f0_mean_hz);
        let timing = self.voice.speak(&symbols, &middle, &mut Delivered { shaping: phrase, delivery });
        phrase.set_mean_f0(self.person.f0_mean_hz);
        let own = &mut Delivered { shaping: phrase, delivery };
        let spoken = self.voice.speak_along(&symbols, &timing, &self.person, own);
        builder.add_phrase(&self.voice, phrase.tokens(), spoken);
        phrase.set_mean_f0(partner.f0_mean_hz);
        let other = &mut Delivered { shaping: phrase, delivery };
        let last = self.voice.speak_along(&symbols, &timing, partner, other);
        builder.add_layer(0.5, middle.f0_mean_hz, &timing);
        builder.add_layer(1.0, partner.f0_mean_hz, &last);
    }
}

/// The persona's voice, or its blend.
fn cast(voice: &VoiceModel, persona: &Persona) -> Result<Person, PlanError> {
    let a = find(voice, &persona.voice)?;
    match &persona.voice_b {
        Some(other) => Ok(a.blend(&find(voice, other)?, persona.voice_mix)),
        None => Ok(a),
    }
}

fn find(voice: &VoiceModel, name: &str) -> Result<Person, PlanError> {
    let known = || voice.people().iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(", ");
    voice.person(name).ok_or_else(|| PlanError::UnknownVoice { name: name.to_owned(), known: known() })
}

fn too_long(utterance: &Utterance, from: &Part) -> Notice {
    let word = match from {
        Part::Speech(phrase) => phrase.tokens().iter().find_map(|token| token.word),
        Part::Gesture { .. } => None,
    };
    let start = word.and_then(|word| utterance.words.get(word as usize));
    let end = utterance.words.last().map_or(0, |word| word.source.end);
    let minutes = MAX_SCORE_S / 60.0;
    let upto = start.map_or(String::new(), |word| format!(" up to '{}'", word.text));
    let message = format!(
        "spoken{upto}: a line holds about {minutes} minutes of speech; put the rest into another line"
    );
    Notice { source: start.map_or(end, |word| word.source.start)..end, message }
}
