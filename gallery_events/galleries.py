"""The noun: which models have galleries, and what their history says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db import models

from gallery_events import arguments, history
from gallery_events.domain import snapshots
from gallery_events.domain.snapshots import Comparison, Snapshot
from gallery_events.exceptions import SnapshotDoesNotExist
from gallery_events.fields import GalleryImages, gallery_field, gallery_fields
from gallery_events.models import AbstractImage, GalleryModel

__all__ = ["as_of", "compare", "prefetch_images", "snapshot", "timeline"]


def timeline(owner: GalleryModel) -> list[Snapshot]:
    """Return every snapshot of an owner, newest first, in one query."""
    refuse_no_owner(owner)
    return [history.snapshot_of(record) for record in _records(owner)]


def snapshot(owner: GalleryModel, version: int) -> Snapshot:
    """Return one snapshot; raises SnapshotDoesNotExist naming it."""
    refuse_no_owner(owner)
    return history.snapshot_of(
        history.record_at(type(owner), owner.pk, version, using=owner._state.db)
    )


def as_of(owner: GalleryModel, when: datetime) -> Snapshot:
    """Return the snapshot that was in effect at a moment; raises SnapshotDoesNotExist."""
    refuse_no_owner(owner)
    arguments.refuse_wrong_moment("when", when)
    record = (
        _records(owner)
        .filter(history_date__lte=when)
        .order_by("-history_date", "-gallery_version")
        .first()
    )
    if record is None:
        message = f"{type(owner)._meta.label} {owner.pk} has no snapshot as old as {when}."
        raise SnapshotDoesNotExist(message)
    return history.snapshot_of(record)


def compare(owner: GalleryModel, earlier: int, later: int) -> Comparison:
    """Compare two snapshots by number: galleries image by image, other fields by value."""
    refuse_no_owner(owner)
    old, new = (
        history.record_at(type(owner), owner.pk, version, using=owner._state.db)
        for version in (earlier, later)
    )
    fields = {
        name: (field.value_from_object(old), field.value_from_object(new))
        for name, field in _other_fields(new)
        if field.value_from_object(old) != field.value_from_object(new)
    }
    return snapshots.compare(history.lists_of(old), history.lists_of(new), fields=fields)


def prefetch_images(owners: Iterable[Any], *names: str) -> None:
    """
    Read the images of many galleries in one query for each image model.

    Without names, all galleries of the owners. The owners may be of several
    models; ``images()`` then asks the database only for what was added since.
    """
    wanted: dict[tuple[type[models.Model], str | None], set[Any]] = {}
    lists: list[tuple[GalleryImages, Any]] = []
    for owner in owners:
        model = type(owner)
        for field in [gallery_field(model, name) for name in names] or gallery_fields(model):
            ids = getattr(owner, field.attname)
            group = (field.image_model, owner._state.db)
            wanted.setdefault(group, set()).update(field.clean_keys(ids))
            if isinstance(ids, GalleryImages):
                lists.append((ids, group))
    found = {
        (model, using): model._default_manager.using(using).in_bulk(list(keys))
        for (model, using), keys in wanted.items()
    }
    for ids, group in lists:
        rows = found[group]
        ids.prefetched = {key: rows.get(key) for key in ids.field.clean_keys(ids)}  # type: ignore[union-attr]


def refuse_no_owner(owner: Any) -> None:
    """Raise TypeError for what has no snapshots."""
    if not isinstance(owner, GalleryModel):
        message = (
            f"{owner!r} is no owner of galleries: give an instance of a model that subclasses "
            "GalleryModel."
        )
        raise TypeError(message)


def owner_model(given: Any) -> type[Any]:
    """Return an owner model, given as such or by its label; raise TypeError for anything else."""
    try:
        model = apps.get_model(given) if isinstance(given, str) else given
    except (LookupError, ValueError):
        model = None
    if isinstance(model, type) and issubclass(model, GalleryModel) and not model._meta.abstract:
        return model
    names = ", ".join(each._meta.label for each in owner_models()) or "none yet"
    message = (
        f"{given!r} is no model with galleries: give a model that subclasses GalleryModel, or its "
        f"label ({names})."
    )
    raise TypeError(message)


def owner_models() -> list[type[GalleryModel]]:
    """Return the concrete models that have galleries, history tables and proxies left out."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, GalleryModel) and not model._meta.proxy and gallery_fields(model)
    ]


def image_models() -> list[type[AbstractImage]]:
    """Return the concrete image models."""
    return [
        model
        for model in apps.get_models()
        if issubclass(model, AbstractImage) and not model._meta.proxy
    ]


def _records(owner: GalleryModel) -> models.QuerySet[Any]:
    return history.records(type(owner), owner.pk, using=owner._state.db)


def _other_fields(record: Any) -> Iterator[tuple[str, Any]]:
    own = {field.name for field in gallery_fields(type(record))} | {"gallery_version"}
    for tracked in record.tracked_fields:
        if tracked.name not in own and not tracked.primary_key:
            yield tracked.name, record._meta.get_field(tracked.name)


def has_a_cleaner_of_files() -> bool:
    """Tell whether an app is installed that deletes files when a row stops naming them."""
    return any(
        config.name == "django_cleanup"
        # Its other configuration touches only models that ask for it.
        and type(config).__name__ != "CleanupSelectedConfig"
        for config in apps.get_app_configs()
    )
