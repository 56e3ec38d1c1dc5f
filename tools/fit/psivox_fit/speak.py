"""The `speak` stage: a voice file and a list of sentences -> 48 kHz wavs through the reference bank, for scoring."""
import pathlib
import time

import numpy as np
import soundfile

from .bank import render
from .teacher import Teacher
from .voice import Voice, sharpened

GAIN = 0.5
RATE_HZ = 48000


def speak(data, voice_path, sentences, folder, sharpen=None, sigma_points=None):
    """sentences: TSV of id, text (alternatives after `||` are left out). Overrides of the sharpening are for tuning."""
    voice, teacher = Voice(voice_path), Teacher(data)
    amount = voice.metadata["sharpen"] if sharpen is None else sharpen
    sigma = voice.metadata["sharpen_sigma_points"] if sigma_points is None else sigma_points
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    started, seconds = time.time(), 0.0
    for row in open(sentences, encoding="utf-8"):
        name, text = row.rstrip("\n").split("\t")[:2]
        parts = []
        for symbols in teacher.phonemize(text.split("||")[0]):
            said = voice.predict(voice.ids(symbols))
            parts.append(render(sharpened(said.frames, amount, sigma), said.f0_hz, RATE_HZ))
        y = GAIN * np.concatenate(parts)
        soundfile.write(folder / f"{name}.wav", np.clip(y, -1, 1), RATE_HZ, subtype="PCM_16")
        seconds += len(y) / RATE_HZ
    print(f"{seconds:.0f} s of speech in {time.time() - started:.0f} s -> {folder}")
