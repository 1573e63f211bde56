"""Owners that are deleted: as their last snapshots had them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Exists, OuterRef

from gallery_events import history, sql
from gallery_events.fields import gallery_fields
from gallery_events.timelines.deltas import DELETED
from gallery_events.timelines.pictures import Pictures, Thumbnail
from gallery_events.timelines.states import keys_of
from gallery_events.timelines.wording import name_of

#: So many thumbnails stand for an owner.
MOST = 6


@dataclass(frozen=True, slots=True)
class DeletedOwner:
    """
    An owner that exists no longer.

    *at* and *actor* are unknown where it was deleted past its history.
    *available* of its *count* images can still be had.
    """

    key: Any
    name: str
    at: datetime | None
    actor: str
    thumbnails: list[Thumbnail]
    count: int
    available: int
    record: Any


def deleted_records(
    owner_model: type[models.Model], *, snapshots: models.QuerySet[Any]
) -> models.QuerySet[Any]:
    """Return, of these snapshots of an owner model, the last ones of owners that are deleted."""
    key = owner_model._meta.pk
    attname = key.attname
    past = history.history_model(owner_model)
    newer = past._base_manager.filter(
        **{attname: OuterRef(attname)}, gallery_version__gt=OuterRef("gallery_version")
    )
    alive = owner_model._base_manager.filter(pk=OuterRef(attname))
    return snapshots.filter(~Exists(alive), ~Exists(newer)).order_by(
        "-history_date", "-gallery_version", attname
    )


def deleted_owners(records: Iterable[Any], *, pictures: Pictures) -> list[DeletedOwner]:
    """Return deleted owners by their last snapshots, with their first images."""
    found = [(record, keys_of(record)) for record in records]
    if not found:
        return []
    galleries = gallery_fields(type(found[0][0]))
    shown = [
        [(each, key) for each in galleries for key in lists[each.name]][:MOST] for _, lists in found
    ]
    for part in shown:
        for gallery, key in part:
            pictures.note(gallery, [key])
    pictures.read()
    alive = _existing([lists for _, lists in found], galleries, using=pictures.using)
    return [
        _owner(
            record,
            [pictures.thumbnail(gallery, key) for gallery, key in part],
            count=sum(map(len, lists.values())),
            available=sum(
                len(alive[each.image_model].intersection(lists[each.name])) for each in galleries
            ),
        )
        for (record, lists), part in zip(found, shown, strict=True)
    ]


def _owner(record: Any, thumbnails: list[Thumbnail], *, count: int, available: int) -> DeletedOwner:
    owner, told = record.instance, record.history_type == DELETED
    return DeletedOwner(
        key=owner.pk,
        name=name_of(owner),
        at=record.history_date if told else None,
        actor=record.actor if told else "",
        thumbnails=thumbnails,
        count=count,
        available=available,
        record=record,
    )


def _existing(
    found: list[dict[str, list[Any]]], galleries: list[Any], *, using: str
) -> dict[type[models.Model], set[Any]]:
    """Return which of all these images exist: a query for each image model."""
    keys: dict[type[models.Model], set[Any]] = {}
    for each in galleries:
        wanted = keys.setdefault(each.image_model, set())
        wanted.update(*(lists[each.name] for lists in found))
    return {
        model: set(
            model._base_manager.using(using)
            .filter(pk__in=sql.among(model._meta.pk, wanted, using))
            .values_list("pk", flat=True)
        )
        for model, wanted in keys.items()
    }
