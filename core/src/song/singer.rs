//! From a song to a score.

use super::SongError;
use super::layout::{Held, Layout, Room, lay_out, likely_sound};
use super::lyric::{self, SungPhrase, SungText};
use super::melody::Melody;
use super::note::Song;
use super::shaping::SungShaping;
use super::spoken::SpokenMelody;
use crate::score::{LEAD_IN_S, MAX_SCORE_S, SCORE_RATE_HZ, Score, ScoreBuilder, Speaker, TimedPhone};
use crate::text::Frontend;
use crate::voice::{CHANNELS, ControlFrame, ENVELOPE_KNOTS, Person, VoiceModel};
use std::f32::consts::LN_2;

/// Silence after the last one.
const LEAD_OUT_S: f32 = 0.3;
/// MIDI note number of 440 Hz.
pub(super) const A4_MIDI: f32 = 69.0;
pub(super) const A4_HZ: f32 = 440.0;
/// The strength at which a note is as loud as speech.
const ORDINARY_VELOCITY: f32 = 0.8;
/// Softest note, dB.
const SOFTEST_DB: f32 = -24.0;
/// Knots of the envelope that make a vowel's loudness: up to about 3 kHz.
const LOUDNESS_KNOTS: usize = 24;
/// What voicing counts against loudness, nepers, and the gate from which on a frame is voiced.
const UNVOICED_COST: f32 = 2.0;
const FULL_GATE: f32 = 0.8;
/// How far below its loudest frame a vowel still sounds, nepers (5 dB).
const SOUND_DROP: f32 = 0.6;
/// The most by which a faint vowel is raised, nepers (21 dB).
const MOST_GAIN: f32 = 2.4;
/// Time in which strength goes over from one note to the next, s.
const VELOCITY_EDGE_S: f32 = 0.04;

/// What sings.
pub(crate) struct Singer<'a> {
    pub(crate) frontend: &'a Frontend,
    pub(crate) voice: &'a VoiceModel,
    pub(crate) person: &'a Person,
    pub(crate) speaker: Speaker,
}

/// A song, ready to be sung.
#[derive(Debug, Clone)]
pub struct Sung {
    /// What the engine sings.
    pub score: Score,
    /// Where beat 0 of the song lies in the score, s: the first consonants come before it.
    pub first_beat_s: f32,
}

/// A phrase on the song's time.
struct Part {
    timed: Vec<TimedPhone>,
    layout: Layout,
    frames: Vec<ControlFrame>,
    shown_midi: (f32, f32),
    /// The melody of speech, if that is wanted in place of the song's.
    spoken: Option<SpokenMelody>,
}

/// Where the vowels of a phrase are held, and its phones, in s of the score.
pub(super) struct Placed {
    pub(super) held: Vec<Held>,
    pub(super) phones: Vec<TimedPhone>,
}

/// Plans a song.
///
/// # Errors
/// The song cannot be sung; says which note and why.
pub(crate) fn sing(singer: &Singer, song: &Song) -> Result<Sung, SongError> {
    song.check()?;
    if song.duration_s() > MAX_SCORE_S {
        return Err(SongError::TooLong { found_s: song.duration_s(), limit_s: MAX_SCORE_S });
    }
    let text = lyric::read(singer.frontend, song)?;
    let (sung, _) = sing_text(singer, song, text, &Melody::new(song), false);
    Ok(sung)
}

/// Sings the words of a song to a melody, or to that of speech. Tells for each phrase where its sounds are.
pub(super) fn sing_text(
    singer: &Singer,
    song: &Song,
    text: SungText,
    melody: &Melody,
    spoken: bool,
) -> (Sung, Vec<Placed>) {
    let mut parts: Vec<Part> = Vec::with_capacity(text.phrases.len());
    for phrase in &text.phrases {
        let free_from_s = parts.last().map_or(f32::NEG_INFINITY, |part| part.layout.sounds_s.1 + 0.02);
        let mut part = part(singer, phrase, melody, Room { beat_s: song.beat_s(), free_from_s });
        part.spoken = spoken.then(|| SpokenMelody::new(singer, phrase, &part.timed));
        parts.push(part);
    }
    // The song's own pitch and tempo: what the speaker adds to them belongs to speech.
    let speaker = Speaker {
        pitch_st: 0.0,
        rate_ratio: 1.0,
        resting_emotion: [0.0; 3],
        keeps_time: true,
        ..singer.speaker
    };
    let starts_s = parts.first().map_or(0.0, |part| part.layout.sounds_s.0 - LEAD_IN_S).min(0.0);
    let mut builder = ScoreBuilder::new(speaker);
    let mut from_s = starts_s;
    for (i, part) in parts.iter().enumerate() {
        let end_s = part.layout.sounds_s.1;
        let to_s = parts.get(i + 1).map_or(end_s + LEAD_OUT_S, |next| 0.5 * (end_s + next.layout.sounds_s.0));
        let stage = Stage { song, melody, starts_s, from_s, to_s };
        from_s = place(&mut builder, part, &text.phrases[i], &stage);
    }
    let placed = parts.iter().map(|part| placed(part, starts_s)).collect();
    (Sung { score: builder.finish(text.words), first_beat_s: -starts_s }, placed)
}

/// Where a part's sounds are in a score that begins at `starts_s` of the song.
fn placed(part: &Part, starts_s: f32) -> Placed {
    let moved = |(a, b): (f32, f32)| (a - starts_s, b - starts_s);
    let held = |held: &Held| Held { vowel_s: moved(held.vowel_s), span_s: moved(held.span_s), ..*held };
    let phone = |phone: &TimedPhone| {
        let at = |voice_s: f32| part.layout.warp.song_s(voice_s) - starts_s;
        TimedPhone { start_s: at(phone.start_s), end_s: at(phone.end_s), ..*phone }
    };
    Placed {
        held: part.layout.held.iter().map(held).collect(),
        phones: part.timed.iter().map(phone).collect(),
    }
}

/// Has the voice sing one phrase on its own time.
fn part(singer: &Singer, phrase: &SungPhrase, melody: &Melody, room: Room) -> Part {
    let symbols: Vec<char> = phrase.tokens.iter().map(|token| token.symbol).collect();
    let mean_midi = A4_MIDI + 12.0 * (singer.person.f0_mean_hz / A4_HZ).log2();
    let mut shaping = SungShaping {
        phrase,
        symbols: &symbols,
        melody,
        meta: singer.voice.meta(),
        mean_midi,
        room,
        laid_out: None,
    };
    let spoken = singer.voice.speak(&symbols, singer.person, &mut shaping);
    let shown_midi = (shaping.shown_midi(f32::MIN), shaping.shown_midi(f32::MAX));
    let timed = shaping.laid_out.take().map_or(Vec::new(), |(timed, _)| timed);
    let mut frames = spoken.frames;
    let layout = lay_out(phrase, &timed, room, |vowel| sound_of(&frames, vowel));
    even_out(&mut frames, &timed);
    Part { timed, layout, frames, shown_midi, spoken: None }
}

/// Gives every vowel the loudness that most of them have, and its voice: a spoken phrase dies away at its end, a sung one
/// does not.
fn even_out(frames: &mut [ControlFrame], timed: &[TimedPhone]) {
    let at = |s: f32| ((s * SCORE_RATE_HZ) as usize).min(frames.len());
    let (mut vowels, mut levels) = (Vec::new(), Vec::new());
    for vowel in timed.iter().filter(|phone| phone.source.is_some() && phone.phone.is_vowel()) {
        let (from_s, to_s) = sound_of(frames, vowel);
        // From where it sounds on: what comes before is the consonant's.
        let (own, sounding) = (at(from_s)..at(vowel.end_s), &frames[at(from_s)..at(to_s)]);
        if !own.is_empty() && !sounding.is_empty() {
            vowels.push(own);
            levels.push(sounding.iter().map(loudness).sum::<f32>() / sounding.len() as f32);
        }
    }
    levels.sort_by(f32::total_cmp);
    let Some(usual) = levels.get(levels.len() / 2) else { return };
    for own in vowels {
        let length = own.len() as f32;
        for (i, frame) in frames[own].iter_mut().enumerate() {
            // In and out within a sixth of the vowel, so that its neighbours keep their consonants.
            let place = (i as f32 + 0.5) / length;
            let share = (6.0 * place.min(1.0 - place)).min(1.0);
            // Frame by frame: at a phrase's end a spoken vowel falls within itself.
            let gain = share * (usual - loudness(frame)).clamp(0.0, MOST_GAIN);
            frame[..ENVELOPE_KNOTS].iter_mut().for_each(|knot| *knot += gain);
            let gate = &mut frame[ENVELOPE_KNOTS];
            *gate = gate.max(share * FULL_GATE);
        }
    }
}

/// ln amplitude of what makes a vowel loud.
fn loudness(frame: &ControlFrame) -> f32 {
    let power = frame[..LOUDNESS_KNOTS].iter().map(|knot| (2.0 * knot).exp()).sum::<f32>();
    0.5 * power.max(1e-12).ln()
}

/// The stretch in which a vowel sounds: around its loudest voiced frame, as far as it stays nearly as loud.
fn sound_of(frames: &[ControlFrame], vowel: &TimedPhone) -> (f32, f32) {
    let at = |s: f32| ((s * SCORE_RATE_HZ) as usize).min(frames.len());
    let own = &frames[at(vowel.start_s)..at(vowel.end_s)];
    let level = |frame: &ControlFrame| loudness(frame) + UNVOICED_COST * frame[ENVELOPE_KNOTS].min(FULL_GATE);
    let levels: Vec<f32> = own.iter().map(level).collect();
    let Some(top) = (0..levels.len()).max_by(|a, b| levels[*a].total_cmp(&levels[*b])) else {
        return likely_sound(vowel);
    };
    let sounds = |level: &&f32| **level > levels[top] - SOUND_DROP;
    let before = levels[..top].iter().rev().take_while(sounds).count();
    let after = levels[top..].iter().take_while(sounds).count();
    let time_s = |i: usize| vowel.start_s + i as f32 / SCORE_RATE_HZ;
    (time_s(top - before), time_s(top + after))
}

/// The stretch of the song that a phrase fills, silences included.
struct Stage<'a> {
    song: &'a Song,
    melody: &'a Melody,
    /// The song's time at the start of the score.
    starts_s: f32,
    from_s: f32,
    to_s: f32,
}

/// Appends a phrase and returns the song's time at which it ends.
fn place(builder: &mut ScoreBuilder, part: &Part, phrase: &SungPhrase, stage: &Stage) -> f32 {
    let frames = ((stage.to_s - stage.from_s) * SCORE_RATE_HZ).round().max(1.0) as usize;
    let (mut sound, mut ln_f0) = (Vec::with_capacity(frames), Vec::with_capacity(frames));
    for k in 0..frames {
        let song_s = stage.from_s + k as f32 / SCORE_RATE_HZ;
        let midi = stage.melody.midi(song_s);
        let voice_s = part.layout.warp.voice_s(song_s);
        let mut frame = frame_at(&part.frames, voice_s * SCORE_RATE_HZ);
        // Fewer partials in the same band: each grows with the root of their distance.
        let beyond_st = midi - midi.clamp(part.shown_midi.0, part.shown_midi.1);
        let gain = beyond_st * LN_2 / 24.0 + velocity_gain(stage.song, song_s);
        frame[..ENVELOPE_KNOTS].iter_mut().for_each(|level| *level += gain);
        sound.push(frame);
        ln_f0.push(match &part.spoken {
            Some(spoken) => spoken.ln_f0(voice_s),
            None => A4_HZ.ln() + (midi - A4_MIDI) * LN_2 / 12.0,
        });
    }
    let end_s = stage.from_s + frames as f32 / SCORE_RATE_HZ;
    let timed = on_song_time(part, stage.from_s, end_s);
    debug_assert!(stage.from_s >= stage.starts_s);
    builder.lay(&timed, &phrase.tokens, &sound, &ln_f0);
    end_s
}

/// The phones of a part, from the start of its stretch.
fn on_song_time(part: &Part, from_s: f32, end_s: f32) -> Vec<TimedPhone> {
    let last = part.timed.len().saturating_sub(1);
    let moved = |(i, phone): (usize, &TimedPhone)| {
        let at = |voice_s: f32| (part.layout.warp.song_s(voice_s) - from_s).clamp(0.0, end_s - from_s);
        TimedPhone {
            start_s: if i == 0 { 0.0 } else { at(phone.start_s) },
            end_s: if i == last { end_s - from_s } else { at(phone.end_s) },
            ..*phone
        }
    };
    part.timed.iter().enumerate().map(moved).collect()
}

/// A control frame between frames, by Catmull-Rom; held at both ends.
fn frame_at(frames: &[ControlFrame], position: f32) -> ControlFrame {
    let Some(last) = frames.len().checked_sub(1) else { return [0.0; CHANNELS] };
    let x = position.clamp(0.0, last as f32);
    let (left, u) = (x as usize, x.fract());
    let at = |offset: isize| &frames[(left as isize + offset).clamp(0, last as isize) as usize];
    let (u2, u3) = (u * u, u * u * u);
    let w = [
        0.5 * (-u + 2.0 * u2 - u3),
        0.5 * (2.0 - 5.0 * u2 + 3.0 * u3),
        0.5 * (u + 4.0 * u2 - 3.0 * u3),
        0.5 * (u3 - u2),
    ];
    let (a, b, c, d) = (at(-1), at(0), at(1), at(2));
    std::array::from_fn(|k| w[0] * a[k] + w[1] * b[k] + w[2] * c[k] + w[3] * d[k])
}

/// Gain in nepers of the note that is sung, soft at its borders.
fn velocity_gain(song: &Song, song_s: f32) -> f32 {
    let beats = song_s / song.beat_s();
    let at = song.notes.partition_point(|note| note.start_beats <= beats).saturating_sub(1);
    let gain = |i: usize| {
        let ratio = song.notes[i].velocity / ORDINARY_VELOCITY;
        (20.0 * ratio.max(1e-6).log10()).max(SOFTEST_DB) * std::f32::consts::LN_10 / 20.0
    };
    let since_s = (beats - song.notes[at].start_beats) * song.beat_s();
    let arrived = (since_s / VELOCITY_EDGE_S).clamp(0.0, 1.0);
    let before = at.saturating_sub(1);
    gain(before) + (gain(at) - gain(before)) * arrived
}
