//! The `.psv` voice file: `PSIVOICE`, version, JSON, tensors, CRC-32. The layout is described in `tools/fit/README.md`.

use super::person::PersonMeta;
use half::f16;
use serde::Deserialize;
use std::collections::HashMap;

const MAGIC: &[u8; 8] = b"PSIVOICE";
const VERSION: u32 = 2;
/// A voice of the agreed size is under 4 MB; anything far above is not one of ours.
const MAX_BYTES: usize = 64 << 20;
const MAX_PEOPLE: usize = 256;

/// Why a voice file was refused.
#[derive(Debug, thiserror::Error)]
pub enum VoiceFileError {
    /// The file does not begin like a voice.
    #[error("this is not a Psivox voice: it does not begin with PSIVOICE; choose a .psv file")]
    Magic,
    /// Too short, or too long to be a voice.
    #[error("the voice file has {found} bytes, expected {expected}; copy it again")]
    Size {
        /// Bytes found.
        found: usize,
        /// What was expected.
        expected: &'static str,
    },
    /// Made by a newer tool.
    #[error("the voice file has version {found}, this build reads version {VERSION}; update Psivox")]
    Version {
        /// Version found.
        found: u32,
    },
    /// The contents were changed on the way.
    #[error("the voice file is damaged (checksum {found:08x}, expected {expected:08x}); copy it again")]
    Checksum {
        /// Checksum of what is there.
        found: u32,
        /// Checksum written in the file.
        expected: u32,
    },
    /// The description inside is not what a voice needs.
    #[error("the voice file's description cannot be used: {0}")]
    Meta(#[from] serde_json::Error),
    /// A tensor is missing, misplaced or of another shape.
    #[error("the voice file's tensor '{name}': {problem}; export the voice again")]
    Tensor {
        /// Name of the tensor.
        name: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A number in the description is outside what the renderer can use.
    #[error("the voice file's {field} is {found}, expected {expected}; export the voice again")]
    Field {
        /// Name in the JSON.
        field: &'static str,
        /// What was found.
        found: String,
        /// What was expected.
        expected: &'static str,
    },
}

/// What the file says of itself (the JSON part).
#[derive(Debug, Clone, Deserialize)]
pub struct VoiceMeta {
    /// Name of the file's model.
    pub name: String,
    /// Licence of the file.
    pub licence: String,
    /// Who is in it.
    pub voices: Vec<PersonMeta>,
    /// Control frames per second.
    pub frame_rate_hz: f32,
    /// Prosody frames per second.
    pub prosody_rate_hz: f32,
    /// Unit of the predicted durations in s.
    pub duration_unit_s: f32,
    /// The envelope's axis.
    pub knots: KnotsMeta,
    /// Gain on the free parts that makes up for the analysis window.
    pub noise_gain: f32,
    /// Width of the sharpening's Gaussian in knots.
    pub sharpen_sigma_points: f32,
    /// Amount of sharpening of f0 over time.
    pub f0_sharpen: f32,
    /// Width of its Gaussian in prosody frames.
    pub f0_sharpen_sigma_frames: f32,
    /// Symbol -> id.
    pub tokens: HashMap<char, u16>,
    /// Id before the first symbol.
    pub bos: u16,
    /// Id after the last symbol.
    pub eos: u16,
    /// Added to the start of every phone, in s.
    pub phone_time_offset_s: f32,
    /// Where in the run of spaces and stress marks before it a phone starts, 0..=1.
    pub phone_gap_fraction: f32,
    /// Start of a silence relative to its punctuation's token, in s.
    pub pause_start_offset_s: f32,
    /// Start of the last silence relative to the end of the last phone's token, in s.
    pub end_offset_s: f32,
    tensors: Vec<TensorMeta>,
}

/// The envelope's axis as written in the file.
#[derive(Debug, Clone, Copy, Deserialize)]
pub struct KnotsMeta {
    /// How many points.
    pub count: usize,
    /// Scale in Hz.
    pub base_hz: f32,
    /// 1 + top / base.
    pub ratio: f32,
}

#[derive(Debug, Clone, Deserialize)]
struct TensorMeta {
    name: String,
    dtype: String,
    shape: Vec<usize>,
    offset: usize,
}

/// A checked voice file: description and tensors as f32.
#[derive(Debug)]
pub struct VoiceFile {
    /// What the file says of itself.
    pub meta: VoiceMeta,
    tensors: HashMap<String, (Vec<usize>, Vec<f32>)>,
}

impl VoiceMeta {
    /// Reads and checks the description in the bytes of a `.psv` file and leaves the tensors alone.
    ///
    /// # Errors
    /// Anything that is not a whole, undamaged voice of a known version.
    pub fn read(bytes: &[u8]) -> Result<Self, VoiceFileError> {
        let meta: Self = serde_json::from_slice(split(bytes)?.0)?;
        check_fields(&meta)?;
        Ok(meta)
    }
}

impl VoiceFile {
    /// Reads and checks the bytes of a `.psv` file.
    ///
    /// # Errors
    /// Anything that is not a whole, undamaged voice of a known version.
    pub fn parse(bytes: &[u8]) -> Result<Self, VoiceFileError> {
        let (meta, payload) = split(bytes)?;
        let meta: VoiceMeta = serde_json::from_slice(meta)?;
        check_fields(&meta)?;
        let mut tensors = HashMap::with_capacity(meta.tensors.len());
        for tensor in &meta.tensors {
            tensors.insert(tensor.name.clone(), (tensor.shape.clone(), tensor.read(payload)?));
        }
        Ok(Self { meta, tensors })
    }

    /// Takes a tensor out, checking its shape.
    ///
    /// # Errors
    /// The tensor is missing or has another shape.
    pub fn take(&mut self, name: &str, shape: &[usize]) -> Result<Vec<f32>, VoiceFileError> {
        let fail = |problem: String| VoiceFileError::Tensor { name: name.to_owned(), problem };
        let (found, values) = self.tensors.remove(name).ok_or_else(|| fail("missing".into()))?;
        if found != shape {
            return Err(fail(format!("has shape {found:?}, expected {shape:?}")));
        }
        Ok(values)
    }

    /// Shape of a tensor, if there is one of that name.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|(shape, _)| shape.as_slice())
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
}

/// (JSON, payload) of a file whose frame and checksum are in order.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), VoiceFileError> {
    if !bytes.starts_with(MAGIC) {
        return Err(VoiceFileError::Magic);
    }
    if bytes.len() < 20 || bytes.len() > MAX_BYTES {
        return Err(VoiceFileError::Size { found: bytes.len(), expected: "20 bytes to 64 MiB" });
    }
    let version = u32_at(bytes, 8);
    if version != VERSION {
        return Err(VoiceFileError::Version { found: version });
    }
    let (body, expected) = (&bytes[..bytes.len() - 4], u32_at(bytes, bytes.len() - 4));
    let found = crc32fast::hash(body);
    if found != expected {
        return Err(VoiceFileError::Checksum { found, expected });
    }
    let json_end = 16usize.saturating_add(u32_at(bytes, 12) as usize);
    let start = json_end.saturating_add(15) / 16 * 16;
    if start > body.len() {
        return Err(VoiceFileError::Size { found: bytes.len(), expected: "a description and tensors" });
    }
    Ok((&body[16..json_end], &body[start..]))
}

fn check_fields(meta: &VoiceMeta) -> Result<(), VoiceFileError> {
    let check = |field, value: f32, low: f32, high: f32, expected| {
        let good = value.is_finite() && value >= low && value <= high;
        good.then_some(()).ok_or(VoiceFileError::Field { field, found: value.to_string(), expected })
    };
    check("knots.count", meta.knots.count as f32, 48.0, 48.0, "48")?;
    check("knots.base_hz", meta.knots.base_hz, 50.0, 24_000.0, "50 to 24000 Hz")?;
    check("knots.ratio", meta.knots.ratio, 1.5, 1000.0, "1.5 to 1000")?;
    check("voices", meta.voices.len() as f32, 1.0, MAX_PEOPLE as f32, "1 to 256 people")?;
    for person in &meta.voices {
        check("f0_mean_hz", person.f0_mean_hz, 40.0, 800.0, "40 to 800 Hz")?;
        check("sharpen", person.sharpen, 0.0, 2.0, "0 to 2")?;
    }
    check("f0_sharpen", meta.f0_sharpen, 0.0, 2.0, "0 to 2")?;
    check("f0_sharpen_sigma_frames", meta.f0_sharpen_sigma_frames, 0.1, 40.0, "0.1 to 40")?;
    check("frame_rate_hz", meta.frame_rate_hz, 240.0, 240.0, "240")?;
    check("prosody_rate_hz", meta.prosody_rate_hz, 80.0, 80.0, "80")?;
    check("duration_unit_s", meta.duration_unit_s, 0.025, 0.025, "0.025")?;
    check("noise_gain", meta.noise_gain, 0.0, 4.0, "0 to 4")?;
    check("sharpen_sigma_points", meta.sharpen_sigma_points, 0.1, 20.0, "0.1 to 20")?;
    check("phone_time_offset_s", meta.phone_time_offset_s, -0.2, 0.2, "-0.2 to 0.2 s")?;
    check("phone_gap_fraction", meta.phone_gap_fraction, 0.0, 1.0, "0 to 1")?;
    check("pause_start_offset_s", meta.pause_start_offset_s, -0.5, 0.5, "-0.5 to 0.5 s")?;
    check("end_offset_s", meta.end_offset_s, -1.0, 0.5, "-1 to 0.5 s")
}

impl TensorMeta {
    fn read(&self, payload: &[u8]) -> Result<Vec<f32>, VoiceFileError> {
        let fail = |problem: String| VoiceFileError::Tensor { name: self.name.clone(), problem };
        let width = match self.dtype.as_str() {
            "f16" => 2,
            "f32" => 4,
            other => return Err(fail(format!("has type '{other}', expected f16 or f32"))),
        };
        let count = self.shape.iter().try_fold(1usize, |product, side| product.checked_mul(*side));
        let end =
            count.and_then(|count| count.checked_mul(width)).and_then(|size| size.checked_add(self.offset));
        let bytes = end
            .and_then(|end| payload.get(self.offset..end))
            .ok_or_else(|| fail("runs past the end".into()))?;
        let values: Vec<f32> = match width {
            2 => bytes.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect(),
            _ => bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        };
        if values.iter().any(|value| !value.is_finite()) {
            return Err(fail("holds a number that is not finite".into()));
        }
        Ok(values)
    }
}
