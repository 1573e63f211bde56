"""The end of an image: its row deleted under its foreign keys, its tombstone written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections, models
from django.db.models import F

from gallery_events import sql
from gallery_events.domain.retention import Verdict
from gallery_events.flows.steps.run import NEXT_RUN, Run, alias
from gallery_events.models import SweepRun, Tombstone
from gallery_events.signals import image_purged

#: What JSON holds as it is.
PLAIN = frozenset({bool, int, float, str, list, dict, type(None)})


def purge(run: Run, condemned: Sequence[tuple[Any, Verdict]], *, using: str) -> None:
    """
    Delete rows and write their tombstones, in the caller's transaction.

    The DELETE under its foreign keys is the commit point: PostgreSQL checks
    them here, SQLite when the transaction ends. Raises IntegrityError when
    anything at all still names an image.
    """
    if not condemned:
        return
    images = [image for image, _ in condemned]
    model = type(images[0])
    tombstones = list(_tombstones(run, condemned))
    sql.insert(tombstones, using)
    if sql.is_postgresql(using):
        # Django's foreign keys are deferred: a violation would otherwise come at COMMIT.
        with connections[using].cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    rows = model._base_manager.using(using).filter(
        pk__in=sql.among(model._meta.pk, [image.pk for image in images], using)
    )
    rows._raw_delete(using)  # noqa: SLF001 - delete() refuses, and would look for what cascades
    _wake_originals(run, model, images, using=using)
    # Counted with the deletion itself: the breaker must know it also of a run that crashed.
    SweepRun.objects.using(alias(SweepRun)).filter(pk=run.report.run or 0).update(
        purged=F("purged") + len(images)
    )
    for image, written in zip(images, tombstones, strict=True):
        image_purged.send(sender=model, image=image, tombstone=written)


def _wake_originals(run: Run, model: type[Any], images: Iterable[Any], *, using: str) -> None:
    """
    Let the next run look at what purged images were made from.

    One that another sweeper holds is left to it: waiting for each other's
    originals, two sweepers would stop each other.
    """
    originals = {image.original_id for image in images if image.original_id is not None}
    if not originals:
        return
    manager = model._base_manager.using(using)
    free = manager.filter(pk__in=originals).select_for_update(skip_locked=True, no_key=True)
    manager.filter(pk__in=list(free.values_list("pk", flat=True))).update(
        review_after=run.now + NEXT_RUN, reviews=0
    )


def _tombstones(run: Run, condemned: Iterable[tuple[Any, Verdict]]) -> Iterator[Tombstone]:
    """Yield what stays of images: all their columns, their files, and why they went."""
    evidence = {
        "run": run.report.run,
        "judged_at": run.now.isoformat(),
        "retention_days": run.settings.RETENTION_DAYS,
        "trash_days": run.settings.TRASH_DAYS,
        "sources": [name for name, _ in run.settings.sources()],
    }
    due = run.now + run.settings.retention.file_delay
    for image, verdict in condemned:
        yield Tombstone(
            image_model=type(image)._meta.label,
            key=str(image.pk),
            name=image.name,
            size=image.size,
            sha256=image.sha256,
            placeholder=image.placeholder,
            columns=columns(image),
            storage=image.storage,
            files=image.file_names(),
            reason=verdict.reason,
            evidence={**evidence, "trashed_at": image.trashed_at.isoformat()},
            purged_at=run.now,
            due=due,
        )


def columns(image: models.Model) -> dict[str, Any]:
    """Return a row as JSON can hold it, so that the same row can be had back."""
    found = {}
    for field in image._meta.concrete_fields:
        value = image.__dict__.get(field.attname)
        found[field.attname] = value if type(value) in PLAIN else _as_json(field, image)
    return found


def _as_json(field: Any, image: models.Model) -> Any:
    value = field.value_from_object(image)
    if value is None or isinstance(value, (bool, int, float, str, list, dict)):
        return value
    if isinstance(field, models.FileField):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    try:
        return DjangoJSONEncoder().default(value)
    except TypeError:
        return field.value_to_string(image)
