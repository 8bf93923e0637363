"""Landlock: a Linux process gives up file rights for itself and its children, under any user.

Source: https://docs.kernel.org/userspace-api/landlock.html (30 September 2025). Called through ctypes, because the packages for it
are younger than a year, or no longer released.
"""

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same on every architecture
_VERSION, _PATH_BENEATH = 1, 1
_ABI_TRUNCATE = 3  # the first version that can forbid truncating a file
_READ_FILE = 1 << 2
# File rights by the ABI version that added them: execute to make_sym, refer, truncate, ioctl on devices.
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
_TCP_RIGHTS = {4: 0b11}  # bind, connect
_SCOPES = {6: 0b11}  # abstract sockets, signals


class _Ruleset(ctypes.Structure):
    _fields_ = [("files", ctypes.c_uint64), ("tcp", ctypes.c_uint64), ("scopes", ctypes.c_uint64)]


class _PathRule(ctypes.Structure):
    _pack_ = 1
    _fields_ = [("rights", ctypes.c_uint64), ("folder", ctypes.c_int32)]


def is_ready() -> bool:
    """Return whether this kernel's Landlock can stop every change of a file."""
    return _abi() >= _ABI_TRUNCATE


def restrict(readable: Iterable[Path]) -> None:
    """Restrict this thread, and those it starts from now on, to reading some files.

    `readable` may include folders; missing files are ignored. `no_new_privs` must be set before.

    Raises:
        OSError: the kernel rejects the rules.
    """
    abi = _abi()
    rules = _Ruleset(_known(_FILE_RIGHTS, abi), _known(_TCP_RIGHTS, abi), _known(_SCOPES, abi))
    ruleset = _call(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), 0)
    try:
        for path in readable:
            _allow_reading(ruleset, path)
        _call(_RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow_reading(ruleset: int, path: Path) -> None:
    try:
        found = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    try:
        _call(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(_PathRule(_READ_FILE, found)), 0)
    finally:
        os.close(found)


def _abi() -> int:
    try:
        return _call(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION)
    except OSError:
        return 0


def _known(rights: dict[int, int], abi: int) -> int:
    return sum(mask for since, mask in rights.items() if since <= abi)


def _call(number: int, *arguments: object) -> int:
    found: int = _syscall(number, *arguments)
    if found < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return found


def _syscall(number: int, *arguments: object) -> int:
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    return int(libc.syscall(ctypes.c_long(number), *arguments))
