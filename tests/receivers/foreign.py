"""Programs of other people that listen to a copy of a stream: liblo's oscdump, Pure Data, SuperCollider, vmcp, tshark.

Each is left out, with a word, where it is not installed.
"""
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
PATIENCE_S = 60
PD_PATCH = """#N canvas 0 0 450 300 10;
#X obj 20 20 netreceive -u -b {port};
#X obj 20 50 oscparse;
#X obj 20 80 bang;
#X obj 20 110 f 0;
#X obj 70 110 + 1;
#X obj 120 80 loadbang;
#X obj 120 110 metro 200;
#X obj 120 140 f 0;
#X obj 120 170 change;
#X obj 120 200 print COUNT;
#X connect 0 0 1 0;
#X connect 1 0 2 0;
#X connect 2 0 3 0;
#X connect 3 0 4 0;
#X connect 4 0 3 1;
#X connect 4 0 7 1;
#X connect 5 0 6 0;
#X connect 6 0 7 0;
#X connect 7 0 8 0;
#X connect 8 0 9 0;
"""
SC_SCRIPT = """
(
~count = IdentityDictionary.new;
{ports}.do {{ |port| ~count[port] = 0; thisProcess.openUDPPort(port); }};
thisProcess.addOSCRecvFunc {{ |msg, time, addr, port|
    if (msg[0] == '/receivers/end') {{
        ~count.keysValuesDo {{ |key, value| ("COUNT" + key + value).postln }}; 0.exit
    }} {{ ~count[port] = (~count[port] ? 0) + 1 }}
}};
"LISTENING".postln;
)
"""


def free_port():
    """A UDP port that nobody has."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Program:
    """A program whose lines are read as they come."""

    def __init__(self, command, env=None):
        self.lines = []
        self.count = 0
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                        env=os.environ | (env or {}))
        self.thread = threading.Thread(target=self.read)
        self.thread.start()

    def read(self):
        for line in self.process.stdout:
            self.hear(line)

    def hear(self, line):
        self.lines.append(line.decode(errors="replace"))

    def wait_for(self, words):
        """Until a line has these words."""
        end = time.monotonic() + PATIENCE_S
        while not any(words in line for line in self.lines):
            if time.monotonic() > end or self.process.poll() is not None:
                raise SystemExit(f"{self.process.args[0]} did not say '{words}': {''.join(self.lines[-5:])}")
            time.sleep(0.1)

    def end(self, how=signal.SIGTERM):
        """Ends it and reads to the last line."""
        if self.process.poll() is None:
            self.process.send_signal(how)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.thread.join()


class Oscdump(Program):
    """liblo: a line for each message that it can read."""

    name = "oscdump"

    def __init__(self, tap):
        port = free_port()
        tap.copies.append(port)
        self.stream = tap.name
        super().__init__(["oscdump", "-L", str(port)])

    def hear(self, line):
        # "TIME ADDRESS TAGS ..." for a message; anything else is a complaint.
        if re.match(rb"[0-9a-f]+\.[0-9a-f]+ /", line):
            self.count += 1
        else:
            self.lines.append(line.decode(errors="replace"))

    def result(self):
        self.end(signal.SIGINT)
        return [(self.name, self.stream, self.count, len(self.lines), "".join(self.lines[:1]).strip())]


class PureData(Program):
    """Pd's netreceive and oscparse. It reads no T and F."""

    name = "Pure Data"

    def __init__(self, tap, folder):
        port = free_port()
        tap.copies.append(port)
        self.stream = tap.name
        patch = folder / f"{tap.name}.pd"
        patch.write_text(PD_PATCH.format(port=port))
        super().__init__(["pd", "-nogui", "-noaudio", "-nomidi", "-stderr", "-open", str(patch)])

    def hear(self, line):
        found = re.match(rb"COUNT: (\d+)", line)
        if found:
            self.count = int(found[1])
        elif b"osc" in line.lower():
            self.lines.append(line.decode(errors="replace"))

    def result(self):
        time.sleep(1)
        self.end()
        return [(self.name, self.stream, self.count, len(self.lines), "".join(self.lines[:1]).strip())]


class SuperCollider(Program):
    """sclang, every stream on a port of its own."""

    name = "SuperCollider"

    def __init__(self, taps, folder):
        self.ports = {tap.name: free_port() for tap in taps}
        self.end_port = free_port()
        script = folder / "receivers.scd"
        script.write_text(SC_SCRIPT.format(ports=[*self.ports.values(), self.end_port]))
        env = {"QT_QPA_PLATFORM": "offscreen", "QTWEBENGINE_DISABLE_SANDBOX": "1"}
        super().__init__(["sclang", str(script)], env)
        self.wait_for("LISTENING")
        for tap in taps:
            tap.copies.append(self.ports[tap.name])

    def result(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
            one.sendto(b"/receivers/end\0\0,\0\0\0", ("127.0.0.1", self.end_port))
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            pass
        self.end()
        counts = dict(re.findall(r"COUNT (\d+) (\d+)", "".join(self.lines)))
        wrong = [line for line in self.lines if "ERROR" in line]
        return [(self.name, stream, int(counts.get(str(port), 0)), len(wrong), "".join(wrong[:1]).strip())
                for stream, port in self.ports.items()]


class Vmcp(Program):
    """vmcp, a reader of VMC."""

    name = "vmcp"

    def __init__(self, tap):
        port = free_port()
        self.stream = tap.name
        super().__init__([sys.executable, "-u", str(HERE / "vmcp_ear.py"), str(port)])
        self.wait_for("LISTENING")
        tap.copies.append(port)

    def result(self):
        self.process.stdin.close()
        self.process.wait(30)
        self.end()
        found = re.search(r"COUNT (\d+)", "".join(self.lines))
        wrong = [line for line in self.lines if "COUNT" not in line and "LISTENING" not in line]
        return [(self.name, self.stream, int(found[1]) if found else 0, len(wrong), "".join(wrong[-1:]).strip())]


class Tshark(Program):
    """Wireshark's dissector, on what went over the loopback interface itself."""

    name = "tshark"

    def __init__(self, taps, folder):
        self.taps, self.file = taps, folder / "wire.pcapng"
        ports = " or ".join(f"udp dst port {tap.port}" for tap in taps)
        super().__init__(["tshark", "-q", "-i", "lo", "-B", "64", "-f", ports, "-w", str(self.file)])
        self.wait_for("Capturing")

    def result(self):
        time.sleep(1)
        self.end(signal.SIGINT)
        command = ["tshark", "-r", str(self.file), "--enable-heuristic", "osc_udp", "-T", "fields", "-e", "udp.dstport",
                   "-e", "_ws.col.Protocol", "-e", "_ws.malformed", "-e", "_ws.col.Info"]
        lines = subprocess.run(command, capture_output=True, text=True).stdout.splitlines()
        rows = [line.split("\t") for line in lines]
        found = []
        for tap in self.taps:
            mine = [row for row in rows if row[0] == str(tap.port)]
            wrong = [row for row in mine if row[1] != "OSC" or row[2] or "alformed" in row[3]]
            found.append((self.name, tap.name, len(mine), len(wrong), "".join(map(str, wrong[:1]))))
        return found


def has(program):
    """Whether it is installed."""
    return shutil.which(program) is not None
