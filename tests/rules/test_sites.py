"""Whoever names a site or a host from an address names the same."""

import duckdb
import httpx
import pytest

from flows.reading.urls import read_address
from flows.web.client import host_name
from warehouse.sites import HOST_ASKED, bare_address, forms_of, site_of

# An address, its site, the host that is asked.
CASES = [
    ("http://www.h-online.com/open/", "h-online.com", "www.h-online.com"),
    ("https://lwn.net/Articles/1/", "lwn.net", "lwn.net"),
    ("https://www.lwn.net/Articles/1/", "lwn.net", "www.lwn.net"),
    ("http://wwwold.example/a?b=http://other.example/", "wwwold.example", "wwwold.example"),
    ("http://localhost:8080/mine", "localhost", "localhost:8080"),
    ("http://www.a.example:81/", "a.example", "www.a.example:81"),
    ("http://a.example?x=1", "a.example", "a.example"),
]


@pytest.mark.parametrize(("url", "site", "host"), CASES)
def test_python_and_sql_name_one_site_and_one_host(url: str, site: str, host: str):
    address = read_address(url)
    assert site_of(url) == site_of(address.url) == address.host == site
    assert host_name(httpx.URL(address.url)) == host
    with duckdb.connect() as connection:
        assert connection.execute(f"SELECT {HOST_ASKED} FROM (SELECT ? AS url)", [address.url]).fetchone() == (host,)


@pytest.mark.parametrize(("url", "site", "host"), CASES)
def test_an_address_is_found_with_and_without_www(url: str, site: str, host: str):
    scheme, _, rest = url.partition("://")
    forms = [url, f"{scheme}://www.{rest.removeprefix('www.')}", url.replace("http:", "https:", 1), f"{url}#a", rest]
    assert {bare_address(form) for form in forms} == {bare_address(url)}
    assert url in forms_of(url)
