"""Where images were last, by the history of their owners: who took them out, and when."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, models

from gallery_events import galleries, history, sql
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.flows.why.owner_names import names_of
from gallery_events.owners import DELETED


@dataclass(frozen=True, slots=True)
class LastPlace:
    """
    One gallery that held an image, and does not any more.

    *snapshot* is the last that held it. *until* and *by* tell when it was
    taken out and by whom; *until* is None when the newest snapshot holds it.
    """

    place: str
    snapshot: int
    until: datetime | None
    by: str
    with_owner: bool


@dataclass(frozen=True, slots=True)
class _Stay:
    """The last snapshot of one owner that holds one image in one gallery."""

    key: Any
    field: GalleryField
    owner: Any
    version: int


def last_places(
    image_model: type[models.Model], keys: Collection[Any], *, using: str
) -> dict[Any, list[LastPlace]]:
    """
    Return where images were last, the latest place first.

    The history is searched, for want of an index of what is long over: one
    query for each gallery that shows such images, and two for each owner model.
    """
    found: dict[Any, list[LastPlace]] = {}
    for model in galleries.owner_models() if keys else ():
        stays = [
            stay
            for field in gallery_fields(model)
            if field.image_model is image_model
            for stay in _stays(model, field, keys, using=using)
        ]
        for key, place in _places(model, stays, using=using):
            found.setdefault(key, []).append(place)
    for places in found.values():
        places.sort(key=_recency, reverse=True)
    return found


def _recency(place: LastPlace) -> tuple[bool, float]:
    return (True, 0) if place.until is None else (False, place.until.timestamp())


def _stays(
    model: type[models.Model], field: GalleryField, keys: Collection[Any], *, using: str
) -> Iterator[_Stay]:
    past = history.history_model(model)
    log, key, version, column = sql.quoted(
        using, past._meta.db_table, model._meta.pk.column, "gallery_version", field.column
    )
    with connections[using].cursor() as cursor:
        cursor.execute(
            # Names are quoted by the backend, values are parameters.
            f"SELECT {_TEXT[_vendor(using)]}, h.{key}, MAX(h.{version}) "  # noqa: S608
            f"FROM {log} h, {_ELEMENTS[_vendor(using)].format(column=column)} e "
            f"WHERE e.value IN ({_WANTED[_vendor(using)]}) GROUP BY 1, 2",
            [json.dumps([field.to_json(each) for each in keys])],
        )
        for image, owner, last in cursor.fetchall():
            yield _Stay(field.to_key(image), field, model._meta.pk.to_python(owner), last)


def _vendor(using: str) -> str:
    return "postgresql" if sql.is_postgresql(using) else "sqlite"


#: What somebody wrote into the column that is no list holds no image.
_ELEMENTS = {
    "postgresql": (
        "jsonb_array_elements(CASE WHEN jsonb_typeof(h.{column}) = 'array' "
        "THEN h.{column} ELSE '[]'::jsonb END)"
    ),
    "sqlite": "json_each(CASE WHEN json_type(h.{column}) = 'array' THEN h.{column} ELSE '[]' END)",
}
_WANTED = {
    "postgresql": "SELECT value FROM jsonb_array_elements(%s::jsonb)",
    "sqlite": "SELECT value FROM json_each(%s)",
}
_TEXT = {"postgresql": "e.value #>> '{{}}'".format(), "sqlite": "e.value"}


def _places(
    model: type[models.Model], stays: list[_Stay], *, using: str
) -> Iterator[tuple[Any, LastPlace]]:
    """Yield what the snapshots say of each stay: the last one, and the first one without it."""
    if not stays:
        return
    owners = {stay.owner for stay in stays}
    versions = {stay.version + after for stay in stays for after in (0, 1)}
    records = snapshots_of(model, owners, versions, using=using)
    names = names_of(model, owners, using=using)
    for stay in stays:
        last, without = (records.get((stay.owner, stay.version + after)) for after in (0, 1))
        ended = last if last is not None and last.history_type == DELETED else without
        yield (
            stay.key,
            LastPlace(
                place=names.place(stay.field.name, stay.owner),
                snapshot=stay.version,
                until=ended.history_date if ended is not None else None,
                by=ended.actor if ended is not None else "",
                with_owner=ended is not None and ended.history_type == DELETED,
            ),
        )


def snapshots_of(
    model: type[models.Model], owners: Collection[Any], versions: Collection[int], *, using: str
) -> dict[tuple[Any, int], Any]:
    """Return snapshots by owner and number, without what their galleries held."""
    key = model._meta.pk
    rows: Any = history.history_model(model)._base_manager.using(using)
    found = rows.filter(
        gallery_version__in=list(versions),
        **{f"{key.attname}__in": sql.among(key, owners, using)},
    ).only(key.attname, "gallery_version", "history_date", "history_type", "actor")
    return {(getattr(each, key.attname), each.gallery_version): each for each in found}
