"""The German pages of the measurement are read as German issues with their day, and every question asks for one of them."""

import datetime as dt
import sys
from collections import Counter
from pathlib import Path

from flows.sources import registry
from tests.flows.sources.made_issues import article
from warehouse.records import Capture

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

from bench_german import ADDRESS, FIRST, read_rows


def test_the_pages_are_german_issues_and_the_questions_are_about_them() -> None:
    pages = read_rows("german_pages.jsonl")
    for page in pages:
        day = dt.datetime.fromisoformat(page["published"])
        html = article(f"<p>{page['text']}</p>", top=f"<p>{day:%d.%m.%Y} 12:00</p><h1>{page['title']}</h1>")
        url = ADDRESS.format(FIRST + page["page"])
        capture = Capture("c", url, 200, "text/html", day + dt.timedelta(days=30), html.encode())
        read = registry.parse(registry.identify(url), (capture,))
        assert (read.kind, read.language, read.title) == ("issue", "de", page["title"])
        assert read.published_at == day.replace(hour=12)
    questions = read_rows("german_questions.jsonl")
    assert Counter(one["language"] for one in questions) == {"de": 20, "en": 20}
    assert {one["page"] for one in questions} <= {page["page"] for page in pages}
