"""The calendar of the archive as HTML: a row for each year, a cell for each month with its number of documents."""

import datetime as dt
from collections.abc import Mapping

from search_ui.wording import address_of, day_of, escaped, inside, plural

Month = tuple[int, int]  # year, and 1 to 12
_HEATS = 4  # shades of a cell, as classes in style.css
_SHORT = tuple(f"{dt.date(2000, month, 1):%b}" for month in range(1, 13))


def month_name(year: int, month: int) -> str:
    """Return September 2011."""
    return day_of(dt.date(year, month, 1), "month")


def calendar_grid(months: Mapping[Month, int], kinds: str, chosen: Month | None = None, most_years: int = 100) -> str:
    """Return the years from the first to the last with documents, newest first; `kinds` stands in the address of a month."""
    if not months:
        return ""
    most = max(months.values())
    years = range(max(year for year, _ in months), min(year for year, _ in months) - 1, -1)
    rows = "".join(_year(year, months, most, kinds, chosen) for year in years[:most_years])
    return f'<ol class="calendar">{rows}</ol>'


def _year(year: int, months: Mapping[Month, int], most: int, kinds: str, chosen: Month | None) -> str:
    total = sum(number for (of, _), number in months.items() if of == year)
    cells = "".join(_cell((year, month), months.get((year, month), 0), most, kinds, chosen) for month in range(1, 13))
    return f'<li><b>{year}</b><span class="months">{cells}</span><span class="total">{total:,}</span></li>'


def _cell(month: Month, number: int, most: int, kinds: str, chosen: Month | None) -> str:
    label = _SHORT[month[1] - 1]
    if not number:
        return f'<span class="none"><span>{label}</span></span>'
    heat = -(-number * _HEATS // most)
    said = f"{month_name(*month)}: {plural(number, 'document')}"
    here = " aria-current=date" if month == chosen else ""
    href = address_of("browse", of="calendar", month=f"{month[0]}-{month[1]:02}", kinds=kinds)
    return (
        f'<a class="heat-{heat}" href="{escaped(href)}" aria-label="{escaped(said)}" title="{escaped(said)}"{here}>'
        f"<span>{label}</span>{number:,}</a>"
    )


def neighbouring_months(chosen: Month, months: Mapping[Month, int], kinds: str) -> str:
    """Return links to the month before and after, and to the nearest with documents if those have none."""
    links = []
    for step, name in ((-1, "Previous"), (1, "Next")):
        near = _step(chosen, step)
        links.append(_month_link(f"{name} month: {month_name(*near)}", near, kinds))
        if near not in months:
            beyond = [one for one in months if (one < chosen if step < 0 else one > chosen)]
            if beyond:
                far = max(beyond) if step < 0 else min(beyond)
                links[-1] += f" <span>(nothing)</span> {_month_link(month_name(*far), far, kinds)}"
            else:
                links[-1] = f"<span>{'Nothing earlier' if step < 0 else 'Nothing later'}</span>"
    return f'<nav class="pages" aria-label="Months">{"".join(f"<span>{one}</span>" for one in links)}</nav>'


def _step(month: Month, by: int) -> Month:
    place = month[0] * 12 + month[1] - 1 + by
    return place // 12, place % 12 + 1


def _month_link(label: str, month: Month, kinds: str) -> str:
    return inside(label, "browse", of="calendar", month=f"{month[0]}-{month[1]:02}", kinds=kinds)
