"""A small warehouse of hand-written rows, and dbt run on it as in the flow."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.steps.dbt_project import write_no_events
from tests.conftest import BuildOnce
from warehouse.load import insert
from warehouse.migrations import bring_up_to_date

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "dbt_models"
MODEL = "tiny"
DAY = dt.datetime(2009, 3, 4, 10, 46)
CAPTURED = dt.datetime(2009, 3, 9)

TEXTS = {
    "issue-1": (
        "issue",
        [
            ("lead", "Xen Dom0 may be merged in 2.6.30. Andrew Morton prefers KVM."),
            ("in_brief", "Mark Lord has released hdparm."),
        ],
    ),
    "mail-1": ("mail", [("body", "Nobody knows – not yet – when.")]),
    "lwn-9": ("lwn", [("body", "A forgotten word on Xen.")]),
}
NAMED = {
    "issue-1:0": [
        ("topic", "xen", "Xen Dom0"),
        ("kernel_release", "2.6.30-rc9", "2.6.30"),
        ("person", "andrew-morton", "Andrew Morton"),
        ("topic", "kvm", "KVM"),
    ],
    "issue-1:1": [("project", "hdparm", "hdparm")],
    "lwn-9:0": [("topic", "xen", "Xen")],
}


class Dbt:
    """dbt on one warehouse file."""

    def __init__(self, folder: Path, project: Path = PROJECT, parsed: Path | None = None) -> None:
        self.folder = folder
        self.project = project
        self.parsed = parsed
        self.path = folder / "warehouse.duckdb"
        self.target = folder / "target"
        self.statuses: dict[str, str] = {}
        self.results: list[Any] = []

    def run(self, command: str, *more: str) -> dict[str, str]:
        """Run a dbt command; return the status of each node that ran, by name."""
        self.results = list(self.invoke(command, *more).results)
        return {one.node.name: str(one.status) for one in self.results}

    def invoke(self, *command: str) -> Any:
        """Run a dbt command; return its result."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner
        from dbt.contracts.graph.manifest import Manifest
        from dbt.parser.manifest import extended_mashumuro_decoder

        write_no_events()
        manifest = None
        if self.parsed is not None and command[0] != "parse":
            manifest = Manifest.from_msgpack(self.parsed.read_bytes(), decoder=extended_mashumuro_decoder)
        variables = {"embedding_model": MODEL, "embedding_dimension": 2}
        folders = ["--project-dir", str(self.project), "--profiles-dir", str(self.project)]
        work = ["--target-path", str(self.target), "--log-path", str(self.folder / "logs")]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KLOG_WAREHOUSE_PATH", str(self.path))
            done = dbtRunner(manifest).invoke(
                [
                    *command,
                    *folders,
                    *work,
                    "--vars",
                    json.dumps(variables),
                    "--quiet",
                    "--no-print",
                    "--log-level-file",
                    "none",
                ]
            )
        DuckDBConnectionManager.close_all_connections()
        assert done.exception is None, done.exception
        return done.result

    def query(self, statement: str) -> list[tuple]:
        """Return the rows of a statement."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(statement).fetchall()

    def change(self, statement: str) -> None:
        """Run a statement that writes."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(statement)

    def manifest(self) -> dict:
        """Return dbt's manifest of the project."""
        return json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def built(build_once: BuildOnce) -> Dbt:
    """The warehouse after a complete build, including unit tests."""
    dbt = Dbt(build_once("dbt", _build))
    dbt.statuses = json.loads((dbt.folder / "statuses.json").read_text(encoding="utf-8"))
    return dbt


def _build(folder: Path) -> None:
    dbt = Dbt(folder)
    _fill(dbt.path)
    (folder / "statuses.json").write_text(json.dumps(dbt.run("build")), encoding="utf-8")


@pytest.fixture(scope="session")
def spoil(built: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Dbt]]:
    """A function that copies the built warehouse and makes an error in it; the project is not parsed again."""

    def copy(statements: str) -> Dbt:
        dbt = Dbt(tmp_path_factory.mktemp("spoilt"), parsed=built.target / "partial_parse.msgpack")
        shutil.copy(built.path, dbt.path)
        dbt.change(statements)
        return dbt

    yield copy


def _fill(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        bring_up_to_date(connection, path)
        for name, (kind, sections) in TEXTS.items():
            _add_document(connection, name, kind, sections)
        _insert(connection, "issues", document_id="issue-1", series="Kernel Log", pages=1)
        _insert(
            connection, "items", item_id="issue-1.1.0.0", section_id="issue-1.1", document_id="issue-1", group_position=0,
            position=0, **_place("issue-1", "Mark Lord has released hdparm."),
        )  # fmt: skip
        for position, (target, kind) in enumerate({"mail-1": "mail", "lwn-9": "lwn"}.items()):
            _insert(
                connection, "links", link_id=f"issue-1.l{position}", document_id="issue-1", section_id="issue-1.0",
                position=position, anchor="1", clause="clause", sentence="sentence", href=f"https://{target}.example/",
                kind=kind, key=target, status="archived", target_document_id=target,
            )  # fmt: skip
        sentence = _place("issue-1", "Xen Dom0 may be merged in 2.6.30.")
        _insert(
            connection, "events", event_id="issue-1:0.e0", passage_id="issue-1:0", document_id="issue-1", date=DAY.date(),
            date_end=DAY.date(), precision="day", tense="expected", explicit=False, far=False, sentence=sentence.pop("text"),
            kernel_release="2.6.30-rc9", **sentence,
        )  # fmt: skip
        _insert(
            connection, "quality", document_id="issue-1", words_visible=20, words_kept=17, words_boilerplate=3,
            words_lost=[], damage_made=0, damage_found=0,
        )  # fmt: skip
        _insert(connection, "forgotten", kind="lwn", key="lwn-9", url="https://lwn-9.example/", forgotten_at=CAPTURED)
        _insert(
            connection, "set_aside", url="https://broken.example/", step="parse", reason="empty", detail="no text",
            parser_version="1",
        )  # fmt: skip
        _insert(connection, "runs", run_id="r", started_at=CAPTURED, outcome="running", counts="{}", seconds="{}")


def _add_document(connection, name: str, kind: str, sections: list[tuple[str, str]]) -> None:
    text = _text(name)
    thing = {"kind": kind, "key": name, "url": f"https://{name}.example/"}
    capture = f"c-{name}"
    _insert(
        connection, "documents", document_id=name, **thing, aliases=[], site=f"{name}.example", title=f"Title of {name}",
        published_at=DAY, published_precision="day", published_from="printed", captured_at=CAPTURED, language="en",
        words=len(text.split()), text=text, facts="{}", parser_version="1", capture_ids=[capture],
    )  # fmt: skip
    _insert(
        connection, "captures", capture_id=capture, **thing, page=1, origin="sample", warc=f"{name}.warc.gz", offset=0,
        digest="sha1:A", captured_at=CAPTURED, status=200, mime="text/html", bytes=100, parsed_with="1",
    )  # fmt: skip
    _insert(
        connection, "fetches", **thing, page=1, found_how="warc", state="done", attempts=1, capture_id=capture,
        updated_at=CAPTURED,
    )  # fmt: skip
    for position, (role, passage) in enumerate(sections):
        section, passage_id = f"{name}.{position}", f"{name}:{position}"
        place = {"document_id": name, "position": position, **_place(name, passage)}
        _insert(connection, "sections", section_id=section, role=role, **place)
        _insert(
            connection, "passages", passage_id=passage_id, section_id=section, context=f"Title of {name}",
            words=len(passage.split()), text_hash=f"hash-{passage_id}", **place,
        )  # fmt: skip
        _insert(connection, "vectors", text_hash=f"hash-{passage_id}", model=MODEL, vector=[1.0, 2.0])
        for number, (entity_type, entity_id, surface) in enumerate(NAMED.get(passage_id, [])):
            place = _place(name, surface)
            _insert(
                connection, "mentions", mention_id=f"{passage_id}.m{number}", passage_id=passage_id, document_id=name,
                entity_type=entity_type, entity_id=entity_id, surface=place.pop("text"), **place,
            )  # fmt: skip


def _text(name: str) -> str:
    return "\n\n".join(text for _, text in TEXTS[name][1])


def _place(name: str, piece: str) -> dict:
    start = _text(name).index(piece)
    return {"text": piece, "char_start": start, "char_end": start + len(piece)}


def _insert(connection, table: str, **row: object) -> None:
    insert(connection, f"raw.{table}", [row])
