"""Progress bars for a person at a terminal."""

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


class Bars:
    """One progress bar per step, with rate and remaining time, on standard error."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._tasks: dict[str, TaskID] = {}

    def start(self, step: str, total: int | None) -> None:
        """Show a new bar for a step."""
        self._progress.start()
        self._tasks[step] = self._progress.add_task(step, total=total, rate="")

    def advance(self, step: str, count: int) -> None:
        """Advance the bar of a step by `count`."""
        task = self._tasks[step]
        self._progress.advance(task, count)
        speed = self._progress.tasks[task].speed
        self._progress.update(task, rate=f"{speed:,.0f}/s" if speed else "")

    def finish(self, step: str) -> None:
        """Complete the bar of a step, and stop drawing until the next step starts."""
        if step in self._tasks:
            task = self._progress.tasks[self._tasks[step]]
            self._progress.update(task.id, total=task.completed)
        self._progress.stop()
