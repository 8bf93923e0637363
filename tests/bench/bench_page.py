"""How fast the page is over an archive, how ten sessions at once fare, and what memory the server takes.

Usage: bench_page.py ARCHIVE [--before CHECKOUT ARCHIVE_OF_IT] [--part NAME ...]

`--before` is an older checkout and an archive that it reads: the first page of a fresh server of both is timed in turn, with the packages
of this environment. Parts are `first`, `search`, `things` and `sessions`; all of them without `--part`.
"""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import duckdb
from bench_answers import PROGRAM, QUESTIONS, Fresh, chromium, fresh_page, opened, served, warm_page
from playwright.sync_api import Browser, Page, sync_playwright

from warehouse.home import Home

FRESH, THINGS, SESSIONS, MINUTE_S = 5, 12, 10, 60
MOST_P50_MS, MOST_P95_MS, MOST_MEMORY_GB, MOST_SHARE = 355, 1_100, 2.5, 0.5
_VISIT = """href => { document.querySelectorAll('h1').forEach(one => one.dataset.before = '');
history.pushState({}, '', href); dispatchEvent(new PopStateEvent('popstate', { state: history.state })); }"""
_DRAWN = """() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'
&& document.querySelector('h1:not([data-before])') && !document.querySelector('h1[data-before]')"""


def main() -> None:
    """Print the figures of the parts asked for; exit with 1 if one is above its limit."""
    asked = _arguments()
    parts = asked.part or ["first", "search", "things", "sessions"]
    failed = False
    with sync_playwright() as playwright, chromium(playwright) as browser:
        if "first" in parts:
            failed |= _first(browser, asked.archive, asked.before)
        if "search" in parts:
            failed |= _search(browser, asked.archive)
        if "things" in parts:
            _things(browser, asked.archive)
        if "sessions" in parts:
            failed |= _sessions(browser, asked.archive)
    sys.exit(failed)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast the page is over an archive.")
    parser.add_argument("archive", type=Path)
    parser.add_argument("--before", type=Path, nargs=2, metavar=("CHECKOUT", "ARCHIVE"))
    parser.add_argument("--part", action="append", choices=("first", "search", "things", "sessions"))
    return parser.parse_args()


def _first(browser: Browser, home: Path, before: Sequence[Path] | None) -> bool:
    now, then = [], []
    for _ in range(FRESH):
        if before:
            checkout, archive = (path.resolve() for path in before)
            then.append(fresh_page(archive, browser, ("env", f"PYTHONPATH={checkout}", *PROGRAM)))
        now.append(fresh_page(home, browser))
    ready = _tell_first("first page of a fresh server", now)
    if not then:
        return False
    share = ready / _tell_first("  before, in the same run", then)
    print(f"  ready in {share:.2f} of the time before (at most {MOST_SHARE})")
    return share > MOST_SHARE


def _tell_first(what: str, taken: Sequence[Fresh]) -> float:
    answer, painted, ready = (statistics.median(one[at] for one in taken) for at in range(3))
    print(
        f"{what}: painted after {painted:.2f} s, ready for a question after {ready:.2f} s; the server answered {answer:.2f} s after its start "
        f"(medians of {FRESH})"
    )
    return ready


def _search(browser: Browser, home: Path) -> bool:
    taken = sorted(1000 * seconds for seconds in warm_page(home, browser))
    p50, p95 = statistics.median(taken), taken[int(0.95 * (len(taken) - 1))]
    print(
        f"Enter to painted results: p50 {p50:.0f} ms (at most {MOST_P50_MS}), p95 {p95:.0f} ms (at most {MOST_P95_MS}), "
        f"{len(taken)} questions"
    )
    return p50 > MOST_P50_MS or p95 > MOST_P95_MS


def _things(browser: Browser, home: Path) -> None:
    """Print how long pages of topics, people and kernel releases take that nobody has asked for, the most named among them."""
    with served(home.resolve()) as address:
        page = opened(browser, address)
        _visit(page, "?view=topic&id=nope")  # imports the views
        for view, named in (("topic", "topic"), ("person", "person"), ("release", "kernel_release")):
            taken = sorted(1000 * _visit(page, f"?view={view}&id={one}") for one in _most_named(home, named))
            print(
                f"the page of a {named.replace('_', ' ')}, not cached: p50 {statistics.median(taken):.0f} ms, "
                f"slowest {taken[-1]:.0f} ms ({len(taken)} of the most named)"
            )
        page.close()


def _most_named(home: Path, entity_type: str) -> list[str]:
    with duckdb.connect(str(Home(home).release() / "archive.duckdb"), read_only=True) as archive:
        found = archive.execute(
            "SELECT entity_id FROM mentions WHERE entity_type = ? GROUP BY 1 ORDER BY count(DISTINCT document_id) DESC, 1 LIMIT ?",
            [entity_type, THINGS],
        ).fetchall()
    return [one for (one,) in found]


def _visit(page: Page, address: str) -> float:
    """Return the seconds until a view is drawn whole; its address is changed as a link does."""
    began = time.perf_counter()
    page.evaluate(_VISIT, address)
    page.wait_for_function(_DRAWN)
    return time.perf_counter() - began


def _sessions(browser: Browser, home: Path) -> bool:
    """Print what ten sessions get that search, open a document and look at a timeline again and again for a minute."""
    wrong: list[str] = []
    taken: list[float] = []
    most = 0.0
    with served(home.resolve()) as address:
        pages = [opened(browser, address) for _ in range(SESSIONS)]
        for page in pages:
            page.on("console", lambda said: said.type == "error" and wrong.append(said.text))
            page.on("pageerror", lambda error: wrong.append(str(error)))
        until, turn = time.monotonic() + MINUTE_S, 0
        while time.monotonic() < until:
            began = time.perf_counter()
            for number, page in enumerate(pages):
                page.evaluate(_VISIT, _turn(turn, number))
            for page in pages:
                page.wait_for_function(_DRAWN)
                wrong += page.locator("[data-testid=stException]").all_inner_texts()
            taken.append((time.perf_counter() - began) / SESSIONS)
            most = max(most, _memory_gb(address))
            turn += 1
        for page in pages:
            page.close()
    print(
        f"{SESSIONS} sessions at once for {MINUTE_S} s: {len(taken) * SESSIONS} views, {1000 * statistics.median(taken):.0f} ms each, "
        f"{len(wrong)} errors; the server takes at most {most:.2f} GB (at most {MOST_MEMORY_GB})"
    )
    for line in wrong[:5]:
        print(f"  {line}")
    return bool(wrong) or most > MOST_MEMORY_GB


def _turn(turn: int, number: int) -> str:
    """Return what a session looks at: no two of a turn the same, and hardly anything twice."""
    question = QUESTIONS[(turn + number) % len(QUESTIONS)].replace(" ", "+")
    return (
        f"?q={question}+{turn}",
        f"?view=timeline&by=question&q={question}&entries={10 + (turn + number) % 20}",
        f"?q={question}&order=newest&page={1 + turn % 5}",
        "?view=browse&of=topics",
    )[(turn + number) % 4]


def _memory_gb(address: str) -> float:
    """Return the resident memory of all processes of a server."""
    server = [b"guarded_app.py", str(urlsplit(address).port).encode()]
    groups: dict[int, int] = {}
    ours = 0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended
            group = os.getpgid(int(folder.name))
            groups[group] = groups.get(group, 0) + int((folder / "statm").read_text().split()[1])
            words = (folder / "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
            if [word.rsplit(b"/", 1)[-1] for word in words[1:]] == server:
                ours = group
    return groups[ours] * os.sysconf("SC_PAGE_SIZE") / 1e9


if __name__ == "__main__":
    main()
