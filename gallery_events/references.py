"""The index over the history: which gallery names which image, now or recently."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connections, models

from gallery_events import sql
from gallery_events.domain.intervals import Interval
from gallery_events.domain.snapshots import Delta
from gallery_events.fields import GalleryField, gallery_field


@dataclass(frozen=True, slots=True)
class Change:
    """The images that enter, or leave, one gallery by one snapshot."""

    object_id: str
    field: str
    version: int
    at: datetime
    keys: list[Any]


def reference_model(image_model: type[models.Model]) -> type[models.Model]:
    """Return the model of the references to an image model."""
    return image_model._meta.get_field("references").related_model  # type: ignore[return-value]


def content_type(owner_model: type[models.Model], using: str) -> ContentType:
    """Return the content type of an owner model, by the database of the owner."""
    return ContentType.objects.db_manager(using).get_for_model(owner_model)


def object_id(owner_model: type[models.Model], pk: Any) -> str:
    """Return the key of an owner as references hold it: text that reads back."""
    field = owner_model._meta.pk
    while field.remote_field is not None:
        field = field.target_field  # type: ignore[attr-defined]
    return str(field.to_python(pk))


def of_gallery(
    owner_model: type[models.Model], pk: Any, field: GalleryField, *, using: str
) -> models.QuerySet[Any]:
    """Return the references of one gallery, current and recent."""
    return (
        reference_model(field.image_model)
        ._base_manager.using(using)
        .filter(
            content_type=content_type(owner_model, using),
            object_id=object_id(owner_model, pk),
            field=field.name,
        )
    )


def apply(
    owner_model: type[models.Model],
    pk: Any,
    deltas: Mapping[str, Delta],
    *,
    version: int,
    at: datetime,
    using: str,
    without: Container[tuple[str, Any]] = (),
) -> None:
    """
    Close and open the references of one owner by what a snapshot changed.

    One statement each for a gallery, however many images enter or leave it;
    *without* are (gallery, key) that get no reference.
    """
    owner_id = object_id(owner_model, pk)
    owner_type = content_type(owner_model, using).pk
    for name, delta in deltas.items():
        model = reference_model(gallery_field(owner_model, name).image_model)
        left = [key for _, key in delta.removed]
        entered = [key for _, key in delta.added if (name, key) not in without]
        close(model, owner_type, Change(owner_id, name, version, at, left), using=using)
        open_(model, owner_type, Change(owner_id, name, version, at, entered), using=using)


def open_(model: type[models.Model], owner_type: int, change: Change, *, using: str) -> None:
    """Insert a current reference for each image that enters; one that is there already stays."""
    if change.keys:
        _execute(_open_statement(model, using), model, owner_type, change, using=using)


@cache
def _open_statement(model: type[models.Model], using: str) -> str:
    image: Any = model._meta.get_field("image")
    table, *columns = sql.quoted(
        using,
        model._meta.db_table,
        *("since_version", "since", "content_type_id", "object_id", "field"),
        *("held", image.column),
    )
    held = "false" if sql.is_postgresql(using) else "0"
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT {', '.join(_placeholders(model, using))}, {held}, k.value "
        f"FROM ({sql.keys_as_rows(image.target_field, using)}) k "
        "WHERE true ON CONFLICT DO NOTHING"
    )


def close(model: type[models.Model], owner_type: int, change: Change, *, using: str) -> None:
    """End the current reference of each image that leaves."""
    if change.keys:
        _execute(_close_statement(model, using), model, owner_type, change, using=using)


@cache
def _close_statement(model: type[models.Model], using: str) -> str:
    image: Any = model._meta.get_field("image")
    table, column = sql.quoted(using, model._meta.db_table, image.column)
    version, at, *_ = _placeholders(model, using)
    return (
        f"UPDATE {table} SET until_version = {version}, until = {at} "
        "WHERE content_type_id = %s AND object_id = %s AND field = %s AND until IS NULL "
        f"AND {sql.is_among(column, image.target_field, using)}"
    )


def _placeholders(model: type[models.Model], using: str) -> list[str]:
    names = ("since_version", "since", "content_type", "object_id", "field")
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    return [sql.typed_placeholder(field, using) for field in fields]


def _execute(
    statement: str, model: type[models.Model], owner_type: int, change: Change, *, using: str
) -> None:
    connection, image = connections[using], model._meta.get_field("image")
    at = connection.ops.adapt_datetimefield_value(change.at)
    place = [change.version, at, owner_type, change.object_id, change.field]
    keys = sql.keys_as_parameter(image.target_field, change.keys, using)  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(statement, [*place, keys])


def insert(
    owner_model: type[models.Model],
    pk: Any,
    image_model: type[models.Model],
    stays: Iterable[Interval],
    *,
    using: str,
) -> None:
    """Write one owner's references to images of one model as the history tells them."""
    model: Any = reference_model(image_model)
    owner = {
        "content_type_id": content_type(owner_model, using).pk,
        "object_id": object_id(owner_model, pk),
    }
    model._base_manager.using(using).bulk_create(
        [
            model(
                **owner,
                field=stay.field,
                image_id=stay.key,
                since_version=stay.since_version,
                since=stay.since,
                until_version=stay.until_version,
                until=stay.until,
            )
            for stay in stays
        ],
        ignore_conflicts=True,
    )


def release(
    model: type[models.Model], content_type_id: int, owner_ids: Iterable[str], *, using: str
) -> None:
    """Clear the mark of rows that only KEEP_SNAPSHOTS kept: their owners have new snapshots."""
    model._base_manager.using(using).filter(
        content_type_id=content_type_id,
        object_id__in=list(owner_ids),
        until__isnull=False,
        held=True,
    ).update(held=False)
