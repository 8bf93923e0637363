"""Applies filters before ranking."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
import numpy.typing as npt

from warehouse.accents import folded
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
    for asked, name, holds in _by_value(filters):
        if asked:
            codes, values = tables.coded(name)
            passing = [any(holds(folded(value), folded(one)) for one in asked) for value in values]
            keep &= np.append(passing, False)[codes]
    if filters.after is not None:
        keep &= tables.days >= np.datetime64(filters.after, "D")
    if filters.before is not None:
        keep &= tables.days <= np.datetime64(filters.before, "D")
    if filters.documents:
        keep &= _mask(len(keep), [[tables.rows[name] for name in filters.documents if name in tables.rows]])
    return keep


def filter_condition(tables: SearchIndex, filters: Sequence[Filters], without: Sequence[Filters] = ()) -> str | None:
    """Return filters, all of them and none of `without`, as SQL over the columns of a search store; None without filters."""
    parts = [f"({_condition(tables, one)})" for one in filters if one != Filters()]
    parts += [f"({_condition(tables, one)}) IS NOT TRUE" for one in without if one != Filters()]
    return " AND ".join(parts) or None


def _condition(tables: SearchIndex, filters: Filters) -> str:
    parts = [_one_of("kind", filters.kinds)] if filters.kinds else []
    for asked, name in ((filters.topics, "topics"), (filters.versions, "versions"), (filters.people, "people")):
        if asked:
            known = [one for one in asked if one in tables.named[name]]
            parts.append(f"array_has_any({name}, [{_quoted(known)}])" if known else "false")
    for asked, name, holds in _by_value(filters):
        if asked:
            values = tables.coded(name)[1]
            parts.append(
                _one_of(name, [one for one in values if any(holds(folded(one), folded(word)) for word in asked)])
            )
    if filters.after is not None:
        parts.append(f"day >= DATE '{filters.after:%Y-%m-%d}'")
    if filters.before is not None:
        parts.append(f"day <= DATE '{filters.before:%Y-%m-%d}'")
    if filters.documents:
        rows = [str(tables.rows[name]) for name in filters.documents if name in tables.rows]
        parts.append(f"document IN ({', '.join(rows)})" if rows else "false")
    return " AND ".join(parts)


def _by_value(filters: Filters) -> Iterable[tuple[tuple[str, ...], str, Callable[[str, str], bool]]]:
    """Return what is asked of each column whose values are compared, with the comparison."""
    return (
        (filters.authors, "author", _has_words),
        (filters.sites, "site", _has_labels),
        (filters.languages, "language", str.__eq__),
    )


def _one_of(column: str, values: Sequence[str]) -> str:
    return f"{column} IN ({_quoted(values)})" if values else "false"


def _quoted(values: Sequence[str]) -> str:
    return ", ".join("'" + value.replace("'", "''") + "'" for value in values)


def _has_words(name: str, words: str) -> bool:
    return set(words.split()) <= set(name.split())


def _has_labels(site: str, domain: str) -> bool:
    return f".{domain}." in f".{site}."


def _mask(size: int, groups: Iterable[npt.ArrayLike]) -> Mask:
    mask = np.zeros(size, bool)
    for rows in groups:
        mask[np.asarray(rows, np.int64)] = True
    return mask
