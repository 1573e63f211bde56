"""How the trail names rows: by the label of their model and their key, both text."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import models

from gallery_events.models import Tombstone


def label_of(model: type[models.Model]) -> str:
    """Return the label of a model; a proxy stands for the model whose rows it shows."""
    return (model._meta.concrete_model or model)._meta.label


def label_and_key(given: Any, pk: Any = None) -> tuple[str, str]:
    """
    Return how a row is named; *given* is the row, or its model, or the model's label, with *pk*.

    A tombstone stands for its image. A row without a key is named by its model alone.
    """
    if isinstance(given, Tombstone):
        return given.image_model, given.key
    if isinstance(given, models.Model):
        return label_of(type(given)), "" if given.pk is None else str(given.pk)
    model = model_named(given) if isinstance(given, str) else given
    return given if model is None else label_of(model), "" if pk is None else str(pk)


def model_named(label: str) -> type[models.Model] | None:
    """Return the model of a label, or None when the project has it no longer."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None
