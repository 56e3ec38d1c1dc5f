//! Follow mode: what is said is a function of the host's place, so that the same bar always says the same words.

use crate::repertoire::{Ready, Repertoire};
use psivox_core::engine::Place;
use psivox_core::field::Transport;

/// A place this far from where the tempo would have it is a jump, s.
const JUMP_S: f64 = 2e-3;

/// Where the host is, and how long its bars are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SongPlace {
    /// Tempo and place.
    pub transport: Transport,
    /// Beats (quarter notes) in a bar.
    pub bar_beats: f64,
}

/// What the engine is told.
#[derive(Debug)]
pub(super) struct Told {
    /// Samples from the block's start.
    pub offset: usize,
    /// The line and where it is; none: silence.
    pub place: Option<Place>,
    /// The unit that it is.
    pub unit: Option<usize>,
}

/// Follows the host.
#[derive(Debug, Default)]
pub(super) struct Following {
    /// What was told last: the unit, its start in beats.
    told: Option<(Option<usize>, f64)>,
    /// Where the host will be at the next block's start, in beats, at which tempo, and the speech's rate.
    expected: Option<(f64, f32, f32)>,
}

/// How the text lies in the song.
#[derive(Debug, Clone, Copy)]
pub(super) struct Layout {
    /// Bars from one unit to the next where the text names none.
    pub apart_bars: f64,
    /// Speaking rate against the voice's own.
    pub rate: f32,
    /// Samples a second.
    pub sample_rate_hz: f32,
}

impl Following {
    /// Nothing is followed.
    pub fn reset(&mut self) {
        *self = Self::default();
    }

    /// Whether the engine was told a place that it still follows.
    pub fn is_on(&self) -> bool {
        self.told.is_some()
    }

    /// What the engine has to be told in a block of that many samples: mostly nothing. `tell` is called in order of time.
    pub fn follow(
        &mut self,
        song: SongPlace,
        length: usize,
        layout: Layout,
        repertoire: &Repertoire,
        mut tell: impl FnMut(Told),
    ) {
        let Transport { tempo_bpm, beats, .. } = song.transport;
        let beat_s = 60.0 / f64::from(tempo_bpm);
        let beats_per_sample = 1.0 / (beat_s * f64::from(layout.sample_rate_hz));
        let went_on = self.expected.is_some_and(|(expected, tempo, rate)| {
            tempo == tempo_bpm && rate == layout.rate && (expected - beats).abs() * beat_s < JUMP_S
        });
        let mut at = beats;
        let mut offset = 0;
        loop {
            let placed = repertoire.unit_at(at, song.bar_beats, layout.apart_bars);
            let key = (placed.unit, placed.start_beats);
            if offset > 0 || !went_on || self.told != Some(key) {
                let rate = f64::from(layout.rate);
                let cue = placed.unit.and_then(|unit| repertoire.units.get(unit));
                let place = cue.and_then(|cue| match &cue.ready {
                    Ready::Planned(score) => {
                        let at_s = (at - placed.start_beats) * beat_s * rate + cue.first_beat_s;
                        Some(Place { score: score.clone(), at_s, rate })
                    }
                    _ => None,
                });
                tell(Told { offset, place, unit: placed.unit });
                self.told = Some(key);
            }
            // Hosts round their beats: a thousandth of a sample is none.
            let next = ((placed.next_beats - beats) / beats_per_sample - 1e-3).ceil();
            if next.is_nan() || next >= length as f64 || next <= offset as f64 {
                break;
            }
            offset = next as usize;
            // A unit begins at its first sample, whatever rounding says: so it does in blocks of any size.
            at = placed.next_beats;
        }
        self.expected = Some((beats + length as f64 * beats_per_sample, tempo_bpm, layout.rate));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repertoire::UnitCue;
    use psivox_core::{Engine, Score};
    use std::sync::Arc;

    fn repertoire(units: usize) -> Repertoire {
        let score = || Ready::Planned(Arc::new(Score::empty(Engine::resting_speaker())));
        let unit = |_| UnitCue { ready: score(), ..UnitCue::default() };
        Repertoire { units: (0..units).map(unit).collect(), ..Repertoire::default() }
    }

    /// At 120 beats a minute and 48 kHz a bar of four is 96,000 samples.
    fn run(
        following: &mut Following,
        from_samples: usize,
        length: usize,
    ) -> Vec<(usize, Option<usize>, f64)> {
        let transport = Transport { tempo_bpm: 120.0, beats: from_samples as f64 / 24_000.0, playing: true };
        let song = SongPlace { transport, bar_beats: 4.0 };
        let layout = Layout { apart_bars: 1.0, rate: 1.0, sample_rate_hz: 48_000.0 };
        let mut out = Vec::new();
        following.follow(song, length, layout, &repertoire(3), |told| {
            out.push((told.offset, told.unit, told.place.map_or(f64::NAN, |place| place.at_s)));
        });
        out
    }

    #[test]
    fn a_line_is_told_where_it_begins_and_where_the_host_jumps() {
        let mut following = Following::default();
        assert_eq!(run(&mut following, 0, 1_000), [(0, Some(0), 0.0)]);
        assert_eq!(run(&mut following, 1_000, 1_000), [], "it goes on");
        assert_eq!(run(&mut following, 2_000, 96_000), [(94_000, Some(1), 0.0)]);
        let jumped = run(&mut following, 48_000, 512);
        assert_eq!((jumped[0].0, jumped[0].1), (0, Some(0)));
        assert!((jumped[0].2 - 1.0).abs() < 1e-9, "a second into the first line");
    }

    #[test]
    fn whatever_the_blocks_the_same_is_told() {
        let whole: Vec<_> = run(&mut Following::default(), 0, 400_000);
        for block in [64, 1_000, 33_333] {
            let (mut following, mut at, mut told) = (Following::default(), 0, Vec::new());
            while at < 400_000 {
                let length = block.min(400_000 - at);
                told.extend(run(&mut following, at, length).into_iter().map(|(o, u, s)| (o + at, u, s)));
                at += length;
            }
            assert_eq!(told, whole, "blocks of {block}");
        }
        assert_eq!(whole.iter().map(|told| told.0).collect::<Vec<_>>(), [0, 96_000, 192_000]);
    }

    #[test]
    fn before_the_song_nothing_is_said() {
        let mut following = Following::default();
        let told = run(&mut following, 0, 1);
        assert_eq!(told.len(), 1);
        let transport = Transport { tempo_bpm: 120.0, beats: -2.0, playing: true };
        let song = SongPlace { transport, bar_beats: 4.0 };
        let layout = Layout { apart_bars: 1.0, rate: 1.0, sample_rate_hz: 48_000.0 };
        let mut units = Vec::new();
        following.follow(song, 72_000, layout, &repertoire(3), |told| units.push((told.offset, told.unit)));
        assert_eq!(units, [(0, None), (48_000, Some(0))]);
    }
}
