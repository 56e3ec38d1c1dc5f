"""Writer of the front-coded tables that the text front-end reads (core/src/text/table.rs).

Layout, little endian: magic "PVXT", u32 entries, u32 entries per block, u32 blocks, u32 byte offset of
each block (from the first block), then the blocks. An entry is: u8 bytes shared with the key before it
(0 at the start of a block), u8 further key bytes, those bytes, u8 payload bytes, the payload. Keys are
sorted by their bytes; a payload longer than 254 bytes is written as 255 and a u16 length.
"""
import struct

BLOCK_ENTRIES = 16


def shared_prefix(a: bytes, b: bytes) -> int:
    n = 0
    for x, y in zip(a, b):
        if x != y or n == 255:
            break
        n += 1
    return n


def pack_table(entries: dict[bytes, bytes]) -> bytes:
    """A table of byte-string keys (at most 255 bytes) and byte-string payloads."""
    keys = sorted(entries)
    blocks, offsets = bytearray(), []
    before = b""
    for i, key in enumerate(keys):
        if len(key) > 255:
            raise ValueError(f"key of {len(key)} bytes, at most 255: {key[:40]!r}")
        if i % BLOCK_ENTRIES == 0:
            offsets.append(len(blocks))
            shared = 0
        else:
            shared = shared_prefix(before, key)
        payload = entries[key]
        blocks += bytes([shared, len(key) - shared]) + key[shared:]
        blocks += bytes([len(payload)]) if len(payload) < 255 else b"\xff" + struct.pack("<H", len(payload))
        blocks += payload
        before = key
    head = b"PVXT" + struct.pack("<III", len(keys), BLOCK_ENTRIES, len(offsets))
    return head + struct.pack(f"<{len(offsets)}I", *offsets) + bytes(blocks)
