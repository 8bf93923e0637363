"""Steps of the flow run as plain calls, without Prefect: they work without their decorators.

As a program: `python -m tests.flows.web.steps HOME ADDRESSES SOURCE STEP...` for tests that kill it.
"""

import datetime as dt
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from prefect import Task

from flows.origins import open_origins
from flows.steps import check_links, discover, fetch, link, mails, numbers, parse
from flows.steps.run import Run
from warehouse.home import Home
from warehouse.settings import Settings

MODULES = {"discover": discover, "fetch": fetch, "parse": parse, "link": link, "check_links": check_links}

for module in (*MODULES.values(), mails, numbers):
    for name, thing in list(vars(module).items()):
        if isinstance(thing, Task):
            setattr(module, name, thing.fn)


def run_steps(
    home: Path,
    settings: Settings,
    sources: Sequence[str],
    steps: Sequence[str],
    *,
    addresses: Path | None = None,
    mail: Sequence[Path] = (),
    git: Sequence[Path] = (),
    recheck: bool = False,
    gmane_map: Path | None = None,
    all_mail: bool = False,
    relist_before: dt.datetime | None = None,
    recheck_before: dt.datetime | None = None,
    check_links_before: dt.datetime | None = None,
) -> Run:
    """Run steps on a home that is held meanwhile, as the flow does."""
    settings = settings.model_copy(update={"home": home})
    run = Run(
        run_id="test",
        home=Home(home),
        settings=settings,
        origins=open_origins(sources, settings, addresses=addresses, mail=mail, git=git),
        home_kind="archive",
        recheck=recheck,
        gmane_map=gmane_map,
        all_mail=all_mail,
        relist_before=relist_before,
        recheck_before=recheck_before,
        check_links_before=check_links_before,
    )
    with run.home.hold(), closing(run.readers):
        for step in steps:
            getattr(MODULES[step], step)(run)
    return run


if __name__ == "__main__":
    place, file, source, *names = sys.argv[1:]
    run_steps(Path(place), Settings(), [source], names, addresses=Path(file))
