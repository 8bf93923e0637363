"""Another model is computed beside the old one, which answers until all of the new one is published."""

import shutil
from functools import partial
from pathlib import Path

import pytest

from flows.steps import embed
from tests import builds
from warehouse.connection import open_warehouse
from warehouse.encoding.models import find_model, settings_like
from warehouse.encoding.vectors import count_without_vector, encoders_with_vectors, stored_encoder
from warehouse.home import Home
from warehouse.releases.publish import current_manifest
from warehouse.search import open_search
from warehouse.settings import Settings


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A folder that holds the bundled model with other weights."""
    folder = tmp_path / "mine"
    shutil.copytree(find_model(Settings()).folder, folder, ignore=shutil.ignore_patterns("model.safetensors"))
    (folder / "model.safetensors").write_bytes(b"other weights")
    return folder


def test_vectors_of_another_model_are_made_beside_the_old_ones_and_a_killed_build_loses_none(
    read_home: Path, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KLOG_HOST_ALIASES", builds.ALIASES)
    home = Home(shutil.copytree(read_home, tmp_path / "archive"))
    old, new = find_model(Settings()), find_model(Settings(model=str(model)))
    monkeypatch.setenv("KLOG_MODEL", str(model))
    monkeypatch.setattr(embed, "TEXTS_AT_ONCE", 20)
    encode = embed.encode_batch
    done = []

    def encode_one(*given: object) -> None:
        if done:
            raise KeyboardInterrupt
        done.append(encode(*given))

    monkeypatch.setattr(embed, "encode_batch", encode_one)
    with pytest.raises(KeyboardInterrupt):
        builds.run_steps(home.root, steps=("embed",))
    monkeypatch.setattr(embed, "encode_batch", encode)
    with open_warehouse(home) as connection:
        texts = connection.execute("SELECT count(DISTINCT text_hash) FROM raw.passages").fetchone()[0]
        old_name, new_name = (stored_encoder(connection, one)[0] for one in (old, new))
        assert count_without_vector(connection, old_name) == 0
        assert count_without_vector(connection, new_name) == texts - 20
    assert builds.run_steps(home.root, steps=("embed",))["vectors_new"] == texts - 20
    with open_warehouse(home) as connection:
        assert count_without_vector(connection, old_name) == count_without_vector(connection, new_name) == 0


def test_a_release_is_asked_with_the_model_that_made_it(sample_home: Path, model: Path) -> None:
    settings = Settings(model=str(model))
    with open_search(Home(sample_home).release() / "search", settings=settings) as search:
        assert search.search("how do I find out why suspend fails", mode="meaning", k=3).hits
    made = "mine@0a1b2c3d/384/float32"
    assert settings_like(Settings(), made, str(model)).model == str(model)
    assert settings_like(settings, made, str(model)) == settings.model_copy(update={"precision": "float32"})
    assert settings_like(settings, "all-MiniLM-L6-v2@53aa5117/384/bfloat16").model == "all-MiniLM-L6-v2"
    assert settings_like(settings, "all-MiniLM-L6-v2@00000000/384/bfloat16").model == str(model), (
        "a folder of that name"
    )


@pytest.mark.soak  # three builds; the two tests above are its parts
def test_a_model_is_swapped_when_all_passages_have_its_vectors_and_the_old_ones_go_with_their_releases(
    model: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "archive")
    warc = builds.write_small_warc(tmp_path / "small.warc.gz")
    assert builds.run_build(home.root, [str(warc)])["counts"]["published"] == 1
    first = current_manifest(home)
    environment = partial(builds.set_environment, KLOG_MODEL=str(model), KLOG_KEEP_RELEASES="1", KLOG_KEEP_DAYS="0")
    told = builds.run_build(home.root, before=environment)
    assert told["counts"]["published"] == 1, told
    second = current_manifest(home)
    assert second.model.startswith("mine@")
    with open_warehouse(home) as connection:
        assert encoders_with_vectors(connection) == {second.model}
    assert told["counts"]["vectors_removed"] == told["counts"]["vectors_new"]
    assert first.model.startswith("all-MiniLM-L6-v2@")
