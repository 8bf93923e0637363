"""The policy of Prefect tasks: they have a name, no stored results and no retries.

The limiter waits for hosts, and the next run retries temporary failures, so Prefect retries nothing.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.tasks import Task

P = ParamSpec("P")
R = TypeVar("R")


def step_task(name: str, run_name: str | None = None) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Return a decorator for a task; the warehouse stores the state of its items, so Prefect stores no results."""
    return task(name=name, task_run_name=run_name, cache_policy=NO_CACHE, persist_result=False)
