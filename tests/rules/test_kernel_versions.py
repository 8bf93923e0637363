"""Whoever reads kernel versions agrees on which there are and in which order they came."""

import contextlib
import datetime as dt
import itertools
import random
from pathlib import Path

import duckdb
import jinja2
import pytest

from flows.reading.title import read_title
from flows.sources import registry
from warehouse.catalog.listings import list_choices
from warehouse.catalog.reader import Catalog
from warehouse.dates.times import find_times
from warehouse.kernel_versions import find_versions, is_mainline, is_version, version_order
from warehouse.mentions.kernel_releases import find_kernel_releases
from warehouse.records import Capture
from warehouse.timeline.archive_index import ArchiveIndex
from warehouse.timeline.newsworthiness import newsworth
from warehouse.timeline.outcomes import outcome_of

MACROS = Path(__file__).parents[2] / "dbt_models" / "macros" / "kernel_versions.sql"
DAY = dt.date(2009, 3, 24)
IN_ORDER = """
1.0.9 1.2.13 1.3.100 2.0.40 2.2.26 2.4.18 2.4.36 2.4.37-rc2 2.4.37 2.4.37.1 2.5.75 2.6.0-test9 2.6.0 2.6.10 2.6.11 2.6.11.12
2.6.29-rc2 2.6.29-rc10 2.6.29 2.6.29-mm1 2.6.29.1 2.6.29.10 2.6.39 3.0-rc1 3.0 3.0.9 3.0.101 3.9 3.10 3.19 4.0 4.9.337 4.20
5.0 5.19 6.0 6.12.9 6.19 7.0 7.1-rc3 7.1 7.12 8.0 9.4
""".split()  # noqa: SIM905 - a list of words reads better than a word a line
UPDATES = {"2.4.37.1", "2.6.11.12", "2.6.29.1", "2.6.29.10", "3.0.9", "3.0.101", "4.9.337", "6.12.9"}
PLAIN = [name for name in IN_ORDER if "-mm" not in name and "-test" not in name]
NO_KERNELS = ["2.6.41", "2.4.90", "2.8.1", "3.20", "4.21", "5.20", "6.20", "8.04", "10.2", "11.1.3"]


@pytest.mark.parametrize("version", [name for name in IN_ORDER if not name.startswith("1.")])
def test_every_reader_of_text_finds_a_version(version: str):
    assert [found.name for found in find_versions(f"Linux {version} is out.")] == [version]
    assert [mention.entity_id for mention in find_kernel_releases(f"The Linux {version} kernel is out.")] == [version]
    assert newsworth(f"Linux {version} is fine.") > newsworth("Linux is fine.")


@pytest.mark.parametrize("version", PLAIN)
def test_titles_dates_outcomes_and_pages_know_a_version_in_its_plain_form(version: str):
    assert is_version(version)
    assert read_title(f"Kernel Log: What's new in Linux {version}").kernel_version == version
    assert read_title(f"Kernel Log: Linux {version} is out").kernel_version == version
    times = find_times(f"Linux {version} was released.", written=DAY, releases={version: dt.date(2009, 3, 1)})
    assert [time.kernel_release for time in times] == [version]
    assert outcome_of(f"Linux {version} is to be released soon.", f"Linux {version} has been released.") == "happened"
    if "-" not in version:
        assert _title_of_wiki_page(version) == f"Linux {version}"


@pytest.mark.parametrize("number", NO_KERNELS)
def test_no_reader_takes_another_number_for_a_version(number: str):
    assert not is_version(number)
    assert not list(find_versions(f"Linux {number} is out."))
    assert not list(find_kernel_releases(f"The Linux {number} kernel is out."))
    assert newsworth(f"Linux {number} is fine.") == newsworth("Linux is fine.")
    assert read_title(f"Kernel Log: What's new in Linux {number}").kernel_version is None
    assert read_title(f"Kernel Log: Linux {number} is out").kernel_version is None
    assert _title_of_wiki_page(number) == f"Linux {number.replace('.', ' ')}"


def test_python_and_sql_have_one_order_and_one_mainline(tmp_path: Path):
    macros = jinja2.Environment(autoescape=False).from_string(MACROS.read_text(encoding="utf-8")).module
    mixed = random.Random(4).sample(IN_ORDER, len(IN_ORDER))
    assert sorted(mixed, key=version_order) == IN_ORDER
    with duckdb.connect() as archive:
        archive.execute("CREATE TABLE named AS SELECT unnest(?) AS version", [mixed])
        rows = archive.execute(
            f"SELECT version, {macros.is_mainline('version')} FROM named ORDER BY {macros.version_order('version')}"
        ).fetchall()
    assert rows == [(name, name not in UPDATES) for name in IN_ORDER]
    assert [is_mainline(name) for name in IN_ORDER] == [name not in UPDATES for name in IN_ORDER]


def test_choices_and_outcomes_keep_the_order_of_versions(tmp_path: Path):
    with duckdb.connect(str(tmp_path / "archive.duckdb")) as archive:
        archive.execute("CREATE TABLE kernel_releases AS SELECT unnest(?) AS version", [sorted(IN_ORDER)])
        archive.execute(
            "CREATE TABLE mentions AS SELECT version AS entity_id, 'kernel_release' AS entity_type, 'd' AS document_id FROM kernel_releases"
        )
    with contextlib.closing(Catalog(tmp_path)) as catalog:
        assert [choice.name for choice in list_choices(catalog, "kernel_release")] == IN_ORDER[::-1]
    out = [name for name in IN_ORDER if is_mainline(name) and "-" not in name]
    for expected, later in itertools.pairwise(out):
        said = f"Reiser4 was merged in Linux {later}."
        assert outcome_of(f"Reiser4 will be merged in Linux {expected}.", said) == "happened_later"
        assert outcome_of(f"Reiser4 will be merged in Linux {later}.", said.replace(later, expected)) is None


def test_a_report_on_a_release_is_known_by_its_title():
    releases = [name for name in IN_ORDER if is_mainline(name) and "-" not in name]
    with duckdb.connect() as archive:
        archive.execute(
            "CREATE TABLE kernel_releases AS SELECT unnest(?) AS version, DATE '2009-03-24' AS released_on, true AS mainline",
            [releases],
        )
        archive.execute(
            "CREATE TABLE documents AS SELECT version AS document_id, 'issue' AS kind, 'Kernel Log: What is new in ' || version AS title, "
            "'' AS url, '' AS memento_url, TIMESTAMP '2009-03-25 10:00' AS published_at, 'en' AS language, 'day' AS published_precision "
            "FROM (SELECT unnest(?) AS version)",
            [[*releases, *NO_KERNELS]],
        )
        assert ArchiveIndex(archive).of_kernel_releases == set(releases)


def _title_of_wiki_page(version: str) -> str:
    url = f"https://kernelnewbies.org/Linux_{version.replace('.', '_')}?action=raw"
    capture = Capture(
        "c", url, 200, "text/plain", dt.datetime(2013, 6, 1), b"= Summary =\n\nSome words on what is new in it.\n"
    )
    return registry.parse(registry.identify(url), [capture]).title
