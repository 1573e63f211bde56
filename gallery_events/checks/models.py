"""Checks of owners, galleries and image models."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import apps
from django.core.checks import CheckMessage, Error, Warning  # noqa: A004 - Django's own name
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from gallery_events import history, uses
from gallery_events.fields import GalleryField, gallery_fields
from gallery_events.models import AbstractImage, AbstractReference, GalleryModel
from gallery_events.querysets import GalleryQuerySet

INHERITANCE = (
    "Its parent and child rows would be recorded apart: make the parent abstract, or link the "
    "two by a OneToOneField."
)


def check_galleries(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Check each gallery: where it lives, and what it points to."""
    found: list[CheckMessage] = []
    for model in _models(app_configs):
        if history.is_history(model) or model._meta.proxy:
            continue
        for field in gallery_fields(model):
            if not issubclass(model, GalleryModel):
                found.append(
                    Error(
                        f"{model._meta.label} has a GalleryField but is not a GalleryModel, so "
                        "nothing would be recorded and its images would be deleted.",
                        hint=f"Write class {model.__name__}(GalleryModel).",
                        obj=field,
                        id="gallery_events.E001",
                    )
                )
            found += _check_target(field)
    return found


def _check_target(field: GalleryField) -> Iterator[CheckMessage]:
    try:
        target = field.image_model
    except (LookupError, ValueError) as error:
        yield Error(
            f"The image model {field.to!r} cannot be found: {error}",
            hint="Give to='app_label.Model' of an installed app.",
            obj=field,
            id="gallery_events.E004",
        )
        return
    if not issubclass(target, AbstractImage):
        yield Error(
            f"{target._meta.label} is not an image model.",
            hint=f"Write class {target.__name__}(AbstractImage).",
            obj=field,
            id="gallery_events.E004",
        )


def check_owners(app_configs: Sequence[Any] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Check that every save of an owner will be recorded, whole and in one place."""
    found: list[CheckMessage] = []
    for model in _models(app_configs):
        if issubclass(model, GalleryModel) and not model._meta.proxy:
            found += _check_owner(model)
    return found


def _check_owner(model: type[Any]) -> Iterator[CheckMessage]:
    if model._meta.parents:
        yield Error(
            f"{model._meta.label} has galleries and inherits from another table.",
            hint=INHERITANCE,
            obj=model,
            id="gallery_events.E002",
        )
        return
    for manager in model._meta.managers:
        if not isinstance(manager.get_queryset(), GalleryQuerySet):
            yield Error(
                f"The manager {manager.name!r} would write galleries unrecorded.",
                hint="Build it with YourManager.from_queryset(GalleryQuerySet)(), or from a "
                "subclass of GalleryQuerySet.",
                obj=model,
                id="gallery_events.E007",
            )
    yield from _check_history(model)


def _check_history(model: type[Any]) -> Iterator[CheckMessage]:
    recorder = getattr(model, "_gallery_history", None)
    name = getattr(model._meta, "simple_history_manager_attribute", None)
    if recorder is None or name != recorder.manager_name:
        yield Error(
            f"{model._meta.label} is not recorded: no history was made for it.",
            hint="Write history = GalleryHistory(...) in the class itself, and leave inherit=False "
            "out of the history of its parents.",
            obj=model,
            id="gallery_events.E006",
        )


def check_image_models(
    app_configs: Sequence[Any] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Check that an image model has references, and that the database guards its rows."""
    found: list[CheckMessage] = []
    for model in _models(app_configs):
        if issubclass(model, AbstractImage) and not model._meta.proxy:
            found += _check_image_model(model)
    return found


def _check_image_model(model: type[Any]) -> Iterator[CheckMessage]:
    if model._meta.parents:
        yield Error(
            f"{model._meta.label} is an image model and inherits from another table.",
            hint=INHERITANCE,
            obj=model,
            id="gallery_events.E003",
        )
        return
    if not _has_references(model):
        yield Error(
            f"{model._meta.label} has no references, so nothing would keep its images.",
            hint=f"Write class {model.__name__}Reference(AbstractReference) with image = "
            f"models.ForeignKey({model.__name__}, on_delete=models.PROTECT, "
            'related_name="references"), with its database constraint and Django\'s own key.',
            obj=model,
            id="gallery_events.E005",
        )
        return
    yield from _check_relations(model)


def _has_references(model: type[Any]) -> bool:
    try:
        relation = model._meta.get_field("references")
    except FieldDoesNotExist:
        return False
    related = relation.related_model
    return (
        isinstance(related, type)
        and issubclass(related, AbstractReference)
        and relation.field.name == "image"
        and relation.field.remote_field.on_delete is models.PROTECT
        and relation.field.db_constraint
        and isinstance(related._meta.pk, models.AutoField | models.BigAutoField)
    )


def _check_relations(model: type[Any]) -> Iterator[CheckMessage]:
    for relation in uses.relations(model):
        if uses.has_database_cascade(relation):
            yield Error(
                f"{relation.field} names images with a database-level on_delete: the database "
                "would not stop a purge.",
                hint="Use PROTECT, or any on_delete that Django itself carries out. The sweep is "
                "refused until then.",
                obj=relation.related_model,
                id="gallery_events.E008",
            )
        elif not relation.field.db_constraint and not history.is_history(relation.related_model):
            yield Warning(
                f"{relation.field} names images without a database constraint.",
                hint="It is looked at before a purge, but a row written at the very moment of "
                "the purge would name nothing: use db_constraint=True.",
                obj=relation.related_model,
                id="gallery_events.W009",
            )


def _models(app_configs: Sequence[Any] | None) -> Iterator[type[Any]]:
    for config in apps.get_app_configs() if app_configs is None else app_configs:
        yield from config.get_models()
