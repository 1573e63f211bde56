"""The list that a gallery is in Python: ids, and the images they name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, SupportsIndex

from django.db import models
from django.db.models.query_utils import DeferredAttribute

if TYPE_CHECKING:
    from gallery_events.fields.gallery import GalleryField


class GalleryImages(list[Any]):
    """
    The ids of one gallery, in order: a list that knows its owner.

    Compares equal to a plain list of the same ids. :meth:`images` and
    :meth:`missing` always speak of the list as it is now.
    """

    def __init__(
        self,
        ids: Iterable[Any] = (),
        *,
        field: GalleryField | None = None,
        owner: models.Model | None = None,
        null: bool = False,
    ) -> None:
        super().__init__(ids)
        self.field = field
        self.owner = owner
        #: The column was NULL; it stays NULL as long as nothing is added.
        self.null = null
        self.prefetched: dict[Any, Any] | None = None

    def images(self) -> list[Any]:
        """Return the images in gallery order, in one query; ids without a row are left out."""
        found = self._rows()
        return [found[key] for key in self._keys() if key in found]

    def missing(self) -> list[Any]:
        """Return the ids that have no row, in order."""
        found = self._rows()
        return [key for key in self._keys() if key not in found]

    def _keys(self) -> list[Any]:
        return self._bound().clean_keys(self)

    def _rows(self) -> dict[Any, Any]:
        keys = self._keys()
        if self.prefetched is not None and self.prefetched.keys() >= set(keys):
            return {key: row for key, row in self.prefetched.items() if row is not None}
        return self._bound().images_by_key(keys, using=self._using())

    def _using(self) -> str | None:
        return self.owner._state.db if self.owner is not None else None

    def _bound(self) -> GalleryField:
        if self.field is None:
            message = (
                "This list of images has lost its gallery (it was pickled alone): "
                "assign it to a GalleryField, or pickle the owner."
            )
            raise TypeError(message)
        return self.field

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        found = super().__getitem__(index)
        return self._like(found) if isinstance(index, slice) else found

    def __add__(self, other: list[Any]) -> GalleryImages:
        return self._like(super().__add__(other))

    def copy(self) -> GalleryImages:
        """Return a list of its own, of the same gallery."""
        return self._like(self)

    def _like(self, ids: Iterable[Any]) -> GalleryImages:
        like = GalleryImages(ids, field=self.field, owner=self.owner, null=self.null)
        like.prefetched = self.prefetched
        return like

    def __reduce__(self) -> tuple[Any, ...]:
        # The owner finds its list again when the attribute is read.
        return _restore_images, (list(self), self.null)

    def __deepcopy__(self, memo: dict[int, Any]) -> GalleryImages:
        return GalleryImages(list(self), field=self.field, null=self.null)


def _restore_images(ids: list[Any], null: bool) -> GalleryImages:  # noqa: FBT001
    return GalleryImages(ids, null=null)


class GalleryAttribute(DeferredAttribute):
    """
    Reads and writes the list of one owner.

    What is not a list stays what it is, so that validation can name it.
    """

    field: GalleryField

    def __get__(self, instance: models.Model | None, cls: type[models.Model] | None = None) -> Any:
        if instance is None:
            return self
        value = super().__get__(instance, cls)
        if isinstance(value, GalleryImages) and value.owner is instance:
            return value
        bound = self.bind(value, instance)
        instance.__dict__[self.field.attname] = bound
        return bound

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = self.bind(value, instance)

    def bind(self, value: Any, instance: models.Model) -> Any:
        """Return *value* as the list of this instance, sharing nothing with another one's."""
        if isinstance(value, (list, tuple)):
            null = isinstance(value, GalleryImages) and value.null
            bound = GalleryImages(value, field=self.field, owner=instance, null=null)
            if isinstance(value, GalleryImages):
                bound.prefetched = value.prefetched
            return bound
        if value is None and self.field.null:
            return GalleryImages(field=self.field, owner=instance, null=True)
        return value


def null_or(value: Any) -> Any:
    """Return None for the list of a gallery that is NULL, and anything else as it is."""
    return None if isinstance(value, GalleryImages) and value.null and not value else value
