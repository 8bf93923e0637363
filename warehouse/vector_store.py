"""Where the vectors of a release lie if a search store has them; what reads and writes them is imported when there is one."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from warehouse.lance_tables import VectorStore

FILE = "store.json"


@dataclass(frozen=True, slots=True)
class StoredVectors:
    """What `store.json` in a release's search files says; `model` is the encoder that made the vectors."""

    address: str
    name: str
    model: str | None

    def write(self, folder: Path) -> None:
        """Write `store.json`; before any vector, so that those of a killed build are found and removed."""
        (folder / FILE).write_text(json.dumps(asdict(self)), encoding="utf-8")

    @property
    def uri(self) -> str:
        """The folder of the tables."""
        return f"{self.address.rstrip('/')}/{self.name}"


def stored_vectors(folder: Path) -> StoredVectors | None:
    """Return where the vectors of the search files in `folder` lie, None if they lie beside them."""
    try:
        return StoredVectors(**json.loads((folder / FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None


def open_vectors(folder: Path) -> "VectorStore | None":
    """Return the vectors that the search files in `folder` have in a store, None if they lie beside them.

    Raises:
        ArchiveMissing: the store does not have them.
        ArchiveMismatch: they were made by another encoder.
        StoreFailed: the store does not answer.
        UsageError: the package lancedb is missing.
    """
    of = stored_vectors(folder)
    if of is None:
        return None
    from warehouse.lance_tables import VectorStore

    return VectorStore(of.uri, of.model)


def check_store(address: str) -> None:
    """Ask a search store whether it answers; an empty address names none.

    Raises:
        StoreFailed: the store does not answer.
        UsageError: the package lancedb is missing.
    """
    if address:
        from warehouse.lance_tables import check_folder

        check_folder(address)


def remove_vectors(folder: Path) -> None:
    """Remove from the store what the search files in `folder` have there, if anything.

    Raises:
        StoreFailed: the store does not answer.
        UsageError: the package lancedb is missing.
    """
    of = stored_vectors(folder)
    if of is not None:
        from warehouse.lance_tables import remove_tables

        remove_tables(of.uri)
