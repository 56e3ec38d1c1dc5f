//! The singing voice: vowels on their beats, notes in tune, in the score and in the sound that comes out of it.

use psivox_core::engine::NoTelemetry;
use psivox_core::phone::Phone;
use psivox_core::score::{LN_F0, SCORE_RATE_HZ};
use psivox_core::song::{Lyric, Song, Sung};
use psivox_core::{Engine, EngineConfig, Event, Persona, Planner, TimedEvent};
use psivox_tests::measure::{late_s, low_passed, rms};
use std::sync::Arc;

const RATE: f32 = 48_000.0;
const VIBRATO_HZ: f32 = 5.5;
const SONGS: [&str; 2] = [
    include_str!("../../presets/songs/twinkle.song"),
    include_str!("../../presets/songs/amazing_grace.song"),
];

fn planner(persona: &str) -> Planner {
    Planner::new(&Persona::named(persona).expect("a factory persona")).expect("the voice loads")
}

fn sung(planner: &Planner, song: &Song) -> Sung {
    planner.sing(song).expect("a song that can be sung")
}

fn midi(ln_f0: f32) -> f32 {
    69.0 + 12.0 * (ln_f0.exp() / 440.0).log2()
}

/// Times in s of the vowels of a score.
fn vowels_s(sung: &Sung) -> Vec<f32> {
    let is_vowel = |symbol| Phone::of(symbol).is_some_and(|phone| phone.is_vowel());
    sung.score.phones.iter().filter(|phone| is_vowel(phone.symbol)).map(|phone| phone.start_s).collect()
}

/// When each syllable has to start: the beats of the notes that are not held.
fn beats_s(song: &Song, sung: &Sung) -> Vec<f32> {
    let own = song.notes.iter().filter(|note| note.lyric != Lyric::Hold);
    own.map(|note| sung.first_beat_s + note.start_beats * song.beat_s()).collect()
}

#[test]
fn every_vowel_starts_on_its_beat() {
    let planner = planner("heart");
    for text in SONGS {
        let song = Song::parse(text).expect("a song that ships");
        let sung = sung(&planner, &song);
        let vowels = vowels_s(&sung);
        let beats = beats_s(&song, &sung);
        assert!(beats.len() >= 28);
        for beat in beats {
            let nearest = vowels.iter().map(|at| (at - beat).abs()).fold(f32::MAX, f32::min);
            assert!(
                nearest < 0.015,
                "{}: the vowel of the beat at {beat:.2} s is {nearest:.3} s off",
                song.title
            );
        }
        let end_s = sung.first_beat_s + song.duration_s();
        assert!((sung.score.duration_s() - end_s - 0.2).abs() < 0.15, "the score ends with the song");
    }
}

#[test]
fn every_note_is_in_tune_at_its_centre() {
    let planner = planner("heart");
    for song in
        SONGS.map(|text| Song::parse(text).expect("a song that ships")).into_iter().chain([Song::scale(55.0)])
    {
        let sung = sung(&planner, &song);
        for note in &song.notes {
            let start_s = sung.first_beat_s + note.start_beats * song.beat_s();
            let length_s = note.length_beats * song.beat_s();
            // The middle half, in whole periods of vibrato.
            let periods = (0.5 * length_s * VIBRATO_HZ).floor().max(1.0);
            let span_s = (periods / VIBRATO_HZ).min(0.5 * length_s);
            let from_s = start_s + 0.5 * (length_s - span_s);
            let frames = (from_s * SCORE_RATE_HZ) as usize..((from_s + span_s) * SCORE_RATE_HZ) as usize;
            let count = frames.len() as f32;
            let mean = frames.map(|f| midi(sung.score.frames[f][LN_F0])).sum::<f32>() / count;
            let error_cents = 100.0 * (mean - note.pitch_midi);
            // A note that is over before vibrato would begin has only its glides to be judged by.
            let limit_cents = if length_s > 0.3 { 10.0 } else { 25.0 };
            assert!(
                error_cents.abs() < limit_cents,
                "{}: {error_cents:.1} cents at {start_s:.2} s",
                song.title
            );
        }
    }
}

fn render(sung: &Sung) -> Vec<f32> {
    let mut engine = Engine::new(EngineConfig::new(RATE)).expect("a rate in range");
    let mut sound = vec![0.0; ((sung.score.duration_s() + 0.2) * RATE) as usize];
    let events = [Event::Load(Arc::new(sung.score.clone())), Event::Speak { velocity: 1.0 }];
    let events = events.map(|event| TimedEvent { offset_samples: 0, event });
    engine.process(&events, &mut sound, &mut NoTelemetry);
    sound
}

/// The whole chain: each held note of the scale sounds through, at its pitch.
#[test]
fn a_scale_sounds_in_tune_and_through() {
    let planner = planner("heart");
    let (song, _) = Song::scale(57.0).in_octave_of(220.0);
    let sung = sung(&planner, &song);
    let sound = render(&sung);
    let at = |time_s: f32| (time_s * RATE) as usize;
    let mut levels = Vec::new();
    for note in &song.notes {
        let start_s = sung.first_beat_s + note.start_beats * song.beat_s();
        let held = &sound[at(start_s + 0.1)..at(start_s + 0.45)];
        let f0_hz = psivox_tests::measure::median_f0_hz(held, RATE).expect("a voiced note");
        let found = 69.0 + 12.0 * (f0_hz / 440.0).log2();
        assert!((found - note.pitch_midi).abs() < 0.5, "{found:.2} for {}", note.pitch_midi);
        levels.extend(held.chunks(at(0.05)).map(rms));
    }
    let loudest = levels.iter().copied().fold(0.0, f32::max);
    let softest = levels.iter().copied().fold(f32::MAX, f32::min);
    assert!(softest > 0.1 * loudest, "held vowels do not die away: {softest} of {loudest}");
}

/// A sung vowel after a voiceless consonant: the sound below 1 kHz sets in at the beat.
#[test]
fn the_sound_sets_in_on_the_beat() {
    let planner = planner("heart");
    let song =
        Song::parse(&format!("tempo: 90\n{}A3 2 {{s aa}}\n", "A3 1 {s aa}\n".repeat(3))).expect("a song");
    let sung = sung(&planner, &song);
    let sound = render(&sung);
    // Without the hiss of s.
    let low = low_passed(&sound, RATE, 700.0);
    // The last vowel before a rest is left out: the voice sets such a one in up to 45 ms early.
    for note in &song.notes[..3] {
        let beat_s = sung.first_beat_s + note.start_beats * song.beat_s();
        let late_s = late_s(&low, RATE, beat_s).expect("there is a consonant between the vowels");
        assert!(late_s.abs() < 0.025, "{:.0} ms at {beat_s:.2} s", 1e3 * late_s);
    }
}

#[test]
fn any_voice_can_be_led_far_and_stays_whole() {
    let planner = planner("heart");
    let song = Song::parse("tempo: 200\nE1 1 low\nC7 1 high\nr 4\nG3 0.02 a\nG3 0.02 b\nA3 60 long !1\n")
        .expect("a song");
    let sung = sung(&planner, &song);
    assert!(sung.score.frames.iter().flatten().all(|x| x.is_finite()));
    for pair in sung.score.phones.windows(2) {
        assert!(pair[0].end_s <= pair[1].start_s + 1e-3 && pair[0].start_s <= pair[0].end_s + 1e-3);
    }
    let top = sung.score.frames.iter().map(|frame| midi(frame[LN_F0])).fold(f32::MIN, f32::max);
    assert!((top - 96.0).abs() < 1.0, "pitch is what is written: {top}");
}

#[test]
fn songs_that_cannot_be_sung_say_why() {
    let planner = planner("heart");
    let refused = |text: &str| {
        let song = Song::parse(text).expect("it can be read");
        planner.sing(&song).expect_err(text).to_string()
    };
    assert!(refused("C4 1 star\nC4 1 +").contains("note 2 (line 2)"));
    assert!(refused("C4 1 ...").contains("'...'"));
    assert!(refused("tempo: 20\nC4 64 a\nC4 64 a\n").contains("at most 300 s"));
}
