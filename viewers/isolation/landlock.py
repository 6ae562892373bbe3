"""Landlock: this process opens no file and no connection any more (kernel documentation, userspace-api/landlock)."""

import ctypes
import os
from collections.abc import Sequence

from viewers.isolation.linux import system_call

CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
ASK_VERSION = 1
PATH_BENEATH = 1
READ_FILE, READ_DIRECTORY = 1 << 2, 1 << 3
FILE_RIGHTS_BY_VERSION = ((1, 13), (2, 14), (3, 15), (5, 16))
NETWORK_VERSION, NETWORK_RIGHTS = 4, 0b11
SCOPE_VERSION, SCOPES = 6, 0b11


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scopes", ctypes.c_uint64))


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def restrict(readable: Sequence[str]) -> int:
    """Allow reading below ``readable`` and nothing else; returns the version of Landlock in force.

    Raises:
        OSError: this kernel has no Landlock.
    """
    version = system_call(CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint32(ASK_VERSION))
    rules = _everything_denied(version)
    size = 8 if version < NETWORK_VERSION else 16 if version < SCOPE_VERSION else 24
    ruleset = system_call(CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(size), ctypes.c_uint32(0))
    try:
        for folder in readable:
            _allow_reading(ruleset, folder)
        system_call(RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint32(0))
    finally:
        os.close(ruleset)
    return version


def _everything_denied(version: int) -> _Ruleset:
    bits = max(count for since, count in FILE_RIGHTS_BY_VERSION if since <= version)
    return _Ruleset(
        files=(1 << bits) - 1,
        network=NETWORK_RIGHTS if version >= NETWORK_VERSION else 0,
        scopes=SCOPES if version >= SCOPE_VERSION else 0,
    )


def _allow_reading(ruleset: int, folder: str) -> None:
    fd = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _PathRule(allowed=READ_FILE | READ_DIRECTORY, folder=fd)
        system_call(ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(PATH_BENEATH), ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(fd)
