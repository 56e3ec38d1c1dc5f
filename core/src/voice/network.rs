//! Token encoder and frame net: stacks of Koopman blocks over tokens and over frames.

use super::block::{Block, Norm, Scratch};
use super::file::{VoiceFile, VoiceFileError};
use super::linear::Linear;
use super::person::{Person, VoiceTable};

/// Position features of a frame inside its token.
pub(super) const POSITION_FEATURES: usize = 7;

/// Embedding and blocks over the tokens of a phrase.
#[derive(Debug)]
pub(super) struct TokenEncoder {
    /// [vocabulary x width], row-major.
    embedding: Vec<f32>,
    pub(super) width: usize,
    vocabulary: usize,
    /// What each voice adds to every token.
    voices: VoiceTable,
    blocks: Vec<Block>,
}

impl TokenEncoder {
    pub(super) fn load(file: &mut VoiceFile, name: &str) -> Result<Self, VoiceFileError> {
        let table = format!("{name}.embedding.weight");
        let shape = file.shape(&table).unwrap_or_default().to_vec();
        let [vocabulary, width] = shape[..] else {
            let problem = format!("has shape {shape:?}, expected [vocabulary, width]");
            return Err(VoiceFileError::Tensor { name: table, problem });
        };
        let embedding = file.take(&table, &[vocabulary, width])?;
        let voices = VoiceTable::load(file, name, width)?;
        Ok(Self { embedding, width, vocabulary, voices, blocks: load_blocks(file, name, width)? })
    }

    /// ids -> e[tokens x width]. An id outside the vocabulary reads row 0.
    pub(super) fn apply(&self, ids: &[u16], person: &Person) -> Vec<f32> {
        let own = self.voices.of(person);
        let mut x = Vec::with_capacity(ids.len() * self.width);
        for id in ids {
            let row = if (*id as usize) < self.vocabulary { *id as usize } else { 0 };
            let shared = &self.embedding[row * self.width..(row + 1) * self.width];
            x.extend(shared.iter().zip(&own).map(|(shared, own)| shared + own));
        }
        Scratch::lend(|scratch| {
            for block in &self.blocks {
                block.apply(&mut x, ids.len(), person, scratch);
            }
        });
        x
    }
}

fn load_blocks(file: &mut VoiceFile, name: &str, width: usize) -> Result<Vec<Block>, VoiceFileError> {
    let mut blocks = Vec::new();
    loop {
        let prefix = format!("{name}.blocks.{}", blocks.len());
        if file.shape(&format!("{prefix}.skip")).is_none() {
            return Ok(blocks);
        }
        blocks.push(Block::load(file, &prefix, width)?);
    }
}

/// Blocks over the frames of a phrase.
#[derive(Debug)]
pub(super) struct FrameNet {
    input: Linear,
    /// What each voice adds to every frame.
    voices: VoiceTable,
    blocks: Vec<Block>,
    norm: Norm,
    head: Linear,
    inputs: usize,
}

impl FrameNet {
    /// `inputs` = token width + features; `outputs` of the head.
    pub(super) fn load(
        file: &mut VoiceFile,
        name: &str,
        inputs: usize,
        outputs: usize,
    ) -> Result<Self, VoiceFileError> {
        let norm = format!("{name}.norm.weight");
        let width = file.shape(&norm).and_then(|shape| shape.first().copied()).unwrap_or(0);
        if width == 0 {
            return Err(VoiceFileError::Tensor { name: norm, problem: "missing".into() });
        }
        Ok(Self {
            input: Linear::load(file, &format!("{name}.input"), width, inputs, true)?,
            voices: VoiceTable::load(file, name, width)?,
            blocks: load_blocks(file, name, width)?,
            norm: Norm::load(file, &format!("{name}.norm"), width)?,
            head: Linear::load(file, &format!("{name}.head"), outputs, width, true)?,
            inputs,
        })
    }

    /// x: [rows x inputs] -> [rows x outputs].
    pub(super) fn apply(&self, x: &[f32], person: &Person) -> Vec<f32> {
        let rows = x.len() / self.inputs;
        let mut h = self.input.apply(x, rows);
        let own = self.voices.of(person);
        for row in h.chunks_exact_mut(own.len()) {
            row.iter_mut().zip(&own).for_each(|(value, own)| *value += own);
        }
        Scratch::lend(|scratch| {
            for block in &self.blocks {
                block.apply(&mut h, rows, person, scratch);
            }
        });
        self.head.apply(&self.norm.apply(&h, person), rows)
    }
}

/// Features of frame `p` of a token that has `length` frames.
pub(super) fn position_features(p: usize, length: usize) -> [f32; POSITION_FEATURES] {
    let (after, q) = (p as f32, (length - 1 - p) as f32);
    let s = (after + 0.5) / length as f32;
    [
        2.0 * s - 1.0,
        4.0 * s * (1.0 - s),
        (length as f32 / 4.0).ln(),
        (-after / 2.0).exp(),
        (-q / 2.0).exp(),
        (after / 16.0).min(1.0),
        (q / 16.0).min(1.0),
    ]
}
