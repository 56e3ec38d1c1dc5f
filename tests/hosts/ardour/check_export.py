"""Compares two exports of one session, 0 and -24 dB by the gain lane: python check_export.py LOUD.wav SOFT.wav."""

import sys

import numpy as np
import soundfile

(loud, rate_hz), (soft, _) = (soundfile.read(path, always_2d=True) for path in sys.argv[1:3])


def rms(sound: np.ndarray, start_s: float, end_s: float) -> float:
    part = sound[round(start_s * rate_hz) : round(end_s * rate_hz)]
    return float(np.sqrt(np.mean(part**2)))


onset_s = float(np.argmax(np.abs(loud[:, 0]) > 1e-4)) / rate_hz
first, second, before = rms(loud, 0.5, 4.0), rms(loud, 5.0, 7.5), rms(loud, 0.0, 0.45)
print(f"{len(loud) / rate_hz:.1f} s at {rate_hz} Hz, onset {onset_s:.3f} s, first {first:.4f}, second {second:.4f}")
assert np.isfinite(loud).all() and np.isfinite(soft).all(), "not finite"
assert before == 0.0, f"not silent before the note: {before}"
assert min(first, second) > 0.003, "a note is not heard"
assert 0.5 <= onset_s < 0.7, "the note does not start where it stands"
drop_db = 20 * np.log10(rms(soft, 0.5, 4.0) / first)
print(f"gain lane at -24 dB instead of 0: {drop_db:+.1f} dB")
assert -26 < drop_db < -22, "the gain lane is not heard"
print("ok")
