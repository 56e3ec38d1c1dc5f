"""A voice file brought to life with torch: symbols -> prosody -> control frames. The player's counterpart, for evaluation."""
import dataclasses

import numpy as np
import torch
from scipy.ndimage import gaussian_filter1d

from . import psv
from .features import ENERGY_SCALE, F0_REFERENCE_HZ, F0_SCALE, FRAMES_PER_UNIT, collate
from .frames import CHANNELS, KNOTS, SUB_FRAMES
from .model import Decoder, Prosody


@dataclasses.dataclass
class Utterance:
    """Everything the networks say about one phrase; arrays over tokens, 80 Hz frames, or 240 Hz frames."""
    ids: list
    log_durations: np.ndarray
    durations: np.ndarray
    contours: np.ndarray        # [frames, 3]: voicing logit, 3 log(f0/200), energy/2
    f0_hz: np.ndarray           # 0 where unvoiced
    frames: np.ndarray          # [3 frames, 52], not sharpened


def sharpened(frames, amount, sigma_points):
    """E further from its own blur along frequency: gives back what regression smeared."""
    out = frames.copy()
    E = frames[:, :KNOTS]
    out[:, :KNOTS] += amount * (E - gaussian_filter1d(E, sigma_points, axis=1, mode="nearest", truncate=4.0))
    return out


class Voice:
    def __init__(self, path):
        self.metadata, tensors = psv.read(path)
        self.decoder, self.prosody = Decoder().eval(), Prosody().eval()
        for name, network in (("decoder", self.decoder), ("prosody", self.prosody)):
            own = {k[len(name) + 1:]: torch.tensor(v) for k, v in tensors.items() if k.startswith(name + ".")}
            network.load_state_dict(own)

    def ids(self, symbols):
        tokens = self.metadata["tokens"]
        return [self.metadata["bos"], *[tokens[c] for c in symbols if c in tokens], self.metadata["eos"]]

    @torch.no_grad()
    def predict(self, ids):
        n = len(ids)
        ones, none = np.ones(n, np.int16), np.zeros(FRAMES_PER_UNIT * n, np.float32)
        tokens, log_durations = self.prosody.durations(collate([dict(ids=ids, durations=ones, f0=none, energy=none)]))
        log_durations = log_durations[0].numpy()
        durations = np.maximum(1, np.round(np.exp(log_durations) - 1)).astype(np.int16)
        none = np.zeros(FRAMES_PER_UNIT * int(durations.sum()), np.float32)
        item = dict(ids=ids, durations=durations, f0=none, energy=none)
        contours = self.prosody.contours(tokens, collate([item]))[0].numpy()
        f0 = np.where(contours[:, 0] > 0, F0_REFERENCE_HZ * np.exp(contours[:, 1] / F0_SCALE), 0).astype(np.float32)
        frames = self.decode(item | dict(f0=f0, energy=contours[:, 2] / ENERGY_SCALE))
        return Utterance(ids, log_durations, durations, contours, f0, frames)

    @torch.no_grad()
    def decode(self, item):
        """item: ids, durations, f0, energy -> control frames [240 Hz, 52]"""
        y = self.decoder.denormalise(self.decoder(collate([item])))[0].numpy()
        return y.reshape(SUB_FRAMES * len(y), CHANNELS)

    def sharpen(self, frames):
        return sharpened(frames, self.metadata["sharpen"], self.metadata["sharpen_sigma_points"])
