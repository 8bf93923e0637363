"""Permanent removal of a document."""

import datetime as dt

from warehouse.connection import Connection
from warehouse.load import drop_documents
from warehouse.records import Identity

# A thing's documents: those with its key, their copies, and the documents they are copies of.
_DOCUMENTS = """
WITH things AS (
    SELECT d.*, coalesce(m.same_as, d.document_id) AS thing
    FROM raw.documents d LEFT JOIN raw.mirrors m USING (document_id)
)
SELECT document_id, key FROM things
WHERE thing IN (SELECT thing FROM things WHERE kind = $kind AND (key = $key OR list_contains(aliases, $key)))
"""


def forget_thing(connection: Connection, identity: Identity, at: dt.datetime) -> int:
    """Delete the documents of a thing, never to be fetched or read again; return how many there were."""
    rows = connection.execute(_DOCUMENTS, {"kind": identity.kind, "key": identity.key}).fetchall()
    for key in {identity.key, *(key for _, key in rows)}:
        connection.execute(
            "INSERT OR REPLACE INTO raw.forgotten VALUES (?, ?, ?, ?)", [identity.kind, key, identity.url, at]
        )
    drop_documents(connection, [name for name, _ in rows])
    return len(rows)
