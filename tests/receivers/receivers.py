#!/usr/bin/env python3
"""Every protocol of psivox against receivers that are not ours, for a minute.

    pip install -r requirements.txt
    receivers.py PSIVOX [--seconds 60] [--keep DIR]

psivox speaks a long text to all targets below at once, in real time. Each stream is decoded by a foreign decoder:
python-osc for OSC, PyLiveLinkFace for Live Link Face, and a parser after the published format for iFacialMocap. Copies of
the streams go to oscdump (liblo-tools), Pure Data, SuperCollider and vmcp, and tshark reads the loopback interface,
where these are installed (Debian: liblo-tools puredata-core supercollider-language tshark).

Ends with 1 if a packet was malformed, a datagram larger than 1,472 bytes, a type tag outside i f s b T F, a stream from
more than one port or shorter than asked for, or a foreign program counted other messages than were sent.

rate err: how far the mean rate of faces is from the target's. jitter: 95 % of the faces arrive nearer than this to an even
beat fitted to all of them; times are those at which the system took the datagrams in. The rate of vrchat is lower than the
target's by the faces in which nothing had moved.
"""
import argparse
import collections
import pathlib
import subprocess
import sys
import tempfile

import decode
import foreign
from tap import Tap, Taps

MOST_BYTES = 1_472
TAGS = set("ifsbTF")
# Most that may be lost on the way to a foreign program's socket: its queue is its own.
MOST_LOST = 0.002
MOST_TARGETS = 8
RATE_HZ = 60
# Share of its distance by which the beat moves towards each face.
FOLLOW = 0.05
TARGETS = {
    "vmc": ("vmc:{}?events=true", decode.osc),
    "vmc-performer": ("vmc:{}?performer=true&thru=true&clips=vrm1", decode.osc),
    "vmc-eyes": ("vmc:{}?perfect_sync=false", decode.osc),
    "vmc-unbundled": ("vmc:{}?bundles=false", decode.osc),
    "vrchat": ("vrchat:{}?discover=false&chatbox=true", decode.osc),
    "vrchat-bits": ("vrchat:{}?discover=false&binary_bits=4&prefix=FT", decode.osc),
    "vrchat-native": ("vrchat:{}?discover=false&native_face=true", decode.osc),
    "osc": ("osc:{}?viseme=/viseme/{{name}}", decode.osc),
    "facecap": ("facecap:{}?bundles=true", decode.osc),
    "livelink": ("livelink:{}", decode.livelink),
    "ifacialmocap-1": ("ifacialmocap:{}?answer=false", decode.ifacialmocap),
    "ifacialmocap-2": ("ifacialmocap:{}?answer=false&version=2", decode.ifacialmocap),
}
VMC_READERS = ("vmc-performer",)
# Streams without T and F, which Pure Data does not know.
PD_READERS = ("vmc", "vmc-performer", "osc", "facecap")
SC_READERS = ("vmc", "vrchat", "osc")
# All sentences once, at least.
ROUND_S = 34
SENTENCES = (
    "The morning boat leaves the harbour with a low blue light on its mast.",
    "Bob and Pam wave from the pier, and we see two brown gulls above them!",
    "Who would have thought that so small a ship could move so smoothly?",
    "Past the point the wind comes up, the sails fill, and the water turns dark.",
    "Five fishermen sing a very old song about a fox, a farmer and a bottle of rum.",
    "I am so happy to be here; you cannot imagine how long we have waited for this.",
    "Then the sky goes quiet, and for a moment nobody speaks at all.",
    "What was that? Something jumped right beside us, huge and silver!",
)


def speak(psivox, taps, seconds):
    """Speaks to all taps at once, long enough; every process has at most eight targets."""
    text = " ".join(SENTENCES * (1 + int(seconds / ROUND_S)))
    running = []
    for start in range(0, len(taps), MOST_TARGETS):
        command = [str(psivox), "say", text]
        for tap in taps[start:start + MOST_TARGETS]:
            command += ["--osc", TARGETS[tap.name][0].format(f"127.0.0.1:{tap.port}")]
        running.append(subprocess.Popen(command))
    for process in running:
        if process.wait():
            raise SystemExit(f"psivox ended with {process.returncode}")


def faces(arrivals):
    """First arrivals of the bursts that make a face each."""
    firsts = []
    last = float("-inf")
    for arrived in arrivals:
        if arrived - last > 0.3 / RATE_HZ:
            firsts.append(arrived)
        last = arrived
    return firsts


def beat(firsts):
    """Mean rate against the target's in %, and 95th percentile of the distance from an even beat, ms."""
    # The place of each face in the beat, which is followed slowly: a late face and the one that catches up with it move
    # nothing, and those that were left out leave a hole.
    expected, place, places = firsts[0], 0, []
    for now in firsts:
        steps = round((now - expected) * RATE_HZ)
        place += steps
        expected += steps / RATE_HZ
        expected += FOLLOW * (now - expected)
        places.append(place)
    n, mx, my = len(firsts), sum(places) / len(firsts), sum(firsts) / len(firsts)
    period = sum((x - mx) * (y - my) for x, y in zip(places, firsts)) / sum((x - mx) ** 2 for x in places)
    off = sorted(abs(y - my - period * (x - mx)) for x, y in zip(places, firsts))
    return 100 * ((n - 1) / (firsts[-1] - firsts[0]) / RATE_HZ - 1), 1e3 * off[int(0.95 * n)]


class Stream:
    """What one tap has got, decoded."""

    def __init__(self, tap):
        self.name, self.datagrams = tap.name, len(tap.got)
        self.largest = max((len(data) for _, _, data in tap.got), default=0)
        self.ports = {source for _, source, _ in tap.got}
        self.tags, self.messages, self.malformed = set(), 0, []
        self.addresses = collections.Counter()
        arrivals = []
        for arrived_s, _, data in tap.got:
            try:
                messages = decode.read(TARGETS[tap.name][1], data)
            except decode.Malformed as error:
                self.malformed.append(str(error))
                continue
            self.messages += len(messages)
            for address, tags, _ in messages:
                self.tags |= set(tags)
                self.addresses[address] += 1
            if not decode.is_event(messages):
                arrivals.append(arrived_s)
        firsts = faces(arrivals)
        self.seconds = firsts[-1] - firsts[0] if len(firsts) > 1 else 0
        self.faces = len(firsts)
        self.rate_error, self.jitter_ms = beat(firsts) if self.faces > RATE_HZ else (-100, 0)

    def complaints(self, seconds):
        """What is wrong with the stream, in words."""
        if self.malformed:
            yield f"{len(self.malformed)} malformed: {self.malformed[0]}"
        if self.largest > MOST_BYTES:
            yield f"a datagram of {self.largest} bytes, at most {MOST_BYTES} fit"
        if self.tags - TAGS:
            yield f"type tags {sorted(self.tags - TAGS)}, only {sorted(TAGS)} are read everywhere"
        if len(self.ports) != 1:
            yield f"{len(self.ports)} source ports, expected 1"
        if self.seconds < seconds:
            yield f"{self.seconds:.1f} s, expected {seconds}"


def listeners(taps, folder):
    """All foreign programs that are installed."""
    named = {tap.name: tap for tap in taps}
    over_osc = [tap for tap in taps if TARGETS[tap.name][1] is decode.osc]
    found, missing = [], []
    for program, start in (
        ("tshark", lambda: [foreign.Tshark(over_osc, folder)]),
        ("sclang", lambda: [foreign.SuperCollider([named[name] for name in SC_READERS], folder)]),
        ("oscdump", lambda: [foreign.Oscdump(tap) for tap in over_osc]),
        ("pd", lambda: [foreign.PureData(named[name], folder) for name in PD_READERS]),
    ):
        found += start() if foreign.has(program) else missing.append(program) or []
    found += [foreign.Vmcp(named[name]) for name in VMC_READERS]
    if missing:
        print(f"not installed, left out: {', '.join(missing)}")
    return found


def main():
    """Listens, speaks, decodes, judges."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("psivox", type=pathlib.Path)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--keep", type=pathlib.Path, help="folder for what the programs write; otherwise thrown away")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        folder = given.keep or pathlib.Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        return listen(given, folder)


def listen(given, folder):
    """The whole session; the exit status."""
    taps = [Tap(name) for name in TARGETS]
    programs = listeners(taps, folder)
    reader = Taps(taps)
    try:
        speak(given.psivox, taps, given.seconds)
    finally:
        reader.close()
        counts = [row for program in programs for row in program.result()]
    streams = {tap.name: Stream(tap) for tap in taps}
    wrong = [f"{stream.name}: {words}" for stream in streams.values() for words in stream.complaints(given.seconds)]
    print(f"{'stream':15} {'s':>5} {'datagrams':>9} {'messages':>9} {'malformed':>9} {'largest':>7} {'tags':6} {'ports':>5} "
          f"{'faces':>6} {'rate err %':>10} {'jitter ms':>9}")
    for one in streams.values():
        print(f"{one.name:15} {one.seconds:5.1f} {one.datagrams:9} {one.messages:9} {len(one.malformed):9} {one.largest:7} "
              f"{''.join(sorted(one.tags)):6} {len(one.ports):5} {one.faces:6} {one.rate_error:10.3f} {one.jitter_ms:9.2f}")
    print(f"\n{'program':14} {'stream':15} {'read':>9} {'sent':>9} {'malformed':>9}")
    for program, name, count, malformed, words in counts:
        stream = streams[name]
        sent = stream.datagrams if program == "tshark" else stream.messages
        if program == "vmcp":
            sent -= sum(count for address, count in stream.addresses.items() if "/Thru/" in address)
        print(f"{program:14} {name:15} {count:9} {sent:9} {malformed:9}")
        if malformed:
            wrong.append(f"{program}, {name}: {malformed} malformed: {words}")
        if not (1 - MOST_LOST) * sent <= count <= sent:
            wrong.append(f"{program}, {name}: read {count} of {sent}")
    for words in wrong:
        print(words, file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
