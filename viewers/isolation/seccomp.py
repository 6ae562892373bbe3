"""Seccomp: system calls that no decoder needs fail with EPERM (kernel documentation, userspace-api/seccomp_filter)."""

import ctypes
import errno
import os
import platform
import struct

from viewers.isolation.linux import control

PR_SET_SECCOMP, MODE_FILTER = 22, 2
ALLOW = 0x7FFF0000
FAIL = 0x00050000
LOAD_WORD, JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
NUMBER_AT, ARCHITECTURE_AT, FIRST_ARGUMENT_AT = 0, 4, 16
CLONE_THREAD = 0x00010000
FOREIGN_NUMBERS = 0x40000000

# Newer calls have the same number everywhere: pidfd_send_signal, io_uring_*, open_tree, move_mount, fsopen,
# fsconfig, fsmount, fspick, pidfd_open, pidfd_getfd, process_madvise, mount_setattr.
EVERYWHERE = (424, 425, 426, 427, 428, 429, 430, 431, 432, 433, 434, 438, 440, 442)
CLONE3 = 435

# In this order: socket, connect, accept, bind, listen, socketpair, accept4, execve, kill, tkill, rt_sigqueueinfo,
# rt_tgsigqueueinfo, ptrace, mount, umount2, pivot_root, chroot, unshare, setns, perf_event_open, open_by_handle_at,
# process_vm_readv, process_vm_writev, kcmp, finit_module, init_module, bpf, execveat, userfaultfd, add_key,
# request_key, keyctl, kexec_load, personality, swapon, reboot, shmget, msgget, semget, mq_open.
DENIED = {
    "x86_64": (
        *(41, 42, 43, 49, 50, 53, 288, 59, 62, 200, 129, 297, 101, 165, 166, 155, 161, 272, 308, 298, 304, 310, 311),
        *(312, 313, 175, 321, 322, 323, 248, 249, 250, 246, 135, 167, 169, 29, 68, 64, 240),
        *(57, 58, 172, 173),  # fork, vfork, iopl, ioperm
    ),
    "aarch64": (
        *(198, 203, 202, 200, 201, 199, 242, 221, 129, 130, 138, 240, 117, 40, 39, 41, 51, 97, 268, 241, 265, 270, 271),
        *(272, 273, 105, 280, 281, 282, 217, 218, 219, 104, 92, 224, 142, 194, 186, 190, 180),
    ),
}
ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
CLONE = {"x86_64": 56, "aarch64": 220}
TGKILL = {"x86_64": 234, "aarch64": 131}

Instruction = tuple[int, int, int, int]


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def deny() -> str:
    """Put the filter in force for this process and its threads.

    Raises:
        OSError: this kernel or this processor family is not supported.
    """
    machine = platform.machine()
    if machine not in DENIED:
        raise OSError(errno.ENOSYS, "no table for this processor")
    code = b"".join(struct.pack("=HBBI", *instruction) for instruction in program(machine, os.getpid()))
    filtered = _Program(length=len(code) // 8, instructions=code)
    control(PR_SET_SECCOMP, ctypes.c_ulong(MODE_FILTER), ctypes.byref(filtered))
    return ""


def program(machine: str, pid: int) -> list[Instruction]:
    """The filter as classic BPF; each rule ends in its own return, so that no jump is longer than a rule."""
    code: list[Instruction] = [(LOAD_WORD, 0, 0, ARCHITECTURE_AT), (JUMP_EQUAL, 1, 0, ARCHITECTURES[machine]), _fail()]
    code.append((LOAD_WORD, 0, 0, NUMBER_AT))
    code += [(JUMP_AT_LEAST, 0, 1, FOREIGN_NUMBERS), _fail()]
    for number in (*DENIED[machine], *EVERYWHERE):
        code += [(JUMP_EQUAL, 0, 1, number), _fail()]
    code += [(JUMP_EQUAL, 0, 1, CLONE3), _fail(errno.ENOSYS)]  # the C library falls back to clone
    code += _allowed_when(CLONE[machine], (JUMP_ANY_BIT, 0, 1, CLONE_THREAD))
    code += _allowed_when(TGKILL[machine], (JUMP_EQUAL, 0, 1, pid))
    return [*code, _allow()]


def _allowed_when(number: int, condition: Instruction) -> list[Instruction]:
    first_argument = (LOAD_WORD, 0, 0, FIRST_ARGUMENT_AT)
    return [(JUMP_EQUAL, 0, 4, number), first_argument, condition, _allow(), _fail()]


def _fail(number: int = errno.EPERM) -> Instruction:
    return (RETURN, 0, 0, FAIL | number)


def _allow() -> Instruction:
    return (RETURN, 0, 0, ALLOW)
