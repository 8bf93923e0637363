"""The contract of a release: comments, views, macros and recipes, in a plain DuckDB."""

import math
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from warehouse.home import Home
from warehouse.releases.analysis import add_analysis
from warehouse.settings import Settings
from warehouse.sql import run_sql
from warehouse.sql.allowed_statements import MACROS

RECIPES = re.findall(
    r"```sql\n(.*?)```", (Path(__file__).parents[3] / "warehouse" / "RECIPES.md").read_text(encoding="utf-8"), re.DOTALL
)
WORD = re.compile(r"[^\W]+")
VIEWS = {
    "citations",
    "link_rot_by_year_and_host",
    "co_mentions",
    "expectations",
    "first_mentions",
    "authors",
    "named",
    "completeness",
}


@pytest.fixture(scope="module")
def archive(sample_home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The release as an analyst opens it."""
    with duckdb.connect(str(Home(sample_home).release() / "archive.duckdb"), read_only=True) as connection:
        yield connection


@pytest.fixture
def small() -> Iterator[duckdb.DuckDBPyConnection]:
    """A release of four documents, made by hand."""
    with duckdb.connect() as connection:
        connection.execute(
            """
            ATTACH ':memory:' AS made; USE made;
            CREATE TABLE documents AS SELECT * FROM (VALUES
                ('d1', 'issue', 'One', 'ted tso', 'u1', NULL, TIMESTAMP '2009-01-01', 'ext4'),
                ('d2', 'mail', 'Two', 'Theodore Ts''o', 'u2', 'm2', TIMESTAMP '2009-02-01', 'ext4 and more'),
                ('d3', 'mail', 'Three', 'Ted', 'u3', NULL, TIMESTAMP '2009-03-01', 'xen'),
                ('d4', 'page', 'Four', NULL, 'u4', NULL, NULL, 'nothing')
            ) t(document_id, kind, title, author, url, memento_url, published_at, text);
            CREATE TABLE people AS SELECT * FROM (VALUES ('tytso', 'Theodore Ts''o', ['Ted Tso', 'Ted']), ('ted', 'Ted Smith', ['Ted']))
                t(person_id, name, aliases);
            CREATE TABLE topics AS SELECT * FROM (VALUES ('fs', 'File systems', NULL, []::VARCHAR[]), ('ext4', 'Ext4', 'fs', ['ext4']))
                t(topic_id, name, parent_id, aliases);
            CREATE TABLE projects AS SELECT '' AS project_id, '' AS name, []::VARCHAR[] AS aliases WHERE false;
            CREATE TABLE kernel_releases AS SELECT '2.6.29' AS version, DATE '2009-03-23' AS released_on;
            CREATE TABLE known_issues AS SELECT * FROM (VALUES ('1', 'found'), ('2', 'due'), ('3', 'found')) t(issue_key, state);
            CREATE TABLE links AS SELECT * FROM (VALUES
                ('l1', 'd1', 'a', 's', 'http://www.a.org/x', 'mail', 'archived', 'd2'), ('l2', 'd1', 'b', 's', 'http://a.org/y', 'page', 'dead', NULL),
                ('l3', 'd1', 'c', 's', 'https://b.org:8/z', 'page', 'not_tried', NULL))
                t(link_id, document_id, anchor, sentence, href, kind, status, target_document_id);
            CREATE TABLE link_checks AS SELECT * FROM (VALUES
                ('http://a.org/y', TIMESTAMP '2026-01-01', 'live'), ('http://a.org/y', TIMESTAMP '2026-02-01', 'gone'),
                ('http://www.a.org/x', TIMESTAMP '2026-02-01', 'live')) t(url, checked_at, state);
            CREATE TABLE events AS SELECT * FROM (VALUES
                ('e1', 'd1', DATE '2009-03-01', DATE '2009-03-31', 'month', 'expected', 'In March.', '2.6.29', true, ['ext4']),
                ('e2', 'd1', DATE '2009-02-01', DATE '2009-02-28', 'month', 'expected', 'In February.', '2.6.29', true, ['xen']),
                ('e3', 'd1', DATE '2009-03-23', DATE '2009-03-23', 'day', 'expected', 'With 2.6.29.', '2.6.29', true, ['ext4']),
                ('e4', 'd2', DATE '2009-01-20', DATE '2009-01-20', 'day', 'past', 'It came.', '2.6.29', true, ['ext4', 'fs']),
                ('e5', 'd1', DATE '2009-01-01', DATE '2009-01-01', 'day', 'expected', 'Some day.', NULL, false, ['ext4']))
                t(event_id, document_id, date, date_end, precision, tense, sentence, kernel_release, explicit, topics);
            CREATE TABLE passages AS SELECT * FROM (VALUES
                ('d1:0', 'd1', 'ext4', [1, 0]::FLOAT[2]), ('d2:0', 'd2', 'ext4', [1, 1]::FLOAT[2]), ('d3:0', 'd3', 'xen', [0, 1]::FLOAT[2]))
                t(passage_id, document_id, text, embedding);
            CREATE TABLE mentions AS SELECT * FROM (VALUES
                ('m2', 'd2:0', 'd2', 'topic', 'ext4', 'ext4', 0, 4), ('m1', 'd1:0', 'd1', 'topic', 'ext4', 'ext4', 0, 4),
                ('m3', 'd1:0', 'd1', 'person', 'tytso', 'Ted', 5, 8), ('m4', 'd1:0', 'd1', 'person', 'tytso', 'Ted', 9, 12))
                t(mention_id, passage_id, document_id, entity_type, entity_id, surface, char_start, char_end);
            CREATE TABLE topic_months AS SELECT 'ext4' AS topic_id, DATE '2009-01-01' AS month, 1 AS passages, 1 AS documents,
                1 AS issues, 0.5 AS share, 10 AS words;
            USE memory;
            """
        )
        add_analysis(connection, "made")
        assert connection.execute("SELECT current_database()").fetchone() == ("memory",)
        connection.execute("USE made")
        yield connection


def test_every_table_view_column_and_macro_has_a_comment(archive: duckdb.DuckDBPyConnection) -> None:
    bare = archive.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND comment IS NULL "
        "UNION ALL SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal AND comment IS NULL "
        "UNION ALL SELECT table_name || '.' || column_name FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND NOT internal AND comment IS NULL "
        "UNION ALL SELECT function_name FROM duckdb_functions() WHERE schema_name = 'main' AND NOT internal AND comment IS NULL"
    ).fetchall()
    assert bare == []
    views = archive.execute(
        "SELECT view_name FROM duckdb_views() WHERE schema_name = 'main' AND NOT internal"
    ).fetchall()
    assert {row[0] for row in views} == VIEWS
    keys = archive.execute(
        "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'main' AND comment NOT LIKE '%Key: %'"
    )
    assert keys.fetchall() == []


def test_comments_name_the_values_that_a_column_has(archive: duckdb.DuckDBPyConnection) -> None:
    for table, column in (("documents", "kind"), ("fetches", "state"), ("events", "tense"), ("events", "precision"),
                          ("sections", "role"), ("links", "status"), ("mentions", "entity_type")):  # fmt: skip
        (comment,) = archive.execute(
            "SELECT comment FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ? AND column_name = ?",
            [table, column],
        ).fetchone()
        for (value,) in archive.execute(
            f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" IS NOT NULL'
        ).fetchall():
            assert value in comment, (table, column)


def test_the_comment_of_facts_names_their_keys_by_kind(archive: duckdb.DuckDBPyConnection) -> None:
    (comment,) = archive.execute(
        "SELECT comment FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = 'documents' AND column_name = 'facts'"
    ).fetchone()
    keys = archive.execute("SELECT DISTINCT unnest(json_keys(facts)) FROM documents").fetchall()
    assert len(keys) > 15
    assert [key for (key,) in keys if key not in comment] == []


def test_words_are_ranked_by_bm25(archive: duckdb.DuckDBPyConnection) -> None:
    texts = archive.execute("SELECT document_id, title || ' ' || text FROM documents").fetchall()
    words = {name: Counter(WORD.findall(text.lower())) for name, text in texts}
    average = sum(map(Counter.total, words.values())) / len(words)
    expected: Counter[str] = Counter()
    for word in ("xen", "dom0", "support"):
        having = [name for name in words if words[name][word]]
        idf = math.log(1 + (len(words) - len(having) + 0.5) / (len(having) + 0.5))
        for name in having:
            often, length = words[name][word], words[name].total() / average
            expected[name] += idf * often * 2.2 / (often + 1.2 * (0.25 + 0.75 * length))
    found = archive.execute("SELECT document_id, score FROM search_words('Xen: dom0 support xen')").fetchall()
    assert len(found) == len(expected)
    assert all(math.isclose(score, expected[name], abs_tol=1e-5) for name, score in found)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@pytest.mark.parametrize("asked", ["", "%", "' OR 1=1 --", "zzyzzx", "\u202exen", "(xen)|.*"])
def test_odd_words_are_words(archive: duckdb.DuckDBPyConnection, asked: str) -> None:
    found = archive.execute("SELECT count(*) FROM search_words(?)", [asked]).fetchone()[0]
    assert (found > 0) == ("xen" in asked or "OR" in asked)


def test_macros_pass_the_guards_of_sql(sample_home: Path, archive: duckdb.DuckDBPyConnection) -> None:
    there = archive.execute("SELECT function_name FROM duckdb_functions() WHERE schema_name = 'main' AND NOT internal")
    assert {row[0] for row in there.fetchall()} == MACROS
    release = Home(sample_home).release()
    statement = (
        "SELECT (SELECT count(*) FROM search_words('xen')), (SELECT count(*) FROM topic_curve('xen')), "
        "(SELECT count(*) FROM timeline_of('xen')), (SELECT count(*) FROM mentions_of('Xen')), "
        "(SELECT count(*) FROM similar_to((SELECT min(document_id) FROM documents)))"
    )
    assert all(run_sql(release, statement, Settings()).rows[0])


def test_documents_join_the_people_who_wrote_them(small: duckdb.DuckDBPyConnection) -> None:
    # "Ted" names two people, so that nobody is taken for the author.
    assert small.execute("SELECT document_id, person_id FROM authors ORDER BY 1").fetchall() == [
        ("d1", "tytso"),
        ("d2", "tytso"),
    ]


def test_links_are_counted_by_year_and_host(small: duckdb.DuckDBPyConnection) -> None:
    assert small.execute("FROM completeness ORDER BY state").fetchall() == [("due", 1), ("found", 2)]
    assert small.execute("FROM link_rot_by_year_and_host ORDER BY host").fetchall() == [
        (2009, "a.org", 2, 1, 1, 0, 0, 0.5, 2, 1, 0.5), (2009, "b.org", 1, 0, 0, 0, 1, None, 0, 0, None),
    ]  # fmt: skip
    assert small.execute("SELECT link_id, document_id FROM citations ORDER BY 1").fetchall() == [
        ("l1", "d2"),
        ("l2", None),
        ("l3", None),
    ]


def test_an_expectation_is_compared_with_the_release(small: duckdb.DuckDBPyConnection) -> None:
    found = small.execute(
        "SELECT event_id, days_late, came_true, later_event_id FROM expectations ORDER BY 1"
    ).fetchall()
    assert found == [
        ("e1", -8, True, "e4"),
        ("e2", 23, False, None),
        ("e3", None, None, "e4"),
        ("e5", None, None, None),
    ]


def test_things_are_named_first_and_together(small: duckdb.DuckDBPyConnection) -> None:
    first = small.execute("SELECT entity_id, name, mention_id, documents FROM first_mentions ORDER BY 1").fetchall()
    assert first == [("ext4", "Ext4", "m1", 2), ("tytso", "Theodore Ts'o", "m3", 1)]
    together = small.execute("SELECT entity_id, other_id, passages, documents FROM co_mentions ORDER BY 1").fetchall()
    assert together == [("ext4", "tytso", 1, 1), ("tytso", "ext4", 1, 1)]


def test_macros_answer_by_topic_name_and_likeness(small: duckdb.DuckDBPyConnection) -> None:
    assert [row[0] for row in small.execute("SELECT document_id FROM similar_to('d1')").fetchall()] == ["d2", "d3"]
    assert small.execute("SELECT count(*) FROM timeline_of('fs')").fetchone() == (4,)
    assert small.execute("SELECT month::VARCHAR, share FROM topic_curve('ext4')").fetchall() == [("2009-01-01", 0.5)]
    for name in ("tytso", "theodore ts'o", "TED TSO"):
        assert small.execute("SELECT count(*) FROM mentions_of(?)", [name]).fetchone() == (2,)


@pytest.mark.parametrize("recipe", RECIPES)
def test_every_recipe_gives_rows(archive: duckdb.DuckDBPyConnection, recipe: str) -> None:
    assert archive.execute(recipe).fetchall()


def test_there_are_fifteen_recipes() -> None:
    assert len(set(RECIPES)) == 15


OTHER_DUCKDB = """
import duckdb, json, sys, time
assert duckdb.__version__.startswith("2.0."), duckdb.__version__
with duckdb.connect(sys.argv[1], read_only=True) as archive:
    for recipe in json.load(sys.stdin):
        began = time.perf_counter()
        assert archive.execute(recipe).fetchall(), recipe
        print(f"{1000 * (time.perf_counter() - began):.0f} ms", recipe.split("FROM")[1].split()[0])
    for view in sys.argv[2:]:
        archive.execute(f"SELECT * FROM {view}").fetchall()
"""


@pytest.mark.soak
def test_recipes_and_views_run_in_duckdb_2(sample_home: Path, tmp_path: Path) -> None:
    import json

    pip = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--target",
        str(tmp_path),
        "duckdb>=2.0,<2.1",
    ]
    made = subprocess.run(pip, capture_output=True, text=True)
    if made.returncode:
        pytest.skip(f"DuckDB 2.0 cannot be installed here: {made.stderr.strip().splitlines()[-1:]}")
    release = Home(sample_home).release() / "archive.duckdb"
    done = subprocess.run(
        [sys.executable, "-c", OTHER_DUCKDB, str(release), *VIEWS],
        input=json.dumps(RECIPES), capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    print(done.stdout)
