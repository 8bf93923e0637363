"""How tasks behave under Prefect: a name, when to try again, and nothing kept of their results."""

from collections.abc import Callable
from typing import Any, TypeVar

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import TaskRun
from prefect.states import State
from prefect.tasks import Task

from warehouse.errors import Wait

Call = TypeVar("Call", bound=Callable[..., Any])


def step_task(name: str) -> Callable[[Call], Call]:
    """A task that takes a batch; the state of its items lives in the warehouse, so Prefect keeps nothing."""
    return lambda call: task(  # type: ignore[return-value]
        call, name=name, cache_policy=NO_CACHE, persist_result=False, log_prints=False
    )


def asking_task(name: str) -> Callable[[Call], Call]:
    """The same for tasks that ask others: tried again, twice, only when the other side said to wait."""
    return lambda call: task(  # type: ignore[return-value]
        call,
        name=name,
        cache_policy=NO_CACHE,
        persist_result=False,
        retries=2,
        retry_delay_seconds=[5, 60],
        retry_condition_fn=is_wait,
    )


def is_wait(_task: Task[Any, Any], _run: TaskRun, state: State[Any]) -> bool:
    """Whether a task failed because it was asked to wait."""
    return isinstance(state.data, Wait) or "Wait" in (state.message or "")
