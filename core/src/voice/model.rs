//! A voice ready to speak: phone symbols in, durations, f0 and control frames out.

use super::file::{VoiceFile, VoiceFileError, VoiceMeta};
use super::frames::{CHANNELS, ControlFrame, KnotAxis, sharpen};
use super::network::{FrameNet, POSITION_FEATURES, TokenEncoder, position_features};

/// Control frames per prosody frame.
const SUBFRAMES: usize = 3;
/// Prosody frames per unit of duration.
const FRAMES_PER_UNIT: usize = 2;
/// Longest duration of one token in units of 25 ms (3 s): guards against a runaway prediction.
const MAX_UNITS: f32 = 120.0;

/// A fitted speaker.
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
    duration: super::block::Linear,
    frames: FrameNet,
}

#[derive(Debug)]
struct Decoder {
    encoder: TokenEncoder,
    frames: FrameNet,
    mean: Vec<f32>,
    std: Vec<f32>,
}

/// One phrase, spoken at the voice's own pace.
#[derive(Debug, Clone)]
pub struct Spoken {
    /// Duration of every token in prosody frames (80 Hz): bos, the symbols that the voice knows, eos.
    pub token_frames: Vec<u32>,
    /// For every token between bos and eos, its index among the symbols that were asked for.
    pub token_source: Vec<usize>,
    /// f0 in Hz at 80 Hz, value `f` at `(f + 1/2) / 80` s; 0 where unvoiced.
    pub f0_hz: Vec<f32>,
    /// Control frames at 240 Hz, frame `c` at `c / 240` s; not yet sharpened.
    pub frames: Vec<ControlFrame>,
}

/// The prosody net's raw outputs, for tests against the fitting tool.
#[derive(Debug, Clone)]
pub struct RawProsody {
    /// ln(duration + 1) per token, duration in units of 25 ms.
    pub log_durations: Vec<f32>,
    /// Durations in units of 25 ms.
    pub units: Vec<u32>,
    /// Per 80 Hz frame: voicing logit, 3 ln(f0 / 200), energy.
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
            duration: super::block::Linear::load(&mut file, "prosody.duration", 1, encoder.width, true)?,
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
            mean: file.take("decoder.mean", &[outputs])?,
            std: file.take("decoder.std", &[outputs])?,
            encoder,
        };
        Ok(Self { meta: file.meta, prosody, decoder })
    }

    /// What the file says of itself.
    pub fn meta(&self) -> &VoiceMeta {
        &self.meta
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
    pub fn speak(&self, symbols: &[char]) -> Spoken {
        let (ids, token_source) = self.ids(symbols);
        let raw = self.prosody(&ids);
        let frames = self.decode(&ids, &raw.units, &raw.frames);
        let voiced = |[v, a, _]: &[f32; 3]| if *v > 0.0 { 200.0 * (a / 3.0).exp() } else { 0.0 };
        Spoken {
            token_frames: raw.units.iter().map(|units| units * FRAMES_PER_UNIT as u32).collect(),
            token_source,
            f0_hz: raw.frames.iter().map(voiced).collect(),
            frames,
        }
    }

    /// Applies the voice's sharpening to control frames.
    pub fn sharpen(&self, frames: &mut [ControlFrame]) {
        sharpen(frames, self.meta.sharpen, self.meta.sharpen_sigma_points);
    }

    /// Durations, voicing, f0 and energy of a phrase given as ids.
    pub fn prosody(&self, ids: &[u16]) -> RawProsody {
        let net = &self.prosody;
        let tokens = net.encoder.apply(ids);
        let log_durations = net.duration.apply(&net.norm.apply(&tokens), ids.len());
        let round = |log: &f32| (log.exp() - 1.0).round().clamp(1.0, MAX_UNITS) as u32;
        let units: Vec<u32> = log_durations.iter().map(round).collect();
        let x = spread(&tokens, net.encoder.width, &units, |_, _| {});
        let frames = net.frames.apply(&x).chunks_exact(3).map(|y| [y[0], y[1], y[2]]).collect();
        RawProsody { log_durations, units, frames }
    }

    /// Control frames of a phrase given as ids with its prosody.
    pub fn decode(&self, ids: &[u16], units: &[u32], prosody: &[[f32; 3]]) -> Vec<ControlFrame> {
        let net = &self.decoder;
        let tokens = net.encoder.apply(ids);
        let x = spread(&tokens, net.encoder.width, units, |row, f| {
            let [v, a, b] = prosody[f];
            row.extend_from_slice(&if v > 0.0 { [1.0, a, b] } else { [0.0, 0.0, b] });
        });
        let out = net.frames.apply(&x);
        let mut frames = Vec::with_capacity(out.len() / CHANNELS);
        for row in out.chunks_exact(SUBFRAMES * CHANNELS) {
            for j in 0..SUBFRAMES {
                let at = j * CHANNELS;
                frames.push(std::array::from_fn(|k| row[at + k] * net.std[at + k] + net.mean[at + k]));
            }
        }
        frames
    }
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
