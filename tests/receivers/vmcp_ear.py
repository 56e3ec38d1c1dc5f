"""Counts VMC messages with vmcp until its input ends: vmcp_ear.py PORT. A process of its own, as vmcp is AGPL."""
import select
import sys
import time

from vmcp.events import (BlendShapeApplyEvent, BlendShapeEvent, BoneTransformEvent, RelativeTimeEvent,
                         RootTransformEvent, StateEvent)
from vmcp.facades import on_receive
from vmcp.osc import OSC
from vmcp.osc.backend.osc4py3 import as_comthreads as backend

count = 0


def heard(_event):
    """One more."""
    global count
    count += 1


osc = OSC(backend)
with osc.open():
    receiver = osc.create_receiver("127.0.0.1", int(sys.argv[1]), "psivox").open()
    for kind in (BlendShapeApplyEvent, BlendShapeEvent, BoneTransformEvent, RelativeTimeEvent, RootTransformEvent,
                 StateEvent):
        on_receive(receiver, kind, heard)
    print("LISTENING")
    while not select.select([sys.stdin], [], [], 0)[0]:
        osc.run()
        time.sleep(0.002)
    end = time.monotonic() + 2
    while time.monotonic() < end:
        osc.run()
print("COUNT", count)
