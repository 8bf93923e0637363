"""Facets, bars and totals that the page shows are those that SQL counts, and exports hold the list that is shown."""

import csv
import datetime as dt
import io
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest
from bs4 import BeautifulSoup

from search_ui import resources
from search_ui.tables import as_csv, as_json
from search_ui.views.search import PAGE, _search
from search_ui.views.search_export import _all, results_table
from search_ui.views.search_facets import facet_lists, over_time
from search_ui.views.search_form import SearchRequest
from tests.recomputed_matches import Recomputer
from warehouse.home import Home
from warehouse.search import open_search
from warehouse.stop_words import FUNCTION_WORDS

FACET_OF = {"kind": "kind", "topic": "topic", "version": "version", "person": "person", "author": "author", "site": "site",
            "lang": "language"}  # fmt: skip


@pytest.fixture(scope="module")
def counted(sample_home: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Recomputer]]:
    """The sample's release in SQL, and what works match sets out from it."""
    release = Home(sample_home).release()
    with (
        duckdb.connect(str(release / "archive.duckdb"), read_only=True) as archive,
        open_search(release / "search") as search,
    ):
        yield archive, Recomputer(archive, search)


@pytest.mark.parametrize("many", [20, pytest.param(300, marks=pytest.mark.soak)])
def test_what_is_shown_of_a_search_is_what_sql_counts(
    counted: tuple[duckdb.DuckDBPyConnection, Recomputer], sample_home: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    monkeypatch.setenv("KLOG_HOME", str(sample_home))
    sql, recomputer = counted
    opened = resources.open_archive()
    dice = random.Random(16)
    titles = " ".join(title for (title,) in sql.execute("SELECT title FROM documents").fetchall())
    words = sorted({word for word in re.findall(r"[A-Za-z]{4,}", titles) if word.lower() not in FUNCTION_WORDS})
    totals = []
    assert _search(opened, SearchRequest(kind=("mail",)), 1).total == _count(sql, "documents WHERE kind = 'mail'")
    for _ in range(many):
        query = " ".join(dice.choices(words, k=dice.randrange(1, 4)))
        every = [hit.document_id for hit in _all(opened, SearchRequest(q=query, mode="keyword", plain=True), 1000)]
        for filters in ({}, _filters(dice), _filters(dice)):
            asked = SearchRequest(q=query, mode="keyword", plain=True, **filters)
            expected = recomputer.cut(every, asked.filters)
            result = _search(opened, asked, 1)
            assert result.total == len(expected.newest), asked
            _check_facets(expected.facets, facet_lists(opened, asked, result.facets or {}), asked)
            _check_bars(sql, over_time(opened, asked, result.facets or {}), asked)
            shown = [hit.document_id for number in range(-(-result.total // PAGE))
                     for hit in _search(opened, asked, number + 1).hits if hit.is_match]  # fmt: skip
            assert set(shown) == set(expected.newest) and len(shown) == result.total, asked
            _check_exports(_all(opened, asked, result.total), shown)
            totals.append(result.total)
    assert max(totals) > 3 * PAGE and min(totals) == 0


def _count(sql: duckdb.DuckDBPyConnection, rows: str) -> int:
    (number,) = sql.execute(f"SELECT count(*) FROM {rows}").fetchone() or (0,)
    return int(number)


def _filters(dice: random.Random) -> dict[str, Any]:
    day = dt.date(2008, 6, 1) + dt.timedelta(days=dice.randrange(1500))
    one = {
        "kind": tuple(dice.sample(["issue", "mail", "lwn", "commit"], 2)), "topic": (dice.choice(["xen", "graphics", "file-systems"]),),
        "version": (dice.choice(["2.6.33", "2.6.38"]),), "person": ("linus-torvalds",), "after": day, "before": day,
        "author": ("Sample Writer",), "site": ("lwn.example",), "lang": ("en",),
    }  # fmt: skip
    return {name: one[name] for name in dice.sample(list(one), dice.choice([1, 1, 2]))}


def _check_facets(whole: dict[str, dict[str, int]], markup: str, asked: SearchRequest) -> None:
    for item in BeautifulSoup(markup, "html.parser").select("li"):
        address = parse_qs(urlsplit(item.a["href"]).query)
        number = int(item.span.text.replace(",", ""))
        if item.find_previous("h3").text == "Year":
            assert whole["year"][item.a.text] == number, (asked, item)
            continue
        (name,) = [one for one in FACET_OF if one in address and not getattr(asked, one)]
        assert whole[FACET_OF[name]][address[name][0]] == number, (asked, item)


def _check_bars(sql: duckdb.DuckDBPyConnection, markup: str, asked: SearchRequest) -> None:
    bars = BeautifulSoup(markup, "html.parser").select(".bars > *")
    if not bars:
        return  # all in one month, or none
    drawn = [(bar["data-first"], bar["data-last"], int(bar.get("data-documents", 0))) for bar in bars]
    for first, last, number in drawn:
        counted = sql.execute(
            "SELECT count(*) FROM found WHERE published_at::DATE BETWEEN ? AND ?", [first, last]
        ).fetchone()
        assert counted == (number,), (asked, first)
    assert sql.execute("SELECT count(published_at) FROM found").fetchone() == (sum(number for *_, number in drawn),), (
        asked
    )


def _check_exports(hits: Any, shown: list[str]) -> None:
    table = results_table(hits)
    read = list(csv.DictReader(io.StringIO(as_csv(table).decode(), newline="")))
    values = json.loads(as_json(table))
    assert [row["document_id"] for row in read] == [row["document_id"] for row in values] == shown
    assert [re.sub("^'", "", row["title"]) for row in read] == [row["title"] for row in values]
