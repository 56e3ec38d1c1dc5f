#!/usr/bin/env python3
"""Speech of the teacher hibari-tts (voice af_heart), to compare with.

    teacher_wavs.py SENTENCES.tsv DIR

Needs PyPI: hibari-tts, numpy, soundfile.
"""
import pathlib
import sys

import numpy as np
import soundfile
from hibari import Hibari, dsp

GAIN, RATE_HZ = 0.5, 24000


def main():
    table, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    teacher = Hibari(threads=1)
    for row in open(table, encoding="utf-8"):
        name, text = row.rstrip("\n").split("\t")[:2]
        parts = []
        for symbols in teacher.phonemize(text.split("||")[0]):
            inputs = {"ids": np.asarray([teacher.ids(symbols)], np.int64), "speed": np.ones(1, np.float32)}
            parts.append(dsp.synth(*(x[0] for x in teacher.sess.run(None, inputs)), np.random.default_rng(1)))
        soundfile.write(folder / f"{name}.wav", GAIN * np.concatenate(parts), RATE_HZ, subtype="PCM_16")


if __name__ == "__main__":
    main()
