"""The first answer to a browser: the front page as HTML, to be read and asked while Streamlit's own front end loads.

Streamlit shows nothing until its scripts have loaded and ours has run, more than a second later. `first_answer.js` then hands over to
it what was typed. Every other address gets Streamlit's page as it is, told what to load ahead.
"""

import re
from collections.abc import AsyncIterator
from contextlib import suppress
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route
from streamlit.file_util import get_static_dir

from warehouse.errors import KlogError

_SCRIPTS = Path(get_static_dir()) / "static" / "js"
_DRAWN_WITH = ("Html", "TextInput")  # what Streamlit loads when it draws its first elements
_IMPORTED = re.compile(r'(?:from|import)\s*"\./([\w.-]+\.js)"')


def give(request: Request) -> StreamingResponse:
    """Answer with Streamlit's page; the browser loads its scripts while the front page is read from the archive."""
    is_front = all(name == "view" and value == "search" for name, value in request.query_params.multi_items())
    return StreamingResponse(_parts(is_front=is_front), media_type="text/html", headers={"cache-control": "no-cache"})


async def _parts(*, is_front: bool) -> AsyncIterator[str]:
    head, body = _page()
    yield head
    if is_front:
        with suppress(KlogError):  # the page shows the error
            yield await run_in_threadpool(_front)
    yield body


def _front() -> str:
    # Here, because it imports half of the page, and the server answers before.
    from search_ui.first_look import first_look

    return first_look()


@cache
def _page() -> tuple[str, str]:
    """Return Streamlit's page up to the beginning of its body, with what to load ahead, and the rest."""
    page = (Path(get_static_dir()) / "index.html").read_text(encoding="utf-8")
    page = page.replace("<title>Streamlit</title>", "<title>Kernel Log archive</title>")
    ahead = "".join(
        f'<link rel="modulepreload" crossorigin href="./static/js/{name}">' for name in needed() if name not in page
    )
    head, end, body = page.replace("</head>", f"{ahead}</head>").partition("<body>")
    return head + end, body


def needed() -> list[str]:
    """Return the names of the scripts with which Streamlit draws the front page, and of those that they import."""
    names = [path.name for start in _DRAWN_WITH for path in _SCRIPTS.glob(f"{start}.*.js")]
    for name in names:  # grows while it is read
        with suppress(OSError):
            names += [
                one for one in _IMPORTED.findall((_SCRIPTS / name).read_text(encoding="utf-8")) if one not in names
            ]
    return names


ROUTES = [Route("/", give)]
