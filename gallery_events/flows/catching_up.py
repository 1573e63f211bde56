"""Many renditions at once: what images lack is found in the order of their keys, and made one by one."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import models, router

from gallery_events import conf
from gallery_events.domain.renditions import is_wanted
from gallery_events.exceptions import RenditionFailed
from gallery_events.flows.renditions import make
from gallery_events.imaging.names import rendition_name

logger = logging.getLogger("gallery_events.renditions")

#: So many rows are read at once.
BATCH = 500
#: So many failures are told one by one.
MOST_FAILURES = 100


@dataclass(frozen=True, slots=True)
class Task:
    """One image and the renditions that it lacks; plain values, which reach another process."""

    label: str
    key: Any
    lacking: tuple[str, ...]
    remake: bool = False

    @property
    def name(self) -> str:
        """The image, for people."""
        return f"{self.label} {self.key}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: the keys that were made, or why none was."""

    task: Task
    made: tuple[str, ...] = ()
    error: str = ""


@dataclass(slots=True)
class CatchUp:
    """What a run found and did. *left*: it was stopped, and there may be more to do."""

    seen: int = 0
    images: int = 0
    made: Counter[str] = field(default_factory=Counter)
    failures: list[tuple[str, str]] = field(default_factory=list)
    failed: int = 0
    left: bool = False

    def count(self, outcome: Outcome) -> None:
        """Add what became of one task; an image that is gone, or was served by others, is none."""
        self.made.update(outcome.made)
        self.images += bool(outcome.made)
        if outcome.error:
            self.failed += 1
            self.failures += [(outcome.task.name, outcome.error)][
                : MOST_FAILURES - len(self.failures)
            ]

    def as_json(self) -> dict[str, Any]:
        """Return the report for a program."""
        return {
            "seen": self.seen,
            "images": self.images,
            "made": dict(sorted(self.made.items())),
            "failed": self.failed,
            "failures": [{"image": name, "error": error} for name, error in self.failures],
            "left": self.left,
        }


def tasks(model: type[models.Model], report: CatchUp, *, remake: bool = False) -> Iterator[Task]:
    """
    Yield what the images of a model lack, in the order of their keys, counting those *seen*.

    Rows are read in pages, each as it is when it comes round: what others have
    made since is not asked for. With *remake* what other recipes made, too.
    """
    settings = conf.current().RENDITIONS
    rows: Any = model._base_manager.using(router.db_for_write(model)).order_by("pk")
    last: Any = None
    while page := list((rows if last is None else rows.filter(pk__gt=last))[:BATCH]):
        for image in page:
            report.seen += 1
            lacking = tuple(
                rung.key
                for rung in image.ladder(settings)
                if is_wanted(
                    image.renditions,
                    rung.key,
                    rendition_name(image.file.name, rung.name),
                    remake=remake,
                )
            )
            if lacking:
                yield Task(image._meta.label, image.pk, lacking, remake)
        last = page[-1].pk


def done(task: Task) -> Outcome:
    """Make what an image lacks; whatever goes wrong is logged and told, never raised."""
    model: Any = apps.get_model(task.label)
    try:
        image = model._base_manager.using(router.db_for_write(model)).filter(pk=task.key).first()
        if image is None:
            return Outcome(task)  # purged meanwhile
        return Outcome(task, tuple(make(image, keys=task.lacking, remake=task.remake)))
    except RenditionFailed as error:
        logger.warning("%s", error)
        return Outcome(task, error=str(error))
    except Exception as error:
        logger.exception("The renditions of %s could not be made", task.name)
        return Outcome(task, error=f"{type(error).__name__}: {error}")
