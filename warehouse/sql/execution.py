"""The process that runs one statement; it reads and writes two inherited file descriptors.

It reads a line of JSON with the release and the limits, gives up all rights to change files, opens the release, writes one byte
when it is ready, reads the line with the statement, writes the result as Arrow IPC, and exits. It also exits when the parent
closes its end of `ask`.
"""

import importlib
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.connection import Connection, QueryResult, confine_statements, open_apart
from warehouse.errors import ArchiveMissing, KlogError, QueryRefused
from warehouse.sql.allowed_statements import allowed_statement
from warehouse.sql.answers import write_answer
from warehouse.sql.confinement import THREADS, confine, drop_root, limit_time
from warehouse.sql.limits import SqlLimits

READY = b"\x01"


@dataclass(frozen=True, slots=True)
class Question:
    """A statement on an open release."""

    release: Path
    connection: Connection
    statement: str
    limits: SqlLimits
    rows: int


def main(ask: int, answer: int) -> None:
    """Run one statement."""
    asked = FileIO(ask)
    opening = asked.readline()
    if not opening:
        return
    named = json.loads(opening)
    _import_types()
    release, limits = Path(named["release"]), SqlLimits(**named["limits"])
    confine(release, limits)
    connection, broken = _open(release, limits)
    drop_root()
    os.write(answer, READY)
    line = asked.readline()
    if not line:
        return
    threading.Thread(target=_end_with, args=(asked,), daemon=True).start()
    limit_time(limits)
    if connection is None:
        written = write_answer(broken or ArchiveMissing(f"{release} cannot be read."))
    else:
        question = json.loads(line)
        written = _answer(Question(release, connection, question["statement"], limits, question["rows"]))
    _write_all(answer, written)
    # Exit without waiting for DuckDB's threads and their work.
    os._exit(0)


def _import_types() -> None:
    """Import the modules that DuckDB imports at the first value of a type, since they are not readable once confined."""
    for name in ("datetime", "decimal", "uuid", "pytz"):
        with suppress(ImportError):
            importlib.import_module(name)
    pa.array([0])


def _end_with(asked: FileIO) -> None:
    asked.read(1)
    os._exit(1)


def _write_all(answer: int, written: bytes) -> None:
    left = memoryview(written)
    while left:
        left = left[os.write(answer, left) :]


def _open(release: Path, limits: SqlLimits) -> tuple[Connection | None, KlogError | None]:
    try:
        connection = open_apart(release)
    except KlogError as error:
        return None, error
    # Memory that DuckDB does not count (text made by a function, the rows in Python) needs room too.
    confine_statements(connection, memory_bytes=limits.memory_bytes * 3 // 4, threads=THREADS)
    # Python modules for these values are no longer readable to the unprivileged user.
    connection.execute(
        "SELECT TIMESTAMPTZ '2009-03-06 00:00:00+00', uuid(), 1.5::DECIMAL(9, 2), json_serialize_sql('SELECT 1')"
    )
    connection.fetchall()
    return connection, None


def _answer(question: Question) -> bytes:
    try:
        return write_answer(_ask(question))
    except KlogError as error:
        return write_answer(error)
    except (MemoryError, duckdb.OutOfMemoryException):
        return write_answer(question.limits.too_much())


def _ask(question: Question) -> QueryResult:
    with _deadline(question.connection, question.limits.seconds):
        try:
            answer = question.connection.execute(allowed_statement(question.connection, question.statement))
            rows = answer.fetchmany(question.rows + 1)
        except duckdb.InterruptException as error:
            raise question.limits.too_long() from error
        except duckdb.OutOfMemoryException as error:
            raise question.limits.too_much() from error
        except duckdb.IOException as error:
            raise _unread(question, error) from error
        except (duckdb.Error, RecursionError, ValueError, OverflowError) as error:
            raise QueryRefused(f"The statement was refused: {_without_paths(question.release, error)}") from error
    columns = tuple(column[0] for column in answer.description)
    types = tuple(str(column[1]) for column in answer.description)
    return QueryResult(_distinct(columns), types, tuple(rows[: question.rows]), len(rows) > question.rows)


@contextmanager
def _deadline(connection: Connection, seconds: float) -> Iterator[None]:
    timer = threading.Timer(seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _unread(question: Question, error: duckdb.IOException) -> KlogError:
    message = _without_paths(question.release, error)
    if "Corrupt" in message or "checksum" in message:
        return ArchiveMissing(
            f"{question.release / 'archive.duckdb'} cannot be read: {message.splitlines()[0].rstrip('.!')}. "
            "Build it again with: klog build"
        )
    return QueryRefused(f"The statement was refused: {message}")


def _without_paths(release: Path, error: Exception) -> str:
    return str(error).strip().replace(str(release), "(release)").replace(str(release.parent.parent), "(home)")


def _distinct(columns: tuple[str, ...]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    named = []
    for column in columns:
        seen[column] = seen.get(column, 0) + 1
        named.append(column if seen[column] == 1 else f"{column}_{seen[column]}")
    return tuple(named)
