"""The types of a run's parameters, with their bounds: Prefect and the command line refuse others before anything starts."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

MOST_DAYS = 3650


def _check_absolute(path: Path) -> Path:
    if not path.is_absolute():
        raise ValueError(f"{str(path)!r} is not the absolute path of an archive home, such as /srv/klog")
    return path


HomePath = Annotated[Path, AfterValidator(_check_absolute), Field(json_schema_extra={"pattern": "^/"})]
StepName = Literal["discover", "fetch", "parse", "link", "check_links", "embed", "transform", "index", "publish"]
Days = Annotated[float, Field(ge=0, le=MOST_DAYS)]
Paths = Annotated[tuple[Path, ...], Field(max_length=100)]
Sources = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=4096)], ...], Field(max_length=100)]
MOST_REASON = 500
Reason = Annotated[str, Field(min_length=1, max_length=MOST_REASON)]
