#!/usr/bin/env python3
"""The band above 11 kHz per phone class: ours against 48 kHz recordings.

    high_band.py RECORDINGS.tsv RECORDINGS_DIR OURS.tsv OURS_DIR [--sentences 120]

Tables are `name TAB text`, folders hold NAME.wav (ours: `psivox batch OURS.tsv OURS_DIR`). Phones come from forced
alignment in both. Printed for each class: the median level at 11, 13 .. 23 kHz (bands of 2 kHz) against that of
9.5-11.3 kHz in dB, the recordings' spread from phone to phone (half of the 16-84 % range), our error; and the depth of
the glottal pulses at 12-20 kHz, |2 <p e^{-i phi}> / <p>| with phi the phase of the fundamental: 0 steady, 1 a raised
cosine, 2 clicks. The recordings' hiss (their quietest 5 %) is subtracted.
Needs PyPI: pocketsphinx, soundfile, soxr, numpy, scipy.
"""
import argparse
import os

import numpy as np
from scipy.signal import butter, hilbert, sosfiltfilt

from alignment import CLASS_OF, CLASSES, Aligner, load, sentences

WINDOW_S, HOP_S = 1024 / 48000, 0.005
JOINT_HZ = (9500, 11300)
CENTRES_HZ = np.arange(11000, 24000, 2000)
BANDS_HZ = [JOINT_HZ] + [(f - 1000, min(f + 1000, 23900)) for f in CENTRES_HZ]
QUIET_SHARE = 0.05
QUIET_BIAS = 1.12           # the quietest frames of a steady hiss lie this factor below its mean power
BURSTS = {"p t k", "b d g"}
FUNDAMENTAL_HZ = (90, 300)
PULSED_HZ = (12000, 20000)


def band_powers(sound, rate):
    """-> (power density [frames, bands], times in s)."""
    size, hop = int(WINDOW_S * rate), int(HOP_S * rate)
    window = np.hanning(size)
    frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, size // 2), size)[::hop]
    power = np.abs(np.fft.rfft(frames * window, axis=1)) ** 2 / (window ** 2).sum() / rate
    hz = np.fft.rfftfreq(size, 1 / rate)
    inside = [(hz >= low) & (hz < high) for low, high in BANDS_HZ]
    return np.stack([power[:, m].mean(1) if m.any() else np.zeros(len(power)) for m in inside], 1), np.arange(len(power)) * hop / rate


def hiss(power):
    """Mean power of the quietest frames, in place of the noise floor."""
    loud = power.sum(1)
    quiet = np.argsort(loud)[:max(5, int(QUIET_SHARE * len(loud)))]
    return power[quiet].mean(0) * QUIET_BIAS


def core(phone, start, end, power, times):
    """Power of a phone: the mean of its middle half; of a stop the frame of its burst."""
    if CLASS_OF.get(phone) in BURSTS:
        inside = np.flatnonzero((times > start) & (times < end))
        return power[inside[power[inside].sum(1).argmax()]] if len(inside) else None
    inside = (times > start + 0.25 * (end - start)) & (times < end - 0.25 * (end - start))
    return power[inside].mean(0) if inside.any() else None


def drops(table, folder, limit, aligner):
    """{class: levels [phones, bands] in dB against the joint}; phones whose joint is not above the hiss are left out."""
    found = {}
    for name, phones, sound, rate in aligned(table, folder, limit, aligner):
        power, times = band_powers(sound, rate)
        floor = hiss(power)
        for phone, start, end in phones:
            level = core(phone, start, end, power, times)
            if level is None or level[0] < 4 * floor[0]:
                continue
            clean = np.maximum(level - floor, 0.1 * floor) + 1e-20
            found.setdefault(CLASS_OF.get(phone), []).append(10 * np.log10(clean[1:] / clean[0]))
    return {name: np.array(rows) for name, rows in found.items() if name and name != "pause"}


def pulses(table, folder, limit, aligner):
    """{class: median depth of the glottal pulses at 12-20 kHz}."""
    found = {}
    for name, phones, sound, rate in aligned(table, folder, limit, aligner):
        band = lambda hz: hilbert(sosfiltfilt(butter(2, hz, "band", fs=rate, output="sos"), sound))
        phase = np.exp(-1j * np.angle(band(FUNDAMENTAL_HZ)))
        power = np.abs(band(PULSED_HZ)) ** 2
        step = int(HOP_S * rate)
        means = power[:len(power) // step * step].reshape(-1, step).mean(1)
        floor = np.sort(means)[:max(5, int(QUIET_SHARE * len(means)))].mean() * QUIET_BIAS
        for phone, start, end in phones:
            a, b = (int(rate * (start + share * (end - start))) for share in (0.2, 0.8))
            clean = power[a:b].sum() - floor * (b - a)
            if b - a > 0.03 * rate and clean > floor * (b - a):
                kind = phone if phone in ("Z", "V") else CLASS_OF.get(phone)
                found.setdefault(kind, []).append(2 * (power[a:b] * phase[a:b]).sum() / clean)
    kinds = ("vowel", "nasal", "liquid, glide", "V", "Z", "s z")
    return {kind: abs(np.median(np.real(found[kind])) + 1j * np.median(np.imag(found[kind]))) for kind in kinds if kind in found}


def aligned(table, folder, limit, aligner):
    for name, text in sentences(table)[:limit]:
        path = os.path.join(folder, f"{name}.wav")
        if os.path.exists(path) and (phones := aligner.phones(path, text)):
            yield name, phones, *load(path)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("recordings", "recordings_dir", "ours", "ours_dir"):
        parser.add_argument(name)
    parser.add_argument("--sentences", type=int, default=120)
    a = parser.parse_args()
    aligner = Aligner()
    theirs = drops(a.recordings, a.recordings_dir, a.sentences, aligner)
    ours = drops(a.ours, a.ours_dir, a.sentences, aligner)
    print("| class | | n | " + " | ".join(f"{f // 1000} kHz" for f in CENTRES_HZ) + " |\n|" + "---|" * (len(CENTRES_HZ) + 3))
    errors = []
    for name in CLASSES:
        if name not in theirs or name not in ours:
            continue
        want, have = np.median(theirs[name], 0), np.median(ours[name], 0)
        spread = np.subtract(*np.percentile(theirs[name], [84, 16], axis=0)) / 2
        errors.append(have - want)
        row = lambda values, form: " | ".join(form.format(v) for v in values)
        print(f"| {name} | recorded | {len(theirs[name])} | " + " | ".join(f"{w:.1f} ± {s:.1f}" for w, s in zip(want, spread)) + " |")
        print(f"| | ours | {len(ours[name])} | {row(have, '{:.1f}')} |\n| | **error** | | {row(have - want, '**{:+.1f}**')} |")
    errors = np.abs(errors)
    print(f"\nmean |error| {errors.mean():.1f} dB, largest {errors.max():.1f} dB, within 5 dB: {100 * (errors <= 5).mean():.0f} %")
    theirs, ours = (pulses(t, f, a.sentences, aligner) for t, f in ((a.recordings, a.recordings_dir), (a.ours, a.ours_dir)))
    print("glottal pulses at 12-20 kHz, depth recorded / ours: " + ", ".join(f"{k} {theirs[k]:.2f} / {ours.get(k, np.nan):.2f}" for k in theirs))


if __name__ == "__main__":
    main()
