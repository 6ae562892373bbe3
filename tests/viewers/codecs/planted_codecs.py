"""Codecs that crash, hang or swell, under transfer syntaxes that nobody uses; imported by parent and workers."""

import ctypes
import time

import numpy as np

from viewers.isolation.guards.stated import Found
from viewers.series.codecs import native
from viewers.series.codecs.frame import FrameRequest
from viewers.series.codecs.plugin import Codec, Decoded, Plugin, unguarded
from viewers.series.codecs.table import CODECS

CRASHES_ONCE, CRASHES, HANGS, SWELLS, SPINS = (f"1.2.3.4.{number}" for number in range(5))
HOLLOW = b"\xde\xad"


def crash(request: FrameRequest, found: Found) -> Decoded:
    ctypes.string_at(0)
    raise AssertionError


def crash_on_hollow(request: FrameRequest, found: Found) -> Decoded:
    return crash(request, found) if bytes(request.payload[:2]) == HOLLOW else native.decode(request, found)


def hang(request: FrameRequest, found: Found) -> Decoded:
    time.sleep(600)
    raise AssertionError


def swell(request: FrameRequest, found: Found) -> Decoded:
    return Decoded(samples=np.ones(1 << 32, np.uint16))


def spin(request: FrameRequest, found: Found) -> Decoded:
    while True:
        pass


def _codec(*plugins: Plugin) -> Codec:
    return Codec(name="planted", guard=unguarded, plugins=plugins, encapsulated=False, batch=4)


PLANTED = {
    CRASHES_ONCE: _codec(Plugin(name="crashing", decode=crash_on_hollow), native.PLUGIN),
    CRASHES: _codec(Plugin(name="crashing", decode=crash_on_hollow), Plugin(name="crashing too", decode=crash)),
    HANGS: _codec(Plugin(name="hanging", decode=hang)),
    SWELLS: _codec(Plugin(name="swelling", decode=swell)),
    SPINS: _codec(Plugin(name="spinning", decode=spin)),
}


def warm_up() -> None:
    """Put them into the table of a worker."""
    CODECS.update(PLANTED)
