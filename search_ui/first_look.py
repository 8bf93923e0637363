"""What is shown of the front page before Streamlit has loaded: the same frame and lists, and a box to type into."""

import tomllib
from functools import cache
from pathlib import Path

from search_ui.frame import frame_html
from search_ui.resources import open_archive
from search_ui.views.front import front_html
from search_ui.views.search import names
from search_ui.views.search_form import BOX, PLACEHOLDER

_HERE = Path(__file__).parent


def first_look() -> str:
    """Return the front page of the current release as HTML for the beginning of a page's body.

    Raises:
        ArchiveMissing: there is no release, it is empty, or it cannot be read.
    """
    archive = open_archive()
    front = front_html(archive)
    names(archive)  # read ahead for Streamlit's first run
    return (
        f'<div id="first-look"><style>{_style()}</style><div class="stHtml">{frame_html("search", is_sample=archive.is_sample)}</div>'
        f'<form><input type="search" name="q" aria-label="{BOX}" placeholder="{PLACEHOLDER}" autocomplete="off"></form>'
        f'<div class="stHtml"><p class="filters">Filters</p>{front}</div></div><script>{_script()}</script>'
    )


@cache
def _style() -> str:
    theme = tomllib.loads((_HERE / "theme.toml").read_text(encoding="utf-8"))["theme"]
    colors = "".join(
        f"--{name}: light-dark({theme['light'][key]}, {theme['dark'][key]});"
        for name, key in (
            ("paper", "backgroundColor"),
            ("field", "secondaryBackgroundColor"),
            ("ink", "textColor"),
            ("edge", "borderColor"),
        )
    )
    written = "".join((_HERE / name).read_text(encoding="utf-8") for name in ("style.css", "first_look.css"))
    return f"#first-look {{ {colors} }}\n{written}"


@cache
def _script() -> str:
    return (_HERE / "first_look.js").read_text(encoding="utf-8")
