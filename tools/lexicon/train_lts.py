"""Trains the letter-to-sound model core/data/en_us.lts (or en_gb.lts) on the pronunciation lexicon.

    python train_lts.py ASSETS OUT [--dialect us|gb] [--heldout FILE]

A joint n-gram model of graphones (letter, phone chunk), Bisani and Ney 2008, with interpolated
Kneser-Ney smoothing (Chen and Goodman 1998), pruned by how much each n-gram changes the likelihood.
5 % of the words are held out and written to FILE as word<TAB>phones (more than one line for
a word with several readings); `Frontend::sound_out` of the
front-end reads them.
Needs numpy; a few minutes of one core.
"""
import argparse
import pathlib
import random
import struct

import numpy as np

import align
from build import DIALECTS, load, senses_of

ORDER = 6
KEEP_NODES = 244_000        # bounds the file at 1.5 MB
LOG_STEP = 0.06             # nats per unit of a stored log probability
BACKOFF_ZERO = 128          # stored value of a back-off weight of 1


def pairs_of(assets: pathlib.Path, dialect: str):
    seen = {}
    for name in ("gold", "silver"):
        for word, entry in load(assets / f"lexicon_{dialect}_{name}.json.gz").items():
            if not (word.isascii() and word.isalpha()) or len(word) < 2 or (word.isupper()):
                continue
            for phones in senses_of(entry).values():
                if phones and "ˈ" in phones:
                    seen.setdefault(word.lower(), {}).setdefault(phones.replace("ɾ", "T").replace("ʔ", "t"))
    return {w: list(p) for w, p in seen.items()}


def graphone_sequences(words, readings, logp):
    out, lost = [], 0
    for w in words:
        for phones in readings[w]:
            chunks = align.best(w, align.units(phones), logp)
            if chunks is None:
                lost += 1
            else:
                out.append(list(zip(w, chunks)))
    return out, lost


class NGrams:
    """Counts of all n-grams up to ORDER as a forward trie, one array per order."""

    def __init__(self, sequences, number, bos, eos):
        flat, start = [], []
        for s in sequences:
            base = len(flat)
            flat += [bos, *(number[g] for g in s), eos]
            start += [base] * (len(s) + 2)
        g, start = np.array(flat), np.array(start)
        at = np.arange(len(g))
        size = len(number) + 2
        node = [np.zeros(len(g), np.int64)]
        self.parent, self.symbol, self.suffix, self.count = [None], [None], [None], [None]
        for n in range(1, ORDER + 1):
            valid = at - n + 1 >= start
            if n == 1:
                valid &= g != bos                       # the mark of the start is a history only
                before = np.zeros(len(g), np.int64)
            else:
                before = np.where(valid, np.roll(node[n - 1], 1), -1)
            keys = np.where(valid, before * size + g, -1)
            if n == 1:                                  # but it needs a node to be a history
                keys = np.where(g == bos, g, keys)
                valid = np.ones(len(g), bool)
            unique, first, inverse = np.unique(keys[valid], return_index=True, return_inverse=True)
            ids = np.full(len(g), -1, np.int64)
            ids[valid] = inverse
            positions = at[valid][first]
            self.parent.append(unique // size)
            self.symbol.append(unique % size)
            self.suffix.append(node[n - 1][positions] if n > 1 else np.zeros(len(unique), np.int64))
            self.count.append(np.bincount(inverse, minlength=len(unique)).astype(float))
            node.append(ids)
        self.bos, self.size = bos, size


def kneser_ney(ng: NGrams):
    """Interpolated probabilities per order and the back-off mass of every node."""
    prob, lower, gamma = [np.array([1.0 / ng.size])], [None], []
    starts_bos = [None, ng.symbol[1] == ng.bos]
    for n in range(2, ORDER + 1):
        starts_bos.append(starts_bos[n - 1][ng.parent[n]])
    for n in range(1, ORDER + 1):
        count = ng.count[n].copy()
        if n < ORDER:
            continuations = np.bincount(ng.suffix[n + 1], minlength=len(count)).astype(float)
            count = np.where(starts_bos[n], count, np.maximum(continuations, 1.0))
        if n == 1:
            count[ng.symbol[1] == ng.bos] = 0.0
        n1, n2, n3, n4 = (np.sum(count == k) for k in (1, 2, 3, 4))
        y = n1 / max(n1 + 2 * n2, 1)
        d = [0.0, 1 - 2 * y * n2 / max(n1, 1), 2 - 3 * y * n3 / max(n2, 1), 3 - 4 * y * n4 / max(n3, 1)]
        discount = np.array([max(0.0, min(x, k)) for k, x in enumerate(d)])[np.minimum(count, 3).astype(int)]
        parents = len(ng.symbol[n - 1]) if n > 1 else 1
        total = np.maximum(np.bincount(ng.parent[n], count, parents), 1e-9)
        mass = np.bincount(ng.parent[n], discount, parents) / total
        gamma.append(mass)
        low = prob[n - 1][ng.suffix[n]] if n > 1 else np.full(len(count), prob[0][0])
        prob.append((count - discount) / total[ng.parent[n]] + mass[ng.parent[n]] * low)
        lower.append(mass[ng.parent[n]] * low)
    return prob, lower, gamma


def prune(ng: NGrams, prob, lower, keep_nodes):
    """Masks of the nodes kept: the n-grams that raise the likelihood most, their prefixes and suffixes."""
    gain = [None, np.full(len(ng.symbol[1]), np.inf)]
    for n in range(2, ORDER + 1):
        gain.append(ng.count[n] * (np.log(np.maximum(prob[n], 1e-12)) - np.log(np.maximum(lower[n], 1e-12))))
    low, high = 0.0, 50.0
    for _ in range(30):
        cut = (low + high) / 2
        keep = [None] + [g > cut for g in gain[1:]]
        for n in range(ORDER, 1, -1):
            keep[n - 1][ng.parent[n][keep[n]]] = True
            keep[n - 1][ng.suffix[n][keep[n]]] = True
        if sum(int(k.sum()) for k in keep[1:]) > keep_nodes:
            low = cut
        else:
            high = cut
    return keep


def backoffs(ng: NGrams, prob, keep):
    """Back-off weight of every kept node, so that its distribution sums to one after pruning."""
    out = []
    for n in range(0, ORDER):
        k = keep[n + 1]
        parents = len(ng.symbol[n]) if n else 1
        seen = np.bincount(ng.parent[n + 1][k], prob[n + 1][k], parents)
        low = prob[n][ng.suffix[n + 1][k]] if n else np.full(int(k.sum()), prob[0][0])
        seen_low = np.bincount(ng.parent[n + 1][k], low, parents)
        out.append(np.clip((1 - seen) / np.maximum(1 - seen_low, 1e-3), 1e-3, 50.0))
    return out


def level_bytes(ng: NGrams, prob, keep, bows):
    """Per order the kept nodes in trie order: symbols, log probabilities, back-offs, first children."""
    index = [np.zeros(1, np.int64)]
    for n in range(1, ORDER + 1):
        ids = np.full(len(ng.symbol[n]), -1, np.int64)
        ids[keep[n]] = np.arange(int(keep[n].sum()))
        index.append(ids)
    out = bytearray()
    for n in range(0, ORDER + 1):
        k = keep[n] if n else np.ones(1, bool)
        size = int(k.sum())
        out += struct.pack("<I", size)
        if n:
            out += ng.symbol[n][k].astype("<u2").tobytes()
            out += np.clip(np.rint(-np.log(np.maximum(prob[n][k], 1e-9)) / LOG_STEP), 0, 255).astype("u1").tobytes()
        if n < ORDER:
            out += np.clip(np.rint(np.log(bows[n][k]) / LOG_STEP) + BACKOFF_ZERO, 0, 255).astype("u1").tobytes()
            children = np.bincount(index[n][ng.parent[n + 1][keep[n + 1]]], minlength=size)
            first = np.concatenate([[0], np.cumsum(children)]).astype("<u4")
            out += b"".join(int(x).to_bytes(3, "little") for x in first)
    return bytes(out)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("assets", type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    parser.add_argument("--dialect", choices=sorted(DIALECTS), default="us")
    parser.add_argument("--heldout", type=pathlib.Path)
    args = parser.parse_args()

    readings = pairs_of(args.assets, args.dialect)
    words = sorted(readings)
    random.Random(7).shuffle(words)
    held = words[: len(words) // 20]
    train = words[len(words) // 20:]
    logp = align.train([(w, align.units(p)) for w in train for p in readings[w][:1]])
    sequences, lost = graphone_sequences(train, readings, logp)
    print(len(train), "words,", len(sequences), "readings aligned,", lost, "not")
    inventory = sorted({g for s in sequences for g in s})
    number = {g: i for i, g in enumerate(inventory)}
    ng = NGrams(sequences, number, len(inventory), len(inventory) + 1)
    prob, lower, _ = kneser_ney(ng)
    keep = prune(ng, prob, lower, KEEP_NODES)
    levels = level_bytes(ng, prob, keep, backoffs(ng, prob, keep))

    head = struct.pack("<4sBHf", b"PVXL", ORDER, len(inventory), LOG_STEP)
    for letter, chunk in inventory:
        text = chunk.encode()
        head += letter.encode() + bytes([len(text)]) + text
    name = f"en_{args.dialect}.lts"
    (args.out / name).write_bytes(head + levels)
    print(name, len(head + levels), "bytes,", len(inventory), "graphones, nodes per order",
          [int(k.sum()) for k in keep[1:]])
    if args.heldout:
        args.heldout.write_text("".join(f"{w}\t{p}\n" for w in sorted(held) for p in readings[w]), encoding="utf-8")


if __name__ == "__main__":
    main()
