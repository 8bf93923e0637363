"""The view that says what is there."""

import json
import re
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

import flows
import warehouse
from flows.cli import cli
from search_ui.failure_reasons import REASONS
from tests.command import writable_copy
from tests.search_ui.conftest import Show, rows, shower, soup_of
from warehouse.home import Home


def test_about_says_what_is_covered_and_what_was_set_aside(show: Show, sample_home: Path) -> None:
    shown = show(view="about")
    soup = soup_of(shown)
    listed = soup.select(".asides li")
    found = rows(sample_home, "SELECT reason, step, detail, url FROM set_aside ORDER BY reason, url, step")
    assert len(listed) == len(found) > 0
    for item, said in zip(listed, found, strict=True):
        assert all(part in item.text for part in said)
    kinds = rows(sample_home, "SELECT count(*) FROM documents GROUP BY kind")
    assert sorted(int(one.text) for one in soup.select(".kinds li span:last-child")) == sorted(n for (n,) in kinds)
    for name in ("documents", "issues", "passages"):
        (number,) = rows(sample_home, f"SELECT count(*) FROM {name}")[0]
        assert f"{number:,}" in soup.select_one(".figures").text
    assert sum(int(one.text.split()[0]) for one in soup.select(".reasons span")) == len(found)
    assert "is not a page" in soup.select_one(".reasons").text
    assert "None of 28 issues were damaged" in soup.select_one(".checks").text
    assert Home(sample_home).release().name in soup.text
    assert shown.get("vega_lite_chart")


def test_page_command_and_sql_count_the_known_issues_alike(
    show: Show, sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "Issues of the column" not in soup_of(show(view="about")).text, "the sample asks for none"
    home = writable_copy(sample_home, tmp_path / "home")
    with duckdb.connect(str(Home(home).release() / "archive.duckdb")) as archive:
        archive.execute("UPDATE fetches SET found_how = 'known'")
        keys = [key for (key,) in archive.execute("SELECT issue_key FROM known_issues ORDER BY 1").fetchall()]
        for state, some in {"found": keys[5:], "gone": keys[:2], "due": keys[2:5]}.items():
            archive.execute("UPDATE known_issues SET state = ? WHERE issue_key IN (SELECT unnest(?))", [state, some])
    counts = {"known": len(keys), "found": len(keys) - 5, "gone": 2, "due": 3}
    line = f"Issues of the column: {len(keys)} known, {len(keys) - 5} found, 2 gone, 3 due"
    assert line in soup_of(shower(home, monkeypatch)(view="about")).text
    status = CliRunner().invoke(cli, ["--home", str(home), "status"])
    assert f"{line}." in status.stdout
    told = CliRunner().invoke(cli, ["--home", str(home), "status", "--json"])
    assert json.loads(told.stdout)["known_issues"] == counts
    states = "SELECT state, count(*) FROM known_issues GROUP BY 1"
    assert dict(rows(home, states)) == {name: counts[name] for name in ("found", "gone", "due")}


def test_the_states_of_links_add_up_and_a_dead_one_leads_to_a_capture_of_its_day(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = writable_copy(sample_home, tmp_path / "home")
    with duckdb.connect(str(Home(home).release() / "archive.duckdb")) as archive:
        archive.execute(
            "UPDATE links SET status = 'dead', target_document_id = NULL WHERE document_id = 'issue-112853'"
        )
        archive.execute("UPDATE links SET status = 'blocked' WHERE document_id = 'issue-972641'")
        ((dead, total),) = archive.execute("SELECT count(*) FILTER (status = 'dead'), count(*) FROM links").fetchall()
    soup = soup_of(shower(home, monkeypatch)(view="about"))
    for table in soup.select("table.numbers")[:2]:
        for row in table.select("tbody tr"):
            every, *parts = (int(cell.text.replace(",", "")) for cell in row.select("td")[1:])
            assert every == sum(parts)
    said = soup.find(id="links").find_next("p").text
    assert f"Of {total:,} links" in said and f"{dead:,} gone" in said and "not checked" in said
    gone = soup.find("h3", string="Gone").find_next("ol")
    assert len(gone.select("li")) == dead
    assert "capture nearest to 16 March 2009" in gone.text
    assert gone.select_one("a[href*='/web/20090316/']")


def test_every_reason_that_a_page_may_fail_for_has_words() -> None:
    said = set()
    for folder in (Path(flows.__file__).parent, Path(warehouse.__file__).parent):
        for path in folder.rglob("*.py"):
            said |= set(re.findall(r"""reason="([a-z_]+)""" + '"', path.read_text(encoding="utf-8")))
    assert said and sorted(said - set(REASONS)) == []
