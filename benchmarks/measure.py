"""How time, statements, bytes, memory and locks are measured."""

import random
import resource
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any
from unittest.mock import patch

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

WARM_UP = 3
POSTGRESQL = connection.vendor == "postgresql"


def interleaved(
    rounds: int, sides: dict[str, Callable[[], Callable[[], object]]]
) -> dict[str, float]:
    """
    Return the median seconds of each side.

    Each round runs every side once, in random order. A side is called to prepare, which is not
    timed, and gives what is.
    """
    times: dict[str, list[float]] = {name: [] for name in sides}
    for turn in range(WARM_UP + rounds):
        for name in random.sample(list(sides), len(sides)):
            run = sides[name]()
            started = perf_counter()
            run()
            if turn >= WARM_UP:
                times[name].append(perf_counter() - started)
    return {name: median(each) for name, each in times.items()}


def in_transaction(run: Callable[[], object]) -> Callable[[], None]:
    def wrapped() -> None:
        with transaction.atomic():
            run()

    return wrapped


def seconds(run: Callable[[], object]) -> float:
    started = perf_counter()
    run()
    return perf_counter() - started


def statements(run: Callable[[], object]) -> int:
    """Count statements, besides those that begin and end the transaction."""
    with CaptureQueriesContext(connection) as captured:
        run()
    ends = ("BEGIN", "COMMIT")
    return sum(not each["sql"].startswith(ends) for each in captured.captured_queries)


def table_bytes(*tables: str) -> int:
    """Return the bytes of tables with their indexes and what is stored out of line (PostgreSQL)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT SUM(pg_total_relation_size(name::regclass)) FROM unnest(%s::text[]) name",
            [list(tables)],
        )
        return int(cursor.fetchone()[0])


@contextmanager
def memory() -> Iterator[Callable[[], float]]:
    """Give a function that says how many MB the process grew at its peak since the beginning."""
    reset, status = Path("/proc/self/clear_refs"), Path("/proc/self/status")
    if reset.exists():
        reset.write_text("5")  # the peak is now what is used now

    def peak() -> int:
        for line in status.read_text().splitlines() if status.exists() else ():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = peak()
    yield lambda: (peak() - before) / 1024


class Locks:
    """How long SQLite's one write lock was held, transaction by transaction."""

    def __init__(self) -> None:
        self.held: list[float] = []
        self.since = 0.0

    @contextmanager
    def watched(self) -> Iterator[None]:
        with (
            connection.execute_wrapper(self._execute),
            self._noting("_commit"),
            self._noting("_rollback"),
        ):
            yield

    def p99(self) -> float:
        return quantiles(self.held, n=100, method="inclusive")[98] if len(self.held) > 1 else 0.0

    def _execute(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        inside = connection.in_atomic_block
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            if sql.startswith("BEGIN"):
                self.since = perf_counter()
            elif not inside and sql.startswith(("INSERT", "UPDATE", "DELETE")):
                self.held.append(perf_counter() - started)

    def _noting(self, name: str) -> AbstractContextManager[Any]:
        """Note the end of the transaction, when the connection's method of that name has run."""
        end = getattr(connection, name)

        def ended() -> None:
            try:
                end()
            finally:
                if self.since:
                    self.held.append(perf_counter() - self.since)
                self.since = 0.0

        return patch.object(connection, name, ended)
