"""The rows of other models that name images, called as people know them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Count, F, Window
from django.db.models.functions import RowNumber

from gallery_events import history, uses
from gallery_events.conf import GallerySettings
from gallery_events.domain.retention import cutoff

#: So many rows of each relation are named one by one.
LONGEST_LIST = 5
LONGEST_TITLE = 80


def naming(
    images: Sequence[Any], *, settings: GallerySettings, now: datetime, using: str
) -> dict[Any, list[str]]:
    """
    Return sentences for the rows that name each image, the first ones of each relation by name.

    Two queries for each relation that names any of them, one for each other.
    """
    found: dict[Any, list[str]] = {}
    since = cutoff(settings.retention, now=now)
    for relation in uses.relations(type(images[0])) if images else ():
        attname, keys = uses.targets(relation, images)
        rows = uses.rows_naming(relation, keys, since=since, using=using)
        groups: dict[str, Any] = {"partition_by": [F(attname)]}
        turns = rows.annotate(
            gallery_turn=Window(RowNumber(), order_by=[F("pk")], **groups),
            gallery_total=Window(Count("pk"), **groups),
        ).filter(gallery_turn__lte=LONGEST_LIST)
        named: dict[Any, list[Any]] = {}
        totals: dict[Any, int] = {}
        for value, pk, total in turns.values_list(attname, "pk", "gallery_total"):
            named.setdefault(keys[value], []).append(pk)
            totals[keys[value]] = total
        titles = _titles(relation, [pk for pks in named.values() for pk in pks], using=using)
        for key, pks in named.items():
            lines = found.setdefault(key, [])
            lines += [uses.sentence(relation, titles[pk]) for pk in sorted(pks) if pk in titles]
            if left := totals[key] - len(pks):
                lines.append(f"{uses.sentence(relation)}: {left} more")
    return found


def _titles(relation: Any, pks: Collection[Any], *, using: str) -> dict[Any, str]:
    """Return how rows are called: by their key, and in their own words where they have some."""
    model = relation.related_model
    if not pks:
        return {}
    rows = model._base_manager.using(using)
    other = uses.other_side(model)
    if other is not None:
        found = rows.filter(pk__in=list(pks)).values_list("pk", other.attname)
        return {pk: str(value) for pk, value in found}
    return {pk: titled(row) for pk, row in rows.in_bulk(list(pks)).items()}


def titled(row: models.Model) -> str:
    """Return the key of a row, and what it says of itself when it says anything."""
    if history.is_history(type(row)):
        row_type = type(row).instance_type  # type: ignore[attr-defined]
        return str(getattr(row, row_type._meta.pk.attname, row.pk))
    words = title_of(row)
    return f"{row.pk} '{words}'" if words else str(row.pk)


def title_of(row: models.Model) -> str:
    """Return what a row calls itself, short and on one line; nothing when that is only its key."""
    if type(row).__str__ is models.Model.__str__:
        return ""
    try:
        words = " ".join(str(row).split())
    except Exception:  # noqa: BLE001 - a stranger's code, and only a name
        return ""
    return words if len(words) <= LONGEST_TITLE else f"{words[: LONGEST_TITLE - 3]}..."
