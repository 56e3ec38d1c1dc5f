//! What every knob of the glottis does to a knot.

use super::*;

const AXIS: KnotAxis = KnotAxis { base_hz: 1500.0, ratio: 9.0 };

fn shaped(phonation: Phonation) -> SoundKnot {
    let mut knot =
        SoundKnot { f0_hz: 200.0, envelope: [-3.0; ENVELOPE_KNOTS], gain: 1.0, ..SoundKnot::SILENT };
    PhonationCurves::new(&AXIS).shape(&phonation, 1.0, &mut knot);
    knot
}

/// Envelope and gain together at a frequency, dB against the unshaped knot.
fn change_db(knot: &SoundKnot, f_hz: f32) -> f32 {
    let at = AXIS.index(f_hz);
    let (left, u) = (at as usize, at.fract());
    let right = (left + 1).min(ENVELOPE_KNOTS - 1);
    let level = knot.envelope[left] + u * (knot.envelope[right] - knot.envelope[left]);
    (level + 3.0 + knot.gain.ln()) / DB_TO_NEPER
}

#[test]
fn modal_changes_no_bit() {
    let knot = shaped(Phonation::MODAL);
    assert_eq!((knot.envelope, knot.gain), ([-3.0; ENVELOPE_KNOTS], 1.0));
    assert_eq!(Phonation::MODAL.pull(), [0.0; 4]);
}

#[test]
fn tilt_is_a_slope_in_db_per_octave() {
    for tilt in [-6.0, -1.0, 3.0] {
        let knot = shaped(Phonation { tilt_db_per_octave: tilt, ..Phonation::MODAL });
        for f_hz in [350.0, 1_000.0, 1_900.0] {
            let slope = change_db(&knot, 2.0 * f_hz) - change_db(&knot, f_hz);
            assert!((slope - tilt).abs() < 0.15, "{slope} dB per octave at {f_hz} Hz for {tilt}");
        }
    }
}

/// Loudness of average speech, dB: what the compensation keeps.
fn loudness_db(knot: &SoundKnot) -> f32 {
    let curves = PhonationCurves::new(&AXIS);
    let power: f32 =
        (0..ENVELOPE_KNOTS).map(|j| curves.loudness[j] * (2.0 * (knot.envelope[j] + 3.0)).exp()).sum();
    10.0 * power.log10() + 20.0 * knot.gain.log10()
}

#[test]
fn timbre_is_not_loudness() {
    for step in -10..=10 {
        let along = step as f32 / 10.0;
        let tilted = shaped(Phonation { tilt_db_per_octave: 6.0 * along, ..Phonation::MODAL });
        assert!(loudness_db(&tilted).abs() < 0.2);
        let tense = shaped(Phonation { tension: along, ..Phonation::MODAL });
        assert!(loudness_db(&tense).abs() < 3.0, "{} dB", loudness_db(&tense));
        let breathy = shaped(Phonation { breath: along.abs(), ..Phonation::MODAL });
        assert!(loudness_db(&breathy).abs() < 2.0);
    }
}

#[test]
fn tension_flattens_and_takes_the_first_harmonic_back() {
    let (lax, tense) = (
        shaped(Phonation { tension: -1.0, ..Phonation::MODAL }),
        shaped(Phonation { tension: 1.0, ..Phonation::MODAL }),
    );
    let balance = |knot: &SoundKnot| change_db(knot, 3_000.0) - change_db(knot, 500.0);
    assert!(balance(&tense) > 5.0 && balance(&lax) < -5.0);
    let first = |knot: &SoundKnot| change_db(knot, 200.0) - change_db(knot, 400.0);
    assert!(first(&lax) > 2.0 && first(&tense) < -2.0, "H1-H2 {} and {}", first(&lax), first(&tense));
}

#[test]
fn breath_lets_the_highest_go_first_and_the_lowest_near_the_end() {
    let pull = |breath| Phonation { breath, ..Phonation::MODAL }.pull();
    assert_eq!(pull(0.5)[0], 0.0);
    assert!(pull(0.5)[1] > -2.0 && pull(0.5)[3] < -2.5);
    assert!(pull(1.0)[0] < -3.0);
    for pair in (0..=10).map(|i| pull(i as f32 / 10.0)).collect::<Vec<_>>().windows(2) {
        assert!(pair[0].iter().zip(pair[1]).all(|(a, b)| b <= *a), "monotone");
    }
}

#[test]
fn whisper_lets_go_of_all_the_lowest_last() {
    let pull = |whisper| Phonation { whisper, ..Phonation::MODAL }.pull();
    assert_eq!(pull(0.2)[0], 0.0);
    assert!(pull(0.2)[3] < -2.0);
    let h = pull(1.0).map(|pull| crate::sound::coherence_after_pull(1.0, pull));
    assert!(h.iter().all(|h| *h < 1e-4), "{h:?}");
}

#[test]
fn a_whisper_lacks_the_first_formant_s_region_and_keeps_the_top() {
    let knot = shaped(Phonation { whisper: 1.0, ..Phonation::MODAL });
    assert!((change_db(&knot, 350.0) - WHISPER_DB).abs() < 0.5);
    assert!(change_db(&knot, 6_000.0).abs() < 0.5);
    assert!((change_db(&knot, 1_400.0) - 0.5 * WHISPER_DB).abs() < 1.0);
}

#[test]
fn falsetto_is_steep_with_a_strong_first_harmonic_at_the_same_loudness() {
    let knot = shaped(Phonation { falsetto: 1.0, ..Phonation::MODAL });
    let slope = change_db(&knot, 2_400.0) - change_db(&knot, 1_200.0);
    assert!((slope - FALSETTO_DB_PER_OCTAVE).abs() < 0.3, "{slope} dB per octave");
    let first = change_db(&knot, 200.0) - change_db(&knot, 400.0);
    assert!(first > 5.0, "H1-H2 {first}");
    assert!((loudness_db(&knot) - FALSETTO_LEVEL_DB).abs() < 0.3, "{} dB", loudness_db(&knot));
}

#[test]
fn registers_bring_f0_down_and_never_up() {
    let fallen = |phonation: Phonation, f0_hz: f32| f0_hz * phonation.fall(f0_hz.ln()).exp();
    let (creak, whisper) =
        (Phonation { creak: 1.0, ..Phonation::MODAL }, Phonation { whisper: 1.0, ..Phonation::MODAL });
    for f0_hz in [60.0f32, 90.0, 150.0, 400.0] {
        assert_eq!(Phonation::MODAL.fall(f0_hz.ln()), 0.0);
        assert!((fallen(creak, f0_hz) - f0_hz.min(CREAK_F0_HZ)).abs() < 0.01);
        assert!((fallen(whisper, f0_hz) - f0_hz.min(WHISPER_F0_HZ)).abs() < 0.01);
    }
}

#[test]
fn modal_cycles_are_steady_and_unvoiced_ones_too() {
    assert_eq!(Phonation::MODAL.glottis(1.0), Glottis::STEADY);
    let rough = Phonation { creak: 1.0, jitter_percent: 2.0, shimmer_db: 1.0, ..Phonation::MODAL };
    assert_eq!(rough.glottis(0.0), Glottis::STEADY);
    let creaky = rough.glottis(1.0);
    assert!(creaky.subharmonic == 1.0 && creaky.jitter > 0.02 && creaky.shimmer_db > 1.0);
}

/// What the old knobs do is the same bit for bit whether or not the new ones are there at 0.
#[test]
fn phonate_without_registers_is_shape() {
    let phonation = Phonation { tension: 0.4, breath: 0.3, tilt_db_per_octave: 1.0, ..Phonation::MODAL };
    let shaped = shaped(phonation);
    let mut phonated =
        SoundKnot { f0_hz: 200.0, envelope: [-3.0; ENVELOPE_KNOTS], gain: 1.0, ..SoundKnot::SILENT };
    PhonationCurves::new(&AXIS).phonate(&phonation, 1.0, &mut phonated);
    assert!(shaped.envelope == phonated.envelope && shaped.gain == phonated.gain);
    assert!(phonated.coherence == SoundKnot::SILENT.coherence && phonated.glottis == Glottis::STEADY);
}

#[test]
fn the_bands_share_all_of_the_power() {
    for f_hz in [0.0, 500.0, 800.0, 1_000.0, 2_000.0, 3_500.0, 5_000.0, 7_500.0, 11_000.0] {
        let shares = band_shares(f_hz);
        assert!((shares.iter().sum::<f32>() - 1.0).abs() < 1e-6 && shares.iter().all(|s| *s >= 0.0));
    }
    assert_eq!((band_shares(500.0)[0], band_shares(1_000.0)[1], band_shares(9e3)[3]), (1.0, 0.5, 1.0));
}

#[test]
fn unvoiced_sound_is_not_aspirated() {
    let mut knot = SoundKnot { gain: 1.0, ..SoundKnot::SILENT };
    let before = knot.envelope;
    PhonationCurves::new(&AXIS).shape(&Phonation { breath: 1.0, ..Phonation::MODAL }, 0.0, &mut knot);
    assert_eq!(knot.envelope, before);
}
