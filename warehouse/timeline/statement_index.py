"""Reader of a release's statement files: the statements with a word, and the features of those that report an event."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property, partial, reduce
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt

from warehouse.errors import ArchiveMissing
from warehouse.timeline.event_kinds import KINDS
from warehouse.timeline.subject import Subject, read_subject
from warehouse.timeline.telling import QUESTIONS

Ints = npt.NDArray[np.int32]
Rows = npt.NDArray[np.int64]
Floats32 = npt.NDArray[np.float32]
Mask = npt.NDArray[np.bool_]


class Columns(dict[str, npt.NDArray[Any]]):
    """The columns of a file by name, each read on first access."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __missing__(self, name: str) -> npt.NDArray[Any]:
        with _readable(self._path), np.load(self._path) as file:
            self[name] = file[name]
        return self[name]

    def names(self) -> set[str]:
        """Return the names of all columns."""
        with _readable(self._path), np.load(self._path) as file:
            return set(file.files)


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """Raise ArchiveMissing, with the command to run, if the file is missing or damaged."""
    try:
        yield
    except (OSError, ValueError, LookupError, EOFError, BadZipFile) as error:
        raise ArchiveMissing(
            f"{path} cannot be read ({type(error).__name__}). Build it again with: klog build"
        ) from error


def _ids(path: Path) -> npt.NDArray[np.bytes_]:
    with _readable(path):
        found: npt.NDArray[np.bytes_] = np.load(path)
    return found


class StatementIndex:
    """Statements, reports, documents and passages by row; read on first access."""

    def __init__(self, directory: Path) -> None:
        if not (directory / "terms.txt").is_file():
            raise ArchiveMissing(f"There are no statement files in {directory}. Run `klog build` to write them.")
        self._directory = directory

    @cached_property
    def terms(self) -> dict[str, int]:
        """Number of each word."""
        text = (self._directory / "terms.txt").read_text(encoding="utf-8")
        return {word: number for number, word in enumerate(text.split("\n"))}

    @cached_property
    def reports(self) -> Columns:
        """Columns of the reports."""
        found = Columns(self._directory / "reports.npz")
        if not found.names() >= set(QUESTIONS):
            raise ArchiveMissing(f"An older klog wrote {self._directory}. Run `klog build` to publish it again.")
        return found

    @cached_property
    def documents(self) -> Columns:
        """Columns of the documents, and `owners`, the document row of each statement."""
        return Columns(self._directory / "documents.npz")

    @cached_property
    def _postings(self) -> Mapping[str, Columns]:
        of_context = Columns(self._directory / "context.npz")
        return {"statement": Columns(self._directory / "words.npz"), "title": of_context, "heading": of_context}

    @cached_property
    def event_ids(self) -> npt.NDArray[np.bytes_]:
        """The event id of each report."""
        return _ids(self._directory / "event_ids.npy")

    @cached_property
    def document_ids(self) -> list[str]:
        """The id of each document."""
        return [name.decode() for name in _ids(self._directory / "document_ids.npy").tolist()]

    @cached_property
    def document_rows(self) -> Mapping[str, int]:
        """The row of each document, by its id."""
        return {name: row for row, name in enumerate(self.document_ids)}

    @cached_property
    def passage_ids(self) -> list[str]:
        """The id of each passage."""
        return [name.decode() for name in _ids(self._directory / "passage_ids.npy").tolist()]

    @cached_property
    def rarity(self) -> Floats32:
        """How rare each word is among the statements."""
        numbers = np.diff(self.postings("statement")[1])
        return np.log1p(len(self.documents["owners"]) / (1.0 + numbers)).astype(np.float32)

    @cached_property
    def kinds(self) -> Mask:
        """The kinds of event of each report, with a column for each of `KINDS`."""
        found: Mask = (self.reports["kinds"][:, None].astype(np.int32) >> np.arange(len(KINDS))) & 1 > 0
        return found

    @cached_property
    def order(self) -> Floats32:
        """The number of sentences before each report in its document, as a logarithm."""
        owners = self.documents["owners"]
        begins = np.searchsorted(owners, np.arange(len(self.documents["day"])))
        found: Floats32 = np.log1p(self.reports["place"] - begins[self.reports["document"]]).astype(np.float32)
        return found

    @cached_property
    def lengths(self) -> Floats32:
        """The length of each report as a vector of its words' rarity."""
        starts = self.reports["starts"]
        squares = np.r_[0.0, np.cumsum(self.rarity[self.reports["terms"]] ** 2, dtype=np.float64)]
        found: Floats32 = np.sqrt(np.maximum(squares[starts[1:]] - squares[starts[:-1]], 1e-9)).astype(np.float32)
        return found

    def postings(self, what: str) -> tuple[Ints, Ints]:
        """Return the rows that have each word, concatenated, and where those of each word begin; `what` is as for `having`."""
        columns = self._postings[what]
        return columns[f"{what}_rows"], columns[f"{what}_starts"]

    def rows_of(self, event_ids: Iterable[str], document_ids: Iterable[str]) -> Rows:
        """Return the rows of statements that are reports, -1 for others, given the document of each."""
        asked = [self.document_rows[name] for name in set(document_ids)]
        owners = self.reports["document"]
        found: dict[str, int] = {}
        for begin, end in zip(np.searchsorted(owners, asked), np.searchsorted(owners, asked, "right"), strict=True):
            names = (name.decode() for name in self.event_ids[begin:end].tolist())
            found |= zip(names, range(int(begin), int(end)), strict=True)
        return np.array([found.get(name, -1) for name in event_ids], np.int64)

    def subject(self, query: str) -> Subject:
        """Return the subject of a query."""
        return read_subject(query, self.terms.get, lambda number: float(self.rarity[number]))

    def having(self, what: str, term: int) -> Ints:
        """Return the rows of the statements, titles (by document) or headings (by passage) with a word."""
        rows, starts = self.postings(what)
        return rows[starts[term] : starts[term + 1]]

    def having_all(self, what: str, terms: tuple[int, ...] | None) -> Ints:
        """Return the rows with all of several words; none for None."""
        if terms is None:
            return np.zeros(0, np.int32)
        return reduce(partial(np.intersect1d, assume_unique=True), (self.having(what, term) for term in terms))

    def words_of_all(self, rows: Rows) -> tuple[Rows, Ints]:
        """Return the words of several reports, one report's after the other's, and for each word its place in `rows`."""
        starts = self.reports["starts"].astype(np.int64)
        sizes = starts[rows + 1] - starts[rows]
        owners = np.repeat(np.arange(len(rows)), sizes)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        return owners, self.reports["terms"][starts[rows][owners] + within]

    def words_of(self, row: int) -> Ints:
        """Return the words of a report."""
        starts = self.reports["starts"]
        found: Ints = self.reports["terms"][int(starts[row]) : int(starts[row + 1])].astype(np.int32)
        return found
