"""The German original and the English version of an issue name each other, in Python, on the page and in the shell."""

import datetime as dt
from pathlib import Path

import duckdb
import pytest

from flows.cli.search import _print_hit
from search_ui.views.document import _language
from warehouse import catalog
from warehouse.catalog import Card, DocumentPage
from warehouse.records import Hit

ENGLISH, GERMAN = "http://www.h-online.example/-1402219", "http://www.heise.example/-1402102"


@pytest.fixture
def reader(tmp_path: Path) -> catalog.Catalog:
    """A release with a German original, its English version, and an issue of one language."""
    with duckdb.connect(str(tmp_path / "archive.duckdb")) as archive:
        archive.execute("""
            CREATE TABLE translations (document_id VARCHAR, original_id VARCHAR, found_by VARCHAR);
            CREATE TABLE documents (document_id VARCHAR, title VARCHAR, url VARCHAR);
            INSERT INTO translations VALUES ('e', 'd', 'release');
        """)
        documents = [
            ("e", "What's new in <3.2>", ENGLISH),
            ("d", "Die Neuerungen von 3.2", GERMAN),
            ("x", "Other", "u"),
        ]
        archive.executemany("INSERT INTO documents VALUES (?, ?, ?)", documents)
    return catalog.open_catalog(tmp_path)


def test_each_version_has_the_other(reader: catalog.Catalog) -> None:
    found = catalog.read_translations(reader, ["e", "d", "x"])
    assert {name: (one.name, one.document_id, one.url) for name, one in found.items()} == {
        "e": ("German original", "d", GERMAN),
        "d": ("English version", "e", ENGLISH),
    }


def test_a_release_without_the_table_has_no_versions(tmp_path: Path, reader: catalog.Catalog) -> None:
    reader.close()
    with duckdb.connect(str(tmp_path / "archive.duckdb")) as archive:
        archive.execute("DROP TABLE translations")
    assert catalog.read_translations(catalog.open_catalog(tmp_path), ["e"]) == {}


@pytest.mark.parametrize(("name", "language", "words"), [("d", "de", "German"), ("e", "en", "")])
def test_the_page_shows_the_language_and_the_other_version(
    reader: catalog.Catalog, name: str, language: str, words: str
) -> None:
    card = Card(name, "issue", "u", None, "s", "t", None, None, None, 1)
    other = catalog.read_translations(reader, [name])[name]
    page = DocumentPage(card, language, dt.datetime(2012, 1, 6), {}, (), (), (), (), translation=other)
    shown = _language(page)
    assert ("<span>German</span>" in shown) == bool(words)
    assert f"id={other.document_id}" in shown
    assert other.name in shown


def test_the_shell_names_the_other_version(reader: catalog.Catalog, capsys: pytest.CaptureFixture[str]) -> None:
    hit = Hit("e", "issue", ENGLISH, None, "What's new", None, None, 1.0, ())
    _print_hit(1, hit, catalog.read_translations(reader, ["e"])["e"], explain=False)
    assert f"German original: {GERMAN}" in capsys.readouterr().out
    _print_hit(1, hit, None, explain=False)
    assert "original" not in capsys.readouterr().out
