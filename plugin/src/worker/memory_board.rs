//! What the window shows of memory, made from it.

use crate::editor::memory_board::{HistoryDot, MemoryBoard, MemoryDot};
use crate::memory::{MemoryState, corners};
use crate::performance::SLOT_COUNT;
use psivox_core::memory::{MAX_BYTES, Memory, MemoryMap};
use psivox_core::text::without_markup;
use std::time::Duration;

/// Letters of a text on show.
const SHOWN: usize = 80;

/// The board. The map goes on from the last one, so that what is there stays where it is.
pub(super) fn board_of(
    state: &MemoryState,
    map: &mut MemoryMap,
    active: Vec<(u64, f32)>,
    slots: [Option<u64>; SLOT_COUNT],
    (search, found): (&str, &[u64]),
    since_last_line: Duration,
) -> MemoryBoard {
    let bank = &state.bank;
    *map = bank.map_like(map);
    let dot = |memory: &Memory| MemoryDot {
        id: memory.id,
        name: memory.name.clone(),
        text: without_markup(memory.text.as_deref().unwrap_or_default()).chars().take(SHOWN).collect(),
        at: map.points.iter().find(|(id, _)| *id == memory.id).map_or([0.0; 2], |(_, at)| *at),
        felt: memory.mean_emotion(),
        strength: bank.strength(memory),
        pinned: memory.pinned,
        replayable: memory.take.is_some(),
        uses: memory.uses,
        tags: memory.tags.clone(),
        duration_s: memory.duration_s,
        at_s: memory.at_s,
    };
    let mut dots: Vec<MemoryDot> = bank.iter().map(dot).collect();
    // The window's map reaches from -1 to 1.
    let reach = dots.iter().flat_map(|dot| dot.at).map(f32::abs).fold(1e-6, f32::max);
    dots.iter_mut().for_each(|dot| dot.at = dot.at.map(|x| x / reach));
    let history = bank.history().map(|point| HistoryDot {
        at_s: point.at_s,
        // How each line felt by itself: the slow manifold hardly moves from line to line.
        felt: point.mean,
        id: point.id,
        name: point.name.to_owned(),
    });
    MemoryBoard {
        history: history.collect(),
        dots,
        explained: map.explained,
        active,
        slots,
        bytes: bank.bytes(),
        most_bytes: MAX_BYTES,
        keeps_text: state.keeps_texts,
        now_s: bank.now_s() + since_last_line.as_secs_f64(),
        search: search.to_owned(),
        found: found.to_vec(),
        message: state.message.clone(),
    }
}

/// What acts at a place of the pad between a slot and the three after it.
pub(super) fn on_the_pad(slot: usize, at: [f32; 2], slots: &[Option<u64>; SLOT_COUNT]) -> Vec<(u64, f32)> {
    let mut parts: Vec<(u64, f32)> = corners(slot, at)
        .into_iter()
        .filter_map(|(slot, weight)| Some((slots[slot]?, weight)))
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    let sum: f32 = parts.iter().map(|part| part.1).sum();
    parts.iter_mut().for_each(|part| part.1 /= sum.max(1e-6));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::memory::Impression;
    use psivox_core::memory::streams::{FACE_OBSERVABLES, FaceObservable, VOICE_OBSERVABLES};
    use psivox_core::text::MEANING;

    #[test]
    fn empty_corners_of_the_pad_weigh_nothing() {
        let mut slots = [None; SLOT_COUNT];
        (slots[7], slots[0]) = (Some(11), Some(12));
        assert_eq!(on_the_pad(7, [0.25, 0.0], &slots), [(11, 0.75), (12, 0.25)]);
        assert_eq!(on_the_pad(7, [0.0, 0.5], &slots), [(11, 1.0)], "above it there is nothing");
        assert!(on_the_pad(3, [0.5, 0.5], &slots).is_empty());
    }

    #[test]
    fn a_memory_shows_its_words_and_how_it_felt_as_a_whole() {
        let mut impression = Impression::default();
        let mut face = [0.0; FACE_OBSERVABLES];
        face[FaceObservable::Valence as usize] = 0.6;
        (0..100).for_each(|tick| impression.add(0.01, tick as f32 / 99.0, &[0.0; VOICE_OBSERVABLES], &face));
        let mut state = MemoryState::default();
        let memory = Memory::of(&impression, "[happy 0.9]So glad![/]", &[0.0; MEANING], "heart");
        state.bank.keep(memory).expect("kept");
        let none = [None; SLOT_COUNT];
        let mut map = MemoryMap::default();
        let board = board_of(&state, &mut map, Vec::new(), none, ("", &[]), Duration::ZERO);
        assert_eq!(board.dots[0].text, "So glad!");
        assert!((board.dots[0].felt[0] - 0.6).abs() < 0.02, "{:?}", board.dots[0].felt);
        assert_eq!(board.history[0].felt, board.dots[0].felt);
    }

    #[test]
    fn an_empty_memory_is_an_empty_board() {
        let state = MemoryState::default();
        let mut map = MemoryMap::default();
        let none = [None; SLOT_COUNT];
        let board = board_of(&state, &mut map, Vec::new(), none, ("", &[]), Duration::from_secs(2));
        assert!(board.dots.is_empty() && board.keeps_text && board.most_bytes > 0 && board.now_s >= 2.0);
    }
}
