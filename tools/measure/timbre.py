#!/usr/bin/env python3
"""Timbre of voices against a reference: noise in vowels, fricative spectra, bursts, closures, aspiration.

    timbre.py SENTENCES.tsv REFERENCE_DIR DIR [DIR ...]

Folders hold NAME.wav for each `name TAB text` of the table: `teacher_wavs.py` writes the teacher's, `psivox batch` ours,
recordings do as well. Phones come from forced alignment in all of them, so that one ruler serves every voice; all sound is
compared at 24 kHz. For each measure: median and 10-90 % range over phones, the share of phones within the reference's
10-90 % range (80 % of the reference's own), and `out` where a median lies outside it.

- HNR: 10 log r/(1 - r), r the normalised correlation of adjacent glottal periods at its best lag (Boersma 1993), in all
  and in bands; jitter, shimmer: mean change from period to period against the mean, of length and of amplitude.
- Fricatives: centroid and peak of the power above 500 Hz, slope of the spectrum from 1 to 11 kHz, level against the next
  vowel; all from the middle half of the phone.
- Stops before a vowel, above 1 kHz: time in which the burst's envelope rises from 10 to 90 %, its level (10 ms) against
  the vowel; below 5 kHz: how far the closure lies under the vowel; aspiration: from burst to voicing.
Needs PyPI: pocketsphinx, soundfile, soxr, numpy, scipy.
"""
import os
import sys

import numpy as np
import soxr
from scipy.ndimage import uniform_filter1d
from scipy.signal import butter, sosfiltfilt

from alignment import CLASS_OF, Aligner, load, sentences

RATE = 24000
PERIODS_RATE = 96000            # correlation of periods needs finer lags than samples
F0_HZ = (70, 420)
BANDS_HZ = {"all": (60, 11500), "0-1 kHz": (60, 1000), "1-2 kHz": (1000, 2000), "2-4 kHz": (2000, 4000), "4-8 kHz": (4000, 8000)}
FRICATIVES = ("S", "SH", "F", "TH", "HH", "Z")
STOPS = ("P", "T", "K", "B", "D", "G")
UNVOICED_STOPS = ("P", "T", "K")


def band(sound, low, high, rate=RATE):
    return sosfiltfilt(butter(4, (low, min(high, 0.49 * rate)), "band", fs=rate, output="sos"), sound)


def level_db(sound):
    return 10 * np.log10(np.mean(sound ** 2) + 1e-12) if len(sound) else np.nan


def cut(sound, start_s, end_s, rate=RATE):
    return sound[max(0, int(start_s * rate)):max(0, int(end_s * rate))]


# ---------------------------------------------------------------- vowels
def best_lag(x, at, lags):
    """(lag, r): the lag in samples at which x[at:at+lag] and the stretch after it agree best."""
    low, high = lags
    if at + 2 * high >= len(x):
        return None
    r = np.empty(high - low)
    for i, lag in enumerate(range(low, high)):
        a, b = x[at:at + lag], x[at + lag:at + 2 * lag]
        r[i] = a @ b / (np.sqrt((a @ a) * (b @ b)) + 1e-12)
    best = int(r.argmax())
    return low + best, float(r[best])


def vowel_periods(sound):
    """[(start, length)] of glottal periods in samples, followed from the strongest correlation on."""
    low = sosfiltfilt(butter(2, 1500, fs=PERIODS_RATE, output="sos"), sound)
    wide = best_lag(low[::4], 0, (int(PERIODS_RATE / 4 / F0_HZ[1]), int(PERIODS_RATE / 4 / F0_HZ[0])))
    if wide is None or wide[1] < 0.5:
        return []
    at, length, found = 0, 4 * wide[0], []
    while True:
        near = best_lag(low, at, (int(0.85 * length), int(1.18 * length)))
        if near is None:
            return found
        if near[1] > 0.5:
            length = near[0]
            found.append((at, length))
        at += length


def hnr_db(x, periods):
    """Median over periods; the lag may move by 1.5 % about the period of the low partials."""
    found = []
    for at, length in periods:
        margin = max(4, int(0.015 * length))
        best = best_lag(x, at, (length - margin, length + margin + 1))
        if best is not None and best[1] > 0:
            r = min(best[1], 0.9999)
            found.append(10 * np.log10(r / (1 - r)))
    return float(np.mean(found)) if found else np.nan


def vowel_measures(sound, phones):
    fine = soxr.resample(sound, RATE, PERIODS_RATE)
    bands = {name: band(fine, *hz, rate=PERIODS_RATE) for name, hz in BANDS_HZ.items()}
    for phone, start, end in phones:
        if CLASS_OF.get(phone) != "vowel" or end - start < 0.07:
            continue
        a, b = (start + share * (end - start) for share in (0.2, 0.8))
        periods = vowel_periods(cut(bands["all"], a, b, PERIODS_RATE))
        if len(periods) < 4:
            continue
        for name in BANDS_HZ:
            yield f"vowels: HNR {name}, dB", hnr_db(cut(bands[name], a, b, PERIODS_RATE), periods)
        lengths = np.array([length for _, length in periods], float)
        whole = cut(bands["all"], a, b, PERIODS_RATE)
        peaks = np.array([np.sqrt(np.mean(whole[at:at + length] ** 2)) for at, length in periods])
        yield "vowels: jitter, %", 100 * np.mean(abs(np.diff(lengths))) / lengths.mean()
        yield "vowels: shimmer, %", 100 * np.mean(abs(np.diff(peaks))) / peaks.mean()


# ---------------------------------------------------------------- fricatives
def spectrum(sound):
    """-> (power density, Hz), Welch with 21 ms windows."""
    size = 512
    if len(sound) < size:
        sound = np.pad(sound, (size - len(sound)) // 2 + 1)
    frames = np.lib.stride_tricks.sliding_window_view(sound, size)[::120]
    return (np.abs(np.fft.rfft(frames * np.hanning(size), axis=1)) ** 2).mean(0), np.fft.rfftfreq(size, 1 / RATE)


def next_vowel(phones, i):
    """Index of the nearest vowel within two phones, the following one first."""
    for j in (i + 1, i - 1, i + 2, i - 2):
        if 0 <= j < len(phones) and CLASS_OF.get(phones[j][0]) == "vowel":
            return j
    return None


def middle(sound, phone):
    _, start, end = phone
    return cut(sound, start + 0.25 * (end - start), end - 0.25 * (end - start))


def fricative_measures(sound, phones):
    for i, (phone, start, end) in enumerate(phones):
        j = next_vowel(phones, i)
        if phone not in FRICATIVES or end - start < 0.04 or j is None:
            continue
        part = middle(sound, phones[i])
        power, hz = spectrum(part)
        above, slope = (hz > 500) & (hz < 11500), (hz > 1000) & (hz < 11000)
        smooth = uniform_filter1d(power, 11)
        yield f"{phone}: centroid, kHz", (power * hz)[above].sum() / power[above].sum() / 1000
        yield f"{phone}: peak, kHz", hz[above][smooth[above].argmax()] / 1000
        yield f"{phone}: slope, dB/kHz", np.polyfit(hz[slope] / 1000, 10 * np.log10(power[slope] + 1e-12), 1)[0]
        yield f"{phone}: level - vowel, dB", level_db(part) - level_db(middle(sound, phones[j]))


# ---------------------------------------------------------------- stops
def burst_at(envelope_db, start_s, end_s):
    """Index (ms) of the steepest rise over 4 ms inside the phone, None if it rises by less than 8 dB."""
    a, b = int(1000 * (start_s + 0.01)), min(int(1000 * (end_s + 0.02)), len(envelope_db) - 5)
    if b - a < 8:
        return None
    rise = envelope_db[a + 4:b + 4] - envelope_db[a:b]
    best = int(rise.argmax())
    return a + best if rise[best] > 8 else None


def rise_time_ms(envelope, at_ms):
    """10-90 % of the way from the closure to the burst's peak; `envelope` at 24 kHz."""
    per_ms = RATE // 1000
    window = envelope[max(0, (at_ms - 8) * per_ms):(at_ms + 14) * per_ms]
    peak = int(window.argmax())
    before = window[:peak + 1]
    floor, top = before.min(), window[peak]
    if top < 2 * floor + 1e-9:
        return np.nan
    above = np.flatnonzero(before >= floor + 0.9 * (top - floor))[0]
    below = np.flatnonzero(before[:above + 1] <= floor + 0.1 * (top - floor))
    return (above - below[-1]) / per_ms if len(below) else np.nan


def stop_measures(sound, phones):
    high, low, body = band(sound, 1000, 11500), band(sound, 60, 400), band(sound, 60, 5000)
    smooth = lambda x, ms: np.sqrt(np.maximum(uniform_filter1d(x ** 2, int(ms * RATE / 1000)), 0))
    per_ms = RATE // 1000
    fine = smooth(high, 0.7)
    envelope_db = 20 * np.log10(smooth(high, 2)[::per_ms] + 1e-6)
    body_db, low_db = (20 * np.log10(smooth(x, ms)[::per_ms] + 1e-6) for x, ms in ((body, 8), (low, 8)))
    for i, (phone, start, end) in enumerate(phones[:-1]):
        if phone not in STOPS or CLASS_OF.get(phones[i + 1][0]) != "vowel":
            continue
        vowel = phones[i + 1]
        at = burst_at(envelope_db, start, end)
        if at is None:
            continue
        yield f"{phone}: burst rise 10-90 %, ms", rise_time_ms(fine, at)
        burst = high[(at + 1) * per_ms:(at + 11) * per_ms]
        yield f"{phone}: burst - vowel, dB", level_db(burst) - level_db(middle(high, vowel))
        closure = body_db[max(0, int(1000 * start) - 20):at]
        if len(closure):
            yield f"{phone}: closure under vowel, dB", level_db(middle(body, vowel)) - closure.min()
        if phone in UNVOICED_STOPS:
            voiced = np.flatnonzero(low_db[at:int(1000 * vowel[2])] > level_db(middle(low, vowel)) - 10)
            if len(voiced):
                yield f"{phone}: aspiration, ms", float(voiced[0])


# ---------------------------------------------------------------- table
def measure(table, folder, aligner):
    """{measure: values over all phones of all sentences}"""
    found = {}
    for name, text in sentences(table):
        path = os.path.join(folder, f"{name}.wav")
        phones = aligner.phones(path, text) if os.path.exists(path) else None
        if not phones:
            continue
        sound, rate = load(path)
        sound = soxr.resample(sound, rate, RATE) if rate != RATE else sound
        for part in (vowel_measures, fricative_measures, stop_measures):
            for key, value in part(sound, phones):
                if np.isfinite(value):
                    found.setdefault(key, []).append(value)
    return {key: np.array(values) for key, values in found.items()}


def order(key):
    """Vowels, fricatives by measure, stops by measure."""
    head, what = key.split(": ")
    kind = 0 if head == "vowels" else 1 if head in FRICATIVES else 2
    rank = list(FRICATIVES + STOPS).index(head) if kind else 0
    return (kind, "" if kind == 0 else what, rank)


def main():
    table, reference, *folders = sys.argv[1:]
    if not folders:
        sys.exit(__doc__)
    aligner = Aligner()
    systems = [measure(table, folder, aligner) for folder in (reference, *folders)]
    names = [os.path.basename(os.path.normpath(folder)) for folder in (reference, *folders)]
    print(f"| measure | {names[0]} | " + " | ".join(f"{name} | within" for name in names[1:]) + " |\n|" + "---|" * (2 * len(names)))
    for key in sorted(systems[0], key=order):
        want = systems[0][key]
        if len(want) < 8:
            continue
        low, high = np.percentile(want, [10, 90])
        cells = [f"{np.median(want):.1f} ({low:.1f} .. {high:.1f})"]
        for system in systems[1:]:
            values = system.get(key, np.array([]))
            if not len(values):
                cells += ["-", "-"]
                continue
            middle_value = np.median(values)
            a, b = np.percentile(values, [10, 90])
            out = "" if low <= middle_value <= high else " **out**"
            cells += [f"{middle_value:.1f} ({a:.1f} .. {b:.1f})", f"{100 * np.mean((values >= low) & (values <= high)):.0f} %{out}"]
        print(f"| {key} | " + " | ".join(cells) + " |")
    print("\n" + ", ".join(f"{name}: {len(system.get('vowels: HNR all, dB', []))} vowels" for name, system in zip(names, systems)))


if __name__ == "__main__":
    main()
