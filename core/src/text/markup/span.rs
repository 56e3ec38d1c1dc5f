//! Which stretch of the text each tag holds for: opening and closing tags matched, however badly they are nested.

use std::collections::BTreeSet;
use std::ops::Range;

use super::fault::{Fault, Kind};
use super::name::Name;
use crate::emotion::{Manner, Moods, Style, VoiceGesture};
use crate::text::utterance::Inserted;

/// Most tags that may be open at a place.
pub(super) const DEEPEST: usize = 64;

/// Elements that hold for what stands between their tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Prosody,
    Emphasis,
}

/// What a tag changes while it holds.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    pub(super) moods: Option<Moods>,
    pub(super) styles: Vec<(Style, f32)>,
    pub(super) rate_ratio: f32,
    pub(super) pitch_st: f32,
    pub(super) range_ratio: f32,
    pub(super) level_db: f32,
    pub(super) emphasis: Option<bool>,
    pub(super) joke: bool,
}

impl Default for Change {
    fn default() -> Self {
        Self {
            moods: None,
            styles: Vec::new(),
            rate_ratio: 1.0,
            pitch_st: 0.0,
            range_ratio: 1.0,
            level_db: 0.0,
            emphasis: None,
            joke: false,
        }
    }
}

impl Change {
    /// Whether it is a mood and nothing else.
    fn is_mood(&self) -> bool {
        self.moods.is_some() && *self == Self { moods: self.moods, ..Self::default() }
    }

    /// Adds it to what holds already: the inner mood replaces the outer one, and so does an inner way of phonating.
    fn apply(&self, held: &mut (Manner, bool)) {
        const PHONATIONS: [Style; 3] = [Style::Whisper, Style::Murmur, Style::Shout];
        let (manner, emphasis) = held;
        if let Some(moods) = self.moods {
            manner.asked = moods;
        }
        for (style, degree) in &self.styles {
            if PHONATIONS.contains(style) {
                PHONATIONS.iter().for_each(|other| manner.styles.set(*other, 0.0));
            }
            manner.styles.set(*style, *degree);
        }
        manner.joke |= self.joke;
        manner.rate_ratio = (manner.rate_ratio * self.rate_ratio).clamp(0.5, 2.0);
        manner.pitch_st = (manner.pitch_st + self.pitch_st).clamp(-12.0, 12.0);
        manner.range_ratio = (manner.range_ratio * self.range_ratio).clamp(0.0, 3.0);
        manner.level_db = (manner.level_db + self.level_db).clamp(-24.0, 12.0);
        *emphasis = self.emphasis.unwrap_or(*emphasis);
    }
}

/// Something that a tag does at its place.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Act {
    /// A bracket that holds from here on. `alone` is the gesture it is if nothing closes it.
    Open {
        names: Vec<Name>,
        change: Change,
        alone: Option<(VoiceGesture, f32)>,
    },
    /// `[/]`, `[/name]`.
    Close(Option<Name>),
    OpenElement(Element, Change),
    CloseElement(Element),
    Insert(Inserted),
}

/// An act and the tag that it comes from.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Event {
    pub(super) source: Range<u32>,
    pub(super) act: Act,
}

/// From here on the words are said so.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Held {
    pub(crate) from: u32,
    pub(crate) manner: Manner,
    pub(crate) emphasis: bool,
}

/// Something between words, and its tag.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Inserting {
    pub(crate) source: Range<u32>,
    pub(crate) what: Inserted,
}

/// An open tag.
struct Frame {
    source: Range<u32>,
    names: Vec<Name>,
    element: Option<Element>,
    change: Change,
    alone: Option<(VoiceGesture, f32)>,
}

impl Frame {
    /// Whether it asks for a closing tag.
    fn wants_closing(&self) -> bool {
        self.element.is_none() && self.alone.is_none() && !self.change.is_mood()
    }

    fn is_bracket(&self) -> bool {
        self.element.is_none()
    }
}

struct Span {
    range: Range<u32>,
    change: Change,
}

/// Matches tags.
#[derive(Default)]
struct Matcher {
    stack: Vec<Frame>,
    /// Tags that were too deep to be opened, and are still to be closed.
    ignored: usize,
    spans: Vec<Span>,
    insertions: Vec<Inserting>,
    faults: Vec<Fault>,
}

/// For each event the number of `[/]` after it that no bracket after it takes.
fn closings_left(events: &[Event]) -> Vec<usize> {
    let mut left = vec![0_usize; events.len() + 1];
    for (i, event) in events.iter().enumerate().rev() {
        left[i] = match &event.act {
            Act::Close(None) => left[i + 1] + 1,
            Act::Open { alone: None, .. } => left[i + 1].saturating_sub(1),
            _ => left[i + 1],
        };
    }
    left.remove(0);
    left
}

impl Matcher {
    fn fault(&mut self, source: &Range<u32>, kind: Kind) {
        self.faults.push(Fault { source: source.clone(), kind });
    }

    fn end(&mut self, frame: Frame, at: u32) {
        let range = frame.source.end..at;
        if !range.is_empty() && frame.change != Change::default() {
            self.spans.push(Span { range, change: frame.change });
        }
    }

    /// What was not closed is a gesture that stands alone.
    fn stand_alone(&mut self, frame: Frame) {
        if let Some((gesture, strength)) = frame.alone {
            let what = Inserted::Voice(gesture, strength);
            self.insertions.push(Inserting { source: frame.source, what });
        }
    }

    fn open(&mut self, frame: Frame) {
        if frame.is_bracket() && frame.change.is_mood() {
            // A mood follows upon the mood before it; a gesture between them opens no level of its own.
            let level = self.stack.iter().rposition(|own| own.alone.is_none());
            if let Some(level) =
                level.filter(|at| self.stack[*at].is_bracket() && self.stack[*at].change.is_mood())
            {
                let before = self.stack.remove(level);
                self.end(before, frame.source.start);
            }
        }
        // Nobody closes a laugh from that far back: it was a gesture.
        if self.stack.len() >= DEEPEST
            && let Some(oldest) = self.stack.iter().position(|own| own.alone.is_some())
        {
            let oldest = self.stack.remove(oldest);
            self.stand_alone(oldest);
        }
        if self.stack.len() >= DEEPEST {
            self.ignored += 1;
            self.fault(&frame.source, Kind::TooDeep);
        } else {
            self.stack.push(frame);
        }
    }

    /// `[/]`: the innermost bracket, but a gesture that stands inside a style leaves the closing tag to it if no other
    /// is left.
    fn close_last(&mut self, source: &Range<u32>, closings_left: usize) {
        if self.ignored > 0 {
            self.ignored -= 1;
            return;
        }
        while let Some(at) = self.stack.iter().rposition(Frame::is_bracket) {
            let frame = self.stack.remove(at);
            let waiting = self.stack.iter().filter(|own| own.wants_closing()).count();
            if frame.alone.is_some() && waiting > closings_left {
                self.stand_alone(frame);
                continue;
            }
            return self.end(frame, source.start);
        }
        self.fault(source, Kind::ClosesNothing);
    }

    fn close_where(&mut self, source: &Range<u32>, test: impl Fn(&Frame) -> bool) {
        match self.stack.iter().rposition(test) {
            Some(at) => {
                let frame = self.stack.remove(at);
                self.end(frame, source.start);
            }
            None if self.ignored > 0 => self.ignored -= 1,
            None => self.fault(source, Kind::ClosesNothing),
        }
    }

    fn take(&mut self, event: Event, closings_left: usize) {
        let source = event.source;
        match event.act {
            Act::Open { names, change, alone } => {
                self.open(Frame { source, names, element: None, change, alone });
            }
            Act::OpenElement(element, change) => {
                self.open(Frame { source, names: Vec::new(), element: Some(element), change, alone: None });
            }
            Act::Close(None) => self.close_last(&source, closings_left),
            Act::Close(Some(name)) => {
                self.close_where(&source, |frame| frame.names.iter().any(|own| name.closes(*own)));
            }
            Act::CloseElement(element) => self.close_where(&source, |frame| frame.element == Some(element)),
            Act::Insert(what) => self.insertions.push(Inserting { source, what }),
        }
    }

    /// What is still open at the end of the text.
    fn finish(&mut self, end: u32) {
        for frame in std::mem::take(&mut self.stack) {
            let effect = match frame.element {
                Some(Element::Emphasis) => "nothing is emphasised",
                _ => "it holds to the end",
            };
            if frame.alone.is_some() {
                self.stand_alone(frame);
                continue;
            }
            if !frame.change.is_mood() || !frame.is_bracket() {
                self.fault(&frame.source, Kind::NeverClosed { effect });
            }
            if frame.element != Some(Element::Emphasis) {
                self.end(frame, end);
            }
        }
        self.insertions.sort_by_key(|inserting| inserting.source.start);
    }
}

/// How the text is to be said from where on: all spans laid over each other, those that begin later inside.
fn sweep(spans: &mut [Span]) -> Vec<Held> {
    spans.sort_by_key(|span| span.range.start);
    let mut edges: Vec<(u32, bool, usize)> = Vec::with_capacity(2 * spans.len());
    for (i, span) in spans.iter().enumerate() {
        edges.push((span.range.start, true, i));
        edges.push((span.range.end, false, i));
    }
    edges.sort_unstable();
    let mut active: BTreeSet<usize> = BTreeSet::new();
    let mut out: Vec<Held> = Vec::new();
    for (k, (from, begins, i)) in edges.iter().enumerate() {
        if *begins {
            active.insert(*i)
        } else {
            active.remove(i)
        };
        if edges.get(k + 1).is_some_and(|next| next.0 == *from) {
            continue;
        }
        let mut held = (Manner::PLAIN, false);
        active.iter().for_each(|i| spans[*i].change.apply(&mut held));
        out.push(Held { from: *from, manner: held.0, emphasis: held.1 });
    }
    out
}

/// What the events of a text of `length` bytes come to.
pub(super) fn resolve(events: Vec<Event>, length: u32) -> (Vec<Held>, Vec<Inserting>, Vec<Fault>) {
    let left = closings_left(&events);
    let mut matcher = Matcher::default();
    for (event, left) in events.into_iter().zip(left) {
        matcher.take(event, left);
    }
    matcher.finish(length);
    (sweep(&mut matcher.spans), matcher.insertions, matcher.faults)
}
