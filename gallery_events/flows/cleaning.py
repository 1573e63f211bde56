"""What a save refuses before it asks the database: wrong entries, impossible arguments."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import DatabaseError

from gallery_events.exceptions import HistoryBypassed
from gallery_events.fields import GalleryField, gallery_fields


def clean_lists(owner: Any, names: set[str] | None) -> None:
    """Replace each gallery that is to be written by its cleaned list; raises ValidationError."""
    for each in gallery_fields(type(owner)):
        if names is None or each.name in names:
            setattr(owner, each.attname, clean_list(each, getattr(owner, each.attname)))


def clean_list(gallery: GalleryField, value: Any) -> Any:
    """Return the value of one gallery as it may be written."""
    if hasattr(value, "resolve_expression"):
        message = (
            f"{gallery.name} was given a database expression, whose images could be neither "
            "checked nor recorded: give it a list of ids."
        )
        raise HistoryBypassed(message)
    try:
        cleaned = gallery.clean_value(value)
    except ValidationError as error:
        raise ValidationError({gallery.name: error.error_list}) from error
    return [] if cleaned is None and not gallery.null else cleaned


def refuse_null(gallery: GalleryField, value: Any) -> None:
    """Raise for None where many galleries would be emptied by it, and NULL is not allowed."""
    if value is None and not gallery.null:
        null = ValidationError(gallery.error_messages["null"], code="null")
        raise ValidationError({gallery.name: null})


def refuse_as_django(
    owner: Any, names: set[str] | None, *, force_insert: Any = False, force_update: bool = False
) -> None:
    """Raise early what Model.save() would raise in the middle of our transaction."""
    if force_insert and (force_update or names is not None):
        message = "Cannot force both insert and updating in model saving."
        raise ValueError(message)
    if names is not None:
        writable = {each.name for each in owner._meta.concrete_fields if not each.primary_key}
        if unknown := names - writable:
            message = (
                "The following fields do not exist in this model, are m2m fields, primary keys, "
                f"or are non-concrete fields: {', '.join(sorted(unknown))}."
            )
            raise ValueError(message)
    if owner.pk is None and (force_update or names is not None):
        message = "Cannot force an update in save() with no primary key."
        raise ValueError(message)
    owner._prepare_related_fields_for_save(operation_name="save")  # noqa: SLF001 - Django's only door


def not_updated(owner: Any) -> Exception:
    """Return the error of Django for an update that found no row."""
    error: type[Exception] = getattr(type(owner), "NotUpdated", DatabaseError)
    return error("The row exists no longer, so it could not be updated. Nothing was saved.")
