"""What differs between two releases: documents, links and topics that came, went or changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from warehouse.connection import Connection, open_two_releases

# Per thing: what identifies it, what is shown of it, and what is compared, each an expression over one release's tables.
# A link is identified by its place among the equal links of its document, because link ids count places in the page.
_THINGS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "documents": (
        "SELECT *, document_id AS name, concat_ws('  ', kind, title, url) AS shown FROM {r}.main.documents",
        {"title": "title", "date": "published_at", "author": "author", "text": "text", "address": "url"},
    ),
    "links": (
        """
        SELECT l.*, concat_ws(' ', l.document_id, href,
                row_number() OVER (PARTITION BY l.document_id, href ORDER BY position)) AS name,
            concat_ws('  ', href, 'in ' || d.title) AS shown
        FROM {r}.main.links l JOIN {r}.main.documents d USING (document_id)
        """,
        {"status": "status", "target": "target_document_id"},
    ),
    "topics": (
        """
        SELECT topic_id AS name, concat_ws('  ', topic_id, t.name) AS shown, t.name AS title, parent_id, aliases, (
            SELECT count(DISTINCT document_id) FROM {r}.main.mentions WHERE entity_type = 'topic' AND entity_id = topic_id
        ) AS documents
        FROM {r}.main.topics t
        """,
        {"name": "title", "parent": "parent_id", "aliases": "aliases", "documents": "documents"},
    ),
}


@dataclass(frozen=True, slots=True)
class Change:
    """A thing that came, went or changed; `fields` names what changed, with both values where they are short."""

    name: str
    shown: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs in one kind of thing: how many came, went and changed, and the first of each."""

    counts: Mapping[str, int]
    came: tuple[Change, ...]
    went: tuple[Change, ...]
    changed: tuple[Change, ...]


def compare_releases(old: Path, new: Path, *, limit: int) -> dict[str, Difference]:
    """Return the differences by kind of thing (documents, links, topics), with at most `limit` of each listed.

    Raises:
        ArchiveMissing, ArchiveMismatch: a release cannot be read.
    """
    with open_two_releases(old, new) as both:
        return {thing: _compare(both, thing, limit) for thing in _THINGS}


def _compare(both: Connection, thing: str, limit: int) -> Difference:
    select, fields = _THINGS[thing]
    for release in ("old", "new"):
        both.execute(f"CREATE OR REPLACE TEMP VIEW {release}_things AS {select.format(r=release)}")
    differs = [
        f"CASE WHEN o.{column} IS DISTINCT FROM n.{column} THEN {_both_values(field, column)} END"
        for field, column in fields.items()
    ]
    found = both.execute(
        f"""
        SELECT coalesce(n.name, o.name) AS name, coalesce(n.shown, o.shown),
            CASE WHEN o.name IS NULL THEN 'came' WHEN n.name IS NULL THEN 'went' ELSE 'changed' END AS what,
            list_filter([{", ".join(differs)}], lambda one: one IS NOT NULL) AS fields,
            count(*) OVER (PARTITION BY what) AS number
        FROM old_things o FULL JOIN new_things n ON n.name = o.name
        WHERE o.name IS NULL OR n.name IS NULL OR len(fields) > 0
        QUALIFY row_number() OVER (PARTITION BY what ORDER BY coalesce(n.shown, o.shown), coalesce(n.name, o.name)) <= ?
        ORDER BY 3, 2, 1
        """,
        [limit],
    ).fetchall()
    listed: dict[str, list[Change]] = {"came": [], "went": [], "changed": []}
    counts: dict[str, Any] = dict.fromkeys(listed, 0)
    for name, shown, what, changed, number in found:
        listed[what].append(Change(name, shown, tuple(changed) if what == "changed" else ()))
        counts[what] = number
    return Difference(counts, *(tuple(listed[what]) for what in ("came", "went", "changed")))


def _both_values(field: str, column: str) -> str:
    """Return an expression for what changed in a field: its values, or for a text its name alone."""
    if field == "text":
        return "'text'"
    values = " || ' -> ' || ".join(f"coalesce(left({release}.{column}::VARCHAR, 60), 'none')" for release in ("o", "n"))
    return f"'{field} ' || {values}"
