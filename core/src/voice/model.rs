//! A voice ready to speak: phone symbols in, durations, f0 and control frames out.

use super::burst::sharpen_bursts;
use super::contour::sharpen_f0;
use super::file::{VoiceFile, VoiceFileError, VoiceMeta};
use super::frames::{CHANNELS, ControlFrame, ENVELOPE_KNOTS, KnotAxis, sharpen};
use super::network::{FrameNet, POSITION_FEATURES, TokenEncoder, position_features};
use super::person::{Person, PersonMeta, VoiceTable};
use super::shaping::Shaping;

/// Control frames per prosody frame.
const SUBFRAMES: usize = 3;
/// Prosody frames per unit of duration.
const FRAMES_PER_UNIT: usize = 2;
/// Longest predicted duration of one token in units of 25 ms (3 s): guards against a runaway prediction.
const MAX_UNITS: f32 = 120.0;
/// Longest duration that may be asked for (60 s).
const MAX_SHAPED_UNITS: f32 = 2400.0;
/// Further from the person's mean f0 the decoder has heard nothing.
const MAX_HEARD_OCTAVES: f32 = 1.0;
/// The f0 that a contour of 0 stands for.
const F0_UNIT_HZ: f32 = 200.0;

/// The people of one voice file.
#[derive(Debug)]
pub struct VoiceModel {
    meta: VoiceMeta,
    prosody: Prosody,
    decoder: Decoder,
}

#[derive(Debug)]
struct Prosody {
    encoder: TokenEncoder,
    norm: super::block::Norm,
    duration: super::linear::Linear,
    frames: FrameNet,
}

#[derive(Debug)]
struct Decoder {
    encoder: TokenEncoder,
    frames: FrameNet,
    mean: VoiceTable,
    std: Vec<f32>,
}

/// One phrase, spoken.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// Duration of every token in prosody frames (80 Hz): bos, the symbols that the voice knows, eos.
    pub token_frames: Vec<u32>,
    /// For every token between bos and eos, its index among the symbols that were asked for.
    pub token_source: Vec<usize>,
    /// f0 in Hz at 80 Hz, value `f` at `(f + 1/2) / 80` s; 0 where unvoiced.
    pub f0_hz: Vec<f32>,
    /// Control frames at 240 Hz, frame `c` at `c / 240` s, envelopes and bursts sharpened.
    pub frames: Vec<ControlFrame>,
}

/// The prosody net's raw outputs, for tests against the fitting tool.
#[derive(Debug, Clone)]
pub struct RawProsody {
    /// ln(duration + 1) per token, duration in units of 25 ms.
    pub log_durations: Vec<f32>,
    /// Durations in units of 25 ms.
    pub units: Vec<u32>,
    /// Per 80 Hz frame: voicing logit, 3 ln(f0 / 200 Hz), energy / 2.
    pub frames: Vec<[f32; 3]>,
}

impl VoiceModel {
    /// Builds the voice from the bytes of a `.psv` file.
    ///
    /// # Errors
    /// See [`VoiceFile::parse`]; also tensors that do not fit together.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, VoiceFileError> {
        let mut file = VoiceFile::parse(bytes)?;
        let encoder = TokenEncoder::load(&mut file, "prosody.encoder")?;
        let prosody = Prosody {
            norm: super::block::Norm::load(&mut file, "prosody.duration_norm", encoder.width)?,
            duration: super::linear::Linear::load(&mut file, "prosody.duration", 1, encoder.width, true)?,
            frames: FrameNet::load(&mut file, "prosody.frames", encoder.width + POSITION_FEATURES, 3)?,
            encoder,
        };
        let encoder = TokenEncoder::load(&mut file, "decoder.encoder")?;
        let outputs = SUBFRAMES * CHANNELS;
        let decoder = Decoder {
            frames: FrameNet::load(
                &mut file,
                "decoder.frames",
                encoder.width + 3 + POSITION_FEATURES,
                outputs,
            )?,
            mean: VoiceTable::named(&mut file, "decoder.mean", outputs)?,
            std: file.take("decoder.std", &[outputs])?,
            encoder,
        };
        Ok(Self { meta: file.meta, prosody, decoder })
    }

    /// What the file says of itself.
    pub fn meta(&self) -> &VoiceMeta {
        &self.meta
    }

    /// Who is in the file; never empty.
    pub fn people(&self) -> &[PersonMeta] {
        &self.meta.voices
    }

    /// The person of that name (case does not matter).
    pub fn person(&self, name: &str) -> Option<Person> {
        let own = |meta: &PersonMeta| {
            meta.name.eq_ignore_ascii_case(name) || meta.display_name.eq_ignore_ascii_case(name)
        };
        Some(Person::single(self.people(), self.people().iter().position(own)?))
    }

    /// The first person of the file.
    pub fn first_person(&self) -> Person {
        Person::single(self.people(), 0)
    }

    /// The envelope's axis.
    pub fn axis(&self) -> KnotAxis {
        KnotAxis { base_hz: self.meta.knots.base_hz, ratio: self.meta.knots.ratio }
    }

    /// Ids of the symbols that the voice knows, bos and eos around them, and where each came from.
    pub fn ids(&self, symbols: &[char]) -> (Vec<u16>, Vec<usize>) {
        let known =
            symbols.iter().enumerate().filter_map(|(i, symbol)| Some((*self.meta.tokens.get(symbol)?, i)));
        let (inner, source): (Vec<u16>, Vec<usize>) = known.unzip();
        let mut ids = vec![self.meta.bos];
        ids.extend(inner);
        ids.push(self.meta.eos);
        (ids, source)
    }

    /// Speaks one phrase. Symbols that the voice does not know are left out.
    pub fn speak(&self, symbols: &[char], person: &Person, shaping: &mut dyn Shaping) -> Spoken {
        let (ids, token_source) = self.ids(symbols);
        let tokens = self.prosody.encoder.apply(&ids, person);
        let units = shaped_units(&self.log_durations(&tokens, person), &token_source, shaping);
        self.speak_tokens(ids, token_source, &tokens, units, person, shaping)
    }

    /// Speaks one phrase in the time that another person took for it: the durations are those of `timing`.
    pub fn speak_along(
        &self,
        symbols: &[char],
        timing: &Spoken,
        person: &Person,
        shaping: &mut dyn Shaping,
    ) -> Spoken {
        let (ids, token_source) = self.ids(symbols);
        let tokens = self.prosody.encoder.apply(&ids, person);
        let units = timing.token_frames.iter().map(|frames| frames / FRAMES_PER_UNIT as u32).collect();
        self.speak_tokens(ids, token_source, &tokens, units, person, shaping)
    }

    fn speak_tokens(
        &self,
        ids: Vec<u16>,
        token_source: Vec<usize>,
        tokens: &[f32],
        units: Vec<u32>,
        person: &Person,
        shaping: &mut dyn Shaping,
    ) -> Spoken {
        let mut frames = self.contours_of(tokens, &units, person);
        shaping.contours(&token_source, &units, &mut frames);
        let transposition_st = shaping.transposition_st();
        let mut control_frames = self.decode_transposed(&ids, &units, &frames, transposition_st, person);
        sharpen(&mut control_frames, person.sharpen, self.meta.sharpen_sigma_points);
        sharpen_bursts(&mut control_frames, &self.axis());
        let f0 = |[v, a, _]: &[f32; 3]| if *v > 0.0 { F0_UNIT_HZ * (a / 3.0).exp() } else { 0.0 };
        Spoken {
            token_frames: units.iter().map(|units| units * FRAMES_PER_UNIT as u32).collect(),
            token_source,
            f0_hz: frames.iter().map(f0).collect(),
            frames: control_frames,
        }
    }

    /// Durations, voicing, f0 and energy of a phrase given as ids.
    pub fn prosody(&self, ids: &[u16], person: &Person) -> RawProsody {
        let tokens = self.prosody.encoder.apply(ids, person);
        let log_durations = self.log_durations(&tokens, person);
        let units = shaped_units(&log_durations, &[], &mut super::shaping::Unshaped);
        let frames = self.contours_of(&tokens, &units, person);
        RawProsody { log_durations, units, frames }
    }

    fn log_durations(&self, tokens: &[f32], person: &Person) -> Vec<f32> {
        let rows = tokens.len() / self.prosody.encoder.width;
        self.prosody.duration.apply(&self.prosody.norm.apply(tokens, person), rows)
    }

    fn contours_of(&self, tokens: &[f32], units: &[u32], person: &Person) -> Vec<[f32; 3]> {
        let net = &self.prosody;
        let x = spread(tokens, net.encoder.width, units, |_, _| {});
        let offset = f0_offset(person);
        let frame = |y: &[f32]| [y[0], y[1] + offset, y[2]];
        let mut frames: Vec<[f32; 3]> = net.frames.apply(&x, person).chunks_exact(3).map(frame).collect();
        sharpen_f0(&mut frames, self.meta.f0_sharpen, self.meta.f0_sharpen_sigma_frames);
        frames
    }

    /// Control frames for a pitch that is `transposition_st` above that of `prosody`.
    fn decode_transposed(
        &self,
        ids: &[u16],
        units: &[u32],
        prosody: &[[f32; 3]],
        transposition_st: f32,
        person: &Person,
    ) -> Vec<ControlFrame> {
        if transposition_st == 0.0 {
            return self.decode(ids, units, prosody, person);
        }
        let octaves = transposition_st / 12.0;
        let limit = MAX_HEARD_OCTAVES * 3.0 * std::f32::consts::LN_2;
        let centre = f0_offset(person);
        let heard = |[v, a, b]: &[f32; 3]| {
            let shifted = a + 3.0 * std::f32::consts::LN_2 * octaves;
            [*v, shifted.clamp(centre - limit, centre + limit), *b]
        };
        let heard: Vec<[f32; 3]> = prosody.iter().map(heard).collect();
        let mut frames = self.decode(ids, units, &heard, person);
        // Amplitudes are those of partials that lie further apart; the renderer makes up for that itself.
        let shift = 0.5 * std::f32::consts::LN_2 * octaves;
        frames.iter_mut().flat_map(|frame| &mut frame[..ENVELOPE_KNOTS]).for_each(|level| *level -= shift);
        frames
    }

    /// Control frames of a phrase given as ids with its prosody.
    pub fn decode(
        &self,
        ids: &[u16],
        units: &[u32],
        prosody: &[[f32; 3]],
        person: &Person,
    ) -> Vec<ControlFrame> {
        let net = &self.decoder;
        let tokens = net.encoder.apply(ids, person);
        let (offset, mean) = (f0_offset(person), net.mean.of(person));
        let x = spread(&tokens, net.encoder.width, units, |row, f| {
            let [v, a, b] = prosody[f];
            row.extend_from_slice(&if v > 0.0 { [1.0, a - offset, b] } else { [0.0, 0.0, b] });
        });
        let out = net.frames.apply(&x, person);
        let mut frames = Vec::with_capacity(out.len() / CHANNELS);
        for row in out.chunks_exact(SUBFRAMES * CHANNELS) {
            for j in 0..SUBFRAMES {
                let at = j * CHANNELS;
                frames.push(std::array::from_fn(|k| row[at + k] * net.std[at + k] + mean[at + k]));
            }
        }
        frames
    }
}

/// The networks know f0 relative to the person's mean: where that lies on the contours' scale.
fn f0_offset(person: &Person) -> f32 {
    3.0 * (person.f0_mean_hz / F0_UNIT_HZ).ln()
}

/// ln(D + 1) -> whole units, by way of `shaping`.
fn shaped_units(log_durations: &[f32], token_source: &[usize], shaping: &mut dyn Shaping) -> Vec<u32> {
    let predicted: Vec<f32> = log_durations.iter().map(|log| (log.exp() - 1.0).min(MAX_UNITS)).collect();
    let mut units = predicted.clone();
    shaping.durations(token_source, &mut units);
    let (mut carried, mut rounded) = (0.0, Vec::with_capacity(units.len()));
    for (wanted, predicted) in units.iter().zip(&predicted) {
        let wanted = if wanted.is_finite() { *wanted } else { *predicted };
        let exact = wanted.clamp(0.0, MAX_SHAPED_UNITS) + carried;
        let whole = exact.round().max(1.0);
        // Only what was asked for is kept exact over time; the voice's own durations are rounded as it learned them.
        carried = if wanted == *predicted { 0.0 } else { exact - whole };
        rounded.push(whole as u32);
    }
    rounded
}

/// Rows of the frame net's input: token vector, what `extra` adds for the frame, position features.
fn spread(
    tokens: &[f32],
    width: usize,
    units: &[u32],
    mut extra: impl FnMut(&mut Vec<f32>, usize),
) -> Vec<f32> {
    let total: usize = units.iter().map(|units| *units as usize * FRAMES_PER_UNIT).sum();
    let mut x = Vec::with_capacity(total * (width + 3 + POSITION_FEATURES));
    let mut f = 0;
    for (token, units) in tokens.chunks_exact(width).zip(units) {
        let length = *units as usize * FRAMES_PER_UNIT;
        for p in 0..length {
            x.extend_from_slice(token);
            extra(&mut x, f);
            x.extend_from_slice(&position_features(p, length));
            f += 1;
        }
    }
    x
}
