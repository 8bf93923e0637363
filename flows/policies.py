"""How tasks run under Prefect: with a name and without stored results.

None is tried again by Prefect: waiting for a host is the limiter's, and what failed in passing is the next run's.
"""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.tasks import Task

P = ParamSpec("P")
R = TypeVar("R")


def step_task(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Return a task that takes a batch; the state of its items lives in the warehouse, so Prefect keeps nothing."""
    return task(name=name, cache_policy=NO_CACHE, persist_result=False)
