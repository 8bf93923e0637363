"""An article of The H at its old and its new number, with and without pages, is read once and known at both."""

import datetime as dt
import gzip
import json
import random
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import duckdb
import pytest

from tests.builds import run_steps
from tests.flows.sources.made_issues import TEXT, article, capture, read
from warehouse.captures import warc
from warehouse.connection import open_warehouse
from warehouse.frontier.copies import find_copies
from warehouse.home import Home, now
from warehouse.load import insert

OLD = "http://www.h-online.com/open/Kernel-Log-Stable-series--/news/112710"
NEW = "http://www.h-online.com/open/news/item/Kernel-Log-Stable-series-740203.html"
OLD_FEATURE = "http://www.heise-online.co.uk/open/Kernel-Log-Linux-2-6-27-Released--/features/111671"
NEW_FEATURE = "http://www.h-online.com/open/features/Kernel-Log-Linux-2-6-27-Released-{}.html"
OTHER = "http://www.h-online.com/open/news/item/Kernel-Log-Stable-series-740299.html"
CITING = "http://www.h-online.com/open/news/item/Kernel-Log-A-later-one-750000.html"


def test_an_article_is_one_document_at_its_old_and_its_new_number(tmp_path: Path) -> None:
    head = "<p>{}</p><h1>{}</h1><p>by Golden Desk</p>".format
    stable = head("23 February 2009, 10:46", "Kernel Log: Stable series")
    feature = head("10 October 2008, 09:12", "Kernel Log: Linux 2.6.27 Released")
    old = [OLD_FEATURE, *(f"{OLD_FEATURE}/{page}" for page in (2, 3))]
    new = [NEW_FEATURE.format(number) for number in (746759, 746760, 746761)]
    cited = " ".join(f"<a href='{url}'>{word}</a>" for word, url in {"old": OLD, "new": NEW, "page": old[1]}.items())
    pages = {
        OLD: article(f"<p>{TEXT}</p>", top=stable.replace("<p>by Golden Desk</p>", "")),
        NEW: article(f"<p>{TEXT} With more words.</p>", top=stable),
        OTHER: article(f"<p>{TEXT}</p>", top=stable.replace("10:46", "10:47")),
        CITING: article(
            f"<p>{TEXT} Told before: {cited}.</p>", top=head("2 March 2009, 10:46", "Kernel Log: A later one")
        ),
        **{url: _page(new, at, feature) for at, url in enumerate(new)},
        **{url: _page(old, at, feature) for at, url in enumerate(old[:2])},  # the third page was not archived
    }
    file = tmp_path / "column.warc"
    response = warc.http_head("HTTP/1.1 200 OK", [("Content-Type", "text/html; charset=utf-8")])
    file.write_bytes(b"".join(warc.response(url, now(), response, html.encode(), [])[1] for url, html in pages.items()))
    run_steps(tmp_path / "home", [str(file)], ["discover", "fetch", "parse", "link"])
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as home:
        known = home.execute("SELECT key FROM raw.documents ANTI JOIN raw.mirrors USING (document_id)").fetchall()
        copies = home.execute("SELECT document_id, same_as FROM raw.mirrors").fetchall()
        links = home.execute(
            "SELECT anchor, target_document_id FROM raw.links WHERE anchor <> '' ORDER BY 1"
        ).fetchall()
        number = home.execute("SELECT pages FROM raw.issues WHERE document_id = 'issue-746759'").fetchone()
    assert sorted(key for (key,) in known) == ["740203", "740299", "746759", "750000"]
    assert sorted(copies) == [("issue-111671", "issue-746759"), ("issue-112710", "issue-740203")]
    assert links == [("new", "issue-740203"), ("old", "issue-740203"), ("page", "issue-746759")]
    assert number == (3,)


def _page(urls: list[str], at: int, top: str) -> str:
    links = " ".join(f"<b>{n + 1}</b>" if n == at else f"<a href='{url}'>{n + 1}</a>" for n, url in enumerate(urls))
    return article(f"<p>{TEXT} Page {at + 1}.</p><p>{links}</p>", top=top if at == 0 else "")


CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "lwn_kernel.jsonl.gz"
TOLD = "<p>{}</p><h1>{}</h1>{}".format


def corpus() -> list[tuple[str, dt.datetime, str]]:
    """Return title, minute and text of many articles: LWN's where they are at hand, else made ones that have few titles and minutes."""
    if CORPUS.is_file():
        with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        days = [dt.datetime.strptime(row["date"], "%B %d, %Y") for row in rows]
        minutes = [day.replace(hour=8 + number % 12, minute=number % 60) for number, day in enumerate(days)]
        found = zip(rows, minutes, strict=True)
        return [
            (row["title"], at, row["markdown"][:2_000]) for row, at in found if at.year < 2013
        ]  # when the pages are captured
    draw = random.Random(0)
    minutes = [dt.datetime(2009, 3, 1, 8) + dt.timedelta(minutes=number) for number in range(0, 24 * 60, 2)]
    return [
        (f"Coming in 2.6.{draw.randint(24, 34)}", at, " ".join(draw.choices(TEXT.split(), k=200))) for at in minutes
    ]


def addresses(numbers: Iterator[int], *, is_old: bool, pages: int) -> list[str]:
    """Return the addresses of the pages of an article in one of the forms of The H."""
    number = next(numbers)
    if is_old and pages == 1:
        return [f"http://www.h-online.com/open/Kernel-Log-A-title--/news/{100_000 + number}"]
    if is_old:
        first = f"http://www.heise-online.co.uk/open/Kernel-Log-A-title--/features/{100_000 + number}"
        return [first, *(f"{first}/{page}" for page in range(2, pages + 1))]
    place = "news/item" if pages == 1 else "features"
    found = [number, *(next(numbers) for _ in range(1, pages))]
    return [f"http://www.h-online.com/open/{place}/Kernel-Log-A-title-{700_000 + one}.html" for one in found]


def rows_read(urls: list[str], title: str, at: dt.datetime, text: str, byline: str) -> tuple[dict, dict]:
    """Return the rows of an article that is read from its pages: of the document and of the issue."""
    top = TOLD(f"{at:%d %B %Y, %H:%M}", title.replace("<", "&lt;"), byline)
    body = text.replace("<", "&lt;")
    found = read(*(capture(_page(urls, n, top).replace(TEXT, body), url) for n, url in enumerate(urls)))
    name = f"issue-{found.key}"
    document = {
        "document_id": name, "kind": found.kind, "key": found.key, "url": found.url, "aliases": list(found.aliases), "site": "h-online.com",
        "title": found.title, "author": found.author, "published_at": found.published_at, "published_precision": found.published_precision,
        "published_from": found.published_from, "captured_at": now(), "language": found.language, "words": len(body), "text": body,
        "facts": "{}", "parser_version": "1", "capture_ids": [],
    }  # fmt: skip
    return document, {"document_id": name, "series": "Kernel Log", "pages": len(urls)}


@pytest.mark.parametrize("every", [20, pytest.param(1, marks=pytest.mark.soak)])
def test_of_a_corpus_only_the_articles_at_two_numbers_are_joined(tmp_path: Path, every: int) -> None:
    draw, numbers, stored, expected = random.Random(every), count(1), [], {}
    for title, at, text in corpus()[::every]:
        name = f"Kernel Log: {title}"
        decoys = [(name, at + dt.timedelta(minutes=1)), (f"{name} (Part 2)", at), (name, at + dt.timedelta(days=1))]
        for other, then in draw.sample(decoys, draw.randint(0, 1)):
            stored.append(rows_read(addresses(numbers, is_old=draw.random() < 0.5, pages=1), other, then, text, ""))
        both = [
            rows_read(addresses(numbers, is_old=is_old, pages=draw.randint(1, 3)), name, at, text, byline)
            for is_old, byline in draw.sample([(True, ""), (False, "<p>by Golden Desk</p>")], draw.randint(1, 2))
        ]
        stored += both
        if len(both) == 2:
            most = max(both, key=lambda rows: rows[1]["pages"])[1]["pages"]
            expected[frozenset(rows[0]["document_id"] for rows in both)] = most
    documents, issues = zip(*stored, strict=True)
    assert len({row["document_id"] for row in documents}) == len(documents)
    with open_warehouse(Home(tmp_path)) as connection:
        insert(connection, "raw.documents", documents)
        insert(connection, "raw.issues", issues)
        assert find_copies(connection) == len(expected) > len(documents) / 5
        joined = connection.execute(
            "SELECT m.document_id, same_as, pages FROM raw.mirrors m JOIN raw.issues i ON i.document_id = same_as"
        ).fetchall()
    assert {frozenset(names): pages for *names, pages in joined} == expected
