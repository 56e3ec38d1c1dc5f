"""Builds core/data/valence.tsv: how pleasant or unpleasant English words are.

    python valence.py VADER_LEXICON OUT

VADER_LEXICON: vader_lexicon.txt of the Python package vaderSentiment 3.3.2 (C.J. Hutto, MIT).
OUT: the file core/data/valence.tsv. The output is the same for the same input, byte for byte.
Kept are words of small letters, from four on, at least CLEAR away from neutral: the shorter ones are mostly
initialisms of chats, which are names and units elsewhere.
"""
import argparse
import collections
import pathlib
import re

SHORTEST = 4                # letters
CLEAR = 1.2                 # of VADER's scale, -4..4
HEAD = """\
# Valence of English words on VADER's scale, -4..4: valence<TAB>words.
# From VADER (C.J. Hutto & E. Gilbert 2014), MIT licence; see README.md. Made by tools/lexicon/valence.py.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("lexicon", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    args = parser.parse_args()
    words: dict[float, list[str]] = collections.defaultdict(list)
    for line in args.lexicon.read_text(encoding="utf-8").splitlines():
        word, valence, *_ = line.split("\t")
        if len(word) >= SHORTEST and re.fullmatch(r"[a-z]+(['-][a-z]+)*", word) and abs(float(valence)) >= CLEAR:
            words[float(valence)].append(word)
    rows = [f"{valence:.1f}\t{' '.join(sorted(words[valence]))}\n" for valence in sorted(words)]
    args.out.write_text(HEAD + "".join(rows), encoding="utf-8")
    print(f"{sum(map(len, words.values()))} words, {args.out.stat().st_size} bytes")


main()
