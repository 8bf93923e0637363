"""Exports: read back by DuckDB and pandas, validated by Frictionless, without people's mail addresses; captures as WARC."""

import json
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import pytest
from click.testing import CliRunner
from frictionless import Package
from warcio.archiveiterator import ArchiveIterator

from flows.cli import cli
from tests.search_ui.conftest import copy_release
from warehouse import open_archive
from warehouse.connection import open_release
from warehouse.errors import KlogError, UsageError
from warehouse.exports.metadata import LICENSE, Resource
from warehouse.exports.tables import FORMATS, Export, export_release
from warehouse.home import Home

SOME = ("documents", "issues", "sections", "links", "topics", "topic_months", "kernel_releases", "mentions", "captures")


def export(home: Path, folder: Path, **asked: object) -> tuple[Resource, ...]:
    with open_archive(home) as archive:
        return export_release(archive.release, archive.manifest(), folder, Export(**asked))


@pytest.mark.parametrize("written", FORMATS)
def test_tables_are_read_back_by_duckdb_as_they_were(sample_home: Path, tmp_path: Path, written: str) -> None:
    made = export(sample_home, tmp_path / "made", format=written, tables=("links", "topic_months"), with_addresses=True)
    with open_release(Home(sample_home).release()) as archive, duckdb.connect() as other:
        for one in made:
            reading = {"parquet": "read_parquet", "csv": "read_csv", "jsonl": "read_json"}[written]
            found = other.execute(f"FROM {reading}('{tmp_path}/made/{one.path}')").fetchall()
            rows = archive.execute(f"FROM {one.name}").fetchall()
            assert sorted(map(str, found)) == sorted(map(str, rows))
            assert one.rows == len(rows) > 100


def test_frictionless_finds_no_fault_and_pandas_reads_it(sample_home: Path, tmp_path: Path) -> None:
    made = export(sample_home, tmp_path / "made", format="csv", tables=SOME)
    report = Package(str(tmp_path / "made" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "type", "message"])[:5]
    package = json.loads((tmp_path / "made" / "datapackage.json").read_text(encoding="utf-8"))
    described = {one["name"]: one for one in package["resources"]}
    assert described["links"]["schema"]["primaryKey"] == ["link_id"]
    assert {"document_id", "section_id", "target_document_id"} == {
        one["fields"][0] for one in described["links"]["schema"]["foreignKeys"]
    }
    assert "belong to their authors" in package["licenses"][0]["title"]
    for one in made:
        assert len(pd.read_csv(tmp_path / "made" / one.path)) == one.rows
        assert all(field["description"] for field in described[one.name]["schema"]["fields"])


def test_frictionless_finds_no_fault_with_tables_without_rows(sample_home: Path, tmp_path: Path) -> None:
    made = export(sample_home, tmp_path / "made", format="jsonl", tables=("documents", "patches"))
    assert {one.name: bool(one.rows) for one in made} == {"documents": True, "patches": False}
    package = Package(str(tmp_path / "made" / "datapackage.json"))
    assert package.resource_names == ["documents"]
    report = package.validate()
    assert report.valid, report.flatten(["name", "type", "message"])[:5]
    assert "Tables without rows are empty files" in (tmp_path / "made" / "README.md").read_text(encoding="utf-8")
    export(sample_home, tmp_path / "empty", format="jsonl", tables=("patches",))
    assert Package(str(tmp_path / "empty" / "datapackage.json")).validate().valid


@pytest.mark.soak
@pytest.mark.parametrize("written", FORMATS)
def test_every_table_is_exported_whole(sample_home: Path, tmp_path: Path, written: str) -> None:
    made = export(sample_home, tmp_path / "made", format=written)
    with open_release(Home(sample_home).release()) as archive:
        for one in made:
            assert archive.execute(f"SELECT count(*) FROM {one.name}").fetchone() == (one.rows,)
    if written != "parquet":  # which Frictionless reads by pandas, where an integer that is null is none
        assert Package(str(tmp_path / "made" / "datapackage.json")).validate().valid
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet, "jsonl": lambda path: pd.read_json(path, lines=True)}[
        written
    ]
    assert all(len(read(tmp_path / "made" / one.path)) == one.rows for one in made)


def test_croissant_names_every_file_and_column(sample_home: Path, tmp_path: Path) -> None:
    (topics,) = export(sample_home, tmp_path / "made", format="jsonl", tables=("topics",))
    said = json.loads((tmp_path / "made" / "croissant.json").read_text(encoding="utf-8"))
    (file,), (records,) = said["distribution"], said["recordSet"]
    assert (file["sha256"], file["contentUrl"], said["license"]) == (topics.sha256, "topics.jsonl", LICENSE)
    assert [one["name"] for one in records["field"]] == [one.name for one in topics.fields]
    assert records["key"] == [{"@id": "topics/topic_id"}]
    first = json.loads((tmp_path / "made" / "topics.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert {one["source"]["extract"]["column"] for one in records["field"]} == set(first)
    assert Package(str(tmp_path / "made" / "datapackage.json")).validate().valid


READ_CROISSANT = """
import json, sys
import mlcroissant
described = mlcroissant.Dataset(jsonld=sys.argv[1])
json.dump({one.id: len(list(described.records(one.id))) for one in described.metadata.record_sets}, sys.stdout)
"""


@pytest.mark.soak
def test_a_reader_of_croissant_reads_every_table(sample_home: Path, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "--quiet", "install", "mlcroissant[parquet]==1.1.*"], check=True, timeout=600)
    for written in FORMATS:
        made = export(sample_home, tmp_path / written, format=written)
        done = subprocess.run(
            [python, "-c", READ_CROISSANT, str(tmp_path / written / "croissant.json")], capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {one.name: one.rows for one in made}


def test_a_condition_selects_documents_and_what_belongs_to_them(sample_home: Path, tmp_path: Path) -> None:
    made = export(sample_home, tmp_path / "made", format="csv", tables=SOME, where="kind = 'mail' -- only")
    rows = {one.name: one.rows for one in made}
    with open_release(Home(sample_home).release()) as archive:
        for table in ("documents", "links", "mentions"):
            expected = archive.execute(
                f"SELECT count(*) FROM {table} WHERE document_id IN (SELECT document_id FROM documents WHERE kind = 'mail')"
            ).fetchone()
            assert expected == (rows[table],)
        assert archive.execute("SELECT count(*) FROM topics").fetchone() == (rows["topics"],)
    kinds = pd.read_csv(tmp_path / "made" / "captures.csv")["kind"]
    assert set(kinds) == {"mail"} and len(kinds) >= rows["documents"]
    assert Package(str(tmp_path / "made" / "datapackage.json")).validate().valid


def test_what_has_no_document_itself_is_selected_by_its_captures_and_addresses(
    sample_home: Path, tmp_path: Path
) -> None:
    release = copy_release(sample_home, tmp_path / "home")
    with duckdb.connect(str(release / "archive.duckdb")) as archive:
        for kind in ("mail", "issue"):
            archive.execute(
                "INSERT INTO set_aside (url, step, reason, detail, capture_id) "
                "SELECT url, 'parse', $kind, '', capture_id FROM captures WHERE kind = $kind LIMIT 1",
                {"kind": kind},
            )
            archive.execute(
                "INSERT INTO links (link_id, document_id, href) SELECT $kind, document_id, $address || '#part' FROM documents "
                "WHERE kind = $kind LIMIT 1",
                {"kind": kind, "address": f"http://{kind}.example/"},
            )
            archive.execute(
                "INSERT INTO link_checks (url, checked_at, state) VALUES ($address, now()::TIMESTAMP, 'live')",
                {"address": f"http://{kind}.example/"},
            )
    export(
        tmp_path / "home",
        tmp_path / "made",
        format="csv",
        tables=("set_aside", "fetches", "link_checks"),
        where="kind = 'mail'",
    )
    read = {name: pd.read_csv(tmp_path / "made" / f"{name}.csv") for name in ("set_aside", "fetches", "link_checks")}
    assert list(read["set_aside"]["reason"]) == ["mail"]
    assert set(read["fetches"]["kind"]) == {"mail"}
    assert list(read["link_checks"]["url"]) == ["http://mail.example/"]
    said = (tmp_path / "made" / "README.md").read_text(encoding="utf-8")
    assert "tables whose rows belong to no document" in said


@pytest.mark.parametrize(
    "where",
    [
        "true) TO 'stolen.csv' --", "true); DROP TABLE documents; SELECT (1", "kind = 'nothing'", "nothing = 1", "", "')",
        "document_id IN (SELECT content FROM read_text('/etc/passwd'))", "getenv('HOME') = '/root'", "title = '\0'",
    ],
)  # fmt: skip
def test_a_condition_that_is_none_exports_nothing(
    sample_home: Path, tmp_path: Path, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(KlogError):
        export(sample_home, tmp_path / "made", format="csv", tables=("topics",), where=where)
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten_and_unknown_tables_are_named(sample_home: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("mine")
    with pytest.raises(UsageError, match="not an empty folder"):
        export(sample_home, tmp_path, format="csv")
    with pytest.raises(UsageError, match="no table 'nothing'"):
        export(sample_home, tmp_path / "made", format="csv", tables=("nothing",))


def test_addresses_of_people_are_masked_unless_asked_for(sample_home: Path, tmp_path: Path) -> None:
    release = copy_release(sample_home, tmp_path / "home")
    text = "Write to jörg.o'x+list@mail.example.org, or <a@b.example>; not to a@b or @home."
    with duckdb.connect(str(release / "archive.duckdb")) as archive:
        above = {"in_reply_to": "two@mail.example.org", "references": ["one@mail.example.org", "two@mail.example.org"]}
        archive.execute(
            "UPDATE documents SET text = ?, author = 'x@y.example', facts = json_merge_patch(facts, ?) WHERE kind = 'mail'",
            [text, json.dumps(above)],
        )
        facts = archive.execute("SELECT document_id, facts FROM documents WHERE kind = 'mail'").fetchall()
    export(tmp_path / "home", tmp_path / "made", format="jsonl", tables=("documents",), where="kind = 'mail'")
    rows = [
        json.loads(line) for line in (tmp_path / "made" / "documents.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    before = {name: json.loads(value) for name, value in facts}
    assert any("author_email" in one and "message_id" in one for one in before.values())
    for row in rows:
        assert (row["author"], len(row["text"])) == ("*" * 11, len(text))
        assert re.sub(r"\*+", "*", row["text"]) == "Write to jörg.o'*, or <*>; not to a@b or @home."
        masked, whole = json.loads(row["facts"]), before[row["document_id"]]
        assert "@" not in masked.get("author_email", "")
        assert masked.get("message_id") == whole.get("message_id")
        assert masked.items() >= above.items()
        assert row["key"]
    export(
        tmp_path / "home",
        tmp_path / "all",
        format="jsonl",
        tables=("documents",),
        where="kind = 'mail'",
        with_addresses=True,
    )
    assert "jörg.o'x+list@mail.example.org" in (tmp_path / "all" / "documents.jsonl").read_text(encoding="utf-8")


def test_the_command_exports_tables_and_captures(sample_home: Path, tmp_path: Path) -> None:
    def call(*arguments: str) -> str:
        done = CliRunner().invoke(cli, ["--home", str(sample_home), "export", *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    assert "1 tables" in call("--format", "csv", "--tables", "topics", str(tmp_path / "made"))
    assert (tmp_path / "made" / "README.md").read_text(encoding="utf-8").startswith("# Kernel Log archive, release ")
    target = tmp_path / "mails.warc.gz"
    told = call("--warc", "kind:mail in:2009", str(target))
    with target.open("rb") as file:
        responses = [
            (record.rec_headers["WARC-Target-URI"], record.content_stream().read())
            for record in ArchiveIterator(file, check_digests="raise")
            if record.rec_type == "response"
        ]
    with open_archive(sample_home) as archive:
        found = archive.search("kind:mail in:2009", k=100, syntax=True)
        pages = {
            capture.url for hit in found.hits if hit.is_match for capture in archive.document(hit.document_id).captures
        }
    assert {url for url, _ in responses} == pages
    assert all(body for _, body in responses)
    assert f"{len(responses)} captures of {found.total} documents" in told
    odd = CliRunner().invoke(
        cli, ["--home", str(sample_home), "export", "--warc", "kind:nope xen", str(tmp_path / "odd.warc.gz")]
    )
    assert (odd.exit_code, odd.stderr.startswith("nope is not a kind")) == (0, True), odd.output
    again = CliRunner().invoke(cli, ["--home", str(sample_home), "export", "--warc", "kind:mail in:2009", str(target)])
    assert again.exit_code == 2
