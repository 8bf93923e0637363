"""The server's first answer: the front page before Streamlit has loaded."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from starlette.applications import Starlette
from starlette.testclient import TestClient

from search_ui.first_answer import ROUTES, needed
from tests.search_ui.conftest import Show, soup_of
from tests.search_ui.test_hostile import checked

CLIENT = TestClient(Starlette(routes=ROUTES))


@pytest.fixture
def home(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KLOG_HOME", str(sample_home))
    return sample_home


@pytest.mark.usefixtures("home")
def test_the_front_page_is_answered_at_once_as_it_is_drawn_later(show: Show) -> None:
    answer = CLIENT.get("/")
    assert answer.headers["cache-control"] == "no-cache"
    soup = BeautifulSoup(answer.text, "lxml")
    first, drawn = soup.select_one("body > #first-look"), soup_of(show())
    assert drawn.select_one("nav.frame").attrs.pop("data-drawn") == ""  # the address that Streamlit drew
    for part in ("nav.frame", ".welcome", ".front", ".front.three"):
        assert str(first.select_one(part)) == str(drawn.select_one(part))
    assert first.select_one("form input[type=search][name=q]")["aria-label"] == "Search the archive"
    assert soup.title.text == "Kernel Log archive"
    assert soup.select_one("#root + *") is None  # what Streamlit draws into follows as it is


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("query", ["?q=xen", "?view=about", "?topic=xen", "?view=search&q=", "?%3Cscript%3E=1"])
def test_another_view_is_left_to_streamlit(query: str) -> None:
    answer = CLIENT.get(f"/{query}").text
    assert "first-look" not in answer
    assert '<div id="root">' in answer


def test_without_an_archive_streamlit_shows_the_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLOG_HOME", str(tmp_path / "none"))
    answer = CLIENT.get("/?view=search").text
    assert "first-look" not in answer
    assert '<div id="root">' in answer


def test_what_an_archive_says_is_text(hostile_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLOG_HOME", str(hostile_home))
    first = BeautifulSoup(CLIENT.get("/").text, "html.parser").select_one("#first-look")
    for part in first.select(".stHtml"):
        checked(str(part))
    assert {child.name for child in first.find_all(recursive=False)} == {"style", "div", "form"}


def test_scripts_that_the_first_elements_need_are_loaded_ahead() -> None:
    names = {name.split(".")[0] for name in needed()}
    assert {"Html", "TextInput", "useBasicWidgetState"} <= names
    answer = CLIENT.get("/?q=xen").text
    assert all(answer.count(f"js/{name}") == 1 for name in needed())
