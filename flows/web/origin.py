"""The interface of origins: they list addresses and return responses for them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from warehouse.captures.files import Response
from warehouse.errors import KlogError
from warehouse.frontier.ledger import Due


@dataclass(frozen=True, slots=True)
class Listed:
    """An address that an origin has, or (with `error`) a part of it that cannot be read; `where` names that part."""

    url: str
    captured_at: dt.datetime | None = None
    how: str = "warc"
    where: str | None = None
    error: KlogError | None = None


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an origin gave for an address: a response, or why there is none."""

    url: str
    response: Response | None = None
    error: KlogError | None = None


class Origin(Protocol):
    """Where pages come from. `fetch` skips addresses that the origin does not have; they stay due."""

    @property
    def name(self) -> str:
        """The name recorded with its captures."""
        ...

    def parts(self) -> Sequence[str]:
        """Return what it can list, piece by piece.

        A piece that was listed whole is not listed again (until `--recheck`).
        """
        ...

    def discover(self, part: str) -> Iterator[Listed]:
        """Return every address of a part.

        Raises:
            Wait, FetchFailed: the list ended early; what came before is good.
        """
        ...

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Return responses for addresses, in any order, as they come."""
        ...
