"""The Python way in: what the README shows, results in notebooks, and what importing it costs."""

import contextlib
import io
import re
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse import Archive, open_archive
from warehouse.errors import SettingError, UsageError
from warehouse.records import Hit, PassageHit, SearchResult

README = Path(__file__).parents[2] / "warehouse" / "README.md"
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture(scope="module")
def archive(sample_home: Path):
    with open_archive(sample_home) as opened:
        yield opened


def test_the_script_of_the_readme_runs(sample_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (script,) = re.findall(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    monkeypatch.chdir(sample_home.parent)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(script, str(README), "exec"), {})
    assert "Xen" in printed.getvalue()
    assert "release_id=" in printed.getvalue()


def test_opening_an_archive_imports_nothing_that_a_question_may_not_need(sample_home: Path) -> None:
    code = (
        "import sys; import flows.cli; from warehouse import open_archive; archive = open_archive(sys.argv[1]); "
        "early = {'tantivy', 'onnxruntime', 'warehouse.timeline', 'warehouse.search'} & set(sys.modules); "
        "assert not early, early; assert archive.search('Xen', mode='keyword').hits; "
        "loaded = {'torch', 'tokenizers', 'prefect', 'streamlit', 'dbt', 'pandas', 'mcp', 'fastapi', 'rich'} & set(sys.modules); "
        "assert not loaded, loaded"
    )
    done = subprocess.run([sys.executable, "-c", code, str(sample_home)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_document_is_found_by_id_and_by_address(archive: Archive) -> None:
    hit = archive.search("Xen", mode="keyword", k=1).hits[0]
    assert archive.document(hit.url) == archive.document(hit.document_id)
    assert hit.document_id not in [one.document_id for one in archive.similar(hit.url, k=3).hits]
    with pytest.raises(UsageError, match="no document 'nothing'"):
        archive.document("nothing")


def test_a_document_is_found_by_every_form_of_its_address(archive: Archive) -> None:
    url = archive.sql("SELECT url FROM documents WHERE kind = 'lwn' ORDER BY url LIMIT 1").rows[0][0]
    number = url.rstrip("/").rpartition("/")[2]
    found = archive.id_of(url)
    assert archive.id_of(url.replace("http://", "https://")) == found
    assert archive.id_of(url.rstrip("/")) == found
    assert archive.id_of(url.removeprefix("http://")) == found
    assert archive.id_of(f"http://www.lwn.example/Articles/{number}/?format=printable#Comments") == found
    for other in (f"{url}x", f"http://lwn.example/?number={number}", "http://", "http://[", "?", ""):
        with pytest.raises(UsageError, match="no document"):
            archive.id_of(other)


def test_a_query_that_names_the_page_is_not_left_out(archive: Archive) -> None:
    """The front page of a site is no document of its pages."""
    url = archive.sql("SELECT url FROM documents WHERE kind = 'page' AND NOT contains(url, '?') LIMIT 1").rows[0][0]
    with pytest.raises(UsageError, match="no document"):
        archive.id_of(f"{url}?p=linux.git;a=commit;h=1")


def test_a_timeline_is_of_a_question_or_of_a_topic(archive: Archive) -> None:
    assert archive.timeline(topic="xen").topic_id == "xen"
    for given in ({}, {"query": "Xen", "topic": "xen"}):
        with pytest.raises(UsageError, match="one of them"):
            archive.timeline(**given)
    for given in ({"query": "Xen"}, {"topic": "xen"}):
        with pytest.raises(UsageError, match="no zoom 'week'; expected one of release, month, year"):
            archive.timeline(**given, zoom="week")


def test_an_unknown_setting_is_named(sample_home: Path) -> None:
    with pytest.raises(SettingError, match="no setting 'sql_row'"):
        open_archive(sample_home, sql_row=5)


def test_sql_gives_arrow_pandas_and_a_relation(archive: Archive) -> None:
    answer = archive.sql("SELECT 1 AS a, DATE '2009-03-06' AS day, [1, 2] AS l, 2::HUGEINT ** 100 AS huge")
    assert answer.to_arrow().num_rows == 1
    assert list(answer.to_pandas()["a"]) == [1]
    assert answer.to_relation().filter("a = 1").fetchall()[0][0] == 1
    assert archive.sql("SELECT 1 AS a WHERE false").to_arrow().column_names == ["a"]
    with archive.connect() as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone()[0] > 100


def test_sql_gives_polars(archive: Archive) -> None:
    found = archive.sql(
        "SELECT title, published_at, list_value(kind) AS kinds FROM documents WHERE kind = 'issue' ORDER BY 1"
    )
    frame = found.to_polars()
    assert (frame.columns, frame.rows()) == (list(found.columns), [(a, b, c) for a, b, c in found.rows])
    assert archive.sql("SELECT title FROM documents WHERE false").to_polars().shape == (0, 1)


def test_sql_stays_behind_its_guards(archive: Archive) -> None:
    with pytest.raises(UsageError, match="DROP was found"):
        archive.sql("DROP TABLE documents")


def test_what_a_notebook_shows_has_no_markup_of_a_page() -> None:
    passage = PassageHit("d:0", "d.s0", None, "body", HOSTILE, 1.0, lambda _: ())
    links = ("javascript:alert(1)", 'https://a.example/"><b>')
    hits = tuple(Hit("d", "page", url, None, HOSTILE, None, None, 1.0, (passage,)) for url in links)
    shown = SearchResult(HOSTILE, "hybrid", hits, 0.0, (HOSTILE,), total=2)._repr_html_()
    assert "<script" not in shown
    assert "<b>" not in shown
    assert 'href="javascript' not in shown
    assert shown.count("<a href=") == 1


def test_every_result_is_a_table_in_a_notebook(archive: Archive) -> None:
    results = [
        archive.search("Xen", mode="keyword"), archive.timeline(topic="xen"), archive.document(archive.search("Xen", mode="keyword").hits[0].url),
        archive.when("when was 2.6.29 released"), archive.sql("SELECT '<b>' AS a"), archive.state(),
    ]  # fmt: skip
    for result in results:
        assert "<table>" in result._repr_html_()
    assert "<b>" not in results[4]._repr_html_()
    assert archive.release_id in repr(archive)


def test_the_state_says_how_complete_the_archive_is(archive: Archive) -> None:
    state = archive.state()
    assert state.release_id == archive.release.name
    assert state.documents == sum(state.kinds.values())
    assert 0 < state.links_here <= state.links
    assert state.is_sample
