"""The search engine: a query in, ranked documents out."""

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import Self, Unpack

import numpy as np
import numpy.typing as npt

from warehouse.encoding.encoder import Encoder, Vectors
from warehouse.encoding.models import is_same_encoder, settings_like
from warehouse.encoding.query_encoder import open_query_encoder
from warehouse.encoding.shared_encoder import SharedEncoder
from warehouse.errors import ArchiveMismatch, UsageError
from warehouse.records import DatesAsked, Filters, SearchResult
from warehouse.search.clauses import keep_clauses
from warehouse.search.date_queries import as_filter
from warehouse.search.dates_asked import names_a_time, read_dates, without_dates, without_periods
from warehouse.search.explain import Why, describe, explain_document, why_nothing
from warehouse.search.features import days_inside
from warehouse.search.filters import filter_condition, keep_documents
from warehouse.search.fusion import fuse
from warehouse.search.hits import make_hits
from warehouse.search.index_reader import SearchIndex
from warehouse.search.match_set import Evidence, Matcher, count_facets, in_order_of_time
from warehouse.search.name_filters import NameReader
from warehouse.search.order_asked import matter_of
from warehouse.search.query_syntax import ParsedQuery, read_plain, read_syntax
from warehouse.search.query_terms import QueryTerms
from warehouse.search.rankers import Rankers, RankerScores
from warehouse.search.releases_asked import kernel_release_answer
from warehouse.search.request import NO_FILTERS, Options, Request, check_options
from warehouse.search.reranker import Trees
from warehouse.search.scoring import Scorer, first_groups, in_order, order_by_date
from warehouse.search.spelling import Speller, typed_words
from warehouse.settings import Settings

Vector = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]
Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]

FIRST = 100  # documents that are ordered by what the rankers find at their usual depth


def open_search(directory: Path, *, settings: Settings | None = None, trees: Trees | None = None) -> "Search":
    """Return the search over a release's `search/` folder; large files are read when first needed.

    With `settings` it opens the encoder itself once a query needs one; `trees` replace the bundled ranking.

    Raises:
        ArchiveMissing: the folder has no search files.
        ArchiveMismatch: the files have another format.
    """
    return Search(SearchIndex(directory), settings, trees)


class Search:
    """A release opened for searching; safe to use from several threads at once.

    Attributes:
        tables: the searched documents, sections and passages, by row.
        rankers: the rankers, which can be run one by one.
    """

    def __init__(self, tables: SearchIndex, settings: Settings | None = None, trees: Trees | None = None) -> None:
        self.tables = tables
        self._settings = settings
        self.rankers = Rankers(tables)
        self._scorer = Scorer(tables, self.rankers.wording, trees)
        self._matcher = Matcher(tables, self.rankers.wording)
        self._speller = Speller(tables.lexical)
        self._names = NameReader(tables)
        self._named = lru_cache(maxsize=32)(self._names.read)
        # A reader asks several questions, and pages through results, within the same filters.
        self._kept = lru_cache(maxsize=32)(partial(keep_documents, tables))
        # numpy and tantivy both release the GIL while they work, so meaning and words are searched in parallel.
        self._aside = ThreadPoolExecutor(max_workers=2, thread_name_prefix="meaning")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._aside.shutdown()

    def search(
        self, query: str, *, encoder: Encoder | None = None, vector: Vector | None = None, **options: Unpack[Options]
    ) -> SearchResult:
        """Return the best `k` documents that pass the filters.

        `encoder` must be the one that made the archive's vectors; `vector` is the query, already encoded by it. If a search by
        meaning is not possible, `hybrid` searches by words alone and adds a note.

        Raises:
            UsageError: the mode or order is unknown, k is below 1, or `meaning` is not possible.
            ArchiveMismatch: the encoder is not the archive's.
        """
        began = time.perf_counter()
        asked = self._read(query, options)
        if vector is None:
            (vector,) = self._encoded([asked.parsed], asked.mode, encoder)
        return self._answer(asked, vector if asked.mode != "keyword" else None, began)

    def search_many(
        self, queries: Sequence[str], *, encoder: Encoder | None = None, **options: Unpack[Options]
    ) -> Iterator[SearchResult]:
        """Yield the result of `search` for each query; the queries are encoded together."""
        check_options(options)
        asked = [self._read(query, options) for query in queries]
        vectors = self._encoded([one.parsed for one in asked], options.get("mode", "hybrid"), encoder)
        for one, vector in zip(asked, vectors, strict=True):
            yield self._answer(one, vector, time.perf_counter())

    def encode(self, query: str, encoder: Encoder | None = None) -> Vector | None:
        """Return the vector of a query as plain words, None if it has no words, or without vectors or an encoder.

        Raises:
            ArchiveMismatch: the encoder is not the archive's.
        """
        return self._encoded([read_plain(query)], "hybrid", encoder)[0]

    def encode_texts(self, texts: Sequence[str], encoder: Encoder | None = None) -> Vectors:
        """Return the vectors of texts to compare with one from `encode`, shape (texts, dimension), by the same encoder."""
        encoder = encoder or self._own_encoder
        assert encoder is not None, "`encode` gave a vector, so there is an encoder"
        return encoder.encode(texts)

    def more_like(self, document_id: str, k: int = 10) -> SearchResult:
        """Return the `k` documents nearest to one, by the meaning of its whole text and the words of its title.

        Raises:
            UsageError: the document does not exist.
        """
        row = self.tables.rows.get(document_id)
        if row is None:
            raise UsageError(f"There is no document {document_id!r} in this archive; expected a document_id.")
        title = self.tables.documents["title"][row]
        vector = self.rankers.centroid(row) if self._has_meaning else None
        mode = "keyword" if vector is None else "hybrid"
        asked = Request(title, read_plain(title), None, dates=False, mode=mode, k=k + 1, learned=False)
        result = self._answer(asked, vector, time.perf_counter())
        hits = tuple(hit for hit in result.hits if hit.document_id != document_id)[:k]
        return replace(result, hits=hits)

    def why(self, query: str, url: str, *, encoder: Encoder | None = None, syntax: bool = False) -> Why:
        """Return the rank of the document at `url` in each ranker of a hybrid search, or why it is not found."""
        parsed = self._parse(query, syntax)
        row = self.tables.row_of(url)
        if row is None:
            return Why(query, url, None, None, (), f"No document of this archive has the address {url}.")
        parsed, dates = self._dated(parsed)
        (vector,) = self._encoded([parsed], "hybrid", encoder)
        words = self.rankers.query_terms(parsed.words)
        keep = self._keep(parsed, NO_FILTERS)
        where = self._where(parsed, NO_FILTERS)
        found = self._run(words, keep, len(self.tables.rows), citations=False, vector=vector, where=where)
        scores = self._scorer.score(found, words, keep, len(self.tables.rows), dates)
        return explain_document(self.tables, query, url, row, found, scores, keep)

    def learned_features(self, query: str, vector: Vector) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return the documents that the learned ranking orders for a plain query, and the features of each."""
        parsed = read_plain(query)
        words = self.rankers.query_terms(parsed.words)
        found = self._run(words, None, 1, citations=False, vector=vector)
        dates = read_dates(parsed.words, self.tables.kernel_releases)
        return self._scorer.learned_features(fuse(found.documents), found, words, dates)

    def _read(self, query: str, options: Options) -> Request:
        check_options(options)
        by_date = options.get("dates", True)
        parsed = self._parse(query, options.get("syntax", False), by_date=by_date)
        by_date = by_date and not parsed.has_no_dates
        given, filters = options.copy(), options.get("filters", NO_FILTERS)
        given["dates"] = by_date
        given["filters"] = self._named(filters)
        parsed = replace(parsed, notes=(*parsed.notes, *self._names.notes(filters)))
        parsed, dates = self._dated(parsed) if by_date else (parsed, None)
        return Request(query, parsed, dates, **given)

    def _dated(self, parsed: ParsedQuery) -> tuple[ParsedQuery, DatesAsked | None]:
        """Return a query without the words that are only bounds of days, and the days that it names."""
        if parsed.has_no_dates:
            return parsed, None
        dates = read_dates(parsed.words, self.tables.kernel_releases)
        return replace(parsed, words=without_periods(parsed.words, self.tables.kernel_releases)), dates

    def _parse(self, query: str, syntax: bool, *, by_date: bool = True) -> ParsedQuery:
        parsed = read_syntax(query) if syntax else read_plain(query)
        if by_date:
            parsed = as_filter(parsed)
        if not syntax:
            return parsed
        without = tuple(map(self._named, parsed.without))
        notes = [note for filters in (parsed.filters, *parsed.without) for note in self._names.notes(filters)]
        return replace(parsed, filters=self._named(parsed.filters), without=without, notes=(*parsed.notes, *notes))

    def _answer(self, asked: Request, vector: Vector | None, began: float) -> SearchResult:
        parsed, notes, mode = asked.parsed, list(asked.parsed.notes), asked.mode
        if vector is None and mode != "keyword":
            if parsed.words or not asked.is_cut:
                notes.append(self._why_no_meaning(mode, parsed))
            mode = "keyword"
        words = self.rankers.query_terms(parsed.words)
        keep = self._keep(parsed, asked.filters)

        def run(depth: int) -> RankerScores:
            where = self._where(parsed, asked.filters)
            if mode == "meaning":
                return self.rankers.near(_usable(vector), keep, where)(None)
            return self._run(words, keep, depth, citations=asked.citations, vector=vector, where=where)

        found = run(FIRST)
        matter = without_dates(matter_of(parsed.free), self.tables.kernel_releases) if asked.dates else parsed.free
        evidence = self._matcher.evidence(words if matter == parsed.words else self.rankers.query_terms(matter))
        matches = self._matcher.matches(asked, mode, evidence, words, found, keep)
        total = int(matches.sum())
        dates = asked.dates_asked
        if asked.order != "relevance" or (asked.is_cut and not parsed.words):
            rows = self._by_time(asked, matches)[asked.offset : asked.offset + asked.k]
            scores = np.zeros(len(matches), np.float32)
            dates = dates if dates and names_a_time(dates) else None
        else:
            rows, scores, dates, found = self._by_relevance(asked, words, keep, evidence, matches, run, found)
        if total and dates and names_a_time(dates) and not (matches & days_inside(self.tables, dates)).any():
            notes.append(f"None of these documents is from the time asked for ({dates.surface}).")
            dates = None
        unknown = typed_words(self.tables.lexical, parsed.free, evidence.unknown)
        if unknown:
            notes.append(f"No document has {', '.join(map(repr, unknown))}.")
        if asked.explain:
            notes.append(describe(words, found))
        if not total:
            notes.append(why_nothing(self.tables, parsed, asked.filters, keep, mode))
        return SearchResult(
            asked.query,
            mode,
            make_hits(self.tables, rows, scores, found, words, matches),
            time.perf_counter() - began,
            tuple(notes),
            self._suggestions(parsed.free),
            dates,
            total,
            unknown,
            count_facets(self.tables, matches) if asked.facets else None,
            kernel_release_answer(parsed.words, self.tables.kernel_releases),
        )

    def _by_time(self, asked: Request, matches: Mask) -> Rows:
        """Return the matches by date; those from the days that the query names come before the others."""
        rows = in_order_of_time(self.tables, matches, newest_first=asked.order != "oldest")
        dates = asked.dates_asked
        if dates is None or not names_a_time(dates):
            return rows
        is_inside = days_inside(self.tables, dates)[rows]
        return np.concatenate([rows[is_inside], rows[~is_inside]])

    def _by_relevance(
        self,
        asked: Request,
        words: QueryTerms,
        keep: Mask | None,
        evidence: Evidence,
        matches: Mask,
        run: Callable[[int], RankerScores],
        found: RankerScores,
    ) -> tuple[Rows, Scores, DatesAsked | None, RankerScores]:
        """Return the documents asked for, best first, all documents' scores, the days asked for and the rankers' scores.

        The rankers find more if more is asked for, and then order it otherwise. So what `found` orders stays first, whatever page
        of the results is asked for, and what they find deeper comes behind it.
        """
        first = first_groups(self.tables, asked, matches)
        dates, depth, wanted = asked.dates_asked, FIRST, asked.offset + asked.k
        scores = self._scorer.score(found, words, keep, depth, dates, learned=asked.learned)
        if dates is None and asked.dates:
            dates = order_by_date(self.tables, asked.parsed.words, scores, matches)
        rows = in_order(scores, matches, evidence, depth, first=first)
        while len(rows) == depth < wanted:
            depth *= 10
            found = run(depth)
            deeper = self._scorer.score(found, words, keep, depth, asked.dates_asked, learned=asked.learned)
            behind = in_order(deeper, matches, evidence, depth, first=first)
            deeper[rows] = scores[rows]
            scores = deeper
            rows = np.concatenate([rows, behind[~np.isin(behind, rows)]])[:depth]
        return rows[asked.offset : wanted], scores, dates, found

    def _suggestions(self, text: str) -> tuple[str, ...]:
        """Return other spellings of a query; words that name a time, or ask for the first or the latest news, are right in any archive."""
        matter = next(one for one in (without_dates(matter_of(text)), matter_of(text), text) if one in text)
        return tuple(text.replace(matter, one) for one in self._speller.suggest(matter))

    def has_phrase(self, text: str) -> bool:
        """Return whether a document has several words of a text side by side, those without meaning left out or not."""
        return self._matcher.has_phrase(text)

    def _encoded(self, parsed: Sequence[ParsedQuery], mode: str, encoder: Encoder | None) -> list[Vector | None]:
        """Return a vector for each query, None without words, vectors or an encoder."""
        none: list[Vector | None] = [None] * len(parsed)
        if mode == "keyword" or not self._has_meaning or not any(one.words for one in parsed):
            return none
        encoder = encoder or self._own_encoder
        if encoder is None:
            return none
        if self.tables.model is not None and not is_same_encoder(encoder.name, self.tables.model):
            raise ArchiveMismatch(
                f"The archive's vectors were made by {self.tables.model}, but the query would be encoded by {encoder.name}. "
                "Set KLOG_MODEL to the archive's model, or run `klog build` to encode the archive again."
            )
        vectors = encoder.encode([one.words for one in parsed], query=True)
        return [vector if one.words else None for one, vector in zip(parsed, vectors, strict=True)]

    @cached_property
    def _own_encoder(self) -> Encoder | None:
        if self._settings is None:
            return None
        settings = settings_like(self._settings, self.tables.model, self.tables.model_setting)
        return SharedEncoder(open_query_encoder(settings))

    @property
    def _has_meaning(self) -> bool:
        return self.tables.counts["vectors"] > 0

    def _keep(self, parsed: ParsedQuery, filters: Filters) -> Mask | None:
        """Return which documents pass the filters and the query's conditions; None means all."""
        masks = [
            self._kept(filters),
            self._kept(parsed.filters),
            keep_clauses(self.tables, parsed),
            *(~mask for mask in map(self._kept, parsed.without) if mask is not None),
        ]
        kept: Mask | None = None
        for mask in masks:
            if mask is not None:
                kept = mask if kept is None else kept & mask
        return kept

    def _run(
        self,
        words: QueryTerms,
        keep: Mask | None,
        k: int,
        *,
        citations: bool,
        vector: Vector | None,
        where: str | None = None,
    ) -> RankerScores:
        """Run the rankers by words and, with a vector, by meaning."""
        if vector is None:
            return self.rankers.by_words(words, keep, k, citations)
        waiting = self._aside.submit(self.rankers.near, _usable(vector), keep, where)
        found = self.rankers.by_words(words, keep, k, citations)
        meaning = waiting.result()(found)
        documents, passages = {**found.documents, **meaning.documents}, {**found.passages, **meaning.passages}
        return RankerScores(documents, passages, meaning.nearest)

    def _where(self, parsed: ParsedQuery, filters: Filters) -> str | None:
        """Return the filters as SQL for a store; the query's other conditions are tested of what it finds."""
        if self.rankers.stored is None:
            return None
        return filter_condition(self.tables, (filters, parsed.filters), parsed.without)

    def _why_no_meaning(self, mode: str, parsed: ParsedQuery) -> str:
        reason = "the query has no words"
        if parsed.words:
            reason = "there is no encoder" if self._has_meaning else "the archive has no vectors"
        if mode == "meaning" and parsed.words:
            raise UsageError(f"A search by meaning is not possible: {reason}. Use mode keyword.")
        return f"Searched by words alone: {reason}."


def _usable(vector: Vector | None) -> Vector:
    """Return the vector as contiguous float32."""
    return np.ascontiguousarray(vector, np.float32)
