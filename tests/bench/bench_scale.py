"""Measure the search at several times an archive's size.

    python tests/bench/bench_scale.py ARCHIVE QUERIES [--times 1 4 16]

ARCHIVE is an archive home or a release (a folder with archive.duckdb). Its documents are repeated under other names, with slightly
rotated vectors, so that no two are equal; then a new process opens the search and runs the queries. The time to encode queries is
not included.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import numpy as np

from warehouse.encoding.encoder import open_encoder
from warehouse.search import build_search_files, open_search
from warehouse.settings import Settings

QUERIES = 200
COPIED = """
INSERT INTO documents SELECT document_id || $copy, kind, url || $copy, memento_url, title || $copy, author, published_at,
    site, language FROM source.documents;
INSERT INTO sections SELECT section_id || $copy, document_id || $copy, position, heading, role FROM source.sections;
INSERT INTO passages SELECT passage_id || $copy, document_id || $copy, section_id || $copy, position, text || $copy,
    list_transform(embedding::FLOAT[], x -> x + 0.02 * (random() - 0.5))::FLOAT[{dimension}] FROM source.passages;
INSERT INTO mentions SELECT document_id || $copy, entity_type, entity_id FROM source.mentions;
"""
TABLES = """
CREATE TABLE documents (document_id VARCHAR, kind VARCHAR, url VARCHAR, memento_url VARCHAR, title VARCHAR,
    author VARCHAR, published_at TIMESTAMP, site VARCHAR, language VARCHAR);
CREATE TABLE sections (section_id VARCHAR, document_id VARCHAR, position INTEGER, heading VARCHAR, role VARCHAR);
CREATE TABLE passages (passage_id VARCHAR, document_id VARCHAR, section_id VARCHAR, position INTEGER, text VARCHAR,
    embedding FLOAT[{dimension}]);
CREATE TABLE links (document_id VARCHAR, target_document_id VARCHAR, sentence VARCHAR);
CREATE TABLE mentions (document_id VARCHAR, entity_type VARCHAR, entity_id VARCHAR);
CREATE TABLE topics AS FROM source.topics;
CREATE TABLE people AS FROM source.people;
CREATE TABLE kernel_releases AS FROM source.kernel_releases;
"""


def main() -> None:
    """Print one line per size."""
    parser = argparse.ArgumentParser(description="Measure the search at several times an archive's size.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--times", type=int, nargs="+", default=[1, 4, 16])
    parser.add_argument("--answer", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.answer:
        print(json.dumps(_answer(options.answer, options.queries)))
        return
    print("| times | passages | built in s | MB on disk | opened in s | p50 ms | p95 ms | MB in memory |")
    print("|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as place:
        lines = options.queries.read_text(encoding="utf-8").splitlines()[:QUERIES]
        texts = [json.loads(line)["query"] for line in lines]
        asked = Path(place) / "asked.npz"
        np.savez(asked, texts=texts, vectors=open_encoder(Settings()).encode(texts, query=True))
        for times in options.times:
            folder = Path(place) / f"x{times}"
            passages, built = _build(options.archive, folder, times)
            size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6
            command = [sys.executable, __file__, str(options.archive), str(asked), "--answer", str(folder)]
            found = json.loads(subprocess.check_output(command, text=True))
            figures = f"{found['opened']:.2f} | {found['p50']:.1f} | {found['p95']:.1f} | {found['memory']:.0f}"
            print(f"| {times} | {passages:,} | {built:.0f} | {size:.0f} | {figures} |", flush=True)


def _build(archive: Path, folder: Path, times: int) -> tuple[int, float]:
    source = next(
        path for path in (archive / "current" / "archive.duckdb", archive / "archive.duckdb", archive) if path.is_file()
    )
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{source}' AS source (READ_ONLY)")
        (dimension,) = connection.execute("SELECT any_value(len(embedding)) FROM source.passages").fetchone()
        connection.execute(TABLES.format(dimension=dimension))
        for number in range(times):
            for statement in COPIED.format(dimension=dimension).split(";\n"):
                if statement.strip():
                    connection.execute(statement, {"copy": f" x{number}"})
        began = time.perf_counter()
        counts = build_search_files(connection, folder)
        return counts["passages"], time.perf_counter() - began


def _answer(folder: Path, asked: Path) -> dict[str, float]:
    with np.load(asked) as found:
        texts, vectors = found["texts"].tolist(), found["vectors"]
    began = time.perf_counter()
    search = open_search(folder)
    search.search(texts[0], vector=vectors[0])
    opened = time.perf_counter() - began
    seconds = []
    for text, vector in zip(texts, vectors, strict=True):
        began = time.perf_counter()
        search.search(text, vector=vector)
        seconds.append(time.perf_counter() - began)
    p50, p95 = np.percentile(seconds, [50, 95]) * 1e3
    return {"opened": opened, "p50": float(p50), "p95": float(p95), "memory": _most_memory()}


def _most_memory() -> float:
    """Return the peak memory of this process in MB; `getrusage` would include the process that started it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) / 1000


if __name__ == "__main__":
    main()
