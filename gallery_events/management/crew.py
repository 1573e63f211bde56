"""
Processes that work through tasks.

Nothing of the project is imported here until a worker has set Django up: a
new process reads this module first.
"""

from __future__ import annotations

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

#: So many tasks wait for each worker: enough that none waits for a task.
AHEAD = 2

Work = Callable[[Any], Any]


@contextmanager
def crew(workers: int, work: Work, *, lost: Work) -> Iterator[Callable[[Iterable[Any]], Any]]:
    """
    Give what maps tasks to their outcomes, in their order, by so many *workers*.

    One works here. Several are new processes, which inherit no connection and
    no lock of this one. *lost* tells the outcome of a task whose worker died.
    However the block is left, what has begun is finished, and nothing else begun.
    """
    if workers == 1:
        yield lambda tasks: map(work, tasks)
        return
    pools: list[ProcessPoolExecutor] = []
    try:
        yield lambda tasks: _spread(tasks, workers, work=work, lost=lost, pools=pools)
    finally:
        for pool in pools:
            pool.shutdown(wait=True, cancel_futures=True)


def _spread(
    tasks: Iterable[Any], workers: int, *, work: Work, lost: Work, pools: list[ProcessPoolExecutor]
) -> Iterator[Any]:
    waiting: deque[tuple[Any, Future[Any]]] = deque()
    for task in tasks:
        waiting.append((task, _submit(work, task, workers, pools)))
        if len(waiting) >= workers * AHEAD:
            yield _outcome(*waiting.popleft(), lost=lost)
    while waiting:
        yield _outcome(*waiting.popleft(), lost=lost)


def _submit(work: Work, task: Any, workers: int, pools: list[ProcessPoolExecutor]) -> Future[Any]:
    try:
        return pools[-1].submit(work, task)
    except (IndexError, BrokenProcessPool):
        # None yet, or a worker of the last one died and took the others with it.
        pools.append(
            ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=begin)
        )
        return pools[-1].submit(work, task)


def _outcome(task: Any, future: Future[Any], *, lost: Work) -> Any:
    try:
        return future.result()
    except BrokenProcessPool:
        return lost(task)


def begin() -> None:
    """Set Django up in a new process; who presses Ctrl-C means the one that gives out tasks."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import django  # noqa: PLC0415 - see above

    django.setup()
