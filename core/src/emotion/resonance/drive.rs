//! How strongly the words of a clause drive each mode, with what stands around them: negation, degree, marks.
//!
//! The rules are those of VADER (Hutto & Gilbert 2014, section 3.2): degree words within three words before,
//! negation within a few, capitals, exclamation and question marks, and "but".

use crate::emotion::{MODE_COUNT, Mode};
use crate::text::SentenceKind;

use super::lexicon::{Entry, Lexicon};
use super::outline::{Clause, Heard, Sentence, Turn};

/// Energy of each mode: squares of impulses, which meet in no phase relation and so add as energies do.
pub(super) type Energy = [f32; MODE_COUNT];

/// Impulse of a word of strength 1 in a plain statement.
const GAIN: f32 = 0.5;
/// Words before a concept in which a negation reaches it; light words do not count, up to so many in all.
const NEGATION_REACH: usize = 4;
const NEGATION_FARTHEST: usize = 8;
/// Words before a concept in which a degree word reaches it.
const DEGREE_REACH: usize = 3;
/// Limits of all degree words together.
const DEGREES: (f32, f32) = (0.4, 1.7);
/// Strength of a word that has nothing but VADER's valence v: `SLOPE (|v| - CLEAR)`, at most `MOST`.
const CLEAR: f32 = 1.2;
const SLOPE: f32 = 0.2;
const MOST: f32 = 0.35;

/// Share of a clause's amplitude that is already there in the clause before it: people know what they are going to say.
const FORESIGHT: f32 = 0.4;

const NEGATIONS: [&str; 17] = [
    "not", "no", "never", "without", "nobody", "nothing", "none", "neither", "nor", "cannot", "hardly",
    "barely", "scarcely", "rarely", "seldom", "less", "lack",
];
const LIGHT: [&str; 12] = ["a", "an", "the", "is", "was", "are", "were", "be", "been", "it", "this", "that"];
const FIRST_PERSON: [&str; 8] = ["i", "me", "my", "mine", "we", "us", "our", "myself"];
const SECOND_PERSON: [&str; 4] = ["you", "your", "yours", "yourself"];
const THIRD_PERSON: [&str; 9] = ["he", "she", "they", "his", "her", "him", "their", "them", "its"];
const UNREAL: [&str; 5] = ["if", "unless", "whether", "might", "would"];

/// Factor of a degree word.
fn degree(word: &str) -> f32 {
    match word {
        "extremely" | "incredibly" | "unbelievably" | "utterly" | "insanely" | "overwhelmingly" => 1.5,
        "absolutely" | "completely" | "totally" | "deeply" | "terribly" | "awfully" | "truly"
        | "tremendously" => 1.4,
        "very" | "so" | "such" | "really" | "thoroughly" | "enormously" | "super" | "most" => 1.3,
        "too" | "quite" | "always" | "ever" | "just" | "much" | "more" | "even" => 1.1,
        "rather" | "fairly" | "pretty" => 0.85,
        "somewhat" | "almost" | "nearly" | "sort" | "kind" | "bit" | "partly" | "kinda" => 0.6,
        "slightly" | "little" | "mildly" | "marginally" | "vaguely" => 0.5,
        _ => 1.0,
    }
}

/// Where a mode lies: +1 pleasant, -1 unpleasant, 0 neither.
pub(super) fn sign(mode: Mode) -> f32 {
    match mode {
        Mode::Neutral | Mode::Surprised => 0.0,
        mode => mode.place()[0].signum(),
    }
}

/// What is left of a mode that is denied, and how much: who is not happy is a little sad, who is not afraid is calm.
fn denied(mode: Mode) -> (Option<Mode>, f32) {
    match mode {
        Mode::Neutral | Mode::Surprised => (None, 0.0),
        Mode::Happy | Mode::Excited | Mode::Tender => (Some(Mode::Sad), 0.5),
        Mode::Calm => (Some(Mode::Afraid), 0.6),
        _ => (Some(Mode::Calm), 0.35),
    }
}

/// Something in the words that excites: a word or a phrase.
struct Concept<'l> {
    from: usize,
    to: usize,
    entries: &'l [Entry],
    valence: f32,
}

/// Drives one sentence's clauses.
pub(super) struct Driver<'a> {
    pub(super) lexicon: &'a Lexicon,
    pub(super) heard: &'a [Heard],
    pub(super) sentence: &'a Sentence,
}

impl Driver<'_> {
    /// Energy of each clause of the sentence, in order.
    pub(super) fn energies(&self) -> Vec<Energy> {
        let mut energies: Vec<Energy> =
            self.sentence.clauses.iter().map(|clause| self.clause(clause)).collect();
        self.weigh_turns(&mut energies);
        self.hear_marks(&mut energies);
        foresee(&self.sentence.clauses, &mut energies);
        energies
    }

    fn clause(&self, clause: &Clause) -> Energy {
        let mut energy = [0.0; MODE_COUNT];
        let factor = self.clause_factor(clause);
        let mut at = clause.words.start;
        while at < clause.words.end {
            let concept = self.concept(at, clause);
            self.excite(&concept, clause, factor, &mut energy);
            at = concept.to;
        }
        energy
    }

    /// The phrase or the word at a place.
    fn concept(&self, at: usize, clause: &Clause) -> Concept<'_> {
        let first = &self.heard[at];
        let longest = if first.is_emoji { 0 } else { self.lexicon.longest_phrase(&first.word) };
        for to in (at + 2..=clause.words.end.min(at + longest)).rev() {
            let words = &self.heard[at..to];
            if words[..words.len() - 1].iter().any(|h| h.closed) {
                continue;
            }
            let joined = words.iter().map(|h| h.word.as_str()).collect::<Vec<_>>().join(" ");
            if let Some(entries) = self.lexicon.phrase(&joined) {
                return Concept { from: at, to, entries, valence: 0.0 };
            }
        }
        let whole =
            if first.is_emoji { self.lexicon.phrase(&first.word) } else { self.lexicon.word(&first.word) };
        let found = whole.or_else(|| self.compound(&first.word));
        let valence =
            if found.is_none() && !first.is_emoji { self.lexicon.valence(&first.word) } else { 0.0 };
        Concept { from: at, to: at + 1, entries: found.unwrap_or(&[]), valence }
    }

    /// `sick-and-tired` as the phrase that it is, else by its last part that means something.
    fn compound(&self, word: &str) -> Option<&[Entry]> {
        if !word.contains('-') {
            return None;
        }
        let whole = self.lexicon.phrase(&word.replace('-', " "));
        whole.or_else(|| word.split('-').rev().find_map(|part| self.lexicon.word(part)))
    }

    fn excite(&self, concept: &Concept, clause: &Clause, factor: f32, energy: &mut Energy) {
        let last = &self.heard[concept.to - 1];
        if last.is_name || concept.entries.is_empty() && concept.valence == 0.0 {
            return;
        }
        let is_phrase = concept.to - concept.from > 1;
        let denied_here = self.is_denied(concept, clause);
        let factor = factor * self.own_factor(concept, clause) * self.question_factor(is_phrase);
        let mut push = |mode: Mode, strength: f32| {
            let (mode, share) = if denied_here { denied(mode) } else { (Some(mode), 1.0) };
            if let Some(mode) = mode {
                energy[mode as usize] += (GAIN * strength * share * factor).powi(2);
            }
        };
        let exclaims = self.sentence.exclaims > 0 || last.loud || self.sentence.shouted;
        let meant = |entry: &&Entry| {
            (!entry.exclaimed || exclaims) && entry.tag.is_none_or(|tag| last.tag.starts_with(tag))
        };
        for entry in concept.entries.iter().filter(meant) {
            entry.mode.into_iter().for_each(|mode| push(mode, entry.strength));
        }
        let strength = (SLOPE * (concept.valence.abs() - CLEAR)).clamp(0.0, MOST);
        match concept.valence {
            v if v > 0.0 => push(Mode::Happy, strength),
            // Which of the unpleasant ones it is, only the loudness tells.
            v if v < 0.0 && exclaims => push(Mode::Angry, strength),
            v if v < 0.0 => push(Mode::Sad, strength),
            _ => {}
        }
    }

    /// Whether a negation reaches a concept.
    fn is_denied(&self, concept: &Concept, clause: &Clause) -> bool {
        let asks = !matches!(self.sentence.kind, SentenceKind::Statement | SentenceKind::Exclamation);
        let first = self.reach(concept.from, clause);
        let before = &self.heard[first..concept.from];
        let from = before.iter().rposition(|h| h.closed).map_or(0, |at| at + 1);
        let before = &before[from..];
        if self.heard[concept.from].is_emoji {
            return false;
        }
        let word = |at: usize| before.get(at).map_or("", |h| h.word.as_str());
        let denies = |at: &usize| is_negation(word(*at)) || word(*at) == "anything" && word(at + 1) == "but";
        let Some(at) = (0..before.len()).rev().find(denies) else { return false };
        let (negation, after) = (word(at), word(at + 1));
        let rest = &before[at + 1..];
        // "Never so happy", "not only happy" and "nothing but happy" do not deny, nor does "Isn't it wonderful?".
        let never_so = negation == "never"
            && rest.iter().any(|h| ["so", "this", "more", "such"].contains(&h.word.as_str()));
        let adds = ["only", "just", "merely"].contains(&after) || after == "but" && negation != "anything";
        let far = ["no", "without", "less", "lack"].contains(&negation) && rest.len() > 1;
        let leads = asks && first + from + at <= clause.words.start + 1 && negation != "no";
        !(never_so || adds || far || leads)
    }

    /// From where on a negation reaches the word at `to`.
    fn reach(&self, to: usize, clause: &Clause) -> usize {
        let mut heavy = 0;
        (clause.words.start..to)
            .rev()
            .take_while(|&at| {
                heavy += usize::from(!LIGHT.contains(&self.heard[at].word.as_str()));
                heavy <= NEGATION_REACH
            })
            .take(NEGATION_FARTHEST)
            .last()
            .unwrap_or(to)
    }

    /// Degree words before a concept, and how its own words are written.
    fn own_factor(&self, concept: &Concept, clause: &Clause) -> f32 {
        let first = concept.from.saturating_sub(DEGREE_REACH).max(clause.words.start);
        let before = &self.heard[first..concept.from];
        let degrees: f32 = before
            .iter()
            .map(|h| degree(&h.word) * if h.drawn || h.loud && degree(&h.word) > 1.0 { 1.15 } else { 1.0 })
            .product();
        let own = &self.heard[concept.from..concept.to];
        let any = |test: fn(&Heard) -> bool, factor: f32| if own.iter().any(test) { factor } else { 1.0 };
        let loud = if self.sentence.shouted { 1.0 } else { any(|h| h.loud, 1.3) };
        // To name joy is less than to be joyful.
        let named = if own.len() == 1 { any(|h| h.tag.starts_with("NN") && !h.is_emoji, 0.75) } else { 1.0 };
        degrees.clamp(DEGREES.0, DEGREES.1) * loud * named * any(|h| h.drawn, 1.2) * any(|h| h.emphasis, 1.3)
    }

    /// Who asks feels less of what he asks for; a phrase that is a question by itself means what it says.
    fn question_factor(&self, is_phrase: bool) -> f32 {
        match self.sentence.kind {
            SentenceKind::YesNo | SentenceKind::Wh | SentenceKind::Alternative if !is_phrase => 0.6,
            SentenceKind::Tag => 0.9,
            _ => 1.0,
        }
    }

    /// What counts for all of a clause: marks, capitals, whose feeling it is, whether it is real.
    fn clause_factor(&self, clause: &Clause) -> f32 {
        let said = &self.heard[clause.words.clone()];
        let has =
            |list: &[&str]| said.iter().any(|h| list.contains(&h.word.split('\'').next().unwrap_or("")));
        let person = match () {
            () if has(&FIRST_PERSON) => 1.1,
            () if has(&THIRD_PERSON) && !has(&SECOND_PERSON) => 0.8,
            () => 1.0,
        };
        let unreal = if has(&UNREAL) && !said.iter().any(|h| h.word == "as") { 0.5 } else { 1.0 };
        let marks = [1.0, 1.3, 1.45, 1.6][self.sentence.exclaims.min(3)];
        let shouted = if self.sentence.shouted { 1.3 } else { 1.0 };
        let stressed = said.iter().any(|h| h.emphasis || h.loud && !self.sentence.shouted);
        let aside = if said.iter().all(|h| h.aside) { 0.7 } else { 1.0 };
        person * unreal * marks * shouted * aside * if stressed { 1.1 } else { 1.0 }
    }

    /// "But" takes from what stands before it and adds to what follows; "although" grants.
    fn weigh_turns(&self, energies: &mut [Energy]) {
        let clauses = &self.sentence.clauses;
        let turned = clauses.iter().rposition(|clause| clause.turn == Turn::Against);
        for (i, (clause, energy)) in clauses.iter().zip(energies).enumerate() {
            let weight: f32 = match turned {
                Some(at) if i < at => 0.5,
                Some(_) => 1.25,
                None if clause.turn == Turn::Grants => 0.5,
                None => 1.0,
            };
            energy.iter_mut().for_each(|e| *e *= weight * weight);
        }
    }

    /// The sentence's words.
    fn words(&self) -> &[Heard] {
        let clauses = &self.sentence.clauses;
        let end = clauses.last().map_or(0, |last| last.words.end);
        clauses.first().map_or(&[], |first| &self.heard[first.words.start..end])
    }

    /// What the sentence's last marks say by themselves.
    fn hear_marks(&self, energies: &mut [Energy]) {
        let Sentence { exclaims, asks, trails, shouted, .. } = *self.sentence;
        let sum = |side: f32| {
            let modes = Mode::ALL.into_iter().filter(|mode| sign(*mode) == side);
            modes.map(|mode| energies.iter().map(|e| e[mode as usize]).sum::<f32>()).sum::<f32>()
        };
        let (pleasant, unpleasant) = (sum(1.0), sum(-1.0));
        let silent = energies.iter().flatten().sum::<f32>() < 0.01;
        let mut all = [0.0_f32; MODE_COUNT];
        if exclaims > 0 || shouted {
            let loudness = 0.12 + 0.04 * exclaims.min(3) as f32 + if shouted { 0.06 } else { 0.0 };
            // Who says no loudly is not pleased.
            let refuses = || self.words().iter().any(|h| is_negation(&h.word));
            let roused = match () {
                () if pleasant > unpleasant => Some((Mode::Excited, loudness)),
                () if unpleasant > 0.0 => Some((Mode::Angry, 0.5 * loudness)),
                () if silent && refuses() => Some((Mode::Angry, loudness)),
                () if silent => Some((Mode::Excited, loudness)),
                () => None,
            };
            if let Some((mode, degree)) = roused {
                all[mode as usize] += degree * degree;
            }
        }
        if asks > 0 && exclaims > 0 {
            all[Mode::Surprised as usize] += 0.36 * 0.36;
        } else if asks > 1 || asks > 0 && self.words().len() == 1 {
            all[Mode::Surprised as usize] += 0.18 * 0.18;
        }
        if trails && silent {
            all[Mode::Sad as usize] += 0.1 * 0.1;
            all[Mode::Calm as usize] += 0.06 * 0.06;
        }
        for energy in energies {
            energy.iter_mut().zip(all).for_each(|(energy, more)| *energy += more);
        }
    }
}

fn is_negation(word: &str) -> bool {
    NEGATIONS.contains(&word) || word.ends_with("n't") || word == "lacks" || word == "lacking"
}

/// Lends each clause some of what the next one says.
fn foresee(clauses: &[Clause], energies: &mut [Energy]) {
    for i in (1..energies.len()).rev() {
        if clauses[i].turn != Turn::On {
            continue;
        }
        let next = energies[i];
        for (energy, next) in energies[i - 1].iter_mut().zip(next) {
            *energy = energy.max(FORESIGHT * FORESIGHT * next);
        }
    }
}
