"""Looks at what Ardour exported: python check_export.py OUT.wav."""

import sys

import numpy as np
import soundfile

sound, rate_hz = soundfile.read(sys.argv[1], always_2d=True)


def rms(start_s: float, end_s: float) -> float:
    part = sound[round(start_s * rate_hz) : round(end_s * rate_hz)]
    return float(np.sqrt(np.mean(part**2)))


onset_s = float(np.argmax(np.abs(sound[:, 0]) > 1e-4)) / rate_hz
first, second, before = rms(0.5, 4.0), rms(5.0, 7.5), rms(0.0, 0.45)
print(f"{len(sound) / rate_hz:.1f} s at {rate_hz} Hz, onset {onset_s:.3f} s, first {first:.4f}, second {second:.4f}")
assert np.isfinite(sound).all(), "not finite"
assert before == 0.0, f"not silent before the note: {before}"
assert first > 0.003, "the first note is not heard"
assert 0.5 <= onset_s < 0.7, "the note does not start where it stands"
drop_db = 20 * np.log10(second / first)
# 24 dB by the gain lane, a few up by the arousal lane.
print(f"automation: the second time {drop_db:+.1f} dB")
assert -30 < drop_db < -10, "the gain lane is not heard"
print("ok")
