"""Documents as cards in a list, and as whole documents with what they cite and what cites them."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from warehouse.catalog.mentions import MentionPlace, read_first_mentions
from warehouse.catalog.patches import PatchEnd, read_patches
from warehouse.catalog.reader import Catalog
from warehouse.catalog.translations import Translation, read_translations
from warehouse.html_table import html_table

# As much of a source's text as a reader compares with the citing sentence; the rest is one click away.
EXCERPT = 2_500


@dataclass(frozen=True, slots=True)
class Card:
    """A document in a list; `topics` are the ids of those it is about, first those of the passage shown, then by reason."""

    document_id: str
    kind: str
    url: str
    memento_url: str | None
    site: str
    title: str
    author: str | None
    published_at: dt.datetime | None
    published_precision: str | None
    words: int
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section with its bullets as ranges in its text: (group, start, end)."""

    section_id: str
    heading: str | None
    role: str
    text: str
    char_start: int
    bullets: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """A link; `target` and `excerpt` (the beginning of the source's text) are set if the archive has the source."""

    section_id: str
    position: int
    anchor: str
    sentence: str
    href: str
    kind: str
    status: str
    target: Card | None = None
    excerpt: str = ""


@dataclass(frozen=True, slots=True)
class CaptureCard:
    """The location of a page's capture, as text that identifies the record."""

    url: str
    page: int
    origin: str
    warc: str
    offset: int
    digest: str
    captured_at: dt.datetime
    memento_url: str | None


@dataclass(frozen=True, slots=True)
class DocumentPage:
    """Everything shown of one document; `cited_by` pairs a citing document with its sentence.

    `translation` is the same issue in the other language, if the archive has it; `patches` are the commits that a mail became, or the
    mails that a commit was; `named` are the things with a page of their own.
    """

    card: Card
    language: str
    captured_at: dt.datetime
    facts: Mapping[str, Any]
    sections: tuple[SectionText, ...]
    citations: tuple[Citation, ...]
    cited_by: tuple[tuple[Card, str], ...]
    captures: tuple[CaptureCard, ...]
    words_lost: tuple[str, ...] = ()
    passages: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    translation: Translation | None = None
    patches: tuple[PatchEnd, ...] = ()
    named: tuple[MentionPlace, ...] = ()

    def _repr_html_(self) -> str:
        """Return the sections as a table for a notebook."""
        day = "undated" if self.card.published_at is None else self.card.published_at.date()
        rows = [(section.heading, section.text) for section in self.sections]
        return html_table(f"{self.card.title} ({self.card.kind}, {day})", ("section", "text"), rows)


CARD = """
d.document_id, d.kind, d.url, d.memento_url, d.site, d.title, d.author, d.published_at, d.published_precision, d.words
"""
"""The columns of a `Card` without topics, of the table `documents` as `d`."""
# The topics that a document is about. A release older than the table `subjects` has only those that it names.
_TOPICS = """
(SELECT list(entity_id ORDER BY is_shown DESC, place, n DESC, entity_id) FROM (
    SELECT s.entity_id, s.mentions AS n, list_position(['title', 'heading', 'lead', 'share'], s.reason) AS place, EXISTS (
        SELECT 1 FROM mentions m WHERE list_contains($passages, m.passage_id) AND m.entity_type = 'topic' AND m.entity_id = s.entity_id
    ) AS is_shown
    FROM subjects s WHERE s.document_id = d.document_id AND s.entity_type = 'topic')) AS topics
"""
_TOPICS_NAMED = """
(SELECT list(entity_id ORDER BY is_shown DESC, n DESC, entity_id) FROM (
    SELECT m.entity_id, count(*) AS n, bool_or(list_contains($passages, m.passage_id)) AS is_shown FROM mentions m
    WHERE m.document_id = d.document_id AND m.entity_type = 'topic' GROUP BY m.entity_id)) AS topics
"""


def read_cards(reader: Catalog, document_ids: Iterable[str], passage_ids: Iterable[str] = ()) -> tuple[Card, ...]:
    """Return the named documents, oldest first and undated ones last; unknown names are left out.

    `passage_ids` are the passages shown of them; their topics come first.
    """
    statement = f"""
        SELECT {CARD}, {_topics(reader)} FROM documents d WHERE list_contains($ids, d.document_id)
        ORDER BY d.published_at NULLS LAST, d.document_id
    """
    return tuple(
        as_card(row) for row in reader.rows(statement, {"ids": list(document_ids), "passages": list(passage_ids)})
    )


def read_document(reader: Catalog, document_id: str, passage_id: str = "") -> DocumentPage | None:
    """Return the whole document, None if it does not exist. Topics of the passage `passage_id` come first."""
    named = {"id": document_id}
    found = reader.rows(
        f"SELECT {CARD}, {_topics(reader)}, d.language, d.captured_at, d.facts FROM documents d WHERE document_id = $id",
        named | {"passages": [passage_id]},
    )
    if not found:
        return None
    row = found[0]
    passages = reader.rows("SELECT passage_id, char_start, char_end FROM passages WHERE document_id = $id", named)
    lost = reader.rows("SELECT words_lost FROM quality WHERE document_id = $id", named)
    return DocumentPage(
        card=as_card(row),
        language=row["language"],
        captured_at=row["captured_at"],
        facts=json.loads(row["facts"] or "{}"),
        sections=_sections(reader, named),
        citations=_citations(reader, named),
        cited_by=_cited_by(reader, named),
        captures=_captures(reader, named),
        words_lost=tuple(lost[0]["words_lost"]) if lost else (),
        passages={one["passage_id"]: (one["char_start"], one["char_end"]) for one in passages},
        translation=read_translations(reader, [document_id]).get(document_id),
        patches=read_patches(reader, document_id),
        named=read_first_mentions(reader, document_id),
    )


def _sections(reader: Catalog, named: Mapping[str, str]) -> tuple[SectionText, ...]:
    bullets: dict[str, list[tuple[int, int, int]]] = {}
    for row in reader.rows(
        "SELECT section_id, group_position, char_start, char_end FROM items WHERE document_id = $id ORDER BY char_start",
        named,
    ):
        bullets.setdefault(row["section_id"], []).append((row["group_position"], row["char_start"], row["char_end"]))
    rows = reader.rows(
        "SELECT section_id, heading, role, text, char_start FROM sections WHERE document_id = $id ORDER BY position",
        named,
    )
    return tuple(
        SectionText(
            **row,
            bullets=tuple(
                (group, start - row["char_start"], end - row["char_start"])
                for group, start, end in bullets.get(row["section_id"], ())
            ),
        )
        for row in rows
    )


def _citations(reader: Catalog, named: Mapping[str, str]) -> tuple[Citation, ...]:
    rows = reader.rows(
        f"""
        SELECT l.section_id, l.position, l.anchor, l.sentence, l.href, l.kind AS link_kind, l.status, {CARD},
            left(d.text, {EXCERPT}) AS excerpt
        FROM links l LEFT JOIN documents d ON d.document_id = l.target_document_id
        WHERE l.document_id = $id ORDER BY l.position
        """,
        named,
    )
    return tuple(
        Citation(
            section_id=row["section_id"],
            position=row["position"],
            anchor=row["anchor"],
            sentence=row["sentence"],
            href=row["href"],
            kind=row["link_kind"],
            status=row["status"],
            target=as_card(row) if row["document_id"] else None,
            excerpt=row["excerpt"] or "",
        )
        for row in rows
    )


def _cited_by(reader: Catalog, named: Mapping[str, str]) -> tuple[tuple[Card, str], ...]:
    rows = reader.rows(
        f"""
        SELECT {CARD}, first(l.sentence ORDER BY l.position) AS sentence
        FROM links l JOIN documents d USING (document_id)
        WHERE l.target_document_id = $id AND l.document_id <> $id
        GROUP BY ALL ORDER BY d.published_at NULLS LAST, d.document_id
        """,
        named,
    )
    return tuple((as_card(row), row["sentence"]) for row in rows)


def _captures(reader: Catalog, named: Mapping[str, str]) -> tuple[CaptureCard, ...]:
    rows = reader.rows(
        """
        SELECT c.url, c.page, c.origin, c.warc, c."offset", c.digest, c.captured_at, c.memento_url
        FROM captures c JOIN documents d ON c.kind = d.kind AND c.key = d.key
        WHERE d.document_id = $id ORDER BY c.page, c.captured_at
        """,
        named,
    )
    return tuple(CaptureCard(**row) for row in rows)


def _topics(reader: Catalog) -> str:
    return _TOPICS if reader.has_table("subjects") else _TOPICS_NAMED


def as_card(row: Mapping[str, Any]) -> Card:
    """Return the card of a row with the columns `CARD`; `topics` is taken if the row has it."""
    fields = {name: row[name] for name in Card.__slots__ if name != "topics"}
    return Card(**fields, topics=tuple(row.get("topics") or ()))
