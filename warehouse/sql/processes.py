"""Processes that run one statement each, started and stopped from here; one may be kept ready for the next statement."""

import atexit
import json
import os
import select
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from pathlib import Path

from warehouse.errors import QueryRefused
from warehouse.sql.answers import ANSWER_BYTES
from warehouse.sql.limits import SqlLimits

# DuckDB and Arrow work without numpy and pandas, which take longer to import than everything else.
START = (
    "import sys; sys.modules.update(numpy=None, pandas=None); "
    "from warehouse.sql.execution import main; main(*map(int, sys.argv[1:]))"
)
START_S = 30  # Python and DuckDB start in half a second; a busy machine takes longer
_END_S = 2  # after the time limit, to write the result
_MOST_BYTES = ANSWER_BYTES + (1 << 20)
_CHUNK = 1 << 16
_NEEDED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")  # no secrets from the environment


class Child:
    """A process for one statement on one release."""

    def __init__(self, release: Path, limits: SqlLimits) -> None:
        self.made_for = (release, limits)
        ask, self._ask = os.pipe()
        self._answer, answer = os.pipe()
        # One numpy thread: threads that exist before the process gives up its rights would keep them.
        environment = {
            **os.environ,
            "OPENBLAS_NUM_THREADS": "1",
            "OMP_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", START, str(ask), str(answer)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL, pass_fds=(ask, answer), env=environment,
            )  # fmt: skip
        finally:
            os.close(ask)
            os.close(answer)
        self._send({"release": str(release), "limits": asdict(limits)})

    def is_alive(self) -> bool:
        """Return whether the process is still waiting for a statement."""
        return self._process.poll() is None

    def ask(self, statement: str, rows: int) -> bytes:
        """Run the statement and return the result as bytes for `warehouse.sql.answers`; call this once per child.

        Raises:
            QueryRefused: the process exited without a result, or took too long to start or to run (`QueryStopped`).
        """
        limits = self.made_for[1]
        if not self._read(1, time.monotonic() + START_S):
            raise QueryRefused(
                "No process could be started for the statement; the machine refuses or is too busy. Try again."
            )
        self._send({"statement": statement, "rows": rows})
        until = time.monotonic() + limits.seconds + _END_S
        written = bytearray()
        while chunk := self._read(_CHUNK, until):
            written += chunk
            if len(written) > _MOST_BYTES:
                raise QueryRefused(f"The answer is larger than {ANSWER_BYTES >> 20} MB. Ask for fewer rows or columns.")
        if not written or time.monotonic() >= until:
            raise limits.too_long() if time.monotonic() >= until else limits.too_much()
        return bytes(written)

    def close(self) -> None:
        """Kill the process."""
        self._process.kill()
        self._process.wait()
        for end in (self._ask, self._answer):
            os.close(end)

    def _send(self, message: dict[str, object]) -> None:
        left = memoryview(json.dumps(message).encode() + b"\n")
        try:
            while left:
                left = left[os.write(self._ask, left) :]
        except BrokenPipeError:
            return  # the process has exited; reading reports it

    def _read(self, most: int, until: float) -> bytes:
        """Return up to `most` bytes, none at the end of the stream or after the time `until`."""
        ready, _, _ = select.select([self._answer], [], [], max(0.0, until - time.monotonic()))
        return os.read(self._answer, most) if ready else b""


class Spare:
    """At most one child that is started and waiting; all threads of a process share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: Child | None = None
        atexit.register(self.close)

    def take(self, release: Path, limits: SqlLimits) -> Child:
        """Return a child for the release: the waiting one if it was started for that release, else a new one."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None and child.made_for == (release, limits) and child.is_alive():
            return child
        if child is not None:
            child.close()
        return Child(release, limits)

    def keep(self, release: Path, limits: SqlLimits) -> None:
        """Start a waiting child unless there is one for that release."""
        with self._lock:
            if self._child is not None and self._child.made_for == (release, limits) and self._child.is_alive():
                return
            old, self._child = self._child, Child(release, limits)
        if old is not None:
            old.close()

    def close(self) -> None:
        """Stop the waiting child."""
        with self._lock:
            child, self._child = self._child, None
        if child is not None:
            child.close()
