"""Vectors in a search store: the same answers as beside the release, filters before the ranking, and errors that name the store."""

import datetime as dt
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from tests.fake_encoder import FakeEncoder
from tests.s3 import s3
from warehouse import lance_tables
from warehouse.connection import open_release
from warehouse.errors import ArchiveMismatch, ArchiveMissing, StoreFailed, UsageError
from warehouse.home import Home
from warehouse.records import Filters
from warehouse.releases.history import Release, remove_leftovers, remove_releases
from warehouse.search import Search, build_search_files, open_search, stored_meaning
from warehouse.search.filters import filter_condition, keep_documents
from warehouse.search.index_reader import SearchIndex
from warehouse.settings import Settings, read_settings
from warehouse.store import Store
from warehouse.vector_store import FILE, StoredVectors, open_vectors, remove_vectors, stored_vectors

QUESTIONS = [
    json.loads(line)["query"]
    for line in (Path(__file__).parents[2] / "labelled" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
]

FILTERS = (
    Filters(kinds=("issue", "mail")),
    Filters(topics=("filesystems",)),
    Filters(versions=("2.6.29", "2.6.30")),
    Filters(people=("torvalds",)),
    Filters(authors=("leemhuis",)),
    Filters(sites=("h-online.example",), languages=("DE",)),
    Filters(after=dt.date(2009, 3, 1), before=dt.date(2009, 6, 12)),
    Filters(documents=("mail-2", "nothing")),
    Filters(topics=("it's nothing",)),
    Filters(authors=("O'Hara",)),
    Filters(kinds=("'; DROP TABLE passages",)),
)


@pytest.fixture
def stored(marts, encoder: FakeEncoder, tmp_path: Path) -> Path:
    """Search files whose vectors lie in the folder `store`."""
    build_search_files(marts, tmp_path / "stored", model=encoder.name, store=str(tmp_path / "store"))
    return tmp_path / "stored"


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few vectors are as many as can be held, and filters leave too many to read them all."""
    monkeypatch.setattr(lance_tables, "MOST_HELD", 3)
    monkeypatch.setattr(stored_meaning, "FEW", 0)


@pytest.fixture(scope="module")
def sample_stored(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's search files, with an index over the vectors in a store."""
    folder = tmp_path_factory.mktemp("sample")
    release = Home(sample_home).release()
    about = json.loads((release / "search" / "search.json").read_text(encoding="utf-8"))
    with pytest.MonkeyPatch.context() as patch, open_release(release) as archive:
        patch.setattr(lance_tables, "MOST_HELD", 100)
        build_search_files(
            archive,
            folder / "search",
            model=about["model"],
            model_setting=about["model_setting"],
            store=str(folder / "store"),
        )
    written = json.loads((folder / "search" / "search.json").read_text(encoding="utf-8"))
    (folder / "search" / "search.json").write_text(json.dumps({**written, "floor": about["floor"]}))
    return folder / "search"


def _answers(search: Search, **options) -> list[list[str]]:
    return [[hit.document_id for hit in one.hits] for one in search.search_many(QUESTIONS, k=10, **options)]


def test_a_few_vectors_of_a_store_are_held_and_give_equal_results(stored: Path, search: Search, encoder) -> None:
    assert not (stored / "vectors.npy").exists()
    with open_search(stored) as opened:
        assert opened.tables.store is None
        assert np.array_equal(opened.tables.vectors, search.tables.vectors)
        for query in ("xen dom0", "experimental file system", "merge identical pages"):
            assert opened.search(query, encoder=encoder).hits == search.search(query, encoder=encoder).hits


def test_the_samples_questions_have_the_top_10_of_the_exact_scan(
    sample_home: Path, sample_stored: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lance_tables, "MOST_HELD", 100)
    filters = Filters(kinds=("issue", "mail"), after=dt.date(2009, 1, 1))
    with (
        open_search(Home(sample_home).release() / "search", settings=Settings()) as exact,
        open_search(sample_stored, settings=Settings()) as stored,
    ):
        assert stored.tables.store is not None
        assert stored.tables.store.passages.is_indexed
        for options in ({}, {"filters": filters}, {"mode": "meaning"}):
            found, expected = _answers(stored, **options), _answers(exact, **options)
            if options:
                assert all(len({*one} & {*other}) >= 9 for one, other in zip(found, expected, strict=True)), options
            else:
                assert found == expected
        for row in (0, 40):
            similar = [search.more_like(exact.tables.documents["document_id"][row], k=5) for search in (exact, stored)]
            assert [hit.document_id for hit in similar[0].hits] == [hit.document_id for hit in similar[1].hits]


@pytest.mark.parametrize("most_held", [100, 3])
def test_a_filter_means_the_same_to_a_store(
    marts, encoder: FakeEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most_held: int
) -> None:
    monkeypatch.setattr(lance_tables, "MOST_HELD", most_held)
    build_search_files(marts, tmp_path / "stored", model=encoder.name, store=str(tmp_path / "store"))
    tables = SearchIndex(tmp_path / "stored")
    store = open_vectors(tmp_path / "stored")
    assert store.documents.is_indexed is (most_held == 3)
    filters = [([one], ()) for one in FILTERS] + [((), [one]) for one in FILTERS]
    for asked, without in [*filters, (FILTERS[:2], FILTERS[2:3])]:
        rows = store.documents.nearest(np.ones(32, np.float32), 100, filter_condition(tables, asked, without))
        kept = np.ones(len(tables.rows), bool)
        for one in asked:
            kept &= keep_documents(tables, one)
        for one in without:
            kept &= ~keep_documents(tables, one)
        passing = [row for row in np.flatnonzero(kept).tolist() if row < len(tables.starts) - 1]
        assert sorted(rows.tolist()) == passing, (asked, without)


@pytest.mark.usefixtures("large")
def test_operators_and_filters_hold_for_what_an_index_finds(marts, search: Search, encoder, tmp_path: Path) -> None:
    build_search_files(marts, tmp_path / "stored", model=encoder.name, store=str(tmp_path / "store"))
    with open_search(tmp_path / "stored") as opened:
        assert opened.tables.vectors is None
        for query in (
            "xen -kind:mail",
            "kernel -author:leemhuis",
            '"file system" experimental',
            "xen kind:issue",
            "kernel NOT kind:issue",
        ):
            expected = [hit.document_id for hit in search.search(query, encoder=encoder, syntax=True).hits]
            assert [hit.document_id for hit in opened.search(query, encoder=encoder, syntax=True).hits] == expected
        assert np.allclose(opened.rankers.centroid(1), search.rankers.centroid(1), atol=2e-3)
        assert opened.rankers.centroid(len(opened.tables.rows) - 1) is None
        assert np.array_equal(np.concatenate(list(opened.tables.vector_blocks())), search.tables.vectors)


def test_centroids_are_those_of_documents_that_go_over_several_blocks(
    marts, search: Search, encoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lance_tables, "BLOCK_ROWS", 2)
    build_search_files(marts, tmp_path / "stored", model=encoder.name, store=str(tmp_path / "store"))
    centroids = np.concatenate(list(open_vectors(tmp_path / "stored").documents.blocks()))
    assert np.allclose(centroids, search.rankers.centroids, atol=2e-3)


def test_vectors_go_with_their_release_where_releases_are_built(stored: Path, tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    for name, is_builder in (("20260102T000000-abcdef", False), ("20260103T000000-abcdef", True)):
        folder = home.releases / name
        shutil.copytree(stored, folder / "search")
        if is_builder:
            home.warehouse.touch()
        uri = Path(stored_vectors(folder / "search").uri)
        remove_releases([Release(name, folder, False, None)])
        assert uri.exists() is not is_builder
        assert not folder.exists()
    shutil.copytree(stored, home.releases / ".making" / "search")  # whose vectors were not yet written
    assert remove_leftovers(home) == [".making"]


def test_an_object_store_serves_and_is_emptied(marts, search: Search, encoder, tmp_path: Path) -> None:
    with s3() as bucket:
        build_search_files(marts, tmp_path / "stored", model=encoder.name, store=f"{bucket}/vectors")
        with open_search(tmp_path / "stored") as opened:
            assert opened.search("xen", encoder=encoder).hits == search.search("xen", encoder=encoder).hits
        of = stored_vectors(tmp_path / "stored")
        assert Store(bucket).sizes(f"vectors/{of.name}/passages.lance")
        remove_vectors(tmp_path / "stored")
        assert not Store(bucket).sizes("vectors")
    with pytest.raises(StoreFailed, match=r"s3://klog/vectors/.* cannot be used.*KLOG_SEARCH_STORE"):
        open_search(tmp_path / "stored")


def test_errors_name_the_store_and_the_next_command(stored: Path, tmp_path: Path) -> None:
    of = stored_vectors(stored)
    StoredVectors(of.address, of.name, "other@2/32/float32").write(stored)
    with pytest.raises(ArchiveMismatch, match=r"made by fake.*those of this release by other@2.*klog build --force"):
        open_search(stored)
    of.write(stored)
    import lancedb  # here, because it takes seconds of every worker's collection

    lancedb.connect(of.uri).drop_table("documents")
    with pytest.raises(ArchiveMissing, match=r"no table documents at .*/store/.*klog build --force"):
        open_search(stored)
    shutil.rmtree(tmp_path / "store")
    (tmp_path / "store").touch()
    with pytest.raises(StoreFailed, match=r"/store/.* cannot be used: .*KLOG_SEARCH_STORE"):
        open_search(stored)


def test_a_store_without_the_package_says_what_to_install(stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lancedb", None)
    with pytest.raises(UsageError, match=r"pip install 'kernel-log-archive\[cluster\]'"):
        open_search(stored)


def test_without_a_store_nothing_of_it_is_imported(search: Search) -> None:
    code = (
        "import sys; from pathlib import Path; from warehouse.search import open_search; "
        f"search = open_search(Path({str(search.tables.directory)!r})); search.tables.vectors; "
        "loaded = {'lancedb', 'lance', 'pyarrow', 'warehouse.lance_tables'} & set(sys.modules); assert not loaded, loaded"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert not (search.tables.directory / FILE).exists()


def test_the_setting_is_a_folder_or_the_address_of_an_object_store() -> None:
    assert read_settings().search_store == ""
    assert read_settings(search_store="vectors").search_store == str(Path("vectors").resolve())
    assert read_settings(search_store="s3://bucket/klog/").search_store == "s3://bucket/klog"
    with pytest.raises(UsageError, match="KLOG_SEARCH_STORE"):
        read_settings(search_store="s3://user:password@bucket")


class _Rows:
    """A table whose rows are as near as their numbers are small."""

    def __init__(self, passing: Callable[[npt.NDArray[np.int64]], npt.NDArray[np.int64]]) -> None:
        self.passing = passing
        self.asked: list[tuple[int, str | None]] = []

    def nearest(self, vector: npt.NDArray[np.float32], k: int, where: str | None = None) -> npt.NDArray[np.int64]:
        self.asked.append((k, where))
        return self.passing(np.arange(1_000_000))[:k] if where else np.arange(k)


@pytest.mark.parametrize(
    ("first", "every", "with_filter"), [(0, 20, False), (0, 1_000, True), (900_000, 20, True)]
)  # passes often, seldom, and only far from the question
def test_a_filter_that_leaves_enough_of_the_nearest_is_applied_to_them(
    first: int, every: int, with_filter: bool
) -> None:
    def passing(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        return rows[(rows >= first) & (rows % every == 0)]

    table = _Rows(passing)
    share = len(passing(np.arange(1_000_000))) / 1_000_000 if first == 0 else 0.05
    found = stored_meaning._nearest(table, np.ones(3, np.float32), 200, "a filter", passing, share)
    assert ("a filter" in [where for _, where in table.asked]) is with_filter
    assert len(found) >= 0.5 * stored_meaning.ENOUGH * 200
    assert np.array_equal(found, passing(np.arange(1_000_000))[: len(found)])
