"""A source reads again when what it reads with changes, and only then; tagging has a version of its own."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import dbt_models
from flows import document_parser, parser_versions
from flows.limited_pool import LimitedPool
from flows.parser_versions import libraries_of, modules_of, reading_version, tagging_version
from flows.sources.registry import SOURCES, sources_of_kind
from tests import builds
from tests.flows.test_runs import rows
from warehouse.connection import open_warehouse
from warehouse.home import Home
from warehouse.settings import Settings

SETTINGS = Settings()
QUERY_TIME = (
    "warehouse/search/engine.py", "warehouse/timeline/question_timeline.py", "warehouse/mentions/names.py", "warehouse/dates/times.py",
    "warehouse/tagging.py", "flows/cli/build.py", "flows/steps/parse.py", "flows/web/issue_listing.py", "warehouse/errors.py",
)  # fmt: skip


@pytest.fixture
def fresh() -> Callable[[], None]:
    """Forgets the versions that this process has worked out."""

    def forget() -> None:
        for cached in (reading_version, tagging_version, document_parser.tagger):
            cached.cache_clear()

    forget()
    yield forget
    forget()


def versions() -> dict[str, str]:
    return {source.kind: reading_version(source, SETTINGS) for source in SOURCES}


def commented(monkeypatch: pytest.MonkeyPatch, fresh: Callable[[], None], *names: str) -> None:
    """As if a comment had been written at the end of some files."""
    changed = {parser_versions.ROOT / name for name in names}
    assert all(path.is_file() for path in changed)
    monkeypatch.setattr(
        parser_versions, "read_code", lambda path: path.read_bytes() + (b"# a comment\n" if path in changed else b"")
    )
    fresh()


def test_a_comment_in_a_query_time_module_reads_nothing_again(monkeypatch: pytest.MonkeyPatch, fresh) -> None:
    before = versions()
    commented(monkeypatch, fresh, *QUERY_TIME)
    assert versions() == before


def test_a_change_of_one_reader_reads_its_own_things_again(monkeypatch: pytest.MonkeyPatch, fresh) -> None:
    before = versions()
    commented(monkeypatch, fresh, "flows/sources/lwn_article.py")
    after = versions()
    assert {kind for kind in before if before[kind] != after[kind]} == {"lwn"}


def test_a_new_library_reads_again_what_it_read(monkeypatch: pytest.MonkeyPatch, fresh) -> None:
    before = versions()
    real = parser_versions.installed_version
    for library, kinds in (
        ("pypdf", {"pdf"}),
        ("trafilatura", {"bug", "kernelnewbies", "pdf", "release_note", "blog", "page"}),
    ):
        monkeypatch.setattr(
            parser_versions, "installed_version", lambda name, new=library: "99" if name == new else real(name)
        )
        fresh()
        after = versions()
        assert {kind for kind in before if before[kind] != after[kind]} == kinds
    assert libraries_of(modules_of(["flows.sources.page"])) == ["ftfy", "lxml", "sentencex", "trafilatura"]


def test_another_tokenizer_or_another_host_reads_all_again(fresh) -> None:
    (source,) = sources_of_kind("issue")
    found = {
        reading_version(source, one)
        for one in (SETTINGS, Settings(model="another"), Settings(host_aliases={"h.example": "h-online.com"}))
    }
    assert len(found) == 3


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reads and tags in this process: those of a pool know nothing of what a test changes."""
    monkeypatch.setattr(LimitedPool, "warm_up", lambda _: None)
    monkeypatch.setattr(LimitedPool, "run", lambda _, function, things: map(function, things))


@pytest.fixture(scope="module")
def read_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("versions")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
        builds.run_steps(folder / "archive", [str(builds.write_small_warc(folder / "small.warc.gz"))])
    return folder / "archive"


@pytest.fixture
def seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Seeds that a test may change."""
    folder = shutil.copytree(dbt_models.SEEDS, tmp_path / "seeds")
    monkeypatch.setattr(dbt_models, "SEEDS", folder)
    return folder


def test_a_changed_topic_list_tags_again_without_reading(
    read_home: Path, seeds: Path, fresh, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    before = rows(read_home)
    (seeds / "quality_limits.csv").write_text("")
    (seeds / "seeds.yml").write_text("")
    fresh()
    told = builds.run_steps(read_home, steps=["parse"])
    assert (told.get("parsed", 0), told["tagged"]) == (0, 0)
    with (seeds / "seed_topics.csv").open("a", encoding="utf-8") as topics:
        topics.write("word-the,The word the,desktop,the kernel\n")
    fresh()
    told = builds.run_steps(read_home, steps=["parse"])
    assert (told.get("parsed", 0), told["tagged"]) == (0, len(before["documents"]))
    after = rows(read_home)
    assert len([row for row in after["mentions"] if "word-the" in row]) > 0
    for table in ("sections", "passages", "links", "quality"):
        assert after[table] == before[table]


def test_tagging_again_finds_what_reading_found(read_home: Path, fresh, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    builds.run_steps(read_home, steps=["parse"])
    before = rows(read_home)
    monkeypatch.setattr(
        parser_versions, "read_code", lambda path: path.read_bytes() + b"#" * ("warehouse/dates" in str(path))
    )
    fresh()
    told = builds.run_steps(read_home, steps=["parse"])
    assert (told.get("parsed", 0), told["tagged"]) == (0, len(before["documents"]))
    after = rows(read_home)
    assert (after["mentions"], after["events"]) == (before["mentions"], before["events"])


def test_other_rules_of_addresses_name_what_is_there_again(
    read_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    home = shutil.copytree(read_home, tmp_path / "archive")
    builds.run_steps(home)
    before = rows(home)
    with open_warehouse(Home(home)) as connection:
        (lwn,) = connection.execute("SELECT count(*) FROM raw.fetches WHERE kind = 'lwn'").fetchone()
        for table in ("fetches", "captures", "documents", "forgotten"):  # as older rules would have named them
            connection.execute(f"UPDATE raw.{table} SET kind = 'page', key = 'old/' || key WHERE kind = 'lwn'")
        connection.execute("UPDATE raw.links SET kind = 'page', key = 'old/' || key WHERE kind = 'mail'")
        connection.execute("DELETE FROM raw.home WHERE name = 'identified_with'")
    counts = builds.run_steps(home)
    assert counts["renamed"] == lwn
    assert builds.PAGES["lwn"] <= counts["parsed"] < len(before["documents"])
    assert rows(home) == before
    assert builds.run_steps(home)["renamed"] == 0
