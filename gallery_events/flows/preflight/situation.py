"""What every check before a sweep knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from gallery_events import galleries
from gallery_events.flows.preflight import bond, world
from gallery_events.flows.preflight.past import Past
from gallery_events.flows.steps.run import alias

#: A count reads all references: not in each run that has nothing to do.
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Situation:
    """
    The moment that is judged by; *is_real* tells whether the clock itself gave it.

    What several ask is asked once.
    """

    now: datetime
    is_real: bool = True

    @cached_property
    def past(self) -> Past:
        """The runs before this one."""
        return Past()

    @cached_property
    def counts(self) -> bool:
        """Whether references are counted: where images are due, and once a week at least."""
        last = self.past.counted_by
        return last is None or self.now - last.judged_at >= WEEK or world.is_due(self.now)

    @cached_property
    def bonds(self) -> list[bond.Seen]:
        """What each storage and this database make together."""
        return list(bond.look())

    @staticmethod
    def databases() -> dict[str, list[type[Any]]]:
        """Return the image models of each database that holds any."""
        found: dict[str, list[type[Any]]] = {}
        for model in galleries.image_models():
            found.setdefault(alias(model), []).append(model)
        return found
