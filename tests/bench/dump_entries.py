"""Print random timeline entries of an archive for a reader to judge: one JSON line each, in random order.

    python tests/bench/dump_entries.py ARCHIVE [NUMBER] [SEED] > entries.jsonl

The entries are from twenty timelines of the labelled histories' questions, 15 each; 200 of them unless NUMBER says otherwise. The
reader says of each whether it reports an event, is about the query, stands alone and has the right date.
"""

import json
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import timeline_histories as histories
from bench_timeline import ENTRIES, LABELLED

from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.settings import Settings
from warehouse.timeline import Entry

TIMELINES = 20


def main() -> None:
    """Print the entries."""
    release = Home(Path(sys.argv[1])).release()
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 200
    order = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 15)
    asked = [
        one for half in ("development", "final") for one in histories.read_histories(LABELLED / "histories.jsonl", half)
    ]
    shown = []
    with Archive(release, Settings()) as archive:
        for one in order.sample(asked, min(TIMELINES, len(asked))):
            found = archive.timeline(one.query, start=one.start, end=one.until, entries=ENTRIES)
            shown += [_row(one.query, entry) for entry in found.entries]
    for row in order.sample(shown, min(number, len(shown))):
        print(json.dumps(row, ensure_ascii=False))


def _row(query: str, entry: Entry) -> dict[str, str | bool | None]:
    return {
        "query": query,
        "date": entry.date.isoformat(),
        "date_end": entry.date_end.isoformat(),
        "precision": entry.precision,
        "reported": entry.reported,
        "context": getattr(entry, "context", None),
        "text": entry.text,
        "title": entry.title,
        "url": entry.url,
    }


if __name__ == "__main__":
    main()
