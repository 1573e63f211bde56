"""Law 3: before anything is purged, look once at what galleries really hold."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from django.db import connections, models
from django.db.models import Exists, OuterRef

from gallery_events import galleries, owners, sql
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.flows.repair.drift import drifted
from gallery_events.flows.steps.run import Run, alias
from gallery_events.references import reference_model

Live = dict[type[models.Model], dict[Any, str]]
Suspects = Mapping[type[models.Model], Collection[Any]]

#: Which owners show some of the images; what is no list is read by those who read rows that differ.
SHOWING = {
    "postgresql": (
        "SELECT e.value::text, o.{1} FROM {0} o CROSS JOIN LATERAL jsonb_array_elements("
        "CASE jsonb_typeof(o.{2}) WHEN 'array' THEN o.{2} ELSE '[]' END) e "
        "WHERE e.value IN (SELECT value FROM jsonb_array_elements(%s::jsonb))"
    ),
    "sqlite": (
        "SELECT json_quote(e.value), o.{1} FROM {0} o, json_each("
        "CASE WHEN json_valid(o.{2}) AND json_type(o.{2}) = 'array' THEN o.{2} ELSE '[]' END) e "
        "WHERE e.value IN (SELECT value FROM json_each(%s))"
    ),
}


def look(suspects: Suspects | None = None) -> Live:
    """
    Return the images that galleries show and that no reference may protect, with the place.

    One join for each owner model finds the rows that differ from their last
    snapshot, or have none: they were written past the signals. *suspects* are
    images that no reference names: whether a row shows one all the same, as
    its snapshot says, is asked of all rows at once.
    """
    found: Live = {}
    for model in galleries.owner_models():
        using = alias(model)
        for each in drifted(model, using=using):
            for field in gallery_fields(model):
                place = _place(field, each.pk)
                images = found.setdefault(field.image_model, {})
                for key in owners.decode(field, each.held[field.name], using):
                    images.setdefault(key, place)
        for field in gallery_fields(model):
            keys = (suspects or {}).get(field.image_model, ())
            for key, pk in _showing(field, keys, using=using):
                found.setdefault(field.image_model, {}).setdefault(key, _place(field, pk))
    return found


def unreferenced(run: Run) -> Suspects:
    """Return the images that are due and that no reference names, by model."""
    found: dict[type[models.Model], list[Any]] = {}
    for model, using in run.image_models():
        rows = reference_model(model)._base_manager.using(using).filter(image_id=OuterRef("pk"))
        due = model._base_manager.using(using).filter(~Exists(rows), review_after__lte=run.now)
        found[model] = list(due.values_list("pk", flat=True))
    return found


def _showing(
    field: GalleryField, keys: Collection[Any], *, using: str
) -> Iterator[tuple[Any, Any]]:
    """Yield (image, owner) for those of the images that any row of a gallery's model shows."""
    if not keys:
        return
    model = field.model
    owner, key, column = sql.quoted(
        using, model._meta.db_table, model._meta.pk.column, field.column
    )
    wanted = json.dumps([field.to_json(each) for each in keys])
    with connections[using].cursor() as cursor:
        cursor.execute(SHOWING[connections[using].vendor].format(owner, key, column), [wanted])
        for image, pk in cursor.fetchall():
            yield field.to_key(json.loads(image)), model._meta.pk.to_python(pk)


def _place(field: GalleryField, pk: Any) -> str:
    return f"{field.name} of {field.model._meta.label} {pk}"
