//! The glottis as a performer's instrument, on vowels of the voice that ships: every knob does to the sound what its unit
//! says, and none clicks.

use psivox_core::score::Score;
use psivox_core::sound::{
    Noise, OscillatorBank, Phonation, PhonationCurves, SoundKnot, coherence_after_pull,
};
use psivox_core::voice::ENVELOPE_KNOTS;
use psivox_tests::listener::plan;
use psivox_tests::measure::{bands_db, hnr_db, largest_step, rms};
use std::sync::{Arc, OnceLock};

const RATE: f32 = 48_000.0;
const HOP: usize = 200;
const TICKS_PER_S: usize = 240;

fn score() -> Arc<Score> {
    static SCORE: OnceLock<Arc<Score>> = OnceLock::new();
    Arc::clone(SCORE.get_or_init(|| plan("My father said that he would see it all again.")))
}

/// The middles of the fully voiced vowels of the line: envelope and coherence.
fn vowels() -> Vec<SoundKnot> {
    let score = score();
    let middle = |phone: &psivox_core::score::ScorePhone| {
        let frame = score.frames[((0.5 * (phone.start_s + phone.end_s)) * TICKS_PER_S as f32) as usize];
        let band = |i: usize| frame[ENVELOPE_KNOTS + i].clamp(0.0, 1.0);
        let mut envelope = [0.0; ENVELOPE_KNOTS];
        envelope.copy_from_slice(&frame[..ENVELOPE_KNOTS]);
        let knot = SoundKnot {
            envelope,
            coherence: [1.0, band(1), band(2), band(3)],
            formant_ratio: 1.0,
            gain: 1.0,
            ..SoundKnot::SILENT
        };
        (band(0) > 0.9).then_some(knot)
    };
    score.phones.iter().filter(|phone| "ɑæiɛɔʌ".contains(phone.symbol)).filter_map(middle).collect()
}

/// A knot as the engine would shape it.
fn phonated(vowel: &SoundKnot, f0_hz: f32, phonation: &Phonation) -> SoundKnot {
    let pull = phonation.pull();
    let mut knot = SoundKnot {
        f0_hz: f0_hz * phonation.fall(f0_hz.ln()).exp(),
        coherence: std::array::from_fn(|i| coherence_after_pull(vowel.coherence[i], pull[i])),
        ..*vowel
    };
    knot.gain *= (0.5 * phonation.fall(f0_hz.ln())).exp();
    curves().phonate(phonation, 1.0, &mut knot);
    knot
}

fn curves() -> &'static PhonationCurves {
    static CURVES: OnceLock<PhonationCurves> = OnceLock::new();
    CURVES.get_or_init(|| PhonationCurves::new(&score().speaker.axis))
}

fn play(knots: impl Iterator<Item = SoundKnot>) -> Vec<f32> {
    let speaker = score().speaker;
    let mut bank = OscillatorBank::new(RATE, speaker.axis, speaker.noise_gain, HOP, 1);
    let mut sound = Vec::new();
    for knot in knots {
        let start = sound.len();
        sound.resize(start + HOP, 0.0);
        bank.render(&knot, &mut sound[start..]);
    }
    sound
}

/// Two seconds of a vowel, without its beginning.
fn held(vowel: &SoundKnot, f0_hz: f32, phonation: &Phonation) -> Vec<f32> {
    let knot = phonated(vowel, f0_hz, phonation);
    play(std::iter::repeat_n(knot, 2 * TICKS_PER_S + 20))[20 * HOP..].to_vec()
}

/// The same with the life that the engine gives to a held vowel: half a percent of f0, drawn anew every tick.
fn held_alive(vowel: &SoundKnot, f0_hz: f32, phonation: &Phonation) -> Vec<f32> {
    let mut noise = Noise::new(5);
    let knot = phonated(vowel, f0_hz, phonation);
    let alive = (0..2 * TICKS_PER_S + 20).map(|_| {
        let mut tick = knot;
        tick.f0_hz *= (0.005 * noise.gaussian()).exp();
        tick
    });
    play(alive)[20 * HOP..].to_vec()
}

fn db(ratio: f32) -> f32 {
    20.0 * ratio.log10()
}

fn mean(x: &[f32]) -> f32 {
    x.iter().sum::<f32>() / x.len() as f32
}

/// Highest normalised autocorrelation at the periods of 60 to 500 Hz, mean over windows of 60 ms.
fn periodicity(sound: &[f32]) -> f32 {
    let window = (0.06 * RATE) as usize;
    let (shortest, longest) = ((RATE / 500.0) as usize, (RATE / 60.0) as usize);
    let peaks: Vec<f32> = sound
        .windows(window + longest)
        .step_by(window)
        .map(|part| {
            let at = |lag: usize| {
                let (a, b) = (&part[..window], &part[lag..lag + window]);
                let dot = |x: &[f32], y: &[f32]| x.iter().zip(y).map(|(x, y)| x * y).sum::<f32>();
                dot(a, b) / (dot(a, a) * dot(b, b)).sqrt().max(1e-20)
            };
            (shortest..longest).step_by(2).map(at).fold(0.0, f32::max)
        })
        .collect();
    mean(&peaks)
}

#[test]
fn the_harmonics_to_noise_ratio_moves_as_asked() {
    let vowels = vowels();
    assert!(vowels.len() >= 4, "{} vowels", vowels.len());
    for f0_hz in [120.0, 220.0] {
        let (mut means, mut off) = (Vec::new(), Vec::new());
        for asked in [-6.0, -4.0, -2.0, -1.0, 0.0, 1.0, 2.0, 6.0] {
            let of = |hnr: f32, vowel: &SoundKnot| {
                let phonation = Phonation { hnr_db: hnr, ..Phonation::MODAL };
                hnr_db(&held_alive(vowel, f0_hz, &phonation), RATE, f0_hz)
            };
            let moved: Vec<f32> = vowels.iter().map(|vowel| of(asked, vowel) - of(0.0, vowel)).collect();
            println!("f0 {f0_hz}, hnr {asked:+} dB: mean {:+.2}, each {moved:.2?}", mean(&moved));
            means.push(mean(&moved));
            if (-4.0..=1.0).contains(&asked) {
                off.extend(moved.iter().map(|moved| moved - asked));
            }
        }
        let own = |vowel: &SoundKnot| hnr_db(&held_alive(vowel, f0_hz, &Phonation::MODAL), RATE, f0_hz);
        println!("means {means:.2?}, off {off:.2?}");
        println!("own HNR at {f0_hz} Hz: {:.1?} dB", vowels.iter().map(own).collect::<Vec<_>>());
        assert!(means.windows(2).all(|pair| pair[1] > pair[0] - 0.05), "monotone: {means:?}");
        assert!(off.iter().all(|off| off.abs() < 0.7), "{off:?}");
    }
}

#[test]
fn noise_is_not_loudness() {
    for vowel in vowels() {
        let own = rms(&held(&vowel, 180.0, &Phonation::MODAL));
        for hnr in [-6.0, 6.0] {
            let with = rms(&held(&vowel, 180.0, &Phonation { hnr_db: hnr, ..Phonation::MODAL }));
            assert!(db(with / own).abs() < 1.0, "{hnr} dB of HNR change the level by {} dB", db(with / own));
        }
    }
}

#[test]
fn a_whisper_has_no_period_and_the_level_of_breath() {
    let whisper = |degree| Phonation { whisper: degree, ..Phonation::MODAL };
    let mut falls = Vec::new();
    for f0_hz in [120.0, 220.0] {
        for vowel in vowels() {
            let (own, whispered) = (held(&vowel, f0_hz, &whisper(0.0)), held(&vowel, f0_hz, &whisper(1.0)));
            let (before, after) = (periodicity(&own), periodicity(&whispered));
            let edges = [200.0, 1_000.0, 5_000.0, 9_000.0];
            let bands: Vec<f32> = bands_db(&whispered, RATE, &edges)
                .iter()
                .zip(bands_db(&own, RATE, &edges))
                .map(|(a, b)| a - b)
                .collect();
            let fall = db(rms(&whispered) / rms(&own));
            println!(
                "f0 {f0_hz}: periodicity {before:.2} -> {after:.2}, level {fall:.1} dB, bands {bands:.1?}"
            );
            assert!(before > 0.8 && after < 0.3, "{before} {after}");
            assert!(bands[0] < -11.0 && bands[2].abs() < 2.5, "{bands:?}");
            falls.push(fall);
        }
    }
    let fall = mean(&falls);
    assert!((-19.0..-11.0).contains(&fall), "{fall} dB");
    for vowel in vowels().iter().take(3) {
        let ladder: Vec<f32> =
            [0.0, 0.25, 0.5, 0.75, 1.0].map(|w| periodicity(&held(vowel, 150.0, &whisper(w)))).into();
        assert!(ladder.windows(2).all(|pair| pair[1] < pair[0] + 0.03), "{ladder:?}");
    }
}

/// Peaks of a curve over third octaves in steps of 1/24, Hz.
fn formants_hz(sound: &[f32]) -> Vec<f32> {
    let at_hz = |i: usize| 200.0 * 2f32.powf(i as f32 / 24.0);
    let edges: Vec<f32> = (0..=100).map(at_hz).collect();
    let bands = bands_db(sound, RATE, &edges);
    let smooth: Vec<f32> = bands.windows(9).map(mean).collect();
    (4..smooth.len() - 4)
        .filter(|i| smooth[i - 4..i + 5].iter().all(|level| *level <= smooth[*i]))
        .map(|i| at_hz(i + 4) * 2f32.powf(0.5 / 24.0))
        .collect()
}

#[test]
fn a_whisper_keeps_its_vowel() {
    for vowel in vowels() {
        // All partials free on a close grid: the vowel's own spectrum without harmonics.
        let free = SoundKnot { coherence: [0.0; 4], ..vowel };
        let own = formants_hz(&held(&free, 60.0, &Phonation::MODAL));
        let whispered = formants_hz(&held(&vowel, 60.0, &Phonation { whisper: 1.0, ..Phonation::MODAL }));
        println!("formants {own:.0?} -> {whispered:.0?}");
        for formant in own.iter().take(3) {
            let nearest =
                whispered.iter().map(|f| (f / formant).ln()).min_by(|a, b| a.abs().total_cmp(&b.abs()));
            let moved = nearest.expect("a peak");
            assert!((-0.06..0.1).contains(&moved), "{formant} Hz of {own:?} moves to {whispered:?}");
        }
    }
}

/// Levels of the harmonics 1 .. 20 in dB.
fn harmonics_db(sound: &[f32], f0_hz: f32) -> Vec<f32> {
    let edges: Vec<f32> =
        (1..=20).flat_map(|k| [k as f32 - 0.3, k as f32 + 0.3]).map(|k| k * f0_hz).collect();
    bands_db(sound, RATE, &edges).into_iter().step_by(2).collect()
}

#[test]
fn falsetto_is_thin() {
    let f0_hz = 280.0;
    for vowel in vowels() {
        let of = |falsetto| held(&vowel, f0_hz, &Phonation { falsetto, ..Phonation::MODAL });
        let takes = [0.0, 0.5, 1.0].map(of);
        let [own, half, full] = [0, 1, 2].map(|i| harmonics_db(&takes[i], f0_hz));
        let first = |levels: &[f32]| levels[1] - levels[0];
        assert!(first(&full) < first(&half) - 1.5 && first(&half) < first(&own) - 1.5, "H2-H1");
        let upper = |levels: &[f32]| mean(&levels[7..15]) - levels[0];
        assert!(upper(&full) < upper(&own) - 10.0, "{} {}", upper(&full), upper(&own));
        let level = db(rms(&takes[2]) / rms(&takes[0]));
        println!(
            "falsetto: H2-H1 {:.1} -> {:.1} dB, upper {:.1} -> {:.1} dB, level {level:.1} dB",
            first(&own),
            first(&full),
            upper(&own),
            upper(&full)
        );
        assert!((-6.0..4.0).contains(&level));
    }
}

#[test]
fn creak_halves_the_pulse_rate_slows_and_softens() {
    let vowel = vowels()[0];
    let creaky = |creak| Phonation { creak, ..Phonation::MODAL };
    // Between the partials of the f0 that it comes to.
    let half_db = |creak: f32| {
        let knot = phonated(&vowel, 110.0, &creaky(creak));
        let sound = play(std::iter::repeat_n(knot, 4 * TICKS_PER_S));
        let f0 = knot.f0_hz;
        let bands = bands_db(&sound, RATE, &[0.3, 0.7, 1.3, 1.7].map(|order| order * f0));
        0.5 * (bands[0] + bands[2]) - bands[1]
    };
    let ladder: Vec<f32> = (0..=5).map(|i| half_db(i as f32 / 5.0)).collect();
    println!("odd halves against the first harmonic: {ladder:.1?} dB");
    assert!(ladder[..5].windows(2).all(|pair| pair[1] > pair[0] + 0.5), "{ladder:?}");
    assert!(ladder[5] > -4.0 && ladder[5] > ladder[4] - 0.3, "{ladder:?}");
    let fallen = |creak: f32, f0_hz: f32| f0_hz * creaky(creak).fall(f0_hz.ln()).exp();
    assert_eq!(fallen(0.0, 200.0), 200.0);
    assert!((fallen(1.0, 200.0) / 2.0 - 48.0).abs() < 1.0 && (fallen(1.0, 80.0) - 80.0).abs() < 1e-3);
    let level = db(rms(&held(&vowel, 150.0, &creaky(1.0))) / rms(&held(&vowel, 150.0, &creaky(0.0))));
    println!("creak: level {level:.1} dB");
    assert!((-10.0..-1.0).contains(&level), "{level} dB");
}

/// A setting for a place in 0..=1.
type Knob = fn(f32) -> Phonation;

/// Each knob from 0 to its end and back within a second, moved at every tick: no step of the sound above twice what it has
/// without.
#[test]
fn no_knob_clicks() {
    let knobs: [(&str, Knob); 8] = [
        ("whisper", |x| Phonation { whisper: x, ..Phonation::MODAL }),
        ("creak", |x| Phonation { creak: x, ..Phonation::MODAL }),
        ("falsetto", |x| Phonation { falsetto: x, ..Phonation::MODAL }),
        ("jitter", |x| Phonation { jitter_percent: 5.0 * x, ..Phonation::MODAL }),
        ("shimmer", |x| Phonation { shimmer_db: 3.0 * x, ..Phonation::MODAL }),
        ("less noise", |x| Phonation { hnr_db: 6.0 * x, ..Phonation::MODAL }),
        ("more noise", |x| Phonation { hnr_db: -6.0 * x, ..Phonation::MODAL }),
        ("all", |x| Phonation {
            whisper: 0.6 * x,
            creak: x,
            falsetto: x,
            jitter_percent: 3.0 * x,
            shimmer_db: 2.0 * x,
            hnr_db: -6.0 * x,
            tension: x,
            breath: 0.5 * x,
            ..Phonation::MODAL
        }),
    ];
    for vowel in vowels().iter().take(3) {
        for (name, knob) in knobs {
            let course = |tick: usize| {
                let along = tick as f32 / TICKS_PER_S as f32;
                (1.0 - (2.0 * along - 1.0).abs()).clamp(0.0, 1.0)
            };
            let sound = |knob: Knob| {
                play((0..TICKS_PER_S + 40).map(|tick| {
                    let x = course(tick.saturating_sub(20).min(TICKS_PER_S));
                    phonated(vowel, 170.0, &knob(x))
                }))
            };
            let (own, moved) = (sound(|_| Phonation::MODAL), sound(knob));
            let (before, after) = (largest_step(&own[2_000..]), largest_step(&moved[2_000..]));
            println!("{name}: {:.1} dB against the sound's own step", db(after / before));
            assert!(after < 2.0 * before, "{name}: {after} against {before}");
            // Back where it was: the same partials, whatever was drawn meanwhile.
            let level = db(rms(&moved[moved.len() - 3_000..]) / rms(&own[own.len() - 3_000..]));
            assert!(level.abs() < 2.0, "{name} leaves the level {level} dB off");
        }
    }
}

/// Switched at once, from one tick to the next.
#[test]
fn no_switch_clicks() {
    for phonation in [
        Phonation { whisper: 1.0, ..Phonation::MODAL },
        Phonation { creak: 1.0, ..Phonation::MODAL },
        Phonation { falsetto: 1.0, ..Phonation::MODAL },
        Phonation { jitter_percent: 5.0, shimmer_db: 3.0, ..Phonation::MODAL },
    ] {
        for vowel in vowels().iter().take(3) {
            let (off, on) = (phonated(vowel, 170.0, &Phonation::MODAL), phonated(vowel, 170.0, &phonation));
            let switched = play((0..300).map(|tick| if (100..200).contains(&tick) { on } else { off }));
            let own = largest_step(&play(std::iter::repeat_n(off, 300))[2_000..]);
            let step = largest_step(&switched[2_000..]);
            assert!(step < 2.0 * own, "{phonation:?}: {step} against {own}");
        }
    }
}
