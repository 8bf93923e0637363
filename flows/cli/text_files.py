"""Text files that are named on the command line."""

from pathlib import Path

from warehouse.errors import UsageError


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        UsageError: it is not text in UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not text in UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}."
        ) from error
