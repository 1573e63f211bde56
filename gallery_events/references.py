"""The index over the history: which gallery names which image, now or recently."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
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
    """One image that enters or leaves one gallery, by the snapshot that says so."""

    object_id: str
    field: str
    key: Any
    version: int
    at: datetime

    def of(self, key: Any) -> Change:
        """Return the same change of another image."""
        return replace(self, key=key)


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


def changes(
    owner_model: type[models.Model],
    pk: Any,
    deltas: Mapping[str, Delta],
    *,
    version: int,
    at: datetime,
    without: Container[tuple[str, Any]] = (),
) -> Iterator[tuple[GalleryField, list[Change], list[Change]]]:
    """Yield for each gallery that changed what enters and what leaves it."""
    owner = object_id(owner_model, pk)
    for name, delta in deltas.items():
        entered = [
            Change(owner, name, key, version, at)
            for _, key in delta.added
            if (name, key) not in without
        ]
        left = [Change(owner, name, key, version, at) for _, key in delta.removed]
        if entered or left:
            yield gallery_field(owner_model, name), entered, left


def apply(
    owner_model: type[models.Model],
    found: Iterable[tuple[GalleryField, list[Change], list[Change]]],
    *,
    using: str,
) -> None:
    """Close and open references: one statement each for an image model, whatever their number."""
    entered: dict[type[models.Model], list[Change]] = {}
    left: dict[type[models.Model], list[Change]] = {}
    for field, coming, going in found:
        model = reference_model(field.image_model)
        entered.setdefault(model, []).extend(coming)
        left.setdefault(model, []).extend(going)
    owner = content_type(owner_model, using).pk
    for model, each in left.items():
        close(model, owner, each, using=using)
    for model, each in entered.items():
        open_(model, owner, each, using=using)


def open_(
    model: type[models.Model], content_type_id: int, entered: list[Change], *, using: str
) -> None:
    """Insert a current reference for each change; one that is there already stays."""
    if not entered:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(
            _open_statement(model, using),
            [content_type_id, False, _text(model, entered, using)],
        )


@cache
def _open_statement(model: type[models.Model], using: str) -> str:
    table, *columns = sql.quoted(
        using,
        model._meta.db_table,
        "content_type_id",
        "object_id",
        "field",
        model._meta.get_field("image").column,  # type: ignore[union-attr]
        "since_version",
        "since",
        "held",
    )
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) "
        f"SELECT %s, c.object_id, c.field, c.image, c.version, c.at, %s "
        f"FROM ({_rows(model, using)}) c WHERE true ON CONFLICT DO NOTHING"
    )


def close(
    model: type[models.Model], content_type_id: int, left: list[Change], *, using: str
) -> None:
    """End the current reference of each change."""
    if not left:
        return
    with connections[using].cursor() as cursor:
        cursor.execute(_close_statement(model, using), [_text(model, left, using), content_type_id])


@cache
def _close_statement(model: type[models.Model], using: str) -> str:
    table, image = sql.quoted(
        using,
        model._meta.db_table,
        model._meta.get_field("image").column,  # type: ignore[union-attr]
    )
    # SQLite would read all references of the owner's model; the plus, which hides an index from
    # it, makes it look up each image instead.
    plus = "" if sql.is_postgresql(using) else "+"
    return (
        f"UPDATE {table} SET until_version = c.version, until = c.at "
        f"FROM ({_rows(model, using)}) c WHERE {plus}{table}.content_type_id = %s "
        f"AND {table}.object_id = c.object_id AND {table}.field = c.field "
        f"AND {table}.{image} = c.image AND {table}.until IS NULL"
    )


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


def _rows(model: type[models.Model], using: str) -> str:
    """Return a subquery that reads what :func:`_text` wrote."""
    image: Any = model._meta.get_field("image")
    if sql.is_postgresql(using):
        key = image.db_type(connections[using])
        return (
            f"SELECT e->>0 AS object_id, e->>1 AS field, (e->>2)::{key} AS image, "
            "(e->>3)::integer AS version, (e->>4)::timestamptz AS at "
            "FROM jsonb_array_elements(%s::jsonb) e"
        )
    return (
        "SELECT json_extract(value, '$[0]') AS object_id, json_extract(value, '$[1]') AS field, "
        "json_extract(value, '$[2]') AS image, json_extract(value, '$[3]') AS version, "
        "json_extract(value, '$[4]') AS at FROM json_each(%s)"
    )


def _text(model: type[models.Model], found: list[Change], using: str) -> str:
    connection = connections[using]
    key = model._meta.get_field("image").target_field  # type: ignore[union-attr]
    moments = {each.at: _moment(each.at, using) for each in found}
    rows = []
    for each in found:
        prepared = each.key
        if type(prepared) is not int:
            prepared = str(key.get_db_prep_value(each.key, connection, prepared=False))
        rows.append([each.object_id, each.field, prepared, each.version, moments[each.at]])
    return json.dumps(rows)


def _moment(at: datetime, using: str) -> str:
    """Write a moment as the database stores it."""
    if sql.is_postgresql(using):
        return at.isoformat()
    return str(connections[using].ops.adapt_datetimefield_value(at))
