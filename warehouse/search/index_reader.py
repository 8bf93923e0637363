"""Reader of a release's search files."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from warehouse.errors import ArchiveMismatch, ArchiveMissing
from warehouse.search.columns import TextColumn
from warehouse.search.index_writer import FORMAT
from warehouse.search.lexical import Lexical, open_lexical
from warehouse.search.tabular import table_weights
from warehouse.sites import bare_address
from warehouse.vector_store import open_vectors

if TYPE_CHECKING:
    from warehouse.lance_tables import VectorStore

Rows = npt.NDArray[np.int64]


class SearchIndex:
    """Documents, sections and passages by row; large files are read on first access."""

    def __init__(self, directory: Path) -> None:
        about = _read_about(directory)
        self.directory = directory
        self.counts: Mapping[str, int] = about["counts"]
        self.model: str | None = about["model"]
        self.model_setting: str | None = about.get("model_setting")
        self.build_seconds: float = about["seconds"]
        self.floor: float | None = about.get("floor")
        found = json.loads((directory / "documents.json").read_text(encoding="utf-8"))
        self.documents: Mapping[str, Sequence[Any]] = found["columns"]
        self.named: Mapping[str, Mapping[str, Rows]] = {
            kind: {name: np.array(rows, np.int64) for name, rows in names.items()}
            for kind, names in found["named"].items()
        }
        self.rows = {document: row for row, document in enumerate(self.documents["document_id"])}
        sections, owners, *tables = np.load(directory / "passages.npy").astype(np.int64)
        self.passage_sections: Rows = sections
        self.passage_documents: Rows = owners
        self.passage_weights = table_weights(*tables) if tables else np.ones(len(owners), np.float32)
        with_passages = int(owners[-1]) + 1 if len(owners) else 0
        self.starts: Rows = np.searchsorted(owners, np.arange(with_passages + 1))
        self.texts = TextColumn(directory / "passage_texts")
        self.passage_ids = TextColumn(directory / "passage_ids")
        self.lexical: Lexical = open_lexical(directory / "words", owners)

    @cached_property
    def sections(self) -> Mapping[str, Sequence[Any]]:
        """Columns of the sections."""
        columns: Mapping[str, Sequence[Any]] = json.loads(
            (self.directory / "sections.json").read_text(encoding="utf-8")
        )
        return columns

    @cached_property
    def vectors(self) -> npt.NDArray[np.float32] | None:
        """Vectors of the passages, None if there are none or more than are held; in float32, which numpy multiplies."""
        if not self.counts["vectors"] or self.store is not None:
            return None
        if self._opened is None:
            found: npt.NDArray[np.float16] = np.load(self.directory / "vectors.npy")
            return found.astype(np.float32)
        return np.concatenate(list(self._opened.passages.blocks()))

    @property
    def store(self) -> "VectorStore | None":
        """The store of the vectors if they are too many to hold."""
        return self._opened if self._opened is not None and self._opened.is_large else None

    @cached_property
    def _opened(self) -> "VectorStore | None":
        return open_vectors(self.directory)

    def vector_blocks(self) -> Iterator[npt.NDArray[np.float32]]:
        """Yield the vectors of the passages in their order, some at a time."""
        if self.store is not None:
            yield from self.store.passages.blocks()
        elif self.vectors is not None:
            yield self.vectors

    @cached_property
    def kinds(self) -> npt.NDArray[np.str_]:
        """Kind of each document."""
        return np.array(self.documents["kind"], dtype=np.str_)

    @cached_property
    def days(self) -> npt.NDArray[np.datetime64]:
        """Day on which each document was published, NaT if unknown."""
        return np.array([text[:10] if text else "NaT" for text in self.documents["published_at"]], "datetime64[D]")

    @cache  # noqa: B019 - as long-lived as the program that searches it
    def coded(self, name: str) -> tuple[Rows, list[str]]:
        """Return a column of the documents as indices into the list of its values; -1 for an empty value."""
        column = self.documents[name]
        values = sorted({value for value in column if value})
        places = {value: place for place, value in enumerate(values)}
        return np.array([places.get(value, -1) for value in column], np.int64), values

    @cache  # noqa: B019 - as above
    def pairs(self, kind: str) -> tuple[Rows, Rows, list[str]]:
        """Return document rows, the index of the topic, version or person each names, and the list of their names."""
        named = self.named[kind]
        sizes = [len(rows) for rows in named.values()]
        rows = np.concatenate([*named.values(), np.zeros(0, np.int64)])
        return rows, np.repeat(np.arange(len(named)), sizes), list(named)

    @cached_property
    def id_places(self) -> Rows:
        """The position of each document in the order of ids."""
        places = np.zeros(len(self.rows), np.int64)
        places[np.argsort(np.array(self.documents["document_id"], dtype=np.str_), kind="stable")] = np.arange(
            len(places)
        )
        return places

    @cached_property
    def moments(self) -> npt.NDArray[np.datetime64]:
        """When each document was published, NaT if unknown."""
        return np.array([text or "NaT" for text in self.documents["published_at"]], "datetime64[us]")

    @cached_property
    def names(self) -> Mapping[str, Mapping[str, Sequence[Any]]]:
        """Names of topics and people, and release days of kernels, as columns."""
        found: Mapping[str, Mapping[str, Sequence[Any]]] = json.loads(
            (self.directory / "names.json").read_text(encoding="utf-8")
        )
        return found

    @cached_property
    def kernel_releases(self) -> Mapping[str, dt.date]:
        """When each kernel was released, if known."""
        columns = self.names["releases"]
        return {
            version: dt.date.fromisoformat(day)
            for version, day in zip(columns["version"], columns["released_on"], strict=True)
            if day
        }

    @cached_property
    def topics(self) -> Mapping[int, tuple[str, ...]]:
        """Topics named in each document, by row; rows without any are absent."""
        found: dict[int, list[str]] = {}
        for topic, rows in self.named["own_topics"].items():
            for row in rows.tolist():
                found.setdefault(row, []).append(topic)
        return {row: tuple(topics) for row, topics in found.items()}

    def published_at(self, row: int) -> dt.datetime | None:
        """Return when a document was published, in its source's local time."""
        text = self.documents["published_at"][row]
        return dt.datetime.fromisoformat(text) if text else None

    def row_of(self, url: str) -> int | None:
        """Return the row of the document at an address, whatever its form (`bare_address`); None if there is none."""
        return self._addresses.get(bare_address(url))

    @cached_property
    def _addresses(self) -> Mapping[str, int]:
        return {bare_address(url): row for row, url in enumerate(self.documents["url"])}

    def passages_of(self, row: int) -> range:
        """Return the rows of a document's passages in reading order."""
        if row + 1 >= len(self.starts):
            return range(0)
        return range(int(self.starts[row]), int(self.starts[row + 1]))


def _read_about(directory: Path) -> Mapping[str, Any]:
    try:
        about: Mapping[str, Any] = json.loads((directory / "search.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArchiveMissing(f"There are no search files in {directory}. Run `klog build` to write them.") from error
    if about["format"] != FORMAT:
        raise ArchiveMismatch(
            f"The search files in {directory} have format {about['format']}, expected {FORMAT}. "
            "Run `klog build` to write them again."
        )
    return about
