"""However a command ends: an exit code and one sentence, never a traceback."""

import os
import signal
import subprocess
import sys
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


# The signal comes when the command line is imported; what its handler was before, the program says.
INTERRUPTED = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.{handler})
class Interrupter:
    def find_spec(name, path, target=None):
        if name == "flows.cli":
            os.kill(os.getpid(), signal.SIGINT)
sys.meta_path.insert(0, Interrupter)
sys.argv = ["klog", "--version"]
from flows.entry_point import main
main()
"""


@pytest.mark.parametrize(
    ("handler", "code", "said"),
    [
        ("default_int_handler", 130, "klog: stopped by Ctrl-C before it began. Run the same command again.\n"),
        ("SIG_IGN", 0, ""),
    ],
)
def test_ctrl_c_while_the_program_is_imported_is_one_sentence(handler: str, code: int, said: str) -> None:
    done = subprocess.run([sys.executable, "-c", INTERRUPTED.format(handler=handler)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (code, said)


def test_ctrl_c_is_an_exception_again_once_the_program_is_imported() -> None:
    code = (
        "import signal, flows.cli; from flows.entry_point import main; "
        "flows.cli.main = lambda: print(signal.getsignal(signal.SIGINT) is signal.default_int_handler); main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert done.stdout == "True\n", done.stderr


def test_the_page_of_a_home_that_is_not_there_is_refused(tmp_path: Path) -> None:
    ended = CliRunner().invoke(cli, ["--home", str(tmp_path / "nowhere"), "ui"])
    assert ended.exit_code == 2
    assert "There is no archive at" in ended.stderr
