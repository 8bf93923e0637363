"""Writes the search files beside a release's DuckDB file, so that a search needs no SQL.

search.json           format, counts, the encoder's name, sha256 of each file; `similarity_floor.py` adds the similarity floor
words/                the lexical indexes
documents.json        columns of the documents, by row, those without passages last; which documents name a topic, release or person
names.json            names of topics and people, and release days of kernels
sections.json         columns of the sections, by row
passages.npy          section row and document row of each passage, and 1 for rows of a table; passages of a document are adjacent
store.json            where the vectors lie if a search store has them
passage_texts(.npy)   text of each passage, passage_ids(.npy) its id
vectors.npy           its vector in half precision; absent if the archive has no vectors or a store has them
"""

import datetime as dt
import hashlib
import json
import secrets
import time
from array import array
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from warehouse.search.columns import TextWriter
from warehouse.search.lexical import IndexedDocument, IndexedPassage, LexicalWriter
from warehouse.search.tabular import is_table
from warehouse.topic_tree import MEMBERS
from warehouse.vector_store import StoredVectors

FORMAT = 3
BATCH_ROWS = 4096

_DOCUMENTS = """
SELECT document_id, kind, url, memento_url, title, author, site, language, CAST(published_at AS VARCHAR) AS published_at
FROM documents ORDER BY document_id NOT IN (SELECT document_id FROM passages), document_id
"""
_PASSAGES = """
SELECT passage_id, document_id, section_id, text FROM passages ORDER BY document_id, position, passage_id
"""
_SECTIONS = """
SELECT section_id, heading, role FROM sections ORDER BY document_id, position
"""
# The sentences in which other documents link to a document, each once.
_CITED = """
SELECT target_document_id, string_agg(sentence, E'\\n' ORDER BY sentence) FROM (
    SELECT DISTINCT target_document_id, sentence FROM links
    WHERE target_document_id IS NOT NULL AND target_document_id <> document_id
) GROUP BY target_document_id
"""
_MENTIONED = """
SELECT DISTINCT entity_id, document_id FROM mentions WHERE entity_type = ? ORDER BY ALL
"""
_TOPICS = f"""
WITH RECURSIVE {MEMBERS}
SELECT DISTINCT members.topic_id, mentions.document_id
FROM members JOIN mentions ON mentions.entity_type = 'topic' AND mentions.entity_id = members.member_id ORDER BY ALL
"""
_NAMES = {
    "topics": "SELECT topic_id, name, aliases FROM topics ORDER BY topic_id",
    "people": "SELECT person_id, name, aliases FROM people ORDER BY person_id",
    "releases": "SELECT version, CAST(released_on AS VARCHAR) AS released_on FROM kernel_releases ORDER BY version",
}


def build_search_files(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    *,
    model: str | None = None,
    model_setting: str | None = None,
    store: str = "",
) -> dict[str, int]:
    """Write the search files of the marts that `connection` has open into the new `directory`; return counts.

    The arguments are those of `search_files_in_writing`.
    """
    writing = search_files_in_writing(connection, directory, model=model, model_setting=model_setting, store=store)
    with writing as counts:
        return counts


@contextmanager
def search_files_in_writing(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    *,
    model: str | None = None,
    model_setting: str | None = None,
    store: str = "",
) -> Iterator[dict[str, int]]:
    """Yield the counts while threads still write the word indexes; when the block ends, all files are there.

    `model` is the name of the encoder that made the embeddings; without it, queries' encoders cannot be checked.
    `model_setting` is the setting by which that encoder is found. `store` is the address of a search store for the vectors.
    """
    began = time.perf_counter()
    directory.mkdir(parents=True)
    documents = _columns(connection, _DOCUMENTS)
    rows = {document: row for row, document in enumerate(documents["document_id"])}
    sections = _columns(connection, _SECTIONS)
    places = {section: row for row, section in enumerate(sections["section_id"])}
    named = {
        "topics": _named(connection, _TOPICS, [], rows),
        "versions": _named(connection, _MENTIONED, ["kernel_release"], rows),
        "people": _named(connection, _MENTIONED, ["person"], rows),
        "own_topics": _named(connection, _MENTIONED, ["topic"], rows),
    }
    _write_json(directory / "sections.json", sections)
    _write_json(directory / "documents.json", {"columns": documents, "named": named})
    _write_json(directory / "names.json", {name: _columns(connection, statement) for name, statement in _NAMES.items()})
    words = LexicalWriter(directory / "words")
    owners = _write_passages(connection, directory, words, documents, sections, places)
    passages = len(owners)
    if store:
        of = StoredVectors(store, f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%S}-{secrets.token_hex(3)}", model)
        vectors = _store_vectors(connection, directory, of, owners, documents, named)
    else:
        vectors = _write_vectors(connection, directory / "vectors.npy", passages)
    counts = {
        "documents": len(rows),
        "sections": len(places),
        "passages": passages,
        "vectors": vectors,
        "cited_documents": sum(1 for document, _ in _cited(connection) if document in rows),
    }
    yield counts
    words.finish()
    about = {
        "format": FORMAT,
        "model": model if vectors else None,
        "model_setting": model_setting,
        "counts": counts,
        "seconds": round(time.perf_counter() - began, 1),
        "files": _hashes(directory),
    }
    _write_json(directory / "search.json", about)


def _columns(connection: duckdb.DuckDBPyConnection, statement: str) -> dict[str, list[Any]]:
    found = connection.execute(statement)
    names = [column[0] for column in found.description or ()]
    rows = found.fetchall()
    return {name: [row[place] for row in rows] for place, name in enumerate(names)}


def _named(
    connection: duckdb.DuckDBPyConnection, statement: str, values: list[str], rows: Mapping[str, int]
) -> dict[str, list[int]]:
    """Return for each name the rows of the documents that have it, in order."""
    found: dict[str, list[int]] = {}
    for name, document in connection.execute(statement, values).fetchall():
        if document in rows:
            found.setdefault(name, []).append(rows[document])
    return {name: sorted(of_name) for name, of_name in found.items()}


def _cited(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    return connection.execute(_CITED).fetchall()


def _write_passages(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    words: LexicalWriter,
    documents: Mapping[str, list[Any]],
    sections: Mapping[str, Sequence[Any]],
    places: Mapping[str, int],
) -> npt.NDArray[np.int32]:
    """Write the passages in one pass and hand them with their documents to the lexical indexes; return the row of each's document."""
    inside, owners, tables = array("i"), array("i"), array("i")
    left = _Documents(words, documents, dict(_cited(connection)))
    found = connection.execute(_PASSAGES)
    with TextWriter(directory / "passage_texts") as texts, TextWriter(directory / "passage_ids") as ids:
        while batch := found.fetchmany(BATCH_ROWS):
            for passage_id, document_id, section_id, text in batch:
                row = left.go_on_to(document_id)
                section = places[section_id]
                heading = sections["heading"][section]
                inside.append(section)
                owners.append(row)
                tables.append(sections["role"][section] == "table" or is_table(text))
                texts.append(text)
                ids.append(passage_id)
                title = documents["title"][row]
                words.add_passage(IndexedPassage(row, f"{title}. {heading}" if heading else title, text))
                left.add(heading, text)
    left.go_on_to(None)
    rows: npt.NDArray[np.int32] = np.array([inside, owners, tables], np.int32)
    np.save(directory / "passages.npy", rows)
    return np.array(owners, np.int32)


class _Documents:
    """The documents in the order of their passages: each is indexed once all of its passages were seen."""

    def __init__(self, words: LexicalWriter, documents: Mapping[str, list[Any]], cited: Mapping[str, str]) -> None:
        self._words = words
        self._ids, self._titles = documents["document_id"], documents["title"]
        self._cited = cited
        self._row = 0
        self._texts: list[str] = []
        self._headings: dict[str, None] = {}

    def add(self, heading: str | None, text: str) -> None:
        """Add a passage to the present document."""
        self._texts.append(text)
        if heading:
            self._headings[heading] = None

    def go_on_to(self, document_id: str | None) -> int:
        """Index the documents before this one, all of them for None; return its row."""
        while self._row < len(self._ids) and self._ids[self._row] != document_id:
            self._words.add_document(
                IndexedDocument(
                    title=self._titles[self._row],
                    headings=". ".join(self._headings),
                    text="\n".join(self._texts),
                    cited=self._cited.get(self._ids[self._row], ""),
                )
            )
            self._row += 1
            self._texts, self._headings = [], {}
        return self._row


def _write_vectors(connection: duckdb.DuckDBPyConnection, path: Path, passages: int) -> int:
    """Write the vectors in the order of the passages, zeros for passages without one; return how many have one."""
    dimension, count = _vectors_of(connection)
    if count:
        vectors = np.lib.format.open_memmap(path, "w+", np.float16, (passages, dimension))
        row = 0
        for block in _vector_blocks(connection, dimension):
            vectors[row : row + len(block)] = block
            row += len(block)
        vectors.flush()
    return count


def _store_vectors(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    of: StoredVectors,
    owners: npt.NDArray[np.int32],
    documents: Mapping[str, list[Any]],
    named: Mapping[str, Mapping[str, list[int]]],
) -> int:
    """Write the same into a store; return how many passages have one."""
    from warehouse.search.store_writer import filter_columns, write_vectors  # and with it Lance

    dimension, count = _vectors_of(connection)
    if count:
        of.write(directory)
        columns = filter_columns(documents, named)
        write_vectors(of, _vector_blocks(connection, dimension), dimension, owners, columns)
    return count


def _vectors_of(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return the dimension of the vectors and their number."""
    found = connection.execute("SELECT any_value(len(embedding)), count(embedding) FROM passages").fetchone()
    return (int(found[0]), int(found[1])) if found and found[1] else (0, 0)


def _vector_blocks(connection: duckdb.DuckDBPyConnection, dimension: int) -> Iterator[npt.NDArray[np.float16]]:
    """Yield the vectors in the order of the passages."""
    found = connection.execute("SELECT embedding FROM passages ORDER BY document_id, position, passage_id")
    for batch in found.to_arrow_reader(BATCH_ROWS):
        column = batch.column(0)
        block = np.zeros((len(column), dimension), np.float16)
        there = column.is_valid().to_numpy(zero_copy_only=False)
        block[there] = column.drop_null().flatten().to_numpy().reshape(-1, dimension)
        yield block


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _hashes(directory: Path) -> dict[str, str]:
    found = {}
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            with path.open("rb") as file:
                found[str(path.relative_to(directory))] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
