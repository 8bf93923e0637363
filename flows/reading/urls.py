"""Clean and parse addresses: keep only the parts that identify the page.

The library `courlan` turns `http://` inside an address into `http:/`, breaks gitweb's parameters, and unifies only half as
many forms of one address (tests/flows/reading/test_urls_peer.py).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlsplit

from warehouse.errors import UsageError
from warehouse.sites import without_www

SHA = re.compile(r"[0-9a-f]{7,40}\Z")
"""A commit id, complete or abbreviated; git abbreviates to seven digits."""

_SCHEMELESS = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}(?::\d+)?(?:[/?#]|\Z)", re.IGNORECASE)
_PREFIX = re.compile(
    r"/(?:\d{14}|\d{4}\.\d\d\.\d\d-\d{6}|\d{4,13}(?=/https?:/)|(?<=/web/)(?:\d{1,13}\*?|\*))(?:[a-z]{2}_)?/"
    r"(?P<target>(?:https?:/|(?:[\w-]+\.)+[a-z]{2,}).*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_UNDATED_PREFIX = re.compile(
    r"https?://(?:[\w-]+\.)*(?:archive\.(?:org|is|today|ph|li|md|vn|fo)|waybackmachine\.org)(?::\d+)?/"
    r"(?:web/|save/|newest/|o/\w+/)?(?P<target>https?:/.*)\Z",
    re.IGNORECASE | re.DOTALL,
)
_CARRIED = re.compile(
    r"https?://(?:(?:www\.)?google\.[a-z.]{2,6}/url|(?:www\.)?webcitation\.org/\w+|lm?\.facebook\.com/l\.php|out\.reddit\.com/\w+"
    r"|duckduckgo\.com/l/|t\.umblr\.com/redirect)\?(?:[^#]*&)?(?:url|q|u|uddg|z)=(?P<target>https?(?::|%3A)[^&#]+)|"
    r"https?://[^/]+/search\?(?:[^#]*&)?q=cache:(?:[\w-]{8,}:)?(?P<cached>[^&+#]+)",
    re.IGNORECASE,
)
"""Redirects and caches of search engines, and archives, that have the address in a parameter."""
_ESCAPED_SCHEME = re.compile(r"/(https?)%3A(?://|%2F%2F)", re.IGNORECASE)
_ESCAPED_QUERY = re.compile(r"(?:%(?:25)?3F|(?<=\.html)&(?:amp;)?)(?=[\w.-]+(?:=|%(?:25)?3D))", re.IGNORECASE)
_TRACKING = re.compile(
    r"utm_\w+|(?:fb|g|d|ms|y|tw)cl(?:ick|s)?(?:k)?id|mc_[ce]id|wt[._]\w+|_ga|_gl|pk_\w+|piwik_\w+|igshid|"
    r"_openstat|xtor|cmpid|ns_(?:campaign|mchannel|source|linkname|fee)|from_?rss|rss",
    re.IGNORECASE,
)
_SESSION = re.compile(r"phpsessid|jsessionid|aspsessionid\w*|session_?id|oscsid|cfid|cftoken", re.IGNORECASE)
_SESSION_BY_VALUE = re.compile(r"[0-9a-f]{32}\Z", re.IGNORECASE)
_PATH_SESSION = re.compile(r";jsessionid=[^/?#]*", re.IGNORECASE)
_ENDS_WELL = re.compile(r"(?:\.html?|\.pdf|[^/.]/|\d|[)\]])\Z")
"""Ends of an address after which a full stop is punctuation; the dot of `Sun_Microsystems,_Inc.` belongs to the address."""
_ESCAPED_SIGNS_BEHIND = re.compile(r"(?:%(?:20|0[9AD]|22)){1,9}\Z", re.IGNORECASE)
_SIGNS_BEHIND = 3  # as in `(... Linux 3.1 (http://...).)`
_CONTROL = re.compile(r"[\x00-\x20\x7f]+")
_ESCAPED_PART = re.compile(r"%(?:26|3B)([\w-]{1,12})(?:=|%3D)", re.IGNORECASE)
_SLASHES = re.compile(r"//+")
_UNRESERVED = re.compile(r"%(2D|2E|5F|7E|3[0-9]|[46][1-9A-F]|[57][0-9A])", re.IGNORECASE)
_MOBILE_WIKI = re.compile(r"\A([\w-]+)\.m\.(wik[\w-]+\.org)\Z")
_INDEX_FILE = re.compile(r"/index\.(?:html?|php)\Z", re.IGNORECASE)
_DEFAULT_PORTS = {("http", 80), ("https", 443)}
_ARCHIVES_NESTED = 4


@dataclass(frozen=True, slots=True)
class Address:
    """A cleaned and parsed address.

    `url` is the given address, cleaned. `host` is lower-case, without `www.` and with aliases applied, for recognition
    only; `given_host` is without `www.` but not aliased, and includes a port. `path` and `fragment` are percent-decoded.
    `query` contains the first value of each parameter; `&` and `;`, escaped or not, separate parameters.
    """

    url: str
    host: str
    given_host: str
    path: str
    query: Mapping[str, str]
    fragment: str

    def on(self, *domains: str) -> bool:
        """Return whether the host is one of these domains or below one."""
        return any(self.host == domain or self.host.endswith("." + domain) for domain in domains)


def read_address(text: str, aliases: Mapping[str, str] | None = None) -> Address:
    """Return the address in `text` without archive prefixes, tracking and session parameters, default port and fragment.

    An address without a scheme (`lwn.net/Articles/322151/`) is read as http.

    Raises:
        UsageError: the text is not an http or https address.
    """
    url = _unwrap(_with_scheme(text))
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").rstrip(".").lower(), parts.port
    except ValueError as error:
        raise _no_address(text) from error
    if parts.scheme.lower() not in {"http", "https"} or not host:
        raise _no_address(text)
    path, query = parts.path, parts.query
    if ";" in path or "%" in path or "&" in path:
        path, query = _part_query(_PATH_SESSION.sub("", path), query)
        path = _UNRESERVED.sub(lambda match: unquote(match[0]), path)
    query = _kept_parameters(query) if query else ""
    scheme = parts.scheme.lower()
    authority = host if port is None or (scheme, port) in _DEFAULT_PORTS else f"{host}:{port}"
    if ":" in host:
        authority = authority.replace(host, f"[{host}]", 1)
    path = path or "/"
    return Address(
        url=f"{scheme}://{authority}{path}" + (f"?{query}" if query else ""),
        host=without_www(_aliased(without_www(host), aliases or {})),
        given_host=without_www(authority),
        path=_SLASHES.sub("/", unquote(path)),
        query=_first_values(query) if query else {},
        fragment=unquote(parts.fragment) if parts.fragment else "",
    )


def page_key(address: Address) -> str:
    """Return the key of an address without a key of its source: without scheme and `www.`, with sorted parameters."""
    parts = urlsplit(address.url)
    path = _INDEX_FILE.sub("/", parts.path).rstrip("/")
    query = "&".join(sorted(parts.query.split("&"))) if parts.query else ""
    host = _MOBILE_WIKI.sub(r"\1.\2", address.given_host)
    return f"{host}{path}" + (f"?{query}" if query else "")


def whole_number(text: str | None, *, default: int = 1) -> int:
    """Return a page number in an address, or the default if it is missing, zero, or has more than three digits."""
    return int(text) or default if text and re.fullmatch(r"[0-9]{1,3}", text) else default


def _with_scheme(text: str) -> str:
    url = _without_punctuation(text.strip().lstrip("(<[\"'").rstrip(">\"'"))
    if not url.isprintable() or " " in url:
        url = _CONTROL.sub("", url)
    if url.startswith(("http://", "https://")):
        return url
    if url.startswith("//"):
        return f"http:{url}"
    return f"http://{url}" if _SCHEMELESS.match(url) else url


def _without_punctuation(url: str) -> str:
    """Return the address without trailing punctuation and closing brackets of the sentence around it."""
    url = _ESCAPED_SIGNS_BEHIND.sub("", url) if "%" in url[-3:] else url
    for _ in range(_SIGNS_BEHIND):
        bare = url[:-1]
        is_stray = url.endswith((".", ",", ";", ":")) and _ENDS_WELL.search(bare)
        is_unopened = any(url.endswith(b) and url.count(a) < url.count(b) for a, b in (("(", ")"), ("[", "]")))
        if not (is_stray or is_unopened):
            break
        url = bare
    return url


def _unwrap(url: str) -> str:
    """Return the original address without the prefixes of web archives and redirects, which may be nested."""
    url = _ESCAPED_SCHEME.sub(r"/\1://", url) if "%3" in url else url
    for _ in range(_ARCHIVES_NESTED):
        if "http" not in url[8:] and "/web/" not in url and "cache:" not in url:
            break
        if carried := _CARRIED.match(url):
            target = unquote(carried["target"] or carried["cached"])
        elif match := _UNDATED_PREFIX.match(url) or _PREFIX.search(url):
            target = match["target"]
        else:
            break
        target = re.sub(r"\A(https?):/+", r"\1://", target, flags=re.IGNORECASE)
        url = target if "://" in target[:8] else f"http://{target}"
    return url


def _part_query(path: str, query: str) -> tuple[str, str]:
    """Return the path and the query, even if the question mark was stored percent-encoded (`...html%3Fpage=2`)."""
    match = _ESCAPED_QUERY.search(path)
    if match is None:
        return path, query
    escaped = path[match.end() :]
    while "%25" in escaped:
        escaped = escaped.replace("%25", "%")
    escaped = re.sub(r"%3D", "=", escaped, flags=re.IGNORECASE)
    escaped = re.sub(r"%26(?:amp;)?", "&", escaped, flags=re.IGNORECASE)
    return path[: match.start()], f"{escaped}&{query}" if query else escaped


def _kept_parameters(query: str) -> str:
    query = query.replace("&amp;", "&")
    kept = [part for part in query.split("&") if part and not _is_decoration(part)]
    return "&".join(kept)


def _is_decoration(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    if name.lower() in {"sid", "s"}:
        return bool(_SESSION_BY_VALUE.match(value))
    return bool(_TRACKING.fullmatch(name) or _SESSION.fullmatch(name))


def _first_values(query: str) -> Mapping[str, str]:
    values: dict[str, str] = {}
    query = _ESCAPED_PART.sub(r"&\1=", query) if "%" in query else query
    for name, value in parse_qsl(query.replace(";", "&"), keep_blank_values=True):
        values.setdefault(name, value)
    return values


def _aliased(host: str, aliases: Mapping[str, str]) -> str:
    """Return the real host of `host`, with the longest alias at its end (of whole labels) replaced."""
    labels = host.split(".")
    for start in range(len(labels)):
        suffix = ".".join(labels[start:])
        if suffix in aliases:
            return ".".join([*labels[:start], aliases[suffix]])
    return host


def _no_address(text: str) -> UsageError:
    shown = text if len(text) <= 80 else text[:77] + "..."
    return UsageError(
        f"{shown!r} is not an http or https address; expected one such as https://lwn.net/Articles/322151/"
    )
