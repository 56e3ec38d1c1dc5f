"""What the networks see: frame features from durations, f0 and energy, and padded batches."""
import numpy as np
import torch

from .model import FEATURES

FRAMES_PER_UNIT = 2             # 80 Hz frames in a 25 ms unit
VOICED_ABOVE_HZ = 40.0
F0_SCALE, ENERGY_SCALE = 3.0, 0.5


def frame_features(durations, f0_hz, energy, f0_reference_hz):
    """durations in 25 ms units per token, f0 (0: unvoiced) and energy per frame -> (token of each frame, [n, 10])

    f0 is told relative to `f0_reference_hz`, so that the networks see every speaker in the middle of the same register.
    """
    length = FRAMES_PER_UNIT * durations.astype(np.int64)
    token = np.repeat(np.arange(len(length)), length)
    since = np.arange(len(token)) - (np.cumsum(length) - length)[token]
    frames = length[token]
    left = frames - 1 - since
    fraction = (since + 0.5) / frames
    voiced = f0_hz > VOICED_ABOVE_HZ
    out = np.zeros((len(token), FEATURES), np.float32)
    out[:, 0] = voiced
    out[:, 1] = np.where(voiced, F0_SCALE * np.log(np.maximum(f0_hz, VOICED_ABOVE_HZ) / f0_reference_hz), 0)
    out[:, 2] = ENERGY_SCALE * energy
    out[:, 3] = 2 * fraction - 1
    out[:, 4] = 4 * fraction * (1 - fraction)
    out[:, 5] = np.log(frames / 4)
    out[:, 6], out[:, 7] = np.exp(-since / 2), np.exp(-left / 2)
    out[:, 8], out[:, 9] = np.minimum(since / 16, 1), np.minimum(left / 16, 1)
    return token, out


def collate(items):
    """items: dicts of voice (index), f0_reference_hz, ids, durations, f0, energy and perhaps frames [n, channels] -> dict of
    padded tensors."""
    B, T = len(items), max(len(i["ids"]) for i in items)
    n = max(FRAMES_PER_UNIT * int(i["durations"].sum()) for i in items)
    b = dict(voice=torch.tensor([i["voice"] for i in items]), ids=torch.zeros(B, T, dtype=torch.long), token_mask=torch.zeros(B, T, 1), durations=torch.ones(B, T),
             token_of_frame=torch.zeros(B, n, dtype=torch.long), frame_mask=torch.zeros(B, n, 1),
             features=torch.zeros(B, n, FEATURES))
    if "frames" in items[0]:
        b["frames"] = torch.zeros(B, n, items[0]["frames"].shape[-1])
    for row, item in enumerate(items):
        t = len(item["ids"])
        b["ids"][row, :t] = torch.as_tensor(np.asarray(item["ids"], np.int64))
        b["token_mask"][row, :t] = 1
        b["durations"][row, :t] = torch.as_tensor(item["durations"].astype(np.float32))
        token, features = frame_features(item["durations"], item["f0"], item["energy"], item["f0_reference_hz"])
        m = len(token)
        b["token_of_frame"][row, :m], b["features"][row, :m] = torch.as_tensor(token), torch.as_tensor(features)
        b["frame_mask"][row, :m] = 1
        if "frames" in item:
            b["frames"][row, :m] = torch.as_tensor(item["frames"].astype(np.float32))
    return b
