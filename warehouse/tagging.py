"""Tagging: finds mentions and dated statements in stored passages, so that it can be repeated without parsing."""

import csv
import datetime as dt
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.dated_statements import statement_rows
from warehouse.kernel_versions import last_place
from warehouse.mentions import Taxonomy, find_mentions, load_taxonomy
from warehouse.records import Mention, Row

SEEDS = ("seed_topics.csv", "seed_people.csv", "seed_projects.csv", "seed_kernel_releases.csv")
"""The files in the seeds' folder that tagging uses."""


@dataclass(frozen=True, slots=True)
class Tagger:
    """The taxonomy and kernel release dates that tagging uses, and its version."""

    taxonomy: Taxonomy
    releases: Mapping[str, dt.date]
    version: str


def load_tagger(folder: Path, version: str) -> Tagger:
    """Return a tagger made from a folder of seeds."""
    with (folder / "seed_kernel_releases.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    releases = {row["version"]: dt.date.fromisoformat(row["released_on"]) for row in rows if row["released_on"]}
    return Tagger(load_taxonomy(folder), releases, version)


def tag_rows(document: Row, passages: Sequence[Row], tagger: Tagger) -> dict[str, list[Row]]:
    """Return the rows of `mentions` and `events` of a document, given its row and those of its passages in order."""
    # Search the whole text once, because a surname alone is recognised by the full name before it.
    written = (document["published_at"] or document["captured_at"]).date()
    mentions = find_mentions(document["text"], tagger.taxonomy, last_place(tagger.releases, written))
    starts = [one.char_start for one in mentions]
    rows: dict[str, list[Row]] = {"mentions": [], "events": []}
    for passage in passages:
        start, end = passage["char_start"], passage["char_end"]
        inside = mentions[bisect_left(starts, start) : bisect_left(starts, end)]
        own = [one for one in inside if one.char_end <= end]
        rows["mentions"].extend(_mention_rows(passage, own))
        rows["events"].extend(statement_rows(passage, own, document, tagger.releases))
    return rows


def _mention_rows(passage: Row, mentions: Sequence[Mention]) -> Iterator[Row]:
    for number, mention in enumerate(mentions):
        yield {
            "mention_id": f"{passage['passage_id']}.m{number}",
            "passage_id": passage["passage_id"],
            "document_id": passage["document_id"],
            "entity_type": mention.entity_type,
            "entity_id": mention.entity_id,
            "surface": mention.surface,
            "char_start": mention.char_start,
            "char_end": mention.char_end,
        }
