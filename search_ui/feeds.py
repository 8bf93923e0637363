"""The feeds of the current release, served as files for feed readers: `/feeds/NAME.xml`."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.routing import Route

from warehouse.errors import KlogError
from warehouse.home import Home
from warehouse.settings import read_settings


def feed_names(release: Path) -> list[str]:
    """Return the names of a release's feeds, in order."""
    from warehouse.search.feeds import (
        FOLDER,
        NAME,
    )  # here and below, because the server answers before the search is imported

    return sorted(path.stem for path in (release / FOLDER).glob("*.xml") if NAME.fullmatch(path.stem))


def give(request: Request) -> Response:
    """Answer with a feed, or 404 if there is none of that name."""
    from warehouse.search.feeds import FOLDER, NAME

    name = request.path_params["name"]
    try:
        path = Home(read_settings().home).release() / FOLDER / f"{name}.xml"
    except KlogError as error:
        return PlainTextResponse(f"{error}\n", 404)
    if not NAME.fullmatch(name) or not path.is_file():
        return PlainTextResponse("There is no such feed; name it in feeds.toml of the home, and build.\n", 404)
    return FileResponse(path, media_type="application/atom+xml")


ROUTES = [Route("/feeds/{name}.xml", give)]
