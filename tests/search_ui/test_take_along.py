"""What is taken along parses back to what is shown: tables, charts and references."""

import csv
import datetime as dt
import io
import json
from typing import Any

import pytest
from PIL import Image

from search_ui.attention_chart import attention_chart
from search_ui.axis import moment
from search_ui.bibtex import bibtex
from search_ui.chart_pictures import as_png, as_svg
from search_ui.lists import documents_table
from search_ui.tables import Table, as_csv, as_json
from search_ui.take_along import file_name
from tests.search_ui.conftest import HOSTILE
from warehouse.catalog import Attention, Card

RELEASES = (("2.6.29", dt.date(2009, 3, 23)), ("3.0", dt.date(2011, 7, 21)))
ATTENTION = (
    *(Attention(2009, month, month % 2, month, 20) for month in range(1, 13)),
    Attention(2010, None, 3, 9, 9),
)


def a_card(title: str = "One & 100 % of #1_a", **changed: object) -> Card:
    values = {
        "document_id": "issue-1", "kind": "issue", "url": "http://h.example/a_b?x=1&y=%20", "memento_url": None, "site": "h.example",
        "title": title, "author": "Jörg Müller", "published_at": dt.datetime(2011, 3, 14, 9), "published_precision": "day",
        "words": 7,
    }  # fmt: skip
    return Card(**(values | changed))


def test_csv_and_json_have_the_same_rows_in_the_same_order() -> None:
    cards = [a_card(title, document_id=f"d{number}") for number, title in enumerate(HOSTILE)]
    table = documents_table(cards)
    read = list(csv.DictReader(io.StringIO(as_csv(table).decode(), newline="")))
    values = json.loads(as_json(table))
    assert (
        [row["document_id"] for row in read]
        == [row["document_id"] for row in values]
        == [card.document_id for card in cards]
    )
    for row, card in zip(values, cards, strict=True):
        assert row["title"] == card.title.encode("utf-8", "replace").decode()
        assert row["url"] == card.url and row["published_at"] == "2011-03-14T09:00:00"
    assert not [row["title"] for row in read if row["title"].startswith(("=", "+", "-", "@"))]


def test_an_empty_table_keeps_its_header() -> None:
    assert as_csv(Table(("a", "b"), ())) == b"a,b\r\n"
    assert as_json(Table(("a", "b"), ())) == b"[]"


@pytest.mark.parametrize("name", [*HOSTILE[:12], "../../etc/passwd", "", "Xen by year"])
def test_a_file_name_is_plain(name: str) -> None:
    made = file_name(name)
    assert made and made[0] not in ".-" and not set(made) & set('/\\"<>:|?*\n\0')


def test_a_chart_is_a_picture_with_title_legend_and_opaque_paper() -> None:
    chart = attention_chart(ATTENTION, RELEASES)
    drawn = as_svg(chart, "Xen <b>&</b> KVM").decode()
    for text in ("Xen &lt;b&gt;&amp;&lt;/b&gt; KVM", "about it", "naming it", "2.6.29", "documents"):
        assert text in drawn, text
    picture = Image.open(io.BytesIO(as_png(chart, "Xen")))
    assert picture.format == "PNG" and picture.width >= 800
    assert picture.convert("RGBA").getpixel((0, 0)) == (255, 255, 255, 255)
    assert len(picture.convert("RGB").getcolors(1 << 20)) > 20


def test_bars_are_the_months_and_a_year_alone_is_no_month() -> None:
    bars = _rows(attention_chart(ATTENTION, ()))
    assert sum(row["to"] - row["from"] for row in bars) == sum(one.naming for one in ATTENTION if one.month)
    assert sum(row["to"] for row in bars if row["layer"] == "about it") == 6
    assert attention_chart((Attention(2010, None, 1, 1, 1),), ()) is None
    many = tuple(Attention(year, 1, 0, 1, 1) for year in range(2000, 2020))
    assert all(row["end"] - row["start"] >= 88 * 86_400_000 for row in _rows(attention_chart(many, ())))  # a quarter


@pytest.mark.parametrize(("months", "years"), [((3,), 1), ((3, 9), 1), ((1, 12), 1), ((11, 14), 2), ((1, 18), 1.5)])
def test_what_is_named_in_a_month_is_shown_in_its_year(months: tuple[int, ...], years: float) -> None:
    named = [Attention(2009 + (month - 1) // 12, (month - 1) % 12 + 1, 0, 1, 9) for month in months]
    first, after = attention_chart(named, ()).to_dict()["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert first == moment(dt.date(2009, 1, 1))
    assert round((after - first) / (365 * 86_400_000), 1) == years


def _rows(chart: Any) -> list[dict[str, Any]]:
    spec = chart.to_dict()
    found = [row for part in (spec, *spec["layer"]) for row in part.get("data", {}).get("values", [])]
    found += [row for rows in spec.get("datasets", {}).values() for row in rows]
    return [row for row in found if "layer" in row]


def test_bibtex_says_what_is_known_and_escapes_the_rest() -> None:
    made = bibtex(a_card())
    assert made.startswith("@article{issue-1,\n")
    assert r"title = {{One \& 100 \% of \#1\_a}}" in made
    assert "author = {{Jörg Müller}}" in made and "year = {2011}" in made and "date = {2011-03-14}" in made
    assert "author" not in bibtex(a_card(author=None))
    undated = bibtex(a_card(published_at=None, published_precision=None))
    assert "year" not in undated and "month" not in undated
    assert "date" not in bibtex(a_card(published_precision="month"))


@pytest.mark.parametrize("text", HOSTILE)
def test_braces_of_bibtex_balance_whatever_a_title_holds(text: str) -> None:
    made = bibtex(a_card(text, author=text, url=f"http://h.example/{text}", memento_url=text))
    depth = 0
    for before, character in zip(" " + made, made, strict=False):
        depth += (character == "{" and before != "\\") - (character == "}" and before != "\\")
        assert depth >= 0
    assert depth == 0
    assert made.count("\n") == made.count("},\n") + 3  # a field a line
