"""Applies the conditions of the query syntax (`"phrase"`, `-word`, `OR`) as a filter."""

import numpy as np
import numpy.typing as npt
from tantivy import Query

from warehouse.search.identifiers import identifiers
from warehouse.search.index_reader import SearchIndex
from warehouse.search.lexical import Lexical
from warehouse.search.query_syntax import Clause, ParsedQuery

Mask = npt.NDArray[np.bool_]

# Words that `kern*` may match; in an archive of 10^5 passages, three letters match some hundreds at most.
MOST_OF_PREFIX = 2000


def keep_clauses(tables: SearchIndex, parsed: ParsedQuery) -> Mask | None:
    """Return for each document whether it meets the query's conditions; None if there are none."""
    if not parsed.must and not parsed.must_not:
        return None
    keep = np.ones(len(tables.rows), bool)
    for group in parsed.must:
        keep &= np.logical_or.reduce([_documents_with(tables, clause) for clause in group])
    for clause in parsed.must_not:
        keep &= ~_documents_with(tables, clause)
    return keep


def _documents_with(tables: SearchIndex, clause: Clause) -> Mask:
    mask = np.zeros(len(tables.rows), bool)
    for query in _queries(tables.lexical, clause):
        rows, _ = tables.lexical.search("documents", Query.const_score_query(query, 1.0), len(mask))
        mask[rows] = True
    return mask


def _queries(lexical: Lexical, clause: Clause) -> list[Query]:
    """Return queries, any of which matches the clause: phrases, names and prefixes as typed, a plain word in any of its forms."""
    if clause.is_prefix:
        field = "title" if clause.in_title else "whole"
        words = lexical.words_with_prefix("documents", field, clause.text.lower(), MOST_OF_PREFIX)
        return [lexical.any_of("documents", field, [word for word, _ in words])] if words else []
    if clause.in_title:
        return _phrase(lexical, "title", lexical.stems(clause.text))
    if clause.is_phrase or identifiers(clause.text):
        return _phrase(lexical, "whole", lexical.whole_words(clause.text))
    stems = lexical.stems(clause.text)
    return _phrase(lexical, "words", stems) + _phrase(lexical, "title", stems)


def _phrase(lexical: Lexical, field: str, words: list[str]) -> list[Query]:
    return [lexical.phrase("documents", field, words)] if words else []
