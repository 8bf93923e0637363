"""Sets of millions of passages for `bench_scale.py`: the documents of an archive repeated under other names.

Each vector has noise that leaves a cosine of .80 to .95 to its original. The words of a copied passage are drawn from those of its
document and of another one on the same topic. Both come from generators seeded by their place, so that a set is the same each time.
"""

import json
import time
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from warehouse.lance_tables import BLOCK_ROWS
from warehouse.search.columns import TextWriter
from warehouse.search.index_reader import SearchIndex
from warehouse.search.index_writer import FORMAT
from warehouse.search.lexical import IndexedDocument, IndexedPassage, LexicalWriter

# Each document is by one of these; the first three are filtered by.
AUTHORS = (("five percent", 0.05), ("one percent", 0.01), ("one permille", 0.001), ("others", 0.939))
COSINES = (0.80, 0.95)


def vector_blocks(archive: Path, size: int) -> Iterator[np.ndarray]:
    """Yield the vectors of a set, some at a time."""
    source = np.concatenate(list(open_source(archive).vector_blocks()))
    for start in range(0, size, BLOCK_ROWS):
        rng = np.random.default_rng(start)
        vectors = source[np.arange(start, min(start + BLOCK_ROWS, size)) % len(source)]
        cosines = rng.uniform(*COSINES, (len(vectors), 1)).astype(np.float32)
        noise = rng.standard_normal(vectors.shape, np.float32)
        noise -= np.vecdot(noise, vectors)[:, None] * vectors
        noise /= np.linalg.norm(noise, axis=1, keepdims=True)
        yield (cosines * vectors + np.sqrt(1 - cosines * cosines) * noise).astype(np.float16)


def open_source(archive: Path) -> SearchIndex:
    """Return the search files of an archive home or a release."""
    return SearchIndex(
        next(path for path in (archive / "current" / "search", archive / "search", archive) if path.is_dir())
    )


def write_search_files(archive: Path, folder: Path, size: int, *, with_words: bool) -> None:
    """Write the search files of a set without its vectors, and without words unless asked for."""
    source = open_source(archive)
    of_copy, documents = len(source.passage_documents), int(source.passage_documents[-1]) + 1
    places = np.arange(size)
    owners = source.passage_documents[places % of_copy] + places // of_copy * documents
    count = int(owners[-1]) + 1
    authors = np.random.default_rng(0).choice(len(AUTHORS), count, p=[share for _, share in AUTHORS])
    columns = {name: [source.documents[name][row % documents] for row in range(count)] for name in source.documents}
    columns["document_id"] = [f"{row // documents}-{name}" for row, name in enumerate(columns["document_id"])]
    columns["author"] = [AUTHORS[place][0] for place in authors.tolist()]
    named = {
        kind: {name: _repeated(rows.tolist(), documents, count) for name, rows in names.items()}
        for kind, names in source.named.items()
    }
    np.save(
        folder / "passages.npy",
        np.array(
            [source.passage_sections[places % of_copy], owners, source.passage_weights[places % of_copy] < 1], np.int32
        ),
    )
    (folder / "documents.json").write_text(json.dumps({"columns": columns, "named": named}), encoding="utf-8")
    for name in ("sections.json", "names.json"):
        (folder / name).write_bytes((source.directory / name).read_bytes())
    began = time.perf_counter()
    _write_words(source, folder, owners if with_words else owners[:0], columns["title"])
    about = {
        "format": FORMAT,
        "model": source.model,
        "floor": source.floor,
        "counts": {**source.counts, "documents": count, "passages": size, "vectors": size, "cited_documents": 0},
        "seconds": time.perf_counter() - began,
    }
    (folder / "search.json").write_text(json.dumps(about), encoding="utf-8")


def _repeated(rows: Sequence[int], documents: int, count: int) -> list[int]:
    copies = range(-(-count // documents))
    return [
        row + copy * documents for copy in copies for row in rows if row < documents and row + copy * documents < count
    ]


def _write_words(source: SearchIndex, folder: Path, owners: np.ndarray, titles: Sequence[str]) -> None:
    words = LexicalWriter(folder / "words")
    documents = int(source.passage_documents[-1]) + 1
    firsts = [*np.flatnonzero(np.diff(owners, prepend=-1)).tolist(), len(owners)]
    with TextWriter(folder / "passage_texts") as texts, TextWriter(folder / "passage_ids") as ids:
        for row, (first, end) in enumerate(pairwise(firsts)):
            texts_of = _own(source, row) if row < documents else _texts(source, row % documents, row)
            copied = texts_of[: end - first]
            title = titles[row]
            for place, text in enumerate(copied):
                texts.append(text)
                ids.append(f"{row}-{place}")
                words.add_passage(IndexedPassage(row, title, text))
            words.add_document(IndexedDocument(title, "", "\n".join(copied), ""))
    words.finish()


def _own(source: SearchIndex, row: int) -> list[str]:
    return [source.texts[place] for place in source.passages_of(row)]


def _texts(source: SearchIndex, row: int, seed: int) -> list[str]:
    """Return the texts of a document with other words of it and of another document on its topic."""
    rng = np.random.default_rng(seed)
    own = [text.split() for text in _own(source, row)]
    topics = source.topics.get(row, ())
    alike = source.named["own_topics"][topics[0]] if topics else [row]
    pool = np.array([word for text in own for word in text] + " ".join(_own(source, int(rng.choice(alike)))).split())
    drawn = pool[rng.permutation(len(pool))].tolist()
    sizes = np.cumsum([0, *map(len, own)])
    return [" ".join(drawn[start:end]) for start, end in pairwise(sizes.tolist())]
