"""Law 3: before anything is purged, look once at what galleries really hold."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import islice, takewhile
from typing import Any

from django.db import connections, models
from django.db.models import Exists, OuterRef, Q

from gallery_events import galleries, owners, sql
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.flows.repair.drift import drifted
from gallery_events.flows.steps.run import Run, alias
from gallery_events.references import reference_model

Live = dict[type[models.Model], dict[Any, str]]
Suspects = Mapping[type[models.Model], Iterable[Any]]

#: For which images it matters what galleries really hold: what may be purged, and what was kept
#: before. By a list that was written past the signals, it may be, and must not go back into the
#: trash.
SUSPECT = Q(trashed_at__isnull=False) | Q(reviews__gt=0)

#: So many images are looked for by one statement, which reads the lists of all owners.
LOOKED_AT_ONCE = 50_000

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
    for image_model, keys in (suspects or {}).items():
        left = iter(keys)
        while page := list(islice(left, LOOKED_AT_ONCE)):
            for field in _galleries_of(image_model):
                for key, pk in _showing(field, page):
                    found.setdefault(image_model, {}).setdefault(key, _place(field, pk))
    return found


def unreferenced(run: Run) -> Suspects:
    """
    Return the images that are due, that a look matters for, and that no reference names, by model.

    They are read while they are looked at. With a limit these are the first
    so many in the order of the review, which then goes no further than that.
    """
    return {model: _unreferenced(run, model, using) for model, using in run.image_models()}


def _unreferenced(run: Run, model: type[Any], using: str) -> Iterator[Any]:
    rows = reference_model(model)._base_manager.using(using).filter(image_id=OuterRef("pk"))
    due = model._base_manager.using(using).filter(SUSPECT, review_after__lte=run.now)
    if run.limit is None:
        found = due.filter(~Exists(rows)).values_list("pk", flat=True)
        yield from takewhile(lambda _: not run.must_stop, found.iterator())
        return
    first = due.order_by("review_after", "pk")[: run.limit]
    places = first.values_list("review_after", "pk", Exists(rows))
    for number, (moment, key, is_named) in enumerate(places.iterator(), 1):
        if run.must_stop:
            return
        if number == run.limit:
            run.looked_to[model] = (moment, key)
        if not is_named:
            yield key


def _galleries_of(image_model: type[models.Model]) -> Iterator[GalleryField]:
    for model in galleries.owner_models():
        yield from (each for each in gallery_fields(model) if each.image_model is image_model)


def _showing(field: GalleryField, keys: Collection[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield (image, owner) for those of the images that any row of a gallery's model shows."""
    model = field.model
    using = alias(model)
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
