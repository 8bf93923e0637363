"""The lexical index: words of passages and of whole documents, both stemmed and as typed.

There are two tantivy indexes, because a word's weight is its rarity among the ranked entries: `passages` (one entry per passage)
and `documents` (one entry per document: its text, its title and headings, and separately the sentences in which other documents
link to it). Each text has two fields: one is split at everything except letters and digits and stemmed; the other keeps
`paravirt_ops`, `2.6.29-rc7` or `/proc/sys` as one word.
"""

import os
import shutil
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import numpy.typing as npt
import tantivy

from warehouse.errors import ArchiveMismatch

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]

# tantivy applies a filter that leaves less than this share of the documents; for a larger share it is faster to rank as many
# as without a filter, or twice as many, and drop those it excludes (a third of the documents: 0.7 ms against 1.5), if enough
# remain: on development queries within a third of LWN nDCG@10 is .773 with 100, .772 with 150, .769 by tantivy alone.
FEW = 0.15
ENOUGH = 100

# A word as typed: letters, digits and underscores, with the signs that join names, versions, paths and addresses.
WHOLE_WORD = r"/?[\p{L}\p{N}_]+(?:[./:@+\-]+[\p{L}\p{N}_]+)*"
# Longer "words" are encoded data; tantivy would add every one of them to its dictionary.
LONGEST_STEM, LONGEST_WHOLE = 64, 128
# One thread keeps the entries in order; 256 MB hold 100,000 passages before a segment is written.
WRITER_BYTES = 256 * 1024 * 1024

PASSAGE_FIELDS = {"words": "stemmed", "whole": "whole"}
DOCUMENT_FIELDS = {
    "words": "stemmed",
    "whole": "whole",
    "title": "stemmed",
    "headings": "stemmed",
    "cited": "stemmed",
}


@dataclass(frozen=True, slots=True)
class IndexedPassage:
    """A passage to index: the `row` of its document, its context and its text."""

    document_row: int
    context: str
    text: str


@dataclass(frozen=True, slots=True)
class IndexedDocument:
    """A document to index; `cited` contains the sentences in which other documents link to it."""

    title: str
    headings: str
    text: str
    cited: str


class LexicalWriter:
    """Writes both indexes into the empty or new `directory`; entries are numbered from 0 in the order in which they are added.

    Each index has a thread of its own, which works while other entries are added and other files are written.
    """

    def __init__(self, directory: Path) -> None:
        self._passages = _create(directory / "passages", PASSAGE_FIELDS).writer(WRITER_BYTES, 1)
        self._documents = _create(directory / "documents", DOCUMENT_FIELDS).writer(WRITER_BYTES, 1)
        self._rows = {"passages": 0, "documents": 0}

    def add_passage(self, passage: IndexedPassage) -> None:
        """Add the next passage."""
        entry = _entry(self._rows["passages"], passage.document_row)
        entry.add_text("words", f"{passage.context}. {passage.text}")
        entry.add_text("whole", f"{passage.context} . {passage.text}")
        self._passages.add_document(entry)
        self._rows["passages"] += 1

    def add_document(self, document: IndexedDocument) -> None:
        """Add the next document."""
        row = self._rows["documents"]
        entry = _entry(row, row)
        entry.add_text("words", document.text)
        entry.add_text("whole", f"{document.title} . {document.headings} . {document.text}")
        entry.add_text("title", document.title)
        entry.add_text("headings", f"{document.title}. {document.headings}")
        entry.add_text("cited", document.cited)
        self._documents.add_document(entry)
        self._rows["documents"] += 1

    def finish(self) -> None:
        """Wait until all is written."""
        for writer in (self._passages, self._documents):
            writer.commit()
            writer.wait_merging_threads()


def open_lexical(directory: Path, owners: Rows) -> "Lexical":
    """Return the indexes that `LexicalWriter` wrote; `owners` is the document row of each passage.

    Raises:
        ArchiveMismatch: the indexes are missing, or another version of tantivy wrote them.
    """
    try:
        return Lexical(directory, owners)
    except (ValueError, OSError) as error:
        raise ArchiveMismatch(f"The word index in {directory} cannot be read ({error}). Run `klog build`.") from error


class Lexical:
    """Both indexes, open for reading.

    Attributes:
        searchers: tantivy's searchers, by index.
    """

    def __init__(self, directory: Path, owners: Rows) -> None:
        self.searchers: dict[str, tantivy.Searcher] = {}
        self._schemas: dict[str, tantivy.Schema] = {}
        for name in ("passages", "documents"):
            place = directory / name
            if not os.access(place, os.W_OK):
                place = self._linked(place)
            index = tantivy.Index.open(str(place))
            _register(index)
            self.searchers[name], self._schemas[name] = index.searcher(), index.schema
        self._owners = owners
        self._whole = _whole()

    def _linked(self, index: Path) -> Path:
        """Return a folder with links to the files of an index on a read-only disk, because tantivy needs to create a lock file."""
        folder = Path(mkdtemp(prefix="klog-words-"))
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        for file in (file for file in index.iterdir() if file.suffix != ".lock"):
            (folder / file.name).symlink_to(file.resolve())
        return folder

    @staticmethod
    def stems(text: str) -> list[str]:
        """Return the stemmed words of `text` in order."""
        return _stemmer().analyze(text)

    def whole_words(self, text: str) -> list[str]:
        """Return the words of `text` as typed, in lower case, in order."""
        return self._whole.analyze(text)

    def term(self, index: str, field: str, word: str) -> tantivy.Query:
        """Return a query for one analysed word of a field."""
        return tantivy.Query.term_query(self._schemas[index], field, word)

    def phrase(self, index: str, field: str, words: Sequence[str]) -> tantivy.Query:
        """Return a query for consecutive analysed words of a field."""
        if len(words) == 1:
            return self.term(index, field, words[0])
        return tantivy.Query.phrase_query(self._schemas[index], field, list(words))

    def any_of(self, index: str, field: str, words: Sequence[str]) -> tantivy.Query:
        """Return a query for entries with any of the analysed words, all scored alike."""
        return tantivy.Query.term_set_query(self._schemas[index], field, list(words))

    def words_with_prefix(self, index: str, field: str, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return the index's words that begin with `prefix`, each with the number of entries that have it."""
        return self.searchers[index].terms_with_prefix(field, prefix, limit=limit)

    def frequency(self, index: str, field: str, word: str) -> int:
        """Return how many entries have the analysed word."""
        return self.searchers[index].doc_freq(field, word)

    def search(
        self, index: str, query: tantivy.Query, limit: int, keep: Mask | None = None, least: int = ENOUGH
    ) -> tuple[Rows, Scores]:
        """Return the rows of the best `limit` entries, best first, with their BM25 scores.

        With `keep`, only entries of the documents it marks, in the same order, and at least `least` of them if there are that many.
        """
        limit = max(1, limit)
        if keep is None:
            return self._ranked(index, query, limit)
        share = float(keep.mean())
        if share >= FEW:
            looked_at = limit if share * limit >= least else 2 * limit
            rows, scores = self._ranked(index, query, looked_at)
            inside = keep[self._documents(index, rows)]
            if len(rows) < looked_at or inside.sum() >= min(limit, least):
                return rows[inside][:limit], scores[inside][:limit]
        allowed = tantivy.Query.term_set_query(self._schemas[index], "document", np.flatnonzero(keep).tolist())
        must = tantivy.Occur.Must
        both = [(must, query), (must, tantivy.Query.const_score_query(allowed, 0.0))]
        return self._ranked(index, tantivy.Query.boolean_query(both), limit)

    def _ranked(self, index: str, query: tantivy.Query, limit: int) -> tuple[Rows, Scores]:
        searcher = self.searchers[index]
        hits = searcher.search(query, limit=limit, count=False).hits
        if not hits:
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        scores, addresses = zip(*hits, strict=True)
        rows = searcher.fast_field_values("row", list(addresses))
        return np.array(rows, np.int64), np.array(scores, np.float32)

    def _documents(self, index: str, rows: Rows) -> Rows:
        """Return the document rows of some entries."""
        return rows if index == "documents" else self._owners[rows]


def _create(directory: Path, fields: dict[str, str]) -> tantivy.Index:
    directory.mkdir(parents=True)
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("row", fast=True)
    builder.add_unsigned_field("document", indexed=True, fast=True)
    for name, tokenizer in fields.items():
        builder.add_text_field(name, tokenizer_name=tokenizer, index_option="position")
    index = tantivy.Index(builder.build(), path=str(directory))
    _register(index)
    return index


def _entry(row: int, document_row: int) -> tantivy.Document:
    entry = tantivy.Document()
    entry.add_unsigned("row", row)
    entry.add_unsigned("document", document_row)
    return entry


@lru_cache(maxsize=100_000)
def stem_of(word: str) -> str:
    """Return the stem of one lower-case word, empty if it has none."""
    return "".join(_stemmer().analyze(word))


def _register(index: tantivy.Index) -> None:
    index.register_tokenizer("stemmed", _stemmer())
    index.register_tokenizer("whole", _whole())


@cache
def _stemmer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(LONGEST_STEM))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("english"))
        .build()
    )


def _whole() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(WHOLE_WORD))
        .filter(tantivy.Filter.remove_long(LONGEST_WHOLE))
        .filter(tantivy.Filter.lowercase())
        .build()
    )
