"""Explanations why a document is found or not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import OSA

from warehouse.accents import folded
from warehouse.kernel_versions import version_order
from warehouse.records import Filters, RankerHit
from warehouse.search.index_reader import SearchIndex
from warehouse.search.query_syntax import ParsedQuery
from warehouse.search.query_terms import QueryTerms
from warehouse.search.rankers import RankerScores

_IN_QUOTES = 'Documents that have the words are found by "{}" in quotation marks.'
# Names to propose, and how alike one, or a part of one, must be: one letter in four may differ.
_MOST_ALIKE, _ALIKE = 3, 0.75


@dataclass(frozen=True, slots=True)
class Why:
    """The rank of a document for a query, from 1, overall and in each ranker, and the reason for it or for having none."""

    query: str
    url: str
    document_id: str | None
    rank: int | None
    rankers: tuple[RankerHit, ...]
    reason: str


def explain_document(
    tables: SearchIndex,
    query: str,
    url: str,
    row: int,
    found: RankerScores,
    scores: npt.NDArray[np.float32],
    keep: npt.NDArray[np.bool_] | None,
) -> Why:
    """Return the ranks of the document at `row`."""
    document_id: str = tables.documents["document_id"][row]
    if keep is not None and not keep[row]:
        return Why(query, url, document_id, None, (), "A filter or a required term of the query excludes it.")
    rankers = tuple(
        RankerHit(name, int((found_by > found_by[row]).sum()) + 1, float(found_by[row]))
        for name, found_by in found.documents.items()
        if found_by[row] > 0
    )
    if not np.isfinite(scores[row]):
        return Why(query, url, document_id, None, rankers, "It contains none of the query's words.")
    missing = [name for name in found.documents if name not in {ranker.name for ranker in rankers}]
    reason = f"Not found by: {', '.join(missing)}." if missing else "Every ranker found it."
    return Why(query, url, document_id, int((scores > scores[row]).sum()) + 1, rankers, reason)


def describe(words: QueryTerms, found: RankerScores) -> str:
    """Return a sentence that names the searched words and the rankers."""
    looked_for = ", ".join((*words.names, *words.stems)) or "no word"
    return f"Looked for: {looked_for}. Rankers: {', '.join(found.documents)}."


def why_nothing(
    tables: SearchIndex, parsed: ParsedQuery, filters: Filters, keep: npt.NDArray[np.bool_] | None, mode: str
) -> str:
    """Return a sentence that explains why a query matches no document."""
    if not tables.rows:
        return "The archive has no documents."
    for kind in ("topics", "versions", "people"):
        for asked in (getattr(parsed.filters, kind), getattr(filters, kind)):
            if asked and tables.named[kind].keys().isdisjoint(asked):  # a document may name any of them
                return _names_none(tables, kind, asked)
    if keep is not None and not keep.any():
        has_filters = bool(parsed.without) or parsed.filters != Filters() or filters != Filters()
        if has_filters and any(one.after or one.before for one in (parsed.filters, filters)):
            return f"No document passes the filters.{_from_when_to_when(tables)}"
        return "No document passes the filters." if has_filters else "No document has all that the query asks for."
    if not any(character.isalnum() for character in parsed.words):
        return "The query has no words to search for."
    within = " within the filters" if keep is not None else ""
    if mode == "keyword":
        return f"No document has these words{within}."
    return f"No document is about this{within}."


def _from_when_to_when(tables: SearchIndex) -> str:
    days = tables.days[~np.isnat(tables.days)]
    return f" The archive's are from {days.min()} to {days.max()}." if len(days) else ""


def _names_none(tables: SearchIndex, kind: str, asked: Sequence[str]) -> str:
    """Return the sentence for a filter none of whose topics, kernel releases or people any document names."""
    requested = "kernel releases" if kind == "versions" else kind
    people = tables.names["people"]
    names = dict(zip(people["person_id"], people["name"], strict=True)) if kind == "people" else {}
    said = [names.get(one, one) for one in asked]
    if len(said) > 1:
        return f"No document is known to name any of the requested {requested}: {', '.join(said)}."
    sentence = f"No document is known to name {said[0]!r}, one of the requested {requested}."
    if kind == "versions":
        return f"{sentence} {_versions_like(tables, said[0])}"
    if alike := _names_like(tables, kind, said[0]):
        return f"{sentence} Did you mean {' or '.join(alike)}?"
    return f"{sentence} {_IN_QUOTES.format(said[0])}"


def _versions_like(tables: SearchIndex, asked: str) -> str:
    series = [one for one in tables.named["versions"] if one.startswith(f"{asked}.")]
    if not series:
        return _IN_QUOTES.format(asked)
    first, last = min(series, key=version_order), max(series, key=version_order)
    most = max(series, key=lambda one: len(tables.named["versions"][one]))
    return f"Those from {first} to {last} begin with it: ask for one of them, as version:{most}."


def _names_like(tables: SearchIndex, kind: str, asked: str) -> list[str]:
    """Return the names of topics or people that, or a word of which, one slip turns into what was asked for."""
    spellings: dict[str, list[str]] = {}
    for name in tables.names[kind]["name"]:
        for spelling in {name, *name.split()}:
            spellings.setdefault(folded(spelling), []).append(name)
    near = process.extract(
        folded(asked), spellings.keys(), scorer=OSA.normalized_similarity, score_cutoff=_ALIKE, limit=_MOST_ALIKE
    )
    return list(dict.fromkeys(name for spelling, _, _ in near for name in spellings[spelling]))[:_MOST_ALIKE]
