"""Prefect's server of a command says at once why it cannot start, and ends with the command."""

import os
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.prefect_server import own_server, prefect_environment
from warehouse.errors import KlogError


def test_without_the_loopback_interface_it_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError(101, "Network is unreachable")

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr("socket.create_connection", unreachable)
    (tmp_path / "prefect").mkdir()
    with pytest.raises(KlogError, match=r"Network is unreachable.*ip link set lo up"), own_server(tmp_path):
        pass


def test_what_prefect_needs_in_the_environment_ends_with_the_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def create_app(**_: object) -> None:
        asked.append(os.environ["PREFECT_API_URL"])
        raise KlogError("it does not start")

    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setitem(sys.modules, "prefect.server.api.server", SimpleNamespace(create_app=create_app))
    before = dict(os.environ)
    with pytest.raises(KlogError), prefect_environment(tmp_path), own_server(tmp_path):
        pass
    assert asked
    assert dict(os.environ) == before
