"""Other pages that issues link to: LWN articles, wiki pages, release notes, bugs and project pages."""

import html
import re

from flows.sample.body import to_html, to_plain
from flows.sample.texts import SAMPLE_NOTE, SampleCapture, SampleText

START = (
    "<html><head><title>{title}</title>"
    '<meta http-equiv="Content-Type" content="text/html; charset=@CHARSET@"></head><body>\n'
)
_NOTE = f'<p class="note">{SAMPLE_NOTE}</p>'
_BUG_FIELDS = {
    "Status": "status",
    "Resolution": "resolution",
    "Product": "product",
    "Component": "component",
    "Kernel Version": "version",
    "Severity": "severity",
}
STOCK_COMMENT = ["Thanks for the write-up, this answers a question I had for weeks."]


def lwn_page(text: SampleText, capture: SampleCapture) -> str:
    """Return an LWN article with its index entries and readers' comments."""
    number = capture.url.rstrip("/").rpartition("/")[2]
    index = "".join(
        f'<tr><td><a href="/Kernel/Index">Kernel</a></td><td><a href="/Kernel/Index#{e.replace("/", "-")}">'
        f"{e}</a></td></tr>\n"
        for e in text.items("index")
    )
    comments = "".join(
        f'<div class="CommentBox"><h3 class="CommentTitle">{escaped_title(text)}</h3>'
        '<p class="CommentPoster">'
        "Posted by a subscriber</p>"
        f'<div class="CommentBody"><p>{html.escape(comment)}</p></div></div>\n'
        for comment in text.items("comments") or STOCK_COMMENT
    )
    byline = f"By <b>{text.author_name}</b><br>" if text["author"] else ""
    menu = "".join(f'<li><a href="/{n}/">{n}</a></li>' for n in ("Current", "Archives", "Search", "Kernel", "Security"))
    return (
        f"<!DOCTYPE html>\n{START.format(title=escaped_title(text) + ' [LWN.net]')}"
        '<div id="menu"><a href="http://lwn.example/"><img src="/images/penguin.png" alt="LWN.net Logo">'
        f'</a><ul class="navmenu">{menu}</ul></div>\n'
        f'<div class="maincolumn"><div class="PageHeadline"><h1>{escaped_title(text)}</h1></div>'
        '\n<div class="ArticleText">\n'
        f'<div class="FeatureByline">{byline}{text.dated.american_day}</div>\n{body_with_note(text)}\n'
        '<table class="IndexEntries"><tr><th colspan="2">Index entries for this article</th></tr>'
        f"\n{index}</table>\n"
        f'<br clear="all"><hr>(<a href="/login?target=/Articles/{number}/">Log in</a> to post comments)<p>'
        f"</p></div>\n{comments}</div>\n"
        '<center><span class="ReallySmall">Copyright &copy; Sample Press, Inc. Comments and public postings '
        "are copyrighted by their creators.</span></center>\n"
        "</body></html>\n"
    )


def kernelnewbies_page(text: SampleText, capture: SampleCapture) -> str:
    """Return a MoinMoin page with its menus and its "last edited" line."""
    name = capture.url.partition("?")[0].rpartition("/")[2]
    if "action=print" in capture.url:
        return (
            f"{START.format(title=escaped_title(text) + ' - Linux Kernel Newbies')}"
            f"<div id='content'><h1>{escaped_title(text)}</h1>"
            f"\n{body_with_note(text)}</div>{_changed(text)}</body></html>\n"
        )
    return (
        f"{START.format(title=escaped_title(text) + ' - Linux Kernel Newbies')}"
        '<div id="header"><div id="logo"><a href="/KernelNewbies">Linux Kernel Newbies</a></div>'
        '<ul id="navibar"><li>KernelNewbies</li>'
        "<li>RecentChanges</li><li>FindPage</li><li>HelpContents</li></ul>"
        '<div id="pageline"><ul class="editbar"><li>Immutable Page</li><li>Info</li><li>Attachments</li>'
        "</ul></div></div>\n"
        f'<div id="page" lang="en"><div id="locationline"><a href="/{name}">{name}</a></div>'
        '<div dir="ltr" id="content" lang="en">'
        f'<h1 id="head-1">{escaped_title(text)}</h1>\n{body_with_note(text)}</div>\n{_changed(text)}</div>\n'
        '<div id="footer"><ul id="credits"><li>MoinMoin Powered</li><li>Python Powered</li><li>'
        "Valid HTML 4.01</li></ul></div></body></html>\n"
    )


def note_page(text: SampleText, capture: SampleCapture) -> str:
    """Return a release note: plain text as written (``text``) or HTML (``note``)."""
    if capture.markup == "text":
        return f"{text.pages[0][1].rstrip()}\n\n{SAMPLE_NOTE}\n"
    site = text["site"] or "Project news"
    return (
        f"{START.format(title=f'{escaped_title(text)} - {site}')}<div class='banner'>"
        f"{site}: Home | Download | Documentation | Lists | Bugs</div>\n"
        f"<div class='release'><h1>{escaped_title(text)}</h1>\n"
        f"<p class='released'>{text.dated.american_day}</p>"
        f"\n{body_with_note(text)}</div>\n"
        f"<div class='foot'>Last edited {text.dated.day}. Hosted by volunteers.</div></body></html>\n"
    )


def bug_page(text: SampleText, _capture: SampleCapture) -> str:
    """Return a Bugzilla page with the fields of the form, the description and the comments."""
    number, reporter = text["bug"], text.author_name
    fields = "".join(
        f'<tr><th class="field_label">{label}:</th><td>{html.escape(text[name])}</td></tr>\n'
        for label, name in _BUG_FIELDS.items()
        if text[name]
    )
    parts = re.split(r"^## (.+)$", text.pages[0][1], flags=re.MULTILINE)
    reported = f"{text.dated.utc:%Y-%m-%d %H:%M:%S UTC}"
    comments = [_bug_comment("Description", reporter, reported, parts[0])]
    for heading, words in zip(parts[1::2], parts[2::2], strict=True):
        name, _, when = heading.partition("|")
        comments.append(_bug_comment(name.strip(), reporter, when.strip(), words))
    return (
        f"{START.format(title=f'{number} &ndash; {escaped_title(text)}')}"
        '<div id="header"><div id="banner">Kernel Bug Tracker</div><ul class="links"><li>Home</li><li>'
        "New</li><li>Browse</li><li>Search</li><li>Log In</li></ul></div>\n"
        '<div id="bugzilla-body"><div class="bz_alias_short_desc_container">'
        f'<a href="show_bug.cgi?id={number}"><b>Bug&nbsp;{number}</b></a> - '
        f'<span id="short_desc_nonedit_display">{escaped_title(text)}</span></div>\n<table class="edit_form">'
        f"{fields}"
        f'<tr><th class="field_label">Reported:</th><td>{text.dated.utc:%Y-%m-%d %H:%M UTC} by '
        f"{reporter}</td></tr></table>\n"
        f'<div id="comments">{"".join(comments)}</div>\n<p>{SAMPLE_NOTE}</p>\n<p>'
        "You need to log in before you can comment on or make changes to this bug.</p></div>\n"
        '<div id="footer"><ul><li>Home</li><li>New</li><li>Reports</li><li>Help</li></ul></div></body>'
        "</html>\n"
    )


def project_page(text: SampleText, _capture: SampleCapture) -> str:
    """Return a project's page with a menu and a footer, and with a date if the text has one."""
    site = text["site"] or "Project"
    dated = f"<p class='updated'>Updated {text.dated.day}</p>\n" if text["published"] else ""
    return (
        f"<!DOCTYPE html>\n{START.format(title=f'{escaped_title(text)} | {site}')}"
        f"<div id='masthead'><a href='/'>"
        f"{site}</a></div>\n"
        "<div id='nav'><ul><li><a href='/'>Home</a></li><li><a href='/download'>Download</a></li><li>"
        "<a href='/wiki'>Wiki</a></li><li><a href='/lists'>Mailing lists</a></li></ul></div>\n"
        f"<div id='main'><h1>{escaped_title(text)}</h1>\n{dated}{body_with_note(text)}</div>\n"
        "<div id='colophon'>"
        "All trademarks are property of their owners. Contact | Legal</div></body></html>\n"
    )


def escaped_title(text: SampleText) -> str:
    """Return the title escaped for HTML."""
    return html.escape(text["title"], quote=False)


def body_with_note(text: SampleText) -> str:
    """Return the body as HTML, with the sentence that marks it as a sample."""
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
