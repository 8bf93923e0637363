"""The wheel has all it needs: installed anywhere, it builds, searches and shows the page outside a checkout."""

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PARTS = ("flows", "warehouse", "search_ui", "dbt_models", "pyproject.toml", "README.md", "LICENSE")


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


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_installed_wheel_builds_searches_and_shows_the_page(environment: Path, tmp_path: Path) -> None:
    before = files(environment)
    klog = [str(environment / "bin" / "klog"), "--home", str(tmp_path / "archive")]
    run([*klog, "build"], cwd=tmp_path)
    assert "Xen" in run([*klog, "search", "--mode", "keyword", "Xen Dom0"], cwd=tmp_path)
    assert "--port" in run([*klog, "ui", "--help"], cwd=tmp_path)
    where = "import dbt_models, flows; print(dbt_models.PROJECT, flows.__file__)"
    places = run([str(environment / "bin" / "python"), "-c", where], cwd=tmp_path).split()
    assert all(place.startswith(str(environment)) for place in places)
    assert files(environment) == before  # a build writes to its home and the user's cache only


def run(command: list[str], cwd: Path | None = None) -> str:
    given = {name: value for name, value in os.environ.items() if not name.startswith(("KLOG_", "PYTHON"))}
    done = subprocess.run(command, cwd=cwd, env=given, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


def files(folder: Path) -> set[str]:
    return {str(path) for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts}
