"""Step 1: references that have run out are deleted, and their images come up for review."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q

from gallery_events import sql
from gallery_events.domain.retention import cutoff, protects_latest
from gallery_events.flows.steps.run import Run, alias, batch_size
from gallery_events.models import SweepRun
from gallery_events.references import reference_model

Ended = tuple[Any, Any, int, str, int]
COLUMNS = ("pk", "image_id", "content_type_id", "object_id", "until_version")


def expire(run: Run, image_model: type[models.Model], using: str) -> None:
    """Delete what has run out, in batches; an image that loses its last reference is due now."""
    model = reference_model(image_model)
    limit = cutoff(run.settings.retention, now=run.now)
    if limit is None:
        return
    for rows in _ended(model, limit, using):
        if run.out_of_time:
            run.report.left = True
            return
        with transaction.atomic(using=using):
            sql.begin_writing(model, using)
            _expire_batch(run, image_model, [row[0] for row in rows], using=using)


def _expire_batch(
    run: Run, image_model: type[models.Model], keys: list[Any], *, using: str
) -> None:
    model = reference_model(image_model)
    limit = cutoff(run.settings.retention, now=run.now)
    manager = model._base_manager.using(using)
    batch = manager.filter(pk__in=sql.among(model._meta.pk, keys, using))
    _lock_owners(batch, run, using=using)
    images = set(batch.values_list("image_id", flat=True))
    # Two sweeps that each delete one of the last two references of an image would both
    # believe that the other one remains: its row lets one of them through at a time.
    sql.lock_rows(image_model, list(images), [], using=using, strength="NO KEY UPDATE")
    rows = list(batch.filter(until__lte=limit, held=False).values_list(*COLUMNS))
    held = set(kept_by_count(rows, run, using=using))
    gone = [row[0] for row in rows if row[0] not in held]
    if held:
        manager.filter(pk__in=held).update(held=True)
    manager.filter(pk__in=sql.among(model._meta.pk, gone, using))._raw_delete(using)  # noqa: SLF001 - nothing names a reference
    run.report.expired += len(gone)
    label = model._meta.label
    run.expired[label] = run.expired.get(label, 0) + len(gone)
    # Counted with the deletion itself: the next run must know it also of one that crashed.
    SweepRun.objects.using(alias(SweepRun)).filter(pk=run.report.run or 0).update(
        expired=run.expired
    )
    image_model._base_manager.using(using).filter(
        Q(review_after__isnull=True) | Q(review_after__gt=run.now),
        ~Exists(manager.filter(image_id=OuterRef("pk"))),
        pk__in=sql.among(image_model._meta.pk, images, using),
    ).update(review_after=run.now, reviews=0)


def predict(run: Run, image_model: type[models.Model], using: str) -> set[Any]:
    """Return the images that :func:`expire` would make due, writing nothing."""
    model = reference_model(image_model)
    limit = cutoff(run.settings.retention, now=run.now)
    if limit is None:
        return set()
    gone: set[Any] = set()
    images: set[Any] = set()
    for rows in _ended(model, limit, using, held_too=run.release_held):
        held = set(kept_by_count(rows, run, using=using))
        gone.update(row[0] for row in rows if row[0] not in held)
        images.update(row[1] for row in rows if row[0] not in held)
    run.report.expired += len(gone)
    return images - set(_staying(model, list(images), gone, using=using))


def _staying(model: type[Any], images: list[Any], gone: set[Any], *, using: str) -> Iterator[Any]:
    size = batch_size(using)
    for start in range(0, len(images), size):
        rows = model._base_manager.using(using).filter(image_id__in=images[start : start + size])
        for pk, image in rows.values_list("pk", "image_id"):
            if pk not in gone:
                yield image


def _lock_owners(rows: Any, run: Run, *, using: str) -> None:
    """
    Keep owners from being saved while it is found out what their newest snapshots are.

    Otherwise a save that lets marks go could miss the ones that are just
    being set. Owners before images, as saves lock them.
    """
    if run.settings.KEEP_SNAPSHOTS == 1 or not sql.is_postgresql(using):
        return
    wanted: dict[int, set[str]] = {}
    for owner_type, owner_id in rows.values_list("content_type_id", "object_id"):
        wanted.setdefault(owner_type, set()).add(owner_id)
    for owner_type in sorted(wanted):
        model = _owner_model(owner_type, using)
        if model is not None:
            keys = sorted(model._meta.pk.to_python(each) for each in wanted[owner_type])
            sql.lock_rows(model, keys, [], using=using, strength="SHARE")


def _owner_model(owner_type: int, using: str) -> Any:
    """Return the model of owners; None when its app is not installed any more."""
    return ContentType.objects.db_manager(using).get_for_id(owner_type).model_class()


def kept_by_count(rows: Iterable[Ended], run: Run, *, using: str) -> Iterator[Any]:
    """
    Yield the references among *rows* that one of the owner's newest snapshots still needs.

    Of an owner whose app is not installed any more nobody knows the newest
    ones: its references stay.
    """
    if run.settings.KEEP_SNAPSHOTS == 1:
        return
    owned: dict[int, list[Ended]] = {}
    for row in rows:
        owned.setdefault(row[2], []).append(row)
    for owner_type, ended in owned.items():
        model = _owner_model(owner_type, using)
        newest = {} if model is None else _newest(model, {row[3] for row in ended}, using=using)
        for pk, _, _, owner_id, until_version in ended:
            last = until_version if model is None else newest.get(owner_id)
            if last is not None and protects_latest(
                until_version, last_version=last, policy=run.settings.retention
            ):
                yield pk


def _newest(model: type[Any], owner_ids: set[str], *, using: str) -> dict[str, int]:
    """Return the number of the newest snapshot of each owner that exists."""
    rows = model._base_manager.using(using).filter(pk__in=owner_ids)
    return {str(pk): version for pk, version in rows.values_list("pk", "gallery_version")}


def _ended(
    model: type[models.Model], limit: datetime, using: str, *, held_too: bool = False
) -> Iterator[list[Ended]]:
    """Yield batches of ended references, oldest first, going on behind the last one."""
    size = batch_size(using)
    rows = model._base_manager.using(using).filter(until__lte=limit).order_by("until", "pk")
    if not held_too:
        rows = rows.filter(held=False)
    after: tuple[Any, Any] | None = None
    while True:
        page = rows
        if after is not None:
            page = rows.filter(Q(until__gt=after[0]) | Q(until=after[0], pk__gt=after[1]))
        found = list(page.values_list(*COLUMNS, "until")[:size])
        if not found:
            return
        after = (found[-1][-1], found[-1][0])
        yield [row[:-1] for row in found]
