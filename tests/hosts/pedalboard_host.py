"""Renders Psivox in pedalboard (a JUCE host): load time, sound, block-size invariance, automation, state.

    python pedalboard_host.py Psivox.vst3        needs: pip install pedalboard mido numpy
"""

import sys
import time

import numpy as np
from mido import Message
from pedalboard import load_plugin

EXPECTED = {"valence", "arousal", "dominance", "intensity", "rate", "pitch", "gain", "send_face", "bypass"}
# A tenth of the minute that controller parameters would cost; a plain load takes a fraction of a second.
LONGEST_LOAD_S = 6.0


def main(path: str) -> None:
    start = time.perf_counter()
    plugin = load_plugin(path)
    load_s = time.perf_counter() - start
    print(f"loaded in {load_s:.2f} s, {len(plugin.parameters)} parameters: {sorted(plugin.parameters)}")
    assert load_s < LONGEST_LOAD_S, f"loading took {load_s:.1f} s"
    assert plugin.is_instrument
    assert EXPECTED <= set(plugin.parameters), EXPECTED - set(plugin.parameters)

    notes = [Message("note_on", note=60, velocity=100, time=0.1), Message("note_off", note=60, time=1.1)]

    def render(block: int = 512, rate_hz: int = 48_000) -> np.ndarray:
        return plugin(notes, duration=3.0, sample_rate=rate_hz, num_channels=2, buffer_size=block, reset=True)

    sound = render()
    rms = float(np.sqrt(np.mean(sound**2)))
    onset = int(np.argmax(np.abs(sound[0]) > 1e-4))
    print(f"rms {rms:.4f}, peak {np.abs(sound).max():.3f}, onset at sample {onset}")
    assert np.isfinite(sound).all() and rms > 0.003 and np.abs(sound).max() < 1.0
    assert (sound[:, :4800] == 0).all() and onset >= 4800, "silent before the note"
    for block in (32, 333, 4096):
        difference = float(np.abs(render(block) - sound).max())
        print(f"blocks of {block}: largest difference {difference}")
        assert difference == 0.0, "the sound depends on the block size"
    for rate_hz in (44_100, 96_000):
        other = render(rate_hz=rate_hz)
        assert np.isfinite(other).all() and np.sqrt(np.mean(other**2)) > 0.003, rate_hz

    plugin.parameters["arousal"].raw_value = 1.0
    excited = render()
    change = float(np.abs(excited - sound).max())
    level_db = 20 * np.log10(np.sqrt(np.mean(excited**2)) / rms)
    print(f"arousal 0 -> 1: largest change {change:.3f}, level {level_db:+.1f} dB")
    assert change > 0.01 and level_db > 1.0, "arousal is not heard"

    state = plugin.raw_state
    names = sorted(EXPECTED)
    before = [plugin.parameters[name].raw_value for name in names]
    for name in names:
        plugin.parameters[name].raw_value = 0.33
    plugin.raw_state = state
    after = [plugin.parameters[name].raw_value for name in names]
    assert np.allclose(before, after, atol=1e-4), (before, after)
    print("state restored\nok")


if __name__ == "__main__":
    main(sys.argv[1])
