"""A file of addresses, one a line: it names pages and has none of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.web.origin import Fetched, Listed
from warehouse.errors import UsageError
from warehouse.ledger import Due


@dataclass(frozen=True, slots=True)
class AddressFile:
    """Lines with an address each; empty lines and those that begin with `#` are passed over."""

    path: Path
    name: str = "file"

    def parts(self) -> list[str]:
        """The file as it is now."""
        about = self.path.stat()
        return [f"{self.path.resolve()} {about.st_size} {about.st_mtime_ns}"]

    def discover(self, part: str) -> Iterator[Listed]:
        """Its addresses, in order.

        Raises:
            UsageError: the file is no text.
        """
        try:
            lines = self.path.read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{self.path}: {error}; a text file with an address a line was expected.") from error
        for line in lines:
            address = line.strip()
            if address and not address.startswith("#"):
                yield Listed(address, how="file", where=self.path.name)

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Nothing."""
        yield from ()
