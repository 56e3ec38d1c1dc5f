//! Rates, jitter and senders of what arrives; pure, by the times it is given.

use super::receiver::Arrival;
use serde::Serialize;
use std::collections::{BTreeMap, VecDeque};
use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

/// What the running figures look back on, s.
const WINDOW_S: f64 = 2.0;

/// Datagrams within this time show one and the same face: protocols that send a message a datagram, or bundles in pieces.
const ONE_FACE_S: f64 = 0.003;

/// A longer pause is no jitter, but the sender's.
const PAUSE_S: f64 = 0.5;

/// Most intervals that are remembered: a quarter of an hour at 60 a second.
const MOST_INTERVALS: usize = 65_536;

/// Most datagrams of the running figures.
const MOST_RECENT: usize = 16_384;

/// Most senders that are told apart.
const MOST_SOURCES: usize = 16;

/// Figures of the last two seconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Rates {
    /// Faces a second.
    pub faces_per_s: f64,
    /// Datagrams a second.
    pub datagrams_per_s: f64,
    /// Bytes a second.
    pub bytes_per_s: f64,
    /// 95th percentile of how far intervals between faces are from their median, ms; `None` before there are any.
    pub jitter_p95_ms: Option<f64>,
}

/// Counts what arrives.
#[derive(Debug)]
pub struct Tally {
    start: Instant,
    /// Time in s and bytes of the last datagrams.
    recent: VecDeque<(f64, usize)>,
    /// When faces began to arrive, s.
    faces_s: VecDeque<f64>,
    intervals_s: VecDeque<f64>,
    sources: BTreeMap<SocketAddr, u64>,
    /// Datagrams of senders beyond those.
    others: u64,
    datagrams: u64,
    bytes: u64,
    faces: u64,
}

impl Tally {
    /// Nothing yet.
    pub fn new(start: Instant) -> Self {
        Self {
            start,
            recent: VecDeque::new(),
            faces_s: VecDeque::new(),
            intervals_s: VecDeque::new(),
            sources: BTreeMap::new(),
            others: 0,
            datagrams: 0,
            bytes: 0,
            faces: 0,
        }
    }

    /// Counts a datagram; `face` if it changed the face.
    pub fn count(&mut self, arrival: &Arrival, face: bool) {
        let at_s = self.since(arrival.at);
        self.datagrams += 1;
        self.bytes += arrival.length as u64;
        self.recent.push_back((at_s, arrival.length));
        if self.recent.len() > MOST_RECENT {
            self.recent.pop_front();
        }
        let room = self.sources.len() < MOST_SOURCES;
        match self.sources.get_mut(&arrival.from) {
            Some(count) => *count += 1,
            None if room => drop(self.sources.insert(arrival.from, 1)),
            None => self.others += 1,
        }
        if face {
            self.count_face(at_s);
        }
    }

    fn count_face(&mut self, at_s: f64) {
        if let Some(last_s) = self.faces_s.back().copied() {
            let interval_s = at_s - last_s;
            if interval_s < ONE_FACE_S {
                return;
            }
            if interval_s < PAUSE_S {
                self.intervals_s.push_back(interval_s);
            }
        }
        if self.intervals_s.len() > MOST_INTERVALS {
            self.intervals_s.pop_front();
        }
        self.faces += 1;
        self.faces_s.push_back(at_s);
        if self.faces_s.len() > MOST_RECENT {
            self.faces_s.pop_front();
        }
    }

    /// The running figures.
    pub fn rates(&mut self, now: Instant) -> Rates {
        let now_s = self.since(now);
        let from_s = now_s - WINDOW_S;
        while self.recent.front().is_some_and(|(at_s, _)| *at_s < from_s) {
            self.recent.pop_front();
        }
        // The last one stays, so that the next interval is known.
        while self.faces_s.len() > 1 && self.faces_s[0] < from_s {
            self.faces_s.pop_front();
        }
        let span_s = now_s.clamp(0.1, WINDOW_S);
        let bytes: usize = self.recent.iter().map(|(_, bytes)| bytes).sum();
        let faces: Vec<f64> = self.faces_s.iter().copied().filter(|at_s| *at_s >= from_s).collect();
        let between = |pair: &[f64]| pair[1] - pair[0];
        let intervals: Vec<f64> = faces.windows(2).map(between).filter(|gap| *gap < PAUSE_S).collect();
        Rates {
            faces_per_s: faces.len() as f64 / span_s,
            datagrams_per_s: self.recent.len() as f64 / span_s,
            bytes_per_s: bytes as f64 / span_s,
            jitter_p95_ms: jitter_p95_ms(&intervals),
        }
    }

    /// Jitter over all that is remembered, ms.
    pub fn jitter_p95_ms(&self) -> Option<f64> {
        jitter_p95_ms(&self.intervals_s.iter().copied().collect::<Vec<_>>())
    }

    /// Faces a second over all intervals; pauses do not count.
    pub fn mean_rate_hz(&self) -> Option<f64> {
        let sum_s: f64 = self.intervals_s.iter().sum();
        (sum_s > 0.0).then(|| self.intervals_s.len() as f64 / sum_s)
    }

    /// Senders and how many datagrams each has sent.
    pub fn sources(&self) -> impl Iterator<Item = (&SocketAddr, u64)> {
        self.sources.iter().map(|(from, count)| (from, *count))
    }

    /// Addresses that send from more than one port: receivers may take them for several senders.
    pub fn split_senders(&self) -> Vec<IpAddr> {
        let ips: Vec<IpAddr> = self.sources.keys().map(SocketAddr::ip).collect();
        let mut split: Vec<IpAddr> =
            ips.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        split.dedup();
        split
    }

    /// Datagrams of senders that are not told apart any more.
    pub fn others(&self) -> u64 {
        self.others
    }

    /// Datagrams so far.
    pub fn datagrams(&self) -> u64 {
        self.datagrams
    }

    /// Bytes so far.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Faces so far.
    pub fn faces(&self) -> u64 {
        self.faces
    }

    /// The beginning.
    pub fn start(&self) -> Instant {
        self.start
    }

    /// Seconds since the beginning.
    pub fn since(&self, at: Instant) -> f64 {
        at.saturating_duration_since(self.start).as_secs_f64()
    }
}

fn jitter_p95_ms(intervals_s: &[f64]) -> Option<f64> {
    if intervals_s.len() < 2 {
        return None;
    }
    let mut sorted = intervals_s.to_vec();
    let median_s = crate::batch::median(&mut sorted);
    let mut off: Vec<f64> = intervals_s.iter().map(|gap| (gap - median_s).abs()).collect();
    off.sort_by(f64::total_cmp);
    // The nearest rank.
    let rank = (0.95 * off.len() as f64).ceil() as usize;
    Some(1e3 * off[rank.clamp(1, off.len()) - 1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn arrival(start: Instant, at_ms: f64, port: u16) -> Arrival {
        let from = SocketAddr::from(([127, 0, 0, 1], port));
        Arrival { at: start + Duration::from_secs_f64(1e-3 * at_ms), from, length: 100, bytes: Vec::new() }
    }

    #[test]
    fn an_even_stream_has_its_rate_and_no_jitter() {
        let start = Instant::now();
        let mut tally = Tally::new(start);
        // Two datagrams a face, every 10 ms.
        for face in 0..300 {
            tally.count(&arrival(start, 10.0 * f64::from(face), 9), true);
            tally.count(&arrival(start, 10.0 * f64::from(face) + 1.0, 9), true);
        }
        let rates = tally.rates(start + Duration::from_millis(2_999));
        assert!((rates.faces_per_s - 100.0).abs() <= 1.0, "{rates:?}");
        assert!((rates.datagrams_per_s - 200.0).abs() <= 2.0);
        assert!((rates.bytes_per_s - 20_000.0).abs() <= 200.0);
        assert!(rates.jitter_p95_ms.expect("intervals") < 1e-6);
        assert_eq!((tally.faces(), tally.datagrams(), tally.bytes()), (300, 600, 60_000));
        assert!((tally.mean_rate_hz().expect("intervals") - 100.0).abs() < 1e-6);
        let later = tally.rates(start + Duration::from_secs(10));
        assert_eq!((later.faces_per_s, later.jitter_p95_ms), (0.0, None));
    }

    #[test]
    fn jitter_is_the_95th_percentile_and_pauses_are_none() {
        let start = Instant::now();
        let mut tally = Tally::new(start);
        let mut at_ms = 0.0;
        for face in 0..=100 {
            tally.count(&arrival(start, at_ms, 9), true);
            at_ms += if face % 10 == 9 { 14.0 } else { 10.0 };
        }
        assert!((tally.jitter_p95_ms().expect("intervals") - 4.0).abs() < 1e-6);
        let before = tally.mean_rate_hz();
        tally.count(&arrival(start, at_ms + 5_000.0, 9), true);
        assert_eq!(tally.mean_rate_hz(), before);
    }

    #[test]
    fn senders_are_told_apart_up_to_a_limit() {
        let start = Instant::now();
        let mut tally = Tally::new(start);
        tally.count(&arrival(start, 0.0, 1), false);
        tally.count(&arrival(start, 1.0, 1), false);
        assert!(tally.split_senders().is_empty());
        for port in 2..=100 {
            tally.count(&arrival(start, 1.0, port), false);
        }
        assert_eq!(tally.split_senders(), [IpAddr::from([127, 0, 0, 1])]);
        assert_eq!((tally.sources().count(), tally.others(), tally.faces()), (16, 84, 0));
        assert_eq!(tally.sources().next().expect("one").1, 2);
    }
}
