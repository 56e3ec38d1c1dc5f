"""The Koopman voice: stacks of diagonal complex linear recurrences with gated pointwise observables.

The block is a Linear Recurrent Unit (Orvieto et al. 2023); its eigenvalues lambda = exp(-e^nu + i omega) are the Koopman
eigenvalues of the lifted dynamics. Half of the modes run forward in time, half backward.
"""
import math

import torch
import torch.nn as nn
import torch.nn.functional as F

from .frames import CHANNELS, SUB_FRAMES
from .scan import scan

FEATURES = 10                   # per 80 Hz frame: voiced, log f0, energy, then 7 of the position in the phone
POSITION_FEATURES = 7
SYMBOLS = 178                   # ids of the phoneme alphabet


class VoiceNorm(nn.LayerNorm):
    """Layer normalisation whose scale and shift depend on who speaks: the shared ones plus a row of `voices`."""

    def __init__(self, d, voices):
        super().__init__(d)
        self.voices = nn.Parameter(torch.zeros(voices, 2 * d))

    def forward(self, x, voice):
        scale, shift = (torch.cat([self.weight, self.bias]) + self.voices[voice])[:, None].chunk(2, -1)
        return torch.addcmul(shift, F.layer_norm(x, self.normalized_shape), scale)


class Modes(nn.Module):
    """n damped oscillators driven by a real map of x and read through a real map of (Re z, Im z)."""

    def __init__(self, d, n, shortest=1.0, longest=40.0, widest_rad=0.6):
        super().__init__()
        self.forward_modes = n // 2
        nu, omega = zip(*(self.spread(k, shortest, longest, widest_rad) for k in (n // 2, n - n // 2)))
        self.nu, self.omega = nn.Parameter(torch.cat(nu)), nn.Parameter(torch.cat(omega))
        self.drive = nn.Linear(d, n, bias=False)
        self.read = nn.Linear(2 * n, d)

    @staticmethod
    def spread(k, shortest, longest, widest_rad):
        """Start: time constants (in steps) log-spaced, angles random, small for slow modes."""
        decay = 1 / torch.exp(torch.linspace(math.log(shortest), math.log(longest), k))
        return torch.log(decay), torch.rand(k) * widest_rad * torch.clamp(4 * decay, max=1.0) ** 0.5

    def forward(self, x, mask):
        radius = torch.exp(-torch.exp(self.nu))
        gain = torch.sqrt((1 - radius * radius).clamp_min(1e-4))        # unit variance whatever the damping
        u = self.drive(x) * (gain * mask)
        return self.read(scan(u, radius * torch.cos(self.omega), radius * torch.sin(self.omega), self.forward_modes))


class Block(nn.Module):
    """x + GLU(gate(GELU(modes(norm x) + skip * norm x)))"""

    def __init__(self, d, n, voices, **spread):
        super().__init__()
        self.norm, self.modes = VoiceNorm(d, voices), Modes(d, n, **spread)
        self.skip, self.gate = nn.Parameter(torch.zeros(d)), nn.Linear(d, 2 * d)
        with torch.no_grad():       # start near the identity
            self.gate.weight[:d] *= 0.3

    def forward(self, x, mask, voice):
        h = self.norm(x, voice)
        return x + F.glu(self.gate(F.gelu(torch.addcmul(self.modes(h, mask), self.skip, h), approximate="tanh")), -1)


class TokenEncoder(nn.Module):
    """Embedding (shared) + the speaker's own vector -> blocks."""

    def __init__(self, d, n, layers, voices):
        super().__init__()
        self.embedding = nn.Embedding(SYMBOLS, d)
        nn.init.normal_(self.embedding.weight, std=0.5)
        self.voices = nn.Parameter(torch.zeros(voices, d))
        self.blocks = nn.ModuleList(Block(d, n, voices, shortest=0.7, longest=20, widest_rad=1.5) for _ in range(layers))

    def forward(self, ids, mask, voice):
        x = self.embedding(ids) + self.voices[voice][:, None]
        for block in self.blocks:
            x = block(x, mask, voice)
        return x


def spread_over_frames(tokens, token_of_frame):
    """[B, T, d], [B, F] -> [B, F, d]"""
    return torch.gather(tokens, 1, token_of_frame[..., None].expand(-1, -1, tokens.shape[-1]))


class FrameNet(nn.Module):
    """Token vectors spread over their frames, beside frame features -> blocks -> norm -> linear."""

    def __init__(self, d_token, features, d, n, layers, out, longest, voices):
        super().__init__()
        self.input = nn.Linear(d_token + features, d)
        self.voices = nn.Parameter(torch.zeros(voices, d))
        self.blocks = nn.ModuleList(Block(d, n, voices, longest=longest) for _ in range(layers))
        self.norm, self.head = VoiceNorm(d, voices), nn.Linear(d, out)

    def forward(self, tokens, token_of_frame, features, mask, voice):
        x = self.input(torch.cat([spread_over_frames(tokens, token_of_frame), features], -1)) + self.voices[voice][:, None]
        for block in self.blocks:
            x = block(x, mask, voice)
        return self.head(self.norm(x, voice))


class Decoder(nn.Module):
    """tokens, durations, f0, energy -> 3 control frames of 52 channels per 80 Hz frame, normalised by the voice's mean and std."""

    def __init__(self, voices, d_token=128, token_layers=2, d=256, n=256, layers=2):
        super().__init__()
        self.encoder = TokenEncoder(d_token, d_token, token_layers, voices)
        self.frames = FrameNet(d_token, FEATURES, d, n, layers, SUB_FRAMES * CHANNELS, longest=40, voices=voices)
        self.register_buffer("mean", torch.zeros(voices, SUB_FRAMES * CHANNELS))
        self.register_buffer("std", torch.ones(SUB_FRAMES * CHANNELS))

    def forward(self, b):
        tokens = self.encoder(b["ids"], b["token_mask"], b["voice"])
        return self.frames(tokens, b["token_of_frame"], b["features"], b["frame_mask"], b["voice"])

    def denormalise(self, y, voice):
        return y * self.std + self.mean[voice][:, None]


class Prosody(nn.Module):
    """tokens -> log(1 + duration); with durations chosen -> voicing logit, 3 log(f0 / f0 of the voice), energy / 2 at 80 Hz"""

    def __init__(self, voices, d_token=128, token_layers=3, d=96, n=96, layers=2):
        super().__init__()
        self.encoder = TokenEncoder(d_token, d_token, token_layers, voices)
        self.duration_norm, self.duration = VoiceNorm(d_token, voices), nn.Linear(d_token, 1)
        self.frames = FrameNet(d_token, POSITION_FEATURES, d, n, layers, 3, longest=80, voices=voices)

    def durations(self, b):
        """-> (token vectors, log(1 + duration in 25 ms units) [B, T])"""
        tokens = self.encoder(b["ids"], b["token_mask"], b["voice"])
        return tokens, self.duration(self.duration_norm(tokens, b["voice"]))[..., 0]

    def contours(self, tokens, b):
        features = b["features"][..., -POSITION_FEATURES:]
        return self.frames(tokens, b["token_of_frame"], features, b["frame_mask"], b["voice"])


KINDS = {"decoder": Decoder, "prosody": Prosody}
