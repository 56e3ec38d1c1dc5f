"""Renders Psivox in dawdreamer (a JUCE host): audio-rate automation, state files, several instances.

    python dawdreamer_host.py Psivox.vst3        needs: pip install dawdreamer numpy
"""

import os
import sys
import tempfile

import dawdreamer as daw
import numpy as np

RATE_HZ = 48_000
SECONDS = 3.0


def index_of(plugin, name: str) -> int:
    for index in range(plugin.get_plugin_parameter_size()):
        if plugin.get_parameter_name(index) == name:
            return index
    raise SystemExit(f"no parameter '{name}'")


def render(path: str, lane=None) -> np.ndarray:
    engine = daw.RenderEngine(RATE_HZ, 512)
    plugin = engine.make_plugin_processor("psivox", path)
    plugin.add_midi_note(60, 100, 0.25, 1.0)
    if lane is not None:
        name, values = lane
        plugin.set_automation(index_of(plugin, name), values.astype(np.float32))
    engine.load_graph([(plugin, [])])
    engine.render(SECONDS)
    return engine.get_audio()


def rms(sound: np.ndarray) -> float:
    return float(np.sqrt(np.mean(sound**2)))


def main(path: str) -> None:
    samples = int(SECONDS * RATE_HZ)
    sound = render(path)
    onset = int(np.argmax(np.abs(sound[0]) > 1e-4))
    print(f"rms {rms(sound):.4f}, peak {np.abs(sound).max():.3f}, onset at sample {onset}")
    assert np.isfinite(sound).all() and rms(sound) > 0.003 and onset >= 0.25 * RATE_HZ

    # Gain at its lowest for the last third: 60 dB less there, the same before.
    gain = np.full(samples, 60 / 72)
    gain[2 * samples // 3 :] = 0.0
    ducked = render(path, ("Gain", gain))
    head, tail = slice(0, 2 * samples // 3 - 2048), slice(2 * samples // 3 + 4096, None)
    early_db = 20 * np.log10(rms(ducked[:, head]) / rms(sound[:, head]))
    # The line may be over by then, so what is compared is the ducked tail against the spoken part.
    late_db = 20 * np.log10(max(rms(ducked[:, tail]), 1e-9) / rms(sound[:, head]))
    print(f"gain lane: before {early_db:+.2f} dB, after {late_db:+.1f} dB")
    assert abs(early_db) < 0.5 and late_db < -40

    arousal = np.linspace(0.0, 1.0, samples)
    moved = float(np.abs(render(path, ("Arousal", arousal)) - sound).max())
    print(f"arousal lane: largest change {moved:.3f}")
    assert moved > 0.01, "arousal automation is not heard"

    engine = daw.RenderEngine(RATE_HZ, 512)
    first = engine.make_plugin_processor("first", path)
    chosen = {"Valence": 0.2, "Arousal": 0.8, "Pitch": 0.6}
    for name, value in chosen.items():
        first.set_parameter(index_of(first, name), value)
    engine.load_graph([(first, [])])
    engine.render(0.1)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "psivox.state")
        first.save_state(file)
        second = engine.make_plugin_processor("second", path)
        second.load_state(file)
    for name, value in chosen.items():
        found = second.get_parameter(index_of(second, name))
        assert abs(found - value) < 1e-3, (name, found, value)
    print("state restored in a second instance\nok")


if __name__ == "__main__":
    main(sys.argv[1])
