"""One UDP socket per stream: keeps what comes, with the time of its arrival at the system, and hands copies on."""
import selectors
import socket
import struct
import threading
import time

SO_TIMESTAMPNS = 35         # Linux: the arrival by the clock of the wall; elsewhere the time of reading
RECEIVE_BUFFER_BYTES = 8 << 20
DATAGRAM_BYTES = 65_536


class Tap:
    """A stream as it came: (arrival in s, source port, datagram)."""

    def __init__(self, name):
        self.name = name
        self.got = []
        self.copies = []
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER_BYTES)
        try:
            self.socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        except OSError:
            pass
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        # Copies leave by another socket, always the same.
        self.out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)

    def take(self):
        """Reads one datagram."""
        data, extra, _, (_, source) = self.socket.recvmsg(DATAGRAM_BYTES, 64)
        arrived_s = time.time()
        for level, kind, value in extra:
            if level == socket.SOL_SOCKET and kind == SO_TIMESTAMPNS:
                seconds, nanoseconds = struct.unpack("qq", value)
                arrived_s = seconds + 1e-9 * nanoseconds
        self.got.append((arrived_s, source, data))
        for port in self.copies:
            self.out.sendto(data, ("127.0.0.1", port))


class Taps:
    """Reads all streams in one thread until it is closed."""

    def __init__(self, taps):
        self.taps = taps
        self.ends = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        with selectors.DefaultSelector() as selector:
            for tap in self.taps:
                selector.register(tap.socket, selectors.EVENT_READ, tap)
            ready = True
            # What still waits at the end belongs to the stream.
            while ready or not self.ends.is_set():
                ready = selector.select(0.1)
                for key, _ in ready:
                    key.data.take()

    def close(self):
        self.ends.set()
        self.thread.join()
