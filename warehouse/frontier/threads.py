"""Threads: which mail of the archive answers which, and the cited mails whose threads mail archives are searched for."""

from collections.abc import Sequence
from dataclasses import dataclass

from warehouse.connection import Connection

_UNCITED = ("thread", "mail")  # how addresses of mails were found that nothing names

# Copies of a mail are one mail, found by every Message-ID and key that any of them has.
_MAILS = """
CREATE OR REPLACE TEMP TABLE mails AS
SELECT
    coalesce(m.same_as, d.document_id) AS mail, d.key, d.aliases,
    d.published_at - to_minutes(coalesce(d.utc_offset_min, 0)) AS sent_at,
    list_filter(
        list_append(from_json(d.facts -> 'references', '["VARCHAR"]'), d.facts ->> 'in_reply_to'), lambda name: name IS NOT NULL
    ) AS answered
FROM raw.documents d LEFT JOIN raw.mirrors m USING (document_id)
WHERE d.kind = 'mail'
"""
_NAMES = """
CREATE OR REPLACE TEMP TABLE names AS
SELECT name, min(mail) AS mail FROM (SELECT mail, key AS name FROM mails UNION ALL SELECT mail, unnest(aliases) FROM mails)
GROUP BY name
"""
# The parent is the nearest mail above that the archive has: the mail that In-Reply-To names, else the last one of References.
_REPLIES = """
CREATE OR REPLACE TEMP TABLE replies AS
WITH answered AS (
    SELECT mail, unnest(list_reverse(answered)) AS name, generate_subscripts(answered, 1) AS distance FROM mails
), parents AS (
    SELECT a.mail, n.mail AS parent FROM answered a JOIN names n USING (name) WHERE n.mail <> a.mail
    QUALIFY row_number() OVER (PARTITION BY a.mail ORDER BY a.distance, n.mail) = 1
), oldest AS (
    SELECT mail, max_by(name, (distance, name)) AS name FROM answered GROUP BY mail
), own AS (
    SELECT mail, min_by(name, (NOT contains(name, '@'), name)) AS name, min(sent_at) AS sent_at
    FROM mails JOIN names USING (mail) GROUP BY mail
)
SELECT
    own.mail, p.parent, own.sent_at,
    CASE WHEN o.name IN (SELECT name FROM names) THEN own.name ELSE coalesce(o.name, own.name) END AS thread_id
FROM own LEFT JOIN parents p USING (mail) LEFT JOIN oldest o USING (mail)
"""
_WALK = """
CREATE OR REPLACE TEMP TABLE walk AS
SELECT mail, coalesce(parent, mail) AS above, (parent IS NOT NULL)::INTEGER AS depth FROM replies
"""
_WALK_ON = """
CREATE OR REPLACE TEMP TABLE walk AS
SELECT w.mail, a.above, w.depth + a.depth AS depth FROM walk w JOIN walk a ON a.mail = w.above
"""
_UNENDED = "SELECT w.mail FROM walk w JOIN replies r ON r.mail = w.above WHERE r.parent IS NOT NULL"
# In every loop some mail answers one that was not sent before it.
_CUT_LOOPS = f"""
UPDATE replies SET parent = NULL FROM replies p
WHERE p.mail = replies.parent AND replies.mail IN ({_UNENDED})
  AND (coalesce(p.sent_at, 'infinity'), p.mail) >= (coalesce(replies.sent_at, 'infinity'), replies.mail)
"""
_THREADS = """
INSERT INTO raw.threads BY NAME
SELECT w.mail AS document_id, r.thread_id, a.parent AS parent_document_id, w.depth
FROM walk w JOIN replies a ON a.mail = w.mail JOIN replies r ON r.mail = w.above
"""
_CITED = f"""
SELECT coalesce(m.same_as, d.document_id) AS document_id, list_append(d.aliases, d.key),
    list_append(from_json(d.facts -> 'references', '["VARCHAR"]'), d.facts ->> 'in_reply_to')
FROM raw.documents d LEFT JOIN raw.mirrors m USING (document_id)
WHERE d.kind = 'mail' AND (
    EXISTS (SELECT 1 FROM raw.fetches f WHERE f.kind = 'mail' AND f.key = d.key AND f.found_how NOT IN {_UNCITED})
    OR EXISTS (
        SELECT 1 FROM raw.links l JOIN raw.documents i ON i.document_id = l.document_id AND i.kind = 'issue'
        WHERE l.target_document_id = coalesce(m.same_as, d.document_id)
    )
)
ORDER BY d.document_id
"""

_KNOWN = """
SELECT key FROM raw.fetches WHERE kind = 'mail' AND key IN (SELECT unnest($names))
UNION SELECT key FROM raw.forgotten WHERE kind = 'mail' AND key IN (SELECT unnest($names))
UNION SELECT name FROM (SELECT unnest(aliases) AS name FROM raw.documents WHERE kind = 'mail') WHERE name IN (SELECT unnest($names))
"""


@dataclass(frozen=True, slots=True)
class CitedMail:
    """A mail that something cites: the Message-IDs and keys that name it, and those of the mails above it, the first first."""

    document_id: str
    names: tuple[str, ...]
    answered: tuple[str, ...]


def find_threads(connection: Connection) -> int:
    """Write to `raw.threads` which mail each mail answers; return the number of mails.

    A mail without a parent in the archive begins a thread, or belongs to that of the first mail that its References name. A loop is
    cut at mails that answer one that was not sent before them.
    """
    for statement in (_MAILS, _NAMES, _REPLIES):
        connection.execute(statement)
    if not _walk_up(connection):
        connection.execute(_CUT_LOOPS)
        _walk_up(connection)
    connection.execute("BEGIN")
    connection.execute("DELETE FROM raw.threads")
    row = connection.execute(_THREADS).fetchone()
    connection.execute("COMMIT")
    for table in ("mails", "names", "replies", "walk"):
        connection.execute(f"DROP TABLE temp.{table}")
    return int(row[0]) if row else 0


def cited_mails(connection: Connection) -> list[CitedMail]:
    """Return the mails that were asked for or that an issue links to, not those that were taken in with them."""
    rows = connection.execute(_CITED).fetchall()
    return [
        CitedMail(document_id, tuple(filter(None, names)), tuple(filter(None, answered or ())))
        for document_id, names, answered in rows
    ]


def known_mails(connection: Connection, names: Sequence[str]) -> set[str]:
    """Return which of these Message-IDs the ledger or a document has, or were forgotten."""
    rows = connection.execute(_KNOWN, {"names": list(names)}).fetchall()
    return {name for (name,) in rows}


def _walk_up(connection: Connection) -> bool:
    """Follow each mail to the beginning of its thread, twice as far with each step; return whether all begin somewhere."""
    connection.execute(_WALK)
    row = connection.execute("SELECT count(*) FROM walk").fetchone()
    for _ in range(int(row[0]).bit_length() if row else 0):
        if connection.execute(f"SELECT count(*) FROM ({_UNENDED})").fetchone() == (0,):
            return True
        connection.execute(_WALK_ON)
    return connection.execute(f"SELECT count(*) FROM ({_UNENDED})").fetchone() == (0,)
