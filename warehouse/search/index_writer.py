"""Writes the search files beside a release's DuckDB file, so that a search needs no SQL.

search.json           format, counts, the encoder's name, sha256 of each file; `similarity_floor.py` adds the similarity floor
words/                the lexical indexes
documents.json        columns of the documents, by row, those without passages last; which documents name a topic, release or person
names.json            names of topics and people, and release days of kernels
sections.json         columns of the sections, by row
passages.npy          section row and document row of each passage; passages of a document are adjacent
passage_texts(.npy)   text of each passage, passage_ids(.npy) its id
vectors.npy           its vector in half precision; absent if the archive has no vectors
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from warehouse.search.columns import write_texts
from warehouse.search.lexical import IndexedDocument, IndexedPassage, build_lexical
from warehouse.topic_tree import MEMBERS

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
) -> dict[str, int]:
    """Write the search files of the marts that `connection` has open into the new `directory`; return counts.

    `model` is the name of the encoder that made the embeddings; without it, queries' encoders cannot be checked.
    `model_setting` is the setting by which that encoder is found.
    """
    began = time.perf_counter()
    directory.mkdir(parents=True)
    documents = _columns(connection, _DOCUMENTS)
    rows = {document: row for row, document in enumerate(documents["document_id"])}
    sections = _columns(connection, _SECTIONS)
    passages = _columns(connection, _PASSAGES)
    owners = np.array([rows[document] for document in passages["document_id"]], np.int32)
    places = {section: row for row, section in enumerate(sections["section_id"])}
    inside = np.array([places[section] for section in passages["section_id"]], np.int32)
    np.save(directory / "passages.npy", np.stack([inside, owners]) if len(owners) else np.zeros((2, 0), np.int32))
    write_texts(directory / "passage_texts", passages["text"])
    write_texts(directory / "passage_ids", passages["passage_id"])
    _write_json(directory / "sections.json", sections)
    named = {
        "topics": _named(connection, _TOPICS, [], rows),
        "versions": _named(connection, _MENTIONED, ["kernel_release"], rows),
        "people": _named(connection, _MENTIONED, ["person"], rows),
        "own_topics": _named(connection, _MENTIONED, ["topic"], rows),
    }
    _write_json(directory / "documents.json", {"columns": documents, "named": named})
    _write_json(directory / "names.json", {name: _columns(connection, statement) for name, statement in _NAMES.items()})
    _build_words(connection, directory / "words", documents, sections, passages, owners, inside)
    vectors = _write_vectors(connection, directory / "vectors.npy", len(owners))
    counts = {
        "documents": len(rows),
        "sections": len(places),
        "passages": len(owners),
        "vectors": vectors,
        "cited_documents": sum(1 for document, _ in _cited(connection) if document in rows),
    }
    about = {
        "format": FORMAT,
        "model": model if vectors else None,
        "model_setting": model_setting,
        "counts": counts,
        "seconds": round(time.perf_counter() - began, 1),
        "files": _hashes(directory),
    }
    _write_json(directory / "search.json", about)
    return counts


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


def _build_words(
    connection: duckdb.DuckDBPyConnection,
    directory: Path,
    documents: Mapping[str, list[Any]],
    sections: Mapping[str, list[Any]],
    passages: Mapping[str, list[Any]],
    owners: "np.ndarray[Any, np.dtype[np.int32]]",
    inside: "np.ndarray[Any, np.dtype[np.int32]]",
) -> None:
    cited = dict(_cited(connection))
    starts = np.searchsorted(owners, np.arange(len(documents["document_id"]) + 1))

    def indexed_passages() -> Iterator[IndexedPassage]:
        for text, owner, section in zip(passages["text"], owners.tolist(), inside.tolist(), strict=True):
            heading = sections["heading"][section]
            title = documents["title"][owner]
            yield IndexedPassage(owner, f"{title}. {heading}" if heading else title, text)

    def indexed_documents() -> Iterator[IndexedDocument]:
        for row, document in enumerate(documents["document_id"]):
            first, last = int(starts[row]), int(starts[row + 1])
            headings = dict.fromkeys(sections["heading"][section] for section in inside[first:last].tolist())
            yield IndexedDocument(
                title=documents["title"][row],
                headings=". ".join(heading for heading in headings if heading),
                text="\n".join(passages["text"][first:last]),
                cited=cited.get(document, ""),
            )

    build_lexical(directory, indexed_passages(), indexed_documents())


def _write_vectors(connection: duckdb.DuckDBPyConnection, path: Path, passages: int) -> int:
    """Write the vectors in the order of the passages, zeros for passages without one; return how many have one."""
    first = connection.execute("SELECT len(embedding) FROM passages WHERE embedding IS NOT NULL LIMIT 1").fetchone()
    if first is None:
        return 0
    vectors = np.zeros((passages, int(first[0])), np.float16)
    found = connection.execute("SELECT embedding FROM passages ORDER BY document_id, position, passage_id")
    row = count = 0
    while batch := found.fetchmany(BATCH_ROWS):
        for (vector,) in batch:
            if vector is not None:
                vectors[row] = vector
                count += 1
            row += 1
    np.save(path, vectors)
    return count


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


def _hashes(directory: Path) -> dict[str, str]:
    found = {}
    for path in sorted(directory.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            with path.open("rb") as file:
                found[str(path.relative_to(directory))] = hashlib.file_digest(file, "sha256").hexdigest()
    return found
