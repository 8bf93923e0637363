"""Columns of text on disk: one row can be read without the others."""

import mmap
from collections.abc import Iterable
from pathlib import Path

import numpy as np


def write_texts(path: Path, texts: Iterable[str]) -> None:
    """Write the concatenated texts to `path` (UTF-8) and their offsets to `path` + `.npy`."""
    ends = [0]
    with path.open("wb") as file:
        for text in texts:
            ends.append(ends[-1] + file.write(text.encode("utf-8", "surrogatepass")))
    np.save(path.with_name(path.name + ".npy"), np.array(ends, np.int64))


class TextColumn:
    """The texts that `write_texts` wrote, mapped into memory."""

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
