"""Servers made to do harm: what they say leads a run nowhere else, holds it up for a limited time and fills nothing."""

import asyncio
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import duckdb
import pytest

from flows import pipeline
from flows.sources.the_h.pages_of_article import page_group
from flows.web import cdx, commoncrawl, memento_archive
from flows.web.client import Client
from flows.web.issue_listing import prefixes_to_list
from flows.web.limiter import Limiter
from flows.web.live import Live
from flows.web.robots import LONGEST_DELAY_S, Robots
from tests.flows.sources.made_issues import FEATURE, TEXT, article, capture
from tests.flows.web.server import Answer, Asked, Server, Write, dripping, plain, raw
from tests.flows.web.steps import run_steps
from tests.flows.web.test_wayback import MEMENTO, URL, Wayback, fetched
from warehouse.errors import KlogError
from warehouse.frontier.ledger import Due
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

AWAY = "http://10.0.0.1/away"
MIB = 1 << 20


def rows(home: Path, query: str) -> list[tuple]:
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_nothing_that_a_page_says_of_other_addresses_is_followed(
    server: Server, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    text = "A page with words that tell of Linux 2.6.29."
    tags = [
        f"<meta http-equiv='refresh' content='0; url={{}}'><p>{text}", f"<base href='{{}}'><p>{text}", f"<iframe src='{{}}'></iframe><p>{text}",
        f"<link rel='canonical' href='{{}}'><link rel='next' href='{{}}'><img src='{{}}'><script src='{{}}'></script><p>{text}",
    ]  # fmt: skip
    targets = [f"{server.base}/trap", AWAY]
    pages = [
        f"<html><head><title>A page</title></head><body>{tag.format(*[to] * 4)}</body></html>"
        for tag in tags
        for to in targets
    ]
    for number, body in enumerate(pages):
        server.answers[f"/said/{number}"] = plain(200, body.encode())
    for number, to in enumerate(targets):
        fields = (
            f"Refresh: 0; url={to}",
            f"Content-Location: {to}",
            f"Link: <{to}>; rel=preload",
            f'Alt-Svc: h2="{to}"',
        )
        server.answers[f"/header/{number}"] = plain(200, pages[0].encode(), *fields)
    paths = [path for path in server.answers if path != "/page/"]
    addresses = tmp_path / "addresses.txt"
    addresses.write_text("\n".join(server.base + path for path in paths))
    run_steps(
        tmp_path / "home",
        settings_for(server.base),
        ["live"],
        ["discover", "fetch", "parse", "link", "fetch"],
        addresses=addresses,
    )
    assert sorted(server.paths()) == sorted(["/robots.txt", *paths])
    assert rows(tmp_path / "home", "SELECT DISTINCT state FROM raw.fetches") == [("done",)]
    assert {url.removeprefix(server.base) for (url,) in rows(tmp_path / "home", "SELECT url FROM raw.documents")} == {
        *paths
    }


ROBOTS: dict[str, tuple[Answer, str]] = {
    # what robots.txt answers, and what becomes of a page of that host: `done`, or why not
    "long": (plain(200, b"Disallow: /x\n" * 100_000, kind="text/plain"), "done"),
    "stars": (plain(200, b"User-agent: *\nDisallow: /" + b"*a" * 100_000 + b"*b\n" + b"Disallow: /" + b"*page" * 30 + b"*b\n"), "done"),
    "agents": (plain(200, b"User-agent: a\n" * 35_000 + b"Disallow: /\n"), "done"),
    "not text": (plain(200, bytes(range(256)) * 1000), "done"),
    "bomb": (plain(200, gzip.compress(bytes(100 * MIB)), "Content-Encoding: gzip"), "too_large"),
    "no end": (dripping(b"HTTP/1.1 200 OK\r\n\r\n", b"Disallow: /\n" * 10_000, 0), "too_large"),
    "silent": (dripping(b"", b"", 30), "robots_unreachable"),
    "loop": (plain(302, b"", "Location: /robots.txt"), "done"),
    "away": (plain(302, b"", f"Location: {AWAY}"), "private"),
    "odd": (plain(302, b"", "Location: http://[::bad"), "address"),
    "no http": (raw(b"SSH-2.0-OpenSSH_5.3\r\n\r\n"), "robots_unreachable"),
}  # fmt: skip


@pytest.mark.parametrize("name", ROBOTS)
def test_whatever_robots_txt_holds_the_host_is_asked_or_given_up(
    name: str, server: Server, settings_for: Callable[..., Settings]
) -> None:
    server.answers["/robots.txt"], expected = ROBOTS[name]
    more = {"read_timeout_s": 1, "total_timeout_s": 3, "max_sent_bytes": 4 * MIB, "max_body_bytes": 8 * MIB}
    settings = settings_for(server.base, **more)

    async def ask() -> str:
        client = Client(settings, Limiter(settings.limiter))
        try:
            await Live(settings).get(client, Due(f"{server.base}/page/1", "page", "x", 1, None, 0))
        except KlogError as error:
            return getattr(error, "reason", "paused")
        finally:
            await client.aclose()
        return "done"

    assert asyncio.run(ask()) == expected
    assert len(server.asked) <= 8


@pytest.mark.parametrize("said", ["1e999", "nan", "-5", "999999999", "1_000_000_000", "0x10"])
def test_a_delay_of_robots_txt_is_no_more_than_an_hour(
    said: str, server: Server, settings_for: Callable[..., Settings]
) -> None:
    server.answers["/robots.txt"] = plain(200, f"User-agent: *\nCrawl-delay: {said}\n".encode(), kind="text/plain")

    async def ask() -> float | None:
        settings = settings_for(server.base)
        client = Client(settings, Limiter(settings.limiter))
        try:
            return await Robots(0).check(client, f"{server.base}/page/1", client.budget())
        finally:
            await client.aclose()

    assert 0 <= (asyncio.run(ask()) or 0) <= LONGEST_DELAY_S


def test_a_page_that_names_too_many_pages_stands_alone() -> None:
    for number in (101, 9_999_999, 10**30):
        body = article(f"<p>{TEXT}</p><p><a href='{FEATURE}?page={number}'>Print</a></p>")
        assert page_group(capture(body, FEATURE)) == ()


def test_a_pager_of_another_host_or_of_no_article_is_none() -> None:
    for other in (
        "http://evil.example/open/features/A-1000421.html?page={}",
        "http://127.0.0.1/{}",
        "javascript:alert({})",
        "//[x/{}",
    ):
        links = " ".join(f"<a href='{other.format(n)}'>{n}</a>" for n in range(2, 9))
        assert page_group(capture(article(f"<p>{TEXT}</p><p><b>1</b> {links}</p>"), FEATURE)) == ()


def test_pages_that_name_ever_further_ones_end_with_the_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Serve pages whose "next" link each leads to another article."""
    asked: list[str] = []

    def step(name: str) -> Callable:
        return lambda _run: asked.append(name) or 1

    monkeypatch.setattr(pipeline, "STEPS", {name: step(name) for name in ("discover", "fetch", "parse", "link")})
    monkeypatch.setattr(pipeline, "do_step", getattr(pipeline.do_step, "fn", pipeline.do_step))
    settings = Settings(home=tmp_path, limiter=tmp_path / "limiter.sqlite")
    run = run_steps(tmp_path, settings, [], [])
    pipeline._do_steps(run, None)
    assert asked.count("fetch") == 1 + pipeline.MOST_ROUNDS


@pytest.fixture
def wayback(server: Server, monkeypatch: pytest.MonkeyPatch) -> Wayback:
    for module in (cdx, memento_archive, commoncrawl):
        monkeypatch.setattr(module, "MOST_PAGES", 30)
        monkeypatch.setattr(module, "MOST_ROWS", 2_000)
    return Wayback(server)


def line(number: int) -> str:
    url = f"http://www.h-online.com/open/news/item/Kernel-Log-{number}.html"
    return f"com,h-online)/open/news/item/kernel-log-{number}.html 20090309041200 {url} text/html 200 D{number} 1"


async def without_end(asked: Asked, writer: Write) -> None:
    """A row, and another key each time."""
    key = int(parse_qs(urlsplit(asked.path).query).get("resumeKey", ["0"])[0])
    await plain(200, f"{line(740000 + key)}\n\n{key + 1}\n".encode(), kind="text/plain")(asked, writer)


async def in_a_circle(asked: Asked, writer: Write) -> None:
    key = int(parse_qs(urlsplit(asked.path).query).get("resumeKey", ["0"])[0])
    await plain(200, f"{line(740000 + key)}\n\n{key % 3 + 1}\n".encode(), kind="text/plain")(asked, writer)


async def many_rows(asked: Asked, writer: Write) -> None:
    key = int(parse_qs(urlsplit(asked.path).query).get("resumeKey", ["0"])[0])
    body = "\n".join(line(700000 + key * 1_000 + number) for number in range(1_000))
    await plain(200, f"{body}\n\n{key + 1}\n".encode(), kind="text/plain")(asked, writer)


@pytest.mark.parametrize(
    ("index", "most", "reason"), [(without_end, 30, "cdx"), (in_a_circle, 4, None), (many_rows, 3, "cdx")]
)
def test_a_list_of_a_web_archive_that_has_no_end_is_given_up(
    index: Answer,
    most: int,
    reason: str | None,
    wayback: Wayback,
    settings_for: Callable[..., Settings],
    tmp_path: Path,
) -> None:
    wayback.server.answers["/cdx/search/cdx"] = index
    run_steps(tmp_path, settings_for(wayback.server.base), ["wayback"], ["discover"])
    (part,) = {urlsplit(path).query.split("&")[0] for path in wayback.server.paths()[:1]}
    assert sum(part in path.split("&")[0] for path in wayback.server.paths()) <= most
    assert {found for (found,) in rows(tmp_path, "SELECT reason FROM raw.set_aside")} == ({reason} if reason else set())
    assert rows(tmp_path, "SELECT count(*) > 0 FROM raw.fetches") == [(True,)], "what was listed is kept"


@pytest.mark.parametrize("pages", [10**9, 10**30])
def test_an_index_of_commoncrawl_that_has_no_end_is_given_up(
    pages: int, wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    server = wayback.server
    server.answers["/collinfo.json"] = plain(200, json.dumps([{"id": "CC-MAIN-2009-2010"}]).encode())
    server.answers["/CC-MAIN"] = plain(200, json.dumps({"pages": pages}).encode())
    run_steps(tmp_path, settings_for(server.base), ["commoncrawl"], ["discover"])
    assert len(server.paths()) == 1 + len(prefixes_to_list({}))
    assert {found for (found,) in rows(tmp_path, "SELECT reason FROM raw.set_aside")} == {"cdx"}


def test_an_archive_that_sends_elsewhere_is_not_followed(
    wayback: Wayback, settings_for: Callable[..., Settings], tmp_path: Path
) -> None:
    """Neither its own redirects nor archived ones, which anybody could have written, lead out of it."""
    stamp = "20090309041200id_"
    base = wayback.server.base
    with Server({"/": plain(200, b"<p>trap</p>", MEMENTO)}) as trap:
        foreign = f"http://localhost:{trap.port}/web/{stamp}"
        answers = {
            "own": plain(302, b"", f"Location: {foreign}/{URL}own"),
            "archived": plain(302, b"", f"Location: {foreign}/{URL}archived", MEMENTO),
            "private": plain(302, b"", f"Location: {AWAY}"),
            "loop": plain(302, b"", f"Location: /web/{stamp}/{URL}loop", MEMENTO),
            "original": plain(200, b"<p>A page</p>", MEMENTO, f'Link: <{AWAY}>; rel="original"'),
        }
        for name, answer in answers.items():
            wayback.server.answers[f"/web/20090309041200id_/{URL}{name}"] = answer
        settings = settings_for(base, max_redirects=3)
        lines = [f"{URL}{name} 2009-03-09T04:12:00" for name in answers]
        found = {url.removeprefix(URL): one[:2] for url, one in fetched(tmp_path, settings, *lines).items()}
        assert trap.asked == []
    assert found == {
        "own": ["set_aside", "no_memento"], "archived": ["gone", "not_archived"], "private": ["set_aside", "no_memento"],
        "loop": ["set_aside", "redirect_loop"], "original": ["gone", "not_archived"],
    }  # fmt: skip
