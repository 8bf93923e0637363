"""Somebody's statement, answered in a process of its own, so that its limits bind whatever it does.

DuckDB counts neither all the memory that a function takes nor the Python values that rows become, and hears of a time limit
only between two pieces of work: `repeat('x', 2000000000)` took 3.9 GB and 31 s within limits of 1 GB and 5 s.
"""

import pickle
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from warehouse.connection import Table, answer_statement
from warehouse.errors import KlogError, QueryRefused
from warehouse.settings import Settings

START_S = 20  # Python and DuckDB start in 0.3 s; on a machine that is busy it takes longer
OWN_BYTES = 1 << 30  # address space of Python, DuckDB and their threads; far more than they fill
ANSWER_BYTES = 256 << 20
_UNITS = {"K": 10, "M": 20, "G": 30, "T": 40}


def run_sql(release: Path, statement: str, settings: Settings, *, limit: int | None = None) -> Table:
    """Answer somebody's statement on a release that it can neither leave, change nor wear out.

    Args:
        limit: rows at most; the setting `sql_rows` caps it.

    Raises:
        QueryRefused: the statement is not a single readable query, or hit the limit of time, memory or the answer's size.
        ArchiveMissing: the release cannot be read.
    """
    command = [sys.executable, "-P", "-m", "warehouse.sql"]
    asked = pickle.dumps((release, statement, settings, limit))
    try:
        done = subprocess.run(
            command, input=asked, capture_output=True, check=False, timeout=settings.sql_seconds + START_S
        )
    except subprocess.TimeoutExpired as error:
        raise QueryRefused(_too_long(settings)) from error
    if done.returncode:
        raise QueryRefused(_too_much(settings))
    answer = pickle.loads(done.stdout)  # noqa: S301 - written by this same file
    if isinstance(answer, KlogError):
        raise answer
    assert isinstance(answer, Table)
    return answer


def _answer(release: Path, statement: str, settings: Settings, limit: int | None) -> bytes:
    _limit_memory(settings)
    answer: Table | KlogError
    try:
        answer = answer_statement(release, statement, settings, limit=limit)
        written = pickle.dumps(answer)
    except KlogError as error:
        return pickle.dumps(error)
    except MemoryError:
        return pickle.dumps(QueryRefused(_too_much(settings)))
    if len(written) > ANSWER_BYTES:
        size = f"{len(written) >> 20} MB; {ANSWER_BYTES >> 20} MB are the most"
        return pickle.dumps(QueryRefused(f"The answer has {size}. Ask for fewer rows or columns."))
    return written


def _limit_memory(settings: Settings) -> None:
    with suppress(ImportError, ValueError, OSError):  # where the system has no such limit, DuckDB's own stands
        import resource

        most = _bytes(settings.sql_memory) + OWN_BYTES
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _bytes(size: str) -> int:
    number, unit = re.findall(r"[\d.]+|[KMGT]", size)
    return int(float(number) * (1 << _UNITS[unit]))


def _too_long(settings: Settings) -> str:
    return f"The statement ran longer than {settings.sql_seconds:g} s (KLOG_SQL_SECONDS) and was stopped."


def _too_much(settings: Settings) -> str:
    return f"The statement wanted more memory than {settings.sql_memory} (KLOG_SQL_MEMORY) and was stopped."


if __name__ == "__main__":
    # Settings and errors are pickled by the names of their modules, which are the same on both sides.
    sys.stdout.buffer.write(_answer(*pickle.load(sys.stdin.buffer)))  # noqa: S301 - written by this same file
