"""kernelnewbies' page of every kernel release as an origin: it lists their addresses, and contains no pages."""

import csv
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import dbt_models
from flows.web.origin import Fetched, Listed
from warehouse.frontier.ledger import Due

RELEASE_PAGES = "kernelnewbies"
_SEED = dbt_models.SEEDS / "seed_kernel_releases.csv"
_COMPLETE_AFTER = dt.timedelta(days=30)
"""Pages are still written on the day of the release, and hardly changed a month later."""


@dataclass(frozen=True, slots=True)
class ReleasePages:
    """The pages `Linux_2_6_0` to that of the newest mainline release that the seed has."""

    name: str = RELEASE_PAGES

    def parts(self) -> list[str]:
        """Return one part, named by the newest release, so that a later seed is listed again."""
        return [f"{RELEASE_PAGES} {_releases()[-1][0]}"]

    def discover(self, part: str) -> Iterator[Listed]:
        """Yield the page of every mainline release, oldest first, with the day nearest to which to take its capture."""
        for version, released in _releases():
            yield Listed(_address(version), released + _COMPLETE_AFTER, "file", _SEED.stem)

    def fetch(self, due: Sequence[Due]) -> Iterator[Fetched]:
        """Fetch nothing."""
        yield from ()


def _releases() -> list[tuple[str, dt.datetime]]:
    with _SEED.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["mainline"] == "true"]
    return sorted(
        ((row["version"], dt.datetime.fromisoformat(row["released_on"])) for row in rows), key=lambda row: row[1]
    )


def _address(version: str) -> str:
    """Return the page's address; until 2.6.39 its name has underscores for dots."""
    return f"https://kernelnewbies.org/Linux_{version.replace('.', '_') if version.startswith('2.') else version}"
