"""A topic, person, project or kernel release: what the archive has about it, and where it names it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from warehouse.catalog.documents import CARD, Card, as_card
from warehouse.catalog.introductions import Introduction, find_introduction
from warehouse.catalog.reader import Catalog
from warehouse.catalog.turning_points import TurningPoint, find_turning_points
from warehouse.topic_tree import MEMBERS

EntityType = Literal["topic", "person", "project", "kernel_release"]

COMPANIONS = 12  # of each type
SOURCES = 20


@dataclass(frozen=True, slots=True)
class Named:
    """A topic, person, project or kernel release; `documents` counts the documents of the list that it stands in."""

    entity_type: EntityType
    entity_id: str
    name: str
    documents: int = 0


@dataclass(frozen=True, slots=True)
class Attention:
    """Documents of a month, or of a whole year for those dated by year only (`month` is None): about it, naming it, all."""

    year: int
    month: int | None
    about: int
    naming: int
    documents: int


@dataclass(frozen=True, slots=True)
class AboutLine:
    """A document about it, and why: `title`, `heading`, `lead` or `share`, as in the mart `subjects`."""

    card: Card
    reason: str
    mentions: int


@dataclass(frozen=True, slots=True)
class Source:
    """An address that sentences naming it link to; `title` and `document_id` are set if the archive has the document."""

    href: str
    kind: str
    status: str
    citing: int
    document_id: str | None
    title: str | None


@dataclass(frozen=True, slots=True)
class EntityPage:
    """Everything that its page shows. Documents are newest first, undated ones last; `written` is a person's own.

    `members` are the ids that count as this one: a topic's includes those of the topics below it.
    """

    entity_type: EntityType
    entity_id: str
    name: str
    aliases: tuple[str, ...]
    members: tuple[str, ...]
    parent: Named | None
    children: tuple[Named, ...]
    introduction: Introduction | None
    attention: tuple[Attention, ...]
    about: tuple[AboutLine, ...]
    naming: tuple[Card, ...]
    written: tuple[Card, ...]
    companions: tuple[Named, ...]
    sources: tuple[Source, ...]
    points: tuple[TurningPoint, ...]


def read_entity(reader: Catalog, entity_type: EntityType, entity_id: str) -> EntityPage | None:
    """Return the page of a topic, person, project or kernel release; None if the archive does not know it.

    `naming` holds the documents that name it without being about it, and without those that it wrote.
    """
    found = reader.rows(
        "SELECT name, aliases FROM named WHERE entity_type = $type AND entity_id = $id",
        {"type": entity_type, "id": entity_id},
    )
    if not found:
        return None
    members = _members(reader, entity_id) if entity_type == "topic" else (entity_id,)
    asked = {"type": entity_type, "ids": list(members)}
    about = _about(reader, asked)
    written = _written(reader, entity_id) if entity_type == "person" else ()
    apart = {line.card.document_id for line in about} | {card.document_id for card in written}
    aliases = tuple(found[0]["aliases"])
    return EntityPage(
        entity_type=entity_type,
        entity_id=entity_id,
        name=found[0]["name"],
        aliases=aliases,
        members=members,
        parent=_parent(reader, entity_id) if entity_type == "topic" else None,
        children=_children(reader, entity_id) if entity_type == "topic" else (),
        introduction=find_introduction(reader, entity_type, entity_id, found[0]["name"]),
        attention=_attention(reader, asked),
        about=tuple(line for line in about if entity_type != "person" or line.card not in written),
        naming=tuple(card for card in _naming(reader, asked) if card.document_id not in apart),
        written=written,
        companions=_companions(reader, asked),
        sources=_sources(reader, asked),
        points=find_turning_points(reader, asked),
    )


def find_entity(reader: Catalog, text: str) -> Named | None:
    """Return the topic, person, project or kernel release with this id, name or other spelling; None for none or several people."""
    if not reader.has_table("named"):  # a release of an older version
        return None
    rows = reader.rows(
        """
        SELECT entity_type, entity_id, name FROM named
        WHERE lower($text) IN (lower(entity_id), lower(name)) OR list_contains(list_transform(aliases, a -> lower(a)), lower($text))
        ORDER BY entity_type <> 'topic', entity_type, entity_id
        """,
        {"text": text.strip()},
    )
    people = [row for row in rows if row["entity_type"] == "person"]
    if not rows or len(people) > 1:
        return None
    return Named(**rows[0])


def _members(reader: Catalog, topic_id: str) -> tuple[str, ...]:
    rows = reader.rows(
        f"WITH RECURSIVE {MEMBERS} SELECT member_id FROM members WHERE topic_id = $id ORDER BY member_id <> $id, member_id",
        {"id": topic_id},
    )
    return tuple(row["member_id"] for row in rows)


def _parent(reader: Catalog, topic_id: str) -> Named | None:
    rows = reader.rows(
        """SELECT 'topic' AS entity_type, p.topic_id AS entity_id, p.name
        FROM topics t JOIN topics p ON p.topic_id = t.parent_id WHERE t.topic_id = $id""",
        {"id": topic_id},
    )
    return Named(**rows[0]) if rows else None


def _children(reader: Catalog, topic_id: str) -> tuple[Named, ...]:
    rows = reader.rows(
        """SELECT 'topic' AS entity_type, t.topic_id AS entity_id, t.name, count(DISTINCT s.document_id) AS documents
        FROM topics t JOIN subjects s ON s.entity_type = 'topic' AND s.entity_id = t.topic_id
        WHERE t.parent_id = $id GROUP BY ALL ORDER BY documents DESC, t.name""",
        {"id": topic_id},
    )
    return tuple(Named(**row) for row in rows)


def _attention(reader: Catalog, asked: Mapping[str, Any]) -> tuple[Attention, ...]:
    rows = reader.rows(
        """
        WITH naming AS (SELECT DISTINCT document_id FROM mentions WHERE entity_type = $type AND entity_id IN $ids),
        about AS (SELECT DISTINCT document_id FROM subjects WHERE entity_type = $type AND entity_id IN $ids)
        SELECT year(d.published_at) AS year, CASE WHEN d.published_precision = 'year' THEN NULL ELSE month(d.published_at) END AS month,
            count(a.document_id) AS about, count(n.document_id) AS naming, count(*) AS documents
        FROM documents d LEFT JOIN naming n USING (document_id) LEFT JOIN about a USING (document_id)
        WHERE d.published_at IS NOT NULL GROUP BY ALL ORDER BY year, month NULLS FIRST
        """,
        asked,
    )
    return tuple(Attention(**row) for row in rows)


def _about(reader: Catalog, asked: Mapping[str, Any]) -> tuple[AboutLine, ...]:
    rows = reader.rows(
        f"""
        SELECT {CARD}, s.reason, s.mentions FROM (
            SELECT document_id, sum(mentions)::BIGINT AS mentions,
                min_by(reason, list_position(['title', 'heading', 'lead', 'share'], reason)) AS reason
            FROM subjects WHERE entity_type = $type AND entity_id IN $ids GROUP BY document_id
        ) s JOIN documents d USING (document_id)
        ORDER BY d.published_at DESC NULLS LAST, d.document_id
        """,
        asked,
    )
    return tuple(AboutLine(as_card(row), row["reason"], row["mentions"]) for row in rows)


def _naming(reader: Catalog, asked: Mapping[str, Any]) -> tuple[Card, ...]:
    rows = reader.rows(
        f"""
        SELECT {CARD} FROM documents d
        WHERE d.document_id IN (SELECT document_id FROM mentions WHERE entity_type = $type AND entity_id IN $ids)
        ORDER BY d.published_at DESC NULLS LAST, d.document_id
        """,
        asked,
    )
    return tuple(as_card(row) for row in rows)


def _written(reader: Catalog, person_id: str) -> tuple[Card, ...]:
    rows = reader.rows(
        f"""
        SELECT {CARD} FROM documents d JOIN authors a USING (document_id) WHERE a.person_id = $id
        ORDER BY d.published_at DESC NULLS LAST, d.document_id
        """,
        {"id": person_id},
    )
    return tuple(as_card(row) for row in rows)


def _companions(reader: Catalog, asked: Mapping[str, Any]) -> tuple[Named, ...]:
    rows = reader.rows(
        f"""
        WITH here AS (SELECT DISTINCT passage_id FROM mentions WHERE entity_type = $type AND entity_id IN $ids),
        own AS (SELECT lower(name) AS name FROM named WHERE entity_type = $type AND entity_id IN $ids)
        SELECT m.entity_type, m.entity_id, n.name, count(DISTINCT m.document_id) AS documents
        FROM mentions m JOIN here USING (passage_id) JOIN named n USING (entity_type, entity_id)
        WHERE NOT (m.entity_type = $type AND m.entity_id IN $ids) AND lower(n.name) NOT IN (SELECT name FROM own)
        GROUP BY m.entity_type, m.entity_id, n.name
        QUALIFY row_number() OVER (PARTITION BY m.entity_type ORDER BY documents DESC, n.name) <= {COMPANIONS}
        ORDER BY m.entity_type, documents DESC, n.name
        """,
        asked,
    )
    return tuple(Named(**row) for row in rows)


def _sources(reader: Catalog, asked: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return what sentences link to that name it: as a whole word where they first have it, so not 2.6.33 in 2.6.33.1."""
    rows = reader.rows(
        rf"""
        WITH spelled AS (
            SELECT DISTINCT m.document_id, p.section_id, m.surface FROM mentions m JOIN passages p USING (passage_id)
            WHERE m.entity_type = $type AND m.entity_id IN $ids
        ),
        near AS (
            SELECT l.href, l.kind, l.status, l.document_id, l.target_document_id, l.sentence,
                strpos(l.sentence, s.surface) AS first, strpos(l.sentence, s.surface) + length(s.surface) AS after
            FROM links l JOIN spelled s ON l.document_id = s.document_id AND l.section_id = s.section_id
            WHERE contains(l.sentence, s.surface)
        ),
        naming AS (
            SELECT * FROM near
            WHERE NOT (first > 1 AND regexp_matches(substring(sentence, first - 1, 1), '[\pL\pN_.]'))
                AND NOT regexp_matches(substring(sentence, after, 2), CASE $type WHEN 'kernel_release' THEN '^([\pL\pN_-]|[.][\pL\pN])'
                    ELSE '^[\pL\pN_]' END)
        )
        SELECT n.href, any_value(n.kind) AS kind, any_value(n.status) AS status, count(DISTINCT n.document_id) AS citing,
            any_value(t.document_id) AS document_id, any_value(t.title) AS title
        FROM naming n LEFT JOIN documents t ON t.document_id = n.target_document_id
        GROUP BY n.href ORDER BY citing DESC, title NULLS LAST, n.href LIMIT {SOURCES}
        """,
        asked,
    )
    return tuple(Source(**row) for row in rows)


def years_of(attention: Sequence[Attention]) -> tuple[Attention, ...]:
    """Return the attention by year, from the first to the last year with a document that names it; empty years stand as zeros."""
    sums: dict[int, list[int]] = {}
    for one in attention:
        row = sums.setdefault(one.year, [0, 0, 0])
        for place, number in enumerate((one.about, one.naming, one.documents)):
            row[place] += number
    named = [year for year, row in sums.items() if row[1]]
    if not named:
        return ()
    return tuple(Attention(year, None, *sums.get(year, (0, 0, 0))) for year in range(min(named), max(named) + 1))
