"""Django's and simple-history's signals, turned into calls of the flows; connected once."""

from __future__ import annotations

from typing import Any

from django.db.models import signals

from gallery_events import roads
from gallery_events.exceptions import GalleryError, HistoryBypassed
from gallery_events.flows import bulk, deletion, save
from gallery_events.models import AbstractImage, GalleryModel
from gallery_events.querysets import REFUSED_DELETE


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


def before_save(sender: type[Any], instance: Any, *, raw: bool, **kwargs: Any) -> None:
    """Refuse, before anything is written, an owner's write that went around its save()."""
    if issubclass(sender, GalleryModel) and not raw and not deletion.is_recorded(instance):
        message = (
            f"{sender.__name__} was about to be written past its save(), unrecorded: call "
            "save() of the instance, not save_base() or Model.save()."
        )
        raise HistoryBypassed(message)


def after_raw_save(
    sender: type[Any], instance: Any, *, raw: bool, using: str, **kwargs: Any
) -> None:
    """Record what loaddata wrote, and give its images a review."""
    if not raw:
        return
    if issubclass(sender, GalleryModel):
        deletion.record_baseline(instance, using=using)
    elif issubclass(sender, AbstractImage) and instance.review_after is None:
        due = sender._meta.get_field("review_after").get_default()
        sender._base_manager.using(using).filter(pk=instance.pk).update(review_after=due)


def before_delete(sender: type[Any], instance: Any, *, using: str, **kwargs: Any) -> None:
    """Read an owner before it goes; refuse to delete an image, also by a cascade."""
    if issubclass(sender, AbstractImage):
        raise GalleryError(REFUSED_DELETE)
    if issubclass(sender, GalleryModel):
        deletion.remember(instance, using=using)


def after_delete(sender: type[Any], instance: Any, *, using: str, **kwargs: Any) -> None:
    """Record that an owner is gone."""
    if issubclass(sender, GalleryModel):
        deletion.record_deletion(instance, using=using)
