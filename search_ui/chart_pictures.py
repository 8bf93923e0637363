"""Charts as files: SVG and PNG with a title, on white, the same on every screen."""

from typing import Any

from search_ui.wording import clean

WIDTH = 1000  # pixels, before the scale of a PNG
_SCALE = 2.0  # a PNG for print and for sharp screens


def as_svg(chart: Any, title: str = "") -> bytes:
    """Return a chart as SVG in UTF-8."""
    import vl_convert  # the import takes a tenth of a second, because it starts a JavaScript engine

    return vl_convert.vegalite_to_svg(_on_paper(chart, title)).encode("utf-8")


def as_png(chart: Any, title: str = "") -> bytes:
    """Return a chart as PNG, 2,000 pixels wide or more."""
    import vl_convert

    return vl_convert.vegalite_to_png(_on_paper(chart, title), scale=_SCALE)


def _on_paper(chart: Any, title: str) -> dict[str, Any]:
    text = {"text": clean(title), "anchor": "start", "fontSize": 16, "offset": 14}
    made: dict[str, Any] = (
        chart.properties(width=WIDTH, title=text, background="white").configure_view(stroke=None).to_dict()
    )
    return made
