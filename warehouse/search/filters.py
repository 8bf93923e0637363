"""Applies filters before ranking."""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from warehouse.records import Filters
from warehouse.search.index_reader import SearchIndex

Mask = npt.NDArray[np.bool_]


def keep_documents(tables: SearchIndex, filters: Filters) -> Mask | None:
    """Return for each document whether it passes the filters, or None without filters.

    Several values of one filter mean any of them, several filters all of them; a topic includes the topics below it. An undated
    document passes no date filter.
    """
    if filters == Filters():
        return None
    keep = np.ones(len(tables.rows), bool)
    if filters.kinds:
        keep &= np.isin(tables.kinds, filters.kinds)
    for asked, name in (
        (filters.topics, "topics"),
        (filters.versions, "versions"),
        (filters.people, "people"),
    ):
        if asked:
            keep &= _mask(len(keep), (tables.named[name].get(one, ()) for one in asked))
    for asked, name, holds in (
        (filters.authors, "author", _has_words),
        (filters.sites, "site", _has_labels),
        (filters.languages, "language", str.__eq__),
    ):
        if asked:
            codes, values = tables.coded(name)
            passing = [any(holds(value, one.casefold()) for one in asked) for value in map(str.casefold, values)]
            keep &= np.append(passing, False)[codes]
    if filters.after is not None:
        keep &= tables.days >= np.datetime64(filters.after, "D")
    if filters.before is not None:
        keep &= tables.days <= np.datetime64(filters.before, "D")
    if filters.documents:
        keep &= _mask(len(keep), [[tables.rows[name] for name in filters.documents if name in tables.rows]])
    return keep


def _has_words(name: str, words: str) -> bool:
    return set(words.split()) <= set(name.split())


def _has_labels(site: str, domain: str) -> bool:
    return f".{domain}." in f".{site}."


def _mask(size: int, groups: Iterable[npt.ArrayLike]) -> Mask:
    mask = np.zeros(size, bool)
    for rows in groups:
        mask[np.asarray(rows, np.int64)] = True
    return mask
