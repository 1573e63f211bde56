"""Back from the grave: a purged image comes again while nobody has touched its files."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.apps import apps
from django.core.files.storage import storages
from django.db import models, router

from gallery_events.domain.renditions import unwritten
from gallery_events.exceptions import GalleryError, ImagesLost
from gallery_events.flows.save import writing
from gallery_events.models import Tombstone
from gallery_events.signals import image_rescued


def bring_back(tombstone: Tombstone, *, user: Any, by: Any, review_after: datetime) -> Any:
    """
    Write the row of a purged image again, under its key, and return it.

    Raises ImagesLost once somebody has tried to remove its files, or where
    one of them is gone all the same; GalleryError when the storage does not
    answer, or when something that the row needs is gone. Nothing is changed
    then.
    """
    refuse_without_files(tombstone)
    return write_again(tombstone, user=user, by=by, review_after=review_after)


def refuse_without_files(tombstone: Tombstone) -> None:
    """
    Ask the storage whether every file is there: the database may be older than it.

    To be asked outside of transactions, which must not wait for a storage.
    Raises ImagesLost where one is gone, GalleryError when it does not answer.
    """
    found = _untouched(_rows(tombstone).first(), tombstone)
    try:
        storage = storages[found.storage]
        # A rendition that was only planned may never have been written.
        optional = unwritten(found.columns.get("renditions") or {})
        needed = [name for name in found.files if name not in optional]
        missing = [name for name in needed if not storage.exists(name)]
    except Exception as error:
        message = (
            f"{found} does not come back as long as the storage {found.storage!r} cannot "
            f"say whether its files are there ({error!r}). Nothing was changed: try again."
        )
        raise GalleryError(message) from error
    if missing:
        message = (
            f"{found} cannot come back: its files {', '.join(missing)} are missing in the "
            f"storage {found.storage!r}, although nobody here has removed them. Put them back "
            "from a backup, and try again."
        )
        raise ImagesLost([found.image_pk], message)


def write_again(tombstone: Tombstone, *, user: Any, by: Any, review_after: datetime) -> Any:
    """
    Write the row of a purged image, whose files were seen to be there, and return it.

    Whoever removes files counts the attempt first: under the lock it is looked
    at once more whether anybody has. Raises as :func:`bring_back` does.
    """
    rows, model = _rows(tombstone), _model(tombstone)
    with writing(Tombstone, rows.db):
        found = _untouched(rows.select_for_update().first(), tombstone)
        image = model(**_values(model, found.columns))
        image.trashed_at, image.review_after, image.reviews = None, review_after, 0
        _refuse_taken(image, using=rows.db)
        _refuse_lost(image, using=rows.db)
        model._base_manager.using(rows.db).bulk_create([image])
        found.delete()
        image_rescued.send(sender=model, image=image, user=user, by=by)
    return model._base_manager.using(rows.db).get(pk=image.pk)


def _rows(tombstone: Tombstone) -> models.QuerySet[Tombstone]:
    using = router.db_for_write(Tombstone, instance=tombstone)
    return Tombstone.objects.using(using).filter(pk=tombstone.pk)


def _model(tombstone: Tombstone) -> type[Any]:
    try:
        return apps.get_model(tombstone.image_model)
    except (LookupError, ValueError) as error:
        message = (
            f"{tombstone} cannot come back: {tombstone.image_model} is not installed. Put its app "
            "back first."
        )
        raise GalleryError(message) from error


def _untouched(found: Tombstone | None, asked: Tombstone) -> Tombstone:
    """Return a tombstone as it is now; raise ImagesLost once its files may be gone."""
    if found is None:
        why = "its tombstone is gone. Somebody may have brought it back already"
    elif found.done_at is not None:
        why = f"its files were removed on {found.done_at:%Y-%m-%d}"
    elif found.attempts:
        why = "the removal of its files has begun, and nobody knows which of them are left"
    else:
        return found
    message = f"{asked} cannot come back: {why}."
    raise ImagesLost([asked.image_pk], message)


def _values(model: type[models.Model], columns: dict[str, Any]) -> dict[str, Any]:
    """Return what a tombstone holds in the fields' own types; columns added since have defaults."""
    return {
        field.attname: field.to_python(columns[field.attname])
        for field in model._meta.concrete_fields
        if field.attname in columns
    }


def _refuse_taken(image: Any, *, using: str) -> None:
    if type(image)._base_manager.using(using).filter(pk=image.pk).exists():
        message = f"Image {image.pk} exists: there is nothing to bring back under its key."
        raise GalleryError(message)


def _refuse_lost(image: Any, *, using: str) -> None:
    """Clear what may be NULL and names a row that is gone; raise for what may not."""
    for field in image._meta.concrete_fields:
        value = getattr(image, field.attname)
        if not field.is_relation or value is None:
            continue
        target = field.target_field
        rows = target.model._base_manager.using(using).filter(**{target.attname: value})
        if rows.exists():
            continue
        if not field.null or field.name == "original":
            message = (
                f"Image {image.pk} cannot come back without its {field.name} {value}. Nothing was "
                "changed: bring that back first."
            )
            raise GalleryError(message)
        setattr(image, field.attname, None)
