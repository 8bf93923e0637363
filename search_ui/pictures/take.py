"""Take a picture of every screen on a built sample: `python -m search_ui.pictures.take [HOME]`.

Fails if a screen is wider than its window, shows an exception or writes an error to the browser's console. Needs Chromium and
what `make test` installs.
"""

import io
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

HERE = Path(__file__).parent
LONGEST = {1280: 1250, 390: 2000}  # pixels of a picture's height by width: enough to judge, small enough to keep
PATIENCE_MS = 120_000
# The page scrolls inside Streamlit's own elements, so the document itself is never too wide.
WIDER = """() => [document.scrollingElement, ...document.querySelectorAll('.stMain, .stMainBlockContainer, .stHtml')]
.filter(one => one.scrollWidth > innerWidth || one.scrollWidth > one.clientWidth + 1)
.map(one => one.className || one.tagName)"""


@dataclass(frozen=True, slots=True)
class Shot:
    """A screen: its file name without the width, its address, what it must contain, what to open, and the button to press."""

    name: str
    query: str
    wait_for: str
    open_first: str = ""
    press: str = ""
    dark: bool = False


ISSUE = "?view=document&id=issue-1009874"
SHOTS = (
    Shot("welcome", "", ".front"),
    Shot("welcome-dark", "", ".front", dark=True),
    Shot("search", "?q=why+was+Xen+slow+to+get+into+the+kernel%3F", "article.card"),
    Shot("search-dark", "?q=which+file+system+is+right+for+an+SSD", "article.card", dark=True),
    Shot("filters", "?q=wakelocks&kind=issue&kind=mail&topic=android&after=2010-01-01", "article.card", "Filters (3)"),
    Shot("list", "?version=2.6.33", "article.card"),
    Shot("nothing", "?q=zzyzx&mode=keyword", ".empty"),
    Shot("document", ISSUE, ".captures"),
    Shot("cited", f"{ISSUE}&link=2", "mark.here"),
    Shot("document-dark", "?view=document&id=issue-1000421", ".captures", dark=True),
    Shot("mail", "?view=document&id=mail-b5001103fe93", ".captures"),
    Shot("timeline", "?view=timeline&topic=xen&topic=kvm", "ol.entries"),
    Shot("timeline-dark", "?view=timeline&topic=ext4&topic=btrfs&topic=ssd-discard&zoom=release", "ol.entries", dark=True),
    Shot("bar", "?view=timeline&topic=xen&zoom=year&bar=xen%402011-01-01", "article.card"),
    Shot("compare", "?view=timeline&by=anything&of=topic:Xen&of=topic:KVM&of=%22big+kernel+lock%22&of=version:2.6.33&zoom=year", ".lane"),
    Shot("question", "?view=timeline&by=question&q=when+did+the+Big+Kernel+Lock+go+away%3F", "ol.entries"),
    Shot("next", "?view=timeline&next=issue-1009874", "ol.entries"),
    Shot("sql", "?view=sql&sql=SELECT+kind%2C+count(*)+AS+documents+FROM+documents+GROUP+BY+kind+ORDER+BY+2+DESC",
         "[data-testid=stDataFrame]", press="Run"),
    Shot("schema", "?view=sql", "details.table"),
    Shot("refused", "?view=sql&sql=SELECT+*+FROM+read_text('/etc/hostname')", ".empty", press="Run"),
    Shot("month", "?view=browse&of=calendar&month=2011-09&kinds=all", "ol.calendar"),
    Shot("topics", "?view=browse&of=topics", "table.index"),
    Shot("people-dark", "?view=browse&of=people", "table.index", dark=True),
    Shot("topic", "?view=topic&id=xen", "ol.lines"),
    Shot("topic-dark", "?view=topic&id=big-kernel-lock", "ol.lines", dark=True),
    Shot("person", "?view=person&id=linus-torvalds", "ol.lines"),
    Shot("release", "?view=release&id=2.6.38", "ol.lines"),
    Shot("about", "?view=about", ".figures"),
    Shot("about-dark", "?view=about", ".figures", dark=True),
)  # fmt: skip


def main(home: Path) -> int:
    """Take all pictures; return 0 if every screen is in order, else 1."""
    from playwright.sync_api import sync_playwright

    wrong: list[str] = []
    with serve(home) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium-headless-shell") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"],
        )
        for shot in SHOTS:
            for width in (1280, 390):
                wrong += take(browser, address, shot, width)
        browser.close()
    for line in wrong:
        sys.stderr.write(f"{line}\n")
    return 1 if wrong else 0


def take(browser: Any, address: str, shot: Shot, width: int) -> list[str]:
    """Take one picture; return the problems found, one line each."""
    context = browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme="dark" if shot.dark else "light"
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    name = f"{shot.name}-{'wide' if width > 1000 else 'narrow'}"
    wrong: list[str] = []
    page.on("console", lambda said: wrong.extend([f"{name}: console: {said.text}"] if said.type == "error" else []))
    page.on("pageerror", lambda error: wrong.append(f"{name}: {error}"))
    page.goto(f"{address}/{shot.query}")
    if shot.press:
        page.get_by_role("button", name=shot.press, exact=True).click()
    page.locator(f".stApp {shot.wait_for}").first.wait_for()
    page.wait_for_function("document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'")
    if shot.open_first:
        page.get_by_text(shot.open_first, exact=True).click()
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": width, "height": max(600, min(height, LONGEST[width]))})
    page.wait_for_timeout(1200)  # charts are redrawn for the new size
    wrong += [f"{name}: {part} is wider than the window" for part in page.evaluate(WIDER)]
    if page.locator("[data-testid=stException]").count():
        wrong.append(f"{name}: shows an exception")
    picture = Image.open(io.BytesIO(page.screenshot()))
    # Text on paper needs few colours, and pictures in the repository should be small.
    picture.convert("RGB").quantize(96, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)
    context.close()
    return wrong


@contextmanager
def serve(home: Path) -> Iterator[str]:
    """Serve the page of a home on a free port until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [shutil.which("klog") or str(Path(sys.executable).with_name("klog")), "--home", str(home), "ui", "--headless",
         "--port", str(port)],
        stdout=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    try:
        for _ in range(120):
            with socket.socket() as knock:
                if knock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.5)
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else os.environ.get("KLOG_HOME", "archive"))))
