//! What the open editor sees of the sound and of the field: the samples, the phones as they are spoken, the phases.
//!
//! Everything is wait-free and does nothing while nobody looks. A full ring means that the editor hangs: it misses some.

use crate::channels::Shared;
use psivox_core::Score;
use psivox_core::engine::PhoneMark;
use psivox_core::field::{MICRO, PsiField, SLOTS};
use psivox_core::phone::PAUSE;
use rtrb::{Consumer, Producer, RingBuffer};
use std::sync::Arc;

/// Samples of one chunk.
pub const CHUNK: usize = 128;
/// Highest rate at which samples are shown, Hz; above it some are put together.
pub const SHOWN_RATE_HZ: f32 = 48_000.0;
/// Letters of a word that are shown, in bytes.
pub const WORD_BYTES: usize = 24;
/// Pictures of the field a second.
const PICTURES_HZ: f32 = 30.0;

/// Audio -> editor: a piece of the sound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SoundChunk {
    /// Time of its first sample in s on the engine's clock.
    pub start_s: f64,
    /// Samples a second.
    pub rate_hz: f32,
    /// The samples.
    pub samples: [f32; CHUNK],
}

/// Audio -> editor: a phone that begins, or silence.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpokenPhone {
    /// When, s on the engine's clock.
    pub start_s: f64,
    /// Which; [`PAUSE`] for silence.
    pub symbol: char,
    /// Index of its word.
    pub word: Option<u32>,
    /// The word's first letters.
    text: [u8; WORD_BYTES],
    len: u8,
}

impl SpokenPhone {
    /// A phone of a word.
    pub fn new(start_s: f64, symbol: char, word: Option<(u32, &str)>) -> Self {
        let mut phone =
            Self { start_s, symbol, word: word.map(|(index, _)| index), text: [0; WORD_BYTES], len: 0 };
        if let Some((_, text)) = word {
            let mut end = text.len().min(WORD_BYTES);
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            phone.text[..end].copy_from_slice(&text.as_bytes()[..end]);
            phone.len = end as u8;
        }
        phone
    }

    /// The word's first letters; empty for silence.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.text[..usize::from(self.len)]).unwrap_or_default()
    }
}

/// Audio -> editor: every oscillator of the field at one instant, as (phase in rad, amplitude).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FieldPicture {
    /// Deviations of the micro band's modes.
    pub micro: [(f32, f32); MICRO],
    /// How many of them are in use.
    pub micro_count: u16,
    /// The slow bands; index is the slot.
    pub slow: [(f32, f32); SLOTS],
    /// Bit by slot: whether it is in use.
    pub used: u128,
}

impl FieldPicture {
    /// A field where nothing is in use.
    pub const NONE: Self =
        Self { micro: [(0.0, 0.0); MICRO], micro_count: 0, slow: [(0.0, 0.0); SLOTS], used: 0 };

    /// What a field is now. Does not allocate.
    pub fn of(field: &PsiField) -> Self {
        let mut picture = Self::NONE;
        for (place, (re, im)) in picture.micro.iter_mut().zip(field.micro().deviations()) {
            *place = (im.atan2(re), re.hypot(im));
            picture.micro_count += 1;
        }
        for (slot, phasor) in field.setup().slots().zip(field.network().phasors()) {
            picture.slow[slot] = phasor;
            picture.used |= 1 << slot;
        }
        picture
    }
}

/// The audio thread's end.
pub struct ScopeTap {
    sounds: Producer<SoundChunk>,
    phones: Producer<SpokenPhone>,
    pictures: Producer<FieldPicture>,
    shared: Arc<Shared>,
    /// What is being spoken; the worker's shelf keeps a twin.
    score: Option<Arc<Score>>,
    sample_rate_hz: f32,
    /// Samples that are put together into one.
    stride: u32,
    chunk: SoundChunk,
    filled: usize,
    /// Sum of the samples that are being put together, and how many they are.
    sum: (f32, u32),
    /// Samples until the next picture of the field.
    picture_in: u64,
}

/// The editor's end.
pub struct ScopeEnd {
    /// The sound.
    pub sounds: Consumer<SoundChunk>,
    /// The phones.
    pub phones: Consumer<SpokenPhone>,
    /// The field, while its page is open.
    pub pictures: Consumer<FieldPicture>,
}

/// Opens the rings of one instance.
pub fn open(shared: Arc<Shared>) -> (ScopeTap, ScopeEnd) {
    // A third of a second of sound: an editor that hangs for longer shows a gap.
    let (sound_tx, sounds) = RingBuffer::new(128);
    let (phone_tx, phones) = RingBuffer::new(64);
    let (picture_tx, pictures) = RingBuffer::new(4);
    let chunk = SoundChunk { start_s: 0.0, rate_hz: SHOWN_RATE_HZ, samples: [0.0; CHUNK] };
    let tap = ScopeTap {
        sounds: sound_tx,
        phones: phone_tx,
        pictures: picture_tx,
        shared,
        score: None,
        sample_rate_hz: SHOWN_RATE_HZ,
        stride: 1,
        chunk,
        filled: 0,
        sum: (0.0, 0),
        picture_in: 0,
    };
    (tap, ScopeEnd { sounds, phones, pictures })
}

impl ScopeTap {
    /// What times and samples of coming blocks are counted in.
    pub fn set_sample_rate(&mut self, sample_rate_hz: f32) {
        self.sample_rate_hz = sample_rate_hz.max(1.0);
        self.stride = (self.sample_rate_hz / SHOWN_RATE_HZ).ceil().max(1.0) as u32;
        (self.filled, self.sum) = (0, (0.0, 0));
    }

    fn seconds(&self, samples: u64) -> f64 {
        samples as f64 / f64::from(self.sample_rate_hz)
    }

    /// A finished block that ends at `end_samples` since the engine's reset.
    pub fn hear(&mut self, sound: &[f32], end_samples: u64) {
        if !self.shared.editor_open() {
            (self.filled, self.sum) = (0, (0.0, 0));
            return;
        }
        let start = end_samples.saturating_sub(sound.len() as u64);
        for (index, sample) in sound.iter().enumerate() {
            if self.filled == 0 && self.sum.1 == 0 {
                self.chunk.start_s = self.seconds(start + index as u64);
            }
            self.sum = (self.sum.0 + sample, self.sum.1 + 1);
            if self.sum.1 >= self.stride {
                self.chunk.samples[self.filled] = self.sum.0 / self.sum.1 as f32;
                self.filled += 1;
                self.sum = (0.0, 0);
            }
            if self.filled == CHUNK {
                self.chunk.rate_hz = self.sample_rate_hz / self.stride as f32;
                let _ = self.sounds.push(self.chunk);
                self.filled = 0;
            }
        }
    }

    /// A line begins: its phones are told next.
    pub fn line(&mut self, score: &Arc<Score>) {
        // Only a count goes down here: the worker's shelf keeps a twin.
        self.score = Some(Arc::clone(score));
    }

    /// A phone of the line begins.
    pub fn phone(&mut self, mark: PhoneMark) {
        if !self.shared.editor_open() {
            return;
        }
        let Some(score) = &self.score else { return };
        let Some(phone) = score.phones.get(mark.phone as usize) else { return };
        let word = phone.word.and_then(|index| Some((index, score.words.get(index as usize)?.as_str())));
        let spoken = SpokenPhone::new(self.seconds(mark.time_samples), phone.symbol, word);
        let _ = self.phones.push(spoken);
    }

    /// The line has come to its end.
    pub fn finished(&mut self, time_samples: u64) {
        if self.shared.editor_open() {
            let silence = SpokenPhone::new(self.seconds(time_samples), PAUSE, None);
            let _ = self.phones.push(silence);
        }
    }

    /// A block of so many samples went by; the field as it is now is told 30 times a second while its page is open.
    pub fn look(&mut self, field: &PsiField, samples: usize) {
        if !self.shared.phases_shown() {
            return;
        }
        self.picture_in = self.picture_in.saturating_sub(samples as u64);
        if self.picture_in == 0 && !self.pictures.is_full() {
            let _ = self.pictures.push(FieldPicture::of(field));
            self.picture_in = (self.sample_rate_hz / PICTURES_HZ) as u64;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use psivox_core::field::{FieldSetup, FieldSpec, Role};

    fn looked_at() -> (ScopeTap, ScopeEnd) {
        let shared = Arc::new(Shared::default());
        shared.set_editor_open(true);
        open(shared)
    }

    fn heard(end: &mut ScopeEnd) -> Vec<SoundChunk> {
        std::iter::from_fn(|| end.sounds.pop().ok()).collect()
    }

    #[test]
    fn blocks_of_any_size_become_the_same_chunks() {
        let sound: Vec<f32> = (0..1_000).map(|n| n as f32).collect();
        let chunks = |block: usize| {
            let (mut tap, mut end) = looked_at();
            tap.set_sample_rate(48_000.0);
            let mut done = 0;
            for piece in sound.chunks(block) {
                done += piece.len() as u64;
                tap.hear(piece, done);
            }
            heard(&mut end)
        };
        let whole = chunks(1_000);
        assert_eq!((whole.len(), whole[0].samples[5], whole[1].start_s), (7, 5.0, 128.0 / 48_000.0));
        assert_eq!(chunks(1), whole);
        assert_eq!(chunks(77), whole);
    }

    #[test]
    fn high_rates_are_put_together() {
        let (mut tap, mut end) = looked_at();
        tap.set_sample_rate(192_000.0);
        let sound: Vec<f32> = (0..512).map(|n| n as f32).collect();
        tap.hear(&sound, 512);
        let chunk = heard(&mut end)[0];
        assert_eq!((chunk.rate_hz, chunk.samples[0], chunk.samples[127]), (48_000.0, 1.5, 509.5));
        tap.set_sample_rate(44_100.0);
        tap.hear(&sound, 512);
        assert_eq!(heard(&mut end)[0].rate_hz, 44_100.0, "what fits is left alone");
    }

    #[test]
    fn nobody_looks_nothing_is_told() {
        let (mut tap, mut end) = open(Arc::new(Shared::default()));
        tap.hear(&[0.5; 1_000], 1_000);
        tap.finished(5);
        let setup = FieldSetup::compile(&FieldSpec::factory()[0]).expect("a field");
        tap.look(&PsiField::new(&setup, 1), 512);
        assert!(end.sounds.is_empty() && end.phones.is_empty() && end.pictures.pop().is_err());
        tap.shared.set_editor_open(true);
        // An editor that hangs costs nothing but pictures.
        tap.hear(&[0.5; 100_000], 100_000);
        assert_eq!(heard(&mut end).len(), 128);
    }

    #[test]
    fn words_are_cut_between_letters() {
        let phone = SpokenPhone::new(1.0, 'a', Some((3, "Donaudampfschifffahrtsäöü")));
        assert_eq!((phone.word, phone.text()), (Some(3), "Donaudampfschifffahrtsä"));
        assert_eq!(SpokenPhone::new(0.0, PAUSE, None).text(), "");
    }

    #[test]
    fn a_picture_has_the_phases_of_the_field() {
        let (mut tap, mut end) = looked_at();
        let setup = FieldSetup::compile(&FieldSpec::factory()[0]).expect("a field");
        let field = PsiField::new(&setup, 7);
        tap.shared.set_phases_shown(true);
        tap.look(&field, 512);
        tap.look(&field, 512);
        let picture = end.pictures.pop().expect("a picture");
        assert!(end.pictures.is_empty(), "30 a second");
        for role in Role::ALL {
            assert_eq!(picture.slow[role as usize].0, field.network().theta(role), "{role:?}");
        }
        assert_eq!(picture.used.count_ones() as usize, setup.meso + setup.slow);
        assert_eq!(usize::from(picture.micro_count), setup.micro.count);
    }
}
