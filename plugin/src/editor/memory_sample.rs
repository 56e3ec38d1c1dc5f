//! A session's worth of memories for tests and pictures.

use super::memory_blend::weights;
use super::memory_board::{HistoryDot, MemoryBoard, MemoryDot};
use super::memory_view::MemoryState;

/// Name, words, place, feeling, strength, tags.
type Row = (&'static str, &'static str, [f32; 2], [f32; 3], f32, &'static str);

const ROWS: [Row; 14] = [
    ("greeting", "Good morning, how did you sleep?", [0.22, 0.12], [0.45, 0.2, 0.1], 1.0, "home"),
    ("the good news", "I got the job, can you believe it?", [0.82, 0.74], [0.85, 0.75, 0.4], 1.0, "work"),
    ("", "Let me check the calendar.", [0.02, 0.05], [0.05, 0.0, 0.1], 0.45, ""),
    ("sorry", "I am so sorry, I should have called.", [-0.62, -0.38], [-0.6, -0.35, -0.5], 1.0, "home"),
    ("", "It was my fault, not yours.", [-0.5, -0.5], [-0.45, -0.2, -0.4], 0.6, ""),
    ("the old house", "They sold the old house last week.", [-0.78, -0.66], [-0.7, -0.4, -0.3], 1.0, "past"),
    ("never again", "Do not ever do that again!", [-0.66, 0.78], [-0.75, 0.8, 0.7], 1.0, ""),
    ("", "Watch out, the step!", [-0.2, 0.62], [-0.4, 0.7, -0.4], 0.35, ""),
    ("thank you", "Thank you, that means a lot to me.", [0.46, -0.2], [0.6, -0.05, 0.0], 1.0, "home"),
    ("bedtime", "And they all slept till the morning.", [0.18, -0.82], [0.3, -0.7, 0.0], 1.0, "story"),
    ("once upon a time", "Once upon a time there was a fox.", [0.42, -0.6], [0.3, -0.4, 0.1], 0.9, "story"),
    ("", "The train leaves at ten past four.", [-0.06, -0.14], [0.0, -0.05, 0.1], 0.2, ""),
    ("the toast", "To both of you, and to many more years!", [0.66, 0.4], [0.7, 0.5, 0.5], 1.0, "party"),
    ("", "Well, that is one way to do it.", [-0.32, 0.2], [-0.2, 0.15, 0.35], 0.7, ""),
];

/// Seconds from one to the next.
const APART_S: f64 = 74.0;

/// The board after that session: "sorry" acts.
pub fn board() -> MemoryBoard {
    let dot = |(index, (name, text, at, felt, strength, tags)): (usize, &Row)| MemoryDot {
        id: index as u64 + 1,
        name: (*name).to_owned(),
        text: (*text).to_owned(),
        at: *at,
        felt: *felt,
        strength: *strength,
        pinned: !name.is_empty(),
        replayable: *strength > 0.4,
        uses: index as u32 % 4,
        tags: tags.split_whitespace().map(str::to_owned).collect(),
        duration_s: 1.4 + 0.11 * text.len() as f32 / 3.0,
        at_s: APART_S * (index as f64 + 1.0),
    };
    let dots: Vec<MemoryDot> = ROWS.iter().enumerate().map(dot).collect();
    let history = dots.iter().map(|dot| HistoryDot {
        at_s: dot.at_s,
        felt: dot.felt,
        id: Some(dot.id),
        name: dot.name.clone(),
    });
    MemoryBoard {
        history: history.collect(),
        explained: [0.46, 0.21],
        active: vec![(4, 1.0)],
        slots: [Some(4), Some(2), Some(10), None, Some(7), None, None, None],
        bytes: 48_300,
        most_bytes: 600_000,
        keeps_text: true,
        now_s: APART_S * 15.2,
        dots,
        ..MemoryBoard::default()
    }
}

/// In the middle of a blend: what acts is what lies around the handle.
pub fn blended(state: &mut MemoryState) -> MemoryBoard {
    let board = board();
    (state.map.handle, state.map.blending) = ([0.5, 0.16], true);
    state.chosen.choose(Some(13));
    let active = weights(&board.dots, state.map.handle);
    MemoryBoard { active, ..board }
}

/// Very many, spread evenly; every tenth has a name.
pub fn crowd(count: u64) -> MemoryBoard {
    let dot = |id: u64| {
        let turn = id as f32 * 2.399_963;
        let away = (id as f32 / count as f32).sqrt();
        MemoryDot {
            id,
            name: if id.is_multiple_of(10) { format!("name {id}") } else { String::new() },
            text: format!("Words of memory {id}"),
            at: [away * turn.cos(), away * turn.sin()],
            felt: [turn.sin(), turn.cos(), 0.0],
            strength: 0.3 + 0.7 * (id % 7) as f32 / 7.0,
            at_s: id as f64,
            ..MemoryDot::default()
        }
    };
    MemoryBoard { dots: (1..=count).map(dot).collect(), now_s: count as f64, ..board() }
}
