//! Two takes of one line at equal places of its score, so that a change of rhythm is not counted as one of timbre.

use super::take::{Frame, Take};

/// Places a second, in nominal time.
pub const PLACES_HZ: f64 = 60.0;

/// A value at `x` of a polyline whose points come in order of their x; beyond its ends, theirs. 0 without points.
pub fn interpolate(points: &[(f64, f64)], x: f64) -> f64 {
    let after = points.partition_point(|point| point.0 <= x);
    match (after.checked_sub(1).map(|before| points[before]), points.get(after)) {
        (Some(from), Some(to)) => from.1 + (to.1 - from.1) * (x - from.0) / (to.0 - from.0),
        (Some(end), None) => end.1,
        (None, Some(start)) => start.1,
        (None, None) => 0.0,
    }
}

/// Where a take is at each place of the score.
#[derive(Debug)]
pub struct Course<'a> {
    take: &'a Take,
    /// Nominal s against samples.
    times: Vec<(f64, f64)>,
}

impl<'a> Course<'a> {
    /// Of a take.
    pub fn of(take: &'a Take) -> Self {
        let way = take.frames.iter().map(|frame| (frame.place_s, frame.read_at));
        Self { take, times: std::iter::once((0.0, 0.0)).chain(way).collect() }
    }

    /// The last place that is known, in nominal s.
    pub fn end_s(&self) -> f64 {
        self.take.frames.last().map_or(0.0, |frame| frame.face_place_s)
    }

    /// The sample at a place.
    pub fn sample(&self, place_s: f64) -> f64 {
        interpolate(&self.times, place_s)
    }

    /// The shapes and the head's angles at a place.
    pub fn face(&self, place_s: f64) -> Option<Face> {
        let (from, to, along) = self.between(place_s, |frame| frame.face_place_s)?;
        let mix = |a: f32, b: f32| f64::from(a) + (f64::from(b) - f64::from(a)) * along;
        let shapes = from.shapes.iter().zip(&to.shapes).map(|(a, b)| mix(*a, *b)).collect();
        Some(Face { shapes, head_rad: std::array::from_fn(|i| mix(from.head_rad[i], to.head_rad[i])) })
    }

    /// f0 in Hz at a place; `None` where nothing sounds.
    pub fn f0_hz(&self, place_s: f64) -> Option<f64> {
        let (from, to, along) = self.between(place_s, |frame| frame.place_s)?;
        let sounding = from.f0_hz > 0.0 && to.f0_hz > 0.0;
        sounding.then(|| from.f0_hz * (to.f0_hz / from.f0_hz).powf(along))
    }

    /// The frames before and after a place, and how far it is from the one to the other.
    fn between(&self, place_s: f64, place: impl Fn(&Frame) -> f64) -> Option<(&'a Frame, &'a Frame, f64)> {
        let frames = &self.take.frames;
        let to = frames.partition_point(|frame| place(frame) <= place_s).clamp(1, frames.len().max(2) - 1);
        let (from, to) = (frames.get(to - 1)?, frames.get(to)?);
        let way = place(to) - place(from);
        let along = if way > 0.0 { ((place_s - place(from)) / way).clamp(0.0, 1.0) } else { 0.0 };
        Some((from, to, along))
    }
}

/// A face at a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Face {
    /// The 52 shapes.
    pub shapes: Vec<f64>,
    /// Yaw, pitch, roll.
    pub head_rad: [f64; 3],
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use psivox_core::BLENDSHAPE_COUNT;

    /// A take at a steady pace, whose first shape, yaw and f0 are functions of the place.
    pub fn steady(pace: f64, rate_hz: f64, duration_s: f64, shape: impl Fn(f64) -> f32) -> Take {
        let spoken_samples = duration_s / pace * rate_hz;
        let frame = |index: i32| {
            let at = f64::from(index) * rate_hz / 60.0;
            let place_s = at / rate_hz * pace;
            let mut shapes = [0.0; BLENDSHAPE_COUNT];
            shapes[0] = shape(place_s);
            let head_rad = [shapes[0], 0.0, 0.0];
            let f0_hz = 100.0 * (1.0 + f64::from(shapes[0]));
            Frame {
                at,
                face_place_s: place_s,
                read_at: at,
                place_s,
                shapes,
                head_rad,
                f0_hz,
                jaw_lead_rad: 0.0,
                epsilon: 0.0,
            }
        };
        let frames = (0..).map(frame).take_while(|frame| frame.at < spoken_samples).collect();
        Take { frames, spoken_samples, ..Take::default() }
    }

    #[test]
    fn polylines_are_followed_and_end() {
        let points = [(0.0, 1.0), (2.0, 5.0), (2.0, 7.0), (3.0, 9.0)];
        for (x, expected) in
            [(-1.0, 1.0), (0.0, 1.0), (1.0, 3.0), (2.0, 7.0), (2.5, 8.0), (3.0, 9.0), (9.0, 9.0)]
        {
            assert_eq!(interpolate(&points, x), expected, "{x}");
        }
        assert_eq!(interpolate(&[], 1.0), 0.0);
    }

    #[test]
    fn another_pace_is_another_sample_of_the_same_face() {
        let wave = |place_s: f64| (0.5 + 0.4 * (6.0 * place_s).sin()) as f32;
        let (plain, slow) = (steady(1.0, 48_000.0, 2.0, wave), steady(0.8, 48_000.0, 2.0, wave));
        let (plain, slow) = (Course::of(&plain), Course::of(&slow));
        assert!((slow.sample(1.0) - 60_000.0).abs() < 1e-6 && (plain.sample(1.0) - 48_000.0).abs() < 1e-6);
        for step in 0..115 {
            let place_s = f64::from(step) / 60.0;
            let (a, b) = (plain.face(place_s).expect("a face"), slow.face(place_s).expect("a face"));
            assert!((a.shapes[0] - b.shapes[0]).abs() < 2e-3 && (a.head_rad[0] - b.head_rad[0]).abs() < 2e-3);
            let (a, b) = (plain.f0_hz(place_s).expect("sounds"), slow.f0_hz(place_s).expect("sounds"));
            assert!((a / b - 1.0).abs() < 2e-3);
        }
    }

    #[test]
    fn nothing_told_is_nothing_known() {
        let take = Take::default();
        let course = Course::of(&take);
        assert!(course.face(0.0).is_none() && course.f0_hz(0.0).is_none());
        assert_eq!((course.end_s(), course.sample(1.0)), (0.0, 0.0));
    }
}
