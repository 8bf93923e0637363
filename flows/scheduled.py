"""The build as a Prefect deployment that runs itself at set times."""

from pathlib import Path
from typing import Any

from prefect import flow

from flows.start import start_run
from warehouse.settings import Settings


@flow(name="kernel-log-scheduled-build")
def scheduled_build(home: str) -> list[dict[str, Any]]:
    """Bring the archive at `home` up to date from what it was built from last; the report's rows come back."""
    _, rows = start_run(Settings(home=Path(home)))
    return rows


def serve_builds(settings: Settings, cron: str) -> None:
    """Run `scheduled_build` at the times of a cron line until the process is stopped."""
    scheduled_build.serve(name="kernel-log", cron=cron, parameters={"home": str(settings.home.resolve())}, limit=1)
