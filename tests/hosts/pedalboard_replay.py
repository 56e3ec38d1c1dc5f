"""Loads a project that was saved by another host and process, and lets a note say its memory again: the same to the bit.

    python pedalboard_replay.py Psivox.vst3 FOLDER      needs: pip install pedalboard mido numpy

FOLDER is what `cargo run -p psivox-tests --example remembered -- FOLDER` has written.
"""

import re
import struct
import sys
from pathlib import Path

import numpy as np
from mido import Message
from pedalboard import load_plugin

# JUCE writes bytes as base 64 with letters and an order of bits of its own, lowest first.
LETTERS = ".ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+"
RATE_HZ = 48_000


def letters(data: bytes) -> str:
    bits = np.unpackbits(np.frombuffer(data, np.uint8), bitorder="little")
    bits = np.append(bits, np.zeros(-len(bits) % 6, np.uint8)).reshape(-1, 6)
    return f"{len(data)}." + "".join(LETTERS[i] for i in bits @ (1 << np.arange(6)))


def with_component(state: bytes, component: bytes) -> bytes:
    """A state as JUCE wraps it, with other bytes of the plug-in inside."""
    text = state[8:].rstrip(b"\0").decode()
    text, found = re.subn(r"(<IComponent>).*?(</IComponent>)", rf"\g<1>{letters(component)}\g<2>", text)
    assert found == 1, "the host wraps states in another way than it did"
    body = text.encode()
    return b"VC2!" + struct.pack("<I", len(body)) + body + b"\0"


def main(path: str, folder: str) -> None:
    said = np.frombuffer(Path(folder, "said.f32").read_bytes(), "<f4")
    plugin = load_plugin(path)
    plugin.raw_state = with_component(plugin.raw_state, Path(folder, "project.state").read_bytes())
    assert plugin.parameters["replay"].raw_value == 1.0, "the project was not taken over"

    def render(block: int, at_samples: int = 0) -> np.ndarray:
        at_s = at_samples / RATE_HZ
        # Another velocity than when it was said: it is the remembered one that counts.
        notes = [Message("note_on", note=60, velocity=40, time=at_s), Message("note_off", note=60, time=at_s + 0.5)]
        length_s = (at_samples + len(said)) / RATE_HZ + 0.1
        sound = plugin(notes, duration=length_s, sample_rate=RATE_HZ, num_channels=2, buffer_size=block, reset=True)
        return sound[0][at_samples : at_samples + len(said)]

    assert np.abs(said).max() > 0.05 and len(said) > RATE_HZ
    for block, at in ((512, 0), (64, 0), (333, 0), (4096, 0), (512, 9_600)):
        again = render(block, at)
        differing = int(np.count_nonzero(again != said))
        print(f"blocks of {block}, note at sample {at}: {differing} of {len(said)} samples differ")
        assert differing == 0, f"the replay parts at sample {int(np.argmax(again != said))}"
    plugin.parameters["replay"].raw_value = 0.0
    assert (render(512) != said).any(), "without Replay the note says the next line"
    print("ok")


if __name__ == "__main__":
    main(*sys.argv[1:3])
