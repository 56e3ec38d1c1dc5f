"""The `speak` stage: a voice file and a list of sentences -> 48 kHz wavs through the reference bank, for scoring.

Three chains, to know what limits: `copy` renders the teacher's own control frames (the bound of the frame format), `decoder`
gives our decoder the teacher's durations, f0 and energy, `full` predicts everything. `teacher` writes the teacher's sound.
"""
import pathlib
import time

import numpy as np
import soundfile

from .analyse import LEVEL_DB, active_level_db
from .analysis import analyse, refine
from .bank import render
from .frames import SAMPLE_RATE_HZ
from .people import PEOPLE
from .teach import HIBARI_VOICE, PEAK, teacher_of
from .voice import Voice, sharpened

CHAINS = ("full", "decoder", "copy", "teacher")
GAIN = 0.5
RATE_HZ = 48000


def front_end_of(cast):
    """hibari's phonemiser for the accent of the one who speaks most."""
    import hibari
    from hibari.g2p import G2P
    british = PEOPLE[max(cast, key=cast.get)]["language"] == "en-GB"
    return hibari.Hibari(threads=1, g2p=G2P(british=True) if british else None)


class Chain:
    """One way from symbols to sound. `voice` may be None for `copy` and `teacher`."""

    def __init__(self, name, voice, cast, data, styles, sharpen, sigma_points):
        self.name, self.voice, self.cast, self.who = name, voice, cast, max(cast, key=cast.get)
        self.sharpen, self.sigma_points = sharpen, sigma_points
        self.front_end = front_end_of(cast)
        self.teacher = None if name == "full" else teacher_of(data, self.who, styles)

    def taught(self, ids, seed):
        """The teacher's (sound at the common level, durations, f0, energy)."""
        y, durations, f0, energy = self.teacher.speak(ids, seed)
        y = y * 10 ** ((LEVEL_DB - active_level_db(y * PEAK)) / 20)
        return y, durations, f0 if self.who == HIBARI_VOICE else refine(y, f0), energy

    def sound(self, symbols, seed):
        ids = self.front_end.ids(symbols)
        if self.name == "full":
            said = self.voice.predict(ids, self.cast)
            return render(sharpened(said.frames, self.sharpen, self.sigma_points), said.f0_hz, RATE_HZ)
        y, durations, f0, energy = self.taught(ids, seed)
        if self.name == "copy":
            return render(analyse(y, f0), f0, RATE_HZ)
        frames = self.voice.decode(ids, durations, f0, energy, self.cast)
        return render(sharpened(frames, self.sharpen, self.sigma_points), f0, RATE_HZ)


def speak(data, voice_path, cast, sentences, folder, chain="full", styles=None, sharpen=None, sigma_points=None):
    """sentences: TSV of id, text (alternatives after `||` are left out). Overrides of the sharpening are for tuning."""
    voice = Voice(voice_path)
    sharpen = voice.sharpening(cast) if sharpen is None else sharpen
    sigma_points = voice.metadata["sharpen_sigma_points"] if sigma_points is None else sigma_points
    path = Chain(chain, voice, cast, data, styles, sharpen, sigma_points)
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    started, seconds = time.time(), 0.0
    rows = [row.rstrip("\n").split("\t")[:2] for row in open(sentences, encoding="utf-8")]
    for number, (name, text) in enumerate(rows, 1):
        phrases = list(path.front_end.phonemize(text.split("||")[0]))
        if chain == "teacher":
            rate_hz, y = SAMPLE_RATE_HZ, np.concatenate([path.taught(path.front_end.ids(s), number)[0] for s in phrases])
        else:
            rate_hz, y = RATE_HZ, np.concatenate([path.sound(s, number) for s in phrases])
        soundfile.write(folder / f"{name}.wav", np.clip(GAIN * y, -1, 1), rate_hz, subtype="PCM_16")
        seconds += len(y) / rate_hz
        print(f"\r{number} of {len(rows)}", end="", flush=True)
    print(f"\r{seconds:.0f} s of speech in {time.time() - started:.0f} s -> {folder}")
