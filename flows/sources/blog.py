"""Blogs: recognise their hosts and paths; a post has one key on all country domains and comment pages."""

import re
from collections.abc import Sequence

from flows.reading.css_classes import elements_by_class
from flows.reading.html import read_page
from flows.reading.language import language_of
from flows.reading.links import Identify
from flows.reading.moments import read_address_moment
from flows.reading.sections import assemble, parts_by_heading
from flows.reading.urls import Address, page_key
from flows.sources.blog_post import is_boilerplate, post_author, post_blocks, post_moments, post_title
from flows.sources.document import make_document, one_line, unquoted
from flows.sources.page import is_plain, modified, read_plain_page
from flows.sources.page_text import page_text
from flows.sources.source import Source
from warehouse.records import Capture, Document, Identity

_HOSTED = (
    "livejournal.com", "wordpress.com", "dreamwidth.org", "typepad.com", "tumblr.com", "posterous.com", "advogato.org",
    "blogs.com", "blog.com", "over-blog.com", "ghost.io", "substack.com", "svbtle.com", "write.as", "hatenablog.com",
    "canalblog.com", "blogger.com", "medium.com", "vox.com", "xanga.com", "blogage.de", "blogspot.com",
)  # fmt: skip
_BLOGSPOT = re.compile(r"(?P<name>(?:[\w-]+\.)+)blogspot\.(?:[a-z]{2,3}\.)?[a-z]{2,3}\Z")
_OWN = re.compile(
    r"(?:thunk\.org/tytso|kroah\.com/log|botchco\.com/agd5f|advogato\.org/person|mjg59\.(?:dreamwidth|livejournal)|"
    r"airlied\.livejournal|keithp\.com/blogs|0pointer\.(?:de|net)/blog|lucumr\.pocoo\.org/\d)"
)
_HOST = re.compile(r"(?:\A|\.)(?:blogs?|weblog|planet)\.(?!gmane\.)")  # blog.gmane.org lists a month's mail
_PATH = re.compile(
    r"/(?:blogs?|weblogs?|blog\d?|diary)(?:/|\.html?\Z|\.php\Z|\Z)|/journal/(?:\d{4}/|\Z)|/~[\w-]+/(?:blog|log)(?:/|\Z)"
)
_AFTER_POST = re.compile(r"/(?:comment-page-\d+|feed|trackback|amp|embed)/?\Z")
_ABOUT_COMMENTS = frozenset(
    [
        "replytocom",
        "thread",
        "view",
        "mode",
        "format",
        "nc",
        "style",
        "m",
        "showcomment",
        "commentpage",
        "cpage",
        "like_comment",
        "share",
        "spref",
    ]
)
_OLD_LIVEJOURNAL = re.compile(
    r"(?:livejournal\.com/(?:users/|community/|~)|(?:users|community)\.livejournal\.com/)(?P<user>[\w-]+)/(?P<rest>.*)\Z"
)
_JOURNAL = re.compile(r"https?://(?!www\.|users\.|community\.)(?P<user>[\w-]+)\.livejournal\.com/\d+\.html")
_SAME_HOST = {"0pointer.net": "0pointer.de"}


def identify(address: Address) -> Identity | None:
    """Return the post at an address of a blog, or None."""
    place = f"{address.host}{address.path}"
    is_blog = address.on(*_HOSTED) or _BLOGSPOT.match(address.host) or _OWN.match(place)
    if not (is_blog or _HOST.search(address.host) or _PATH.search(address.path)):
        return None
    return Identity("blog", _key(address), address.url)


def _key(address: Address) -> str:
    path, _, query = page_key(address).partition("?")
    host, _, path = path.partition("/")
    blogspot = _BLOGSPOT.match(address.host)
    if blogspot:
        host = f"{blogspot['name']}blogspot.com"
    elif old := _OLD_LIVEJOURNAL.match(f"{address.host}/{path}"):
        host, path = f"{old['user'].replace('_', '-')}.livejournal.com", old["rest"]
    elif address.given_host != address.host or host in _SAME_HOST:
        host = _SAME_HOST.get(address.host, address.host)
    path = _AFTER_POST.sub("", f"/{path}").rstrip("/")
    kept = "&".join(part for part in query.split("&") if part.partition("=")[0].lower() not in _ABOUT_COMMENTS)
    return f"{host}{path}" + (f"?{kept}" if kept else "")


def parse(identity: Identity, captures: Sequence[Capture], identify_link: Identify) -> Document:
    """Return the post with its title, and with its date and author if they are known; comments and sidebars are left out.

    Raises:
        PageSetAside: the page is not HTML, or has no words.
    """
    capture = captures[0]
    if is_plain(capture):
        return read_plain_page(identity, capture, identify_link)
    page = read_page(capture)
    posts = post_blocks(page.visible, page.title)
    blocks = [block for post in posts for block in post] or page_text(page)
    named = elements_by_class(page.root)
    title = post_title(page, blocks, named) if len(posts) < 2 else page.title
    kept = [block for block in blocks if not is_boilerplate(block) and one_line(block.text) != title]
    sections, links = assemble(parts_by_heading(kept), base=page.base(identity.url), identify=identify_link)
    return make_document(
        identity,
        capture,
        title=title,
        sections=unquoted(sections),
        links=links,
        author=post_author(page, named) or _journal(identity.url),
        moments=[*post_moments(page, blocks, named), read_address_moment(identity.url), modified(capture)],
        language=language_of("\n".join(section.text for section in sections), page.language),
        facts=page.decoded.facts,
    )


def _journal(url: str) -> str | None:
    """Return the user of a LiveJournal address; None for any other, including a community's, which has many authors."""
    match = _JOURNAL.match(url)
    return match["user"] if match else None


SOURCE = Source("blog", "blog", identify, parse)
