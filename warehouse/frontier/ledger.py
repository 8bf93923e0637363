"""The ledger: the state of every address, the location of every capture, and the targets of links."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from warehouse.captures.files import Stored
from warehouse.captures.places import stored_sizes
from warehouse.connection import Connection
from warehouse.load import insert
from warehouse.records import AddressState, Identity, Kind, Row
from warehouse.store import Store

# The columns of `Stored`, in its order.
STORED = 'url, warc, "offset", digest, captured_at, status, mime, bytes, origin, memento_url'
_DUE = """
SELECT f.url, f.kind, f.key, f.page, f.target_at, f.attempts, m.message_id
FROM raw.fetches f LEFT JOIN raw.message_ids m ON f.kind = 'mail' AND m.key = f.key
"""
_OUTCOMES = """
CREATE OR REPLACE TEMP TABLE outcomes (
    url VARCHAR, state VARCHAR, reason VARCHAR, last_error VARCHAR, retry_at TIMESTAMP, capture_id VARCHAR,
    updated_at TIMESTAMP
)
"""
# An attempt does not count while its host is paused.
_UPDATE = """
UPDATE raw.fetches SET state = o.state, reason = o.reason, last_error = o.last_error, retry_at = o.retry_at,
    capture_id = coalesce(o.capture_id, fetches.capture_id),
    attempts = attempts + (o.reason IS DISTINCT FROM 'host')::INTEGER, updated_at = o.updated_at
FROM outcomes o WHERE fetches.url = o.url
"""


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """An address that was found: how, in which document, and the target day of its capture."""

    identity: Identity
    how: str
    found_in: str | None = None
    target_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """An address to fetch now."""

    url: str
    kind: Kind
    key: str
    page: int
    target_at: dt.datetime | None
    attempts: int
    message_id: str | None = None
    """Of a mail whose key is a number that was resolved."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one attempt at an address; `stored` if it gave a capture."""

    url: str
    state: AddressState
    stored: Stored | None = None
    reason: str | None = None
    error: str | None = None
    retry_at: dt.datetime | None = None


def add_addresses(connection: Connection, found: Sequence[FoundAddress], at: dt.datetime) -> int:
    """Add addresses as due; known ones stay unchanged. Return how many are new."""
    seen: dict[str, FoundAddress] = {}
    for one in found:
        seen.setdefault(one.identity.url, one)
    rows = [
        {
            "url": one.identity.url,
            "kind": one.identity.kind,
            "key": one.identity.key,
            "page": one.identity.page,
            "found_how": one.how,
            "found_in": one.found_in,
            "target_at": one.target_at,
            "state": "due",
            "attempts": 0,
            "updated_at": at,
        }
        for one in seen.values()
    ]
    before = _count(connection, "raw.fetches")
    if rows:
        known = {
            row[0]
            for row in connection.execute(
                "SELECT url FROM raw.fetches WHERE url IN (SELECT unnest(?))", [list(seen)]
            ).fetchall()
        }
        insert(connection, "raw.fetches", [row for row in rows if row["url"] not in known])
    return _count(connection, "raw.fetches") - before


def due_addresses(connection: Connection, at: dt.datetime, *, limit: int = 1_000_000) -> list[Due]:
    """Return the addresses that are due now, issues first, without forgotten ones."""
    rows = connection.execute(
        _DUE
        + """
        -- A pause that was noted later than now was reckoned by a clock that has been set back since.
        WHERE (state = 'due' OR (state = 'paused' AND (retry_at <= $at OR updated_at > $at + INTERVAL 1 MINUTE)))
          AND (f.kind, f.key) NOT IN (SELECT (kind, key) FROM raw.forgotten)
        ORDER BY f.kind <> 'issue', f.key, f.page, f.url LIMIT $limit
        """,
        {"at": at, "limit": limit},
    ).fetchall()
    return [Due(*row) for row in rows]


def record_outcomes(
    connection: Connection,
    outcomes: Sequence[tuple[Identity, Outcome]],
    at: dt.datetime,
) -> None:
    """Write the outcomes of a batch of addresses in one transaction, including captures and refusals."""
    if not outcomes:
        return
    ended = [outcome for _, outcome in outcomes]
    connection.execute("BEGIN")
    try:
        insert(connection, "raw.captures", _capture_rows(outcomes), replace=True)
        connection.execute(
            "DELETE FROM raw.set_aside WHERE step = 'fetch' AND url IN (SELECT unnest(?))", [[one.url for one in ended]]
        )
        insert(connection, "raw.set_aside", _refusal_rows(ended), replace=True)
        connection.execute(_OUTCOMES)
        insert(connection, "outcomes", _state_rows(ended, at))
        connection.execute(_UPDATE)
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def make_due_again(connection: Connection, urls: Sequence[str], at: dt.datetime) -> int:
    """Mark addresses as due that were gone and that an index lists now; return how many."""
    rows = connection.execute(
        """
        UPDATE raw.fetches SET state = 'due', attempts = 0, updated_at = ?
        WHERE state = 'gone' AND url IN (SELECT unnest(?)) RETURNING url
        """,
        [at, list(urls)],
    ).fetchall()
    return len(rows)


def recheck_lost(
    connection: Connection, at: dt.datetime, lost: Sequence[Stored] = (), *, before: dt.datetime | None = None
) -> int:
    """Mark as due again what was gone, refused or set aside, and the addresses of lost captures; return how many.

    With `before`, only what was last tried before that time. A document read from a lost capture is kept until another
    capture is read.
    """
    names = [one.capture_id for one in lost]
    if names:
        for table in ("raw.captures", "raw.set_aside"):
            connection.execute(f"DELETE FROM {table} WHERE capture_id IN (SELECT unnest(?))", [names])
        connection.execute(
            "UPDATE raw.fetches SET state = 'gone', capture_id = NULL WHERE capture_id IN (SELECT unnest(?))", [names]
        )
    rows = connection.execute(
        """
        UPDATE raw.fetches SET state = 'due', attempts = 0, updated_at = $at
        WHERE state IN ('gone', 'refused', 'set_aside') AND ($before IS NULL OR updated_at <= $before) RETURNING url
        """,
        {"at": at, "before": before},
    ).fetchall()
    return len(rows)


def fetch_again(connection: Connection, lost: Sequence[Stored], at: dt.datetime) -> None:
    """Forget captures that are lost and make their addresses due; what was read from them is kept meanwhile."""
    names = [one.capture_id for one in lost]
    for table in ("raw.captures", "raw.set_aside"):
        connection.execute(f"DELETE FROM {table} WHERE capture_id IN (SELECT unnest(?))", [names])
    connection.execute(
        "UPDATE raw.fetches SET state = 'due', attempts = 0, capture_id = NULL, updated_at = ? "
        "WHERE capture_id IN (SELECT unnest(?))",
        [at, names],
    )


def lost_of_kind(connection: Connection, kind: Kind) -> list[Due]:
    """Return the mails or commits that no run could fetch, to be looked for in archives on this machine."""
    rows = connection.execute(
        _DUE
        + """
        WHERE f.kind = ? AND f.state IN ('gone', 'refused', 'set_aside', 'paused')
          AND (f.kind, f.key) NOT IN (SELECT (kind, key) FROM raw.forgotten)
        ORDER BY f.url
        """,
        [kind],
    ).fetchall()
    return [Due(*row) for row in rows]


def pause_mails(connection: Connection, keys: Sequence[str], why: str, until: dt.datetime, at: dt.datetime) -> None:
    """Pause the mails with these keys until the host that they wait for may be asked again."""
    connection.execute(
        """
        UPDATE raw.fetches SET state = 'paused', reason = 'host', last_error = ?, retry_at = ?, updated_at = ?
        WHERE kind = 'mail' AND state IN ('due', 'paused') AND key IN (SELECT unnest(?))
        """,
        [why, until, at, list(keys)],
    )


def resumes_at(connection: Connection, before: dt.datetime) -> dt.datetime | None:
    """Return when the first pause of a host ends, if one ends before a given time."""
    row = connection.execute(
        "SELECT min(retry_at) FROM raw.fetches WHERE state = 'paused' AND reason = 'host' AND retry_at < ?", [before]
    ).fetchone()
    return row[0] if row else None


def listed_parts(connection: Connection, *, since: dt.datetime | None = None) -> set[str]:
    """Return the parts of origins that were listed completely, with `since` only those listed after that time."""
    rows = connection.execute(
        "SELECT name FROM raw.home WHERE name LIKE 'listed %' AND ($since IS NULL OR try_cast(value AS TIMESTAMP) > $since)",
        {"since": since},
    ).fetchall()
    return {name.removeprefix("listed ") for (name,) in rows}


def forget_parts(connection: Connection, parts: Sequence[str], before: dt.datetime) -> None:
    """Forget that these parts were listed, if that was before a given time, so that they are listed again until one run succeeds."""
    connection.execute(
        "DELETE FROM raw.home WHERE name IN (SELECT 'listed ' || unnest(?)) AND try_cast(value AS TIMESTAMP) <= ?",
        [list(parts), before],
    )


def remember_part(connection: Connection, part: str, at: dt.datetime) -> None:
    """Record that a part was listed completely, and is no longer incomplete."""
    connection.execute("INSERT OR REPLACE INTO raw.home VALUES (?, ?)", [f"listed {part}", at.isoformat()])
    connection.execute("DELETE FROM raw.set_aside WHERE step = 'discover' AND url = ?", [part])


def forget_broken(connection: Connection, name: str) -> None:
    """Forget the errors of a file, or of files inside it, when it is listed again: it may have been repaired."""
    connection.execute(
        "DELETE FROM raw.set_aside WHERE step = 'discover' AND (starts_with(url, ?) OR starts_with(url, ?))",
        [f"{name}#", f"{name}/"],
    )


class LedgerCaptures:
    """The captures in the ledger, looked up there; `folder` and `store` hold their files."""

    def __init__(self, connection: Connection, folder: Path, store: Store | None = None) -> None:
        self._connection = connection
        self._folder = folder
        self._stored_sizes = stored_sizes(store)
        self._digests: set[int] | None = None

    def last_offsets(self) -> dict[str, int]:
        """Return the offset of the last capture of each file."""
        return dict(self._connection.execute('SELECT warc, max("offset") FROM raw.captures GROUP BY warc').fetchall())

    def has(self, capture_id: str) -> bool:
        """Return whether a capture is in the ledger."""
        found = "SELECT 1 FROM raw.captures WHERE capture_id = ?"
        return self._connection.execute(found, [capture_id]).fetchone() is not None

    def with_body(self, digest: str) -> Stored | None:
        """Return a capture with this body whose file is there, None if there is none.

        Only the hashes of the digests that the ledger had at first are kept in memory.
        """
        if self._digests is None:
            self._digests = set(map(hash, self._all_digests()))
        if hash(digest) not in self._digests:
            return None
        return next((one for one in self._stored("digest = ?", digest) if self._size(one.warc) > one.offset), None)

    def lost(self) -> list[Stored]:
        """Return the captures whose files do not reach beyond their offset."""
        lost = []
        for name, last in self.last_offsets().items():
            size = self._size(name)
            if last >= size:
                lost += self._stored('warc = ? AND "offset" >= ?', name, size)
        return lost

    def _size(self, name: str) -> int:
        path = self._folder / name
        return path.stat().st_size if path.is_file() else self._stored_sizes.get(name, 0)

    def _all_digests(self) -> Iterator[str]:
        answer = self._connection.execute("SELECT digest FROM raw.captures")
        while rows := answer.fetchmany(10_000):
            yield from (digest for (digest,) in rows)

    def _stored(self, condition: str, *values: object) -> list[Stored]:
        rows = self._connection.execute(f"SELECT {STORED} FROM raw.captures WHERE {condition}", values).fetchall()
        return [Stored(*row) for row in rows]


def known_captures(connection: Connection) -> list[Stored]:
    """Return every capture in the ledger."""
    rows = connection.execute(f"SELECT {STORED} FROM raw.captures").fetchall()
    return [Stored(*row) for row in rows]


def _capture_rows(outcomes: Sequence[tuple[Identity, Outcome]]) -> list[Row]:
    return [
        {
            **asdict(outcome.stored),
            "capture_id": outcome.stored.capture_id,
            "kind": identity.kind,
            "key": identity.key,
            "page": identity.page,
        }
        for identity, outcome in outcomes
        if outcome.stored is not None
    ]


def _refusal_rows(outcomes: Sequence[Outcome]) -> list[Row]:
    return [
        {"url": outcome.url, "step": "fetch", "reason": outcome.reason or outcome.state, "detail": outcome.error or ""}
        for outcome in outcomes
        if outcome.state in ("refused", "set_aside")
    ]


def _state_rows(outcomes: Sequence[Outcome], at: dt.datetime) -> list[Row]:
    return [
        {
            "url": outcome.url,
            "state": outcome.state,
            "reason": outcome.reason,
            "last_error": outcome.error,
            "retry_at": outcome.retry_at,
            "capture_id": outcome.stored.capture_id if outcome.stored else None,
            "updated_at": at,
        }
        for outcome in outcomes
    ]


def _count(connection: Connection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])
