"""The second guard: the rights that a process gives up before it runs a reader's statement, so that it can change nothing.

It holds whatever the statement is: even a statement that passes the first guard (`allowed_statements`) cannot open a file for
writing, truncate, rename, remove or create one.
"""

import ctypes
import errno
import math
import os
import signal
from contextlib import suppress
from pathlib import Path

from warehouse.sql import landlock, seccomp
from warehouse.sql.limits import SqlLimits

NOBODY = 65534  # the user and group that own nothing, on every Linux
THREADS = 2
# DuckDB reads the limits of its container, and aborts if such a file exists and cannot be opened.
_READABLE = tuple(map(Path, ("/dev/urandom", "/proc/self/cgroup", "/proc/meminfo", "/sys/fs/cgroup")))
_SET_NO_NEW_PRIVS = 38


def why_unconfined() -> str | None:
    """Return why this machine cannot run statements, None if it can."""
    if landlock.is_ready() or seccomp.is_ready():
        return None
    return (
        "SQL is off: this machine can confine a statement neither by Landlock (Linux 6.2 or later, switched on) nor by seccomp "
        "(libseccomp 2.5 or later, e.g. apt install libseccomp2). Open current/archive.duckdb in DuckDB instead."
    )


def confine(release: Path, limits: SqlLimits) -> None:
    """Give up every way to change a file, and to read any files but the release's; call this before a second thread starts.

    Raises:
        OSError: the kernel refuses; no statement may be run then.
    """
    import resource

    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_DATA, _data_bytes() + limits.memory_bytes)
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "no_new_privs cannot be set")
    if landlock.is_ready():
        landlock.restrict((release / "archive.duckdb", release / "release.json", *_READABLE))
    else:
        seccomp.restrict()


def drop_root() -> None:
    """Switch to the user nobody if this process is root; open files stay open.

    Raises:
        OSError: the kernel refuses.
    """
    if os.getuid() and os.geteuid():
        return
    try:
        with suppress(PermissionError):  # a container may forbid it; the remaining group is root's
            os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
    except OSError as error:
        if error.errno != errno.EINVAL:  # in a user namespace without nobody, root is nobody outside
            raise


def limit_time(limits: SqlLimits) -> None:
    """Make the kernel kill this process some seconds after a statement should have ended."""
    import resource

    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_CPU, math.ceil(used.ru_utime + used.ru_stime + THREADS * (limits.seconds + 2)))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, limits.seconds + 10)


def _limit(which: int, most: int) -> None:
    import resource

    hard = resource.getrlimit(which)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (most, most))


def _data_bytes() -> int:
    """Return the bytes of private writable memory that this process already has; its address space would say little."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmData:"):
            return int(line.split()[1]) << 10
    return 0
