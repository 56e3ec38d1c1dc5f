"""The `analyse` stage: DATA/VOICE/speech -> DATA/VOICE/shards, what the networks learn from."""
import pathlib
import time

import numpy as np

from .analysis import analyse, refine
from .frames import SAMPLE_RATE_HZ, SUB_FRAMES
from .teach import HIBARI_VOICE, PEAK

LEVEL_DB = -24.7                # active level that every voice is brought to: what hibari's has by itself
ACTIVE_HOP = SAMPLE_RATE_HZ // 40
ACTIVE_RANGE_DB = 20.0


def active_level_db(y):
    """Level re full scale of the stretches of 25 ms that lie within 20 dB of the 95th percentile."""
    power = np.square(y[:len(y) // ACTIVE_HOP * ACTIVE_HOP].astype(np.float64) / PEAK).reshape(-1, ACTIVE_HOP).mean(1)
    db = 10 * np.log10(power + 1e-12)
    return 10 * np.log10(power[db > np.percentile(db, 95) - ACTIVE_RANGE_DB].mean())


def utterances(shard):
    """Rows of a speech shard: dicts of ids, durations, f0, energy, y."""
    tokens, frames, samples = (np.concatenate([[0], np.cumsum(shard[name])]) for name in
                               ("tokens_each", "frames_each", "samples_each"))
    for i in range(len(tokens) - 1):
        t, f, s = slice(*tokens[i:i + 2]), slice(*frames[i:i + 2]), slice(*samples[i:i + 2])
        yield dict(ids=shard["ids"][t], durations=shard["durations"][t], f0=shard["f0"][f], energy=shard["energy"][f],
                   y=shard["y"][s])


def analyse_voice(data, voice, part=(0, 1)):
    """Shards that exist are kept; `part` (i, n): only every n-th shard, beginning with i, for n processes side by side."""
    folder = pathlib.Path(data) / voice
    paths = sorted((folder / "speech").glob("[0-9]*[0-9].npz"))
    if not paths:
        raise SystemExit(f"no speech in {folder}/speech: run the teach stage first")
    (folder / "shards").mkdir(exist_ok=True)
    gain = 10 ** ((LEVEL_DB - active_level_db(np.load(paths[0])["y"])) / 20)
    started, seconds = time.time(), 0.0
    for path in paths[part[0]::part[1]]:
        out = folder / "shards" / path.name
        if out.exists():
            continue
        rows = []
        for u in utterances(dict(np.load(path))):
            y = u["y"].astype(np.float32) * (gain / PEAK)
            # hibari's f0 is exact; Kokoro's is a plan that its sound follows within half a semitone
            f0 = u["f0"] if voice == HIBARI_VOICE else refine(y, u["f0"])
            frames = analyse(y, f0).reshape(len(f0), SUB_FRAMES, -1)
            rows.append((u["ids"], u["durations"], f0, u["energy"], frames.astype(np.float16)))
            seconds += len(f0) / 80
        ids, durations, f0, energy, frames = (np.concatenate(column) for column in zip(*rows))
        partial = out.with_suffix(".tmp.npz")
        np.savez(partial, ids=ids, durations=durations, f0=f0, energy=energy, frames=frames,
                 tokens_each=np.array([len(r[0]) for r in rows]), frames_each=np.array([len(r[2]) for r in rows]))
        partial.rename(out)
        print(f"{voice} {path.stem}: {seconds / 60:.1f} min analysed in {time.time() - started:.0f} s", flush=True)
