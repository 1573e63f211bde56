"""The sweep: expire references, review what is due, remove files, say what was done."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Any

from django.utils import timezone

from gallery_events import conf
from gallery_events.domain.report import SweepReport
from gallery_events.exceptions import SweepRefused
from gallery_events.flows.explain import Explanation, explain
from gallery_events.flows.steps import (
    breaker,
    changes,
    expire,
    files,
    live,
    predict,
    preflight,
    review,
)
from gallery_events.flows.steps.breaker import acknowledge
from gallery_events.flows.steps.run import Run, alias
from gallery_events.models import SweepRun
from gallery_events.signals import sweep_finished, sweep_starting

__all__ = ["Explanation", "SweepReport", "acknowledge", "explain", "sweep"]

logger = logging.getLogger("gallery_events.sweep")


def sweep(
    *,
    now: datetime | None = None,
    dry_run: bool = False,
    limit: int | None = None,
    max_seconds: float | None = None,
    clock: Callable[[], datetime] = timezone.now,
) -> SweepReport:
    """
    Delete what nobody needs any more, as of *now*; any number may run at once.

    *limit* bounds the images reviewed, *max_seconds* the time; what is due
    stays due. A dry run writes nothing and predicts the real one. Call it
    outside of transactions. Raises SweepRefused, with every reason and its
    cure, before anything is touched.
    """
    started = monotonic()
    moment = clock() if now is None else now
    try:
        preflight.refuse(
            *preflight.bad_arguments(moment, limit, max_seconds),
            *preflight.reasons(dry_run=dry_run),
            *(preflight.wrong_clock(moment) if now is None else ()),
        )
        sweep_starting.send(sender=SweepReport, now=moment, dry_run=dry_run)
    except SweepRefused as error:
        logger.error("%s", error)  # noqa: TRY400 - a refusal needs no traceback
        raise
    run = Run(
        now=moment,
        settings=conf.current(),
        report=SweepReport(now=moment, dry_run=dry_run),
        clock=clock,
        dry_run=dry_run,
        limit=limit,
        deadline=None if max_seconds is None else started + max_seconds,
    )
    changed = changes.since_last_run(run)
    run.release_held = "KEEP_SNAPSHOTS" in changed
    if dry_run:
        _predict(run)
    else:
        _sweep(run, changed)
    run.report.seconds = monotonic() - started
    _finish(run)
    return run.report


def _sweep(run: Run, changed: set[str]) -> None:
    run.report.run = _remember_start(run)
    changes.reschedule(run, changed)
    for model, using in run.image_models():
        expire.expire(run, model, using)
    seen = _look(run)
    for model, using in run.image_models():
        review.review_due(run, model, using, live=seen)
    if not run.report.breaker:
        files.remove_files(run)


def _predict(run: Run) -> None:
    expired = predict.expired(run)
    seen = _look(run)
    predict.predict(run, live=seen, expired=expired)


def _look(run: Run) -> live.Live:
    """Look at what is live, and ask the breaker, where either may matter."""
    suspects = any(review.has_suspects(run, *each) for each in run.image_models())
    planned = breaker.purges_due(run) if suspects else 0
    seen = live.look() if suspects else {}
    run.report.breaker = breaker.check(run, planned, live=seen)
    if run.report.breaker:
        run.spared = "the breaker is open"
    elif not planned:
        run.spared = "its time in the trash ended while the sweep was running"
    return seen


def _remember_start(run: Run) -> int:
    row = SweepRun.objects.using(alias(SweepRun)).create(
        started_at=run.clock(), judged_at=run.now, settings=changes.watched(run.settings)
    )
    return int(row.pk)


def _finish(run: Run) -> None:
    report = run.report
    if report.run is not None:
        SweepRun.objects.using(alias(SweepRun)).filter(pk=report.run).update(
            finished_at=run.clock(), report={**report.as_json(), "images": []}
        )
    level = logging.INFO if report.exit_code == 0 else logging.WARNING
    logger.log(level, "%s", report, extra={"action": "sweep", "counts": report.counts()})
    told: list[tuple[Any, Any]] = sweep_finished.send_robust(sender=SweepReport, report=report)
    for receiver, answer in told:
        if isinstance(answer, Exception):
            logger.error("A receiver of sweep_finished failed: %r.", receiver, exc_info=answer)


def judged(now: datetime) -> datetime:
    """Return the latest moment that any run judged by, at least *now*: nothing judges earlier."""
    last = SweepRun.objects.using(alias(SweepRun)).order_by("judged_at").last()
    return now if last is None else max(now, last.judged_at)
