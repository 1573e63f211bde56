"""Rebuild: the references compared with the history, and put right where they differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, router
from django.db.models import Exists, OuterRef

from gallery_events import conf, galleries, history, owners, references
from gallery_events.domain.intervals import Interval
from gallery_events.domain.snapshots import diff
from gallery_events.flows import images
from gallery_events.flows.comparing import Difference, Scope, differences, stored_of
from gallery_events.flows.mending import Rebuild, RebuildReport, apply, unscheduled
from gallery_events.flows.plans import Plan, Purpose
from gallery_events.flows.runs import judged
from gallery_events.flows.save import write_plan, writing

#: So many owners are in memory at a time.
BATCH = 100
#: So many references.
ROWS = 1000
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
    for keys in _pages(rows, "pk"):
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
        rows = run.model._base_manager.using(run.using).filter(pk=pk)
        owner = rows.get()
        deltas = {name: diff([], ids) for name, ids in row.lists.items()}
        plan = Plan(owner, run.using, row.next_version, row.lists, deltas)
        plan.purpose, plan.optional = Purpose("baseline"), set(row.lists)
        images.claim([plan], using=run.using)

        def write() -> None:
            models.QuerySet.update(rows, gallery_version=plan.version)
            history.recorder(run.model).create_historical_record(owner, "+", using=run.using)

        write_plan(plan, write)


def _remove_unknown(run: Rebuild) -> None:
    """Remove references of owners that neither exist nor have a history."""
    owner_type = references.content_type(run.model, run.using).pk
    for image_model in galleries.image_models():
        model = references.reference_model(image_model)
        rows = model._base_manager.using(run.using).filter(content_type_id=owner_type)
        for owner_ids in _owners_of(rows.order_by("pk")):
            for owner_id in owner_ids - _known(run, owner_ids):
                _remove_all_of(run, owner_id)


def _owners_of(rows: models.QuerySet[Any]) -> Iterator[set[str]]:
    """Yield the owners of references, read in the order they were written: each row once."""
    last: Any = None
    while True:
        page = rows if last is None else rows.filter(pk__gt=last)
        found = list(page.values_list("pk", "object_id")[:ROWS])
        if not found:
            return
        last = found[-1][0]
        yield {owner_id for _, owner_id in found}


def _known(run: Rebuild, owner_ids: Iterable[str]) -> set[str]:
    keys = [key for key in (_key(run.model, each) for each in owner_ids) if key is not None]
    rows = run.model._base_manager.using(run.using).filter(pk__in=keys)
    found = [
        *rows.values_list("pk", flat=True),
        *run.scope.past.filter(**{f"{run.scope.key}__in": keys})
        .order_by()
        .values_list(run.scope.key, flat=True)
        .distinct(),
    ]
    return {references.object_id(run.model, pk) for pk in found}


def _key(model: type[models.Model], owner_id: str) -> Any:
    """Return an owner's key, None for text that no row can have."""
    try:
        key = model._meta.pk.to_python(owner_id)
    except ValidationError:
        return None
    return None if isinstance(key, int) and abs(key) >= 2**63 else key


def _remove_all_of(run: Rebuild, owner_id: str) -> None:
    with writing(run.model, run.using):
        found = [stay for _, stay in stored_of(run.scope, [owner_id])]
        if found and not _known(run, [owner_id]):
            apply(run, owner_id, Difference(None, surplus=found))


def _compare_all(run: Rebuild, progress: Progress | None) -> None:
    past = run.scope.past.order_by(run.scope.key)
    total = past.values(run.scope.key).distinct().count()
    done = 0
    for keys in _pages(past, run.scope.key):
        # All is read before anything is written: SQLite refuses to write beside an open read.
        for differing in [each.pk for each in differences(run.scope, list(keys)) if _differs(each)]:
            _look_again(run, differing)
        done += len(keys)
        run.report.checked += len(keys)
        if progress is not None:
            progress(run.model._meta.label, done, total)


def _differs(found: Difference) -> bool:
    return bool(found.missing or found.optional or found.surplus)


def _pages(rows: models.QuerySet[Any], column: str) -> Iterator[set[Any]]:
    """Yield the distinct values of the column that *rows* are ordered by, page by page."""
    last: Any = None
    while True:
        page = rows if last is None else rows.filter(**{f"{column}__gt": last})
        found = list(page.values_list(column, flat=True).distinct()[:BATCH])
        if not found:
            return
        last = found[-1]
        yield set(found)


def _look_again(run: Rebuild, pk: Any) -> None:
    """Lock one owner, compare once more, and put right what still differs."""
    with writing(run.model, run.using):
        row = owners.lock(run.model, pk, using=run.using)
        (found,) = differences(run.scope, [pk])
        if row is None and owners.lock(run.model, pk, using=run.using) is not None:
            return  # it came back just now, and its save has seen to its references
        if row is not None:
            found.surplus = [each for each in found.surplus if not _is_shown(row, each)]
        apply(run, pk, found)


def _is_shown(row: owners.Row, stay: Interval) -> bool:
    """Tell whether a gallery written past the signals shows an image: doubt keeps it."""
    shown, recorded = row.lists.get(stay.field, ()), row.recorded.get(stay.field, ())
    return stay.key in shown and stay.key not in recorded


def _schedule(report: RebuildReport, now: datetime, *, check: bool) -> None:
    """Law 1: give every image that no reference names, and no review awaits, one."""
    for model in galleries.image_models():
        rows = unscheduled(model, router.db_for_write(model))
        found = rows.count() if check else rows.update(review_after=now)
        report.unscheduled += found
        if found:
            report.describe(f"{model._meta.label}: {found} images that nothing names had no review")
