"""What is malformed must be seen to be: python -m pytest test_decode.py."""
import struct

import pytest

import decode

MESSAGE = b"/a\0\0,f\0\0\x3f\0\0\0"
MANY = b"/psivox/x\0\0\0,isTFb\0\0\0\0\0\7hi\0\0\0\0\0\3abc\0"


def bundle(part, length=None, tag=1):
    """A bundle of one message."""
    return b"#bundle\0" + struct.pack(">Qi", tag, len(part) if length is None else length) + part


def test_what_is_lawful_is_read():
    assert decode.read(decode.osc, MESSAGE) == [("/a", "f", [0.5])]
    assert decode.read(decode.osc, bundle(MESSAGE)) == [("/a", "f", [0.5])]
    assert decode.read(decode.osc, MANY) == [("/psivox/x", "isTFb", [7, "hi", True, False, b"abc"])]
    line = b"hapihapi-0|jawOpen-12|=head#0,0,0,0,0,0|rightEye#0,0,0|leftEye#0,0,-1.5|"
    assert decode.read(decode.ifacialmocap, line)[0][2] == ["hapihapi", "jawOpen"]


@pytest.mark.parametrize("datagram", [
    b"", b"x" + MESSAGE, MESSAGE[:-2], MESSAGE[:-4], MESSAGE + b"\0\0\0\0", b"/a\0\0,f\0\0\x7f\xc0\0\0", b"/a\0\0,x\0\0",
    bundle(MESSAGE, tag=2), bundle(MESSAGE, length=40), bundle(MESSAGE)[:-4], bundle(MESSAGE) + b"\0\0\0\0",
])
def test_osc_that_is_none(datagram):
    with pytest.raises(decode.Malformed):
        decode.read(decode.osc, datagram)


@pytest.mark.parametrize("line", [
    b"", b"a-101|=head#0,0,0,0,0,0|rightEye#0,0,0|leftEye#0,0,0|", b"a-1|a-1|=head#0,0,0,0,0,0|rightEye#0,0,0|leftEye#0,0,0|",
    b"a-1|=head#0,0,0|rightEye#0,0,0|leftEye#0,0,0|", b"a-1|=head#0,0,0,0,0,nan|rightEye#0,0,0|leftEye#0,0,0|",
    b"a-1=head#0,0,0,0,0,0|rightEye#0,0,0|leftEye#0,0,0|",
])
def test_lines_that_are_none(line):
    with pytest.raises(decode.Malformed):
        decode.read(decode.ifacialmocap, line)


def test_live_link_that_is_none():
    with pytest.raises(decode.Malformed):
        decode.read(decode.livelink, b"\6\0\0\0")
