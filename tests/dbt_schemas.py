"""Imported by the fork server of tests/builds.py: what dbt makes once a process, so that builds need not, a second each."""

from dbt.adapters.duckdb.credentials import DuckDBCredentials
from dbt.contracts.project import PackageConfig, ProfileConfig, Project, ProjectFlags
from dbt.contracts.selection import SelectorFile

for contract in (DuckDBCredentials, PackageConfig, ProfileConfig, Project, ProjectFlags, SelectorFile):
    contract.json_schema()
