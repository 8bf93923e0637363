"""Shared fixtures of the tests of readers' statements."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.warehouse.sql.hostile_statements import bytes_of
from warehouse.home import Home


@pytest.fixture
def release(sample_home: Path) -> Path:
    return Home(sample_home).release()


@pytest.fixture
def whole_home(own_home: Path) -> Iterator[Path]:
    """A home that must be unchanged, byte for byte, when the test ends."""
    before = bytes_of(own_home)
    yield own_home
    assert bytes_of(own_home) == before
