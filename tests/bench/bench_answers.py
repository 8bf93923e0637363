"""How soon a question is answered: `klog search` in a cold shell, and the page in Chromium, fresh and warm.

Usage: bench_answers.py ARCHIVE (a home with a published release)
"""

import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests.chromium import find_chromium
from tests.search_ui.conftest import serve

served = contextmanager(serve)
STARTS, FRESH = 5, 3
PROGRAM = (sys.executable, "-m", "flows.cli")
MOST_RATIO, MOST_FRESH_S = 4.0, 1.5
QUESTIONS = (
    "why was Xen slow to get into the kernel?", "delayed allocation in ext4", "which file system is right for an SSD",
    "what happened to the Big Kernel Lock", "kernel mode setting for Radeon", "suspend blockers and Android",
    "real time scheduling", "Btrfs snapshots", "wireless drivers in staging", "security modules and AppArmor",
    "tracing with ftrace", "control groups", "memory management of NUMA machines", "the merge window of 2.6.30",
    "firmware for network cards", "graphics drivers by Intel", "power management of laptops", "USB 3.0 support",
    "new system calls", "Linus Torvalds on git",
)  # fmt: skip


def main(home: Path) -> None:
    """Print the medians; exit with 1 if one is above its limit."""
    cold: dict[str, list[float]] = {mode: [] for mode in ("keyword", "hybrid")}
    for _ in range(STARTS):
        for mode, taken in cold.items():
            taken.append(_shell(home, mode))
    ratio = statistics.median(cold["hybrid"]) / statistics.median(cold["keyword"])
    print(
        f"klog search in a cold shell: {statistics.median(cold['keyword']):.2f} s by words, "
        f"{statistics.median(cold['hybrid']):.2f} s hybrid, {ratio:.2f} times (median of {STARTS}, at most {MOST_RATIO} times)"
    )
    with sync_playwright() as playwright, chromium(playwright) as browser:
        fresh = [fresh_page(home, browser, question=QUESTIONS[0]) for _ in range(FRESH)]
        ready = statistics.median(one.ready for one in fresh)
        first = statistics.median(one.search for one in fresh)
        print(f"first page of a fresh server: ready for a question after {ready:.2f} s (median of {FRESH})")
        print(
            f"first search of a fresh page: results {first:.2f} s after Enter (median of {FRESH}, at most {MOST_FRESH_S} s)"
        )
        warm = sorted(warm_page(home, browser))
    print(
        f"a warm page: Enter to painted results p50 {statistics.median(warm) * 1000:.0f} ms, "
        f"p95 {warm[int(0.95 * (len(warm) - 1))] * 1000:.0f} ms ({len(warm)} questions)"
    )
    sys.exit(ratio > MOST_RATIO or first > MOST_FRESH_S)


def _shell(home: Path, mode: str) -> float:
    command = [sys.executable, "-m", "flows.cli", "--home", str(home), "search", "--mode", mode, QUESTIONS[0]]
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """Chromium, until the block ends."""
    browser = playwright.chromium.launch(executable_path=find_chromium())
    yield browser
    browser.close()


class Fresh(NamedTuple):
    """Seconds of a fresh server: from its start to its answer; from the request of its first page to text on the screen and to Streamlit's
    own search box; from Enter to its first results, nan if nothing is asked."""

    answer: float
    painted: float
    ready: float
    search: float


def fresh_page(home: Path, browser: Browser, program: Sequence[str] = PROGRAM, question: str = "") -> Fresh:
    """Return the seconds that a server takes which has answered nothing."""
    began = time.perf_counter()
    with served(home.resolve(), program) as address:
        answer, began = time.perf_counter() - began, time.perf_counter()
        page = opened(browser, address)
        ready = time.perf_counter() - began
        painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime") / 1000
        taken = asked(page, question) if question else math.nan
        page.close()
    return Fresh(answer, painted, ready, taken)


def warm_page(home: Path, browser: Browser) -> list[float]:
    """Return the seconds from Enter to painted results for each question, with the encoder loaded."""
    with served(home.resolve()) as address:
        page = opened(browser, address)
        asked(page, "what warms the encoder")
        page.get_by_text("still loading").wait_for(state="detached", timeout=60_000)
        taken = [asked(page, question) for question in QUESTIONS]
        page.close()
    return taken


def opened(browser: Browser, address: str) -> Page:
    """Return a new page that Streamlit has drawn."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(address)
    page.locator("#root").get_by_label("Search the archive").wait_for()
    return page


def asked(page: Page, question: str) -> float:
    """Return the seconds from Enter to painted results of this question."""
    box = page.get_by_label("Search the archive")
    box.fill(question)
    page.evaluate("() => document.querySelectorAll('article.card').forEach(card => card.dataset.before = '')")
    began = time.perf_counter()
    box.press("Enter")
    page.wait_for_selector("article.card:not([data-before])")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return time.perf_counter() - began


if __name__ == "__main__":
    os.environ["KLOG_HOME"] = sys.argv[1]
    main(Path(sys.argv[1]))
