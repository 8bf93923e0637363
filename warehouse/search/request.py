"""A search request and its options."""

from dataclasses import dataclass
from typing import Literal, TypedDict

from warehouse.errors import UsageError
from warehouse.records import DatesAsked, Filters
from warehouse.search.query_syntax import ParsedQuery

Mode = Literal["hybrid", "keyword", "meaning"]
MODES: tuple[Mode, ...] = ("hybrid", "keyword", "meaning")
ORDERS = ("relevance", "newest", "oldest")
NO_FILTERS = Filters()


class Options(TypedDict, total=False):
    """The options of a search.

    `k` documents from the `offset`-th on, in the `order` of `relevance`, `newest` or `oldest` first. `syntax` parses operators;
    `matches_first` lists the match set before all other documents, by default for queries with `syntax`, which a person typed, while
    others are in the order of the scores alone. `citations` also matches a document by the sentences in which others link to it,
    which ranks the wrong document first more often than the right one; `dates` ranks documents from a year or month that the query
    names first, and lists them all if it names nothing else; `facets` counts the match set, or without a query all documents that
    pass the filters; `explain` adds the searched words to the notes.
    """

    mode: str
    k: int
    offset: int
    order: str
    filters: Filters
    syntax: bool
    matches_first: bool
    citations: bool
    dates: bool
    facets: bool
    explain: bool


@dataclass(frozen=True, slots=True)
class Request:
    """A search request: the query, its `Options`, and what was parsed from them."""

    query: str
    parsed: ParsedQuery
    dates_asked: DatesAsked | None
    mode: str = "hybrid"
    k: int = 10
    offset: int = 0
    order: str = "relevance"
    filters: Filters = NO_FILTERS
    syntax: bool = False
    matches_first: bool | None = None
    citations: bool = False
    dates: bool = True
    facets: bool = False
    explain: bool = False
    learned: bool = True

    @property
    def is_cut(self) -> bool:
        """Whether something besides words says which documents: filters, the syntax, or a count without a query."""
        counts_all = self.facets and not self.query.strip()
        return counts_all or self.parsed.has_demands or self.filters != NO_FILTERS


def check_options(options: Options) -> None:
    """Check the options.

    Raises:
        UsageError: an unknown mode or order, k below 1 or an offset below 0.
    """
    mode, order = options.get("mode", "hybrid"), options.get("order", "relevance")
    k, offset = options.get("k", 10), options.get("offset", 0)
    if mode not in MODES:
        raise UsageError(f"There is no search mode {mode!r}; expected one of {', '.join(MODES)}.")
    if order not in ORDERS:
        raise UsageError(f"There is no order {order!r}; expected one of {', '.join(ORDERS)}.")
    if k < 1:
        raise UsageError(f"{k} results were requested; expected 1 or more.")
    if offset < 0:
        raise UsageError(f"Results from {offset} on were requested; expected 0 or more.")
