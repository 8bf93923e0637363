"""The timeline of a question: documents that tell the story, a sentence of each."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import numpy.typing as npt

from warehouse.chronology.terms import term_vectors
from warehouse.embedding import Encoder
from warehouse.ranking.collapse import PASSAGE_SHARES
from warehouse.records import Filters, Hit, SearchResult
from warehouse.search import Search
from warehouse.timeline.choice import Candidate, Chosen, is_sure_of_day, tells
from warehouse.timeline.holdings import Holdings
from warehouse.timeline.records import Statement
from warehouse.timeline.statements import read_statements
from warehouse.timeline.story import rank_documents

Floats = npt.NDArray[np.float64]

# Documents that a search gives to choose from: of the articles that a later one cites it has 61 % among the first
# hundred and 51 % among the first fifty.
_FOUND = 100
# Documents read for each entry asked for: some are passed over because they say what another said.
_READ_FOR_ENTRY = 2


@dataclass(frozen=True, slots=True)
class Told:
    """Statements in order of date, and what the search had to say."""

    chosen: tuple[Chosen, ...]
    notes: tuple[str, ...]


def question_statements(
    connection: duckdb.DuckDBPyConnection,
    holdings: Holdings,
    search: Search,
    query: str,
    *,
    start: dt.date | None,
    end: dt.date | None,
    entries: int,
    filters: Filters,
    encoder: Encoder | None,
) -> Told:
    """Return the statements that answer a query, from documents published until `end`; none where nothing answers."""
    last = min((day for day in (end, filters.before) if day is not None), default=None)
    found = search.search(query, k=_FOUND, filters=replace(filters, before=last), citations=False, encoder=encoder)
    hits = answering_hits(search, found)
    if not hits:
        return Told((), (*found.notes, "Nothing in the archive answers this."))
    ranked = rank_documents(
        hits,
        holdings.neighbours(until=last),
        _gists(search, holdings, hits),
        holdings.days,
        seen_from=None if last is None else last + dt.timedelta(days=1),
    )
    allowed = _allowed(ranked, hits, filters)
    chosen = _choose(connection, holdings, query, hits, allowed, start=start, end=last, entries=entries)
    return Told(tuple(sorted(chosen, key=lambda one: (one.statement.date, one.statement.event_id))), found.notes)


# A document answers by meaning, by words, or by some of both. `_ANSWERED` is what the best must reach for anything to be
# shown, `_BELONGS` what each of the others must. Mean cosine of its three best passages plus half the share of the
# query's words (by rarity): 57 questions on kernel matters gave .88 and more, 20 on cookery, sport or other systems at most .53.
_ANSWERED, _BELONGS = 0.65, 0.4
_ANSWERED_BY_WORDS, _BELONGS_BY_WORDS = 0.75, 0.5


def answering_hits(search: Search, found: SearchResult) -> list[Hit]:
    """Return the hits that answer the query, best first: none where even the best does not."""
    lexical = search.tables.lexical
    stems = set(lexical.stems(found.query))
    size = max(1, len(search.tables.rows))
    rarity = {stem: float(np.log1p(size / (1 + lexical.frequency("documents", "words", stem)))) for stem in stems}
    total = sum(rarity.values()) or 1.0
    by_meaning = any(leg.leg == "meaning" for hit in found.hits for leg in hit.legs)
    answered, belongs = (_ANSWERED, _BELONGS) if by_meaning else (_ANSWERED_BY_WORDS, _BELONGS_BY_WORDS)
    values = []
    for hit in found.hits:
        text = " ".join([hit.title, *(passage.text for passage in hit.passages)])
        share = sum(rarity[stem] for stem in stems.intersection(lexical.stems(text))) / total
        cosine = sum(leg.score for leg in hit.legs if leg.leg == "meaning") / sum(
            PASSAGE_SHARES[: len(hit.passages)] or (1.0,)
        )
        values.append(cosine + share / 2 if by_meaning else share)
    if not values or max(values) < answered:
        return []
    return [hit for hit, value in zip(found.hits, values, strict=True) if value >= belongs]


def _gists(search: Search, holdings: Holdings, hits: Sequence[Hit]) -> Mapping[str, Floats]:
    """Unit vectors of what the hits and the documents linked with them are about."""
    tables = search.tables
    if tables.vectors is None:
        return {}
    names = {hit.document_id for hit in hits}
    names |= {other for name in names for other in holdings.neighbours(until=None).get(name, ())}
    gists = {}
    for name in names:
        rows = tables.passages_of(tables.rows[name]) if name in tables.rows else range(0)
        if rows:
            total = tables.vectors[rows.start : rows.stop].sum(axis=0, dtype=np.float64)
            gists[name] = total / max(float(np.linalg.norm(total)), 1e-9)
    return gists


def _allowed(ranked: Sequence[tuple[str, float]], hits: Sequence[Hit], filters: Filters) -> list[tuple[str, float]]:
    """Documents that a link led to pass no filters but the day's; where others are set only hits remain."""
    if replace(filters, before=None) == Filters():
        return list(ranked)
    found = {hit.document_id for hit in hits}
    return [(name, score) for name, score in ranked if name in found]


def _choose(
    connection: duckdb.DuckDBPyConnection,
    holdings: Holdings,
    query: str,
    hits: Sequence[Hit],
    ranked: Sequence[tuple[str, float]],
    *,
    start: dt.date | None,
    end: dt.date | None,
    entries: int,
) -> list[Chosen]:
    """A sentence of each document, best document first, until there are enough."""
    scores = dict(ranked[: _READ_FOR_ENTRY * entries + 10])
    found = [
        statement
        for statement in read_statements(connection, list(scores), (), only_named=False)
        if (start is None or statement.date_end >= start) and (end is None or statement.date <= end)
    ]
    if not found:
        return []
    worths, likeness_of = _worths(holdings, query, hits, found)
    best: dict[str, int] = {}
    for place, statement in enumerate(found):
        name = statement.document_id
        if name not in best or worths[place] > worths[best[name]]:
            best[name] = place
    taken: list[int] = []
    for name in scores:
        place = best.get(name)
        if place is not None and all(likeness_of(place, other) < _ALIKE for other in taken):
            taken.append(place)
        if len(taken) == entries:
            break
    return [
        Chosen(found[place], holdings.source(found[place].document_id), scores[found[place].document_id])
        for place in taken
    ]


_ALIKE = 0.6  # cosine over which two sentences say the same thing in other words
_BEST_PASSAGE = 1.3  # a sentence of a passage that the search found answers better than one from elsewhere
_TITLES = 0.1  # what the title of each of the ten best documents counts beside the query
_NEAR_DAYS, _FAR = 10, 0.6  # a time that far from the document's own day is rarely what the document is news of


def _worths(holdings: Holdings, query: str, hits: Sequence[Hit], found: Sequence[Statement]):  # type: ignore[no-untyped-def]
    titles = [hit.title for hit in hits[:10]]
    texts = [query, *titles, *(statement.text for statement in found)]
    sources = ["?", *(f"?{place}" for place in range(len(titles))), *(statement.document_id for statement in found)]
    vectors = term_vectors(texts, sources)
    first = 1 + len(titles)
    asked = vectors.sum_of(range(first), [1.0, *[_TITLES] * len(titles)])
    likeness = vectors.likeness_to(asked, range(first, len(texts)))
    good = {passage.passage_id for hit in hits for passage in hit.passages}
    worths = np.zeros(len(found))
    for place, statement in enumerate(found):
        source = holdings.source(statement.document_id)
        worth = (0.1 + likeness[place]) * tells(statement) * is_sure_of_day(Candidate(statement, source, 1.0))
        if statement.passage_id in good:
            worth *= _BEST_PASSAGE
        if source.day is None or abs((statement.date - source.day).days) > _NEAR_DAYS:
            worth *= _FAR
        worths[place] = worth

    def likeness_of(one: int, other: int) -> float:
        return float(vectors.likeness_to(vectors.sum_of([first + one], [1.0]), [first + other])[0])

    return worths, likeness_of
