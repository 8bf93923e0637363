"""Metadata of an export: a Frictionless data package, Croissant, and a README, all from the comments of the release.

Source: https://datapackage.org/standard/data-package/ and https://docs.mlcommons.org/croissant/docs/croissant-spec-1.0.html, read 29
November 2026.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from warehouse.releases.publish import Manifest

LICENSE = (
    "The structure of the data (tables, columns, descriptions) is under the Apache License 2.0. The texts of the pages belong to "
    "their authors and are no part of this licence."
)
_WHOLE = "tables whose rows belong to no document (topics, topic_months, people, kernel_releases, ...) are whole"
_KEY = re.compile(r"Key: ([a-z_]+(?:, [a-z_]+)*)\.")
_REFERENCE = re.compile(r"Refers to ([a-z_]+)\.([a-z_]+)\.")
_MEDIA = {"parquet": "application/vnd.apache.parquet", "csv": "text/csv", "jsonl": "application/jsonl"}
# Readers of Croissant know files by these names only.
_CROISSANT_MEDIA = {"parquet": "application/x-parquet", "csv": "text/csv", "jsonl": "application/jsonlines"}
# DuckDB's types in the words of Frictionless and of Croissant.
_TYPES = {
    "VARCHAR": ("string", "sc:Text"), "INTEGER": ("integer", "sc:Integer"), "BIGINT": ("integer", "sc:Integer"),
    "DOUBLE": ("number", "sc:Float"), "FLOAT": ("number", "sc:Float"), "BOOLEAN": ("boolean", "sc:Boolean"), "DATE": ("date", "sc:Date"),
    "TIMESTAMP": ("datetime", "sc:DateTime"), "JSON": ("object", "sc:Text"),
}  # fmt: skip
_CONTEXT = {
    "@language": "en", "@vocab": "https://schema.org/", "citeAs": "cr:citeAs", "column": "cr:column", "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/", "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"}, "extract": "cr:extract", "field": "cr:field", "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty", "fileSet": "cr:fileSet", "format": "cr:format", "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset", "jsonPath": "cr:jsonPath", "key": "cr:key", "md5": "cr:md5", "parentField": "cr:parentField",
    "path": "cr:path", "rai": "http://mlcommons.org/croissant/RAI/", "recordSet": "cr:recordSet", "references": "cr:references", "regex": "cr:regex", "repeated": "cr:repeated",
    "replace": "cr:replace", "samplingRate": "cr:samplingRate", "sc": "https://schema.org/", "separator": "cr:separator", "source": "cr:source", "subField": "cr:subField",
    "transform": "cr:transform",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """A column with its DuckDB type and its comment."""

    name: str
    data_type: str
    description: str


@dataclass(frozen=True, slots=True)
class Resource:
    """A table that was written to a file."""

    name: str
    path: str
    format: str
    rows: int
    bytes: int
    sha256: str
    description: str
    fields: tuple[Field, ...]

    @property
    def key(self) -> list[str]:
        """The columns of its key, as its comment names them."""
        found = _KEY.search(self.description)
        return found[1].split(", ") if found else []

    def references(self) -> Iterator[tuple[str, str, str]]:
        """Yield the columns that refer to another table: column, table, column there."""
        for field in self.fields:
            found = _REFERENCE.search(field.description)
            if found:
                yield field.name, found[1], found[2]


def data_package(manifest: Manifest, resources: Sequence[Resource], where: str | None) -> dict[str, Any]:
    """Return the descriptor of a Frictionless data package; with a condition, rows may refer to documents left out.

    A table without rows is an empty file in JSON Lines, which Frictionless takes for damage: such tables are left out.
    """
    described = [one for one in resources if one.rows or one.format != "jsonl"]
    return {
        "name": "kernel-log-archive",
        "title": "Kernel Log archive",
        "id": manifest.release_id,
        "version": manifest.release_id,
        "created": f"{manifest.published_at}Z",
        "description": _about(where),
        # Without a name, by which catalogues would show the pages' texts as free.
        "licenses": [{"title": LICENSE, "path": "README.md"}],
        "resources": [_resource(one, described, where) for one in described],
    }


def _resource(one: Resource, resources: Sequence[Resource], where: str | None) -> dict[str, Any]:
    there = {other.name for other in resources}
    schema: dict[str, Any] = {
        "fields": [
            {"name": field.name, "type": _types(field)[0], "description": field.description} for field in one.fields
        ]
    }
    if one.key:
        schema["primaryKey"] = one.key
    keys = [
        {"fields": [column], "reference": {"resource": "" if table == one.name else table, "fields": [target]}}
        for column, table, target in one.references()
        if table in there and (where is None or column == target) and table != one.name
    ]
    if keys:
        schema["foreignKeys"] = keys
    return {
        "name": one.name,
        "path": one.path,
        "format": one.format,
        "mediatype": _MEDIA[one.format],
        **({} if one.format == "parquet" else {"encoding": "utf-8"}),
        "description": one.description,
        "bytes": one.bytes,
        "hash": f"sha256:{one.sha256}",
        "schema": schema,
    }


def croissant(manifest: Manifest, resources: Sequence[Resource]) -> dict[str, Any]:
    """Return the description of an export in Croissant 1.0, as JSON-LD."""
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "kernel-log-archive",
        "description": _about(None),
        "license": LICENSE,
        "citeAs": f"Kernel Log archive, release {manifest.release_id}",
        "url": "https://web.archive.org/web/2013/http://www.h-online.com/open/",
        "version": manifest.release_id,
        "datePublished": manifest.published_at,
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": one.path,
                "name": one.path,
                "contentUrl": one.path,
                "contentSize": f"{one.bytes} B",
                "encodingFormat": _CROISSANT_MEDIA[one.format],
                "sha256": one.sha256,
            }
            for one in resources
        ],
        "recordSet": [_record_set(one) for one in resources],
    }


def _record_set(one: Resource) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": one.name,
        "name": one.name,
        "description": one.description,
        **({"key": [{"@id": f"{one.name}/{column}"} for column in one.key]} if one.key else {}),
        "field": [
            {
                "@type": "cr:Field",
                "@id": f"{one.name}/{field.name}",
                "name": field.name,
                "description": field.description,
                "dataType": _types(field)[1],
                "source": {
                    "fileObject": {"@id": one.path},
                    "extract": {"column": field.name},
                },
            }
            for field in one.fields
        ],
    }


def _types(field: Field) -> tuple[str, str]:
    return ("array", "sc:Text") if field.data_type.endswith("]") else _TYPES.get(field.data_type, ("any", "sc:Text"))


def _about(where: str | None) -> str:
    part = f" Only documents where {where}, and what belongs to them; {_WHOLE}." if where else ""
    return (
        "The Kernel Log column of The H (2008-2013) and the sources it cites, as tables: documents, sections, passages, links, mentions, "
        f"dated statements, topics, kernel releases and captures.{part}"
    )


def read_me(manifest: Manifest, resources: Sequence[Resource], where: str | None, *, masked: bool) -> str:
    """Return the README of an export."""
    counts: Mapping[str, int] = {one.name: one.rows for one in resources}
    sample = "\nThe archive is the sample: its pages were written for the project about real events.\n"
    tables = "\n".join(
        f"| [{one.name}]({one.path}) | {counts[one.name]:,} | {one.description.replace('|', '/')} |"
        for one in resources
    )
    addresses = (
        "Mail addresses of people are replaced by as many asterisks."
        if masked
        else "Mail addresses of people are in it."
    )
    formulas = (
        "A spreadsheet takes text that begins with `= + - @` for a formula, unless its column is imported as text."
    )
    has_empty = any(one.format == "jsonl" and not one.rows for one in resources)
    left_out = " Tables without rows are empty files, which `datapackage.json` leaves out." if has_empty else ""
    is_csv = any(one.format == "csv" for one in resources)
    return f"""# Kernel Log archive, release {manifest.release_id}

{_about(where)}
{sample if manifest.home_kind == "sample" else ""}
Published {manifest.published_at} UTC. `datapackage.json` describes every table and column for
[Frictionless](https://datapackage.org), `croissant.json` for [Croissant](https://docs.mlcommons.org/croissant/).{left_out} {addresses}
{formulas if is_csv else ""}

{LICENSE}

| table | rows | a row is |
|---|---|---|
{tables}
"""
