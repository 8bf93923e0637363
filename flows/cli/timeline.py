"""`klog timeline`: print the timeline of a question, of one or more topics, or of the events after a passage."""

import dataclasses
import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import click

from flows.cli.context import Context
from flows.cli.terminal import Bold, say, say_json
from flows.cli.text_files import read_json_lines
from warehouse.archive import Archive
from warehouse.errors import UsageError
from warehouse.json_values import as_json
from warehouse.timeline import MOST_COMPARED, ZOOMS, Answer, Bar, Entry, Timeline, said_of_day

_BAR_WIDTH = 40  # characters of the longest bar, so that bars, dates and figures fit into 80 columns
_ONE_DAY = dt.timedelta(days=1)


@click.command("timeline")
@click.argument("words", nargs=-1)
@click.option("--topic", metavar="TOPIC", help="The timeline of this topic (topic_id or another name).")
@click.option("--compare", is_flag=True, help=f"Read WORDS as up to {MOST_COMPARED} topics and compare them.")
@click.option("--next", "anchor", metavar="ID", help="Show what happened after this passage, event or document.")
@click.option("--zoom", type=click.Choice(ZOOMS), default="release", show_default=True, help="The period of a bar.")
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), help="First day.")
@click.option(
    "--to",
    "end",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Last day; later documents are left out too.",
)
@click.option(
    "--entries", type=click.IntRange(1, 200), default=10, show_default=True, help="Maximum number of entries."
)
@click.option(
    "--queries",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help='A JSON Lines file of questions: {"query": "...", "until": "2010-01-31"}; "to" excludes its day.',
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def command(context: Context, /, **options: Any) -> None:
    """Print dated sentences that answer a question, in order of date, each with its document.

    A time in the question ("Xen between 2008 and 2010") does what --from and --to do.

    \b
    Examples:
      klog timeline "Xen Dom0"
      klog timeline --topic xen --zoom month
      klog timeline --compare xen kvm
      klog timeline --next issue-112853:4
      klog timeline --queries questions.jsonl > run.jsonl
    """
    words: tuple[str, ...] = options["words"]
    asked = [bool(words), options["topic"] is not None, options["anchor"] is not None, options["queries"] is not None]
    if sum(asked) != 1 or (options["compare"] and not words):
        raise UsageError(
            'expected one of QUESTION, --topic, --compare, --next and --queries, e.g. klog timeline "Xen Dom0".'
        )
    start, end = _day(options["start"]), _day(options["end"])
    with context.archive() as archive:
        if options["queries"] is not None:
            for answer in _answer_file(archive, options["queries"], start, end, options["entries"]):
                say_json(answer)
            return
        found: tuple[Timeline, ...]
        span: dict[str, Any] = {"entries": options["entries"], "start": start, "end": end}
        if options["compare"]:
            found = archive.compare(words, zoom=options["zoom"], **span)
        elif options["topic"] is not None:
            found = (archive.timeline(topic=options["topic"], zoom=options["zoom"], **span),)
        elif options["anchor"] is not None:
            found = (archive.follow_ups(options["anchor"], limit=options["entries"]),)
        else:
            found = (archive.timeline(" ".join(words), zoom=options["zoom"], **span),)
    if options["as_json"]:
        made = [as_json(timeline) for timeline in found]
        say_json({"timelines": made} if options["compare"] else made[0])
        return
    for timeline in found:
        _print(timeline)


def _day(moment: dt.datetime | None) -> dt.date | None:
    return None if moment is None else moment.date()


def _answer_file(
    archive: Archive, path: Path, start: dt.date | None, end: dt.date | None, entries: int
) -> Iterator[dict[str, Any]]:
    queries = read_json_lines(path, '{"query": "...", "until": "2010-01-31"}', _read_query)
    for query, until in queries:
        found = archive.timeline(query, start=start, end=until or end, entries=entries)
        yield {"query": query, "entries": [_as_answer(entry) for entry in found.entries]}


def _read_query(line: dict[str, Any]) -> tuple[str, dt.date | None]:
    """Return a question with its last day: its `until` or the day before its `to`, whichever is earlier."""
    to, until = line.get("to"), line.get("until")
    last = None if until is None else dt.date.fromisoformat(until)
    if to is not None:
        before = dt.date.fromisoformat(to) - _ONE_DAY
        last = before if last is None else min(before, last)
    return str(line["query"]), last


def _as_answer(entry: Entry) -> dict[str, Any]:
    length = {"year": 4, "month": 7}.get(entry.precision, 10)
    return {**dataclasses.asdict(entry), "date": entry.date.isoformat()[:length]}


def _print(timeline: Timeline) -> None:
    say(Bold(timeline.title))
    if timeline.answer is not None:
        _print_answer(timeline.answer)
    for note in timeline.notes:
        say(note)
    if timeline.suggestions:
        say(f"Did you mean: {', '.join(timeline.suggestions)}?")
    _print_bars(timeline.bars)
    for entry in timeline.entries:
        said = said_of_day(reported=entry.reported, published_at=entry.published_at, tense=entry.tense)
        mark = _marked(said) + _marked("outcome" if entry.outcome_of else "")
        context = f"[{entry.context}] " if entry.context else ""
        say(Bold(_when(entry)), f"  {context}{' '.join(entry.text.split())}{mark}")
        say(f"            {entry.title} [{entry.kind}]")
        say(f"            {entry.url}")
        for source in entry.sources:
            say(f"            also: {source.title}, {source.url}")
    say("1 entry" if len(timeline.entries) == 1 else f"{len(timeline.entries)} entries")


def _marked(said: str) -> str:
    return f"  ({said})" if said else ""


def _print_answer(answer: Answer) -> None:
    """Print the day or days, the kernel release and the source of an answer."""
    days = answer.date.isoformat() if answer.date == answer.date_end else f"{answer.date} to {answer.date_end}"
    release = f"  Linux {answer.kernel_release}" if answer.kernel_release else ""
    say(Bold(days), release + _marked(answer.whose_day))
    if answer.entry is not None:
        say(f"            {' '.join(answer.entry.text.split())}")
        say(f"            {answer.entry.title} [{answer.entry.kind}]")
    say(f"            {answer.source}")
    say()


def _print_bars(bars: Sequence[Bar]) -> None:
    most = max((bar.share for bar in bars), default=0.0)
    for bar in bars if most else ():
        sign = "█" * round(_BAR_WIDTH * bar.share / most)
        number = len(bar.documents)
        say(f"{bar.start}  {sign:<{_BAR_WIDTH}} {bar.share:6.1%}  {number} document{'' if number == 1 else 's'}")
    if most:
        say()


def _when(entry: Entry) -> str:
    """Return the day, month or year of an entry, padded to the width of a day, or its first and last."""
    length = {"year": 4, "month": 7}.get(entry.precision, 10)
    first, last = (day.isoformat()[:length] for day in (entry.date, entry.date_end))
    return f"{first:<10}" if first == last else f"{first} to {last}"
