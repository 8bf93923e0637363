"""Queries that consist only of names: documents with the exact names rank first."""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from tantivy import Query

from warehouse.search.index_reader import SearchIndex
from warehouse.stop_words import FUNCTION_WORDS

Rows = npt.NDArray[np.int64]

# The gain of a document for each name; the rankers' scores count less than the smallest of these.
AS_A_WORD, INSIDE_A_WORD, IN_OTHER_CAPITALS, IN_PARTS = 4.0, 2.0, 1.0, 0.5
# Documents whose text is read to find the name as typed: 200 take 2 ms.
MOST_READ = 200
# An abbreviated sha counts as the whole from the number of digits that git itself shows.
_SHA_START = re.compile(r"[0-9a-f]{7,39}$")
MOST_SHAS = 50
_PARTS = re.compile(r"[a-z0-9]+")


def place_names_first(
    tables: SearchIndex,
    names: Sequence[str],
    scores: npt.NDArray[np.float32],
    allowed: npt.NDArray[np.bool_],
    k: int,
) -> None:
    """Raise the scores of the `allowed` documents that have `names`, whether or not a ranker found them; changes `scores`.

    Best is a name as typed, then one inside a longer word, then one in other capitals, then its parts side by side, then all other
    documents; within each group the order stays.
    """
    levels = np.zeros(len(scores), np.float32)
    for name in names:
        whole, parts = documents_named(tables, name)
        levels[whole] += IN_OTHER_CAPITALS
        levels[parts] += IN_PARTS
    levels[~allowed] = 0
    having = np.flatnonzero(levels)
    found = scores > -np.inf
    lowest, highest = (float(scores[found].min()), float(scores[found].max())) if found.any() else (0.0, 0.0)
    scores[having] = np.maximum(scores[having], lowest)
    order = np.lexsort((-scores[having], -levels[having]))
    for row in having[order][: max(MOST_READ, 2 * k)].tolist():
        levels[row] += sum(_as_typed(tables, row, name) for name in names)
    scores[having] += levels[having] * np.float32((highest - lowest + 1) / IN_PARTS)


def _as_typed(tables: SearchIndex, row: int, name: str) -> float:
    text = _text_of(tables, row)
    if name not in text:
        return 0.0
    as_a_word = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)
    return INSIDE_A_WORD + (AS_A_WORD if as_a_word else 0.0)


def _text_of(tables: SearchIndex, row: int) -> str:
    passages = tables.passages_of(row)
    text = tables.texts.joined(passages.start, passages.stop) if passages else ""
    return f"{tables.documents['title'][row]}\n{text}"


def documents_named(tables: SearchIndex, name: str) -> tuple[Rows, Rows]:
    """Return the documents with `name` as a word, and those with its parts side by side or with a sha that begins with it.

    Parts that are function words stand side by side in prose too ("do fork"), so such a name must be in the text, in any capitals.
    """
    lexical = tables.lexical
    words = lexical.whole_words(name)
    whole = _rows(tables, [lexical.phrase("documents", "whole", words)] if words else [])
    stems = lexical.stems(name)
    parts = [lexical.phrase("documents", field, stems) for field in ("words", "title")] if stems else []
    if _SHA_START.match(name):
        shas = [word for word, _ in lexical.words_with_prefix("documents", "whole", name, MOST_SHAS)]
        parts += [lexical.any_of("documents", "whole", shas)] if shas else []
    found = _rows(tables, parts)
    if len(stems) > 1 and FUNCTION_WORDS.intersection(_PARTS.findall(name.lower())):
        read = found[:MOST_READ]
        found = read[np.array([name.lower() in _text_of(tables, row).lower() for row in read.tolist()], bool)]
    return whole, found


def _rows(tables: SearchIndex, queries: Sequence[Query]) -> Rows:
    found = [
        tables.lexical.search("documents", Query.const_score_query(query, 1.0), len(tables.rows))[0]
        for query in queries
    ]
    return np.unique(np.concatenate(found)) if found else np.zeros(0, np.int64)
