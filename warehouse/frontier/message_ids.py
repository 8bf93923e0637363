"""Numbers of mails at gmane and the Message-IDs that they were resolved to."""

import datetime as dt
from collections.abc import Mapping

from warehouse.connection import Connection
from warehouse.load import insert

_NUMBER = r"^gmane\.[A-Za-z0-9_.+-]{1,200}/[0-9]{1,8}$"


def keep_message_ids(
    connection: Connection, found: Mapping[str, str | None], how: str, where: str, at: dt.datetime
) -> None:
    """Store Message-IDs by key (`gmane.linux.kernel/1129793`), None for an article that does not exist; later ones replace."""
    rows = [
        {"key": key, "message_id": name, "found_how": how, "found_in": where, "found_at": at}
        for key, name in found.items()
    ]
    insert(connection, "raw.message_ids", rows, replace=True)


def numbers_to_resolve(connection: Connection, at: dt.datetime) -> list[str]:
    """Return the keys of mails at gmane that have no capture, are not paused and were not resolved, in order."""
    rows = connection.execute(
        """
        SELECT DISTINCT key FROM raw.fetches f
        WHERE kind = 'mail' AND state <> 'done' AND (state <> 'paused' OR retry_at <= $at)
          AND regexp_matches(key, $number)
          AND NOT EXISTS (SELECT 1 FROM raw.message_ids m WHERE m.key = f.key)
          AND (kind, key) NOT IN (SELECT (kind, key) FROM raw.forgotten)
        ORDER BY key
        """,
        {"at": at, "number": _NUMBER},
    ).fetchall()
    return [key for (key,) in rows]


def ask_again(connection: Connection) -> None:
    """Forget which articles do not exist, so that they are asked for again."""
    connection.execute("DELETE FROM raw.message_ids WHERE message_id IS NULL")
