"""Addresses that a stage lists, a few hundred at a time."""

from collections.abc import AsyncIterator
from unittest.mock import AsyncMock, Mock

import pytest

from flows.web.network import LISTED_AT_ONCE, Web
from flows.web.origin import Listed
from warehouse.errors import FetchFailed


class Numbers:
    """A stage whose parts are numbers: as many addresses are listed, and then the list breaks off if the number is odd."""

    def parts(self) -> list[str]:
        return [str(number) for number in range(2 * LISTED_AT_ONCE + 1)]

    async def list_part(self, client: object, part: str) -> AsyncIterator[Listed]:
        for number in range(int(part)):
            yield Listed(f"http://h-online.example/{number}", None, "cdx", part)
        if int(part) % 2:
            raise FetchFailed("the list breaks off", reason="cdx")


@pytest.fixture
def client() -> Mock:
    return Mock(aclose=AsyncMock())


@pytest.fixture
def web(client: Mock) -> Web:
    return Web("numbers", [Numbers()], lambda: client)


@pytest.mark.parametrize("number", [0, 2, LISTED_AT_ONCE, LISTED_AT_ONCE + 2, 2 * LISTED_AT_ONCE])
def test_every_address_is_listed_once_and_in_order(web: Web, client: Mock, number: int) -> None:
    found = [one.url for one in web.discover(str(number))]
    assert found == [f"http://h-online.example/{one}" for one in range(number)]
    client.aclose.assert_awaited_once()


@pytest.mark.parametrize("number", [1, LISTED_AT_ONCE + 1])
def test_what_arrived_before_an_error_is_listed(web: Web, client: Mock, number: int) -> None:
    found = []
    with pytest.raises(FetchFailed, match="breaks off"):
        found.extend(one.url for one in web.discover(str(number)))
    assert found == [f"http://h-online.example/{one}" for one in range(number)]
    client.aclose.assert_awaited_once()


def test_a_list_that_nobody_wants_to_the_end_is_closed(web: Web, client: Mock) -> None:
    listing = web.discover("4")
    next(listing)
    listing.close()
    client.aclose.assert_awaited_once()
