//! Letter-to-sound: phones of a word that the lexicon lacks, by a joint n-gram model and a beam search.
//!
//! Every letter speaks a chunk of 0 to 2 phones; letter and chunk are one *graphone*, and
//! `p(word, phones) = prod_i p(g_i | g_{i-5} .. g_{i-1})` with Kneser-Ney back-off (Bisani and Ney 2008).
//! The n-grams are a trie (`core/data/en_us.lts` and `en_gb.lts`, written by `tools/lexicon/train_lts.py`) read in place.
//! A reading has exactly one primary stress; the search holds to that.

use super::dialect::Dialect;
use super::error::TextError;
use super::stress::{self, PRIMARY, Stress};
use super::table::{u16_at, u32_at};

static AMERICAN: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/en_us.lts"));
static BRITISH: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/data/en_gb.lts"));

/// Longest n-gram that the format allows for.
const MAX_ORDER: usize = 8;
/// Partial readings kept per letter. Stress is settled late, so the beam has to be wide: 8 loses 5 % of the
/// held-out words, 64 gains 0.1 %.
const BEAM: usize = 32;
/// Partial readings worse than the best by more than this are dropped, in nats.
const BEAM_WIDTH_NATS: f32 = 7.0;
/// Letters read in one search; longer strings are no words and are read in pieces, with little effort.
const MAX_LETTERS: usize = 48;
const BEAM_BEYOND: usize = 3;
/// Stored value of a back-off weight of 1.
const BACKOFF_ZERO: f32 = 128.0;
const ROOT: u32 = 0;
const NO_NODE: u32 = u32::MAX;

/// The n-grams of one order, as places in the file.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    size: usize,
    symbols: usize,
    costs: usize,
    backoffs: usize,
    children: usize,
}

/// The embedded model.
#[derive(Debug)]
pub(crate) struct LetterToSound {
    data: &'static [u8],
    order: usize,
    step: f32,
    /// Chunk of each graphone.
    chunks: Vec<&'static str>,
    /// Graphones of each letter: `first[c]..first[c + 1]`, c = 0 for 'a'.
    first: [u16; 27],
    levels: [Level; MAX_ORDER + 1],
}

/// A partial reading.
#[derive(Debug, Clone)]
struct Hypothesis {
    /// Trie node of the last 0, 1, 2 .. graphones, `NO_NODE` where the trie has none.
    nodes: [u32; MAX_ORDER],
    cost: f32,
    stressed: bool,
    /// Its last graphone and the reading it goes on from, in the search's trail.
    step: usize,
}

/// All steps of a search: graphone, and the place of the step before.
type Trail = Vec<(u16, usize)>;
const NO_STEP: usize = usize::MAX;

impl LetterToSound {
    /// Opens the embedded file of a dialect.
    pub(crate) fn embedded(dialect: Dialect) -> Result<Self, TextError> {
        let (file, data) = dialect.choose(("en_us.lts", AMERICAN), ("en_gb.lts", BRITISH));
        Self::parse(data).ok_or_else(|| TextError::BadData {
            file,
            expected: "a graphone model (mark PVXL) of at most order 8",
            found: format!("{} bytes that end early or say otherwise", data.len()),
        })
    }

    fn parse(data: &'static [u8]) -> Option<Self> {
        if data.get(..4)? != b"PVXL" {
            return None;
        }
        let order = *data.get(4)? as usize;
        let count = u16_at(data, 5)? as usize;
        let step = f32::from_le_bytes(data.get(7..11)?.try_into().ok()?);
        if !(1..=MAX_ORDER).contains(&order) || !step.is_finite() {
            return None;
        }
        let mut at = 11;
        let mut chunks = Vec::with_capacity(count);
        let mut per_letter = [0u16; 27];
        for _ in 0..count {
            let letter = data.get(at)?.checked_sub(b'a').filter(|&l| l < 26)?;
            let length = *data.get(at + 1)? as usize;
            chunks.push(std::str::from_utf8(data.get(at + 2..at + 2 + length)?).ok()?);
            per_letter[letter as usize + 1] += 1;
            at += 2 + length;
        }
        for i in 1..27 {
            per_letter[i] += per_letter[i - 1];
        }
        let mut levels = [Level::default(); MAX_ORDER + 1];
        for (n, level) in levels.iter_mut().enumerate().take(order + 1) {
            let size = u32_at(data, at)? as usize;
            let mut take = |bytes: usize| {
                let start = at + 4;
                at += bytes;
                start
            };
            level.size = size;
            level.symbols = take(if n > 0 { 2 * size } else { 0 });
            level.costs = take(if n > 0 { size } else { 0 });
            level.backoffs = take(if n < order { size } else { 0 });
            level.children = take(if n < order { 3 * (size + 1) } else { 0 });
            at += 4;
        }
        (at == data.len()).then_some(Self { data, order, step, chunks, first: per_letter, levels })
    }

    fn symbol(&self, n: usize, node: usize) -> u16 {
        u16_at(self.data, self.levels[n].symbols + 2 * node).unwrap_or(u16::MAX)
    }

    fn cost(&self, n: usize, node: usize) -> f32 {
        self.data.get(self.levels[n].costs + node).map_or(0.0, |&c| f32::from(c) * self.step)
    }

    /// Cost of leaving a context for the next shorter one.
    fn backoff(&self, n: usize, node: u32) -> f32 {
        self.data
            .get(self.levels[n].backoffs + node as usize)
            .map_or(0.0, |&b| (BACKOFF_ZERO - f32::from(b)) * self.step)
    }

    fn child_bound(&self, n: usize, node: usize) -> usize {
        let at = self.levels[n].children + 3 * node;
        self.data
            .get(at..at + 3)
            .map_or(0, |b| usize::from(b[0]) | usize::from(b[1]) << 8 | usize::from(b[2]) << 16)
    }

    /// The children of a node of order `n` whose symbols lie in `symbols`, as nodes of order `n + 1`.
    fn children(&self, n: usize, node: u32, symbols: std::ops::Range<u16>) -> std::ops::Range<usize> {
        let (low, high) = (self.child_bound(n, node as usize), self.child_bound(n, node as usize + 1));
        let high = high.min(self.levels[n + 1].size);
        let place = |symbol: u16| {
            let (mut a, mut b) = (low.min(high), high);
            while a < b {
                let middle = (a + b) / 2;
                if self.symbol(n + 1, middle) < symbol { a = middle + 1 } else { b = middle }
            }
            a
        };
        place(symbols.start)..place(symbols.end)
    }

    fn child(&self, n: usize, node: u32, symbol: u16) -> u32 {
        let found = self.children(n, node, symbol..symbol + 1);
        if found.is_empty() { NO_NODE } else { found.start as u32 }
    }

    /// The histories after `symbol` follows those of `nodes`.
    fn advance(&self, nodes: &[u32; MAX_ORDER], symbol: u16) -> [u32; MAX_ORDER] {
        let mut next = [NO_NODE; MAX_ORDER];
        next[0] = ROOT;
        for n in 0..self.order - 1 {
            if nodes[n] != NO_NODE {
                next[n + 1] = self.child(n, nodes[n], symbol);
            }
        }
        next
    }

    /// Costs of the graphones in `symbols` after a history; longest contexts first, so the first found counts.
    fn costs(&self, nodes: &[u32; MAX_ORDER], symbols: std::ops::Range<u16>, found: &mut Vec<(u16, f32)>) {
        found.clear();
        let mut left = 0.0;
        for n in (0..self.order).rev() {
            if nodes[n] == NO_NODE {
                continue;
            }
            for child in self.children(n, nodes[n], symbols.clone()) {
                let symbol = self.symbol(n + 1, child);
                if !found.iter().any(|&(s, _)| s == symbol) {
                    found.push((symbol, left + self.cost(n + 1, child)));
                }
            }
            left += self.backoff(n, nodes[n]);
        }
    }

    fn start(&self) -> Hypothesis {
        let mut nodes = [NO_NODE; MAX_ORDER];
        nodes[0] = ROOT;
        let nodes = self.advance(&nodes, self.chunks.len() as u16);
        Hypothesis { nodes, cost: 0.0, stressed: false, step: NO_STEP }
    }

    fn extend(&self, beam: &[Hypothesis], letter: u8, width: usize, trail: &mut Trail) -> Vec<Hypothesis> {
        let symbols = self.first[letter as usize]..self.first[letter as usize + 1];
        let mut options: Vec<(f32, usize, u16, bool)> = Vec::new();
        let mut found = Vec::new();
        let mut best = f32::INFINITY;
        for (from, hypothesis) in beam.iter().enumerate() {
            self.costs(&hypothesis.nodes, symbols.clone(), &mut found);
            for &(symbol, cost) in &found {
                let primary = self.chunks[symbol as usize].contains(PRIMARY);
                let cost = hypothesis.cost + cost;
                if !(primary && hypothesis.stressed) && cost < best + BEAM_WIDTH_NATS {
                    best = best.min(cost);
                    options.push((cost, from, symbol, primary || hypothesis.stressed));
                }
            }
        }
        options.retain(|o| o.0 < best + BEAM_WIDTH_NATS);
        options.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.cmp(&b.2)));
        let mut next: Vec<Hypothesis> = Vec::with_capacity(width);
        for (cost, from, symbol, stressed) in options {
            let nodes = self.advance(&beam[from].nodes, symbol);
            // The same history costs the same from here on: only its best reading can win.
            if next.iter().any(|h| h.nodes == nodes && h.stressed == stressed) {
                continue;
            }
            trail.push((symbol, beam[from].step));
            next.push(Hypothesis { nodes, cost, stressed, step: trail.len() - 1 });
            if next.len() == width {
                break;
            }
        }
        next
    }

    fn read_piece(&self, letters: &[u8], width: usize) -> String {
        let mut beam = vec![self.start()];
        let mut trail = Trail::new();
        for &letter in letters {
            beam = self.extend(&beam, letter, width, &mut trail);
        }
        let end = self.chunks.len() as u16 + 1;
        let mut found = Vec::new();
        let total = |h: &Hypothesis, found: &mut Vec<(u16, f32)>| {
            self.costs(&h.nodes, end..end + 1, found);
            h.cost + found.first().map_or(20.0, |f| f.1)
        };
        let best = beam
            .iter()
            .map(|h| (!h.stressed, total(h, &mut found), h))
            .min_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut step = best.map_or(NO_STEP, |(_, _, h)| h.step);
        let mut chunks = Vec::with_capacity(letters.len());
        while let Some(&(graphone, before)) = trail.get(step) {
            chunks.push(self.chunks[graphone as usize]);
            step = before;
        }
        let phones: String = chunks.into_iter().rev().collect();
        stress::apply(&phones, Stress::Raise)
    }

    /// Phones of a word; letters other than a to z (in either case) are passed over.
    pub(crate) fn read(&self, word: &str) -> String {
        let letters: Vec<u8> =
            word.bytes().filter(u8::is_ascii_alphabetic).map(|b| b.to_ascii_lowercase() - b'a').collect();
        let width = if letters.len() > MAX_LETTERS { BEAM_BEYOND } else { BEAM };
        letters.chunks(MAX_LETTERS).map(|piece| self.read_piece(piece, width)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distributions_sum_to_one() {
        for dialect in [Dialect::American, Dialect::British] {
            sums_to_one(&LetterToSound::embedded(dialect).expect("embedded"));
        }
    }

    fn sums_to_one(model: &LetterToSound) {
        let start = model.start();
        let mut found = Vec::new();
        model.costs(&start.nodes, 0..model.chunks.len() as u16 + 2, &mut found);
        let sum: f32 = found.iter().map(|&(_, cost)| (-cost).exp()).sum();
        assert!((0.9..1.1).contains(&sum), "{sum} over {} graphones", found.len());
    }

    #[test]
    fn regular_words_are_read_as_english() {
        let model = LetterToSound::embedded(Dialect::American).expect("embedded");
        assert_eq!(model.read("blick"), "blˈɪk");
        assert_eq!(model.read("shast"), "ʃˈæst");
        assert_eq!(model.read(""), "");
        assert_eq!(model.read("ЖЖ"), "");
    }

    #[test]
    fn regular_words_are_read_as_british_english() {
        let model = LetterToSound::embedded(Dialect::British).expect("embedded");
        assert_eq!(model.read("blick"), "blˈɪk");
        assert_eq!(model.read("sharp"), "ʃˈɑːp");
        assert_eq!(model.read("plore"), "plˈɔː");
    }

    #[test]
    fn every_reading_has_one_primary_stress_or_no_vowel() {
        let model = LetterToSound::embedded(Dialect::American).expect("embedded");
        for word in [
            "Psivox",
            "zzz",
            "aeiouaeiou",
            "Nguyen",
            "Llanfairpwllgwyngyllgogerychwyrndrobwllllantysiliogogogoch",
        ] {
            let phones = model.read(word);
            let marks = phones.matches(PRIMARY).count();
            let pieces = word.len().div_ceil(MAX_LETTERS);
            assert!(marks == pieces || !phones.chars().any(stress::is_vowel), "{word}: {phones}");
        }
    }
}
