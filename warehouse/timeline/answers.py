"""Selects the hits that answer a query: a search ranks everything, a timeline shows only answers."""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from warehouse.records import Hit
from warehouse.search import Search
from warehouse.stop_words import FUNCTION_WORDS, names_in_capitals

Vector = npt.NDArray[np.float32]

# A document answers by meaning, by words, or by both: the cosine of its best passage plus a quarter of the share of the query's
# words that it has, weighted by rarity. Of 387 titles of LWN articles, used to search what was published before them, the best
# document scored higher than that in all but ten ("The kdbuswreck", "Cleanup on aisle fsconfig()"); of 50 questions on cookery,
# sport or other systems, in none; of the articles that those 387 cite, 98 % belong.
_WORDS = 0.25
ANSWERED, BELONGS = 0.545, 0.33
# Without vectors, a document must have more than half of the words, by rarity.
ANSWERED_BY_WORDS, BELONGS_BY_WORDS = 0.6, 0.4


def answering_hits(search: Search, query: str, hits: Sequence[Hit], vector: Vector | None) -> list[Hit]:
    """Return the hits that answer the query, best first; none if even the best does not.

    `vector` is the encoded query, None to compare words only.
    """
    by_words = shares_of_words(search, query, map(_shown, hits))
    cosines = _best_cosines(search, hits, vector)
    if cosines is None:
        values, answered, belongs = by_words, ANSWERED_BY_WORDS, BELONGS_BY_WORDS
    else:
        values = [cosine + _WORDS * share for cosine, share in zip(cosines, by_words, strict=True)]
        answered, belongs = ANSWERED, BELONGS
    # The vectors of names ("Russell King", "CAN") are near to nothing.
    is_named = search.has_phrase(query) or query.strip().lower() in names_in_capitals(query)
    if not values or (max(values) < answered and not is_named):
        return []
    return [hit for hit, value in zip(hits, values, strict=True) if value >= belongs]


def shares_of_words(search: Search, query: str, texts: Iterable[str]) -> list[float]:
    """Return, for each text, the share of the query's words it contains, weighted by rarity in the archive (0 to 1)."""
    lexical = search.tables.lexical
    dull = {stem for word in FUNCTION_WORDS for stem in lexical.stems(word)}
    stems = set(lexical.stems(query))
    stems = stems - dull or stems
    size = len(search.tables.rows)
    rarity = {stem: float(np.log1p(size / (1 + lexical.frequency("documents", "words", stem)))) for stem in stems}
    total = sum(rarity.values()) or 1.0
    return [sum(rarity[stem] for stem in stems.intersection(lexical.stems(text))) / total for text in texts]


def _shown(hit: Hit) -> str:
    return " ".join([hit.title, *(passage.text for passage in hit.passages)])


def _best_cosines(search: Search, hits: Sequence[Hit], vector: Vector | None) -> list[float] | None:
    tables = search.tables
    if vector is None or tables.vectors is None:
        return None
    vectors = tables.vectors
    found = []
    for hit in hits:
        rows = tables.passages_of(tables.rows[hit.document_id])
        found.append(float((vectors[rows.start : rows.stop] @ vector).max()) if rows else 0.0)
    return found
