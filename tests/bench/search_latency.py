"""The time of a search, compared with the bare calls it consists of and with its peers."""

import datetime as dt
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

import numpy as np
from search_peers import Peer

from warehouse.records import Filters
from warehouse.search import Search
from warehouse.search.rankers import DEPTH

QUERIES = 300
WARM_UP = 20
BLOCK = 150
COLD_RUNS = 5
Call = Callable[[int], object]


def print_times(search: Search, queries: Sequence[str], vectors: np.ndarray, peers: Sequence[Peer]) -> None:
    """Print p50 and p95 of the public call, the bare calls, filtered calls and each peer; then sizes and cold starts."""
    count = min(QUERIES, len(queries))
    bare = _bare_calls(search, queries[:count], vectors)
    calls: dict[str, Call] = {
        "bare calls": bare,
        "klog, hybrid": lambda place: search.search(queries[place], vector=vectors[place], citations=False),
        "klog, keyword": lambda place: search.search(queries[place], mode="keyword", citations=False),
    }
    for filters in _three_filters(search):
        calls["klog, hybrid, three filters"] = lambda place, filters=filters: search.search(
            queries[place], vector=vectors[place], filters=filters, citations=False
        )
    for peer in peers:
        calls[peer.name] = lambda place, peer=peer: peer.rank(queries[place], vectors[place])
    times = _interleaved(calls, count)
    print("| warm, query already encoded | p50 ms | p95 ms | p50 / bare | p95 / bare |\n|---|---|---|---|---|")
    base = {share: np.percentile(times["bare calls"], share) for share in (50, 95)}
    for name, seconds in times.items():
        middle, high = (np.percentile(seconds, share) for share in (50, 95))
        print(f"| {name} | {middle * 1e3:.2f} | {high * 1e3:.2f} | {middle / base[50]:.2f} | {high / base[95]:.2f} |")
    print()
    _print_sizes(search, peers)
    _print_cold(search)


def _bare_calls(search: Search, queries: Sequence[str], vectors: np.ndarray) -> Call:
    """Return a call with the least that a search needs: tantivy's searches and the matrix products."""
    passages, centroids, wording = search.tables.vectors, search.rankers.centroids, search.rankers.wording
    searchers = search.tables.lexical.searchers
    words = [search.rankers.query_terms(query) for query in queries]
    prepared = [
        (
            ("passages", wording.in_passages(one)),
            ("documents", wording.in_documents(one)),
            ("documents", wording.in_field("title", one)),
        )
        for one in words
    ]

    def call(place: int) -> object:
        hits = [searchers[name].search(query, limit=DEPTH, count=False).hits for name, query in prepared[place]]
        return hits, passages @ vectors[place], centroids @ vectors[place]

    return call


def _three_filters(search: Search) -> list[Filters]:
    """Return filters by kinds, topics and a span of days that leave about a third of the documents; none without dates."""
    days = np.sort(search.tables.days[~np.isnat(search.tables.days)])
    if not len(days):
        return []
    first, last = (days[int(share * (len(days) - 1))].astype(dt.date) for share in (1 / 3, 2 / 3))
    topics = tuple(sorted(search.tables.named["topics"]))
    kinds = tuple(sorted(set(search.tables.documents["kind"])))
    return [Filters(kinds=kinds, after=first, before=last, topics=topics)]


def _interleaved(calls: dict[str, Call], count: int) -> dict[str, list[float]]:
    """Return the seconds of each call for each query; the calls alternate after each block of queries, so that load affects all.

    They do not alternate after each query, because numpy's idle threads spin for a while after a product and would slow the next call.
    """
    for call in calls.values():
        for place in range(min(WARM_UP, count)):
            call(place)
    times: dict[str, list[float]] = {name: [] for name in calls}
    for start in range(0, count, BLOCK):
        for name, call in calls.items():
            for place in range(start, min(start + BLOCK, count)):
                began = time.perf_counter()
                call(place)
                times[name].append(time.perf_counter() - began)
    return times


def _print_sizes(search: Search, peers: Sequence[Peer]) -> None:
    files = [path for path in search.tables.directory.rglob("*") if path.is_file()]
    print("| index | MB | built in s |\n|---|---|---|")
    print(f"| klog | {sum(path.stat().st_size for path in files) / 1e6:.1f} | {search.tables.build_seconds:.1f} |")
    for peer in peers:
        print(f"| {peer.name} | {peer.size_bytes / 1e6:.1f} | {peer.build_s:.1f} |")
    print()


def _print_cold(search: Search) -> None:
    code = (
        "import time; began = time.perf_counter(); from pathlib import Path; from warehouse.search import open_search; "
        f"search = open_search(Path({str(search.tables.directory.resolve())!r})); opened = time.perf_counter(); "
        "search.tables.vectors; search.rankers.centroids; loaded = time.perf_counter(); "
        "search.search('merge window', mode='keyword'); "
        "print(opened - began, loaded - opened, time.perf_counter() - loaded)"
    )
    runs = [
        [float(part) for part in subprocess.check_output([sys.executable, "-c", code], text=True).split()]
        for _ in range(COLD_RUNS)
    ]
    opened, loaded, first = np.median(runs, axis=0)
    print(
        f"cold, median of {COLD_RUNS} processes: imports and opening {opened:.2f} s, vectors {loaded:.2f} s, "
        f"first search by words {first * 1e3:.1f} ms\n"
    )
