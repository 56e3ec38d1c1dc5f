//! One step of the history: what changed, from where to where.

use super::Snapshot;
use crate::performance_state::PerformanceState;
use crate::remote::id;
use crate::state::LineState;
use crate::wire_state::WireState;
use psivox_core::Persona;
use psivox_core::field::FieldSpec;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A change and its way back.
#[derive(Debug, Clone, Default)]
pub struct Step {
    /// Parameters by index: place before and after.
    params: BTreeMap<usize, (f32, f32)>,
    text: Option<(String, String)>,
    speaker: Option<(Speaker, Speaker)>,
    field: Option<(Option<FieldSpec>, Option<FieldSpec>)>,
    network: Option<(Network, Network)>,
    performance: Option<(PerformanceState, PerformanceState)>,
}

/// Persona, own persona, second voice.
type Speaker = (String, Option<Box<Persona>>, Option<String>);
/// Target of earlier builds, network.
type Network = (String, Option<WireState>);

/// A gesture in two dimensions moves two parameters, and not both in every frame.
const ONE_GESTURE: usize = 2;
/// Weight of what has no length of its own: a generous guess.
const PART_BYTES: usize = 8 << 10;

impl Step {
    /// What leads from one to the other; none if nothing does.
    pub fn between(before: &Snapshot, after: &Snapshot) -> Option<Self> {
        let places = before.params.iter().zip(&after.params).enumerate();
        // Hosts hand back what went through 32 bits.
        let moved = places.filter(|(_, (before, after))| (*before - *after).abs() > 1e-6);
        let mut step = Self {
            params: moved.map(|(index, (before, after))| (index, (*before, *after))).collect(),
            ..Self::default()
        };
        if !Arc::ptr_eq(&before.line, &after.line) {
            let (a, b) = (&*before.line, &*after.line);
            step.text = differ(&a.text, &b.text);
            step.speaker = differ(&speaker(a), &speaker(b));
            step.field = differ(&a.field, &b.field);
            step.network = differ(&network(a), &network(b));
            step.performance = differ(&a.performance, &b.performance);
        }
        (!step.params.is_empty() || step.changes_line()).then_some(step)
    }

    /// The state before it.
    pub fn take_back(&self, present: &mut Snapshot) {
        self.restore(present, |pair| pair.0, Way::Back);
    }

    /// The state after it.
    pub fn bring_back(&self, present: &mut Snapshot) {
        self.restore(present, |pair| pair.1, Way::Forth);
    }

    fn restore(&self, present: &mut Snapshot, place: impl Fn((f32, f32)) -> f32, way: Way) {
        for (index, pair) in &self.params {
            if let Some(slot) = present.params.get_mut(*index) {
                *slot = place(*pair);
            }
        }
        if !self.changes_line() {
            return;
        }
        let line = Arc::make_mut(&mut present.line);
        if let Some(text) = &self.text {
            line.text.clone_from(way.of(text));
        }
        if let Some(speaker) = &self.speaker {
            (line.persona, line.own_persona, line.voice_b) = way.of(speaker).clone();
        }
        if let Some(field) = &self.field {
            line.field.clone_from(way.of(field));
        }
        if let Some(network) = &self.network {
            (line.osc_target, line.wire) = way.of(network).clone();
        }
        if let Some(performance) = &self.performance {
            line.performance.clone_from(way.of(performance));
        }
    }

    /// Whether the next change is more of the same.
    pub fn takes(&self, next: &Self) -> bool {
        let same_parts = self.parts() == next.parts();
        let same_params = self.params.keys().eq(next.params.keys());
        let union =
            self.params.keys().chain(next.params.keys().filter(|index| !self.params.contains_key(index)));
        let one_gesture = !self.changes_line() && union.count() <= ONE_GESTURE;
        let overlap = next.params.keys().any(|index| self.params.contains_key(index));
        same_parts && (same_params || (one_gesture && overlap))
    }

    /// Whether the next change moves nothing that this one has not.
    pub fn covers(&self, next: &Self) -> bool {
        let parts = self.parts().into_iter().zip(next.parts()).all(|(own, next)| own || !next);
        parts && next.params.keys().all(|index| self.params.contains_key(index))
    }

    /// Makes it lead on to where the next one does.
    pub fn extend(&mut self, next: Self) {
        for (index, (before, after)) in next.params {
            self.params.entry(index).or_insert((before, after)).1 = after;
        }
        lead_on(&mut self.text, next.text);
        lead_on(&mut self.speaker, next.speaker);
        lead_on(&mut self.field, next.field);
        lead_on(&mut self.network, next.network);
        lead_on(&mut self.performance, next.performance);
    }

    /// Whether it is about the text alone.
    pub fn is_typing(&self) -> bool {
        self.params.is_empty() && self.parts() == [true, false, false, false, false]
    }

    /// About how much it weighs.
    pub fn bytes(&self) -> usize {
        let text = self.text.as_ref().map_or(0, |(before, after)| before.len() + after.len());
        let parts = self.parts().into_iter().filter(|part| *part).count();
        size_of::<Self>() + self.params.len() * 48 + text + parts * PART_BYTES
    }

    /// What it changed, in a word or two.
    pub fn words(&self) -> String {
        let names = ["text", "persona", "field", "network", "performance"];
        let mut parts: Vec<String> = names
            .iter()
            .zip(self.parts())
            .filter(|(_, is)| *is)
            .map(|(name, _)| (*name).to_owned())
            .collect();
        match self.params.len() {
            0 => {}
            1..=ONE_GESTURE => parts.extend(self.params.keys().map(|index| id(*index).to_owned())),
            many => parts.push(format!("{many} parameters")),
        }
        parts.join(", ")
    }

    fn parts(&self) -> [bool; 5] {
        let Self { text, speaker, field, network, performance, .. } = self;
        [text.is_some(), speaker.is_some(), field.is_some(), network.is_some(), performance.is_some()]
    }

    fn changes_line(&self) -> bool {
        self.parts().contains(&true)
    }
}

#[derive(Clone, Copy)]
enum Way {
    Back,
    Forth,
}

impl Way {
    fn of<T>(self, pair: &(T, T)) -> &T {
        match self {
            Self::Back => &pair.0,
            Self::Forth => &pair.1,
        }
    }
}

fn differ<T: Clone + PartialEq>(before: &T, after: &T) -> Option<(T, T)> {
    (before != after).then(|| (before.clone(), after.clone()))
}

fn lead_on<T>(own: &mut Option<(T, T)>, next: Option<(T, T)>) {
    let Some((before, after)) = next else { return };
    let first = own.take().map_or(before, |(first, _)| first);
    *own = Some((first, after));
}

fn speaker(line: &LineState) -> Speaker {
    (line.persona.clone(), line.own_persona.clone(), line.voice_b.clone())
}

fn network(line: &LineState) -> Network {
    (line.osc_target.clone(), line.wire.clone())
}
