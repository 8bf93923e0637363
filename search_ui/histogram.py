"""Results over time as HTML: a bar for each month or year, which narrows the search, between the kernel releases."""

import datetime as dt
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from search_ui.wording import address_of, day_of, escaped, plural

MOST_MONTHS = 72  # with more months, bars are years
_LABEL = 6  # percent of the width that the label of a kernel release takes


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a year, both days included, with the documents of the match set."""

    first: dt.date
    last: dt.date
    documents: int


def periods(
    months: Mapping[str, int],
    first: dt.date | None = None,
    last: dt.date | None = None,
    *,
    within: Iterable[str] = (),
    by_year: bool | None = None,
) -> list[Period]:
    """Return the months of counts by `2009-03`, or their years if they are many, without gaps and cut to the days given.

    `within` are further months to cover; `by_year` chooses between months and years.
    """
    ordered = sorted({*months, *within})
    if not ordered:
        return []
    start, end = (int(one[:4]) * 12 + int(one[5:7]) - 1 for one in (ordered[0], ordered[-1]))
    step = 12 if (end - start >= MOST_MONTHS if by_year is None else by_year) else 1
    found = []
    for month in range(start - start % step, end + 1, step):
        names = [f"{one // 12}-{one % 12 + 1:02}" for one in range(month, month + step)]
        closing = month + step - 1
        opened = dt.date(month // 12, month % 12 + 1, 1)
        closed = dt.date(closing // 12, closing % 12 + 1, monthrange(closing // 12, closing % 12 + 1)[1])
        documents = sum(months.get(name, 0) for name in names)
        found.append(Period(max(opened, first or opened), min(closed, last or closed), documents))
    return found


def histogram(
    shown: Sequence[Period],
    releases: Mapping[str, dt.date],
    address: Mapping[str, object],
    *,
    heights: Sequence[float] = (),
    brushed: str = "",
) -> str:
    """Return the periods as bars; `address` is the search without its days, in which a click on a bar chooses them.

    A drag over several bars opens `brushed`, by default that search. `heights`, 0 to 1, are those of the documents by default.
    Hidden from screen readers, which have the same numbers as a list.
    """
    if len(shown) < 2:
        return ""
    most = max(period.documents for period in shown) or 1
    tall = heights or [period.documents / most for period in shown]
    bars = "".join(_bar(period, height, address) for period, height in zip(shown, tall, strict=True))
    begin, end = shown[0].first, shown[-1].last
    days = (end - begin).days + 1
    within = {one: day for one, day in releases.items() if begin <= day <= end and "-rc" not in one}
    whole = escaped(brushed or address_of("search", **address))
    return (
        f'<div class="histogram" aria-hidden="true"><div class="releases">{_releases(within, begin, days)}</div>'
        f'<div class="bars" data-address="{whole}" title="Drag to choose a time">{bars}</div>'
        f'<div class="ends"><span>{named(shown[0])}</span><span>{named(shown[-1])}</span></div></div>'
    )


def named(period: Period) -> str:
    """Return a month with its year, or a year."""
    if period.first.month == period.last.month and period.first.year == period.last.year:
        return day_of(period.first, "month")
    return str(period.first.year)


def _bar(period: Period, height: float, address: Mapping[str, object]) -> str:
    days = f'data-first="{period.first}" data-last="{period.last}"'
    if not period.documents:
        return f"<span {days}></span>"
    said = f"{named(period)}: {plural(period.documents, 'document')}"
    href = escaped(address_of("search", **{**address, "after": period.first, "before": period.last}))
    return (
        f'<a {days} href="{href}" tabindex="-1" title="{said}" data-documents="{period.documents}">'
        f'<b style="height:{max(4, round(100 * height))}%"></b></a>'
    )


def _releases(releases: Mapping[str, dt.date], begin: dt.date, days: int) -> str:
    """Return a tick at each kernel release, with its name where there is room; half of the names need a wide screen."""
    ticks, room, narrow = [], -float(_LABEL), -2.0 * _LABEL
    for version, day in sorted(releases.items(), key=lambda one: one[1]):
        at = 100 * (day - begin).days / days
        name, css = "", ""
        if at - room >= _LABEL and at <= 100 - _LABEL:
            name, room = escaped(version), at
            if at - narrow >= 2 * _LABEL and at <= 100 - 2 * _LABEL:
                narrow = at
            else:
                css = ' class="roomy"'
        ticks.append(f'<span{css} style="left:{at:.1f}%" title="Linux {escaped(version)}, {day_of(day)}">{name}</span>')
    return "".join(ticks)
