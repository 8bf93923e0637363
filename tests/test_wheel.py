"""The wheel has all it needs: installed anywhere, it builds, searches and shows the page outside a checkout."""

import os
import re
import shutil
import subprocess
import sys
import venv
from contextlib import closing
from pathlib import Path

import pytest

from tests import builds
from tests.search_ui.conftest import serve

ROOT = Path(__file__).parents[1]
PACKAGES = ("flows", "warehouse", "search_ui", "dbt_models")
PARTS = (*PACKAGES, "pyproject.toml", "README.md", "LICENSE")
LEFT_OUT = re.compile(
    r"(/README\.md|/\.sqlfluff|^search_ui/pictures/.*|^dbt_models/(target|logs|table_definitions)/.*)$"
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel in it, which sees the packages of this one but not the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    source.mkdir()
    for part in PARTS:
        path = ROOT / part
        if path.is_dir():
            shutil.copytree(path, source / part, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(path, source)
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    run([*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(source)])
    shutil.rmtree(source)
    (wheel,) = folder.glob("*.whl")
    place = folder / "environment"
    venv.create(place, with_pip=False, symlinks=True)
    run([*pip, "--python", str(place), "install", "--no-deps", "--no-index", str(wheel)])
    (packages,) = place.glob("lib/*/site-packages")
    # Lines of a .pth file: what the environments of the tests install, without the hooks of a checkout.
    others = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "others.pth").write_text("\n".join(others), encoding="utf-8")
    return place


def test_the_installed_wheel_builds_searches_and_shows_the_page(environment: Path, tmp_path: Path) -> None:
    before = files(environment)
    program, home = str(environment / "bin" / "klog"), tmp_path / "archive"
    small = builds.write_small_warc(tmp_path / "small.warc.gz")
    run([program, "--home", str(home), "build", "--from", str(small)], cwd=tmp_path)
    assert "Xen" in run([program, "--home", str(home), "search", "Xen Dom0"], cwd=tmp_path)
    with closing(serve(home, [program])) as served:
        assert next(served)
    assert files(environment) == before  # a build writes to its home and the user's cache only


def test_the_wheel_has_every_file_of_the_packages(environment: Path) -> None:
    (packages,) = environment.glob("lib/*/site-packages")
    for package in PACKAGES:
        expected = {path for path in files(ROOT / package, ROOT) if not LEFT_OUT.search(path)}
        assert expected <= files(packages / package, packages)


def run(command: list[str], cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, env=given(), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def given() -> dict[str, str]:
    """The environment of a user who has set nothing but that hosts of the sample stand for real ones."""
    ours = ("KLOG_", "PREFECT_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "KLOG_HOST_ALIASES": builds.ALIASES}


def files(folder: Path, root: Path | None = None) -> set[str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(root or folder)) for path in paths}
