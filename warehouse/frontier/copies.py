"""Copies: of several documents that are copies of one page, one represents the others."""

from warehouse.connection import Connection

# Documents of a kind are copies if they share a key or an alias (a Message-ID, a sha), or if they are mails or blog posts of
# one author and title sent in the same minute: not every mail archive shows the Message-ID, and blogs move. Articles of The H
# were renumbered in 2009 and print their minute: of one title and minute, they are one article, also if one lacks its byline.
# An issue that has more of its pages represents one that has fewer.
_FIND = """
WITH ranked AS (
    SELECT d.*, row_number() OVER (
        ORDER BY i.pages DESC NULLS LAST, CASE WHEN d.kind = 'issue' THEN d.words END DESC NULLS LAST, d.document_id
    ) AS rank
    FROM raw.documents d LEFT JOIN raw.issues i USING (document_id)
), names AS (
    SELECT rank, kind, key AS name FROM ranked
    UNION
    SELECT rank, kind, unnest(aliases) FROM ranked
    UNION
    SELECT
        rank, kind,
        concat_ws(' ', 'sent', date_trunc('minute', published_at - to_minutes(coalesce(utc_offset_min, 0))),
            lower(author), lower(title))
    FROM ranked
    WHERE kind IN ('mail', 'blog') AND author IS NOT NULL AND published_precision = 'minute'
    UNION
    SELECT rank, kind, concat_ws(' ', 'printed', starts_with(key, 'de:'), date_trunc('minute', published_at), lower(title))
    FROM ranked
    WHERE kind = 'issue' AND published_precision = 'minute' AND published_from = 'printed'
), firsts AS (
    SELECT kind, name, min(rank) AS first FROM names GROUP BY ALL HAVING count(*) > 1
), nearest AS (
    SELECT n.rank, min(f.first) AS first FROM names n JOIN firsts f USING (kind, name) GROUP BY n.rank
)
SELECT copy.document_id, original.document_id AS same_as
FROM nearest n
JOIN nearest f ON f.rank = n.first
JOIN ranked copy ON copy.rank = n.rank
JOIN ranked original ON original.rank = n.first
WHERE n.rank <> n.first AND f.first = f.rank
"""


def find_copies(connection: Connection) -> int:
    """Write to `raw.mirrors` which document represents which copies; return the number of copies."""
    connection.execute("BEGIN")
    connection.execute("DELETE FROM raw.mirrors")
    row = connection.execute(f"INSERT INTO raw.mirrors {_FIND}").fetchone()
    connection.execute("COMMIT")
    return int(row[0]) if row else 0
