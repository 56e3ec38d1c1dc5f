#!/usr/bin/env python3
"""CPU time of `psivox batch` beside other speech synthesisers, same sentences, same minutes, one thread each.

    peers.py SENTENCES.tsv --psivox target/release/psivox [--rounds 5] [--hibari-python VENV/bin/python]

SENTENCES.tsv has `name<TAB>text` lines. Peers that are not there are left out: espeak-ng and flite (Debian packages
`espeak-ng`, `flite`; they are run as programs), hibari-tts (PyPI, in the environment of --hibari-python).

Every program speaks the whole file in one process, and once more a single short line; the difference of the two, in CPU
time and in sound, is the cost of speech without the cost of starting. Psivox writes 48 kHz sound and 60 faces a second,
the others sound only, at the sample rate in the table. Rounds are interleaved, the least disturbed one counts.
"""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import wave
from pathlib import Path

SHORT = [("short", "Yes.")]
HIBARI = """
import json, sys, time
from hibari import Hibari
texts = json.load(sys.stdin)
voice = Hibari(threads=1)
start = time.process_time()
samples = sum(len(voice(text, seed=0)) for text in texts)
print(json.dumps([time.process_time() - start, samples / 24_000]))
"""


def sentences(path):
    rows = [line.split("\t") for line in Path(path).read_text(encoding="utf-8").splitlines() if line.strip()]
    return [(row[0], row[1]) for row in rows]


def cpu_of(command, **options):
    """Runs a program to its end -> (CPU seconds of the process, what it printed)."""
    single = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.DEVNULL, env=single, **options)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{' '.join(map(str, command))}: exit status {process.returncode}")
        output.seek(0)
        return usage.ru_utime + usage.ru_stime, output.read()


def wav_length(path):
    """-> (seconds, samples per second)"""
    with wave.open(str(path)) as sound:
        return sound.getnframes() / sound.getframerate(), sound.getframerate()


class Psivox:
    name = "psivox batch"

    def __init__(self, program):
        self.program = program

    def speak(self, rows, folder):
        """-> (CPU seconds of the process, seconds of sound, samples per second)"""
        tsv = folder / "rows.tsv"
        tsv.write_text("".join(f"{name}\t{text}\n" for name, text in rows), encoding="utf-8")
        cpu_s, _ = cpu_of([self.program, "batch", tsv, folder / "out"])
        lengths = [wav_length(folder / "out" / f"{name}.wav") for name, _ in rows]
        return cpu_s, sum(seconds for seconds, _ in lengths), lengths[0][1]


class Program:
    """A synthesiser that reads a text file and writes one WAV file."""

    def __init__(self, name, command):
        self.name, self.command = name, command

    def speak(self, rows, folder):
        text, sound = folder / "rows.txt", folder / "out.wav"
        text.write_text("".join(f"{line}\n\n" for _, line in rows), encoding="utf-8")
        cpu_s, _ = cpu_of([str(word).format(text=text, wav=sound) for word in self.command])
        return cpu_s, *wav_length(sound)


class HibariTts:
    name = "hibari-tts"

    def __init__(self, python):
        self.python = python

    def speak(self, rows, folder):
        texts = folder / "rows.json"
        texts.write_text(json.dumps([text for _, text in rows]), encoding="utf-8")
        with texts.open() as lines:
            # It times itself: importing and loading would drown one short line.
            cpu_s, seconds = json.loads(cpu_of([self.python, "-c", HIBARI], stdin=lines)[1])
        return cpu_s, seconds, 24_000


def peers(options):
    found = [Psivox(options.psivox)]
    if espeak := shutil.which("espeak-ng"):
        found.append(Program("espeak-ng", [espeak, "-v", "en-us", "-f", "{text}", "-w", "{wav}"]))
    if flite := shutil.which("flite"):
        for voice in ("slt", "kal"):
            found.append(Program(f"flite {voice}", [flite, "-voice", voice, "-f", "{text}", "-o", "{wav}"]))
    if options.hibari_python:
        found.append(HibariTts(options.hibari_python))
    return found


def measure(system, rows):
    """-> (CPU seconds of speech, seconds of speech, CPU seconds of the short line with its start, sample rate)"""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as all_of_them:
        start_s, short_s, _ = system.speak(SHORT, Path(one))
        cpu_s, sound_s, rate_hz = system.speak(rows, Path(all_of_them))
    return cpu_s - start_s, sound_s - short_s, start_s, rate_hz


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sentences")
    parser.add_argument("--psivox", required=True, help="the release build of the command line")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--hibari-python", help="Python that has hibari-tts")
    options = parser.parse_args()
    rows, systems = sentences(options.sentences), peers(options)
    rounds = [[measure(system, rows) for system in systems] for _ in range(options.rounds)]
    best = [min(runs, key=lambda run: run[0] / run[1]) for runs in zip(*rounds)]
    ours = best[0][1] / best[0][0]
    print(f"{'':14}{'Hz':>7}{'speech s':>10}{'CPU s':>9}{'x real time':>13}{'psivox is':>11}{'one short line s':>18}")
    for system, (cpu_s, sound_s, start_s, rate_hz) in zip(systems, best):
        speed = sound_s / cpu_s
        print(f"{system.name:14}{rate_hz:7}{sound_s:10.1f}{cpu_s:9.3f}{speed:13.1f}{ours / speed:10.2f}x{start_s:18.3f}")


if __name__ == "__main__":
    main()
