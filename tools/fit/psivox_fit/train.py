"""The `train` stage: fits the decoder or the prosody net to the shards, within a given number of minutes.

The learning rate follows the wall clock, so a run ends when it was told to, whatever else the machine does.
"""
import math
import pathlib
import time

import numpy as np
import torch
import torch.nn.functional as F

from .features import VOICED_ABOVE_HZ, collate
from .frames import CHANNELS, GATE, KNOTS, SUB_FRAMES
from .model import KINDS

HELD_OUT = (60, 12)              # utterances kept for validation: of the first voice, of each other one
BATCH_FRAMES = {"decoder": 3500, "prosody": 6000}
LEARNING_RATE = {"decoder": 3e-3, "prosody": 2e-3}
WARM_UP_STEPS, FLAT_PART, FLOOR = 60, 0.25, 0.02
REGION_KNOTS = (13, 26, 38)     # knots nearest to the coherence points at 1.2, 3.5 and 7.5 kHz


def f0_statistics(f0_hz):
    """Mean (geometric, Hz) and standard deviation (semitones) of the voiced frames."""
    semitones = 12 * np.log2(f0_hz[f0_hz > VOICED_ABOVE_HZ])
    return float(2 ** (semitones.mean() / 12)), float(semitones.std())


class Corpus:
    """All shards of all voices in memory; utterances are views into flat arrays. Voice i is `voices[i]`."""

    def __init__(self, data, voices):
        self.voices, shards, self.voice = voices, [], []
        for index, voice in enumerate(voices):
            paths = sorted((pathlib.Path(data) / voice / "shards").glob("[0-9]*[0-9].npz"))
            if not paths:
                raise SystemExit(f"no shards in {data}/{voice}/shards: run the teach and analyse stages first")
            shards += [dict(np.load(p)) for p in paths]
            self.voice += [index] * sum(len(s["frames_each"]) for s in shards[-len(paths):])
        self.voice = np.array(self.voice)
        join = lambda name: np.concatenate([s[name] for s in shards])
        self.ids, self.durations, self.f0, self.energy = map(join, ("ids", "durations", "f0", "energy"))
        self.frames = np.concatenate([s.pop("frames").reshape(-1, SUB_FRAMES * CHANNELS) for s in shards])
        self.length = join("frames_each")
        self.token_at = np.concatenate([[0], np.cumsum(join("tokens_each"))])
        self.frame_at = np.concatenate([[0], np.cumsum(self.length)])
        self.voice_of_frame = np.repeat(self.voice, self.length)
        self.f0_mean_hz, self.f0_sd_st = map(np.array, zip(*(f0_statistics(self.f0[self.voice_of_frame == v])
                                                             for v in range(len(voices)))))

    def __len__(self):
        return len(self.length)

    def held_out(self):
        """The last utterances of every voice, kept for validation."""
        return [np.flatnonzero(self.voice == v)[-HELD_OUT[min(v, 1)]:] for v in range(len(self.voices))]

    def epoch(self, rng, held_out):
        """Utterances to learn from, drawn so that a voice's share grows with the square root of its hours: what little
        there is of one is heard often enough, and the best known is not forgotten."""
        free = np.setdiff1d(np.arange(len(self)), np.concatenate(held_out))
        hours = np.bincount(self.voice[free], self.length[free], len(self.voices))
        weight = self.length.mean() / np.sqrt(hours)[self.voice[free]]
        return rng.choice(free, len(free), p=weight / weight.sum())

    def item(self, i, with_frames):
        t, f = slice(*self.token_at[i:i + 2]), slice(*self.frame_at[i:i + 2])
        voice = int(self.voice[i])
        item = dict(voice=voice, f0_reference_hz=self.f0_mean_hz[voice], ids=self.ids[t], durations=self.durations[t],
                    f0=self.f0[f], energy=self.energy[f])
        return item | dict(frames=self.frames[f]) if with_frames else item

    def batches(self, indices, frames, rng):
        """Utterances of like length together, about `frames` a batch."""
        out = []
        shuffled = rng.permutation(indices)
        for part in np.array_split(shuffled, max(1, len(shuffled) // 512)):
            batch = []
            for i in part[np.argsort(self.length[part])]:
                batch.append(i)
                if len(batch) * self.length[i] >= frames:
                    out.append(batch)
                    batch = []
            if batch:
                out.append(batch)
        rng.shuffle(out)
        return out


def decoder_loss(model, b):
    """L1 in nepers on the envelope where there is sound (twice), on its steps in time, and on gate and coherence."""
    with torch.autocast(b["ids"].device.type, torch.bfloat16):
        y = model(b)
    B, T = y.shape[:2]
    split = lambda x: x.reshape(B, SUB_FRAMES * T, CHANNELS)
    y, x = split(model.denormalise(y.float(), b["voice"])), split(b["frames"])
    mask = b["frame_mask"].repeat_interleave(SUB_FRAMES, 1)
    E, G = x[..., :KNOTS], x[..., GATE:GATE + 1]
    loud = ((E + 10) / 6).clamp(0.05, 1) * mask
    regions = torch.stack([loud[..., k - 3:k + 4].mean(-1) for k in REGION_KNOTS], -1)
    frames = mask.sum()
    error = (y - x).abs()
    envelope = (error[..., :KNOTS] * loud).sum() / frames / KNOTS
    steps = (((y[:, 1:] - y[:, :-1]) - (x[:, 1:] - x[:, :-1]))[..., :KNOTS].abs() * loud[:, 1:]).sum() / frames / KNOTS
    gate = (error[..., GATE:GATE + 1] * loud.amax(-1, keepdim=True)).sum() / frames
    coherence = (error[..., GATE + 1:] * regions * (0.1 + 0.9 * G)).sum() / frames / 3      # H counts where the gate is open
    return 2 * envelope + 1.5 * steps + gate + coherence, (envelope, steps, gate, coherence)


def prosody_loss(model, b):
    with torch.autocast(b["ids"].device.type, torch.bfloat16):
        tokens, log_duration = model.durations(b)
        y = model.contours(tokens, b)
    y, token_mask, mask = y.float(), b["token_mask"][..., 0], b["frame_mask"][..., 0]
    voiced, pitch, energy = b["features"][..., 0], b["features"][..., 1], b["features"][..., 2]
    frames = mask.sum()
    duration = ((log_duration.float() - torch.log(b["durations"] + 1)).abs() * token_mask).sum() / token_mask.sum()
    voicing = (F.binary_cross_entropy_with_logits(y[..., 0], voiced, reduction="none") * mask).sum() / frames
    f0 = ((y[..., 1] - pitch).abs() * voiced * mask).sum() / frames
    both = voiced[:, 1:] * voiced[:, :-1] * mask[:, 1:]
    slope = ((y[:, 1:, 1] - y[:, :-1, 1] - pitch[:, 1:] + pitch[:, :-1]).abs() * both).sum() / frames
    level = ((y[..., 2] - energy).abs() * mask).sum() / frames
    return duration + voicing + 2 * f0 + 4 * slope + level, (duration, voicing, f0, slope, level)


LOSS = {"decoder": decoder_loss, "prosody": prosody_loss}


def schedule(step, progress):
    """Factor on the learning rate: short warm-up, flat for a quarter of the time, then a cosine down to 2 %."""
    cosine = 0.5 * (1 + math.cos(math.pi * (progress - FLAT_PART) / (1 - FLAT_PART)))
    return min(1.0, (step + 1) / WARM_UP_STEPS) * (1.0 if progress < FLAT_PART else FLOOR + (1 - FLOOR) * cosine)


def optimiser(model, rate):
    """Eigenvalues learn at half the rate and without weight decay."""
    spectral = [p for name, p in model.named_parameters() if name.endswith((".nu", ".omega"))]
    known = {id(p) for p in spectral}
    rest = [p for p in model.parameters() if id(p) not in known]
    groups = [dict(params=rest, base=rate), dict(params=spectral, base=rate / 2, weight_decay=0.0)]
    return torch.optim.AdamW(groups, lr=rate, betas=(0.9, 0.98), weight_decay=0.01, fused=True)


def save(path, **state):
    torch.save(state, path.with_suffix(".tmp"))
    path.with_suffix(".tmp").rename(path)


def grown(state, model):
    """A state whose tables of voices may have fewer rows: voices that it does not know start as the first one."""
    own = model.state_dict()
    for name, value in state.items():
        missing = own[name].shape[0] - value.shape[0]
        if name.endswith(("voices", "mean")) and missing > 0:
            rows = own[name][-missing:] if name.endswith("mean") else value[:1].expand(missing, -1)
            state[name] = torch.cat([value, rows.to(value)])
    return state


def train(data, kind, voices, minutes, seed=0, resume=False, start=None, rate=None):
    """Train `kind` for so many minutes of wall time; data/KIND.pt holds the newest state, each minute.

    start: checkpoint of another run (fewer voices are fine) whose weights are where this one begins.
    """
    torch.manual_seed(seed)
    torch.set_num_threads(1)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    path = pathlib.Path(data) / f"{kind}.pt"
    corpus, rng = Corpus(data, voices), np.random.default_rng(seed)
    model = KINDS[kind](len(voices)).to(device)
    opt, step, spent = optimiser(model, rate or LEARNING_RATE[kind]), 0, 0.0
    if kind == "decoder":
        means = [corpus.frames[corpus.voice_of_frame == v][::3].astype(np.float32) for v in range(len(voices))]
        model.std.copy_(torch.tensor(np.concatenate([m - m.mean(0) for m in means]).std(0)))
        model.mean.copy_(torch.tensor(np.stack([m.mean(0) for m in means])))
        del means
    if start:
        model.load_state_dict(grown(torch.load(start, map_location=device)["model"], model))
    if resume and path.exists():
        state = torch.load(path, map_location=device)
        model.load_state_dict(state["model"])
        opt.load_state_dict(state["optimiser"])
        step, spent = state["step"], state["spent_s"]
        rng = np.random.default_rng((seed, step))
    weights, spoken_h = sum(p.numel() for p in model.parameters()), corpus.length.sum() / 80 / 3600
    print(f"{kind}: {weights} weights, {len(voices)} voices, {len(corpus)} utterances, {spoken_h:.2f} h, {device}", flush=True)
    move = lambda b: {k: v.to(device) for k, v in b.items()}
    batch = lambda indices: move(collate([corpus.item(i, kind == "decoder") for i in indices]))
    held_out = corpus.held_out()
    trials = [[batch(part) for part in np.array_split(own, -(-len(own) // 15))] for own in held_out]
    loss_of = LOSS[kind]

    def validate():
        """Loss and its parts for the first voice, then the loss of each other voice."""
        model.eval()
        with torch.no_grad():
            values = [np.mean([[float(v) for v in (loss, *parts)] for loss, parts in (loss_of(model, b) for b in own)], 0)
                      for own in trials]
        model.train()
        return " ".join(f"{v:.4f}" for v in values[0]) + " | " + " ".join(f"{v[0]:.4f}" for v in values[1:])

    def checkpoint():
        save(path, model=model.state_dict(), optimiser=opt.state_dict(), step=step, voices=voices,
             f0_mean_hz=corpus.f0_mean_hz.tolist(), f0_sd_st=corpus.f0_sd_st.tolist(), spent_s=spent + time.time() - started, kind=kind)

    started, reported, recent = time.time(), time.time(), []
    while True:
        for indices in corpus.batches(corpus.epoch(rng, held_out), BATCH_FRAMES[kind], rng):
            progress = (spent + time.time() - started) / (60 * minutes)
            if progress >= 1:
                checkpoint()
                print(f"{kind}: end, step {step}, validation {validate()}", flush=True)
                return
            for group in opt.param_groups:
                group["lr"] = group["base"] * schedule(step, progress)
            loss, _ = loss_of(model, batch(indices))
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            opt.step()
            step += 1
            recent.append(loss.item())
            if time.time() - reported > 60:
                checkpoint()
                print(f"{progress:4.0%} step {step} train {np.mean(recent):.4f} validation {validate()}", flush=True)
                reported, recent = time.time(), []
