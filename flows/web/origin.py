"""The interface of origins: they list addresses and return responses for them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from warehouse.captures.files import Response
from warehouse.errors import KlogError
from warehouse.frontier.ledger import Due


@dataclass(frozen=True, slots=True)
class Listed:
    """An address in an origin, or, with `error`, a location in it that cannot be read; `where` names the part."""

    url: str
    captured_at: dt.datetime | None = None
    how: str = "warc"
    where: str | None = None
    error: KlogError | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """The result of an origin for an address: a response or an error."""

    url: str
    response: Response | None = None
    error: KlogError | None = None


class Origin(Protocol):
    """A source of pages; addresses that it does not have may be missing from `fetch`, and stay due."""

    @property
    def name(self) -> str:
        """The name stored with its captures."""
        ...

    def parts(self) -> Sequence[str]:
        """Return the parts that it can list one by one.

        A part that was listed completely is not listed again (until `--recheck`).
        """
        ...

    def discover(self, part: str) -> Iterator[Listed]:
        """Yield every address of a part.

        Raises:
            Wait, FetchFailed: the list ended early; the addresses yielded before are valid.
        """
        ...

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Yield results for addresses as they arrive, in any order."""
        ...


def part_of_file(path: Path) -> str:
    """Return a file as one part: its path, size and modification time, so that a changed file is listed again.

    Raises:
        OSError: the file cannot be found.
    """
    about = path.stat()
    return f"{path.resolve()} {about.st_size} {about.st_mtime_ns}"
