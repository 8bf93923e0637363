"""The wheel has all it needs: installed anywhere, it builds, searches and shows the page outside a checkout.

It has built the archive of the sample that all tests read (`sample_home`).
"""

import re
from contextlib import closing
from pathlib import Path

import pytest

from tests.search_ui.conftest import serve
from tests.wheel import PACKAGES, ROOT, files, run

LEFT_OUT = re.compile(
    r"(/[A-Z]+\.md|/\.sqlfluff|^search_ui/pictures/.*|^dbt_models/(target|logs|table_definitions)/.*)$"
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def test_the_installed_wheel_builds_searches_and_shows_the_page(
    installed: Path, sample_home: Path, tmp_path: Path
) -> None:
    program = str(installed / "bin" / "klog")
    assert "Xen" in run([program, "--home", str(sample_home), "search", "Xen Dom0"], cwd=tmp_path)
    with closing(serve(sample_home, [program])) as served:
        assert next(served)
    before = (installed.parent / "files.txt").read_text(encoding="utf-8").split("\n")
    assert files(installed) == set(before)  # a build writes to its home and the user's cache only


def test_the_wheel_has_every_file_of_the_packages(installed: Path) -> None:
    (packages,) = installed.glob("lib/*/site-packages")
    for package in PACKAGES:
        expected = {path for path in files(ROOT / package, ROOT) if not LEFT_OUT.search(path)}
        assert expected <= files(packages / package, packages)
