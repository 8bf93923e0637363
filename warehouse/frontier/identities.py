"""Applies the current address rules to stored addresses."""

from collections.abc import Callable

import pyarrow as pa

from warehouse.connection import Connection
from warehouse.load import drop_documents
from warehouse.records import Identity

Identify = Callable[[str], Identity | None]

_ADDRESSES = "SELECT url, kind, key FROM raw.fetches UNION SELECT url, kind, key FROM raw.captures"
_LINKS = "SELECT DISTINCT document_id, href, kind, key FROM raw.links"


def identify_again(connection: Connection, identify: Identify, made_with: str) -> int:
    """Set the kind and key of each address and its captures to those that `identify` finds; return how many addresses changed.

    Pages of changed addresses are read again, and so are pages that link to them, because a stored link has lost its fragment.
    Do nothing if `made_with`, the version of the rules, is unchanged.
    """
    row = connection.execute("SELECT value FROM raw.home WHERE name = 'identified_with'").fetchone()
    if row == (made_with,):
        return 0
    changed = []
    for url, kind, key in connection.execute(_ADDRESSES).fetchall():
        found = identify(url)
        if found is not None and (found.kind, found.key) != (kind, key):
            changed.append({"url": url, "old_kind": kind, "old_key": key, "kind": found.kind, "key": found.key})
    _rename(connection, changed)
    _read_again(connection, _documents_with_other_links(connection, identify))
    connection.execute("INSERT OR REPLACE INTO raw.home VALUES ('identified_with', ?)", [made_with])
    return len({one["url"] for one in changed})


def _rename(connection: Connection, changed: list[dict[str, str]]) -> None:
    if not changed:
        return
    connection.register("renamed", pa.Table.from_pylist(changed))
    stale = "(kind, key) IN (SELECT (old_kind, old_key) FROM renamed)"
    # The pages of a feature are joined again, from what the pages say.
    connection.execute("""
        UPDATE raw.captures SET parsed_with = NULL WHERE kind = 'issue' AND key IN (
            SELECT unnest([key, lead_key]) FROM raw.feature_pages
            WHERE key IN (SELECT old_key FROM renamed WHERE old_kind = 'issue')
        )
    """)
    connection.execute(
        "DELETE FROM raw.feature_pages WHERE key IN (SELECT old_key FROM renamed WHERE old_kind = 'issue')"
    )
    names = [row[0] for row in connection.execute(f"SELECT document_id FROM raw.documents WHERE {stale}").fetchall()]
    drop_documents(connection, names)
    connection.execute(f"UPDATE raw.captures SET parsed_with = NULL WHERE {stale}")
    connection.execute(
        "INSERT OR REPLACE INTO raw.forgotten BY NAME SELECT DISTINCT r.kind, r.key, f.url, f.forgotten_at "
        "FROM raw.forgotten f JOIN renamed r ON f.kind = r.old_kind AND f.key = r.old_key"
    )
    for table in ("fetches", "captures"):
        connection.execute(
            f"UPDATE raw.{table} SET kind = r.kind, key = r.key FROM renamed r WHERE {table}.url = r.url"
        )
    connection.unregister("renamed")


def _documents_with_other_links(connection: Connection, identify: Identify) -> list[str]:
    names = set()
    for name, href, kind, key in connection.execute(_LINKS).fetchall():
        found = identify(href)
        if found is not None and (found.kind, found.key) != (kind, key):
            names.add(name)
    return sorted(names)


def _read_again(connection: Connection, names: list[str]) -> None:
    connection.execute(
        "UPDATE raw.captures SET parsed_with = NULL WHERE capture_id IN "
        "(SELECT unnest(capture_ids) FROM raw.documents WHERE document_id IN (SELECT unnest(?)))",
        [names],
    )
