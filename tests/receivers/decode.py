"""Streams decoded by code that is not ours, or by a parser after the published format: what is wrong with a datagram."""
import math
import struct

from pylivelinkface import PyLiveLinkFace
from pythonosc.osc_bundle import OscBundle
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder
from pythonosc.parsing import osc_types

IMMEDIATELY = b"\0\0\0\0\0\0\0\1"
BUNDLE_HEAD_BYTES, LENGTH_BYTES = 16, 4
LIVELINK_VALUES, LIVELINK_SHAPES = 61, 52
# What stands around the name: version, identity (i32, 36 bytes), i32, frame, part, rate, count, values.
LIVELINK_BYTES = 1 + 4 + 36 + 4 + 4 + 4 + 4 + 4 + 1 + 4 * LIVELINK_VALUES
IFACIALMOCAP_TURNS = {"head": 6, "rightEye": 3, "leftEye": 3}
EVENTS = ("/psivox/", "/chatbox/")


class Malformed(Exception):
    """What is wrong with a datagram."""


def osc(datagram):
    """Messages of an OSC packet as (address, tags, arguments), by python-osc.

    python-osc reads on where bytes are missing, so what it has read is written again and must be the same to the byte.
    """
    if OscBundle.dgram_is_bundle(datagram):
        bundle = OscBundle(datagram)
        if datagram[8:16] != IMMEDIATELY:
            raise Malformed("a time tag other than 'immediately'")
        at = BUNDLE_HEAD_BYTES
        while at < len(datagram):
            length = int.from_bytes(datagram[at:at + LENGTH_BYTES], "big")
            at = at + LENGTH_BYTES + length if length else math.inf
        if at != len(datagram):
            raise Malformed("lengths of a bundle that do not add up")
        return [one for part in bundle for one in osc(part.dgram)]
    if not OscMessage.dgram_is_message(datagram):
        raise Malformed("neither message nor bundle")
    message = OscMessage(datagram)
    address, after = osc_types.get_string(datagram, 0)
    tags, _ = osc_types.get_string(datagram, after)
    numbers = [value for value in message.params if isinstance(value, float)]
    if len(message.params) != len(tags) - 1 or not all(map(math.isfinite, numbers)):
        raise Malformed(f"{address} {tags} {message.params}")
    again = OscMessageBuilder(address)
    for value, tag in zip(message.params, tags[1:]):
        again.add_arg(value, tag)
    if again.build().dgram != datagram:
        raise Malformed(f"{address} {tags} is not written so")
    return [(address, tags[1:], message.params)]


def livelink(datagram):
    """One Live Link Face packet, by PyLiveLinkFace."""
    there, face = PyLiveLinkFace.decode(datagram)
    if not there or len(datagram) != LIVELINK_BYTES + len(face.name.encode()) or datagram[0] != 6:
        raise Malformed("no face")
    values = face._blend_shapes
    if not all(map(math.isfinite, values)) or not all(0 <= value <= 1 for value in values[:LIVELINK_SHAPES]):
        raise Malformed(f"values {values}")
    return [("livelink", "", values)]


def ifacialmocap(datagram):
    """One line of iFacialMocap: `name-int|...|=head#6 numbers|rightEye#3|leftEye#3|`; version 2 parts by `&`."""
    shapes, turns = datagram.decode("ascii").split("=")
    between = "&" if "&" in shapes else "-"
    fields = shapes.split("|")
    if fields[-1]:
        raise Malformed("no | at the end of the shapes")
    found = []
    for field in fields[:-1]:
        name, value = field.split(between)
        if not name.replace("_", "").isalnum() or not 0 <= int(value) <= 100:
            raise Malformed(field)
        found.append(name)
    if len(set(found)) != len(found):
        raise Malformed("a name twice")
    parts = turns.split("|")
    if parts[-1] or [part.split("#")[0] for part in parts[:-1]] != list(IFACIALMOCAP_TURNS):
        raise Malformed(turns)
    for part in parts[:-1]:
        name, numbers = part.split("#")
        values = [float(number) for number in numbers.split(",")]
        if len(values) != IFACIALMOCAP_TURNS[name] or not all(map(math.isfinite, values)):
            raise Malformed(part)
    return [("ifacialmocap", "", found)]


def read(decoder, datagram):
    """What a datagram says.

    Raises Malformed, whatever the decoder has stumbled on.
    """
    try:
        return decoder(datagram)
    except Malformed:
        raise
    except Exception as error:          # Every error of a foreign decoder means the same.
        raise Malformed(f"{type(error).__name__}: {error}") from error


def is_event(messages):
    """Whether a datagram brings no part of a face."""
    return all(address.startswith(EVENTS) for address, _, _ in messages)
