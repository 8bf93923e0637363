"""The dialect of web.archive.org, spoken by a server of ours: lists with resume keys, the nearest page, what it lacks."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, unquote_plus, urlsplit

import duckdb
import pytest

from flows.web.issue_listing import SLUG, prefixes_to_list
from flows.web.origin import Listed
from tests.flows.web.server import Asked, Server, Write, plain
from tests.flows.web.steps import run_steps
from warehouse.home import now
from warehouse.settings import Settings

MEMENTO = "Memento-Datetime: Mon, 09 Mar 2009 04:12:00 GMT"
PAGE = plain(200, b"<html><p>An archived page.</p></html>", MEMENTO)


class Wayback:
    """An index in pages of two lines, and a replay that knows what it is told."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.rows: list[str] = []
        self.faults: list[Callable] = []  # answers given first, one a request to the index
        self.index_fails_at: str | None = None
        server.answers["/cdx/search/cdx"] = self.index
        server.answers["/web/"] = plain(404, b"The Wayback Machine has not archived that URL.")

    def add(self, slug: str, number: int, stamp: str = "20090309041200") -> str:
        url = f"http://www.h-online.com/open/news/item/{slug}-{number}.html"
        key = f"com,h-online)/open/news/item/{slug.lower()}-{number}.html"
        self.rows.append(f"{key} {stamp} {url} text/html 200 DIGEST{number} 1234")
        self.server.answers[f"/web/{stamp}id_/{url}"] = PAGE
        return url

    async def index(self, asked: Asked, writer: Write) -> None:
        if self.faults:
            return await self.faults.pop(0)(asked, writer)
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked.path).query).items()}
        if query["url"] == self.index_fails_at:
            return await plain(200, b"<html>We are offline for maintenance</html>")(asked, writer)
        wanted = query["url"].removeprefix("http://").removeprefix("www.")
        rows = [row for row in self.rows if wanted in row]
        at = int(unquote_plus(query["resumeKey"]).rsplit(" ", 1)[-1]) if "resumeKey" in query else 0
        more = f"\n\ncom%2Ch-online+{at + 2}" if at + 2 < len(rows) else ""
        await plain(200, ("\n".join(rows[at : at + 2]) + more + "\n").encode(), kind="text/plain")(asked, writer)
        return None

    def searches(self, part: str) -> list[str]:
        return [path for path in self.server.paths() if path.startswith("/cdx/") and f"url={part}" in path]


@pytest.fixture
def wayback(server: Server) -> Wayback:
    return Wayback(server)


def rows(home: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_a_list_is_read_to_its_end_page_by_page_and_only_once(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    for number in range(740201, 740208):
        wayback.add("Kernel-Log-Something", number)
    wayback.add("Firefox-arrives", 740299)
    settings = settings_for(wayback.server.base)
    run_steps(tmp_path, settings, ["wayback"], ["discover", "fetch"])
    found = rows(tmp_path, "SELECT key, state, found_how, target_at::VARCHAR FROM raw.fetches ORDER BY key")
    assert found == [(str(number), "done", "cdx", "2009-03-09 04:12:00") for number in range(740201, 740208)]
    searches = wayback.searches("h-online.com%2Fopen%2Fnews%2Fitem%2FKernel-Log-")
    assert len(searches) == 4
    assert "collapse=urlkey" in searches[0]
    assert "filter=statuscode%3A200" in searches[0]
    assert "showResumeKey=true" in searches[0]
    asked = len(wayback.server.asked)
    run_steps(tmp_path, settings, ["wayback"], ["discover", "fetch"])
    assert len(wayback.server.asked) == asked


def test_a_list_is_made_again_once_it_is_old_and_only_what_is_new_is_fetched(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path, known_issues: list[Listed]
) -> None:
    settings = settings_for(wayback.server.base)
    wayback.add("Kernel-Log-Something", 740201)
    lost = "http://www.h-online.com/open/news/item/Kernel-Log-Lost-740209.html"
    known_issues.append(Listed(lost, None, "seed"))
    taken = []
    for number in (740202, 740203, None):
        run = run_steps(tmp_path, settings, ["wayback"], ["discover", "fetch"], relist_before=now())
        taken.append(run.counts["fetched"])
        wayback.server.asked.clear()
        if number:
            wayback.add("Kernel-Log-Something", number)
        if number == 740203:
            wayback.add("Kernel-Log-Lost", 740209, "20101231000000")
    assert taken == [1, 1, 2]  # what was gone is taken once the index lists it
    run_steps(tmp_path, settings, ["wayback"], ["discover", "fetch"], relist_before=now() - dt.timedelta(days=6))
    assert wayback.server.paths() == []


def test_a_list_made_again_that_breaks_off_is_continued_by_any_later_run(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    settings = settings_for(wayback.server.base)
    run_steps(tmp_path, settings, ["wayback"], ["discover"])
    wayback.add("Kernel-Log-Something", 740201)
    part = "h-online.com/open/news/item/Kernel-Log-"
    whole, wayback.index_fails_at = wayback.index_fails_at, part
    run_steps(tmp_path, settings, ["wayback"], ["discover"], relist_before=now())
    wayback.index_fails_at = whole
    wayback.server.asked.clear()
    run_steps(tmp_path, settings, ["wayback"], ["discover"])
    assert [parse_qs(urlsplit(path).query)["url"][0] for path in wayback.server.paths()] == [part]


def test_the_narrow_prefixes_are_asked_first_and_once_and_the_wide_ones_last(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    wayback.add("Kernel-Log-Something", 740201)
    run_steps(tmp_path, settings_for(wayback.server.base), ["wayback"], ["discover"])
    asked = [parse_qs(urlsplit(path).query)["url"][0] for path in wayback.server.paths()]
    assert len(asked) == len(set(asked)) == 21
    assert asked[:5] == [
        "h-online.com/open/features/Kernel-Log-", "h-online.com/open/features/What-s-new-in-Linux-",
        "h-online.com/open/news/item/Kernel-Log-", "h-online.com/open/Kernel-Log-", "heise-online.co.uk/open/Kernel-Log-",
    ]  # fmt: skip
    assert asked[-4:] == [
        "h-online.com/open/", "heise-online.co.uk/open/", "h-online.com/news/item/", "h-online.com/security/news/item/",
    ]  # fmt: skip


def test_a_page_of_a_list_that_fails_is_asked_again_and_never_the_end(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    for number in range(740201, 740206):
        wayback.add("Kernel-Log-Something", number)
    wayback.faults += [plain(502, b""), plain(500, b""), plain(502, b"")]
    run_steps(tmp_path, settings_for(wayback.server.base), ["wayback"], ["discover"])
    assert rows(tmp_path, "SELECT count(*) FROM raw.fetches") == [(5,)]


def test_a_list_that_breaks_off_is_reported_kept_and_asked_again_by_the_next_run(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    wayback.add("Kernel-Log-Something", 740201)
    wayback.faults += [plain(200, b"<html>We are offline for maintenance</html>")]
    settings = settings_for(wayback.server.base)
    run_steps(tmp_path, settings, ["wayback"], ["discover"])
    assert rows(tmp_path, "SELECT url, step, reason FROM raw.set_aside") == [
        ("h-online.com/open/features/Kernel-Log-", "discover", "cdx")
    ]
    run_steps(tmp_path, settings, ["wayback"], ["discover"])
    assert rows(tmp_path, "SELECT count(*) FROM raw.set_aside") == [(0,)]
    assert rows(tmp_path, "SELECT key FROM raw.fetches") == [("740201",)]


def test_a_pause_asked_for_by_the_index_ends_the_listing_and_is_kept_by_the_next_run(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    wayback.faults += [plain(429, b"slow", "Retry-After: 30")]
    settings = settings_for(wayback.server.base)
    for _ in range(2):
        run_steps(tmp_path, settings, ["wayback"], ["discover"])
    assert len(wayback.server.asked) == 1
    assert {reason for (reason,) in rows(tmp_path, "SELECT reason FROM raw.set_aside")} == {"paused"}


def due(tmp_path: Path, *lines: str) -> Path:
    file = tmp_path / "addresses.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def fetched(tmp_path: Path, settings: Settings, *lines: str) -> dict[str, tuple]:
    """State, reason and memento of each address, after a fetch of addresses alone."""
    from flows.steps.discover import enter_addresses
    from flows.web.addressfile import AddressFile
    from warehouse.connection import open_warehouse
    from warehouse.home import Home

    with open_warehouse(Home(tmp_path)) as connection:
        enter_addresses(connection, list(AddressFile(due(tmp_path, *lines)).discover("")), {})
    run_steps(tmp_path, settings, ["wayback"], ["fetch"])
    query = """
        SELECT f.url, f.state, f.reason, c.memento_url FROM raw.fetches f LEFT JOIN raw.captures c USING (capture_id)
    """
    return {url: found for url, *found in rows(tmp_path, query)}


URL = "http://thunk.org/tytso/blog/"


def test_the_archives_own_redirect_to_the_nearest_capture_costs_no_search(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    base = wayback.server.base
    there = f"/web/20090309041200id_/{URL}"
    wayback.server.answers[f"/web/20090301000000id_/{URL}"] = plain(302, b"", f"Location: {base}{there}")
    wayback.server.answers[there] = PAGE
    found = fetched(tmp_path, settings_for(base), f"{URL} 2009-03-01")
    assert found == {URL: ["done", None, base + there]}
    assert wayback.searches("") == []


def test_where_the_nearest_capture_is_an_error_the_nearest_page_is_taken(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    base = wayback.server.base
    wayback.server.answers[f"/web/20090301000000id_/{URL}"] = plain(404, b"gone that day", MEMENTO)
    for stamp in ("20080101000000", "20090501000000", "20120101000000"):
        wayback.rows.append(f"org,thunk)/tytso/blog {stamp} {URL} text/html 200 D{stamp} 1")
        wayback.server.answers[f"/web/{stamp}id_/{URL}"] = PAGE
    found = fetched(tmp_path, settings_for(base), f"{URL} 2009-03-01")
    assert found == {URL: ["done", None, f"{base}/web/20090501000000id_/{URL}"]}


def test_where_the_nearest_capture_is_a_redirect_and_there_is_no_page_it_is_followed(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    base = wayback.server.base
    wayback.server.answers[f"/web/20090301000000id_/{URL}"] = plain(
        301, b"", MEMENTO, f"Location: {base}/web/20090301000000id_/https://tytso.org/new/"
    )
    wayback.server.answers["/web/20090301000000id_/https://tytso.org/new/"] = PAGE
    found = fetched(tmp_path, settings_for(base), f"{URL} 2009-03-01")
    assert found == {URL: ["done", None, f"{base}/web/20090301000000id_/https://tytso.org/new/"]}
    text = b"".join(file.read_bytes() for file in (tmp_path / "captures").iterdir())
    import gzip

    record = gzip.decompress(text)
    assert b"WARC-Target-URI: https://tytso.org/new/" in record
    assert f"WARC-Source-Asked: {URL}".encode() in record
    assert b"WARC-Date: 2009-03-09T04:12:00Z" in record


def test_what_is_not_archived_is_gone_and_what_is_blocked_is_refused(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    blocked = b"<p>This URL has been excluded from the Wayback Machine.</p>"
    wayback.server.answers["/web/20101231000000id_/http://blocked.org/"] = plain(200, blocked)
    found = fetched(tmp_path, settings_for(wayback.server.base), "http://blocked.org/", "http://missing.org/")
    assert found["http://blocked.org/"][:2] == ["refused", "blocked"]
    assert found["http://missing.org/"][:2] == ["gone", "not_archived"]


def test_a_capture_of_another_address_is_not_taken(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    asked = "http://bugs.freedesktop.org/show_bug.cgi?id=26345"
    other = '<http://bugs.freedesktop.org/show_bug.cgi?id=33246>; rel="original"'
    wayback.server.answers[f"/web/20101231000000id_/{asked}"] = plain(200, b"another", MEMENTO, f"Link: {other}")
    found = fetched(tmp_path, settings_for(wayback.server.base), asked)
    assert found[asked][:2] == ["gone", "not_archived"]


def test_an_inner_page_is_also_looked_for_as_crawlers_wrote_it(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    url = "http://www.h-online.com/open/features/What-s-new-in-Linux-2-6-35-1047707.html"
    wayback.server.answers[f"/web/20100802000000id_/{url}%3Fpage=2"] = PAGE
    found = fetched(tmp_path, settings_for(wayback.server.base), f"{url}?page=2 2010-08-02")
    assert found[f"{url}?page=2"][0] == "done"


def test_a_capture_too_far_from_its_day_is_left_where_a_window_is_set(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    base = wayback.server.base
    wayback.server.answers[f"/web/20090301000000id_/{URL}"] = plain(302, b"", f"Location: /web/20160101000000id_/{URL}")
    wayback.server.answers[f"/web/20160101000000id_/{URL}"] = PAGE
    found = fetched(tmp_path, settings_for(base, wayback_window_days=700), f"{URL} 2009-03-01")
    assert found[URL][:2] == ["gone", "outside_window"]


def test_identical_bodies_are_stored_once_with_revisits(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    wayback.server.answers["/web/"] = PAGE
    found = fetched(tmp_path, settings_for(wayback.server.base), *(f"http://x.org/{number}" for number in range(5)))
    assert {state for state, *_ in found.values()} == {"done"}
    assert rows(tmp_path, 'SELECT count(*), count(DISTINCT ("offset", warc)) FROM raw.captures') == [(5, 1)]


def test_prefixes_cover_the_address_forms_and_hosts_that_stand_for_others() -> None:
    found = [prefix.url for prefix in prefixes_to_list({"h-online.example": "h-online.com"})]
    assert found[:2] == ["h-online.com/open/features/Kernel-Log-", "h-online.example/open/features/Kernel-Log-"]
    assert "heise.de/hintergrund/Kernel-Log-" in found
    assert "h-online.example/security/news/item/" in found


@pytest.mark.parametrize(
    ("slug", "wanted"),
    [
        ("Kernel-Log-Stable-series-740203", True), ("What-s-new-in-Linux-3-2-1400680", True), ("Linux-3-10-arrives-1908441", True),
        ("Main-development-phase-for-Linux-kernel-2-6-37-concluded-1128772", True), ("Die-Neuerungen-von-Linux-3-12-2715850", True),
        ("Firefox-4-arrives-1212332", False), ("Linux-Foundation-meets-1212332", False),
    ],
)  # fmt: skip
def test_slugs_of_the_column_are_distinguished_from_others(slug: str, wanted: bool) -> None:
    assert bool(SLUG.match(f"com,h-online)/open/news/item/{slug.lower()}.html")) is wanted
