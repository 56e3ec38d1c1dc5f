#!/usr/bin/env python3
"""How far the engine's phone times are from what a forced aligner hears, and whether lips close in p, b, m.

    phone_sync.py SENTENCES.tsv DIR      DIR as written by `psivox batch SENTENCES.tsv DIR`

Needs PyPI: pocketsphinx, soundfile, soxr, numpy. The aligner's own median error is about 9 ms, its grid 10 ms.
"""
import csv
import sys

import numpy as np

from alignment import SILENCE, Aligner, sentences

# Phones of the voice's alphabet and what they may be called in the aligner's dictionary.
ARPABET = {
    "A": "EY", "I": "AY", "O": "OW", "W": "AW", "Y": "OY", "i": "IY IH", "u": "UW", "ɑ": "AA AO", "ɔ": "AO AA",
    "ɛ": "EH", "ɜ": "ER", "ɪ": "IH AH IY", "ʊ": "UH", "ʌ": "AH", "æ": "AE", "ə": "AH ER", "ɐ": "AH", "ᵊ": "AH",
    "ᵻ": "IH AH", "b": "B", "d": "D", "f": "F", "h": "HH", "j": "Y", "k": "K", "l": "L", "m": "M", "n": "N", "p": "P",
    "s": "S", "t": "T", "v": "V", "w": "W", "z": "Z", "ð": "DH", "θ": "TH", "ŋ": "NG", "ɡ": "G", "ɹ": "R ER", "ʃ": "SH",
    "ʒ": "ZH", "ʤ": "JH", "ʧ": "CH", "T": "T D", "ɾ": "T D",
}


def pairs(ours, theirs):
    """Matching phones of both sequences, by least edits."""
    n, m = len(ours), len(theirs)
    cost = np.full((n + 1, m + 1), 1e9)
    cost[0], cost[:, 0] = np.arange(m + 1), np.arange(n + 1)
    fits = lambda i, j: theirs[j][0] in ARPABET.get(ours[i][0], "").split()
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            replace = cost[i - 1, j - 1] + (0 if fits(i - 1, j - 1) else 1.5)
            cost[i, j] = min(replace, cost[i - 1, j] + 1, cost[i, j - 1] + 1)
    i, j = n, m
    while i and j:
        if cost[i, j] == cost[i - 1, j - 1] + (0 if fits(i - 1, j - 1) else 1.5):
            i, j = i - 1, j - 1
            if fits(i, j):
                yield ours[i], theirs[j]
        elif cost[i, j] == cost[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1


def closures(phones, faces):
    """(closed, all) faces whose time lies inside a p, b or m."""
    closed = total = 0
    for row in phones:
        if row["phone"] in "pbm":
            for face in faces:
                if float(row["start_s"]) <= float(face["time_s"]) < float(row["end_s"]):
                    gap = float(face["jawOpen"]) - float(face["mouthClose"])
                    total += 1
                    closed += gap < 0.02 and float(face["mouthLowerDownLeft"]) < 0.06
    return closed, total


def main():
    table, folder = sys.argv[1:3]
    aligner = Aligner()
    errors, closed, total, used = [], 0, 0, 0
    for name, text in sentences(table):
        phones = list(csv.DictReader(open(f"{folder}/{name}.phones.tsv", encoding="utf-8"), delimiter="\t", quoting=csv.QUOTE_NONE))
        faces = csv.DictReader(open(f"{folder}/{name}.face.csv", encoding="utf-8"))
        a, b = closures(phones, list(faces))
        closed, total = closed + a, total + b
        heard = aligner.phones(f"{folder}/{name}.wav", text)
        if heard is None:
            continue
        heard = [(phone, start_s) for phone, start_s, _ in heard if phone != SILENCE]
        used += 1
        ours = [(row["phone"], float(row["start_s"])) for row in phones if row["phone"] != "_"]
        errors += [our[1] - their[1] for our, their in pairs(ours, heard)]
    errors = np.array(errors)
    print(f"{used} sentences, {len(errors)} phones: median |error| {1000 * np.median(abs(errors)):.1f} ms, "
          f"bias {1000 * np.median(errors):+.1f} ms, {100 * np.mean(abs(errors) <= 0.03):.0f} % within 30 ms")
    print(f"lips closed in {closed} of {total} faces inside p, b, m")


if __name__ == "__main__":
    main()
