"""Looks at two exports, a gain lane and an arousal lane that move between two notes: check_export.py GAIN.wav AROUSAL.wav."""

import sys

import numpy as np
import soundfile

(gain, rate_hz), (arousal, _) = (soundfile.read(path, always_2d=True) for path in sys.argv[1:3])


def rms(sound: np.ndarray, start_s: float, end_s: float) -> float:
    part = sound[round(start_s * rate_hz) : round(end_s * rate_hz)]
    return float(np.sqrt(np.mean(part**2)))


def change_db(sound: np.ndarray) -> float:
    """Level of the second note against the first."""
    return 20 * np.log10(rms(sound, 5.0, 7.5) / rms(sound, 0.5, 3.0))


onset_s = float(np.argmax(np.abs(gain[:, 0]) > 1e-4)) / rate_hz
before, first = rms(gain, 0.0, 0.45), rms(gain, 0.5, 3.0)
print(f"{len(gain) / rate_hz:.1f} s at {rate_hz} Hz, onset {onset_s:.3f} s, first note {first:.4f}")
print(f"second note against first: gain lane {change_db(gain):+.1f} dB, arousal lane {change_db(arousal):+.1f} dB")
assert np.isfinite(gain).all() and np.isfinite(arousal).all(), "not finite"
assert before == 0.0, f"not silent before the note: {before}"
assert first > 0.003, "the note is not heard"
assert 0.5 <= onset_s < 0.7, "the note does not start where it stands"
assert -26 < change_db(gain) < -22, "the gain lane falls by 24 dB and is not heard to"
assert change_db(arousal) > 4, "the arousal lane rises and is not heard to"
print("ok")
