"""How tasks behave under Prefect: a name, when to try again, and nothing kept of their results."""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.tasks import Task

from warehouse.errors import Wait

P = ParamSpec("P")
R = TypeVar("R")


def step_task(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """A task that takes a batch; the state of its items lives in the warehouse, so Prefect keeps nothing."""
    return task(name=name, cache_policy=NO_CACHE, persist_result=False)


def asking_task(name: str) -> Callable[[Callable[P, R]], Task[P, R]]:
    """The same for tasks that ask others: tried again, twice, only when the other side said to wait."""
    return task(
        name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=2,
        retry_delay_seconds=[5, 60],
        retry_condition_fn=is_wait,
    )


def is_wait(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a task failed because it was asked to wait."""
    return isinstance(state.data, Wait)
