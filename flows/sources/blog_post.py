"""A blog post on its page: the blocks of the post, without comments and sidebars, and its title, author and date."""

import re
from collections.abc import Iterator, Sequence

from lxml import etree

from flows.reading.bylines import posted_by
from flows.reading.css_classes import Named, words_of
from flows.reading.frames import blocks_inside, frames_where, has_hint, has_hint_like, nearest_frames
from flows.reading.html import HtmlPage
from flows.reading.moments import PublishedMoment, read_moment
from flows.reading.visible import HEADINGS, Block, Visible
from flows.sources.document import one_line

_POST_HINTS = (
    "entry-content", "post-body", "post-content", "post_content", "entry-body", "entry_body", "entrybody", "entrytext", "entry-text",
    "entry_text", "storycontent", "asset-body", "asset-content", "b-singlepost-body", "aentry-post__text", "postbody", "blogbody",
    "journal-entry", "blosxombody", "blosxomentry", "entry", "post", "hentry", "asset", "blog-post", "article",
)  # fmt: skip
"""Classes and ids of the element that contains a post, narrowest first: WordPress, Blogger, LiveJournal, Movable Type etc."""
_COMMENTS = re.compile(
    r"(?:^|[\s_-])(?:comments?(?:list|block|s)?|commentlist|comment-body|respond|replies|responses|trackbacks?|pingbacks?|ljcmt\w*|b-leaf|disqus\w*)(?:$|[\s_-])"
)
_BESIDE = re.compile(
    r"(?:^|[\s_-])(?:sidebar\w*|side|nav\w*|menu|footer|foot|header|masthead|banner|widget\w*|blogroll|archives?|sharedaddy|share\w*|social|related\w*|jp-\w+|postmetadata|post-footer|entry-meta|post-meta|entry-footer|tags)(?:$|[\s_-])"
)
_TITLE_CLASSES = (
    "entry-title",
    "post-title",
    "entry_title",
    "posttitle",
    "storytitle",
    "subject",
    "entry-subject",
    "asset-name",
    "b-singlepost-title",
    "blosxomtitle",
    "title",
)
_AUTHOR_CLASSES = ("author", "fn", "post-author", "entry-author", "posted-by", "byauthor", "post_author")
_DATE_CLASSES = (
    "published",
    "entry-date",
    "date-header",
    "post-date",
    "postdate",
    "entry_date",
    "date",
    "timestamp",
    "post-timestamp",
    "updated",
    "datetime",
)
_BLOG_HEADER = re.compile(r"(?:^|\s)(?:header|masthead|banner|blog-title)")
_POSTER = re.compile(r"(?:^|\s)(?:user-?icon|username|userpic|(?:asset|entry)-?header)(?:$|\s)")
_NAME = re.compile(r"\S.{0,58}\S")  # longer ones are sentences about the author
_WROTE = re.compile(r"\((?P<name>[^()\n]{2,40})\) wrote\b|^(?P<user>[\w.-]{2,30}) wrote,", re.MULTILINE)
_BOILERPLATE = re.compile(
    r"^[\s(]*(?:posted (?:by|in|on|at)\b|filed under\b|this entry was posted\b|you can follow any responses|leave a (?:comment|reply|response)\b|tags?:|labels:"
    r"|categor(?:y|ies):|share this\b|like this:|email this\b|blogthis|share on |previous entry|next entry|add to memories|tell a friend|\d+ comments?\b"
    r"|no comments\b|post a comment|links to this post|reactions:|permalink\b|(?:both )?comments and pings|rss feed|current (?:mood|music|location):)",
    re.IGNORECASE,
)
_BOILERPLATE_WORDS = 60
_FIRST_BLOCKS, _DATED_WORDS = 4, 16  # where to look for the date inside a post
_SITE_GAP = re.compile(r"\s+[|«»·–—-]\s+|:\s+|\s»\s|\s&raquo;\s")


def post_blocks(visible: Visible, bar: str) -> list[Sequence[Block]]:
    """Return the blocks of the post, or of each post of a front page; empty if the page has no known post element.

    `bar` is the text of the title bar.
    """
    beside_of = nearest_frames(visible, lambda frame: _COMMENTS.search(frame.hint) or _BESIDE.search(frame.hint))
    present = {name for frame in visible.frames for name in frame.hint.split()}
    for hint in (hint for hint in _POST_HINTS if hint in present):
        post_of = nearest_frames(visible, has_hint(hint))
        posts: dict[int, list[Block]] = {}
        for block in visible.blocks:
            post = post_of[block.frame] if block.frame >= 0 else -1
            if block.text and post >= 0 and beside_of[block.frame] <= post:  # a box inside the post has a later number
                posts.setdefault(post, []).append(block)
        if posts:
            return _chosen(visible, list(posts.values()), bar)
    return []


def _chosen(visible: Visible, posts: Sequence[Sequence[Block]], bar: str) -> list[Sequence[Block]]:
    """Return the longest of the posts whose heading is in the title bar.

    If there are several headed posts and none is in the bar, return all of them with their headings.
    """
    end = -1
    headings: list[Block | None] = []
    for post in posts:
        above = (visible.blocks[place] for place in range(post[0].position, end, -1))
        headings.append(next((block for block in above if block.tag in HEADINGS and block.text), None))
        end = post[-1].position
    headed = [(heading, post) for heading, post in zip(headings, posts, strict=True) if heading is not None]
    named = [post for heading, post in headed if one_line(heading.text).lower() in bar.lower()]
    if len(headed) > 1 and not named:
        return [post if post[0] is heading else [heading, *post] for heading, post in headed]
    return [max(named or posts, key=lambda post: sum(len(block.text) for block in post))]


def post_title(page: HtmlPage, post: Sequence[Block], named: Named) -> str:
    """Return the heading of the post, else the longest part of the title bar."""
    names = _blog_names(page)
    called = [words for words in words_of(named, _TITLE_CLASSES, outside=_COMMENTS) if words not in names]
    in_bar = (words for words in called if words.lower() in page.title.lower())
    if found := next(in_bar, None) or next((words for words in called if len(words.split()) > 1), None):
        return found
    first = post[0].position if post else 0
    headings = [b for b in page.visible.blocks if b.tag in HEADINGS and b.text.strip() and b.position <= first]
    for block in reversed(headings):
        if one_line(block.text).lower() in page.title.lower() and one_line(block.text) not in names:
            return one_line(block.text)
    parts = [part for part in _SITE_GAP.split(page.title) if part.strip()]
    return max(parts, key=len, default=page.title).strip()


def post_author(page: HtmlPage, named: Named) -> str | None:
    """Return the author printed for the post, else the author of the page, else None."""
    visible = page.visible
    commented = frames_where(visible, has_hint_like(_COMMENTS))
    outside = [block for block in visible.blocks if block.frame < 0 or not commented[block.frame]]
    for block in outside:
        wrote = _WROTE.search(block.text)
        if wrote:
            return wrote["name"] or wrote["user"]
    for words in words_of(named, _AUTHOR_CLASSES, outside=_COMMENTS):
        name = re.sub(r"^(?:posted )?by\s+", "", words, flags=re.IGNORECASE)
        if _NAME.fullmatch(name) and not name.lower().endswith(("says:", "said...")):
            return name
    for block in outside:
        if len(block.text.split()) <= _BOILERPLATE_WORDS and (said := posted_by(block.text)):
            return said
    return page.meta("author", "article:author", "dc.creator") or _journal(page, named)


def _journal(page: HtmlPage, named: Named) -> str | None:
    """Return LiveJournal's poster: the one shown beside the entry, else the user whose name begins the title bar."""
    posters = (user for user in named.get("ljuser", ()) if _is_poster(user))
    if (poster := next(posters, None)) is not None:
        return one_line("".join(poster.itertext())) or None
    users = words_of(named, ("ljuser",), outside=_COMMENTS)
    return next(
        (user for user in users if page.title.lower().startswith((f"{user.lower()}:", f"{user.lower()} |"))), None
    )


def _is_poster(user: etree._Element) -> bool:
    """Return whether a user is in the box of an entry's poster and not in a comment."""
    around = [(above.get("class") or "").lower() for above in user.iterancestors()]
    return any(_POSTER.search(said) for said in around) and not any(_COMMENTS.search(said) for said in around)


def post_moments(page: HtmlPage, post: Sequence[Block], named: Named) -> Iterator[PublishedMoment | None]:
    """Yield candidate dates for the post.

    They are taken from attributes, then from lines outside the post (most precise first), then from its first lines.
    """
    for element in (element for name in _DATE_CLASSES for element in named.get(name, ())):
        said = element.get("datetime") or element.get("title") or element.get("content") or ""
        yield read_moment(said, origin="meta")
    yield read_moment(page.meta("article:published_time", "datepublished", "dc.date", "date") or "", origin="meta")
    inside = {block.position for block in post if not is_boilerplate(block)}
    visible = page.visible
    commented = frames_where(visible, has_hint_like(_COMMENTS))
    printed = [
        moment
        for block in visible.blocks
        if block.position not in inside
        and len(block.text.split()) <= _BOILERPLATE_WORDS
        and not (block.frame >= 0 and commented[block.frame])
        and (moment := read_moment(block.text))
    ]
    yield from sorted(printed, key=lambda moment: moment.precision != "minute")
    yield from (read_moment(block.text) for block in post[:_FIRST_BLOCKS] if len(block.text.split()) <= _DATED_WORDS)


def is_boilerplate(block: Block) -> bool:
    """Return whether a block is boilerplate that the blog software adds to every post."""
    return len(block.text.split()) <= _BOILERPLATE_WORDS and bool(_BOILERPLATE.match(block.text))


def _blog_names(page: HtmlPage) -> frozenset[str]:
    """Return the lines in the header of the page, which contain the blog's name and not a post's title."""
    headed = frames_where(page.visible, has_hint_like(_BLOG_HEADER))
    posts = frames_where(page.visible, has_hint(*_POST_HINTS))  # a header inside a post belongs to the post
    blocks = blocks_inside(page.visible.blocks, headed)
    return frozenset(one_line(block.text) for block in blocks if not posts[block.frame])
