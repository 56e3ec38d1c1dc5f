"""Reference renderer: control frames -> samples, by the one bank of oscillators. For evaluation only; the player is in Rust.

x(t) = sum_k A(k f0) Re{ [ sqrt(h_k) e^{i c_k} + g sqrt(1 - h_k) z_k(t) ] e^{i k theta(t)} },  theta' = 2 pi f0
"""
import numpy as np

from .frames import COHERENCE_HZ, FRAME_RATE_HZ, GATE, KNOT_HZ, KNOTS, held_f0, open_gate

NOISE_GAIN = 0.75 ** -0.5       # what the analysis window takes from the energy of noise
TOP_HZ = 12000.0
AIR_STEP_HZ, AIR_UPDATE_HZ = 500.0, 500.0
AIR_HZ = np.array([11e3, 13e3, 15e3, 17e3, 19e3, 21e3, 23e3, 24e3])
AIR_DB = np.array([0, -3, -9.5, -13, -17.5, -21, -27, -30.0])
AIR_FROM = (KNOT_HZ > 9500) & (KNOT_HZ < 11400)


def at_partials(values, frequency, axis_hz):
    """values [m, len(axis)] read at frequency [m, K], linearly between the points of the axis."""
    j = np.clip(np.searchsorted(axis_hz, frequency, "right") - 1, 0, len(axis_hz) - 2)
    u = np.clip((frequency - axis_hz[j]) / (axis_hz[j + 1] - axis_hz[j]), 0, 1)
    rows = np.arange(len(values))[:, None]
    return values[rows, j] * (1 - u) + values[rows, j + 1] * u


def unit_noise(rng, shape):
    return (rng.standard_normal(shape) + 1j * rng.standard_normal(shape)) / 2 ** 0.5


def render(frames, f0_hz, rate_hz=48000, seed=0):
    """frames [m, 52] at 240 Hz, f0_hz at 80 Hz -> samples (float64), len(frames) / 240 s of them.

    f0 is read at frame centres (j + 1/2)/80 s; amplitudes move linearly between frames, noise with cos/sin weights.
    """
    rng = np.random.default_rng(seed)
    m = len(frames)
    hop = rate_hz // FRAME_RATE_HZ
    n = m * hop
    frames = np.concatenate([frames, frames[-1:]]).astype(float)
    at_s = np.arange(m + 1) / FRAME_RATE_HZ
    f0 = held_f0(f0_hz, at_s)
    theta = 2 * np.pi * np.cumsum(held_f0(f0_hz, (np.arange(n) + 0.5) / rate_hz)) / rate_hz
    top = min(TOP_HZ, 0.49 * rate_hz)
    K = int(top / f0.min())
    fk = np.arange(1, K + 1) * f0[:, None]
    E, G, H = frames[:, :KNOTS], open_gate(frames[:, GATE:GATE + 1]), np.clip(frames[:, GATE + 1:], 0, 1)
    A = np.exp(at_partials(E, fk, KNOT_HZ)) * (fk < top)
    h = at_partials(np.concatenate([G, G, G * H], 1), fk, COHERENCE_HZ)
    constants = np.exp(1j * np.random.default_rng(3).uniform(-np.pi, np.pi, K))
    locked = (A * np.sqrt(h) * constants).astype(np.complex64)
    free = (NOISE_GAIN * A * np.sqrt(1 - h) * unit_noise(rng, A.shape)).astype(np.complex64)
    u = np.arange(hop, dtype=np.float32) / hop
    cu, su = np.cos(u * np.pi / 2), np.sin(u * np.pi / 2)
    turn = np.exp(1j * theta).reshape(m, hop).astype(np.complex64)
    carrier = np.ones_like(turn)
    y = np.zeros((m, hop))
    for k in range(K):
        carrier *= turn
        if k % 16 == 15:            # rounding of single precision adds up
            carrier /= np.abs(carrier)
        a, b, p, q = locked[:-1, k, None], locked[1:, k, None], free[:-1, k, None], free[1:, k, None]
        y += ((a + (b - a) * u + p * cu + q * su) * carrier).real
    y = y.reshape(-1)
    return y + air(frames, f0, n, rate_hz, rng) if rate_hz >= 44100 else y


def air(frames, f0, n, rate_hz, rng):
    """12 kHz and up: free oscillators 500 Hz apart, their level continued from the mean of 9.5-11.3 kHz."""
    f = np.arange(TOP_HZ + AIR_STEP_HZ / 2, min(22500, 0.48 * rate_hz), AIR_STEP_HZ)
    drop = np.interp(f, AIR_HZ, AIR_DB) * np.log(10) / 20
    level = NOISE_GAIN * np.exp(frames[:, :KNOTS][:, AIR_FROM].mean(1)[:, None] + drop) * np.sqrt(AIR_STEP_HZ / f0)[:, None]
    hop = int(rate_hz / AIR_UPDATE_HZ)
    m = n // hop + 2
    at = np.arange(m) / AIR_UPDATE_HZ * FRAME_RATE_HZ
    z = unit_noise(rng, (m, len(f))) * np.stack([np.interp(at, np.arange(len(level)), q) for q in level.T], 1)
    u = np.arange(hop) / hop
    cu, su = np.cos(u * np.pi / 2), np.sin(u * np.pi / 2)
    s = np.arange((m - 1) * hop).reshape(m - 1, hop)
    y = np.zeros((m - 1, hop))
    for q, fq in enumerate(f):
        y += ((z[:-1, q, None] * cu + z[1:, q, None] * su) * np.exp(2j * np.pi * fq * s / rate_hz)).real
    return y.reshape(-1)[:n]
