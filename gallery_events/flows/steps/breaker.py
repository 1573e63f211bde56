"""The breaker: a run that would purge unusually much purges nothing, until somebody agrees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Sum

from gallery_events.domain.breaker import Limits, excess
from gallery_events.domain.retention import Step
from gallery_events.exceptions import GalleryError
from gallery_events.flows.steps import review
from gallery_events.flows.steps.live import Live
from gallery_events.flows.steps.run import Run, alias, batch_size
from gallery_events.models import SweepRun

WEEK = timedelta(days=7)


def purges_due(run: Run) -> int:
    """Return how many images have been in the trash for long enough, used or not."""
    trash = run.settings.retention.trash
    if trash is None:
        return 0
    return sum(
        review.due(run, model, using).filter(trashed_at__lte=run.now - trash).count()
        for model, using in run.image_models()
    )


def latched() -> SweepRun | None:
    """Return the run that opened the breaker, while nobody has acknowledged it."""
    return (
        SweepRun.objects.using(alias(SweepRun))
        .filter(breaker__isnull=False, acknowledged_at__isnull=True)
        .order_by("pk")
        .last()
    )


def check(run: Run, planned: int, *, live: Live) -> str | None:
    """
    Return why this run must not purge, or None.

    *planned* counts the candidates; only when they are too many is it found
    out, read only, how many of them would really go.
    """
    opened = latched()
    if opened is not None:
        return _latched_message(opened)
    if not planned:
        return None
    limits = _limits(run)
    if excess(planned, limits) is None:
        return None
    exact = sum(_would_purge(run, model, using, live) for model, using in run.image_models())
    why = excess(exact, limits)
    if why is None or exact <= _allowance():
        return None
    if run.report.run is not None:
        SweepRun.objects.using(alias(SweepRun)).filter(pk=run.report.run).update(breaker=exact)
    return f"{exact} images would be purged, {why}. {_cure(run.report.run, exact)}"


def acknowledge(run_pk: int, count: int, *, now: Any) -> SweepRun:
    """
    Let the next run purge what a run was stopped for.

    Raises GalleryError unless exactly that run was stopped for exactly that
    number.
    """
    found = SweepRun.objects.using(alias(SweepRun)).filter(pk=run_pk, breaker=count).first()
    if found is None or found.acknowledged_at is not None:
        opened = latched()
        hint = "no run is waiting for it" if opened is None else _cure(opened.pk, opened.breaker)
        message = f"Run {run_pk} was not stopped for {count} images: {hint}"
        raise GalleryError(message)
    found.acknowledged_at = now
    found.save(update_fields=["acknowledged_at"])
    return found


def _limits(run: Run) -> Limits:
    breaker = run.settings.BREAKER
    past = SweepRun.objects.using(alias(SweepRun)).filter(
        judged_at__gt=run.now - WEEK, judged_at__lte=run.now
    )
    return Limits(
        per_run=breaker.PER_RUN,
        share_per_run=breaker.SHARE_PER_RUN,
        share_per_week=breaker.SHARE_PER_WEEK,
        share_from=breaker.SHARE_FROM,
        images=sum(
            model._base_manager.using(using).count() for model, using in run.image_models()
        ),
        purged_this_week=past.aggregate(total=Sum("purged"))["total"] or 0,
    )


def _would_purge(run: Run, model: type[Any], using: str, live: Live) -> int:
    trash = run.settings.retention.trash
    if trash is None:
        return 0
    keys = list(
        review.due(run, model, using)
        .filter(trashed_at__lte=run.now - trash)
        .values_list("pk", flat=True)
    )
    size, total = batch_size(using), 0
    for start in range(0, len(keys), size):
        images = list(model._base_manager.using(using).filter(pk__in=keys[start : start + size]))
        judged = review.judge(run, images, using=using, live=live, gone=set())
        total += sum(verdict.step is Step.PURGE for _, verdict in judged)
    return total


def _allowance() -> int:
    """Return the number that somebody agreed to and that no run has used yet."""
    runs = SweepRun.objects.using(alias(SweepRun))
    agreed = runs.filter(acknowledged_at__isnull=False).order_by("pk").last()
    if agreed is None or runs.filter(pk__gt=agreed.pk, purged__gt=0).exists():
        return 0
    return agreed.breaker or 0


def _latched_message(opened: SweepRun) -> str:
    return (
        f"run {opened.pk} was stopped because it would have purged {opened.breaker} images. "
        f"{_cure(opened.pk, opened.breaker)}"
    )


def _cure(run_pk: int | None, count: int | None) -> str:
    return (
        "Look at the dry run ('manage.py gallery_sweep --dry-run'); when it is right, "
        f"'manage.py gallery_sweep --acknowledge {run_pk or 'RUN'} {count}'."
    )
