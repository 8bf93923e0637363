"""German originals and their English versions: the labelled pairs are found, and nothing else is joined."""

import datetime as dt
import json
from pathlib import Path

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dbt_models
from flows.reading.title import read_title
from flows.sources.registry import identify

LABELLED = Path(__file__).parents[1] / "labelled" / "pairs_german.jsonl"
MODEL = Path(dbt_models.__file__).parent / "models" / "marts" / "translations.sql"
STATEMENT = jinja2.Template(MODEL.read_text(encoding="utf-8")).render(ref=lambda name: name)
PAIRS = [json.loads(line) for line in LABELLED.read_text(encoding="utf-8").splitlines()]
JOINED = {
    (identify(one["english"]).key, identify(one["german"]).key) for one in PAIRS if one["english"] is not None
}  # fmt: skip
DAY = dt.datetime(2011, 7, 22, 9)


def _known() -> dict[str, tuple[str, str]]:
    """Return language and title of every known issue and labelled page, by key; without a title, that of its address."""
    statement = "SELECT issue_key, language, max(title), min(url) FROM read_csv(?, all_varchar = true) GROUP BY ALL"
    known = {}
    with duckdb.connect() as connection:
        for key, language, title, url in connection.execute(
            statement, [str(dbt_models.SEEDS / "seed_known_issues.csv")]
        ).fetchall():
            known[key] = (language, title or _title_of(url))
    for one in PAIRS:
        for language, name in (("de", "german"), ("en", "english")):
            if one[name]:
                known.setdefault(identify(one[name]).key, (language, _title_of(one[name])))
    return known


def _title_of(url: str) -> str:
    slug = next((part for part in url.split("/") if "-" in part and not part.startswith("www.")), url)
    words = slug.partition(".html")[0].rsplit("-", 1)[0].replace("-", " ").replace("What s", "What's")
    for version in ("2 6 {}", "3 {}", "4 {}"):
        for number in range(45, -1, -1):
            words = words.replace(version.format(number), version.format(number).replace(" ", "."))
    return words


KNOWN = _known()


@pytest.fixture(scope="module")
def archive():
    """Tables of the warehouse that the model reads, with every known issue."""
    with duckdb.connect() as connection:
        connection.execute("""
            CREATE TABLE stg_documents (document_id VARCHAR, kind VARCHAR, language VARCHAR, published_at TIMESTAMP);
            CREATE TABLE stg_issues (document_id VARCHAR, series VARCHAR, kernel_version VARCHAR, part INTEGER);
            CREATE TABLE stg_links (document_id VARCHAR, target_document_id VARCHAR);
        """)
        for key, (language, title) in KNOWN.items():
            facts = read_title(title)
            connection.execute("INSERT INTO stg_documents VALUES (?, 'issue', ?, NULL)", [key, language])
            connection.execute(
                "INSERT INTO stg_issues VALUES (?, ?, ?, ?)", [key, facts.series, facts.kernel_version, facts.part]
            )
        yield connection


def _join(archive: duckdb.DuckDBPyConnection, links: list[tuple[str, str]] = ()) -> dict[tuple[str, str], str]:
    archive.execute("DELETE FROM stg_links")
    for one in links:
        archive.execute("INSERT INTO stg_links VALUES (?, ?)", one)
    return {(english, german): how for english, german, how in archive.execute(STATEMENT).fetchall()}


def test_labelled_pairs_are_joined_even_if_all_issues_appeared_on_one_day(archive) -> None:
    archive.execute("UPDATE stg_documents SET published_at = ?", [DAY])
    found = _join(archive)
    assert set(found) <= JOINED
    assert {one for one in JOINED if read_title(KNOWN[one[1]][1]).series == "What's new"} == set(found)
    linked = _join(archive, [*JOINED, *((german, english) for english, german in JOINED)])
    assert linked == dict.fromkeys(JOINED, "links")


@settings(max_examples=12, deadline=None)
@given(st.randoms(use_true_random=False))
def test_no_wrong_pair_is_made_whatever_the_days_and_the_links_in_one_direction(archive, random) -> None:
    days = [DAY + dt.timedelta(hours=random.randrange(0, 24 * 30)) if random.random() < 0.9 else None for _ in KNOWN]
    published = dict(zip(KNOWN, days, strict=True))
    archive.execute("DELETE FROM stg_documents")
    archive.executemany(
        "INSERT INTO stg_documents VALUES (?, 'issue', ?, ?)",
        [[key, KNOWN[key][0], day] for key, day in published.items()],
    )
    keys = list(KNOWN)
    drawn = {frozenset(random.sample(keys, 2)) for _ in range(40)}
    found = _join(archive, [tuple(one) for one in drawn if tuple(one) not in JOINED])
    assert set(found) <= JOINED
    near = {
        (english, german)
        for english, german in JOINED
        if read_title(KNOWN[german][1]).series == "What's new"
        and (a := published[english])
        and (b := published[german])
        and abs(a - b) <= dt.timedelta(days=7)
    }
    assert set(found) == near


def test_two_originals_of_one_article_are_no_pair(archive) -> None:
    archive.execute("DELETE FROM stg_documents")
    documents = [("e", "en"), ("d1", "de"), ("d2", "de")]
    archive.executemany("INSERT INTO stg_documents VALUES (?, 'issue', ?, ?)", [[*one, DAY] for one in documents])
    archive.executemany(
        "INSERT INTO stg_issues VALUES (?, 'Coming in', '2.6.31', ?)", [[name, 2] for name, _ in documents]
    )
    assert _join(archive) == {}
    assert _join(archive, [("e", "d2"), ("d2", "e")]) == {("e", "d2"): "links"}
    archive.execute("UPDATE stg_issues SET part = 3 WHERE document_id = 'd1'")
    assert _join(archive) == {("e", "d2"): "release"}
