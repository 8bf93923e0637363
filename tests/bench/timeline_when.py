"""How many questions about when something happened get the right day first."""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from warehouse.timeline import Timeline


@dataclass(frozen=True, slots=True)
class WhenQuestion:
    """A question and the right days, None if it never happened."""

    text: str
    first: dt.date | None
    last: dt.date | None


def read_when_questions(path: Path, half: str) -> list[WhenQuestion]:
    """Return the questions of one half of a labelled file."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        WhenQuestion(row["question"], _first_day(row["date"]), _first_day(row.get("until_date")))
        for row in rows
        if row["half"] == half
    ]


def judge(question: WhenQuestion, timeline: Timeline) -> str:
    """Return `right`, `wrong date` or `no answer`.

    The answer is the timeline's own, or else its best entry. For an event that never happened, no answer is right.
    """
    days = answered_days(timeline)
    if days is None:
        return "right" if question.first is None else "no answer"
    if question.first is None or question.last is None:
        return "wrong date"
    return "right" if days[0] <= question.last and days[1] >= question.first else "wrong date"


def answered_days(timeline: Timeline) -> tuple[dt.date, dt.date] | None:
    """Return the first and the last day of a timeline's answer."""
    if hasattr(timeline, "answer"):
        return None if timeline.answer is None else (timeline.answer.date, timeline.answer.date_end)
    best = max(timeline.entries, key=lambda entry: entry.score, default=None)
    return None if best is None else (best.date, best.date_end)


def score_when(questions: Sequence[WhenQuestion], timelines: Sequence[Timeline]) -> dict[str, int]:
    """Return the number of questions by judgement."""
    judged = [judge(question, timeline) for question, timeline in zip(questions, timelines, strict=True)]
    return {name: judged.count(name) for name in ("right", "wrong date", "no answer")}


def _first_day(text: str | None) -> dt.date | None:
    return None if text is None else dt.date.fromisoformat((text + "-01-01")[:10])
