"""Trying again at a storage: when, and when it is taken to be down."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta

#: So many errors in a row are no accident of single files any more.
DOWN_AFTER = 20


def next_attempt(now: datetime, attempts: int, *, jitter: float) -> datetime:
    """
    Return when to try again: twice as late each time.

    *jitter*, from 0 to 1, adds up to half of it, so that what failed together
    does not come back together.
    """
    return now + timedelta(minutes=2**attempts) * (1 + jitter / 2)


@dataclass(slots=True)
class Health:
    """How the storages of one run are doing, by alias."""

    in_a_row: Counter[str] = field(default_factory=Counter)
    down: set[str] = field(default_factory=set)

    def worked(self, storage: str) -> None:
        """Note that a storage did what it was asked."""
        self.in_a_row[storage] = 0

    def failed(self, storage: str) -> bool:
        """Note an error; tell whether this was the one by which the storage is down."""
        self.in_a_row[storage] += 1
        if storage in self.down or self.in_a_row[storage] < DOWN_AFTER:
            return False
        self.down.add(storage)
        return True
