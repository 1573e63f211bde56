"""The sweep: expire references, review what is due, remove files, say what was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic

from django.db import DatabaseError
from django.utils import timezone

from gallery_events import conf
from gallery_events.domain.breaker import SPARED
from gallery_events.domain.report import SweepReport
from gallery_events.exceptions import SweepRefused
from gallery_events.flows import preflight, runs
from gallery_events.flows.explain import Explanation, explain
from gallery_events.flows.preflight import Situation, bond, world
from gallery_events.flows.steps import (
    abandoned,
    breaker,
    changes,
    expire,
    files,
    live,
    predict,
    review,
)
from gallery_events.flows.steps.breaker import acknowledge
from gallery_events.flows.steps.run import Run
from gallery_events.signals import sweep_starting

__all__ = ["Explanation", "SweepReport", "acknowledge", "explain", "sweep"]


def sweep(
    *,
    now: datetime | None = None,
    dry_run: bool = False,
    limit: int | None = None,
    max_seconds: float | None = None,
    first_run_ok: bool = False,
    clock: Callable[[], datetime] = timezone.now,
) -> SweepReport:
    """
    Delete what nobody needs any more, as of *now*; any number may run at once.

    *limit* bounds the images reviewed, *max_seconds* the time; what is due
    stays due. A dry run writes nothing and predicts the real one. So does the
    first run after installing, and after galleries or sources were added,
    unless *first_run_ok*, or *now* is given. Call it outside of transactions.
    Raises SweepRefused, with every reason and its cure, before anything is
    touched; that too is remembered as a run.
    """
    started = monotonic()
    moment = clock() if now is None else now
    situation = Situation(moment, is_real=now is None)
    preflight.refuse_call(situation, limit, max_seconds=max_seconds, dry_run=dry_run)
    report = SweepReport(now=moment, dry_run=dry_run)
    with runs.remembered(report, clock=clock, started=started):
        preflight.refuse(*preflight.reasons(situation))
        sweep_starting.send(sender=SweepReport, now=moment, dry_run=dry_run)
        configured = conf.current()
        settings, notes = changes.in_effect(configured, now=moment, past=situation.past)
        report.notes += notes
        if now is None and not first_run_ok and not dry_run:
            report.reported_only = world.is_new(configured, situation.past)
        run = Run(
            now=moment,
            settings=settings,
            report=report,
            clock=clock,
            dry_run=dry_run or bool(report.reported_only),
            limit=limit,
            deadline=None if max_seconds is None else started + max_seconds,
        )
        if not dry_run:
            _bond(situation, clock())
            runs.begin(run, situation, configured=changes.watched(configured))
        _predict(run, situation) if run.dry_run else _sweep(run, situation)
    return report


def _sweep(run: Run, situation: Situation) -> None:
    changed = changes.since_last_run(run, situation.past)
    run.release_held = "KEEP_SNAPSHOTS" in changed
    counted = _is_counted(run)
    changes.reschedule(run, changed)
    for model, using in run.image_models():
        expire.expire(run, model, using)
    seen = _look(run)
    for model, using in run.image_models():
        review.review_due(run, model, using, live=seen)
    if counted and not run.report.breaker:
        files.remove_files(run)
    if counted:
        abandoned.remove_abandoned(run)


def _bond(situation: Situation, now: datetime) -> None:
    """Refuse where a storage will not keep its half: later runs could not tell it from another."""
    try:
        bond.make_where_new(situation.bonds, now)
    except DatabaseError:
        raise
    except Exception as error:
        why = f"A storage takes no writes, so it cannot be marked as this database's ({error!r}): "
        raise SweepRefused(f"{why}mend it, or its entry in STORAGES.") from error


def _is_counted(run: Run) -> bool:
    """Count the run in the storages: a restored backup is known by this number."""
    try:
        bond.advance()
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - any storage's errors
        run.report.failed += 1
        run.report.complain(
            f"a storage takes no writes ({error!r}), so nothing was purged and no file removed: "
            "mend it"
        )
        run.spared = "the run could not be counted in the storage"
        return False
    return True


def _predict(run: Run, situation: Situation) -> None:
    run.release_held = "KEEP_SNAPSHOTS" in changes.since_last_run(run, situation.past)
    expired = predict.expired(run)
    seen = _look(run)
    predict.predict(run, live=seen, expired=expired)
    if run.report.reported_only:
        report = run.report
        done = (report.expired, report.trashed, report.purged, report.files_removed)
        report.left |= any((*done, report.uploads_removed))


def _look(run: Run) -> live.Live:
    """Look at what is live, and ask the breaker, where either may matter."""
    suspects = any(review.has_suspects(run, *each) for each in run.image_models())
    planned = breaker.purges_due(run) if suspects else 0
    seen = live.look(live.unreferenced(run)) if suspects else {}
    run.report.breaker = breaker.check(run, planned, live=seen)
    if run.report.breaker:
        run.spared = SPARED
    elif not planned:
        run.spared = "its time in the trash ended while the sweep was running"
    return seen
