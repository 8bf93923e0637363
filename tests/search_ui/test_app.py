"""The page at odd addresses, and over an archive that is missing, broken or empty."""

import shutil
from pathlib import Path

import duckdb
import pytest

from tests.search_ui.conftest import Show, copy_release, shower, soup_of


@pytest.mark.parametrize(
    "address",
    [
        {"kind": "nonsense", "topic": "nonsense", "page": "-5", "mode": "x", "order": "y", "after": "soon"},
        {"view": "nonsense"},
        {"page": "99999999999", "q": "xen", "mode": "keyword"},
        {"view": "timeline", "topic": ["xen"] * 9, "zoom": "day", "bar": "xen@never", "entries": "0"},
        {"view": "sql", "sql": " "},
    ],
)
def test_odd_addresses_show_a_page_all_the_same(show: Show, address: dict[str, str]) -> None:
    assert soup_of(show(**address)).select_one("nav.frame")


def test_an_absent_archive_is_one_sentence_and_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    soup = soup_of(shower(tmp_path / "none", monkeypatch)())
    assert soup.select_one(".empty p").text.startswith("There is no archive")
    assert soup.select_one(".empty pre").text.startswith("klog ")


def test_an_archive_that_goes_while_the_page_is_open_is_one_sentence_and_a_command(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = shower(own_home, monkeypatch)()
    (own_home / "current").unlink()
    shown.run()
    soup = soup_of(shown)
    assert soup.select_one(".empty p").text.startswith("There is no archive")
    assert soup.select_one(".empty pre").text.startswith("klog ")


BROKEN = [
    "archive.duckdb", "release.json", "search", "search/search.json", "search/documents.json", "search/vectors.npy",
    "search/words",
]  # fmt: skip


@pytest.mark.parametrize("part", BROKEN)
@pytest.mark.parametrize("how", ["gone", "cut"])
def test_a_broken_archive_is_one_sentence_and_a_command(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: str, how: str
) -> None:
    release = copy_release(sample_home, tmp_path / "archive")
    path = release / part
    for file in [path] if path.is_file() else list(path.rglob("*")):
        if how == "cut" and file.is_file():
            file.write_bytes(file.read_bytes()[:40])
    if how == "gone":
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    soup = soup_of(
        shower(tmp_path / "archive", monkeypatch)(q="xen", mode="meaning" if "vectors" in part else "keyword")
    )
    said, typed = soup.select_one(".empty[role=alert] p"), soup.select_one(".empty pre")
    assert (typed and typed.text.startswith("klog ")) or "Use mode keyword" in said.text


def test_an_archive_without_documents_is_one_sentence_and_a_command(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = copy_release(sample_home, tmp_path / "archive")
    with duckdb.connect(str(release / "archive.duckdb")) as archive:
        archive.execute("DELETE FROM documents")
    soup = soup_of(shower(tmp_path / "archive", monkeypatch)())
    assert "no documents" in soup.select_one(".empty p").text
    assert soup.select_one(".empty pre").text == "klog build"
