//! What a mechanism changes, gathered line by line: differences from the reference, and figures of the take alone.

use super::phase::{Directions, LagMeter};
use super::place::{Course, PLACES_HZ};
use super::spectrum::{SpectrumMeter, log_spectral_distance_db};
use super::take::Take;
use psivox_core::Score;
use psivox_core::face::Shape;
use psivox_core::score::read;
use psivox_core::voice::ENVELOPE_KNOTS;

/// Bins this far below the loudest one of a line's reference are not heard: 60 dB.
const FLOOR: f64 = 1e-6;
/// Windows this far below the loudest one of a line's reference have no level: 50 dB.
const QUIET: f64 = 3.16e-3;
/// Voicing from which on a place of the score is voiced.
const VOICED: f32 = 0.5;

/// A mean that does not know of what yet.
#[derive(Debug, Clone, Copy, Default)]
pub struct Mean {
    sum: f64,
    count: f64,
}

impl Mean {
    /// Adds a value.
    pub fn add(&mut self, value: f64) {
        self.sum += value;
        self.count += 1.0;
    }

    /// The mean; 0 of nothing.
    pub fn value(&self) -> f64 {
        self.sum / self.count.max(1.0)
    }

    /// The root of the mean.
    pub fn root(&self) -> f64 {
        self.value().sqrt()
    }
}

/// Figures of takes alone.
#[derive(Debug, Default)]
pub struct Figures {
    jaw: Directions,
    lag: LagMeter,
    epsilon: Mean,
    /// Broken rules, in faces and knots.
    pub unlawful: u32,
    /// Surprises.
    pub surprises: u32,
}

impl Figures {
    /// Adds a line.
    pub fn add(&mut self, score: &Score, take: &Take, meter: &SpectrumMeter) {
        for frame in &take.frames {
            if prominence(score, frame.place_s) > 0.0 {
                self.jaw.add(frame.jaw_lead_rad);
            }
            self.epsilon.add(frame.epsilon);
        }
        let jaw: Vec<f64> =
            take.frames.iter().map(|frame| f64::from(frame.shapes[Shape::JawOpen as usize])).collect();
        let envelope: Vec<f64> = take.frames.iter().map(|frame| meter.rms(&take.sound, frame.at)).collect();
        self.lag.add(&jaw, &envelope);
        self.unlawful += take.unlawful;
        self.surprises += take.surprises;
    }

    /// Spread of the jaw's phase about the syllable clock's while syllables sound.
    pub fn jaw_jitter_rad(&self) -> Option<f64> {
        self.jaw.deviation_rad()
    }

    /// Lag of the jaw behind the sound's envelope.
    pub fn jaw_lag_ms(&self) -> Option<f64> {
        self.lag.lag().map(|frames| frames * 1e3 / PLACES_HZ)
    }

    /// Mean error of the forecasts.
    pub fn epsilon(&self) -> f64 {
        self.epsilon.value()
    }
}

/// Prominence of the beat at a place: 0 in rests.
fn prominence(score: &Score, place_s: f64) -> f32 {
    let after = score.beats.partition_point(|beat| f64::from(beat.start_s) <= place_s);
    after.checked_sub(1).map_or(0.0, |beat| score.beats[beat].prominence)
}

/// Differences of takes from those of a reference.
#[derive(Debug, Default)]
pub struct Differences {
    spectrum_db: Mean,
    band_db: Mean,
    level_db: Mean,
    sample: f64,
    sample_reference: f64,
    spoken: f64,
    spoken_reference: f64,
    onset: Mean,
    f0_st: Mean,
    face: Mean,
    head: Mean,
}

impl Differences {
    /// Adds a line.
    pub fn add(&mut self, score: &Score, reference: &Take, take: &Take, meter: &SpectrumMeter) {
        self.add_samples(&reference.sound, &take.sound);
        self.spoken += take.spoken_samples;
        self.spoken_reference += reference.spoken_samples;
        for (a, b) in reference.onsets.iter().zip(&take.onsets) {
            self.onset.add((a - b).powi(2));
        }
        let (a, b) = (Course::of(reference), Course::of(take));
        let end_s = a.end_s().min(b.end_s());
        let places: Vec<f64> =
            (0..).map(|index| f64::from(index) / PLACES_HZ).take_while(|place_s| *place_s <= end_s).collect();
        self.add_sound(&places, (&a, reference), (&b, take), meter);
        for place_s in places {
            self.add_f0(score, place_s, &a, &b);
            self.add_face(place_s, &a, &b);
        }
    }

    fn add_samples(&mut self, reference: &[f32], sound: &[f32]) {
        let sample = |sound: &[f32], index: usize| sound.get(index).map_or(0.0, |sample| f64::from(*sample));
        for index in 0..reference.len().max(sound.len()) {
            let (a, b) = (sample(reference, index), sample(sound, index));
            self.sample += (a - b).powi(2);
            self.sample_reference += a.powi(2);
        }
    }

    fn add_sound(&mut self, places: &[f64], a: (&Course, &Take), b: (&Course, &Take), meter: &SpectrumMeter) {
        let look = |(course, take): (&Course, &Take)| -> Vec<(Vec<f64>, f64)> {
            let at = |place_s: &f64| course.sample(*place_s);
            let window = |at| (meter.powers(&take.sound, at), meter.rms(&take.sound, at));
            places.iter().map(at).map(window).collect()
        };
        let (reference, other) = (look(a), look(b));
        let peak = |powers: &[f64]| powers.iter().fold(0.0f64, |peak, power| peak.max(*power));
        let floor = FLOOR * reference.iter().map(|(powers, _)| peak(powers)).fold(0.0, f64::max);
        let band_floor =
            FLOOR * reference.iter().map(|(powers, _)| peak(&meter.bands(powers))).fold(0.0, f64::max);
        let loudest = reference.iter().fold(0.0f64, |loudest, (_, rms)| loudest.max(*rms));
        for ((powers_a, rms_a), (powers_b, rms_b)) in reference.iter().zip(&other) {
            if let Some(distance_db) = log_spectral_distance_db(powers_a, powers_b, floor) {
                self.spectrum_db.add(distance_db);
            }
            let (bands_a, bands_b) = (meter.bands(powers_a), meter.bands(powers_b));
            if let Some(distance_db) = log_spectral_distance_db(&bands_a, &bands_b, band_floor) {
                self.band_db.add(distance_db);
            }
            if rms_a.min(*rms_b) > QUIET * loudest {
                self.level_db.add((20.0 * (rms_b / rms_a).log10()).powi(2));
            }
        }
    }

    fn add_f0(&mut self, score: &Score, place_s: f64, a: &Course, b: &Course) {
        if read(score, place_s as f32)[ENVELOPE_KNOTS] < VOICED {
            return;
        }
        if let (Some(a), Some(b)) = (a.f0_hz(place_s), b.f0_hz(place_s)) {
            self.f0_st.add((12.0 * (b / a).log2()).powi(2));
        }
    }

    fn add_face(&mut self, place_s: f64, a: &Course, b: &Course) {
        let (Some(a), Some(b)) = (a.face(place_s), b.face(place_s)) else { return };
        self.face.add(a.shapes.iter().zip(&b.shapes).map(|(a, b)| (a - b).abs()).sum());
        self.head.add(a.head_rad.iter().zip(&b.head_rad).map(|(a, b)| (a - b).powi(2)).sum());
    }

    /// Mean distance of the spectra at equal places.
    pub fn log_spectral_distance_db(&self) -> f64 {
        self.spectrum_db.value()
    }

    /// As [`Self::log_spectral_distance_db`], of the spectra in bands.
    pub fn band_distance_db(&self) -> f64 {
        self.band_db.value()
    }

    /// Rms of the difference of the samples over the reference's rms, line by line from the same start.
    pub fn sample_percent(&self) -> f64 {
        100.0 * (self.sample / self.sample_reference.max(f64::MIN_POSITIVE)).sqrt()
    }

    /// Change of the length of all lines.
    pub fn duration_percent(&self) -> f64 {
        if self.spoken_reference > 0.0 { 100.0 * (self.spoken / self.spoken_reference - 1.0) } else { 0.0 }
    }

    /// Rms shift of the phones' onsets, counted from their lines' starts, in samples.
    pub fn onset_samples(&self) -> f64 {
        self.onset.root()
    }

    /// Rms change of f0 where both are voiced.
    pub fn f0_st(&self) -> f64 {
        self.f0_st.root()
    }

    /// Rms change of the level of windows that both sound in.
    pub fn level_db(&self) -> f64 {
        self.level_db.root()
    }

    /// Sum over the shapes of the change, mean over places.
    pub fn face(&self) -> f64 {
        self.face.value()
    }

    /// Rms over places of the length of the change of the head's three angles.
    pub fn head_deg(&self) -> f64 {
        self.head.root().to_degrees()
    }
}

#[cfg(test)]
mod tests {
    use super::super::place::tests::steady;
    use super::*;
    use psivox_core::score::Beat;

    const RATE_HZ: f64 = 48_000.0;

    fn score(duration_s: f32) -> Score {
        let mut score = Score::empty(psivox_core::Engine::resting_speaker());
        let mut frame = [0.0; psivox_core::score::SCORE_CHANNELS];
        frame[ENVELOPE_KNOTS] = 1.0;
        score.frames = vec![frame; (duration_s * 240.0) as usize + 1];
        score.beats = vec![Beat { start_s: 0.0, end_s: duration_s, prominence: 1.0 }];
        score
    }

    /// A tone that turns with the place of the score, so that another pace is another length of the same sound.
    fn sounding(mut take: Take, gain: f32) -> Take {
        let length = take.spoken_samples as usize;
        let tone = |i: usize| gain * (i as f32 * 0.05).sin() * (1.0 + (i as f32 * 0.37).sin());
        take.sound = (0..length).map(tone).collect();
        take.onsets = vec![0.0, take.spoken_samples / 2.0];
        take
    }

    fn differences(reference: &Take, take: &Take) -> Differences {
        let mut differences = Differences::default();
        differences.add(&score(2.0), reference, take, &SpectrumMeter::new(RATE_HZ));
        differences
    }

    #[test]
    fn a_take_does_not_differ_from_itself() {
        let take = sounding(steady(1.0, RATE_HZ, 2.0, |place_s| place_s as f32 * 0.3), 0.1);
        let same = differences(&take, &take);
        for found in [
            same.log_spectral_distance_db(),
            same.band_distance_db(),
            same.sample_percent(),
            same.duration_percent(),
            same.onset_samples(),
            same.f0_st(),
            same.level_db(),
            same.face(),
            same.head_deg(),
        ] {
            assert_eq!(found, 0.0);
        }
    }

    #[test]
    fn gains_shapes_and_pitch_are_read_off() {
        let plain = sounding(steady(1.0, RATE_HZ, 2.0, |_| 0.2), 0.1);
        let other = sounding(steady(1.0, RATE_HZ, 2.0, |_| 0.5), 0.2);
        let found = differences(&plain, &other);
        assert!((found.level_db() - 6.0206).abs() < 1e-3, "{}", found.level_db());
        assert!(
            found.band_distance_db() > 0.1 && found.band_distance_db() < 6.021,
            "{}",
            found.band_distance_db()
        );
        assert!((found.sample_percent() - 100.0).abs() < 1e-3, "{}", found.sample_percent());
        assert!((found.face() - 0.3).abs() < 1e-6, "{}", found.face());
        assert!((found.head_deg() - 0.3f64.to_degrees()).abs() < 1e-4, "{}", found.head_deg());
        let expected_st = 12.0 * (1.5f64 / 1.2).log2();
        assert!((found.f0_st() - expected_st).abs() < 1e-5, "{}", found.f0_st());
        assert_eq!((found.duration_percent(), found.onset_samples()), (0.0, 0.0));
    }

    #[test]
    fn a_change_of_pace_is_one_of_length_not_of_face() {
        let plain = sounding(steady(1.0, RATE_HZ, 2.0, |place_s| place_s as f32 * 0.3), 0.1);
        let slow = sounding(steady(0.8, RATE_HZ, 2.0, |place_s| place_s as f32 * 0.3), 0.1);
        let found = differences(&plain, &slow);
        assert!((found.duration_percent() - 25.0).abs() < 1e-6);
        // One of two onsets is 12 000 samples late.
        assert!((found.onset_samples() - 12_000.0 / 2f64.sqrt()).abs() < 1e-6);
        assert!(found.face() < 1e-5 && found.f0_st() < 1e-4, "{} {}", found.face(), found.f0_st());
    }

    #[test]
    fn the_jaw_is_heard_while_syllables_sound() {
        let mut take = sounding(steady(1.0, RATE_HZ, 2.0, |_| 0.2), 0.1);
        for (index, frame) in take.frames.iter_mut().enumerate() {
            frame.jaw_lead_rad = if index % 2 == 0 { 0.5 } else { -0.5 };
            frame.epsilon = 0.25;
        }
        let mut figures = Figures::default();
        figures.add(&score(2.0), &take, &SpectrumMeter::new(RATE_HZ));
        let expected = (-2.0 * 0.5f64.cos().ln()).sqrt();
        assert!((figures.jaw_jitter_rad().expect("frames") - expected).abs() < 1e-9);
        assert_eq!(figures.epsilon(), 0.25);
        let mut resting = score(2.0);
        resting.beats[0].prominence = 0.0;
        let mut figures = Figures::default();
        figures.add(&resting, &take, &SpectrumMeter::new(RATE_HZ));
        assert!(figures.jaw_jitter_rad().is_none());
    }
}
