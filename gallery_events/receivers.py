"""Django's and simple-history's signals, turned into calls of the flows; connected once."""

from __future__ import annotations

from typing import Any

from django.db.models import signals

from gallery_events import roads
from gallery_events.exceptions import GalleryError, HistoryBypassed
from gallery_events.flows import bulk, cleaning, deletion, loading, save
from gallery_events.history import AbstractSnapshot, is_recorded, refuse_when_disabled
from gallery_events.models import AbstractImage, AbstractReference, GalleryModel
from gallery_events.querysets import REFUSED_CHANGE, REFUSED_DELETE


def connect() -> None:
    """Connect everything that listens, and give the models their one way up."""
    roads.save = save.save
    roads.bulk_create = bulk.bulk_create
    roads.bulk_save = bulk.bulk_save
    roads.update = bulk.update
    signals.pre_save.connect(before_save, dispatch_uid="gallery_events.before_save")
    signals.post_save.connect(after_raw_save, dispatch_uid="gallery_events.after_raw_save")
    signals.pre_delete.connect(before_delete, dispatch_uid="gallery_events.before_delete")
    signals.post_delete.connect(after_delete, dispatch_uid="gallery_events.after_delete")


def before_save(sender: type[Any], instance: Any, *, raw: bool, using: str, **kwargs: Any) -> None:
    """Refuse what goes around save(), and let what loaddata brings overwrite no other row."""
    if raw:
        _before_raw_save(sender, instance, using=using)
    elif is_recorded(instance):
        return
    elif issubclass(sender, AbstractSnapshot):
        raise HistoryBypassed(REFUSED_CHANGE)
    elif issubclass(sender, GalleryModel):
        message = (
            f"{sender.__name__} was about to be written past its save(), unrecorded: call "
            "save() of the instance, not save_base() or Model.save()."
        )
        raise HistoryBypassed(message)


def _before_raw_save(sender: type[Any], instance: Any, *, using: str) -> None:
    if issubclass(sender, GalleryModel):
        refuse_when_disabled(instance)
        cleaning.clean_lists(instance, None)
    elif issubclass(sender, AbstractSnapshot):
        loading.place_snapshot(instance, using=using)
    elif issubclass(sender, AbstractReference):
        loading.place_reference(instance, using=using)
    elif issubclass(sender, AbstractImage):
        loading.place_image(instance, using=using)


def after_raw_save(
    sender: type[Any], instance: Any, *, raw: bool, created: bool, using: str, **kwargs: Any
) -> None:
    """Record what loaddata wrote, and protect the images it names."""
    if not raw:
        return
    if issubclass(sender, GalleryModel):
        loading.record_baseline(instance, using=using)
    elif issubclass(sender, AbstractSnapshot) and created:
        loading.after_snapshot(instance, using=using)
    elif issubclass(sender, AbstractImage):
        loading.after_image(instance, using=using)


def before_delete(sender: type[Any], instance: Any, *, using: str, **kwargs: Any) -> None:
    """Read an owner before it goes; refuse to delete images and snapshots, also by a cascade."""
    if issubclass(sender, AbstractImage):
        raise GalleryError(REFUSED_DELETE)
    if issubclass(sender, AbstractSnapshot):
        raise HistoryBypassed(REFUSED_CHANGE)
    if issubclass(sender, GalleryModel):
        deletion.remember(instance, using=using)


def after_delete(sender: type[Any], instance: Any, *, using: str, **kwargs: Any) -> None:
    """Record that an owner is gone."""
    if issubclass(sender, GalleryModel):
        deletion.record_deletion(instance, using=using)
