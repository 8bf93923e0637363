"""The wheel has all it needs: installed anywhere, it builds, searches and shows the page outside a checkout.

What it builds from has faults between good pages. One bad page never stops a run: it is listed with its reason.
"""

import gzip
import json
import os
import re
import resource
import shutil
import subprocess
import sys
import venv
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests import builds
from tests.search_ui.conftest import serve
from warehouse.captures import warc
from warehouse.home import Home, now
from warehouse.settings import Settings
from warehouse.sql import run_sql

ROOT = Path(__file__).parents[1]
PACKAGES = ("flows", "warehouse", "search_ui", "dbt_models")
PARTS = (*PACKAGES, "pyproject.toml", "README.md", "LICENSE")
LEFT_OUT = re.compile(
    r"(/README\.md|/\.sqlfluff|^search_ui/pictures/.*|^dbt_models/(target|logs|table_definitions)/.*)$"
)

ARTICLE = (
    b"<html><head><title>A driver for the bus [LWN.net]</title></head><body><div class='PageHeadline'><h1>A driver for the bus"
    b"</h1></div><div class='ArticleText'><div class='FeatureByline'>By <b>A Writer</b><br>March 4, 2009</div>"
    b"<p>The driver for the bus was merged in Linux 2.6.29 and has been rewritten since, says its developer.</p></div></body></html>"
)
MIB = 1024 * 1024

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


@dataclass(frozen=True, slots=True)
class Installed:
    """The program of the wheel, the home that it built, what the build said, and the files of its environment before that."""

    program: str
    home: Path
    build: subprocess.CompletedProcess[str]
    before: set[str]


@pytest.fixture(scope="module")
def installed(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    program, home, before = str(environment / "bin" / "klog"), folder / "archive", files(environment)
    pages = builds.write_small_warc(folder / "pages.warc.gz")
    with pages.open("ab") as file:
        file.write(faults())
    return Installed(program, home, run([program, "--home", str(home), "build", "--from", str(pages)], folder), before)


def faults() -> bytes:
    """Records of two good articles, with what cannot be read between them."""
    torn = record(1_000_003, ARTICLE)
    return (
        record(1_000_001, ARTICLE)
        + record(1_000_002, gzip.compress(bytes(100 * MIB)), ("Content-Encoding", "gzip"))
        + torn[: len(torn) // 2]
        + record(1_000_004, ARTICLE.replace(b"</p>", b" word" * (10 * MIB) + b"</p>"))
        + record(1_000_005, os.urandom(4000))
        + record(1_000_006, ARTICLE.replace(b"bus", b"link"))
    )


def record(number: int, body: bytes, *headers: tuple[str, str]) -> bytes:
    head = warc.http_head("HTTP/1.1 200 OK", [("Content-Type", "text/html; charset=utf-8"), *headers])
    return warc.response(f"https://lwn.net/Articles/{number}/", now(), head, body, [])[1]


def test_the_installed_wheel_builds_searches_and_shows_the_page(installed: Installed, environment: Path) -> None:
    found = run([installed.program, "--home", str(installed.home), "search", "Xen Dom0"])
    assert "Xen" in found.stdout
    with closing(serve(installed.home, [installed.program])) as served:
        assert next(served)
    assert files(environment) == installed.before  # a build writes to its home and the user's cache only


def test_pages_beside_faults_are_in_the_release(installed: Installed) -> None:
    statement = "SELECT url FROM documents WHERE url LIKE '%/Articles/100000%' ORDER BY url"
    rows = run_sql(Home(installed.home).release(), statement, Settings()).rows
    assert [url for (url,) in rows] == ["https://lwn.net/Articles/1000001/", "https://lwn.net/Articles/1000006/"]


def test_each_refusal_is_listed_with_its_reason_everywhere(installed: Installed) -> None:
    rows = run_sql(Home(installed.home).release(), "SELECT url, reason, detail FROM set_aside", Settings()).rows
    reasons = {url.rsplit("/", 2)[-2]: reason for url, reason, _ in rows if "/Articles/100000" in url}
    assert reasons == {"1000002": "too_large", "1000004": "too_large", "1000005": "not_html"}
    assert any(reason == "warc" and "pages.warc.gz" in url for url, reason, _ in rows)
    assert all(detail for _, _, detail in rows)
    status = json.loads(run([installed.program, "--home", str(installed.home), "status", "--json"]).stdout)
    assert {row["url"] for row in status["ledger"]["set_aside"]} == {url for url, _, _ in rows}


def test_no_process_of_a_build_takes_more_than_a_gibibyte_and_a_half(installed: Installed) -> None:
    assert installed.build.returncode == 0
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 1.5 * MIB  # in KiB


def test_the_wheel_has_every_file_of_the_packages(environment: Path) -> None:
    (packages,) = environment.glob("lib/*/site-packages")
    for package in PACKAGES:
        expected = {path for path in files(ROOT / package, ROOT) if not LEFT_OUT.search(path)}
        assert expected <= files(packages / package, packages)


def run(command: list[str], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, cwd=cwd, env=given(), capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done


def given() -> dict[str, str]:
    """The environment of a user who has set nothing but that hosts of the sample stand for real ones."""
    ours = ("KLOG_", "PREFECT_", "PYTHON")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "KLOG_HOST_ALIASES": builds.ALIASES}


def files(folder: Path, root: Path | None = None) -> set[str]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {str(path.relative_to(root or folder)) for path in paths}
