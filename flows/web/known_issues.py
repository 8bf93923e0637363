"""The column's known issues: their addresses are asked for one by one, also where no index lists them."""

import csv
import datetime as dt
from collections.abc import Iterator

import dbt_models
from flows.web.origin import Listed

_SEED = dbt_models.SEEDS / "seed_known_issues.csv"


def list_known_issues() -> Iterator[Listed]:
    """Yield every address of a known issue, with the day when the issue was published or first cited."""
    with _SEED.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            day = row["published_at"] or row["cited_on"]
            yield Listed(row["url"], dt.datetime.fromisoformat(day) if day else None, "known", _SEED.stem)
