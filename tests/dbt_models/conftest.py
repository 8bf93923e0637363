"""A small warehouse of hand-written rows, and dbt run over it as the flow runs it."""

import datetime as dt
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.conftest import BuildOnce
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
        ("release", "2.6.30-rc9", "2.6.30"),
        ("person", "andrew-morton", "Andrew Morton"),
        ("topic", "kvm", "KVM"),
    ],
    "issue-1:1": [("project", "hdparm", "hdparm")],
    "lwn-9:0": [("topic", "xen", "Xen")],
}


class Dbt:
    """dbt over one warehouse file."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "warehouse.duckdb"
        self.target = folder / "target"
        self.statuses: dict[str, str] = {}
        self.results: list = []

    def run(self, command: str, *more: str) -> dict[str, str]:
        """The status of each node that ran, by name."""
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager
        from dbt.cli.main import dbtRunner

        variables = {"embedding_model": MODEL, "embedding_dimension": 2}
        folders = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
        work = ["--target-path", str(self.target), "--log-path", str(self.folder / "logs")]
        arguments = [command, *folders, *work, "--vars", json.dumps(variables), "--quiet", "--no-print", *more]
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("KLOG_WAREHOUSE_PATH", str(self.path))
            result = dbtRunner().invoke(arguments)
        DuckDBConnectionManager.close_all_connections()
        assert result.exception is None, result.exception
        self.results = list(result.result.results)
        return {one.node.name: str(one.status) for one in result.result.results}

    def query(self, statement: str) -> list[tuple]:
        """The rows of a statement."""
        with duckdb.connect(str(self.path), read_only=True) as connection:
            return connection.execute(statement).fetchall()

    def change(self, statement: str) -> None:
        """Run a statement that writes."""
        with duckdb.connect(str(self.path)) as connection:
            connection.execute(statement)

    def manifest(self) -> dict:
        """What dbt knows of the project."""
        return json.loads((self.target / "manifest.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def built(build_once: BuildOnce) -> Dbt:
    """The warehouse after a whole build, unit tests included."""
    dbt = Dbt(build_once("dbt", _build))
    dbt.statuses = json.loads((dbt.folder / "statuses.json").read_text(encoding="utf-8"))
    return dbt


def _build(folder: Path) -> None:
    dbt = Dbt(folder)
    _fill(dbt.path)
    (folder / "statuses.json").write_text(json.dumps(dbt.run("build")), encoding="utf-8")


@pytest.fixture(scope="session")
def spoil(built: Dbt, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Dbt]]:
    """Makes a copy of the built warehouse in which something is wrong."""

    def copy(statements: str) -> Dbt:
        dbt = Dbt(tmp_path_factory.mktemp("spoilt"))
        shutil.copy(built.path, dbt.path)
        dbt.change(statements)
        return dbt

    yield copy


def _fill(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        bring_up_to_date(connection, path)
        for name, (kind, sections) in TEXTS.items():
            _add_document(connection, name, kind, sections)
        connection.execute("INSERT INTO raw.issues VALUES ('issue-1', 'Kernel Log', NULL, NULL, NULL, NULL, 1)")
        bullet = _place("issue-1", "Mark Lord has released hdparm.")
        _insert(connection, "items", "issue-1.1.0.0", "issue-1.1", "issue-1", 0, 0, *bullet)
        for link, target, kind in (("l0", "mail-1", "mail"), ("l1", "lwn-9", "lwn")):
            _insert(
                connection, "links", f"issue-1.{link}", "issue-1", "issue-1.0", int(link[1]), "1", "clause", "sentence",
                f"https://{target}.example/", kind, target, "archived", target,
            )  # fmt: skip
        _insert(
            connection, "events", "issue-1:0.e0", "issue-1:0", "issue-1", DAY.date(), DAY.date(), "day", "expected",
            False, *_place("issue-1", "Xen Dom0 may be merged in 2.6.30.", text_first=True), "2.6.30-rc9",
        )  # fmt: skip
        connection.execute("INSERT INTO raw.quality VALUES ('issue-1', 20, 17, 3, [], 0, 0)")
        connection.execute(
            "INSERT INTO raw.forgotten VALUES ('lwn', 'lwn-9', 'https://lwn-9.example/', now()::TIMESTAMP)"
        )
        connection.execute(
            "INSERT INTO raw.set_aside VALUES ('https://broken.example/', 'parse', 'empty', 'no text', NULL, '1', NULL)"
        )
        connection.execute(
            "INSERT INTO raw.runs VALUES ('r', now()::TIMESTAMP, NULL, 'running', NULL, NULL, '{}', '{}')"
        )


def _add_document(connection, name: str, kind: str, sections: list[tuple[str, str]]) -> None:
    text = _text(name)
    url = f"https://{name}.example/"
    _insert(
        connection, "documents", name, kind, name, url, [], None, f"{name}.example", f"Title of {name}", None, DAY,
        None, "day", "printed", CAPTURED, "en", len(text.split()), text, "{}", "1", [f"c-{name}"], None,
    )  # fmt: skip
    _insert(
        connection, "captures", f"c-{name}", url, kind, name, 1, "sample", None, f"{name}.warc.gz", 0,
        "sha1:A", CAPTURED, 200, "text/html", 100, "1",
    )  # fmt: skip
    _insert(
        connection,
        "fetches",
        url,
        kind,
        name,
        1,
        "warc",
        None,
        None,
        "done",
        1,
        None,
        None,
        None,
        f"c-{name}",
        CAPTURED,
    )
    for position, (role, passage) in enumerate(sections):
        start, end, _ = _place(name, passage)
        section, passage_id = f"{name}.{position}", f"{name}:{position}"
        _insert(connection, "sections", section, name, position, None, role, start, end, passage)
        _insert(
            connection, "passages", passage_id, name, section, position, start, end, passage, f"Title of {name}",
            len(passage.split()), f"hash-{passage_id}",
        )  # fmt: skip
        connection.execute("INSERT INTO raw.vectors VALUES (?, ?, [1.0, 2.0])", [f"hash-{passage_id}", MODEL])
        for number, (entity_type, entity_id, surface) in enumerate(NAMED.get(passage_id, [])):
            low, high, _ = _place(name, surface)
            _insert(
                connection,
                "mentions",
                f"{passage_id}.m{number}",
                passage_id,
                name,
                entity_type,
                entity_id,
                surface,
                low,
                high,
            )


def _text(name: str) -> str:
    return "\n\n".join(text for _, text in TEXTS[name][1])


def _place(name: str, piece: str, *, text_first: bool = False) -> tuple:
    start = _text(name).index(piece)
    return (piece, start, start + len(piece)) if text_first else (start, start + len(piece), piece)


def _insert(connection, table: str, *values: object) -> None:
    connection.execute(f"INSERT INTO raw.{table} VALUES ({', '.join('?' * len(values))})", list(values))
