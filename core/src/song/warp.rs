//! A monotone map between the song's time and the voice's, straight between anchors.

/// Anchors `(song_s, voice_s)`, both increasing.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Warp {
    anchors: Vec<(f32, f32)>,
}

/// Anchors closer than this are one.
const CLOSEST_S: f32 = 1e-4;

impl Warp {
    /// Adds an anchor; one that does not lie after the last in both times is pushed behind it.
    pub(super) fn push(&mut self, song_s: f32, voice_s: f32) {
        let (song_s, voice_s) = match self.anchors.last() {
            Some((song, voice)) => (song_s.max(song + CLOSEST_S), voice_s.max(voice + CLOSEST_S)),
            None => (song_s, voice_s),
        };
        self.anchors.push((song_s, voice_s));
    }

    /// The voice's time at a time of the song.
    pub(super) fn voice_s(&self, song_s: f32) -> f32 {
        map(&self.anchors, song_s, |(a, b)| (a, b))
    }

    /// The song's time at a time of the voice.
    pub(super) fn song_s(&self, voice_s: f32) -> f32 {
        map(&self.anchors, voice_s, |(a, b)| (b, a))
    }
}

/// Straight lines through the anchors, at a slope of 1 outside them.
fn map(anchors: &[(f32, f32)], x: f32, turn: fn((f32, f32)) -> (f32, f32)) -> f32 {
    let after = anchors.partition_point(|anchor| turn(*anchor).0 <= x);
    let at = |i: usize| anchors.get(i).map(|anchor| turn(*anchor));
    match (after.checked_sub(1).and_then(at), at(after)) {
        (Some((x0, y0)), Some((x1, y1))) => y0 + (y1 - y0) * (x - x0) / (x1 - x0),
        (Some((x0, y0)), None) => y0 + x - x0,
        (None, Some((x1, y1))) => y1 + x - x1,
        (None, None) => x,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_ways_are_inverse() {
        let mut warp = Warp::default();
        for (song, voice) in [(0.0, 0.0), (1.0, 0.2), (1.5, 0.9), (1.5, 0.9), (4.0, 1.0)] {
            warp.push(song, voice);
        }
        for i in -10..60 {
            let song = i as f32 * 0.1;
            assert!((warp.song_s(warp.voice_s(song)) - song).abs() < 2e-3, "{song}");
        }
        assert!((warp.voice_s(0.5) - 0.1).abs() < 1e-6);
        assert!((warp.voice_s(5.0) - 2.0).abs() < 1e-3, "a slope of 1 outside");
        assert_eq!(Warp::default().voice_s(3.0), 3.0);
    }
}
