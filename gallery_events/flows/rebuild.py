"""Rebuild: the references compared with the history, and put right where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from django.db import router
from django.db.models import Exists, OuterRef

from gallery_events import conf, galleries, owners
from gallery_events.flows.plans import Purpose
from gallery_events.flows.repair import unknown
from gallery_events.flows.repair.comparing import Scope, differences, pages
from gallery_events.flows.repair.found import record_as_found
from gallery_events.flows.repair.mending import Rebuild, RebuildReport, mend, unscheduled
from gallery_events.flows.runs import judged
from gallery_events.flows.save import writing

#: progress(model, owners done, owners in all)
Progress = Callable[[str, int, int], None]


def rebuild(
    owner_models: Iterable[type[Any]] | None = None,
    *,
    now: datetime,
    check: bool = False,
    progress: Progress | None = None,
) -> RebuildReport:
    """
    Bring the references in line with the history, owner by owner, in flat memory.

    A *check* writes nothing. Only what is inside the retention is compared,
    as of *now* or the latest moment that a sweep judged by. Saves may go on
    meanwhile: who differs is locked and compared again.
    """
    report = RebuildReport()
    policy = conf.current().retention
    moment = judged(now)
    for model in galleries.owner_models() if owner_models is None else owner_models:
        scope = Scope(model, router.db_for_write(model), moment, policy)
        run = Rebuild(scope, check, report)
        _record_unrecorded(run)
        _remove_unknown(run)
        _compare_all(run, progress)
    if owner_models is None:
        _schedule(report, moment, check=check)
    return report


def _record_unrecorded(run: Rebuild) -> None:
    """Give owners that have no snapshot, from before galleries were recorded, a baseline."""
    past = run.scope.past.filter(**{run.scope.key: OuterRef("pk")})
    rows = run.model._base_manager.using(run.using).filter(~Exists(past)).order_by("pk")
    for keys in pages(rows, "pk"):
        for pk in keys:
            run.report.unrecorded += 1
            run.report.describe(f"{run.model._meta.label} {pk} has no snapshot")
            if not run.check:
                _record_baseline(run, pk)


def _record_baseline(run: Rebuild, pk: Any) -> None:
    """Write the first snapshot of a row as it is; images that are gone get no reference."""
    with writing(run.model, run.using):
        row = owners.lock(run.model, pk, using=run.using)
        if row is None or row.last_version:
            return
        owner = run.model._base_manager.using(run.using).get(pk=pk)
        record_as_found(owner, row, purpose=Purpose("baseline"), using=run.using)


def _remove_unknown(run: Rebuild) -> None:
    """Remove references of owners that neither exist nor have a history."""
    for owner_id in unknown.unknown_owners(run.scope):
        with writing(run.model, run.using):
            unknown.remove(run, owner_id)


def _compare_all(run: Rebuild, progress: Progress | None) -> None:
    past = run.scope.past.order_by(run.scope.key)
    total = past.values(run.scope.key).distinct().count()
    done = 0
    for keys in pages(past, run.scope.key):
        # All is read before anything is written: SQLite refuses to write beside an open read.
        for differing in [each.pk for each in differences(run.scope, list(keys)) if each]:
            with writing(run.model, run.using):
                mend(run, differing)
        done += len(keys)
        run.report.checked += len(keys)
        if progress is not None:
            progress(run.model._meta.label, done, total)


def _schedule(report: RebuildReport, now: datetime, *, check: bool) -> None:
    """Law 1: give every image that no reference names, and no review awaits, one."""
    for model in galleries.image_models():
        rows = unscheduled(model, router.db_for_write(model))
        found = rows.count() if check else rows.update(review_after=now)
        report.unscheduled += found
        if found:
            report.describe(f"{model._meta.label}: {found} images that nothing names had no review")
