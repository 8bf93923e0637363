"""Measure the search of a built archive: each ranker, the whole search, and its peers, in one run.

    python tests/bench/bench_rankers.py ARCHIVE QUERIES [--beir DIR] [--identifiers FILE] [--limit N] [--no-peers]

ARCHIVE is an archive home or a release; QUERIES is a JSON Lines file with `query`, `relevant` and optionally `source`, all addresses.
Citing sentences are not searched, because the queries may be taken from them. Times are of the public call, on this machine, without
encoding the query. `--beir` adds a BEIR folder (corpus.jsonl.gz, queries.jsonl), indexed on the fly; `--identifiers` adds a file of
names, one per line: documents that have a name must rank before those that do not.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

import beir_archive
import identifier_order
import retrieval_scores
import search_latency
from retrieval_scores import JudgedQuery
from search_peers import Peer, peers

from warehouse.encoding.encoder import open_encoder
from warehouse.encoding.query_encoder import open_query_encoder
from warehouse.search import Search, open_search
from warehouse.search.fusion import best
from warehouse.settings import Settings

WANTED = 11  # ten, and the query's own source
Run = Callable[[str, np.ndarray], list[str]]


def main() -> None:
    """Print the tables."""
    options = _options()
    search = open_search(search_folder(options.archive))
    queries = retrieval_scores.read_queries(options.queries)[: options.limit]
    vectors = encode(queries)
    counts = ", ".join(f"{count:,} {name}" for name, count in search.tables.counts.items())
    print(f"{len(queries):,} queries; {counts}\n")
    _print_quality("rankers and modes", queries, vectors, _own_ways(search))
    others = list(peers(search.tables, texts_of(search))) if options.peers else []
    for sentence in (other for other in others if isinstance(other, str)):
        print(sentence)
    found = [other for other in others if isinstance(other, Peer)]
    if found:
        _print_quality("peers, same passages and vectors", queries, vectors, peer_ways(search, found))
    search_latency.print_times(search, [query.text for query in queries], vectors, found)
    if options.identifiers:
        _print_identifiers(search, options.identifiers)
    if options.beir:
        _print_beir(options.beir)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the search of a built archive.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--beir", type=Path, help="a BEIR folder to check the wiring with")
    parser.add_argument("--identifiers", type=Path, help="a file of names that must come first")
    parser.add_argument("--limit", type=int, help="only the first queries")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    return parser.parse_args()


def search_folder(archive: Path) -> Path:
    """Return the search files of a home or a release, or the folder itself if it holds them."""
    for folder in (archive / "current" / "search", archive / "search", archive):
        if (folder / "search.json").is_file():
            return folder
    sys.exit(f"no search files in {archive}: an archive home or a release was expected")


def encode(queries: Sequence[JudgedQuery]) -> np.ndarray:
    """Return the vectors of queries, encoded as for users."""
    return open_query_encoder(Settings()).encode([query.text for query in queries], query=True)


def _own_ways(search: Search) -> dict[str, Run]:
    ways: dict[str, Run] = {}
    for mode in ("keyword", "meaning", "hybrid"):
        ways[f"klog, {mode}"] = lambda query, vector, mode=mode: [
            hit.url for hit in search.search(query, mode=mode, k=WANTED, vector=vector, citations=False).hits
        ]
    for ranker in ("words", "document", "title", "meaning", "centroid"):
        ways[f"ranker {ranker}"] = lambda query, vector, ranker=ranker: _by_ranker(search, ranker, query, vector)
    return ways


def _by_ranker(search: Search, ranker: str, query: str, vector: np.ndarray) -> list[str]:
    if ranker in ("meaning", "centroid"):
        scores = search.rankers.by_meaning(vector).documents[ranker]
    else:
        scores = search.rankers.by_words(search.rankers.query_terms(query), None, WANTED, citations=False).documents[
            ranker
        ]
    return [search.tables.documents["url"][row] for row in best(scores, WANTED) if scores[row] > 0]


def peer_ways(search: Search, found: Sequence[Peer]) -> dict[str, Run]:
    """Return for each peer its ranking of documents."""
    urls, owners = search.tables.documents["url"], search.tables.passage_documents
    return {
        peer.name: lambda query, vector, peer=peer: list(
            dict.fromkeys(urls[owners[row]] for row in peer.rank(query, vector))
        )
        for peer in found
    }


def texts_of(search: Search) -> list[str]:
    """Return the passages with their titles, as the peers index them."""
    tables = search.tables
    return [
        f"{tables.documents['title'][owner]}. {tables.texts[row]}"
        for row, owner in enumerate(tables.passage_documents.tolist())
    ]


def _print_quality(title: str, queries: Sequence[JudgedQuery], vectors: np.ndarray, ways: dict[str, Run]) -> None:
    print(f"| {title} | nDCG@10 | MRR@10 | R@10 | identifier | plain |\n|---|---|---|---|---|---|")
    for name, run in ways.items():
        ranked = [run(query.text, vector) for query, vector in zip(queries, vectors, strict=True)]
        found = retrieval_scores.means(queries, ranked)
        everything = " | ".join(f"{value:.4f}" for value in found["all"].values())
        classes = " | ".join(
            f"{found[name]['nDCG@10']:.4f}" if name in found else "-" for name in ("identifier", "plain")
        )
        print(f"| {name} | {everything} | {classes} |", flush=True)
    print()


def _print_identifiers(search: Search, path: Path) -> None:
    names = identifier_order.read_identifiers(path)
    vectors = open_encoder(Settings()).encode(names, query=True)
    wrong = identifier_order.out_of_order(search, names, vectors)
    print(f"{len(names)} identifiers; out of order: {', '.join(wrong) or 'none'}\n")


def _print_beir(folder: Path) -> None:
    with tempfile.TemporaryDirectory() as place:
        search = open_search(beir_archive.build(folder, Path(place) / "search"))
        queries = retrieval_scores.read_queries(folder / "queries.jsonl")
        vectors = encode(queries)
        ways: dict[str, Run] = {
            mode: lambda query, vector, mode=mode: [
                hit.document_id for hit in search.search(query, mode=mode, vector=vector).hits
            ]
            for mode in ("keyword", "meaning", "hybrid")
        }
        _print_quality(folder.name, queries, vectors, ways)


if __name__ == "__main__":
    main()
