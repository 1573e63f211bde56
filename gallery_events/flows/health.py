"""How the scheduled deletion is doing, for people and for monitors."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from gallery_events import galleries
from gallery_events.flows.steps import breaker
from gallery_events.flows.steps.run import alias
from gallery_events.models import SweepRun, Tombstone

#: A nightly run that is late by a whole night.
MAX_AGE = timedelta(hours=48)
#: Who is still at it after so long has died: a run that has much to do is given --max-seconds.
LONGEST_RUN = timedelta(hours=12)
#: What is due waits for the next run; what waits longer is left behind.
PATIENCE = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Health:
    """
    The state of the sweep at one moment.

    *backlog* counts images that are due, *files_waiting* purged images whose
    files are due, *dead_letters* those that nobody tries to remove any more.
    *problems* are sentences; with none of them all is well.
    """

    now: datetime
    last_success: datetime | None
    last_run: SweepRun | None
    backlog: int
    oldest_due: datetime | None
    files_waiting: int
    dead_letters: int
    breaker: str
    problems: tuple[str, ...]

    @property
    def is_well(self) -> bool:
        """Whether nobody needs to look."""
        return not self.problems

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON can hold it; moments in ISO 8601, the age in seconds."""
        age = None if self.last_success is None else (self.now - self.last_success).total_seconds()
        run = self.last_run
        return {
            "ok": self.is_well,
            "problems": list(self.problems),
            "last_success": _iso(self.last_success),
            "last_success_age": age,
            "last_run": run
            and {"run": run.pk, "outcome": run.outcome, "started_at": _iso(run.started_at)},
            "backlog": self.backlog,
            "oldest_due": _iso(self.oldest_due),
            "files_waiting": self.files_waiting,
            "dead_letters": self.dead_letters,
            "breaker": self.breaker or None,
        }


def health(*, now: datetime, max_age: timedelta = MAX_AGE) -> Health:
    """Look at runs, backlog and files, and say what somebody should look at."""
    runs = SweepRun.objects.using(alias(SweepRun)).order_by("-pk")
    last = runs.first()
    succeeded = runs.filter(outcome__in=[SweepRun.Outcome.DONE, SweepRun.Outcome.LEFT]).first()
    last_success = succeeded.finished_at if succeeded is not None else None
    backlog, oldest = _backlog(now)
    waiting = Tombstone.objects.using(alias(Tombstone)).filter(done_at__isnull=True)
    dead = waiting.filter(attempts__gte=Tombstone.MAX_ATTEMPTS).count()
    living = waiting.filter(due__lte=now, attempts__lt=Tombstone.MAX_ATTEMPTS)
    due = living.count()
    opened = breaker.latched()
    found = []
    if last_success is None:
        found.append("No sweep has come to its end yet: is it scheduled?")
    elif now - last_success > max_age:
        found.append(f"The last sweep that came to its end was on {last_success:%Y-%m-%d %H:%M}.")
    if last is not None and (why := _failure(last, now=now)):
        found.append(f"Run {last.pk} {why}")
    if opened is not None:
        found.append(breaker.open_since(opened))
    if dead:
        found.append(
            f"The files of {dead} purged images could not be removed, and nobody tries any more: "
            "'manage.py gallery_trash list' names them."
        )
    if oldest is not None and now - oldest > PATIENCE:
        found.append(f"Images are due since {oldest:%Y-%m-%d}: the sweep does not keep up.")
    if stuck := living.filter(due__lte=now - PATIENCE).count():
        found.append(
            f"The files of {stuck} purged images should be gone by now: the reports of the last "
            "runs say why they are not."
        )
    return Health(
        now=now,
        last_success=last_success,
        last_run=last,
        backlog=backlog,
        oldest_due=oldest,
        files_waiting=due,
        dead_letters=dead,
        breaker=breaker.open_since(opened) if opened is not None else "",
        problems=tuple(found),
    )


def _failure(run: SweepRun, *, now: datetime) -> str:
    if run.outcome == SweepRun.Outcome.RUNNING and now - run.started_at > LONGEST_RUN:
        return f"began on {run.started_at:%Y-%m-%d %H:%M} and did not come to its end."
    if run.outcome == SweepRun.Outcome.REFUSED:
        return f"was refused: {' '.join(run.report.get('refused', ()))}"
    if run.outcome == SweepRun.Outcome.CRASHED:
        return f"crashed: {run.report.get('crash', '')}"
    return ""


def _backlog(now: datetime) -> tuple[int, datetime | None]:
    """Return how many images are due, and since when the oldest of them is."""
    number, oldest = 0, None
    for model in galleries.image_models():
        rows: Any = model._base_manager.using(alias(model)).filter(review_after__lte=now)
        number += rows.count()
        first = rows.order_by("review_after").values_list("review_after", flat=True).first()
        oldest = first if oldest is None else min(oldest, first or oldest)
    return number, oldest


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
