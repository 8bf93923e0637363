"""The sentence of the archive that says what something is."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.catalog.reader import Catalog
from warehouse.catalog.roles import NO_ROLE, Role, find_role, may_say_role
from warehouse.sentences import split_sentences
from warehouse.timeline.standalone import is_standalone

PASSAGES = 150  # looked through, those of documents about it first
PERSON_PASSAGES = 1500  # likewise of a person, because few say who somebody is
_SPLIT = 16  # of them cut into sentences, those that may define it first
_PERSON_SPLIT = 150
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
    """Return the sentence that defines a thing, or says the role of a person, best; None if no sentence of the archive does."""
    is_person = entity_type == "person"
    rows = reader.rows(
        """
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
            ORDER BY place, d.kind <> 'issue', d.published_at NULLS LAST, p.passage_id LIMIT $passages
        )
        SELECT c.* EXCLUDE (row), p.passage_id, p.document_id, p.text FROM placed c JOIN passages p ON p.rowid = c.row
        ORDER BY place, kind <> 'issue', published_at NULLS LAST, passage_id
        """,
        {"type": entity_type, "id": entity_id, "passages": PERSON_PASSAGES if is_person else PASSAGES},
    )
    if is_person:
        return _find_role(rows, name)
    full = name.removeprefix("Linux ") if entity_type == "kernel_release" else name
    likely = sorted(rows, key=lambda row: not any(_may_define(row["text"], surface) for surface in row["surfaces"]))
    weighed = [(_worth(sentence, row, full), sentence, row) for row, sentence in _sentences(likely[:_SPLIT])]
    return _best(weighed)


def _find_role(rows: Sequence[Mapping[str, Any]], name: str) -> Introduction | None:
    """Return the sentence that says what a person does, of several the one that says what most of them say."""
    likely = [row for row in rows if any(may_say_role(row["text"], surface) for surface in row["surfaces"])]
    found = [(_role(sentence, row), sentence, row) for row, sentence in _sentences(likely[:_PERSON_SPLIT])]
    telling = [(role, sentence, row) for role, sentence, row in found if role.worth]
    said = Counter(word for role, _, _ in telling for word in role.words)
    return _best(
        [
            (role.worth + _bonus(sentence, row, name) + 3 * _most(said, role.words) / len(telling), sentence, row)
            for role, sentence, row in telling
        ]
    )


def _role(sentence: str, row: Mapping[str, Any]) -> Role:
    if not _stands_alone(sentence):
        return NO_ROLE
    return max((find_role(sentence, surface) for surface in row["surfaces"]), key=lambda role: role.worth)


def _most(said: Counter[str], words: frozenset[str]) -> int:
    return max((said[word] for word in words), default=0)


def _sentences(rows: Iterable[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for row in rows:
        for start, end in split_sentences(row["text"]):
            yield row, " ".join(row["text"][start:end].split())


def _best(weighed: Iterable[tuple[float, str, Mapping[str, Any]]]) -> Introduction | None:
    """Return the first of the best sentences."""
    worth, sentence, row = max(weighed, key=lambda one: one[0], default=(0, "", {}))
    return _introduction(sentence, row) if worth > 0 else None


def _may_define(text: str, surface: str) -> bool:
    return any(surface + words in text for words in _AFTER) or any(words + surface in text for words in _BEFORE)


def _introduction(sentence: str, row: Mapping[str, Any]) -> Introduction:
    kept = {name: row[name] for name in Introduction.__slots__ if name != "text"}
    return Introduction(sentence, **kept)


def _worth(sentence: str, row: Mapping[str, Any], name: str) -> float:
    """Return how well a sentence says what the thing is, 0 if it does not, or cannot stand alone."""
    if not _stands_alone(sentence):
        return 0
    worth = max((_defines(sentence, surface) for surface in row["surfaces"] if surface in sentence), default=0.0)
    # Names such as "kmalloc()" keep their small letter at the beginning of a sentence.
    is_understood = worth > 0 and is_standalone(sentence[0].upper() + sentence[1:], row["title"])
    return worth + _bonus(sentence, row, name) if is_understood else 0


def _stands_alone(sentence: str) -> bool:
    fits = SHORTEST <= len(sentence) <= LONGEST and sentence[0].isalnum() and not _QUOTE.match(sentence)
    return fits and sentence.rstrip("\"”')").endswith((".", "!", "?"))


def _bonus(sentence: str, row: Mapping[str, Any], name: str) -> float:
    bonus = 1.0 if row["place"] < 9 else 0.0
    bonus += 1.5 if name in sentence else 0  # a person in full
    return bonus + (0.5 if row["kind"] == "issue" else 0)


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
