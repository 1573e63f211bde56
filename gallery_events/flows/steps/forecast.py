"""What the next seven daily runs would do, if nobody wrote anything: seven sweeps in memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from gallery_events.domain.breaker import SPARED, Limits, excess
from gallery_events.domain.report import Day, SweepReport
from gallery_events.domain.retention import Step
from gallery_events.domain.wording import day as day_in_words
from gallery_events.flows.steps import breaker, files, live
from gallery_events.flows.steps.course import Course, course
from gallery_events.flows.steps.run import Run, alias
from gallery_events.models import Tombstone

DAYS = 7
DAY = timedelta(days=1)


@dataclass(slots=True)
class Ahead:
    """What is carried from one day to the next."""

    courses: list[Course]
    #: (due, files, bytes) of what waits to be removed.
    removals: list[tuple[datetime, int, int]]
    stopped: bool = False
    purged: int = 0
    seen: live.Live | None = None
    notes: list[str] = field(default_factory=list)


def forecast(run: Run) -> list[Day]:
    """
    Return what this run and the daily ones after it would do, by the settings of today.

    Nothing is written. Images are read a batch at a time on each day on which
    they are due, so the cost is that of reviewing what is due in this time.
    """
    until = run.now + (DAYS - 1) * DAY
    ahead = Ahead(
        courses=[course(run, *each, until=until) for each in run.image_models()],
        removals=_waiting(run, until=until),
        stopped=bool(run.report.breaker),
    )
    days = [_day(_on_day(run, number), ahead) for number in range(DAYS)]
    run.report.notes += ahead.notes
    return days


def _on_day(run: Run, number: int) -> Run:
    """Return the run of so many days later; nothing but the settings bounds it."""
    now = run.now + number * DAY
    return replace(run, now=now, report=SweepReport(now=now), limit=None, reviewed=0, spared="")


def _waiting(run: Run, *, until: datetime) -> list[tuple[datetime, int, int]]:
    rows = files.due(replace(run, now=until), alias(Tombstone))
    return [(each.due, len(each.files), each.total_size) for each in rows.iterator()]


def _day(run: Run, ahead: Ahead) -> Day:
    expired = sum(each.expire(run) for each in ahead.courses)
    seen = _seen(run, ahead)
    _ask_breaker(run, ahead, seen)
    counts = dict.fromkeys(Step, 0)
    for each in ahead.courses:
        for image, verdict in each.review(run, live=seen):
            counts[verdict.step] += 1
            if verdict.step is Step.PURGE:
                due = run.now + run.settings.retention.file_delay
                ahead.removals.append((due, len(image.file_names()), image.total_size()))
    ahead.purged += counts[Step.PURGE]
    removed = [] if ahead.stopped else [each for each in ahead.removals if each[0] <= run.now]
    if removed:
        ahead.removals = [each for each in ahead.removals if each[0] > run.now]
    moment = timezone.localtime(run.now) if timezone.is_aware(run.now) else run.now
    return Day(
        day=moment.date(),
        expired=expired,
        trashed=counts[Step.TRASH],
        purged=counts[Step.PURGE],
        files_removed=sum(number for _, number, _ in removed),
        bytes_removed=sum(size for *_, size in removed),
    )


def _seen(run: Run, ahead: Ahead) -> live.Live:
    """Return what galleries hold past the signals, on days on which a sweep would look."""
    suspects = any(
        each.fates[key].is_suspect for each in ahead.courses for key in each.due(run.now)
    )
    if not suspects:
        return {}
    if ahead.seen is None:
        ahead.seen = live.look()
    return ahead.seen


def _ask_breaker(run: Run, ahead: Ahead, seen: live.Live) -> None:
    """Note when so many images would go that the run would be stopped, and all after it."""
    planned = [each.condemnable(run) for each in ahead.courses]
    if not ahead.stopped and any(planned):
        limits = _later(breaker.limits(run), purged=ahead.purged)
        why = excess(sum(map(len, planned)), limits)
        if why is not None:
            exact = _would_purge(run, ahead.courses, planned, seen)
            why = excess(exact, limits)
        if why is not None:
            ahead.stopped = True
            day = day_in_words(run.now, now=run.now)
            ahead.notes.append(f"the run of {day} would be stopped: {exact} images, {why}")
    if ahead.stopped:
        run.spared = SPARED


def _later(limits: Limits, *, purged: int) -> Limits:
    """Return the limits after so many purges; the first ones use up what was agreed to."""
    used = min(limits.agreed, purged)
    return replace(
        limits,
        images=limits.images - purged,
        agreed=limits.agreed - used,
        purged_this_week=limits.purged_this_week + purged - used,
    )


def _would_purge(
    run: Run, courses: Sequence[Course], planned: Sequence[list[Any]], seen: live.Live
) -> int:
    return sum(
        verdict.step is Step.PURGE
        for each, keys in zip(courses, planned, strict=True)
        for judged in each.judge(run, keys, live=seen)
        for _, verdict in judged
    )
