"""The cost of work, without a wall clock: the machine's load does not matter."""

import gc
import time
from collections.abc import Callable

_NOISE_S = 0.1  # of the processor's clock and of caches that another process has filled


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the processor time of `work` in seconds, without garbage collection: its cost is that of all earlier tests."""
    gc.disable()
    try:
        began = time.process_time()
        work()
        return time.process_time() - began
    finally:
        gc.enable()


def grows_evenly(work: Callable[[int], object], small: int, large: int) -> bool:
    """Return whether the cost per unit of work for `large` is at most twice that for `small`.

    If the cost grows with the square, the cost per unit grows by `large / small`. Other processes share the caches, so a single
    measurement may be wrong: growth counts as too fast only if it is too fast three times.
    """
    for _ in range(3):
        share = cpu_seconds(lambda: work(small)) * large / small
        if cpu_seconds(lambda: work(large)) <= 2 * share + _NOISE_S:
            return True
    return False
