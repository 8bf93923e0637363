"""The view that says what is there."""

from pathlib import Path

from tests.search_ui.conftest import Show, rows, soup_of
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
    assert Home(sample_home).release().name in soup.text
    assert shown.get("vega_lite_chart")
