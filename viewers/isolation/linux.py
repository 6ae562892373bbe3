"""The few system calls of Linux that Python has no name for, through ctypes."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
M_ARENA_MAX = -8
M_MMAP_THRESHOLD, M_TRIM_THRESHOLD = -3, -1
ARENAS = 1
KEPT_BYTES = 32 << 20
LARGEST_BUFFER = 4 << 20

_libc = ctypes.CDLL(None, use_errno=True)


def system_call(number: int, *arguments: object) -> int:
    """A raw system call.

    Raises:
        OSError: the kernel refused it.
    """
    return _checked(_libc.syscall(number, *arguments))


def control(option: int, *arguments: object) -> None:
    """``prctl`` (2).

    Raises:
        OSError: the kernel refused it.
    """
    padded = (*arguments, *(ctypes.c_ulong(0) for _ in range(4 - len(arguments))))
    _checked(_libc.prctl(ctypes.c_int(option), *padded))


def forbid_dumps() -> None:
    """No core dump, no debugger of the same user."""
    control(PR_SET_DUMPABLE, ctypes.c_ulong(0))


def forbid_new_privileges() -> None:
    """Set-uid programs give nothing from now on (a condition of Landlock and seccomp)."""
    control(PR_SET_NO_NEW_PRIVS, ctypes.c_ulong(1))


def die_with_parent() -> None:
    """Be killed when the process that forked this one ends."""
    control(PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL))


def tune_heap() -> None:
    """Make glibc keep what was freed, because fresh pages are slow, and use one heap for all threads.

    A heap per thread would reserve 64 MB of address space each, which the memory limit of a job would count.
    """
    if hasattr(_libc, "mallopt"):
        for option, value in ((M_ARENA_MAX, ARENAS), (M_MMAP_THRESHOLD, KEPT_BYTES), (M_TRIM_THRESHOLD, KEPT_BYTES)):
            _libc.mallopt(ctypes.c_int(option), ctypes.c_int(value))


def keep_buffers() -> None:
    """Make glibc keep, in this process, freed memory that the next frame of a series will ask for again."""
    if hasattr(_libc, "mallopt"):
        for option, value in ((M_MMAP_THRESHOLD, LARGEST_BUFFER), (M_TRIM_THRESHOLD, KEPT_BYTES)):
            _libc.mallopt(ctypes.c_int(option), ctypes.c_int(value))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
