"""Runs are remembered: a row each, also when they were refused or crashed, and a line in the log."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from time import monotonic
from typing import Any

from django.db import Error, transaction

from gallery_events import conf
from gallery_events.domain.report import SweepReport
from gallery_events.exceptions import SweepRefused
from gallery_events.flows.preflight import Situation, world
from gallery_events.flows.steps import changes
from gallery_events.flows.steps.run import Run, alias
from gallery_events.models import SweepRun
from gallery_events.signals import sweep_finished

logger = logging.getLogger("gallery_events.sweep")

OUTCOMES = {
    0: SweepRun.Outcome.DONE,
    1: SweepRun.Outcome.CRASHED,
    2: SweepRun.Outcome.LEFT,
    3: SweepRun.Outcome.REFUSED,
    4: SweepRun.Outcome.BREAKER,
}
LEVELS = {0: logging.INFO, 1: logging.ERROR, 2: logging.WARNING, 3: logging.ERROR, 4: logging.ERROR}


@contextmanager
def remembered(
    report: SweepReport, *, clock: Callable[[], datetime], started: float
) -> Iterator[None]:
    """Write down how a run ended, however it ends, and tell those who listen."""
    begun = clock()
    try:
        yield
    except SweepRefused as error:
        report.refused = list(error.reasons)
        raise
    except BaseException as error:
        report.crash = f"{type(error).__name__}: {error}"
        raise
    finally:
        report.seconds = monotonic() - started
        if not report.dry_run:
            _write_down(report, begun=begun, ended=clock())
        _tell(report)


def begin(run: Run, situation: Situation, *, configured: dict[str, Any]) -> None:
    """Write the row of a run that was not refused, with what it judges by and what it found."""
    found: dict[str, Any] = {**world.current(conf.current()), "configured": configured}
    if situation.counts:
        found["references"] = world.count_references()
    row = SweepRun.objects.using(alias(SweepRun)).create(
        started_at=run.clock(),
        judged_at=run.now,
        settings=changes.watched(run.settings),
        world=found,
    )
    run.report.run = int(row.pk)


def outcome_of(report: SweepReport) -> SweepRun.Outcome:
    """Return in one word how a run ended."""
    if report.reported_only and not report.crash:
        return SweepRun.Outcome.REPORTED
    return OUTCOMES[report.exit_code]


def line(report: SweepReport) -> str:
    """Return the run as one line of JSON for the log; images are in the row and the report."""
    told = {**report.as_json(), "outcome": str(outcome_of(report)), "exit_code": report.exit_code}
    for name in ("images", "forecast"):
        told.pop(name)
    return json.dumps({"event": "sweep", **told})


def _write_down(report: SweepReport, *, begun: datetime, ended: datetime) -> None:
    told = {**report.as_json(), "images": []}
    rows = SweepRun.objects.using(alias(SweepRun))
    ending: dict[str, Any] = {
        "finished_at": ended,
        "outcome": outcome_of(report),
        "report": told,
    }
    try:
        # Within a caller's transaction, what fails here must not spoil it.
        with transaction.atomic(using=alias(SweepRun)):
            if report.run is None:
                rows.create(started_at=begun, judged_at=report.now, **ending)
            else:
                rows.filter(pk=report.run).update(**ending)
    except Error as error:
        # Not migrated, a replica, or gone: the log is all that is left.
        logger.error("The run could not be written down: %s", error)  # noqa: TRY400 - no crash


def _tell(report: SweepReport) -> None:
    extra = {"action": "sweep", "counts": report.counts()}
    logger.log(LEVELS[report.exit_code], "%s", line(report), extra=extra)
    told: list[tuple[Any, Any]] = sweep_finished.send_robust(sender=SweepReport, report=report)
    for receiver, answer in told:
        if isinstance(answer, Exception):
            logger.error("A receiver of sweep_finished failed: %r.", receiver, exc_info=answer)


def judged(now: datetime) -> datetime:
    """Return the latest moment that any run judged by, at least *now*: nothing judges earlier."""
    acted = SweepRun.objects.using(alias(SweepRun)).exclude(
        outcome__in=[SweepRun.Outcome.REFUSED, SweepRun.Outcome.REPORTED]
    )
    last = acted.order_by("judged_at").last()
    return now if last is None else max(now, last.judged_at)
