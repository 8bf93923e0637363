"""Convert the Markdown subset of the sample's bodies to HTML and plain text."""

import html
import re
from collections.abc import Iterator

_INLINE = re.compile(
    r"`(?P<code>[^`]+)`"
    r"|\[(?P<words>[^\[\]]+)\]\((?P<href>[^()\s]+)\)(?P<pdf>\{pdf\})?"
    r"|\*\*(?P<bold>\S(?:.*?\S)?)\*\*"
    r"|(?<![\w*])\*(?P<em>[^\s*](?:[^*]*[^\s*])?)\*(?![\w*])"
)
_IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]+)\)")
_FENCES = {"```": "```", ":::": ":::"}


def to_html(body: str, *, between: str = "\n", box: str = "box") -> str:
    """Return the body as HTML blocks joined by ``between``; ``box`` is the class of side boxes."""
    return between.join(_block(lines, between, box) for lines in _split(body))


def to_inline(text: str) -> str:
    """Return a run of text as HTML, with links, bold, emphasis and code converted and everything else escaped."""
    out, done = [], 0
    for match in _INLINE.finditer(text):
        out += [html.escape(text[done : match.start()], quote=False), _span(match)]
        done = match.end()
    return "".join(out) + html.escape(text[done:], quote=False)


def to_plain(body: str) -> str:
    """Return the body as plain text, with each link as its words followed by its address."""
    text = _INLINE.sub(_plain_span, body)
    return re.sub(r"^## ", "", text, flags=re.MULTILINE)


def _split(body: str) -> Iterator[list[str]]:
    block: list[str] = []
    fence = ""
    for line in [*body.splitlines(), ""]:
        mark = line[:3]
        if fence:
            block.append(line)
            if line.strip() == fence:
                yield block
                block, fence = [], ""
        elif mark in _FENCES:
            if block:
                yield block
            block, fence = [line], _FENCES[mark]
        elif line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if fence:
        raise ValueError(f"a block opened by {block[0]!r} is never closed")


def _block(lines: list[str], between: str, box: str) -> str:
    first = lines[0]
    if first.startswith("```"):
        return "<pre>" + html.escape("\n".join(lines[1:-1]), quote=False) + "</pre>"
    if first.startswith(":::"):
        title = first.removeprefix("::: box").strip()
        head = f"<h4>{to_inline(title)}</h4>{between}" if title else ""
        inner = to_html("\n".join(lines[1:-1]), between=between, box=box)
        return f'<div class="{box}">{head}{inner}</div>'
    if heading := re.match(r"(#{2,3}) (.+)", first):
        return f"<h{len(heading[1]) + 1}>{to_inline(heading[2])}</h{len(heading[1]) + 1}>"
    if image := _IMAGE.fullmatch(first.strip()):
        return f'<img src="/imgs/{image[2]}" alt="{html.escape(image[1])}" width="120" height="90">'
    if first.startswith("- "):
        return "<ul>" + "".join(f"<li>{to_inline(item)}</li>" for item in _items(lines)) + "</ul>"
    if first.startswith("|"):
        return _table(lines)
    if first.startswith("> "):
        quoted = " ".join(line.removeprefix("> ") for line in lines)
        return f"<blockquote><p>{to_inline(quoted)}</p></blockquote>"
    return f"<p>{to_inline(' '.join(line.strip() for line in lines))}</p>"


def _items(lines: list[str]) -> list[str]:
    items: list[str] = []
    for line in lines:
        if line.startswith("- "):
            items.append(line[2:].strip())
        else:
            items[-1] += " " + line.strip()
    return items


def _table(lines: list[str]) -> str:
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    head = "".join(f"<th>{_cell(cell)}</th>" for cell in rows[0])
    body = "".join("<tr>" + "".join(f"<td>{_cell(c)}</td>" for c in row) + "</tr>" for row in rows[2:])
    return f'<table border="1"><tr>{head}</tr>{body}</table>'


def _cell(text: str) -> str:
    return re.sub(r"\^(\w+)\^", r"<sup>\1</sup>", to_inline(text))


def _span(match: re.Match[str]) -> str:
    if match["code"]:
        return f"<code>{html.escape(match['code'], quote=False)}</code>"
    if match["bold"]:
        return f"<b>{to_inline(match['bold'])}</b>"
    if match["em"]:
        return f"<i>{to_inline(match['em'])}</i>"
    label = '<span class="filetype">PDF</span>' if match["pdf"] else ""
    return f'<a href="{html.escape(match["href"])}">{to_inline(match["words"])}</a>{label}'


def _plain_span(match: re.Match[str]) -> str:
    if match["href"]:
        return f"{match['words']} <{match['href']}>"
    return match["code"] or match["bold"] or match["em"]
