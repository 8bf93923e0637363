"""The rate limiter: it decides when the next request to a host may be made, for all processes that share its file.

The file stores the next free slot of each queue of a host, and until when a host is paused.
"""

import asyncio
import datetime as dt
import math
import sqlite3
import time
from collections.abc import Awaitable, Callable
from email.utils import parsedate_to_datetime
from pathlib import Path

from flows.retries import FIRST_PAUSE_S, LONGEST_BELIEVED_S, pause_s
from warehouse.errors import SettingError, Wait

_SCHEMA = """
CREATE TABLE IF NOT EXISTS hosts (
    host TEXT PRIMARY KEY, paused_until REAL NOT NULL DEFAULT 0, why TEXT NOT NULL DEFAULT '',
    strikes INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS queues (name TEXT PRIMARY KEY, next_at REAL NOT NULL) WITHOUT ROWID;
"""

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[None]]


class Limiter:
    """A rate limiter that delays each request until its turn.

    Raises:
        SettingError: the limiter's file cannot be opened.
    """

    def __init__(self, path: Path, *, clock: Clock = time.time, sleep: Sleep = asyncio.sleep) -> None:
        self._clock = clock
        self.sleep = sleep
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            # Autocommit, so that BEGIN IMMEDIATE below is the only transaction. Not synchronous, because a slot lost in a
            # crash does no harm. No write-ahead log, because SQLite does not honour the timeout when it switches to one,
            # and two runs may start at the same moment.
            self._connection = sqlite3.connect(path, timeout=30, isolation_level=None)
            self._connection.execute("PRAGMA synchronous = OFF")
            self._connection.executescript(_SCHEMA)
        except (OSError, sqlite3.Error) as error:
            raise SettingError(f"KLOG_LIMITER={path}: {error}; expected a writable file.") from error

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    async def turn(self, host: str, seconds: float, queue: str = "") -> None:
        """Wait until a request to `host` may be made: `seconds` after the last one in the same queue, from any process.

        Raises:
            Wait: the host is paused.
        """
        self.check(host)
        if seconds > 0:
            delay = self._reserve(f"{host} {queue}", seconds)
            if delay > 0:
                await self.sleep(delay)
                self.check(host)

    def check(self, host: str) -> None:
        """Check that `host` is not paused.

        Raises:
            Wait: the host is paused for another `retry_after_s`.
        """
        row = self._connection.execute("SELECT paused_until, why FROM hosts WHERE host = ?", [host]).fetchone()
        now = self._clock()
        if row is not None and now < row[0] <= now + LONGEST_BELIEVED_S:
            raise _wait(host, row[1], row[0], now)

    def pause(self, host: str, why: str, retry_after_s: float | None = None, *, first_s: float = FIRST_PAUSE_S) -> Wait:
        """Pause a host for all processes and return the error to raise.

        Without `retry_after_s`, the pause starts at `first_s` and grows with each consecutive strike.
        """
        now = self._clock()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            self._connection.execute("INSERT OR IGNORE INTO hosts (host) VALUES (?)", [host])
            until, strikes = self._connection.execute(
                "SELECT paused_until, strikes FROM hosts WHERE host = ?", [host]
            ).fetchone()
            if until <= now:  # responses to requests sent before the pause began count as one strike, not many
                strikes += 1
            chosen = pause_s(retry_after_s, strikes, first_s)
            until = now + chosen if until > now + LONGEST_BELIEVED_S else max(until, now + chosen)
            self._connection.execute(
                "UPDATE hosts SET paused_until = ?, why = ?, strikes = ? WHERE host = ?", [until, why, strikes, host]
            )
        finally:
            self._connection.execute("COMMIT")
        return _wait(host, why, until, now)

    def answered(self, host: str) -> None:
        """Reset the strikes of a host that answered."""
        self._connection.execute("UPDATE hosts SET strikes = 0 WHERE host = ? AND strikes > 0", [host])

    def strikes(self, host: str) -> int:
        """Return how many times in a row a host was paused."""
        row = self._connection.execute("SELECT strikes FROM hosts WHERE host = ?", [host]).fetchone()
        return int(row[0]) if row else 0

    def _reserve(self, name: str, seconds: float) -> float:
        now = self._clock()
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            row = self._connection.execute("SELECT next_at FROM queues WHERE name = ?", [name]).fetchone()
            slot = row[0] if row is not None and now < row[0] < now + LONGEST_BELIEVED_S else now
            self._connection.execute("INSERT OR REPLACE INTO queues VALUES (?, ?)", [name, slot + seconds])
        finally:
            self._connection.execute("COMMIT")
        return float(slot - now)


def retry_after(value: str | None, now: float) -> float | None:
    """Return the seconds that a Retry-After header asks for, or None if it is absent or cannot be parsed.

    Source: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after (2022-06)
    """
    if not value:
        return None
    text = value.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=dt.UTC)
    return max(moment.timestamp() - now, 0.0)


def _wait(host: str, why: str, until: float, now: float) -> Wait:
    moment = dt.datetime.fromtimestamp(math.ceil(until), dt.UTC)
    message = f"{host} is not asked before {moment:%Y-%m-%d %H:%M:%S} UTC: {why}."
    return Wait(message, host=host, retry_after_s=until - now)
