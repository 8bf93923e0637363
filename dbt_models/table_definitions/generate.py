"""Write DDL and dbt files from the table descriptions in this folder, so that a column is described in one place.

It writes `warehouse/schema.generated.sql`, and in `dbt_models` the sources, the staging views with the tests of their keys, the
contracts of the marts, and the marts that only repeat a staging view. README.md in this folder documents the descriptions.

Usage: python dbt_models/table_definitions/generate.py [--check] [ROOT]
"""

import argparse
import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
NOTE = "Written by dbt_models/table_definitions/generate.py; change the descriptions beside it, then: make tables"
QUOTED = frozenset(["offset"])  # columns whose name is an SQL keyword
WIDTH = 110

Table = Mapping[str, Any]

LEFT_OUT = {
    "document": ("ref('stg_left_out_documents')", "document_id not in (select forgotten.document_id from forgotten)"),
    "address": (
        "source('raw', 'forgotten')",
        "(kind, key) not in (select (forgotten.kind, forgotten.key) from forgotten)",
    ),
    "url": ("source('raw', 'forgotten')", "url not in (select forgotten.url from forgotten)"),
}


def main() -> int:
    """Write the files, or list the stale ones; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail if a file is stale")
    parser.add_argument("root", nargs="?", type=Path, default=ROOT)
    asked = parser.parse_args()
    stale = stale_files(asked.root)
    if asked.check:
        sys.stderr.writelines(f"{path} is stale: make tables\n" for path in stale)
        return bool(stale)
    write_files(asked.root)
    return 0


def write_files(root: Path) -> None:
    """Write every file that is generated from the descriptions of a checkout."""
    for path, content in files_of(read_tables(root / "dbt_models" / "table_definitions")).items():
        (root / path).write_text(content, encoding="utf-8")


def stale_files(root: Path) -> list[Path]:
    """Return the files of a checkout that are missing or differ from the descriptions."""
    files = files_of(read_tables(root / "dbt_models" / "table_definitions"))
    return [
        path
        for path, content in files.items()
        if not (root / path).is_file() or (root / path).read_text(encoding="utf-8") != content
    ]


def read_tables(folder: Path) -> dict[str, Table]:
    """Return the descriptions in a folder by table name."""
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml"))}


def files_of(tables: Mapping[str, Table]) -> dict[Path, str]:
    """Return the content of every generated file, by its path in the checkout."""
    staging, marts = Path("dbt_models/models/staging"), Path("dbt_models/models/marts")
    staged = {name: table for name, table in tables.items() if table.get("staging") != "none"}
    files = {
        Path("warehouse/schema.generated.sql"): _schema(tables),
        staging / "sources.generated.yml": _yml("sources", [_source(tables)]),
        staging / "staging.generated.yml": _yml("models", [_staging(name, table) for name, table in staged.items()]),
    }
    for name, table in staged.items():
        if table.get("staging") != "by hand":
            files[staging / f"stg_{name}.sql"] = _staging_sql(name, table)
        if table["mart"] != "none":
            files[marts / f"{name}.generated.yml"] = _yml("models", [_mart(name, table)])
        if table["mart"] == "view":
            files[marts / f"{name}.sql"] = _mart_sql(name, table)
    return files


def _columns(table: Table, place: str) -> list[Mapping[str, Any]]:
    """Return the columns of a table in `raw`, in its staging view (`staging`) or in its `mart`."""
    absent = {"raw": ("mart",), "staging": ("mart", "raw"), "mart": ("raw",)}[place]
    return [column for column in table["columns"] if column.get("only") not in absent]


def _schema(tables: Mapping[str, Table]) -> str:
    head = f"-- {NOTE}\n-- The descriptions say what each column means. A change needs a migration, too.\nCREATE SCHEMA IF NOT EXISTS raw;\n"
    return head + "".join(_create(name, table) for name, table in tables.items())


def _create(name: str, table: Table) -> str:
    key = table["key"]
    lines = []
    for column in _columns(table, "raw"):
        line = f"{_quoted(column['name'])} {column['data_type'].upper()}"
        if key == [column["name"]] and table.get("indexed", True):
            line += " PRIMARY KEY"
        elif not column.get("nullable"):
            line += " NOT NULL"
        lines.append(line)
    if len(key) > 1 and table.get("indexed", True):
        lines.append(f"PRIMARY KEY ({', '.join(map(_quoted, key))})")
    body = ",\n".join(f"    {line}" for line in lines)
    about = "\n".join(textwrap.wrap(table["description"], 120, initial_indent="-- ", subsequent_indent="-- "))
    return f"\n{about}\nCREATE TABLE IF NOT EXISTS raw.{name} (\n{body}\n);\n"


def _source(tables: Mapping[str, Table]) -> dict[str, Any]:
    return {
        "name": "raw",
        "description": "Tables that the flow loads; only staging reads them.",
        "schema": "raw",
        "tables": [
            {
                "name": name,
                "description": table["description"],
                **({"config": table["source_config"]} if "source_config" in table else {}),
                "columns": [_column(column) for column in _columns(table, "raw")],
            }
            for name, table in tables.items()
        ],
    }


def _staging(name: str, table: Table) -> dict[str, Any]:
    key = table["key"]
    rows = "unchanged" if "leaves_out" not in table else "without those of forgotten documents"
    model: dict[str, Any] = {"name": f"stg_{name}", "description": f"The rows of raw.{name}, {rows}."}
    if table.get("indexed", True):
        return model  # the raw table has a primary key
    if len(key) > 1:
        return {**model, "data_tests": [{"unique_together": {"arguments": {"columns": key}}}]}
    return {**model, "columns": [{"name": key[0], "data_tests": ["key"]}]}


def _staging_sql(name: str, table: Table) -> str:
    forgotten, condition = LEFT_OUT.get(table.get("leaves_out", ""), ("", ""))
    ctes = [f"source as (\n    select * from {{{{ source('raw', '{name}') }}}}\n)"]
    if forgotten:
        ctes.append(f"forgotten as (\n    select * from {{{{ {forgotten} }}}}\n)")
    ctes.append(f"renamed as (\n    select\n{_selected(table, 'staging', 8)}\n    from source\n)")
    where = f"\nwhere {condition}" if condition else ""
    parts = ",\n\n".join(ctes)
    return f"-- {NOTE}\nwith {parts}\n\nselect * from renamed{where}\n"


def _mart(name: str, table: Table) -> dict[str, Any]:
    tests = list(table.get("data_tests", []))
    of_values = [_values_rule(column) for column in _columns(table, "mart") if "values" in column]
    if rules := [*table.get("rules", []), *of_values]:
        tests.append({"rows_satisfy": {"name": f"rows_of_{name}_are_sane", "arguments": {"rules": rules}}})
    return {
        "name": name,
        "description": f"{table['description'].strip()} Key: {', '.join(table['key'])}.",
        **({"config": {"materialized": "view"}} if table["mart"] == "view" else {}),
        **({"data_tests": tests} if tests else {}),
        "columns": [
            {
                **_column(column),
                "description": _contract(name, column),
                **({"data_tests": found} if (found := list(_tests(column))) else {}),
            }
            for column in _columns(table, "mart")
        ],
    }


def _mart_sql(name: str, table: Table) -> str:
    order = ", ".join(map(_quoted, table["order_by"]))
    return (
        f"-- {NOTE}\nwith {name} as (\n    select * from {{{{ ref('stg_{name}') }}}}\n)\n\n"
        f"select\n{_selected(table, 'mart', 4)}\nfrom {name}\norder by {order}\n"
    )


def _column(column: Mapping[str, Any]) -> dict[str, Any]:
    quote = {"quote": True} if column["name"] in QUOTED else {}
    return {
        "name": column["name"],
        "data_type": column["data_type"],
        **quote,
        "description": column["description"],
    }


def _contract(table: str, column: Mapping[str, Any]) -> str:
    """Return the description of a mart's column: what it means, its values, what it refers to, an example."""
    parts = [column["description"].strip()]
    values = column.get("values", [])
    if any(value not in parts[0] for value in values):
        parts.append(f"Values: {', '.join(values)}.")
    if "references" in column:
        parts.append(f"Refers to {column['references']}.")
    elif column["name"] == "document_id" and table != "documents":
        parts.append("Refers to documents.document_id.")
    if "inside" in column:
        parts.append(f"Refers to {column['inside']}.{column['name']}.")
    if "example" in column:
        parts.append(f"Example: {column['example']}.")
    return " ".join(parts)


def _values_rule(column: Mapping[str, Any]) -> str:
    name = _quoted(column["name"])
    listed = ", ".join(f"'{value}'" for value in column["values"])
    return f"{name} is null or {name} in ({listed})" if column.get("nullable") else f"{name} in ({listed})"


def _tests(column: Mapping[str, Any]) -> Iterator[Any]:
    if "references" in column:
        table, _, field = column["references"].partition(".")
        yield {"relationships": {"arguments": {"to": f"ref('{table}')", "field": field}}}
    if "inside" in column:
        yield {"inside": {"arguments": {"to": f"ref('{column['inside']}')"}}}
    yield from column.get("data_tests", [])


def _selected(table: Table, place: str, indent: int) -> str:
    return ",\n".join(" " * indent + _quoted(column["name"]) for column in _columns(table, place))


def _quoted(name: str) -> str:
    return f'"{name}"' if name in QUOTED else name


def _yml(kind: str, things: list[dict[str, Any]]) -> str:
    said = yaml.dump({"version": 2, kind: things}, Dumper=_Dumper, width=WIDTH, sort_keys=False, allow_unicode=True)
    return f"# {NOTE}\n{said}"


class _Dumper(yaml.SafeDumper):
    """Writes a repeated list twice instead of using a YAML alias."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


if __name__ == "__main__":
    sys.exit(main())
