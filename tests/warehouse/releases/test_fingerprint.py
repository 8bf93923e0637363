"""What determines a release, and what beside it does not."""

from pathlib import Path

import pytest

from warehouse.releases.fingerprint import hash_project


@pytest.mark.parametrize(
    ("name", "is_built_from"),
    [
        ("models/marts/documents.sql", True),
        ("seeds/seed_topics.csv", True),
        ("table_definitions/documents.yml", False),  # dbt reads what is generated from it; a wheel leaves it out
        ("target/manifest.yml", False),
        ("README.md", False),
    ],
)
def test_a_project_is_known_by_the_files_that_dbt_reads(tmp_path: Path, name: str, is_built_from: bool) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("one")
    before = hash_project(tmp_path)
    path.write_text("two")
    assert (hash_project(tmp_path) != before) == is_built_from
