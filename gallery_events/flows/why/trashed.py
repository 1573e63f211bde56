"""What is in the trash, and what was purged out of it and can still be had back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet, Sum
from django.utils import timezone

from gallery_events import arguments, conf, galleries
from gallery_events.conf import GallerySettings
from gallery_events.domain.report import LONGEST_LIST
from gallery_events.domain.retention import NEVER
from gallery_events.domain.trash import Trash, Trashed
from gallery_events.flows.steps import changes, live
from gallery_events.flows.steps.run import alias, batch_size
from gallery_events.flows.why import graves
from gallery_events.flows.why.finding import image_model
from gallery_events.flows.why.last_places import last_places
from gallery_events.flows.why.reasons import reasons
from gallery_events.models import SweepRun, Tombstone


def contents(
    *, model: type[Any] | str | None = None, now: datetime | None = None, most: int = LONGEST_LIST
) -> Trash:
    """Return what is in the trash, of one image model or of all; *most* bounds each list."""
    arguments.refuse_wrong_moment("now", now)
    now = now or timezone.now()
    settings, _ = changes.in_effect(conf.current(), now=now)
    chosen = [image_model(model)] if model is not None else galleries.image_models()
    found, seen = Trash(), live.look()
    for each in chosen:
        rows = _in_trash(each)
        told = rows.aggregate(size=Sum("size"))
        found.number += rows.count()
        found.size += told["size"] or 0
        listed = list(rows.order_by("review_after", "pk")[:most])
        found.images += _told(each, listed, settings=settings, now=now, seen=seen)
    _add_purged(found, chosen if model is not None else None, now=now, most=most)
    found.images = sorted(found.images, key=_order)[:most]
    return found


def _order(each: Trashed) -> tuple[bool, datetime]:
    """Put first what goes first, and last what nobody knows when."""
    return each.until is None, each.until or NEVER


def of_run(run: SweepRun) -> list[Any]:
    """
    Return what a rescue can take back of one run: images it trashed, tombstones of those it purged.

    What was purged last comes first: an original always went after what was
    made from it.
    """
    purged = _rescuable().filter(evidence__run=run.pk).order_by("-pk")
    trashed = [
        row
        for model in galleries.image_models()
        for row in _in_trash(model).filter(trashed_at=run.judged_at).order_by("pk")
    ]
    return [*purged, *trashed]


def _in_trash(model: type[Any]) -> QuerySet[Any]:
    rows = model._base_manager.using(alias(model))
    return rows.filter(trashed_at__isnull=False)  # type: ignore[no-any-return]


def _rescuable() -> QuerySet[Tombstone]:
    return Tombstone.objects.using(alias(Tombstone)).filter(attempts=0, done_at__isnull=True)


def _told(
    model: type[Any],
    images: list[Any],
    *,
    settings: GallerySettings,
    now: datetime,
    seen: live.Live,
) -> Iterator[Trashed]:
    using = alias(model)
    last = last_places(model, [each.pk for each in images], using=using)
    for start in range(0, len(images), batch_size(using)):
        batch = images[start : start + batch_size(using)]
        found = reasons(batch, settings=settings, now=now, using=using, seen=seen, last=last)
        for each in batch:
            yield Trashed(
                image=model._meta.label,
                key=each.pk,
                name=each.name or str(each.__dict__["file"]),
                size=each.total_size(),
                since=each.trashed_at,
                until=found[each.pk].earliest,
                why=found[each.pk].lines,
            )


def _add_purged(found: Trash, chosen: list[type[Any]] | None, *, now: datetime, most: int) -> None:
    rows = _rescuable()
    if chosen is not None:
        rows = rows.filter(image_model__in=[model._meta.label for model in chosen])
    found.number_purged = rows.count()
    found.size_purged = rows.aggregate(size=Sum("size"))["size"] or 0
    listed = list(rows.order_by("due", "pk")[:most])
    last = graves.last_places_of(listed)
    found.purged = [
        Trashed(
            image=each.image_model,
            key=each.key,
            name=each.name or each.columns.get("file", ""),
            size=each.total_size,
            since=graves.trashed_at(each),
            until=each.due,
            purged_at=each.purged_at,
            why=tuple(graves.lines(each, now=now, last=last.get(each.pk, []))),
        )
        for each in listed
    ]
