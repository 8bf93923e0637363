"""Taking a thing out for good."""

import datetime as dt

from warehouse.connection import Connection
from warehouse.load import drop_documents
from warehouse.records import Identity


def forget_thing(connection: Connection, identity: Identity, at: dt.datetime) -> int:
    """Drop the documents of a thing and remember never to fetch or read it again; how many were there comes back."""
    rows = connection.execute(
        "SELECT document_id, key FROM raw.documents WHERE kind = $kind AND (key = $key OR list_contains(aliases, $key))",
        {"kind": identity.kind, "key": identity.key},
    ).fetchall()
    for key in {identity.key, *(key for _, key in rows)}:
        connection.execute(
            "INSERT OR REPLACE INTO raw.forgotten VALUES (?, ?, ?, ?)", [identity.kind, key, identity.url, at]
        )
    drop_documents(connection, [name for name, _ in rows])
    return len(rows)
