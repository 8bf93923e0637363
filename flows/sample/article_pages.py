"""Everything else that issues link to, as HTML or plain text: LWN, wikis, blogs, notes, bugs, project pages."""

import html
import re

from flows.sample.body import to_html, to_plain
from flows.sample.moments import MONTHS, WEEKDAYS
from flows.sample.texts import SAMPLE_NOTE, Capture, SampleText

_START = '<html><head><title>{title}</title><meta http-equiv="Content-Type" content="text/html; charset=@CHARSET@"></head><body>\n'
_NOTE = f'<p class="note">{SAMPLE_NOTE}</p>'
_STOCK_COMMENT = ["Thanks for the write-up, this answers a question I had for weeks."]


def lwn_page(text: SampleText, capture: Capture) -> str:
    """An article of LWN with its index entries and readers' comments."""
    number = capture.url.rstrip("/").rpartition("/")[2]
    index = "".join(
        f'<tr><td><a href="/Kernel/Index">Kernel</a></td><td><a href="/Kernel/Index#{e.replace("/", "-")}">{e}</a></td></tr>\n'
        for e in text.items("index")
    )
    comments = "".join(
        f'<div class="CommentBox"><h3 class="CommentTitle">{_title(text)}</h3><p class="CommentPoster">Posted by a subscriber</p>'
        f'<div class="CommentBody"><p>{html.escape(comment)}</p></div></div>\n'
        for comment in text.items("comments") or _STOCK_COMMENT
    )
    byline = f"By <b>{text.author_name}</b><br>" if text["author"] else ""
    menu = "".join(
        f'<li><a href="/{n}/">{n}</a></li>'
        for n in ("Current", "Archives", "Search", "Kernel", "Security")
    )
    return (
        f"<!DOCTYPE html>\n{_START.format(title=_title(text) + ' [LWN.net]')}"
        f'<div id="menu"><a href="http://lwn.example/"><img src="/images/penguin.png" alt="LWN.net Logo"></a><ul class="navmenu">{menu}</ul></div>\n'
        f'<div class="maincolumn"><div class="PageHeadline"><h1>{_title(text)}</h1></div>\n<div class="ArticleText">\n'
        f'<div class="FeatureByline">{byline}{text.dated.american_day}</div>\n{_body(text)}\n'
        f'<table class="IndexEntries"><tr><th colspan="2">Index entries for this article</th></tr>\n{index}</table>\n'
        f'<br clear="all"><hr>(<a href="/login?target=/Articles/{number}/">Log in</a> to post comments)<p></p></div>\n{comments}</div>\n'
        '<center><span class="ReallySmall">Copyright &copy; Eklektix, Inc. Comments and public postings are copyrighted by their creators.</span></center>\n'
        "</body></html>\n"
    )


def kernelnewbies_page(text: SampleText, capture: Capture) -> str:
    """A MoinMoin page with its menus and its line of last change."""
    name = capture.url.partition("?")[0].rpartition("/")[2]
    if "action=print" in capture.url:
        return f"{_START.format(title=_title(text) + ' - Linux Kernel Newbies')}<div id='content'><h1>{_title(text)}</h1>\n{_body(text)}</div>{_changed(text)}</body></html>\n"
    return (
        f"{_START.format(title=_title(text) + ' - Linux Kernel Newbies')}"
        '<div id="header"><div id="logo"><a href="/KernelNewbies">Linux Kernel Newbies</a></div><ul id="navibar"><li>KernelNewbies</li>'
        "<li>RecentChanges</li><li>FindPage</li><li>HelpContents</li></ul>"
        f'<div id="pageline"><ul class="editbar"><li>Immutable Page</li><li>Info</li><li>Attachments</li></ul></div></div>\n'
        f'<div id="page" lang="en"><div id="locationline"><a href="/{name}">{name}</a></div><div dir="ltr" id="content" lang="en">'
        f'<h1 id="head-1">{_title(text)}</h1>\n{_body(text)}</div>\n{_changed(text)}</div>\n'
        '<div id="footer"><ul id="credits"><li>MoinMoin Powered</li><li>Python Powered</li><li>Valid HTML 4.01</li></ul></div></body></html>\n'
    )


def blog_page(text: SampleText, capture: Capture) -> str:
    """A post in the dress of the blog host that ``capture.markup`` names."""
    dresses = {
        "blogspot": _blogspot,
        "wordpress": _wordpress,
        "livejournal": _livejournal,
    }
    if capture.markup not in dresses:
        raise ValueError(
            f"{text.name}: a blog has no markup {capture.markup!r}; choose of {' '.join(dresses)}"
        )
    return dresses[capture.markup](text)


def note_page(text: SampleText, capture: Capture) -> str:
    """A release note: plain text as written (``text``) or HTML (``note``)."""
    if capture.markup == "text":
        return f"{text.pages[0][1].rstrip()}\n\n{SAMPLE_NOTE}\n"
    site = text["site"] or "Project news"
    return (
        f"{_START.format(title=f'{_title(text)} - {site}')}<div class='banner'>{site}: Home | Download | Documentation | Lists | Bugs</div>\n"
        f"<div class='release'><h1>{_title(text)}</h1>\n<p class='released'>{text.dated.american_day}</p>\n{_body(text)}</div>\n"
        f"<div class='foot'>Last edited {text.dated.day}. Hosted by volunteers.</div></body></html>\n"
    )


def bug_page(text: SampleText, capture: Capture) -> str:
    """A Bugzilla page: the form's fields, the description, the comments."""
    number, reporter = text["bug"], text.author_name
    fields = "".join(
        f'<tr><th class="field_label">{label}:</th><td>{html.escape(text[name])}</td></tr>\n'
        for label, name in (("Status", "status"), ("Resolution", "resolution"), ("Product", "product"), ("Component", "component"),
                            ("Kernel Version", "version"), ("Severity", "severity"))
        if text[name]
    )  # fmt: skip
    parts = re.split(r"^## (.+)$", text.pages[0][1], flags=re.MULTILINE)
    reported = f"{text.dated.utc:%Y-%m-%d %H:%M:%S UTC}"
    comments = [_bug_comment("Description", reporter, reported, parts[0])]
    for heading, words in zip(parts[1::2], parts[2::2], strict=True):
        name, _, when = heading.partition("|")
        comments.append(_bug_comment(name.strip(), reporter, when.strip(), words))
    return (
        f"{_START.format(title=f'{number} &ndash; {_title(text)}')}"
        '<div id="header"><div id="banner">Kernel Bug Tracker</div><ul class="links"><li>Home</li><li>New</li><li>Browse</li><li>Search</li><li>Log In</li></ul></div>\n'
        f'<div id="bugzilla-body"><div class="bz_alias_short_desc_container"><a href="show_bug.cgi?id={number}"><b>Bug&nbsp;{number}</b></a> - '
        f'<span id="short_desc_nonedit_display">{_title(text)}</span></div>\n<table class="edit_form">{fields}'
        f'<tr><th class="field_label">Reported:</th><td>{text.dated.utc:%Y-%m-%d %H:%M UTC} by {reporter}</td></tr></table>\n'
        f'<div id="comments">{"".join(comments)}</div>\n<p>{SAMPLE_NOTE}</p>\n<p>You need to log in before you can comment on or make changes to this bug.</p></div>\n'
        '<div id="footer"><ul><li>Home</li><li>New</li><li>Reports</li><li>Help</li></ul></div></body></html>\n'
    )


def project_page(text: SampleText, capture: Capture) -> str:
    """A project's page with menu and footer and, mostly, no date."""
    site = text["site"] or "Project"
    dated = (
        f"<p class='updated'>Updated {text.dated.day}</p>\n"
        if text["published"]
        else ""
    )
    return (
        f"<!DOCTYPE html>\n{_START.format(title=f'{_title(text)} | {site}')}<div id='masthead'><a href='/'>{site}</a></div>\n"
        "<div id='nav'><ul><li><a href='/'>Home</a></li><li><a href='/download'>Download</a></li><li><a href='/wiki'>Wiki</a></li><li><a href='/lists'>Mailing lists</a></li></ul></div>\n"
        f"<div id='main'><h1>{_title(text)}</h1>\n{dated}{_body(text)}</div>\n<div id='colophon'>All trademarks are property of their owners. Contact | Legal</div></body></html>\n"
    )


def _title(text: SampleText) -> str:
    return html.escape(text["title"], quote=False)


def _body(text: SampleText) -> str:
    return f"{to_html(text.pages[0][1])}\n{_NOTE}"


def _changed(text: SampleText) -> str:
    return f'<p id="pageinfo" class="info">last edited {text.dated.at:%Y-%m-%d %H:%M:%S} by SampleEditor</p>'


def _bug_comment(name: str, who: str, when: str, words: str) -> str:
    plain = html.escape(to_plain(words).strip(), quote=False)
    return (
        f'<div class="bz_comment"><div class="bz_comment_head"><span class="bz_comment_number">{name}</span> '
        f'<span class="bz_comment_user">{who}</span> <span class="bz_comment_time">{when}</span></div>\n'
        f'<pre class="bz_comment_text">{plain}</pre></div>\n'
    )


def _blogspot(text: SampleText) -> str:
    moment, site = text.dated, text["site"] or "A developer's notes"
    at = moment.at
    comments = "".join(
        f'<dt>Anonymous said...</dt><dd class="comment-body"><p>{html.escape(c)}</p></dd>'
        for c in _comments(text)
    )
    months = "".join(
        f"<li>{MONTHS[m]} {at.year} ({m + 1})</li>"
        for m in range(at.month - 1, max(at.month - 4, -1), -1)
    )
    return (
        f"{_START.format(title=f'{site}: {_title(text)}')}<div id='navbar'>Search This Blog | Next Blog | Create Blog | Sign In</div>\n"
        f"<div id='header'><h1 class='title'>{html.escape(site)}</h1></div>\n<div id='main'><div class='blog-posts hfeed'>"
        f"<h2 class='date-header'>{moment.weekday}, {moment.american_day}</h2>\n<div class='post hentry'><h3 class='post-title entry-title'>{_title(text)}</h3>\n"
        f"<div class='post-body entry-content'>{_body(text)}</div>\n<div class='post-footer'>Posted by <span class='fn'>{text.author_name}</span> at "
        f"<abbr class='published' title='{at.isoformat()}'>{at.hour % 12 or 12}:{at:%M} {'PM' if at.hour >= 12 else 'AM'}</abbr> | Email This | BlogThis!</div></div></div>\n"
        f"<div id='comments'><h4>{len(_comments(text))} comments:</h4><dl>{comments}</dl></div></div>\n<div id='sidebar'><h2>Blog Archive</h2><ul>{months}</ul>"
        f"<h2>Followers</h2></div><div id='footer'>Powered by Blogger.</div></body></html>\n"
    )


def _wordpress(text: SampleText) -> str:
    moment, site = text.dated, text["site"] or "Thoughts on file systems"
    comments = "".join(
        f'<li class="comment"><div class="comment-author vcard">A reader says:</div><p>{html.escape(c)}</p><div class="reply">Reply</div></li>'
        for c in _comments(text)
    )
    return (
        f"<!DOCTYPE html>\n{_START.format(title=f'{html.escape(site)} &raquo; {_title(text)}')}<div id='page'><div id='header'><h1><a href='/'>{html.escape(site)}</a></h1></div>\n"
        f"<div id='content' class='narrowcolumn'><div class='post'><h2 class='entry-title'>{_title(text)}</h2>\n<small class='entry-date'>{moment.american_day}</small>"
        f" by <span class='author'>{text.author_name}</span>\n<div class='entry'>{_body(text)}</div>\n<p class='postmetadata'>This entry was posted on {moment.weekday}, "
        f"{moment.american_day} at {moment.clock} and is filed under Linux. You can follow any responses to this entry through the RSS 2.0 feed.</p></div>\n"
        f"<h3 id='comments'>{len(_comments(text))} Responses to &#8220;{_title(text)}&#8221;</h3><ol class='commentlist'>{comments}</ol></div>\n"
        f"<div id='sidebar'><ul><li>Pages: About</li><li>Archives</li><li>Blogroll</li><li>Meta: Log in</li></ul></div>\n<div id='footer'>{html.escape(site)} is proudly powered by WordPress</div></div></body></html>\n"
    )


def _livejournal(text: SampleText) -> str:
    moment, site = text.dated, text["site"] or "journal"
    at = moment.at
    comments = "".join(
        f'<div class="ljcmt_full"><b>(Anonymous)</b> {html.escape(c)} (Reply) (Thread)</div>'
        for c in _comments(text)
    )
    return (
        f"{_START.format(title=f'{html.escape(site)} - {_title(text)}')}<table width='100%'><tr><td align='left'><b>{html.escape(site)}</b> ({text.author_name}) wrote,</td>"
        f"<td align='right'>@ <a href='/{at:%Y}/'>{at:%Y}</a>-<a href='/{at:%Y/%m}/'>{at:%m}</a>-<a href='/{at:%Y/%m/%d}/'>{at:%d}</a> {at:%H:%M:%S}</td></tr></table>\n"
        f"<p>Previous Entry | Add to memories | Tell a Friend | Next Entry</p><div class='entry'><b class='subject'>{_title(text)}</b>\n{_body(text)}</div>\n"
        f"<hr><p>({len(_comments(text))} comments | Leave a comment)</p>{comments}<p>{WEEKDAYS[at.weekday()]} | Log in | Create Account | Help</p></body></html>\n"
    )


def _comments(text: SampleText) -> list[str]:
    return text.items("comments") or _STOCK_COMMENT
