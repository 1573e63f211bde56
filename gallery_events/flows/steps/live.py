"""Law 3: before anything is purged, look once at what galleries really hold."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connections, models

from gallery_events import galleries, history, owners, sql
from gallery_events.fields import gallery_fields
from gallery_events.flows.steps.run import alias

Live = dict[type[models.Model], dict[Any, str]]


def look() -> Live:
    """
    Return the images in galleries that differ from their last snapshot, with the place.

    One join for each owner model; only rows that differ, or have no snapshot,
    are read. They were written past the signals, so no reference names their
    images.
    """
    found: Live = {}
    for model in galleries.owner_models():
        fields = gallery_fields(model)
        for pk, values in _drifted(model):
            for field, value in zip(fields, values, strict=True):
                place = f"{field.name} of {model._meta.label} {pk}"
                images = found.setdefault(field.image_model, {})
                for key in owners.decode(field, value, alias(model)):
                    images.setdefault(key, place)
    return found


def place_of(image: models.Model) -> str | None:
    """Return the gallery that shows an image without a reference, or None."""
    return look().get(type(image), {}).get(image.pk)


def _drifted(model: type[models.Model]) -> Iterator[tuple[Any, list[Any]]]:
    using = alias(model)
    past = history.history_model(model)
    owner, log, key, version = sql.quoted(
        using, model._meta.db_table, past._meta.db_table, model._meta.pk.column, "gallery_version"
    )
    columns = sql.quoted(using, *(field.column for field in gallery_fields(model)))
    unlike = "IS DISTINCT FROM" if sql.is_postgresql(using) else "IS NOT"
    differs = " OR ".join(f"h.{column} {unlike} o.{column}" for column in columns)
    with connections[using].cursor() as cursor:
        cursor.execute(
            # Names are quoted by the backend, and there are no values.
            f"SELECT o.{key}, {', '.join(f'o.{column}' for column in columns)} FROM {owner} o "  # noqa: S608
            f"LEFT JOIN {log} h ON h.{key} = o.{key} AND h.{version} = o.{version} "
            f"WHERE h.{key} IS NULL OR h.history_type = '-' OR {differs} "
            # A row put back from an older backup equals an older snapshot.
            f"OR EXISTS (SELECT 1 FROM {log} x WHERE x.{key} = o.{key} "
            f"AND x.{version} > o.{version})"
        )
        while rows := cursor.fetchmany(500):
            for pk, *values in rows:
                yield model._meta.pk.to_python(pk), values
