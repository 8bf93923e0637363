"""The calendar and the indexes: what they list is what the archive has, and every line leads on."""

from pathlib import Path

import pytest

from search_ui.calendar_grid import calendar_grid
from search_ui.lists import spark
from search_ui.views.browse import ordered, read_month
from tests.search_ui.conftest import Show, rows, soup_of
from warehouse.catalog import IndexLine


def test_the_front_page_leads_to_issues_months_topics_people_and_releases(show: Show, sample_home: Path) -> None:
    soup = soup_of(show())
    latest = rows(
        sample_home, "SELECT title FROM documents WHERE kind = 'issue' ORDER BY published_at DESC, document_id LIMIT 8"
    )
    assert [one.text for one in soup.select(".front .lines a")] == [title for (title,) in latest]
    assert soup.select_one("ol.calendar a[href*='month=2009-03']").text == "Mar2"
    for of in ("topics", "people", "releases"):
        assert soup.select_one(f"a[href='?view=browse&of={of}']"), of
    assert soup.select_one("table.index.topic a[href='?view=topic&id=xen']")
    newest = [one.text for one in soup.select("table.index.kernel_release td a")]
    assert newest == [f"3.{number}" for number in range(11, 1, -1)], "also those that are only named"


def test_a_month_lists_its_documents_and_leads_past_empty_months(show: Show, sample_home: Path) -> None:
    soup = soup_of(show(view="browse", of="calendar", month="2011-09", kinds="all"))
    assert soup.h1.text == "September 2011"
    found = rows(
        sample_home,
        "SELECT title FROM documents WHERE published_at >= '2011-09-01' AND published_at < '2011-10-01' "
        "AND published_precision <> 'year' ORDER BY published_precision <> 'month', published_at, document_id",
    )
    assert [one.text for one in soup.select(".lines .what a")] == [title for (title,) in found]
    empty = soup_of(show(view="browse", of="calendar", month="2011-08"))
    assert "No Kernel Log of August 2011" in empty.select_one(".empty").text
    steps = [one["href"] for one in empty.select("nav.pages a")]
    assert [one for one in steps if "month=2011-06" in one] and [one for one in steps if "month=2011-10" in one]


@pytest.mark.parametrize(
    ("of", "view"), [("topics", "topic"), ("people", "person"), ("projects", "project"), ("releases", "release")]
)
def test_an_index_leads_to_pages(show: Show, of: str, view: str) -> None:
    soup = soup_of(show(view="browse", of=of))
    links = soup.select(f"table.index a[href^='?view={view}&id=']")
    assert len(links) > 5
    assert soup.h1.text
    assert all("rc" not in link.text for link in links if of == "releases")


@pytest.mark.parametrize("text", ["2011-9", "2011-13", "1890-01", "soon", "2011-09-01", ""])
def test_what_is_no_month_is_none(text: str) -> None:
    assert read_month(text) is None


def _line(name: str, parent: str | None = None, naming: int = 1) -> IndexLine:
    return IndexLine("topic", name.lower(), name, parent, None, 0, 0, naming, None, None, {})


def test_topics_stand_below_their_parent() -> None:
    lines = [_line("A", "z"), _line("B", naming=5), _line("Z"), _line("Lost", "gone")]
    assert [one.name for one in ordered(lines, "name")] == ["B", "Z", "A", "Lost"]
    assert ordered(lines, "documents")[0].name == "B"


def test_the_front_page_has_the_latest_years_of_a_long_calendar() -> None:
    months = {(year, 5): 1 for year in range(2002, 2027)}
    assert calendar_grid(months, "", most_years=6).count("<li>") == 6
    assert calendar_grid(months, "", most_years=6).startswith('<ol class="calendar"><li><b>2026</b>')
    assert calendar_grid(months, "").count("<li>") == 25


def test_a_sparkline_says_its_numbers() -> None:
    drawn = spark({2009: 4, 2011: 1}, 2009, 2011)
    assert 'aria-label="2009: 4, 2011: 1"' in drawn
    assert (
        drawn.count('<span class="h') == 3 and 'class="h8"' in drawn and 'class="h0"' in drawn and 'class="h2"' in drawn
    )
