//! Numbers that tell things apart: the same on every machine and in every version, unlike std's hasher.

/// FNV-1a, 64 bits (Fowler, Noll & Vo).
pub(crate) fn fnv_1a(bytes: impl IntoIterator<Item = u8>) -> u64 {
    let eat = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.into_iter().fold(0xcbf2_9ce4_8422_2325, eat)
}

/// Of a sequence of parts; never 0.
pub(crate) fn digest<const N: usize>(parts: [&[u8]; N]) -> u64 {
    // With their lengths, so that "ab", "c" is not "a", "bc".
    let bytes =
        parts.into_iter().flat_map(|part| part.iter().copied().chain((part.len() as u64).to_le_bytes()));
    fnv_1a(bytes).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_never_change() {
        let of = |text: &[u8]| fnv_1a(text.iter().copied());
        assert_eq!(of(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(of(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(of(b"foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn parts_are_told_apart() {
        assert_ne!(digest([b"ab", b"c"]), digest([b"a", b"bc"]));
        assert_eq!(digest([b"ab", b"c"]), digest([b"ab", b"c"]));
    }
}
