"""One message when a run fails, to the webhook, mailbox or other service that `KLOG_ALERT` names."""

import warnings
from typing import Any

from warehouse.errors import SettingError

MOST_CHARACTERS = 4_000


def check_alert(address: str) -> None:
    """Check that messages can be sent to an address, without sending one.

    Raises:
        SettingError: it names no service that is known.
    """
    if address and not _service(address):
        raise SettingError(
            "KLOG_ALERT does not name a service; expected an address of Apprise, such as jsons://hooks.example.org/klog or "
            "mailtos://user:password@mail.example.org?to=me@example.org"
        )


def send_alert(address: str, title: str, message: str) -> bool:
    """Send a message once; return whether it was taken. Nothing is sent without an address."""
    service = _service(address) if address else None
    return service is not None and bool(service.notify(title=title, body=message[:MOST_CHARACTERS]))


def _service(address: str) -> Any | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it imports modules that Python is about to drop
        import apprise  # here, because most runs send nothing; Prefect requires it

        service = apprise.Apprise()
        return service if service.add(address) else None
