"""Search: a question in, documents out."""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Literal, Self

import numpy as np
import numpy.typing as npt

from warehouse.encoding.encoder import Encoder, open_encoder
from warehouse.encoding.models import is_same_encoder, settings_like
from warehouse.errors import ArchiveMismatch, UsageError
from warehouse.records import DatesAsked, Filters, SearchResult
from warehouse.search.candidates import keep_documents
from warehouse.search.clauses import keep_clauses
from warehouse.search.dates_asked import read_dates
from warehouse.search.explain import Why, describe, explain_document, why_nothing
from warehouse.search.features import RANKERS, Candidates, FeatureReader, days_inside
from warehouse.search.fusion import NAMED_DATE, best, blend, place_first
from warehouse.search.hits import make_hits
from warehouse.search.index_reader import SearchIndex
from warehouse.search.learned import shipped_trees
from warehouse.search.names import place_names_first
from warehouse.search.query_syntax import ParsedQuery, read_plain, read_syntax
from warehouse.search.query_terms import QueryTerms
from warehouse.search.rankers import WORD_LEGS, Rankers, RankerScores
from warehouse.search.spelling import suggest
from warehouse.settings import Settings

Mode = Literal["hybrid", "keyword", "meaning"]
Vector = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
_NO_FILTERS = Filters()
MODES: tuple[Mode, ...] = ("hybrid", "keyword", "meaning")
# Documents that the learned ranking orders: the right ones are among the first 100 for 97 of 100 development queries.
RERANKED = 100


def open_search(directory: Path, *, settings: Settings | None = None) -> "Search":
    """Return the search over a release's `search/` folder; what is large is read when it is first needed.

    With `settings` it opens the encoder itself once a query needs one.

    Raises:
        ArchiveMissing: there are no search files.
        ArchiveMismatch: they are of another format.
    """
    return Search(SearchIndex(directory), settings)


class Search:
    """One release, open for searching; safe to use from several threads at once.

    Attributes:
        tables: what is searched, by row.
        legs: each leg by itself.
    """

    def __init__(self, tables: SearchIndex, settings: Settings | None = None) -> None:
        self.tables = tables
        self._settings = settings
        self.legs = Rankers(tables)
        self._features = FeatureReader(tables, self.legs.wording)
        # A reader asks several questions, and pages of answers, within the same filters.
        self._kept = lru_cache(maxsize=32)(partial(keep_documents, tables))
        # Both libraries let go of the interpreter while they work, so meaning and words are looked up side by side.
        self._aside = ThreadPoolExecutor(max_workers=2, thread_name_prefix="meaning")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._aside.shutdown()

    def search(
        self,
        query: str,
        *,
        mode: str = "hybrid",
        k: int = 10,
        filters: Filters = _NO_FILTERS,
        syntax: bool = False,
        citations: bool = False,
        dates: bool = True,
        explain: bool = False,
        encoder: Encoder | None = None,
        vector: Vector | None = None,
    ) -> SearchResult:
        """Return the best `k` documents that pass the filters: as many as there are if there are fewer.

        `encoder` must be the one that made the archive's vectors; `vector` is the query already encoded by it. Where
        nothing can be said by meaning, `hybrid` searches by words alone and says so. `citations` also finds a document
        by what others say where they link to it, which puts the wrong one first more often than the right one; `dates`
        puts documents of a year or month that the query names in words first; `explain` adds what was looked for to the
        notes.

        Raises:
            UsageError: an unknown mode, k below 1, or `meaning` where there is nothing to search by meaning with.
            ArchiveMismatch: the encoder is not the archive's.
        """
        began = time.perf_counter()
        _check(mode, k)
        parsed = _read(query, syntax)
        if vector is None:
            (vector,) = self._encoded([parsed], mode, encoder)
        asked = _Asked(query, parsed, mode, k, filters, citations, explain, _dates(parsed, dates))
        return self._answer(asked, vector if mode != "keyword" else None, began)

    def search_many(
        self,
        queries: Sequence[str],
        *,
        mode: str = "hybrid",
        k: int = 10,
        filters: Filters = _NO_FILTERS,
        syntax: bool = False,
        citations: bool = False,
        dates: bool = True,
        explain: bool = False,
        encoder: Encoder | None = None,
    ) -> Iterator[SearchResult]:
        """Yield what `search` returns for each query; they are encoded together."""
        _check(mode, k)
        parsed = [_read(query, syntax) for query in queries]
        vectors = self._encoded(parsed, mode, encoder)
        for query, one, vector in zip(queries, parsed, vectors, strict=True):
            asked = _Asked(query, one, mode, k, filters, citations, explain, _dates(one, dates))
            yield self._answer(asked, vector, time.perf_counter())

    def encode(self, query: str, encoder: Encoder | None = None) -> Vector | None:
        """Return the vector of a query as plain words, None where there is nothing to encode or to encode with.

        Raises:
            ArchiveMismatch: the encoder is not the archive's.
        """
        return self._encoded([_read(query, syntax=False)], "hybrid", encoder)[0]

    def more_like(self, document_id: str, k: int = 10) -> SearchResult:
        """Return the `k` documents nearest to one: by the meaning of its whole text and the words of its title.

        Raises:
            UsageError: there is no such document.
        """
        row = self.tables.rows.get(document_id)
        if row is None:
            raise UsageError(f"There is no document {document_id!r} in this archive; expected a document_id.")
        title = self.tables.documents["title"][row]
        vector = self.legs.gists[row] if self._has_meaning and row < len(self.legs.gists) else None
        mode = "keyword" if vector is None else "hybrid"
        asked = _Asked(
            title, read_plain(title), mode, k + 1, _NO_FILTERS, citations=False, explain=False, learned=False
        )
        result = self._answer(asked, vector, time.perf_counter())
        hits = tuple(hit for hit in result.hits if hit.document_id != document_id)[:k]
        return replace(result, hits=hits)

    def why(self, query: str, url: str, *, encoder: Encoder | None = None, syntax: bool = False) -> Why:
        """Return where the document at `url` stands in each leg of a hybrid search, and why it is not found if so."""
        parsed = _read(query, syntax)
        row = self.tables.row_of(url)
        if row is None:
            return Why(query, url, None, None, (), f"No document of this archive has the address {url}.")
        (vector,) = self._encoded([parsed], "hybrid", encoder)
        words = self.legs.wanted(parsed.words)
        keep = self._keep(parsed, _NO_FILTERS)
        found = self._run(words, keep, len(self.tables.rows), citations=False, vector=vector)
        scores = self._scores(found, words, keep, len(self.tables.rows), _dates(parsed, True))
        return explain_document(self.tables, query, url, row, found, scores, keep)

    def learned_features(self, query: str, vector: Vector) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return the documents that the learned ranking orders for a plain query, and what it knows of each."""
        parsed = read_plain(query)
        words = self.legs.wanted(parsed.words)
        found = self._run(words, None, 1, citations=False, vector=vector)
        scores = blend(found.documents)
        rows = best(scores, RERANKED)
        return rows, self._features.read(Candidates(rows, scores[rows]), found, words, _dates(parsed, True))

    def _answer(self, asked: "_Asked", vector: Vector | None, began: float) -> SearchResult:
        parsed, notes, mode = asked.parsed, list(asked.parsed.notes), asked.mode
        if vector is None and mode != "keyword":
            notes.append(self._why_no_meaning(mode, parsed))
            mode = "keyword"
        words = self.legs.wanted(parsed.words)
        keep = self._keep(parsed, asked.filters)
        if mode == "meaning":
            found = self.legs.by_meaning(_usable(vector))
        else:
            found = self._run(words, keep, asked.k, citations=asked.citations, vector=vector)
        scores = self._scores(found, words, keep, asked.k, asked.dates, learned=asked.learned)
        hits = make_hits(self.tables, best(scores, asked.k), scores, found, words)
        if asked.explain:
            notes.append(describe(words, found))
        suggestions: tuple[str, ...] = ()
        if not hits:
            notes.append(why_nothing(self.tables, parsed, asked.filters, keep))
        if not any(leg.any() for name, leg in found.documents.items() if name in WORD_LEGS):
            suggestions = suggest(self.tables.lexical, parsed.words)
        seconds = time.perf_counter() - began
        return SearchResult(asked.query, mode, hits, seconds, tuple(notes), suggestions, asked.dates)

    def _encoded(self, parsed: Sequence[ParsedQuery], mode: str, encoder: Encoder | None) -> list[Vector | None]:
        """A vector for each query, None where there is nothing to encode or to encode with."""
        none: list[Vector | None] = [None] * len(parsed)
        if mode == "keyword" or not self._has_meaning or not any(one.words for one in parsed):
            return none
        encoder = encoder or self._own_encoder
        if encoder is None:
            return none
        if self.tables.model is not None and not is_same_encoder(encoder.name, self.tables.model):
            raise ArchiveMismatch(
                f"The archive's vectors were made by {self.tables.model}, the query would be encoded by {encoder.name}. "
                "Set KLOG_MODEL to the archive's model, or run `klog build` to encode the archive again."
            )
        vectors = encoder.encode([one.words for one in parsed], query=True)
        return [vector if one.words else None for one, vector in zip(parsed, vectors, strict=True)]

    @cached_property
    def _own_encoder(self) -> Encoder | None:
        return None if self._settings is None else open_encoder(settings_like(self._settings, self.tables.model))

    @property
    def _has_meaning(self) -> bool:
        return self.tables.counts["vectors"] > 0

    def _keep(self, parsed: ParsedQuery, filters: Filters) -> Mask | None:
        """Which documents may be found at all; None means all."""
        masks = [
            self._kept(filters),
            self._kept(parsed.filters),
            keep_clauses(self.tables, parsed),
        ]
        kept: Mask | None = None
        for mask in masks:
            if mask is not None:
                kept = mask if kept is None else kept & mask
        return kept

    def _run(
        self, words: QueryTerms, keep: Mask | None, k: int, *, citations: bool, vector: Vector | None
    ) -> RankerScores:
        """Legs by words and, with a vector, by meaning."""
        if vector is None:
            return self.legs.by_words(words, keep, k, citations)
        waiting = self._aside.submit(self.legs.by_meaning, _usable(vector))
        found = self.legs.by_words(words, keep, k, citations)
        meaning = waiting.result()
        return RankerScores({**found.documents, **meaning.documents}, {**found.passages, **meaning.passages})

    def _scores(
        self,
        found: RankerScores,
        words: QueryTerms,
        keep: Mask | None,
        wanted: int,
        dates: DatesAsked | None,
        *,
        learned: bool = True,
    ) -> npt.NDArray[np.float32]:
        """A score for each document, minus infinity for what is not to be found."""
        legs = found.documents
        may = np.ones(len(self.tables.rows), bool) if keep is None else keep.copy()
        if "meaning" not in legs:
            may &= np.logical_or.reduce([scores > 0 for scores in legs.values()])
        scores = np.full(len(may), -np.inf, np.float32)
        inside = may if keep is None else keep
        scores[inside] = blend(legs if inside.all() else {name: leg[inside] for name, leg in legs.items()})
        scores[~may] = -np.inf
        if learned and legs.keys() >= set(RANKERS):
            rows = best(scores, RERANKED)
            if len(rows):
                features = self._features.read(Candidates(rows, scores[rows]), found, words, dates, keep)
                place_first(scores, rows, shipped_trees().predict(features))
        elif dates is not None:
            scores[days_inside(self.tables, dates)] += NAMED_DATE
        if words.asked_for and "words" in legs:
            allowed = np.ones(len(scores), bool) if keep is None else keep
            place_names_first(self.tables, words.asked_for, scores, allowed, wanted)
        return scores

    def _why_no_meaning(self, mode: str, parsed: ParsedQuery) -> str:
        reason = "the query has no words"
        if parsed.words:
            reason = "there is no encoder" if self._has_meaning else "the archive has no vectors"
        if mode == "meaning" and parsed.words:
            raise UsageError(f"A search by meaning is not possible: {reason}. Use mode keyword.")
        return f"Searched by words alone: {reason}."


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question as it was put."""

    query: str
    parsed: ParsedQuery
    mode: str
    k: int
    filters: Filters
    citations: bool
    explain: bool
    dates: DatesAsked | None = None
    learned: bool = True


def _dates(parsed: ParsedQuery, wanted: bool) -> DatesAsked | None:
    return read_dates(parsed.words) if wanted else None


def _check(mode: str, k: int) -> None:
    if mode not in MODES:
        raise UsageError(f"There is no search mode {mode!r}; expected one of {', '.join(MODES)}.")
    if k < 1:
        raise UsageError(f"{k} results were asked for; expected 1 or more.")


def _read(query: str, syntax: bool) -> ParsedQuery:
    return read_syntax(query) if syntax else read_plain(query)


def _usable(vector: Vector | None) -> Vector:
    """The vector as the scan wants it."""
    return np.ascontiguousarray(vector, np.float32)
