"""A save that is based on an older version: merged with what was saved since, or refused."""

from __future__ import annotations

from typing import Any

from gallery_events import history, owners
from gallery_events.domain.merge import merge_lists, merge_value
from gallery_events.exceptions import SnapshotDoesNotExist, StaleGallery
from gallery_events.fields import GalleryField
from gallery_events.history import tracked_fields

Change = tuple[Any, Any, Any]


def merge(owner: Any, *, row: owners.Row, expected: int, using: str) -> None:
    """
    Bring an owner in memory up to the saved version, its own changes kept.

    Three ways: the snapshot the change was made on, the change, and the row
    as it is saved. Raises StaleGallery, with both sides, when they conflict.
    Columns that this save does not write are merged too: the instance goes on
    as one of the new version, and its next save may write them.
    """
    model = type(owner)
    theirs = model._base_manager.using(using).get(pk=owner.pk)
    try:
        base = history.record_at(model, owner.pk, expected, using=using)
    except SnapshotDoesNotExist:
        raise StaleGallery(expected=expected, current=row.version, changes={}) from None
    conflicts: dict[str, Change] = {}
    merged: dict[str, Any] = {}
    deferred = owner.get_deferred_fields()
    for each in tracked_fields(model):
        if each.primary_key or each.name == "gallery_version" or each.attname in deferred:
            continue
        merge_field = _merge_gallery if isinstance(each, GalleryField) else _merge_field
        if conflict := merge_field(each, base, owner, theirs, merged):
            conflicts[each.name] = conflict
    if conflicts:
        raise StaleGallery(expected=expected, current=row.version, changes=conflicts)
    for attname, value in merged.items():
        setattr(owner, attname, value)


def _merge_gallery(
    field: GalleryField, base: Any, owner: Any, theirs: Any, merged: dict[str, Any]
) -> Change | None:
    sides = [list(getattr(each, field.attname) or ()) for each in (base, owner, theirs)]
    ids = merge_lists(
        sides[0],
        mine=sides[1],
        theirs=sides[2],
        max_images=field.max_images,
        min_images=field.min_images,
    )
    if ids is None:
        return sides[0], sides[1], sides[2]
    if ids != sides[1]:
        merged[field.attname] = ids
    return None


def _merge_field(
    field: Any, base: Any, owner: Any, theirs: Any, merged: dict[str, Any]
) -> Change | None:
    mine = getattr(owner, field.attname)
    saved = [_comparable(field, getattr(each, field.attname)) for each in (base, theirs)]
    merges, take_theirs = merge_value(saved[0], mine=_comparable(field, mine), theirs=saved[1])
    if not merges:
        return getattr(base, field.attname), mine, getattr(theirs, field.attname)
    if take_theirs:
        merged[field.attname] = getattr(theirs, field.attname)
    return None


def _comparable(field: Any, value: Any) -> Any:
    """Return a value as it would be written: a file by its name, "7" as 7."""
    if hasattr(value, "resolve_expression"):
        return value
    return field.get_prep_value(value)
