"""Settings: read once at the edge from `KLOG_*` environment variables, then passed in."""

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from platformdirs import user_state_path
from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict, SettingsError

from warehouse.errors import SettingError

MIB = 1024 * 1024
_WEB_ADDRESS = re.compile(r"https?://[^\s/?#@:\[\]]+(?::\d{1,5})?(?:[/?#]\S*)?\Z", re.IGNORECASE)
_STORE_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://(?![^/]*:[^/]*@)[^\s?#]*[^\s?#/]/*")  # without a password
_HOST_NAME = re.compile(r"[^\s:/?#@\[\]]+")


class Settings(BaseSettings):
    """All settings; the field descriptions are those in the README's table."""

    model_config = SettingsConfigDict(env_prefix="KLOG_", env_ignore_empty=True, frozen=True, extra="ignore")

    home: Path = Field(Path("archive"), description="the archive home")
    model: str = Field(
        "all-MiniLM-L6-v2",
        description="sentence-transformers model: the bundled name, a hub name or a folder",
    )
    model_revision: str | None = Field(None, description="revision of a hub model; none means its default")
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        "auto", description="arithmetic of the encoder; auto takes bfloat16 if the processor supports it"
    )
    threads: int = Field(0, ge=0, description="threads for encoding and SQL; 0 means one a core")
    cluster: str = Field(
        "",
        description="address of a Dask scheduler whose workers parse and encode, such as `tcp://10.0.0.5:8786`; none by default",
    )
    capture_store: str = Field(
        "",
        description="address of a store that captures and releases are put to, such as `s3://bucket/klog`: any that fsspec opens; "
        "none by default",
    )
    search_store: str = Field(
        "",
        description="folder or object store (`s3://bucket/folder`) for the vectors of releases, in Lance tables; none keeps them in the release",
    )
    batch_documents: int = Field(200, ge=1, description="pages per task")
    host_aliases: dict[str, str] = Field(
        default_factory=dict,
        description='hosts that stand for others, as JSON: {"h-online.example": "h-online.com"}',
    )

    contact: str = Field("", description="an address or e-mail put into the User-Agent; set it before a real run")
    wayback_base: str = Field(
        "https://web.archive.org", description="base address of the web archive (Wayback CDX and replay)"
    )
    wayback_cdx: str = Field(
        "{base}/cdx/search/cdx", description="address of the web archive's CDX API; `{base}` is the base address"
    )
    wayback_replay: str = Field(
        "{base}/web/{timestamp}id_/{url}", description="address of a raw capture in the web archive"
    )
    wayback_window_days: float = Field(
        0, ge=0, description="days a capture may differ from the requested date; 0 takes the nearest, however far"
    )
    commoncrawl_collections: int = Field(
        8, ge=1, description="Common Crawl collections to search for one address, nearest in time first"
    )
    patience_s: float = Field(
        120,
        ge=0,
        description="longest pause of a host that a run waits for; hosts paused longer are left to the next run",
    )
    commoncrawl_base: str = Field("https://index.commoncrawl.org", description="Common Crawl's index service")
    commoncrawl_data: str = Field(
        "https://data.commoncrawl.org", description="where Common Crawl's WARC files are read"
    )
    nntp_server: str = Field(
        "",
        description="news server that is asked for the Message-IDs of numbers at gmane: `host`, `host:port` or "
        "`nntps://host`; none by default",
    )
    nntp_seconds: float = Field(1, ge=0, description="seconds between two requests to the news server")
    feeds: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="addresses of Atom and RSS feeds, separated by spaces, whose entries a build over the network takes in; "
        "none by default",
    )
    thread_replies: int = Field(
        100, ge=0, description="replies to a cited mail that are taken in from a mail archive with it"
    )
    limiter: Path = Field(
        user_state_path("kernel-log-archive") / "limiter.sqlite",
        description="file that all runs share to stay within the limits together",
    )
    cdx_per_minute: float = Field(20, gt=0, description="CDX requests a minute to the web archive")
    captures_per_second: float = Field(4, gt=0, description="captures a second from the web archive")
    live_seconds: float = Field(2, ge=0, description="seconds between two requests to one live host")
    live_hosts: int = Field(8, ge=1, description="live hosts fetched from at once")
    connect_timeout_s: float = Field(10, gt=0, description="seconds to connect")
    read_timeout_s: float = Field(30, gt=0, description="seconds without a byte before giving up")
    total_timeout_s: float = Field(120, gt=0, description="seconds for one address, redirects included")
    max_redirects: int = Field(8, ge=0, description="redirects followed for one address")
    max_sent_bytes: int = Field(16 * MIB, gt=0, description="bytes of one response as sent")
    max_body_bytes: int = Field(32 * MIB, gt=0, description="bytes of one response, decompressed")
    warc_bytes: int = Field(512 * MIB, gt=0, description="size at which a capture file is closed")

    keep_releases: int = Field(3, ge=1, description="newest releases kept")
    keep_days: int = Field(7, ge=0, description="days with a release of which the last release is kept too")
    min_share: float = Field(0.9, ge=0, le=1, description="share of the last release each kind must reach")
    sql_seconds: float = Field(20, gt=0, description="time limit of a statement in `klog sql` and the page")
    sql_rows: int = Field(10_000, ge=1, description="row limit of a statement")
    sql_memory: str = Field("1GB", pattern=r"^\d+(\.\d+)? ?[KMGT]i?B$", description="memory limit of a statement")
    log: Literal["off", "lines", "json"] = Field(
        "off", description="log of a build on standard error: `lines` or `json`, each entry with the id of the run"
    )
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="least important entries of the log; `DEBUG` names every document that is read"
    )
    alert: str = Field(
        "",
        description="where one message goes when a run fails: an address of Apprise, such as "
        "`jsons://hooks.example.org/klog` or `mailtos://user:password@mail.example.org?to=me@example.org`",
    )
    port: int = Field(8501, ge=1, le=65535, description="port of the page on this machine")

    @field_validator("host_aliases")
    @classmethod
    def _check_aliases(cls, aliases: dict[str, str]) -> dict[str, str]:
        for name in (*aliases, *aliases.values()):
            if not _HOST_NAME.fullmatch(name):
                raise ValueError(f"{name!r} is not a host name; expected only a name, without port, path or scheme")
        return aliases

    @field_validator("capture_store")
    @classmethod
    def _check_store(cls, address: str) -> str:
        if address and not _STORE_ADDRESS.fullmatch(address):
            raise ValueError(f"{address!r} is no address of a store; expected one such as s3://bucket/folder")
        return address.rstrip("/")

    @field_validator("search_store")
    @classmethod
    def _check_search_store(cls, address: str) -> str:
        if "://" in address:
            return cls._check_store(address)
        return str(Path(address).resolve()) if address else ""

    @field_validator("feeds", mode="before")
    @classmethod
    def _split_feeds(cls, feeds: Any) -> Any:
        return tuple(dict.fromkeys(feeds.split())) if isinstance(feeds, str) else feeds

    @field_validator("feeds")
    @classmethod
    def _check_feeds(cls, feeds: tuple[str, ...]) -> tuple[str, ...]:
        for feed in feeds:
            if not _WEB_ADDRESS.match(feed):
                raise ValueError(f"{feed!r} is not the address of a feed; expected http:// or https:// and a host")
        return feeds

    @field_validator("nntp_server")
    @classmethod
    def _check_nntp_server(cls, server: str) -> str:
        expected = "expected host, host:port, nntp://host or nntps://host"
        try:
            parts = urlsplit(server if "://" in server else f"nntp://{server}")
            host, port = parts.hostname or "", parts.port
        except ValueError as error:
            raise ValueError(f"{server!r} is not a news server; {expected}") from error
        is_plain = parts.scheme in ("nntp", "nntps") and not (parts.path or parts.query or parts.username)
        if server and not (is_plain and _HOST_NAME.fullmatch(host) and port != 0):
            raise ValueError(f"{server!r} is not a news server; {expected}")
        return server

    def __hash__(self) -> int:
        """Hash equal settings equally, including mappings, so that objects loaded for them can be cached."""
        return hash(self.model_dump_json())


def read_settings(**given: Any) -> Settings:
    """Return the settings from the environment, except those that are given.

    Raises:
        SettingError: a setting does not exist, or has a value that cannot be used; the message names it.
    """
    unknown = sorted(given.keys() - Settings.model_fields.keys())
    if unknown:
        raise SettingError(f"There is no setting {unknown[0]!r}; expected one of {', '.join(Settings.model_fields)}.")
    try:
        return Settings(**given)
    except ValidationError as error:
        wrong = error.errors()[0]
        name = f"KLOG_{wrong['loc'][0]}".upper()
        raise SettingError(f"{name} is {wrong['input']!r}: {wrong['msg']}. Set it to that, or unset it.") from error
    except SettingsError as error:
        raise SettingError(f"A setting is not valid JSON: {error}. See the README's table.") from error
