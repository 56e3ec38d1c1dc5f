#!/usr/bin/env python3
"""Sends text, lines, cues and tags to Psivox as System Exclusive messages (docs/MIDI.md).

  send.py --list
  send.py "Hello there."                     replaces the text and speaks it
  send.py --port Psivox --line 3 "Third."    replaces line 3
  send.py --speak 3                          speaks unit 3
  send.py --cue C3 "Boo!"                    gives a key its line
  send.py --fire C3                          speaks the key's line
  send.py --tag "happy 0.6"                  a parameter or a tag that acts at once
  send.py --stop

Needs `mido` and `python-rtmidi`.
"""

import argparse
import re
import sys

HEADER = b"\x7d\x50\x53"
CHUNK = 480


def escaped(text):
    """Text in 7 bits: \\n, \\t, \\\\ and \\uXXXX. A list of pieces, none of which is cut inside an escape."""
    short = {0x0A: b"\\n", 0x09: b"\\t", 0x5C: b"\\\\"}
    units = text.encode("utf-16-be")
    out = []
    for high, low in zip(units[::2], units[1::2]):
        unit = high << 8 | low
        out.append(short.get(unit) or (bytes([unit]) if 0x20 <= unit <= 0x7E else b"\\u%04x" % unit))
    return out


def chunks(text):
    """The payloads of a text, at least one."""
    payloads, own = [], b""
    for piece in escaped(text):
        if len(own) + len(piece) > CHUNK:
            payloads.append(own)
            own = b""
        own += piece
    return payloads + [own]


def one(text, what):
    """The only payload of a text that has to fit."""
    payloads = chunks(text)
    if len(payloads) > 1:
        sys.exit(f"send.py: a {what} has at most {CHUNK} bytes as it is sent; shorten it")
    return payloads[0]


def number(value):
    if not 1 <= value <= 16383:
        sys.exit(f"send.py: {value} is no line; expected 1 to 16383")
    return bytes([value >> 7, value & 0x7F])


def key(text):
    """A key by number or name; C4 is 60."""
    if text.isdigit() and int(text) < 128:
        return bytes([int(text)])
    match = re.fullmatch(r"([A-Ga-g])([#b]?)(-?\d)", text)
    if match:
        base = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11}[match[1].lower()]
        value = (int(match[3]) + 1) * 12 + base + {"#": 1, "b": -1, "": 0}[match[2]]
        if 0 <= value < 128:
            return bytes([value])
    sys.exit(f"send.py: '{text}' is no key; expected 0 to 127 or a name such as C#3")


def messages(args):
    """What the command line asks for, as (command, payload)."""
    if args.stop:
        return [(4, b"")]
    if args.tag:
        return [(9, one(args.tag, "tag"))]
    if args.speak:
        return [(6, number(args.speak) + bytes([args.velocity]))]
    if args.fire:
        return [(8, key(args.fire) + bytes([args.velocity]))]
    if args.text is None:
        sys.exit("send.py: nothing to send; give a text, or see --help")
    if args.line:
        return [(5, number(args.line) + one(args.text, "line"))]
    if args.cue:
        return [(7, key(args.cue) + one(args.text, "cue"))]
    first, *rest = chunks(args.text)
    speak = [] if args.silent else [(3, bytes([args.velocity]))]
    return [(1, first)] + [(2, more) for more in rest] + speak


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("text", nargs="?")
    parser.add_argument("--port", help="part of the output's name; without it a port of our own is opened")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--line", type=int)
    parser.add_argument("--speak", type=int, metavar="LINE")
    parser.add_argument("--cue", metavar="KEY")
    parser.add_argument("--fire", metavar="KEY")
    parser.add_argument("--tag")
    parser.add_argument("--stop", action="store_true")
    parser.add_argument("--silent", action="store_true", help="set the text without speaking it")
    parser.add_argument("--velocity", type=int, default=100, choices=range(1, 128), metavar="1..127")
    parser.add_argument("--bytes", action="store_true", help="print the messages instead of sending them")
    args = parser.parse_args()
    if args.bytes:
        for command, payload in messages(args):
            print((b"\xf0" + HEADER + bytes([command]) + payload + b"\xf7").hex(" "))
        return
    import mido

    if args.list:
        print("\n".join(mido.get_output_names()) or "there is no MIDI output")
        return
    names = [name for name in mido.get_output_names() if args.port and args.port.lower() in name.lower()]
    if args.port and not names:
        sys.exit(f"send.py: no output is called '{args.port}'; --list shows those there are")
    wanted = messages(args)
    with mido.open_output(names[0]) if names else mido.open_output("Psivox sender", virtual=True) as port:
        if not names:
            input("Connect the port 'Psivox sender' to Psivox, then press Enter. ")
        for command, payload in wanted:
            port.send(mido.Message("sysex", data=HEADER + bytes([command]) + payload))


if __name__ == "__main__":
    main()
