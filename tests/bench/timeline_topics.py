"""How many entries of topics' timelines tell something that happened, by what readers judged of their sentences."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from warehouse.timeline import Entry

Judged = Mapping[tuple[str, str, int], dict]
"""What was judged of a sentence, by topic, address of the document and offset."""


def read_judged(path: Path, half: str) -> Judged:
    """Return the judgements of one half of a labelled file."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    return {(row["topic"], row["url"], row["char_start"]): row for row in rows if row["half"] == half}


def score_topics(judged: Judged, shown: Mapping[str, Sequence[Entry]]) -> dict[str, float]:
    """Return the share of entries that were judged, and what share of those tell, are off the topic, stand alone and are turns."""
    places = [(topic, entry.url, entry.char_start) for topic, entries in shown.items() for entry in entries]
    found = [judged[place] for place in places if place in judged]
    number = max(len(found), 1)
    return {
        "judged": len(found) / max(len(places), 1),
        "tell": sum(row["event"] == "H" for row in found) / number,
        "off the topic": sum(row["about"] == 0 for row in found) / number,
        "alone": sum(row["alone"] for row in found) / number,
        "turns": sum(row["turn"] >= 2 for row in found) / number,
    }
