"""What every step of one sweep knows: the clock, the settings, the limits and the report."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

from django.db import models, router

from gallery_events import galleries, sql
from gallery_events.conf import GallerySettings
from gallery_events.domain.report import SweepReport

#: A batch is one short write transaction: on SQLite every other writer waits for it.
BATCH = {"postgresql": 500, "sqlite": 200}

#: What a run puts off by so much is due for the next one, not for itself.
NEXT_RUN = timedelta(microseconds=1)


@dataclass(slots=True)
class Run:
    """One run of the sweep; *clock* is for claims, which are about real time."""

    now: datetime
    settings: GallerySettings
    report: SweepReport
    clock: Callable[[], datetime]
    dry_run: bool = False
    limit: int | None = None
    deadline: float | None = None
    #: Why this run purges nothing; empty when it may.
    spared: str = ""
    #: KEEP_SNAPSHOTS is another one than last time: its marks are forgotten.
    release_held: bool = False
    reviewed: int = 0
    #: With a limit: the last place (when due, key) up to which was looked at what is live.
    looked_to: dict[type[models.Model], tuple[datetime, Any]] = field(default_factory=dict)
    #: References deleted by this run, by their model.
    expired: dict[str, int] = field(default_factory=dict)

    @property
    def out_of_time(self) -> bool:
        """Whether the run must stop; what is due stays due."""
        return self.deadline is not None and monotonic() >= self.deadline

    @property
    def must_stop(self) -> bool:
        """Whether a real run is out of time; a dry run predicts one that has all it needs."""
        return self.out_of_time and not self.dry_run

    def room(self, batch: int) -> int:
        """Return how many images may still be reviewed, at most *batch*."""
        return batch if self.limit is None else max(0, min(batch, self.limit - self.reviewed))

    def bounded(self, number: int) -> int:
        """Return how many of so many images this run can reach at most."""
        return number if self.limit is None else min(number, self.limit)

    def image_models(self) -> Iterator[tuple[type[Any], str]]:
        """Yield each image model with its database."""
        for model in galleries.image_models():
            yield model, alias(model)


def alias(model: type[models.Model]) -> str:
    """Return the database that a model is written to."""
    return router.db_for_write(model)


def batch_size(using: str) -> int:
    """Return how many rows one transaction takes."""
    return BATCH["postgresql" if sql.is_postgresql(using) else "sqlite"]
