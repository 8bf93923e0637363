"""What a user gets wrong, or a machine, ends in one sentence that names it, and changes nothing."""

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from flows.cli import cli
from flows.sources.registry import identify
from warehouse.errors import UsageError
from warehouse.exports import tables
from warehouse.exports.tables import Export, export_release
from warehouse.home import Home
from warehouse.releases.publish import current_manifest
from warehouse.settings import read_settings


def call(home: Path, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["--home", str(home), *arguments])


@pytest.mark.parametrize("command", [["serve"], ["mcp", "--http"], ["ui", "--headless"]])
def test_a_port_in_use_is_named_before_an_address_is_printed(sample_home: Path, command: list[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        told = call(sample_home, *command, "--port", str(port))
    assert told.exit_code == 1
    assert told.stderr == (
        f"klog: Port {port} on 127.0.0.1 cannot be taken (Address already in use). Name another one with --port.\n"
    )


@pytest.mark.parametrize("command", [["identify", "--file"], ["search", "--queries"], ["timeline", "--queries"]])
def test_a_file_that_is_no_text_is_named(sample_home: Path, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "packed").write_bytes(b"\x1f\x8b\x08")
    told = call(sample_home, *command, str(tmp_path / "packed"))
    assert told.exit_code == 2
    assert told.stderr == f"klog: {tmp_path / 'packed'} is not text in UTF-8: byte 1 is 0x8b.\n"


def test_a_query_and_a_file_of_queries_are_one_too_many(sample_home: Path, tmp_path: Path) -> None:
    (tmp_path / "queries").write_text('{"query": "xen"}\n', encoding="utf-8")
    told = call(sample_home, "search", "xen", "--queries", str(tmp_path / "queries"))
    assert (told.exit_code, told.stderr) == (2, "klog: expected a QUERY or --queries FILE, not both.\n")


@pytest.mark.parametrize("command", ["search", "timeline"])
def test_words_that_begin_with_a_minus_are_told_from_options(sample_home: Path, command: str) -> None:
    told = call(sample_home, command, "-realtime")
    assert told.exit_code == 2
    assert told.stderr.endswith("Write -- before words that begin with a minus.\n")
    assert "Write --" not in call(sample_home, command, "--realtime").stderr


@pytest.mark.parametrize("command", ["search", "timeline"])
def test_a_file_of_queries_may_have_labels_too(sample_home: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "queries").write_text('{"query": "xen", "relevant": ["https://lwn.net/1"]}\n', encoding="utf-8")
    told = call(sample_home, command, "--queries", str(tmp_path / "queries"))
    assert (told.exit_code, json.loads(told.stdout)["query"]) == (0, "xen")


@pytest.mark.parametrize(
    "line", ["xen", "[]", '["query"]', "1", '{"until": "2010-01-31"}', '{"query": "xen", "until": 1}']
)
def test_a_line_that_is_no_query_is_shown(sample_home: Path, tmp_path: Path, line: str) -> None:
    file = tmp_path / "queries"
    file.write_text(f"{line}\n", encoding="utf-8")
    told = call(sample_home, "timeline", "--queries", str(file))
    assert told.exit_code == 2
    assert told.stderr.startswith(f"klog: {file}, line 1: ")


def test_a_file_of_addresses_is_read_as_a_build_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "addresses"
    file.write_text("# of 2009\n\n", encoding="utf-8")
    told = call(tmp_path, "identify", "--file", str(file))
    assert (told.exit_code, told.stderr) == (2, f"klog: {file} has no address; expected one per line.\n")
    file.write_text("# of 2009\nhttps://lwn.net/Articles/322151/ 2009-03-04\n\nhttp://lkml.org/\n", encoding="utf-8")
    lines = call(tmp_path, "identify", "--file", str(file)).stdout.splitlines()
    assert [line.split()[1] for line in lines] == ["https://lwn.net/Articles/322151/", "http://lkml.org/"]


def test_the_address_that_is_shown_as_one_is_known() -> None:
    with pytest.raises(UsageError, match="expected one such as") as told:
        identify("nothing")
    assert identify(str(told.value).split()[-1]).kind == "lwn"


def test_the_last_day_of_the_calendar_is_a_day(sample_home: Path) -> None:
    told = call(sample_home, "timeline", "Xen Dom0", "--to", "9999-12-31")
    assert told.exit_code == 0
    assert told.stdout.endswith("\n10 entries\n")


def test_an_empty_reason_is_a_mistake(tmp_path: Path) -> None:
    told = call(tmp_path / "new", "build", "--accept-loss", "")
    assert told.exit_code == 2
    assert "expected a reason of at most 500 characters" in told.stderr
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("command", [["search", "xen"], ["build"], ["sql"]])
def test_a_file_is_no_home(tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "file").touch()
    told = call(tmp_path / "file", *command)
    assert told.exit_code != 0
    assert told.stderr.startswith(f"klog: {tmp_path / 'file'} is a file; expected a folder.")


def test_a_check_makes_no_home(tmp_path: Path) -> None:
    assert call(tmp_path / "new", "doctor", "--quick").exit_code == 1
    assert not (tmp_path / "new").exists()


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KLOG_HOME", "")
    assert read_settings().home == Path("archive")


def test_an_export_that_is_stopped_leaves_nothing_in_its_folder(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, manifest = Home(sample_home).release(), current_manifest(Home(sample_home))
    assert manifest is not None
    asked = Export("csv", ("documents", "topics"))
    real = tables._write

    def stop(connection: object, folder: Path, table: str, *more: object) -> object:
        written = real(connection, folder, table, *more)
        if table == "topics":
            raise KeyboardInterrupt
        return written

    monkeypatch.setattr(tables, "_write", stop)
    with pytest.raises(KeyboardInterrupt):
        export_release(release, manifest, tmp_path / "out", asked)
    assert list((tmp_path / "out").iterdir()) == []
    monkeypatch.undo()
    assert len(export_release(release, manifest, tmp_path / "out", asked)) == 2
    with pytest.raises(UsageError, match="is not an empty folder"):
        export_release(release, manifest, tmp_path / "out", asked)


def test_formats_that_exclude_each_other_are_a_mistake(sample_home: Path, tmp_path: Path) -> None:
    assert call(sample_home, "sql", "--json", "--csv", "SELECT 1").exit_code == 2
    told = call(sample_home, "export", "--warc", "xen", "--format", "csv", str(tmp_path / "x.warc.gz"))
    assert told.exit_code == 2
    assert "--warc goes without --format" in told.stderr


@pytest.mark.parametrize("typed", ["INSTALL httpfs", "CHECKPOINT", "  reset threads"])
def test_a_refused_statement_is_named_as_it_was_typed(sample_home: Path, typed: str) -> None:
    told = call(sample_home, "sql", typed)
    assert told.exit_code == 2
    assert told.stderr.startswith(f"klog: {typed.split()[0].upper()} was found; a SELECT was expected.")
