"""The home of hostile strings serves the commands as it does the page."""

from tests.search_ui.conftest import hostile_home  # noqa: F401
