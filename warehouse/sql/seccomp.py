"""seccomp: a Linux process gives up system calls; for kernels without a sufficient Landlock.

The filter sees flags and numbers, not paths: opening for reading stays allowed, everything that changes a file is forbidden.
Source: https://man7.org/linux/man-pages/man2/seccomp.2.html (2 May 2024).
"""

import errno
import importlib
import os
from types import ModuleType

# The position of the flags in open(path, flags) and openat(folder, path, flags).
_OPENING = {"open": 1, "openat": 2}
_WRITING = (os.O_WRONLY, os.O_RDWR, os.O_CREAT, os.O_TRUNC)
_CHANGING = (
    "creat", "truncate", "truncate64", "ftruncate", "ftruncate64", "fallocate", "rename", "renameat", "renameat2", "unlink",
    "unlinkat", "rmdir", "mkdir", "mkdirat", "mknod", "mknodat", "link", "linkat", "symlink", "symlinkat", "chmod", "fchmod",
    "fchmodat", "chown", "lchown", "fchown", "fchownat", "utime", "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr",
    "fsetxattr", "removexattr", "lremovexattr", "fremovexattr", "name_to_handle_at", "open_by_handle_at", "execve", "execveat",
    "ptrace", "process_vm_writev", "socket", "socketpair", "mount", "umount2", "pivot_root", "chroot", "bpf", "perf_event_open",
)  # fmt: skip
# Calls that an older libseccomp does not know by name, by number, which is the same on every architecture:
# io_uring_setup, io_uring_enter, io_uring_register, open_tree, move_mount, openat2, fchmodat2, setxattrat, removexattrat.
_NEWER = (425, 426, 427, 428, 429, 437, 452, 463, 466)


def is_ready() -> bool:
    """Return whether libseccomp and its Python binding are installed."""
    return _binding() is not None


def restrict() -> None:
    """Forbid this process, with all its threads, every call that changes a file, starts a program or opens a socket.

    Raises:
        OSError: the kernel rejects the filter, or libseccomp is missing.
    """
    seccomp = _binding()
    if seccomp is None:
        raise OSError(errno.ENOSYS, "libseccomp is not installed")
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    rules.set_attr(seccomp.Attr.CTL_TSYNC, 1)
    refused = seccomp.ERRNO(errno.EACCES)
    for call, position in _OPENING.items():
        for flag in _WRITING:
            rules.add_rule(refused, call, seccomp.Arg(position, seccomp.MASKED_EQ, flag, flag))
    for call in _CHANGING:
        rules.add_rule(refused, call)
    for number in _NEWER:
        # The error of a kernel without the call: the C library then opens files with `openat`.
        rules.add_rule(seccomp.ERRNO(errno.ENOSYS), number)
    rules.load()


def _binding() -> ModuleType | None:
    try:
        return importlib.import_module("pyseccomp")
    except (ImportError, RuntimeError, OSError):  # not Linux, or libseccomp is missing
        return None
