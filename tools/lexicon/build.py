"""Builds core/data/en_us.lex and en_gb.lex (pronunciations) and core/data/en_us.tag (part-of-speech tagger).

    python build.py ASSETS OUT [--dialect us|gb]

ASSETS: the folder hibari/assets of the Python package hibari-tts 0.2.1, which holds misaki's
lexicon_{us,gb}_{gold,silver}.json.gz (Apache-2.0) and tagger.json.gz (Apache-2.0).
Words of additions.tsv (American) and additions_gb.tsv (British) that misaki lacks join the gold ones;
those of OVERRIDES replace misaki's.
OUT: the folder core/data. The output is the same for the same input, byte for byte.
Needs numpy.
"""
import argparse
import gzip
import json
import pathlib
import struct

import numpy as np

from tables import pack_table

DIALECTS = {"us": "additions.tsv", "gb": "additions_gb.tsv"}
# misaki's British list names the letter as Americans do.
OVERRIDES = {"us": {}, "gb": {"Z": "zˈɛd"}}

# The order is the format: text/lexicon.rs numbers its `Sense` the same way.
SENSES = ["DEFAULT", "NOUN", "VERB", "ADJ", "ADV", "DT", "VBD", "VBN", "VBP", "None"]
SILVER = 0x80
SPELL_OUT = 0xFF
MAX_UNITS = 256             # a unit's number is one byte


def load(path: pathlib.Path):
    with gzip.open(path, "rt", encoding="utf-8") as f:
        return json.load(f)


def dictionaries(assets: pathlib.Path, dialect: str) -> tuple[dict, dict]:
    """The gold and the silver words of a dialect."""
    gold, silver = (load(assets / f"lexicon_{dialect}_{tier}.json.gz") for tier in ("gold", "silver"))
    lines = (pathlib.Path(__file__).parent / DIALECTS[dialect]).read_text(encoding="utf-8").splitlines()
    additions = dict(line.split("\t") for line in lines if line and not line.startswith("#"))
    return additions | gold | OVERRIDES[dialect], silver


def senses_of(entry) -> dict:
    return entry if isinstance(entry, dict) else {"DEFAULT": entry}


def byte_pairs(strings: list[str]) -> tuple[list[str], dict[str, bytes]]:
    """Units (single phones and runs of phones) and every string as numbers of units.

    Byte-pair encoding (Gage 1994): the commonest pair of neighbours becomes a unit of its own, until
    there are MAX_UNITS; ties go to the pair with the lower numbers.
    """
    strings = sorted(set(strings))
    units = sorted({c for s in strings for c in s})
    number = {c: i for i, c in enumerate(units)}
    end = MAX_UNITS                                     # stands after every string, pairs with nothing
    flat = np.array([n for s in strings for n in (*(number[c] for c in s), end)])
    while len(units) < MAX_UNITS:
        inner = (flat[:-1] != end) & (flat[1:] != end) & (flat[:-1] != flat[1:])
        pairs = flat[:-1] * MAX_UNITS + flat[1:]
        best = int(np.argmax(np.bincount(pairs[inner])))
        at = np.flatnonzero(inner & (pairs == best))
        flat[at] = len(units)
        flat = np.delete(flat, at + 1)
        units.append(units[best // MAX_UNITS] + units[best % MAX_UNITS])
    cuts = np.flatnonzero(flat == end)
    rows = np.split(flat, cuts + 1)
    return units, {s: bytes(row[:-1].tolist()) for s, row in zip(strings, rows)}


def build_lexicon(gold: dict, silver: dict) -> bytes:
    """Units (u16 count, each: u8 bytes of UTF-8, the UTF-8), then a table: word -> senses.

    Payload: u8 tier (SILVER or 0) + number of senses; one sense: its phones to the end; several: for
    each u8 sense, u8 length (SPELL_OUT: read the letters), phones. Phones are numbers of units.
    """
    units, coded = byte_pairs([p for d in (gold, silver) for e in d.values() for p in senses_of(e).values() if p])

    def phones(p: str) -> bytes:
        return coded[p] if p else b""

    def payload(entry, tier: int) -> bytes:
        senses = senses_of(entry)
        default = senses["DEFAULT"]
        if all(p == default for p in senses.values()):
            return bytes([tier | 1]) + phones(default)
        out = bytearray([tier | len(senses)])
        for sense in sorted(senses, key=SENSES.index):
            p = senses[sense]
            out += bytes([SENSES.index(sense)])
            out += bytes([SPELL_OUT]) if p is None else bytes([len(phones(p))]) + phones(p)
        return bytes(out)

    entries = {w.encode(): payload(e, SILVER) for w, e in silver.items()}
    entries.update({w.encode(): payload(e, 0) for w, e in gold.items()})
    names = [u.encode() for u in units]
    return struct.pack("<H", len(names)) + b"".join(bytes([len(n)]) + n for n in names) + pack_table(entries)


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
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assets", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--dialect", choices=sorted(DIALECTS), help="only this lexicon; both and the tagger by default")
    args = parser.parse_args()

    files = {}
    for dialect in [args.dialect] if args.dialect else sorted(DIALECTS):
        files[f"en_{dialect}.lex"] = build_lexicon(*dictionaries(args.assets, dialect))
    if not args.dialect:
        files["en_us.tag"] = build_tagger(load(args.assets / "tagger.json.gz"))
    for name, data in files.items():
        (args.out / name).write_bytes(data)
        print(name, len(data), "bytes")


if __name__ == "__main__":
    main()
