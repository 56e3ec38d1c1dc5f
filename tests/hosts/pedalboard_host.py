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
    assert (render() == sound).all(), "a second bounce differs"
    for block in (32, 333, 512, 2048, 4096, 16_384):
        difference = float(np.abs(render(block) - sound).max())
        print(f"blocks of {block}: largest difference {difference}")
        assert difference == 0.0, "the sound depends on the block size"
    for rate_hz in (8_000, 11_025, 22_050, 44_100, 88_200, 96_000, 192_000, 384_000):
        other = render(rate_hz=rate_hz)
        level = float(np.sqrt(np.mean(other**2)))
        print(f"{rate_hz} Hz: rms {level:.4f}")
        assert np.isfinite(other).all() and level > 0.003 and np.abs(other).max() <= 1.0, rate_hz

    # A panic button that is leant on: nothing breaks, and the next note speaks.
    storm = [Message("control_change", control=c, value=0, time=0.001 * i) for i in range(500) for c in (120, 123)]
    stormed = plugin(
        storm + [Message("note_on", note=60, velocity=100, time=1.0)],
        duration=3.0, sample_rate=48_000, num_channels=2, buffer_size=512, reset=True,
    )
    assert np.isfinite(stormed).all() and np.sqrt(np.mean(stormed[:, 48_000:] ** 2)) > 0.003

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
    again = render()
    other = load_plugin(path)
    other.raw_state = state
    fresh = other(notes, duration=3.0, sample_rate=48_000, num_channels=2, buffer_size=512, reset=True)
    assert (fresh == again).all(), "a saved and loaded project bounces differently"
    assert (again == excited).all(), "the state that was saved sounds otherwise"
    print("state restored, its bounce is the same to the bit\nok")


if __name__ == "__main__":
    main(sys.argv[1])
