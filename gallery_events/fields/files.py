"""The file of an image."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models.fields.files import FieldFile


class ImageFieldFile(FieldFile):
    """A file in the storage that its row names, whatever the settings say today."""

    def __init__(self, instance: Any, field: Any, name: str | None) -> None:
        super().__init__(instance, field, name)
        alias = instance.__dict__.get("storage")
        if alias:
            self.storage: Storage = storages[alias]


class ImageFileField(models.FileField):
    """The file of an image; its storage is the alias in the row's ``storage`` column."""

    attr_class = ImageFieldFile

    def deconstruct(self) -> Any:
        """Name the field in migrations as users do."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "gallery_events.fields.ImageFileField", args, kwargs
