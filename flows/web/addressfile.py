"""A file of addresses, one a line: it names pages and has none of them."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.web.origin import Fetched, Listed
from warehouse.errors import UsageError
from warehouse.ledger import Due


@dataclass(frozen=True, slots=True)
class AddressFile:
    """Lines with an address each, and behind it, where it matters, the day of the capture that is wanted (ISO 8601).

    Empty lines and those that begin with `#` are passed over.
    """

    path: Path
    name: str = "file"

    def parts(self) -> list[str]:
        """The file as it is now."""
        about = self.path.stat()
        return [f"{self.path.resolve()} {about.st_size} {about.st_mtime_ns}"]

    def discover(self, part: str) -> Iterator[Listed]:
        """Its addresses, in order.

        Raises:
            UsageError: the file is no text, or what stands behind an address is no day.
        """
        try:
            lines = self.path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{self.path}: {error}; a text file with an address a line was expected.") from error
        for line in lines:
            address, _, day = line.strip().partition(" ")
            if address and not address.startswith("#"):
                yield Listed(address, self._moment(address, day.strip()), "file", self.path.name)

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Nothing."""
        yield from ()

    def _moment(self, address: str, day: str) -> dt.datetime | None:
        try:
            moment = dt.datetime.fromisoformat(day) if day else None
        except ValueError as error:
            message = f"{self.path}: {day!r} behind {address} is no day; 2009-03-04 was expected."
            raise UsageError(message) from error
        return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment and moment.tzinfo else moment
