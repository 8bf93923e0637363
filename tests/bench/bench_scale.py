"""Measure the search over a search store at several sizes, up to millions of passages.

    python tests/bench/bench_scale.py ARCHIVE QUERIES [--sizes 500000 2000000 5000000] [--words 500000] [--work FOLDER]

ARCHIVE is an archive home or a release, whose documents are repeated until a size is reached (`scale_sets.py`); QUERIES are JSON lines
with `query`, of which 200 are asked. Vectors are written and searched by what ships (`write_vectors`, `StoredMeaning`), each part in a
process of its own; sets of up to `--words` passages get word indexes too, and whole searches are measured. What was written is kept in
FOLDER, so that a stopped run goes on. The time to encode queries is not included.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from scale_sets import AUTHORS, vector_blocks, write_search_files

from warehouse.encoding.encoder import open_encoder
from warehouse.records import Filters
from warehouse.search import open_search
from warehouse.search.filters import filter_condition, keep_documents
from warehouse.search.index_reader import SearchIndex
from warehouse.search.store_writer import filter_columns, write_vectors
from warehouse.search.stored_meaning import StoredMeaning
from warehouse.settings import Settings
from warehouse.vector_store import StoredVectors, open_vectors

QUERIES = 200


def main() -> None:
    """Print one line per size and filter."""
    parser = argparse.ArgumentParser(description="Measure the search over a search store at several sizes.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("queries", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=[500_000, 2_000_000, 5_000_000])
    parser.add_argument("--words", type=int, default=500_000, help="largest size with word indexes")
    parser.add_argument("--work", type=Path, help="where sets are written and kept; a temporary folder by default")
    parser.add_argument("--part", choices=("write", "search", "exact", "whole"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        print(json.dumps(PARTS[options.part](options.archive, options.queries, options.work)))
        return
    with tempfile.TemporaryDirectory() as place:
        work = options.work or Path(place)
        work.mkdir(parents=True, exist_ok=True)
        asked = work / "asked.npz"
        if not asked.exists():
            lines = options.queries.read_text(encoding="utf-8").splitlines()[:QUERIES]
            texts = [json.loads(line)["query"] for line in lines]
            np.savez(asked, texts=texts, vectors=open_encoder(Settings()).encode(texts, query=True))
        for size in options.sizes:
            _measure(options.archive, asked, work / f"{size}", size, options.words)
            if options.work is None:
                shutil.rmtree(work / f"{size}")


def _measure(archive: Path, asked: Path, folder: Path, size: int, words: int) -> None:
    if not (folder / "search.json").exists():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        write_search_files(archive, folder, size, with_words=size <= words)
    found = {part: _part(part, archive, asked, folder) for part in ("write", "search", "exact")}
    write, search, exact = found["write"], found["search"], found["exact"]
    print(
        f"\n{size:,} passages: written and indexed in {write['seconds']:.0f} s, {write['mb_on_disk']:,.0f} MB on disk, ",
        end="",
    )
    print(f"writer {write['mb']:,.0f} MB at most (at each tenth: {write['tenths']}), ", end="")
    print(f"searcher {search['mb']:,.0f} MB, opened in {search['opened']:.1f} s; ", end="")
    print(f"the exact scan holds {exact['mb_held']:,.0f} MB and takes {exact['ms']:,.0f} ms a query")
    print("| filter | passages that pass | p50 ms | p95 ms | recall@10 |\n|---|---|---|---|---|")
    for name, one in search["filters"].items():
        recall = np.mean(
            [len({*mine} & {*best}) / len(best) for mine, best in zip(one["top"], exact["top"][name], strict=True)]
        )
        print(f"| {name} | {one['passages']:,} | {one['p50']:.1f} | {one['p95']:.1f} | {recall:.3f} |", flush=True)
    if size <= words:
        whole = _part("whole", archive, asked, folder)
        print(f"whole searches: p50 {whole['p50']:.1f} ms, p95 {whole['p95']:.1f} ms, {whole['mb']:,.0f} MB, ", end="")
        print(f"word indexes {whole['words_mb']:,.0f} MB, written in {whole['words_s']:.0f} s; ", end="")
        print(f"by words alone p50 {whole['keyword_p50']:.1f} ms, p95 {whole['keyword_p95']:.1f} ms", flush=True)


def _part(part: str, archive: Path, asked: Path, folder: Path) -> dict:
    """Run a part in a new process, unless it was done; return what it found."""
    done = folder / f"measured-{part}.json"
    if not done.exists():
        command = [sys.executable, __file__, str(archive), str(asked), "--part", part, "--work", str(folder)]
        done.write_text(subprocess.check_output(command, text=True), encoding="utf-8")
    return json.loads(done.read_text(encoding="utf-8"))


def _write(archive: Path, asked: Path, folder: Path) -> dict:
    of = StoredVectors(str(folder), "vectors", SearchIndex(folder).model)
    of.write(folder)
    shutil.rmtree(folder / "vectors", ignore_errors=True)
    found = json.loads((folder / "documents.json").read_text(encoding="utf-8"))
    columns = filter_columns(found["columns"], found["named"])
    del found
    owners = np.load(folder / "passages.npy")[1]
    began, tenths, written = time.perf_counter(), [], threading.Event()
    watch = threading.Thread(target=_watch, args=(tenths, written))
    watch.start()
    try:
        write_vectors(of, vector_blocks(archive, len(owners)), 384, owners, columns)
    finally:
        written.set()
        watch.join()
    seconds = time.perf_counter() - began
    size = sum(path.stat().st_size for path in (folder / "vectors").rglob("*") if path.is_file()) / 1e6
    shown = [tenths[place] for place in np.linspace(0, len(tenths) - 1, 10).astype(int)] if tenths else []
    return {"seconds": seconds, "mb": _most_memory(), "mb_on_disk": size, "tenths": shown}


def _watch(found: list[int], done: threading.Event) -> None:
    while not done.wait(1):
        found.append(round(_memory("VmRSS")))


def _search(archive: Path, asked: Path, folder: Path) -> dict:
    with np.load(asked) as found:
        vectors = found["vectors"]
    began = time.perf_counter()
    tables = SearchIndex(folder)
    store = open_vectors(folder)
    assert store is not None
    stored = StoredMeaning(store, tables.starts, tables.floor, tables.passage_weights)
    _ask(stored, tables, vectors[0], None, None)
    opened = time.perf_counter() - began
    found = {}
    for name, filters in _filters():
        keep = keep_documents(tables, filters)
        where = filter_condition(tables, [filters])
        seconds, top = [], []
        for vector in vectors:
            began = time.perf_counter()
            passages = _ask(stored, tables, vector, where, keep)
            seconds.append(time.perf_counter() - began)
            allowed = passages if keep is None else np.where(keep[tables.passage_documents], passages, -1)
            top.append(np.argsort(-allowed)[:10].tolist())
        passing = len(tables.passage_documents) if keep is None else int(keep[tables.passage_documents].sum())
        p50, p95 = np.percentile(seconds, [50, 95]) * 1e3
        found[name] = {"p50": p50, "p95": p95, "top": top, "passages": passing}
    return {"opened": opened, "filters": found, "mb": _most_memory()}


def _ask(
    stored: StoredMeaning, tables: SearchIndex, vector: np.ndarray, where: str | None, keep: np.ndarray | None
) -> np.ndarray:
    """Return the scores of the passages, as a search gets them."""
    return stored.score(vector, stored.candidates(vector, where, keep), len(tables.rows))[0]


def _filters() -> Iterator[tuple[str, Filters]]:
    yield "none", Filters()
    for name, share in AUTHORS[:3]:
        yield f"{share:.1%}", Filters(authors=(name,))


def _exact(archive: Path, asked: Path, folder: Path) -> dict:
    """Return the ten best passages of each query by a scan of all, and how long a scan in memory takes a query."""
    with np.load(asked) as found:
        queries = found["vectors"].astype(np.float32)
    tables = SearchIndex(folder)
    owners = tables.passage_documents
    keeps = {name: keep_documents(tables, filters) for name, filters in _filters()}
    best = {
        name: (np.full((len(queries), 10), -2, np.float32), np.zeros((len(queries), 10), np.int64)) for name in keeps
    }
    start, seconds = 0, 0.0
    for block in vector_blocks(archive, len(owners)):
        vectors = block.astype(np.float32)
        began = time.perf_counter()
        for query in queries[:3]:
            np.vecdot(vectors, query)
        seconds += (time.perf_counter() - began) / 3
        rows = np.arange(start, start + len(block))
        cosines = queries @ vectors.T * tables.passage_weights[rows]
        for name, keep in keeps.items():
            inside = slice(None) if keep is None else keep[owners[rows]]
            scores, names = best[name]
            scores = np.concatenate([scores, cosines[:, inside]], axis=1)
            names = np.concatenate([names, np.broadcast_to(rows[inside], (len(queries), len(rows[inside])))], axis=1)
            order = np.argpartition(-scores, 9, axis=1)[:, :10]
            best[name] = np.take_along_axis(scores, order, 1), np.take_along_axis(names, order, 1)
        start += len(block)
    top = {name: names.tolist() for name, (_, names) in best.items()}
    return {"top": top, "ms": seconds * 1e3, "mb_held": start * vectors.shape[1] * 4 / 1e6}


def _whole(archive: Path, asked: Path, folder: Path) -> dict:
    with np.load(asked) as found:
        texts, vectors = found["texts"].tolist(), found["vectors"]
    seconds: dict[str, list[float]] = {"hybrid": [], "keyword": []}
    with open_search(folder) as search:
        search.search(texts[0], vector=vectors[0])
        for mode, of_mode in seconds.items():
            for text, vector in zip(texts, vectors, strict=True):
                began = time.perf_counter()
                search.search(text, vector=vector, mode=mode)
                of_mode.append(time.perf_counter() - began)
        words_s = search.tables.build_seconds
    p50, p95 = np.percentile(seconds["hybrid"], [50, 95]) * 1e3
    keyword_p50, keyword_p95 = np.percentile(seconds["keyword"], [50, 95]) * 1e3
    size = sum(path.stat().st_size for path in (folder / "words").rglob("*")) / 1e6
    return {
        "p50": p50, "p95": p95, "keyword_p50": keyword_p50, "keyword_p95": keyword_p95, "mb": _most_memory(),
        "words_mb": size, "words_s": words_s,
    }  # fmt: skip


def _most_memory() -> float:
    """Return the peak memory of this process in MB; `getrusage` would include the process that started it."""
    return _memory("VmHWM")


def _memory(name: str) -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0]) / 1000


PARTS = {"write": _write, "search": _search, "exact": _exact, "whole": _whole}

if __name__ == "__main__":
    main()
