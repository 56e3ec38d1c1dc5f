#!/usr/bin/env python3
"""How far the face is ahead of the sound where both arrive, on the wall's clock.

    wire_sync.py PSIVOX [TEXT] [--lead 20] [--port 39571]      PSIVOX built with --features play

Starts a sound server of its own with a sink that plays nowhere, lets `psivox say --play --osc` speak into it, records the
sink's monitor and the datagrams, and compares both with the WAV and the CSV that the same run wrote: every window of a
second gives the wall time at which its sound and its mouth arrived. Prints the lead of the face (positive: the face is
first), its median and spread, in ms.

Needs pulseaudio and parec (Debian: pulseaudio pulseaudio-utils), PyPI: numpy, python-osc.
"""
import argparse
import csv
import os
import socket
import subprocess
import tempfile
import threading
import time
import wave

import numpy as np
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage

RATE = 48_000
TEXT = ("The old boat moved about on the open bay, and Bob pumped water from below. Mama bought a big map of Panama. "
        "We wove wool all the way home, warm and wide awake, while five brave birds above the farm began to babble.")


def messages(packet):
    if isinstance(packet, OscMessage):
        yield packet
    else:
        for inner in packet:
            yield from messages(inner)


class Faces(threading.Thread):
    """Wall time and opening of the lips of every face that arrives."""

    def __init__(self, port):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", port))
        self.rows, self.bad = [], 0

    def run(self):
        jaw = close = 0.0
        while True:
            data = self.socket.recv(4096)
            now = time.monotonic()
            try:
                packet = OscBundle(data) if OscBundle.dgram_is_bundle(data) else OscMessage(data)
            except Exception:
                self.bad += 1
                continue
            for message in messages(packet):
                if message.address == "/VMC/Ext/Blend/Val":
                    name, value = message.params
                    jaw = value if name == "JawOpen" else jaw
                    close = value if name == "MouthClose" else close
                elif message.address == "/VMC/Ext/Blend/Apply":
                    self.rows.append((now, jaw - close))


class Sound(threading.Thread):
    """What the sink plays, and when each piece arrived."""

    def __init__(self, environment):
        super().__init__(daemon=True)
        command = ["parec", "-d", "quiet.monitor", "--format=s16le", f"--rate={RATE}", "--channels=1", "--latency-msec=4"]
        self.parec = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment)
        self.parts, self.arrivals, self.count = [], [], 0

    def run(self):
        while part := os.read(self.parec.stdout.fileno(), 4096):
            self.parts.append(part)
            self.count += len(part) // 2
            self.arrivals.append((time.monotonic(), self.count))

    def samples(self):
        return np.frombuffer(b"".join(self.parts), dtype="<i2").astype(float)

    def time_of(self):
        """Wall time of sample 0 of the recording and seconds of a sample: the line below which no piece arrived."""
        times, counts = np.array(self.arrivals).T
        late = times - counts / RATE
        return np.percentile(late, 5), 1.0 / RATE


def perform(options, folder):
    environment = dict(os.environ, XDG_RUNTIME_DIR=folder, HOME=folder)
    server = subprocess.Popen(
        ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "-L",
         f"module-null-sink sink_name=quiet rate={RATE}", "-L", "module-native-protocol-unix"],
        env=environment, stderr=subprocess.DEVNULL)
    try:
        time.sleep(2.0)
        faces, sound = Faces(options.port), Sound(environment)
        faces.start()
        sound.start()
        time.sleep(0.5)
        target = f"vmc:127.0.0.1:{options.port}?lead_ms={options.lead}"
        subprocess.run([options.psivox, "say", options.text, "--play", "--osc", target, "-o", f"{folder}/ref.wav",
                        "--face", f"{folder}/ref.csv"], env=environment, check=True)
        time.sleep(0.5)
        sound.parec.terminate()
        return faces, sound
    finally:
        server.terminate()


def sound_times(reference, recorded, origin, period):
    """Wall time at which each second of the reference was heard: (middle, wall time of its sample 0)."""
    size = 1 << int(np.ceil(np.log2(len(recorded) + len(reference))))
    spectrum = np.fft.rfft(recorded, size)
    for start in range(0, len(reference) - RATE, RATE // 4):
        window = reference[start:start + RATE]
        if np.sqrt(np.mean(window**2)) < 300:
            continue
        cross = np.fft.irfft(spectrum * np.conj(np.fft.rfft(window, size)), size)
        place = int(np.argmax(cross[:len(recorded)]))
        yield start / RATE + 0.5, origin + (place - start) * period


def face_time(rows, times, opening, middle):
    """Wall time of the reference's zero by the faces of the second around `middle`."""
    inside = (times > middle - 0.5) & (times < middle + 0.5)
    wall, seen = rows
    best = (np.inf, None)
    guess = wall[0] - times[0]
    for shift in np.arange(guess - 0.3, guess + 0.6, 0.0005):
        error = np.mean((np.interp(times[inside] + shift, wall, seen) - opening[inside])**2)
        best = min(best, (error, shift))
    return best[1], opening[inside].std()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("psivox")
    parser.add_argument("text", nargs="?", default=TEXT)
    parser.add_argument("--lead", type=float, default=20.0)
    parser.add_argument("--port", type=int, default=39571)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        faces, sound = perform(options, folder)
        with wave.open(f"{folder}/ref.wav") as file:
            reference = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").astype(float)
        with open(f"{folder}/ref.csv") as file:
            table = list(csv.DictReader(file))
    times = np.array([float(row["time_s"]) for row in table])
    opening = np.array([float(row["jawOpen"]) - float(row["mouthClose"]) for row in table])
    rows = np.array(faces.rows).T
    leads = []
    for middle, heard in sound_times(reference, sound.samples(), *sound.time_of()):
        seen, movement = face_time(rows, times, opening, middle)
        if movement > 0.02:
            leads.append(1e3 * (heard - seen))
    leads = np.array(leads)
    low, high = np.percentile(leads, [5, 95])
    print(f"{len(faces.rows)} faces, {faces.bad} malformed; {len(leads)} windows: face ahead by {np.median(leads):.1f} ms, "
          f"9 of 10 windows within {low:.1f} to {high:.1f} ms")


if __name__ == "__main__":
    main()
