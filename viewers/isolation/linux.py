"""The few system calls of Linux that Python has no name for, through ctypes."""

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_NO_NEW_PRIVS = 38
M_ARENA_MAX = -8
M_MMAP_THRESHOLD = -3
ARENAS = 1

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


def one_heap_for_all_threads() -> None:
    """Keep glibc from reserving 64 MB of address space for every thread, which the memory limit would count."""
    if hasattr(_libc, "mallopt"):
        _libc.mallopt(ctypes.c_int(M_ARENA_MAX), ctypes.c_int(ARENAS))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
