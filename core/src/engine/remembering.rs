//! Speaking as it is remembered: what is done to the voice and shown by the face moves from the live values to those of a
//! recollection, and what is really done is noted for the next one.
//!
//! Let g be an observable as it is live, m(theta) the remembered one at the phrase clock's phase, a blend of up to four, and
//! w the share of memory: `g + w (m - g)`. Whenever w or m change, the step that this would be is kept as an offset e and let go of by the
//! minimum-jerk law (Flash & Hogan 1985), `e (1 - s(t/T))`, so that nothing jumps and `V = |e|^2 / 2` only ever falls: T
//! is the stated time of a transition. Moods that stand in each other's way change places along the valley of the
//! grammar's energy ([`crate::emotion::Valley`]) instead of straight through its ridges.

use crate::carry::{Carried, Ledger, carried};
use crate::emotion::{Feeling, MODE_COUNT, Moods, STYLE_COUNT, Styles, Valley};
use crate::memory::streams::{
    FACE_OBSERVABLES, FaceObservable, FaceStream, HARMONICS, Harmonics, VOICE_OBSERVABLES, VoiceStream,
    eigenfunctions, value_at,
};
use crate::memory::{BLENDED, Impression, MannerCoefficients, Recall, Recollection, Weights};
use std::ops::Range;
use std::sync::Arc;

/// Time of the way where a line follows another one and the manner begins anew, s.
const NEXT_LINE_S: f32 = 0.15;
/// Time constant with which weights are followed, s.
const WEIGH_S: f32 = 0.02;
/// Longest way, s.
const LONGEST_S: f32 = 30.0;
/// Largest shape of a melody that is laid over another one, st.
const MOST_SHAPE_ST: f32 = 6.0;
/// Moods this close are there.
const THERE: f32 = 2e-3;
/// Moods are 98 % there after this many time constants.
const TAUS: f32 = 4.0;

/// What was done in the last tick and what is left of the way.
#[derive(Debug)]
pub(super) struct Remembering {
    parts: [Option<Arc<Recollection>>; BLENDED],
    /// How much of each part; they sum to 1 if there is any.
    weights: [f32; BLENDED],
    /// Shares of voice and face.
    shares: [f32; 2],
    /// Where weights and shares are going.
    wanted: Weights,
    /// Where the line is.
    phi: Harmonics,
    /// Coefficients of the melody of the line.
    melody: Harmonics,
    voice: Stream<VOICE_OBSERVABLES>,
    face: Stream<FACE_OBSERVABLES>,
    feeling: Feeling,
    /// Whether moods are still on their way.
    feels: bool,
    /// The utterance under way.
    impression: Impression,
}

/// One of the two streams.
#[derive(Debug)]
struct Stream<const N: usize> {
    /// What was done.
    shown: [f32; N],
    /// What the way began with.
    offset: [f32; N],
    /// Whether the offset of an observable is still to be measured.
    fresh: [bool; N],
    elapsed_s: f32,
    /// Length of the way, s.
    over_s: f32,
}

impl<const N: usize> Stream<N> {
    const STILL: Self =
        Self { shown: [0.0; N], offset: [0.0; N], fresh: [false; N], elapsed_s: 0.0, over_s: 0.0 };

    fn depart(&mut self, over_s: f32) {
        (self.fresh, self.elapsed_s, self.over_s) = ([true; N], 0.0, over_s);
    }

    fn is_under_way(&self) -> bool {
        self.elapsed_s < self.over_s
    }

    /// What is left of the offset, 1..=0.
    fn left(&self) -> f32 {
        if self.over_s <= 0.0 {
            return 0.0;
        }
        let u = (self.elapsed_s / self.over_s).clamp(0.0, 1.0);
        1.0 - u * u * u * (10.0 + u * (6.0 * u - 15.0))
    }

    /// Takes the live values of some observables to what is to be done.
    fn mix(
        &mut self,
        which: Range<usize>,
        live: &mut [f32],
        target: impl Fn(usize) -> Option<f32>,
        share: f32,
    ) {
        let left = self.left();
        for (i, value) in which.zip(live) {
            let target = target(i).map_or(*value, |remembered| *value + share * (remembered - *value));
            if std::mem::take(&mut self.fresh[i]) {
                self.offset[i] = self.shown[i] - target;
            }
            *value = target + left * self.offset[i];
            self.shown[i] = *value;
        }
    }
}

carried!(Weights { parts, voice, face } but {});
// What is remembered itself is carried beside it; the rest belongs to the line that begins next.
carried!(Remembering { weights, shares, wanted, voice, face, feeling, feels } but { parts, phi, melody, impression });

impl<const N: usize> Carried for Stream<N> {
    fn carry(&mut self, ledger: &mut Ledger<'_>) {
        let Self { shown, offset, fresh, elapsed_s, over_s } = self;
        shown.carry(ledger);
        offset.carry(ledger);
        fresh.carry(ledger);
        elapsed_s.carry(ledger);
        over_s.carry(ledger);
    }
}

/// An observable as the parts have it together; none if there is no part.
fn blended<'a>(
    parts: &'a [Option<Arc<Recollection>>; BLENDED],
    weights: &[f32; BLENDED],
    phi: &Harmonics,
    of: impl Fn(&'a MannerCoefficients) -> Option<&'a Harmonics>,
) -> Option<f32> {
    let mut sum = None;
    for (part, weight) in parts.iter().zip(weights) {
        if let Some(own) = part.as_deref().and_then(|part| of(&part.manner)) {
            *sum.get_or_insert(0.0) += weight * value_at(own, phi);
        }
    }
    sum
}

impl Default for Remembering {
    fn default() -> Self {
        Self {
            parts: [const { None }; BLENDED],
            weights: [0.0; BLENDED],
            shares: [0.0; 2],
            wanted: Weights::NONE,
            phi: eigenfunctions(0.0),
            melody: [0.0; HARMONICS],
            voice: Stream::STILL,
            face: Stream::STILL,
            feeling: Feeling::default(),
            feels: false,
            impression: Impression::default(),
        }
    }
}

impl Remembering {
    /// Forgets the utterance under way and arrives; what is to be remembered stays.
    pub fn reset(&mut self) {
        let (parts, wanted) = (std::mem::take(&mut self.parts), self.wanted);
        *self = Self { parts, wanted, ..Self::default() };
        self.arrive();
    }

    /// Takes over other recollections. `sounds`: whether the voice can be heard right now; else it is there at once. A face
    /// is always seen.
    pub fn recall(&mut self, recall: &Recall, sounds: bool) {
        let over_s = if recall.over_s.is_finite() { recall.over_s.clamp(0.0, LONGEST_S) } else { 0.0 };
        for (part, own) in self.parts.iter_mut().zip(&recall.parts) {
            *part = own.as_ref().filter(|own| own.manner.is_sound()).map(Arc::clone);
        }
        self.weigh(&recall.weights);
        self.arrive();
        self.voice.depart(if sounds { over_s } else { 0.0 });
        self.face.depart(over_s);
        self.feels = over_s > 0.0;
    }

    /// Moves weights and shares.
    pub fn weigh(&mut self, weights: &Weights) {
        let tame = |x: f32| if x.is_finite() { x.clamp(0.0, 1.0) } else { 0.0 };
        let mut parts = weights.parts.map(tame);
        for (weight, part) in parts.iter_mut().zip(&self.parts) {
            *weight = if part.is_some() { *weight } else { 0.0 };
        }
        let sum: f32 = parts.iter().sum();
        if sum > 0.0 {
            parts = parts.map(|weight| weight / sum);
        } else if let Some(first) = self.parts.iter().position(Option::is_some) {
            parts[first] = 1.0;
        }
        self.wanted = Weights { parts, voice: tame(weights.voice), face: tame(weights.face) };
    }

    /// What is remembered.
    pub fn parts(&self) -> &[Option<Arc<Recollection>>; BLENDED] {
        &self.parts
    }

    /// Remembers these in place of what was, everything else as it is.
    pub fn set_parts(&mut self, parts: [Option<Arc<Recollection>>; BLENDED]) {
        self.parts = parts;
    }

    /// What brings the present state about again.
    pub fn as_recall(&self, over_s: f32) -> Recall {
        Recall { parts: self.parts.clone(), weights: self.wanted, over_s }
    }

    fn arrive(&mut self) {
        (self.weights, self.shares) = (self.wanted.parts, [self.wanted.voice, self.wanted.face]);
    }

    fn remembers(&self) -> bool {
        self.parts.iter().any(Option::is_some)
    }

    /// Whether anything but the live values is done.
    pub fn is_active(&self) -> bool {
        self.remembers() || self.voice.is_under_way() || self.face.is_under_way() || self.feels
    }

    /// The recollection that weighs most and the share of its voice.
    pub fn recollection(&self) -> Option<(&Recollection, f32)> {
        let heavier = |a: &(usize, &Recollection), b: &(usize, &Recollection)| {
            self.weights[a.0].total_cmp(&self.weights[b.0])
        };
        let (at, own) = self.present().max_by(heavier)?;
        Some((own, self.shares[0] * self.weights[at]))
    }

    fn present(&self) -> impl Iterator<Item = (usize, &Recollection)> {
        self.parts.iter().enumerate().filter_map(|(at, part)| Some((at, part.as_deref()?)))
    }

    /// Valence, arousal and dominance as memory has them shown; `None` while nothing is remembered.
    pub fn felt(&self) -> Option<[f32; 3]> {
        let first = FaceObservable::Valence as usize;
        self.is_active().then(|| std::array::from_fn(|axis| self.face.shown[first + axis].clamp(-1.0, 1.0)))
    }

    /// The styles that the face acts as memory has it; `None` while nothing is remembered.
    pub fn acted(&self) -> Option<Styles> {
        let shown = &self.face.shown[MODE_COUNT..MODE_COUNT + STYLE_COUNT];
        let degrees = || std::array::from_fn(|i| shown[i].clamp(0.0, 1.0));
        self.is_active().then(|| Styles::of_degrees(degrees()))
    }

    /// A line begins; `follows`: directly behind another one.
    pub fn begin(&mut self, score: u64, melody: Harmonics, follows: bool) {
        self.impression = Impression { score, melody, ..Impression::default() };
        self.melody = melody;
        if self.remembers() && follows {
            self.voice.depart(NEXT_LINE_S);
            self.face.depart(NEXT_LINE_S);
        }
    }

    /// A tick begins, at the share `along` of the line.
    pub fn step(&mut self, dt_s: f32, along: f32) {
        self.phi = eigenfunctions(along);
        if (self.weights, self.shares) != (self.wanted.parts, [self.wanted.voice, self.wanted.face]) {
            let share = 1.0 - (-dt_s / WEIGH_S).exp();
            let near = |now: &mut f32, to: f32| {
                *now = if (to - *now).abs() < 1e-5 { to } else { *now + share * (to - *now) };
            };
            self.weights.iter_mut().zip(self.wanted.parts).for_each(|(now, to)| near(now, to));
            near(&mut self.shares[0], self.wanted.voice);
            near(&mut self.shares[1], self.wanted.face);
        }
        self.voice.elapsed_s = (self.voice.elapsed_s + dt_s).min(LONGEST_S + 1.0);
        self.face.elapsed_s = (self.face.elapsed_s + dt_s).min(LONGEST_S + 1.0);
    }

    /// Some observables of the voice, from live values to what is to be done.
    pub fn voice(&mut self, which: Range<usize>, live: &mut [f32]) {
        let (parts, weights, phi) = (&self.parts, &self.weights, &self.phi);
        let target = |i: usize| blended(parts, weights, phi, |own| own.voice.get(i));
        self.voice.mix(which, live, target, self.shares[0]);
    }

    /// All observables of the face, from live values to what is to be shown.
    pub fn face(&mut self, live: &mut FaceStream, valley: &Valley, dt_s: f32) {
        let (parts, weights, phi, share) = (&self.parts, &self.weights, &self.phi, self.shares[1]);
        let target = |i: usize| blended(parts, weights, phi, |own| own.face.get(i));
        let (moods, rest) = live.split_at_mut(MODE_COUNT);
        self.face.mix(MODE_COUNT..FACE_OBSERVABLES, rest, target, share);
        let mut wanted = Moods::NONE;
        for (m, (degree, live)) in wanted.degrees_mut().iter_mut().zip(&*moods).enumerate() {
            *degree = target(m).map_or(*live, |own| live + share * (own - live)).clamp(0.0, 1.0);
        }
        // Neutral is what is left.
        wanted.degrees_mut()[0] = 0.0;
        if self.feels {
            self.feeling.step(&wanted, valley, dt_s, self.face.over_s / TAUS);
            let apart = self.feeling.moods().degrees().iter().zip(wanted.degrees());
            self.feels = self.face.is_under_way() || apart.into_iter().any(|(a, b)| (a - b).abs() > THERE);
        } else {
            self.feeling.jump(&wanted);
        }
        moods.copy_from_slice(self.feeling.moods().degrees());
        self.face.shown[..MODE_COUNT].copy_from_slice(moods);
    }

    /// What was done without any memory.
    pub fn note_voice(&mut self, first: usize, live: &[f32]) {
        self.voice.shown[first..first + live.len()].copy_from_slice(live);
    }

    /// What was shown without any memory.
    pub fn note_face(&mut self, live: &FaceStream) {
        self.face.shown = *live;
        let mut moods = Moods::NONE;
        moods.degrees_mut().copy_from_slice(&live[..MODE_COUNT]);
        self.feeling.jump(&moods);
    }

    /// What is laid over the melody of the line for it to have the remembered shape, st.
    pub fn shape_st(&self) -> f32 {
        let shape = |(at, own): (usize, &Recollection)| {
            let other = own.manner.melody.iter().zip(&self.melody).zip(&self.phi).skip(1);
            let shape: f32 = other.map(|((remembered, planned), phi)| (remembered - planned) * phi).sum();
            self.weights[at] * own.melody * shape
        };
        let shape: f32 = self.present().map(shape).sum();
        (self.shares[0] * shape).clamp(-MOST_SHAPE_ST, MOST_SHAPE_ST)
    }

    /// Adds the tick to the utterance.
    pub fn impress(&mut self, dt_s: f32, along: f32) {
        let (voice, face): (&VoiceStream, &FaceStream) = (&self.voice.shown, &self.face.shown);
        self.impression.add(dt_s, along, voice, face);
    }

    /// The utterance under way.
    pub fn impression_mut(&mut self) -> &mut Impression {
        &mut self.impression
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Weights as Rules;
    use crate::memory::streams::VoiceObservable;

    const PITCH: usize = VoiceObservable::PitchSt as usize;
    const DT_S: f32 = 1.0 / 240.0;

    fn manner(pitch_st: Harmonics, valence: f32) -> Arc<Recollection> {
        let mut manner = MannerCoefficients::default();
        manner.voice[PITCH] = pitch_st;
        manner.face[FaceObservable::Valence as usize][0] = valence;
        Arc::new(Recollection { manner, ..Recollection::default() })
    }

    fn pitch(own: &mut Remembering, along: f32, live: f32) -> f32 {
        own.step(DT_S, along);
        let mut value = [live];
        if own.is_active() {
            own.voice(PITCH..PITCH + 1, &mut value);
        } else {
            own.note_voice(PITCH, &value);
        }
        value[0]
    }

    #[test]
    fn without_a_recollection_nothing_is_touched() {
        let mut own = Remembering::default();
        assert_eq!(pitch(&mut own, 0.3, 1.25), 1.25);
        assert!(!own.is_active());
        let empty = Arc::new(Recollection {
            manner: MannerCoefficients { voice: Vec::new(), ..MannerCoefficients::default() },
            ..Recollection::default()
        });
        own.recall(&Recall::one(empty, 1.0, 0.0), true);
        assert!(!own.is_active(), "a manner of another shape is none");
    }

    #[test]
    fn a_manner_is_read_at_the_phase_of_the_line() {
        let mut own = Remembering::default();
        own.recall(&Recall::one(manner([1.0, 2.0, 0.0, 0.0], 0.0), 1.0, 0.0), false);
        assert!((pitch(&mut own, 0.0, 5.0) - 3.0).abs() < 1e-5);
        assert!((pitch(&mut own, 1.0, 5.0) + 1.0).abs() < 1e-5);
        own.recall(&Recall::one(manner([1.0, 2.0, 0.0, 0.0], 0.0), 0.5, 0.0), false);
        assert!((pitch(&mut own, 0.0, 5.0) - 4.0).abs() < 1e-5, "half of the way");
    }

    #[test]
    fn a_transition_takes_its_time_and_its_energy_only_falls() {
        let mut own = Remembering::default();
        assert_eq!(pitch(&mut own, 0.5, 0.0), 0.0);
        own.recall(&Recall::one(manner([4.0, 0.0, 0.0, 0.0], 0.0), 1.0, 0.5), true);
        let mut last = 0.0;
        for tick in 0..120 {
            let now = pitch(&mut own, 0.5, 0.0);
            assert!(now >= last - 1e-6 && now - last < 0.07, "tick {tick}: {last} to {now}");
            last = now;
        }
        assert!((last - 4.0).abs() < 1e-3, "there after the stated time: {last}");
        // And back, as softly.
        own.recall(&Recall::none(0.5), true);
        let first = pitch(&mut own, 0.5, 0.0);
        assert!((first - 4.0).abs() < 0.01, "{first}");
        for _ in 0..120 {
            pitch(&mut own, 0.5, 0.0);
        }
        assert!(pitch(&mut own, 0.5, 0.0).abs() < 1e-4);
    }

    #[test]
    fn blends_are_bilinear_and_follow_their_lanes() {
        let corners = [0.0, 4.0, 8.0, 12.0].map(|st| Some(manner([st, 0.0, 0.0, 0.0], 0.0)));
        let mut own = Remembering::default();
        let recall = |at| Recall { parts: corners.clone(), weights: Weights::of_pad(at, 1.0), over_s: 0.0 };
        for (at, expected) in [([0.0, 0.0], 0.0), ([1.0, 0.0], 4.0), ([0.5, 0.5], 6.0), ([0.25, 1.0], 9.0)] {
            own.recall(&recall(at), false);
            assert!((pitch(&mut own, 0.0, 0.0) - expected).abs() < 1e-5);
        }
        own.recall(&recall([0.0, 0.0]), false);
        own.weigh(&Weights::of_pad([1.0, 0.0], 1.0));
        let mut last = pitch(&mut own, 0.0, 0.0);
        for _ in 0..60 {
            let now = pitch(&mut own, 0.0, 0.0);
            assert!(now >= last && now - last < 1.0);
            last = now;
        }
        assert!((last - 4.0).abs() < 1e-2, "{last}");
        own.weigh(&Weights { parts: [f32::NAN, -1.0, f32::INFINITY, 0.0], voice: f32::NAN, face: 9.0 });
        assert!(pitch(&mut own, 0.0, 2.0).is_finite());
    }

    #[test]
    fn moods_that_conflict_change_places_in_the_valley() {
        use crate::emotion::Mode;
        let valley = Valley::new(&Rules::default());
        let mood = |mode: Mode| {
            let mut own = MannerCoefficients::default();
            own.face[mode as usize][0] = 1.0;
            Arc::new(Recollection { manner: own, ..Recollection::default() })
        };
        let mut own = Remembering::default();
        own.recall(&Recall::one(mood(Mode::Happy), 1.0, 0.0), false);
        let show = |own: &mut Remembering| {
            own.step(DT_S, 0.5);
            let mut face = [0.0; FACE_OBSERVABLES];
            own.face(&mut face, &valley, DT_S);
            let mut moods = Moods::NONE;
            moods.degrees_mut().copy_from_slice(&face[..MODE_COUNT]);
            moods
        };
        assert_eq!(show(&mut own).of(Mode::Happy), 1.0);
        own.recall(&Recall::one(mood(Mode::Sad), 1.0, 0.8), true);
        let (mut highest, mut last) = (0.0f32, Moods::NONE);
        for _ in 0..(240.0 * 1.6) as usize {
            last = show(&mut own);
            highest = highest.max(valley.height(&last));
        }
        let mut straight = Moods::one(Mode::Happy, 0.5);
        straight.set(Mode::Sad, 0.5);
        assert!(highest < 0.8 * valley.height(&straight), "{highest}");
        assert!(last.of(Mode::Sad) > 0.97 && last.of(Mode::Happy) < 0.01, "{last:?}");
    }
}
