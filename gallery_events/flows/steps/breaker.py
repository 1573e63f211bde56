"""The breaker: a run that would purge unusually much purges nothing, until somebody agrees."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db.models import Q, QuerySet

from gallery_events.domain.breaker import Limits, excess
from gallery_events.domain.retention import Step
from gallery_events.exceptions import GalleryError
from gallery_events.flows.steps import review
from gallery_events.flows.steps.live import Live
from gallery_events.flows.steps.run import Run, alias, batch_size
from gallery_events.models import SweepRun

WEEK = timedelta(days=7)

TOO_LATE = (
    "the time was up before it was known how many images would go, so none went: give the sweep "
    "more --max-seconds, or a --limit."
)


def purges_due(run: Run) -> int:
    """Return how many images have been in the trash for long enough, used or not."""
    return sum(
        _condemnable(run, model, using)[: run.limit].count() for model, using in run.image_models()
    )


def latched() -> SweepRun | None:
    """Return the run that opened the breaker, while nobody has acknowledged it."""
    opened = _runs().filter(breaker__isnull=False, acknowledged_at=None)
    return opened.order_by("pk").last()


def open_since(opened: SweepRun) -> str:
    """Return which run opened the breaker, and what to do about it."""
    return (
        f"run {opened.pk} was stopped because it would have purged {opened.breaker} images. "
        f"{_cure(opened.pk, opened.breaker)}"
    )


def check(run: Run, planned: int, *, live: Live) -> str | None:
    """
    Return why this run must not purge, or None.

    *planned* counts the images due for it; only when they are too many is it found
    out, read only, how many of them would really go. A run that has no time
    left for that does nothing any more, and says so.
    """
    opened = latched()
    if opened is not None:
        return open_since(opened)
    if not planned:
        return None
    bounds = limits(run)
    if excess(run.bounded(planned), bounds) is None:
        return None
    exact = run.bounded(
        sum(_would_purge(run, model, using, live) for model, using in run.image_models())
    )
    if run.must_stop:
        run.report.complain(TOO_LATE)
        return None
    why = excess(exact, bounds)
    if why is None:
        return None
    if run.report.run is not None:
        _runs().filter(pk=run.report.run).update(breaker=exact)
    return f"{exact} images would be purged, {why}. {_cure(run.report.run, exact)}"


def acknowledge(run_pk: int, count: int, *, now: datetime) -> SweepRun:
    """
    Let the next runs purge what a run was stopped for.

    Raises GalleryError unless exactly that run was stopped for exactly that
    number. Runs beside it that were stopped for the same are agreed to as well.
    """
    waiting = _runs().filter(breaker=count, acknowledged_at=None)
    found = waiting.filter(pk=run_pk).first()
    if found is None:
        opened = latched()
        hint = "no run is waiting for it." if opened is None else _cure(opened.pk, opened.breaker)
        message = f"Run {run_pk} was not stopped for {count} images: {hint}"
        raise GalleryError(message)
    waiting.update(acknowledged_at=now)
    found.refresh_from_db()
    return found


def limits(run: Run) -> Limits:
    """Return how many purges are too many for this run."""
    breaker = run.settings.BREAKER
    agreed, purged = _agreed_and_purged(run.now)
    return Limits(
        per_run=breaker.PER_RUN,
        share_per_run=breaker.SHARE_PER_RUN,
        share_per_week=breaker.SHARE_PER_WEEK,
        share_from=breaker.SHARE_FROM,
        images=sum(model._base_manager.using(using).count() for model, using in run.image_models()),
        purged_this_week=purged,
        agreed=agreed,
    )


def _agreed_and_purged(now: datetime) -> tuple[int, int]:
    """
    Return how many purges somebody agreed to and no run has used, and the week's others.

    An agreement is for one week. Without it a large clean-up would keep the
    breaker open for the seven days after it.
    """
    agreed = purged = 0
    recent = _runs().filter(Q(judged_at__gt=now - WEEK) | Q(acknowledged_at__gt=now - WEEK))
    for each in recent.order_by("pk").only("purged", "judged_at", "breaker", "acknowledged_at"):
        used = min(agreed, each.purged)
        agreed -= used
        if now - WEEK < each.judged_at <= now:
            purged += each.purged - used
        if each.acknowledged_at is not None:
            agreed = each.breaker or 0
    return agreed, purged


def _would_purge(run: Run, model: type[Any], using: str, live: Live) -> int:
    keys = _condemnable(run, model, using).values_list("pk", flat=True)[: run.limit].iterator()
    total = 0
    while not run.must_stop and (page := list(islice(keys, batch_size(using)))):
        images = list(model._base_manager.using(using).filter(pk__in=page))
        judged = review.judge(run, images, using=using, live=live)
        total += sum(verdict.step is Step.PURGE for _, verdict in judged)
    return total


def _condemnable(run: Run, model: type[Any], using: str) -> Any:
    trash = run.settings.retention.trash
    due = review.due(run, model, using)
    return due.none() if trash is None else due.filter(trashed_at__lte=run.now - trash)


def _runs() -> QuerySet[SweepRun]:
    return SweepRun.objects.using(alias(SweepRun))


def _cure(run_pk: int | None, count: int | None) -> str:
    return (
        "Look at the dry run ('manage.py gallery_sweep --dry-run'); when it is right, "
        f"'manage.py gallery_sweep --acknowledge {run_pk or 'RUN'} {count}'."
    )
