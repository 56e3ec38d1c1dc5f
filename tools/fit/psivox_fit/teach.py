"""The `teach` stage: a teacher speaks sentences; sound, durations, f0 and energy are kept in DATA/VOICE/speech/NNN.npz."""
import pathlib
import time
import zlib

import numpy as np

from .frames import SAMPLE_RATE_HZ

HIBARI_VOICE = "af_heart"       # the one voice of the fast teacher; every other name is a voice of Kokoro
SHARD_LINES = 20
PEAK = 32767


def teacher_of(data, voice, styles):
    if voice == HIBARI_VOICE:
        from .teacher import Teacher
        return Teacher(data)
    from .kokoro import Kokoro
    if styles is None:
        raise SystemExit(f"{voice} is a voice of Kokoro: name the folder of its style vectors with --styles")
    return Kokoro(data, voice, styles)


def write_shard(path, rows):
    """rows: (ids, durations, f0_hz, energy, y), written beside `path` first, then renamed."""
    ids, durations, f0, energy, y = (np.concatenate(column) for column in zip(*rows))
    partial = path.with_suffix(".tmp.npz")
    np.savez(partial, ids=ids, durations=durations, f0=f0, energy=energy, y=y, tokens_each=np.array([len(r[0]) for r in rows]),
             frames_each=np.array([len(r[2]) for r in rows]), samples_each=np.array([len(r[4]) for r in rows]))
    partial.rename(path)


def teach(data, voice, lines, minutes, styles=None):
    """Speak `lines`, in an order of the voice's own, until `minutes` of speech exist. Shards that exist count and are kept."""
    folder = pathlib.Path(data) / voice / "speech"
    folder.mkdir(parents=True, exist_ok=True)
    teacher, started, seconds, made = teacher_of(data, voice, styles), time.time(), 0.0, 0.0
    order = np.random.default_rng(zlib.crc32(voice.encode())).permutation(len(lines))
    for shard, first in enumerate(range(0, len(lines), SHARD_LINES)):
        if seconds >= 60 * minutes:
            break
        path = folder / f"{shard:03d}.npz"
        if path.exists():
            seconds += np.load(path)["frames_each"].sum() / 80
            continue
        rows = []
        for i in order[first:first + SHARD_LINES]:
            for symbols in teacher.phonemize(lines[i]):
                ids = teacher.ids(symbols)
                if len(ids) < 4:
                    continue
                y, durations, f0, energy = teacher.speak(ids, seed=int(i))
                level = np.round(np.clip(y, -1, 1) * PEAK).astype(np.int16)
                rows.append((np.array(ids, np.int16), durations, f0, energy, level))
        write_shard(path, rows)
        spoken = sum(len(r[4]) for r in rows) / SAMPLE_RATE_HZ
        seconds, made = seconds + spoken, made + spoken
        print(f"{voice}: {seconds / 60:.1f} of {minutes:g} min of speech, {made / (time.time() - started):.1f} x real time",
              flush=True)
