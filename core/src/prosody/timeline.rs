//! Where each symbol of a phrase lies among its 80 Hz frames.

use std::ops::Range;

/// Contour frames per unit of duration (25 ms).
const FRAMES_PER_UNIT: usize = 2;

/// First frames of all symbols of a phrase.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Timeline {
    /// [symbols + 1]: where each begins, and where the last ends. A symbol that the voice does not know is empty.
    starts: Vec<usize>,
}

impl Timeline {
    /// `token_source[i]` is the symbol of token `i + 1`; token 0 and the last one are the silences around the phrase.
    pub(super) fn new(symbols: usize, token_source: &[usize], units: &[u32]) -> Self {
        let frames = |token: usize| units.get(token).map_or(0, |units| *units as usize * FRAMES_PER_UNIT);
        let mut starts = Vec::with_capacity(symbols + 1);
        let mut at = frames(0);
        for (i, source) in token_source.iter().enumerate() {
            // Symbols that were left out begin where the next one does.
            while starts.len() <= *source {
                starts.push(at);
            }
            at += frames(i + 1);
        }
        while starts.len() <= symbols {
            starts.push(at);
        }
        Self { starts }
    }

    /// First frame of a symbol.
    pub(super) fn start(&self, symbol: usize) -> usize {
        self.starts[symbol.min(self.starts.len() - 1)]
    }

    /// The frames of a run of symbols.
    pub(super) fn frames(&self, symbols: &Range<usize>) -> Range<usize> {
        self.start(symbols.start)..self.start(symbols.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_symbols_are_empty() {
        // Symbols 0, 2, 3 are known; bos 5 units, then 1, 2, 3, eos 1.
        let timeline = Timeline::new(5, &[0, 2, 3], &[5, 1, 2, 3, 1]);
        assert_eq!(timeline.frames(&(0..1)), 10..12);
        assert_eq!(timeline.frames(&(1..2)), 12..12);
        assert_eq!(timeline.frames(&(2..4)), 12..22);
        assert_eq!(timeline.frames(&(4..5)), 22..22);
    }
}
