"""Score the timelines of a built archive: histories, questions about when, topics, and stories of later articles.

    python tests/bench/bench_timeline.py ARCHIVE [--half final] [--stories FILE]

ARCHIVE is an archive home with the LWN corpus, --stories a file of its stories. The calls are those of `klog timeline` with its default
settings; a history gets 15 entries, a topic and a story 10.
"""

import argparse
import datetime as dt
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import timeline_histories as histories
import timeline_stories as stories
import timeline_topics as topics
import timeline_when as when

from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.settings import Settings
from warehouse.timeline import Timeline

LABELLED = Path(__file__).parents[1] / "labelled"
ENTRIES, STORY_ENTRIES, TOPIC_ENTRIES = 15, 10, 10
ONE_DAY = dt.timedelta(days=1)


def main() -> None:
    """Print one line per set."""
    options = _options()
    with Archive(Home(options.archive).release(), Settings()) as archive:
        archive.timeline("what warms the encoder")
        ask = _Timed(archive.timeline)
        for more in ("", "_second"):
            _print_histories(ask, f"histories{more}", options.half, options.verbose)
        for more in ("", "_second", "_third"):
            _print_when(ask, f"when_questions{more}", options.half, options.verbose)
        _print_topics(archive, options.half)
        if options.stories:
            _print_stories(ask, options.stories)
        ask.print_times()


def _print_histories(ask: "_Timed", name: str, half: str, verbose: bool) -> None:
    asked = histories.read_histories(LABELLED / f"{name}.jsonl", half)
    found = [ask(one.query, start=one.start, end=one.until, entries=ENTRIES).entries for one in asked]
    if verbose:
        for history, entries in zip(asked, found, strict=True):
            print(f"\n# {history.query}: {histories.score_histories([history], [entries])}")
            for entry in entries:
                mark = "".join(f" {place}" for place in sorted(histories.found_events(history, entry))) or " -"
                print(
                    f"{entry.date}{mark:4} {getattr(entry, 'context', None) or '':.40} | {' '.join(entry.text.split())[:220]}"
                )
            missed = set(range(len(history.events))).difference(
                *(histories.found_events(history, entry) for entry in entries)
            )
            for place in sorted(missed):
                print(f"   missed {place} {history.events[place].day} {history.events[place].text}")
    _print(f"{name}, {half}", histories.score_histories(asked, found))
    _print(f"{name}, {half}, with context", histories.score_histories(asked, found, with_context=True))


def _print_when(ask: "_Timed", name: str, half: str, verbose: bool) -> None:
    asked = when.read_when_questions(LABELLED / f"{name}.jsonl", half)
    found = [ask(one.text) for one in asked]
    for question, timeline in zip(asked, found, strict=True) if verbose else ():
        days = when.answered_days(timeline)
        print(f"{when.judge(question, timeline):10} {question.text} | {question.first} {question.last} | {days}")
    _print(f"{name}, {half}", when.score_when(asked, found))


def _print_topics(archive: Archive, half: str) -> None:
    judged = topics.read_judged(LABELLED / "topic_entries.jsonl", half)
    names = sorted({topic for topic, _, _ in judged})
    shown = {name: archive.timeline(topic=name, entries=TOPIC_ENTRIES).entries for name in names}
    _print(f"topics, {half}", topics.score_topics(judged, shown))


def _print_stories(ask: "_Timed", path: Path) -> None:
    asked = stories.read_stories(path)
    found = [ask(one.query, end=one.before - ONE_DAY, entries=STORY_ENTRIES).entries for one in asked]
    _print("stories", stories.score_stories(asked, found))


class _Timed:
    """A function to call, which keeps the time of each call."""

    def __init__(self, call: Callable[..., Timeline]) -> None:
        self._call = call
        self._ms: list[float] = []

    def __call__(self, query: str, **more: object) -> Timeline:
        began = time.perf_counter()
        found = self._call(query, **more)
        self._ms.append(1000 * (time.perf_counter() - began))
        return found

    def print_times(self) -> None:
        """Print the median and the 95th percentile."""
        taken = sorted(self._ms)
        print(f"questions: p50 {statistics.median(taken):.0f} ms, p95 {taken[int(0.95 * (len(taken) - 1))]:.0f} ms")


def _print(what: str, values: Mapping[str, float]) -> None:
    shown = "  ".join(
        f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}" for name, value in values.items()
    )
    print(f"{what:42} {shown}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Score the timelines of a built archive.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("--half", choices=["development", "final"], default="development")
    parser.add_argument("--stories", type=Path)
    parser.add_argument("--verbose", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
