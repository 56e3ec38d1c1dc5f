"""Aligns letters with phones: every letter speaks a chunk of 0 to 2 phones (a stress mark belongs to its vowel).

Expectation-maximisation over all monotone alignments (Jiampojamarn et al. 2007, one letter to at most
two phones), then the best path per word.
"""
import math
import random

MAX_CHUNK = 2
STRESS = "ˈˌ"
LENGTH = "ː"


def units(phones: str) -> tuple[str, ...]:
    """Phones with the stress mark glued to the symbol after it and the length mark to the one before it."""
    out, mark = [], ""
    for c in phones:
        if c in STRESS:
            mark = c
        elif c == LENGTH and out:
            out[-1] += c
        else:
            out.append(mark + c)
            mark = ""
    return tuple(out)


def _lattice(letters, phones):
    """Arcs (letter index, phone index, chunk length) that lie on some full path, per letter."""
    n, m = len(letters), len(phones)
    for i in range(n):
        low = max(0, m - (n - i) * MAX_CHUNK)
        high = min(m, i * MAX_CHUNK)
        yield i, [(j, k) for j in range(low, high + 1) for k in range(MAX_CHUNK + 1)
                  if j + k <= m and j + k >= m - (n - i - 1) * MAX_CHUNK]


def _expect(letters, phones, prob, counts):
    n, m = len(letters), len(phones)
    arcs = list(_lattice(letters, phones))
    forward = [[0.0] * (m + 1) for _ in range(n + 1)]
    forward[0][0] = 1.0
    weights = []
    for i, row in arcs:
        here, after = forward[i], forward[i + 1]
        w = []
        for j, k in row:
            p = prob.get((letters[i], phones[j:j + k]), 1e-7) if here[j] else 0.0
            w.append(p)
            after[j + k] += here[j] * p
        weights.append(w)
    total = forward[n][m]
    if total <= 0.0:
        return
    back = [0.0] * (m + 1)
    back[m] = 1.0
    for (i, row), w in zip(reversed(arcs), reversed(weights)):
        before = [0.0] * (m + 1)
        for (j, k), p in zip(row, w):
            share = p * back[j + k]
            before[j] += share
            posterior = forward[i][j] * share / total
            if posterior > 1e-4:
                key = (letters[i], phones[j:j + k])
                counts[key] = counts.get(key, 0.0) + posterior
        back = before


def train(pairs, rounds=6, sample=14000, seed=1):
    """Chunk probabilities given the letter."""
    pairs = [(w, p) for w, p in pairs if len(p) <= MAX_CHUNK * len(w)]
    pairs = random.Random(seed).sample(pairs, min(sample, len(pairs)))
    prob = {}
    for w, p in pairs:                      # first guess: phones near the diagonal
        for i, c in enumerate(w):
            at = round(i * len(p) / len(w))
            for j in range(max(0, at - 1), min(len(p), at + 2)):
                for k in range(MAX_CHUNK + 1):
                    key = (c, p[j:j + k])
                    prob[key] = prob.get(key, 0.0) + (1.0, 1.0, 0.05)[k]
    for _ in range(rounds):
        totals = {}
        for (c, _chunk), v in prob.items():
            totals[c] = totals.get(c, 0.0) + v
        prob = {key: v / totals[key[0]] for key, v in prob.items()}
        counts = {}
        for w, p in pairs:
            _expect(w, p, prob, counts)
        prob = counts
    totals = {}
    for (c, _chunk), v in prob.items():
        totals[c] = totals.get(c, 0.0) + v
    return {key: math.log(v / totals[key[0]]) for key, v in prob.items() if v > 0.5}


def best(letters, phones, logp):
    """The best path as one chunk per letter; None when the word cannot be aligned."""
    n, m = len(letters), len(phones)
    score = [{0: (0.0, None, 0)}] + [{} for _ in range(n)]
    for i, row in _lattice(letters, phones):
        here, after = score[i], score[i + 1]
        for j, k in row:
            if j not in here:
                continue
            p = logp.get((letters[i], phones[j:j + k]))
            if p is None:
                continue
            s = here[j][0] + p
            if j + k not in after or s > after[j + k][0]:
                after[j + k] = (s, j, k)
    if m not in score[n]:
        return None
    chunks, j = [], m
    for i in range(n, 0, -1):
        _, before, k = score[i][j]
        chunks.append("".join(phones[before:before + k]))
        j = before
    return chunks[::-1]
