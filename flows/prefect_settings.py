"""Prefect's server of the user's settings: environment, `.env`, `prefect.toml` or the active profile, as Prefect reads them."""

from base64 import b64encode
from dataclasses import dataclass

from warehouse.errors import UsageError


@dataclass(frozen=True, slots=True)
class NamedServer:
    """The address of a server, None if there is none, and the headers that let us in."""

    url: str | None
    headers: dict[str, str]


def named_server() -> NamedServer:
    """Return the server that Prefect's settings name now.

    Raises:
        UsageError: a setting cannot be read.
    """
    from prefect.settings import Settings  # here, because importing it takes a second
    from pydantic import ValidationError

    try:
        api = Settings().api
    except ValidationError as error:
        wrong = error.errors()[0]
        name = "_".join(str(one) for one in wrong["loc"]).upper()
        raise UsageError(
            f"Prefect's setting {name} is {wrong['input']!r}: {wrong['msg']}. See: prefect config view"
        ) from error
    headers = {}
    if api.key is not None:
        headers["Authorization"] = f"Bearer {api.key.get_secret_value()}"
    elif api.auth_string is not None:
        headers["Authorization"] = f"Basic {b64encode(api.auth_string.get_secret_value().encode()).decode()}"
    return NamedServer((api.url or "").rstrip("/") or None, headers)
