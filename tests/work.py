"""What work costs, told without a wall clock: how busy the machine is does not matter."""

import time
from collections.abc import Callable

_NOISE_S = 0.1  # of the processor's clock and of caches that another process has filled


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the time that the processor spends on `work`."""
    began = time.process_time()
    work()
    return time.process_time() - began


def grows_evenly(work: Callable[[int], object], small: int, large: int) -> bool:
    """Tell whether work for `large` costs at most twice its share of what it costs for `small`.

    Where it grows with the square, it costs `large / small` times its share. Other processes share the caches, so that one
    measurement may be wrong: work that grows too fast does so three times.
    """
    for _ in range(3):
        share = cpu_seconds(lambda: work(small)) * large / small
        if cpu_seconds(lambda: work(large)) <= 2 * share + _NOISE_S:
            return True
    return False
