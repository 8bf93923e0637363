"""The match set of a question, recomputed from the marts alone: the words of `documents.text`, `passages.embedding`, SQL."""

import re
from dataclasses import dataclass

import duckdb
import numpy as np

from warehouse.records import Filters
from warehouse.search import Search
from warehouse.search.identifiers import identifiers, names_asked_for
from warehouse.search.match_set import DOUBT
from warehouse.stop_words import FUNCTION_WORDS

PASSES = """
($kinds = [] OR list_contains($kinds, d.kind))
AND ($topics = [] OR d.document_id IN (
    WITH RECURSIVE below(id) AS (
        SELECT topic_id FROM topics WHERE list_contains($topics, topic_id)
        UNION SELECT topic_id FROM topics JOIN below ON topics.parent_id = below.id
    ) SELECT document_id FROM mentions WHERE entity_type = 'topic' AND entity_id IN (FROM below)))
AND ($versions = [] OR d.document_id IN (
    SELECT document_id FROM mentions WHERE entity_type = 'kernel_release' AND list_contains($versions, entity_id)))
AND ($people = [] OR d.document_id IN (
    SELECT document_id FROM mentions WHERE entity_type = 'person' AND list_contains($people, entity_id)))
AND ($after IS NULL OR CAST(d.published_at AS DATE) >= $after)
AND ($before IS NULL OR CAST(d.published_at AS DATE) <= $before)
AND ($authors = [] OR list_bool_or(list_transform($authors,
    one -> list_has_all(string_split(lower(coalesce(d.author, '')), ' '), string_split(lower(one), ' ')))))
AND ($sites = [] OR list_bool_or(list_transform($sites, one -> contains('.' || lower(d.site) || '.', '.' || one || '.'))))
AND ($languages = [] OR list_contains($languages, d.language))
"""
FACETS = {
    "kind": "SELECT kind, count(*) FROM found GROUP BY 1",
    "site": "SELECT site, count(*) FROM found WHERE site <> '' GROUP BY 1",
    "language": "SELECT language, count(*) FROM found WHERE language <> '' GROUP BY 1",
    "author": "SELECT author, count(*) FROM found WHERE author <> '' GROUP BY 1",
    "month": "SELECT strftime(published_at, '%Y-%m'), count(*) FROM found WHERE published_at IS NOT NULL GROUP BY 1",
    "year": "SELECT strftime(published_at, '%Y'), count(*) FROM found WHERE published_at IS NOT NULL GROUP BY 1",
    "version": """SELECT entity_id, count(DISTINCT document_id) FROM mentions JOIN found USING (document_id)
        WHERE entity_type = 'kernel_release' GROUP BY 1""",
    "person": """SELECT entity_id, count(DISTINCT document_id) FROM mentions JOIN found USING (document_id)
        WHERE entity_type = 'person' GROUP BY 1""",
    "topic": """WITH RECURSIVE below(id, inner_id) AS (
            SELECT topic_id, topic_id FROM topics
            UNION SELECT below.id, topic_id FROM topics JOIN below ON topics.parent_id = below.inner_id
        ) SELECT id, count(DISTINCT document_id) FROM mentions JOIN found USING (document_id)
        JOIN below ON entity_id = inner_id WHERE entity_type = 'topic' GROUP BY 1""",
}


@dataclass(frozen=True, slots=True)
class Recomputed:
    """The ids of the matching documents, newest and oldest first, and their facets."""

    newest: list[str]
    oldest: list[str]
    facets: dict[str, dict[str, int]]


def _is_exact(name: str) -> bool:
    has_parts = bool(re.search(r"[\d_]", name)) and len([part for part in re.split(r"[\W_]", name) if part]) > 1
    is_file = "/" in name and "." in name.rsplit("/", 1)[1]
    return has_parts or is_file or bool(re.fullmatch(r"[0-9a-f]{7,40}", name) and re.search(r"\d", name))


class Recomputer:
    """Recomputes match sets of an open archive; it takes from the search only the floor and how words are split and stemmed."""

    def __init__(self, archive: duckdb.DuckDBPyConnection, search: Search) -> None:
        self._archive, self._floor, self._lexical = archive, search.tables.floor, search.tables.lexical
        stems, whole = self._lexical.stems, self._lexical.whole_words
        texts = archive.execute(
            "SELECT document_id, title, coalesce(headings, ''), text FROM documents LEFT JOIN (SELECT document_id, "
            "string_agg(DISTINCT heading, ' . ') AS headings FROM sections GROUP BY 1) USING (document_id) ORDER BY 1"
        ).fetchall()
        self.ids = [row[0] for row in texts]
        self._stems = [set(stems(" . ".join(row[1:]))) for row in texts]
        self._runs = [f" {' '.join(stems(row[3]))} " for row in texts]
        self._titles = [f" {' '.join(stems(row[1]))} " for row in texts]
        self._whole = [f" {' '.join(whole(' . '.join(row[1:])))} " for row in texts]

    def matches(self, query: str, mode: str, vector: np.ndarray, filters: Filters) -> Recomputed:
        """Return the documents that a plain query is about."""
        shares, doubt, is_unheard, names = self._shares(query)
        by_words = shares >= 0.5 - 1e-9
        cosines = self._cosines(vector)
        near = (cosines >= self._floor + DOUBT * doubt) & (not is_unheard)
        if mode == "keyword" or (mode == "hybrid" and names and all(map(_is_exact, names))):
            found = by_words
        elif mode == "meaning" or (not near.any() and not names and not self._stands_so(query)):
            found = near
        else:
            found = by_words | near
        if not np.isfinite(shares).all():
            found = np.zeros(len(self.ids), bool)
        ids = [name for name, is_found in zip(self.ids, found.tolist(), strict=True) if is_found]
        return self.cut(ids, filters)

    def _shares(self, query: str) -> tuple[np.ndarray, float, bool, list[str]]:
        words, compounds = self._content(query)
        held = [np.array([word in have for have in self._stems]) for word in words]
        held += [self._named(name) for name in compounds]
        if not held:
            return np.full(len(self.ids), np.nan), 0.0, False, []
        weights = np.array([np.log(1 + len(self.ids) / (1 + mask.sum())) for mask in held])
        unknown = np.array([not mask.any() for mask in held])
        figures = np.array([bool(re.search(r"[\d_]", word)) for word in [*words, *compounds]])
        total = weights.sum()
        unheard = weights[unknown & figures].sum() >= (0.5 - 1e-9) * total
        return np.stack(held, 1) @ weights / total, weights[unknown].sum() / total, unheard, names_asked_for(query)

    def _content(self, query: str) -> tuple[list[str], list[str]]:
        stems = self._lexical.stems
        compounds = [name for name in identifiers(query) if len(stems(name)) > 1]
        plain = query
        for name in compounds:
            plain = plain.replace(name, ";")
        stop = {stem for word in FUNCTION_WORDS for stem in stems(word)}
        words = [stem for stem in dict.fromkeys(stems(plain)) if stem not in stop]
        if not words and not compounds:
            words = list(dict.fromkeys(stems(plain)))
        return words, compounds

    def _named(self, name: str) -> np.ndarray:
        whole = f" {' '.join(self._lexical.whole_words(name))} "
        parts = f" {' '.join(self._lexical.stems(name))} "
        is_sha = re.fullmatch(r"[0-9a-f]{7,39}", name)
        return np.array(
            [
                whole in words or parts in run or parts in title or bool(is_sha and f" {name}" in words)
                for words, run, title in zip(self._whole, self._runs, self._titles, strict=True)
            ]
        )

    def _stands_so(self, query: str) -> bool:
        words, (content, _) = self._lexical.stems(query), self._content(query)
        phrases = [f" {' '.join(each)} " for each in (words, content)]
        return len(content) > 1 and any(phrase in run for phrase in phrases for run in self._runs)

    def _cosines(self, vector: np.ndarray) -> np.ndarray:
        nearest = dict(
            self._archive.execute(
                "SELECT document_id, max(list_dot_product(CAST(embedding AS DOUBLE[]), CAST($vector AS DOUBLE[]))) "
                "FROM passages GROUP BY 1",
                {"vector": vector.astype(float).tolist()},
            ).fetchall()
        )
        return np.array([nearest.get(name) or -1.0 for name in self.ids])

    def cut(self, ids: list[str], filters: Filters) -> Recomputed:
        """Return which of these documents pass the filters; the table `found` holds them until the next call."""
        values = {name: getattr(filters, name) for name in ("after", "before")} | {
            name: list(getattr(filters, name))
            for name in ("kinds", "topics", "versions", "people", "authors", "sites", "languages")
        }
        self._archive.execute(
            f"CREATE OR REPLACE TEMP TABLE found AS SELECT d.* FROM documents d WHERE list_contains($ids, document_id) AND {PASSES}",
            {"ids": ids, **values},
        )
        newest, oldest = (
            [
                row[0]
                for row in self._archive.execute(
                    f"SELECT document_id FROM found ORDER BY published_at {way} NULLS LAST, document_id"
                ).fetchall()
            ]
            for way in ("DESC", "ASC")
        )
        facets = {name: dict(self._archive.execute(statement).fetchall()) for name, statement in FACETS.items()}
        return Recomputed(newest, oldest, facets)
