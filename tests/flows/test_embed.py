"""A few new texts are encoded without torch, which takes longer to load than they take to encode."""

import shutil
from pathlib import Path

import pytest

from flows.steps import embed
from tests import builds
from warehouse.connection import open_warehouse
from warehouse.encoding.models import find_model
from warehouse.encoding.vectors import count_without_vector, stored_encoder
from warehouse.home import Home
from warehouse.settings import Settings

NEW = 5


class TorchLoaded(Exception):
    pass


@pytest.fixture
def home(read_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """A home in which a few texts have no vector; to load torch is an error."""
    home = Home(shutil.copytree(read_home, tmp_path / "archive"))
    with open_warehouse(home) as connection:
        connection.execute(f"DELETE FROM raw.vectors WHERE rowid IN (SELECT rowid FROM raw.vectors LIMIT {NEW})")

    def load(settings: Settings) -> None:
        raise TorchLoaded

    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    monkeypatch.setattr(embed, "open_encoder", load)
    return home


def test_a_few_texts_get_vectors_without_torch(home: Home) -> None:
    assert builds.run_steps(home.root, steps=("embed",))["vectors_new"] == NEW
    with open_warehouse(home) as connection:
        name, _ = stored_encoder(connection, find_model(Settings()))
        assert count_without_vector(connection, name) == 0


def test_more_texts_are_encoded_with_torch(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "FEW_TEXTS", NEW - 1)
    with pytest.raises(TorchLoaded):
        builds.run_steps(home.root, steps=("embed",))


def test_vectors_in_bfloat16_are_made_with_torch(home: Home) -> None:
    with open_warehouse(home) as connection:
        connection.execute("UPDATE raw.vectors SET model = replace(model, 'float32', 'bfloat16')")
    with pytest.raises(TorchLoaded):
        builds.run_steps(home.root, steps=("embed",))
