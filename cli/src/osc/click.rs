//! Clicks to hear and mouths to see, on one clock of samples. Pure.

use psivox_core::BlendshapeFrame;
use psivox_core::face::Shape;
use psivox_wire::WireFrame;
use std::f64::consts::TAU;

/// Faces a second: the mouth opens from one to the next.
const FACE_RATE_HZ: u64 = 120;

/// How long the mouth stays open, s.
const OPEN_S: f64 = 0.08;

/// Half of a click, s; its peak, where 1 is full scale; its tone, Hz: heard on any speaker.
const HALF_S: f64 = 0.004;
const PEAK: f64 = 0.8;
const TONE_HZ: f64 = 2_000.0;

/// A click and a mouth every second, the first after one second.
#[derive(Debug, Clone, Copy)]
pub struct Clicks {
    sample_rate_hz: u32,
}

impl Clicks {
    /// At this many samples a second.
    pub fn new(sample_rate_hz: u32) -> Self {
        Self { sample_rate_hz: sample_rate_hz.max(1) }
    }

    /// The sample of the peak of click `number`, from 1 on, at which the mouth opens.
    pub fn peak_sample(&self, number: u64) -> u64 {
        number * u64::from(self.sample_rate_hz)
    }

    /// The sound from sample `start` on.
    pub fn sound(&self, start: u64, out: &mut [f32]) {
        for (sample, value) in (start..).zip(out) {
            *value = self.at(sample) as f32;
        }
    }

    /// A cosine under a raised cosine: soft edges, and the peak at exactly one sample.
    fn at(&self, sample: u64) -> f64 {
        let rate = u64::from(self.sample_rate_hz);
        let nearest = (sample + rate / 2) / rate;
        if nearest == 0 {
            return 0.0;
        }
        let time_s = sample.abs_diff(self.peak_sample(nearest)) as f64 / rate as f64;
        if time_s >= HALF_S {
            return 0.0;
        }
        let window = 0.5 * (1.0 + (0.5 * TAU * time_s / HALF_S).cos());
        PEAK * window * (TAU * TONE_HZ * time_s).cos()
    }

    /// The face number `index`: the mouth is open from the sample of the peak on.
    pub fn face(&self, index: u64) -> WireFrame {
        let rate = u64::from(self.sample_rate_hz);
        let time_samples = (index * rate + FACE_RATE_HZ / 2) / FACE_RATE_HZ;
        let (number, since) = (time_samples / rate, time_samples % rate);
        let opens = number > 0 && (since as f64) < OPEN_S * rate as f64;
        let mut face = BlendshapeFrame { time_samples, ..BlendshapeFrame::NEUTRAL };
        face.set(Shape::JawOpen, f32::from(u8::from(opens)));
        // A mouth that speaks: targets that rest between lines would show nothing else.
        WireFrame { face, speaking: true, ..WireFrame::REST }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_peak_is_where_it_should_be() {
        for rate in [44_100, 48_000, 96_000] {
            let clicks = Clicks::new(rate);
            let mut sound = vec![0.0; 3 * rate as usize + 100];
            clicks.sound(0, &mut sound);
            for number in 1..=3 {
                let peak = clicks.peak_sample(number) as usize;
                assert_eq!(peak, number as usize * rate as usize);
                assert!((sound[peak] - 0.8).abs() < 1e-6);
                let around = peak - rate as usize / 2..(peak + rate as usize / 2).min(sound.len());
                let louder = around.filter(|at| *at != peak && sound[*at].abs() >= sound[peak]).count();
                assert_eq!(louder, 0, "one loudest sample");
            }
            let loud = sound.iter().filter(|value| **value != 0.0).count() as f64 / f64::from(rate);
            assert!(loud < 3.0 * 0.0081, "short: {loud} s of three clicks");
            let step = sound.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
            assert!(f64::from(step) < 0.8 * TAU * TONE_HZ / f64::from(rate) * 1.1, "no edges: {step}");
            assert_eq!(sound[0], 0.0, "the first second is silent");
        }
    }

    #[test]
    fn blocks_of_any_size_are_the_same_sound() {
        let clicks = Clicks::new(48_000);
        let mut whole = vec![0.0; 100_000];
        clicks.sound(0, &mut whole);
        let mut pieces = vec![0.0; 100_000];
        for (index, piece) in pieces.chunks_mut(333).enumerate() {
            clicks.sound(333 * index as u64, piece);
        }
        assert_eq!(whole, pieces);
    }

    #[test]
    fn the_mouth_opens_within_one_face_at_the_peak() {
        for rate in [44_100, 48_000] {
            let clicks = Clicks::new(rate);
            let faces: Vec<WireFrame> = (0..400).map(|index| clicks.face(index)).collect();
            let jaw = |index: usize| faces[index].face.get(Shape::JawOpen);
            for number in 1..=3 {
                let first = 120 * number as usize;
                assert_eq!(faces[first].face.time_samples, clicks.peak_sample(number));
                assert_eq!(
                    (jaw(first - 1), jaw(first), jaw(first + 9), jaw(first + 10)),
                    (0.0, 1.0, 1.0, 0.0)
                );
            }
            assert!((0..120).all(|index| jaw(index) == 0.0));
            assert!(faces.windows(2).all(|pair| pair[0].face.time_samples < pair[1].face.time_samples));
        }
    }
}
