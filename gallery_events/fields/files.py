"""The file of an image."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models.fields.files import FieldFile

from gallery_events import conf
from gallery_events.columns import REFUSED_EXCHANGE, is_new
from gallery_events.exceptions import GalleryError
from gallery_events.fields.addresses import file_address


class ImageFieldFile(FieldFile):
    """A file in the storage that its row names, whatever the settings say today."""

    def save(self, name: str, content: Any, save: bool = True) -> None:  # noqa: FBT001, FBT002
        """Store the file of an image that is being created; a saved one keeps its file."""
        self._refuse_exchange()
        super().save(name, content, save=save)

    def delete(self, save: bool = True) -> None:  # noqa: FBT001, FBT002
        """Remove the file of an image that is being created; a saved one keeps its file."""
        if self:
            self._refuse_exchange()
        super().delete(save=save)

    save.alters_data = True  # type: ignore[attr-defined]
    delete.alters_data = True  # type: ignore[attr-defined]

    def _refuse_exchange(self) -> None:
        if not is_new(self.instance):
            raise GalleryError(REFUSED_EXCHANGE)

    @property
    def url(self) -> str:
        """
        Where the file is served: by the storage, or, where SERVE is "view", by our view.

        Raises ValueError when there is no file.
        """
        self._require_file()  # type: ignore[attr-defined]
        if conf.serves_itself():
            return file_address(self.instance)
        return str(self.storage.url(self.name))

    @property
    def storage(self) -> Storage:
        """The storage of the row, also when it was deferred or comes out of a pickle."""
        alias = getattr(self.instance, "storage", None)
        return storages[alias] if alias else self._storage

    @storage.setter
    def storage(self, storage: Storage) -> None:
        self._storage = storage


class ImageFileField(models.FileField):
    """The file of an image; its storage is the alias in the row's ``storage`` column."""

    attr_class = ImageFieldFile

    def deconstruct(self) -> Any:
        """Name the field in migrations as users do."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "gallery_events.fields.ImageFileField", args, kwargs
