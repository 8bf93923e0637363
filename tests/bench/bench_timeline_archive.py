"""Time the timelines of a built archive with a warm encoder: one JSON line each for topics at each zoom, questions and what happened next.

    python tests/bench/bench_timeline_archive.py HOME [QUERIES.jsonl]

`ms` contains the median, the 95th percentile and the maximum; the limits are 300 ms for a topic at any zoom and 1,500 ms for a
question. `first_ms` is the first topic after opening, which reads files that later ones find in memory. Without a file of
`{"query": ...}` lines, the questions are the names of the topics, phrased as questions.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from warehouse.connection import open_release
from warehouse.encoding.encoder import open_encoder
from warehouse.home import Home
from warehouse.search import open_search
from warehouse.settings import Settings
from warehouse.timeline import ZOOMS, open_timelines

TOPIC_LIMIT_MS, QUESTION_LIMIT_MS = 300, 1500


def main() -> None:
    """Print the times of every kind of timeline of the given archive home."""
    release = Home(Path(sys.argv[1])).release()
    encoder = open_encoder(Settings())
    with open_release(release) as archive:
        topics = archive.execute(
            "SELECT topic_id, any_value(name) FROM topics JOIN topic_months USING (topic_id) GROUP BY topic_id ORDER BY topic_id"
        ).fetchall()
        anchors = [
            row[0]
            for row in archive.execute("SELECT passage_id FROM passages ORDER BY hash(passage_id) LIMIT 50").fetchall()
        ]
    questions = [f"What happened to {name}?" for _, name in topics]
    if len(sys.argv) > 2:
        questions = [json.loads(line)["query"] for line in Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()]
    with open_search(release / "search") as search, open_timelines(release, search) as timelines:
        first_ms = _ms(lambda: timelines.topic(topics[0][0]))
        for zoom in ZOOMS:
            taken = [_ms(lambda name=name, zoom=zoom: timelines.topic(name, zoom=zoom)) for name, _ in topics]  # type: ignore[misc]
            _report(f"topic by {zoom}", taken, TOPIC_LIMIT_MS, first_ms=round(first_ms, 1))
        timelines.question("a question that warms the encoder", encoder=encoder)
        _report(
            "question",
            (_ms(lambda query=query: timelines.question(query, encoder=encoder)) for query in questions),
            QUESTION_LIMIT_MS,
        )  # type: ignore[misc]
        _report("next", (_ms(lambda anchor=anchor: timelines.next(anchor)) for anchor in anchors), QUESTION_LIMIT_MS)  # type: ignore[misc]


def _ms(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - began)


def _report(what: str, taken: Iterable[float], limit: int, **more: object) -> None:
    times = sorted(taken)
    ms = [statistics.median(times), times[int(0.95 * (len(times) - 1))], times[-1]]
    print(
        json.dumps(
            {"what": what, "calls": len(times), "ms": [round(value, 1) for value in ms], "limit_ms": limit, **more}
        ),
        flush=True,
    )


if __name__ == "__main__":
    main()
