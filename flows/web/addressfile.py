"""An address file as an origin: it lists addresses, one per line, and contains no pages."""

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.reading.urls import read_address
from flows.web.origin import Fetched, Listed, part_of_file
from warehouse.errors import PageSetAside, UsageError
from warehouse.frontier.ledger import Due

_MARK = b"\xef\xbb\xbf"  # the UTF-8 byte order mark that some editors write


def lines_with_an_address(data: bytes) -> Iterator[tuple[int, list[bytes]]]:
    """Yield the number of each line, and its address and day; empty lines and lines that begin with `#` are skipped."""
    for number, line in enumerate(data.removeprefix(_MARK).splitlines(), 1):
        words = line.split(maxsplit=1)
        if words and not words[0].startswith(b"#"):
            yield number, words


@dataclass(frozen=True, slots=True)
class AddressFile:
    """A file with one address per line, optionally followed by the day nearest to which to take its capture (ISO 8601)."""

    path: Path

    @property
    def name(self) -> str:
        """The file name."""
        return self.path.name

    def parts(self) -> list[str]:
        """Return one part: the file."""
        return [part_of_file(self.path)]

    def discover(self, part: str) -> Iterator[Listed]:
        """Yield its addresses in file order; a line without a valid address is yielded with an `error`.

        Raises:
            UsageError: the file cannot be read or is not text.
        """
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise UsageError(f"{self.path}: {error.strerror}; expected a file with one address per line.") from error
        if b"\0" in data:
            raise UsageError(f"{self.path} is not UTF-8 text; expected a file with one address per line.")
        for number, words in lines_with_an_address(data):
            yield self._listed(number, *words)

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Fetch nothing."""
        yield from ()

    def _listed(self, number: int, address: bytes, day: bytes = b"") -> Listed:
        try:
            url, moment = address.decode("utf-8"), _moment(day.decode("utf-8").strip())
            read_address(url)
        except (UsageError, UnicodeDecodeError) as error:
            why = str(error) if isinstance(error, UsageError) else "it is not UTF-8 text."
            broken = PageSetAside(f"{self.name}, line {number}: {why}", reason="address")
            return Listed(f"{self.name}#line={number}", where=self.name, error=broken)
        return Listed(url, moment, "file", self.name)


def _moment(day: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(day) if day else None
    except ValueError as error:
        raise UsageError(f"{day!r} after the address is not a date; expected one such as 2009-03-04.") from error
    return moment.astimezone(dt.UTC).replace(tzinfo=None) if moment and moment.tzinfo else moment
