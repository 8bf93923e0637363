"""However a command ends: an exit code and one sentence, never a traceback."""

import os
import signal
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

import flows.cli
from flows.cli import cli
from warehouse.errors import GateFailed, HomeHeld, QueryRefused, QueryStopped, Terminated, Wait


def end_with(error: BaseException, home: Path, monkeypatch: pytest.MonkeyPatch) -> Result:
    @click.command("build")
    def command() -> None:
        raise error

    monkeypatch.setattr(flows.cli._Commands, "get_command", lambda *_: command)
    return CliRunner().invoke(cli, ["--home", str(home), "build"])


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (KeyboardInterrupt(), 130, "stopped by Ctrl-C; completed work is kept. Run the same command again."),
        (Terminated(), 143, "stopped by SIGTERM; completed work is kept. Run the same command again."),
        (GateFailed("the check x failed"), 1, "the check x failed"),
        (QueryRefused("one query is answered"), 2, "one query is answered"),
        (QueryStopped("it ran too long"), 1, "it ran too long"),
        (HomeHeld("another run holds it"), 3, "another run holds it"),
        (Wait("wait a minute", host="x.example", retry_after_s=60), 4, "wait a minute"),
        (OSError(28, "No space left on device", "/x"), 1, "/x: No space left on device. Fix this"),
        (ValueError("odd\x1b[2J"), 1, "ValueError: odd\N{REPLACEMENT CHARACTER}[2J"),
    ],
)  # fmt: skip
def test_an_error_ends_in_its_code_and_one_sentence(
    error: BaseException, code: int, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = end_with(error, tmp_path, monkeypatch)
    assert ended.exit_code == code
    (sentence,) = ended.stderr.splitlines()
    assert sentence.startswith(f"klog: {said.format(home=tmp_path)}")


@pytest.mark.parametrize("link", ["__cause__", "__context__"])
def test_an_error_that_a_signal_led_to_ends_as_the_signal_asks(
    link: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interrupted = RuntimeError("Query interrupted")
    setattr(interrupted, link, Terminated())
    assert end_with(interrupted, tmp_path, monkeypatch).exit_code == 143


def test_a_fault_of_ours_is_written_down_in_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = end_with(ZeroDivisionError("by zero"), tmp_path, monkeypatch)
    assert str(tmp_path / "klog-error.log") in ended.stderr
    assert "Traceback" in (tmp_path / "klog-error.log").read_text()
    assert "Traceback" not in ended.output


def test_a_fault_without_a_home_is_written_down_beside_other_temporary_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert "klog-error-" in end_with(ZeroDivisionError(), tmp_path / "none", monkeypatch).stderr
    assert len(list(tmp_path.glob("klog-error-*.log"))) == 1


def test_sigterm_unwinds_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @click.command("build")
    def command() -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        signal.pause()

    before = signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(flows.cli._Commands, "get_command", lambda *_: command)
    try:
        assert CliRunner().invoke(cli, ["--home", str(tmp_path), "build"]).exit_code == 143
    finally:
        signal.signal(signal.SIGTERM, before)


def test_the_page_of_a_home_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ended = CliRunner().invoke(cli, ["--home", str(tmp_path / "nowhere"), "ui"])
    assert ended.exit_code == 2
    assert "There is no archive at" in ended.stderr
