"""The sentence of the archive that says what something is."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from warehouse.catalog.reader import Catalog
from warehouse.sentences import split_sentences

PASSAGES = 150  # looked through, those of documents about it first
_SPLIT = 16  # of them cut into sentences, those that may define it first
SHORTEST, LONGEST = 40, 320  # characters of a sentence that stands alone
_AFTER = (*(f" {verb} {article} " for verb in ("is", "are", "was") for article in ("a", "an", "the", "one")),
          ", a ", ", an ", ", the ", ", who ", ") is a", ") is the")  # fmt: skip
_BEFORE = ("developer ", "maintainer ", "hacker ", "called ", "named ")
_QUOTE = re.compile(r"^\s*(?:>|\||On .* wrote:)")


@dataclass(frozen=True, slots=True)
class Introduction:
    """A sentence as it stands in a document, and where."""

    text: str
    document_id: str
    passage_id: str
    title: str
    kind: str
    published_at: dt.datetime | None
    published_precision: str | None


def find_introduction(reader: Catalog, entity_type: str, entity_id: str, name: str) -> Introduction | None:
    """Return the sentence that defines a thing best, None if no sentence of the archive does."""
    rows = reader.rows(
        f"""
        WITH spelled AS (
            SELECT passage_id, list(DISTINCT surface) AS surfaces FROM mentions
            WHERE entity_type = $type AND entity_id = $id GROUP BY passage_id
        ),
        placed AS (
            SELECT p.rowid AS row, s.surfaces, d.title, d.kind, d.published_at, d.published_precision,
                coalesce(list_position(['title', 'heading', 'lead', 'share'], u.reason), 9) AS place
            FROM spelled s JOIN passages p USING (passage_id) JOIN documents d USING (document_id)
            LEFT JOIN subjects u ON u.document_id = p.document_id AND u.entity_type = $type AND u.entity_id = $id
            WHERE d.language = 'en'
            ORDER BY place, d.kind <> 'issue', d.published_at NULLS LAST, p.passage_id LIMIT {PASSAGES}
        )
        SELECT c.* EXCLUDE (row), p.passage_id, p.document_id, p.text FROM placed c JOIN passages p ON p.rowid = c.row
        ORDER BY place, kind <> 'issue', published_at NULLS LAST, passage_id
        """,
        {"type": entity_type, "id": entity_id},
    )
    full = name.removeprefix("Linux ") if entity_type == "kernel_release" else name
    best: tuple[float, int, Introduction] | None = None
    likely = sorted(rows, key=lambda row: not any(_may_define(row["text"], surface) for surface in row["surfaces"]))
    for order, row in enumerate(likely[:_SPLIT]):
        for start, end in split_sentences(row["text"]):
            sentence = " ".join(row["text"][start:end].split())
            worth = _worth(sentence, row, full)
            if worth > 0 and (best is None or (worth, -order) > best[:2]):
                best = worth, -order, _introduction(sentence, row)
    return None if best is None else best[2]


def _may_define(text: str, surface: str) -> bool:
    return any(surface + words in text for words in _AFTER) or any(words + surface in text for words in _BEFORE)


def _introduction(sentence: str, row: Mapping[str, Any]) -> Introduction:
    kept = {name: row[name] for name in Introduction.__slots__ if name != "text"}
    return Introduction(sentence, **kept)


def _worth(sentence: str, row: Mapping[str, Any], name: str) -> float:
    """Return how well a sentence says what the thing is, 0 if it does not, or cannot stand alone."""
    if not SHORTEST <= len(sentence) <= LONGEST or _QUOTE.match(sentence) or not sentence[0].isalnum():
        return 0
    worth = max((_defines(sentence, surface) for surface in row["surfaces"] if surface in sentence), default=0.0)
    if not worth or not sentence.rstrip("\"”')").endswith((".", "!", "?")):
        return 0
    worth += 1 if row["place"] < 9 else 0
    worth += 1.5 if name in sentence else 0  # a person in full
    return worth + (0.5 if row["kind"] == "issue" else 0)


def _defines(sentence: str, surface: str) -> float:
    word = rf"(?<!\w){re.escape(surface)}(?!\w)(?:\s*\([^)]*\))?"
    if re.match(rf"(?:The |In short, )?(?:\S+ )?{word},?\s+(?:is|are|was)\s+(?:a|an|the|one)\b", sentence):
        return 8
    if re.search(rf"{word}\s*[,(]\s*(?:a|an|the)\s|(?:developer|maintainer|hacker)\s+{word}|{word}, who ", sentence):
        return 5
    if re.match(rf"[A-Z][^.,;]{{0,40}}\b{word}\s+(?:is|was)\s+(?:a|an|the|one)\b", sentence):
        return 4.5
    if re.search(rf"(?:called|named|by the name of)\s+{word}", sentence):
        return 4
    return 0
