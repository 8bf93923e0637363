"""Runs a reader's SQL statement on a release, behind two guards, each sufficient alone.

`allowed_statements` checks the result of DuckDB's parser; `confinement` takes from the process that runs the statement
(`execution`) every way to change a file. DuckDB does not count all the memory of a function or the Python values of rows, and
checks a time limit only between two pieces of work, so the limits apply to that process too.
"""

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.connection import QueryResult
from warehouse.errors import ArchiveMissing, QueryRefused
from warehouse.sql.answers import read_answer
from warehouse.sql.confinement import why_unconfined
from warehouse.sql.limits import limits_of
from warehouse.sql.processes import Spare

if TYPE_CHECKING:
    from warehouse.settings import Settings

__all__ = ["AT_ONCE", "keep_spare", "run_sql", "why_unconfined"]

AT_ONCE = min(4, max(2, os.cpu_count() or 2))  # each may use as much memory as KLOG_SQL_MEMORY

_WAIT_S = 60
_turns = threading.BoundedSemaphore(AT_ONCE)
_spare = Spare()


def run_sql(
    release: Path, statement: str, settings: "Settings", *, limit: int | None = None, keep_spare: bool = False
) -> QueryResult:
    """Run a reader's SQL statement on a release: read-only, without other files or the network, within limits.

    Args:
        limit: rows at most; the setting `sql_rows` caps it.
        keep_spare: also start the process for the next statement, for callers that run more than one.

    Raises:
        QueryRefused: the statement is not a single readable query, hit the limit of time, memory or result size, or this
            machine cannot confine it.
        ArchiveMissing: the release cannot be read.
    """
    if reason := why_unconfined():
        raise QueryRefused(reason)
    if not (release / "archive.duckdb").is_file():
        raise ArchiveMissing(
            f"{release / 'archive.duckdb'} is not there; a release was expected. Build one with: klog build"
        )
    if not _turns.acquire(timeout=_WAIT_S):
        raise QueryRefused(f"{AT_ONCE} statements were being answered for {_WAIT_S} s. Try again later.")
    try:
        limits = limits_of(settings)
        child = _spare.take(release, limits)
        try:
            if keep_spare:
                _spare.keep(release, limits)
            return read_answer(child.ask(statement, min(limit or limits.rows, limits.rows)))
        finally:
            child.close()
    finally:
        _turns.release()


def keep_spare(release: Path, settings: "Settings") -> None:
    """Start the process for the first statement, so that the statement does not wait for the start."""
    if why_unconfined() is None:
        _spare.keep(release, limits_of(settings))
