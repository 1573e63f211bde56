"""What of a snapshot can still be had: images that exist, and the tombstones of the others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from gallery_events import history, sql
from gallery_events.domain.snapshots import Snapshot
from gallery_events.exceptions import GalleryError, ImagesLost
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.models import Tombstone


@dataclass(frozen=True, slots=True)
class Preview:
    """
    What restoring a snapshot would give.

    *lists* maps each gallery to its ids in that snapshot, *trashed* are images
    that come back out of the trash, *lost* the tombstones of those that are
    gone; *lost_ids* also names ids that have left no tombstone.
    """

    lists: dict[str, list[Any]]
    trashed: list[Any] = field(default_factory=list)
    lost: list[Tombstone] = field(default_factory=list)
    lost_ids: dict[str, list[Any]] = field(default_factory=dict)


def look(model: type[Any], snapshot: Snapshot, *, using: str | None) -> Preview:
    """Tell what of a snapshot can be had, writing nothing."""
    trashed: list[Any] = []
    lost: list[Tombstone] = []
    lost_ids: dict[str, list[Any]] = {}
    for each in gallery_fields(model):
        ids = snapshot.lists.get(each.name, [])
        images: Any = each.image_model._base_manager
        rows = images.using(using).in_bulk(ids)
        trashed += [rows[key] for key in ids if key in rows and rows[key].trashed_at is not None]
        gone = [key for key in ids if key not in rows]
        lost_ids[each.name] = gone
        lost += tombstones(each.image_model, gone, using=using)
    return Preview(dict(snapshot.lists), _once(trashed), _once(lost), lost_ids)


def tombstones(
    image_model: type[models.Model], keys: Sequence[Any], *, using: str | None
) -> list[Tombstone]:
    """Return the tombstones of images, in the order of *keys*; some may have none."""
    found = {
        each.key: each
        for each in Tombstone.objects.using(using)
        .filter(image_model=image_model._meta.label, key__in=[str(key) for key in keys])
        .order_by("pk")
    }
    return [found[str(key)] for key in keys if str(key) in found]


def _once(found: list[Any]) -> list[Any]:
    return list({each.pk: each for each in found}.values())


def available(
    model: type[Any],
    record: Any,
    *,
    using: str,
    images: Iterable[Any] | None,
    partial: bool,
) -> dict[str, list[Any]]:
    """Return the lists of a snapshot without what is gone; raises ImagesLost unless *partial*."""
    snapshot = history.snapshot_of(record)
    for each in gallery_fields(model):
        # A purge that is under way is waited for, and none can begin before the restore is done.
        keys = snapshot.lists[each.name]
        sql.lock_rows(each.image_model, keys, [], using=using, strength="KEY SHARE")
    seen = look(model, snapshot, using=using)
    wanted = None if images is None else _wanted(model, seen.lists, list(images))
    lost = [
        key
        for name, keys in seen.lost_ids.items()
        for key in keys
        if wanted is None or key in wanted[name]
    ]
    if lost and not partial:
        raise _images_lost(list(dict.fromkeys(lost)), seen, record)
    return {
        name: [
            key
            for key in ids
            if key not in seen.lost_ids[name] and (wanted is None or key in wanted[name])
        ]
        for name, ids in seen.lists.items()
    }


def _images_lost(lost: list[Any], seen: Preview, record: Any) -> ImagesLost:
    buried = {each.image_pk: str(each) for each in seen.lost}
    named = ", ".join(buried.get(key, str(key)) for key in lost)
    message = (
        f"Snapshot {record.gallery_version} holds images that are gone: {named}. Nothing was "
        "changed: restore with partial=True to have the rest."
    )
    return ImagesLost(lost, message)


def _wanted(
    model: type[Any], lists: dict[str, list[Any]], images: list[Any]
) -> dict[str, set[Any]]:
    """Return which of the chosen images each gallery held; raises GalleryError for the others."""
    wanted: dict[str, set[Any]] = {}
    held: set[int] = set()
    for each in gallery_fields(model):
        keys = [_key(each, image) for image in images]
        wanted[each.name] = set(keys) & set(lists[each.name])
        held.update(at for at, key in enumerate(keys) if key in wanted[each.name])
    unknown = [str(image) for at, image in enumerate(images) if at not in held]
    if unknown:
        message = f"The snapshot does not hold {', '.join(unknown)}; nothing was changed."
        raise GalleryError(message)
    return wanted


def _key(gallery: GalleryField, image: Any) -> Any:
    """Return an image or a key as this gallery would hold it; None where it never could."""
    try:
        return gallery.to_key(image)
    except ValueError:
        return None
