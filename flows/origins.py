"""The origins of a run: those named by `--from`, `--addresses`, `--mail`, `--git` and KLOG_FEEDS, in the order in which they are tried."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

from flows import sample
from flows.git.origin import open_clone
from flows.mail_archives.origin import MailArchive
from flows.web.addressfile import AddressFile
from flows.web.client import Client
from flows.web.commoncrawl import CommonCrawl
from flows.web.feeds import Feeds
from flows.web.fetch_scheduler import Stage
from flows.web.limiter import Limiter
from flows.web.live import Live
from flows.web.network import Web
from flows.web.origin import Origin
from flows.web.release_pages import RELEASE_PAGES, ReleasePages
from flows.web.warcfile import WarcFile
from flows.web.wayback import Wayback
from warehouse.errors import UsageError
from warehouse.settings import Settings

SAMPLE = "sample"
AUTO = "auto"
LOCAL = "local"
PLACES: dict[str, tuple[Callable[[Settings], Stage], ...]] = {
    "wayback": (Wayback,),
    "commoncrawl": (CommonCrawl,),
    "live": (Live,),
    AUTO: (Wayback, CommonCrawl, Live),
    RELEASE_PAGES: (),
    LOCAL: (),
}
"""Names for `--from` that are no files, with the stages of each in order.

Two have none: kernelnewbies lists addresses that the others fetch, and local asks nothing of the network.
"""


class Sample(WarcFile):
    """The bundled sample, identified by its content alone, wherever and whenever the program was installed."""

    def parts(self) -> list[str]:
        """Return one part: the digest of the bundled file."""
        return [f"{SAMPLE} {hashlib.sha256(self.path.read_bytes()).hexdigest()}"]


def open_origins(
    sources: Sequence[str],
    settings: Settings,
    *,
    addresses: Path | None = None,
    mail: Sequence[Path] = (),
    git: Sequence[Path] = (),
) -> tuple[Origin, ...]:
    """Return the origins in the order to try them, local ones first. No file is opened and no request is made.

    Raises:
        UsageError: a source is not a file and not one of the names, or only lists addresses, or a clone is not a git repository.
    """
    local: list[Origin] = [MailArchive(path, settings.max_sent_bytes, settings.host_aliases) for path in mail]
    local += [open_clone(path, settings.max_sent_bytes) for path in git]
    if addresses is not None:
        local.append(AddressFile(addresses))
    stages: list[Stage] = []
    for name in sources:
        if name == RELEASE_PAGES:
            local.append(ReleasePages())
        elif name in PLACES:
            stages += [make(settings) for make in PLACES[name]]
        else:
            local.append(_local(name, settings))
    if RELEASE_PAGES in sources and not stages:
        raise UsageError(
            f"--from {RELEASE_PAGES} lists addresses, and nothing else was named to fetch them from; expected also, for example:"
            f" --from {AUTO}"
        )
    if not stages:
        return tuple(local)
    if settings.feeds:
        local.append(Feeds(settings, lambda: _client(settings)))
    return (*local, Web("+".join(name for name in sources if PLACES.get(name)), stages, lambda: _client(settings)))


def is_place(name: str) -> bool:
    """Return whether a source is one of the names, and no file."""
    return name in PLACES


def _local(name: str, settings: Settings) -> Origin:
    if name == SAMPLE:
        return Sample(sample.SAMPLE_WARC, settings.max_sent_bytes, SAMPLE)
    path = Path(name)
    if path.is_file():
        return WarcFile(path.resolve(), settings.max_sent_bytes, path.name)
    names = ", ".join(PLACES)
    raise UsageError(f"--from {name}: no such file; expected sample, {names}, or a WARC, ARC or WACZ file.")


def _client(settings: Settings) -> Client:
    return Client(settings, Limiter(settings.limiter))
