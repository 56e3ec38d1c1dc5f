"""Speech with a known f0 -> control frames: envelope of the partials, voiced gate, coherence.

The signal is resampled once onto a grid uniform in glottal phase, so that harmonic k of every frame is bin k of a
short FFT, whatever f0 does inside the window (time-warped harmonic analysis).
"""
import functools

import numpy as np
import scipy.fft
from scipy.ndimage import gaussian_filter1d

from .frames import (COHERENCE_HZ, FRAME_RATE_HZ, KNOTS, KNOT_HZ, PROSODY_RATE_HZ, SAMPLE_RATE_HZ, SUB_FRAMES,
                     VOICED_ABOVE_HZ, held_f0, interpolation)

TOP_HZ = 11900.0                # highest harmonic looked at (the teacher's band ends at 12 kHz)
PENALTY = 5e-4                  # on second differences of the envelope
OVERSAMPLE = 8                  # before linear interpolation: 0.1 dB lost at 11 kHz
BINS_PER_OCTAVE = 96            # fit matrices are shared by frames whose f0 differs by less than 0.4 %
LOWEST_HZ = 55.0
SMOOTH_FRAMES = 0.005 * FRAME_RATE_HZ
FLOOR_NEPER = -13.0
REFINE_ROUNDS, REFINE_HOP, REFINE_HARMONICS, REFINE_BELOW_HZ, REFINE_SMOOTH_S, REFINE_LIMIT = 3, 100, 24, 2000.0, 0.010, 0.12
RAMP = 0.75


def oversampled(y):
    """Band-limited oversampling by zero-padding the spectrum."""
    n = scipy.fft.next_fast_len(len(y) + 64, real=True)
    n += n % 2
    spectrum = np.zeros(n * OVERSAMPLE // 2 + 1, np.complex64)
    spectrum[:n // 2 + 1] = scipy.fft.rfft(np.asarray(y, np.float32), n)
    return scipy.fft.irfft(spectrum, n * OVERSAMPLE) * OVERSAMPLE


def warp(y, f0_hz):
    """Sample y on a grid uniform in phase.

    f0_hz: per sample. Returns (x, points, cycles): x padded by two periods at both ends, points per period, and the
    phase in cycles at each sample of y.
    """
    cycles = np.cumsum(f0_hz) / SAMPLE_RATE_HZ
    points = int(scipy.fft.next_fast_len(int(2.1 * TOP_HZ / f0_hz.min()), real=True))
    points += points % 2
    grid = np.arange(int(cycles[-1] * points)) / points
    where = np.interp(grid, cycles, np.arange(len(y))) * OVERSAMPLE
    fine = oversampled(y)
    i = where.astype(int)
    x = fine[i] + (where - i).astype(np.float32) * (fine[i + 1] - fine[i])
    return np.pad(x, 2 * points + 2), points, cycles


def harmonics(x, points, centre_cycles, periods):
    """c_k, k = 1.., at the given phases: Hann window of so many periods, folded onto one, then a real FFT. Their phases
    count from the beginning of each window, which `start` (in points) tells: -> (c [n, harmonics], start [n])"""
    length = periods * points
    start = np.clip(np.round(centre_cycles * points).astype(int) + 2 * points + 2 - length // 2, 0, len(x) - length)
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)
    cut = np.lib.stride_tricks.sliding_window_view(x, length)[start] * window
    folded = cut.reshape(len(start), periods, points).sum(1)
    return scipy.fft.rfft(folded, axis=1)[:, 1:] * (4.0 / length), start


def harmonic_amplitudes(x, points, centre_cycles, periods):
    return np.abs(harmonics(x, points, centre_cycles, periods)[0])


def refined_f0(y, f0_hz):
    """f0 per sample moved to where the harmonics below 2 kHz say it is.

    What harmonic k turns relative to k theta between two instants is k times the error of f0. Averaged with the weights
    k |c_k|: high harmonics know it best, as long as they can be seen.
    """
    for _ in range(REFINE_ROUNDS):
        x, points, cycles = warp(y, f0_hz)
        at = np.arange(0, len(y), REFINE_HOP)
        c, start = harmonics(x, points, cycles[at], 2)
        k = np.arange(1, min(REFINE_HARMONICS, c.shape[1]) + 1)
        c = c[:, :len(k)] * np.exp(-2j * np.pi * (start / points)[:, None] * k)
        turned = np.angle(c[1:] * np.conj(c[:-1])) / (2 * np.pi) * SAMPLE_RATE_HZ / REFINE_HOP
        weight = np.minimum(np.abs(c[1:]), np.abs(c[:-1])) * k * (k * f0_hz[at][:-1, None] < REFINE_BELOW_HZ)
        blur = lambda v: gaussian_filter1d(v.sum(1), REFINE_SMOOTH_S * SAMPLE_RATE_HZ / REFINE_HOP)
        limit = REFINE_LIMIT * f0_hz[at][:-1]
        error = np.clip(blur(turned / k * weight) / (blur(weight) + 1e-6), -limit, limit)
        f0_hz = f0_hz + np.interp(np.arange(len(y)), at[:-1] + REFINE_HOP / 2, error)
    return f0_hz


def without_ramps(f0_hz):
    """Kokoro's f0 glides to nothing at the ends of voicing; such frames have no pitch of their own."""
    f0 = np.where(np.asarray(f0_hz) > VOICED_ABOVE_HZ, f0_hz, 0.0)
    for order in (slice(None), slice(None, None, -1)):
        g = f0[order]
        onset = np.flatnonzero((g[1:-1] > 0) & (g[:-2] == 0) & (g[2:] > 0) & (g[1:-1] < RAMP * g[2:])) + 1
        g[onset] = 0.0
    return f0


@functools.lru_cache(maxsize=2048)
def fit_matrices(bin_index):
    """For one f0 bin: (harmonics in band, knots -> harmonics W, harmonics -> knots S, harmonics -> coherence regions)."""
    f0 = LOWEST_HZ * 2 ** (bin_index / BINS_PER_OCTAVE)
    f = f0 * np.arange(1, int(TOP_HZ / f0) + 1)
    W = interpolation(f, KNOT_HZ)
    second = np.diff(np.eye(KNOTS), 2, axis=0)
    first = np.diff(np.eye(KNOTS), 1, axis=0)
    # the tiny first-difference term only decides what lies below the first harmonic: flat, not a steep line
    R = PENALTY * second.T @ second + 1e-5 * first.T @ first + 1e-6 * np.eye(KNOTS)
    S = np.linalg.solve(W.T @ W + R, W.T)
    C = interpolation(f, COHERENCE_HZ[2:]) * (f > COHERENCE_HZ[1])[:, None]
    C /= C.sum(0) + 1e-9
    return len(f), W.T.astype(np.float32), S.T.astype(np.float32), C.astype(np.float32)


def bins(f0_hz):
    return np.round(BINS_PER_OCTAVE * np.log2(f0_hz / LOWEST_HZ)).astype(int)


def envelope(amplitude, f0_hz):
    """Log amplitude at the knots [n, 48]: penalised least squares on log|c_k|, then three Itakura-Saito steps,
    which move the fit from the mean of the logarithm (biased low in noise) to the logarithm of the mean."""
    which = bins(f0_hz)
    out = np.empty((len(amplitude), KNOTS), np.float32)
    for b in np.unique(which):
        rows = np.flatnonzero(which == b)
        n, Wt, St, _ = fit_matrices(int(b))
        a = amplitude[rows, :n]
        log_a = np.log(a + 1e-7)
        e = log_a @ St
        for _ in range(3):
            x = e @ Wt
            e = (x + np.clip((a * a * np.exp(-2 * x) - 1) / 2, -1, 1)) @ St
        out[rows] = np.clip(e, FLOOR_NEPER, np.maximum(log_a.max(1, keepdims=True) + 0.3, FLOOR_NEPER))
    return out


def smooth(x, axis=0):
    return gaussian_filter1d(x, SMOOTH_FRAMES, axis=axis)


def ramp(x, lo, hi):
    return np.clip((x - lo) / (hi - lo), 0.0, 1.0)


def voiced_gate(p2, p4, frequency, has_f0):
    """G, 1 voiced .. 0 unvoiced: low harmonics that survive a 4-period window, unless the sound is neither weak nor hissy."""
    loss = 2 * (1 - smooth(p4[:, :6].sum(1)) / (smooth(p2[:, :6].sum(1)) + 1e-9))
    low = smooth((p2 * (frequency < 1000)).sum(1)) + 1e-9
    high = smooth((p2 * (frequency > 2000)).sum(1)) + 1e-9
    level_db = 10 * np.log10(low)
    level_db -= np.percentile(level_db[has_f0], 95) if has_f0.any() else 0.0
    weak = ramp(-level_db, 16, 20)
    hissy = ramp(10 * np.log10(high / low), -3, 1)
    unvoiced = ramp(loss, 0.35, 0.70) * np.maximum(weak, hissy)
    return (1 - np.maximum(unvoiced, ramp(-level_db, 42, 46))) * has_f0


def coherence(p2, p4, f0_hz):
    """H[3]: 1 where a partial's energy survives doubling the window, 0 where it is lost as noise would be."""
    s = lambda p: gaussian_filter1d(smooth(p), 2.0, axis=1)
    kept = 1 - ramp(2 * (1 - s(p4) / (s(p2) + 1e-12)), 0.1, 0.9)
    which = bins(f0_hz)
    out = np.empty((len(p2), 3), np.float32)
    for b in np.unique(which):
        rows = np.flatnonzero(which == b)
        n, _, _, C = fit_matrices(int(b))
        out[rows] = kept[rows, :n] @ C
    return out


def refine(y, f0_hz):
    """The refined f0 of an utterance whose f0 is known roughly, frame j near j/80 s -> at 80 Hz, frame j at (j + 1/2)/80 s"""
    hop = SAMPLE_RATE_HZ // PROSODY_RATE_HZ
    n = len(f0_hz) * hop
    y = np.pad(np.asarray(y, np.float32)[:n], (0, max(0, n - len(y))))
    rough = without_ramps(f0_hz)
    if not rough.any():
        return rough
    f0 = refined_f0(y, held_f0(rough, (np.arange(n) + 0.5) / SAMPLE_RATE_HZ + 0.5 / PROSODY_RATE_HZ))
    return np.where(rough > 0, f0.reshape(-1, hop).mean(1), 0.0).astype(np.float32)


def analyse(y, f0_hz):
    """y at 24 kHz, f0 in Hz at 80 Hz (0: none) -> control frames [3 len(f0), 52] at 240 Hz; frame c stands at c/240 s."""
    n = len(f0_hz) * SAMPLE_RATE_HZ // PROSODY_RATE_HZ
    y = np.pad(np.asarray(y, np.float32)[:n], (0, max(0, n - len(y))))
    f0 = held_f0(f0_hz, (np.arange(n) + 0.5) / SAMPLE_RATE_HZ)
    x, points, cycles = warp(y, f0)
    at = np.arange(len(f0_hz) * SUB_FRAMES) * SAMPLE_RATE_HZ // FRAME_RATE_HZ
    f = f0[at]
    a2, a4 = (harmonic_amplitudes(x, points, cycles[at], periods) for periods in (2, 4))
    frequency = np.arange(1, a2.shape[1] + 1) * f[:, None]
    inside = frequency < TOP_HZ
    p2, p4 = (a2 * inside) ** 2, (a4 * inside) ** 2
    has_f0 = np.repeat(np.asarray(f0_hz) > VOICED_ABOVE_HZ, SUB_FRAMES)
    G = voiced_gate(p2, p4, frequency, has_f0)
    return np.concatenate([envelope(a2, f), G[:, None], coherence(p2, p4, f)], 1).astype(np.float32)
