"""The commands are tested on the same home of hostile strings as the page."""

from tests.search_ui.conftest import hostile_home  # noqa: F401
