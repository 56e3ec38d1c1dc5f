"""Builds core/data/en_us.lex (pronunciations) and core/data/en_us.tag (part-of-speech tagger).

    python build.py ASSETS OUT

ASSETS: the folder hibari/assets of the Python package hibari-tts 0.2.1, which holds misaki's
lexicon_us_gold.json.gz and lexicon_us_silver.json.gz (Apache-2.0) and tagger.json.gz (Apache-2.0).
Words of additions.tsv that misaki lacks join the gold ones.
OUT: the folder core/data. The output is the same for the same input, byte for byte.
"""
import gzip
import json
import pathlib
import struct
import sys

from tables import pack_table

# The order is the format: text/lexicon.rs numbers its `Sense` the same way.
SENSES = ["DEFAULT", "NOUN", "VERB", "ADJ", "ADV", "DT", "VBD", "VBN", "VBP", "None"]
SILVER = 0x80
SPELL_OUT = 0xFF


def load(path: pathlib.Path):
    with gzip.open(path, "rt", encoding="utf-8") as f:
        return json.load(f)


def additions() -> dict:
    lines = (pathlib.Path(__file__).parent / "additions.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if line and not line.startswith("#"))


def senses_of(entry) -> dict:
    return entry if isinstance(entry, dict) else {"DEFAULT": entry}


def build_lexicon(gold: dict, silver: dict) -> bytes:
    """Alphabet (u16 bytes of UTF-8, the UTF-8), then a table: word -> senses.

    Payload: u8 tier (SILVER or 0) + number of senses; one sense: its phones to the end; several: for
    each u8 sense, u8 length (SPELL_OUT: read the letters), phones. A phone is an index in the alphabet.
    """
    alphabet = sorted({c for d in (gold, silver) for e in d.values() for p in senses_of(e).values() for c in p or ""})
    number = {c: i for i, c in enumerate(alphabet)}

    def phones(p: str) -> bytes:
        return bytes(number[c] for c in p)

    def payload(entry, tier: int) -> bytes:
        senses = senses_of(entry)
        default = senses["DEFAULT"]
        if all(p == default for p in senses.values()):
            return bytes([tier | 1]) + phones(default)
        out = bytearray([tier | len(senses)])
        for sense in sorted(senses, key=SENSES.index):
            p = senses[sense]
            out += bytes([SENSES.index(sense)])
            out += bytes([SPELL_OUT]) if p is None else bytes([len(p)]) + phones(p)
        return bytes(out)

    entries = {w.encode(): payload(e, SILVER) for w, e in silver.items()}
    entries.update({w.encode(): payload(e, 0) for w, e in gold.items()})
    letters = "".join(alphabet).encode()
    return struct.pack("<H", len(letters)) + letters + pack_table(entries)


def build_tagger(model: dict) -> bytes:
    """u8 tags, each u8 length and name; then a table with three kinds of keys:
    "d" + word -> u8 tag (words with one dominant tag); "v" + word -> nothing (words with own features);
    "f" + feature -> pairs of u8 tag, i16 weight in tenths."""
    tags = sorted(model["tags"])
    number = {t: i for i, t in enumerate(tags)}
    entries = {b"d" + w.encode(): bytes([number[t]]) for w, t in model["tagdict"].items()}
    entries.update({b"v" + w.encode(): b"" for w in model["vocab"]})
    for feature, weights in model["weights"].items():
        pairs = sorted((number[t], round(10 * w)) for t, w in weights.items())
        entries[b"f" + feature.encode()] = b"".join(struct.pack("<Bh", t, w) for t, w in pairs if w)
    names = b"".join(bytes([len(t)]) + t.encode() for t in tags)
    return bytes([len(tags)]) + names + pack_table(entries)


def main() -> None:
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    assets, out = map(pathlib.Path, sys.argv[1:])
    gold = additions() | load(assets / "lexicon_us_gold.json.gz")
    lexicon = build_lexicon(gold, load(assets / "lexicon_us_silver.json.gz"))
    tagger = build_tagger(load(assets / "tagger.json.gz"))
    for name, data in (("en_us.lex", lexicon), ("en_us.tag", tagger)):
        (out / name).write_bytes(data)
        print(name, len(data), "bytes")


if __name__ == "__main__":
    main()
