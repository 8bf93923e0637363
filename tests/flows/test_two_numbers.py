"""An article of The H at its old and its new number, with and without pages, is read once and known at both."""

from pathlib import Path

import duckdb

from tests.builds import run_steps
from tests.flows.sources.made_issues import TEXT, article
from warehouse.captures import warc
from warehouse.home import now

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
