"""The picture script sees what is wrong with a screen, also where the page scrolls inside an element."""

import functools
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from search_ui.pictures import take

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html><head><link rel="icon" href="data:,"><title>A screen</title></head>
<body style="margin:0"><div class="stApp" data-test-script-state="notRunning">
<section class="stMain" data-testid="stMain" style="overflow:auto; height:100vh"><div class="stMainBlockContainer">
<div class="stHtml"><p class="there">It is there.</p>{}</div></div></section></div></body></html>"""


@pytest.fixture
def wrong_with(browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], list[str]]]:
    """What the script says of a screen with that piece of HTML, at 390 pixels."""
    monkeypatch.setattr(take, "HERE", tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=str(tmp_path)))
    threading.Thread(target=server.serve_forever, daemon=True).start()

    def look(markup: str) -> list[str]:
        (tmp_path / "index.html").write_text(PAGE.format(markup), encoding="utf-8")
        shot = take.Shot("screen", "index.html", ".there")
        return take.take(browser, f"http://127.0.0.1:{server.server_port}", shot, 390)

    yield look
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_a_screen_in_order_gives_its_picture_and_no_complaint(wrong_with: Any, tmp_path: Path) -> None:
    assert wrong_with("<div style='overflow-x:auto'><div style='width:900px'>A table.</div></div>") == []
    assert (tmp_path / "screen-narrow.png").stat().st_size > 0


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<div style='width:900px'>A table.</div>", "wider than the window"),
        ("<p style='white-space:nowrap'>" + "A long line. " * 40 + "</p>", "wider than the window"),
        ("<div data-testid='stException'>Error</div>", "shows an exception"),
        ("<script>console.error('no')</script>", "console: no"),
        ("<script>throw new Error('no')</script>", "no"),
    ],
)
def test_what_is_wrong_with_a_screen_is_said(wrong_with: Any, markup: str, said: str) -> None:
    assert any(said in line for line in wrong_with(markup)), said
