"""Places in documents: where they cite each other or name something, and which issue comes before and after another."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from warehouse.catalog.reader import Catalog
from warehouse.sentences import split_sentences


@dataclass(frozen=True, slots=True)
class CitingPlace:
    """The sentence of a document that cites another, at `char_start` to `char_end` of the document's text.

    The range is None if the sentence cannot be found in its section, the target if the archive does not have it.
    """

    document_id: str
    title: str
    position: int
    sentence: str
    target_document_id: str | None
    target_title: str | None
    char_start: int | None
    char_end: int | None


@dataclass(frozen=True, slots=True)
class NamingPlace:
    """The sentence in which a document first names something, and its passage."""

    document_id: str
    passage_id: str
    sentence: str


_PLACE = """
SELECT l.document_id, d.title, l.position, l.sentence, l.target_document_id, t.title AS target_title,
    CASE WHEN contains(s.text, l.sentence) THEN s.char_start + strpos(s.text, l.sentence) - 1 END AS char_start,
    CASE WHEN contains(s.text, l.sentence) THEN s.char_start + strpos(s.text, l.sentence) - 1 + length(l.sentence) END AS char_end
FROM links l JOIN documents d USING (document_id) LEFT JOIN sections s USING (section_id)
LEFT JOIN documents t ON t.document_id = l.target_document_id
"""


def read_citing_place(reader: Catalog, document_id: str, position: int) -> CitingPlace | None:
    """Return the place of a document's link, None if it has no link of that position."""
    named = {"id": document_id, "position": position}
    rows = reader.rows(f"{_PLACE} WHERE l.document_id = $id AND l.position = $position", named)
    return CitingPlace(**rows[0]) if rows else None


def read_citing_places(reader: Catalog, document_id: str) -> Mapping[str, CitingPlace]:
    """Return for each document that cites this one the first place where it does."""
    rows = reader.rows(
        f"{_PLACE} WHERE l.target_document_id = $id AND l.document_id <> $id ORDER BY l.position DESC",
        {"id": document_id},
    )
    return {row["document_id"]: CitingPlace(**row) for row in rows}


def read_naming_places(
    reader: Catalog, document_ids: Iterable[str], entity_ids: Iterable[str]
) -> Mapping[str, NamingPlace]:
    """Return for each of the documents the first sentence that names one of the topics, people or kernel releases."""
    rows = reader.rows(
        """
        SELECT m.document_id, arg_min(m.passage_id, m.char_start) AS passage_id, arg_min(p.text, m.char_start) AS text,
            min(m.char_start) - arg_min(p.char_start, m.char_start) AS at
        FROM mentions m JOIN passages p USING (passage_id)
        WHERE list_contains($documents, m.document_id) AND list_contains($entities, m.entity_id) GROUP BY 1
        """,
        {"documents": list(document_ids), "entities": list(entity_ids)},
    )
    found = {}
    for row in rows:
        start, end = next(
            (one for one in split_sentences(row["text"]) if one[0] <= row["at"] < one[1]), (0, len(row["text"]))
        )
        found[row["document_id"]] = NamingPlace(row["document_id"], row["passage_id"], row["text"][start:end].strip())
    return found
