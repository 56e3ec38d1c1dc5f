"""A voice file brought to life with torch: symbols -> prosody -> control frames. The player's counterpart, for evaluation."""
import dataclasses

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d

from . import psv
from .features import ENERGY_SCALE, F0_SCALE, FRAMES_PER_UNIT, collate
from .frames import CHANNELS, KNOTS, SUB_FRAMES
from .model import Decoder, Prosody


@dataclasses.dataclass
class Utterance:
    """Everything the networks say about one phrase; arrays over tokens, 80 Hz frames, or 240 Hz frames."""
    ids: list
    log_durations: np.ndarray
    durations: np.ndarray
    contours: np.ndarray        # [frames, 3]: voicing logit, 3 log(f0/reference), energy/2
    f0_hz: np.ndarray           # 0 where unvoiced
    frames: np.ndarray          # [3 frames, 52], not sharpened


def sharpened(frames, amount, sigma_points):
    """E further from its own blur along frequency: gives back what regression smeared."""
    out = frames.copy()
    E = frames[:, :KNOTS]
    out[:, :KNOTS] += amount * (E - gaussian_filter1d(E, sigma_points, axis=1, mode="nearest", truncate=4.0))
    return out


def sharpened_f0(contours, amount, sigma_frames):
    """The same along time for f0, in every unbroken run of voiced frames: regression flattens what moves fast."""
    out = contours.copy()
    edges = np.flatnonzero(np.diff(np.concatenate([[False], contours[:, 0] > 0, [False]])))
    for start, end in zip(edges[::2], edges[1::2]):
        a = contours[start:end, 1]
        out[start:end, 1] += amount * (a - gaussian_filter1d(a, sigma_frames, mode="nearest", truncate=4.0))
    return out


class Voice:
    """A voice file. A cast is who speaks: {name: weight}, weights adding up to 1."""

    def __init__(self, path):
        self.metadata, tensors = psv.read(path)
        self.names = [v["name"] for v in self.metadata["voices"]]
        self.tensors = {k: torch.tensor(v) for k, v in tensors.items()}

    def ids(self, symbols):
        tokens = self.metadata["tokens"]
        return [self.metadata["bos"], *[tokens[c] for c in symbols if c in tokens], self.metadata["eos"]]

    def sharpening(self, cast):
        return sum(cast.get(v["name"], 0.0) * v["sharpen"] for v in self.metadata["voices"])

    def networks(self, cast):
        """(prosody, decoder, f0 reference in Hz) of a cast: its rows of the speakers' tables, mixed to one."""
        weights = torch.tensor([cast.get(name, 0.0) for name in self.names])
        mixed = lambda name, x: (weights @ x)[None] if name.endswith(("voices", "mean")) else x
        built = []
        for kind in (Prosody, Decoder):
            prefix, network = kind.__name__.lower() + ".", kind(1).eval()
            network.load_state_dict({k[len(prefix):]: mixed(k, v) for k, v in self.tensors.items() if k.startswith(prefix)})
            built.append(network)
        log_f0 = sum(cast.get(v["name"], 0.0) * np.log(v["f0_mean_hz"]) for v in self.metadata["voices"])
        return *built, float(np.exp(log_f0))

    @torch.no_grad()
    def predict(self, ids, cast):
        prosody, _, reference = self.networks(cast)
        item = lambda durations, f0, energy: collate([dict(voice=0, f0_reference_hz=reference, ids=ids, durations=durations,
                                                           f0=f0, energy=energy)])
        n = len(ids)
        ones, none = np.ones(n, np.int16), np.zeros(FRAMES_PER_UNIT * n, np.float32)
        tokens, log_durations = prosody.durations(item(ones, none, none))
        log_durations = log_durations[0].numpy()
        durations = np.maximum(1, np.round(np.exp(log_durations) - 1)).astype(np.int16)
        none = np.zeros(FRAMES_PER_UNIT * int(durations.sum()), np.float32)
        contours = sharpened_f0(prosody.contours(tokens, item(durations, none, none))[0].numpy(),
                                self.metadata["f0_sharpen"], self.metadata["f0_sharpen_sigma_frames"])
        f0_hz = np.where(contours[:, 0] > 0, reference * np.exp(contours[:, 1] / F0_SCALE), 0).astype(np.float32)
        frames = self.decode(ids, durations, f0_hz, contours[:, 2] / ENERGY_SCALE, cast)
        return Utterance(ids, log_durations, durations, contours, f0_hz, frames)

    @torch.no_grad()
    def decode(self, ids, durations, f0_hz, energy, cast):
        """Prosody, from wherever it comes -> control frames [240 Hz, 52]"""
        _, decoder, reference = self.networks(cast)
        b = collate([dict(voice=0, f0_reference_hz=reference, ids=ids, durations=durations, f0=f0_hz, energy=energy)])
        return decoder.denormalise(decoder(b), b["voice"])[0].numpy().reshape(-1, CHANNELS)
