//! The spectrum of a hum: the vowel's envelope gives way to the murmur of a closed mouth.
//!
//! With the lips closed the sound leaves by the nose: one strong resonance near 270 Hz, weak ones near 1.0, 2.2 and
//! 3.3 kHz with wide bandwidths, a zero of the closed mouth near 750 Hz, and a fall of 15-20 dB above the first (Fant 1960,
//! "Acoustic Theory of Speech Production", chapter 2.4; Fujimura 1962, "Analysis of nasal consonants").
//! Sanity: degree 0 changes no bit; at 1 the vowel's own formants are gone; silence stays silent.

use crate::voice::{DB_TO_NEPER, ENVELOPE_KNOTS, KnotAxis};

/// Frequency in Hz and level in dB of the murmur, straight lines between.
const MURMUR: [(f32, f32); 13] = [
    (60.0, -4.0),
    (180.0, -1.0),
    (270.0, 0.0),
    (400.0, -5.0),
    (550.0, -13.0),
    (750.0, -21.0),
    (1_000.0, -16.0),
    (1_500.0, -21.0),
    (2_200.0, -19.0),
    (2_800.0, -24.0),
    (3_300.0, -24.0),
    (5_000.0, -34.0),
    (9_000.0, -44.0),
];
/// Where the level of the sound is read that goes on through the nose.
const VOICE_BAR_HZ: [f32; 2] = [90.0, 420.0];

/// Moves an envelope (ln amplitudes at the axis' knots) towards the murmur of closed lips. `degree` in 0..=1.
pub fn hum_shape(envelope: &mut [f32; ENVELOPE_KNOTS], axis: &KnotAxis, degree: f32) {
    if degree.is_nan() || degree <= 0.0 {
        return;
    }
    let degree = degree.min(1.0);
    let knots_hz: [f32; ENVELOPE_KNOTS] = std::array::from_fn(|j| axis.knot_hz(j as f32));
    // The mean over the low knots of what the envelope has above the murmur.
    let (mut sum, mut count) = (0.0, 0.0);
    for (level, f_hz) in envelope.iter().zip(knots_hz) {
        if (VOICE_BAR_HZ[0]..=VOICE_BAR_HZ[1]).contains(&f_hz) {
            sum += level - murmur(f_hz);
            count += 1.0;
        }
    }
    if count == 0.0 {
        return;
    }
    for (level, f_hz) in envelope.iter_mut().zip(knots_hz) {
        *level += degree * (sum / count + murmur(f_hz) - *level);
    }
}

/// ln amplitude of the murmur.
fn murmur(f_hz: f32) -> f32 {
    let next = MURMUR.iter().position(|point| point.0 >= f_hz).unwrap_or(MURMUR.len() - 1).max(1);
    let (a, b) = (MURMUR[next - 1], MURMUR[next]);
    let u = ((f_hz - a.0) / (b.0 - a.0)).clamp(0.0, 1.0);
    DB_TO_NEPER * (a.1 + u * (b.1 - a.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const AXIS: KnotAxis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };

    /// A vowel like a: formants at 700 and 1200 Hz.
    fn vowel() -> [f32; ENVELOPE_KNOTS] {
        std::array::from_fn(|j| {
            let f_hz = AXIS.knot_hz(j as f32);
            let peak = |at: f32| (-((f_hz / at).ln() / 0.25).powi(2)).exp();
            -5.0 + 2.0 * peak(700.0) + 1.5 * peak(1_200.0) - 0.4 * (f_hz / 1_000.0)
        })
    }

    fn hummed(degree: f32) -> [f32; ENVELOPE_KNOTS] {
        let mut envelope = vowel();
        hum_shape(&mut envelope, &AXIS, degree);
        envelope
    }

    fn level_db(envelope: &[f32], f_hz: f32) -> f32 {
        envelope[AXIS.index(f_hz).round() as usize] / DB_TO_NEPER
    }

    #[test]
    fn nothing_at_0_and_a_murmur_at_1() {
        assert_eq!(hummed(0.0), vowel());
        assert_eq!(hummed(f32::NAN), vowel());
        let hum = hummed(1.0);
        for f_hz in [800.0, 1_500.0, 3_000.0] {
            let below = level_db(&hum, 270.0) - level_db(&hum, f_hz);
            assert!((14.0..30.0).contains(&below), "{below} dB at {f_hz} Hz");
        }
        let peak = (0..ENVELOPE_KNOTS).max_by(|a, b| hum[*a].total_cmp(&hum[*b])).expect("a peak");
        assert!((200.0..320.0).contains(&AXIS.knot_hz(peak as f32)));
        assert!((level_db(&hum, 200.0) - level_db(&vowel(), 200.0)).abs() < 3.0, "the voice bar goes on");
    }

    #[test]
    fn continuous_and_silent_in_silence() {
        for step in 0..10 {
            let (a, b) = (hummed(step as f32 / 10.0), hummed((step + 1) as f32 / 10.0));
            assert!(a.iter().zip(&b).all(|(a, b)| (a - b).abs() < 0.6));
        }
        let mut silence = [-12.0; ENVELOPE_KNOTS];
        hum_shape(&mut silence, &AXIS, 1.0);
        assert!(silence.iter().all(|level| *level < -11.0));
    }
}
