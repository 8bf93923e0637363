"""What narrows a search: counts of the match set by kind, topic, year and so on, and over time."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from search_ui import resources
from search_ui.histogram import histogram, periods
from search_ui.resources import OpenArchive
from search_ui.views.search_form import SearchRequest
from search_ui.wording import KIND_NAMES, LANGUAGE_NAMES, inside

MOST_VALUES = 8  # values listed per facet
Counts = Mapping[str, Mapping[str, int]]


def facet_lists(archive: OpenArchive, asked: SearchRequest, counts: Counts) -> str:
    """Return the counts of all matches by kind, topic, year and so on, as links that narrow the search."""
    topics = resources.topic_names(archive)
    people = {one: choice.name for one, choice in resources.choices(archive, "person").items()}

    def rows(name: str, names: Mapping[str, str]) -> list[tuple[str, int, dict[str, Any]]]:
        if getattr(asked, {"language": "lang"}.get(name, name)):  # a second value would not narrow it
            return []
        found = list(counts.get(name, {}).items())[:MOST_VALUES]
        return [(names.get(one, one), count, {name: (one,)}) for one, count in found]

    first, last = asked.after or dt.date.min, asked.before or dt.date.max
    years = [
        (one, n, {"after": max(first, dt.date(int(one), 1, 1)), "before": min(last, dt.date(int(one), 12, 31))})
        for one, n in counts.get("year", {}).items()
    ]
    lists = (
        ("Kind", rows("kind", KIND_NAMES)),
        ("Topic", rows("topic", topics)),
        ("Year", years),
        ("Kernel release", rows("version", {})),
        ("Person", rows("person", people)),
        ("Author", rows("author", {})),
        ("Site", rows("site", {})),
        ("Language", [(one, n, {"lang": cut["language"]}) for one, n, cut in rows("language", LANGUAGE_NAMES)]),
    )
    return "".join(
        f"<h3>{title}</h3><ul>"
        + "".join(
            f"<li>{inside(name, 'search', **asked.values(**cut, page=1))} <span>{n:,}</span></li>"
            for name, n, cut in found
        )
        + "</ul>"
        for title, found in lists
        if len(found) > 1
    )


def over_time(archive: OpenArchive, asked: SearchRequest, counts: Counts) -> str:
    """Return the match set over time as bars that narrow the search."""
    shown = periods(counts.get("month", {}), asked.after, asked.before)
    address = asked.values(after=None, before=None, page=1)
    return histogram(shown, resources.kernel_releases(archive), address)
