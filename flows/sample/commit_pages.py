"""Commits in the markup of gitweb, cgit and GitHub, and as a raw patch."""

import html
from collections.abc import Callable
from dataclasses import dataclass

from flows.sample.moments import Moment, read_moment
from flows.sample.texts import SAMPLE_NOTE, SampleCapture, SampleText

_PAGE = (
    '<!DOCTYPE html>\n<html><head><meta http-equiv="content-type" content="text/html; charset=@CHARSET@"/>'
    "<title>{title}</title></head><body>\n{content}\n</body></html>\n"
)


@dataclass(frozen=True, slots=True)
class _Commit:
    """The fields of a commit that every markup shows; texts are escaped for HTML except ``message``."""

    text: SampleText
    subject: str
    message: str
    author: str
    committer: str
    authored: Moment
    committed: Moment
    tree: str
    parent: str
    files: list[tuple[str, int, int]]

    @property
    def sha(self) -> str:
        return self.text["sha"]

    @property
    def repo(self) -> str:
        return self.text["repo"]

    @property
    def summary(self) -> str:
        """The counts of changes, such as ``2 files changed, 12 insertions, 3 deletions``."""
        added, removed = sum(f[1] for f in self.files), sum(f[2] for f in self.files)
        return f"{len(self.files)} files changed, {added} insertions, {removed} deletions"


def commit_page(text: SampleText, capture: SampleCapture) -> str:
    """Return the commit in the markup of the site in ``capture.markup``."""
    dresses: dict[str, Callable[[_Commit], str]] = {
        "gitweb": _gitweb, "cgit": _cgit, "github": _github, "patch": _patch,
    }  # fmt: skip
    if capture.markup not in dresses:
        raise ValueError(f"{text.name}: a commit has no markup {capture.markup!r}; choose from {' '.join(dresses)}")
    return dresses[capture.markup](_commit(text))


def _commit(text: SampleText) -> _Commit:
    files = []
    for entry in text.items("files"):
        path, added, removed = (part.strip() for part in entry.split("|"))
        files.append((path, int(added), int(removed)))
    committer = text["committer"] or text["author"]
    return _Commit(
        text=text,
        subject=html.escape(text["title"], quote=False),
        message=f"{text.pages[0][1].rstrip()}\n\n{SAMPLE_NOTE}",
        author=html.escape(text["author"], quote=False),
        committer=html.escape(committer, quote=False),
        authored=text.dated,
        committed=read_moment(text["committed"]) if text["committed"] else text.dated,
        tree=text["sha"][::-1],
        parent=text["parent"] or text["sha"][20:] + text["sha"][:20],
        files=files,
    )


def _gitweb(commit: _Commit) -> str:
    def row(name: str, who: str, when: Moment) -> str:
        local = f" ({when.at:%H:%M} {when.offset})"
        utc = Moment(when.utc, "minute").rfc2822
        return f"<tr><td>{name}</td><td>{who}</td></tr>\n<tr><td></td><td> {utc}{local}</td></tr>\n"

    files = "".join(
        f'<tr class="dark"><td><a class="list" href="?p={commit.repo};a=blob;f={path}">{path}</a></td><td>'
        "</td>"
        '<td class="link"><a href="#p">patch</a> | <a href="#b">blob</a> | <a href="#h">history</a></td>'
        "</tr>\n"
        for path, _, _ in commit.files
    )
    content = (
        '<div class="page_header"><a href="http://git.kernel.example/"><img src="git-logo.png" alt="git">'
        "</a>"
        f'<a href="/">Public Git Hosting</a> - {commit.repo}/commit</div>\n'
        '<div class="page_nav">summary | shortlog | log | commit | <a href="?a=commitdiff">commitdiff</a>'
        " | tree<br/>(parent: "
        f'<a href="?a=commit;h={commit.parent}">{commit.parent[:7]}</a>) | <a href="?a=patch">patch</a>'
        "<br/></div>\n"
        f'<div class="header"><a class="title" href="?p={commit.repo};a=commitdiff;h={commit.sha}">'
        f"{commit.subject}</a></div>\n"
        '<div class="title_text"><table class="object_header">'
        f"\n{row('author', commit.author, commit.authored)}"
        f'{row("committer", commit.committer, commit.committed)}<tr><td>commit</td><td class="sha1">'
        f"{commit.sha}</td></tr>\n"
        f'<tr><td>tree</td><td class="sha1">{commit.tree}</td><td class="link">tree | snapshot</td></tr>\n'
        f'<tr><td>parent</td><td class="sha1">{commit.parent}</td><td class="link">commit | diff</td></tr>'
        "</table></div>\n"
        f'<div class="page_body">\n{commit.subject}<br/>\n<br/>\n{_broken(commit.message)}<br/></div>\n'
        f'<div class="list_head">{len(commit.files)} files changed:</div><table class="diff_tree">'
        f"\n{files}</table>\n"
        '<div class="page_footer">Unnamed repository; edit this file to name it for gitweb. RSS Atom</div>'
    )
    return _PAGE.format(title=f"git.kernel.example Git - {commit.repo}/commit", content=content)


def _broken(message: str) -> str:
    return "<br/>\n".join(html.escape(line, quote=False) for line in message.splitlines())


def _cgit(commit: _Commit) -> str:
    def row(name: str, who: str, when: Moment) -> str:
        stamp = f"{when.at:%Y-%m-%d %H:%M:%S} {when.offset}"
        return f"<tr><th>{name}</th><td>{who}</td><td class='right'>{stamp}</td></tr>\n"

    files = "".join(
        f"<tr><td class='mode'>-rw-r--r--</td><td class='upd'><a href='/diff/{path}'>{path}</a></td>"
        f"<td class='right'>{added + removed}</td>"
        f"<td class='graph'></td></tr>\n"
        for path, added, removed in commit.files
    )
    content = (
        "<div id='cgit'><table id='header'><tr><td class='logo' rowspan='2'><img src='/cgit.png' alt='cgit "
        "logo'/></td>"
        f"<td class='main'><a href='/cgit/'>index</a> : {commit.repo}</td></tr><tr><td class='sub'>"
        "Linux kernel source tree</td></tr></table>\n"
        "<table class='tabs'><tr><td><a href='../'>about</a><a href='../'>summary</a><a href='../refs/'>"
        "refs</a><a href='../log/'>log</a>"
        "<a href='../tree/'>tree</a><a class='active'>commit</a><a href='../diff/'>diff</a></td></tr>"
        "</table>\n<div class='content'>"
        f"<table class='commit-info'>\n{row('author', commit.author, commit.authored)}"
        f"{row('committer', commit.committer, commit.committed)}"
        f"<tr><th>commit</th><td colspan='2' class='sha1'><a href='?id={commit.sha}'>{commit.sha}</a>"
        f" (<a href='../patch/?id={commit.sha}'>patch</a>)</td></tr>\n"
        f"<tr><th>tree</th><td colspan='2' class='sha1'>{commit.tree}</td></tr>\n<tr><th>parent</th>"
        f"<td colspan='2' class='sha1'>{commit.parent}</td></tr></table>\n"
        f"<div class='commit-subject'>{commit.subject}</div><div class='commit-msg'>"
        f"{html.escape(commit.message, quote=False)}</div>\n"
        "<div class='diffstat-header'><a href='#d'>Diffstat</a></div>"
        f"<table summary='diffstat' class='diffstat'>{files}</table>\n"
        f"<div class='diffstat-summary'>{commit.summary}</div></div>\n<div class='footer'>"
        "generated by cgit v0.9</div></div>"
    )
    return _PAGE.format(title=f"{commit.repo} - Linux kernel source tree", content=content)


def _github(commit: _Commit) -> str:
    files = "".join(
        f'<li><span class="diffstat">+{added} -{removed}</span> <a href="#diff-{n}">{path}</a></li>\n'
        for n, (path, added, removed) in enumerate(commit.files)
    )
    name = html.escape(commit.text.author_name)
    content = (
        '<div class="header"><a href="/">github</a> <ul class="nav"><li>Explore</li><li>Features</li><li>'
        "Sign in</li></ul></div>\n"
        '<div class="title-actions-bar"><a href="/torvalds">torvalds</a> / <a href="/torvalds/linux">'
        "linux</a> Watch Fork</div>\n"
        f'<div class="commit full-commit"><p class="commit-title">{commit.subject}</p>\n'
        f'<div class="commit-desc"><pre>{html.escape(commit.message, quote=False)}</pre></div>\n'
        f'<div class="authorship"><span class="author-name">{name}</span>'
        f' authored <time datetime="{commit.authored.utc:%Y-%m-%dT%H:%M:%SZ}">'
        f"{commit.authored.american_day}</time></div>\n"
        f'<div class="sha-block">1 parent <a href="/torvalds/linux/commit/{commit.parent}">'
        f'{commit.parent[:7]}</a> commit <span class="sha">{commit.sha}</span></div></div>\n'
        f'<div id="toc"><p>Showing {commit.summary}.</p><ol>{files}</ol></div>\n<div id="footer">'
        "GitHub Inc. Terms of Service Privacy Security</div>"
    )
    return _PAGE.format(
        title=f"{commit.subject} &middot; {commit.sha[:7]} &middot; torvalds/linux &middot; GitHub",
        content=content,
    )


def _patch(commit: _Commit) -> str:
    message, _, diff = commit.message.removesuffix(SAMPLE_NOTE).rstrip().partition("\n===diff\n")
    stat = "".join(f" {path} | {added + removed}\n" for path, added, removed in commit.files)
    return (
        f"From {commit.sha} Mon Sep 17 00:00:00 2001\nFrom: {commit.text['author']}\nDate: "
        f"{commit.authored.rfc2822}\n"
        f"Subject: [PATCH] {commit.text['title']}\n\n{message.rstrip()}\n\n{SAMPLE_NOTE}\n---\n{stat} "
        f"{commit.summary}\n\n{diff.rstrip()}\n-- \n1.7.0\n"
    )
