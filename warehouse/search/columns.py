"""Columns of text on disk: one row can be read without the others."""

import mmap
from array import array
from pathlib import Path
from typing import Self

import numpy as np


class TextWriter:
    """Writes the concatenated texts to `path` (UTF-8) and, at the end, their offsets to `path` + `.npy`."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._ends = array("q", [0])

    def append(self, text: str) -> None:
        """Write the next text."""
        self._ends.append(self._ends[-1] + self._file.write(text.encode("utf-8", "surrogatepass")))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        np.save(self._path.with_name(self._path.name + ".npy"), np.array(self._ends, np.int64))


class TextColumn:
    """The texts that `TextWriter` wrote, mapped into memory."""

    def __init__(self, path: Path) -> None:
        self._ends = np.load(path.with_name(path.name + ".npy"))
        with path.open("rb") as file:
            # An empty file cannot be mapped.
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if self._ends[-1] else b""

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, row: int) -> str:
        return self._bytes[self._ends[row] : self._ends[row + 1]].decode("utf-8", "surrogatepass")

    def joined(self, first: int, last: int) -> str:
        """Return the texts of the rows from `first` up to `last`, exclusive, concatenated."""
        return self._bytes[self._ends[first] : self._ends[last]].decode("utf-8", "surrogatepass")
