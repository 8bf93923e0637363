"""Other programs that search the same passages with the same vectors, each with its defaults."""

import importlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from warehouse.search.index_reader import SearchIndex

# Passages requested from a peer, enough for ten documents and the query's own source.
PASSAGES = 100
Rank = Callable[[str, np.ndarray], list[int]]


@dataclass(frozen=True, slots=True)
class Peer:
    """A program to compare with: `rank` returns passage rows, best first."""

    name: str
    rank: Rank
    build_s: float
    size_bytes: int


def peers(tables: SearchIndex, texts: Sequence[str]) -> Iterator[Peer | str]:
    """Yield every installed peer, and a sentence for each that is not installed."""
    for package, make in (
        ("bm25s", bm25s_alone),
        ("sentence_transformers", semantic_search),
        ("txtai", txtai_hybrid),
        ("lancedb", lancedb_hybrid),
    ):
        try:
            importlib.import_module(package)
        except ImportError as error:
            yield f"{package} is not installed ({error}); skipped"
            continue
        began = time.perf_counter()
        name, rank, size = make(tables, texts)
        yield Peer(name, rank, time.perf_counter() - began, size)


def bm25s_alone(tables: SearchIndex, texts: Sequence[str]) -> tuple[str, Rank, int]:
    """Return BM25 of title and passage in bm25s, with English stop words and no stemmer."""
    import bm25s

    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(texts), show_progress=False), show_progress=False)

    def rank(query: str, vector: np.ndarray) -> list[int]:
        words = bm25s.tokenize(query, show_progress=False)
        found, _ = index.retrieve(words, k=min(PASSAGES, len(texts)), show_progress=False)
        return [int(row) for row in found[0]]

    with tempfile.TemporaryDirectory() as folder:
        index.save(folder)
        return "bm25s (title + passage)", rank, _size(Path(folder))


def semantic_search(tables: SearchIndex, texts: Sequence[str]) -> tuple[str, Rank, int]:
    """Return `sentence_transformers.util.semantic_search` over the archive's vectors."""
    import torch
    from sentence_transformers.util import semantic_search as nearest

    vectors = torch.from_numpy(np.array(tables.vectors))

    def rank(query: str, vector: np.ndarray) -> list[int]:
        found = nearest(torch.from_numpy(vector[None, :]), vectors, top_k=PASSAGES)
        return [int(hit["corpus_id"]) for hit in found[0]]

    return "sentence-transformers semantic_search", rank, vectors.numel() * 4


def txtai_hybrid(tables: SearchIndex, texts: Sequence[str]) -> tuple[str, Rank, int]:
    """Return txtai with `hybrid=True`, given the archive's vectors."""
    from txtai import Embeddings

    known: dict[str, np.ndarray] = dict(zip(texts, np.array(tables.vectors), strict=True))

    def transform(batch: Sequence[str]) -> np.ndarray:
        return np.stack([known[text] for text in batch])

    index = Embeddings(method="external", transform=transform, hybrid=True, content=False)
    index.index(list(enumerate(texts)))

    def rank(query: str, vector: np.ndarray) -> list[int]:
        known[query] = vector
        return [int(row) for row, _ in index.search(query, PASSAGES)]

    with tempfile.TemporaryDirectory() as folder:
        index.save(folder)
        return "txtai hybrid", rank, _size(Path(folder))


def lancedb_hybrid(tables: SearchIndex, texts: Sequence[str]) -> tuple[str, Rank, int]:
    """Return LanceDB's hybrid query, with its default full-text index and reciprocal rank fusion."""
    import lancedb
    import pyarrow

    folder = Path(tempfile.mkdtemp(prefix="bench-lancedb-"))
    vectors = np.array(tables.vectors)
    rows = pyarrow.table(
        {
            "row": pyarrow.array(range(len(texts))),
            "text": pyarrow.array(list(texts)),
            "vector": pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(vectors.reshape(-1)), vectors.shape[1]),
        }
    )
    table = lancedb.connect(folder).create_table("passages", rows)
    table.create_fts_index("text")

    def rank(query: str, vector: np.ndarray) -> list[int]:
        words = " ".join("".join(sign if sign.isalnum() else " " for sign in query).split())
        found = table.search(query_type="hybrid").vector(vector).text(words).limit(PASSAGES)
        return found.to_arrow().column("row").to_pylist()

    return "LanceDB hybrid (RRF)", rank, _size(folder)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
