//! Broken copies of lawful texts, for the tests of what reads from the network. Seeded: each run sees the same.

/// How many inputs a test tries; `PSIVOX_FUZZ_INPUTS` asks for more.
pub(crate) fn inputs() -> u32 {
    std::env::var("PSIVOX_FUZZ_INPUTS").ok().and_then(|text| text.parse().ok()).unwrap_or(20_000)
}

/// Shows `look` that many texts, each a seed with some bytes changed, cut out, doubled or taken from another seed.
pub(crate) fn mutated(seeds: &[&str], mut look: impl FnMut(&str)) {
    const TOKENS: [&str; 12] =
        ["{", "}", "[", "]", "\"", ",", ":", "null", "-1e999", "\\u0000", "\\ud800", "99999999999999999999"];
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % (below.max(1) as u64)).unwrap_or(0)
    };
    for _ in 0..inputs() {
        let mut bytes = seeds[random(seeds.len())].as_bytes().to_vec();
        for _ in 0..=random(6) {
            let (from, other) = (random(bytes.len() + 1), random(bytes.len() + 1));
            let (from, to) = (from.min(other), from.max(other));
            match random(5) {
                0 if from < bytes.len() => bytes[from] = u8::try_from(random(256)).unwrap_or(0),
                1 => drop(bytes.drain(from..to.min(from + 32))),
                2 if bytes.len() < 16_384 => {
                    bytes.splice(from..from, bytes[from..to].to_vec()).for_each(drop)
                }
                3 => bytes.splice(from..from, TOKENS[random(TOKENS.len())].bytes()).for_each(drop),
                _ => {
                    let other = seeds[random(seeds.len())].as_bytes();
                    let start = random(other.len());
                    bytes.splice(from..from, other[start..].iter().copied().take(64)).for_each(drop);
                }
            }
        }
        look(&String::from_utf8_lossy(&bytes));
    }
}
