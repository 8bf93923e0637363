"""Copies: of several documents that are copies of one page, one represents the others."""

from warehouse.connection import Connection

# Documents of a kind are copies if they share a key or an alias (a Message-ID, a sha), or if they are mails or blog posts of
# one author and title sent in the same minute: not every mail archive shows the Message-ID, and blogs move.
_FIND = """
WITH names AS (
    SELECT document_id, kind, key AS name FROM raw.documents
    UNION
    SELECT document_id, kind, unnest(aliases) FROM raw.documents
    UNION
    SELECT
        document_id, kind,
        concat_ws(' ', 'sent', date_trunc('minute', published_at - to_minutes(coalesce(utc_offset_min, 0))),
            lower(author), lower(title))
    FROM raw.documents
    WHERE kind IN ('mail', 'blog') AND author IS NOT NULL AND published_precision = 'minute'
), firsts AS (
    SELECT kind, name, min(document_id) AS first FROM names GROUP BY ALL HAVING count(*) > 1
), nearest AS (
    SELECT n.document_id, min(f.first) AS first FROM names n JOIN firsts f USING (kind, name) GROUP BY n.document_id
)
SELECT n.document_id, n.first AS same_as
FROM nearest n JOIN nearest f ON f.document_id = n.first
WHERE n.document_id <> n.first AND f.first = f.document_id
"""


def find_copies(connection: Connection) -> int:
    """Write to `raw.mirrors` which document represents which copies; return the number of copies."""
    connection.execute("BEGIN")
    connection.execute("DELETE FROM raw.mirrors")
    row = connection.execute(f"INSERT INTO raw.mirrors {_FIND}").fetchone()
    connection.execute("COMMIT")
    return int(row[0]) if row else 0
