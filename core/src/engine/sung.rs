//! Live singing: notes in, the clock's way through the score, pitch and level out.
//!
//! ```text
//!              lead
//! event ├───────────────┤ beat
//!       held vowel ──┐  ┌──── next vowel ── rest ──┐
//!                    └──┘ vowel's end, coda, onset └ coda, fade
//! ```
//! All is a function of the sample clock: a note plans legs of the clock ([`Path`]), a tone ([`Tones`]) and when the voice is
//! open ([`Gate`]). What is planned later than the next note begins is planned anew.

use super::event::SungNote;
use super::path::{Leg, Path};
use super::tones::{Tones, ln_hz_of, midi_of};
use crate::score::{Score, ScoreSyllable};
use crate::song::ease;
use std::sync::Arc;

/// The clock goes so much faster through what is left of a held vowel when it is left.
const LEAVING: f32 = 5.0;
/// Consonants that hurry keep this share of their length.
const HURRIED: f32 = 0.6;
/// Shortest end of a vowel, before the next note and before a silence, s.
const SHORTEST_END_S: f32 = 0.03;
const SHORTEST_RELEASE_S: f32 = 0.04;
/// Shortest vowel of a note that was let go early, s.
const SHORTEST_VOWEL_S: f32 = 0.06;
/// Syllables that are no farther apart follow each other without a breath, s.
const CONTIGUOUS_S: f32 = 0.03;
/// Times in which the voice opens before a consonant and about a vowel, and closes, s.
const OPENS_S: [f32; 2] = [0.01, 0.024];
const CLOSES_S: f32 = 0.07;
/// It begins to close so long before the end of an open syllable, and of one with consonants at its end, s.
const CLOSES_EARLY_S: [f32; 2] = [0.05, 0.01];
/// So much before a sound it has not begun, s.
const BEFORE_S: f32 = 5e-4;
/// Longest lead and release, s; longest glide, s.
const LONGEST_S: f64 = 10.0;
const LONGEST_GLIDE_S: f32 = 5.0;
/// Pitches that are taken, Hz.
const F0_HZ: (f32, f32) = (20.0, 4_000.0);
/// Strength at which a note is as loud as speech, and the softest, dB.
const ORDINARY_VELOCITY: f32 = 0.8;
const SOFTEST_DB: f32 = -24.0;
/// What effort does to the spectral tilt from the softest to the strongest note, dB per octave.
const EFFORT_DB_PER_OCTAVE: f32 = 1.5;

/// A note as it can be sung.
#[derive(Debug, Clone)]
pub(super) struct Note {
    pub score: Arc<Score>,
    pub syllable: u32,
    own: ScoreSyllable,
    midi: f32,
    velocity: f32,
    lead: f64,
    glide_s: f32,
}

impl Note {
    /// What of a note can be sung; `None` if nothing can.
    pub fn of(note: &SungNote, sample_rate_hz: f32) -> Option<Self> {
        let own = *note.score.syllables.get(note.syllable as usize)?;
        if !note.f0_hz.is_finite() || note.f0_hz <= 0.0 {
            return None;
        }
        let number = |x: f32, instead: f32| if x.is_finite() { x } else { instead };
        Some(Self {
            score: Arc::clone(&note.score),
            syllable: note.syllable,
            own,
            midi: midi_of(note.f0_hz.clamp(F0_HZ.0, F0_HZ.1)),
            velocity: number(note.velocity, ORDINARY_VELOCITY).clamp(0.0, 1.0),
            lead: f64::from(note.lead_samples).min(LONGEST_S * f64::from(sample_rate_hz)),
            glide_s: number(note.glide_s, 0.0).clamp(0.0, LONGEST_GLIDE_S),
        })
    }

    /// Where a voice that begins anew begins: a held note has no consonants before it.
    pub fn entry_s(&self) -> f32 {
        if self.own.hold { self.own.vowel_s } else { self.own.start_s }
    }
}

/// When the voice is open, as samples: before `on` until `off_before`, after it until `off`.
#[derive(Debug, Clone, Copy)]
struct Gate {
    off_before: f64,
    on: f64,
    off: f64,
    /// Time in which it opens, s.
    opens_s: f32,
}

impl Gate {
    fn is_open(&self, sample: f64) -> bool {
        if sample < self.on { sample < self.off_before } else { sample < self.off }
    }
}

/// Notes as they are sung.
#[derive(Debug)]
pub(super) struct Singing {
    path: Path,
    tones: Tones,
    gate: Gate,
    /// How far the voice is open, 0..=1.
    level: f32,
    /// The syllable that was planned last, and the sample at which its vowel begins.
    last: ScoreSyllable,
    last_index: u32,
    vowel: f64,
    /// Sample from which the last syllable is being ended.
    leaves: Option<f64>,
    /// The score that the path leads to, if that is another one.
    waiting: Option<Arc<Score>>,
    sample_rate_hz: f32,
}

impl Singing {
    /// A note after silence or after something that is no note. `level` is how much of that is still heard.
    pub fn new(note: &Note, now: f64, level: f32, sample_rate_hz: f32) -> Self {
        let mut singing = Self {
            // A little before its first sound, which is told when it begins.
            path: Path::at(note.entry_s() - BEFORE_S, note.syllable),
            tones: Tones::new(note.midi, note.velocity, now, sample_rate_hz),
            gate: Gate { off_before: f64::NEG_INFINITY, on: now, off: f64::INFINITY, opens_s: OPENS_S[0] },
            level,
            last: note.own,
            last_index: note.syllable,
            vowel: now,
            leaves: None,
            waiting: None,
            sample_rate_hz,
        };
        let beat = now + note.lead;
        let onset = singing.onset(note, now, beat);
        singing.enter(note, onset, false, false);
        singing.tones = Tones::new(note.midi, note.velocity, singing.vowel, sample_rate_hz);
        singing
    }

    fn samples(&self, seconds: f32) -> f64 {
        f64::from(seconds) * f64::from(self.sample_rate_hz)
    }

    fn seconds(&self, samples: f64) -> f32 {
        (samples / f64::from(self.sample_rate_hz)) as f32
    }

    /// Samples at which the consonants before a note begin and at which its vowel does, if they are sung by themselves.
    fn onset(&self, note: &Note, now: f64, beat: f64) -> (f64, f64) {
        let own = self.samples(note.own.vowel_s - note.entry_s());
        let hurried = (beat - now).clamp(f64::from(HURRIED) * own, own);
        let begins = (beat - hurried).max(now);
        (begins, begins + hurried)
    }

    /// Plans to begin a syllable at its entry.
    fn enter(&mut self, note: &Note, (begins, vowel): (f64, f64), jump: bool, other_score: bool) {
        let (from_s, syllable) = (note.entry_s(), note.syllable);
        let own = note.own;
        self.path.push(Leg {
            from: begins,
            to: vowel,
            from_s,
            to_s: own.vowel_s,
            syllable,
            jump,
            other_score,
        });
        let opens_s = OPENS_S[usize::from(own.vowel_s - from_s < 1e-3)];
        // Half open when the first sound begins.
        let on = begins - self.samples(0.5 * opens_s);
        let off_before = match (jump, self.gate.is_open(on)) {
            (false, _) => f64::NEG_INFINITY,
            (true, true) => f64::INFINITY,
            (true, false) => self.gate.off,
        };
        self.gate = Gate { off_before, on, off: f64::INFINITY, opens_s };
        self.rest(note, vowel, other_score);
    }

    /// Plans the way from a vowel's beginning to where it rests.
    fn rest(&mut self, note: &Note, vowel: f64, other_score: bool) {
        let own = note.own;
        self.path.push(Leg {
            from: vowel,
            to: vowel + self.samples(own.rest_s - own.vowel_s),
            from_s: own.vowel_s,
            to_s: own.rest_s,
            syllable: note.syllable,
            jump: false,
            other_score,
        });
        (self.last, self.last_index, self.vowel, self.leaves) = (own, note.syllable, vowel, None);
    }

    /// The next note. `present` is the score that is being sung.
    pub fn sing(&mut self, present: &Arc<Score>, note: &Note, now: f64) {
        self.path.forget(now);
        let beat = now + note.lead;
        let latest = self.waiting.as_ref().unwrap_or(present);
        let same_score = Arc::ptr_eq(latest, &note.score);
        if same_score && self.goes_on(note, now) {
            self.change_pitch(note, now, beat);
            return;
        }
        let gap_s = note.own.start_s - self.last.end_s;
        let follows = same_score && !note.own.hold && (-1e-3..CONTIGUOUS_S).contains(&gap_s);
        let vowel = match follows.then(|| self.follow_on(note, now, beat)).flatten() {
            Some(vowel) => vowel,
            None => self.jump(present, note, now, beat),
        };
        self.tones.step_to(note.midi, note.velocity, (now, beat, vowel), note.glide_s);
    }

    /// Whether a note only holds on what is held already.
    fn goes_on(&self, note: &Note, now: f64) -> bool {
        let same =
            self.last_index == note.syllable || (note.own.hold && note.own.vowel_s == self.last.vowel_s);
        same && self.leaves.is_none_or(|leaves| leaves > now)
    }

    fn change_pitch(&mut self, note: &Note, now: f64, beat: f64) {
        if let Some(leaves) = self.leaves.take() {
            self.path.cut(leaves);
            self.gate.off = f64::INFINITY;
        }
        // Where the clock stands at the beat, so that the syllable is told.
        if beat >= self.vowel + self.samples(self.last.rest_s - self.last.vowel_s) {
            let place_s = self.path.place_s(beat);
            let other_score = self.waiting.is_some();
            self.path.push(Leg {
                from: beat,
                to: beat,
                from_s: place_s,
                to_s: place_s,
                syllable: note.syllable,
                jump: false,
                other_score,
            });
        }
        (self.last, self.last_index) = (note.own, note.syllable);
        self.tones.step_to(note.midi, note.velocity, (now, beat, beat.max(self.vowel)), note.glide_s);
    }

    /// Time in s that the present vowel takes to its end from a place on, in a singer's own time.
    fn leaving_s(&self, place_s: f32) -> f32 {
        let ScoreSyllable { rest_s, release_s, coda_s, .. } = self.last;
        let begun = (rest_s - place_s).max(0.0);
        let held = (release_s - place_s.max(rest_s)).max(0.0) / LEAVING;
        begun + held + (coda_s - place_s.max(release_s)).max(0.0)
    }

    /// When to leave the path as it is planned so that what then remains is over at `by`: the latest sample from `now` on,
    /// or `now` if that is too late already. `remains_s` tells for a place how much there is in s.
    fn leave_at(&self, (now, by): (f64, f64), remains_s: impl Fn(f32) -> f32) -> f64 {
        let in_time = |at: f64| at + self.samples(remains_s(self.path.place_s(at))) <= by + 1.0;
        let (mut low, mut high) = (now, by.max(now));
        if !in_time(low) {
            return now;
        }
        // The path goes no faster than what remains is sung, so there is one border; to less than a sample.
        for _ in 0..24 {
            let middle = 0.5 * (low + high);
            if in_time(middle) { low = middle } else { high = middle }
        }
        low
    }

    /// Plans the end of the present vowel from sample `from` on within `length_s`; returns when it is over.
    fn leave(&mut self, from: f64, length_s: f32, index: u32) -> f64 {
        self.path.cut(from);
        let place_s = self.path.place_s(from);
        let scale = length_s / self.leaving_s(place_s).max(1e-4);
        let (last, other_score) = (self.last, self.waiting.is_some());
        let (mut at, mut at_s) = (from, place_s);
        // The next syllable's first sound may begin right where the vowel ends, and is not begun yet.
        let over_s = last.coda_s.min(last.end_s - BEFORE_S);
        for (to_s, pace) in [(last.rest_s, 1.0), (last.release_s, LEAVING), (over_s, 1.0)] {
            if to_s > at_s {
                let to = at + self.samples(scale * (to_s - at_s) / pace);
                self.path.push(Leg {
                    from: at,
                    to,
                    from_s: at_s,
                    to_s,
                    syllable: index,
                    jump: false,
                    other_score,
                });
                (at, at_s) = (to, to_s);
            }
        }
        self.leaves = Some(from);
        at
    }

    /// Goes on to the syllable after the present one, through the consonants between them. `None` if the present one has
    /// not even begun.
    fn follow_on(&mut self, note: &Note, now: f64, beat: f64) -> Option<f64> {
        let own = note.own;
        let between_s = |place_s: f32| (own.vowel_s - place_s.max(self.last.coda_s)).max(0.0);
        let leaves = self.leave_at((now, beat), |place_s| self.leaving_s(place_s) + between_s(place_s));
        if self.path.syllable(leaves) != self.last_index {
            return None;
        }
        let place_s = self.path.place_s(leaves);
        if place_s > own.vowel_s {
            return None;
        }
        let (end_s, consonants_s) = (self.leaving_s(place_s), between_s(place_s));
        let given_s = self.seconds(beat - leaves).max(0.0);
        let shortest_s = end_s.min(SHORTEST_END_S);
        let left_s = (given_s - consonants_s).clamp(shortest_s, end_s);
        let consonants_s = (given_s - left_s).clamp(HURRIED * consonants_s, consonants_s);
        let was_open = self.gate.is_open(leaves);
        let over = self.leave(leaves, left_s, self.last_index);
        let vowel = over + self.samples(consonants_s);
        let from_s = self.path.place_s(over);
        let other_score = self.waiting.is_some();
        // The consonants at its end still belong to the syllable before.
        let share =
            f64::from(((self.last.end_s - from_s) / (own.vowel_s - from_s).max(1e-4)).clamp(0.0, 1.0));
        let middle = over + share * (vowel - over);
        let middle_s = from_s + share as f32 * (own.vowel_s - from_s);
        for (from, to, from_s, to_s, syllable) in [
            (over, middle, from_s, middle_s, self.last_index),
            (middle, vowel, middle_s, own.vowel_s, note.syllable),
        ] {
            self.path.push(Leg { from, to, from_s, to_s, syllable, jump: false, other_score });
        }
        let (off_before, opens_s) = (if was_open { f64::INFINITY } else { self.gate.off }, OPENS_S[0]);
        if was_open {
            self.gate.off = f64::INFINITY;
        } else {
            self.gate = Gate { off_before, on: middle, off: f64::INFINITY, opens_s };
        }
        self.rest(note, vowel, other_score);
        Some(vowel)
    }

    /// Goes to a syllable elsewhere: the present one is sung to its end if there is time, then the clock jumps.
    fn jump(&mut self, present: &Arc<Score>, note: &Note, now: f64, beat: f64) -> f64 {
        let (begins, vowel) = self.onset(note, now, beat);
        let coda_s = self.last.end_s - self.last.coda_s;
        if self.leaves.is_none() {
            let by = begins - self.samples(coda_s);
            let leaves = self.leave_at((now, by), |place_s| self.leaving_s(place_s));
            let room_s = self.seconds(begins - leaves) - coda_s;
            if self.path.syllable(leaves) == self.last_index && room_s >= SHORTEST_END_S {
                let length_s = self.leaving_s(self.path.place_s(leaves)).min(room_s);
                let over = self.leave(leaves, length_s, self.last_index);
                self.end(over, begins);
            }
        }
        self.path.cut(begins);
        let to_other = !Arc::ptr_eq(present, &note.score);
        if to_other || self.waiting.is_some() {
            // Only one score can wait: whatever was planned in another one is left.
            if self.waiting.as_ref().is_some_and(|waiting| !Arc::ptr_eq(waiting, &note.score)) {
                self.path.stay();
            }
            self.waiting = to_other.then(|| Arc::clone(&note.score));
        }
        self.enter(note, (begins, vowel), true, to_other);
        vowel
    }

    /// Plans the consonants at the end of the present syllable, no longer than until `latest`; returns when they are over.
    fn end(&mut self, from: f64, latest: f64) -> f64 {
        let place_s = self.path.place_s(from);
        let to = (from + self.samples((self.last.end_s - place_s).max(0.0))).min(latest).max(from);
        // The next sound begins where this one ends, and is not to be told.
        let (to_s, other_score) = ((self.last.end_s - BEFORE_S).max(place_s), self.waiting.is_some());
        self.path.push(Leg {
            from,
            to,
            from_s: place_s,
            to_s,
            syllable: self.last_index,
            jump: false,
            other_score,
        });
        to
    }

    /// The note ends so many samples later, or as soon as it can be sung to its end.
    pub fn release(&mut self, after: f64, now: f64) {
        if self.leaves.is_some() {
            return;
        }
        let after = after.min(LONGEST_S * f64::from(self.sample_rate_hz));
        let coda_s = self.last.end_s - self.last.coda_s;
        let by = now + after - self.samples(coda_s);
        let earliest = now.max(self.vowel + self.samples(SHORTEST_VOWEL_S));
        let leaves = self.leave_at((earliest, by), |place_s| self.leaving_s(place_s));
        let end_s = self.leaving_s(self.path.place_s(leaves));
        let length_s = self.seconds(by - leaves).clamp(end_s.min(SHORTEST_RELEASE_S), end_s);
        let over = self.leave(leaves, length_s, self.last_index);
        let ends = self.end(over, f64::INFINITY);
        let closed = coda_s > 1e-3;
        self.gate.off = ends - self.samples(CLOSES_EARLY_S[usize::from(closed)]);
    }

    /// The next jump before a sample: where to, and the other score if it leads there.
    pub fn take_jump(&mut self, before: f64) -> Option<(Leg, Option<Arc<Score>>)> {
        let leg = self.path.take_jump(before)?;
        Some((leg, if leg.other_score { self.waiting.take() } else { None }))
    }

    /// Place of the clock in nominal s at a sample.
    pub fn place_s(&self, sample: f64) -> f32 {
        self.path.place_s(sample)
    }

    /// The syllable that is sung at a sample, while the voice is open.
    pub fn syllable(&self, sample: f64) -> Option<u32> {
        (self.level > 0.0).then(|| self.path.syllable(sample))
    }

    /// Moves level, strength and vibrato on to a sample; returns the gain.
    pub fn step(&mut self, sample: f64, dt_s: f32) -> f32 {
        let by = if self.gate.is_open(sample) { dt_s / self.gate.opens_s } else { -dt_s / CLOSES_S };
        self.level = (self.level + by).clamp(0.0, 1.0);
        let held = self.leaves.is_none_or(|leaves| leaves > sample);
        self.tones.step(sample, dt_s, held);
        let db = (20.0 * (self.tones.velocity() / ORDINARY_VELOCITY).max(1e-6).log10()).max(SOFTEST_DB);
        ease(self.level) * 10f32.powf(db / 20.0)
    }

    /// Whether it is silent at a sample, and nothing is planned.
    pub fn is_over(&self, sample: f64) -> bool {
        self.level == 0.0 && sample >= self.gate.off && sample >= self.gate.on
    }

    /// ln Hz of the notes at a sample; `vibrato` is the swing of the vibrato, -1..=1.
    pub fn ln_f0(&self, sample: f64, vibrato: f32) -> f32 {
        ln_hz_of(self.tones.midi(sample) + self.tones.vibrato_st() * vibrato)
    }

    /// What effort does to the spectral tilt, dB per octave.
    pub fn tilt_db_per_octave(&self) -> f32 {
        EFFORT_DB_PER_OCTAVE * (self.tones.velocity() - ORDINARY_VELOCITY)
    }

    /// How much is still heard, 0..=1.
    pub fn level(&self) -> f32 {
        self.level
    }
}
